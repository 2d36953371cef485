"""Parts of a page that open below a title: what is in them however short, whose title is whose, where a title ends; struck-out words."""

from __future__ import annotations

import pytest

from corpus.formats.convert import convert
from corpus.text.canonical import read_text
from corpus.text.segment import segment
from tests.structured import SENTENCES, Told, page

# --- short answers ----------------------------------------------------------------------------------------------------

TITLES = [
    "<h3>Do dogs sail?</h3>",
    "<h3><button aria-expanded=false aria-controls=p>Do dogs sail?</button></h3>",
    "<button aria-expanded=false>Do dogs sail?</button>",
    "<button>Do dogs sail?</button>",
    "<p><a href=#p aria-expanded=false>Do dogs sail?</a></p>",
    "<div role=button aria-controls=p>Do dogs sail?</div>",
]
ANSWERS = {
    "<p>No, never.</p>": ["No, never."],
    "<p>Two years after the last trip</p>": ["Two years after the last trip"],
    "<ul><li>Cats</li><li>Dogs</li></ul>": ["Cats", "Dogs"],
    "Never.": ["Never."],
    "<p><a href=mailto:dogs@tern.example>dogs@tern.example</a></p>": ["dogs@tern.example"],
}


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("hidden", ["hidden", "aria-hidden=true", "style='display:none'"])
def test_what_is_folded_behind_a_title_is_read_however_short(title: str, answer: str, hidden: str) -> None:
    told = page(f"{title}<div id=p {hidden}>{answer}</div>")
    assert [clause for clause in told.clauses if clause != "Do dogs sail?"] == ANSWERS[answer]
    assert not told.document.left_out


def test_a_short_answer_beside_one_that_is_most_of_the_page_is_read() -> None:
    long = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    answers = f"<h3>Lists?</h3><div>{long}</div><h3>Do dogs sail?</h3><div hidden><p>No, never.</p></div>"
    told = Told(convert(f"<html><body><main>{answers}</main></body></html>".encode(), "policy.html"))
    assert told.paths["No, never."] == ("Do dogs sail?",)


@pytest.mark.parametrize(
    "furniture",
    [
        "<ul {0}><li><a href=/a>Ocelot jobs</a></li><li><a href=/b>Ocelot shop</a></li></ul>",
        "<ul {0}><li><a href=#>Ocelot</a></li><li><a href='javascript:go()'>Lynx ocelot</a></li></ul>",
        "<ul {0}><li role=option>Ocelot</li><li role=option>Lynx ocelot</li></ul>",
        "<div {0}><button aria-controls=x>Ocelot</button><button aria-expanded=false>Lynx</button></div>",
        "<div {0}><input><p>Ocelot and return</p></div>",
        "<div {0}><form><p>Ocelot</p></form></div>",
        "<div class=modal {0}><h4>Ocelot</h4><p>News of ocelots</p></div>",
        "<div role=dialog {0}><p>Ocelots are here for you today.</p></div>",
        "<div class=cookie-banner {0}><p>Ocelot cookies</p><button>Accept</button></div>",
        "<i {0}>ocelot_more</i>",
        "<span class=sr-only {0}>Ocelot</span>",
    ],
)
@pytest.mark.parametrize("title", ["<h3>Dogs</h3>", "<button aria-expanded=false>Dogs</button>"])
def test_what_one_presses_or_fills_in_is_left_out_behind_a_title(furniture: str, title: str) -> None:
    told = page(f"{title}{furniture.format('hidden')}<p>Dogs never sail with us.</p>")
    assert "celot" not in told.document.markdown
    assert told.clauses == ["Dogs never sail with us."]


def test_a_sign_within_a_title_is_none_of_it() -> None:
    told = page("<h3><button aria-expanded=false>Dogs <i aria-hidden=true>add</i></button></h3><p>Dogs never sail.</p>")
    assert told.headings == ["Dogs"]


# --- tabs -------------------------------------------------------------------------------------------------------------

EUROPE, AMERICA = "<p>The law of ports holds here.</p>", "<p>None.</p>"


