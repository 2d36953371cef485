"""Whether a question is in English, which is what questions are read in. One in another language would find nothing, and
"we found no clause" would then mislead."""

from __future__ import annotations

import re
from collections.abc import Container
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

# A question is held to be foreign where both say so: few of its words are known, and it reads like another language.
# On 1,950 English questions, typing errors and all, none is; of fifteen in five other languages all are but for those
# of one or two words, which are left alone.
FEWEST_WORDS, MOST_KNOWN, SURE = 3, 0.5, 0.4
_WORD = re.compile(r"[^\W\d_]+")
_NONE = "zxx"  # no language at all: keys hit at random


def foreign(text: str, known: Container[str]) -> str | None:
    """The code of the language (ISO 639-1) that a question is in, if it is not English; `known`: English words, lower case."""
    words = _WORD.findall(text.lower())
    if len(words) < FEWEST_WORDS or sum(word in known for word in words) > MOST_KNOWN * len(words):
        return None
    code, probability = _identifier().classify(text)
    return code if code not in ("en", _NONE) and probability >= SURE else None


@cache
def _identifier() -> LanguageIdentifier:
    # Half a second and some megabytes, which most servers never need: only a question of unknown words comes here.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
