"""The practice bank: it follows its own format, and a file that does not is named."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from rapidfuzz import fuzz, process

from assistant.errors import BadBank
from assistant.practices.bank import FOLDER, Term, load
from assistant.practices.lexicon import Lexicon

BANK = load()
MOST_ALIKE = 88.0  # per cent of letters in common, words in any order
ENTRY = '[[practice]]\nid = "{id}"\ntitle = "T"\naction = "{action}"\ndata = ["any"]\nasks_openly = ["What?"]\n'


@pytest.fixture
def folder(tmp_path):
    for name in ("vocabulary.toml", "off_topic.toml"):
        shutil.copy(FOLDER / name, tmp_path)
    return tmp_path


def test_the_bank_has_its_size():
    assert len(BANK.practices) >= 100
    for practice in BANK.practices:
        assert len(practice.questions) >= 12, practice.id
        assert len(practice.clauses) >= 8, practice.id
        assert all((practice.says_yes, practice.says_no, practice.says_depends)), practice.id


@pytest.mark.parametrize("name", list(BANK.texts()))
def test_no_two_sentences_of_the_bank_are_nearly_the_same(name):
    texts = BANK.texts()[name]
    likeness = np.triu(process.cdist(texts, texts, scorer=fuzz.token_sort_ratio, processor=str.lower), 1)
    alike = [(texts[one], texts[other]) for one, other in np.argwhere(likeness >= MOST_ALIKE)]
    assert alike == [], "reword or drop one of each"


def test_every_action_has_words_and_an_alignment():
    assert all(term.words and term.dpv and term.opp115 for term in BANK.vocabulary.actions.values())
    assert all(term.words and term.dpv for term in BANK.vocabulary.data.values())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[[practice", r"own\.toml.* cannot be read"),
        (ENTRY.format(id="x", action="juggle"), r'own\.toml", practice "x": unknown word "juggle"'),
        (ENTRY.format(id="x", action="share") * 2, 'id "x" is used twice'),
        (ENTRY.format(id="No Capitals", action="share"), r"practice 1 \(No Capitals\)"),
        (ENTRY.format(id="x", action="share") + "colour = 1\n", "colour"),
    ],
)
def test_a_file_that_breaks_the_format_is_named_with_its_entry(folder, content, message):
    (folder / "own.toml").write_text(content)
    with pytest.raises(BadBank, match=message):
        load(folder)


def test_the_longest_phrase_wins_and_plurals_count():
    lexicon = Lexicon(BANK.vocabulary.data)
    assert lexicon.names("Are IP addresses kept?") == {"device"}
    assert lexicon.names("my e-mail address") == {"contact"}
    assert "payment" in lexicon.names("credit card numbers")
    (mention,) = lexicon.mentions("Do you use cookies?")
    assert mention.span.of("Do you use cookies?") == "cookies"


def test_the_longest_phrase_is_found_and_one_cut_off_at_the_end_is_none():
    lexicon = Lexicon({"card": Term(dpv="", words=("card number", "card", "number of the card"))})
    for text, found in [
        ("my card number.", ["card number"]),
        ("my card", ["card"]),
        ("cards and a number of", ["cards"]),
        ("the number of the card", ["number of the card"]),
        ("numbers", []),
    ]:
        assert [mention.span.of(text) for mention in lexicon.mentions(text)] == found
