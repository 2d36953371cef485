"""HTML that stands in Markdown: its text, its links and what is for machines or struck out, each with its place in the source."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import unescape
from html.entities import html5
from itertools import accumulate
from typing import Final

# Elements that begin and end a line, as in corpus.formats.html.page, which is a room above.
_BLOCK_TAGS: Final = frozenset(
    "address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html label legend li main menu nav ol option p pre search section "
    "summary table tbody td tfoot th thead title tr ul".split()
)
_OTHER_TAGS: Final = frozenset(
    "a abbr acronym applet area audio b base basefont bdi bdo big blink canvas cite code col colgroup data datalist del dfn em "
    "embed font frame frameset head i iframe img input ins kbd link map mark marquee math meta meter nobr noembed noframes "
    "noscript object optgroup output param picture progress q rp rt ruby s samp script select slot small source span strike "
    "strong style sub sup svg template textarea time track tt u var video wbr".split()
)
# Attributes that stand without a value; with any other such word, "<Data Controller>" is no tag but what somebody is to fill in.
_BARE: Final = frozenset(
    "alt async autofocus autoplay checked clear compact controls crossorigin default defer disabled download hidden inert ismap "
    "itemscope loop multiple muted nohref noshade novalidate nowrap open readonly required reversed selected".split()
)
_NAME: Final = re.compile(r"[a-z][a-z0-9]*(?:[-:._][a-z0-9]+)*")  # of an element of some other language than HTML
_ENDED: Final = re.compile(r"</([a-z][^\s/>]{0,50})\s*>", re.IGNORECASE)
STRUCK: Final = frozenset(["del", "s", "strike", "~~"])  # what is struck out is not valid any more
_UNSEEN: Final = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}  # with their ends
# A tag up to the first ">" that stands in no value, or to the first at all. No alternative is tried twice: hostile texts are long.
_TAG: Final = re.compile(
    r"<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?:(?:=\s*+(?:\"[^\"]*+\"|'[^']*+')|[^>])*+>|[^>]*+>)", re.IGNORECASE
)
_ATTRIBUTE: Final = re.compile(
    r"(?P<name>[^\s/=]++)(?:\s*+(?P<is>=)\s*+(?:\"(?P<double>[^\"]*+)\"|'(?P<single>[^']*+)'|(?P<value>\S*+)))?+"
)
_MARKUP: Final = re.compile(r"<(?=[a-z!?/])|&(?:#[0-9]{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});", re.IGNORECASE)


def ended_tags(source: str) -> frozenset[str]:
    """The names of the tags that a source ends somewhere ("</NAME>")."""
    return frozenset(found[1].lower() for found in _ENDED.finditer(source)) if "</" in source else frozenset()


@dataclass(slots=True)
class Html:
    """Some HTML in a source, line by line, with marks of quotations between. `ended`: names that tags of the source end."""

    source: str
    lines: Sequence[tuple[int, int]]
    ended: frozenset[str]
    _raw: str = field(init=False)
    _starts: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self._raw = "".join(self.source[start:end] for start, end in self.lines)
        self._starts = [0, *accumulate(end - start for start, end in self.lines[:-1])]

    def found(self) -> Iterator[tuple[str, str, int, int]]:
        """What it holds, in order: a tag ("" for text, "/a" for an end), its address or the text, its place in the source.

        Of tags only those of links, of raised characters and of what is left out; of a tag that is none of HTML its text.
        """
        raw, at = self._raw, 0
        last = {mark: raw.rfind(mark) for mark in (">", "-->", "?>")}  # what never ends is looked for once
        while (mark := _MARKUP.search(raw, at)) is not None:
            yield from self._text(at, mark.start())
            begin, at = mark.start(), mark.end()
            if (sign := mark.group()) != "<":
                known = sign[1] == "#" or sign[1:] in html5  # else `unescape` took "&nothing;" for "&not" and more
                yield "", unescape(sign) if known else sign, *self._place(begin, at)
                continue
            ending = "-->" if raw.startswith("<!--", begin) else "?>" if raw.startswith("<?", begin) else ">"
            tag = _TAG.match(raw, begin) if begin < last[">"] else None
            if tag is not None:
                at = tag.end()
                yield from self._tag(tag)
                if (unseen := _UNSEEN.get(tag["name"].lower())) and not tag["end"]:
                    end = unseen.search(raw, at)
                    at = end.start() if end else len(raw)
            elif raw[at] in "!?" and begin < last[ending]:
                at = raw.index(ending, at) + len(ending)
            else:
                yield from self._text(begin, at)
        yield from self._text(at, len(raw))

    def _tag(self, tag: re.Match[str]) -> Iterator[tuple[str, str, int, int]]:
        name, (start, end) = tag["name"].lower(), self._place(*tag.span())
        rest = self._raw[tag.end("name") : tag.end() - 1]
        given = {one["name"].lower(): one for one in _ATTRIBUTE.finditer(rest)}
        if not tag["end"] and not self._is_markup(name, given, rest):
            yield from self._text(*tag.span())
        elif name in _BLOCK_TAGS:
            yield "", "\n", start, start
        elif name in ("a", "sup", *STRUCK, *_UNSEEN):
            href = given.get("href")
            address = unescape(href["double"] or href["single"] or href["value"] or "") if href else ""
            yield f"{tag['end']}{name}", address, start, end

    def _is_markup(self, name: str, given: dict[str, re.Match[str]], rest: str) -> bool:
        """Whether a tag is one, and not what somebody is to fill in ("<Company Name>") or an address ("<privacy at acme.com>")."""
        bare = [one for one, found in given.items() if not found["is"]]
        if name in _BLOCK_TAGS or name in _OTHER_TAGS:
            return name in self.ended or all(one in _BARE for one in bare)
        return bool(_NAME.fullmatch(name)) and (name in self.ended or rest.endswith("/") or (bool(given) and not bare))

    def _text(self, begin: int, end: int) -> Iterator[tuple[str, str, int, int]]:
        """Text line by line: an empty line parts."""
        while begin < end:
            stop = self._raw.find("\n", begin, end) + 1 or end
            yield "", self._raw[begin:stop], *self._place(begin, stop)
            begin = stop

    def _place(self, begin: int, end: int) -> tuple[int, int]:
        """Where a stretch of it stands in the source."""
        first, last = (bisect_right(self._starts, at) - 1 for at in (begin, max(begin, end - 1)))
        return self.lines[first][0] + begin - self._starts[first], self.lines[last][0] + end - self._starts[last]
