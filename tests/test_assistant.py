"""Questions as people ask them, answered by the real thing."""

from __future__ import annotations

import json

import pytest

from assistant.ask import MOST_POLICIES
from assistant.bootstrap.factory import open_assistant
from assistant.errors import BadQuestion, NotEnglish
from assistant.evaluation.golden import gold_spans
from assistant.evaluation.measures import judge, measures
from assistant.languages import language
from assistant.model import Answer, Outcome, Question, Route, Searched, Turn
from assistant.settings import Settings
from benchmarks.golden import load
from corpus.errors import UnknownPolicy

RELEASE = {
    "rackspace": "We collect this information on a transaction-by-transaction basis and will not authorise the release of "
    "the information with anyone not directly involved in processing the transaction.",
    "rackspace-managed-hosting": "We collect this information on a transaction-by-transaction basis and will never authorize "
    "the release of this information with anyone not directly involved in processing the transaction.",
    "qualispace": "We collect this information on a transaction-by-transaction basis and will never authorize the release of "
    "this information with anyone not directly involved in processing the transaction.",
}


SAMPLE = load("golden")[::4]


@pytest.fixture(scope="module")
def judged(assistant):
    return judge(assistant, SAMPLE)


@pytest.mark.parametrize("policy_id", RELEASE)
@pytest.mark.parametrize(
    "question", ["is my card number shared?", "Do you give my credit card details to anyone else?"]
)
def test_the_card_question_is_answered_no_by_the_clause_on_release_to_others(assistant, policy_id, question):
    answer = assistant.ask(question, policy_id)
    assert answer.outcome is Outcome.NO
    assert answer.citations[0].quote == RELEASE[policy_id]
    assert answer.citations[0].path[-1] == "Financial Information"


def test_every_citation_of_every_golden_answer_stands_in_its_policy(assistant, judged):
    cited = [citation for j in judged for citation in j.answer.citations]
    assert len(cited) > 25
    assert all(assistant.policies[citation.policy_id].supports(citation) for citation in cited)


def test_no_policy_supports_a_citation_that_was_tampered_with(assistant):
    citation = assistant.ask("do you use cookies?", "vps6").citations[0]
    policy = assistant.policies["vps6"]
    assert policy.supports(citation)
    for change in (
        {"quote": citation.quote + "."},
        {"start": citation.start + 1},
        {"end": len(policy.text) + 5},
        {"policy_sha256": "0" * 64},
        {"policy_id": "rackspace"},
    ):
        assert not policy.supports(citation.model_copy(update=change))


def test_the_golden_clause_is_among_the_citations_for_9_of_10_answerable_questions(judged):
    found = measures(judged)
    assert found["right_among_three"]["value"] >= 0.9
    assert found["wrongly_off_topic"]["value"] == 0


def test_an_answer_says_how_sure_it_is_and_who_read(judged, assistant):
    for each in judged:
        assert 0.0 <= each.answer.confidence <= 1.0
        assert each.answer.reader == (assistant.reader.name if each.answer.route is Route.PRIVACY else None)
        if each.answer.outcome in (Outcome.YES, Outcome.NO):
            assert each.answer.confidence >= assistant.bounds.claims - 0.0001
        if each.answer.marked is not None:
            assert assistant.policies[each.answer.marked.policy_id].supports(each.answer.marked)
            assert each.answer.marked.quote in each.answer.citations[0].quote


def test_the_golden_set_is_of_the_promised_size_and_its_clauses_stand_in_the_policies(assistant):
    questions = load("golden")
    for policy_id in assistant.policies:
        assert sum(g.policy == policy_id for g in questions) >= 30
    assert len({g.id for g in questions}) == len(questions) >= 120
    for golden in questions:
        spans = gold_spans(golden, assistant.policies)
        assert bool(spans) == golden.outcome.has_evidence
        clauses = assistant.policies[golden.answered_by or "vps6"].clauses
        assert all(any(clause.span.covers(span) for clause in clauses) for span in spans), golden.id


