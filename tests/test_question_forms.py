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


@pytest.mark.parametrize(
    "question",
    [
        "since when do you sell my data?",
        "Until when do you keep my data?",
        "after how many days is it deleted?",
        "within how many days do you answer?",
        "When and why do you share my data?",
        "when, where and how is it collected?",
        "because of what law do you keep it?",
        "based on what do you process my data?",
        "approximately how long is it kept?",
        "besides my email, what do you collect?",
        "As a customer, what rights do I have?",
        "In case of a breach, who is told?",
        "If I delete my account, how long do you keep my data?",
        "You keep my data how long?",
        "you share it with whom?",
    ],
)
def test_who_what_and_when_are_known_wherever_they_stand(question):
    assert form_of(question) is Form.OPEN
    assert asks_openly(question)


@pytest.mark.parametrize(
    "question",
    [
        "after what I told you, do you still keep it?",
        "before when I joined, did you share it?",
        "when and where I log in, do you record it?",
        "as an employee, can I see my data?",
        "If I leave, do you keep it, and how long?",
        "if I ask what you keep, do you tell me?",
        "you can tell who I am and where?",
        "do you share it with anyone?",
        "you don't say why?",
    ],
)
def test_a_case_or_an_aside_makes_no_question_of_who_or_what(question):
    assert not asks_openly(question)
