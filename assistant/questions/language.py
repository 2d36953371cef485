"""Whether a question is in English, which is what questions are read in. One in another language would find nothing, and
"we found no clause" would then mislead."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# A question is held to be foreign where both say so: few of its words are known, and it reads like another language.
# On 1,950 English questions, typing errors and all, none is; of fifteen in five other languages all are but for those
# of one or two words, which are left alone. What is in another script than Latin is foreign however few its words: some
# scripts part none.
FEWEST_WORDS, MOST_KNOWN, SURE = 3, 0.5, 0.4
_SPANISH = re.compile(r"[¿¡]\w")  # with which no other language begins a sentence
_WORD = re.compile(r"[^\W\d_]+")
_NONE = "zxx"  # no language at all: keys hit at random
_UNKNOWN = "und"


def foreign(text: str, known: Container[str]) -> str | None:
    """The code of the language (ISO 639-1, or "und" where it is not told which) that a question is in, if it is not English;
    `known`: English words, lower case."""
    if _in_another_script(text):
        code, _ = _identifier().classify(text)
        return _UNKNOWN if code in ("en", _NONE) else code
    if _SPANISH.search(text):
        return "es"
    words = _WORD.findall(text.lower())
    if len(words) < FEWEST_WORDS or sum(word in known for word in words) > MOST_KNOWN * len(words):
        return None
    code, probability = _identifier().classify(text)
    return code if code not in ("en", _NONE) and probability >= SURE else None


def _in_another_script(text: str) -> bool:
    """Whether most letters of a text are no Latin ones; a single letter is a sign."""
    if text.isascii():
        return False
    letters = [letter for letter in text if letter.isalpha() and letter not in "ªºµ"]
    others = sum(not unicodedata.name(letter, "").startswith(("LATIN", "FULLWIDTH LATIN")) for letter in letters)
    return others > 1 and others > len(letters) / 2


@cache
def _identifier() -> LanguageIdentifier:
    # Half a second and some megabytes, which most servers never need: only a question of unknown words comes here.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