@pytest.mark.parametrize(
    ("question", "policy_id", "outcome", "beginning"),
    [
        ("will you give my information to others?", "vps6", "depends", "Other than as described in this Policy"),
        ("are phone calls recorded?", "rackspace", "depends", "We may record and/or monitor"),
        ("how do you protect my information?", "qualispace", "stated", "All information you will be asked to enter is"),
        ("are you responsible for the privacy of linked sites?", "rackspace", "no", "We are not responsible"),
        ("what information do you collect?", "rackspace", "stated", "From these forms, we collect"),
    ],
)
def test_outcomes_are_read_from_the_clause(assistant, question, policy_id, outcome, beginning):
    answer = assistant.ask(question, policy_id)
    assert answer.outcome == outcome
    assert answer.citations[0].quote.startswith(beginning)


@pytest.mark.parametrize("topic", ["cookies", "my card number", "security", "third parties", "children"])
def test_a_topic_is_answered_alike_however_it_is_named_and_neither_yes_nor_no(assistant, topic):
    named = [topic, f"{topic}?", f"what does the policy say about {topic}?", f"tell me about {topic}"]
    for policy_id in assistant.current:
        said = {(answer.outcome, answer.citations) for answer in (assistant.ask(each, policy_id) for each in named)}
        assert len({outcome for outcome, _ in said}) == 1, (policy_id, said)
        assert said.pop()[0] in (Outcome.STATED, Outcome.DEPENDS, Outcome.SILENT)


@pytest.mark.parametrize(
    "question", ["do you share my {}?", "how do you protect my {}?", "can I see my {}?", "what is my {} used for?"]
)
def test_what_is_said_of_personal_data_is_said_of_an_accounts(assistant, question):
    for policy_id in assistant.current:
        general = assistant.ask(question.format("personal data"), policy_id)
        for words in ("account info", "account details", "customer information"):
            answer = assistant.ask(question.format(words), policy_id)
            assert (answer.outcome is Outcome.SILENT) <= (general.outcome is Outcome.SILENT), (policy_id, words)


def test_silence_names_what_was_searched_and_is_never_a_no(assistant):
    answer = assistant.ask("how many days are call recordings kept?", "rackspace")
    assert (answer.outcome, answer.citations) == (Outcome.SILENT, ())
    assert "“Rackspace Privacy Policy” (date not stated)" in answer.text
    assert "not a “no”" in answer.text
    assert answer.searched.clauses == 36


@pytest.mark.parametrize(
    "question", ["what is the capital of France?", "🙂🙂🙂", "?!", "asdf qwer zxcv", "tell me a joke"]
)
def test_what_is_not_about_privacy_is_off_topic(assistant, question):
    answer = assistant.ask(question)
    assert (answer.outcome, answer.citations) == (Outcome.OFF_TOPIC, ())


def test_emoji_are_answered_like_any_other_text_and_another_script_is_told_to_be_no_english(assistant):
    assert assistant.ask("do you use cookies? 🍪", "vps6").outcome.has_evidence
    for question in ("משתפים מידע?", "האם אתם משתפים מידע עם אחרים?"):
        with pytest.raises(NotEnglish):
            assistant.ask(question, "vps6")


def test_with_no_policy_each_current_one_answers_and_no_verdict_stands_for_all(assistant):
    answer = assistant.ask("is my card number shared?")
    assert answer.by_policy is not None
    assert tuple(answer.by_policy) == assistant.current == ("qualispace", "rackspace", "vps6")
    own = {id_: assistant.ask("is my card number shared?", id_) for id_ in assistant.current}
    assert answer.by_policy == own
    for id_, each in own.items():
        (said,) = [part for part in answer.text.split(". ") if (assistant.policies[id_].provider or "?") in part]
        assert language("en").say(f"answer.says.{each.outcome}") in said
    outcomes = {each.outcome for each in own.values()}
    assert answer.outcome == (outcomes.pop() if len(outcomes) == 1 else Outcome.DEPENDS)
    assert {citation.policy_id for citation in answer.citations} == {i for i, each in own.items() if each.citations}
    assert answer.confidence == min(each.confidence for each in own.values())
    assert [p.id for p in answer.searched.policies] == list(assistant.current)


