"""Follow-ups become stand-alone questions; what stands alone is left alone; bad questions are refused."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import BadQuestion
from assistant.model import MAX_HISTORY, MAX_QUESTION, Turn, checked
from assistant.practices.lexicon import Lexicon
from assistant.questions.standalone import QueryReader
from tests.bundled import BANK, SHELF, SPELLER

READER = QueryReader(SHELF.summaries.values(), Lexicon(BANK.vocabulary.data), SPELLER)


def read(question: str, *earlier: str, policy: str | None = "rackspace", off_topic=lambda text: "weather" in text):
    return READER.standalone(question, policy, [Turn(question=q, policy="rackspace") for q in earlier], off_topic)


def test_a_company_is_asked_by_the_name_that_people_say():
    named = {
        "toys": replace(SHELF["vps6"], id="toys", provider="Larkspur Toys GmbH & Co. KG"),
        "one": replace(SHELF["rackspace"], id="one", provider="ACME, Inc."),
    }
    reader = QueryReader(named.values(), Lexicon(BANK.vocabulary.data), SPELLER)
    for question, policy in (
        ("Is my card number shared at Larkspur Toys?", "toys"),
        ("Does Acme use cookies?", "one"),
    ):
        assert reader.standalone(question, None, [], lambda text: False).scope == policy


@pytest.mark.parametrize(
    ("earlier", "question", "understood"),
    [
        ("is my card number shared?", "is it encrypted?", "is my card number encrypted?"),
        ("is my card number shared?", "and what about my phone number?", "is my phone number shared?"),
        ("is my card number shared?", "encrypted?", "is my card number encrypted?"),
        ("do you record phone calls?", "why?", "why do you record phone calls?"),
        ("do you record calls", "how long are they kept?", "how long are calls kept?"),
        ("do you use cookies?", "can I turn them off?", "can I turn cookies off?"),
        ("is my email shared?", "and sold?", "is my email sold?"),
        ("who can see my data?", "and for how long do you keep it?", "for how long do you keep my data?"),
        ("is my card number shared?", "and at VPS6?", "is my card number shared?"),
    ],
)
def test_what_a_follow_up_leaves_out_is_filled_in(earlier, question, understood):
    query = read(question, earlier, policy=None)
    assert query.text == understood
    assert query.understood == understood
    assert query.topic == earlier


@pytest.mark.parametrize(
    "question", ["what's the weather like", "do you sell my data?", "is this policy new?", "how much is a server"]
)
def test_a_message_that_stands_alone_is_left_alone(question):
    query = read(question, "do you use cookies?")
    assert (query.text, query.topic) == (question, None)


def test_an_off_topic_turn_is_passed_over():
    assert (
        read("is it encrypted?", "is my card number shared?", "how is the weather?").text
        == "is my card number encrypted?"
    )


def test_follow_ups_chain():
    assert (
        read("how long is it kept?", "is my card number shared?", "and my phone number?").text
        == "how long is my phone number kept?"
    )


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("is my card number shared at VPS6?", "vps6"),
        ("does QualiSpace use cookies?", "qualispace"),
        ("what about rackspace managed hosting", "rackspace-managed-hosting"),
        ("does Rackspace record calls?", "rackspace"),
        ("and VPS6.NET?", "vps6"),
        ("do you use cookies?", None),
    ],
)
def test_a_company_named_in_the_question_is_its_scope(question, scope):
    assert read(question, policy=None).scope == scope


def test_a_follow_up_stays_with_the_policy_of_its_conversation_and_a_new_question_does_not():
    assert read("is it encrypted?", "is my card number shared?", policy=None).scope == "rackspace"
    assert read("do you sell my data?", "is my card number shared?", policy=None).scope is None


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("does Rackspace or VPS6 use cookies?", "does the company use cookies?"),
        ("is my rackspace id card kept?", "is my id card kept?"),
        ("my firm gave me a Rackspace account", "my firm gave me an account"),
        ("I have an VPS6 login, who sees it?", "I have a login, who sees it?"),
        ("does everybody on rackspace see my profile?", "does everybody see my profile?"),
        ("can I use Rackspace without agreeing to this?", "can I use the service without agreeing to this?"),
        ("I used Rackspace's chat, is it kept?", "I used the service's chat, is it kept?"),
        ("is that the Rackspace?", "is that the company?"),
        ("do QualiSpace, Rackspace and VPS6 sell my data?", "does the company sell my data?"),
        ("are both rackspace and vps6 allowed to sell my data?", "is the company allowed to sell my data?"),
        ("do you sell to Rackspace?", "do you sell to the company?"),
    ],
)
def test_several_companies_side_by_side_are_asked_as_one(question, whole):
    assert read(question).text == whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("does vps6 use cookies?", "does the company use cookies?"),
        ("does www.vps6.net use cookies?", "does the company use cookies?"),
        ("is my data stored on VPS6 servers?", "is my data stored on the company's servers?"),
        ("is my data stored on VPS6's servers?", "is my data stored on the company's servers?"),
        ("is my data read by VPS6 employees?", "is my data read by the company's employees?"),
        ("what is in VPS6 privacy policy?", "what is in the company's privacy policy?"),
        ("is my data at VPS6 safe?", "is my data safe?"),
        ("who at VPS6 reads my mail?", "who reads my mail?"),
        ("is it kept at VPS6 _ safely", "is it kept _ safely"),
        ("is it kept at VPS6 _", "is it kept _"),
        ("does my data go to VPS6?", "does my data go to the company?"),
        ("are you owned by VPS6?", "are you owned by the company?"),
        ("who apart from VPS6 gets my data?", "who apart from the company gets my data?"),
        ("at VPS6, do you sell my data?", "do you sell my data?"),
        ("is it true that VPS6 sells data?", "is it true that the company sells data?"),
        ("can you confirm that VPS6 never sold it?", "can you confirm that the company never sold it?"),
        ("is it ok that VPS6 doesn't ask me?", "is it ok that the company doesn't ask me?"),
        ("is it possible that VPS6 will read mail?", "is it possible that the company will read mail?"),
        ("is it true that VPS6's staff read mail?", "is it true that the company's staff read mail?"),
        ("is it true the VPS6 sells my data?", "is it true the company sells my data?"),
        ("is it right that VPS6 and Rackspace sell data?", "is it right that the company sell data?"),
        ("does that VPS6 account expire?", "does that account expire?"),
        ("is it true that VPS6 accounts are deleted?", "is it true that accounts are deleted?"),
        ("are those VPS6 emails kept?", "are those emails kept?"),
        ("are the VPS6 logs kept?", "are the logs kept?"),
    ],
)
def test_a_named_company_leaves_a_whole_question_behind(question, whole):
    assert read(question, policy="vps6").text == whole


@pytest.mark.parametrize(
    ("question", "whole"),
    [
        ("who sells my data to VPS6?", "who sells my data to the company?"),
        ("does Google give my data to VPS6?", "does Google give my data to the company?"),
        ("what data about me comes from VPS6?", "what data about me comes from the company?"),
        ("who gets my data from VPS6?", "who gets my data from the company?"),
        ("do I share my location with VPS6?", "do I share my location with the company?"),
        ("can I log into VPS6 with Google?", "can I log into the company with Google?"),
        ("do I consent to VPS6 selling my data?", "do I consent to the company selling my data?"),
        ("is it protected by VPS6 encrypting it?", "is it protected by the company encrypting it?"),
        ("is my data sold by VPS6 or by its partners?", "is my data sold by the company or by its partners?"),
        ("is my data sold by VPS6 or Google?", "is my data sold by the company or Google?"),
        ("is my data kept at VPS6 or elsewhere?", "is my data kept at the company or elsewhere?"),
        ("is my data kept at VPS6 or shared?", "is my data kept or shared?"),
        ("is my data safe with VPS6 or should I leave?", "is my data safe or should I leave?"),
        ("can you delete my data from VPS6?", "can you delete my data?"),
        ("do you share my data if I sign up with VPS6?", "do you share my data if I sign up?"),
        ("from VPS6, do you sell my data?", "do you sell my data?"),
    ],
)
def test_which_way_data_go_stays_in_a_question(question, whole):
    query = read(question, policy=None)
    assert (query.text, query.scope) == (whole, "vps6")


@pytest.mark.parametrize(
    ("earlier", "question", "understood"),
    [
        ("do you sell my data, and how long do you keep it?", "can I stop that?", "can I stop you keeping my data?"),
        ("do you sell my data, and how long do you keep it?", "to advertisers?", "do you sell my data to advertisers?"),
        ("do you sell my data, and do you share it?", "why?", "why do you share my data?"),
        (
            "do you collect my email and do you share it with partners?",
            "which ones?",
            "which partners do you share my email with?",
        ),
        ("Do you sell my data? Can I see it?", "and my email?", "Do you sell my email?"),
        ("do you sell my data, and do you share it?", "are you sure?", "do you sell my data, and do you share it?"),
        ("do you sell my data, and do you share it?", "and at VPS6?", "do you sell my data, and do you share it?"),
    ],
)
def test_a_follow_up_of_several_questions_goes_on_with_one_of_them(earlier, question, understood):
    assert read(question, earlier, policy=None).text == understood


def test_another_policy_is_asked_the_same_question():
    for message in ("what about QualiSpace?", "and qualispace", "does QualiSpace do so too?", "same for qualispace?"):
        query = read(message, "hi, do you keep my chat logs?", policy=None)
        assert (query.text, query.scope) == ("do you keep my chat logs?", "qualispace"), message


def test_a_thank_you_never_repeats_a_question():
    for message in ("thanks!", "ok", "cool thx", "great, thank you so much", "👍", "...", "lol", "bye", "never mind"):
        query = read(message, "is my card number shared?")
        assert (query.text, query.topic) == (message, None)


def test_turns_that_ask_nothing_are_passed_over_without_being_judged():
    judged: list[str] = []

    def is_off_topic(text: str) -> bool:
        judged.append(text)
        return False

    query = read("is it encrypted?", "is my card number shared?", "thanks", "ok cool", off_topic=is_off_topic)
    assert query.text == "is my card number encrypted?"
    assert judged == ["is my card number shared?"]


def test_a_message_that_stands_alone_needs_no_history():
    def is_off_topic(text: str) -> bool:
        raise AssertionError(text)

    assert read("do you sell my data?", *["do you use cookies?"] * MAX_HISTORY, off_topic=is_off_topic).topic is None


def test_the_last_turn_counts_among_fifty():
    earlier = [
        *["do you use cookies?", "thanks"] * (MAX_HISTORY // 2 - 1),
        "is my card number shared?",
        "and with whom?",
    ]
    assert read("is it encrypted?", *earlier).text == "is my card number encrypted?"


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "is empty"),
        (" \n\t ", "is empty"),
        ("\u200b\u200f", "is empty"),
        ("x" * (MAX_QUESTION + 1), "has 2,001 characters, at most 2,000"),
        ("x" * 100_000, "has 100,000 characters"),
        ("a\x00b", r"control character \(U\+0000\) at character 2"),
        ("a\x1b[31m", "control character"),
        ("\ud800 lone", r"lone surrogate \(U\+D800\) at character 1"),
    ],
)
def test_a_bad_question_is_refused_with_the_value_and_the_remedy(question, message):
    with pytest.raises(BadQuestion, match=message):
        checked(question)


def test_a_long_history_is_refused():
    with pytest.raises(BadQuestion, match="history has 51 turns, at most 50"):
        read("why?", *["do you use cookies?"] * (MAX_HISTORY + 1))


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=40), max_size=3))
def test_any_message_after_any_history_is_read_or_refused(question, earlier):
    try:
        query = read(question, *earlier)
    except BadQuestion:
        return
    assert query.text.strip()
