"""The structure of pages and Markdown: headings, numbers, notes, links; and what is no text at all."""

from __future__ import annotations

import re

import pytest

from corpus.formats.convert import convert
from corpus.text.markdown_blocks import address_of
from tests.structured import BODY, Told, marked, page

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
