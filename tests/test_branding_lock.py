"""Policies that a company does not show: whatever is asked of whichever surface, nothing of them comes."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import gradio as gr
import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

from assistant.ask import Assistant
from assistant.bootstrap.factory import build_index, open_assistant
from assistant.company.branding.loading import read_brand
from assistant.company.branding.shown import Shown, limited, unanswered
from assistant.errors import BadBranding
from assistant.languages import language
from assistant.model import Outcome, Turn
from assistant.settings import Settings
from assistant.surfaces.chat.blocks import Beginnings, _Events, _within
from assistant.surfaces.chat.events import ALL, Memory, Page, Talk
from assistant.surfaces.web import app
from corpus.errors import UnknownPolicy

EN = language("en")
OURS, EARLIER, OTHERS = "acme", "acme-2020", "globex"
RIVAL = "Globex"  # stands in every text, title and provider of the other company, and in nothing of ours


@pytest.fixture
def settings(tmp_path: Path, word_reader: object) -> Settings:
    policies = tmp_path / "policies"
    policies.mkdir()
    for id_, text, facts in (
        (OURS, "We never sell your data.", {"provider": "ACME", "title": "ACME Privacy", "supersedes": EARLIER}),
        (EARLIER, "We may sell your data.", {"provider": "ACME", "title": "ACME Privacy of 2020"}),
        (OTHERS, "Globex sells your data.", {"provider": "Globex", "title": "Globex Privacy"}),
    ):
        (policies / f"{id_}.md").write_text(f"# Privacy\n\n{text}\n")
        (policies / f"{id_}.json").write_text(json.dumps(facts))
    found = Settings(policies=policies, data=tmp_path / "data", encoder="hashing")
    build_index(found)
    return found


@pytest.fixture
def assistant(settings: Settings) -> Assistant:
    return open_assistant(settings)


def branding(folder: Path, *lines: str) -> Path:
    path = folder / "branding.toml"
    path.write_text("\n".join(('name = "ACME"', *lines)))
    return path


@pytest.fixture
def site(settings: Settings, assistant: Assistant, tmp_path: Path) -> Iterator[TestClient]:
    file = branding(tmp_path, f'policy = "{OURS}"')
    locked = settings.model_copy(update={"branding": file, "desk_token": SecretStr("staff")})
    with TestClient(app(lambda: assistant, locked), raise_server_exceptions=False) as client:
        client.headers["authorization"] = "Bearer staff"
        yield client


def test_no_address_of_the_server_tells_of_another_companys_policy(site: TestClient) -> None:
    question = "do you sell my data?"
    asked = [
        site.post("/api/ask", json={"question": question, "policy": OTHERS}),
        site.post("/api/ask", json={"question": question, "history": [{"question": question, "policy": OTHERS}]}),
        site.post("/api/compare", json={"question": question, "policies": [OTHERS]}),
        site.post("/api/compare", json={"question": question, "policies": [OURS, OTHERS]}),
        site.get("/api/search", params={"q": "sell data", "policy": OTHERS}),
        site.get("/api/clauses", params={"q": "sell", "policy": OTHERS}),
        site.get(f"/api/policies/{OTHERS}"),
        site.get(f"/api/policies/{OTHERS}/outline"),
        site.get(f"/api/policies/{OURS}/changes", params={"since": OTHERS}),
        site.get(f"/policy/{OTHERS}"),
        site.get("/desk/changes", params={"old": OTHERS, "new": OURS}),
        site.get("/desk/outline", params={"policy": OTHERS}),
        site.get("/desk/compare.csv", params={"question": question, "policies": OTHERS}),
    ]
    assert {each.status_code for each in asked} == {404}
    told = [
        site.post("/api/ask", json={"question": question}),
        site.post("/api/ask", json={"question": f"does {RIVAL} sell my data?"}),
        site.post("/api/compare", json={"question": question}),
        site.get("/api/search", params={"q": "sell data", "limit": 100}),
        site.get("/api/clauses", params={"q": "sell", "version": "all"}),
        site.get("/api/clauses", params={"version": "all", "limit": 100}),
        site.get("/desk", params={"lang": "de"}),
        site.get("/desk/changes"),
        site.get("/desk/outline"),
        site.get("/desk/compare.json", params={"question": question}),
        site.get("/metrics"),
        site.get("/api/policies"),
        site.get(f"/api/policies/{OURS}/outline"),
        site.get(f"/policy/{OURS}"),
        site.get("/"),
        site.get("/embed"),
        site.get("/embed", params={"policy": OTHERS}),
        site.get("/openapi.json"),
        site.get("/healthz"),
        site.get("/readyz"),
    ]
    assert {each.status_code for each in told} == {200}
    told.append(site.get("/api/clauses", params={"company": RIVAL}))
    assert told[-1].status_code == 422  # as any company that is not here
    for each in (*asked, *told):
        sent = str(each.request.url) + (each.request.read().decode() if each.request.method == "POST" else "")
        said = each.text if RIVAL not in sent else each.text.replace(f"does {RIVAL} sell my data", "")
        said = said.replace(f'unknown policy \\"{OTHERS}\\"', "").replace(f"policy={OTHERS}", "")
        assert f"{RIVAL} sells" not in said
        assert f"{RIVAL} Privacy" not in said, each.request.url
        if RIVAL not in sent:
            assert RIVAL not in said, each.request.url
            assert OTHERS not in said, each.request.url


def test_a_policy_that_is_not_shown_is_answered_as_one_that_does_not_exist(site: TestClient) -> None:
    hidden, nowhere = (
        site.post("/api/ask", json={"question": "is it sold?", "policy": id_}) for id_ in (OTHERS, "nix")
    )
    assert hidden.status_code == nowhere.status_code == 404
    assert hidden.json()["detail"].replace(OTHERS, "") == nowhere.json()["detail"].replace("nix", "")


def test_what_is_shown_is_answered_and_earlier_versions_are_still_there(site: TestClient) -> None:
    answer = site.post("/api/ask", json={"question": "do you sell my data?", "policy": OURS}).json()
    assert answer["citations"][0]["quote"] == "We never sell your data."
    assert {each["id"] for each in site.get("/api/policies").json()} == {OURS, EARLIER}
    assert site.get(f"/policy/{EARLIER}").status_code == 200
    assert site.get(f"/api/policies/{OURS}/changes").json()["old"]["id"] == EARLIER


def test_the_chat_shows_the_one_policy_and_nothing_to_choose(assistant: Assistant, tmp_path: Path) -> None:
    brand = read_brand(branding(tmp_path, f'policy = "{OURS}"'))
    page = Page(Shown(lambda: assistant, lambda: brand), brand=lambda: brand)
    for asked in (None, ALL, OURS):
        chosen = page.choice(asked, EN)
        assert (chosen.policy, chosen.chooses) == (OURS, False)
        assert {value for _, value in chosen.choices} == {ALL, OURS, EARLIER}
        assert RIVAL not in repr(chosen)
    with pytest.raises(UnknownPolicy):
        page.choice(OTHERS, EN)
    with pytest.raises(UnknownPolicy):
        page.followed(f"policy={OTHERS}&clause=0", EN)
    for policy in (OTHERS, ALL, None, ""):
        said = page.reply("do you sell my data?", policy, Memory(), Talk()).talk.bubbles[-1][1]
        assert RIVAL not in said
    remembered = Memory(turns=(Turn(question="do you sell my data?", policy=OTHERS),)).model_dump_json()
    assert page.restored(remembered).talk == Talk()


def test_of_several_policies_that_are_shown_one_is_chosen(assistant: Assistant, tmp_path: Path) -> None:
    brand = read_brand(branding(tmp_path, f'policy = ["{OURS}", "{OTHERS}"]'))
    page = Page(Shown(lambda: assistant, lambda: brand), brand=lambda: brand)
    chosen = page.choice(None, EN)
    assert (chosen.policy, chosen.chooses) == (ALL, True)
    assert {OURS, OTHERS} <= {value for _, value in chosen.choices}
    assert page.within(None, embedded=True) is None  # the branding says so


# --- the widget --------------------------------------------------------------------------------------------------------


def test_an_embedding_page_keeps_the_widget_to_the_policy_that_it_names(assistant: Assistant) -> None:
    page = Page(lambda: assistant)
    within = page.within(OURS, embedded=True)
    assert within == (OURS, EARLIER)
    chosen = page.choice(OURS, EN, within=within)
    assert (chosen.policy, chosen.chooses) == (OURS, False)
    assert RIVAL not in repr(chosen)
    for policy in (OTHERS, ALL, None, OURS):
        said = page.reply("do you sell my data?", policy, Memory(), Talk(), within).talk.bubbles[-1][1]
        assert RIVAL not in said
    with pytest.raises(UnknownPolicy):
        page.followed(f"policy={OTHERS}", EN, within)
    remembered = Memory(turns=(Turn(question="do you sell my data?", policy=OTHERS),)).model_dump_json()
    assert page.restored(remembered, within).talk == Talk()


def test_a_widget_lists_other_companies_only_where_it_is_told_to(assistant: Assistant) -> None:
    page = Page(lambda: assistant)
    assert page.within(None, embedded=True) == ()
    chosen = page.choice(None, EN, within=())
    assert (chosen.choices, chosen.starters, chosen.chooses) == ([("Policy", ALL)], "", False)
    assert "has not been told which policy" in chosen.facts
    [(_, said)] = page.reply("do you sell my data?", OTHERS, Memory(), Talk(), ()).talk.bubbles
    assert "has not been told which policy" in said
    assert page.restored(Memory(turns=(Turn(question="is it?", policy=OTHERS),)).model_dump_json(), ()).talk == Talk()
    assert page.within(ALL, embedded=True) is None
    assert page.within(None, embedded=False) is None
    ours = limited(assistant, (OURS,))
    assert Page(lambda: ours).within(None, embedded=True) is None  # it is one company's alone


@pytest.mark.parametrize(
    ("address", "kept_to"),
    [
        ({"policy": OURS, "host": "https://acme.example"}, (OURS, EARLIER)),
        ({"policy": OURS, "host": ""}, (OURS, EARLIER)),
        ({"host": ""}, ()),
        ({"policy": "", "host": ""}, ()),
        ({"policy": "nowhere", "host": ""}, ()),
        ({"policy": ALL, "host": ""}, None),
        ({"policy": OURS}, None),
        ({"policy": "nowhere"}, None),
        ({}, None),
    ],
)
def test_every_event_says_by_the_pages_address_what_it_is_kept_to(
    assistant: Assistant, address: dict[str, str], kept_to: tuple[str, ...] | None
) -> None:
    """Nothing of it is kept on the server, which may have been started anew."""
    events, request = _Events(Page(lambda: assistant)), gr.Request(None)
    request.kwargs = {"query_params": address}
    assert _within(events.page, request) == kept_to
    bubbles, *_ = events.reply("do you sell my data?", OTHERS, None, Talk(), Beginnings(), request)
    assert (RIVAL in str(bubbles)) == (kept_to is None)


def test_a_preview_that_is_over_answers_nothing_and_nothing_is_counted(assistant: Assistant) -> None:
    """A page that looked at a brand stays open: what is asked there is no customer's question."""
    counted: list[object] = []
    page = Page(lambda: assistant, lambda *given: counted.append(given))
    request = gr.Request(None)
    request.kwargs = {"query_params": {"preview": "gone"}}
    for previewed in (None, lambda _: None):
        events = _Events(page, previewed=previewed)
        assert events.page_of(request) is None
        assert all(
            each == gr.skip()
            for each in events.reply("do you sell my data?", OURS, None, Talk(), Beginnings(), request)
        )
        assert events.choose(OURS, None, request)[0]  # it is shown all the same
    assert counted == []


