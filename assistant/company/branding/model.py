"""What a branding file holds. docs/branding.md describes every key; a test holds it to this model."""

from __future__ import annotations

import unicodedata
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from assistant.company.branding.colours import Colours
from assistant.company.branding.handoff import Handoff, Link
from assistant.company.branding.unusable import Unusable
from assistant.languages import CODES

MOST_STARTERS = 6


def _plain(text: str) -> str:
    """A line without control characters and without what turns the direction of writing."""
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Cs") for letter in text):
        raise Unusable("invisible", "holds a line break or an invisible character; write it in one line")
    if not text.strip():
        raise Unusable("empty", "is empty; write something, or leave the key out")
    return text.strip()


def _listed(value: object) -> object:
    return (value,) if isinstance(value, str) else value


_Line = Annotated[str, AfterValidator(_plain)]
Name = Annotated[_Line, Field(max_length=60)]
Sentence = Annotated[_Line, Field(max_length=400)]
Paragraph = Annotated[_Line, Field(max_length=1200)]
Question = Annotated[_Line, Field(max_length=200)]


class Texts(BaseModel):
    """The company's own words in one language. They are plain text: no markup in them is ever run."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    greeting: Sentence | None = None
    consent: Paragraph | None = None
    contact: Sentence | None = None
    begins: Sentence | None = None
    ends: Sentence | None = None


class AllTexts(BaseModel):
    """A table of texts a language, by its code."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    en: Texts = Texts()
    de: Texts = Texts()


class Said(NamedTuple):
    """A text of the company's and the language that it is in."""

    words: str
    code: str


class Branding(BaseModel):
    """A branding file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Name
    logo: str | None = None
    privacy_link: Link | None = None
    policy: Annotated[tuple[str, ...], BeforeValidator(_listed), Field(min_length=1, max_length=100)] | None = None
    starters: Annotated[tuple[Question, ...], Field(max_length=MOST_STARTERS)] = ()
    colours: Colours = Colours()
    handoff: Handoff = Handoff()
    texts: AllTexts = AllTexts()

    def own(self, key: str, code: str) -> str | None:
        """A text in one language only: what greets a visitor in another one is better said in the program's own words."""
        found: str | None = getattr(getattr(self.texts, code), key)
        return found

    def any(self, key: str, code: str) -> Said | None:
        """A text in a language, else in another: what must be said is said."""
        for each in (code, *CODES):
            found = self.own(key, each)
            if found is not None:
                return Said(found, each)
        return None
