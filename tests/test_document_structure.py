"""The structure of pages and Markdown: tables, lists, headings, numbers, notes, links; and what is no text at all."""

from __future__ import annotations

import re

import pytest

from corpus.formats.convert import Document, convert
from corpus.text.canonical import Reading, read_text
from corpus.text.markdown_blocks import address_of
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


# --- tables -----------------------------------------------------------------------------------------------------------

ROWS = [
    ["Cargo", "Purpose", "Stored for"],
    ["crates", "to load the ship", "2 weeks"],
    ["letters", "to deliver", "1 day"],
]
RIGHT = [
    "Cargo: crates; Purpose: to load the ship; Stored for: 2 weeks",
    "Cargo: letters; Purpose: to deliver; Stored for: 1 day",
]


def laid_out(table: str, row: str, cell: str, first_row: str = "", first_cell: str = "") -> str:
    """ROWS in elements given as start tags."""

    def closed(tag: str, inside: str) -> str:
        return f"<{tag}>{inside}</{tag.split()[0]}>"

    rows = [
        closed(
            (first_row or row) if not at else row,
            "".join(closed((first_cell or cell) if not at else cell, c) for c in cells),
        )
        for at, cells in enumerate(ROWS)
    ]
    return closed(table, "".join(rows))


@pytest.mark.parametrize(
    "table",
    [
        laid_out("table", "tr", "td"),
        laid_out("table", "tr", "td", first_cell="th"),
        laid_out("table", "tr", "td", first_cell="td style='font-weight:700'"),
        laid_out("table", "tr", "td", first_row="tr class='table-header'"),
        laid_out("table", "tr", "td", first_row="tr style='background:#ccc'"),
        laid_out("div role=table", "div role=row", "div role=cell", first_cell="div role=columnheader"),
        laid_out("div role=grid", "div role=row", "span role=gridcell", first_cell="span role=columnheader"),
        laid_out("div style='display: table'", "div style='display:table-row'", "div style='display:table-cell'"),
        laid_out(
            "div class=divTable", "div class=divTableRow", "div class=divTableCell", first_cell="div class=divTableHead"
        ),
        laid_out("div class='css-table'", "div class='table-row'", "div class='table-cell'"),
        laid_out("div class=list", "div class='x7'", "div class='y2'"),
        laid_out("ul", "li", "span"),
        laid_out("div", "div style='display:flex'", "p"),
        "<div style='display:grid;grid-template-columns:repeat(3, 1fr)'>"
        + "".join(f"<div>{cell}</div>" for row in ROWS for cell in row)
        + "</div>",
        "<table><thead>{}</thead><tbody>{}</tbody></table>".format(
            "<tr><td>Cargo</td><td>Purpose</td><td>Stored for</td></tr>",
            "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in ROWS[1:]),
        ),
    ],
)
def test_a_row_of_any_table_carries_the_names_of_its_columns(table: str) -> None:
    told = page(f"<p>We carry these:</p>{table}<p>Nothing else is carried by our ships.</p>")
    assert told.clauses == ["We carry these:", *RIGHT, "Nothing else is carried by our ships."]
    assert told.leads[RIGHT[0]] == "We carry these:"
    assert told.headings == []


HARBOUR = [
    ["Port", "Master"],
    ["Mole", "Ada"],
    ["Quay", "Finch"],
]  # nothing but its look says that the first row is one of names


def harbour(table: str, group: str, row: str, cell: str) -> str:
    """HARBOUR, its first row in elements of its own."""
    first = f"<{row}>" + "".join(f"<{cell}>{name}</{cell.split()[0]}>" for name in HARBOUR[0]) + f"</{row.split()[0]}>"
    first = f"<{group}>{first}</{group.split()[0]}>" if group else first
    rest = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in HARBOUR[1:])
    return f"<{table}>{first}{rest}</table>"


