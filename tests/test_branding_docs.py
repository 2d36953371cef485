"""The page about branding says every key of the model, and its example holds every one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from assistant.company.branding.handoff import LONGEST_QUESTION
from assistant.company.branding.loading import read_brand
from assistant.company.branding.logo import MOST_BYTES
from assistant.company.branding.model import MOST_STARTERS, Branding
from assistant.errors import BadBranding
from assistant.settings import ROOT

PAGE = (ROOT / "docs" / "branding.md").read_text(encoding="utf-8")
[EXAMPLE] = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


def keys(model: type[BaseModel], before: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        kinds = [each for each in (field.annotation, *get_args(field.annotation)) if isinstance(each, type)]
        inner = next((each for each in kinds if issubclass(each, BaseModel)), None)
        yield from keys(inner, f"{before}{name}.") if inner else [before + name]


def given(table: dict[str, Any], before: str = "") -> Iterator[str]:
    for name, value in table.items():
        yield from given(value, f"{before}{name}.") if isinstance(value, dict) else [before + name]


def test_the_example_holds_every_key_and_can_be_used(tmp_path: Path) -> None:
    assert set(given(tomllib.loads(EXAMPLE))) == set(keys(Branding))
    (tmp_path / "logo.svg").write_text('<svg xmlns="http://www.w3.org/2000/svg"/>')
    (tmp_path / "branding.toml").write_text(EXAMPLE, encoding="utf-8")
    assert read_brand(tmp_path / "branding.toml").name == "ACME Hosting"


@pytest.mark.parametrize("key", sorted(set(keys(Branding))))
def test_every_key_is_described(key: str) -> None:
    table = PAGE.split("## The keys")[1]
    assert f"`{key.rpartition('.')[2]}`" in table


def test_the_limits_are_those_of_the_program() -> None:
    assert f"at most {MOST_BYTES // 1000} KB" in PAGE
    assert f"up to {MOST_STARTERS} questions" in PAGE
    assert f"the first {LONGEST_QUESTION}" in PAGE
    assert "up to 60 characters" in PAGE


def test_the_errors_that_are_shown_are_those_that_come(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_text('name = "A"\ncolors = 1\n[colours.light]\naccent = "#8fb8e8"\n')
    with pytest.raises(BadBranding) as caught:
        read_brand(tmp_path / "b.toml")
    shown = re.findall(r"^wrong: (.*)$", PAGE, re.MULTILINE)
    assert set(shown) == set(caught.value.problems)
