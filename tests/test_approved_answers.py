"""A company's own sentence is said for its question alone, with the outcome and the clause it was approved with, or not at all."""

from __future__ import annotations

import itertools
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from assistant.bootstrap.company_data import settle_approved
from assistant.bootstrap.factory import build_index, open_policies
from assistant.company.accounts.audit import entries
from assistant.company.approved.approving import approve
from assistant.company.approved.following import BY, settle
from assistant.company.approved.likeness import BOUND, alike, near
from assistant.company.approved.store import LONGEST, ApprovedAnswer, ApprovedAnswers, Clause, State
from assistant.company.approved.wording import ApprovedWords
from assistant.company.database.engine import Database
from assistant.errors import BadApproval, DatabaseUnusable
from assistant.languages import language
from assistant.model import Answer, Approved, Outcome
from assistant.own_words import in_own_words
from assistant.settings import Settings
from corpus.shelf.catalogue import Metadata, Shelf, policy_of
from corpus.versions.archive import FolderArchive

GOLDEN = Path(__file__).parent / "golden"
NEAR = tomllib.loads((GOLDEN / "near_misses.toml").read_text(encoding="utf-8"))
SOLD, OURS = "do you sell my data?", "We have never sold anybody's data, and never will."


def kept(policy, quote, **fields) -> ApprovedAnswer:
    """An answer that rests on a quote of a policy."""
    start = policy.text.index(quote)
    clause = Clause(policy.sha256, start, start + len(quote), quote)
    given = {"question": SOLD, "policy": policy.id, "english": OURS, "german": None, "outcome": Outcome.NO}
    return ApprovedAnswer(**given | {"clause": clause, "by": "ada", "at": datetime(2026, 5, 6, tzinfo=UTC)} | fields)


def answered(assistant, outcomes=(Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED)):
    """A question to a policy with one of these outcomes, and its answer."""
    for policy, question in itertools.product(assistant.current, (SOLD, "do you use cookies?", "what is this?")):
        answer = assistant.ask(question, policy)
        if answer.outcome in outcomes:
            return question, policy, answer
    raise AssertionError(f"no policy answers {outcomes}")


class Says:
    """A company that has one sentence for everything."""

    def said(self, question, answer, language, reads):
        return OURS, Approved(number=1, on=date(2026, 5, 6), instead_of=answer.text)


@pytest.mark.parametrize("code", ["en", "de"])
def test_an_exception_that_is_cited_next_is_told_behind_the_companys_sentence_too(assistant, code):
    _, _, answer = answered(assistant)
    texts = language(code)
    assert in_own_words(Says(), SOLD, answer, texts, assistant).text == OURS
    told = in_own_words(Says(), SOLD, answer, texts, assistant, excepted=True)
    assert told.text == OURS + texts.say("answer.excepted")
    assert in_own_words(None, SOLD, answer, texts, assistant, excepted=True) == answer


# --- which questions --------------------------------------------------------------------------------------------------


def pairs(kind):
    return [(question, other) for question, each in NEAR.items() for other in each[kind]]


def taken(assistant, found):
    texts = list(dict.fromkeys(text for pair in found for text in pair))
    vectors = dict(zip(texts, (each.vector for each in assistant.searcher.encode(*texts)), strict=True))
    return [pair for pair in found if alike(*pair) and near(vectors[pair[0]], vectors[pair[1]])]


def test_no_near_miss_is_taken_and_most_rewordings_are(assistant):
    """The figures of docs/operations.md, with the real encoder."""
    assert BOUND == 0.75
    assert taken(assistant, pairs("near")) == []
    assert (len(pairs("near")), len(pairs("same")), len(taken(assistant, pairs("same")))) == (160, 98, 80)


ONES = ("advertisers", "my employer", "third parties", "the police", "your partners")
OTHERS = ("my bank", "insurers", "other users")