@pytest.mark.parametrize(
    "table",
    [
        harbour("table", "thead", "tr", "td"),
        harbour("table", "", "tr", "th"),
        harbour("table", "", "tr", "td style='font-weight:bold'"),
        harbour("table", "", "tr class=table_header", "td"),
        harbour("table", "", "tr", "td style='background-color:#eee'"),
    ],
)
def test_names_of_columns_are_told_by_their_look(table: str) -> None:
    assert page(table).clauses == ["Port: Mole; Master: Ada", "Port: Quay; Master: Finch"]
    assert page(harbour("table", "", "tr", "td")).clauses == ["Port; Master", "Mole; Ada", "Quay; Finch"]


def test_the_name_of_an_empty_column_is_kept() -> None:
    table = "<table><tr><th>Port</th><th>Master</th><th>Remarks of the crew</th></tr>"
    table += "<tr><td>Mole</td><td>Ada</td><td></td></tr><tr><td>Quay</td><td>Finch</td><td></td></tr></table>"
    assert page(table).clauses == ["Remarks of the crew", "Port: Mole; Master: Ada", "Port: Quay; Master: Finch"]


def test_style_sheets_that_lay_out_tables_are_heeded() -> None:
    sheet = "<style>@media screen{.a1 {display:table}} .x, div.b1{color:red;display:table-row} .c1{display: table-cell}</style>"
    rows = "".join(f"<div class=b1>{''.join(f'<div class=c1>{c}</div>' for c in row)}</div>" for row in HARBOUR)
    assert page(f"<div class=a1>{rows}</div>", sheet).clauses == ["Port; Master", "Mole; Ada", "Quay; Finch"]


def test_a_first_row_of_data_names_no_column() -> None:
    rows = [["Controller", "Tern Ferries"], ["Address", "Mole 3"], ["Captain", "Ada Finch"]]
    table = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in rows)
    assert page(f"<table>{table}</table>").clauses == [
        "Controller; Tern Ferries",
        "Address; Mole 3",
        "Captain; Ada Finch",
    ]
    repeated = [["Purpose", "Name"], ["Loading", "Name"], ["Purpose", "Address"]]
    table = "".join(f"<tr>{''.join(f'<td>{c}</td>' for c in row)}</tr>" for row in repeated)
    assert page(f"<table>{table}</table>").clauses[0] == "Purpose; Name"
    heads = "".join(f"<tr><th>{row[0]}</th><td>{row[1]}</td></tr>" for row in rows)
    assert page(f"<table>{heads}</table>").clauses == [
        "Controller: Tern Ferries",
        "Address: Mole 3",
        "Captain: Ada Finch",
    ]


def test_boxes_beside_each_other_are_no_table() -> None:
    boxes = "".join(
        f"<div class=row><div class=col-6><p>{a}</p></div><div class=col-6><p>{b}</p></div></div>"
        for a, b in [
            ("Ships leave at noon on most days.", "Boats leave at night."),
            ("Crews eat first.", "Guests eat next."),
        ]
    )
    assert page(f"<div class=container>{boxes}</div>").clauses == [
        "Ships leave at noon on most days.",
        "Boats leave at night.",
        "Crews eat first.",
        "Guests eat next.",
    ]


def test_a_long_row_keeps_its_names_below_its_first_cell() -> None:
    long = "engines, anchors, chains, ropes, sails, masts, " * 7 + "and oars"
    table = (
        "<table><thead><tr><td>Category</td><td>Examples</td><td>Collected</td></tr></thead>"
        f"<tr><td>B. Gear</td><td>{long}</td><td>NO</td></tr><tr><td>C. Food</td><td>bread</td><td>YES</td></tr></table>"
    )
    told = page(table)
    assert told.leads["Collected: NO"] == "Category: B. Gear:"
    assert "Category: C. Food; Examples: bread; Collected: YES" in told.clauses


# --- lists ------------------------------------------------------------------------------------------------------------


