"""A server takes up a newly built index without a restart and without a failed request."""

from __future__ import annotations

import shutil
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from assistant.bootstrap import file_index, hot_reload
from assistant.bootstrap.factory import build_index, open_for_serving
from assistant.settings import ROOT, Settings
from assistant.surfaces.api.routes import api
from benchmarks.servers.waiting import until
from index.errors import DamagedIndex, StoreUnreachable

SALE = "We never sell the data of customer number {}."


@pytest.fixture
def settings(tmp_path, word_reader):
    """Of a shelf in which one policy is published; read by words alone."""
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "corpus" / "policies", policies)
    found = Settings(policies=policies, data=tmp_path / "data", encoder="hashing")
    publish(found, 0)
    return found


def publish(settings, number):
    """Write a new version of a policy and build its index, as another process would."""
    (settings.policies / "acme.md").write_text(f"# Privacy\n\n{SALE.format(number)}\n")
    build_index(settings)


@pytest.fixture
def latest(settings, monkeypatch):
    monkeypatch.setattr(hot_reload, "INTERVAL", 0.02)
    monkeypatch.setattr(hot_reload.HotReload.watch, "__defaults__", (0.02,))
    found = open_for_serving(settings)
    yield found
    found.end()


def until_renewed(latest, before):
    until(lambda: latest() is not before, "the new index")


def quote_of(answer):
    return answer["citations"][0]["quote"] if answer["citations"] else None


def test_questions_are_answered_throughout_while_the_index_is_built_again_and_again(settings, latest, served):
    question = {"question": "do you sell the data of a customer?", "policy": "acme"}
    said: list[tuple[int, str]] = []
    ended = threading.Event()

    def ask(address):
        with httpx.Client(base_url=address, timeout=30) as client:
            while not ended.is_set():
                for asked in (question, {"question": "cookies?"}):
                    response = client.post("/api/ask", json=asked)
                    said.append((response.status_code, response.text))
                response = client.get("/api/policies/acme")
                said.append((response.status_code, ""))

    with served(api(latest, settings)) as address:
        askers = [threading.Thread(target=ask, args=(address,)) for _ in range(3)]
        for each in askers:
            each.start()
        for number in range(1, 5):
            before = latest()
            publish(settings, number)
            until_renewed(latest, before)
            asked = httpx.post(address + "api/ask", json=question).json()
            assert SALE.format(number) in latest().policies["acme"].text
            assert quote_of(asked) == SALE.format(number)
        ended.set()
        for each in askers:
            each.join()
    assert len(said) > 20
    assert {status for status, _ in said} == {200}


@contextmanager
def opening_fails(monkeypatch, error):
    """No index can be opened within the block."""

    def fails(*_, **__):
        raise error

    with monkeypatch.context() as broken:
        broken.setattr(file_index, "open_index", fails)
        yield


def test_an_index_whose_server_was_lost_for_a_moment_is_taken_up_afterwards(settings, latest, monkeypatch, caplog):
    before = latest()

    with opening_fails(monkeypatch, StoreUnreachable("server db does not answer")):
        publish(settings, 1)
        until(lambda: "not taken up" in caplog.text, "the failure")
        assert latest() is before
    until_renewed(latest, before)
    assert caplog.text.count("not taken up") == 1


@pytest.mark.parametrize("error", [DamagedIndex("file is gone"), ValueError("file is gone")])
def test_an_index_that_cannot_be_opened_changes_nothing_and_is_told_once(settings, latest, monkeypatch, caplog, error):
    before = latest()

    with opening_fails(monkeypatch, error):
        publish(settings, 1)
        until(lambda: "not taken up" in caplog.text, "the failure")
        time.sleep(0.1)
        assert caplog.text.count("not taken up, the old one stays in use: file is gone") == 1
        assert latest() is before
        assert latest().ask("do you sell data?", "acme").searched.clauses == 1
    publish(settings, 2)
    until_renewed(latest, before)


def test_a_policy_spoilt_after_the_start_is_left_out_of_the_new_index_not_of_the_old(settings, latest):
    before = latest()
    (settings.policies / "vps6.md").write_bytes(b"\xff\xfe\xfa")
    assert "vps6" in latest().policies
    (settings.policies / "vps6.md").unlink()
    (settings.policies / "vps6.json").unlink()
    build_index(settings)
    until_renewed(latest, before)
    assert "vps6" not in latest().policies


def test_after_its_folder_is_swept_an_opened_index_still_answers(settings, latest):
    latest.end()
    before = latest()
    build_index(settings)
    assert not ((settings.data / "index") / before.searcher.generation).exists()
    assert before.ask("do you use cookies?", "rackspace").searched.clauses == 36
    assert before.ask("do you use cookies?").searched.clauses > 36
    assert before.search("cookies")


def test_a_server_that_ends_looks_no_more(settings, latest):
    with latest as serving:
        before = serving()
        assert "hot reload" in [thread.name for thread in threading.enumerate()]
    assert "hot reload" not in [thread.name for thread in threading.enumerate()]
    build_index(settings)
    time.sleep(0.1)
    assert latest() is before
