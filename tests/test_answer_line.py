"""The line of an answer quotes the clause word for word, loses nothing that would change what it says, and is never empty."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.languages import language
from assistant.model import Outcome
from assistant.settings import ROOT
from assistant.verdict.answer_line import answer_line
from corpus.model import Clause, OffsetMap, Policy, Span
from corpus.shelf.catalogue import open_shelf

GOLDEN = Path(__file__).parent / "golden" / "answer_lines.txt"
EVIDENT = [Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED]
ENGLISH = language("en")


def policy_of(clause, *, lead="", heading="", items=(), kind="sentence", code=None):
    """A policy of one clause (and the items of the list that it opens), and the clause's span."""
    text = "\n".join([*([lead] if lead else []), clause, *items])
    start = len(lead) + 1 if lead else 0
    span = Span(start, start + len(clause))
    path = (heading,) if heading else ()
    clauses = [Clause("made", span, path, Span(0, len(lead)) if lead else None, kind)]
    for item in items:
        at = clauses[-1].span.end + 1
        clauses.append(Clause("made", Span(at, at + len(item)), path, span, "item"))
    made = Policy(
        id="made",
        provider="Harbour Ltd.",
        title="Privacy statement",
        source_url=None,
        snapshot_date=None,
        effective_date=None,
        supersedes=None,
        licence=None,
        text=text,
        clauses=tuple(clauses),
        headings=(),
        offsets=OffsetMap(()),
        source=text,
        language=code,
    )
    return made, span


def marked(said, policy):
    return said.span.of(policy.text) if said.span else ""


def line(question, outcome, clause, code="en", **made):
    policy, span = policy_of(clause, **made)
    return answer_line(question, outcome, policy, span, language(code)), policy, span


def as_shown(block):
    """A block of the golden file with the line that the code gives.

    Q: the question. C, G: a clause and its outcome, the line in English or German. I, J: the same for an item of a list.
    L, U: the sentence that opens the item's list, the heading above. +: items of the list that the clause opens.
    """
    lines = [row for row in block.splitlines() if not row.startswith("  = ")]
    fields = dict(row.split(" ", 1) for row in lines if row[0] in "QLUCGIJ")
    mark = next(mark for mark in "CGIJ" if mark in fields)
    outcome, clause = fields[mark].split(": ", 1)
    made, span = policy_of(
        clause,
        lead=fields.get("L", ""),
        heading=fields.get("U", ""),
        items=[row[2:] for row in lines if row.startswith("+ ")],
        kind="item" if mark in "IJ" else "sentence",
    )
    said = answer_line(fields["Q"], Outcome(outcome), made, span, language("de" if mark in "GJ" else "en"))
    return "\n".join([*lines, f"  = {said.text}"])


def test_the_lines_are_those_of_the_golden_file():
    blocks = GOLDEN.read_text(encoding="utf-8").strip().split("\n\n")
    shown = [as_shown(block) for block in blocks]
    if os.environ.get("UPDATE_GOLDEN"):  # then read the difference with git before you keep it
        GOLDEN.write_text("\n\n".join(shown) + "\n", encoding="utf-8")
    assert shown == blocks
    assert len(blocks) >= 60


def quotes(text):
    """What stands in quotation marks, those within a quote left alone."""
    return text.split("“", 1)[1].rsplit("”", 1)[0] if "“" in text else ""


def assert_quoted(said, policy, cited):
    assert said.text.strip()
    if said.span is not None:
        assert cited.covers(said.span)
        assert said.span.start < said.span.end
        assert said.span.of(policy.text) in quotes(said.text)


MAINS = (
    "we share your address with our partners",
    "we do not sell your address",
    "our staff may read your messages",
    "you can close your account",
    "your photographs are stored on servers in Norway",
    "we never give your number to anybody",
)
RESERVES = (
    "unless you object",
    "except in an emergency",
    "provided that you are of age",
    "only with your consent",
    "if a court orders it",
    "but not in Ruritania",
    "subject to the law",
    "without your name",
    "until you ask us to stop",
    "however small it may be",
    "where consent has been given",
    "when members opt in",
    "whenever auditors ask",
    "wherever local law demands it",
)
HARMLESS = (
    "which we choose with care",
    "such as shops, banks and schools",
    "for example a bank",
    "including our bank, our printer and the post",
    "and we tell you so each year",
    "in order to serve you well",
    "so that parcels arrive",
    "who work in our office",
)
OPENINGS = ("", "In addition, ", "If you write to us, ", "Please note that ", "In Ruritania, ", "However, ", "3.1 ")
QUESTIONS = (
    "do you share my address?",
    "can I close my account?",
    "how long do you keep my photos?",
    "who gets my number?",
    "where are my pictures?",
    "why do you share my address with banks?",
    "is my post read?",
    "cookies?",
)


