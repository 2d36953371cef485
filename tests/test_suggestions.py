"""What a policy answers of the bank's questions: found out once, kept on disk, and nobody waits for it. Read by words alone."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.errors import ReaderFailed
from assistant.model import Answer, Outcome
from assistant.practices.bank import Bank, Practice
from assistant.reading.base import Read
from assistant.reading.bounds import Bounds, Sureness
from assistant.reading.passages import Passage
from assistant.review.suggestions import SURE, Coverage
from assistant.settings import Settings
from tests.word_reader import WordReader, reads_by_words

TEXTS = {
    "acme": "# Privacy\n\n## Selling\n\nWe never sell your data.\n\nWe do not sell cookies.\n\n## Other\n\n"
    "Cookies are used.\n\nOur questions desk answers questions about this privacy policy.\n",
    "zeta": "# Privacy\n\nCookies are used.\n\nYour data is kept for ten days.\n",
}
QUESTIONS = {  # id: action, question
    "sell-data": ("sell", "Do you sell my data?"),
    "sell-cookies": ("sell", "Do you sell cookies?"),
    "use-cookies": ("track", "Are cookies used?"),
    "keep": ("retain", "Is my data kept?"),
    "contact-privacy": ("inform", "Who answers questions about this privacy policy?"),
    "children": ("children", "May children use this site?"),
    "unsuggested": ("share", ""),
}


def bank(whole: Bank) -> Bank:
    practices = tuple(
        Practice(id=id_, title=id_, suggests=question, action=action, data=("any",))
        for id_, (action, question) in QUESTIONS.items()
    )
    return Bank(whole.vocabulary, practices, ())


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    settings = Settings(policies=tmp_path / "policies", data=tmp_path / "data", encoder="hashing")
    settings.policies.mkdir()
    for policy_id, text in TEXTS.items():
        (settings.policies / f"{policy_id}.md").write_text(text)
    build_index(settings)
    return settings


@pytest.fixture
def start(place: Settings) -> Callable[[], tuple[Coverage, WordReader]]:
    """`start()`: a start of the program: what it covers, and who reads for it."""

    def started() -> tuple[Coverage, WordReader]:
        assistant = open_assistant(place, mend=True)
        assistant.bank = bank(assistant.bank)
        reader = reads_by_words(assistant)
        return Coverage(assistant), reader

    return started


def questions(covered: Sequence[object]) -> list[str]:
    return [each.question for each in covered]  # type: ignore[attr-defined]


# --- what is covered --------------------------------------------------------------------------------------------------


def test_what_a_policy_answers_is_covered_in_order_of_the_bank_each_with_its_clause(start):
    coverage, _ = start()
    covered = coverage.of("acme")
    assert [each.practice.id for each in covered] == ["sell-data", "sell-cookies", "use-cookies", "contact-privacy"]
    for each in covered:
        assert each.answer.outcome.has_evidence
        assert each.answer.confidence >= SURE
        assert coverage.assistant.policies["acme"].supports(each.first)
    assert [each.practice.id for each in coverage.of("zeta")] == ["use-cookies", "keep"]


def test_what_is_unclear_is_not_covered(start):
    coverage, _ = start()
    coverage.assistant.bounds = Bounds(claims=1.0)  # no yes and no no is sure enough
    assert coverage.assistant.ask("Do you sell my data?", "acme").outcome is Outcome.UNCLEAR
    # Who answers questions is not answered yes or no, so it is not unclear.
    assert [each.practice.id for each in coverage.of("acme")] == ["contact-privacy"]


def test_what_is_not_sure_is_not_covered(start):
    coverage, _ = start()
    coverage.assistant.bounds = Bounds(claims=0.0, sure=Sureness(0.2, 0.0, 0.0, 0.0, 0.0, 0.0))
    answer = coverage.assistant.ask("Do you sell my data?", "acme")
    assert (answer.outcome, answer.confidence < SURE) == (Outcome.NO, True)
    assert coverage.of("acme") == ()


def test_what_few_passages_tell_to_be_unanswered_is_asked_no_further(start):
    coverage, reader = start()
    coverage.of("acme")
    asked = [question for question, _ in reader.asked]
    assert asked.count("May children use this site?") == 1
    assert asked.count("Do you sell my data?") == 2
    assert max(number for _, number in reader.asked) <= 10


# --- suggestions ------------------------------------------------------------------------------------------------------


class Waiting(WordReader):
    """Reads when it is let."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on, self.reading = threading.Event(), threading.Event()

    def read_by(self, question: str, passages: Sequence[Passage]) -> Read:
        self.reading.set()
        assert self.go_on.wait(30)
        return super().read_by(question, passages)


