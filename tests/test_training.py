"""What is learned from stands as it says; what is kept aside is kept aside."""

from __future__ import annotations

import pytest

from benchmarks.training import cases, tosdr

SHELF = cases.shelf()
SPLIT = cases.split()


def test_every_company_is_in_one_part_of_the_split_and_has_a_policy():
    parts = (SPLIT.learn, SPLIT.weigh, SPLIT.report)
    named = [name for part in parts for name in part]
    assert sorted(named) == sorted(SHELF)
    assert all(parts)


def test_nothing_is_learned_sentence_by_sentence_of_a_company_that_is_kept_aside():
    kept = {*SPLIT.weigh, *SPLIT.report}
    assert not [name for name in kept if (cases.FOLDER / f"{name}.more.jsonl").exists()]


@pytest.mark.parametrize("company", sorted(SHELF))
def test_every_gold_quote_stands_in_a_clause_of_its_policy(company):
    found = cases.cases(SHELF[company])
    assert len(found) >= 40
    for case in found:
        assert bool(case.answers) == case.golden.outcome.has_evidence, case.golden.id


def test_statements_of_tosdr_lose_their_markup_and_doubles(tmp_path):
    (tmp_path / "tosdr").mkdir()
    (tmp_path / tosdr.FILE).write_text(
        '{"case": "They sell data", "title": "they sell data", "quote": "We <b>sell</b> your data &amp; more of it."}\n'
        '{"case": "They sell data", "title": "Your data is sold on", "quote": "We sell your data to whoever pays."}\n'
        '{"case": "They sell data", "title": "", "quote": "short"}\n'
    )
    assert [(each.said, each.quote) for each in tosdr.statements(tmp_path)] == [
        ("They sell data", "We sell your data & more of it."),
        ("They sell data", "We sell your data to whoever pays."),
        ("Your data is sold on", "We sell your data to whoever pays."),
    ]
