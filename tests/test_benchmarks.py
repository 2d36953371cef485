"""What the benchmarks make of data and of figures; the data itself is not needed here."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import BadGolden, NotEnglish
from assistant.model import Answer, Outcome, Route, Searched
from benchmarks import __main__ as bench
from benchmarks import figures, messages, real_policies
from corpus.shelf.catalogue import open_shelf

SHARE = {"value": 0.5, "low": 0.25, "high": 0.75, "count": 8}

# --- the real policies ------------------------------------------------------------------------------------------------

POLICY = """\
# Fern Lane Laundry: Privacy

We keep your **address** for
ten days. We never sell it.

Our office:

- Fern Lane 7
- 4711 Ferndale
"""


@pytest.fixture
def asked(tmp_path):
    """The questions of a company with one policy, by the gold words of one question."""

    def of(*gold: str, outcome: tuple[str, ...] = ("stated",)) -> list[Any]:
        (tmp_path / "fern.md").write_text(POLICY)
        row = {"question": "how long?", "outcome": outcome, "gold": gold, "kind": "plain"}
        (tmp_path / "fern.jsonl").write_text(f'{{"policy": "fern"}}\n{json.dumps(row)}\n')
        return real_policies.questions(tmp_path, open_shelf(tmp_path), ["fern"])

    return of


def test_gold_words_are_found_however_white_space_is_laid(asked):
    (golden,) = asked("address\tfor  ten days", outcome=("stated", "depends"))
    assert golden.gold == ("We keep your address for ten days.",)
    assert (golden.id, golden.policy, golden.tags) == ("fern:1", "fern", ("plain",))
    assert golden.outcomes == (Outcome.STATED, Outcome.DEPENDS)


def test_gold_words_over_several_clauses_stand_for_each_of_them(asked):
    assert asked("Fern Lane 7 4711 Ferndale")[0].gold == ("Fern Lane 7", "4711 Ferndale")


def test_gold_words_that_stand_nowhere_are_told_without_a_word_of_them(asked):
    with pytest.raises(BadGolden, match=r'^fern:1: gold words stand nowhere in policy "fern"'):
        asked("for ten days", "for eleven days")


def test_a_company_is_in_one_half():
    assert len({*real_policies.TUNING, *real_policies.REPORTING}) == 15
    assert set(real_policies.HALVES) == {"tuning", "reporting"}


# --- messages ---------------------------------------------------------------------------------------------------------


class Routing:
    """Takes messages for what they say that they are, in their first word."""

    def ask(self, message: str, policy: str) -> Answer:
        route = message.split()[0]
        if route == "foreign":
            raise NotEnglish("de")
        return Answer(
            question=message,
            outcome=Outcome.OFF_TOPIC,
            text=".",
            searched=Searched(policies=(), clauses=0),
            route=Route(route),
        )


def test_messages_are_counted_by_what_they_are_taken_for(tmp_path):
    rows = [
        ("privacy", "privacy yes"),
        ("privacy", "other no"),
        ("privacy", "privacy and more words"),
        ("privacy", "foreign words and more"),
        ("two", "several questions"),
        ("two", "privacy"),
        ("smalltalk", "person"),
        ("human", "person"),
        ("other", "privacy"),
        ("company", "company"),
    ]
    (tmp_path / messages.FILE).parent.mkdir()
    (tmp_path / messages.FILE).write_text("".join(f"{json.dumps({'m': m, 'k': k})}\n" for k, m in rows))
    answering: Any = Routing()
    taken = messages.taken(answering, tmp_path)
    assert taken is not None
    found = messages.measures(taken)
    counted = {name: (each["value"], each["count"]) for name, each in found.items() if name != "by_kind"}
    assert counted == {
        "off_topic_recognised": (0.75, 4),  # small talk that is taken for the wish for a person asks nothing, either
        "wrongly_off_topic": (0.5, 4),  # one is refused
        "fragments_wrongly_off_topic": (0.5, 2),
        "several_wrongly_off_topic": (0.0, 2),
        "refused": (0.1, 10),
    }
    assert {kind: each["value"] for kind, each in found["by_kind"].items()} == {
        "privacy": 0.5,
        "two": 0.5,
        "smalltalk": 0.0,
        "human": 1.0,
        "company": 1.0,
        "other": 0.0,
    }
    assert messages.taken(answering, tmp_path / "none") is None


# --- what may be kept -------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_figures_are_kept_of_a_clean_working_tree_only(tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert "is no repository of git" in bench.unclean(tmp_path)
    git(tmp_path, "init", "--quiet")
    (tmp_path / "kept.txt").write_text("one\n")
    assert bench.unclean(tmp_path).startswith("1 files are not as they were committed (kept.txt)")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    assert bench.unclean(tmp_path) == ""
    (tmp_path / "kept.txt").write_text("two\n")
    assert "kept.txt" in bench.unclean(tmp_path)


def test_a_changed_tree_is_refused_before_anything_is_measured_unless_another_file_is_named(tmp_path, monkeypatch):
    def opened(*arguments: object, **named: object) -> None:
        raise InterruptedError("it would be measured")

    monkeypatch.setattr(bench, "unclean", lambda root: "2 files are not as they were committed")
    monkeypatch.setattr(bench, "open_assistant", opened)
    monkeypatch.setattr("sys.argv", ["bench"])
    with pytest.raises(
        SystemExit, match=r"error: 2 files .*; commit what is to be measured, or name another file with --out"
    ):
        bench.main()
    monkeypatch.setattr("sys.argv", ["bench", "--out", str(tmp_path / "other.json")])
    with pytest.raises(InterruptedError):
        bench.main()


# --- the tables -------------------------------------------------------------------------------------------------------


def result(**given: Any) -> dict[str, Any]:
    every = {"measures": {"misled": SHARE, "unclear": SHARE | {"value": None}}}
    return {
        "machine": {"cpu": "Some", "cores": 2},
        "commit": "abc",
        "golden": every,
        "golden_report": every,
        "invented_report": every,
        "real_policies": None,
        "messages": None,
        "privacyqa": None,
        "denied": {"affirmed_wrongly": SHARE},
        **given,
    }


def test_a_table_leaves_out_what_was_not_measured():
    shown = figures.answers_table(result())
    assert "real policies" not in shown
    assert "unclear" not in shown
    assert "PrivacyQA" not in shown
    misled = "| misled: answered yes or no where no careful reader would |" + 3 * " 50.0 % (25.0 % to 75.0 %), 8 |"
    assert misled in shown.splitlines()
    assert "| what the bundled policies don't affirm, answered yes | 50.0 % (25.0 % to 75.0 %), 8 |" in shown


def test_a_table_has_the_real_policies_and_what_claiming_less_is_worth():
    every = {"measures": {"misled": SHARE}}
    curve = [{"bound": bound, "kept": SHARE, "misled": SHARE | {"value": 0.1}} for bound in (0.5, 0.7)]
    sure = {"claims_from": 0.7, "expected_calibration_error": SHARE, "bins": [], "coverage_against_misled": curve}
    shown = figures.answers_table(
        result(real_policies={"reporting": every, "together": every}, confidence={"bundled policies": sure}),
        {"judged": 60, "says_the_answer": 51},
    )
    assert "| real policies, kept aside | real policies, all |" in shown
    assert "| 0.7 | 50.0 % kept, 10.0 % misled |" in shown
    assert "| expected calibration error, answers | 0.500 (0.250 to 0.750), 8 |" in shown
    assert "51 of 60" in shown
    assert shown.endswith("commit abc.\n")
