"""A PDF -> its lines of letters: places, sizes, weights. Run as a program: PDF on standard input, JSON on standard output.

PDFium (through pypdfium2) gives the letters in the order in which the file draws them: that is reading order in what
word processors and browsers write, columns too. It stands in a process of its own because a hostile file may keep it
busy for hours, fill the memory or crash it; so it limits itself.
"""

from __future__ import annotations

import ctypes
import json
import sys
from collections.abc import Iterator
from typing import Any, Final, TypedDict

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.formats.limits import MOST_CHARACTERS, MOST_MEMORY, MOST_PAGES, MOST_SECONDS
from corpus.formats.pdf.rules import Rule, rules_of

_GAP: Final = 0.6  # of the letters' size: what is wider may part two columns, or a mark from its item
_BOLD_WEIGHT: Final = 600


class LineOfLetters(TypedDict):
    """A line, or a piece of one: runs of one weight (text, bold), its place in points from the lower left corner, its page
    (0 first). `goes_on`: it is a piece that stands right of the one before, a wide gap or a rule between them.
    """

    runs: list[tuple[str, bool]]
    size: float
    left: float
    right: float
    top: float
    bottom: float
    page: int
    goes_on: bool


class Letters(TypedDict, total=False):
    """All lines and rules of a PDF, or why there are none ("encrypted", "pages", "characters", "broken") and what was found."""

    lines: list[LineOfLetters]
    rules: list[list[Rule]]  # of each page
    pages: int
    title: str
    refused: str
    found: str


def letters_of(data: bytes) -> Letters:
    """Read a PDF; errors are said, not raised."""
    try:
        with pdfium.PdfDocument(data) as document:
            pages = len(document)
            if pages > MOST_PAGES:
                return {"refused": "pages", "found": f"{pages:,} pages"}
            lines: list[LineOfLetters] = []
            rules: list[list[Rule]] = []
            count = 0
            for number in range(pages):
                page = document[number]
                text = page.get_textpage()
                count += text.count_chars()
                if count > MOST_CHARACTERS:
                    return {"refused": "characters", "found": f"more than {MOST_CHARACTERS:,} characters of text"}
                rules.append(rules_of(page.raw))
                upright = [rule for rule in rules[-1] if rule[0] == rule[2]]
                lines.extend(_lines(text.raw, text.count_chars(), number, upright))
                text.close()
                page.close()
            title = str(document.get_metadata_dict().get("Title") or "").strip()
            return {"lines": lines, "rules": rules, "pages": pages, "title": title}
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"refused": "encrypted" if locked else "broken", "found": str(error)}


def _lines(text: Any, count: int, page: int, upright: list[Rule]) -> Iterator[LineOfLetters]:
    line: LineOfLetters | None = None
    before = 0.0  # where the last letter ended
    goes_on = False
    box = [ctypes.c_double() for _ in range(4)]
    looks: dict[Any, tuple[float, bool]] = {}
    for at, letter in _letters(text, count):
        if letter in "\r\n\xad":
            if line is not None and letter == "\xad":
                _add(line, "-", line["runs"][-1][1])
            if line is not None:
                yield line
            line, goes_on = None, False
            continue
        if letter.isspace() or raw.FPDFText_IsGenerated(text, at) == 1:
            if line is not None:
                _add(line, " ", line["runs"][-1][1])
            continue
        raw.FPDFText_GetCharBox(text, at, *box)
        left, right, bottom, top = (edge.value for edge in box)
        key = ctypes.cast(raw.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value
        if key not in looks:
            looks[key] = _look(text, at)
        size, strong = looks[key]
        if line is not None and _parted(before, left, (top + bottom) / 2, size, upright):
            yield line
            line, goes_on = None, True
        before = right
        if line is None:
            line = {"runs": [], "size": size, "left": left, "right": right, "top": top, "bottom": bottom,
                    "page": page, "goes_on": goes_on}  # fmt: skip
        _add(line, letter, strong)
        line["size"], line["right"] = max(line["size"], size), max(line["right"], right)
        line["top"], line["bottom"] = max(line["top"], top), min(line["bottom"], bottom)
    if line is not None:
        yield line


def _parted(right: float, left: float, middle: float, size: float, upright: list[Rule]) -> bool:
    """Whether a letter stands in another column than the one before it: after a wide gap, or behind a rule."""
    if left - right > _GAP * size:
        return True
    return left - right > 0.1 * size and any(
        right - 1 <= x <= left + 1 and low <= middle <= high for x, low, _, high in upright
    )


def _letters(text: Any, count: int) -> Iterator[tuple[int, str]]:
    """Position and letter: halves of letters outside the basic plane joined, hyphens at a line's end as "\\xad"."""
    high = 0
    for at in range(count):
        code = raw.FPDFText_GetUnicode(text, at)
        if 0xD800 <= code < 0xDC00:
            high = code
        elif 0xDC00 <= code < 0xE000:
            if high:
                yield at, chr(0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00))
            high = 0
        elif code not in (0, 0xFFFE, 0xFFFF):
            yield at, "\xad" if code == 2 else chr(code)  # 2: PDFium's own mark


def _add(line: LineOfLetters, letter: str, strong: bool) -> None:
    runs = line["runs"]
    if runs and runs[-1][1] == strong:
        runs[-1] = (runs[-1][0] + letter, strong)
    else:
        runs.append((letter, strong))


_NAME = ctypes.create_string_buffer(200)


def _look(text: Any, at: int) -> tuple[float, bool]:
    """Size in points (scaled as the page draws it) and whether it is bold, by its font's weight or name."""
    size = float(raw.FPDFText_GetFontSize(text, at))
    matrix = raw.FS_MATRIX()
    if raw.FPDFText_GetMatrix(text, at, matrix):
        size *= max(abs(matrix.d), abs(matrix.b)) or 1.0
    if raw.FPDFText_GetFontWeight(text, at) >= _BOLD_WEIGHT:
        return round(size, 1), True
    length = raw.FPDFText_GetFontInfo(text, at, _NAME, len(_NAME), ctypes.c_int())
    name = _NAME.raw[: min(max(length - 1, 0), len(_NAME))].lower()
    return round(size, 1), any(word in name for word in (b"bold", b"black", b"heavy"))


def main() -> None:
    """Read standard input, write standard output, within the limits of time and memory where the system knows any."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    json.dump(letters_of(sys.stdin.buffer.read()), sys.stdout)


if __name__ == "__main__":
    main()
