"""Files of golden questions: every bad line is told with its remedy, and what is measured can be found in the policies."""

from __future__ import annotations

import pytest

from assistant.errors import BadGolden
from assistant.evaluation.golden import Golden, gold_spans, read
from assistant.model import Outcome
from benchmarks import golden as bundled
from tests.golden_questions import CARD, RELEASE, lines


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
