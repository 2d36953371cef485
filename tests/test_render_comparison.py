"""How a comparison looks: the table fits and obeys nobody, CSV computes nothing, Markdown is shown literally."""

from __future__ import annotations

import csv
import io
import re
from html.parser import HTMLParser

import pyromark
import pytest

from assistant.languages import language
from assistant.model import Outcome, Route
from assistant.review.compare import Comparison, Row, compare
from assistant.surfaces.render.comparison import CSV_FIELDS, comparison_csv, comparison_markdown, comparison_table
from corpus.model import Clause, Heading, OffsetMap, Policy, Span

NOTICE = "which of these companies tells me 30 days before the policy changes?"


@pytest.fixture(scope="module")
def notice(assistant) -> Comparison:
    return compare(assistant, NOTICE)


HOSTILE = '=HYPERLINK("http://evil.example","x") | a *b* <b>c</b> `d` [e](f) & \\ $g$\n\n"quoted", it'


def hostile_policy() -> Policy:
    text = f"+Terms | x\n{HOSTILE}"
    span = Span(text.index("="), len(text))
    return Policy(
        id="hostile", provider=None, title="-1+1 | <i>t</i>", source_url="@x", snapshot_date=None, effective_date=None,
        supersedes=None, licence=None, text=text, clauses=(Clause("hostile", span, ("+Terms | x",)),),
        headings=(Heading(Span(0, 10), 0, ()),), offsets=OffsetMap(()), source=text,
    )  # fmt: skip


def hostile() -> tuple[Comparison, dict[str, Policy]]:
    policy = hostile_policy()
    row = Row(
        policy_id=policy.id, provider=None, title=policy.title, source_url=policy.source_url, snapshot_date=None,
        effective_date=None, updated_date=None, superseded_by=None, sha256=policy.sha256, clauses=1,
        outcome=Outcome.STATED, text="The policy states this.", citations=(policy.cite(policy.clauses[0].span),), confidence=0.7,
    )  # fmt: skip
    return Comparison(question="=1+1 | <b>?", rows=(row,)), {policy.id: policy}


def told(outcome: Outcome, *numbers: int, **more: object) -> tuple[Comparison, dict[str, Policy]]:
    """A comparison of one policy with three clauses under two headings, of which some are cited."""
    text = "A\nWe may.\nThey might.\nB\nSome do."
    spans = [(Span(2, 9), "A"), (Span(10, 21), "A"), (Span(24, 32), "B")]
    policy = Policy(
        id="made", provider=None, title="Made", source_url=None, snapshot_date=None, effective_date=None,
        supersedes=None, licence=None, text=text, clauses=tuple(Clause("made", span, (path,)) for span, path in spans),
        headings=(Heading(Span(0, 1), 0, ()), Heading(Span(22, 23), 0, ())), offsets=OffsetMap(()), source=text,
    )  # fmt: skip
    fields: dict[str, object] = {
        "policy_id": "made", "provider": None, "title": "Made", "source_url": None, "snapshot_date": None,
        "effective_date": None, "updated_date": None, "superseded_by": None, "sha256": policy.sha256, "clauses": 3, "outcome": outcome,
        "text": "So it is.", "citations": [policy.cite(spans[n][0]) for n in numbers], "confidence": 0.9,
    }  # fmt: skip
    return Comparison(question="is it?", rows=(Row.model_validate(fields | more),)), {"made": policy}


SURE = {0.91: "high", 0.7: "fair", 0.5: "low"}


@pytest.mark.parametrize("confidence", SURE)
def test_how_sure_it_is_stands_in_words_in_the_table_and_as_a_number_in_exports(confidence):
    comparison, policies = told(Outcome.DEPENDS, 0, confidence=confidence)
    table = joined(comparison_table(comparison, policies, 100), column=-1)
    assert f"So it is. ({language('en').say(f'bubble.confidence.{SURE[confidence]}')})" in table
    [got] = csv.DictReader(io.StringIO(comparison_csv(comparison), newline=""))
    assert float(got["confidence"]) == confidence
    header, row = cells(comparison_markdown(comparison, policies))
    assert (header[-1], row[-1]) == ("Confidence", f"{confidence:.2f}")
    assert comparison.model_dump(mode="json")["rows"][0]["confidence"] == confidence


