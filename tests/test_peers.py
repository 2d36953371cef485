"""The comparison with other frameworks judges everybody alike; their libraries are not needed here."""

from __future__ import annotations

import ast
import io
import json
import re
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.evaluation.golden import Golden
from assistant.model import Outcome
from assistant.settings import ROOT
from benchmarks import real_policies
from benchmarks.peers import __main__ as peers
from benchmarks.peers import child, running
from benchmarks.peers.child import Asked, Passage
from benchmarks.peers.judging import is_right, located, quality
from benchmarks.peers.running import COLD_RUNS, BrokenChild, cold, run
from benchmarks.peers.table import table
from corpus.shelf.catalogue import open_shelf

SHELF = open_shelf(peers.POLICIES)
FOLDER = ROOT / "benchmarks" / "peers"
CLAUSE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
BUNDLED = peers.Collection("bundled", peers.POLICIES, SHELF, {})
GOLDEN = Golden(id="1", question="is my card number shared?", policy="rackspace", outcome=Outcome.NO, gold=(CLAUSE,))


def shown(text: str, policy: str = "rackspace") -> Passage:
    return Passage(text, policy)


# ---- locating --------------------------------------------------------------------------------------------------------


def test_a_passage_is_found_however_its_white_space_was_laid():
    policy = SHELF["rackspace"]
    (place,) = located(shown(f"\n{CLAUSE.replace(' ', chr(10))} "), policy)
    assert not place.in_file
    assert place.span.of(policy.text) + "." == CLAUSE  # the place ends with the last letter


def test_a_passage_with_the_marks_of_the_file_is_found():
    assert located(shown("> **Contact Information**\n> \n> We use your contact information", "x"), SHELF["qualispace"])


def test_a_passage_with_addresses_of_links_is_found_in_the_file():
    policy = SHELF["rackspace"]
    (place,) = located(shown("[www.rackspace.nl](http://www.rackspace.nl); [www"), policy)
    assert place.in_file
    assert place.span.of(policy.source) == "www.rackspace.nl](http://www.rackspace.nl); [www"


def test_a_passage_is_found_in_the_file_without_the_addresses_of_its_links():
    policy = SHELF["qualispace"]  # what an archive wrote above a policy is no part of the canonical text
    (place,) = located(shown("Please check the original snapshot on the Wayback Machine for the most"), policy)
    assert place.in_file
    assert place.span.of(policy.source).startswith("Please check the [original snapshot on the Wayback Machine](http")
    assert place.span.of(policy.source).endswith("for the most")


def test_a_passage_that_stands_several_times_is_found_at_each():
    policy = SHELF["qualispace"]
    places = located(shown("IP addresses", "qualispace"), policy)
    assert len(places) == 2
    assert {place.span.of(policy.text) for place in places} == {"IP addresses"}


@pytest.mark.parametrize("text", ["We sell your card number.", "", " \n* "])
def test_a_passage_that_is_not_in_the_policy_is_not_found(text):
    assert located(shown(text), SHELF["rackspace"]) == []