def test_a_message_that_is_no_question_to_a_policy_is_not_read(assistant):
    thanks = assistant.ask("thank you, that helped!", "vps6")
    assert (thanks.route, thanks.outcome, thanks.citations, thanks.reader) == (
        Route.SMALL_TALK,
        Outcome.OFF_TOPIC,
        (),
        None,
    )
    company = assistant.ask("does GoDaddy sell my data?")
    assert company.route is Route.COMPANY
    assert "GoDaddy" in company.text
    assert "Rackspace" in company.text, "those that are here are named"
    person = assistant.ask("I want to talk to a human being", "vps6")
    assert (person.route, person.outcome) == (Route.PERSON, Outcome.OFF_TOPIC)
    assert person.contact is not None
    assert assistant.policies["vps6"].supports(person.contact)
    assert "contact" in person.contact.quote.lower()


def test_of_several_questions_each_is_answered_by_itself(assistant):
    both = assistant.ask("do you use cookies? how many days are call recordings kept?", "rackspace")
    assert (both.route, len(both.parts)) == (Route.SEVERAL, 2)
    cookies, calls = both.parts
    assert cookies.outcome.has_evidence
    assert calls.outcome is Outcome.SILENT
    assert both.outcome is Outcome.UNCLEAR, "no outcome stands for both"
    assert both.citations == cookies.citations[:1]
    assert both.text == f"1. {cookies.text} 2. {calls.text}"
    assert cookies.citations == assistant.ask("do you use cookies?", "rackspace").citations


def test_what_was_searched_for_several_questions_is_what_was_searched_for_each(assistant, monkeypatch):
    one, other = list(assistant.current)[:2]
    chosen = {"Do you use cookies?": [one], "Are calls recorded?": [other]}
    monkeypatch.setattr(assistant, "nearest", lambda asked: chosen.get(asked.query.text, []))
    both = assistant.ask("do you use cookies? are calls recorded?")
    assert [part.question for part in both.parts] == list(chosen)
    assert [each.id for each in both.searched.policies] == [one, other]
    assert both.searched.clauses == sum(part.searched.clauses for part in both.parts)


def test_a_follow_up_says_how_it_was_understood(assistant):
    answer = assistant.ask(
        "is it encrypted?", "rackspace", [Turn(question="is my card number shared?", policy="rackspace")]
    )
    assert answer.understood == "is my card number encrypted?"
    assert answer.question == "is it encrypted?"
    assert answer.outcome in (Outcome.YES, Outcome.DEPENDS)  # in transmission it is, in the logs it may be


def test_search_ranks_clauses_of_current_policies_or_of_the_one_named(assistant):
    hits = assistant.search("cookies", None, 5)
    assert len(hits) == 5
    assert "rackspace-managed-hosting" not in {hit.policy_id for hit in assistant.search("cookies", None, 200)}
    assert {hit.policy_id for hit in assistant.search("cookies", "rackspace-managed-hosting", 5)} == {
        "rackspace-managed-hosting"
    }


def test_bad_questions_and_unknown_policies_are_refused(assistant):
    with pytest.raises(UnknownPolicy, match='did you mean "qualispace"'):
        assistant.ask("cookies?", "qualispce")
    with pytest.raises(UnknownPolicy):
        assistant.ask("cookies?", "vps6", [Turn(question="x", policy="nowhere")])
    with pytest.raises(BadQuestion):
        assistant.ask("", "vps6")
    with pytest.raises(BadQuestion):
        assistant.search("cookies", None, 0)


@pytest.mark.parametrize(
    "words",
    ["", " \n", "\u200b", "x" * 2001, "a\x00b", "a\ud800b", "vendete i miei dati?", "האם אתם משתפים מידע עם אחרים?"],
)
@pytest.mark.parametrize("policy", [None, "vps6"])
def test_search_refuses_what_a_question_may_not_be(assistant, words, policy):
    with pytest.raises(BadQuestion) as asked:
        assistant.ask(words, policy)
    with pytest.raises(BadQuestion) as searched:
        assistant.search(words, policy)
    assert (type(searched.value), str(searched.value)) == (type(asked.value), str(asked.value))


def test_an_answer_without_proof_cannot_be_built(assistant):
    searched = Searched(policies=(), clauses=0)
    citation = assistant.policies["vps6"].cite(assistant.policies["vps6"].clauses[0].span)
    with pytest.raises(ValueError, match="needs a citation"):
        Answer(question="?", outcome=Outcome.NO, text="No.", searched=searched)
    with pytest.raises(ValueError, match="cannot cite"):
        Answer(question="?", outcome=Outcome.SILENT, text="Nothing.", searched=searched, citations=(citation,))


