"""The compiled encoder against the one it was made from; serving without torch; encoders that cannot be compiled."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.opening import build_index, check_index, open_assistant
from assistant.settings import ROOT, Settings
from corpus.shelf import open_shelf
from index.build import embedded_text
from index.encoders import compiled, compiling
from index.encoders.compiled import MODEL, WEIGHTS
from index.encoders.compiling import agreement, compile_encoder
from index.encoders.sentence_transformer import BASE, DEFAULT, SentenceTransformerEncoder
from index.errors import CannotCompile, EncoderUnavailable

QUESTIONS = ["Is my card number shared?", "why?", "", "Which cookies do you set, and what are they for, and how long?"]
HEAVY = "torch", "transformers", "sentence_transformers", "onnx", "onnxscript", "sklearn", "scipy", "bm25s"


@pytest.fixture(scope="module")
def encoder(assistant, encoders):
    found = compiled.find(encoders, DEFAULT)
    assert found is not None
    return found


@pytest.fixture
def copied(encoder, encoders, tmp_path):
    """A folder of compiled encoders of one's own, to spoil."""
    return Path(shutil.copytree(encoders, tmp_path / "encoders"))


def test_the_compiled_encoder_agrees_with_its_original_on_clauses_and_questions(encoder):
    policy = next(iter(open_shelf(Settings().policies).values()))
    texts = [*QUESTIONS, *(embedded_text(policy, clause) for clause in policy.clauses)]
    original = SentenceTransformerEncoder()
    found = agreement([original.encode([text])[0] for text in texts], encoder.encode(texts))
    assert found.texts == len(texts) > 20
    assert found.lowest_cosine > 0.99999
    assert found.lowest_token_cosine is not None
    assert found.lowest_token_cosine > 0.9999


def test_texts_come_back_in_their_order_whatever_their_length(encoder):
    texts = [" ".join(["data"] * length) for length in np.random.default_rng(0).integers(1, 90, 70)]
    together = encoder.encode(texts)
    alone = [encoder.encode([text])[0] for text in texts]
    assert agreement(alone, together).lowest_cosine > 0.99999
    assert [len(each.tokens) for each in together] == [len(each.tokens) for each in alone]


def test_its_card_says_what_it_was_made_from(encoder, encoders):
    (path,) = [path for path in encoders.glob("*/card.json") if DEFAULT in path.read_text()]
    card = json.loads(path.read_text())
    original = SentenceTransformerEncoder()
    assert (card["name"], card["sha256"], card["form"]) == (DEFAULT, original.sha256, "onnx-float32")
    assert path.parent.name.startswith(original.sha256[:16])
    assert card["agreement"]["lowest_cosine"] >= compiling.LOWEST_COSINE
    assert {str(source) for source in original.sources} == set(card["sources"])


def test_an_encoder_made_from_other_files_is_not_used(copied):
    path = next(copied.glob("*/card.json"))
    card = json.loads(path.read_text())
    source = next(name for name in card["sources"] if name.endswith(".safetensors"))
    card["sources"][source] |= {"changed_ns": 0, "sha256": "0" * 64}
    path.write_text(json.dumps(card))
    assert compiled.find(copied, DEFAULT) is None


@pytest.mark.parametrize("name", [MODEL, WEIGHTS])
def test_a_damaged_encoder_is_named_and_a_build_makes_it_anew(copied, tmp_path, name):
    path = next(copied.glob(f"*/{name}"))
    path.write_bytes(path.read_bytes()[:-100])
    settings = Settings(data=tmp_path / "data", encoders=copied)
    with pytest.raises(EncoderUnavailable, match=rf'file "{name}" of .* has \d+ bytes, its card says \d+; remove'):
        open_assistant(settings)
    build_index(settings)
    assert check_index(settings).encoder_form == "onnx-float32"


def test_the_base_model_compiles_too_and_gives_no_tokens(encoders):
    found = compile_encoder(SentenceTransformerEncoder(BASE), encoders)
    assert found.encode(["x"])[0].tokens is None
    assert found.dim == 384


def test_an_encoder_that_cannot_be_compiled_serves_all_the_same_and_says_so(monkeypatch, tmp_path, capsys):
    def broken(original, folder):
        raise RuntimeError("no such operator\nand more")

    monkeypatch.setattr(compiling, "_export", broken)
    settings = Settings(data=tmp_path)
    card = build_index(settings)
    assert card.encoder_form == "torch"
    said = "the encoder runs slowly, through sentence-transformers: "
    assert said + f'encoder "{DEFAULT}" cannot be exported (no such operator)' in capsys.readouterr().err
    answer = open_assistant(settings).ask("is my card number shared?", "rackspace")
    assert answer.citations
    assert said + "not compiled" in capsys.readouterr().err
    assert list((tmp_path / "encoders").iterdir()) == [], "a failed compilation leaves nothing"


def test_an_export_that_gives_other_vectors_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(compiling, "LOWEST_COSINE", 1.1)
    with pytest.raises(CannotCompile, match="gives other vectors when compiled"):
        compile_encoder(SentenceTransformerEncoder(BASE), tmp_path)


SERVE = """
import sys
from starlette.testclient import TestClient
from assistant.opening import open_assistant
from assistant.settings import Settings
from assistant.surfaces.web import app

with TestClient(app(open_assistant(Settings(), mend=True))) as client:
    assert client.get("/").status_code == 200
    assert client.post("/api/ask", json={"question": "is my card number shared?"}).json()["citations"]
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
ASK = """
import sys
from assistant.surfaces.cli import cli

cli(["ask", "is my card number shared?", "--json"], standalone_mode=False)
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize(("program", "unwanted"), [(ASK, (*HEAVY, "gradio", "fastapi")), (SERVE, HEAVY[:5])])
def test_serving_imports_no_torch(assistant, real, program, unwanted):
    given = {"PLAINCLAUSE_DATA": str(real.data), "PLAINCLAUSE_ENCODERS": str(real.encoders)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **given},
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    modules = set(done.stdout.splitlines()[-1].split())
    assert {"onnxruntime", "tokenizers"} <= modules
    assert not modules & set(unwanted)
