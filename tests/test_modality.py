"""What a question wants and what a clause asserts, read from their words."""

from __future__ import annotations

from itertools import pairwise

import pytest

from assistant.modality import assertion_of, parts_of, takes_exception
from assistant.question import Form, asks_without_consent, form_of

WHETHER = [
    "is my card number shared?",
    "you share my card number?",
    "card number shared?",
    "phone calls recorded",
    "can i stop the newsletters",
    "when I cancel, is my data deleted?",
    "if I close my account do you delete everything?",
    "Hi, could you tell me whether my IP is stored?",
    "my data is encrypted, right?",
    "do you keep my data or not",
    "I'd like to know if you record calls",
    "is there a way to opt out?",
    "after I cancel do they still hold my details?",
    "caller asks: are chats kept?",
]
OPEN = [
    "what do you collect?",
    "cookies?",
    "why do you need my IP",
    "data retention",
    "can you tell me what you collect",
    "how long are calls kept",
    "for how long",
    "tell me about cookies",
    "do you say how long you keep it",
    "when I phone you, who listens?",
    "what happens to my data when I cancel my account?",
    "if I cancel what happens to my data",
    "could you explain how cookies are used please",
    "with whom do you share it?",
]


@pytest.mark.parametrize("question", WHETHER)
def test_a_question_that_wants_yes_or_no(question):
    assert form_of(question) is Form.WHETHER


@pytest.mark.parametrize("question", OPEN)
def test_a_question_that_wants_more_than_yes_or_no(question):
    assert form_of(question) is Form.OPEN


# clause, a word in the part that is read, negated, reserved
CLAUSES = [
    ("We collect this on forms and will never release it to anyone not involved in the sale.", "collect", False, False),
    ("We collect this on forms and will never release it to anyone not involved in the sale.", "release", True, False),
    (
        "Except as stated here, we will not give your details to others without your express permission.",
        "give",
        True,
        True,
    ),
    ("Closing it does not mean that your data has been permanently deleted.", "deleted", True, False),
    ("We will keep your data, if necessary, to comply with the law.", "keep", False, True),
    ("Such data may be encrypted.", "encrypted", False, True),
    ("You may change your details at any time.", "change", False, False),
    ("You may not be identified by it.", "identified", True, False),
    ("It is not linked to your name, except as necessary to prevent fraud.", "linked", True, True),
    ("We use cookies so you don't need to log in each time.", "cookies", False, False),
    ("If we change this policy, we will notify you by e-mail.", "notify", False, False),
    ("All card data is encrypted, and our databases are open to nobody but employees.", "encrypted", False, False),
    ("We collect data including (but not limited to) your name.", "collect", False, False),
    ("We reserve the right to sell it.", "sell", False, True),
    ("We can’t read your messages.", "read", True, False),
]


@pytest.mark.parametrize(("clause", "word", "negated", "reserved"), CLAUSES)
def test_what_the_part_of_a_clause_that_is_asked_about_asserts(clause, word, negated, reserved):
    part = next(part for part in parts_of(clause) if word in part.of(clause))
    read = assertion_of(clause, part)
    assert (read.negated, read.reserved) == (negated, reserved)


def test_the_words_a_reading_rests_on_stand_in_the_clause():
    clause = "We may share it unless you object."
    assert assertion_of(clause).words == ("may", "unless")


def test_parts_are_ordered_disjoint_and_hold_every_word():
    for clause, *_ in CLAUSES:
        parts = parts_of(clause)
        assert all(a.end <= b.start for a, b in pairwise(parts))


@pytest.mark.parametrize(
    "question", ["will you share it without asking me?", "do you sell it without my permission", "w/o my consent?"]
)
def test_a_question_about_doing_it_without_asking(question):
    assert asks_without_consent(question)


@pytest.mark.parametrize(
    ("clause", "takes"),
    [
        ("However, we may share it with our auditors.", True),
        ("This does not apply to data that the law makes us keep.", True),
        ("The only exception is the name of the sender.", True),
        ("Unless you object, we share it.", False),
        ("We share it, however, with our auditors.", False),
        ("This does your data no harm.", False),
    ],
)
def test_an_exception_is_known_by_how_it_opens(clause, takes):
    assert takes_exception(clause) is takes