def test_to_gradio_an_embedded_page_names_the_page_around_it(site: TestClient) -> None:
    sent = site.get("/embed", params={"policy": OURS, "lang": "de"}, follow_redirects=False)
    assert (sent.status_code, sent.headers["location"]) == (307, f"?policy={OURS}&lang=de&host=")
    assert site.get("/embed?host=", follow_redirects=False).status_code == 200
    assert site.get("/?policy=acme", follow_redirects=False).status_code == 200


# --- what changes ------------------------------------------------------------------------------------------------------


def test_a_policy_that_is_not_there_is_no_start_and_names_the_nearest(assistant: Assistant, tmp_path: Path) -> None:
    brand = read_brand(branding(tmp_path, 'policy = "acmee"'))
    with pytest.raises(BadBranding, match='"policy": unknown policy "acmee": did you mean "acme"'):
        Shown(lambda: assistant, lambda: brand)


def test_a_policy_that_goes_never_makes_all_be_shown(
    assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    now = [assistant, read_brand(branding(tmp_path, f'policy = "{OURS}"'))]
    shown = Shown(lambda: now[0], lambda: now[1])  # type: ignore[arg-type, return-value]
    first = shown()
    assert shown() is first
    now[0] = limited(assistant, (OTHERS,))  # a new index without ours
    with caplog.at_level(logging.WARNING):
        assert shown() is first
        assert shown() is first
    assert len(caplog.messages) == 1
    assert "stays as it was" in caplog.messages[0]
    now[0] = assistant
    now[1] = read_brand(branding(tmp_path, f'policy = "{OTHERS}"'))
    assert shown().current == (OTHERS,)


def test_a_server_tells_at_its_start_of_starters_that_are_not_answered(
    settings: Settings, assistant: Assistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = branding(tmp_path, f'policy = "{OURS}"', 'starters = ["do you sell my data?", "do you record calls?"]')
    with TestClient(app(lambda: assistant, settings.model_copy(update={"branding": file}))):
        pass
    [said] = [each for each in caplog.messages if each.startswith("branding: ")]
    assert 'starter "do you record calls?" is not answered' in said


def test_starters_that_no_policy_answers_are_told(assistant: Assistant) -> None:
    ours = limited(assistant, (OURS,))
    found = list(unanswered(ours, ["do you sell my data?", "do you record my telephone calls?", "hello!", "\x07"]))
    assert len(found) == 3
    assert (
        f'starter "do you record my telephone calls?" is not answered by the policy (outcome "{Outcome.SILENT}")'
        in found[0]
    )
    assert "cannot be asked" in found[2]
