"""The path of one question, top to bottom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.errors import BadQuestion, NotEnglish
from assistant.languages import CODES, Language, language
from assistant.likeliest import PASSAGES, likeliest
from assistant.model import MAX_CITATIONS, Answer, Found, Outcome, Question, Route, Searched, Turn
from assistant.own_words import OwnWords, in_own_words
from assistant.practices.bank import Bank
from assistant.practices.clause_tables import ClauseTables, PolicyTables, Tables
from assistant.questions.bare_topics import as_question, topic_of
from assistant.questions.form import Form, asked_of, asks_openly, form_of, question_of
from assistant.questions.language import foreign
from assistant.questions.personal_data import as_personal_data
from assistant.questions.policy_names import called
from assistant.questions.routing import Routed, Router
from assistant.questions.spelling import Speller
from assistant.questions.standalone import Query, QueryReader
from assistant.reading.base import TellingReader
from assistant.reading.bounds import Bounds
from assistant.reading.passages import Passage, passage
from assistant.verdict import wording
from assistant.verdict.answer_line import answer_line
from assistant.verdict.contact_details import with_details
from assistant.verdict.decide import Verdict, judged, verdict
from assistant.verdict.explanation import explained
from corpus.errors import PlainclauseError
from corpus.model import Policy, Span
from corpus.shelf.catalogue import Shelf
from index.encoders.base import Embedding, together
from index.search import Searcher

MOST_POLICIES = 16  # read where all are asked
DOUBT = 0.5  # least probability that a clause answers a message that may be no question, for it to be taken for one
CONTACT = "How can I contact you about privacy?"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as the search and the reader need it: what it was read as, its embedding, and what it was taken for."""

    query: Query
    embedding: Embedding
    routed: Routed

    @property
    def words(self) -> str:
        """What asks, in the words that it was understood in."""
        return asked_of(self.query.text)

    @property
    def read(self) -> str:
        """The question as the reader is given it."""
        return as_question(self.words)

    @property
    def openly(self) -> bool:
        """Whether neither yes nor no answers it."""
        return asks_openly(self.words) or topic_of(self.words) is not None


