"""A company's own questions, measured: figures that a person can count, every bad line told, a page that runs nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadGolden
from assistant.evaluation.golden import Golden, gold_spans, read
from assistant.evaluation.measures import confusion, judge, mean_of, measures, misses
from assistant.evaluation.report import as_html, as_json, as_text, fault, report
from assistant.model import Answer, Outcome, Searched
from assistant.settings import ROOT, Settings
from assistant.surfaces.cli import commands
from assistant.surfaces.cli import main as cli
from benchmarks import golden as bundled
from corpus.atomic_files import write_whole
from corpus.shelf.catalogue import open_shelf

CARD = "is my card number shared?"
DAYS = "how many days are call recordings kept?"
FRANCE = "what is the capital of France?"
RELEASE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
ELSEWHERE = (
    "We collect this information on a transaction-by-transaction basis and will never authorize the release of this "
    "information with anyone not directly involved in processing the transaction."
)
LINKED = "We are not responsible for the privacy practices or the content of these web sites."
RECORDED = (
    "We may record and/or monitor telephone conversations to ensure compliance with procedures, to resolve complaints and to "
    "improve our service standards."
)
OVERHEARD = "Conversations may also be monitored for quality control and staff training purposes."
ENCRYPTED = "is it encrypted?"
CALLS = "are calls recorded?"
MONITORED = "is anybody listening in?"

# What is answered, and the clause that is cited. Nothing here asks the real assistant: its answers change, the measures don't.
ANSWERS: dict[tuple[str, str], tuple[Outcome, str]] = {
    (CARD, "rackspace"): (Outcome.NO, RELEASE),
    (CARD, "qualispace"): (Outcome.NO, ELSEWHERE),
    (DAYS, "rackspace"): (Outcome.SILENT, ""),
    (FRANCE, "vps6"): (Outcome.OFF_TOPIC, ""),
    (ENCRYPTED, "rackspace"): (Outcome.YES, RELEASE),
    (CALLS, "rackspace"): (Outcome.YES, RECORDED),
    (MONITORED, "rackspace"): (Outcome.UNCLEAR, OVERHEARD),
}

# Half of these expect on purpose what no careful reader would, so that every measure has a figure of its own.
QUESTIONS: list[dict] = [
    {"id": "right", "question": CARD, "policy": "rackspace", "outcome": "no", "gold": [RELEASE]},
    {"id": "not-yes", "question": CARD, "policy": "qualispace", "outcome": "yes", "gold": [ELSEWHERE]},
    {"id": "silent", "question": DAYS, "policy": "rackspace", "outcome": "silent"},
    {"id": "not-silent", "question": CARD, "policy": "rackspace", "outcome": "silent"},
    {"id": "France", "question": FRANCE, "policy": "vps6", "outcome": "off_topic"},
    {"id": "not-France", "question": FRANCE, "policy": "vps6", "outcome": "silent"},
    {
        "id": "follow-up",
        "question": ENCRYPTED,
        "policy": "rackspace",
        "outcome": "yes",
        "gold": [LINKED],
        "history": [{"question": CARD, "policy": "rackspace"}],
    },
    {"question": DAYS, "policy": "rackspace", "outcome": "stated", "gold": [RELEASE]},
    {"id": "either", "question": CALLS, "policy": "rackspace", "outcome": ["depends", "yes"], "gold": [RECORDED]},
    {"id": "unsure", "question": MONITORED, "policy": "rackspace", "outcome": ["no", "depends"], "gold": [OVERHEARD]},
]


@pytest.fixture(scope="module")
def shelf():
    return open_shelf(Settings().policies)


@pytest.fixture(scope="module")
def assistant(shelf) -> Any:
    return Answering(shelf)


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    return lines(tmp_path_factory.mktemp("own") / "own.jsonl", *QUESTIONS)


@pytest.fixture(scope="module")
def judged(assistant, own):
    return judge(assistant, read(own, assistant.policies))


@pytest.fixture
def plainclause(assistant, monkeypatch, capfdbinary):
    """The program in this process, with answers as they stand above: (exit code, standard output, standard error)."""
    monkeypatch.setattr(commands, "assistant_of", lambda folders: assistant)

    def run(*arguments: object) -> tuple[object, str, str]:
        monkeypatch.setattr(sys, "argv", ["plainclause", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        out, err = capfdbinary.readouterr()
        return ended.value.code, out.decode(), err.decode()

    return run


def lines(path: Path, *questions: object) -> Path:
    path.write_text("".join(f"{q if isinstance(q, str) else json.dumps(q)}\n" for q in questions), encoding="utf-8")
    return path


class Answering:
    """Answers as ANSWERS has them."""

    def __init__(self, policies) -> None:
        self.policies = policies

    def ask(self, question, policy, history):
        outcome, cited = ANSWERS[question, policy]
        found = self.policies[policy]
        spans = [clause.span for clause in found.clauses if clause.span.of(found.text) == cited]
        return Answer(
            question=question,
            outcome=outcome,
            text=".",
            citations=tuple(found.cite(span) for span in spans),
            searched=Searched(policies=(), clauses=len(found.clauses)),
            understood="is my card number encrypted?" if history else None,
        )


class Prepared:
    """Answers as prepared: for each question the outcome and the numbers of the clauses of VPS6 that are cited."""

    def __init__(self, policies, answers: dict[str, tuple[Outcome, list[int]]]) -> None:
        self.policies, self.answers = policies, answers

    def ask(self, question, policy, history):
        outcome, cited = self.answers[question]
        vps6 = self.policies["vps6"]
        citations = tuple(vps6.cite(vps6.clauses[number].span) for number in cited)
        searched = Searched(policies=(), clauses=len(vps6.clauses))
        return Answer(question=question, outcome=outcome, text=".", citations=citations, searched=searched)


def prepared(shelf, *cases: tuple[str, Outcome, list[int]]):
    """Judged questions whose gold is clause 5 of VPS6, always expected "stated"."""
    quote = shelf["vps6"].clauses[5].span.of(shelf["vps6"].text)
    questions = [
        Golden(id=str(n), question=question, policy="vps6", outcome=Outcome.STATED, gold=(quote,))
        for n, (question, _, _) in enumerate(cases)
    ]
    answering: Any = Prepared(shelf, {question: (outcome, cited) for question, outcome, cited in cases})
    return judge(answering, questions)


# --- the measures -----------------------------------------------------------------------------------------------------


def test_the_measures_are_those_counted_by_hand(judged):
    found = {name: (measure["value"], measure["count"]) for name, measure in measures(judged).items()}
    del found["cited_characters"]
    assert found == {
        "first_citation_right": (0.6667, 6),  # right, not-yes, either, unsure; not follow-up and 8
        "right_among_three": (0.6667, 6),
        "reciprocal_rank": (0.6667, 6),
        "outcome_right": (0.5, 10),  # right, silent, France, follow-up, either
        "outcome_right_answerable": (0.5, 6),
        "misled": (0.2222, 9),  # not-yes, not-silent
        "unclear": (0.1111, 9),  # unsure
        "silent_recognised": (0.3333, 3),
        "wrongly_silent": (0.1667, 6),  # 8
        "off_topic_recognised": (1.0, 1),
        "wrongly_off_topic": (0.1111, 9),  # not-France
        "followups_right": (0.0, 1),
        "typos_right_among_three": (None, 0),
    }


def test_a_rank_counts_as_the_measures_of_ranking_say(shelf):
    judged = prepared(
        shelf,
        ("first", Outcome.STATED, [5, 1, 2]),
        ("second", Outcome.STATED, [1, 5, 2]),
        ("third", Outcome.STATED, [1, 2, 5]),
        ("not at all", Outcome.STATED, [1, 2, 3]),
        ("nothing cited", Outcome.SILENT, []),
        ("twice", Outcome.STATED, [1, 5, 5]),
    )
    found = measures(judged)
    assert found["first_citation_right"]["value"] == round(1 / 6, 4)
    assert found["right_among_three"]["value"] == round(4 / 6, 4)
    assert found["reciprocal_rank"]["value"] == round((1 + 1 / 2 + 1 / 3 + 1 / 2) / 6, 4)
    assert [miss["rank"] for miss in misses(judged)] == [2, 3, None, None, 2]


def test_the_confusion_matrix_counts_every_question_once(judged):
    assert confusion(judged) == {
        "yes": {"no": 1, "yes": 2},  # either counts as expected
        "no": {"no": 1, "unclear": 1},
        "depends": {},
        "stated": {"silent": 1},
        "unclear": {},
        "silent": {"no": 1, "off_topic": 1, "silent": 1},
        "off_topic": {"off_topic": 1},
    }


def test_a_miss_says_what_was_expected_and_what_was_cited_instead(judged, shelf):
    found = {miss["id"]: miss for miss in misses(judged)}
    assert list(found) == ["not-yes", "not-silent", "not-France", "follow-up", "8", "unsure"]
    assert found["not-yes"] | {"cited": found["not-yes"]["cited"][:1]} == {
        "id": "not-yes",
        "question": CARD,
        "understood": None,
        "history": [],
        "policy": "qualispace",
        "expected": "yes",
        "accepted": ["yes"],
        "given": "no",
        "rank": 1,
        "gold": [ELSEWHERE],
        "cited": [
            {
                "policy": "qualispace",
                "path": list(judged[1].answer.citations[0].path),
                "quote": ELSEWHERE,
                "right": True,
            }
        ],
    }
    assert found["follow-up"]["understood"] == "is my card number encrypted?"
    assert found["follow-up"]["history"] == [CARD]
    assert not found["follow-up"]["cited"][0]["right"]
    assert found["8"]["cited"] == []
    assert (found["unsure"]["accepted"], found["unsure"]["given"]) == (["no", "depends"], "unclear")
    assert fault(found["unsure"]) == "outcome wrong"
    assert "expected no or depends, given unclear: outcome wrong" in as_text(
        report(judged, file="own.jsonl", encoder="none", policies=shelf)
    )


@pytest.mark.parametrize(
    ("accepted", "given", "right", "misled"),
    [
        (["depends", "yes"], Outcome.YES, True, False),
        (["depends", "no"], Outcome.YES, False, True),
        (["silent"], Outcome.NO, False, True),
        (["silent", "no"], Outcome.NO, True, False),
        (["yes"], Outcome.UNCLEAR, False, False),
        (["yes"], Outcome.SILENT, False, False),
        (["off_topic"], Outcome.YES, False, False),
    ],
)
def test_only_a_yes_or_no_that_no_careful_reader_would_give_misleads(shelf, accepted, given, right, misled):
    answering: Any = Prepared(shelf, {"x": (given, [5] if given.has_evidence else [])})
    (found,) = judge(answering, [Golden(id="x", question="x", policy="vps6", outcome=accepted)])
    assert (found.outcome_right, found.misled) == (right, misled)


def test_silence_that_is_accepted_beside_another_outcome_is_no_miss(shelf):
    quote = shelf["vps6"].clauses[5].span.of(shelf["vps6"].text)
    answering: Any = Prepared(shelf, {"x": (Outcome.SILENT, [])})
    golden = Golden(
        id="x", question="x", policy="vps6", outcome=["depends", "silent"], gold=(quote,), history=[{"question": "y"}]
    )
    judged = judge(answering, [golden])
    assert misses(judged) == []
    assert measures(judged)["followups_right"]["value"] == 1
    assert measures(judged)["wrongly_silent"]["value"] == 0


def test_an_interval_holds_its_mean_and_narrows_with_more_questions():
    few: Any = mean_of([1, 0] * 5)
    many: Any = mean_of([1, 0] * 500)
    assert (few["value"], few["count"]) == (0.5, 10)
    assert few["low"] < many["low"] < 0.5 < many["high"] < few["high"]
    assert mean_of([]) == {"value": None, "low": None, "high": None, "count": 0}


def test_a_file_without_answerable_questions_is_measured_too(shelf):
    answering: Any = Prepared(shelf, {"x": (Outcome.SILENT, [])})
    judged = judge(answering, [Golden(id="x", question="x", outcome=Outcome.SILENT)])
    assert measures(judged)["silent_recognised"]["value"] == 1
    found = report(judged, file="x.jsonl", encoder="none", policies=shelf)
    assert "no such question" in as_text(found)
    assert "None: every question" in as_html(found)


# --- the file ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["golden", "golden_tune", "golden_report", "denied"])
def test_the_bundled_questions_pass_the_same_checks(shelf, name):
    assert read(bundled.FOLDER / f"{name}.jsonl", shelf) == bundled.load(name)


def test_ids_may_be_left_out_or_be_numbers_and_blank_lines_count(shelf, tmp_path):
    good = {"question": CARD, "policy": "rackspace", "outcome": "no", "gold": [RELEASE]}
    path = lines(tmp_path / "q.jsonl", good, "", {"id": 77, **good}, {"id": None, **good}, "")
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))  # as Windows writes it
    assert [golden.id for golden in read(path, shelf)] == ["1", "77", "4"]


@pytest.mark.parametrize(
    ("line", "messages"),
    [
        ("not json", ["line 1: not JSON (Expecting value at column 1)", "expected {"]),
        ("[1]", ["line 1:", "the line"]),
        ("[" * 100_000, ["line 1:"]),
        ({"question": CARD}, ['"outcome": Field required']),
        ({"question": CARD, "outcome": "maybe"}, ["'yes', 'no'", 'found "maybe"']),
        ({"question": CARD, "outcome": ["silent", "maybe"]}, ["'yes', 'no'", 'found "maybe"']),
        ({"question": CARD, "outcome": []}, ['"outcome": Tuple should have at least 1 item']),
        ({"question": CARD, "outcome": "silent", "answer": "x"}, ['"answer": Extra inputs']),
        ({"question": " ", "outcome": "silent"}, ["question is empty"]),
        ({"question": "x" * 3000, "outcome": "silent"}, ["at most 2,000"]),
        ({"id": "\u001b[2J", "question": CARD, "outcome": "silent"}, ["cannot be shown"]),
        ({"question": CARD, "policy": "rackspace", "outcome": "no"}, ['outcome "no" without gold']),
        ({"question": CARD, "policy": "rackspace", "outcome": ["no", "silent"]}, ['outcome "no" without gold']),
        (
            {"question": CARD, "policy": "rackspace", "outcome": "silent", "gold": [RELEASE]},
            ['outcome "silent" with gold'],
        ),
        ({"question": CARD, "outcome": "no", "gold": [RELEASE]}, ["gold without a policy", "expect_policy"]),
        ({"question": CARD, "policy": "vps6", "outcome": "no", "gold": [" "]}, ["a gold quote is empty"]),
        ({"question": CARD, "policy": "rakspace", "outcome": "silent"}, ['did you mean "rackspace"']),
        (
            {"question": "it?", "policy": "vps6", "outcome": "silent", "history": [{"question": "x", "policy": "vps"}]},
            ['unknown policy "vps"'],
        ),
        (
            {
                "id": "card-1",
                "question": CARD,
                "policy": "rackspace",
                "outcome": "no",
                "gold": [RELEASE.replace("authorise", "authorize")],
            },
            ['line 1, "card-1"', "stands in no clause of rackspace", f'the nearest is "{RELEASE}"'],
        ),
        (
            {
                "question": CARD,
                "policy": "rackspace",
                "outcome": "no",
                "gold": ["not authorize the release of the information"],
            },
            [f'the nearest is "{RELEASE}"'],
        ),
    ],
)
def test_a_bad_line_is_named_with_the_remedy(shelf, tmp_path, line, messages):
    path = lines(tmp_path / "q.jsonl", line)
    with pytest.raises(BadGolden) as raised:
        read(path, shelf)
    assert str(raised.value).startswith(f'file "{path}" line 1')
    for message in messages:
        assert message in str(raised.value)


def test_a_quote_over_several_clauses_is_told_to_be_parted(shelf, tmp_path):
    first, second = shelf["rackspace"].clauses[3:5]
    over = shelf["rackspace"].text[first.span.start : second.span.end]
    path = lines(tmp_path / "q.jsonl", {"question": CARD, "policy": "rackspace", "outcome": "no", "gold": [over]})
    with pytest.raises(BadGolden, match="quote each clause by itself"):
        read(path, shelf)


def test_a_file_that_is_not_there_is_empty_or_no_text_is_named(shelf, tmp_path):
    with pytest.raises(BadGolden, match=r'file of questions ".*none.jsonl" does not exist; give the path'):
        read(tmp_path / "none.jsonl", shelf)
    with pytest.raises(BadGolden, match="is a folder"):
        read(tmp_path, shelf)
    with pytest.raises(BadGolden, match="holds no question; give one JSON object a line"):
        read(lines(tmp_path / "empty.jsonl", "", " "), shelf)
    (tmp_path / "latin.jsonl").write_bytes('{"question": "für"}'.encode("latin-1"))
    with pytest.raises(BadGolden, match="not UTF-8"):
        read(tmp_path / "latin.jsonl", shelf)


def test_all_bad_lines_are_listed_together_up_to_twenty(shelf, tmp_path):
    good = {"id": "a", "question": CARD, "policy": "rackspace", "outcome": "no", "gold": [RELEASE]}
    with pytest.raises(BadGolden) as raised:
        read(lines(tmp_path / "q.jsonl", good, "x", {**good, "gold": []}), shelf)
    assert "has 2 bad lines" in str(raised.value)
    assert [problem.split(":")[0] for problem in raised.value.problems] == ["line 2", 'line 3, "a"', 'line 3, "a"']
    assert "line 1 has this id too" in raised.value.problems[2]
    with pytest.raises(BadGolden) as raised:
        read(lines(tmp_path / "q.jsonl", *["x"] * 50), shelf)
    assert len(raised.value.problems) == 21
    assert raised.value.problems[-1] == "... and 30 more"


def test_a_gold_quote_that_stands_nowhere_stops_the_judge_too(shelf):
    golden = Golden(id="g", question=CARD, policy="vps6", outcome=Outcome.NO, gold=("no such words at all",))
    with pytest.raises(BadGolden, match=r"g: .* stands in no clause of vps6"):
        gold_spans(golden, shelf)


# --- the report -------------------------------------------------------------------------------------------------------

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7 * 7 }} &amp; https://example.com/x.js"


class Page(HTMLParser):
    """What a browser would make of a page: its elements, its text, and whether each element is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.said += data