# ---- judging ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "right"),
    [
        (CLAUSE, True),
        (f"prior to its transmission over the internet. {CLAUSE} This information may be encrypted", True),
        (CLAUSE[: len(CLAUSE) * 6 // 10], True),
        (CLAUSE[: len(CLAUSE) * 4 // 10], False),
        ("This information may be encrypted and stored for logging purposes", False),
        (f"We sell your card number. {CLAUSE}", False),  # no words of the policy
    ],
)
def test_a_passage_is_right_if_it_holds_half_of_a_gold_clause(text, right):
    assert is_right(shown(text), GOLDEN, SHELF) is right


def test_a_passage_of_another_policy_is_wrong():
    golden = GOLDEN.model_copy(update={"gold": ("IP addresses",)})
    assert is_right(shown("IP addresses"), golden, SHELF)
    assert not is_right(shown(SHELF["qualispace"].text, "qualispace"), golden, SHELF)


def test_a_passage_found_in_the_file_is_judged_there():
    clause = "For purposes of this policy, the term “visitor” includes visitors to our sites who are not yet customers"
    passage = shown(f"[my.rackspace.com](http://my.rackspace.com). {clause}")
    assert located(passage, SHELF["rackspace"])[0].in_file
    assert is_right(passage, GOLDEN.model_copy(update={"gold": (clause,)}), SHELF)
    assert not is_right(passage, GOLDEN, SHELF)


def test_the_measures_count_what_was_shown():
    before = "We may ask visitors to enter credit card or account information through MyRackspace."
    found = quality(
        [GOLDEN, GOLDEN, GOLDEN], [[shown(CLAUSE)], [shown(before), shown(CLAUSE)], [shown("nowhere")]], SHELF
    )
    assert found["first_passage_right"]["value"] == pytest.approx(1 / 3, abs=1e-4)
    assert found["right_among_three"]["value"] == pytest.approx(2 / 3, abs=1e-4)
    assert found["right_among_three"]["count"] == 3
    assert (found["shown"], found["not_located"]) == (4, 1)
    assert found["passage_characters"]["median"] == (len(before) + len(CLAUSE)) / 2


def test_long_passages_get_no_more_room_than_short_ones():
    text = SHELF["rackspace"].text
    far, near = text[text.index(CLAUSE) - 600 :], text[text.index(CLAUSE) - 300 :]
    found = quality([GOLDEN, GOLDEN], [[shown(far)], [shown(near)]], SHELF)
    assert found["first_passage_right"]["value"] == 1.0
    assert found["right_within_500_characters"]["value"] == 0.5


def test_a_system_that_shows_nothing_is_never_right():
    found = quality([GOLDEN], [[]], SHELF)
    assert found["right_among_three"]["value"] == 0.0
    assert found["passage_characters"] is None


def test_only_questions_with_gold_and_without_earlier_turns_are_judged():
    followup = GOLDEN.model_copy(update={"history": ({"question": "is it encrypted?"},)})
    silent = GOLDEN.model_copy(update={"gold": (), "outcomes": (Outcome.SILENT,)})
    found = peers._quality([GOLDEN, followup, silent], [[shown(CLAUSE)], [], []], SHELF)
    assert found["right_among_three"] == {"value": 1.0, "low": 1.0, "high": 1.0, "count": 1}


# ---- the processes ---------------------------------------------------------------------------------------------------


class Fake:
    """A system whose library is talkative, and which says by what it re-ranks."""

    splitter, libraries, model, reranking = "none", ("numpy",), "no model", "by number"

    def __init__(self, policies: Mapping[str, Path], folder: Path) -> None:
        self.policies = policies

    def build(self) -> int:
        print("building, please wait")
        return len(self.policies)

    def load(self, reranker: str | None) -> None:
        print("loading, please wait")
        self.reranker, self.asked = reranker, set[str]()

    def search(self, asked: Asked, count: int) -> list[Passage]:
        assert asked.question not in self.asked, "it was timed with what it had kept"
        self.asked.add(asked.question)
        by = f" by {self.reranker}" if self.reranker else ""
        return [shown(f"{asked.question} {number}{by}") for number in range(count)]


@pytest.fixture
def done(monkeypatch, capsys, tmp_path):
    def result_of(**job):
        given = {"system": "fake", "policies": {"rackspace": "rackspace.md"}, "folder": str(tmp_path / "new"), **job}
        monkeypatch.setitem(sys.modules, "benchmarks.peers.with_fake", SimpleNamespace(System=Fake))
        monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(given)))
        child.main()
        return json.loads(capsys.readouterr().out)

    return result_of


def test_a_child_builds_and_says_what_with(done):
    found = done(do="build")
    assert (found["passages"], found["splitter"], found["model"]) == (1, "none", "no model")
    assert found["reranking"] == "by number"
    assert set(found["versions"]) == {"numpy", "python"}


def test_a_child_answers_the_first_question_or_all_with_their_time(done):
    questions = [["where?", "rackspace", []], ["when?", None, []]]
    assert done(do="first", questions=questions)[0] == ["where? 0", "rackspace"]
    answers = done(do="all", questions=questions)
    assert [answer["passages"][2][0] for answer in answers] == ["where? 2", "when? 2"]
    assert all(answer["ms"] >= 0 for answer in answers)


def test_a_child_re_ranks_by_the_model_that_the_job_names(done):
    questions = [["where?", "rackspace", []]]
    assert done(do="first", questions=questions, reranker="models/cross")[0][0] == "where? 0 by models/cross"
    assert done(do="all", questions=questions, reranker=None)[0]["passages"][0][0] == "where? 0"


def test_a_broken_child_is_named_with_what_it_said_and_the_remedy():
    with pytest.raises(BrokenChild) as caught:
        running.child(Path(sys.executable), BUNDLED.job("nothing", "build", "work"))
    message = str(caught.value)
    assert message.startswith("nothing (build) ended with code 1")
    assert "No module named 'benchmarks.peers.with_nothing'" in message
    assert message.endswith('"make bench-peers" set the peers up anew')
    assert "\n" not in message


def test_a_missing_python_is_named_with_the_remedy():
    with pytest.raises(BrokenChild, match=r'fake cannot be started with "no/python": No such file .*make bench-peers'):
        run("fake", ["no/python"])


def test_a_child_that_prints_something_else_is_named():
    with pytest.raises(BrokenChild, match=r'fake \(first\) printed "hello" instead of its result'):
        cold({"fake": ([sys.executable, "-c", "print('hello')"], "")})


def test_a_run_is_measured_until_it_prints_and_by_its_memory():
    slow = "import time; held = b'x' * 200_000_000; print(1, flush=True); time.sleep(4)"
    found = run("slow", [sys.executable, "-c", slow])
    assert found.printed == "1\n"
    assert found.seconds < 4  # it did not wait for the end
    assert found.memory > 190


def test_fresh_processes_take_turns_and_the_first_turn_does_not_count(tmp_path):
    told = tmp_path / "told"
    tell = f"import sys; open({str(told)!r}, 'a').write(sys.argv[1]); print(0)"
    found = cold({name: ([sys.executable, "-c", tell, name], "") for name in "ab"})
    assert told.read_text() == "ab" * (1 + COLD_RUNS)
    assert found["a"]["cold_s"]["count"] == COLD_RUNS
    assert found["a"]["cold_s"]["least"] <= found["a"]["cold_s"]["median"] <= found["a"]["cold_s"]["most"]
    assert found["a"]["rss_mb"] > 1


def test_children_of_the_peers_import_nothing_of_plainclause():
    for path in [FOLDER / "child.py", *FOLDER.glob("with_*.py")]:
        if path.stem == "with_plainclause":
            continue
        named = [node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)]
        assert not [name for name in named if str(name).split(".")[0] in ("assistant", "index", "corpus")], path


