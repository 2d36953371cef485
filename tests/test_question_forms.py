"""What a question wants to hear: whether something is so, or more than yes or no."""

import pytest

from assistant.questions.form import STORY, Form, asked_of, asks_openly, focus_of, form_of, question_of


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
        "What happens if I say no?",
        "What can I do if my data is not correct?",
        "What information do I get before I say yes?",
        "who are they?",
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
        "where is it kept, in Europe, right?",
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


# ---- long messages ---------------------------------------------------------------------------------------------------

TOLD = (
    "Our flat was broken into last month and since then I look at everything twice, also at the small shops where I once ordered "
    "a lamp or a pair of shoes and forgot all about it. "
)
assert len(TOLD.split()) == STORY


@pytest.mark.parametrize(
    "asked",
    [
        "You never sell addresses to anyone. Is that correct?",
        "My neighbour says that you keep nothing. Is it true?",
        "You sell e-mail addresses. Right?",
        "She says that you sell e-mail addresses. Do you?",
        "You share it with nobody, I hear. Can you confirm that?",
        "I asked you to delete my account. It is still there. Why?",
        "I sent you my passport and a selfie. Do you still have them?",
        "I sent you my passport and a selfie. I am really angry. Do you still have them?",
        "My daughter is twelve. Do you sell her data?",
        "I gave you a list of my friends. Who gets these names?",
        "I deleted my account. For how long is it kept?",
        "Do you sell my data to advertisers? I was told you don't. Is that so?",
        "do you keep what i bought? with whom is it shared?",
    ],
)
def test_a_question_is_read_with_what_it_leans_on(asked):
    assert asked_of(TOLD + asked) == asked == question_of(asked)


@pytest.mark.parametrize(
    "asked",
    [
        "Do you sell my data?",
        "Is it possible to delete my account?",
        "how long do you keep my orders?",
        "Does this policy say who gets my address?",
        "Please tell me whether you still have my photos.",
    ],
)
@pytest.mark.parametrize("after", ["", " Thanks!", " Just asking, ok?", " Any ideas?", " Can you help me?"])
def test_what_is_told_before_a_question_changes_nothing_of_it(asked, after):
    told = TOLD if asked[0].isupper() else TOLD.lower()
    assert asked_of(told + asked + after) == asked
    assert form_of(asked_of(told + asked + after)) is form_of(asked)


@pytest.mark.parametrize(
    "tag", ["Right?", "Really?", "Or don't you?", "Is that so?", "Are you sure?", "Right? Just wondering."]
)
@pytest.mark.parametrize("asked", ["Do you use cookies?", "Who gets my data?"])
def test_a_tag_behind_a_question_asks_nothing_more(asked, tag):
    assert focus_of(f"I live in Kent. {asked} {tag}") == asked
    assert form_of(f"{asked} {tag}") is form_of(asked)


def test_a_question_stays_whole_however_long_what_it_leans_on_is():
    sent = f"For a check I sent you {'a scan and ' * STORY}a selfie."
    read = asked_of(f"{sent} Do you still have them?")
    assert len(read.split()) == STORY
    assert read.endswith("a selfie. Do you still have them?")


def test_what_is_to_be_confirmed_is_read_from_its_beginning():
    said = f"You never sell {'addresses or ' * STORY}names."
    assert asked_of(f"I read it in the news. {said} Is that right?") == f"{said} Is that right?"


@pytest.mark.parametrize(
    "question", ["You sell my data. Right?", "You keep it. Can you confirm that?", "Is that what you do?"]
)
def test_who_wants_something_confirmed_wants_yes_or_no(question):
    assert form_of(question) is Form.WHETHER
    assert not asks_openly(question)


@pytest.mark.parametrize(
    "message",
    [
        "delete my data",
        "please erase everything you have on me",
        "i want you to delete my data",
        "I'd like to have my account closed",
        "I want to be forgotten",
        "stop emailing me!",
        "don't sell my data",
        "delete it but keep my orders",
    ],
)
def test_what_wants_something_done_is_answered_neither_yes_nor_no(message):
    assert asks_openly(message)


@pytest.mark.parametrize(
    "question",
    [
        "can you delete my data",
        "delete my data?",
        "don't you sell my data?",
        "dont you share it",
        "you delete my data, right?",
        "stop selling my data, will you?",
        "I deleted my account, do you keep anything",
        "I want to know if you sell it",
    ],
)
def test_what_asks_whether_it_is_done_is(question):
    assert not asks_openly(question)
