"""Policies come onto the shelf and off it; what is wrong is told with its remedy, and is the trouble of its policy only."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.errors import BadMetadata, CorpusError, NoPolicies, UnknownPolicy, UnreadablePolicy
from corpus.formats.convert import Document
from corpus.shelf import suggested_ids
from corpus.shelf import writer as shelving
from corpus.shelf.catalogue import Metadata, catalogue, open_shelf
from corpus.shelf.shelf_files import source_files
from corpus.shelf.writer import Incoming, add, adding, remove, replace
from tests.shelf_changes import incoming, new_shelf, state


@pytest.fixture
def folder(tmp_path):
    return new_shelf(tmp_path / "shelf")


# --- the changes -------------------------------------------------------------------------------------------------------


def test_a_policy_is_added_with_what_its_document_says_and_what_a_person_says_goes_first(tmp_path):
    document = incoming(
        "We sell nothing.", title="Notice", provider="Acme", language="en", effective_date=date(2024, 5, 1)
    )
    add(tmp_path / "new", "acme", document, Metadata(provider="Acme Inc.", licence="free"))
    policy = open_shelf(tmp_path / "new")["acme"]
    assert (policy.provider, policy.title, policy.licence) == ("Acme Inc.", "Notice", "free")
    assert policy.effective_date == date(2024, 5, 1)
    assert policy.text == "Privacy\n\nWe sell nothing."
    known = json.loads((tmp_path / "new" / "acme.json").read_text())
    (version,) = known["versions"]
    assert version["text"] == known["text"]
    assert (version["origin"], version["media"], version["sha256"]) == ("acme.md", "markdown", document.sha256)


def test_a_replaced_policy_keeps_its_earlier_texts_and_its_company(folder):
    before = catalogue(folder)[0]["acme"].metadata
    replace(folder, "acme", incoming("We sell it all.", title="Second", effective_date=date(2025, 1, 1)))
    after = catalogue(folder)[0]["acme"].metadata
    assert after.versions[:-1] == before.versions
    assert (folder / before.versions[0].text).read_text() == "# Privacy\n\nWe sell nothing.\n"
    policy = open_shelf(folder)["acme"]
    assert (policy.title, policy.text) == ("Second", "Privacy\n\nWe sell it all.")
    replace(folder, "acme", incoming("We sell nothing.", title="First"))  # back again: the date was the other text's
    assert open_shelf(folder)["acme"].effective_date is None
    assert len(catalogue(folder)[0]["acme"].metadata.versions) == 3
    assert len(list((folder / "texts").iterdir())) == 2


def test_the_day_of_the_last_change_is_the_texts_own_and_every_version_keeps_its(folder):
    first, second = date(2026, 7, 1), date(2026, 8, 2)
    replace(folder, "acme", incoming("We sell it.", updated_date=first))
    assert open_shelf(folder)["acme"].updated_date == first
    replace(folder, "acme", incoming("We sell it all.", updated_date=first), Metadata(updated_date=second))
    assert open_shelf(folder)["acme"].updated_date == second  # a person's word goes first
    replace(folder, "acme", incoming("We sell nothing.", title="First"))
    known = catalogue(folder)[0]["acme"].metadata
    assert known.updated_date is None
    assert [version.updated_date for version in known.versions] == [None, first, second, None]


def test_of_a_policy_from_before_the_day_of_the_last_change_was_kept_it_is_unknown_until_it_is_read_again(folder):
    document = incoming("We sell it.", title="First", updated_date=date(2026, 7, 1))
    replace(folder, "acme", document)
    file = folder / "acme.json"
    stated = json.loads(file.read_text())
    for known in (stated, *stated["versions"]):
        known.pop("updated_date", None)
    file.write_text(json.dumps(stated))
    shelf = open_shelf(folder)
    assert (shelf["acme"].updated_date, shelf.problems) == (None, ())
    assert replace(folder, "acme", document).changed
    assert open_shelf(folder)["acme"].updated_date == date(2026, 7, 1)
    assert not replace(folder, "acme", document).changed


def test_the_same_text_again_is_no_new_version(folder):
    before = (folder / "acme.json").read_bytes()
    assert not replace(folder, "acme", incoming("We sell nothing.", title="First")).changed
    assert (folder / "acme.json").read_bytes() == before


def test_a_missing_text_is_mended_by_replacing_the_policy_with_it(folder):
    shutil.rmtree(folder / "texts")
    assert replace(folder, "acme", incoming("We sell nothing.", title="First")).changed
    assert open_shelf(folder).problems == ()


def test_a_removed_policy_leaves_its_texts(folder):
    remove(folder, "acme")
    assert list(open_shelf(folder)) == ["tended"]
    assert len(list((folder / "texts").iterdir())) == 1
    add(folder, "acme", incoming("We sell nothing."))
    assert list(open_shelf(folder)) == ["acme", "tended"]


def test_what_cannot_be_done_is_said_with_the_remedy_and_nothing_changes(folder):
    document = incoming("We share nothing.")
    before = state(folder)
    with pytest.raises(shelving.IdTaken, match="plainclause replace acme FILE"):
        add(folder, "acme", document)
    with pytest.raises(shelving.IdTaken, match="tended"):
        add(folder, "tended", document)
    with pytest.raises(shelving.IdTaken, match="capitals"):
        add(folder, "ACME", document)
    with pytest.raises(UnknownPolicy, match='did you mean "acme"'):
        replace(folder, "acne", document)
    with pytest.raises(UnknownPolicy, match='did you mean "acme"'):
        remove(folder, "acne")
    with pytest.raises(UnknownPolicy, match='did you mean "acme"'):
        add(folder, "new", document, Metadata(supersedes="acmee"))
    with pytest.raises(BadMetadata, match="cannot supersede itself"):
        replace(folder, "acme", document, Metadata(supersedes="acme"))
    with pytest.raises(shelving.TendedByHand, match=r"tended\.md.*itself"):
        replace(folder, "tended", document)
    with pytest.raises(shelving.TendedByHand, match=r"tended\.md.*itself"):
        remove(folder, "tended")
    with pytest.raises(UnreadablePolicy, match="no clause"):
        add(folder, "empty", Incoming(Document("# Privacy\n", "markdown"), "x", "0" * 64))
    with pytest.raises(NoPolicies, match="first"):
        add(folder / "a" / "b", "acme", document)
    with pytest.raises(NoPolicies, match="does not exist"):
        remove(folder / "a", "acme")
    assert state(folder) == before


@pytest.mark.parametrize(
    "id_", ["", ".", "..", "../acme", "a/b", "/etc", "a b", "-x", ".x", "ä", "a\n", "a.md", "a" * 101]
)
def test_an_id_that_is_no_name_is_refused_by_every_change(folder, id_):
    before = sorted(path for path in folder.parent.rglob("*") if path.name != shelving.LOCK)
    with pytest.raises(shelving.BadId, match="cannot be the id"):
        add(folder, id_, incoming("We share nothing."))
    for change in (lambda: replace(folder, id_, incoming("We share nothing.")), lambda: remove(folder, id_)):
        with pytest.raises(UnknownPolicy):
            change()
    assert sorted(path for path in folder.parent.rglob("*") if path.name != shelving.LOCK) == before


def test_an_id_is_suggested_from_the_company_the_title_or_the_name(folder):
    def suggested(origin="privacy.html", taken=(), **stated):
        document = Document("x", "html", **stated)
        return suggested_ids.suggest_id(Incoming(document, origin, "0" * 64), taken)

    assert suggested(provider="Müller & Söhne Ltd.") == "muller-and-sohne-ltd"
    assert suggested(title="Acme Widgets Privacy Policy") == "acme-widgets"
    assert suggested(title="Privacy Policy", origin="globex.html") == "globex"
    assert suggested(title="Privacy Policy", origin="https://www.globex.com/privacy") == "globex-com"
    assert suggested(provider="Acme", title="Cookie Notice", taken=["ACME"]) == "acme-cookie-notice"
    assert suggested(origin="???", taken=["policy"]) == "policy-2"
    for name in ("a/b.c.html", "..", "A_B.pdf"):
        shelving.check_id(suggested_ids.suggest_id_by_name(name))


# --- what a reader meets -----------------------------------------------------------------------------------------------


def test_a_missing_or_altered_text_is_the_trouble_of_its_policy_only(folder):
    add(folder, "other", incoming("We share nothing."))
    path = folder / (catalogue(folder)[0]["acme"].metadata.text or "")
    path.write_bytes(path.read_bytes()[:-5])
    shelf = open_shelf(folder)
    assert list(shelf) == ["other", "tended"]
    assert 'policy "acme"' in str(shelf.problems[0])
    assert "altered or is not whole" in str(shelf.problems[0])
    with pytest.raises(UnreadablePolicy, match="altered"):  # and it is not written over
        add(folder, "third", incoming("We sell nothing."))
    path.unlink()
    shelf = open_shelf(folder)
    assert list(shelf) == ["other", "tended"]
    assert "is missing" in str(shelf.problems[0])


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"text": "texts/' + b"0" * 64, "is wrong at"),
        (b'{"text": "../secret.md"}', '"text"'),
        (b'{"text": "texts/' + b"0" * 64 + b'.md"}', "not that of the last"),
        (b'{"versions": []}', "names no text"),
        (b"\xff\xfe\x00", "is wrong at"),
        (b"", "is wrong at"),
    ],
)
def test_metadata_that_is_half_copied_or_wrong_is_the_trouble_of_its_policy_only(folder, content, message):
    (folder / "half.json").write_bytes(content)
    shelf = open_shelf(folder)
    assert list(shelf) == ["acme", "tended"]
    assert message in str(shelf.problems[0])
    assert "half.json" in str(shelf.problems[0])
    with pytest.raises(BadMetadata, match="remove the policy and add it anew"):
        replace(folder, "half", incoming("We share nothing."))
    with pytest.raises(UnknownPolicy):
        remove(folder, "alf")
    remove(folder, "half")
    assert open_shelf(folder).problems == ()


def test_json_that_speaks_of_no_policy_is_nobodys_trouble(folder):
    (folder / "package.json").write_text('{"name": "x"}')
    (folder / "list.json").write_text("[1]")
    assert open_shelf(folder).problems == ()


def test_a_policy_with_a_text_of_both_kinds_is_named(folder):
    (folder / "acme.md").write_text("We keep all.")
    shelf = open_shelf(folder)
    assert list(shelf) == ["tended"]
    assert "two texts" in str(shelf.problems[0])


def test_what_leads_out_of_the_folder_is_too_large_or_no_file_is_refused_and_the_others_go_on(folder, tmp_path):
    (tmp_path / "secret.md").write_text("The password is long.")
    (folder / "link.md").symlink_to(tmp_path / "secret.md")
    (folder / "loop.md").symlink_to("loop.md")
    (folder / "gone.md").symlink_to("nowhere.md")
    (folder / "folder.md").mkdir()
    os.mkfifo(folder / "pipe.md")
    with (folder / "big.md").open("wb") as file:
        file.truncate(200_000_000)
    (folder / "linked.json").symlink_to(folder / "acme.json")
    shelf = open_shelf(folder)
    assert list(shelf) == ["acme", "linked", "tended"]  # a link within the folder is fine
    said = {Path(str(problem).split('"')[1]).name: str(problem) for problem in shelf.problems}
    assert set(said) == {"link.md", "loop.md", "gone.md", "folder.md", "pipe.md", "big.md"}
    assert "symbolic link out of its folder" in said["link.md"]
    assert "too large (200 MB" in said["big.md"]
    assert all("\n" not in line for line in said.values())
    assert not {path.name for path in source_files(folder)} & set(said)


def test_texts_outside_the_folder_are_neither_read_nor_written(folder, tmp_path):
    (folder / "texts").rename(tmp_path / "texts")
    (folder / "texts").symlink_to(tmp_path / "texts")
    assert "symbolic link" in str(open_shelf(folder).problems[0])
    with pytest.raises(UnreadablePolicy, match="symbolic link"):
        add(folder, "other", incoming("We share nothing."))
    assert len(list((tmp_path / "texts").iterdir())) == 1


def test_a_folder_that_is_gone_is_said_in_a_line(tmp_path):
    with pytest.raises(NoPolicies, match="does not exist"):
        open_shelf(tmp_path / "gone")
    assert source_files(tmp_path / "gone") == []


def test_a_start_watches_every_file_that_it_reads_and_no_other(folder):
    (folder / ".acme.json.12345678.part").write_text("half")
    names = [path.relative_to(folder).as_posix() for path in source_files(folder)]
    assert names[:2] == ["acme.json", "tended.md"]
    assert names[2:] == [catalogue(folder)[0]["acme"].metadata.text]


IDS, WORDS = st.sampled_from(["a", "b", "c"]), st.sampled_from(["We sell.", "We share.", "We keep it all."])
STEPS = st.lists(st.tuples(st.sampled_from(["add", "replace", "remove"]), IDS, WORDS), max_size=12)


@given(STEPS)
@settings(max_examples=60)
def test_any_sequence_of_changes_leaves_what_a_dictionary_would_hold(steps):
    with tempfile.TemporaryDirectory() as name:
        folder, model = Path(name), {}
        texts: set[str] = set()
        for change, id_, words in steps:
            try:
                if change == "add":
                    add(folder, id_, incoming(words))
                    assert id_ not in model
                    model[id_] = [words]
                elif change == "replace":
                    changed = replace(folder, id_, incoming(words)).changed
                    assert changed == (model[id_][-1] != words)
                    model[id_] += [words] if changed else []
                else:
                    remove(folder, id_)
                    del model[id_]
            except CorpusError:
                assert (id_ in model) == (change == "add")
            found = {id_: (text.partition("\n\n")[2], count) for id_, (text, _, count) in state(folder).items()}
            assert found == {id_: (versions[-1], len(versions)) for id_, versions in model.items()}
            now = {path.name for path in (folder / "texts").glob("*")}
            assert texts <= now  # a text that was written stays
            texts = now


def test_a_terminal_that_is_gone_is_no_failure_of_the_shelf(tmp_path):
    """What was added meanwhile is added."""

    def added() -> None:
        with adding(tmp_path / "shelf") as shelf:
            shelf.add("acme", incoming("We sell nothing."))
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        added()
    assert list(open_shelf(tmp_path / "shelf")) == ["acme"]
    with adding(tmp_path / "shelf") as shelf:  # it is free again
        assert list(shelf.entries) == ["acme"]
