"""Twenty people ask throughout while a policy is published, rolled back and published again: nobody fails, and every answer is of
one version, which it proves itself with."""

from __future__ import annotations

import itertools
import json
import threading

import httpx
import pytest

from assistant.bootstrap import hot_reload as renewal
from assistant.bootstrap.factory import build_index, check_index, open_assistant, open_for_serving, open_publisher
from assistant.bootstrap.source_cache import SourceReader
from assistant.company.publishing.preview import impact
from assistant.company.publishing.versions import in_use
from assistant.settings import Settings
from assistant.surfaces.web import app
from benchmarks.servers.waiting import until
from benchmarks.web.asking import PEOPLE
from corpus.model import Citation
from corpus.shelf.writer import Incoming
from corpus.versions.archive import FolderArchive

PRACTICES = ("name", "address", "telephone number", "location", "payment", "browsing history", "photos", "voice")
QUESTIONS = ("Do you sell my photos?", "How long do you keep my voice?", "Do you sell my location?", "Is my data sold?")


def text(days):
    """A policy whose every clause says its version's number of days, and stands elsewhere in each version."""
    padding = f"We were founded {'very ' * days}long ago.\n\n"
    return f"# Acme Privacy\n\n{padding}" + "".join(
        f"## About your {each}\n\nWe keep your {each} for {days} days. We never sell your {each} within {days} days.\n\n"
        for each in PRACTICES
    )


@pytest.fixture
def settings(tmp_path, word_reader):
    return Settings(policies=tmp_path / "shelf", data=tmp_path / "data", encoder="hashing", requests_per_minute=0)


@pytest.fixture
def publisher(settings):
    return open_publisher(settings)


def publish(publisher, days):
    draft = publisher.draft("acme", Incoming.read(text(days).encode(), "acme.md"), "Ann")
    return publisher.publish(draft.id, "Ann")


def on_shelf(publisher):
    return in_use(publisher.shelf, "acme")


def citations_in(found):
    """Every citation anywhere in an answer."""
    if isinstance(found, dict):
        if "policy_sha256" in found:
            yield Citation.model_validate(found)
        found = list(found.values())
    if isinstance(found, list):
        for each in found:
            yield from citations_in(each)


def test_twenty_ask_while_a_policy_is_published_and_rolled_back(settings, publisher, served, monkeypatch):
    monkeypatch.setattr(renewal.HotReload.watch, "__defaults__", (0.02,))
    said: list[tuple[int, str]] = []
    ended = threading.Event()

    def ask(address, first):
        with httpx.Client(base_url=address, timeout=120) as client:
            for question in itertools.islice(itertools.cycle(QUESTIONS), first, None):
                if ended.is_set():
                    return
                # One policy, all policies, both ways at once.
                for body in ({"question": question, "policy": "acme"}, {"question": question, "explain": True}):
                    response = client.post("/api/ask", json=body)
                    said.append((response.status_code, response.text))

    def until_answered(count):
        until(lambda: len(said) >= count, f"answer {count}")

    def until_in_use(sha256):
        until(lambda: latest().policies["acme"].sha256 == sha256, "the new version")

    published = [publish(publisher, 10)]
    texts = {published[0].sha256: on_shelf(publisher)}
    latest = open_for_serving(settings)
    try:
        with served(app(latest, settings)) as address:
            askers = [threading.Thread(target=ask, args=(address, number)) for number in range(PEOPLE)]
            for each in askers:
                each.start()
            try:
                for step in (lambda: publish(publisher, 2), *[lambda: publisher.roll_back("acme", "1", "Ann")] * 2):
                    until_answered(len(said) + PEOPLE)
                    published.append(step())
                    now = on_shelf(publisher)
                    texts[now.sha256] = now
                    until_in_use(now.sha256)
                    answer = httpx.post(
                        address + "api/ask", json={"question": QUESTIONS[0], "policy": "acme"}, timeout=120
                    ).json()
                    assert {cited.policy_sha256 for cited in citations_in(answer)} == {now.sha256}
            finally:
                ended.set()
                for each in askers:
                    each.join()
    finally:
        latest.end()
    assert [done.version for done in published] == [1, 2, 3, 3]
    assert [done.changed for done in published] == [True, True, True, False]
    assert {status for status, _ in said} == {200}
    seen = set()
    for _, answered in said:
        answer = json.loads(answered)
        cited = list(citations_in(answer))
        versions = {each.policy_sha256 for each in cited}
        assert len(versions) <= 1, "an answer from a mixture of versions"
        assert all(texts[each.policy_sha256].supports(each) for each in cited)
        for version in versions:
            seen.add(version)
            days = "10" if version == published[0].sha256 else "2"
            other = "2" if days == "10" else "10"
            assert f"for {other} days" not in answered
    assert seen == set(texts), "both versions were answered from"
    archive = FolderArchive(settings.data)
    assert all(archive.find("acme", sha256) is not None for sha256 in texts)


def test_builds_take_turns_so_that_the_text_that_was_put_last_is_served(settings, publisher, monkeypatch, caplog):
    """A build that had read the policies before a publication must not end after the publication's own."""
    publish(publisher, 10)
    read, started, go_on = SourceReader.policies, threading.Event(), threading.Event()

    def slow(*given):
        found = list(read(*given))
        if threading.current_thread().name == "slow":
            started.set()
            go_on.wait(60)
        return found

    monkeypatch.setattr(SourceReader, "policies", slow)
    slow_build = threading.Thread(target=build_index, args=(settings,), name="slow")
    slow_build.start()
    assert started.wait(60)
    publishing = threading.Thread(target=publish, args=(publisher, 2))
    with caplog.at_level("INFO"):
        publishing.start()
        until(lambda: "another build" in caplog.text or not publishing.is_alive())
    go_on.set()
    slow_build.join()
    publishing.join()
    check_index(settings)


def test_what_customers_asked_is_put_to_both_texts_once_and_what_cannot_be_read_is_counted(settings, publisher):
    publish(publisher, 10)
    assistant = open_assistant(settings)
    changed = text(10).replace("never sell your photos", "sell your photos")
    draft = publisher.draft("acme", Incoming.read(changed.encode(), "acme.md"), "Ann")
    preview = publisher.preview(draft.id)
    asked = [
        "Do you sell my photos?",
        "do you  sell my PHOTOS? ",
        "Do you sell my location?",
        "fine\x00?",
        "",
        "x" * 5000,
    ]
    found = impact(assistant, preview.current, preview.policy, asked, told=lambda questions: questions[:5])
    assert found.customers == {"Do you sell my photos?", "Do you sell my location?"}
    assert found.unread == 3
    by_question = {each.question: each for each in found.replayed}
    assert len(by_question) == 5, "the bank's questions come after them"
    photos, location = (by_question[question] for question in asked[0:3:2])
    assert (photos.effect, photos.old.outcome, photos.new.outcome) == ("outcome", "no", "yes")
    assert location.effect == "same"
    assert preview.current.supports(photos.old.citations[0])
    assert preview.policy.supports(photos.new.citations[0])
