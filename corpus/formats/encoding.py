"""Bytes -> text, whatever the encoding; what had to be guessed is said."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes
from ftfy import fix_encoding
from ftfy.fixes import fix_c1_controls

from corpus.errors import UnreadablePolicy
from corpus.text.canonical import decode

_META: Final = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,30})""", re.IGNORECASE)
_DECLARED_WITHIN = 8_192  # bytes from the start of a page
# Names that pages may give, and only those: Python knows "encodings" that take quadratic time or are none (zip, punycode).
_KNOWN: Final = re.compile(
    r"utf-?8|cp125\d|windows-125\d|iso-?8859-\d{1,2}|latin-?1|koi8-[ru]|gbk|gb2312|gb18030|big5|euc-(?:jp|kr)|shift_jis|cp932"
)
# What pages call Latin-1 and ASCII is Windows-1252 to every browser (WHATWG, "Encoding", names and labels).
_MEANT: Final = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252"}
# Texts in UTF-8 that hold bytes of Windows-1252 were put together of pieces; pages that say UTF-8 may say what an editor always says.
_STRAY: Final = "corpus-windows-1252"
_SURROGATE: Final = re.compile("[\udc80-\udcff]")  # what Python writes for a byte that is no UTF-8
_MOSTLY_ASCII = 0.02  # share of other bytes up to which these are curly quotes and a few accents: Windows-1252
# Bytes above ASCII that are letters, and no curly quotes, dashes, dots, no-break spaces, signs of law and trade.
_LETTERS: Final = bytes(
    byte
    for byte in range(0x80, 0x100)
    if byte not in b"\x84\x85\x8b\x91\x92\x93\x94\x95\x96\x97\x99\x9b\xa0\xa7\xa9\xab\xae\xb7\xbb"
)
_SAMPLE = 65_536  # bytes that an encoding is guessed from
_MOST_CONTROLS = 0.005  # share of control characters above which it is no text
_BOMS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_INVISIBLE: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Beside these U+0085 is no end of a line but an ellipsis that was decoded wrongly.
_NO_NEXT_LINE: Final = re.compile("[\n\r\x80-\x84\x86-\x9f]")
# A new page, unless its first word shows that a sentence goes on; Unicode's end of a paragraph.
_PARAGRAPH_ENDS: Final = re.compile("\x0c(?=[^\\S\x0c]*(?P<next>\\S?))|\u2029")
# A word processor's manual line break, and Unicode's.
_LINE_ENDS: Final = re.compile("[\x0b\u2028]")


def text_of(data: bytes, name: str) -> tuple[str, str | None]:
    """The text of a file and, where the encoding was guessed, a warning that says which.

    A byte-order mark decides; else UTF-16 where every other byte is NUL; else UTF-8 where it fits, or where more of its characters
    stand in the text than bytes that it does not fit, which are Windows-1252; else what a page says of itself, where UTF-8 is
    taken in the same way; else Windows-1252 where nearly all is ASCII; else what charset-normalizer takes it for.

    Raises:
        UnreadablePolicy: the file is empty, is no text, or is in no encoding that could be found out.
    """
    text, guessed = _decoded(data, name)
    controls = len(_CONTROLS.findall(text))
    if controls > _MOST_CONTROLS * len(text):
        raise UnreadablePolicy(
            f'document "{name}" is binary ({controls:,} of {len(text):,} characters are control characters), not text; '
            "save the policy as HTML, PDF, DOCX, Markdown or plain text"
        )
    warning = guessed and f"read as {guessed}, which the document does not say: check its quotation marks"
    return _with_line_feeds(text.replace("\0", "")), warning