def test_of_what_is_unclear_every_clause_is_shown_and_of_anything_else_the_best():
    for outcome, shown in ((Outcome.UNCLEAR, ("We may.", "They might.", "Some do.")), (Outcome.STATED, ("We may.",))):
        comparison, policies = told(outcome, 0, 1, 2)
        table = joined(comparison_table(comparison, policies, 100), column=-1)
        assert tuple(re.findall('"([^"]*)"', table)) == shown
        assert ("(" in table) == (outcome is Outcome.STATED)  # nobody is sure of what is unclear
        row = cells(comparison_markdown(comparison, policies))[1]
        assert row[3] == " ".join(f"“{quote}”" for quote in shown)
        assert row[4] == ("A; B" if outcome is Outcome.UNCLEAR else "A")


@pytest.mark.parametrize("route", [Route.SMALL_TALK, Route.COMPANY, Route.OTHER])
def test_what_is_asked_of_no_policy_is_said_once(route):
    comparison, policies = told(Outcome.OFF_TOPIC, route=route)
    word = "Not a privacy question. " if route is Route.OTHER else ""
    assert f"\n{word}So it is.\n" in comparison_table(comparison, policies, 80)
    lines = comparison_markdown(comparison, policies).splitlines()
    assert lines[-1] == f"{word}So it is."


@pytest.mark.parametrize("width", [1, 80, 100, 120, 500])
@pytest.mark.parametrize("question", [NOTICE, "what do you collect?", "tell me a joke", "cookies? " * 40])
def test_the_table_fits_the_terminal_and_holds_the_best_clause_of_each(assistant, question, width):
    comparison = compare(assistant, question)
    table = comparison_table(comparison, assistant.policies, width)
    columns = min(max(width, 80), 120)
    assert max(len(line) for line in table.splitlines()) <= columns
    told = joined(table, column=-1)
    for row in comparison.rows:
        assert row.policy_id in joined(table, column=0)
        if row.citations:
            assert " ".join(row.citations[0].quote.split()) in told
            assert " › ".join(row.citations[0].path) in told
    if not comparison.off_topic:
        assert "replaced by rackspace" in table
        assert "captured 12 December 2017" in joined(table, column=0)


def joined(table: str, column: int) -> str:
    """The words of one column of a table, without its line breaks."""
    rule = next((line for line in table.splitlines() if line.startswith("---")), "")
    starts = [found.start() for found in re.finditer("-+", rule)] or [0]
    ends = [*starts[1:], None]
    lines = table.splitlines()
    return " ".join(" ".join(line[starts[column] : ends[column]] for line in lines).split())


def test_an_off_topic_question_has_one_outcome_in_the_table(assistant):
    comparison = compare(assistant, "write me a poem about the sea")
    for shown in (
        comparison_table(comparison, assistant.policies, 80),
        comparison_markdown(comparison, assistant.policies),
    ):
        assert shown.count("Not a privacy question") == 1


def test_the_table_shows_nothing_that_a_terminal_obeys():
    comparison, policies = hostile()
    comparison = comparison.model_copy(
        update={"rows": (comparison.rows[0].model_copy(update={"text": "a\x1b[31mb\x07"}),)}
    )
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", comparison_table(comparison, policies, 80))