@given(
    st.sampled_from(OPENINGS),
    st.lists(st.sampled_from(MAINS), min_size=1, max_size=3, unique=True),
    st.sampled_from([", and ", " and ", ", but ", ", while ", ", unless you object, and "]),
    st.lists(st.sampled_from(RESERVES + HARMLESS), max_size=5, unique=True),
    st.sampled_from(QUESTIONS),
    st.sampled_from(EVIDENT),
)
@settings(max_examples=300)
def test_no_cut_loses_a_reserve_of_the_sentence(opening, mains, joint, tails, question, outcome):
    main = joint.join(mains)
    clause = ", ".join([opening + (main if opening else main.capitalize()), *tails]) + "."
    said, policy, span = line(question, outcome, clause)
    assert_quoted(said, policy, span)
    kept = [tail for tail in tails if tail in RESERVES] + re.findall(r"\bnot\b|\bnever\b|unless you object", main)
    kept += re.findall(r"If you write to us|In Ruritania", opening)
    assert [words for words in kept if said.text.count(words) < kept.count(words)] == []
    if len(mains) == 1 and "may" in main:
        assert "may" in said.text


@given(st.text(max_size=400), st.text(max_size=80), st.sampled_from(EVIDENT), st.sampled_from(["sentence", "item"]))
@settings(max_examples=200)
def test_any_text_gives_a_line_that_quotes_it(clause, question, outcome, kind):
    clause = " ".join(clause.split()) or "x"  # as a clause is: on one line
    said, policy, span = line(question, outcome, clause, kind=kind)
    assert_quoted(said, policy, span)


@pytest.mark.parametrize("outcome", EVIDENT)
def test_lines_of_the_bundled_policies_lose_no_plain_reserve(outcome):
    reserve = re.compile(r"\b(?:not|never|unless|except|if|only|without)\b", re.IGNORECASE)
    for policy in open_shelf(ROOT / "corpus" / "policies").values():
        for clause in policy.clauses:
            for question in QUESTIONS:
                said = answer_line(question, outcome, policy, clause.span, ENGLISH)
                assert_quoted(said, policy, clause.span)
                sentence, quoted = clause.span.of(policy.text), re.split(r"” (?:\(under )?“", quotes(said.text))[0]
                if said.span is None or " … " in said.text or re.search(r"[.;!?] ", sentence):
                    continue  # an element of a list; or several sentences, each with reserves of its own
                assert quoted in sentence
                dropped = sentence.replace(quoted, " | ").replace("not limited to", "")
                assert not reserve.search(dropped), (question, said.text)


def test_a_list_cited_whole_gives_the_item_asked_for_after_its_opening():
    policy, opening = policy_of("We collect the following:", items=["your name;", "your shoe size;", "the weather."])
    whole = Span(opening.start, policy.clauses[-1].span.end)
    said = answer_line("do you collect my shoe size?", Outcome.YES, policy, whole, ENGLISH)
    assert said.text == "Yes: “We collect the following:” … “your shoe size”."
    assert marked(said, policy) == "your shoe size"
    said = answer_line("what do you collect?", Outcome.STATED, policy, whole, ENGLISH)
    assert said.text == "The policy says: “We collect the following:” “your name”, “your shoe size”, “the weather”."
    assert marked(said, policy) == "We collect the following"


def test_the_sentence_that_answers_is_found_among_several():
    clause = (
        "Our shops are found all over the country and we are very proud of each of them and of the people in it. "
        "Paper receipts are kept for ten years because the law on taxes wants it so. They are then shredded by a firm in Leeds."
    )
    said, policy, _ = line("how long do you keep receipts?", Outcome.STATED, clause)
    assert marked(said, policy).startswith("for ten years")
    assert "Leeds" not in said.text


def test_the_value_asked_for_is_marked_within_the_quote():
    clause = "If we change this statement, we will tell you at least 30 days before, and we keep the former text."
    said, policy, _ = line("how much notice do I get?", Outcome.STATED, clause)
    assert marked(said, policy) == "at least 30 days before"
    said, policy, _ = line("who do I write to?", Outcome.STATED, "Please write to privacy@harbour.example for a copy.")
    assert marked(said, policy) == "privacy@harbour.example"


