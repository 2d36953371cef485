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
from dataclasses import dataclass, field
from typing import Any, Final, TypedDict

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from corpus.formats.limits import MOST_CHARACTERS, MOST_MEMORY, MOST_PAGES, MOST_SECONDS
from corpus.formats.pdf.links import Links
from corpus.formats.pdf.rules import Rule, rules_of

_GAP: Final = 0.6  # of the letters' size: what is wider may part two columns, or a mark from its item
_BOLD_WEIGHT: Final = 600
_RAISED: Final = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_INVISIBLE: Final = (
    "\u200b\u200c\u200d\u2060\ufeff"  # of no width, and with no place: the text that is read has none of them
)
_SMALLER, _HIGHER = 0.85, 0.12  # times the size of a line's letters: raised ones are as small and as high

Run = tuple[str, bool, str]  # text, whether it is bold, where it leads ("": nowhere)


class LineOfLetters(TypedDict):
    """A line, or a piece of one: its runs, its place in points from the lower left corner, its page (0 first).

    Digits that are raised are given as such ("¹"). `goes_on`: it is a piece that stands right of the one before, a wide gap or
    a rule between them.
    """

    runs: list[Run]
    size: float
    left: float
    right: float
    top: float
    bottom: float
    page: int
    goes_on: bool


class Letters(TypedDict, total=False):
    """All lines and rules of a PDF, or why there are none ("encrypted", "pages", "characters", "broken") and what was found.

    `nameless` counts the letters of which the file does not say which they are: what is given for them is made up.
    """

    lines: list[LineOfLetters]
    rules: list[list[Rule]]  # of each page
    pages: int
    title: str
    nameless: int
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
            count = nameless = 0
            for number in range(pages):
                page = document[number]
                text = page.get_textpage()
                count += text.count_chars()
                if count > MOST_CHARACTERS:
                    return {"refused": "characters", "found": f"more than {MOST_CHARACTERS:,} characters of text"}
                rules.append(rules_of(page.raw))
                upright = [rule for rule in rules[-1] if rule[0] == rule[2]]
                links = Links.of(document.raw, page.raw)
                lines.extend(line.told(number) for line in _lines(text.raw, text.count_chars(), upright, links))
                nameless += sum(raw.FPDFText_HasUnicodeMapError(text.raw, at) == 1 for at in range(text.count_chars()))
                text.close()
                page.close()
            title = str(document.get_metadata_dict().get("Title") or "").strip()
            return {"lines": lines, "rules": rules, "pages": pages, "title": title, "nameless": nameless}
    except pdfium.PdfiumError as error:
        locked = "password" in str(error).lower() or getattr(error, "err_code", None) == raw.FPDF_ERR_PASSWORD
        return {"refused": "encrypted" if locked else "broken", "found": str(error)}


@dataclass(slots=True)
class _Line:
    """A line while it is read: each letter with its size, height, weight and address."""

    left: float
    goes_on: bool
    right: float = 0.0
    top: float = float("-inf")
    bottom: float = float("inf")
    letters: list[tuple[str, float, float, bool, str]] = field(default_factory=list)

    def space(self) -> None:
        """Add a space, as the letter before it is."""
        _, size, height, strong, link = self.letters[-1]
        self.letters.append((" ", size, height, strong, link))

    def told(self, page: int) -> LineOfLetters:
        """The line with its letters put together to runs."""
        size = max(size for _, size, *_ in self.letters)
        foot = next(height for _, own, height, *_ in self.letters if own == size)
        runs: list[Run] = []
        for letter, own, height, strong, link in self.letters:
            raised = own <= _SMALLER * size and height - foot >= _HIGHER * size
            text = letter.translate(_RAISED) if raised else letter
            if raised and runs and runs[-1][0].endswith(" "):  # a gap of less than a word's
                runs[-1] = (runs[-1][0].rstrip(), *runs[-1][1:])
            if runs and runs[-1][1:] == (strong, link):
                runs[-1] = (runs[-1][0] + text, strong, link)
            else:
                runs.append((text, strong, link))
        return {"runs": runs, "size": size, "left": self.left, "right": self.right, "top": self.top,
                "bottom": self.bottom, "page": page, "goes_on": self.goes_on}  # fmt: skip


def _lines(text: Any, count: int, upright: list[Rule], links: Links) -> Iterator[_Line]:
    line: _Line | None = None
    before = 0.0  # where the last letter ended
    goes_on = False
    box = [ctypes.c_double() for _ in range(4)]
    x, y = ctypes.c_double(), ctypes.c_double()
    looks: dict[Any, tuple[float, bool]] = {}
    for at, letter in _letters(text, count):
        if letter in "\r\n\xad":
            if line is not None and letter == "\xad":
                line.letters.append(("-", *line.letters[-1][1:]))
            if line is not None:
                yield line
            line, goes_on = None, False
            continue
        if letter in _INVISIBLE:
            continue
        if letter.isspace() or raw.FPDFText_IsGenerated(text, at) == 1:
            if line is not None:
                line.space()
            continue
        raw.FPDFText_GetCharBox(text, at, *box)
        left, right, bottom, top = (edge.value for edge in box)
        raw.FPDFText_GetCharOrigin(text, at, x, y)
        key = ctypes.cast(raw.FPDFText_GetTextObject(text, at), ctypes.c_void_p).value
        if key not in looks:
            looks[key] = _look(text, at)
        size, strong = looks[key]
        middle = (top + bottom) / 2
        if line is not None and _parted(before, left, middle, max(size, line.letters[-1][1]), upright):
            yield line
            line, goes_on = None, True
        before = right
        if line is None:
            line = _Line(left, goes_on)
        line.letters.append((letter, size, y.value, strong, links.at((left + right) / 2, middle)))
        line.right = max(line.right, right)
        line.top, line.bottom = max(line.top, top), min(line.bottom, bottom)
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
