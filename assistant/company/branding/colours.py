"""A company's colours: read, checked for contrast (WCAG 2.2, 1.4.3 and 1.4.11), and written as custom properties of CSS."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Annotated, ClassVar, NamedTuple, Self, TypeAlias

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from assistant.company.branding.unusable import Unusable

TEXT, EDGE = (
    4.5,
    3.0,
)  # least contrast of words with what they stand on, and of what can be changed with what is around it
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)
_STEPS = 512  # of lightness looked at on the way from a colour to black and to white
_TINT = (0.10, 0.08, 0.06, 0.04, 0.02, 0.0)  # how much of the accent a tinted ground has at most


def _six_digits(text: str) -> str:
    if not _HEX.fullmatch(text):
        raise Unusable("colour", 'is no colour; write "#" and six hexadecimal digits, as in "#1f5b52"')
    digits = text[1:].lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)


Colour: TypeAlias = Annotated[str, AfterValidator(_six_digits)]
"""A colour as `#1f5b52`; `#abc` is read as `#aabbcc`."""


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def nearest(colour: str, others: Sequence[str], least: float = TEXT) -> str | None:
    """The colour that has `least` contrast with all of some others and is nearest to one on the ways from it to black and to
    white, which keep its hue; None where there is none."""
    found = [
        mixed
        for end in ("#000000", "#ffffff")
        if (mixed := next((each for each in _way(colour, end) if _passes(each, others, least)), None)) is not None
    ]
    return min(found, key=lambda mixed: _distance(mixed, colour), default=None)


def mix(colour: str, other: str, share: float) -> str:
    """A colour with a `share`, 0 to 1, of another in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Palette(NamedTuple):
    """All colours of one scheme that a page needs, by the names of static/tokens.css."""

    paper: str
    card: str
    ink: str
    soft: str
    line: str
    edge: str
    accent: str
    accent_ink: str
    tint: str


class _Fixed(NamedTuple):
    """What stands in static/tokens.css of one scheme: what a company leaves out, and the colours that are not its to set."""

    palette: Palette
    mark: str
    mark_soft: str
    older: str
    newer: str


LIGHT = _Fixed(
    Palette("#f8f6f1", "#fffefb", "#23272c", "#5a626b", "#e2dccf", "#8d8779", "#1f5b52", "#ffffff", "#eaf1ee"),
    mark="#ffe7a3", mark_soft="#f6efd9", older="#8a5a00", newer="#245a8c",
)  # fmt: skip
DARK = _Fixed(
    Palette("#15181a", "#1c2023", "#e8e5de", "#a6adb4", "#343a3f", "#727a81", "#86cdbf", "#10211e", "#223330"),
    mark="#5c4812", mark_soft="#33301f", older="#e8bd68", newer="#93c3f0",
)  # fmt: skip


class Measure(NamedTuple):
    """The contrast of a colour with another that it stands on, or that stands on it: the other's name and value, 1 to 21."""

    other: str
    value: str
    ratio: float

    @property
    def passes(self) -> bool:
        """Whether words can be read so."""
        return self.ratio >= TEXT

    def shown(self, digits: int = 2) -> str:
        """The ratio, rounded down: what is too little must not read as what is needed."""
        return f"{math.floor(10**digits * self.ratio) / 10**digits:.{digits}f}"


class Unreadable(NamedTuple):
    """A colour that words cannot be read by: what it fails with, and the nearest that passes with all it meets, if one does."""

    name: str
    value: str
    failing: tuple[Measure, ...]
    better: str | None
    meets: tuple[str, ...]

    @property
    def words(self) -> str:
        """A sentence with the remedy."""
        failing = ", ".join(
            f"{each.shown()} to 1 with {_NAMES.get(each.other, each.other)} {each.value}" for each in self.failing
        )
        remedy = (
            f"the nearest that passes is {self.better}"
            if self.better
            else f"no colour passes with {' and '.join(_NAMES.get(each, each) for each in self.meets)} together: change those"
        )
        return f'"{self.name}" {self.value} has a contrast of {failing}, and {TEXT} is needed; {remedy}'


class UnreadableColours(ValueError):
    """Colours of one scheme that words cannot be read by."""

    def __init__(self, found: tuple[Unreadable, ...]) -> None:
        super().__init__("; ".join(each.words for each in found))
        self.found = found


