"""What questions are read with, over the bundled policies: parsed once for all tests of a process."""

from __future__ import annotations

from assistant.practices import bank as practice_bank
from assistant.questions.spelling import Speller, WordCount
from assistant.settings import ROOT
from corpus.shelf.catalogue import open_shelf

BANK = practice_bank.load()
SHELF = open_shelf(ROOT / "corpus" / "policies")
TEXTS = BANK.texts()
WORDS = WordCount()
for text in (*(policy.text for policy in SHELF.values()), *TEXTS["practice-clauses"]):
    WORDS.add(text)
SPELLER = Speller(WORDS.with_typed([*TEXTS["practice-questions"], *TEXTS["off-topic"]]))