@pytest.mark.parametrize(
    "tabs",
    [
        (
            "<div role=tablist><button role=tab aria-controls=a>Europe</button><button role=tab aria-controls=b>America</button></div>"
            "<div role=tabpanel id=a>{0}</div><div role=tabpanel id=b hidden>{1}</div>"
        ),
        (
            "<ul role=tablist><li><a role=tab href=#a>Europe</a></li><li><a role=tab href=#b>America</a></li></ul>"
            "<div id=a>{0}</div><div id=b style='display:none'>{1}</div>"
        ),
        (
            "<ul role=tablist><li role=tab aria-controls=a><h3>Europe</h3></li><li role=tab aria-controls=b><h3>America</h3></li></ul>"
            "<div id=a>{0}</div><div id=b style='display:none'>{1}</div>"
        ),
        (
            "<div role=tablist><button role=tab id=x>Europe</button><button role=tab id=y>America</button></div>"
            "<div role=tabpanel aria-labelledby=x>{0}</div><div role=tabpanel aria-labelledby=y hidden>{1}</div>"
        ),
        (
            "<div role=tabpanel id=a>{0}</div><div role=tabpanel id=b hidden>{1}</div>"
            "<div role=tablist><button role=tab aria-controls=a>Europe</button><button role=tab aria-controls=b>America</button></div>"
        ),
        (
            "<nav role=tablist><button role=tab aria-controls=a>Europe</button><button role=tab aria-controls=b>America</button></nav>"
            "<div role=tabpanel id=a>{0}</div><div role=tabpanel id=b hidden>{1}</div>"
        ),
        (
            "<div role=tablist><h3 role=tab aria-controls=a>Europe</h3><div role=tabpanel id=a>{0}</div>"
            "<h3 role=tab aria-controls=b>America</h3><div role=tabpanel id=b hidden>{1}</div></div>"
        ),
    ],
)
def test_a_tab_is_the_title_of_its_panel_and_of_nothing_else(tabs: str) -> None:
    told = page(f"<h2>Rights</h2>{tabs.format(EUROPE, AMERICA)}<p>Write to the harbour.</p>")
    assert told.paths["The law of ports holds here."] == ("Rights", "Europe")
    assert told.paths["None."] == ("Rights", "America")
    assert told.paths["Write to the harbour."] == ("Rights",)
    assert told.headings == ["Rights", "Europe", "America"]


def test_a_tab_of_no_panel_is_no_title_and_told_of() -> None:
    tabs = "<div role=tablist><button role=tab aria-controls=a>Europe</button><button role=tab>America</button></div>"
    told = page(f"<h2>Rights</h2>{tabs}<p>The law of ports holds here.</p>")
    assert told.headings == ["Rights"]
    assert [(part.text, part.why) for part in told.document.left_out] == [("Europe America", "a button")]


def test_a_tab_whose_panel_is_left_out_is_told_of() -> None:
    tabs = "<div role=tablist><button role=tab aria-controls=a>Europe</button></div><p>Ships sail.</p><div id=a><form>Name</form></div>"
    told = page(f"<h2>Rights</h2>{tabs}")
    assert told.headings == ["Rights"]
    assert "Europe" in " ".join(part.text for part in told.document.left_out)


def test_a_panel_that_begins_with_the_words_of_its_tab_has_them_once() -> None:
    tabs = "<div role=tablist><button role=tab aria-controls=a>Europe</button></div><p>Choose one.</p>"
    told = page(f"<h2>Rights</h2>{tabs}<div id=a><h3>Europe</h3>{EUROPE}</div>")
    assert told.headings == ["Rights", "Europe"]


# --- where a title ends -----------------------------------------------------------------------------------------------

LAST = "<p>Lists are kept for two years after the last trip.</p>"


