"""What the documents say is what the program does."""

from __future__ import annotations

import re

import pytest

from assistant.settings import ROOT, Settings

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