@pytest.mark.parametrize("question", [NOTICE, "what do you collect?", "tell me a joke"])
def test_csv_comes_back_as_it_went(assistant, question):
    comparison = compare(assistant, question)
    header, *rows = csv.reader(io.StringIO(comparison_csv(comparison), newline=""))
    assert (
        tuple(header)
        == CSV_FIELDS
        == tuple(
            "policy_id title snapshot_date superseded_by outcome text quote start end path source_url sha256 confidence".split()
        )
    )
    assert len(rows) == len(comparison.rows)
    for values, row in zip(rows, comparison.rows, strict=True):
        got = dict(zip(header, values, strict=True))
        assert (got["policy_id"], got["title"], got["text"]) == (row.policy_id, row.title, row.text)
        assert (got["outcome"], got["sha256"]) == (row.outcome.value, row.sha256)
        assert float(got["confidence"]) == row.confidence
        assert got["snapshot_date"] == (row.snapshot_date.isoformat() if row.snapshot_date else "")
        assert (got["superseded_by"], got["source_url"]) == (row.superseded_by or "", row.source_url or "")
        best = row.citations[0] if row.citations else None
        assert got["quote"] == (best.quote if best else "")
        assert got["path"] == (" › ".join(best.path) if best else "")
        assert (got["start"], got["end"]) == ((str(best.start), str(best.end)) if best else ("", ""))


def test_no_cell_of_csv_is_a_formula_and_nothing_else_is_changed():
    comparison, _ = hostile()
    [got] = csv.DictReader(io.StringIO(comparison_csv(comparison), newline=""))
    assert got["quote"] == f"'{HOSTILE}"
    assert (got["title"], got["path"], got["source_url"]) == ("'-1+1 | <i>t</i>", "'+Terms | x", "'@x")
    assert not [value for value in got.values() if value.startswith(("=", "+", "-", "@"))]
    assert got["policy_id"] == "hostile"


class Cells(HTMLParser):
    """The cells of a table as text; any tag inside one is an error."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.inside = False

    def handle_starttag(self, tag, attrs):
        assert not self.inside, tag
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.inside = True
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        self.inside = False

    def handle_data(self, data):
        if self.inside:
            self.rows[-1][-1] += data


def cells(markdown: str) -> list[list[str]]:
    reader = Cells()
    reader.feed(pyromark.html(markdown, options=pyromark.Options.ENABLE_TABLES))
    return reader.rows


def test_markdown_shows_every_cell_literally(assistant, notice):
    _, *rows = cells(comparison_markdown(notice, assistant.policies))
    assert len(rows) == 4
    for got, row in zip(rows, notice.rows, strict=True):
        assert f"[{row.policy_id}]" in got[0]
        assert ("replaced by rackspace" in got[0]) == (row.superseded_by is not None)
        assert got[2] == row.text
        shown = row.citations if row.outcome is Outcome.UNCLEAR else row.citations[:1]
        assert got[3] == " ".join(f"“{' '.join(each.quote.split())}”" for each in shown)
    comparison, policies = hostile()
    [header, row_] = cells(comparison_markdown(comparison, policies))
    assert len(header) == len(row_) == 6
    assert row_[3] == f"“{' '.join(HOSTILE.split())}”"
    assert row_[4] == "+Terms | x"


def test_json_is_the_comparison_whole(notice):
    assert Comparison.model_validate_json(notice.model_dump_json()) == notice
    three, _ = told(Outcome.STATED, 0, 1, 2)
    assert [each["quote"] for each in three.model_dump(mode="json")["rows"][0]["citations"]] == [
        "We may.", "They might.", "Some do.",
    ]  # fmt: skip


def test_in_german_the_table_is_german_and_quotes_stay(assistant):
    german = language("de")
    comparison = compare(assistant, NOTICE, language="de")
    table = comparison_markdown(comparison, assistant.policies, german)
    assert "| Erklärung | Ergebnis | Antwort | Klausel | Unter | Sicherheit |" in table
    assert "Jede wurde gefragt: does the company tell me" in table
    assert "ersetzt durch rackspace" in table
    assert "erfasst am 12. Dezember 2017" in table
    assert re.search(r"\| 0,\d\d \|", table)
    assert not re.search(r"Policy \||Outcome|Not addressed|replaced by|captured|\| 0\.\d", table)
    joke = comparison_markdown(
        compare(assistant, "write me a poem about the sea", language="de"), assistant.policies, german
    )
    assert joke.count("Keine Frage zum Datenschutz") == 1
    assert "Not a privacy question" not in joke