@pytest.mark.parametrize(
    ("asked", "turned"),
    [
        ("Do {one} get my data?", "Do you get my data from {one}?"),
        ("Do you share my data with {one}?", "Do {one} share my data with you?"),
        ("Is my data shared with {one}?", "Is my data shared by {one}?"),
        ("Can {one} read my messages?", "Can you read the messages of {one}?"),
        ("Do you tell {one} about me?", "Do you tell me about {one}?"),
        ("Do you tell {one}?", "Do {one} tell you?"),
        ("Do you give {one} my data?", "Do {one} give you my data?"),
        ("Do {one} share data with {other}?", "Do {other} share data with {one}?"),
        ("Do you move data from {one} to {other}?", "Do you move data from {other} to {one}?"),
        ("Is data given by {one} to {other}?", "Is data given by {other} to {one}?"),
        ("Are {one} paid by {other}?", "Are {other} paid by {one}?"),
        ("Do you tell {one} if I leave {other}?", "Do you leave {one} if I tell {other}?"),
        ("Do you tell {one} if I do not agree?", "Do you not tell {one} if I agree?"),
        ("Do you tell {one} when I agree?", "Do you tell {one} when you agree?"),
    ],
)
def test_the_other_direction_is_another_question_whoever_it_is(asked, turned):
    for one, other in itertools.product(ONES, OTHERS):
        assert not alike(asked.format(one=one, other=other), turned.format(one=one, other=other))
        assert alike(asked.format(one=one, other=other), asked.format(one=one, other=other).upper())


@pytest.mark.parametrize(
    ("active", "passive"),
    [
        ("Do you share my data with {one}?", "Is my data shared with {one}?"),
        ("Will you sell my card number to {one}?", "will my card number be sold to {one}"),
        ("Can {one} read my messages?", "Can my messages be read by {one}?"),
        ("Do you tell {one} if I leave?", "If I leave, are {one} told?"),
        ("How long do you keep my calls to {one}?", "how long are my calls to {one} kept"),
    ],
)
def test_active_and_passive_are_one_question(active, passive):
    for one in ONES:
        assert alike(active.format(one=one), passive.format(one=one))


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("do you sell my data?", "did you sell my data?"),
        ("do you sell my data?", "have you sold my data?"),
        ("are you hacked?", "were you hacked?"),
        ("is my card number shared?", "has my card number been shared?"),
        ("who gets my data?", "who has got my data?"),
    ],
)
def test_what_has_happened_is_another_question_than_what_happens(now, then):
    assert not alike(now, then)
    assert alike(now, now.upper())
    assert alike(then, then.upper())


@pytest.mark.parametrize("america", ["the US", "the us", "the U.S.", "the United States", "the USA"])
def test_america_is_not_ourselves(america):
    assert alike(f"Do you send my data to {america}?", "is my data sent to the US?")
    assert not alike(f"Do you send my data to {america}?", "Do you send my data to us?")
    assert not alike(f"Do you send my data to {america}?", "Do you send my data?")


def test_of_other_questions_none_is_taken_for_one_that_means_something_else(assistant):
    asked = tomllib.loads((GOLDEN / "paraphrases.toml").read_text(encoding="utf-8"))["questions"]
    every = [(meaning, question) for meaning, all_ in asked.items() for question in all_]
    pairs_ = {(one[1], two[1]): one[0] == two[0] for one, two in itertools.combinations(every, 2)}
    assert (sum(pairs_.values()), len(pairs_)) == (120, 3160)
    assert [pairs_[pair] for pair in pairs_ if alike(*pair)] == [
        True
    ]  # words alone leave one, of which vectors are near the bound
    assert all(pairs_[pair] for pair in taken(assistant, list(pairs_)))


def test_vectors_that_are_far_apart_are_not_taken_whatever_the_words(assistant):
    one, two = assistant.searcher.encode(SOLD, "how do I bake bread?")
    assert not near(one.vector, two.vector)


# --- said, and not said -----------------------------------------------------------------------------------------------