@pytest.fixture
def waiting(start) -> Iterator[tuple[Coverage, Waiting, Answer]]:
    """A coverage whose reader waits, and an answer that was given before."""
    coverage, _ = start()
    answer = coverage.assistant.ask("Do you sell my data?", "acme")
    reader = coverage.assistant.reader = Waiting()
    yield coverage, reader, answer
    reader.go_on.set()


def test_suggestions_never_wait_for_what_is_being_found_out(waiting):
    coverage, reader, answer = waiting
    found_out = coverage.warm()
    assert reader.reading.wait(30)
    assert coverage.starters(["acme", "zeta"]) == coverage.next(answer, []) == []
    assert found_out.is_alive(), "it was still being found out"
    reader.go_on.set()
    found_out.join(30)
    assert coverage.starters(["acme", "zeta"])
    assert coverage.next(answer, [])


def test_whom_to_ask_is_known_before_what_a_policy_covers(start):
    coverage, reader = start()
    contact = coverage.contact("acme")
    assert contact is not None
    assert contact.quote == "Our questions desk answers questions about this privacy policy."
    assert coverage.contact("zeta") is None
    assert coverage.starters(["acme", "zeta"]) == []
    read = len(reader.asked)
    assert coverage.contact("acme") == contact
    assert coverage.contact("zeta") is None
    assert len(reader.asked) == read


def test_two_that_need_it_at_once_find_it_out_once(waiting):
    coverage, reader, _ = waiting
    threads = [coverage.warm(["acme"]), coverage.warm(["acme"])]
    assert reader.reading.wait(30)
    reader.go_on.set()
    for thread in threads:
        thread.join(30)
    assert [question for question, _ in reader.asked].count("May children use this site?") == 1


def test_when_it_is_to_end_no_further_question_is_read_and_nothing_half_is_kept(waiting):
    coverage, reader, _ = waiting
    found_out = coverage.warm()
    assert reader.reading.wait(30)
    ending = threading.Thread(target=coverage.end)
    ending.start()
    while not coverage._ended.is_set():
        ending.join(0.01)
    assert ending.is_alive(), "a question is being read: a program that ended now would be aborted"
    reader.go_on.set()
    ending.join(30)
    assert not found_out.is_alive()
    assert {question for question, _ in reader.asked} == {"Do you sell my data?"}
    assert coverage.starters(["acme", "zeta"]) == []
    assert not list(coverage.assistant.memory.glob("coverage/*.json"))


def test_starters_are_of_different_kinds_and_what_more_policies_answer_goes_first(start):
    coverage, _ = start()
    coverage.warm().join(30)
    assert coverage.starters(["acme"]) == ["Do you sell my data?", "Are cookies used?", QUESTIONS["contact-privacy"][1]]
    assert set(coverage.starters(["acme", "zeta"])) == {
        "Do you sell my data?", "Are cookies used?", "Is my data kept?", QUESTIONS["contact-privacy"][1]
    }  # fmt: skip
    assert coverage.starters(["acme", "zeta"], most=1) == ["Do you sell my data?"]


def test_an_answer_leads_on_to_what_was_neither_asked_nor_cited(start):
    coverage, _ = start()
    coverage.warm().join(30)
    answer = coverage.assistant.ask("Do you sell my data?", "acme")
    offered = coverage.next(answer, ["Do you sell my data?"])
    assert offered[0] == "Do you sell cookies?", "of the same section"
    assert "Do you sell my data?" not in offered
    assert "Do you sell cookies?" not in coverage.next(answer, ["Do you sell my data?", "Do you sell cookies?"])
    silent = coverage.assistant.ask("May children use this site?", "acme")
    assert silent.outcome is Outcome.SILENT
    assert coverage.next(silent, ["Are cookies used?"]) == ["Do you sell my data?", QUESTIONS["contact-privacy"][1]]


def test_every_suggested_question_is_answered(assistant, coverage):
    """The real thing: whatever is suggested cites a clause and is not unclear."""
    covered = coverage.of("vps6")
    assert len(covered) >= 10
    suggested = coverage.starters(["vps6"])
    assert len(suggested) >= 3
    for question in suggested:
        answer = assistant.ask(question, "vps6")
        assert answer.outcome not in (Outcome.SILENT, Outcome.UNCLEAR, Outcome.OFF_TOPIC), question
        assert answer.confidence >= SURE


# --- kept on disk -----------------------------------------------------------------------------------------------------


def test_what_was_found_out_is_not_asked_again_by_a_later_start(start):
    first, reader = start()
    found = first.of("acme")
    assert reader.asked
    later, reader = start()
    assert later.of("acme") == found
    assert reader.asked == []
    later.of("zeta")
    assert reader.asked, "the other policy was not found out yet"


