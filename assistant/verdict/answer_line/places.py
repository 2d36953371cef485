"""Where a sentence may be cut: the places before which it may begin, and those after which it may end, and still read."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.verdict.answer_line.grammar import (
    AUXILIARY,
    DETERMINER,
    LABEL,
    VERB,
    depths,
    is_statement,
    one_of,
    opens_anew,
    pattern,
    statement_start,
)

_LONGEST_LABEL = 12  # words before a colon ("Your rights: You may ...")
_FEW = 5  # words since the comma before: fewer are one of several things, not the statement itself

_AND_ADVERBS = "and(?: (?:then|therefore|thereby|so|also|only|never|not))*"
# Before these a sentence may end: what follows only adds to what was said.
_ADDS = pattern(
    "(?:"
    + one_of(
        "which who whose whom whereby in_which for_which on_which to_which by_which such_as including in_particular namely for_example "
        "for_instance as_well_as along_with together_with so_that so_we so_you so_they in_order_to in_order_that because since thereby "
        "allowing enabling helping giving making ensuring resulting indicating stating showing describing specifying explaining while "
        "whereas although though regardless according unless except provided subject if where when until with and_to but yet nor"
    )
    + rf"|e\.g\.|i\.e\.|as (?=we|you|they|it|this|the)|{_AND_ADVERBS} (?:{AUXILIARY}|{VERB})|or (?:otherwise )?(?=(?:if|when)\b))\b"
)
# The same, where no comma stands before it.
_ADDS_BARE = pattern(
    r"\s+(?=(?:to (?:enable|allow|help) (?:us|you)|(?:(?:in|on|to|for|by|of|from|with|under) )?which|"
    + one_of("such_as including in_order_to so_that because for_example as_well_as along_with together_with")
    + r")\b)"
)
_SEPARATES = re.compile(r"\s*;\s*|,\s+|\s+[–—-]\s+|\s+\(|:\s+")
_AND = pattern(r",?\s+(?=(?:and|but|or|nor)\s)|,\s+(?=(?:so|while|whereas)\s)")
_AND_VERB = pattern(rf"{_AND_ADVERBS} (?:to |(?:{AUXILIARY}|{VERB})\b)")
_ONLY_NAMES = pattern(
    rf"(?:(?:and|but|or|nor|yet|so|while|whereas)\s+)*{DETERMINER}(?:\s+(?!(?:{AUXILIARY}|we|you|they|it)\b)[\w’'-]+){{1,5}}"
)
# A stretch that ends on one of these is broken off.
_DANGLING = pattern(
    r"\b"
    + one_of(
        "and or but nor in on at of to by for with as from that which than such the an? our your their its about between into including "
        "indicating stating showing describing specifying explaining regarding concerning via per is are be if where when"
    )
    + "$"
)


@dataclass(frozen=True, slots=True)
class Places:
    """Offsets in a text, ascending: where it may begin (first its beginning) and where it may end (last its end)."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]


def places(text: str) -> Places:
    """The places in a sentence where it may begin and where it may end, none of them within brackets or quotation marks."""
    depth = depths(text)
    starts: set[int | None] = {0, statement_start(text, 0)}
    ends, brackets = {len(text)}, []
    for separator in _SEPARATES.finditer(text):
        at, after = separator.span()
        mark, rest = separator.group().strip(), text[after:]
        if depth[at] or (mark != "(" and depth[after]):
            continue
        if mark == "(":
            brackets.append(at)
        elif mark == ":":
            if LABEL.match(text[:after] + "X") and len(text[:at].split()) <= _LONGEST_LABEL:
                starts.add(statement_start(text, after))
        elif mark in ("–", "—", "-"):
            ends.add(at)
        else:
            adds = _ADDS.match(rest) is not None
            if mark == ";" or (adds and not _is_last_of_several(text[:at], rest)):
                ends.add(at)
            elif not opens_anew(rest, comma=True):
                continue
            elif not _is_one_of_its_subjects(text[:at]):
                ends.add(at)
            starts.add(statement_start(text, after))
    for conjunction in _AND.finditer(text):
        if not depth[conjunction.start()] and opens_anew(text[conjunction.end() :], comma="," in conjunction.group()):
            ends.add(conjunction.start())
            starts.add(statement_start(text, conjunction.end()))
    ends.update(addition.start() for addition in _ADDS_BARE.finditer(text) if not depth[addition.start()])
    ends.update([at for at in brackets if _may_end_after(text, text.find(")", at) + 1, ends)])
    ends = {end for end in ends if not _DANGLING.search(text[:end].rstrip(" ,;"))} | {len(text)}
    return Places(tuple(sorted(at for at in starts if at is not None)), tuple(sorted(ends)))


def _may_end_after(text: str, at: int, ends: set[int]) -> bool:
    """Whether a sentence may end where brackets close: then it may end before them."""
    return at > 0 and (not text[at:].strip(" .,;:") or at in ends)


def _is_one_of_its_subjects(before: str) -> bool:
    """Whether what stands before a comma is the first of several subjects of what follows: "we encrypt your card number, and your
    e-mail address, | your name and your street are not encrypted"."""
    piece = before[before.rfind(",") + 1 :].strip()
    return _ONLY_NAMES.fullmatch(piece) is not None and not is_statement(piece)


def _is_last_of_several(before: str, rest: str) -> bool:
    """Whether an "and" opens the last of several things: "to see, to correct, and to delete your data"."""
    verb = _AND_VERB.match(rest)
    if not verb:
        return False
    words = before[before.rfind(",") + 1 :].split()
    return len(words) < _FEW or (verb.group().lower().endswith("to ") and ", to " in before)