def test_an_exception_in_the_next_sentence_of_the_clause_is_shown_with_it():
    clause = (
        "We delete the files that you have uploaded, with all their earlier versions and all comments, when you close your "
        "account with us. However, invoices are kept for as long as the law on taxes demands, which may be a long time."
    )
    said, _, _ = line("do you delete my files when I close my account?", Outcome.DEPENDS, clause)
    assert "However, invoices are kept" in said.text


LONG = "We pass your name, your address and the list of your orders on to advertisers and to social networks"
HELD = "We keep the statements of account that you have asked us to send by post for two years after the end of the contract"


@pytest.mark.parametrize("word", ["where", "when", "whenever", "wherever"])
@pytest.mark.parametrize("case", ["consent has been given", "members opt in", "accounts remain open", "auditors ask"])
@pytest.mark.parametrize("outcome", [Outcome.YES, Outcome.DEPENDS])
def test_a_case_is_never_cut_off_whatever_follows_its_first_word(word, case, outcome):
    clause = f"{LONG} so that they can show you offers on other pages, {word} {case}."
    said, _, _ = line("do you share my name with advertisers?", outcome, clause)
    assert f"{word} {case}" in said.text


@pytest.mark.parametrize(
    "tail",
    [
        "which send it to the country where our printers are located",
        "which also learn how, when and where you shop",
        "which also learn the date when orders arrive",
    ],
)
def test_a_time_or_place_that_states_no_case_may_be_cut_off(tail):
    said, _, _ = line("do you share my name with advertisers?", Outcome.YES, f"{LONG}, {tail}.")
    assert said.text == f"Yes: “{LONG}”."


@pytest.mark.parametrize("tail", ["in states where the law allows it", "to regions where users agree to it"])
def test_a_place_that_states_a_case_may_not(tail):
    clause = f"{LONG}, including some that send it on {tail}."
    assert tail in line("do you share my name with advertisers?", Outcome.YES, clause)[0].text


@pytest.mark.parametrize(
    "more",
    [
        "and may keep them longer to settle disputes",
        "and may extend that by two years for large accounts",
        "and hold copies of some for a further period",
        "which our archive prolongs by another six weeks",
    ],
)
def test_a_length_of_time_is_not_said_without_what_makes_it_another(more):
    question = "how long do you keep statements of account?"
    assert more in line(question, Outcome.STATED, f"{HELD}, {more}.")[0].text
    own = f"{more.split(' ', 1)[1][0].upper()}{more.split(' ', 1)[1][1:]}."
    assert own.rstrip(".") in line(question, Outcome.STATED, f"{HELD}. {own} Our shop is in Leeds.")[0].text


def test_what_lasts_longer_is_cut_off_where_no_length_of_time_is_asked_for():
    clause = f"{HELD}, which our archive prolongs by another six weeks."
    assert "archive" not in line("do you keep statements of account?", Outcome.YES, clause)[0].text


def test_where_it_depends_the_may_is_kept_although_a_some_stands_before_it():
    clause = (
        "We hand certain details of your orders over to our printers, our couriers, our bank and the firm that packs the parcels "
        "for us in Leeds, and may also hand them over to advertisers."
    )
    question = "do you give details of my orders to our printers?"
    assert "and may also" in line(question, Outcome.DEPENDS, clause)[0].text
    assert "and may also" not in line(question, Outcome.YES, clause)[0].text


def test_a_part_of_a_clause_may_be_cited():
    policy, span = policy_of("We store your name. We never sell it.")
    said = answer_line("do you sell my name?", Outcome.NO, policy, Span(span.end - 17, span.end), ENGLISH)
    assert said.text == "No: “We never sell it”."


def test_a_policy_in_another_language_is_quoted_uncut():
    clause = (
        "Wir geben Ihre Anschrift nur an Partner weiter, die uns beim Versand helfen, etwa an die Post, an Boten und an "
        "Druckereien, und wir verpflichten diese vertraglich dazu, sie zu keinem anderen Zweck zu verwenden als zu diesem."
    )
    policy, span = policy_of(clause, code="de")
    said = answer_line("do you share my address?", Outcome.DEPENDS, policy, span, language("de"))
    assert said.text == f"Es kommt darauf an: „{clause.rstrip('.')}“."


