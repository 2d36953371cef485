"""The path of one question, top to bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from assistant import wording
from assistant.english import foreign
from assistant.errors import AssistantError, BadQuestion, NotEnglish
from assistant.evidence import Asked, Evidence, Verdict
from assistant.explain import explained
from assistant.groundwork import Groundwork
from assistant.known import KnownClauses
from assistant.languages import CODES, Language, language
from assistant.model import Answer, Found, Outcome, Question, Searched, SearchedPolicy, Turn
from assistant.query import Query, QueryReader, checked
from assistant.question import focus_of
from assistant.spelling import Speller
from corpus.errors import CorpusError
from corpus.model import Policy
from index.encoders.base import Embedding, together
from index.search import Searcher

MOST_POLICIES = 16  # read closely where all are asked, half a millisecond each


class Assistant:
    """Answers questions about the policies on one shelf, each with the clause that proves it.

    `policies` holds every policy by id, `current` the ids of those that no other policy supersedes, `bank` the practices.
    """

    def __init__(self, ground: Groundwork, searcher: Searcher, known: KnownClauses) -> None:
        self.policies, self.current = ground.shelf, ground.shelf.current
        self.searcher, self.bank, self._vocabulary = searcher, ground.bank, ground.bank.vocabulary
        self.evidence = Evidence(ground.shelf, searcher, known, ground.bank)
        self._words = ground.words
        speller = Speller(ground.words)
        self._queries = QueryReader(ground.shelf, self.evidence.data, self.evidence.actions, speller)

    def ask(
        self,
        question: str,
        policy: str | None = None,
        history: Sequence[Turn] = (),
        *,
        explain: bool = False,
        speech: str = CODES[0],
    ) -> Answer:
        """Answer a question.

        Args:
            policy: the id of the policy to ask; None asks all current ones (of more than `MOST_POLICIES`, those whose
                clauses are nearest to the question).
            history: earlier turns of the conversation, oldest first.
            explain: whether the answer says why this clause and this outcome.
            speech: the language of the answer's sentence, one of `assistant.languages.CODES`; quotes stay as they are.

        Raises:
            BadQuestion (assistant.errors), UnknownPolicy (corpus.errors).
        """
        said_in = spoken(speech)
        return self._answered(self._asked(self._query(question, policy, history)), said_in, explain=explain)

    def ask_all(self, questions: Sequence[Question]) -> list[Answer | AssistantError | CorpusError]:
        """The answer to each question, or what is wrong with it: many at once take half the time of one by one."""
        queries: list[Query | AssistantError | CorpusError] = []
        for question in questions:
            try:
                spoken(question.language)
                queries.append(self._query(question.question, question.policy, question.history))
            except (AssistantError, CorpusError) as error:
                queries.append(error)
        texts = list(dict.fromkeys(text for query in queries if isinstance(query, Query) for text in _texts(query)))
        read = dict(zip(texts, self.searcher.encode(*texts), strict=True))
        return [
            self._answered(self._asked(query, read), spoken(question.language), explain=question.explain)
            if isinstance(query, Query)
            else query
            for question, query in zip(questions, queries, strict=True)
        ]

    def _query(self, question: str, policy: str | None, history: Sequence[Turn]) -> Query:
        for scope in [policy, *(turn.policy for turn in history)]:
            if scope is not None:
                self.policies[scope]  # an unknown policy is an error wherever it is named
        self._in_english(question)
        return self._queries.standalone(question, policy, history, self._is_off_topic)

    def _in_english(self, question: str) -> None:
        if code := foreign(question, self._words):
            raise NotEnglish(code)

    def _answered(self, asked: Asked, said_in: Language, *, explain: bool) -> Answer:
        scope = asked.query.scope
        chosen = [scope] if scope is not None else self._nearest(asked)
        answers = self._answers(asked, chosen, said_in, explain=explain)
        best, _ = max(answers.values(), key=lambda pair: (pair[0].outcome.has_evidence, pair[1]))
        if scope is not None:
            return best
        text = best.text
        if best.outcome is Outcome.SILENT:
            text = wording.nowhere(
                asked, [self.policies[id_] for id_ in chosen], self._vocabulary, said_in, of=len(self.current)
            )
        return best.model_copy(
            update={
                "text": text,
                "searched": self._searched([self.policies[id_] for id_ in chosen]),
                "by_policy": {id_: answer for id_, (answer, _) in answers.items()},
            }
        )

    def read(self, question: str, policy: str | None = None, history: Sequence[Turn] = ()) -> Asked:
        """A question as the evidence reads it; arguments and errors as of `ask`."""
        return self._asked(self._queries.standalone(question, policy, history, self._is_off_topic))

    def ask_each(self, question: str, policy_ids: Sequence[str], speech: str = CODES[0]) -> dict[str, Answer]:
        """Ask exactly these policies the same question, each for itself: one answer a policy id, in their order.

        A company named in the question does not choose among them: its name is read as "the company", and the answers'
        `question` is what was asked then. A question is off topic for all of them or for none.

        Raises:
            BadQuestion (assistant.errors), UnknownPolicy (corpus.errors).
        """
        chosen = [self.policies[policy_id].id for policy_id in policy_ids]
        self._in_english(question)
        answers = self._answers(self._asked(self._queries.unscoped(question)), chosen, spoken(speech))
        return {policy_id: answer for policy_id, (answer, _) in answers.items()}

    def search(self, words: str, policy: str | None = None, limit: int = 10) -> list[Found]:
        """The clauses for some words, best first.

        Raises:
            BadQuestion, UnknownPolicy.
        """
        if limit < 1:
            raise BadQuestion(f"limit is {limit}; give a number from 1")
        query = self._queries.standalone(checked(words), policy, (), self._is_off_topic)
        asked = self._asked(query)
        scope = [self.policies[policy].id] if policy is not None else self._nearest(asked)
        ranked = self.evidence.rank(asked, scope, limit)
        return [self._found(self.policies[policy_id], number, weight) for policy_id, number, weight in ranked]

    def _nearest(self, asked: Asked) -> list[str]:
        """The current policies to read closely: all, or of many those whose clauses are nearest to the question."""
        return self.searcher.nearest_policies(asked.embedding, self.current, MOST_POLICIES)

    def _found(self, policy: Policy, number: int, weight: float) -> Found:
        citation = policy.cite(policy.clauses[number].span)
        return Found(
            policy_id=policy.id,
            quote=citation.quote,
            start=citation.start,
            end=citation.end,
            path=citation.path,
            score=round(weight, 6),
        )

    def _answers(
        self, asked: Asked, policy_ids: Sequence[str], said_in: Language, *, explain: bool = False
    ) -> dict[str, tuple[Answer, float]]:
        """Each policy's own answer, and how strong its evidence is."""
        verdicts = {policy_id: self.evidence.weigh(asked, policy_id) for policy_id in policy_ids}
        if self.evidence.off_topic(asked, max(verdict.strength for verdict in verdicts.values())):
            verdicts = dict.fromkeys(policy_ids, Verdict(Outcome.OFF_TOPIC, (), 0.0, ()))
        answers: dict[str, tuple[Answer, float]] = {}
        for policy_id, verdict in verdicts.items():
            answer = self._answer(asked, verdict, self.policies[policy_id], said_in)
            if explain:
                explanation = explained(self.evidence, asked, verdict, self.policies[policy_id])
                answer = answer.model_copy(update={"explanation": explanation})
            answers[policy_id] = (answer, verdict.strength)
        return answers

    def _answer(self, asked: Asked, verdict: Verdict, policy: Policy, said_in: Language) -> Answer:
        return Answer(
            question=asked.query.asked,
            outcome=verdict.outcome,
            text=wording.sentence(asked, verdict, policy, self._vocabulary, said_in),
            citations=tuple(policy.cite(span) for span in verdict.spans),
            searched=self._searched([policy]),
            understood=asked.query.understood,
            closest=policy.cite(verdict.closest) if verdict.closest else None,
        )

    def _searched(self, policies: Sequence[Policy]) -> Searched:
        return Searched(
            policies=tuple(
                SearchedPolicy(id=p.id, title=p.title, snapshot_date=p.snapshot_date, clauses=len(p.clauses))
                for p in policies
            ),
            clauses=sum(len(policy.clauses) for policy in policies),
        )

    def _is_off_topic(self, text: str) -> bool:
        return self.evidence.off_topic_margin(self._asked(Query(text, text, None))) > 0

    def _asked(self, query: Query, read: Mapping[str, Embedding] | None = None) -> Asked:
        """Read a question; `read` has the embeddings of its texts where they are there already."""
        texts = _texts(query)
        found = self.searcher.encode(*texts) if read is None else [read[text] for text in texts]
        return self.evidence.asked(query, found[0] if len(found) == 1 else together(*found))


def spoken(code: str) -> Language:
    """The language with this code.

    Raises:
        BadQuestion: it is none that answers are given in.
    """
    if code not in CODES:
        raise BadQuestion(f'language "{code[:20]}" is unknown; answers are given in one of {", ".join(CODES)}')
    return language(code)


def _texts(query: Query) -> list[str]:
    """What of a question is encoded: the whole and, where only one of its sentences asks, that one too."""
    return list(dict.fromkeys((query.text, focus_of(query.text))))  # most questions are one text
