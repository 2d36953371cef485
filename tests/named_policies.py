"""Readers of questions over policies that are called as a test needs it, and a question read by one."""

from __future__ import annotations

from dataclasses import replace

from assistant.model import Turn
from assistant.practices.lexicon import Lexicon
from assistant.questions.standalone import Query, QueryReader
from tests.bundled import BANK, SHELF, SPELLER

DATA = Lexicon(BANK.vocabulary.data)
BUNDLED = QueryReader(SHELF.summaries.values(), DATA, SPELLER)


def shelf(*policies: tuple[str, str | None] | tuple[str, str | None, str]) -> QueryReader:
    """A reader over policies of these ids and providers, and the id that each supersedes."""
    made = (
        replace(SHELF["vps6"], id=id_, provider=provider, supersedes=older[0] if older else None)
        for id_, provider, *older in policies
    )
    return QueryReader(made, DATA, SPELLER)


def read(reader: QueryReader, question: str, policy: str | None = None, *earlier: tuple[str, str | None]) -> Query:
    turns = [Turn(question=said, policy=chosen) for said, chosen in earlier]
    return reader.standalone(question, policy, turns, lambda text: "weather" in text)


VERSIONS = shelf(("acme", "Acme"), ("acme-2", "Acme, Inc.", "acme"), ("vps6", "VPS6.NET"))
