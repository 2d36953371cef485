"""What the measure of lost text says of small documents that are read badly on purpose."""

from __future__ import annotations

import json
import zipfile

import pytest

from benchmarks.documents import __main__ as bench
from benchmarks.documents import losses, reference
from benchmarks.documents.read import Read
from benchmarks.documents.source import Block, blocks_of
from corpus.formats.convert import Document

KEPT = "We keep your address for ten days after the last wash, and no longer than that."
GONE = "The laundry on Fern Lane is responsible for whatever happens to your data while it is here."
MENU = "Prices Opening hours Pick-up and delivery Gift cards Careers at the laundry Press and contact"


def held(markdown: str, *texts: str, left_out: tuple[str, ...] = ()) -> losses.Held:
    class Said(Document):
        pass

    document = Said(markdown, "html")
    object.__setattr__(document, "left_out", left_out)
    return losses.compare("fern.html", [Block(text, "body > p") for text in texts], document)


def texts(path) -> list[str]:
    return [block.text for block in blocks_of(path)]


# --- another reading of a source --------------------------------------------------------------------------------------


def test_a_page_is_read_block_by_block_with_the_elements_around_each(tmp_path):
    path = tmp_path / "fern.html"
    path.write_text(
        "---\nlayout: default\n---\n<!doctype html><html><head><title>Fern Lane</title><style>p {}</style><body>"
        '<nav id=top class="menu wide big">Prices<script>var x = "not this";</script></nav>'
        "<main><p>We keep your <b>ad</b>dress<br>for ten&nbsp;days.<p hidden>Never sold.</main><template><p>nor this</template>"
        "<div/>Fern Lane 7<ul><li>one<li>two</ul>"
    )
    found = blocks_of(path)
    assert [block.text for block in found] == [
        "Prices",
        "We keep your address for ten days.",
        "Never sold.",
        "Fern Lane 7",
        "one",
        "two",
    ]
    assert found[0].place.endswith("body > nav#top.menu.wide")
    assert found[2].place.endswith("main > p[hidden]")


def test_an_address_that_a_page_hides_is_decoded(tmp_path):
    path = tmp_path / "fern.html"
    key, address = 0x2A, "wash@fern.example"
    hidden = bytes([key, *(ord(letter) ^ key for letter in address)]).hex()
    path.write_text(f'<p>Write to <a data-cfemail="{hidden}">[email protected]</a> or <b data-cfemail="?">us</b>.')
    assert texts(path) == [f"Write to {address} or ."]


def test_a_page_in_another_encoding_is_read_as_it_says(tmp_path):
    path = tmp_path / "fern.html"
    path.write_bytes('<meta charset="iso-8859-1"><p>Wäscherei “Fern”</p>'.encode("cp1252"))
    assert texts(path) == ["Wäscherei “Fern”"]


def test_markdown_is_read_without_its_marks(tmp_path):
    path = tmp_path / "fern.md"
    path.write_text(
        "---\ntitle: Fern Lane\n---\n\n# Fern Lane {: #fern }\n\nWe keep your [[**address**]](https://fern.example/a_(b))\n"
        "for ten\\. days.[^1]\n\n- one <!-- not this --> ![picture](a.png)\n- two\n\n[^1]: A note.\n\n[fern]: https://fern.example\n"
    )
    assert [losses.tokens(text) for text in texts(path)] == [
        ["fern", "lane"],
        "we keep your address for ten days".split(),
        ["one"],
        ["two"],
        ["a", "note"],
    ]


def test_a_docx_is_read_with_its_notes_and_text_boxes(tmp_path):
    path = tmp_path / "fern.docx"
    names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    run = "<w:r><w:t>{}</w:t></w:r>".format
    box = f"<w:r><w:txbxContent><w:p>{run('in a box')}</w:p></w:txbxContent></w:r>"
    body = f"<w:p>{run('We keep')}<w:r><w:tab/></w:r>{run('it.')}{box}<w:r><w:delText>never</w:delText></w:r></w:p>"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("word/document.xml", f"<w:document {names}><w:body>{body}</w:body></w:document>")
        packed.writestr("word/footnotes.xml", f"<w:footnotes {names}><w:p>{run('A note.')}</w:p></w:footnotes>")
        packed.writestr("word/comments.xml", f"<w:comments {names}><w:p>{run('A comment.')}</w:p></w:comments>")
    assert texts(path) == ["We keep it.", "in a box", "A note."]


