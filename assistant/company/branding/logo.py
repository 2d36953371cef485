"""A company's logo: a small SVG or PNG beside the branding file. An SVG that could do or load anything is refused."""

from __future__ import annotations

import hashlib
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

from assistant.errors import BadBranding

MOST_BYTES = 200_000
MOST_PIXELS = 4096  # a side
_PNG = b"\x89PNG\r\n\x1a\n"
_NAMESPACES = {"http://www.w3.org/2000/svg", ""}
_DRAWS = frozenset(
    "svg g path rect circle ellipse line polyline polygon text tspan textPath defs linearGradient radialGradient stop clipPath "
    "mask pattern symbol use marker title desc style filter feGaussianBlur feOffset feBlend feFlood feComposite feColorMatrix "
    "feMerge feMergeNode metadata".split()
)
_REFERS = re.compile(r"url\s*\(\s*(?![\"']?#)|@import|\\|expression\s*\(|javascript:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture and its media type."""

    content: bytes
    media: str

    @property
    def own_name(self) -> str:
        """A file name that no other picture has: the page of branding overwrites no file that somebody put there."""
        return f"logo-{hashlib.sha256(self.content).hexdigest()[:12]}.{self.ending}"

    @property
    def ending(self) -> str:
        """Of the file's name: `svg` or `png`."""
        return "png" if self.media == "image/png" else "svg"


def read_logo(folder: Path, name: str) -> Logo:
    """The logo of this name in the branding file's folder.

    Raises:
        BadBranding: it is not there, too large, or no picture that is safe to show.
    """
    path = folder / name
    if Path(name).name != name or name.startswith(".") or path.resolve().parent != folder.resolve():
        raise _bad(name, "is not the name of a file beside the branding file; put the logo there")
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise _bad(name, f"cannot be read: {(error.strerror or str(error)).lower()}; put it into {folder}") from error
    if size > MOST_BYTES:
        raise _large(name, size)
    return logo_of(content, name)


def logo_of(content: bytes, name: str) -> Logo:
    """A picture that is safe to show.

    Args:
        name: what its file is called; an SVG is told by its ending.

    Raises:
        BadBranding: it is none, or too large.
    """
    if len(content) > MOST_BYTES:
        raise _large(name, len(content))
    if content.startswith(_PNG):
        return _png(content, name)
    if name.lower().endswith(".svg"):
        _check_svg(content, name)
        return Logo(content, "image/svg+xml")
    raise _bad(name, "is neither an SVG nor a PNG; save it as one of them")


def _png(content: bytes, name: str) -> Logo:
    if len(content) < 33 or content[12:16] != b"IHDR" or b"IEND" not in content[-12:]:
        raise _bad(name, "is a PNG that is cut off; save it anew")
    width, height = struct.unpack(">II", content[16:24])
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise _bad(name, f"is {width} by {height} pixels, at most {MOST_PIXELS} a side are served; make it smaller")
    return Logo(content, "image/png")


def _check_svg(content: bytes, name: str) -> None:
    """Only shapes, words and gradients, which refer to nothing outside: no script, no handler, no address, no entity."""
    parser = expat.ParserCreate(namespace_separator=" ")
    inside: list[str] = []
    styles: list[str] = []

    def refuse(what: str) -> None:
        raise _bad(name, f"holds {what} in line {parser.CurrentLineNumber}; save the SVG without it, or a PNG")

    def opened(tag: str, attributes: dict[str, str]) -> None:
        space, _, element = tag.rpartition(" ")
        inside.append(element)
        if space not in _NAMESPACES:
            if "metadata" in inside[:-1] or element == "namedview":  # what drawing programs note for themselves
                return
            refuse(f'the element "{element}" of "{space[:60]}"')
        if element not in _DRAWS or (len(inside) == 1) != (element == "svg"):
            refuse(f'the element "{element}"')
        for key, value in attributes.items():
            attribute = key.rpartition(" ")[2].lower()
            if attribute.startswith("on"):
                refuse(f'the handler "{attribute}"')
            if attribute in ("href", "src", "base") and not value.strip().startswith("#"):
                refuse(f'"{attribute}" to "{value[:60]}"')
            if _REFERS.search(value):
                refuse(f'a reference in "{attribute}"')

    def said(text: str) -> None:
        if inside and inside[-1] == "style":
            styles.append(text)

    parser.StartElementHandler = opened
    parser.EndElementHandler = lambda _: inside.pop()
    parser.CharacterDataHandler = said
    parser.StartDoctypeDeclHandler = lambda *_: refuse("a document type")
    parser.EntityDeclHandler = lambda *_: refuse("an entity")
    parser.ProcessingInstructionHandler = lambda target, _: refuse(f'the instruction "{target}"')
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise _bad(name, f"is no SVG: {error}; save it anew") from error
    if _REFERS.search("".join(styles)):
        raise _bad(name, "refers in its styles to something outside; save the SVG without it, or a PNG")


def _large(name: str, size: int) -> BadBranding:
    return _bad(name, f"has {size:,} bytes, at most {MOST_BYTES:,} are served; make it smaller")


def _bad(name: str, wrong: str) -> BadBranding:
    return BadBranding(f'"logo" is "{name[:80]}", which {wrong}')