@pytest.mark.parametrize(
    "folded",
    [
        "<details><summary>Cats?</summary><p>Yes.</p></details><details><summary>Dogs?</summary><p>No.</p></details>",
        "<details><summary><h3>Cats?</h3></summary><p>Yes.</p></details><details><summary><h3>Dogs?</h3></summary><p>No.</p></details>",
        "<dl><dt>Cats?</dt><dd><p>Yes.</p></dd><dt>Dogs?</dt><dd><p>No.</p></dd></dl>",
        (
            "<button aria-expanded=false>Cats?</button><div hidden><p>Yes.</p></div>"
            "<button aria-expanded=false>Dogs?</button><div hidden><p>No.</p></div>"
        ),
        (
            "<h3><button aria-controls=a>Cats?</button></h3><div id=a><p>Yes.</p></div>"
            "<h3><button aria-controls=b>Dogs?</button></h3><div id=b><p>No.</p></div>"
        ),
        (
            "<details><summary>Animals?</summary><details><summary>Cats?</summary><p>Yes.</p></details></details>"
            "<details><summary>Dogs?</summary><p>No.</p></details>"
        ),
    ],
)
@pytest.mark.parametrize("above", ["", "<h2>Animals</h2>"])
def test_what_follows_the_last_folded_part_stands_below_the_heading_before_it(folded: str, above: str) -> None:
    told = page(
        f"<h1>Ships</h1>{above}<p>Ask us.</p>{folded}{LAST}<ul><li>by name</li></ul><h2>More</h2><p>Ships sail.</p>"
    )
    before = ("Ships", "Animals") if above else ("Ships",)
    assert told.paths["Ask us."] == before
    assert told.paths["No."] == (*before, "Dogs?")
    assert told.paths["Yes."][-1] == "Cats?"
    assert told.paths["Lists are kept for two years after the last trip."] == before
    assert told.paths["by name"] == before
    assert told.paths["Ships sail."] == ("Ships", "More")
    assert told.document.markdown.count("⁂") == 1


def test_a_folded_part_before_a_heading_needs_no_sign() -> None:
    told = page("<details><summary>Dogs?</summary><p>No.</p></details><h2>More</h2><p>Ships sail.</p>")
    assert "⁂" not in told.document.markdown


@pytest.mark.parametrize(
    "folded",
    [
        "<ul><li>Dogs<details><summary>Why?</summary>They bark.</details></li><li>Cats</li></ul>",
        "<table><tr><th>Animal</th><th>Why</th></tr><tr><td>Dogs</td><td><dl><dt>Noise</dt><dd>They bark.</dd></dl>At night.</td></tr></table>",
    ],
)
def test_lists_and_rows_stay_whole_round_what_folds_in_them(folded: str) -> None:
    assert "⁂" not in page(f"<h2>Animals</h2>{folded}<p>Ships sail.</p>").document.markdown


@pytest.mark.parametrize(
    ("sign", "path"),
    [("## ⁂", ("Ships", "Crews")), ("# ⁂", ("Ships",)), ("---", ("Ships", "Crews", "Cooks")), ("⁂", ("Ships", "Crews", "Cooks")),
     ("## ⁂ Cats", ("Ships", "⁂ Cats"))],
)  # fmt: skip
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_a_heading_that_is_the_sign_ends_those_below_its_level(sign: str, path: tuple[str, ...], end: str) -> None:
    text = f"# Ships\n\n## Crews\n\n### Cooks\n\nCooks cook.\n\n{sign}\n\nBread is sold to all who come.\n"
    reading = read_text(text.replace("\n", end))
    clauses, headings = segment(reading, "ships")
    assert clauses[-1].path == path
    assert len(headings) == 3 + ("Cats" in sign)


def test_a_nested_list_of_one_item_is_no_heading() -> None:
    reading = read_text("# Ships\n\n- We sail with:\n    - Cats\n\nBread is sold to all who come.\n")
    clauses, headings = segment(reading, "ships")
    assert [clause.kind for clause in clauses] == ["item", "item", "sentence"]
    assert len(headings) == 1


# --- struck-out words -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "struck",
    ["<del>{}</del>", "<s>{}</s>", "<strike>{}</strike>", "<span style='color:red; text-decoration: line-through'>{}</span>",
     "<b style='text-decoration-line:underline line-through'>{}</b>"],
)  # fmt: skip
def test_struck_out_words_are_left_out_and_told_of(struck: str) -> None:
    told = page(
        f"<p>Dogs do {struck.format('not')} sail.</p>{struck.format('<p>Cats drown.</p>')}<p>We <ins>gladly</ins> help.</p>"
    )
    assert told.clauses == ["Dogs do sail.", "We gladly help."]
    assert [(part.text, part.why) for part in told.document.left_out] == [
        ("not", "struck out"),
        ("Cats drown.", "struck out"),
    ]
    assert told.document.warnings[0] == "struck-out words are left out"


def test_words_that_are_not_struck_out_are_not_warned_of() -> None:
    told = page("<p>Dogs <u>sail</u> <span style='text-decoration: none'>often</span>.</p><nav><s>Prices</s></nav>")
    assert told.clauses == ["Dogs sail often."]
    assert not any("struck" in warning for warning in told.document.warnings)
