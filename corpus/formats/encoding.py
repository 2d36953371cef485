"""Bytes -> text, whatever the encoding; what had to be guessed is said."""

from __future__ import annotations

import codecs
import re
from typing import Final

from charset_normalizer import from_bytes
from ftfy import fix_encoding

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
# Pages that say UTF-8 and hold bytes of Windows-1252 were put together of pieces, or say what an editor always says.
_STRAY: Final = "corpus-windows-1252"
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
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_INVISIBLE: Final = re.compile(
    "[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]"
)
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")


def text_of(data: bytes, name: str) -> tuple[str, str | None]:
    """The text of a file and, where the encoding was guessed, a warning that says which.

    A byte-order mark decides; else UTF-8 where it fits; else what a page says of itself, where that is UTF-8 with Windows-1252 for
    the bytes that it does not fit; else UTF-16 where every other
    byte is NUL; else Windows-1252 where nearly all is ASCII; else what charset-normalizer takes it for.

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
    return text.replace(
        "\0", ""
    ), guessed and f"read as {guessed}, which the document does not say: check its quotation marks"


def repaired(text: str) -> str:
    """The text with wrongly decoded characters set right ("â€™") and invisible ones taken out, line by line.

    Reading does the same and notes which character came from where, which takes long where there are very many.
    """
    lines = text.split("\n")
    for at, line in enumerate(lines):
        if not line.isascii() or _INVISIBLE.search(line):
            lines[at] = _INVISIBLE.sub("", fix_encoding(line))
    return "\n".join(lines)


def _decoded(data: bytes, name: str) -> tuple[str, str | None]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _whole(data, encoding, name), None
    striped = _striped(data)
    if striped:
        return _whole(data, striped, name), striped
    try:
        return data.decode(), None
    except UnicodeDecodeError:
        pass
    declared = _META.search(data[:_DECLARED_WITHIN])
    if declared:
        said = declared[1].decode("ascii", "replace").lower()
        if _KNOWN.fullmatch(said):
            if said in ("utf-8", "utf8"):  # which it is not throughout, or it had been decoded above
                return data.decode("utf-8", _STRAY), "windows-1252"
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
