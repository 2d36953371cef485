"""How the reader is trained: on what, and never on what is held."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
from itertools import product

import pytest

from assistant.model import Outcome
from assistant.reading.passages import Passage
from assistant.settings import ROOT
from benchmarks.training import tosdr
from benchmarks.training.reader import data as sources
from benchmarks.training.reader import groups, policies
from benchmarks.training.reader.data import Asked
from benchmarks.training.reader.policies import BadTrainingData, Source
from corpus.model import Span
from corpus.shelf.catalogue import open_shelf
from corpus.text.canonical import decode, read_text

DATA = ROOT.parent / "shared" / "data"
TEXT = """# Harbourlight privacy policy

## Sharing

We never sell what we know about you. We pass parcels' addresses to couriers. This happens only while a parcel is on its way.

We keep the following for seven years:

- invoices;
- names of payers.

## Cookies

We never sell what we know about you. Cookies end with the visit.
"""


@pytest.fixture
def harbourlight(tmp_path):
    (tmp_path / "harbourlight.md").write_text(TEXT)
    return open_shelf(tmp_path)["harbourlight"]


def clause(policy, words):
    """The number of the first clause with these words."""
    return next(number for number, each in enumerate(policy.clauses) if words in each.span.of(policy.text))


# ---- questions and passages ------------------------------------------------------------------------------------------


def test_a_group_holds_what_answers_what_only_seems_to_and_what_the_search_finds(harbourlight):
    couriers, back, cookies = (clause(harbourlight, words) for words in ("couriers", "on its way", "Cookies end"))
    asked = Asked("policies", "who gets my address?", (Outcome.STATED,), harbourlight, (couriers,), (back,))
    (group,) = groups.groups([asked], [[cookies, couriers, back]])
    use = groups.USES["policies"]
    assert [(row.text.split()[0], row.outcomes, row.weight, row.rank) for row in group.rows] == [
        ("We", (Outcome.STATED,), use.labelled, None),
        ("This", (), use.labelled, None),
        ("Cookies", (), use.beside, 0),
    ]
    assert group.rows[1].context.endswith("We pass parcels' addresses to couriers.")


def test_what_stands_in_the_list_of_an_answer_and_its_very_words_elsewhere_are_neither_right_nor_wrong(harbourlight):
    opener, item, cookies = (clause(harbourlight, words) for words in ("seven years", "invoices", "Cookies end"))
    first = clause(harbourlight, "never sell")
    again = max(number for number, each in enumerate(harbourlight.clauses) if "sell" in each.span.of(harbourlight.text))
    assert first != again
    asked = [
        Asked("policies", "how long do you keep bills?", (Outcome.STATED,), harbourlight, (opener,)),
        Asked("policies", "are my bills kept?", (Outcome.YES,), harbourlight, (item,), (opener,)),
        Asked("policies", "do you sell my data?", (Outcome.NO,), harbourlight, (first,)),
    ]
    found = groups.groups(asked, [[item, cookies], [opener, cookies], [again, cookies]])
    assert [[row.text for row in group.rows][1:] for group in found] == [["Cookies end with the visit."]] * 3


def test_where_the_policy_is_silent_everything_found_counts_and_where_nobody_looked_nothing_is_searched(harbourlight):
    asked = [
        Asked("policies", "do you record calls?", (), harbourlight),
        Asked("contrast", "do you record calls?", (), harbourlight, near=(0,), searched=False),
        Asked("condaqa", "Is it?", (Outcome.YES,), passage=Passage("", "It is."), searched=False),
    ]
    silent, contrast, alone = groups.groups(asked, [[1, 0]])
    assert [(row.rank, row.weight) for row in silent.rows] == [(0, 1.0), (1, 1.0)]
    assert [(row.rank, row.outcomes) for row in contrast.rows] == [(None, ())]
    assert [(row.text, row.outcomes, row.weight) for row in alone.rows] == [("It is.", (Outcome.YES,), 0.5)]


def test_messages_about_something_else_are_asked_of_policies_that_are_learned_from(harbourlight, tmp_path):
    (tmp_path / "reading").mkdir()
    said = [
        {"m": "is the shop open?", "k": "other"},
        {"m": "cookies?", "k": "privacy"},
        {"m": "hello", "k": "smalltalk"},
    ]
    (tmp_path / "reading" / "messages.jsonl").write_text("".join(json.dumps(each) + "\n" for each in said))
    split = policies.Split(frozenset({"held"}), frozenset({"left"}))
    shelf = dict.fromkeys(("held", "left", "harbourlight"), harbourlight)
    (asked,) = sources.about_something_else(tmp_path, shelf, split)
    assert (asked.question, asked.outcomes, asked.policy, asked.searched) == (
        "is the shop open?",
        (),
        harbourlight,
        True,
    )
    with pytest.raises(BadTrainingData, match=r"messages\.jsonl"):
        list(sources.about_something_else(tmp_path / "none", shelf, split))


def test_groups_are_kept_and_read_again(harbourlight, tmp_path):
    every = list(groups.groups([Asked("policies", "“sold”?", (Outcome.NO,), harbourlight, (0,), held=True)], [[1]]))
    groups.keep(tmp_path / "groups.jsonl", every)
    assert groups.kept(tmp_path / "groups.jsonl") == every


# ---- real policies ---------------------------------------------------------------------------------------------------


def shelved(folder, names):
    """A folder of training data with some policies, and the questions' own folder that names them."""
    questions = folder / "questions"
    questions.mkdir()
    (folder / "policies").mkdir()
    (folder / "reading").mkdir()
    listed = {}
    for name in names:
        path = folder / "policies" / f"{name}.md"
        path.write_text(TEXT.replace("Harbourlight", name))
        listed[name] = {
            "file": path.name,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "text_sha256": hashlib.sha256(read_text(decode(path.read_bytes(), path.name)).text.encode()).hexdigest(),
        }
    (questions / "policies.json").write_text(json.dumps(listed))
    return questions


