"""What must hold of any document: quotes are exact, clauses ordered and disjoint, no word lost, the way back exact."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from ftfy import fix_encoding
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnreadablePolicy
from corpus.model import Clause, Heading, Policy, Span
from corpus.text.canonical import Reading, read_text
from corpus.text.marks import blanked
from corpus.text.segment import segment

WORDS = st.sampled_from(
    "We collect your card number. We share it, unless you object. IP addresses Cookies What do we use? Â café “we” "
    "privacy@example.com www.example.com e.g. Inc. (but not limited to) may 1. 30 días 数据 🙂 don’t AT&amp;T".split()
)
LINE = st.lists(WORDS, min_size=1, max_size=12).map(" ".join)
MARKED = st.builds(
    lambda shape, line: shape.format(line),
    st.sampled_from(
        [
            "{}",
            "{}",
            "{}",
            "# {}",
            "## {}",
            "- {}",
            "  - {}",
            "1. {}",
            "> {}",
            "**{}**",
            "_{}_",
            "{}  ",
            "• {}",
            "**{}** We do.",
            "{}:",
            "[{}](https://example.com/a_b)",
            "`{}`",
            "| {} | b |",
            "<b>{}</b>",
            "~~{}~~",
            "We ~~{}~~ do.",
            "<del>{}",
            "{}</del>",
            "<div>{}\nWe do.",
            "{}</div> We do.",
            "> <div\n> class=a>{}",
            "<Company {}>",
            "<script>{}</script>",
            "<summary>{}</summary>We do.",
            "<!-- {} -->",
            "**",
            "***",
        ]
    ),
    LINE,
)
SEPARATOR = st.sampled_from(["\n", "\n", "\n\n", "\n==========\n", "\n---\n", "\r\n", "  \n"])
DOCUMENT = st.lists(st.tuples(MARKED, SEPARATOR), min_size=1, max_size=25).map(
    lambda parts: "".join(a + b for a, b in parts)
)
ANY_TEXT = st.text(max_size=400)


def read(source: str) -> Reading | None:
    try:
        return read_text(source)
    except UnreadablePolicy:
        return None


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text))


def check(reading: Reading) -> None:
    text = reading.text
    clauses, headings = segment(reading, "p")
    both: list[Clause | Heading] = [*clauses, *headings]
    parts = sorted(both, key=lambda part: part.span)
    assert list(clauses) == sorted(clauses, key=lambda c: c.span)
    previous = 0
    covered = []
    for part in parts:
        assert previous <= part.span.start < part.span.end <= len(text)
        quote = part.span.of(text)
        assert quote == quote.strip()
        assert re.search(r"\w", quote)
        covered.append(quote)
        previous = part.span.end
    assert words(" ".join(covered)) == words(text)
    for clause in clauses:
        assert all(heading in [h.span.of(text) for h in headings] for heading in clause.path)
        if clause.lead_in is not None:
            assert clause.lead_in.end <= clause.span.start
            assert clause.lead_in in [part.span for part in parts]


def check_offsets(reading: Reading) -> None:
    for run in reading.offsets.runs:
        kept = reading.text[run.text_start : run.text_start + run.text_length]
        if run.text_length == run.source_length and not kept.isspace():
            source = reading.source[run.source_start : run.source_start + run.source_length]
            # What is for the program that makes pages of it, and marks of notes, are spaces in the text.
            blank = blanked(reading.source)[run.source_start : run.source_start + run.source_length]
            given_as = [source, fix_encoding(source), "".join(map(fix_encoding, source))]
            candidates = [*given_as, blank, fix_encoding(blank), "".join(map(fix_encoding, blank))]
            assert re.sub(r"\s", " ", kept) in [re.sub(r"\s", " ", text) for text in candidates]


@given(DOCUMENT)
def test_clauses_of_marked_up_documents_are_exact_ordered_disjoint_and_whole(source):
    reading = read(source)
    if reading is not None:
        check(reading)
        check_offsets(reading)


@given(ANY_TEXT)
def test_any_text_at_all_is_read_or_refused_and_never_misquoted(source):
    reading = read(source)
    if reading is not None:
        check(reading)
        check_offsets(reading)


@given(st.lists(LINE, min_size=1, max_size=12))
def test_no_word_of_plain_text_is_lost_on_the_way_to_the_canonical_text(lines):
    source = "\n\n".join(line.replace("&amp;", "and").replace("Â", "") for line in lines)
    reading = read(source)
    if reading is not None:
        assert words(reading.text) - Counter("1" * 99) == words(source) - Counter("1" * 99)  # "1." begins a list


@pytest.mark.parametrize(
    "source", ["A²¹¿", "sail.¹”", "(x[y]{.u})", "a^[b]c", "w[^9].", "x{.y}.", "{: .x }\nWe do.\n{#y}"]
)
def test_marks_that_are_no_words_leave_the_way_back_exact(source):
    reading = read_text(f"{source} We do.")
    check(reading)
    check_offsets(reading)


def back(policy: Policy, quote: str) -> str:
    start = policy.text.index(quote)
    span = policy.offsets.to_source(type(policy.clauses[0].span)(start, start + len(quote)))
    return span.of(policy.source)


def test_bundled_policies_hold_the_same_properties(shelf):
    for policy in shelf.values():
        reading = read_text(policy.source)
        assert reading.text == policy.text
        check(reading)
        check_offsets(reading)


@given(data=st.data())
def test_the_clauses_at_a_place_are_those_that_it_touches(shelf, data):
    policy = data.draw(st.sampled_from(list(shelf.values())))
    start = data.draw(st.integers(0, len(policy.text)))
    span = Span(start, data.draw(st.integers(start, len(policy.text))))
    touched = [number for number, clause in enumerate(policy.clauses) if clause.span.overlap(span)]
    assert list(policy.clauses_at(span)) == touched or span.start == span.end


def test_a_span_leads_back_to_its_place_in_the_file(shelf):
    assert back(shelf["qualispace"], "IP addresses") == "IP addresses"
    assert back(shelf["vps6"], "Client Area (my.vps6.net)") == "Client Area ([my.vps6.net](https://my.vps6.net/))"
    assert back(shelf["vps6"], "Privacy Policy \\ VPS6.NET") == "Privacy Policy \\\\ VPS6.NET"
    assert back(shelf["qualispace"], "employees.\nWhat Do We Use") == "employees.   \n>  **  \n>  What Do We Use"
    for policy in shelf.values():
        for clause in policy.clauses:
            source = policy.offsets.to_source(clause.span).of(policy.source)
            first, last = clause.span.of(policy.text).split()[0], clause.span.of(policy.text).split()[-1]
            assert source.startswith(first[:3])
            assert source.endswith(last[-1])


def test_a_long_line_of_wrongly_decoded_characters_is_read_and_maps_back():
    source = "â€™ a " * 40_000  # aligned as a whole this would take hours
    reading = read_text(source)
    assert reading.text == ("’ a " * 40_000).strip()
    at = reading.text.index("a", 1000)
    assert source[slice(*reading.offsets.to_source(Span(at, at + 1)))] == "a"