@pytest.fixture
def attacked(shelf):
    judged = prepared(shelf, (ATTACK, Outcome.DEPENDS, [1, 5]))
    judged[0] = type(judged[0])(
        judged[0].golden.model_copy(update={"id": ATTACK, "gold": (ATTACK,)}),
        judged[0].answer.model_copy(update={"understood": ATTACK}),
        judged[0].holds,
    )
    return report(judged, file=ATTACK, encoder=ATTACK, policies=shelf)


def test_whatever_a_question_holds_is_shown_and_never_run(attacked):
    text = as_html(attacked)
    page = Page(text)
    assert page.open == []
    assert not {tag for tag, _ in page.elements} & {"script", "img", "iframe", "link", "object", "base", "form", "a"}
    assert page.said.count(ATTACK) == 7  # title, heading, encoder, id, question, understood, gold
    assert not [name for _, given in page.elements for name in given if name.startswith("on")]


def test_the_page_fetches_nothing_and_stands_alone(judged, shelf):
    text = as_html(report(judged, file="own.jsonl", encoder="none", policies=shelf))
    page = Page(text)
    named = [value for _, given in page.elements for name, value in given.items() if name in ("src", "href", "srcset")]
    assert named == []
    assert "url(" not in text
    assert "@import" not in text
    assert "http://" not in text
    assert "https://" not in text
    assert ("meta", {"name": "color-scheme", "content": "light dark"}) in page.elements
    policy = next(g["content"] for _, g in page.elements if g.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_tables_can_be_heard(judged, shelf):
    page = Page(as_html(report(judged, file="own.jsonl", encoder="none", policies=shelf)))
    tags = [tag for tag, _ in page.elements]
    assert tags.count("table") == tags.count("caption") == 2
    assert all(given.get("scope") in ("row", "col") for tag, given in page.elements if tag == "th")
    assert ("html", {"lang": "en"}) in page.elements


def test_every_form_holds_the_same_figures(judged, shelf):
    found = report(judged, file="own.jsonl", encoder="none", policies=shelf)
    assert json.loads(as_json(found)) == found
    assert found["questions"] == 10
    said = Page(as_html(found)).said.replace("\u00a0", " ")
    for words in (
        "First citation right",
        "Misled",
        "22.2 %",
        "33.3 %",
        "11.1 %",
        "no or depends",
        "not-France",
        ELSEWHERE,
    ):
        assert words in said
        assert words in " ".join(as_text(found).split())


def test_a_file_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "report.html"
    path.write_text("old")

    def fails(self, target):
        raise OSError(28, "No space left on device", str(target))

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fails)
        with pytest.raises(OSError, match="No space left"):
            write_whole(path, "new")
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]
    assert path.read_text() == "old"
    write_whole(path, "new \ud800")
    assert path.read_bytes() == b"new \\ud800"
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


