"""The answer above the desk's search: asked of the policies that its filters name, when what was typed is a question."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.ask import Assistant
from assistant.bootstrap.hot_reload import Latest
from assistant.company.branding.shown import LimitedTo
from assistant.errors import BadQuestion, NotEnglish
from assistant.languages import CODES, Language, preferred
from assistant.model import MAX_QUESTION, Answer, Outcome, Route, checked
from assistant.questions.form import asks
from assistant.review.clause_search import Version
from assistant.surfaces.middleware.route_costs import work
from assistant.surfaces.render.names import clause_number, dated, named, permalink
from assistant.surfaces.render.outcomes import beside_headline, headline, how_sure
from corpus.model import Citation, Policy

_UNASKED = frozenset({Route.SMALL_TALK, Route.OTHER})


class DeskQuestion(BaseModel):
    """What is typed at the desk, and the filters that say which policies it is asked of."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    q: Annotated[str, Field(max_length=MAX_QUESTION)]
    company: str = ""
    policy: str = ""
    version: Version = "current"
    language: Annotated[str, Field(max_length=35)] = CODES[0]


class Quoted(BaseModel):
    """A clause that proves an answer, with its language (ISO 639-1); `permalink` is relative to the start page."""

    model_config = ConfigDict(frozen=True)

    quote: str
    language: str
    path: tuple[str, ...]
    permalink: str


class Said(BaseModel):
    """An answer in words. `headline` and `confidence` are null where it claims nothing; `text` is the sentence that stands alone,
    `sentence` the same as it stands beside the headline."""

    model_config = ConfigDict(frozen=True)

    question: str
    outcome: Outcome
    headline: str | None
    sentence: str
    text: str
    confidence: str | None
    quotes: tuple[Quoted, ...]


class OfPolicy(BaseModel):
    """What one policy says, an answer for each question of the message; null stands for what no single policy says."""

    model_config = ConfigDict(frozen=True)

    title: str | None
    date: str | None
    earlier: bool
    said: tuple[Said, ...]


class DeskAnswer(BaseModel):
    """The answers, most telling policy first: none where what was typed is no question. `notice`: why it was not answered."""

    model_config = ConfigDict(frozen=True)

    answers: tuple[OfPolicy, ...] = ()
    notice: str | None = None


def desk_answers(latest: Latest) -> APIRouter:
    """The route `POST /desk/answer`."""
    router, limited = APIRouter(), LimitedTo()

    @router.post("/desk/answer", include_in_schema=False)
    @work
    def answer(asked: DeskQuestion) -> DeskAnswer:
        texts, assistant = preferred(asked.language), latest()
        try:
            if not asked.q.strip() or not asks(checked(asked.q)):
                return DeskAnswer()
            ids = _among(assistant, asked)
            if ids == ():
                return DeskAnswer()
            asked_of = limited(assistant, ids)
            answered = asked_of.ask(asked.q, asked.policy or None, language=texts.code)
        except NotEnglish:
            return DeskAnswer(notice=texts.say("chat.english"))
        except BadQuestion as error:
            return DeskAnswer(notice=texts.say(f"chat.bad_question.{error.reason}", most=MAX_QUESTION))
        return DeskAnswer(answers=answers_shown(answered, asked_of, texts))

    return router


def _among(assistant: Assistant, asked: DeskQuestion) -> tuple[str, ...] | None:
    """The policies that the filters name, of which the newest versions are asked; None: all of them."""
    if asked.policy or not (asked.company or asked.version == "earlier"):
        return None
    current, company = frozenset(assistant.current), asked.company
    return tuple(
        id_
        for id_, policy in assistant.policies.summaries.items()
        if (not company or policy.provider == company) and (id_ in current) != (asked.version == "earlier")
    )


def answers_shown(answer: Answer, assistant: Assistant, texts: Language) -> tuple[OfPolicy, ...]:
    """What an answer says, by policy: those that say something first, the surest of them foremost."""
    by_policy: dict[str | None, list[Answer]] = {}
    for policy_id, each in _alone(answer):
        if each.route not in _UNASKED:
            by_policy.setdefault(policy_id, []).append(each)
    ranked = sorted(
        by_policy.items(),
        key=lambda item: max((each.outcome.has_evidence, each.confidence) for each in item[1]),
        reverse=True,
    )
    return tuple(_of_policy(assistant, id_, answers, texts) for id_, answers in ranked)


def _alone(answer: Answer) -> Iterator[tuple[str | None, Answer]]:
    """Each answer of one policy to one question, and that policy; where several were asked and none says anything, that."""
    if answer.parts:
        for part in answer.parts:
            yield from _alone(part)
    elif answer.by_policy and (answer.citations or len(answer.by_policy) == 1):
        yield from answer.by_policy.items()
    else:
        searched = answer.searched.policies
        yield (searched[0].id if len(searched) == 1 else None), answer


def _of_policy(assistant: Assistant, policy_id: str | None, answers: list[Answer], texts: Language) -> OfPolicy:
    policies = assistant.policies
    policy = policies[policy_id] if policy_id is not None else None
    return OfPolicy(
        title=named(policy) if policy else None,
        date=dated(policy, texts) if policy else None,
        earlier=policy is not None and policies.successor(policy.id) is not None,
        said=tuple(_said(each, policy, texts) for each in answers),
    )


def _said(answer: Answer, policy: Policy | None, texts: Language) -> Said:
    # Where it is unclear, the reader is to judge by all of them.
    cited = answer.citations if answer.outcome is Outcome.UNCLEAR else answer.citations[:1]
    if answer.contact is not None:
        cited = (answer.contact,)
    return Said(
        question=answer.question,
        outcome=answer.outcome,
        headline=headline(answer, texts),
        sentence=beside_headline(answer, texts),
        text=answer.text,
        confidence=how_sure(answer, texts),
        quotes=tuple(_quoted(each, policy) for each in cited) if policy else (),
    )


def _quoted(cited: Citation, policy: Policy) -> Quoted:
    number = clause_number(policy, cited.span)
    path = tuple(heading for heading in cited.path if heading != policy.title)
    language = policy.language_at(cited.span) or CODES[0]
    return Quoted(quote=cited.quote, language=language, path=path, permalink=permalink(policy, number))
