"""What changed between two versions of a policy, clause by clause.

Clauses with the same words are paired first, in their longest common order. Of the rest, those that share enough words
are taken for one clause, reworded. What is then left was removed or added.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Indel, LCSseq

from corpus.errors import CorpusError
from corpus.model import Policy

ChangeKind: TypeAlias = Literal["same", "reworded", "moved", "added", "removed"]
_Section: TypeAlias = tuple[str, ...]
WordKind: TypeAlias = Literal["kept", "removed", "added"]

# Two clauses are one, reworded, if they share this part of their words, in order (twice the shared words, divided by
# the words of both). Read on seven pairs of real versions: from a half up nearly every pair says the same thing; below,
# most share little more than "we may use your personal data". So do short ones: "Data protection", "Subscription data".
_ALIKE = 0.5
_FEWEST_SHARED = 4
# Under the same heading and between the same neighbours less is enough: there a reader, too, takes one for the other.
_ALIKE_IN_PLACE = 0.3
_NEIGHBOURS = 10  # clauses from one neighbour to the other at most; where more were rewritten, nothing tells the place
# What the same heading, and the very place where the clause is to be expected, count where several are alike.
_SAME_SECTION, _SAME_PLACE = 0.1, 0.1
_ROWS = 512  # old clauses that are compared with all new ones at a time; bounds the memory


@dataclass(frozen=True, slots=True)
class WordRun:
    """A run of whole words and the white space beside them."""

    kind: WordKind
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a clause. `old` and `new` are its numbers (places in `Policy.clauses`) in the two versions.

    "same" and "moved": the same words, white space aside; "moved" ones left the common order, or their heading for
    another. "reworded": one clause in other words; it may stand elsewhere as well. Only these have `words`: kept and
    removed ones joined are the old clause's text to the character, kept and added ones the new clause's.
    "added" clauses have no old number, "removed" ones no new number.
    """

    kind: ChangeKind
    old: int | None
    new: int | None
    words: tuple[WordRun, ...] = ()


@dataclass(frozen=True, slots=True)
class Differences:
    """Every clause of two versions, each in exactly one change, in reading order of the new version. A removed clause
    stands behind the one that it followed in the old version."""

    changes: tuple[Change, ...]
    by_old: dict[int, Change] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_old", {c.old: c for c in self.changes if c.old is not None})

    def now_at(self, old_number: int) -> Change:
        """What became of the clause with this number in the old version.

        Raises:
            CorpusError: the old version has no clause of this number.
        """
        if old_number not in self.by_old:
            count = len(self.by_old)
            raise CorpusError(f"the old version has no clause {old_number}: it has {count}, numbered from 0")
        return self.by_old[old_number]


def differences(old: Policy, new: Policy) -> Differences:
    """What changed from `old` to `new`, two versions of one policy; always the same for the same two."""
    before, after = _versions(old, new)
    pairs = _same_words(before, after)
    reworded = _reworded(before, after, pairs)
    pairs |= reworded
    in_order = _longest_order(pairs)

    def change(a: int, b: int) -> Change:
        if a in reworded:
            return Change("reworded", a, b, word_runs(before.texts[a], after.texts[b]))
        return Change("same" if a in in_order and not _left_its_heading(before, a, after, b) else "moved", a, b)

    removed: dict[int, list[Change]] = defaultdict(list)  # by the clause that each follows, of those in order
    last = -1
    for a in range(len(before.texts)):
        if a in in_order:
            last = a
        elif a not in pairs:
            removed[last].append(Change("removed", a, None))
    old_of = {b: a for a, b in pairs.items()}
    changes = list(removed[-1])
    for b in range(len(after.texts)):
        if b in old_of:
            changes += [change(old_of[b], b), *removed[old_of[b]]]
        else:
            changes.append(Change("added", None, b))
    return Differences(tuple(changes))


def word_runs(old: str, new: str) -> tuple[WordRun, ...]:
    """What was kept, removed and added from one text to another; between kept words the removed stand before the added.

    Words are what white space parts, and never cut. White space goes with the word before it; behind a kept word that
    has other white space now, that alone is marked.
    """
    # An empty first word carries the white space that a text may begin with.
    a, b = (re.findall(r"(\S+|^)(\s*)", text) for text in (old, new))
    pieces: list[tuple[str, str, str]] = []  # kept; then removed and added behind it
    at_a = at_b = 0
    for block in SequenceMatcher(None, [w for w, _ in a], [w for w, _ in b], autojunk=False).get_matching_blocks():
        gone, come = ("".join(map("".join, part)) for part in (a[at_a : block.a], b[at_b : block.b]))
        pieces.append(("", gone, come))
        at_a, at_b = block.a + block.size, block.b + block.size
        for (word, space), (_, now) in zip(a[block.a : at_a], b[block.b : at_b], strict=True):
            pieces.append((word + space, "", "") if space == now else (word, space, now))
    runs: list[WordRun] = []
    kept = removed = added = ""
    for more_kept, more_removed, more_added in pieces:
        if more_kept and (removed or added):
            runs += [WordRun("kept", kept), WordRun("removed", removed), WordRun("added", added)]
            kept = removed = added = ""
        kept, removed, added = kept + more_kept, removed + more_removed, added + more_added
    runs += [WordRun("kept", kept), WordRun("removed", removed), WordRun("added", added)]
    return tuple(run for run in runs if run.text)


