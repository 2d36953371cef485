"""Policies and answers made for showing, and what a browser makes of what is shown."""

from collections.abc import Iterable
from html.parser import HTMLParser

import pyromark

from assistant.languages import language
from assistant.model import Answer, Outcome, Searched, SearchedPolicy
from corpus.model import Clause, Heading, OffsetMap, Policy, Span

EN = language("en")
HOSTILE = (
    "<script>alert(1)</script>",
    "[x](javascript:alert(1)) and ![y](http://evil.example/y.png)",
    "*a* _b_ `c` **d** ~~e~~ $x$ $$y$$ \\(z\\)",
    '<img src=x onerror="alert(1)"> &lt;b&gt; &#60; &amp;',
    "# no heading",
    "    no code  with  two spaces ",
    "1. no list - http://evil.example www.evil.example me@evil.example",
    "</blockquote></section><iframe src=//evil.example>",
)
ALLOWED = {
    "div",
    "p",
    "span",
    "blockquote",
    "a",
    "details",
    "summary",
    "section",
    "mark",
    "h2",
    "h3",
    "strong",
    "ul",
    "li",
    "button",
    "label",
    "input",
}


def made(texts: Iterable[str], **known: object) -> Policy:
    """A policy with a heading and one clause a text, each on its own line."""
    text, clauses = "Terms & *Privacy*", []
    heading = Heading(Span(0, len(text)), 0, ())
    for each in texts:
        start = len(text) + 1
        text += "\n" + each
        clauses.append(Clause("made", Span(start, len(text)), ("Terms & *Privacy*",)))
    facts: dict[str, object] = {
        "id": "made", "provider": None, "title": "Made <b>up</b>", "source_url": None, "snapshot_date": None,
        "effective_date": None, "supersedes": None, "licence": None,
    }  # fmt: skip
    rest = {"text": text, "clauses": tuple(clauses), "headings": (heading,), "offsets": OffsetMap(()), "source": text}
    return Policy(**{**facts, **known, **rest})  # type: ignore[arg-type]


def answered(
    policy: Policy, *numbers: int, outcome: Outcome = Outcome.NO, text: str = "No: it is not.", **more: object
) -> Answer:
    searched = SearchedPolicy(id=policy.id, title=policy.title, snapshot_date=None, clauses=len(policy.clauses))
    return Answer(
        question="is it?",
        outcome=outcome,
        text=text,
        citations=tuple(policy.cite(policy.clauses[number].span) for number in numbers),
        searched=Searched(policies=(searched,), clauses=searched.clauses),
        **more,
    )


class Page(HTMLParser):
    """The text of every element of some HTML, by tag; and every address that it links to."""

    VOID = frozenset({"br", "img", "hr", "input", "link", "meta"})

    def __init__(self, markdown: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str, list[str]]] = []
        self.texts: list[tuple[str, str, str]] = []  # tag, class, text
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.all: list[str] = []
        self.feed(pyromark.html(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        known = {name: value or "" for name, value in attrs}
        assert not [name for name in known if name.startswith("on")]
        self.links += [known["href"]] if "href" in known else []
        if tag not in self.VOID:
            self.open.append((tag, known.get("class", ""), []))

    def handle_endtag(self, tag: str) -> None:
        name, kind, pieces = self.open.pop()
        assert name == tag, f"<{name}> is closed by </{tag}>"
        self.texts.append((tag, kind, "".join(pieces)))

    def handle_data(self, data: str) -> None:
        self.all.append(data)
        for _, _, pieces in self.open:
            pieces.append(data)

    def text(self, tag: str, kind: str | None = None) -> list[str]:
        return [text for name, its, text in self.texts if name == tag and kind in (None, its)]
