"""A question for the company's address, number or how to reach it is answered by what holds one."""

from __future__ import annotations

import pytest

from assistant.reading.base import Reading
from assistant.reading.passages import Passage
from assistant.verdict.contact_details import asked_for, with_details

STATES = Reading(0.1, 0.0, 0.0, 0.0, 0.9)
COLLECTS = "We collect contact information, such as your e-mail address, telephone number and postal address."


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("what is your email address?", "email"),
        ("What's the company's e-mail?", "email"),
        ("whats the email adress for privacy questions", "email"),
        ("which email address should I write to?", "email"),
        ("what email do I use for a complaint?", "email"),
        ("can i have your phone number", "phone"),
        ("what is the phone number of the data protection officer", "phone"),
        ("what is your address?", "postal"),
        ("what postal address do i send a letter to?", "postal"),
        ("your contact details?", "any"),
        ("how do I contact you?", "way"),
        ("how can i quickly get hold of someone", "way"),
    ],
)
def test_it_is_known_which_detail_is_asked_for(question: str, kind: str) -> None:
    assert asked_for(question) == kind


@pytest.mark.parametrize(
    "question",
    [
        *(
            "what email addresses do you collect?",
            "which address do you have for me?",
            "what phone numbers do you store?",
        ),
        *("what is my email address used for?", "what happens to my email address?", "do you share my phone number?"),
        *("what is the ip address for?", "your ip address policy", "what contact information do you collect?"),
        *("how do you contact me?", "how do I contact my data protection authority?", "i want your emails to stop"),
        *("who has my address?", "is your address in Europe?", "how long do you keep my e-mail address?"),
    ],
)
def test_a_question_about_what_customers_give_asks_for_none(question: str) -> None:
    assert asked_for(question) is None


@pytest.mark.parametrize(
    ("question", "holds"),
    [
        ("what is your email address?", "Write to privacy@acme.example."),
        ("what is your email address?", "Send your request to privacy[at]acme.example."),
        ("what is your email address?", "You can reach us at [email protected]."),
        ("what is your phone number?", "Call +49 30 1234567 from nine to five."),
        ("what is your address?", "Acme Ltd, 5 Main Square, Springfield"),
        ("what is your address?", "Skelstraße 4, 12345 Berlin"),
        ("what are your contact details?", "See our page (acme.example/contact)."),
        ("how do I contact you?", "If you have questions, please contact us."),
        ("how do I contact you?", "Please write to our data protection officer."),
    ],
)
def test_only_what_holds_it_answers(question: str, holds: str) -> None:
    passages = [Passage("", COLLECTS), Passage("", holds), Passage("", "We use it to get in touch with you.")]
    read = with_details(question, passages, [STATES] * 3)
    assert [reading.none for reading in read] == [1.0, STATES.none, 1.0]


def test_other_questions_are_read_as_they_are() -> None:
    assert with_details("do you collect my address?", [Passage("", COLLECTS)], [STATES]) == [STATES]


@pytest.mark.parametrize(
    "question", ["what is your email address?", "whats your phone number", "what are your contact details?"]
)
def test_no_bundled_policy_gives_an_address_that_it_only_speaks_of(assistant, question: str) -> None:
    for policy_id in assistant.policies:
        for citation in assistant.ask(question, policy_id).citations:
            assert any(sign in citation.quote for sign in ("@", "contact us", "links")), citation.quote
