"""Contrast as WCAG defines it, and colours that are refused with the nearest that passes."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from assistant.company.branding.colours import (
    DARK,
    EDGE,
    LIGHT,
    TEXT,
    Colours,
    Dark,
    Light,
    Palette,
    contrast,
    mix,
    nearest,
)
from assistant.surfaces.assets import STATIC

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#777777", "#ffffff", 4.48),  # the example that everybody knows: one shade too light
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.00),
        ("#0000ff", "#ffffff", 8.59),
    ],
)
def test_contrast_is_that_of_the_standard(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


@given(COLOURS, st.lists(COLOURS, min_size=1, max_size=3))
def test_the_nearest_colour_passes_with_all_and_none_on_the_way_to_it_does(colour: str, others: list[str]) -> None:
    def passes(each: str) -> bool:
        return all(contrast(each, other) >= TEXT for other in others)

    found = nearest(colour, others)
    if found is None:
        assert not passes("#000000")
        assert not passes("#ffffff")
        return
    assert passes(found)
    if passes(colour):
        assert found == colour
        return
    ways = {end: [mix(colour, end, step / 512) for step in range(513)] for end in ("#000000", "#ffffff")}
    assert any(found in way and not any(map(passes, way[: way.index(found)])) for way in ways.values())


@given(st.sampled_from([Light, Dark]), COLOURS)
def test_an_accent_is_taken_where_links_in_it_can_be_read_and_refused_with_one_that_is_taken(
    scheme: type[Light] | type[Dark], accent: str
) -> None:
    ours = scheme.ours.palette
    readable = all(contrast(accent, ground) >= TEXT for ground in (ours.paper, ours.card))
    try:
        found = scheme(accent=accent).palette
    except ValidationError as error:
        assert not readable
        [better] = re.findall(r"nearest that passes is (#[0-9a-f]{6})", str(error))
        assert scheme(accent=better).accent == better
        return
    assert readable
    assert contrast(found.accent_ink, found.accent) >= TEXT
    assert contrast(found.accent, found.tint) >= TEXT
    assert contrast(found.ink, found.tint) >= TEXT


@given(COLOURS, COLOURS, COLOURS)
def test_whatever_is_taken_can_be_read(paper: str, card: str, text: str) -> None:
    try:
        found = Light(paper=paper, card=card, text=text, soft=text, accent=text).palette
    except ValidationError:
        return
    for ground in (found.paper, found.card, found.tint, LIGHT.mark, LIGHT.mark_soft):
        assert contrast(found.ink, ground) >= TEXT
    assert contrast(found.edge, found.paper) >= EDGE
    assert contrast(found.edge, found.card) >= EDGE


def test_an_error_says_what_was_measured_with_what_and_what_would_pass() -> None:
    with pytest.raises(ValidationError) as caught:
        Light(accent="#8fb8e8", soft="#bbbbbb")
    said = str(caught.value)
    measured = contrast("#8fb8e8", LIGHT.palette.paper)
    rounded_down = math.floor(100 * measured) / 100  # what is too little must not read as what is needed
    assert f'"accent" #8fb8e8 has a contrast of {rounded_down:.2f} to 1 with paper #f8f6f1' in said
    assert '"soft" #bbbbbb has a contrast of' in said
    for better in re.findall(r"nearest that passes is (#[0-9a-f]{6})", said):
        assert contrast(better, LIGHT.palette.paper) >= TEXT


def test_a_ground_that_no_words_can_stand_on_is_told_of_itself() -> None:
    with pytest.raises(ValidationError, match='"paper" #444444 has a contrast of'):
        Light(paper="#444444")


def test_colours_that_cannot_be_put_right_alone_say_so() -> None:
    with pytest.raises(ValidationError, match=r"no colour passes with .* together: change those"):
        Light(paper="#000000", card="#ffffff", text="#777777")


@pytest.mark.parametrize("wrong", ["red", "#12", "#12345g", "rgb(1,2,3)", "#fff;}body{display:none", "#1234567"])
def test_only_hexadecimal_digits_are_a_colour(wrong: str) -> None:
    with pytest.raises(ValidationError, match="is no colour; write"):
        Light(accent=wrong)


def test_short_digits_are_read_as_long_ones() -> None:
    assert Light(accent="#135").accent == "#113355"


def test_what_a_company_leaves_out_is_what_the_pages_have() -> None:
    """The colours stand in the style sheet and here: they are the same."""
    sheet = (STATIC / "tokens.css").read_text(encoding="utf-8")
    found = dict(re.findall(r"--([\w-]+): (light-dark\([^)]*\))", sheet))
    for day, night, name in zip(LIGHT.palette, DARK.palette, Palette._fields, strict=True):
        assert found[name.replace("_", "-")] == f"light-dark({day}, {night})", name
    for name in ("mark", "mark_soft", "older", "newer"):
        assert found[name.replace("_", "-")] == f"light-dark({getattr(LIGHT, name)}, {getattr(DARK, name)})", name


def test_without_colours_there_is_no_style_sheet_and_with_one_every_colour_stands_in_it() -> None:
    assert Colours().css() == ""
    css = Colours(light=Light(accent="#5b2a86")).css()
    assert "--accent: light-dark(#5b2a86, #86cdbf);" in css
    assert len(re.findall(r"--[\w-]+: light-dark\(#[0-9a-f]{6}, #[0-9a-f]{6}\);", css)) == len(Palette._fields)


def test_our_own_colours_are_readable() -> None:
    for scheme in (Light, Dark):
        ours = scheme.ours.palette
        given = {"accent": ours.accent, "accent_text": ours.accent_ink, "paper": ours.paper, "card": ours.card}
        assert scheme(**given, text=ours.ink, soft=ours.soft).palette.accent == ours.accent
