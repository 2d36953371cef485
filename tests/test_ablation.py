"""What each part of the path of a question is worth is measured by taking that part away, and that alone."""

from __future__ import annotations

import pytest

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.evaluation.golden import Golden
from assistant.likeliest import PASSAGES
from assistant.reading.passages import Passage
from assistant.settings import Settings
from benchmarks import ablation, figures
from tests.word_reader import WordReader, reads_by_words

POLICY = "# Privacy\n\n" + "".join(
    f"## {what.title()}\n\n{' '.join(sentences)}\n\n"
    for what, sentences in {
        "selling": ["We never sell your data.", "Statistics without names are another matter."],
        "cookies": ["Cookies are used.", "They end with the visit."],
        "letters": ["Your address is kept for ten days."],
    }.items()
)


@pytest.fixture
def assistant(tmp_path):
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "acme.md").write_text(POLICY)
    settings = Settings(policies=tmp_path / "policies", data=tmp_path / "data", encoder="hashing", store="exact")
    build_index(settings)
    return open_assistant(settings)


def questions() -> list[Golden]:
    rows = [
        ("Do you sell my data?", "no", ("We never sell your data.",)),
        ("Are cookies used?", "yes", ("Cookies are used.",)),
        ("Do you keep fingerprints?", "silent", ()),
    ]
    return [
        Golden.model_validate({"id": str(at), "question": asked, "policy": "acme", "outcome": outcome, "gold": gold})
        for at, (asked, outcome, gold) in enumerate(rows)
    ]


def test_every_part_is_taken_away_and_nothing_stays_away(assistant):
    reader = reads_by_words(assistant)
    bounds = assistant.bounds.model_copy(update={"nearest": -1.0})
    found = ablation.taken(assistant, questions())
    assert assistant.reader is reader
    assert assistant.bounds == bounds
    full = found.pop(ablation.ALL)
    assert (full["first"], full["misled"], full["silent"]) == (1.0, 0.0, 1.0)
    assert found["an answer however improbable"]["silent"] == 0.0
    assert set(found["the search's order, nothing read"]) == {"first", "among_three"}
    numbers = {number for _, number in reader.asked}
    assert max(numbers) == min(len(assistant.policies["acme"].clauses), 2 * PASSAGES)
    assert PASSAGES // 2 in numbers


def test_a_reader_without_context_is_given_the_words_alone():
    reader = WordReader()
    with_, without = Passage("Selling:", "We never do it."), Passage("", "We never do it.")
    assert ablation.WithoutContext(reader).read("do it?", [with_]) == reader.read("do it?", [without])


def test_the_table_has_a_row_a_part_and_a_figure_where_there_is_one():
    measures = dict.fromkeys(
        ("first", "among_three", "outcome", "misled", "unclear", "silent", "wrongly_silent"), 0.125
    )
    result = {
        "machine": {"cpu": "x", "cores": 2}, "commit": "abc", "questions": 8,
        "variants": {ablation.ALL: measures, "nothing read": {"first": 0.5}},
    }  # fmt: skip
    rows = [line for line in figures.ablation_table(result).splitlines() if line.startswith("| ")]
    assert [row.count("12.5") for row in rows] == [0, 7, 0]
    assert "| nothing read | 50.0 |  |" in rows[2]


def test_without_the_data_it_says_so_and_writes_nothing(tmp_path):
    with pytest.raises(SystemExit, match=r"real_dev.* is absent"):
        ablation.main(["--data", str(tmp_path), "--out", str(tmp_path / "out.json")])
    assert not (tmp_path / "out.json").exists()