def test_the_sentence_is_the_companys_and_all_else_the_policys(assistant, speaking, store):
    question, policy, plain = answered(assistant)
    number = approve(speaking, store, question, policy, OURS, "Nie.", by="ada")
    said = speaking.ask(question.upper(), policy)
    today = datetime.now(UTC).date()
    assert said.text == OURS
    assert said.approved == Approved(number=number, on=today, instead_of=plain.text)
    assert said.marked is None
    same = {"outcome", "citations", "reader", "searched"}
    assert said.model_dump(include=same) == plain.model_dump(include=same)
    assert said.confidence == pytest.approx(plain.confidence, abs=0.01)  # what is read in capitals rounds otherwise
    assert said.as_json()["approved"]["number"] == number
    assert "approved" not in plain.as_json()
    assert speaking.ask(question, policy, language="de").text == "Nie."
    assert speaking.ask(question).by_policy[policy].text == OURS
    assert speaking.ask_each(question, [policy])[policy].approved is None  # a comparison shows what policies say


@pytest.mark.parametrize("question", ["Does Rackspace use cokies?", "does RACKSPACE shrae my card numbr?"])
def test_a_question_with_a_companys_name_and_typing_errors_is_known_again(assistant, speaking, store, question):
    policy = "rackspace"
    assert assistant.as_read(question, policy) != question
    number = approve(speaking, store, question, policy, OURS, by="ada")
    assert store.get(number).question == question  # people see what was typed
    said = [
        speaking.ask(question, policy),
        speaking.ask(question),
        speaking.ask(assistant.as_read(question, policy), policy),
    ]
    assert [each.approved and each.approved.number for each in said] == [number] * 3


def test_without_a_german_sentence_the_policys_own_is_said_in_german(assistant, speaking, store):
    question, policy, _ = answered(assistant)
    approve(speaking, store, question, policy, OURS, by="ada")
    assert speaking.ask(question, policy, language="de").text == assistant.ask(question, policy, language="de").text


def given(store, answer, **changed):
    cited = answer.citations[0]
    fields = {"policy_sha256": cited.policy_sha256, "start": cited.start, "end": cited.end, "quote": cited.quote}
    clause = Clause(**fields | {name: changed.pop(name) for name in list(changed) if name in fields})
    kept_ = {"question": answer.question, "policy": cited.policy_id, "outcome": answer.outcome} | changed
    store.keep(ApprovedAnswer(english=OURS, german=None, clause=clause, by="ada", at=datetime.now(UTC), **kept_))


@pytest.mark.parametrize(
    "changed",
    [
        {"outcome": Outcome.UNCLEAR}, {"policy": "another"}, {"start": 0}, {"end": 9}, {"policy_sha256": "0" * 64},
        {"quote": "other words"}, {"question": "do you not sell my data?"}, {"state": State.LAPSED},
        {"state": State.WITHDRAWN},
    ],
)  # fmt: skip
def test_another_outcome_clause_text_or_question_never_takes_it(assistant, speaking, store, changed):
    question, policy, answer = answered(assistant, (Outcome.YES, Outcome.NO))
    words = ApprovedWords(store, fresh=0)
    given(store, answer)
    assert words.said(question, answer, "en", assistant) is not None
    store.withdraw(1, by="ada")
    given(store, answer, **changed)
    assert words.said(question, answer, "en", assistant) is None
    assert speaking.ask(question, policy) == answer


def test_silence_and_what_is_unclear_get_no_sentence(assistant, store):
    with pytest.raises(BadApproval, match="claims nothing"):
        approve(assistant, store, "do you scan my face with a drone?", "rackspace", OURS, by="ada")
    with pytest.raises(BadApproval, match="claims nothing"):
        approve(assistant, store, "hello!", "rackspace", OURS, by="ada")
    assert store.all() == []
    silent = assistant.ask("do you scan my face with a drone?", "rackspace")
    mark = Approved(number=1, on=date(2026, 5, 6), instead_of="")
    with pytest.raises(ValueError, match="has no approved sentence"):
        Answer.model_validate(silent.model_dump() | {"approved": mark})