def test_every_system_has_its_module():
    assert {path.stem for path in FOLDER.glob("with_*.py")} == {f"with_{system}" for system in peers.SYSTEMS}


def test_the_peers_have_the_torch_that_plainclause_has():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (torch,) = [wanted for wanted in project["dependencies"] if re.match(r"torch\b", wanted)]
    assert torch in (FOLDER / "requirements.txt").read_text().splitlines()


@pytest.fixture
def real(tmp_path):
    """A folder of measuring data with an invented policy for each company of the real ones."""
    folder = tmp_path / "data" / real_policies.FOLDER
    folder.mkdir(parents=True)
    for company in (*real_policies.TUNING, *real_policies.REPORTING):
        (folder / f"{company}.md").write_text(f"# Privacy\n\nThe {company} shop keeps your address for ten days.\n")
        asked = {"question": "how long?", "outcome": ["stated"], "gold": ["for\n ten days"], "kind": "plain"}
        (folder / f"{company}.jsonl").write_text(f'{{"policy": "{company}"}}\n{json.dumps(asked)}\n')
    return tmp_path / "data"


@pytest.fixture
def measured(monkeypatch):
    """The result of a measurement by pretended processes, and the jobs that they were given."""
    monkeypatch.setattr(peers, "SYSTEMS", {name: peers.SYSTEMS[name] for name in ("plainclause", "txtai")})

    def result_of(data: Path, reranker: Path | None = None):
        jobs = []
        turns = iter([30.0] * len(peers.SYSTEMS) + [10.0] * len(peers.SYSTEMS) + [20.0] * len(peers.SYSTEMS))

        def answered(python, job):
            jobs.append({**job, "python": str(python)})
            if job["do"] == "build":
                return {
                    "passages": 1,
                    "versions": {"python": "3"},
                    "splitter": "none",
                    "model": "none",
                    "reranking": "",
                }
            taken = next(turns, 40.0)
            if "rackspace" in job["policies"]:
                return [{"ms": taken, "passages": [shown(CLAUSE)]} for _ in job["questions"]]
            right = job["reranker"] is not None
            text = "The {} shop keeps your address for ten days." if right else "nowhere {}"
            return [{"ms": 1.0, "passages": [[text.format(policy), policy]]} for _, policy, _ in job["questions"]]

        def begun(commands):
            assert commands["plainclause"][0][1:4] == ["-m", "assistant", "ask"]
            return {name: {"cold_s": {"median": 2.0}, "rss_mb": 1.0} for name in commands}

        monkeypatch.setattr(peers, "child", answered)
        monkeypatch.setattr(peers, "cold", begun)
        return peers.measure(Path("theirs"), data, reranker), jobs

    return result_of


