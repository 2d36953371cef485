"""How unlike a slip is: what it costs to have typed one word and meant another.

A noisy channel (Kernighan, Church and Gale, "A spelling correction program based on a noisy channel model", 1990): letters left out,
put in, swapped and put for others, each with a cost in nats, of which the cheapest sequence counts. Doubled letters, vowels,
letters that sound alike and neighbours on the keyboard are mistaken most. The costs were set by hand on the misspelt
words of the training questions (benchmarks/spelling.jsonl).
"""

from __future__ import annotations

VOWELS = frozenset("aeiouy")
_SOUND_ALIKE = frozenset(frozenset(pair) for pair in ("ck", "cs", "sz", "fv", "gj", "mn", "dt", "kq", "bp"))
_MISSING, _MISSING_VOWEL, _EXTRA, _DOUBLED, _SWAPPED = 4.5, 4.0, 5.5, 2.5, 3.5
_VOWEL, _ALIKE, _ADJACENT, _OTHER = 4.0, 4.5, 5.5, 7.0  # one letter for another
_SOUND = 3.5  # letters for others of the same sound
_FIRST = 3.0  # more, where it is the first letter
_INFLECTED = 1.5  # more, where an "s" or "d" at the end goes or comes: it means something
_SOUNDS = (
    ("f", "ph"), ("ph", "f"), ("f", "gh"), ("k", "ck"), ("ks", "cks"), ("cks", "x"), ("x", "cks"), ("kw", "qu"), ("z", "s"),
    ("s", "c"), ("sh", "ti"), ("ys", "ies"), ("er", "or"), ("or", "er"), ("te", "ght"), ("r", "wr"), ("n", "kn"),
)  # fmt: skip
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_KEYS = {key: (0.4 * row + column, row) for row, keys in enumerate(_ROWS) for column, key in enumerate(keys)}


def cost(typed: str, meant: str) -> float:
    """The cost of a slip, in nats; 0 where there is none."""
    rows, columns = len(typed), len(meant)
    cheapest = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows + 1):
        for j in range(columns + 1):
            if i or j:
                cheapest[i][j] = min(_ways(typed, meant, i, j, cheapest))
    return cheapest[rows][columns]


def _ways(typed: str, meant: str, i: int, j: int, cheapest: list[list[float]]) -> list[float]:
    """What the first `i` letters typed cost for the first `j` meant, by what the last of them are."""
    ways = []
    if i and j:
        ways.append(cheapest[i - 1][j - 1] + _replaced(typed[i - 1], meant[j - 1], first=i == 1 and j == 1))
    if i:
        ways.append(cheapest[i - 1][j] + _alone(typed, i - 1, _EXTRA, first=i == 1 and j == 0))
    if j:
        missing = _MISSING_VOWEL if meant[j - 1] in VOWELS else _MISSING
        ways.append(cheapest[i][j - 1] + _alone(meant, j - 1, missing, first=i == 0 and j == 1))
    if i > 1 and j > 1 and typed[i - 2 : i] == meant[j - 2 : j][::-1] and typed[i - 1] != typed[i - 2]:
        ways.append(cheapest[i - 2][j - 2] + _SWAPPED)
    ways.extend(
        cheapest[i - len(these)][j - len(those)] + _SOUND
        for these, those in _SOUNDS
        if typed.endswith(these, 0, i) and meant.endswith(those, 0, j)
    )
    return ways


def _replaced(typed: str, meant: str, *, first: bool) -> float:
    """The cost of one letter for another."""
    if typed == meant:
        return 0.0
    beginning = _FIRST if first else 0.0
    if typed in VOWELS and meant in VOWELS:
        return beginning + _VOWEL
    if frozenset((typed, meant)) in _SOUND_ALIKE:
        return beginning + _ALIKE
    return beginning + (_ADJACENT if _adjacent(typed, meant) else _OTHER)


def _alone(word: str, at: int, otherwise: float, *, first: bool) -> float:
    """The cost of a letter that stands in one of the two words only."""
    letter = word[at]
    if at and letter == word[at - 1]:
        return _DOUBLED
    inflected = _INFLECTED if at == len(word) - 1 and letter in "sd" else 0.0
    return otherwise + inflected + (_FIRST if first else 0.0)


def _adjacent(one: str, other: str) -> bool:
    if one not in _KEYS or other not in _KEYS:
        return False
    (x, row), (other_x, other_row) = _KEYS[one], _KEYS[other]
    return abs(x - other_x) <= 1.1 and abs(row - other_row) <= 1
