"""Lists of pages and Markdown, also those that only look so: items below what leads in to them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from assistant.reading.passages import passage
from corpus.shelf.catalogue import Metadata, policy_of
from tests.structured import Told, marked, page


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


@pytest.mark.parametrize("bullet", ["o ", "o\xa0 ", "§", "•"])
def test_signs_of_word_before_a_capital_begin_items(bullet: str) -> None:
    told = marked(f"# Cargo\n\nWe load the following:\n\n{bullet}Crates of oak\n\n{bullet}Letters\n\n§ 3 The mole")
    assert told.clauses == ["We load the following:", "Crates of oak", "Letters", "§ 3 The mole"]
    assert told.leads["Crates of oak"] == "We load the following:"


@pytest.mark.parametrize(
    ("item", "opens"), [("crates, such as:", "crates, such as:"), ("crates of the town", "crates of the town")]
)
def test_a_list_in_a_list_is_opened_by_its_item_and_by_what_opens_the_whole(item: str, opens: str) -> None:
    text = f"# Cargo\n\nWe never load:\n\n- {item}\n  - barrels of oil\n- letters\n"
    policy = policy_of("cargo", text, Metadata(title="Cargo"), "cargo.md")
    barrels, letters = policy.clauses[2:]
    assert barrels.lead_in is not None
    assert barrels.lead_in.of(policy.text) == opens
    assert policy.lead_in_of(barrels) == f"We never load: {opens}"
    assert policy.lead_in_of(letters) == "We never load:"
    assert passage(policy, 0).text.endswith("barrels of oil; letters;")


def test_words_far_above_an_item_give_way_to_those_right_above_it() -> None:
    far = "We never load " + "any of the following, " * 20 + "of which there are many:"
    policy = policy_of("cargo", f"{far}\n\n- crates:\n  - barrels\n", Metadata(title="Cargo"), "cargo.md")
    assert policy.lead_in_of(policy.clauses[2]) == "crates:"


def test_an_item_that_is_a_sentence_opens_no_list() -> None:
    told = marked("# Cargo\n\nWe load:\n\n- We load crates.\n  - barrels\n")
    assert told.leads["barrels"] == "We load:"


@pytest.mark.parametrize("mark", ["-", "1."])
def test_a_paragraph_right_below_a_list_is_none_of_its_items(mark: str) -> None:
    after = "We load your letters for carriers, who bring them to your town."
    told = marked(f"# Cargo\n\nWe never load:\n{mark} crates of oil\n{mark} boxes of salt\n{after}\n")
    assert told.leads["boxes of salt"] == "We never load:"
    assert told.leads[after] is None


@pytest.mark.parametrize("rest", ["and more of it", "  And more of it"])
def test_an_item_goes_on_in_the_line_below_it(rest: str) -> None:
    told = marked(f"# Cargo\n\nWe load:\n\n- crates\n- boxes of salt\n{rest}\n")
    assert set(told.leads.values()) == {None, "We load:"}
    assert [clause for clause in told.clauses if told.leads[clause] is None] == ["We load:"]


WRAPPED = """\
This is what the harbour keeps of those who sail with its ships, in
winter and in summer, and what it does with it when they are back on
shore again and want to go home to their town, which is not far.

"""


def test_items_and_paragraphs_of_a_wrapped_text_stay_apart() -> None:
    told = marked(
        WRAPPED
        + "We share the list of our guests with:\n• carriers, who bring letters and crates to the place in which you\n  live\n"
        + "• banks, when you pay by card\n• the police, but only with a court order\nWe do not sell it to anybody.\n"
    )
    opener = "We share the list of our guests with:"
    items = ["carriers, who bring letters and crates to the place in which you live", "banks, when you pay by card"]
    items.append("the police, but only with a court order")
    assert [told.leads.get(item) for item in items] == [opener] * 3
    assert told.leads["We do not sell it to anybody."] is None


def test_short_lines_of_a_wrapped_text_are_no_sentence_together() -> None:
    lines = ["The harbour opens at six in the morning.", "Ships sail at seven.", "Letters are brought at eight."]
    told = marked(WRAPPED + "\n".join(line.rstrip(".") for line in lines) + "\n")
    assert told.clauses[1:] == [line.rstrip(".") for line in lines]


def test_a_statement_that_goes_on_in_lettered_paragraphs_is_no_heading() -> None:
    told = marked("# Cargo\n\nWe never load\n\n(a) crates of oil;\n\n(b) boxes of salt.\n\nWe load your letters.\n")
    assert told.headings == ["Cargo"]
    assert (told.leads["(a) crates of oil;"], told.leads["(b) boxes of salt."]) == ("We never load", "We never load")
    assert told.leads["We load your letters."] is None
    assert marked(
        "# Cargo\n\nLoading\n\n(a) We load crates of oil for those who ask us to.\n\nWe load letters.\n"
    ).headings


def test_the_first_cell_of_a_row_is_no_label() -> None:
    row = "Ship: The Albatross of our harbour; Purpose: Letters and crates for the town; Sails: every day"
    assert marked(f"# Cargo\n\n{row}\n").clauses == [row]


def test_a_short_row_is_no_heading_for_its_look() -> None:
    told = page("<p>Ship: Albatross; Sails: Every day; Post: No</p><p>The ship sails to the town and back.</p>")
    assert told.headings == []


TITLED = """# Cargo

