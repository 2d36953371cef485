"""What a part of a message asks in the case that the part before it brings: "can I refuse cookies, and do you still track me?"."""

from __future__ import annotations

import pytest

from assistant.practices import bank
from assistant.practices.lexicon import Lexicon
from assistant.questions.several import Parting

PARTING = Parting(Lexicon(bank.load().vocabulary.data))


@pytest.mark.parametrize(
    ("message", "last"),
    [
        ("Can I refuse cookies and do you track me then?", "If I refuse cookies, do you track me then?"),
        ("Can I turn off location, and do you still track me?", "If I turn off location, do you still track me?"),
        ("Can I stay anonymous and do you still log my IP?", "If I stay anonymous, do you still log my IP?"),
        ("May I switch off ads and will you track me anyway?", "If I switch off ads, will you track me anyway?"),
        ("Can I request deletion and do you then keep anything?", "If I request deletion, do you then keep anything?"),
        ("Can I really refuse cookies and do you still track me?", "If I refuse cookies, do you still track me?"),
        ("Can I not give my name and do you still let me in?", "If I don't give my name, do you still let me in?"),
        ("Can I only share it once and do you still see me?", "Do you still see me?"),
        ("Am I allowed to object and do you stop then?", "If I object, do you stop then?"),
        ("Is it possible to hide my age, and is it still kept?", "If I hide my age, is it still kept?"),
        ("Can I opt out of ads and do you still sell my data?", "After I opt out of ads, do you still sell my data?"),
        (
            "Do you use cookies, can I delete them, and do you still track me?",
            "After I delete cookies, do you still track me?",
        ),
    ],
)
def test_what_goes_on_after_what_the_asker_may_do_is_asked_of_who_does_it(message, last):
    assert PARTING.parts(message)[-1] == last


@pytest.mark.parametrize(
    ("message", "last"),
    [
        ("Can I refuse cookies and do you sell my data?", "Do you sell my data?"),
        ("Can I see my file and do you still have my old address?", "Do you still have my old address?"),
        ("Do you sell my data and do you still track me?", "Do you still track me?"),
        ("Can you delete my data and do you still keep backups?", "Do you still keep backups?"),
        ("In Spain, can I opt out, and is there still a fee?", "In Spain, is there still a fee?"),
    ],
)
def test_what_does_not_hang_on_that_is_asked_of_everybody(message, last):
    assert PARTING.parts(message)[-1] == last


@pytest.mark.parametrize(
    "message",
    [
        "Can I turn off tracking if I use the app, and do you still share my data?",
        "Can I refuse cookies, or must I accept them, and do you still track me?",
    ],
)
def test_a_message_is_whole_where_the_case_cannot_be_said(message):
    assert PARTING.parts(message) == ()
