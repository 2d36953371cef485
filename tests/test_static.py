"""The files that pages load: small ones, one set of colours, none of which judges an answer."""

from __future__ import annotations

import os
import re

import pytest

from assistant.model import Outcome
from assistant.settings import ROOT
from assistant.surfaces.assets import STATIC, TEMPLATES, static_version

LONGEST = 400  # lines
REPORTS = (
    TEMPLATES / "diff.html",
    ROOT / "assistant" / "evaluation" / "report.html",
    ROOT / "assistant" / "standalone.css",  # which both include
)
COLOUR = re.compile(r"--([\w-]+): (#[0-9a-f]{6});")
TOKENS = dict(
    re.findall(
        r"--([\w-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);", (STATIC / "tokens.css").read_text(encoding="utf-8")
    )
)


def test_the_version_of_the_files_is_that_of_their_words_whenever_they_were_written(tmp_path, monkeypatch):
    """Two machines have them of different times; one that is put back keeps its old one."""
    for path in STATIC.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
        os.utime(tmp_path / path.name, (1, 1))
    monkeypatch.setattr("assistant.surfaces.assets.STATIC", tmp_path)
    version = static_version.__wrapped__
    assert version() == static_version()
    script = tmp_path / "desk.js"
    script.write_bytes(script.read_bytes() + b"// changed")
    os.utime(script, (1, 1))
    assert version() != static_version()


def test_no_sheet_or_script_is_long():
    lines = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in STATIC.glob("*.*s")}
    assert len(lines) > 15
    assert {name: count for name, count in lines.items() if count > LONGEST} == {}


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_every_rule_of_a_sheet_is_closed(path):
    deep, deepest = 0, 0
    for brace in re.findall(r"[{}]", re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)):
        deep += 1 if brace == "{" else -1
        deepest = max(deep, deepest)
        assert deep >= 0
    assert deep == 0
    assert deepest <= 2


def test_colours_stand_in_one_sheet():
    others = [path for path in STATIC.glob("*.css") if path.name != "tokens.css"]
    assert len(TOKENS) >= 16
    coloured = {path.name: re.findall(r"#[0-9a-f]{6}\b", path.read_text(encoding="utf-8")) for path in others}
    assert {name: found for name, found in coloured.items() if found} == {}


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.name)
def test_reports_that_stand_alone_have_the_same_colours(path):
    light, dark = path.read_text(encoding="utf-8").split("prefers-color-scheme: dark")
    shown = {name: f"{value}, {dict(COLOUR.findall(dark))[name]}" for name, value in COLOUR.findall(light)}
    assert {name: value for name, value in shown.items() if name in TOKENS and value != TOKENS[name]} == {}


@pytest.mark.parametrize("path", [*STATIC.glob("*.css"), *REPORTS], ids=lambda path: path.name)
def test_no_outcome_has_a_colour_of_its_own(path):
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", path.read_text(encoding="utf-8"))
    outcomes = {f".{outcome}" for outcome in Outcome}
    coloured = [
        (selector.strip(), inside.strip())
        for selector, inside in rules
        if outcomes & set(re.findall(r"\.\w+", selector))
        and re.search(r"(?<!-)color:", inside)
        and ".grid" not in selector
    ]
    assert coloured == []
