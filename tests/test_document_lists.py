"""Lists of pages and Markdown, also those that only look so: items below what leads in to them."""

from __future__ import annotations

import pytest

from tests.structured import marked, page


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