class Scheme(BaseModel):
    """The colours of one scheme that a company sets. Any may be left out; what is derived of them is readable on them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ours: ClassVar[_Fixed]

    accent: Colour | None = None
    accent_text: Colour | None = None
    paper: Colour | None = None
    card: Colour | None = None
    text: Colour | None = None
    soft: Colour | None = None

    @cached_property
    def palette(self) -> Palette:
        """The company's colours, ours where it set none, and those derived of both."""
        ours = self.ours.palette
        if not self.model_fields_set:
            return ours
        paper, card = self.paper or ours.paper, self.card or ours.card
        ink, accent = self.text or ours.ink, self.accent or ours.accent
        tints = (mix(card, accent, share) for share in _TINT)
        tint = next((each for each in tints if _passes(each, (ink, accent), TEXT)), card)
        line = ours.line if self.paper is None and self.text is None else mix(paper, ink, 0.15)
        edge = nearest(ours.edge, (paper, card), EDGE) or ink
        accent_ink = self.accent_text or _passing((ours.accent_ink, "#ffffff", "#000000"), accent)
        return Palette(paper, card, ink, self.soft or ours.soft, line, edge, accent, accent_ink, tint)

    @property
    def measures(self) -> dict[str, tuple[Measure, ...]]:
        """What each of the colours that a company may set is measured with, as a page shows them now."""
        values = self._values
        return {name: tuple(_measured(values, name)) for name in type(self).model_fields}

    @property
    def _values(self) -> dict[str, str]:
        ours, shown = self.ours, self.palette
        return {
            "text": shown.ink, "soft": shown.soft, "accent": shown.accent, "accent_text": shown.accent_ink,
            "paper": shown.paper, "card": shown.card, "mark": ours.mark, "mark_soft": ours.mark_soft,
            "older": ours.older, "newer": ours.newer,
        }  # fmt: skip

    @model_validator(mode="after")
    def _readable(self) -> Self:
        found = tuple(self._unreadable())
        if found:
            raise UnreadableColours(found)
        return self

    def _unreadable(self) -> Iterator[Unreadable]:
        """Each colour that the company would have to change."""
        values, told = self._values, set()
        for words, ground in _PAIRS:
            if contrast(values[words], values[ground]) >= TEXT:
                continue
            wrong = words if words in self.model_fields_set else ground
            if wrong not in self.model_fields_set or wrong in told:
                continue
            told.add(wrong)
            measured = [
                each
                for each in _measured(values, wrong)
                # accent_text is chosen by the accent, where it is not set
                if each.other != "accent_text" or "accent_text" in self.model_fields_set
            ]
            failing = tuple(each for each in measured if not each.passes)
            better = nearest(values[wrong], [each.value for each in measured])
            yield Unreadable(wrong, values[wrong], failing, better, tuple(each.other for each in measured))


def scheme_of(kind: type[Scheme], given: Mapping[str, str]) -> Scheme:
    """A scheme with colours by name as it would look, be it readable or not; what is no colour is left out."""
    colours = {}
    for name, text in given.items():
        with contextlib.suppress(Unusable):
            colours[name] = _six_digits(text)
    return kind.model_construct(_fields_set=set(colours), **dict.fromkeys(kind.model_fields) | colours)


class Light(Scheme):
    """By day."""

    ours = LIGHT


class Dark(Scheme):
    """By night."""

    ours = DARK


class Colours(BaseModel):
    """Both schemes."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    light: Light = Field(default_factory=Light)
    dark: Dark = Field(default_factory=Dark)

    def css(self) -> str:
        """A style sheet that takes the place of the colours of static/tokens.css; empty where none is set."""
        if not (self.light.model_fields_set or self.dark.model_fields_set):
            return ""
        day, night = self.light.palette, self.dark.palette
        lines = (
            f"  --{name.replace('_', '-')}: light-dark({by_day}, {by_night});\n"
            for name, by_day, by_night in zip(Palette._fields, day, night, strict=True)
        )
        return f":root {{\n{''.join(lines)}}}\n"


# Which words stand on which ground. The last two are ours alone: the words that only one of two versions has.
_PAIRS = (
    ("text", "paper"), ("text", "card"), ("text", "mark"), ("text", "mark_soft"), ("soft", "paper"), ("soft", "card"),
    ("accent", "paper"), ("accent", "card"), ("accent_text", "accent"),
    ("older", "card"), ("newer", "card"), ("older", "paper"), ("newer", "paper"),
)  # fmt: skip
_NAMES = {
    "mark": "the mark on quoted words",
    "mark_soft": "the ground of quotes",
    "older": "the colour of an earlier text",
    "newer": "the colour of a newer text",
}


def _measured(values: Mapping[str, str], name: str) -> Iterator[Measure]:
    for pair in _PAIRS:
        if name in pair:
            [other] = [each for each in pair if each != name]
            yield Measure(other, values[other], contrast(values[name], values[other]))


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _passes(colour: str, others: Iterable[str], least: float) -> bool:
    return all(contrast(colour, other) >= least for other in others)


def _passing(colours: Iterable[str], ground: str) -> str:
    """The first of some colours that can be read on a ground: black or white always can."""
    return next(each for each in colours if contrast(each, ground) >= TEXT)


def _way(colour: str, end: str) -> Iterator[str]:
    return (mix(colour, end, step / _STEPS) for step in range(_STEPS + 1))


def _distance(one: str, other: str) -> int:
    return sum((a - b) ** 2 for a, b in zip(_channels(one), _channels(other), strict=True))
