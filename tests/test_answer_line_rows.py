"""The line of an answer quotes a row of a table with the names of its columns."""

from __future__ import annotations

import pytest

from assistant.languages import language
from assistant.model import Outcome
from assistant.verdict.answer_line import answer_line
from corpus.shelf.catalogue import Metadata, policy_of

TABLE = """# Acme

## What we collect

| Category | Examples | Collected | Sold |
|---|---|---|---|
| A. Identifiers | name, e-mail | YES | |
| E. Biometric data | fingerprints<br>faceprints | NO | NO |

| Term | Here |
|---|---|
| Data | What we know of you |
"""


BIOMETRICS = "No: “E. Biometric data”, under “Examples” “faceprints”, under “Collected” “NO”, under “Sold” “NO”."


@pytest.mark.parametrize(
    ("question", "outcome", "number", "said", "shown"),
    [
        (
            "do you collect my name?",
            Outcome.YES,
            1,
            "Yes: “A. Identifiers”, under “Examples” “name, e-mail”, under “Collected” “YES”.",
            "YES",
        ),
        ("do you collect biometrics?", Outcome.NO, 3, BIOMETRICS, "NO"),
        ("is it sold?", Outcome.NO, 3, BIOMETRICS, "NO"),
        (
            "what is data?",
            Outcome.STATED,
            5,
            "The policy says: “Data\tWhat we know of you” (under “What we collect”).",
            "Data\tWhat we know of you",
        ),
    ],
)
def test_of_a_row_each_cell_is_quoted_with_the_name_of_its_column(question, outcome, number, said, shown):
    policy = policy_of("acme", TABLE, Metadata(), "acme.md")
    told = answer_line(question, outcome, policy, policy.clauses[number].span, language("en"))
    assert told.text == said
    assert told.span is not None
    assert told.span.of(policy.text) == shown
    assert policy.clauses[number].span.covers(told.span)


def test_of_a_long_row_the_cell_that_is_asked_for_is_quoted():
    cells = ["Parcels", "since the law of the land asks us to " * 6, "two years", "the harbour and its master " * 5]
    text = f"# Acme\n\n| Purpose | Reason | Retention | Recipients |\n|---|---|---|---|\n| {' | '.join(cells)} |\n"
    policy = policy_of("acme", text, Metadata(), "acme.md")
    told = answer_line("who are the recipients?", Outcome.STATED, policy, policy.clauses[1].span, language("en"))
    assert told.text.startswith("The policy says: “Parcels”")
    assert "under “Recipients” “the harbour" in told.text
    assert "the law of the land" not in told.text