def test_a_database_that_is_away_costs_the_sentence_and_no_answer(assistant, caplog, tmp_path):
    class Away(ApprovedAnswers):
        def all(self, state=None):
            raise DatabaseUnusable("it is away")

    question, _, answer = answered(assistant)
    words = ApprovedWords(Away(Database(tmp_path)), fresh=0)
    assert words.said(question, answer, "en", assistant) is None
    assert words.said(question, answer, "en", assistant) is None
    assert caplog.text.count("it is away") == 1  # it is not asked again at once


# --- kept -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "wrong"), [("  ", "is empty"), ("a" * (LONGEST + 1), "at most"), ("a\x07b", "no text")]
)
def test_a_sentence_is_text(assistant, store, words, wrong):
    with pytest.raises(BadApproval, match=wrong):
        store.keep(kept(assistant.policies["rackspace"], "information", english=words))
    assert store.all() == []


def test_each_change_is_in_the_log(database, assistant, store):
    policy = assistant.policies["rackspace"]
    number = store.keep(kept(policy, "information"))
    store.keep(kept(policy, "information", english="Other.", number=number, by="bob"))
    assert store.withdraw(number, by="cy").state is State.WITHDRAWN
    told = [(each.who, each.what, each.about) for _, each in entries(database)]
    about = f"answer {number}"  # the log keeps for ever: not a word of a question that may be a customer's
    assert told == [
        ("cy", "approved answer withdrawn", about),
        ("bob", "approved answer changed", about),
        ("ada", "answer approved", about),
    ]
    assert store.get(number).english == "Other."
    with pytest.raises(BadApproval, match="no approved answer 99"):
        store.withdraw(99, by="cy")


# --- another text -----------------------------------------------------------------------------------------------------

QUOTE = "We never sell the data that customers give us."
FIRST = f"# Policy\n\nWe keep your name for two years.\n\n{QUOTE}\n\nWe never keep:\n\n- card numbers;\n- passwords.\n"
SUPPORT = "Our support answers mails within two working days."


def text(words, name="ours", supersedes=None):
    return policy_of(name, words, Metadata(supersedes=supersedes), f"{name}.md")


def on_shelf(*policies):
    return Shelf(Path("policies"), {policy.id: policy for policy in policies})


def settled(store, tmp_path, after, quote=QUOTE, before=None):
    """What became of an answer that rests on a quote of the first text, in another."""
    archive, first = FolderArchive(tmp_path), before or text(FIRST)
    archive.keep([first])
    number = store.keep(kept(first, quote))
    policies = {each.id: each for each in after}
    done = settle(store, on_shelf(*after), archive)
    return store.get(number), done, policies


def test_an_unchanged_clause_is_followed(database, store, tmp_path):
    found, done, policies = settled(store, tmp_path, [text(FIRST.replace("# Policy", f"# Policy\n\n{SUPPORT}"))])
    clause = found.clause
    assert found.state is State.APPROVED
    assert clause.policy_sha256 == policies["ours"].sha256
    assert policies["ours"].text[clause.start : clause.end] == QUOTE
    assert clause.start > text(FIRST).text.index(QUOTE)
    assert [each.number for each in done.followed] == [found.number]
    assert settle(store, on_shelf(*policies.values()), FolderArchive(tmp_path)) == ((), ())
    assert [each.who for _, each in entries(database)] == [BY, "ada"]


def test_while_a_policy_cannot_be_read_its_answers_wait(store, tmp_path):
    found, *_ = settled(store, tmp_path, [text(FIRST)])
    assert settle(store, on_shelf(), FolderArchive(tmp_path), whole=False) == ((), ())
    assert store.get(found.number).state is State.APPROVED
    assert [each.number for each in settle(store, on_shelf(), FolderArchive(tmp_path)).lapsed] == [found.number]


@pytest.mark.parametrize(
    "words",
    [
        FIRST.replace("We never sell", "We sometimes sell"),
        FIRST.replace(QUOTE, ""),
        FIRST.replace(QUOTE, "We sell the data that customers give us."),
    ],
    ids=["reworded", "removed", "turned round"],
)
def test_a_changed_clause_lets_it_lapse(database, store, tmp_path, words):
    found, done, _ = settled(store, tmp_path, [text(words)])
    assert found.state is State.LAPSED
    assert [each.number for each in done.lapsed] == [found.number]
    assert entries(database)[0][1].what == "approved answer lapsed"


