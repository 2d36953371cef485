"""Lists of documents: what may stand in them, and what is said of one that is wrong."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.errors import BadManifest
from assistant.ingestion.manifest import is_manifest, read_manifest
from tests.command_line import bad, runner

TEXT = "# Privacy\n\nWe keep your address for one year.\n\nWe share your phone number with nobody.\n"


def test_a_list_of_lines(tmp_path):
    path = tmp_path / "all.list"
    path.write_text("# ours\n a.md \n\nhttps://acme.example/privacy\n")
    assert [each.document for each in read_manifest(path)] == ["a.md", "https://acme.example/privacy"]
    assert is_manifest(path)


def test_a_list_of_json_lines_says_what_is_known(tmp_path):
    path = tmp_path / "all.jsonl"
    path.write_text(
        '{"document": "a.md", "id": "acme", "provider": "Acme", "effective_date": "2026-01-31", "updated_date": "2026-01-15"}\n'
    )
    [listed] = read_manifest(path)
    assert (listed.id, listed.given.provider) == ("acme", "Acme")
    assert (listed.given.effective_date, listed.given.updated_date) == (date(2026, 1, 31), date(2026, 1, 15))


@pytest.mark.parametrize("character", ["\u2028", "\u2029", "\x85", "\x0c"])
def test_a_line_of_a_list_ends_where_its_file_ends_it_and_nowhere_else(tmp_path, character):
    path = tmp_path / "all.jsonl"
    path.write_bytes(f'{{"document": "a.md", "provider": "Acme{character}Ltd"}}\r\n{{"document": "b.md"}}'.encode())
    if character == "\x0c":  # which JSON does not allow
        with pytest.raises(BadManifest, match="line 1:"):
            read_manifest(path)
        return
    assert [each.document for each in read_manifest(path)] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("all.jsonl", '{"document": "a.md"}\n{"document": "b.md", "company": "B"}\n', "line 2, company"),
        ("all.jsonl", '{"document": "a.md"', "line 1"),
        ("all.jsonl", '{"document": "a.md", "id": "x"}\n{"document": "b.md", "id": "x"}\n', 'id "x" is given already on line 1'),
        ("all.jsonl", '{"document": "a.md", "effective_date": "soon"}\n', "effective_date"),
        ("all.list", "# nothing\n", "names no document"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_read(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadManifest, match=said):
        read_manifest(tmp_path / name)


def test_no_text_is_no_list(tmp_path):
    (tmp_path / "all.list").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadManifest, match="not UTF-8"):
        read_manifest(tmp_path / "all.list")


def test_add_takes_a_list_whose_ids_and_facts_stand(tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.md").write_text(TEXT)
    (tmp_path / "in" / "all.jsonl").write_text(
        '{"document": "a.md", "id": "acme", "provider": "Acme Inc."}\n{"document": "gone.md"}\n'
    )
    run = runner(tmp_path)
    done = run("add", "--yes", "--no-index", tmp_path / "in" / "all.jsonl")
    assert done.exit_code == 2  # of the document that is gone
    assert "added: acme" in done.output
    assert "gone.md" in done.stderr
    assert '"provider": "Acme Inc."' in (tmp_path / "shelf" / "acme.json").read_text()
    again = run("add", "--yes", "--no-index", tmp_path / "in" / "all.jsonl")
    assert "is on the shelf already, as acme" in again.output


def test_an_address_in_a_list_is_fetched_only_where_you_say_so(tmp_path):
    (tmp_path / "all.list").write_text("https://acme.example/privacy\n")
    bad(runner(tmp_path)("add", "--yes", tmp_path / "all.list"), "--allow-urls")


def test_a_list_is_not_one_document(tmp_path):
    (tmp_path / "all.list").write_text("a.md\n")
    bad(runner(tmp_path)("replace", "x", "--yes", tmp_path / "all.list"), "is a list of documents")


def test_an_id_that_no_policy_can_have_is_refused_before_anything_is_read(tmp_path):
    path = tmp_path / "many.jsonl"
    path.write_text('{"document": "a.html", "id": "../acme"}\n{"document": "b.html", "id": "acme"}\n')
    with pytest.raises(BadManifest, match=r"wrong on line 1: .*\.\./acme.*nothing was read"):
        read_manifest(path)
