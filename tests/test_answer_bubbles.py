"""Answers as people read them in the chat: everything quoted is shown literally, and nothing is lost."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.company.feedback.store import Feedback
from assistant.languages import CODES, language
from assistant.model import Answer, Outcome, Route
from assistant.surfaces.chat.messages import answer_bubble, note_bubble, question_bubble, starters
from assistant.surfaces.render.names import dated, escaped, permalink
from assistant.surfaces.render.policy_page import policy_markdown, shelf_markdown
from assistant.surfaces.render.terminal import answer_text
from corpus.model import Policy, Span, Summary
from tests.rendered import ALLOWED, EN, HOSTILE, Page, answered, made


@given(st.text(st.characters(blacklist_categories=("Cc", "Cs"))))
def test_escaped_text_is_shown_character_for_character(text: str) -> None:
    assert "".join(Page(f"<div>{escaped(text)}</div>").text("div")) == text
    assert "\n" not in escaped(text)


def test_what_cannot_be_shown_is_replaced_and_never_breaks_the_encoding() -> None:
    assert escaped("a\ud800b\x00c\x1b") == "a\ufffdb\ufffdc\ufffd"
    assert "".join(Page(f"<div>{escaped('a' + chr(9) + 'b' + chr(10) + 'c')}</div>").text("div")) == "a\tb\nc"


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_hostile_clause_is_quoted_exactly_and_runs_nothing(number: int) -> None:
    policy = made(HOSTILE)
    page = Page(answer_bubble(answered(policy, number), {"made": policy}, EN))
    assert page.text("blockquote") == [HOSTILE[number]]
    assert page.tags <= ALLOWED
    assert page.links == [f"?policy=made#c{number}", permalink(policy, number)]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_question_title_or_message_is_shown_literally(hostile: str) -> None:
    policy = made(["We keep nothing."], title=hostile, provider=hostile, source_url="javascript:alert(1)")
    answer = answered(policy, 0, text=hostile)
    for markdown in (
        question_bubble(hostile),
        note_bubble(hostile, EN),
        answer_bubble(answer, {"made": policy}, EN),
        policy_markdown(policy, EN),
        shelf_markdown([Summary.of(policy)], EN),
    ):
        page = Page(markdown)
        assert page.tags <= ALLOWED
        assert hostile in "".join(page.all)
        assert not [link for link in page.links if not link.startswith(("?policy=made", "policy/made#"))]


def test_an_answer_says_outcome_quote_heading_policy_and_date() -> None:
    policy = made(["We never share it.", "We may.", "We keep it."], snapshot_date=date(2010, 5, 16))
    page = Page(answer_bubble(answered(policy, 0, 2), {"made": policy}, EN))
    assert page.text("p", "outcome no") == ["No"]
    assert page.text("p", "sentence") == ["It is not."]  # its "No: " stands before it, as the outcome
    assert page.text("blockquote") == ["We never share it.", "We keep it."]
    assert page.text("details", "further")[0].startswith("1 further clause")
    assert page.text("span", "path")[0] == "Terms & *Privacy*"
    assert page.text("span", "title")[0] == "Made <b>up</b>, captured 16 May 2010"
    assert "Searched 3 clauses of Made <b>up</b>." in page.text("p", "searched")


def test_dates_are_never_invented() -> None:
    assert dated(made(["x"]), EN) == "date not stated"
    assert (
        dated(made(["x"], snapshot_date=date(2010, 5, 16), effective_date=date(2009, 1, 2)), EN)
        == "effective 2 January 2009"
    )


def test_a_version_is_dated_from_when_it_holds_else_by_its_last_change_else_by_its_capture() -> None:
    captured, updated, effective = date(2026, 7, 3), date(2026, 7, 1), date(2026, 8, 1)
    policy = made(["x"], snapshot_date=captured)
    assert (policy.date, dated(policy, EN)) == (captured, "captured 3 July 2026")
    policy = made(["x"], snapshot_date=captured, updated_date=updated)
    assert (policy.date, dated(policy, EN)) == (updated, "last updated 1 July 2026")
    assert dated(policy, language("de")) == "zuletzt geändert am 1. Juli 2026"
    assert dated(Summary.of(policy), EN) == "last updated 1 July 2026"
    page = Page(answer_bubble(answered(policy, 0), {"made": policy}, EN))
    assert page.text("span", "title")[0] == "Made <b>up</b>, last updated 1 July 2026"
    policy = made(["x"], snapshot_date=captured, updated_date=updated, effective_date=effective)
    assert (policy.date, dated(policy, EN)) == (effective, "effective 1 August 2026")


def test_silence_quotes_nothing() -> None:
    policy = made(["We never share it."])
    answer = answered(policy, outcome=Outcome.SILENT, text="We found no clause about it.")
    page = Page(answer_bubble(answer, {"made": policy}, EN))
    assert page.text("p", "outcome silent") == ["Not addressed"]
    assert page.text("blockquote") == []


def test_each_policy_has_its_own_folded_answer() -> None:
    one, two = made(["We never share it."]), made(["We say nothing."], id="two", title="Two")
    policies = {"made": one, "two": two}
    best = answered(one, 0)
    silent = answered(two, outcome=Outcome.SILENT, text="Nothing about it.")
    page = Page(answer_bubble(best.model_copy(update={"by_policy": {"made": best, "two": silent}}), policies, EN))
    assert [text.split()[0] for text in page.text("details", "own")] == ["No", "Not"]
    assert page.text("blockquote") == ["We never share it."] * 2
    off = answered(one, outcome=Outcome.OFF_TOPIC, text="Not about privacy.", route=Route.OTHER)
    page = Page(answer_bubble(off.model_copy(update={"by_policy": {"made": off, "two": off}}), policies, EN))
    assert page.text("details") == []


def test_a_follow_up_says_how_it_was_read() -> None:
    policy = made(["We never share it."])
    answer = answered(policy, 0).model_copy(update={"understood": "is my <phone> shared?"})
    assert Page(answer_bubble(answer, {"made": policy}, EN)).text("p", "understood") == [
        "Read as: is my <phone> shared?"
    ]
    assert "(read as: is my <phone> shared?)" in answer_text(answer, {"made": policy})


# --- the words that the sentence quotes, how sure it is ------------------------------------------------------------------


def span_of(policy: Policy, words: str) -> Span:
    return Span(policy.text.index(words), policy.text.index(words) + len(words))


@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_the_words_that_the_sentence_quotes_are_marked_and_the_quote_stays_exact(number: int) -> None:
    policy = made(HOSTILE)
    clause = policy.clauses[number].span
    for start, end in ((0, 7), (3, 9), (5, clause.end - clause.start), (0, clause.end - clause.start)):
        marked = Span(clause.start + start, clause.start + end)
        answer = answered(policy, number, marked=policy.cite(marked))
        page = Page(answer_bubble(answer, {"made": policy}, EN))
        assert page.text("blockquote") == [HOSTILE[number]]
        assert page.text("mark") == [HOSTILE[number][start:end]]


def test_only_what_stands_in_the_first_quote_is_marked() -> None:
    policy = made(["We keep it. We keep it.", "We may keep it."])
    first, second = (clause.span for clause in policy.clauses)
    both = Page(answer_bubble(answered(policy, 0, 1, marked=policy.cite(first)), {"made": policy}, EN))
    assert both.text("mark") == ["We keep it. We keep it."]
    beyond = policy.cite(Span(first.start + 12, second.end))
    page = Page(answer_bubble(answered(policy, 0, marked=beyond), {"made": policy}, EN))
    assert page.text("mark") == ["We keep it."]
    assert page.text("blockquote") == ["We keep it. We keep it."]
    elsewhere = policy.cite(second)
    other = made(["We keep it. We keep it."], id="other").cite(first)
    for marked in (elsewhere, other, None):
        page = Page(answer_bubble(answered(policy, 0, marked=marked), {"made": policy}, EN))
        assert page.text("mark") == []
        assert page.text("blockquote") == ["We keep it. We keep it."]


SURE = {0.85: "high", 1.0: "high", 0.849: "fair", 0.65: "fair", 0.649: "low", 0.0: "low"}


@pytest.mark.parametrize("outcome", [Outcome.YES, Outcome.NO, Outcome.DEPENDS, Outcome.STATED])
@pytest.mark.parametrize("confidence", SURE)
def test_how_sure_an_answer_is_stands_there_in_words(outcome: Outcome, confidence: float) -> None:
    policy = made(["We never share it."])
    answer = answered(policy, 0, outcome=outcome, confidence=confidence)
    said = EN.say(f"bubble.confidence.{SURE[confidence]}")
    bubble = answer_bubble(answer, {"made": policy}, EN)
    assert Page(bubble).text("p", "confidence") == [said]
    assert answer_text(answer, {"made": policy}).splitlines()[1] == f"({said})"
    assert str(confidence) not in bubble


@pytest.mark.parametrize("outcome", [Outcome.UNCLEAR, Outcome.SILENT, Outcome.OFF_TOPIC])
def test_what_claims_nothing_is_not_said_to_be_sure(outcome: Outcome) -> None:
    policy = made(["We never share it."])
    answer = answered(policy, *([0] if outcome.has_evidence else []), outcome=outcome, text="So.", confidence=0.9)
    assert Page(answer_bubble(answer, {"made": policy}, EN)).text("p", "confidence") == []
    assert EN.say("bubble.confidence.high") not in answer_text(answer, {"made": policy})


def test_where_it_is_unclear_all_clauses_stand_open() -> None:
    policy = made(["We may.", "They might.", "Some do."])
    answer = answered(policy, 0, 1, 2, outcome=Outcome.UNCLEAR, text="These clauses speak of it.")
    page = Page(answer_bubble(answer, {"made": policy}, EN))
    assert page.text("p", "outcome unclear") == ["Unclear"]
    assert page.text("p", "sentence") == ["These clauses speak of it."]
    assert page.text("blockquote") == ["We may.", "They might.", "Some do."]
    assert page.text("details") == []
    assert answer_text(answer, {"made": policy}).splitlines()[0] == "Unclear. These clauses speak of it."


# --- several questions, several policies, no question at all --------------------------------------------------------------


def several(policy: Policy, *parts: Answer) -> Answer:
    told = [part for part in parts if part.citations]
    whole = answered(policy, outcome=Outcome.SILENT, text="1. No. 2. Nothing.", route=Route.SEVERAL, parts=parts)
    return whole.model_copy(update={"outcome": Outcome.UNCLEAR, "citations": tuple(p.citations[0] for p in told)})


def test_each_of_several_questions_has_its_own_block() -> None:
    policy = made(["We never <share> it.", "We keep it.", "Always."])
    shared = answered(policy, 0, text="No: “We never <share> it”.", marked=policy.cite(span_of(policy, "never")))
    kept = answered(policy, 1, 2, outcome=Outcome.YES, text="Yes: “We keep it”.", confidence=0.7)
    silent = answered(policy, outcome=Outcome.SILENT, text="We found no clause about it.")
    asked = ["do you <share> it?", "is it kept?", "and sold?"]
    parts = [
        part.model_copy(update={"question": each}) for part, each in zip((shared, kept, silent), asked, strict=True)
    ]
    answer = several(policy, *parts)
    page = Page(answer_bubble(answer, {"made": policy}, EN, scope="made"))
    assert page.tags <= ALLOWED
    assert page.text("h2", "part-asked") == asked
    assert [text for kind in ("no", "yes", "silent") for text in page.text("p", f"outcome {kind}")] == [
        "No", "Yes", "Not addressed",
    ]  # fmt: skip
    assert page.text("p", "sentence") == ["“We never <share> it”.", "“We keep it”.", "We found no clause about it."]
    assert page.text("blockquote") == ["We never <share> it.", "We keep it.", "Always."]
    assert page.text("mark") == ["never"]
    assert [block.partition("?")[0] + "?" for block in page.text("div", "part")] == asked
    assert len(page.text("span", "facts")) == len(page.text("button", "act copy")) == 1
    assert page.text("p", "outcome unclear") == []  # the whole has no verdict of its own
    lines = answer_text(answer, {"made": policy}).splitlines()
    assert [line for line in lines if line[:1].isdigit()] == [f"{n}. {each}" for n, each in enumerate(asked, start=1)]
    assert "   No: “We never <share> it”." in lines
    assert '     "We keep it."' in lines
    assert lines.count(f"   ({EN.say('bubble.confidence.fair')})") == 1
    assert "1. No. 2. Nothing." not in "\n".join(lines)


def test_what_is_asked_of_a_word_about_several_questions_is_the_whole_message() -> None:
    policy = made(["We never share it.", "We keep it."])
    answer = several(policy, answered(policy, 0), answered(policy, 1, outcome=Outcome.YES, text="Yes: so."))
    facts = json.loads(Page(answer_bubble(answer, {"made": policy}, EN)).text("span", "facts")[0])
    word = Feedback.model_validate(facts | {"surface": "chat", "helpful": True})
    assert (word.question, word.outcome) == (answer.question, Outcome.UNCLEAR)
    assert [cited.start for cited in word.citations] == [clause.span.start for clause in policy.clauses]


def test_where_policies_differ_no_outcome_stands_for_all() -> None:
    one, two = made(["We never share it."], title="One"), made(["We may share it."], id="two", title="Two")
    policies = {"made": one, "two": two}
    no, depends = answered(one, 0, confidence=0.9), answered(two, 0, outcome=Outcome.DEPENDS, text="It depends: so.")
    text = "One: no. Two: it depends."
    both = no.model_copy(update={"outcome": Outcome.DEPENDS, "text": text, "by_policy": {"made": no, "two": depends}})
    page = Page(answer_bubble(both, policies, EN))
    assert page.text("p", "outcome differ") == ["The policies differ"]
    assert page.text("p", "sentence")[0] == text
    assert page.text("span", "outcome no") == ["No"]
    assert page.text("span", "outcome depends") == ["It depends"]
    assert len(page.text("p", "confidence")) == 2  # each policy's own, none for all
    lines = answer_text(both, policies).splitlines()
    assert lines[0] == f"The policies differ. {text}"
    assert lines[1] == ""
    assert f"  ({EN.say('bubble.confidence.high')})" in lines
    same = no.model_copy(update={"text": "One and Two: no.", "by_policy": {"made": no, "two": answered(two, 0)}})
    page = Page(answer_bubble(same, policies, EN))
    assert page.text("p", "outcome no") == ["No"]
    assert page.text("p", "confidence")[0] == EN.say("bubble.confidence.high")


@pytest.mark.parametrize("route", [Route.SMALL_TALK, Route.COMPANY, Route.PERSON])
def test_what_is_no_question_to_a_policy_is_answered_by_its_sentence_alone(route: Route) -> None:
    policy = made(["We never share it."])
    answer = answered(policy, outcome=Outcome.OFF_TOPIC, text="Hello. I am an automated reader.", route=route)
    page = Page(answer_bubble(answer, {"made": policy}, EN))
    assert page.text("p", "sentence") == ["Hello. I am an automated reader."]
    assert page.text("p", "outcome off_topic") == page.text("p", "searched") == page.text("blockquote") == []
    assert answer_text(answer, {"made": policy}) == "Hello. I am an automated reader."


def test_anything_else_is_said_to_be_no_privacy_question() -> None:
    policy = made(["We never share it."])
    answer = answered(policy, outcome=Outcome.OFF_TOPIC, text="Nothing was searched for it.", route=Route.OTHER)
    page = Page(answer_bubble(answer, {"made": policy}, EN))
    assert page.text("p", "outcome off_topic") == ["Not a privacy question"]
    assert page.text("p", "searched") == []
    assert answer_text(answer, {"made": policy}) == "Not a privacy question. Nothing was searched for it."


def test_who_wants_a_person_is_shown_whom_the_policy_names() -> None:
    policy = made(["We never share it.", "Write to our <privacy> office."])
    contact = policy.cite(policy.clauses[1].span)
    answer = answered(policy, outcome=Outcome.OFF_TOPIC, text="I am no person.", route=Route.PERSON, contact=contact)
    page = Page(answer_bubble(answer, {"made": policy}, EN))
    assert page.text("p", "sentence") == ["I am no person."]
    assert page.text("blockquote") == ["Write to our <privacy> office."]
    assert page.links == ["?policy=made#c1", permalink(policy, 1)]
    lines = answer_text(answer, {"made": policy}).splitlines()
    assert lines[:3] == ["I am no person.", "", '  "Write to our <privacy> office."']


def test_a_reader_that_stood_in_is_named_and_no_other() -> None:
    policy = made(["We never share it."])
    ours, model = "plainclause-reader 1f2e3d4c", "language model big"
    stood_in = answered(policy, 0, reader=f"{ours} (the language model did not answer: time-out)")
    read = answered(policy, 0, reader=model)

    def said(answer: Answer, reader: str | None) -> list[str]:
        bubble = answer_bubble(answer, {"made": policy, "two": policy}, EN, reader=reader)
        assert "time-out" not in bubble  # what is wrong on a server is no visitor's business
        return Page(bubble).text("p", "stand-in")

    assert said(stood_in, model) == [EN.say("bubble.stand_in")]
    assert said(read, model) == said(answered(policy, 0, reader=ours), None) == []
    assert said(answered(policy, outcome=Outcome.OFF_TOPIC, text="Hello."), model) == []
    both = read.model_copy(update={"reader": f"{model}, {stood_in.reader}"})
    assert said(both.model_copy(update={"by_policy": {"made": read, "two": stood_in}}), model) == [
        EN.say("bubble.stand_in")
    ]
    assert said(both.model_copy(update={"by_policy": {"made": read, "two": read}}), model) == []
    assert said(several(policy, read, stood_in), model) == [EN.say("bubble.stand_in")]


@pytest.mark.parametrize(("language_", "shown"), [(None, "en"), ("en", "en"), ("de", "de")])
def test_quotes_and_text_carry_the_language_of_the_policy(language_: str | None, shown: str) -> None:
    policy = made(["Wir verkaufen nichts."], language=language_)
    assert f'<blockquote lang="{shown}">' in answer_bubble(answered(policy, 0), {"made": policy}, EN)
    assert f'class="words" lang="{shown}"' in policy_markdown(policy, EN)


def test_silence_names_whom_to_ask_and_an_answer_leads_on() -> None:
    policy = made(["Write to our privacy office.", "We keep it."])
    contact = policy.cite(policy.clauses[0].span)
    silent = answered(policy, outcome=Outcome.SILENT, text="We found no clause about it.")
    for outcome, quotes in ((silent, ["Write to our privacy office."]), (answered(policy, 1), ["We keep it."])):
        bubble = answer_bubble(outcome, {"made": policy}, EN, contact=contact, suggested=["Is it <sold>?"])
        page = Page(bubble)
        assert page.text("blockquote") == quotes  # a contact answers nothing: it stands only where nothing else does
        assert page.text("button", "ask") == ["Is it <sold>?"]
    assert Page(starters(["Is it *sold*?"], EN, several=True)).text("button", "ask") == ["Is it *sold*?"]
    assert starters([], EN, several=False) == ""


def test_what_a_word_about_an_answer_is_sent_with_is_what_the_api_takes() -> None:
    policy = made(["We <keep> it."])
    page = Page(answer_bubble(answered(policy, 0), {"made": policy}, EN, scope="made"))
    facts = json.loads(page.text("span", "facts")[0])
    word = Feedback.model_validate(facts | {"surface": "chat", "helpful": False})
    assert (word.policy, word.outcome, word.question) == ("made", Outcome.NO, "is it?")
    assert word.citations[0].start == policy.clauses[0].span.start


@pytest.mark.parametrize("code", CODES)
def test_a_bubble_has_no_text_of_another_language_but_what_is_quoted(code: str) -> None:
    policy = made(["We keep it.", "We may."], snapshot_date=date(2010, 5, 16))
    texts = language(code)
    page = Page(answer_bubble(answered(policy, 0, 1), {"made": policy}, texts, suggested=["Is it sold?"]))
    assert page.text("p", "outcome no") == [texts.say("outcome.no")]
    assert page.text("a", "")[0] == texts.say("bubble.show")
    assert page.text("span", "title")[0].endswith(dated(policy, texts))
    assert page.text("button", "act copy") == [texts.say("bubble.copy")]