class Assistant:
    """Answers questions about the policies on one shelf, each with the clause that proves it.

    `policies` holds every policy by id, `current` the ids of those that no other policy supersedes, `bank` the practices,
    `words` how often each word stands in both; `memory` is a folder for what is found out about policies and need not be found out again;
    `own_words` the company's sentences, where it has any.
    """

    def __init__(
        self,
        shelf: Shelf,
        bank: Bank,
        words: Mapping[str, int],
        searcher: Searcher,
        tables: ClauseTables,
        reader: TellingReader,
        router: Router,
        bounds: Bounds,
        memory: Path | None = None,
        own_words: OwnWords | None = None,
    ) -> None:
        self.policies, self.current = shelf, shelf.current
        self.searcher, self.bank, self.reader, self.bounds = searcher, bank, reader, bounds
        self._tables, self._router, self.memory = tables, router, memory
        self._own_words = own_words
        self._words, self._topics = words, wording.Topics(bank.vocabulary)
        self._queries = QueryReader(shelf.summaries.values(), tables.data, Speller(words))

    def ask(
        self,
        question: str,
        policy: str | None = None,
        history: Sequence[Turn] = (),
        *,
        explain: bool = False,
        language: str = CODES[0],
    ) -> Answer:
        """Answer a question.

        Args:
            policy: the id of the policy to ask; None asks all current ones (of more than `MOST_POLICIES`, those whose
                clauses are nearest to the question).
            history: earlier turns of the conversation, oldest first.
            explain: whether the answer says why these clauses and this outcome.
            language: the language of the answer's sentence, one of `assistant.languages.CODES`; quotes stay as they are.

        Raises:
            BadQuestion, ReaderFailed (assistant.errors), UnknownPolicy (corpus.errors).
        """
        texts = known_language(language)
        return self._answered(self._asked(self._query(question, policy, history)), texts, explain=explain)

    def ask_all(self, questions: Sequence[Question]) -> list[Answer | PlainclauseError]:
        """The answer to each question, or what is wrong with it."""
        queries: list[Query | PlainclauseError] = []
        for question in questions:
            try:
                known_language(question.language)
                queries.append(self._query(question.question, question.policy, question.history))
            except PlainclauseError as error:
                queries.append(error)
        read = self._encoded(query for query in queries if isinstance(query, Query))
        return [
            self._answered(self._asked(query, read), known_language(question.language), explain=question.explain)
            if isinstance(query, Query)
            else query
            for question, query in zip(questions, queries, strict=True)
        ]

    def ask_each(self, question: str, policy_ids: Sequence[str], language: str = CODES[0]) -> dict[str, Answer]:
        """Ask exactly these policies the same question, each for itself: one answer a policy id, in their order.

        A company named in the question does not choose among them: its name is read as "the company", and the answers'
        `question` is what was asked then. A question is off topic for all of them or for none.

        Raises:
            BadQuestion (assistant.errors), UnknownPolicy (corpus.errors).
        """
        chosen = [self.policies[policy_id].id for policy_id in policy_ids]
        self._in_english(question)
        asked, texts = self._asked(self._queries.unscoped(question)), known_language(language)
        if asked.routed.route not in (Route.PRIVACY, Route.SEVERAL):
            return {id_: self._not_read(asked, [self.policies[id_]], texts) for id_ in chosen}
        policies = [self.policies[id_] for id_ in chosen]
        return {policy.id: self._one(asked, policy, self.verdict(asked, policy), texts) for policy in policies}

    def read(self, question: str, policy: str | None = None, history: Sequence[Turn] = ()) -> Asked:
        """A question as it is read; arguments and errors as of `ask`."""
        return self._asked(self._queries.standalone(question, policy, history, self._is_off_topic))

    def as_read(self, question: str, policy: str) -> str:
        """The words that a question to a policy is read as, where nothing was asked before it."""
        return self._queries.alone(question, policy).text

    def verdict(
        self, asked: Asked, policy: Policy, searcher: Searcher | None = None, *, most: int = PASSAGES
    ) -> Verdict:
        """The verdict on one policy, of its `most` likeliest passages; the policy need not be on the shelf where a searcher
        over it is given."""
        numbers, similarities = likeliest(
            searcher or self.searcher, asked.query.text, asked.embedding, policy.id, self.bounds.nearest, most
        )
        passages = [passage(policy, number) for number in numbers]
        readings, by = self.reader.read_by(asked.read, passages)
        readings = with_details(asked.words, passages, readings)
        read = judged(numbers, similarities, readings, self.bounds, openly=asked.openly)
        found = verdict(policy, read, self.bounds, wants_whole=form_of(asked.read) is Form.OPEN)
        return replace(found, read_by=by)

    def limited_to(self, shelf: Shelf) -> Assistant:
        """This assistant over a shelf that holds some of its policies: the others are unknown to it, by id and by name."""
        router = self._router.of(called(shelf.summaries.values()))
        parts = (self.searcher, self._tables, self.reader, router, self.bounds, self.memory, self._own_words)
        return Assistant(shelf, self.bank, self._words, *parts)

    def warm(self) -> None:
        """Load now what would be loaded with the first question; after this, nothing is read from the index's folder by name."""
        self.searcher.warm()
        self.reader.read("warm", [Passage("", "We keep nothing.")])

    def search(self, words: str, policy: str | None = None, limit: int = 10) -> list[Found]:
        """The clauses for some words, best first. The words are read as `ask` reads a question, so what it refuses is refused.

        Raises:
            BadQuestion, UnknownPolicy.
        """
        if limit < 1:
            raise BadQuestion(f"limit is {limit}; give a number from 1")
        query = self._query(words, policy, ())
        asked = Asked(query, self._embedded(query), Routed(Route.PRIVACY))
        scope = [self.policies[policy].id] if policy is not None else self.nearest(asked)
        found = [
            (float(score), id_, number)
            for id_ in scope
            for number, score in enumerate(self.searcher.scores(asked.query.text, asked.embedding, id_))
        ]
        found.sort(key=lambda each: -each[0])
        return [self._found(self.policies[id_], number, score) for score, id_, number in found[:limit]]

    def nearest(self, asked: Asked) -> list[str]:
        """The policies to read, the named ones or the current: all, or of many those whose clauses are nearest to the question."""
        return self.searcher.nearest_policies(asked.embedding, asked.query.among or self.current, MOST_POLICIES)

    def known(self, policy_id: str) -> PolicyTables:
        """Which data and actions a policy's clauses name."""
        return self._tables.of(self.policies[policy_id])

    def named(self, policy_id: str) -> Tables:
        """The same without the policy: (clauses, kinds of data) and (clauses, actions)."""
        return self._tables.tables(policy_id)

    # --- one question -------------------------------------------------------------------------------------------------

    def _query(self, question: str, policy: str | None, history: Sequence[Turn]) -> Query:
        for scope in [policy, *(turn.policy for turn in history)]:
            if scope is not None:
                self.policies[scope]  # an unknown policy is an error wherever it is named
        self._in_english(question)
        return self._queries.standalone(question, policy, history, self._is_off_topic)

    def _in_english(self, question: str) -> None:
        if code := foreign(question, self._words):
            raise NotEnglish(code)

    def _asked(self, query: Query, read: Mapping[str, Embedding] | None = None) -> Asked:
        """Read a question; `read` has the embeddings of its texts where they are there already."""
        return Asked(query, self._embedded(query, read), self._routed(query))

    def _encoded(self, queries: Iterable[Query]) -> dict[str, Embedding]:
        texts = list(dict.fromkeys(text for query in queries for text in _texts(query)))
        return dict(zip(texts, self.searcher.encode(*texts), strict=True))

    def _embedded(self, query: Query, read: Mapping[str, Embedding] | None = None) -> Embedding:
        texts = _texts(query)
        found = self.searcher.encode(*texts) if read is None else [read[text] for text in texts]
        return found[0] if len(found) == 1 else together(*found)

    def _routed(self, query: Query) -> Routed:
        if query.topic is not None:  # a follow-up of a question about privacy
            return self._router.asked(query.text)
        return self._router.route(query.text)

    def _is_off_topic(self, text: str) -> bool:
        return self._router.route(text).route not in (Route.PRIVACY, Route.SEVERAL)

    def _answered(self, asked: Asked, texts: Language, *, explain: bool) -> Answer:
        scope = asked.query.scope
        chosen = [self.policies[id_] for id_ in ([scope] if scope is not None else self.nearest(asked))]
        if asked.routed.route is Route.SEVERAL:
            return self._several(asked, texts, explain=explain)
        if asked.routed.route is not Route.PRIVACY:
            return self._not_read(asked, chosen, texts)
        found = {policy.id: self.verdict(asked, policy) for policy in chosen}
        if asked.routed.otherwise is not None and max(each.strength for each in found.values()) < DOUBT:
            return self._not_read(replace(asked, routed=Routed(asked.routed.otherwise)), chosen, texts)
        answers = {}
        for policy in chosen:
            its = found[policy.id]
            answer = self._one(asked, policy, its, texts, explain=explain)
            answers[policy.id] = in_own_words(
                self._own_words, asked.query.text, answer, texts, self, excepted=its.excepted
            )
        return answers[scope] if scope is not None else self._all(asked, answers, texts)

    def _one(self, asked: Asked, policy: Policy, found: Verdict, texts: Language, *, explain: bool = False) -> Answer:
        """The answer of one policy to a question about privacy, of its verdict."""
        text, marked = self._sentence(asked, found, policy, texts)
        return Answer(
            question=asked.query.asked,
            outcome=found.outcome,
            text=text,
            citations=tuple(policy.cite(span) for span in found.spans),
            searched=Searched.of([policy]),
            confidence=round(found.confidence, 4),
            reader=found.read_by,
            marked=policy.cite(marked) if marked else None,
            understood=asked.query.understood,
            closest=policy.cite(found.closest) if found.closest else None,
            explanation=explained(asked.read, found, policy, self.bounds) if explain else None,
        )

    def _sentence(self, asked: Asked, found: Verdict, policy: Policy, texts: Language) -> tuple[str, Span | None]:
        if found.outcome is Outcome.SILENT:
            topic = self._topics.of(asked.query.text, texts, [self.named(policy.id)])
            return wording.silent(topic, policy, texts), None
        text, span = answer_line(asked.read, found.outcome, policy, found.spans[0], texts)
        return text + (texts.say("answer.excepted") if found.excepted else ""), span

    def _all(self, asked: Asked, answers: Mapping[str, Answer], texts: Language) -> Answer:
        """One answer for several policies: no policy's verdict stands for all, so the sentence says who says what."""
        policies = [self.policies[id_] for id_ in answers]
        if len(answers) == 1:
            (answer,) = answers.values()
            return answer.model_copy(update={"by_policy": dict(answers)})
        telling = [answer for answer in answers.values() if answer.outcome.has_evidence]
        outcomes = {answer.outcome for answer in answers.values()}
        if not telling:
            outcome, of = Outcome.SILENT, len(asked.query.among or self.current)
            topic = self._topics.of(asked.query.text, texts, map(self.named, answers))
            text = wording.nowhere(topic, policies, texts, of=of)
        else:
            outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.DEPENDS
            text = wording.each_says(answers, self.policies, texts)
        telling.sort(key=lambda answer: -answer.confidence)
        return Answer(
            question=asked.query.asked,
            outcome=outcome,
            text=text,
            citations=tuple(answer.citations[0] for answer in telling[:MAX_CITATIONS]),
            searched=Searched.of(policies),
            confidence=min(answer.confidence for answer in answers.values()),
            reader=", ".join(dict.fromkeys(answer.reader for answer in answers.values() if answer.reader)),
            understood=asked.query.understood,
            by_policy=dict(answers),
        )

    def _several(self, asked: Asked, texts: Language, *, explain: bool) -> Answer:
        """Each question of a message answered by itself; the whole has the outcome that all have, or is unclear."""
        queries = [Query(part, part, asked.query.scope, among=asked.query.among) for part in asked.routed.parts]
        read = self._encoded(queries)
        asks = (Asked(query, self._embedded(query, read), Routed(Route.PRIVACY)) for query in queries)
        parts = tuple(self._answered(each, texts, explain=explain) for each in asks)
        outcomes = {part.outcome for part in parts}
        telling = [part for part in parts if part.citations]
        searched = dict.fromkeys(each.id for part in parts for each in part.searched.policies)
        outcome = outcomes.pop() if len(outcomes) == 1 else Outcome.UNCLEAR
        return Answer(
            question=asked.query.asked,
            outcome=outcome if telling else Outcome.SILENT,
            text=" ".join(
                f"{number}. {part.approved.instead_of if part.approved else part.text}"
                for number, part in enumerate(parts, start=1)
            ),
            citations=tuple(part.citations[0] for part in telling[:MAX_CITATIONS]),
            searched=Searched.of([self.policies[id_] for id_ in searched]),
            confidence=min(part.confidence for part in parts),
            reader=", ".join(dict.fromkeys(part.reader for part in parts if part.reader)),
            route=Route.SEVERAL,
            understood=asked.query.understood,
            parts=parts,
        )

    def _not_read(self, asked: Asked, policies: Sequence[Policy], texts: Language) -> Answer:
        """The answer to a message that is no question to a policy."""
        routed, contact = asked.routed, None
        values = {}
        if routed.route is Route.PERSON and len(policies) == 1:
            (embedding,) = self.searcher.encode(CONTACT)
            found = self.verdict(Asked(Query(CONTACT, CONTACT, None), embedding, Routed(Route.PRIVACY)), policies[0])
            contact = policies[0].cite(found.spans[0]) if found.outcome is Outcome.STATED else None
        if routed.route is Route.COMPANY:
            listed = (self.policies.summaries[id_] for id_ in self.current)
            shelf = dict.fromkeys(each.provider or each.title for each in listed)
            values = {"company": routed.company or "", "known": ", ".join(list(shelf)[:MOST_POLICIES])}
        kind = "person_contact" if contact else routed.route
        return Answer(
            question=asked.query.asked,
            outcome=Outcome.OFF_TOPIC,
            text=texts.say(f"answer.route.{kind}", **values),
            searched=Searched.of(policies),
            route=routed.route,
            contact=contact,
            understood=asked.query.understood,
        )

    def _found(self, policy: Policy, number: int, score: float) -> Found:
        citation = policy.cite(policy.clauses[number].span)
        return Found(
            policy_id=policy.id,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            path=citation.path,
            score=round(score, 6),
        )


def known_language(code: str) -> Language:
    """The language with this code.

    Raises:
        BadQuestion: it is none that answers are given in.
    """
    if code not in CODES:
        raise BadQuestion(f'language "{code[:20]}" is unknown; answers are given in one of {", ".join(CODES)}')
    return language(code)


def _texts(query: Query) -> list[str]:
    """What of a question is encoded: the whole; where only one of its sentences asks, that one too; and as clauses have it."""
    asks = as_question(question_of(query.text))
    return list(dict.fromkeys((query.text, as_personal_data(asks) or asks)))  # most questions are one text
