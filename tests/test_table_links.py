"""Links that stand in the cells of a table: a row made an item keeps where each of its words leads, in whatever a table is written."""

from __future__ import annotations

import io
import re

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from corpus.formats.convert import Document, convert
from corpus.model import Span
from corpus.shelf.catalogue import Metadata, policy_of
from tests.documents import pdf, printed
from tests.test_pdf import row, rules

LINK = '<a href="https://alder.example/p?a=1&amp;b=2">their <b>notice</b></a>'
CELLS = (("Provider", "More information"), ("Alder Mail", f"See {LINK}."), ("Birch Ads", '<a href="/birch">ours</a>'))
ROWS = ["Provider: Alder Mail; More information: See their notice.", "Provider: Birch Ads; More information: ours"]
LINKS = [("their notice", "https://alder.example/p?a=1&b=2"), ("ours", "/birch")]


def read(document: Document) -> tuple[list[str], list[tuple[str, str]]]:
    """The clauses, and the links with the words that they stand on."""
    policy = policy_of("alder", document.markdown, Metadata(), "alder.md")
    return [clause.span.of(policy.text) for clause in policy.clauses], [
        (link.span.of(policy.text), link.address) for link in policy.links
    ]


def page(table: str) -> tuple[list[str], list[tuple[str, str]]]:
    return read(convert(f"<main><p>These are our helpers, whom we trust.</p>{table}</main>".encode(), "policy.html"))


def laid(table: str, row: str, head: str, cell: str) -> str:
    """The cells as a table of elements; each name is a tag and its attributes."""

    def wrapped(name: str, inner: str) -> str:
        return f"<{name}>{inner}</{name.split()[0]}>"

    rows = (
        wrapped(row, "".join(wrapped(cell if at else head, text) for text in cells)) for at, cells in enumerate(CELLS)
    )
    return wrapped(table, "".join(rows))


@pytest.mark.parametrize(
    "table",
    [
        laid("table", "tr", "th", "td"),
        laid("table", "tr", "td", "td"),
        laid("div role=table", "div role=row", "span role=columnheader", "span role=cell"),
        laid("div class=table", "div class=table-row", "div class=table-head", "div class=table-cell"),
        laid('div style="display:table"', 'div style="display:table-row"', *['div style="display:table-cell"'] * 2),
        laid("div", "div", "div", "div"),
    ],
)
def test_the_cells_of_a_page_keep_their_links(table: str) -> None:
    clauses, links = page(table)
    assert (clauses[1:], links) == (ROWS, LINKS)


def test_a_list_in_a_cell_and_a_name_of_a_column_keep_their_links() -> None:
    long = "We send it where it is needed, and nowhere else, as long as the contract with you runs. " * 3
    table = (
        f"<table><tr><th>Kind<th>Told <a href=/k>why</a></tr><tr><td><a href=/a>Address</a><td><p>{long}"
        "<ul><li>the <a href=/post>post</a><li>the bank</ul></tr></table>"
    )
    clauses, links = page(table)
    assert "the post" in clauses
    assert links == [("Address", "/a"), ("why", "/k"), ("post", "/post")]
    clauses, links = page(
        "<table><tr><th>Kind<th><a href=/k>Reason</a> :</tr><tr><td>Name<td>a contract<tr><td>Call<td><a href=/l>law</a></table>"
    )
    assert clauses[1:] == ["Kind: Name; Reason: a contract", "Kind: Call; Reason: law"]
    assert links == [("Reason", "/k"), ("Reason", "/k"), ("law", "/l")]


def test_a_citation_of_a_row_leads_where_its_cell_does() -> None:
    document = convert(
        f"<main><p>These are our helpers.</p>{laid('table', 'tr', 'th', 'td')}</main>".encode(), "p.html"
    )
    policy = policy_of("alder", document.markdown, Metadata(source_url="https://elm.example/"), "alder.md")
    (link,) = policy.cite(policy.clauses[-1].span).links
    assert (link.span.of(policy.text), link.address) == ("ours", "https://elm.example/birch")
    assert policy.links_in(Span(0, policy.clauses[0].span.end)) == ()


@pytest.mark.parametrize(
    "table",
    [
        "| Who | Where |\n|---|---|\n| Alder | See [their notice](https://alder.example/p). |",
        '<table><tr><td>Alder</td><td>See <a href="https://alder.example/p">their notice</a>.</td></tr></table>',
    ],
)
def test_the_cells_of_markdown_keep_their_links(table: str) -> None:
    _, links = read(convert(f"# Privacy\n\nThese are our helpers.\n\n{table}\n".encode(), "policy.md"))
    assert links == [("their notice", "https://alder.example/p")]


def test_the_cells_of_a_word_file_keep_their_links() -> None:
    document = docx.Document()
    document.add_paragraph("These are our helpers, whom we trust.")
    table = document.add_table(rows=3, cols=2)
    for at, cells in enumerate([("Provider", "More information"), ("Alder Mail", "See "), ("Birch Ads", "nowhere")]):
        for cell, text in zip(table.rows[at].cells, cells, strict=True):
            cell.text = text
    id_ = document.part.relate_to("https://alder.example/p", RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = f'<w:hyperlink {nsdecls("w", "r")} r:id="{id_}"><w:r><w:t>their notice</w:t></w:r></w:hyperlink>'
    table.cell(1, 1).paragraphs[0]._p.append(parse_xml(link))
    out = io.BytesIO()
    document.save(out)
    clauses, links = read(convert(out.getvalue(), "policy.docx"))
    assert clauses[1] == "Provider: Alder Mail; More information: See their notice"
    assert links == [("their notice", "https://alder.example/p")]


@pytest.mark.parametrize("ruled", [b"", rules([50, 150, 450], [716, 692, 668, 644])], ids=["aligned", "ruled"])
def test_the_cells_of_a_pdf_keep_their_links(ruled: bytes) -> None:
    rows = [["Who", "Description"], ["Alder", "their notice"], ["Birch", "nowhere"]]
    drawn = [piece for at, cells in enumerate(rows) for piece in row(700 - 24 * at, cells, (60, 160))]
    data = pdf(
        [[*printed(["These are our helpers, whom we trust with what they need."], top=780), *drawn]], ruled=ruled
    )
    link = b"<</Type/Annot/Subtype/Link/Rect[155 672 300 690]/A<</S/URI/URI(https://alder.example/p)>>>>"
    clauses, links = read(convert(re.sub(rb"/MediaBox", b"/Annots[%s]/MediaBox" % link, data), "policy.pdf"))
    assert clauses[1:] == ["Who: Alder; Description: their notice", "Who: Birch; Description: nowhere"]
    assert links == [("their notice", "https://alder.example/p")]