@dataclass(frozen=True, slots=True)
class _Version:
    """The clauses of one version by number: their texts; the same, white space made even; their words, as numbers that
    both versions share; the heading that each stands under, by its old name where it was renamed."""

    texts: list[str]
    said: list[str]
    words: list[list[int]]
    sections: list[_Section]
    known: frozenset[_Section]


def _versions(old: Policy, new: Policy) -> tuple[_Version, _Version]:
    numbers: dict[str, int] = defaultdict(lambda: len(numbers))
    versions = []
    for policy, sections in zip((old, new), _sections(old, new), strict=True):
        texts = [clause.span.of(policy.text) for clause in policy.clauses]
        said = [" ".join(text.split()) for text in texts]
        words = [[numbers[word] for word in _words(text)] for text in texts]
        versions.append(_Version(texts, said, words, sections, frozenset(sections)))
    return versions[0], versions[1]


def _sections(old: Policy, new: Policy) -> tuple[list[_Section], list[_Section]]:
    """What tells the heading of each clause from others: its name, or its whole path where several have that name.

    What stands above a heading matters only then: depths are often guessed, and change with the markup.
    """
    paths = [[tuple(map(_plain, clause.path)) for clause in policy.clauses] for policy in (old, new)]
    counts = [Counter(path[-1] for path in set(each) if path) for each in paths]
    several = {name for count in counts for name in count if count[name] > 1}
    before, after = ([path if path and path[-1] in several else path[-1:] for path in each] for each in paths)
    gone, come = sorted({*before} - {*after, ()}), sorted({*after} - {*before, ()})
    old_names = {section: " ".join(section).split() for section in gone}
    renamed = {}
    for section in come:
        name = " ".join(section).split()
        best = process.extractOne(name, old_names, scorer=Indel.normalized_similarity, score_cutoff=_ALIKE)
        if best:
            renamed[section] = best[2]
    return before, [renamed.get(section, section) for section in after]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", re.sub("['’]", "", text.casefold()))


def _plain(heading: str) -> str:
    """A heading without case, punctuation and number: "3. Cookies" becomes the "cookies" of "4. Cookies:"."""
    words = _words(heading)
    return " ".join([word for word in words if not word.isdigit()] or words)


def _left_its_heading(before: _Version, a: int, after: _Version, b: int) -> bool:
    """Whether a clause stands under another heading now. Where neither heading is known to the other version, it was
    renamed beyond recognition rather than left."""
    was, now = before.sections[a], after.sections[b]
    return bool(was and now) and was != now and (was in after.known or now in before.known)


def _same_words(before: _Version, after: _Version) -> dict[int, int]:
    """Old to new number of the clauses that say the same; of several that do, under the same heading first."""
    pairs: dict[int, int] = {}
    with_section = [list(zip(v.said, v.sections, strict=True)) for v in (before, after)]
    for old_keys, new_keys in (with_section, [before.said, after.said]):
        taken = set(pairs.values())
        left_a = [a for a in range(len(old_keys)) if a not in pairs]
        left_b = [b for b in range(len(new_keys)) if b not in taken]
        for i, j in _common_order([old_keys[a] for a in left_a], [new_keys[b] for b in left_b]):
            pairs[left_a[i]] = left_b[j]
        taken = set(pairs.values())
        waiting: dict[Hashable, deque[int]] = defaultdict(deque)
        for b in left_b:
            if b not in taken:
                waiting[new_keys[b]].append(b)
        for a in left_a:
            if a not in pairs and waiting[old_keys[a]]:
                pairs[a] = waiting[old_keys[a]].popleft()
    return pairs


def _common_order(old: Sequence[Hashable], new: Sequence[Hashable]) -> list[tuple[int, int]]:
    """Places of a longest sequence that both have in the same order, not necessarily side by side."""
    numbers: dict[Hashable, int] = defaultdict(lambda: len(numbers))  # hashes of strings differ from run to run
    blocks = LCSseq.opcodes([numbers[key] for key in old], [numbers[key] for key in new]).as_matching_blocks()
    return [(block.a + at, block.b + at) for block in blocks for at in range(block.size)]


def _longest_order(pairs: dict[int, int]) -> dict[int, int]:
    """The most pairs that stand in the same order in both versions, in that order (by patience)."""
    olds = sorted(pairs)
    tails: list[int] = []  # the lowest new number that ends an order of each length
    ends: list[int] = []  # and its old number
    before: dict[int, int | None] = {}
    for a in olds:
        at = bisect_left(tails, pairs[a])
        tails[at : at + 1], ends[at : at + 1] = [pairs[a]], [a]
        before[a] = ends[at - 1] if at else None
    order: list[int] = []
    a_or_none = ends[-1] if ends else None
    while a_or_none is not None:
        order.append(a_or_none)
        a_or_none = before[a_or_none]
    return {a: pairs[a] for a in reversed(order)}


class _Alike(NamedTuple):
    """Pairs of clauses that may be one, a row each: their numbers, the part of their words that they share (0 to 1),
    and whether they stand under the same heading."""

    old: npt.NDArray[np.int64]
    new: npt.NDArray[np.int64]
    ratio: npt.NDArray[np.float64]
    same_section: npt.NDArray[np.bool_]

    def where(self, rows: npt.NDArray[np.bool_]) -> _Alike:
        return _Alike(self.old[rows], self.new[rows], self.ratio[rows], self.same_section[rows])


def _reworded(before: _Version, after: _Version, pairs: dict[int, int]) -> dict[int, int]:
    """Old to new number of the clauses that say the same in other words: the most alike first, each once."""
    alike = _alike(before, after, pairs)
    lengths = [np.array([len(words) for words in version.words], dtype=np.int64) for version in (before, after)]
    shared = alike.ratio * (lengths[0][alike.old] + lengths[1][alike.new]) / 2
    reworded = _best_first(alike.where((alike.ratio >= _ALIKE) & (shared >= _FEWEST_SHARED)), before, after, pairs)
    # Then those in one place: under the same heading and between the same neighbours, as far as these are known by now.
    pairs = pairs | reworded
    order = _longest_order(pairs)
    old_order = np.array([-1, *order, len(before.texts)])
    new_order = np.array([-1, *order.values(), len(after.texts)])
    i, j = np.searchsorted(old_order, alike.old), np.searchsorted(new_order, alike.new)
    apart = np.maximum(old_order[i] - old_order[i - 1], new_order[j] - new_order[j - 1])
    return reworded | _best_first(
        alike.where((i == j) & (apart <= _NEIGHBOURS) & alike.same_section), before, after, pairs
    )


def _alike(before: _Version, after: _Version, pairs: dict[int, int]) -> _Alike:
    """All pairs of clauses not yet paired that share enough words to be one, at least where they are in one place."""
    taken = set(pairs.values())
    left_a = np.array([a for a, words in enumerate(before.words) if words and a not in pairs], dtype=np.int64)
    left_b = np.array([b for b, words in enumerate(after.words) if words and b not in taken], dtype=np.int64)
    names = {section: number for number, section in enumerate(before.known | after.known)}
    old_sections, new_sections = (np.array([names[s] for s in v.sections], dtype=np.int64) for v in (before, after))
    new_words = [after.words[b] for b in left_b]
    blocks = [_Alike(left_a[:0], left_b[:0], np.empty(0), np.empty(0, dtype=np.bool_))]
    for start in range(0, len(left_a) if new_words else 0, _ROWS):
        rows = left_a[start : start + _ROWS]
        words = [before.words[a] for a in rows]
        scorer, least = Indel.normalized_similarity, _ALIKE_IN_PLACE
        ratios = process.cdist(words, new_words, scorer=scorer, score_cutoff=least, dtype=np.float64)
        i, j = np.nonzero(ratios)
        a, b = rows[i], left_b[j]
        blocks.append(_Alike(a, b, ratios[i, j], old_sections[a] == new_sections[b]))
    return _Alike(*(np.concatenate(columns) for columns in zip(*blocks, strict=True)))


def _best_first(alike: _Alike, before: _Version, after: _Version, pairs: dict[int, int]) -> dict[int, int]:
    """Each clause with the one most like it that is free, with regard to the heading, and to the place where it is to
    be expected among those already paired."""
    order = _longest_order(pairs)
    ends = len(before.texts), len(after.texts)
    expected = np.interp(alike.old, [-1, *order, ends[0]], [-1, *order.values(), ends[1]])
    worth = alike.ratio + _SAME_SECTION * alike.same_section + _SAME_PLACE / (1 + np.abs(expected - alike.new))
    best_first = np.lexsort((alike.new, alike.old, -worth))
    chosen: dict[int, int] = {}
    taken = set(pairs.values())
    for a, b in zip(alike.old[best_first].tolist(), alike.new[best_first].tolist(), strict=True):
        if a not in pairs and a not in chosen and b not in taken:
            chosen[a] = b
            taken.add(b)
    return chosen