def test_an_answer_as_json_holds_what_it_proves_with(assistant):
    fields = json.loads(json.dumps(assistant.ask("do you use cookies?", "vps6").as_json()))
    assert fields["citations"][0]["snapshot_date"] == "2017-12-12"
    assert "by_policy" not in fields


RULE = "We do not share your telephone number with anyone outside our company."
EXCEPTION = "However, we may give it to the courier who brings your parcel."


def test_rule_and_exception_are_cited_together_whichever_is_nearer(tmp_path, encoders):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "parcels.md").write_text(
        f"# Privacy\n\n## Telephone\n\n{RULE} {EXCEPTION}\n\n## Cookies\n\nWe use cookies to remember your basket.\n"
    )
    assistant = open_assistant(Settings(policies=folder, data=tmp_path / "data", encoders=encoders), mend=True)
    for question in ("do you share my telephone number with anyone outside?", "does the courier get my number?"):
        answer = assistant.ask(question, "parcels")
        assert {citation.quote for citation in answer.citations[:2]} == {RULE, EXCEPTION}
    assert "exception" in assistant.ask("do you share my telephone number with anyone outside?", "parcels").text


def test_of_many_policies_those_with_the_nearest_clauses_are_read_and_the_answer_says_so(tmp_path, encoders):
    folder = tmp_path / "policies"
    folder.mkdir()
    for number in range(MOST_POLICIES + 14):
        text = f"We grow potatoes in field {number}.\n\nOur shop number {number} is open on Sundays."
        (folder / f"farm-{number:02}.md").write_text(f"# Privacy\n\n{text}\n")
    (folder / "farm-29.md").write_text("# Privacy\n\nWe keep recordings of telephone calls for thirty days.\n")
    assistant = open_assistant(Settings(policies=folder, data=tmp_path / "data", encoders=encoders), mend=True)
    answer = assistant.ask("how long do you keep recordings of my calls?")
    assert answer.citations[0].policy_id == "farm-29"
    assert answer.by_policy is not None
    assert len(answer.searched.policies) == len(answer.by_policy) == MOST_POLICIES
    assert assistant.search("recordings of telephone calls")[0].policy_id == "farm-29"
    silent = assistant.ask("do you use cookies for advertising?")
    assert silent.outcome is Outcome.SILENT
    assert f"in any of the {MOST_POLICIES} of 30 policies nearest to the question" in silent.text


def test_passages_about_nothing_of_the_kind_are_not_read(tmp_path, word_reader):
    """However sure a reader would be of them: it is given what is near enough only."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "farm.md").write_text("# Privacy\n\nWe grow potatoes.\n\nWe sell your e-mail address.\n")
    assistant = open_assistant(Settings(policies=folder, data=tmp_path / "data"), mend=True)
    assert assistant.ask("do you sell my e-mail address?", "farm").citations[0].quote == "We sell your e-mail address."
    assert [number for _, number in word_reader.asked] == [2]
    assistant.bounds = assistant.bounds.model_copy(update={"nearest": 0.3})
    assistant.ask("do you sell my e-mail address?", "farm")
    assistant.bounds = assistant.bounds.model_copy(update={"nearest": 1.1})
    assert assistant.ask("do you sell my e-mail address?", "farm").outcome is Outcome.SILENT
    assert [number for _, number in word_reader.asked] == [2, 1, 0]


def test_many_at_once_are_answered_as_one_by_one_and_a_bad_one_does_not_stop_the_rest(assistant):
    asked = [Question(question=golden.question, policy=golden.policy, history=golden.history) for golden in SAMPLE]
    asked[3:3] = [Question(question=" "), Question(question="cookies?", policy="nobody")]
    found = assistant.ask_all(asked)
    assert isinstance(found[3], BadQuestion)
    assert isinstance(found[4], UnknownPolicy)
    del asked[3:5], found[3:5]
    for question, answer in zip(asked, found, strict=True):
        assert answer == assistant.ask(question.question, question.policy, question.history)