def word_item(mark: str, text: str, style: str, *, ignored: bool) -> str:
    name = " style='mso-list:Ignore'" if ignored else " style='font-family:Symbol'"
    return f"<p class=MsoListParagraphCxSpMiddle style='{style}'><span{name}>{mark}<span>&nbsp;&nbsp;&nbsp; </span></span>{text}</p>"


@pytest.mark.parametrize("ignored", [True, False])
def test_items_of_word_stand_below_their_lead_in_whatever_their_bullets(ignored: bool) -> None:
    def style(level: int) -> str:
        return f"mso-list:l0 level{level} lfo2" if ignored else f"margin-left:{0.5 * level}in;text-indent:-.25in"

    told = page(
        "<p class=MsoNormal>The crew writes down:</p>"
        + word_item("·", "Cabins:", style(1), ignored=ignored)
        + word_item("o", "their numbers", style(2), ignored=ignored)
        + word_item("§", "the deck", style(3), ignored=ignored)
        + word_item("o", "their guests", style(2), ignored=ignored)
        + word_item("·", "meals", style(1), ignored=ignored)
    )
    assert told.clauses == ["The crew writes down:", "Cabins:", "their numbers", "the deck", "their guests", "meals"]
    assert told.leads["their guests"] == "Cabins:"
    assert told.leads["meals"] == "The crew writes down:"


@pytest.mark.parametrize("item", ["<li>- a ship</li>", "<li><i>•\n a ship</i></li>", "<li>\n– <b>a</b> ship</li>"])
def test_a_bullet_typed_into_an_item_is_none_of_its_words(item: str) -> None:
    assert page(f"<p>We sail:</p><ul>{item}<li>-5 degrees are no bullet</li></ul>").clauses == [
        "We sail:",
        "a ship",
        "-5 degrees are no bullet",
    ]


def test_letters_and_numbers_of_word_stay() -> None:
    told = page(
        "<p>You may:</p>"
        + word_item("(a)", "ask us", "mso-list:l1 level1 lfo3", ignored=True)
        + word_item("(b)", "leave", "mso-list:l1 level1 lfo3", ignored=True)
    )
    assert told.clauses[1:] == ["(a) ask us", "(b) leave"]


def test_lists_of_google_documents_say_their_depth_by_name() -> None:
    told = page(
        "<p>We keep:</p><ul class='lst-kix_ab1-0 start'><li>Cargo:</li></ul><ul class='lst-kix_ab1-1 start'><li>crates</li></ul>"
        "<ul class='lst-kix_ab1-0'><li>letters</li></ul>"
    )
    assert (told.leads["crates"], told.leads["letters"]) == ("Cargo:", "We keep:")


@pytest.mark.parametrize("bullet", ["•", "\\-", "\\*", "–", "➢", "✓", "\uf0b7", "\\+"])
def test_bullets_that_are_characters_begin_items(bullet: str) -> None:
    told = marked(
        f"# Cargo Policy\n\nWe load the following:\n\n{bullet} crates\n\n{bullet} letters and post\n\n{bullet} salt"
    )
    assert told.clauses == ["We load the following:", "crates", "letters and post", "salt"]
    assert {told.leads[item] for item in told.clauses[1:]} == {"We load the following:"}


@pytest.mark.parametrize("bullet", ["o ", "o\xa0 ", "§", "•"])
def test_signs_of_word_before_a_capital_begin_items(bullet: str) -> None:
    told = marked(f"# Cargo\n\nWe load the following:\n\n{bullet}Crates of oak\n\n{bullet}Letters\n\n§ 3 The mole")
    assert told.clauses == ["We load the following:", "Crates of oak", "Letters", "§ 3 The mole"]
    assert told.leads["Crates of oak"] == "We load the following:"


def test_the_second_bullet_begins_a_second_level() -> None:
    told = marked("# Cargo Policy\n\nWe load:\n\n• Boxes:\n\n◦ small\n\n◦ large\n\n• post")
    assert (told.leads["large"], told.leads["post"]) == ("Boxes:", "We load:")