# --- the command ------------------------------------------------------------------------------------------------------


def test_the_command_reports_on_standard_output_in_each_form(plainclause, own):
    code, out, err = plainclause("eval", own)
    assert (code, err) == (0, "")
    assert "10 questions, 6 missed" in out
    code, out, err = plainclause("eval", own, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    assert (found["questions"], len(found["misses"])) == (10, 6)
    assert found["measures"]["wrongly_silent"]["value"] == 0.1667


@pytest.mark.parametrize(
    ("name", "options", "beginning"),
    [
        ("r.html", [], "<!DOCTYPE html>"),
        ("r.json", [], "{"),
        ("r.txt", [], "/"),
        ("r.txt", ["--format", "html"], "<!DOCTYPE html>"),
    ],
)
def test_the_command_writes_the_form_that_is_named_or_that_the_file_is_named_for(
    plainclause, own, tmp_path, name, options, beginning
):
    code, out, err = plainclause("eval", own, "--out", tmp_path / name, *options)
    assert (code, err) == (0, "")
    assert out == f"written: {tmp_path / name} (10 questions, 6 missed)\n"
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(beginning)


def test_the_command_lists_the_bad_lines_and_measures_nothing(plainclause, tmp_path):
    path, out_path = lines(tmp_path / "q.jsonl", "x", {"question": CARD, "outcome": "no"}), tmp_path / "r.html"
    code, out, err = plainclause("eval", path, "--out", out_path)
    assert (code, out) == (2, "")
    first, second, last = err.splitlines()
    assert first.startswith("line 1: not JSON")
    assert second.startswith('line 2, "2": outcome "no" without gold')
    assert last.startswith(f'plainclause: file "{path}" has 2 bad lines')
    assert not out_path.exists()
    code, out, err = plainclause("eval", tmp_path / "none.jsonl")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "does not exist" in err


def test_a_place_that_cannot_be_written_to_is_told_before_measuring(plainclause, own, tmp_path):
    for out_path, message in ((tmp_path / "no" / "r.html", "does not exist; make it first"), (tmp_path, "not a file")):
        code, out, err = plainclause("eval", own, "--out", out_path)
        assert (code, out) == (2, "")
        assert message in err


def test_who_only_asks_waits_for_no_library_of_the_report():
    light = (
        "assistant.ask",
        "assistant.surfaces.cli.main",
        "assistant.evaluation.measures",
        "assistant.evaluation.report",
    )
    code = f"import sys, {', '.join(light)}; print({{'ir_measures', 'jinja2', 'pandas'}} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "set()"
