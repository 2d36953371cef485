"""Sentences end where they end, and not at abbreviations."""

import pytest

from corpus.model import Span
from corpus.text.sentences import sentences


def cut(text: str) -> list[str]:
    return [span.of(text) for span in sentences(text, Span(0, len(text)))]


@pytest.mark.parametrize(
    "whole",
    [
        "Larkfield follows the EU-U.S. Data Privacy Framework (EU-U.S. DPF) and the Swiss-U.S. Data Privacy Framework.",
        "We log technical data (e.g. IP address and browser) for a week.",
        "We may keep log data, e.g. IP address and language.",
        "Write to Larkfield Ltd., Attn. Privacy Office, 4 Mill Lane.",
        "Licence No. 4471 applies to it.",
        "The legal ground is Art. 6 of the regulation.",
        "Gültig ab 17. Dezember 2025.",
        "Wir speichern Namen bzw. Anschriften gem. Art. 6 Abs. 1 lit. b DSGVO.",
        "Zuständig ist die Larkfeld GmbH, Seestr. 4, 20095 Hamburg.",
    ],
)
def test_an_abbreviation_ends_no_sentence(whole):
    assert cut(whole) == [whole]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Our servers stand in the U.S.", "We keep logs there for a week."),
        ("Data may go to the U.K.", "The law there protects it."),
        ("Is my data safe?", "No."),
        ("There are 30.", "Each has a purpose."),
    ],
)
def test_a_sentence_that_ends_ends(first, second):
    assert cut(f"{first} {second}") == [first, second]
