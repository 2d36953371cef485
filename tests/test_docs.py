"""What the documents say is what the program does."""

from __future__ import annotations

import json
import re

import pytest

from assistant.settings import ROOT, Settings
from benchmarks.readme import table as figures

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f"PLAINCLAUSE_{name.upper()}" in README


def test_every_file_that_the_readme_links_to_exists():
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target


def test_every_room_is_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for floor in ("corpus", "index", "assistant"):
        for path in (ROOT / floor).glob("*.py"):
            if not path.name.startswith("__"):
                assert path.name in page, path


def test_the_figures_in_the_readme_are_those_of_the_results():
    result = json.loads((ROOT / "benchmarks" / "results" / "bench.json").read_text(encoding="utf-8"))
    assert figures(result) in README


def test_the_promised_quality_holds_in_the_results():
    measures = json.loads((ROOT / "benchmarks" / "results" / "bench.json").read_text(encoding="utf-8"))["golden"][
        "measures"
    ]
    assert measures["right_among_three"]["value"] >= 0.95
