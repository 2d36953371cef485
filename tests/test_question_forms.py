"""What a question wants to hear: whether something is so, or more than yes or no."""

import pytest

from assistant.questions.form import Form, form_of


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
