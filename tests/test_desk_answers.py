"""The answer above the desk's search over HTTP: what is a question, which policies are asked, what is said with which quote."""

from __future__ import annotations

from functools import partial

import pytest
from fastapi.testclient import TestClient

from assistant.company.branding.loading import PLAIN, Brand
from assistant.company.branding.model import AllTexts, Branding, Texts
from assistant.questions.form import asks
from assistant.surfaces.api.routes import api
from assistant.surfaces.desk.routes import desk
from tests.served_shelf import Place


@pytest.mark.parametrize(
    "message",
    [
        "does the company share phone recordings?",
        "is my card number shared",
        "how long do you keep cookies",
        "tell me who gets my data",
        "Hello, I moved house. Do you share my address? Thanks",
        "cookies?",
        "my card number is shared, right",
        "don't you sell my data",
    ],
)
def test_a_question_is_told_by_its_form_also_without_a_question_mark(message):
    assert asks(message)


@pytest.mark.parametrize(
    "message",
    [
        "card number",
        "shared data",
        "data sold to third parties",
        "We do not sell your data",
        "do not track",
        "how long",
    ],
)
def test_words_to_look_for_are_no_question(message):
    assert not asks(message)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    found = Place(tmp_path_factory.mktemp("answers"))
    found.describe("acme", provider="Acme", title="Acme Privacy", supersedes="acme-old")
    found.describe("acme-old", provider="Acme", title="Acme Privacy of old", effective_date="2017-01-01")
    found.describe("other", provider="Other", title="Other Privacy")
    found.publish(
        **{
            "acme": "# Privacy\n\n## Cookies\n\nWe never sell your data to anybody.\n\nWe keep cookies for ten days.\n",
            "acme-old": "# Privacy\n\nWe sell your data to advertisers.\n",
            "other": "# Privacy\n\nWe never sell your data to third parties.\n\n"
            "We share recordings of telephone calls with our insurer.\n",
        }
    )
    return found


@pytest.fixture
def asked(place):
    application = api(place.latest, place.settings)
    application.include_router(desk(place.latest, place.settings))
    with TestClient(application, raise_server_exceptions=False) as client:
        yield lambda q, **filters: client.post("/desk/answer", json={"q": q, **filters})


def titles(response):
    assert response.status_code == 200, response.text
    return {each["title"] for each in response.json()["answers"]}


def test_an_answer_has_words_a_quote_and_the_link_of_its_version(asked, place):
    (answer,) = asked("do you sell my data?", policy="acme").json()["answers"]
    number, version = place.clause("never sell")
    (said,) = answer["said"]
    assert (answer["title"], answer["date"], answer["earlier"]) == ("Acme Privacy", "date not stated", False)
    assert (said["outcome"], said["headline"]) == ("no", "No")
    assert said["text"].startswith("No: “We never sell")
    assert said["sentence"].startswith("“We never sell")
    assert "reading" in said["confidence"]
    assert said["quotes"] == [
        {
            "quote": "We never sell your data to anybody.",
            "language": "en",
            "path": ["Privacy", "Cookies"],
            "permalink": f"policy/acme#c{number}-{version}",
        }
    ]


def test_the_filters_say_which_policies_are_asked(asked):
    question = "do you sell my data?"
    assert titles(asked(question)) == {"Acme Privacy", "Other Privacy"}
    assert titles(asked(question, company="Other")) == {"Other Privacy"}
    assert titles(asked(question, company="Acme", version="earlier")) == {"Acme Privacy of old"}
    assert titles(asked(question, version="earlier")) == {"Acme Privacy of old"}
    assert titles(asked(question, policy="acme-old")) == {"Acme Privacy of old"}
    assert titles(asked(question, company="Other", version="earlier")) == set()
    assert asked(question, policy="acme-old").json()["answers"][0]["earlier"]


def test_policies_that_say_something_stand_before_silent_ones(asked):
    first, second = asked("how long do you keep cookies?").json()["answers"]
    assert first["title"] == "Acme Privacy"
    assert second["said"][0]["outcome"] == "silent"
    assert second["said"][0]["quotes"] == []


def test_a_ticket_is_answered_with_the_clause(asked):
    (answer,) = asked("does the company share phone recordings?", company="Other").json()["answers"]
    (said,) = answer["said"]
    assert said["outcome"] == "yes"
    assert said["quotes"][0]["quote"] == "We share recordings of telephone calls with our insurer."


def test_where_all_policies_are_silent_one_sentence_says_so(asked):
    (answer,) = asked("do you use facial recognition?").json()["answers"]
    (said,) = answer["said"]
    assert (answer["title"], said["outcome"], said["quotes"]) == (None, "silent", [])


def test_several_questions_get_an_answer_each(asked):
    (answer,) = asked("do you sell my data? how long do you keep cookies?", policy="acme").json()["answers"]
    assert [each["outcome"] for each in answer["said"]] == ["no", "stated"]


@pytest.mark.parametrize("words", ["card number", "", "   ", "what is the weather in Rome today?"])
def test_what_is_no_question_to_a_policy_gets_no_answer_and_no_word(asked, words):
    assert asked(words).json() == {"answers": [], "notice": None}


def test_another_language_is_told_in_one_line_of_the_page(asked):
    found = asked("Werden meine persönlichen Daten an andere Firmen verkauft?", language="de").json()
    assert found["answers"] == []
    assert "Englisch" in found["notice"]
    assert (
        asked("do you sell my data?", policy="acme", language="de").json()["answers"][0]["said"][0]["headline"]
        == "Nein"
    )


def test_what_cannot_be_used_is_refused(asked):
    assert asked("do you sell my data?", policy="nobody").status_code == 404
    assert asked("x" * 2001).status_code == 422
    assert asked("do you sell my data?", version="newest").status_code == 422


def test_a_reply_has_the_companys_tone_and_a_plain_one_without(place):
    own = Branding(name="Acme", texts=AllTexts(en=Texts(begins="Dear <customer>", ends="Yours, Acme")))
    for brand, begins in ((Brand(own, version="1"), "Dear &lt;customer&gt;"), (PLAIN, "Hello, and thank you")):
        application = api(place.latest, place.settings)
        application.include_router(desk(place.latest, place.settings, partial(lambda it: it, brand)))
        with TestClient(application) as client:
            assert f'data-begins="{begins}' in client.get("/desk").text
            assert 'data-begins="Guten Tag' in client.get("/desk?lang=de").text
