"""What was encoded before a build: taken over bit by bit, and only where it is what the build would have made."""

from __future__ import annotations

import numpy as np
import pytest

from index.build import build, current, embedded_text
from index.encoded_ahead import EncodedAhead, encode_together, name_of, packed
from index.encoders.base import Embedding
from index.encoders.hashing import HashingEncoder
from index.stores.exact import ExactStore
from tests.bundled import SHELF


class TokenEncoder(HashingEncoder):
    """Gives tokens too, and counts what it encodes."""

    def __init__(self) -> None:
        super().__init__()
        self.encoded = 0

    def encode(self, texts):
        self.encoded += len(texts)
        vectors = [each.vector for each in super().encode(texts)]
        return [Embedding(vector, np.stack([vector, vector[::-1]])) for vector in vectors]


@pytest.fixture
def policies():
    return list(SHELF.values())


def texts_of(policy):
    return [embedded_text(policy, clause) for clause in policy.clauses]


def kept_ahead(folder, policies, encoder):
    for policy in policies:
        texts = texts_of(policy)
        EncodedAhead.keep(folder, name_of(encoder, texts), packed(encode_together(encoder, texts)))


def files_of(folder):
    generation, card = current(folder)
    return {name: (generation / name).read_bytes() for name in card.files}


def test_a_build_takes_over_what_was_encoded_ahead_and_sweeps_it(tmp_path, policies):
    encoder = TokenEncoder()
    build(policies, encoder, ExactStore, tmp_path / "alone")
    kept_ahead(tmp_path / "ahead", policies, encoder)
    encoder.encoded = 0
    build(policies, encoder, ExactStore, tmp_path / "taken", ahead=EncodedAhead(tmp_path / "ahead", encoder))
    assert encoder.encoded == 0
    assert files_of(tmp_path / "taken") == files_of(tmp_path / "alone")
    assert not list((tmp_path / "ahead").iterdir())


def test_what_no_policy_of_the_build_is_stays(tmp_path, policies):
    encoder = TokenEncoder()
    kept_ahead(tmp_path / "ahead", policies[:2], encoder)
    build(policies[1:], encoder, ExactStore, tmp_path / "index", ahead=EncodedAhead(tmp_path / "ahead", encoder))
    left = [path.stem for path in (tmp_path / "ahead").iterdir()]
    assert left == [name_of(encoder, texts_of(policies[0]))]


@pytest.mark.parametrize("damage", [lambda data: data[:-100], lambda data: b"", lambda data: b"PK\x03\x04" + data[:40]])
def test_what_is_damaged_is_encoded_anew(tmp_path, policies, damage):
    encoder = TokenEncoder()
    kept_ahead(tmp_path / "ahead", policies[:1], encoder)
    [path] = (tmp_path / "ahead").iterdir()
    path.write_bytes(damage(path.read_bytes()))
    encoder.encoded = 0
    build(policies[:1], encoder, ExactStore, tmp_path / "index", ahead=EncodedAhead(tmp_path / "ahead", encoder))
    assert encoder.encoded == len(policies[0].clauses)


def test_another_encoder_or_another_text_has_another_name():
    encoder, other = HashingEncoder(), HashingEncoder(32)
    names = [name_of(encoder, ["a b"]), name_of(encoder, ["a", " b"]), name_of(encoder, []), name_of(other, ["a b"])]
    assert len(set(names)) == 4


def test_embeddings_without_tokens_are_kept_too(tmp_path):
    encoder, texts = HashingEncoder(), ["We keep it for a year.", "We share it."]
    EncodedAhead.keep(tmp_path, name_of(encoder, texts), packed(encode_together(encoder, texts)))
    found = EncodedAhead(tmp_path, encoder).embeddings(texts)
    assert found is not None
    assert all(each.tokens is None for each in found)
    assert np.array_equal([each.vector for each in found], [each.vector for each in encoder.encode(texts)])