def test_nothing_is_learned_from_policies_that_are_held_or_left_out(tmp_path):
    questions = shelved(tmp_path, ("x-one", "x-two", "x-three"))
    (questions / "split.toml").write_text('held = ["x-two"]\nleft_out = ["x-three"]\n')
    real, split = policies.shelf(tmp_path, questions), policies.split(questions)
    at = list(real["x-one"].clauses[0].span)
    line = {"question": "sold?", "outcome": ["no"], "clauses": [at], "near": []}
    told = {"lead": "", "before": "", "path": [], "clause": "Cookies end with the visit."}
    for name in real:
        (questions / f"{name}.jsonl").write_text(json.dumps(line))
    (tmp_path / "reading" / "contrast.jsonl").write_text(
        "\n".join(
            json.dumps(
                {**told, "policy": name[2:], "questions": [{"q": "gone?", "a": "yes"}, {"q": "ads?", "a": "none"}]}
            )
            for name in real
        )
    )
    for kind, name in product(sources.OF_CLAUSES, real):
        (questions / kind).mkdir(exist_ok=True)
        sides = [
            {"question": "sold?", "outcome": ["no"], "clause": at},
            {"question": "lent?", "outcome": [], "clause": at},
        ]
        (questions / kind / f"{name}.jsonl").write_text("\n".join(map(json.dumps, sides)))
    asked = [*sources.about_policies(real, split, questions), *sources.contrast(tmp_path, real, split)]
    asked += sources.about_clauses(real, split, questions)
    every = list(groups.groups(asked, [[0]] * sum(each.searched for each in asked)))
    assert [(group.source, group.policy) for group in groups.learned(every)] == [
        ("policies", "x-one"),
        ("contrast", "x-one"),
        ("contrast", "x-one"),
        *((kind, "x-one") for kind in sources.OF_CLAUSES for _ in range(2)),
    ]
    assert [(each.question, each.searched) for each in asked if each.source == "sides" and not each.held] == [
        ("sold?", True),
        ("lent?", False),
    ]
    assert not any(each.searched for each in asked if each.source == "crossed")  # another clause may answer, too
    sold, lent = (group for group in groups.learned(every) if group.source == "sides")
    assert [row.outcomes for row in lent.rows] == [()]
    assert sold.rows[0].outcomes == (Outcome.NO,)
    assert {group.policy for group in groups.held(every)} == {"x-two"}
    (golden,) = sources.held_golden(real, split, questions)
    assert (golden.policy, golden.gold) == ("x-two", ("We never sell what we know about you.",))