@pytest.mark.parametrize(
    ("opener", "items"),
    [
        ("<p>We may store:</p>", ["Ports and dates", "Tickets", "Number of the cabin"]),
        ("<p>We may store:</p>", ["ports and dates;", "tickets; and", "the number of the cabin."]),
        ("<p>We may store:</p>", ["(a) ports", "(b) tickets", "(c) the number of the cabin that you booked with us."]),
        ("<h3>We may store:</h3>", ["Ports and dates", "Tickets", "Number of the cabin"]),
        ("<p><b>We may store:</b></p>", ["Ports.", "Tickets.", "Number of the cabin."]),
    ],
)
@pytest.mark.parametrize("after", ["", "<p>All of this is kept for as long as the ship sails.</p>"])
def test_short_paragraphs_after_a_colon_are_its_items(opener: str, items: list[str], after: str) -> None:
    told = page(opener + "".join(f"<p>{item}</p>" for item in items) + after)
    assert [told.leads.get(item) for item in items] == ["We may store:"] * 3
    assert not set(told.headings) & set(items)
    assert not after or told.leads[after[3:-4]] is None


@pytest.mark.parametrize(
    "items",
    [
        [
            "To answer the letters that people in all the towns round our harbour write to us in winter.",
            "To find out whether the lists of our guests in all the towns round our harbour hold names that stand there twice.",
        ],
        [
            "With the harbour master: The lists of all ships and guests, as the law of the harbour wants it.",
            "With banks: What they need in order to pay us for the bread that you have eaten, and nothing else.",
        ],
    ],
)
def test_purposes_and_labelled_lines_after_a_colon_are_its_items_whatever_their_length(items: list[str]) -> None:
    opener = "We use the lists of our guests in these cases:"
    said = marked("\n\n".join(["# Lists", opener, *items, "We sell them to nobody, whatever we are offered for them."]))
    assert said.clauses == [opener, *items, "We sell them to nobody, whatever we are offered for them."]
    assert [said.leads[each] for each in said.clauses] == [None, opener, opener, None]


def test_what_to_do_for_a_purpose_is_no_item() -> None:
    sentence = (
        "To see the lists of our guests that the harbour keeps, you can write to the master of the harbour in town."
    )
    said = marked(f"# Lists\n\nWe keep lists:\n\n{sentence}\n\n{sentence}\n")
    assert said.leads[sentence] is None


def test_a_heading_after_such_items_stays_one() -> None:
    told = page(
        "<p>Sailing</p><p>The ship sails on every day of the week.</p><p>Docking</p><p>The ship docks in the evening at six.</p>"
        "<p>We store:</p><p>Ports</p><p>Tickets</p><p>Sharing</p><p>We share nothing with other harbours.</p>"
    )
    assert told.headings == ["Sailing", "Docking", "Sharing"]
    assert told.leads["Tickets"] == "We store:"


# --- headings and sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading",
    [
        "<p>CARGO DATA</p>",
        "<p>3.1. Cargo data</p>",
        "<p>4) Cargo data</p>",
        "<p><b>Cargo data</b></p>",
        "<p><span style='font-weight:bold'>Cargo data</span></p>",
        "<div class='section-title'>Cargo data</div>",
        "<p class=MsoTitle>Cargo data</p>",
    ],
)
def test_headings_that_only_look_so_count_beside_marked_ones(heading: str) -> None:
    told = page(f"<h2>Ships</h2><p>Ships sail in the morning.</p>{heading}<p>We keep lists of crates.</p>")
    assert told.paths["We keep lists of crates."] == ("Ships", re.sub("<.*?>", "", heading))


def test_a_day_or_an_address_is_no_heading() -> None:
    told = page(
        "<h2>Ships</h2><p>17. Dezember 2024</p><p>The ship sails again.</p><p>4 Mole Street</p><p>The ship docks there.</p>"
    )
    assert told.headings == ["Ships"]


