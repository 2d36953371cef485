"""`make fuzz`: damaged, spliced and made-up documents through the readers and the segmenter, for as long as one likes.

Whatever comes, there is a policy with exact spans or one clear error (a CorpusError), within LONGEST seconds.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from assistant.settings import ROOT
from corpus.errors import CorpusError
from corpus.formats.convert import convert
from corpus.text.canonical import read_text
from corpus.text.segment import segment

LONGEST = 5.0  # seconds for one document
_TAGS = (
    "div",
    "p",
    "ul",
    "ol",
    "li",
    "h1",
    "h2",
    "h6",
    "table",
    "tr",
    "td",
    "th",
    "b",
    "a",
    "br",
    "script",
    "nav",
    "details",
)
_ODD = (
    "\0",
    "\ufeff",
    "\u200b",
    "\u202e",
    "\ud7ff",
    "&#0;",
    "&amp;",
    "]]>",
    "<!--",
    "-->",
    "```",
    "|",
    "> ",
    "1. ",
    "\r",
    "\t",
    "**",
)


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that was not taken as it should be, and how."""

    seed: int
    what: str


def fuzz(seeds: Iterator[int], until: Callable[[], bool]) -> Iterator[Failure]:
    """Try documents, one a seed, for as long as `until` is false; every failure can be had again by its seed."""
    sources = _sources()
    for seed in seeds:
        if until():
            return
        what = tried(document(random.Random(seed), sources), f"fuzz-{seed}")
        if what:
            yield Failure(seed, what)


def document(chance: random.Random, sources: list[bytes]) -> bytes:
    """A document: one of the sources, damaged; or HTML made of tags and words that nobody would write."""
    if chance.random() < 0.3:
        return _made_up(chance).encode("utf-8", "surrogatepass")
    data = bytearray(chance.choice(sources))
    for _ in range(chance.choice((0, 1, 1, 3, 10, 100))):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 1, 8, 200))
        match chance.randrange(4):
            case 0:
                data[at : at + length] = chance.randbytes(length)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[max(0, at - length) : at] * chance.choice((1, 5, 50))
            case _:
                other = chance.choice(sources)
                start = chance.randrange(len(other))
                data[at:at] = other[start : start + 10 * length]
        if not data:
            break
    return bytes(data)


def tried(data: bytes, name: str) -> str | None:
    """What is wrong with how a document was taken; None where nothing is."""
    begun = time.perf_counter()
    try:
        document = convert(data, name)
        reading = read_text(document.markdown, name)
        clauses, headings = segment(reading, "fuzz")
    except CorpusError as error:
        return None if "\n" not in str(error) else f"an error of several lines: {error!r}"
    except Exception as error:  # noqa: BLE001  # any other error is what this looks for
        return f"{type(error).__name__}: {error}"
    finally:
        taken = time.perf_counter() - begun
    if taken > LONGEST:
        return f"took {taken:.1f} s"
    at = 0
    for clause in clauses:
        words = clause.span.of(reading.text)
        if clause.span.start < at or clause.span.end > len(reading.text) or words != words.strip() or not words:
            return f"span {clause.span} after {at} of {len(reading.text)} holds {words[:40]!r}"
        at = clause.span.end
    if any(not heading.span.of(reading.text).strip() for heading in headings):
        return "a heading without words"
    return None


def _made_up(chance: random.Random) -> str:
    words = ("We", "share", "your", "data.", "Cookies:", "e.g.", "(a)", "5.", "https://a.example/", "ﬁ", "数据。")
    parts = ["<html><body>"]
    for _ in range(chance.choice((5, 50, 500))):
        kind = chance.random()
        tag = chance.choice(_TAGS)
        if kind < 0.4:
            parts.append(f"<{tag}>" * chance.choice((1, 1, 1, 30)))
        elif kind < 0.6:
            parts.append(f"</{tag}>")
        elif kind < 0.7:
            parts.append(chance.choice(_ODD))
        else:
            parts.append(" ".join(chance.choices(words, k=chance.choice((1, 5, 40)))))
    return "".join(parts)


def _sources() -> list[bytes]:
    """The bundled policies as they are, as HTML and as DOCX."""
    from docx import Document as Word

    sources = []
    for path in sorted((ROOT / "corpus" / "policies").glob("*.[mt][dx]*")):
        text = path.read_text(encoding="utf-8")
        sources.append(text.encode())
        paragraphs = [each for each in text.split("\n") if each.strip()]
        sources.append(("<html><body><main>" + "".join(f"<p>{each}</p>" for each in paragraphs) + "</main>").encode())
        word, buffer = Word(), BytesIO()
        for each in paragraphs:
            word.add_paragraph(each)
        word.save(buffer)
        sources.append(buffer.getvalue())
    return sources


def main() -> None:
    """Try documents for some time, print every failure, and fail if there was one."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fuzz", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--seed", type=int, help="try this one document only, and write it beside")
    options = parser.parse_args()
    if options.seed is not None:
        data = document(random.Random(options.seed), _sources())
        Path(f"fuzz-{options.seed}.bin").write_bytes(data)
        sys.exit(tried(data, f"fuzz-{options.seed}"))
    end = time.monotonic() + float(options.seconds)
    count = failed = 0

    def over() -> bool:
        nonlocal count
        count += 1
        return time.monotonic() > end

    for failure in fuzz(iter(range(random.SystemRandom().randrange(1 << 40), 1 << 62)), over):
        failed += 1
        print(f"--seed {failure.seed}: {failure.what}", flush=True)
    print(f"{count} documents, {failed} failed")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