def test_the_log_names_what_lapsed_by_its_number_not_by_words_that_a_customer_may_have_typed(
    database, store, tmp_path, caplog
):
    archive = FolderArchive(tmp_path)
    archive.keep([text(FIRST)])
    number = store.keep(kept(text(FIRST), QUOTE))
    settle_approved(on_shelf(text(FIRST.replace(QUOTE, ""))), archive, database)
    assert f"approved answer {number} lapsed" in caplog.text
    assert SOLD not in caplog.text


def test_a_list_that_is_opened_otherwise_lets_it_lapse(store, tmp_path):
    found, *_ = settled(store, tmp_path, [text(FIRST.replace("We never keep:", "We always keep:"))], "card numbers;")
    assert found.state is State.LAPSED


@pytest.mark.parametrize(
    ("before", "after", "state"),
    [
        ("2. Selling data", "3. Selling data", State.APPROVED),
        ("Selling data", "b) SELLING DATA:", State.APPROVED),
        ("Selling data", "Residents of California", State.LAPSED),
        ("Selling data", None, State.LAPSED),
    ],
)
def test_a_clause_under_another_heading_lets_it_lapse_and_a_section_numbered_anew_does_not(
    store, tmp_path, before, after, state
):
    def under(heading):
        return text(FIRST.replace(QUOTE, f"## {heading}\n\n{QUOTE}" if heading else QUOTE))

    found, *_ = settled(store, tmp_path, [under(after)], before=under(before))
    assert found.state is state


def test_a_policy_that_is_gone_or_whose_text_was_not_kept_lets_it_lapse(store, tmp_path):
    assert settled(store, tmp_path, [text(FIRST, "another")])[0].state is State.LAPSED
    store.keep(kept(text(FIRST + SUPPORT), QUOTE))
    settle(store, on_shelf(text(FIRST)), FolderArchive(tmp_path / "empty"))
    assert {each.state for each in store.all()} == {State.LAPSED}


def test_it_follows_to_the_policy_that_supersedes_its_own(store, tmp_path):
    found, *_ = settled(store, tmp_path, [text(FIRST), text(FIRST + f"\n{SUPPORT}\n", "newer", "ours")])
    assert (found.state, found.policy) == (State.APPROVED, "newer")


def test_what_lapsed_stays_so_when_the_text_comes_back(store, tmp_path):
    found, *_ = settled(store, tmp_path, [text(FIRST.replace(QUOTE, ""))])
    settle(store, on_shelf(text(FIRST)), FolderArchive(tmp_path))
    assert store.get(found.number).state is State.LAPSED


def test_what_somebody_changed_meanwhile_is_left_to_them(store):
    number = store.keep(kept(text(FIRST), QUOTE))
    seen = store.get(number)
    store.withdraw(number, by="ada")
    assert store.lapse(seen, by=BY).state is State.WITHDRAWN
    assert store.follow(seen, "newer", seen.clause, by=BY).policy == "ours"


def test_building_the_index_settles_it(tmp_path, word_reader):
    folder = tmp_path / "policies"
    folder.mkdir()
    shelved = folder / "ours.md"
    settings = Settings(policies=folder, data=tmp_path / "data", encoder="hashing")
    shelved.write_text(FIRST)
    build_index(settings)
    own = ApprovedAnswers(Database.of(settings))
    number = own.keep(kept(open_policies(settings)["ours"], QUOTE))
    shelved.write_text(FIRST.replace("# Policy", f"# Policy\n\n{SUPPORT}"))
    build_index(settings)
    assert own.get(number).state is State.APPROVED
    assert own.get(number).clause.policy_sha256 == open_policies(settings)["ours"].sha256
    shelved.write_text(FIRST.replace("never sell", "sell"))
    build_index(settings)
    assert own.get(number).state is State.LAPSED
