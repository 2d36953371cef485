"""How many words a text has, in scripts that part them by spaces and in those that don't."""

from __future__ import annotations

import re
from typing import Final

# Characters to a word where none stands between words: about as many as make one word of the English translation.
_UNSPACED: Final = (
    (
        re.compile(
            "[\u2e80-\u2fdf\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
        ),
        2,
    ),
    (re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]"), 5),  # Thai, Lao, Burmese, Khmer
)
# Korean parts them, but a word holds what English says with an article or a preposition more.
_HANGUL: Final = re.compile("[\uac00-\ud7af]+")
_HANGUL_OF_A_WORD = 3
_WORD: Final = re.compile(r"\w")


def count_words(text: str) -> int:
    """The words of a text; what holds no letter or digit is none. One or more for any text that has a letter."""
    if text.isascii():
        return sum(1 for word in text.split() if _WORD.search(word))
    unspaced = 0
    for script, length in _UNSPACED:
        text, letters = script.subn(" ", text)
        unspaced += -(-letters // length)
    spaced = 0
    for word in text.split():
        syllables = sum(map(len, _HANGUL.findall(word)))
        spaced += max(1, round(syllables / _HANGUL_OF_A_WORD)) if syllables else bool(_WORD.search(word))
    return spaced + unspaced