BARE = (
    "<p>Cargo data</p><p>We keep lists of crates for a year.</p><p>Crew data</p><p>We keep the names of all who sail.</p>"
    "<p>Harbour data</p><p>The mole counts the ships that pass.</p>"
)


def titled(level: int, after: str = "") -> Told:
    whole = f"<main><h{level}>Privacy of ships</h{level}>{BARE}{after}{BODY}</main>"
    return Told(convert(whole.encode(), "policy.html"))


@pytest.mark.parametrize("level", [1, 2, 4])
def test_short_lines_are_headings_below_a_title_of_any_level(level: int) -> None:
    told = titled(level)
    assert told.headings == ["Privacy of ships", "Cargo data", "Crew data", "Harbour data"]
    assert page(f"<p>Ships sail.</p>{BARE}<h2>Ships</h2><p>They sail in the morning.</p>").headings == ["Ships"]


@pytest.mark.parametrize(
    "line", ["Oak BV, Mole 4", "Our VAT no. is BE0500.927.202", "Home > Privacy", "crew@oak.example", "9000 Gent"]
)
def test_an_address_among_such_lines_is_a_clause(line: str) -> None:
    told = titled(2, f"<p>{line}</p>")
    assert line in told.clauses


@pytest.mark.parametrize("number", ["3.", "3)", "3.1."])
def test_a_title_in_capitals_in_the_line_of_its_text_is_a_heading(number: str) -> None:
    told = page(f"<h2>Ships</h2><p>{number} CARGO LISTS. We keep lists of crates. We keep them for a year.</p>")
    assert told.headings == ["Ships", f"{number} CARGO LISTS"]
    assert told.clauses == ["We keep lists of crates.", "We keep them for a year."]
    for said in (f"{number} THE SHIP SAILS. AND IT DOCKS.", f"{number} A U.S. ship sails. It docks."):
        assert page(f"<h2>Ships</h2><p>{said}</p>").headings == ["Ships"]


def test_capitals_that_state_something_are_no_heading() -> None:
    told = page("<h2>Ships</h2><p>WE DO NOT SELL LISTS OF CREATES</p><p>We keep lists of crates.</p><p>YES</p>")
    assert told.headings == ["Ships"]


@pytest.mark.parametrize(
    "heading",
    [
        "<h2>Cargo<a class=headerlink href='#cargo'>¶</a></h2>",
        "<h2><a class=anchor href='#cargo'>#</a>Cargo</h2>",
        "<h2>Cargo <a href='/privacy#cargo'>Permalink</a></h2>",
        "<h2>Cargo <a href='#cargo'>Direct link to Cargo</a></h2>",
        "<h2>Cargo<sup>2</sup></h2>",
        "<h2>Cargo<sup><a href='#fn1'>[1]</a></sup></h2>",
    ],
)
def test_marks_of_links_and_notes_are_no_words_of_a_heading(heading: str) -> None:
    assert page(heading + "<p>We keep lists of crates.</p>").headings == ["Cargo"]


@pytest.mark.parametrize(
    "heading", ["## Cargo [¶](#cargo)", "## Cargo [#](#cargo 'Permanent link')", "## Cargo[^1]", "## Cargo {#cargo}"]
)
def test_nor_of_one_in_markdown(heading: str) -> None:
    assert marked(f"{heading}\n\nWe keep lists.").headings == ["Cargo"]


@pytest.mark.parametrize(
    "sentence",
    [
        "3.2. Crew lists: names of sailors go to the harbour.",
        "§ 7. The harbour keeps them.",
        "(b). The harbour keeps them.",
        "Article 12. The harbour keeps them.",
        "IV. The harbour keeps them.",
    ],
)
def test_a_number_stays_with_its_sentence(sentence: str) -> None:
    assert marked(f"# Ships\n\nShips sail.\n\n{sentence}").clauses == ["Ships sail.", sentence]
    number, rest = re.split(r"(?<=[.)]) ", sentence, maxsplit=1)
    if number[0] != "A":
        assert page(f"<p>{number}</p><p>{rest}</p>").clauses == [sentence]


