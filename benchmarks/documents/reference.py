"""Sentences and headings of web pages against the Markdown that others made of them.

Where that Markdown is wrong, it is corrected by what the page itself says, and the correction is counted and shown.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from benchmarks.documents.read import Read
from benchmarks.documents.source import Block

INDEX: Final = (
    "index.jsonl"  # in a folder: a line a page, with `service`, and the names of the files as `html` and `md`
)
_WORDS = re.compile(r"[^\W_]+")
# What Cloudflare shows of an address in place of it, which stands in Markdown that was made without decoding it.
_ADDRESS = re.compile(r"\[email[\s\xa0]protected\]|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_PARTS = re.compile(r"[;:|\t\n]|\. | – ")
_ENUMERATED = re.compile(r"[;:,|\t\n]|\. ")  # parts of a table's row, whose cells hold lists
_SHORT = 4  # words; what is shorter stands in any text by chance, and must be a whole sentence, heading or cell there


class Correction(NamedTuple):
    """What is wrong with a page's Markdown: elements (tag, id, classes, as `source.Block.place` names them) that hold
    policy which it left out, and such that hold none although it has their words; and why.
    """

    why: str
    policy: str = ""
    not_policy: str = ""


CORRECTIONS: Final[Mapping[str, Correction]] = {
    "Bumble": Correction(
        "its Markdown holds running text only: no section heads, boxes or folded parts of the policy",
        policy="main#main",
    ),
    "LOVOO": Correction(
        "its Markdown begins with buttons that lead to other documents and to a printer",
        not_policy=r"div\.(?:wp-block-button|print-button)\b",
    ),
}


class Page(NamedTuple):
    """A page of a folder and the Markdown that others made of it."""

    service: str
    html: str
    markdown: str


def pages_of(folder: Path) -> list[Page]:
    """The pages that a folder's index names; none where it has no index."""
    index = folder / INDEX
    if not index.is_file():
        return []
    rows = [json.loads(line) for line in index.read_text(encoding="utf-8").splitlines()]
    return [Page(row["service"], row["html"], row["md"]) for row in rows]


class _Found:
    """Whether sentences stand in a text: word for word, white space, case, punctuation and markup aside."""

    def __init__(self, read: Read, added: Sequence[str] = ()) -> None:
        lines = [*read.sentences, *read.titles, *read.reading.text.splitlines(), *added]
        self._text = f" {plain(read.reading.text)} | {plain(' '.join(added))} "
        self._whole = {plain(part) for line in lines for part in [line, *_PARTS.split(line)]}
        rows = [clause.span.of(read.reading.text) for clause in read.clauses if clause.kind == "item"]
        self._whole |= {plain(part) for row in rows for part in _ENUMERATED.split(row)}

    def __call__(self, sentence: str) -> bool:
        """In one stretch, or cut at semicolons, colons and cells: a table's row is told in other orders."""
        return self._stands(plain(sentence)) or all(self._stands(plain(part)) for part in _PARTS.split(sentence))

    def _stands(self, words: str) -> bool:
        if not words or words in self._whole:
            return True
        return words.count(" ") >= _SHORT - 1 and f" {words} " in self._text


def plain(text: str) -> str:
    """Lower-case words with single spaces; an e-mail address, decoded or not, is the word "address"."""
    return " ".join(_WORDS.findall(_ADDRESS.sub(" address ", unicodedata.normalize("NFKC", text).lower())))


def compare(
    wanted: Read, got: Read, blocks: Iterable[Block] = (), correction: Correction | None = None
) -> dict[str, Any]:
    """How many sentences and headings of `wanted` are in `got`, and the other way round, with those that are not.

    Args:
        wanted: the Markdown that others made.
        got: the page as the program reads it.
        blocks: the page's own blocks, from which a correction takes what it adds and what it removes.
        correction: what is wrong with `wanted`.
    """
    right = correction or Correction("")
    blocks = list(blocks)
    added = [block.text for block in blocks if right.policy and re.search(right.policy, block.place)]
    removed = {plain(block.text) for block in blocks if right.not_policy and re.search(right.not_policy, block.place)}
    sentences = [sentence for sentence in wanted.sentences if plain(sentence) not in removed]
    in_got, in_wanted = _Found(got), _Found(wanted, added)
    missing = [sentence for sentence in sentences if not in_got(sentence)]
    foreign = [sentence for sentence in [*got.sentences, *got.titles] if not in_wanted(sentence)]
    titles = Counter(map(plain, got.titles))
    lost = []
    headings = [title for title in wanted.titles if plain(title) not in removed]
    for title in headings:
        if titles[plain(title)] > 0:
            titles[plain(title)] -= 1
        else:
            lost.append(title)
    return {
        "sentences": len(sentences),
        "missing": missing,
        "read": len(got.sentences) + len(got.titles),
        "foreign": foreign,
        "headings": len(headings),
        "headings_lost": lost,
        "removed": len(wanted.parts) - len(sentences) - len(headings),
    }


def measures(compared: Mapping[str, dict[str, Any]], plainly: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """The shares over all pages, corrected and as the Markdown has it, what was corrected, and the shares of each page.

    Args:
        compared: `compare` of each page, by service, with corrections.
        plainly: the same without.
    """
    return {
        "all": shares(compared.values()),
        "uncorrected": shares(plainly.values()),
        "corrected": {
            service: {
                "why": CORRECTIONS[service].why,
                "no_longer_foreign": len(plainly[service]["foreign"]) - len(each["foreign"]),
                "no_longer_wanted": each["removed"],
            }
            for service, each in compared.items()
            if service in CORRECTIONS
        },
        "each": {service: shares([each]) for service, each in compared.items()},
    }


def shares(compared: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Sentences and headings recovered, and sentences that are not in the Markdown, as shares of all."""
    compared = list(compared)
    return {
        "sentences_recovered": _share(compared, "missing", "sentences", rest=True),
        "foreign_sentences": _share(compared, "foreign", "read", rest=False),
        "headings_recovered": _share(compared, "headings_lost", "headings", rest=True),
    }


def _share(compared: Sequence[dict[str, Any]], few: str, all_: str, *, rest: bool) -> float:
    whole = sum(one[all_] for one in compared)
    part = sum(len(one[few]) for one in compared)
    return round(((whole - part) if rest else part) / whole, 4) if whole else 0.0
