"""What reading real policies recovers: sentences and headings of web pages against the Markdown that others made of them,
and of Markdown files every sentence.

python -m benchmarks.ingestion [--data FOLDER] [--out FILE] [--misses]
"""

from __future__ import annotations

import argparse
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.settings import ROOT
from benchmarks.machine import commit, machine
from corpus.errors import CorpusError
from corpus.formats.document import Document, load
from corpus.model import Clause, Heading
from corpus.read import Reading, read_text
from corpus.segment import segment
from index.files import write_whole

RESULTS = Path(__file__).parent / "results"
# Pages whose Markdown leaves out parts of the policy: what is read there and not in it says nothing of furniture.
_PARTIAL = {"Bumble": "its Markdown holds running text only: no section heads, boxes or folded parts of the policy"}
_WORDS = re.compile(r"\w+")
_PARTS = re.compile(r"[;:\t\n]|\. | – ")
_ENUMERATED = re.compile(r"[;:,\t\n]|\. ")  # parts of a table's row, whose cells hold lists
_SHORT = 4  # words; what is shorter stands in any text by chance, and must be a whole sentence, heading or cell there


@dataclass(frozen=True, slots=True)
class Read:
    """A text as clauses and headings."""

    reading: Reading
    clauses: tuple[Clause, ...]
    headings: tuple[Heading, ...]

    @classmethod
    def of(cls, markdown: str) -> Read:
        """Read Markdown as the shelf does."""
        reading = read_text(markdown)
        return cls(reading, *segment(reading, "measured"))

    @property
    def sentences(self) -> list[str]:
        """The words of each clause."""
        return [clause.span.of(self.reading.text) for clause in self.clauses]

    @property
    def titles(self) -> list[str]:
        """The words of each heading."""
        return [heading.span.of(self.reading.text) for heading in self.headings]


class _Found:
    """Whether sentences stand in a text: word for word, white space, case, punctuation and markup aside."""

    def __init__(self, read: Read) -> None:
        self._text = f" {plain(read.reading.text)} "
        lines = [*read.sentences, *read.titles, *read.reading.text.splitlines()]
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
    """Lower-case words with single spaces."""
    return " ".join(_WORDS.findall(unicodedata.normalize("NFKC", text).lower()))


def compare(wanted: Read, got: Read) -> dict[str, Any]:
    """How many sentences and headings of `wanted` are in `got`, and the other way round, with those that are not."""
    in_got, in_wanted = _Found(got), _Found(wanted)
    missing = [sentence for sentence in wanted.sentences if not in_got(sentence)]
    foreign = [sentence for sentence in [*got.sentences, *got.titles] if not in_wanted(sentence)]
    titles = Counter(map(plain, got.titles))
    lost = []
    for title in wanted.titles:
        if titles[plain(title)] > 0:
            titles[plain(title)] -= 1
        else:
            lost.append(title)
    return {
        "sentences": len(wanted.sentences),
        "missing": missing,
        "read": len(got.sentences) + len(got.titles),
        "foreign": foreign,
        "headings": len(wanted.titles),
        "headings_lost": lost,
    }


def shares(found: Iterable[dict[str, Any]]) -> dict[str, float]:
    """Sentences and headings recovered, and sentences that are not in the Markdown, as shares of all."""
    found = list(found)
    return {
        "sentences_recovered": _share(found, "missing", "sentences", rest=True),
        "foreign_sentences": _share(found, "foreign", "read", rest=False),
        "headings_recovered": _share(found, "headings_lost", "headings", rest=True),
    }


def _share(found: Sequence[dict[str, Any]], few: str, all_: str, *, rest: bool) -> float:
    whole = sum(one[all_] for one in found)
    part = sum(len(one[few]) for one in found)
    return round(((whole - part) if rest else part) / whole, 4) if whole else 0.0