def test_what_was_kept_is_suggested_at_once(start):
    start()[0].of("acme")
    coverage, _ = start()
    reader = coverage.assistant.reader = Waiting()
    assert coverage.starters(["acme"]) == []
    found_out = coverage.warm()
    assert coverage.starters(["acme"])
    assert coverage.contact("acme") is not None
    reader.go_on.set()
    found_out.join(30)


def test_an_answer_stands_where_whom_to_ask_cannot_be_found_out(start, monkeypatch):
    coverage, _ = start()

    def fails(*_: object, **__: object) -> None:
        raise ReaderFailed("the server is lost")

    with monkeypatch.context() as patch:
        patch.setattr(coverage.assistant, "read", fails)
        assert coverage.contact("acme") is None
    assert coverage.contact("acme") is not None, "it is not remembered that there was none"


def test_whom_to_ask_is_taken_from_what_was_kept(start):
    start()[0].of("acme")
    coverage, reader = start()
    assert coverage.contact("acme") is not None
    assert reader.asked == []


def test_of_several_processes_one_finds_out_what_a_policy_covers(start):
    one, other = start()[0], start()[0]
    waits, reads = Waiting(), WordReader()
    one.assistant.reader, other.assistant.reader = waits, reads
    first = one.warm(["acme"])
    assert waits.reading.wait(30)
    second = other.warm(["acme"])
    second.join(1.5)
    assert second.is_alive(), "it did not wait"
    waits.go_on.set()
    first.join(30)
    second.join(30)
    assert one.starters(["acme"]) == other.starters(["acme"]) != []
    assert reads.asked == [], "both found it out"


def test_one_that_ends_while_another_finds_out_waits_for_nobody(start):
    one, other = start()[0], start()[0]
    waits = one.assistant.reader = Waiting()
    found_out = one.warm(["acme"])
    assert waits.reading.wait(30)
    other.warm(["acme"])
    other.end()
    assert other.starters(["acme"]) == []
    waits.go_on.set()
    found_out.join(30)


def another_reader(coverage: Coverage, place: Settings) -> None:
    coverage.assistant.reader.name = "another"  # type: ignore[misc]


def other_bounds(coverage: Coverage, place: Settings) -> None:
    coverage.assistant.bounds = Bounds(answers=0.4)


def another_question(coverage: Coverage, place: Settings) -> None:
    whole = coverage.assistant.bank
    first = whole.practices[0].model_copy(update={"suggests": "Is data sold?"})
    coverage.assistant.bank = Bank(whole.vocabulary, (first, *whole.practices[1:]), ())


def a_damaged_file(coverage: Coverage, place: Settings) -> None:
    for path in (place.data / "coverage").iterdir():
        path.write_text(path.read_text()[:-20])


@pytest.mark.parametrize("change", [another_reader, other_bounds, another_question, a_damaged_file])
def test_another_reader_or_question_finds_out_anew_and_so_does_who_cannot_read_what_was_kept(start, place, change):
    start()[0].of("acme")
    coverage, reader = start()
    change(coverage, place)
    assert coverage.of("acme")
    assert reader.asked


def test_another_text_is_found_out_anew(start, place):
    assert start()[0].of("zeta")
    (place.policies / "zeta.md").write_text(TEXTS["zeta"].replace("ten days", "two days"))
    build_index(place)
    coverage, reader = start()
    assert {each.first.policy_sha256 for each in coverage.of("zeta")} == {coverage.assistant.policies["zeta"].sha256}
    assert reader.asked


def test_a_citation_says_what_is_known_of_the_policy_now(start, place):
    start()[0].of("zeta")
    (place.policies / "zeta.json").write_text(
        json.dumps({"snapshot_date": "2024-05-06", "source_url": "https://zeta.example/"})
    )
    (place.policies / "twin.md").write_text(TEXTS["zeta"])
    build_index(place)
    coverage, _ = start()
    dated, twin = coverage.of("zeta")[0].first, coverage.of("twin")[0].first
    assert (dated.source_url, str(dated.snapshot_date)) == ("https://zeta.example/", "2024-05-06")
    assert (twin.policy_id, twin.source_url, twin.quote) == ("twin", None, dated.quote)


def test_without_a_folder_or_with_one_that_cannot_be_written_it_is_found_out_all_the_same(start, place):
    coverage, _ = start()
    coverage.assistant.memory = None
    found = coverage.of("acme")
    assert not (place.data / "coverage").exists()
    (place.data / "coverage").write_text("in the way")
    assert start()[0].of("acme") == found
