"""What a question wants to hear: whether something is so, or more than yes or no."""

import pytest

from assistant.questions.form import Form, asks_openly, form_of


@pytest.mark.parametrize(
    "question",
    [
        "who do I write to?",
        "Who's your data protection officer",
        "whose servers is it kept on?",
        "to whom is my e-mail address given?",
        "what do you know about me",
        "when you delete an account, how long does it take?",
        "list the companies that get my data",
        "is it kept for a year, or for two?",
    ],
)
def test_it_wants_more_than_yes_or_no(question):
    assert form_of(question) is Form.OPEN


@pytest.mark.parametrize(
    "question",
    [
        "do you sell my data?",
        "is there someone whom I can write to?",
        "so nobody who works there reads my messages, right?",
        "if I leave, are my photos deleted?",
        "my details stay with you, don't they",
    ],
)
def test_it_wants_yes_or_no(question):
    assert form_of(question) is Form.WHETHER


@pytest.mark.parametrize(
    "question",
    [
        "where is my package, it said tuesday!!",
        "which outside firm handles my details when my id gets checked in person?",
        "I moved house. Who do I tell?",
        "please tell me how long you keep it",
        "for what is my address used",
        "whos your dpo",
    ],
)
def test_yes_is_no_answer_to_a_question_of_who_what_or_where(question):
    assert asks_openly(question)


@pytest.mark.parametrize(
    "question",
    [
        "do you sell my data?",
        "when I close my account, are its details gone?",
        "when I close my account is it gone",
        "do you know who my friends are?",
        "what if I move abroad, do you delete it?",
        "what about my phone number?",
        "what happens to my data after that - do you delete it?",
        "who gets my data, you don't sell it, do you?",
        "whether you share it",
        "my address?",
    ],
)
def test_yes_may_be_the_answer_to_all_others(question):
    assert not asks_openly(question)
