"""Drafts: documents that were uploaded and are not answered from; each is there whole or not at all."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from assistant.company.publishing import drafts as keeping
from assistant.company.publishing.drafts import Begun, DamagedDraft, Draft, Drafts, DraftTaken, Published, UnknownDraft
from corpus.shelf.catalogue import Metadata
from corpus.shelf.writer import Incoming

POLICY = "# Acme Privacy\n\nWe keep your name for ten days.\n"
NOW = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)


@pytest.fixture
def drafts(tmp_path):
    return Drafts(tmp_path / "data")


def incoming(text=POLICY, name="acme.md"):
    return Incoming.read(text.encode(), name)


def made(drafts, text=POLICY, *, policy="acme", at=NOW, name="acme.md", **more):
    document = incoming(text, name)
    draft = Draft(
        id="",
        policy_id=policy,
        made_at=at,
        made_by="Ann Author",
        origin=document.origin,
        media=document.document.media,
        sha256=document.sha256,
        title="Acme Privacy",
        clauses=1,
        **more,
    )
    return drafts.make(draft, document)


def test_a_policy_may_have_several_drafts_each_with_its_own_id_and_document(drafts):
    first = made(drafts, given=Metadata(provider="Acme & Sons"))
    second = made(drafts, POLICY.replace("ten", "twenty"), at=NOW + timedelta(hours=1))
    other = made(drafts, policy="globex", at=NOW - timedelta(hours=1))
    assert len({first.id, second.id, other.id}) == 3
    assert drafts.all() == [other, first, second]
    assert drafts.get(first.id) == first
    assert first.given.provider == "Acme & Sons"
    assert (first.made_by, first.made_at, first.state) == ("Ann Author", NOW, "open")
    assert drafts.document(second.id) == incoming(POLICY.replace("ten", "twenty"))


def test_a_document_is_kept_as_it_was_read_with_what_was_left_out(drafts):
    furniture = "".join(f'<li><a href="/{n}">Menu entry number {n}</a></li>' for n in range(9))
    page = (
        f"<html><body><nav><ul>{furniture}</ul></nav><main><h1>Acme Privacy</h1><p>We keep your name.</p></main></html>"
    )
    kept = drafts.document(made(drafts, page, name="acme.html").id)
    assert kept == incoming(page, "acme.html")
    assert "Menu entry" in kept.document.left_out[0].text


@pytest.mark.parametrize("id_", ["", "..", "../../etc/passwd", "0" * 8, "ABCDEF01", "a/b", "x" * 200, "0000000\n"])
def test_an_id_that_no_draft_has_is_refused_and_no_path_is_made_of_it(drafts, id_):
    there = made(drafts)
    for act in (drafts.get, drafts.document, drafts.discard):
        with pytest.raises(UnknownDraft, match=there.id):
            act(id_)


def test_killed_before_its_record_stands_a_draft_is_not_there_and_leaves_nothing(drafts, monkeypatch):
    before = made(drafts)

    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Drafts, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            made(drafts)
    (drafts.folder / ".half.json.1234.part").write_text("{")
    assert drafts.all() == [before]
    after = made(drafts, at=NOW + timedelta(hours=1))
    assert drafts.all() == [before, after]
    names = {path.relative_to(drafts.folder).as_posix() for path in drafts.folder.rglob("*") if path.is_file()}
    assert names - {".drafts.lock"} == {f"{d}{id_}.json" for id_ in (before.id, after.id) for d in ("", "documents/")}


def test_what_is_discarded_is_gone_with_its_document(drafts):
    draft = made(drafts)
    drafts.discard(draft.id)
    assert drafts.all() == []
    assert list(drafts.folder.rglob("*.json")) == []
    with pytest.raises(UnknownDraft, match="known are none"):
        drafts.discard(draft.id)


def test_a_damaged_draft_is_told_of_left_out_and_can_be_discarded(drafts, caplog):
    sound, damaged = made(drafts), made(drafts)
    (drafts.folder / f"{damaged.id}.json").write_text('{"id": "')
    assert drafts.all() == [sound]
    assert f"discard the draft: plainclause discard {damaged.id}" in caplog.text
    with pytest.raises(DamagedDraft):
        drafts.get(damaged.id)
    drafts.discard(damaged.id)
    (drafts.folder / "documents" / f"{sound.id}.json").unlink()
    with pytest.raises(DamagedDraft, match="documents"):
        drafts.document(sound.id)


def test_a_time_can_be_set_moved_and_taken_back_until_it_is_published(drafts):
    draft = made(drafts)
    at = NOW + timedelta(days=1)
    set_ = drafts.schedule(draft.id, at, "Ed Editor")
    assert (set_.due_at, set_.scheduled_by, set_.state) == (at, "Ed Editor", "scheduled")
    assert drafts.schedule(draft.id, None, "Ed Editor") == draft
    drafts.begin(draft.id, Begun(at=NOW, by="Ed Editor", versions=0))
    for act in (lambda: drafts.schedule(draft.id, at, "x"), lambda: drafts.discard(draft.id)):
        with pytest.raises(DraftTaken, match=f"plainclause publish {draft.id}"):
            act()
    done = Published(policy_id="acme", at=NOW, by="Ed Editor", version=1, sha256="0" * 64)
    assert drafts.finish(draft.id, done).state == "published"
    for act in (
        lambda: drafts.schedule(draft.id, at, "x"),
        lambda: drafts.finish(draft.id, done),
        lambda: drafts.begin(draft.id, None),
        lambda: drafts.document(draft.id),
    ):
        with pytest.raises(DraftTaken, match="was published 2027-01-02 03:04 UTC by Ed Editor, as version 1 of acme"):
            act()
    assert list((drafts.folder / "documents").glob("*.json")) == []
    drafts.discard(draft.id)


def test_many_writers_at_once_lose_nothing(drafts):
    with ThreadPoolExecutor(6) as pool:
        ids = {draft.id for draft in pool.map(lambda _: made(drafts), range(30))}
    assert len(ids) == 30
    assert len(drafts.all()) == 30
    assert all(drafts.document(draft.id) == incoming() for draft in drafts.all())


@pytest.mark.parametrize("name", ["", " ", "x" * 201, " padded", "two\nlines\n"])
def test_who_does_something_has_a_name(drafts, name):
    draft = made(drafts)
    with pytest.raises(ValueError, match="scheduled_by"):
        drafts.schedule(draft.id, NOW, name)
    assert drafts.get(draft.id) == draft


def test_a_record_is_json_that_other_programs_can_read(drafts):
    draft = made(drafts)
    found = json.loads((drafts.folder / f"{draft.id}.json").read_text())
    assert (found["id"], found["policy_id"], found["sha256"]) == (draft.id, "acme", incoming().sha256)
    assert found["made_at"] == "2027-01-02T03:04:00Z"
    assert keeping.Draft.model_validate(found) == draft