def test_a_policy_that_is_not_the_one_the_questions_are_about_is_refused(tmp_path):
    questions = shelved(tmp_path, ("x-one",))
    path = tmp_path / "policies" / "x-one.md"
    path.write_text(path.read_text() + "More.\n")
    with pytest.raises(BadTrainingData, match=r"x-one\.md.* has sha256 .*, expected"):
        policies.shelf(tmp_path, questions)
    path.unlink()
    with pytest.raises(BadTrainingData, match="is missing; give the folder"):
        policies.shelf(tmp_path, questions)


def test_a_place_is_found_again_when_the_text_is_parted_otherwise(harbourlight):
    one = harbourlight.clauses[clause(harbourlight, "couriers")]
    two = harbourlight.clauses[clause(harbourlight, "on its way")]
    number = harbourlight.clauses.index(one)
    assert policies.clauses_at(harbourlight, [two.span, one.span, one.span]) == (number, number + 1)
    joined = dataclasses.replace(one, span=Span(one.span.start, two.span.end))
    clauses = (*harbourlight.clauses[:number], joined, *harbourlight.clauses[number + 2 :])
    assert policies.clauses_at(dataclasses.replace(harbourlight, clauses=clauses), [two.span]) == (number,)
    cut = one.span.start + 8
    parts = [dataclasses.replace(one, span=span) for span in (Span(one.span.start, cut), Span(cut, one.span.end))]
    clauses = (*harbourlight.clauses[:number], *parts, *harbourlight.clauses[number + 1 :])
    assert policies.clauses_at(dataclasses.replace(harbourlight, clauses=clauses), [one.span]) == (number + 1,)
    with pytest.raises(BadTrainingData, match="no clause"):
        policies.clauses_at(harbourlight, [Span(10**6, 10**6 + 1)])


def test_the_committed_questions_follow_their_format():
    listed, split, written = policies.sources(), policies.split(), sources.written()
    assert set(written) <= set(listed)
    assert split.held | split.left_out <= set(listed)
    assert not split.held & split.left_out
    assert sum(map(len, written.values())) > 2500
    unseen = sources.written(sources.UNSEEN)
    assert set(unseen) == split.held
    for policy_id, questions in [*written.items(), *unseen.items()]:
        asked = [each.question.lower().strip() for each in questions]
        assert len(set(asked)) == len(asked), policy_id
        for each in questions:
            assert (each.outcome[0] is Outcome.SILENT) == (not each.clauses), (policy_id, each.question)
            assert Outcome.SILENT not in each.outcome[1:]
            assert len(set(each.outcome)) == len(each.outcome) <= 2
            assert not set(each.clauses) & set(each.near)
            for spans in (each.clauses, each.near):
                assert list(spans) == sorted(spans)
                assert all(span.start < span.end for span in spans)
    kinds = {kind: sources.written_about_clauses(kind) for kind in sources.OF_CLAUSES}
    for kind, of_policies in kinds.items():
        assert not (split.held | split.left_out) & set(of_policies)
        assert sum(map(len, of_policies.values())) > (3500 if kind == "crossed" else 6000), kind
    for policy_id, of_clauses in (pair for of_policies in kinds.values() for pair in of_policies.items()):
        pairs = [(each.clause, each.question.lower().strip()) for each in of_clauses]
        assert len(set(pairs)) == len(pairs), policy_id
        for side in of_clauses:
            assert Outcome.SILENT not in side.outcome
            assert len(set(side.outcome)) == len(side.outcome) <= 2