def test_a_number_above_a_heading_belongs_to_it() -> None:
    assert page("<div>4.</div><h2>Crews</h2><p>Crews eat bread.</p>").headings == ["4. Crews"]
    assert page("<span>4</span><h2>Crews</h2><p>Crews eat bread.</p>").headings == ["4 Crews"]
    assert "2024" in page("<p>2024</p><h2>Crews</h2><p>Crews eat bread.</p>").clauses


def test_a_sentence_over_several_paragraphs_is_one() -> None:
    told = page(
        "<p>We hand the lists of our guests to</p><p>the harbour master, and</p><p>to nobody else.</p><p>Ships sail.</p>"
    )
    assert told.clauses == ["We hand the lists of our guests to the harbour master, and to nobody else.", "Ships sail."]
    assert page("<p>Who may read the lists of</p><p>tHarbour reads them.</p>").headings == ["Who may read the lists of"]
    assert page("<p>What we keep</p><p>we keep the lists of all our guests.</p>").headings == ["What we keep"]


# --- notes ------------------------------------------------------------------------------------------------------------


def test_notes_of_markdown_are_clauses_of_their_own() -> None:
    told = marked(
        "# Ships\n\nShips sail.[^a] Crews[^2] eat.\n\n## Lists\n\nWe keep lists.^[Not of dogs.]\n\n"
        "[^a]: Not in winter.\n[^2]: Nor do cats\n\nBread is sold."
    )
    assert told.headings == ["Ships", "Lists"]
    assert told.clauses == [
        "Ships sail.",
        "Crews eat.",
        "We keep lists.",
        "Not of dogs.",
        "Not in winter.",
        "Nor do cats",
        "Bread is sold.",
    ]


def test_a_note_is_never_a_heading() -> None:
    told = marked("# Ships\n\nShips sail.[^1]\n\n[^1]: Not in winter\n\nBread is sold in the harbour.")
    assert (told.headings, told.clauses[1]) == (["Ships"], "Not in winter")


@pytest.mark.parametrize(
    "mark", ["<sup>1</sup>", "<sup>[a]</sup>", "<sup>*</sup>", "¹", '<a href="#fn:1" class="footnote-ref">1</a>']
)
def test_a_mark_of_a_note_is_not_glued_to_its_word(mark: str) -> None:
    for told in (
        marked(f"Ships sail{mark} in June.\n\n{mark} Not in winter."),
        page(f"<p>Ships sail{mark} in June.</p><p>{mark} Not in winter.</p>"),
    ):
        assert told.clauses == ["Ships sail in June.", "Not in winter."]


def test_raised_characters_that_are_no_marks_stay() -> None:
    told = page("<p>A deck of 10 m<sup>2</sup> was built on the 1<sup>st</sup> of May by Tern<sup>TM</sup>.</p>")
    assert told.clauses == ["A deck of 10 m2 was built on the 1st of May by TernTM."]


def test_the_way_back_from_a_note_is_left_out() -> None:
    told = page(
        "<ol><li id=fn1>Not in winter. <a href='#fnref1'>↩</a></li><li>Nor at night. <a href='#fnref2'>back</a></li></ol>"
    )
    assert told.clauses == ["Not in winter.", "Nor at night."]