## Details

1. **Your rights**

   You may leave the ship at any port. Write to the purser.

2. **Sharing**

   We pass on:

   - cargo lists to the harbour;
   - names to the customs.

3. **Cookies.** We bake them on board. They are not stored.

4. **Parts of the fleet**

   - Nothing is sold.
"""
TITLED_PAGE = """<h1>Cargo</h1><h2>Details</h2><ol><li><strong>Your rights</strong><p>You may leave the ship at any port. Write to the
purser.</p></li><li><b>Sharing</b><p>We pass on:</p><ul><li>cargo lists to the harbour;</li><li>names to the customs.</li></ul></li>
<li><p><b>Cookies.</b> We bake them on board. They are not stored.</p></li><li><p><b>Parts of the fleet</b></p><ul><li>Nothing is sold.</li></ul>
</li></ol>"""


@pytest.mark.parametrize("read", [lambda: marked(TITLED), lambda: page(TITLED_PAGE)], ids=["markdown", "page"])
def test_items_with_titles_above_their_paragraphs_are_sections(read: Callable[[], Told]) -> None:
    told = read()
    assert told.paths["You may leave the ship at any port. Write to the purser."][-1] == "Your rights"
    assert told.paths["cargo lists to the harbour;"][-1] == "Sharing"
    assert told.leads["names to the customs."] == "We pass on:"
    assert told.paths["They are not stored."][-2:] == ("Details", "Cookies")
    assert told.paths["Nothing is sold."][-1] == "Parts of the fleet"
    assert told.leads["Nothing is sold."] is None


def test_countries_as_items_head_their_sections_and_those_labels_below_them() -> None:
    told = marked(
        "# Cargo\n\n## By port\n\nThe following holds where you board.\n\n"
        "- Brazil\n\n  **Who answers.** The harbour master of Santos answers. Write to him.\n\n"
        "- Chile\n\n  **Who answers.** The harbour master of Arica answers.\n"
    )
    assert told.paths["The harbour master of Santos answers."][-2:] == ("Brazil", "Who answers")
    assert told.paths["The harbour master of Arica answers."][-2:] == ("Chile", "Who answers")


@pytest.mark.parametrize("before", ["We carry the following:", "What we carry"])
def test_a_list_that_something_opens_has_items_whatever_they_look_like(before: str) -> None:
    told = marked(
        f"# Cargo\n\n{before}\n\n- **Crates**\n\n  Of wood. They float.\n\n- **Letters**\n\n  In bags, of course.\n"
    )
    assert told.leads["Crates"] == before
    assert told.leads["In bags, of course."] == before


def test_an_item_that_says_something_is_none_of_a_title() -> None:
    told = marked(
        "# Cargo\n\n## Rights\n\n1. You may ask for a copy\n\n   We answer within a month.\n\n2. Your letters are yours\n\n   Take them with you.\n"
    )
    assert told.clauses == [
        "You may ask for a copy",
        "We answer within a month.",
        "Your letters are yours",
        "Take them with you.",
    ]


def test_a_list_of_short_items_under_a_heading_keeps_them() -> None:
    told = marked("# Cargo\n\n## We carry\n\n- **Crates**\n- **Letters**\n- Parrots\n\nNothing else comes on board.\n")
    assert told.clauses == ["Crates", "Letters", "Parrots", "Nothing else comes on board."]


def test_a_list_below_a_heading_is_not_opened_by_the_list_above_it() -> None:
    told = marked(
        "# Cargo\n\n## Here\n\nWe carry:\n\n- crates\n\n## There\n\n- **Letters**\n  - to you\n- **Crates**\n  - to us\n"
    )
    assert told.leads["to you"] is None
    assert told.paths["to us"][-1] == "Crates"