def pages(folder: Path, *, misses: bool = False) -> dict[str, Any]:
    """The measures of every page of the folder that `index.jsonl` lists, and of all together."""
    each: dict[str, Any] = {}
    compared: dict[str, dict[str, Any]] = {}
    for line in (folder / "index.jsonl").read_text(encoding="utf-8").splitlines():
        entry = json.loads(line)
        begun = time.perf_counter()
        document = load(folder / entry["html"])
        converted = time.perf_counter()
        got = Read.of(document.markdown)
        done = time.perf_counter()
        found = compare(Read.of((folder / entry["md"]).read_bytes().decode()), got)
        compared[entry["service"]] = found
        each[entry["service"]] = {
            **shares([found]),
            "clauses": len(got.clauses),
            "seconds": round(done - begun, 3),
            "seconds_converting": round(converted - begun, 3),
            "warnings": list(document.warnings),
        }
        if misses:
            print(f"\n== {entry['service']}", {**each[entry["service"]], "stated": _stated(document)})
            for what in ("missing", "foreign", "headings_lost"):
                for text in found[what]:
                    print(f"   {what:<14} {text[:150]!r}")
    whole = [found for service, found in compared.items() if service not in _PARTIAL]
    return {
        "all": shares(compared.values()),
        "whole_markdown": shares(whole),
        "partial_markdown": {service: why for service, why in _PARTIAL.items() if service in compared},
        "pages": each,
    }


def _stated(document: Document) -> dict[str, Any]:
    names = ("title", "provider", "effective_date", "updated_date", "language", "source_url")
    return {name: getattr(document, name) for name in names}


def markdown_files(folder: Path, *, misses: bool = False) -> dict[str, Any]:
    """Of every Markdown file: whether each of its words is in a clause or a heading; clauses and seconds; what is flagged."""
    each: dict[str, Any] = {}
    for path in sorted(folder.glob("*.md")):
        begun = time.perf_counter()
        try:
            document = load(path)
            got = Read.of(document.markdown)
        except CorpusError as error:
            each[path.stem] = {"refused": str(error).replace(str(path.parent), "").strip()}
            continue
        seconds = time.perf_counter() - begun
        outside = _outside(got)
        each[path.stem] = {
            "clauses": len(got.clauses),
            "seconds": round(seconds, 3),
            "words_outside": sum(len(_WORDS.findall(words)) for words in outside),
            "warnings": list(document.warnings),
        }
        if misses:
            print(path.stem, {**each[path.stem], "stated": _stated(document), "outside": outside[:5]})
    read = [one for one in each.values() if "clauses" in one]
    return {
        "files": len(each),
        "refused": sorted(name for name, one in each.items() if "refused" in one),
        "flagged": sorted(name for name, one in each.items() if one.get("warnings")),
        "words_outside": sum(one["words_outside"] for one in read),
        "clauses": sum(one["clauses"] for one in read),
        "seconds_mean": round(sum(one["seconds"] for one in read) / max(len(read), 1), 3),
        "seconds_most": max((one["seconds"] for one in read), default=0.0),
        "each": each,
    }


def _outside(read: Read) -> list[str]:
    """The stretches of canonical text with a word that are in no clause and no heading."""
    text, at, outside = read.reading.text, 0, []
    for span in sorted([*(clause.span for clause in read.clauses), *(heading.span for heading in read.headings)]):
        outside.append(text[at : span.start])
        at = max(at, span.end)
    outside.append(text[at:])
    return [stretch for stretch in outside if _WORDS.search(stretch)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and write; `arguments` in place of those of the command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ingestion", description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data", help="folder of measuring data")
    parser.add_argument("--out", type=Path, default=RESULTS / "ingestion.json", help="JSON file to write")
    parser.add_argument("--misses", action="store_true", help="print what is missing and what is too much")
    options = parser.parse_args(arguments)
    folder = options.data / "policies"
    if not folder.is_dir():
        print(f'ingestion: skipped, "{folder}" is absent; name the folder with --data')
        return
    result: dict[str, Any] = {
        "machine": machine(),
        "commit": commit(),
        "taken_at": f"{datetime.now(UTC):%Y-%m-%dT%H:%MZ}",
        "pages": pages(folder / "html_md", misses=options.misses),
        "markdown": markdown_files(folder / "markdown", misses=options.misses),
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    write_whole(options.out, json.dumps(result, indent=1) + "\n")
    for name, one in result["pages"]["pages"].items():
        print(f"{name:<18}", {key: value for key, value in one.items() if key != "warnings"})
    print("all pages         ", result["pages"]["all"])
    print("with whole Markdown", result["pages"]["whole_markdown"])
    print("markdown          ", {key: value for key, value in result["markdown"].items() if key != "each"})
    print(f"written: {options.out}")


if __name__ == "__main__":
    main()
