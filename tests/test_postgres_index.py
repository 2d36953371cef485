"""An index in a PostgreSQL server is the one in files: the same answers; built once for what changed; lost for nobody."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from assistant.ask import Assistant
from assistant.bootstrap.factory import (
    archive_of,
    build_index,
    check_index,
    index_of,
    open_assistant,
    open_for_serving,
    open_policies,
)
from assistant.bootstrap.hot_reload import HotReload
from assistant.errors import BadSetting
from assistant.model import Answer
from assistant.settings import ROOT, Settings
from benchmarks.servers import postgresql
from benchmarks.servers.waiting import until
from corpus.model import Policy
from index.errors import BadStoreAddress, BuildRunning, DamagedIndex, ForeignIndex, MissingIndex, StoreUnreachable
from index.postgres import writing
from index.postgres.opened import PostgresPolicies
from index.postgres.server import Server
from index.postgres.writing import build, turn
from tests.contracts.test_vector_stores import unit
from tests.given_vectors import GivenVectors, policies_of

QUESTIONS = (
    "do you sell my data?",
    "is my card number shared?",
    "how long do you keep my data?",
    "can I delete my account?",
    "thanks!",
    "do you use cookies and can I refuse them?",
)


@pytest.fixture
def settings(tmp_path: Path, index_address: str, encoders: Path) -> Settings:
    policies = tmp_path / "policies"
    shutil.copytree(ROOT / "corpus" / "policies", policies)
    return Settings(policies=policies, data=tmp_path / "data", encoders=encoders, store=index_address)


@pytest.fixture
def small(tmp_path: Path, index_address: str) -> Settings:
    """A shelf of two policies, and an encoder that needs no model."""
    policies = tmp_path / "policies"
    policies.mkdir()
    for id_, text in (("acme", "We keep your data for 10 days."), ("globex", "We sell your data to anybody.")):
        (policies / f"{id_}.md").write_text(f"# Privacy\n\n{text}\n")
    return Settings(policies=policies, data=tmp_path / "data", encoder="hashing", store=index_address)


def publish(settings: Settings, days: int) -> None:
    (settings.policies / "acme.md").write_text(f"# Privacy\n\nWe keep your data for {days} days.\n")
    build_index(settings)


def test_every_answer_is_that_of_an_index_in_files(settings, assistant):
    served = open_assistant(settings, mend=True)
    for question in QUESTIONS:
        for policy in (*assistant.policies, None):
            assert _without_confidence(served.ask(question, policy)) == _without_confidence(
                assistant.ask(question, policy)
            )
        assert served.search(question) == assistant.search(question)
    for policy_id in assistant.policies:
        one, other = served.known(policy_id), assistant.known(policy_id)
        assert (one.data == other.data).all()
        assert (one.actions == other.actions).all()
    assert check_index(settings).count == sum(len(policy.clauses) for policy in assistant.policies.values())


def _without_confidence(answer: Answer) -> object:
    """An answer but for its confidence, whose last digit hangs on what was read together with it."""

    def within(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: within(each) for name, each in value.items() if name != "confidence"}
        return [within(each) for each in value] if isinstance(value, list) else value

    return within(answer.model_dump(mode="json"))


def test_where_nothing_was_built_that_is_said_and_a_server_without_the_folder_answers(settings, tmp_path):
    with pytest.raises(MissingIndex, match=r'no index in .*; run "plainclause index build"'):
        open_assistant(settings)
    build_index(settings)
    elsewhere = settings.model_copy(update={"policies": tmp_path / "none", "data": tmp_path / "other"})
    assert open_assistant(elsewhere).ask("do you use cookies?", "rackspace").citations
    assert list(open_policies(elsewhere)) == ["qualispace", "rackspace", "rackspace-managed-hosting", "vps6"]
    (archived,) = archive_of(elsewhere).versions("vps6")
    kept = archive_of(elsewhere).find("vps6", archived[:12])
    assert kept is not None
    assert kept.sha256 == archived
    assert archive_of(elsewhere).find("vps6", "0" * 12) is None
    assert archive_of(elsewhere).find("vps6'; DROP TABLE plainclause.policies; --", archived) is None


def test_a_build_encodes_only_the_policies_that_changed_and_a_killed_one_goes_on(index_address, monkeypatch):
    server, vectors = Server(index_address), unit(90, 8, 1)
    encoder, policies = GivenVectors(vectors), policies_of(90, [30, 30, 30])

    def built(some: list[Policy]) -> int:
        encoder.encoded.clear()
        return build(some, encoder, server, lambda _: b"", "test", lambda: b"").count

    insert = writing._insert

    def dies(*given: object) -> None:
        if given[1] == policies[2]:
            raise KeyboardInterrupt
        insert(*given)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(writing, "_insert", dies)
        with pytest.raises(KeyboardInterrupt):
            built(policies)
    assert len(encoder.encoded) == 90
    assert (built(policies), len(encoder.encoded)) == (90, 30)  # what was written before is not encoded again
    assert (built(policies), len(encoder.encoded)) == (90, 0)
    changed = [*policies[:2], *policies_of(20, [20])]
    changed[2] = next(p for p in policies_of(20, [0, 0, 20]))
    assert (built(changed), len(encoder.encoded)) == (80, 20)
    server.close()


def test_what_was_asked_of_a_build_is_answered_from_it_while_others_replace_it(small):
    build_index(small)
    first = open_assistant(small)
    publish(small, 99)
    publish(small, 5)
    assert [c.quote for c in first.ask("how long do you keep my data?", "acme").citations] == [
        "We keep your data for 10 days."
    ]
    assert [c.quote for c in open_assistant(small).ask("how long do you keep my data?", "acme").citations] == [
        "We keep your data for 5 days."
    ]
    assert len(archive_of(small).versions("acme")) == 3


def test_what_was_stored_before_the_day_of_the_last_change_was_known_is_read_and_then_built_anew(small, index_address):
    build_index(small)
    with psycopg.connect(index_address, autocommit=True) as connection:
        connection.execute(
            "UPDATE plainclause.policies SET summary = (summary::jsonb - 'updated_date')::text, "
            "policy = convert_to((convert_from(policy, 'UTF8')::jsonb - 'updated_date')::text, 'UTF8')"
        )
    before = open_assistant(small).policies
    assert (before.summaries["acme"].updated_date, before["acme"].updated_date) == (None, None)
    assert archive_of(small).find("acme", before["acme"].sha256) == before["acme"]
    (small.policies / "acme.json").write_text('{"updated_date": "2026-07-01"}')
    build_index(small)
    after = open_assistant(small).policies
    assert after.summaries["acme"].updated_date == after["acme"].updated_date == date(2026, 7, 1)


def test_a_text_that_comes_back_after_its_vectors_were_swept_is_answered_from(
    small, index_address, monkeypatch, word_reader
):
    monkeypatch.setattr(writing, "_KEPT", "0 seconds")
    build_index(small)
    of_first = open_assistant(small)
    publish(small, 20)
    publish(small, 30)  # sweeps what is left of the first
    with psycopg.connect(index_address) as connection:
        kept = (
            "SELECT count(*), count(*) FILTER (WHERE attached <> '') FROM plainclause.policies WHERE policy_id = 'acme'"
        )
        assert connection.execute(kept).fetchone() == (3, 2)
    with pytest.raises(DamagedIndex, match='has lost policy "acme"'):
        of_first.searcher.vectors("acme")
    publish(small, 10)
    assistant = open_assistant(small)
    (citation,) = assistant.ask("how long do you keep my data?", "acme").citations
    assert citation.quote == "We keep your data for 10 days."
    assert len(assistant.searcher.vectors("acme")) == 1


def test_what_one_publishes_all_serve_soon_and_nobody_mixes(small):
    """Several servers on one index, asked throughout while texts are published."""
    build_index(small)
    said: list[tuple[str, ...]] = []
    ended = threading.Event()
    with open_for_serving(small) as one, open_for_serving(small) as two, open_for_serving(small) as three:

        def ask(latest) -> None:
            while not ended.is_set():
                assistant = latest()
                answer = assistant.ask("how long do you keep my data?", "acme")
                said.append(tuple(each.quote for each in answer.citations))
                assert all(assistant.policies["acme"].supports(each) for each in answer.citations)

        def until_served(latest, days: int) -> None:
            until(lambda: f"{days} days" in latest().policies["acme"].text, "the new text", 20)

        askers = [threading.Thread(target=ask, args=(each,)) for each in (one, two, three)]
        for each in askers:
            each.start()
        for days in (20, 30, 40):
            publish(small, days)
            for latest in (one, two, three):
                until_served(latest, days)
        ended.set()
        for each in askers:
            each.join()
    assert {len(quotes) for quotes in said} == {1}
    assert {quotes[0].split()[5] for quotes in said} == {"10", "20", "30", "40"}


def test_builds_take_turns(small, index_address, monkeypatch):
    build_index(small)
    waiting, server = threading.Event(), Server(index_address)
    inserted = writing._insert

    def slow(*given: object) -> None:
        waiting.set()
        time.sleep(1)
        inserted(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(writing, "_insert", slow)
    other = threading.Thread(target=publish, args=(small, 7))
    other.start()
    assert waiting.wait(20)
    with pytest.raises(BuildRunning, match="did not finish in 0"), turn(server, wait=0):
        pass
    other.join()
    server.close()
    assert "7 days" in open_assistant(small).policies["acme"].text


def test_of_policies_that_did_not_change_a_build_reads_nothing_and_knows_what_it_would_have_read(settings, monkeypatch):
    build_index(settings)
    read = []
    get = PostgresPolicies.__getitem__

    def noted(policies: PostgresPolicies, policy_id: str) -> Policy:
        read.append(policy_id)
        found: Policy = get(policies, policy_id)
        return found

    (settings.policies / "vps6.md").write_text("# Privacy\n\nWe keep peculiar staplers.\n")
    (settings.policies / "acme.md").write_text("# Privacy\n\nWe sell staplers to zoologists.\n")
    for path in settings.policies.glob("qualispace.*"):
        path.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(PostgresPolicies, "__getitem__", noted)
        card = build_index(settings)
    assert sorted(read) == ["qualispace", "vps6"]  # whose words count no more
    anew = settings.model_copy(update={"store": "faiss", "data": settings.data.parent / "anew"})
    assert build_index(anew).corpus_sha256 == card.corpus_sha256
    served, other = open_assistant(settings), open_assistant(anew)
    assert served._words == other._words
    assert dict(served.policies.summaries) == dict(other.policies.summaries)
    assert served.ask("do you use cookies?", "rackspace") == other.ask("do you use cookies?", "rackspace")


def test_an_index_of_another_encoder_is_foreign(small):
    build_index(small)
    with pytest.raises(ForeignIndex, match="built with encoder hashing"):
        open_assistant(small.model_copy(update={"encoder": "plainclause-minilm"}))


def test_a_served_shelf_says_which_policies_could_not_be_read(small):
    """So that what rests on one of them waits for it, in every process."""
    (small.policies / "bad.md").write_bytes(b"\xff\xfe\xfa")
    served = open_assistant(small, mend=True)
    for shelf in (served.policies, open_policies(small), open_assistant(small).policies):
        assert list(shelf) == ["acme", "globex"]
        (problem,) = shelf.problems
        assert "bad.md" in str(problem)


@pytest.mark.parametrize(
    "address", ["postgresql://u:sec%ret@h/db", "postgresql://u:sec%ret@[h/db", "postgresql+x://u:sec%ret@h"]
)
def test_a_password_in_a_wrong_address_is_not_shown(small, address):
    with pytest.raises((BadStoreAddress, BadSetting)) as wrong:
        open_assistant(small.model_copy(update={"store": address}))
    assert "sec" not in str(wrong.value)
    assert wrong.value.__cause__ is None


@pytest.mark.parametrize(
    ("address", "error", "message"),
    [
        ("postgresql://nobody@127.0.0.1:1/none", StoreUnreachable, "127.0.0.1/none does not answer .*; start it"),
        ("postgresql://host/x?nonsense=1", BadStoreAddress, "is no address of a PostgreSQL server"),
        ("mysql://x", BadSetting, "store .* is unknown"),
    ],
)
def test_an_address_that_leads_nowhere_is_told(small, address, error, message):
    with pytest.raises(error, match=message):
        open_assistant(small.model_copy(update={"store": address}), mend=True)


def test_a_database_that_cannot_hold_every_text_is_told(small, address_not_in_unicode):
    with pytest.raises(BadStoreAddress, match=r"is encoded in (SQL_ASCII|LATIN1), .*createdb --encoding=UTF8"):
        build_index(small.model_copy(update={"store": address_not_in_unicode}))


def test_the_first_server_is_lost_reading_goes_on_publishing_says_so_and_nothing_acknowledged_is_lost(small):
    """A follower answers while the first is dead; promoted, it has every text whose publishing was acknowledged."""
    with postgresql.clusters(postgresql.binaries_with_pgvector(), 2) as (first, second):
        first.create()
        first.start("")
        second.follow(first)
        second.start("")
        with psycopg.connect(first.address, autocommit=True) as connection:  # a text is acknowledged when both have it
            connection.execute("ALTER SYSTEM SET synchronous_commit = 'remote_apply'")
            connection.execute("ALTER SYSTEM SET synchronous_standby_names = '*'")
            connection.execute("SELECT pg_reload_conf()")
        both = f"postgresql://plainclause@/postgres?host={first.folder},{second.folder}"
        settings = small.model_copy(update={"store": both})
        build_index(settings)
        with open_for_serving(settings) as latest, _asking(settings, latest) as said:
            publish(settings, 20)
            until(lambda: any("20 days" in quote for quote in said))
            first.kill()
            asked = len(said)
            until(lambda: len(said) > asked + 20)
            (settings.policies / "acme.md").write_text("# Privacy\n\nWe keep your data for 30 days.\n")
            with pytest.raises(StoreUnreachable, match=r"does not answer .*; start it, or check PLAINCLAUSE_STORE"):
                build_index(settings)
            second.promote()
            assert "20 days" in open_assistant(settings).policies["acme"].text
            build_index(settings)
            assert "30 days" in open_assistant(settings).policies["acme"].text
            until(lambda: any("30 days" in quote for quote in said))
            assert {policy.split()[5] for policy in _texts(settings)} >= {"10", "20", "30"}


def test_a_build_goes_on_from_the_first_server_and_not_from_a_follower_that_lags_behind(small):
    """A text that comes back is published, though the follower that is read from has never heard that it was away."""
    with postgresql.clusters(postgresql.binaries_with_pgvector(), 2) as (first, second):
        first.create()
        first.start("")
        second.follow(first)
        second.start("")
        follower_read = f"postgresql://plainclause@/postgres?host={second.folder},{first.folder}"
        settings = small.model_copy(update={"store": follower_read})
        publish(settings, 10)
        until(lambda: "10 days" in open_assistant(settings).policies["acme"].text)
        with psycopg.connect(second.address, autocommit=True) as connection:
            connection.execute("SELECT pg_wal_replay_pause()")
        publish(settings, 20)
        publish(settings, 10)
        assert "10 days" in open_assistant(small.model_copy(update={"store": first.address})).policies["acme"].text
        assert check_index(small.model_copy(update={"store": first.address})).count == 2


@contextmanager
def _asking(settings: Settings, latest: HotReload) -> Iterator[list[str]]:
    """What is quoted to people who ask throughout: one of a server that goes on, one who opens the index anew each time. Nobody gets
    an error."""
    quotes: list[str] = []
    ended = threading.Event()

    def ask(opened: Callable[[], Assistant]) -> None:
        while not ended.is_set():
            assistant = opened()
            (citation,) = assistant.ask("how long do you keep my data?", "acme").citations
            assert assistant.policies["acme"].supports(citation)
            quotes.append(citation.quote)

    askers = [threading.Thread(target=ask, args=(opened,)) for opened in (latest, lambda: open_assistant(settings))]
    for each in askers:
        each.start()
    try:
        yield quotes
        assert all(each.is_alive() for each in askers), "somebody got an error"
    finally:
        ended.set()
        for each in askers:
            each.join()


def _texts(settings: Settings) -> list[str]:
    archive = archive_of(settings)
    found = [archive.find("acme", sha256) for sha256 in archive.versions("acme")]
    return [policy.text.split("\n")[-1] for policy in found if policy is not None]


def test_a_server_that_comes_back_is_used_again(small):
    with postgresql.clusters(postgresql.binaries_with_pgvector(), 1) as (cluster,):
        cluster.create()
        cluster.start()
        settings = small.model_copy(update={"store": cluster.address})
        build_index(settings)
        assistant = open_assistant(settings)
        assert assistant.ask("how long do you keep my data?", "acme").citations
        cluster.kill()
        assert assistant.ask("how long do you keep my data?", "acme").citations  # what was asked last is held
        with pytest.raises(StoreUnreachable):
            index_of(settings).name()
        cluster.start()
        assert index_of(settings).name() == assistant.searcher.generation
        assert assistant.ask("do you sell my data?", "globex").citations


def test_a_table_that_is_lost_is_told_in_words(small, index_address, word_reader):
    build_index(small)
    with psycopg.connect(index_address, autocommit=True) as connection:
        connection.execute("ALTER TABLE plainclause.in_use RENAME TO elsewhere")
        with pytest.raises(
            StoreUnreachable, match=r'answers with an error \(relation "plainclause.in_use" does not exist'
        ):
            index_of(small).name()
        with pytest.raises(StoreUnreachable, match="answers with an error"):
            build_index(small)
        connection.execute("ALTER TABLE plainclause.elsewhere RENAME TO in_use")
    assert index_of(small).name()


def test_an_index_of_another_version_whose_policies_are_written_otherwise_is_foreign(small, index_address, word_reader):
    build_index(small)
    with psycopg.connect(index_address, autocommit=True) as connection:
        connection.execute("UPDATE plainclause.generations SET card = jsonb_set(card::jsonb, '{format}', '999')::text")
        connection.execute("UPDATE plainclause.policies SET summary = '{}'")
    with pytest.raises(ForeignIndex):
        open_assistant(small)
