"""Pages and Markdown made for tests, and what they give."""

from __future__ import annotations

from corpus.formats.convert import Document, convert
from corpus.text.canonical import Reading, read_text
from corpus.text.segment import segment

SENTENCES = [
    f"The harbour keeps your {what} until the ship that you booked has come back."
    for what in "name,address,telephone number,photograph,messages,payments,searches,contacts,settings,cabin".split(",")
]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


class Told:
    """What a document gives: clauses with their lead-ins and headings above, headings, links."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.reading: Reading = read_text(document.markdown)
        text = self.reading.text
        clauses, headings = segment(self.reading, "test")
        self.all = [c.span.of(text) for c in clauses]
        self.clauses = [c for c in self.all if c not in SENTENCES]
        self.leads = {c.span.of(text): c.lead_in.of(text) if c.lead_in else None for c in clauses}
        self.paths = {c.span.of(text): c.path for c in clauses}
        self.headings = [h.span.of(text) for h in headings]
        self.links = [(link.span.of(text), link.address) for link in self.reading.links]


def page(body: str, head: str = "") -> Told:
    whole = f"<!doctype html><html><head>{head}</head><body><main>{BODY}{body}</main></body></html>"
    return Told(convert(whole.encode(), "policy.html"))


def marked(text: str) -> Told:
    return Told(convert((text + "\n\n" + "\n\n".join(SENTENCES)).encode(), "policy.md"))