def test_a_measurement_has_everything_of_every_system_and_the_calmest_turn(measured, tmp_path, capsys):
    result, jobs = measured(tmp_path)
    assert {(job["system"] == "plainclause", job["python"]) for job in jobs} == {
        (True, sys.executable),
        (False, "theirs"),
    }
    assert list(result["systems"]) == list(peers.SYSTEMS)
    for found in result["systems"].values():
        assert found["question_ms"] == {"p50": 10.0, "p95": 10.0, "count": result["questions"]}
        assert found["first_passage_right"]["count"] > found["kept_aside"]["first_passage_right"]["count"] > 0
        assert "reranked" not in found
    assert result["speedup_over_fastest_peer"] == {"cold": 1.0, "p50": 1.0}
    assert "Plainclause" in table(json.loads(json.dumps(result)))
    assert "real policies: skipped" in capsys.readouterr().err


def test_the_real_policies_are_measured_with_the_bundled_ones_and_the_frameworks_re_rank_too(measured, real):
    result, jobs = measured(real, Path("models/cross"))
    assert {job["system"] for job in jobs if job["reranker"]} == {"txtai"}  # Plainclause has a reader of its own
    assert all(not job["policies"].keys() & SHELF.keys() for job in jobs if "bandcamp" in job["policies"])
    plain, reranked = (result["systems"]["txtai"], result["systems"]["txtai"]["reranked"])
    assert plain["real_tuning"]["first_passage_right"] == {"value": 0.0, "low": 0.0, "high": 0.0, "count": 8}
    assert reranked["real_tuning"]["first_passage_right"] == {"value": 1.0, "low": 1.0, "high": 1.0, "count": 8}
    assert reranked["real_reporting"]["first_passage_right"]["count"] == 7
    assert reranked["question_ms"]["p50"] == 40.0
    shown_table = table(json.loads(json.dumps(result)))
    assert (
        "| real policies, kept aside: first passage right | 0.0 % (0.0 % to 0.0 %) | 0.0 % (0.0 % to 0.0 %) |"
        in shown_table
    )
    assert (
        "| re-ranked, real policies, kept aside: first passage right |  | 100.0 % (100.0 % to 100.0 %) |" in shown_table
    )
    assert "| re-ranked with cross: time per question, median |  | 40.0 ms |" in shown_table


def test_without_a_model_in_it_a_folder_for_re_ranking_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "argv", ["peers", "--reranker", str(tmp_path)])
    with pytest.raises(SystemExit, match="holds no model"):
        peers.main()


# ---- the table -------------------------------------------------------------------------------------------------------


def system(name: str, cold_s: float) -> dict[str, object]:
    measure = {"value": 0.5, "low": 0.25, "high": 0.75, "count": 8}
    shares = dict.fromkeys(("first_passage_right", "right_among_three", "right_within_500_characters"), measure)
    return {
        "name": name,
        "versions": {"core": "1.2.3", "python": "3.11"},
        "model": "MiniLM",
        "passages": 20,
        "cold_s": {"median": cold_s},
        "question_ms": {"p50": 12.34, "p95": 20.0},
        "rss_mb": 512.4,
        "passage_characters": {"mean": 160.1, "median": 150},
        **shares,
        "kept_aside": shares,
    }


def test_the_table_has_a_column_a_system_and_a_row_a_measure():
    systems = {"a": system("Ours", 1.0), "b": system("Theirs", 7.5)}
    shown = table({"systems": systems, "machine": {"cpu": "Some", "cores": 2}, "commit": "abc"})
    lines, (_, machine) = shown.splitlines()[:-2], shown.splitlines()[-2:]
    assert machine == "Machine: Some, 2 cores; commit abc."
    assert lines[:3] == ["| | Ours | Theirs |", "|---|---|---|", "| version | 1.2.3 | 1.2.3 |"]
    assert "| first answer of a fresh process | 1.00 s | 7.50 s |" in lines
    assert "| time per question, median | 12.3 ms | 12.3 ms |" in lines
    assert "| kept aside: right among three | 50.0 % (25.0 % to 75.0 %) | 50.0 % (25.0 % to 75.0 %) |" in lines
    assert all(line.count("|") == 4 for line in lines)


def test_the_speedup_is_over_the_fastest_of_the_others():
    assert peers._speedup({"plainclause": 2.0, "slow": 20.0, "fast": 5.0}) == 2.5
