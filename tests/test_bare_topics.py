"""Messages that name a topic and ask nothing of it."""

import pytest

from assistant.questions.bare_topics import as_question, topic_of


@pytest.mark.parametrize(
    ("message", "topic"),
    [
        ("cookies", "cookies"),
        ("Cookies?", "Cookies"),
        ("my card number", "my card number"),
        ("third parties", "third parties"),
        ("tracking", "tracking"),
        ("opting out?", "opting out"),
        ("right to be forgotten", "right to be forgotten"),
        ("what does the policy say about my location?", "my location"),
        ("What does your privacy notice tell us about minors?", "minors"),
        ("hi, what do you say about selling my data?", "selling my data"),
        ("what's written about CCTV", "CCTV"),
        ("what is your policy on refunds?", "refunds"),
        ("can you tell me more about cookies and pixels?", "cookies and pixels"),
        ("tell me about the card number", "the card number"),
        ("anything about AI?", "AI"),
        ("info on cookies", "cookies"),
        ("what about drones", "drones"),
    ],
)
def test_a_topic_is_asked_about(message, topic):
    assert topic_of(message) == topic
    assert as_question(message) == f"what about {topic}?"


@pytest.mark.parametrize(
    "message",
    [
        "do you use cookies?",
        "is my card number shared?",
        "selling data?",  # wants a yes or a no
        "sharing with third parties",
        "data sold",
        "delete my data",
        "remove me",
        "what data do you collect",
        "what does it say about how long you keep data?",
        "what about it?",
        "what about selling my data?",
        "tell me about yourself",
        "who",
        "it",
        "",
        "?!",
        "cookies, do you use them?",
        "does the policy say anything about AI?",
    ],
)
def test_what_asks_something_stays_as_it_is(message):
    assert topic_of(message) is None
    assert as_question(message) == message


@pytest.mark.parametrize(
    "topic", ["my data", "personal data", "my private info", "my account details", "information", "all my stuff"]
)
def test_of_all_data_it_is_asked_what_is_done_with_them(topic):
    assert as_question(f"{topic}?") == as_question(f"tell me about {topic}") == f"what do you do with {topic}?"
    assert as_question(f"what about {topic}?") == f"what do you do with {topic}?"
