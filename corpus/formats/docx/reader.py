"""A Word document (DOCX) -> blocks: headings, paragraphs, numbered and bulleted lists, tables, in their order."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Final

import docx

from corpus.errors import UnreadablePolicy
from corpus.formats.docx.body import Body
from corpus.formats.limits import MOST_PARTS, MOST_RATIO, MOST_UNPACKED, check_characters, too_large
from corpus.formats.markdown_writer import Part
from corpus.formats.metadata.extract import Head

_OTHERS: Final = (
    ("xl/workbook.xml", "an Excel table"),
    ("ppt/presentation.xml", "a PowerPoint presentation"),
    ("content.xml", "an OpenDocument file"),
    ("META-INF/container.xml", "an e-book (EPUB)"),
)
_SMALL = 100_000  # bytes; a part this small may pack to nothing (empty tables of styles do)


def parts_of(data: bytes, name: str) -> tuple[list[Part], Head, list[str]]:
    """The blocks of a DOCX, its title, and warnings.

    Raises:
        UnreadablePolicy: no DOCX, broken, encrypted, or a packed file that unpacks to more than any policy.
    """
    _check(data, name)
    try:
        document = docx.Document(BytesIO(data))
        body = Body.of(document)
        parts = body.parts()
        title = str(document.core_properties.title or "")
    except UnreadablePolicy:
        raise
    except Exception as error:  # a broken file raises whatever its parsers raise
        raise _broken(name, error) from error
    check_characters(sum(len(part.text) for part in parts), name)
    return parts, Head(title=title.strip() or None), body.warnings()


def _broken(name: str, error: Exception) -> UnreadablePolicy:
    what = f"{type(error).__name__}: {error}".splitlines()[0][:120]
    return UnreadablePolicy(
        f'document "{name}" is no DOCX that can be read ({what}); open it in Word and save it again'
    )


def _check(data: bytes, name: str) -> None:
    """Refuse what unpacks to too much, by the sizes in its directory; unpacking stops at these sizes, true or not."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            files = archive.infolist()
            if any(file.flag_bits & 1 for file in files):
                raise UnreadablePolicy(f'document "{name}" is encrypted; save it without a password')
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise _broken(name, error) from error
    names = {file.filename for file in files}
    if not {"word/document.xml", "[Content_Types].xml"} & names or any(o in names for o, _ in _OTHERS):
        what = next((what for inside, what in _OTHERS if inside in names), "a packed file (ZIP)")
        raise UnreadablePolicy(f'document "{name}" is {what}, not DOCX; save the policy as DOCX, PDF, HTML or text')
    if len(files) > MOST_PARTS:
        raise too_large(name, f"{len(files):,} packed parts", f"{MOST_PARTS:,}")
    unpacked = sum(file.file_size for file in files)
    ratio = max((f.file_size / max(f.compress_size, 1) for f in files if f.file_size > _SMALL), default=0)
    if unpacked > MOST_UNPACKED or ratio > MOST_RATIO:
        raise too_large(
            name,
            f"{unpacked / 1e6:,.0f} MB unpacked, one part {ratio:,.0f} times its packed size",
            f"{MOST_UNPACKED / 1e6:.0f} MB and {MOST_RATIO} times",
        )