# --- what is no text --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("front", "title"),
    [
        ("---\ntitle: 'Tern Privacy Policy'\nlayout: page\ntags:\n  - ships\n---\n", "Tern Privacy Policy"),
        ("---\r\ndate: 2024-01-02\r\ntitle: Tern Privacy Policy\r\n...\r\n", "Tern Privacy Policy"),
        ("---\ntitle: >\n  Tern Privacy\n  Policy\n# by hand\n---\n", "Tern Privacy Policy"),
        ('+++\ntitle = "Tern Privacy Policy"\nweight = 3\n+++\n', "Tern Privacy Policy"),
        ('{\n  "title": "Tern Privacy Policy",\n  "draft": false\n}\n', "Tern Privacy Policy"),
        ("% Tern Privacy Policy\n% Ada Finch\n", "Tern Privacy Policy"),
        ("---\nlayout: page\n---\n", "How ships sail"),
    ],
)
def test_front_matter_is_no_clause_and_says_the_title(front: str, title: str) -> None:
    told = marked(front + "\n# How ships sail\n\nShips sail.")
    assert told.clauses == ["Ships sail."]
    assert told.headings == ["How ships sail"]
    assert told.document.title == title


@pytest.mark.parametrize(
    "text", ["---\nNote: ships sail.\n---", "---\nShips sail.\n\nOn: Sunday\n---", "---\ntitle: ships"]
)
def test_text_between_rules_is_text(text: str) -> None:
    assert "ships" in " ".join(marked(text).all + marked(text).headings).lower()


@pytest.mark.parametrize(
    "tag",
    [
        "{% include nav.html %}",
        "{{ content }}",
        "{{< toc >}}",
        "{: .no_toc }",
        "{:toc}",
        "* TOC\n{:toc}",
        "[[toc]]",
        "[TOC]",
        "import Box from '@theme/Box';",
        "::: tip",
        ":::",
        "{/* written by hand */}",
        "<!-- more -->",
        "{% comment %}\nnot yet\n{% endcomment %}",
        "--8<-- 'menu.md'",
    ],
)
def test_tags_of_page_makers_are_no_text(tag: str) -> None:
    told = marked(f"# Ships\n{tag}\n\nShips sail.\n{tag}\n\nCrews eat.")
    assert (told.headings, told.clauses) == (["Ships"], ["Ships sail.", "Crews eat."])


def test_attributes_go_and_braces_that_say_something_stay() -> None:
    told = marked(
        '## Crew list {#crew .wide}\n\nSee [lists](/l){:target="_blank"} of ([crews]{.u}) at {name}{.v}, "we"¹.\n{: #x data-a="b c" }'
    )
    assert told.headings == ["Crew list"]
    assert told.clauses == ['See lists of (crews) at {name}, "we".']


# --- links ------------------------------------------------------------------------------------------------------------


def test_links_keep_their_addresses_and_places() -> None:
    told = page(
        "<p>Write to <a href='mailto:crew@tern.example?subject=a b'>our crew</a>, see <a href='/rules_(new)?a=1&amp;b=2'><b>all</b> rules</a>, "
        "<a href='javascript:go()'>go</a> <a href='#top'>up</a>!<a href='/a'>Aye</a>.</p>"
        "<h2><a href='https://tern.example/x'>Crews</a></h2><p>Crews eat bread.</p>"
    )
    assert told.clauses[0] == "Write to our crew, see all rules, go up!Aye."
    assert told.links == [
        ("our crew", "mailto:crew@tern.example?subject=a%20b"),
        ("all", "/rules_%28new%29?a=1&b=2"),
        ("rules", "/rules_%28new%29?a=1&b=2"),
        ("Aye", "/a"),
        ("Crews", "https://tern.example/x"),
    ]


def test_links_of_markdown_and_of_html_in_it_are_kept() -> None:
    told = marked(
        "See [the **rules**](https://tern.example/r), <crew@tern.example>, <a href='/x'>this</a> and [that][1].\n\n[1]: /that"
    )
    assert told.links == [
        ("the rules", "https://tern.example/r"),
        ("crew@tern.example", "mailto:crew@tern.example"),
        ("this", "/x"),
        ("that", "/that"),
    ]


@pytest.mark.parametrize(
    "given", ["javascript:x", "data:text/html,x", "#top", "", "https://a<b", "x" * 600, "JAVASCRIPT:x", "vbscript:x"]
)
def test_addresses_that_lead_nowhere_safe_are_no_links(given: str) -> None:
    assert address_of(given) is None
