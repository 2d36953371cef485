"""The report of an evaluation in each form, and the command that writes it: a page that runs nothing, a file whole or not at all."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.golden import read
from assistant.evaluation.measures import judge
from assistant.evaluation.report import as_html, as_json, as_text, report
from assistant.model import Outcome
from assistant.settings import ROOT
from assistant.surfaces.cli import commands
from assistant.surfaces.cli import main as cli
from corpus.atomic_files import write_whole
from tests.golden_questions import CARD, ELSEWHERE, QUESTIONS, Answering, lines, prepared


@pytest.fixture(scope="module")
def assistant(shelf) -> Any:
    return Answering(shelf)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return lines(tmp_path_factory.mktemp("own") / "own.jsonl", *QUESTIONS)


@pytest.fixture(scope="module")
def judged(assistant, own):
    return judge(assistant, read(own, assistant.policies))


@pytest.fixture
def plainclause(assistant, monkeypatch, capfdbinary):
    """The program in this process, with answers as they stand above: (exit code, standard output, standard error)."""
    monkeypatch.setattr(commands, "assistant_of", lambda folders: assistant)

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["plainclause", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfdbinary.readouterr()
        return ended.value.code, out.decode(), err.decode()

    return run


# --- the report -------------------------------------------------------------------------------------------------------

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7 * 7 }} &amp; https://example.com/x.js"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its text, and whether each element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said += data


@pytest.fixture
def attacked(shelf):
    judged = prepared(shelf, (ATTACK, Outcome.DEPENDS, [1, 5]))
    judged[0] = type(judged[0])(
        judged[0].golden.model_copy(update={"id": ATTACK, "gold": (ATTACK,)}),
        judged[0].answer.model_copy(update={"understood": ATTACK}),
        judged[0].holds,
    )
    return report(judged, file=ATTACK, encoder=ATTACK, policies=shelf)


def test_whatever_a_question_holds_is_shown_and_never_run(attacked):
    text = as_html(attacked)
    page = Page(text)
    assert page.open == []
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "link", "object", "base", "form", "a"}
    assert page.said.count(ATTACK) == 7  # title, heading, encoder, id, question, understood, gold
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]


def test_the_page_fetches_nothing_and_stands_alone(judged, shelf):
    text = as_html(report(judged, file="own.jsonl", encoder="none", policies=shelf))
    page = Page(text)
    named = [value for _, given in page.elements for name, value in given.items() if name in ("src", "href", "srcset")]
    assert named == []
    assert "url(" not in text
    assert "@import" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.elements
    policy = next(g["content"] for _, g in page.elements if g.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_tables_can_be_heard(judged, shelf):
    page = Page(as_html(report(judged, file="own.jsonl", encoder="none", policies=shelf)))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 2
    assert all(given.get("scope") in ("row", "col") for tag, given in page.elements if tag == "th")
    assert ("html", {"lang": "en"}) in page.elements


def test_every_form_holds_the_same_figures(judged, shelf):
    found = report(judged, file="own.jsonl", encoder="none", policies=shelf)
    assert json.loads(as_json(found)) == found
    assert found["questions"] == 10
    said = Page(as_html(found)).said.replace("\u00a0", " ")
    for words in (
        "First citation right",
        "Misled",
        "22.2 %",
        "33.3 %",
        "11.1 %",
        "no or depends",
        "not-France",
        ELSEWHERE,
    ):
        assert words in said
        assert words in " ".join(as_text(found).split())


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def fails(self, target):
        raise OSError(28, "No space left on device", str(target))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text() == "old"
    write_whole(path, "new \ud800")
    assert path.read_bytes() == b"new \\ud800"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_reports_on_standard_output_in_each_form(plainclause, own):
    code, out, err = plainclause("eval", own)
    assert (code, err) == (0, "")
    assert "10 questions, 6 missed" in out
    code, out, err = plainclause("eval", own, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["questions"], len(found["misses"])) == (10, 6)
    assert found["measures"]["wrongly_silent"]["value"] == 0.1667


@pytest.mark.parametrize(
    ("name", "options", "beginning"),
    [
        ("r.html", [], "<!DOCTYPE html>"),
        ("r.json", [], "{"),
        ("r.txt", [], "/"),
        ("r.txt", ["--format", "html"], "<!DOCTYPE html>"),
    ],
)
def test_the_command_writes_the_form_that_is_named_or_that_the_file_is_named_for(
    plainclause, own, tmp_path, name, options, beginning
):
    code, out, err = plainclause("eval", own, "--out", tmp_path / name, *options)
    assert (code, err) == (0, "")
    assert out == f"written: {tmp_path / name} (10 questions, 6 missed)\n"
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_the_command_lists_the_bad_lines_and_measures_nothing(plainclause, tmp_path):
    path, out_path = lines(tmp_path / "q.jsonl", "x", {"question": CARD, "outcome": "no"}), tmp_path / "r.html"
    code, out, err = plainclause("eval", path, "--out", out_path)
    assert (code, out) == (2, "")
    first, second, last = err.splitlines()
    assert first.startswith("line 1: not JSON")
    assert second.startswith('line 2, "2": outcome "no" without gold')
    assert last.startswith(f'plainclause: file "{path}" has 2 bad lines')
    assert not out_path.exists()
    code, out, err = plainclause("eval", tmp_path / "none.jsonl")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "does not exist" in err


def test_a_place_that_cannot_be_written_to_is_told_before_measuring(plainclause, own, tmp_path):
    for out_path, message in ((tmp_path / "no" / "r.html", "does not exist; make it first"), (tmp_path, "not a file")):
        code, out, err = plainclause("eval", own, "--out", out_path)
        assert (code, out) == (2, "")
        assert message in err


def test_who_only_asks_waits_for_no_library_of_the_report():
    light = (
        "assistant.ask",
        "assistant.surfaces.cli.main",
        "assistant.evaluation.measures",
        "assistant.evaluation.report",
    )
    code = f"import sys, {', '.join(light)}; print({{'ir_measures', 'jinja2', 'pandas'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
