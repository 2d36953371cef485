"""A web page -> Markdown: the policy and nothing else, every word once."""

from __future__ import annotations

import re

import pytest

from corpus.formats.markdown_writer import Part, Words, write
from corpus.text.canonical import read_text
from corpus.text.segment import segment
from tests.documents import BODY, SENTENCES, page, told


def test_a_page_gives_its_headings_paragraphs_and_nested_lists() -> None:
    document = page(
        f"<main><h1>Privacy Policy</h1>{BODY}<h2>What we <em>collect</em></h2><p>We collect:</p>"
        "<ul><li>your name;<ul><li>first</li><li>last</li></ul></li><li>your e-mail</li></ul>"
        "<ol start=3><li>Ask us.</li><li>Wait.</li></ol></main>"
    )
    clauses, headings = told(document)
    assert headings == ["Privacy Policy", "What we collect"]
    assert clauses == [*SENTENCES, "We collect:", "your name;", "first", "last", "your e-mail", "Ask us.", "Wait."]
    assert "    *   first" in document.markdown
    assert "3.  Ask us." in document.markdown


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><ul><li><a href='/a'>Alpaca</a></li></ul></nav>",
        "<div role=navigation>Alpaca</div>",
        "<footer>Alpaca Ltd. All rights reserved.</footer>",
        "<header><p>Alpaca shop</p></header>",
        "<div id=onetrust-banner-sdk><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class='x cookie-banner'><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class=share-buttons>Alpaca</div>",
        "<form><label>Alpaca</label><input value=Alpaca></form>",
        "<button>Alpaca</button>",
        "<script>Alpaca()</script><style>.Alpaca{}</style><template><p>Alpaca</p></template>",
        "<div hidden><ul><li><a href=/a>Alpaca</a></li></ul></div>",
        "<div style='display: none'>Alpaca</div>",
        "<div><a href=/a>Alpaca</a> <a href=/b>Alpaca jobs</a> <a href=/c>Alpaca press</a></div>",
        "<!-- Alpaca -->",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
def test_furniture_of_a_page_is_left_out(furniture: str, place: str) -> None:
    body = f"<div><h1>Privacy Policy</h1>{BODY}</div>"
    document = page(furniture + body if place == "before" else body + furniture)
    assert "Alpaca" not in document.markdown
    assert told(document)[0] == SENTENCES


@pytest.mark.parametrize(
    "furniture",
    [
        "<nav><p>Alpaca</p></nav>",
        "<aside>Alpaca</aside>",
        "<div role=search>Alpaca</div>",
        "<div class=cookie-banner><p>The Alpaca uses cookies to make this page better for you.</p></div>",
        "<div class='share-buttons'>Alpaca</div>",
        "<div class=newsletter><p>Alpaca</p></div>",
        "<span class=sr-only>Alpaca</span>",
        "<form><p>Alpaca</p></form>",
        "<button>Alpaca</button>",
        "<p hidden>Alpaca</p>",
    ],
)
def test_furniture_amid_the_policy_is_left_out(furniture: str) -> None:
    document = page(f"<main>{BODY}{furniture}<p>Write to us.</p></main>")
    assert "Alpaca" not in document.markdown
    assert told(document)[0] == [*SENTENCES, "Write to us."]


@pytest.mark.parametrize(
    "panel", ["<div hidden>{}</div>", "<div aria-hidden=true>{}</div>", "<section style='display:none'>{}</section>"]
)
def test_folded_parts_of_a_policy_are_opened(panel: str) -> None:
    hidden = (
        "<p>We share your telephone number with the company that sends our text messages, and with nobody else.</p>"
    )
    document = page(
        f"<main>{BODY}<h3><button aria-expanded=false>Who gets it</button></h3>{panel.format(hidden)}</main>"
    )
    clauses, headings = told(document)
    assert clauses[-1].startswith("We share your telephone number")
    assert headings == ["Who gets it"]