def test_what_is_too_long_for_a_line_is_named_by_its_heading():
    clause = "We will not " + "dance and " * 100 + "sing."
    said, _, _ = line("do you dance?", Outcome.NO, clause, heading="What we never do")
    assert said.text == "No: the policy says so under “What we never do”."
    assert said.span is None


def test_unclear_quotes_nothing_and_says_neither_yes_nor_no():
    for code in ("en", "de"):
        policy, span = policy_of("We use cookies.")
        said = answer_line("cookies?", Outcome.UNCLEAR, policy, span, language(code))
        assert said == (language(code).say("line.unclear"), None)


@pytest.mark.parametrize("outcome", [Outcome.SILENT, Outcome.OFF_TOPIC])
def test_an_outcome_without_a_clause_has_no_line(outcome):
    policy, span = policy_of("We use cookies.")
    with pytest.raises(ValueError, match="rests on no clause"):
        answer_line("cookies?", outcome, policy, span, ENGLISH)


def test_what_touches_no_clause_has_no_line():
    policy, span = policy_of("We use cookies.")
    with pytest.raises(ValueError, match="touches no clause"):
        answer_line("cookies?", Outcome.YES, policy, Span(span.end, span.end + 1), ENGLISH)


@pytest.mark.parametrize(
    "opening",
    [
        "We promise that none of the following will ever happen:",
        "It is not true that:",
        "If you are a resident of California:",
        "For residents of California:",
        "In the European Union:",
        "With your consent:",
    ],
)
def test_an_item_is_not_quoted_without_an_opening_that_says_whether_or_for_whom_it_holds(opening):
    said, _, _ = line("is my data sold?", Outcome.NO, "Your data is sold to partners.", lead=opening, kind="item")
    assert said.text == f"No: “{opening}” … “Your data is sold to partners”."


def test_an_item_that_is_a_sentence_needs_no_opening_that_only_announces_it():
    opening = "This is how we treat your data:"
    said, _, _ = line("is my data sold?", Outcome.YES, "Your data is sold to partners.", lead=opening, kind="item")
    assert said.text == "Yes: “Your data is sold to partners”."


def test_a_cut_leaves_no_subject_of_what_it_drops():
    clause = (
        "We encrypt your card number and your bank details using the newest standards of the industry and of all banks, and your "
        "e-mail address, your name and your postal address are stored in plain text."
    )
    said, _, _ = line("do you encrypt my card number?", Outcome.YES, clause)
    assert "e-mail address" not in said.text or "plain text" in said.text


@pytest.mark.parametrize(
    "tail", ["at your direction", "in anonymised form", "as aggregate figures", "with names hashed"]
)
def test_in_what_form_and_at_whose_wish_it_is_done_is_not_cut_off(tail):
    clause = (
        "We sell your personal data to our advertising partners in the United States and in other countries around the world, "
        f"who pay us for it, {tail}."
    )
    assert tail in line("do you sell my data?", Outcome.YES, clause)[0].text


@pytest.mark.parametrize(
    "heading",
    [
        "California Privacy Rights",
        "4. If you live in the EU",
        "Notice to European users",
        "Additional rights for California consumers",
        "For children",
        "Nevada",
    ],
)
def test_a_heading_that_says_for_whom_a_clause_holds_is_said_with_it(heading):
    said, _, _ = line("can I have it deleted?", Outcome.YES, "You have the right to deletion.", heading=heading)
    assert said.text == f"Yes: “You have the right to deletion” (under “{heading.removeprefix('4. ')}”)."


@pytest.mark.parametrize("heading", ["Your rights", "Where we store it", "How we use what you tell us", "Cookies"])
def test_a_heading_that_says_what_a_clause_is_about_is_not(heading):
    said, _, _ = line("can I have it deleted?", Outcome.YES, "You have the right to deletion.", heading=heading)
    assert said.text == "Yes: “You have the right to deletion”."


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("No.", "No"),
        ("Never, ever.", "Never, ever"),
        ("Only if you agree.", "Only if you agree"),
        ("We do not.", "We do not"),
    ],
)
def test_a_short_answer_is_quoted_with_the_question_above_it(clause, said):
    told, _, _ = line("do you sell my data?", Outcome.NO, clause, heading="Do you sell my data?")
    assert told.text == f"No: “{said}” (under “Do you sell my data?”)."