def test_questions_about_quotations_are_asked_of_the_quotation_alone(tmp_path, monkeypatch):
    file, asked = tmp_path / tosdr.FILE, tmp_path / "tosdr.jsonl"
    with pytest.raises(BadTrainingData, match="missing; give the folder"):
        list(sources.about_quotes(tmp_path, asked))
    file.parent.mkdir()
    file.write_text(json.dumps({"id": "7", "quote": "We <b>never</b> sell it.", "case": "", "title": ""}) + "\n")
    with pytest.raises(BadTrainingData, match="expected a489152def09"):
        list(sources.about_quotes(tmp_path, asked))
    monkeypatch.setattr(tosdr, "SHA256", hashlib.sha256(file.read_bytes()).hexdigest())
    lines = [{"quote": "7", "question": "sold?", "outcome": ["no"]}, {"quote": "7", "question": "lent?", "outcome": []}]
    asked.write_text("\n".join(map(json.dumps, lines)))
    sold, lent = groups.groups(sources.about_quotes(tmp_path, asked), [])
    assert [(row.text, row.outcomes) for row in (*sold.rows, *lent.rows)] == [
        ("We never sell it.", (Outcome.NO,)),
        ("We never sell it.", ()),
    ]
    asked.write_text(json.dumps({"quote": "8", "question": "sold?", "outcome": ["no"]}))
    with pytest.raises(BadTrainingData, match="quotation 8"):
        list(sources.about_quotes(tmp_path, asked))


def test_committed_questions_about_quotations_follow_their_format_and_hold_no_stretch_of_them():
    written = list(sources.questions_of_quotes())
    assert len({(each.quote, each.question.lower().strip()) for each in written}) == len(written) > 2000
    assert all(
        Outcome.SILENT not in each.outcome and len(set(each.outcome)) == len(each.outcome) <= 2 for each in written
    )
    if not (DATA / tosdr.FILE).is_file():
        return  # the texts are no part of this project
    quotes = tosdr.quotes(DATA)
    for each in written:
        inside, asked = words(quotes[each.quote]), words(each.question)
        stretches = {tuple(inside[at : at + 8]) for at in range(len(inside) - 7)}
        assert not any(tuple(asked[at : at + 8]) in stretches for at in range(len(asked) - 7)), each.question


def test_committed_questions_about_passages_follow_their_format():
    asked = list(sources.about_passages())
    assert len({(each.passage, each.question.lower().strip()) for each in asked}) == len(asked) > 4000
    assert sum(not each.outcomes for each in asked) > len(asked) / 4
    for each in asked:
        assert Outcome.SILENT not in each.outcomes
        assert len(set(each.outcomes)) == len(each.outcomes) <= 2
        assert each.passage is not None
        assert each.passage.text == " ".join(each.passage.text.split())
        assert each.passage.context == " ".join(each.passage.context.split())
        assert not each.passage.context or each.passage.context.endswith((":", ".")), each.passage.context


def words(text):
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


COMMITTED = [sources.written(), sources.written(sources.UNSEEN)]


@pytest.fixture(scope="module")
def about_clauses():
    """What is asked of single clauses, kind after kind, by policy: read once for all policies."""
    return [sources.written_about_clauses(kind) for kind in sources.OF_CLAUSES]


@pytest.mark.parametrize("policy_id", sorted(set().union(*COMMITTED)))
def test_no_committed_question_holds_a_stretch_of_its_policy(policy_id, about_clauses):
    source: Source = policies.sources()[policy_id]
    path = DATA / policies.POLICIES / source.file
    if not path.is_file():
        pytest.skip(f"the text is no part of this project, and not in {DATA}")
    text = read_text(decode(path.read_bytes(), path.name)).text
    assert hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256
    assert hashlib.sha256(text.encode()).hexdigest() == source.text_sha256
    inside = words(text)
    stretches = {tuple(inside[at : at + 8]) for at in range(len(inside) - 7)}
    for each in (one for written in COMMITTED for one in written.get(policy_id, ())):
        asked = words(each.question)
        assert not any(tuple(asked[at : at + 8]) in stretches for at in range(len(asked) - 7)), each.question
        assert all(span.end <= len(text) for span in (*each.clauses, *each.near))
    for side in (one for written in about_clauses for one in written.get(policy_id, ())):
        asked = words(side.question)
        assert not any(tuple(asked[at : at + 8]) in stretches for at in range(len(asked) - 7)), side.question
        assert side.clause.end <= len(text)