def repaired(text: str) -> str:
    """The text with wrongly decoded characters set right ("â€™") and invisible ones taken out, line by line.

    Reading does the same and notes which character came from where, which takes long where there are very many.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.isascii() or _INVISIBLE.search(line):
            lines[at] = _INVISIBLE.sub("", fix_c1_controls(fix_encoding(line)))
    return "\n".join(lines)


def _with_line_feeds(text: str) -> str:
    """The text with line feeds for other signs that end lines, paragraphs and pages, which would part no words."""
    if not _NO_NEXT_LINE.search(text):
        text = text.replace("\x85", "\n")
    text = _PARAGRAPH_ENDS.sub(lambda end: "\n" if (end["next"] or "").islower() else "\n\n", text)
    if not _LINE_ENDS.search(text):
        return text
    return "\n".join(map(_with_line_ends, text.split("\n")))


def _with_line_ends(line: str) -> str:
    """A line parted where it says so; a heading or a row of a table in Markdown stays one."""
    if line.lstrip().startswith("#") or "|" in line:
        return _LINE_ENDS.sub(" ", line)
    # People set the first on purpose; the second comes unseen with pasted text, amid sentences too.
    return line.replace("\x0b", "  \n").replace("\u2028", "\n")


def _decoded(data: bytes, name: str) -> tuple[str, str | None]:
    if data.startswith(codecs.BOM_UTF8):
        text, stray = _mended(data.removeprefix(codecs.BOM_UTF8))
        return text, _told(stray)
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _whole(data, encoding, name), None
    striped = _striped(data)
    if striped:
        return _whole(data, striped, name), striped
    text, stray = _mended(data)
    # A letter of another encoding is seldom one of UTF-8 by chance: in Thai and Chinese, one for every three bytes that are none.
    if stray == 0 or len(text) - len(text.encode("ascii", "ignore")) > 2 * stray:
        return text, _told(stray)
    declared = _META.search(data[:_DECLARED_WITHIN])
    if declared:
        said = declared[1].decode("ascii", "replace").lower()
        if _KNOWN.fullmatch(said):
            if said in ("utf-8", "utf8"):  # which it is not throughout, or it had been decoded above
                return text, "windows-1252"
            return data.decode(_MEANT.get(said, said), "replace"), None
    others = len(data) - len(data.translate(None, _LETTERS))
    if others > _MOSTLY_ASCII * len(data):
        best = from_bytes(data[:_SAMPLE]).best()
        if best is not None:
            return data.decode(best.encoding, "replace"), best.encoding
    try:
        return data.decode("cp1252"), "windows-1252"
    except UnicodeDecodeError:
        return decode(data, name), None  # refuses it, and says how


def _mended(data: bytes) -> tuple[str, int]:
    """Bytes read as UTF-8, those that are none as Windows-1252; and how many these are."""
    try:
        return data.decode(), 0
    except UnicodeDecodeError:
        stray = len(_SURROGATE.findall(data.decode("utf-8", "surrogateescape")))
        return data.decode("utf-8", _STRAY), stray


def _told(stray: int) -> str | None:
    """What was guessed of a text in UTF-8 with so many other bytes."""
    return f"windows-1252 for {stray:,} byte{'s' * (stray != 1)}" if stray else None


def _windows_1252(error: UnicodeError) -> tuple[str, int]:
    """The bytes that are no UTF-8 as browsers read Windows-1252, which leaves no byte without a character."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    stray = error.object[error.start : error.end]
    read = (bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in stray)
    return "".join(read), error.end


codecs.register_error(_STRAY, _windows_1252)


def _whole(data: bytes, encoding: str, name: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadablePolicy(
            f'document "{name}" begins as {encoding} and breaks off at byte {error.start:,} ({error.reason}); save it again as UTF-8'
        ) from error


def _striped(data: bytes) -> str | None:
    """UTF-16 without a byte-order mark: in Latin script every other byte is NUL."""
    sample = data[: min(len(data), _SAMPLE) // 2 * 2]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    most = len(sample) // 2
    if most and max(even, odd) > 0.6 * most and min(even, odd) < 0.05 * most:
        return "utf-16-le" if odd > even else "utf-16-be"
    return None