@pytest.mark.parametrize(("name", "data"), [("fern.docx", b"no zip"), ("fern.pdf", b"no PDF"), ("fern.rtf", b"{}")])
def test_what_cannot_be_read_is_said(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(ValueError, match=r"can be read|another ending"):
        blocks_of(tmp_path / name)


# --- what is lost -----------------------------------------------------------------------------------------------------


def test_a_block_in_no_clause_and_no_heading_is_lost():
    found = held(f"# Privacy\n\n{KEPT}\n", KEPT, GONE)
    assert [(loss.block.text, loss.lost, loss.words) for loss in found.losses] == [(GONE, 17, 17)]
    assert (found.words, found.lost) == (33, 17)


def test_a_block_that_was_left_out_knowingly_is_told_apart():
    found = held(f"{KEPT}\n", KEPT, GONE, MENU, left_out=(MENU,))
    assert [loss.block.text for loss in found.losses] == [GONE]
    assert [loss.block.text for loss in found.left_out] == [MENU]


def test_a_block_of_which_a_part_is_gone_counts_with_that_part():
    found = held(f"{KEPT}\n", f"{KEPT} {GONE}")
    assert [(loss.lost, loss.missing.split()[0]) for loss in found.losses] == [(17, "the")]


def test_white_space_case_punctuation_and_the_cuts_between_clauses_do_not_matter():
    found = held("We keep your address, for ten days.\n\n- After the last WASH\n- and no longer than that\n", KEPT)
    assert found.losses == ()


def test_a_word_or_a_mark_taken_out_of_a_sentence_is_no_loss():
    assert held(f"{KEPT}\n", KEPT.replace("days", "whole days")).losses == ()
    assert held(f"{KEPT}\n", KEPT.replace("keep", "keep[3]")).losses == ()
    assert held(f"{KEPT}\n", KEPT.replace("keep your", "keep3your")).losses == ()


def test_short_blocks_are_not_looked_for():
    assert held(f"{KEPT}\n", "Prices and opening hours").words == 0


def test_characters_are_counted_where_words_are_not_parted():
    kept, gone = (
        "当社は、お客様の個人情報を適切に管理し、第三者に提供することはありません。",
        "保存期間は最後のご利用から十日間とし、その後は消去します。",
    )
    found = held(f"{kept}\n", kept, gone, "お問い合わせ")
    assert [loss.block.text for loss in found.losses] == [gone]
    assert found.losses[0].lost == found.losses[0].words == 13.5


# --- against Markdown that others made --------------------------------------------------------------------------------


def test_sentences_and_headings_are_held_against_the_markdown_both_ways():
    wanted = Read.of(f"# Privacy\n\n## Keeping\n\n{KEPT} {GONE}\n")
    found = reference.compare(wanted, Read.of(f"# Privacy\n\n{KEPT}\n\nOpen daily from seven to nine.\n"))
    assert found["missing"] == [GONE]
    assert found["foreign"] == ["Open daily from seven to nine."]
    assert found["headings_lost"] == ["Keeping"]
    assert reference.shares([found]) == {
        "sentences_recovered": 0.5,
        "foreign_sentences": round(1 / 3, 4),
        "headings_recovered": 0.5,
    }


def test_an_address_that_was_hidden_from_the_markdown_and_is_decoded_is_the_same():
    wanted = Read.of("Write to [email protected] if you want to know more about it.\n")
    got = Read.of("Write to wash@fern.example if you want to know more about it.\n")
    found = reference.compare(wanted, got)
    assert (found["missing"], found["foreign"]) == ([], [])


def test_a_correction_adds_what_the_page_holds_and_removes_what_is_no_policy():
    wanted = Read.of(f"[Prices](/prices)\n\n{KEPT}\n")
    got = Read.of(f"{KEPT}\n\n{GONE}\n\nOpen daily from seven to nine.\n")
    blocks = [Block(GONE, "body > main#fern > p"), Block("Prices", "body > div.button"), Block(KEPT, "body > p")]
    correction = reference.Correction("left out and put in", policy="main#fern", not_policy=r"div\.button")
    plain, right = reference.compare(wanted, got), reference.compare(wanted, got, blocks, correction)
    assert (plain["headings_lost"], right["headings_lost"]) == (["Prices"], [])
    assert (len(plain["foreign"]), right["foreign"]) == (2, ["Open daily from seven to nine."])
    assert (plain["headings"], right["headings"], right["removed"]) == (1, 0, 1)


# --- the whole --------------------------------------------------------------------------------------------------------


def test_a_folder_is_measured_and_written(tmp_path, capsys):
    page = f"<html><body><nav>{MENU}</nav><main><h1>Privacy</h1>{f'<p>{KEPT}</p>' * 16}</main></body></html>"
    (tmp_path / "fern.html").write_text(page)
    (tmp_path / "fern.md").write_text(f"# Privacy\n\n{KEPT}\n")
    (tmp_path / "empty.md").write_text("")
    (tmp_path / "broken.docx").write_bytes(b"no zip")
    (tmp_path / "index.jsonl").write_text(json.dumps({"service": "Fern", "html": "fern.html", "md": "fern.md"}) + "\n")
    bench.main([str(tmp_path), "--json", str(tmp_path / "out" / "measured.json"), "--show"])
    (found,) = json.loads((tmp_path / "out" / "measured.json").read_text())["folders"].values()
    assert (found["files"], found["words"]) == (2, 17 * 16)
    assert list(found["refused"]) == ["empty.md"]
    assert found["reference"]["all"] == {
        "sentences_recovered": 1.0,
        "foreign_sentences": 0.0,
        "headings_recovered": 1.0,
    }
    said = capsys.readouterr().out
    assert "broken.docx: skipped, no DOCX" in said
    assert MENU in said
    assert KEPT not in json.dumps(found)


def test_a_folder_that_is_absent_is_named(tmp_path, capsys):
    bench.main(["--data", str(tmp_path)])
    assert "skipped" in capsys.readouterr().out
