"""Late interaction: each token of a query is met by the best token of a text."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.encoders.sentence_transformer import BASE, SentenceTransformerEncoder
from index.late_interaction import TokenIndex, TokenWriter


def texts_of(drawn: np.random.Generator, lengths: list[int]) -> list[np.ndarray]:
    found = [drawn.normal(size=(length, 8)).astype(np.float32) for length in lengths]
    return [tokens / np.linalg.norm(tokens, axis=1, keepdims=True) for tokens in found]


@given(st.lists(st.integers(1, 6), min_size=1, max_size=9), st.integers(1, 5), st.integers(0, 99), st.data())
def test_scores_are_those_of_the_definition(lengths, asked, seed, data):
    drawn = np.random.default_rng(seed)
    texts, (query,) = texts_of(drawn, lengths), texts_of(drawn, [asked])
    first = data.draw(st.integers(0, len(texts) - 1))
    rows = range(first, data.draw(st.integers(first + 1, len(texts))))
    expected = [np.mean([max(float(q @ t) for t in texts[row]) for q in query]) for row in rows]
    np.testing.assert_allclose(TokenIndex.build(texts).scores(query, rows), expected, atol=2e-3)  # float16


def test_what_is_stored_is_what_is_loaded(tmp_path):
    texts = texts_of(np.random.default_rng(0), [3, 1, 4])
    writer = TokenWriter(tmp_path, texts[0].shape[1])
    writer.add(texts[:2])
    writer.add(texts[2:])
    writer.finish()
    loaded = TokenIndex.load(tmp_path)
    assert loaded is not None
    np.testing.assert_array_equal(loaded.scores(texts[0], range(3)), TokenIndex.build(texts).scores(texts[0], range(3)))
    assert loaded.scores(texts[2], range(3)).argmax() == 2


def test_an_index_whose_encoder_gives_no_tokens_has_none(tmp_path):
    assert TokenIndex.load(tmp_path) is None
    assert SentenceTransformerEncoder(BASE).encode(["x"])[0].tokens is None


def test_the_default_encoder_gives_a_unit_vector_for_each_token():
    short, long = SentenceTransformerEncoder().encode(["cookies", "Which cookies do you set, and what for?"])
    assert short.tokens is not None
    assert long.tokens is not None
    assert len(short.tokens) < len(long.tokens)
    assert short.tokens.shape[1] == long.tokens.shape[1]
    np.testing.assert_allclose(np.linalg.norm(long.tokens, axis=1), 1.0, atol=1e-5)