def test_a_form_round_the_whole_page_hides_nothing() -> None:
    assert told(page(f"<form><div>{BODY}</div></form>"))[0] == SENTENCES


def test_a_name_alone_makes_no_furniture_of_the_policy() -> None:
    assert told(page(f"<main><div class='sidebar newsletter'>{BODY}</div></main>"))[0] == SENTENCES
    assert told(page(f"<main>{BODY}<h2 id=cookie-notice>Cookies</h2><p>We set one.</p></main>"))[1] == ["Cookies"]


def test_a_part_that_a_page_repeats_is_read_once() -> None:
    both = "".join(f"<div class={device}><h2>Keeping</h2>{BODY}</div>" for device in ("phone", "screen"))
    assert told(page(f"<main><p>This is how we do it here.</p>{both}</main>"))[0] == [
        "This is how we do it here.",
        *SENTENCES,
    ]


def test_a_row_of_a_table_says_what_its_cells_are() -> None:
    table = (
        "<table><thead><tr><th>Category</th><th>Examples</th><th>Shared with</th></tr></thead>"
        "<tr><td>Identifiers</td><td>name<br>e-mail</td><td>service providers</td></tr>"
        "<tr><td rowspan=2>Payments</td><td>card number</td><td>banks</td></tr><tr><td>receipts</td><td>nobody</td></tr></table>"
    )
    clauses = told(page(f"<main>{BODY}{table}</main>"))[0][len(SENTENCES) :]
    assert clauses == [
        "Category: Identifiers; Examples: name, e-mail; Shared with: service providers",
        "Category: Payments; Examples: card number; Shared with: banks",
        "Category: Payments; Examples: receipts; Shared with: nobody",
    ]


def test_a_long_row_becomes_a_list_below_its_first_cell() -> None:
    long = " ".join(SENTENCES[:4])
    table = f"<table><tr><th>Data</th><th>Use</th></tr><tr><td>Name</td><td>{long}</td></tr></table>"
    reading = read_text(page(f"<main>{BODY}{table}</main>").markdown)
    clauses, _ = segment(reading, "test")
    last = clauses[-1]
    assert last.lead_in is not None
    assert last.lead_in.of(reading.text) == "Data: Name:"
    assert last.span.of(reading.text) == SENTENCES[3]


def test_a_table_that_lays_out_the_page_is_read_cell_by_cell() -> None:
    body = f"<table role=presentation><tr><td>{BODY}</td><td><p>Write to us.</p></td></tr></table>"
    assert told(page(body))[0] == [*SENTENCES, "Write to us."]


def test_characters_that_mark_up_markdown_stay_what_they_are() -> None:
    odd = [
        "# We keep 5 * 3 _things_ [of] yours `here` <b> & &amp; ~~so~~ | far.",
        "1. is a number that begins this line.",
        "-5 is cold, and ** two stars.",
        "=====",
        "+49 begins a number \\ and a stroke.",
    ]
    parts = [Part("text", (Words(text),)) for text in odd]
    text = read_text(write(parts)).text
    assert text.split("\n\n") == [line for line in odd if re.search(r"\w", line)]


@pytest.mark.parametrize("space", ["\n", " \n ", "\r\n", "\n\n", "\t"])
def test_a_line_feed_of_the_source_ends_no_line(space: str) -> None:
    document = page(f"<main>{BODY}<p>Our <i>shop</i>{space}<b>and office</b>{space}<i>are</i> closed.</p></main>")
    assert told(document)[0][-1] == "Our shop and office are closed."


def test_bold_is_kept_where_markdown_can_say_it() -> None:
    document = page(f"<main>{BODY}<p><b>Sharing.</b> We share nothing.</p><p>We (<b>Acme</b>s) do.</p></main>")
    assert "**Sharing.** We share nothing." in document.markdown
    assert told(document)[1] == ["Sharing"]
    assert told(document)[0][-1] == "We (Acmes) do."
