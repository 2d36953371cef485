"""What the chat's events do: from values of the page to values of the page. The page's framework is `chat`'s business."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from threading import Lock
from time import perf_counter
from typing import NamedTuple, TypeAlias
from urllib.parse import parse_qs

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.ask import Assistant
from assistant.bootstrap.hot_reload import Latest
from assistant.company.branding.handoff import handed_over
from assistant.company.branding.loading import PLAIN, LatestBrand
from assistant.company.branding.shown import LimitedTo, with_earlier
from assistant.errors import BadQuestion, NotEnglish
from assistant.languages import CODES, Language, preferred
from assistant.model import MAX_HISTORY, MAX_QUESTION, Answer, Outcome, Turn
from assistant.review.suggestions import Coverage
from assistant.surfaces.chat.messages import answer_bubble, note_bubble, question_bubble, starters
from assistant.surfaces.render.names import dated, escaped, foreign, named, printable
from assistant.surfaces.render.policy_page import policy_markdown, shelf_markdown
from corpus.errors import PlainclauseError, UnknownPolicy
from corpus.model import Described, Span, Summary

ANSWERED_ANEW = 10  # turns: a visitor may bring any, and all of them count as one request
ALL = "*"  # the selector's value for all current policies; no file stem on any shelf

Answered = Callable[[str, str | None, Answer, float, str], None]

log = logging.getLogger(__name__)


class Memory(BaseModel):
    """All that a conversation is made of, kept by the page itself: after a restart the server answers these turns anew."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: str = Field(default=CODES[0], max_length=35)
    turns: tuple[Turn, ...] = Field(default=(), max_length=MAX_HISTORY)

    @classmethod
    def read(cls, text: str | None) -> Memory:
        """What the page sent; what cannot be read is no conversation."""
        try:
            return cls.model_validate_json(text or "{}")
        except ValidationError:
            return cls()

    @property
    def texts(self) -> Language:
        """The visitor's language."""
        return preferred(self.language)

    def asked(self, turn: Turn) -> Memory:
        """This with one more turn that a follow-up may refer to."""
        return self.model_copy(update={"turns": (*self.turns, turn)[-MAX_HISTORY:]})


@dataclass(frozen=True)
class Talk:
    """The bubbles of one conversation, kept on the server for as long as the visitor stays: `turns` says which they answer."""

    turns: tuple[Turn, ...] = ()
    bubbles: tuple[tuple[str, str], ...] = ()  # (role, Markdown), oldest first

    def said(self, role: str, markdown: str) -> Talk:
        """This conversation with one more bubble; the oldest go when there are too many."""
        return replace(self, bubbles=(*self.bubbles, (role, markdown))[-2 * MAX_HISTORY :])

    @property
    def messages(self) -> list[dict[str, str]]:
        """The bubbles as `gr.Chatbot` takes them."""
        return [{"role": role, "content": markdown} for role, markdown in self.bubbles]


Within: TypeAlias = tuple[str, ...] | None
"""The policies that one visitor's page is kept to: those of the page that embeds it; None: to all that are shown; empty: no page
has said which, so that none can be asked."""


class Choice(NamedTuple):
    """What the page shows of a chosen policy, or of all."""

    policy: str  # the selector's value
    chooses: bool  # whether there is anything to choose
    choices: list[tuple[str, str]]  # the selector's lines: (label, value)
    facts: str
    document: str
    starters: str


class Reply(NamedTuple):
    """What the page shows after a question."""

    talk: Talk
    memory: Memory
    question: str  # what stands in the box
    document: str | None  # None: as it was


def _nothing(*_: object) -> None:
    pass


class Page:
    """One method an event. Each event is answered by one assistant from beginning to end, the latest.

    `answered` is told of each answer given: the question, the policy, the answer, the seconds that it took, the page's language.
    `with_model`: a language model is set to read, and another reader stands in where it cannot. `brand`: whose page it is.
    """

    def __init__(
        self,
        latest: Latest,
        answered: Answered = _nothing,
        *,
        with_model: bool = False,
        brand: LatestBrand = lambda: PLAIN,
    ) -> None:
        self.latest, self._answered, self._with_model, self.brand = latest, answered, with_model, brand
        self._shown = count(1)
        self._coverage: Coverage | None = None
        self._alone = Lock()  # events run beside each other: two must not find out the same
        self._limited = LimitedTo()

    def within(self, policy_id: str | None, *, embedded: bool) -> Within:
        """What a visitor's page is kept to, by what its address says. Embedded, it is kept to the policy that is named (with its
        earlier versions). Other companies' policies are shown there only where that is said: by `ALL` for the policy, or by
        the branding.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        if not embedded or policy_id == ALL:
            return None
        assistant = self.latest()
        if policy_id is not None:
            return with_earlier([policy_id], assistant.policies)
        companies = {assistant.policies.summaries[id_].provider for id_ in assistant.current}
        told = self.brand().branding.policy is not None or len(assistant.current) == 1
        return None if told or (len(companies) == 1 and None not in companies) else ()

    def choice(
        self,
        policy_id: str | None,
        texts: Language,
        clause: str | None = None,
        *,
        suggesting: bool = True,
        within: Within = None,
    ) -> Choice:
        """A policy chosen, and one of its clauses marked where the number of one is given; all of them for None or `ALL`.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        if within == ():
            label = texts.say("chat.policy")
            return Choice(
                ALL, False, [(label, ALL)], f'<p class="asked-of">{texts.say("chat.untold")}</p>', self._nothing(), ""
            )
        latest, coverage = self.moment() if suggesting else (self.latest(), None)
        assistant, brand = self._limited(latest, within), self.brand()
        policies = assistant.policies
        kept = within is not None or brand.branding.policy is not None
        choices = [
            (texts.say("chat.every", number=len(assistant.current)), ALL),
            *((_label(each, assistant, texts), each.id) for each in policies.summaries.values()),
        ]
        own = brand.branding.starters
        if kept and len(assistant.current) == 1:  # there is nothing to choose
            policy_id = assistant.current[0] if policy_id in (None, ALL) else policy_id
        if policy_id is None or policy_id == ALL:
            suggested = own or (coverage.starters(assistant.current) if coverage else ())
            asked = starters(suggested, texts, several=True)
            current = [policies.summaries[id_] for id_ in assistant.current]
            facts, document = _read(None, current, texts), self._document(assistant, None, texts)
            return Choice(ALL, True, choices, facts, document, asked)
        if policy_id not in policies:
            raise UnknownPolicy(texts.say("chat.unknown_policy", policy=policy_id[:80]))
        policy = policies[policy_id]
        hits: tuple[Span, ...] = ()
        if clause is not None and clause.isascii() and clause.isdigit() and len(clause) < 9:
            hits = tuple(each.span for each in policy.clauses[int(clause) : int(clause) + 1])
        suggested = own or (coverage.starters([policy_id]) if coverage else ())
        asked = starters(suggested, texts, several=False)
        newer = policies.successor(policy.id)
        document = self._document(assistant, policy_id, texts, hits)
        chooses = not kept or len(assistant.current) > 1
        return Choice(policy_id, chooses, choices, _facts(policies.summaries[policy_id], newer, texts), document, asked)

    def followed(self, target: str | None, texts: Language, within: Within = None) -> tuple[Choice, bool]:
        """Follow a link of the page, `policy=rackspace` or `policy=rackspace&clause=14`: what to show, and whether that policy
        is chosen: reading a clause does not change which is asked.

        Raises:
            UnknownPolicy (corpus.errors).
        """
        wanted = {name: values[0] for name, values in parse_qs(target or "").items()}
        chosen = self.choice(wanted.get("policy", ""), texts, wanted.get("clause"), within=within)
        return chosen, "clause" not in wanted

    def reply(
        self, question: str | None, policy_id: str | None, memory: Memory, talk: Talk, within: Within = None
    ) -> Reply:
        """Answer a question. Nothing that goes wrong with it ends the conversation."""
        texts, question = memory.texts, question or ""
        if within == ():
            note = note_bubble(texts.say("chat.untold"), texts)
            return Reply(talk.said("assistant", note), memory, printable(question), None)
        latest, coverage = self.moment()
        assistant = self._limited(latest, within)
        scope = None if policy_id in (None, "", ALL) else policy_id
        talk = self._caught_up(assistant, coverage, memory, talk)
        memory = memory.model_copy(update={"turns": talk.turns})
        if question.strip():
            talk = talk.said("user", question_bubble(question))
        try:
            # Of a policy that is no more the earlier turns are forgotten; the question itself is answered with what is wrong.
            earlier = tuple(turn for turn in talk.turns if turn.policy is None or turn.policy in assistant.policies)
            began = perf_counter()
            answer = assistant.ask(question, scope, earlier, language=texts.code)
            self._answered(question, scope, answer, perf_counter() - began, texts.code)
            memory = memory.asked(Turn(question=question, policy=scope))
            talk = replace(talk, turns=memory.turns)
            talk = talk.said("assistant", self._bubble(assistant, coverage, answer, scope, texts, talk.turns))
            return Reply(talk, memory, "", self._proof(assistant, answer, scope, texts))
        except NotEnglish:
            note = note_bubble(texts.say("chat.english"), texts)
            return Reply(talk.said("assistant", note), memory, printable(question), None)
        except BadQuestion as error:
            said = texts.say(f"chat.bad_question.{error.reason}", most=MAX_QUESTION)
            return Reply(talk.said("assistant", note_bubble(said, texts)), memory, printable(question), None)
        except UnknownPolicy:
            said = texts.say("chat.unknown_policy", policy=(scope or "")[:80])
            return Reply(talk.said("assistant", note_bubble(said, texts)), memory, printable(question), None)
        except Exception:  # whatever it is, the visitor gets a sentence and the log the traceback
            log.exception("a question was not answered")
            note = note_bubble(texts.say("chat.wrong"), texts)
            return Reply(talk.said("assistant", note), memory, printable(question), None)

    def restored(self, text: str | None, within: Within = None) -> Reply:
        """A conversation that the page remembered, the last of it answered anew: what was asked of policies that it is kept to."""
        memory = Memory.read(text)
        if within == ():
            return Reply(Talk(), memory.model_copy(update={"turns": ()}), "", None)
        latest, coverage = self.moment()
        talk = self._caught_up(self._limited(latest, within), coverage, memory, Talk())
        return Reply(talk, memory.model_copy(update={"turns": talk.turns}), "", None)

    def moment(self) -> tuple[Assistant, Coverage]:
        """The latest assistant, and what its policies cover, asked once for each assistant: taken together, so that an event that
        began before another's does not bring back what that one has ended."""
        with self._alone:
            assistant, found = self.latest(), self._coverage
            if found is None or found.assistant is not assistant:
                if found is not None:
                    found.end()
                found = self._coverage = Coverage(assistant)
                found.warm()
            return assistant, found

    def end(self) -> None:
        """Nothing goes on behind the page any more: its server ends, or has another assistant."""
        with self._alone:
            ended, self._coverage = self._coverage, None
        if ended is not None:
            ended.end()

    def _caught_up(self, assistant: Assistant, coverage: Coverage, memory: Memory, talk: Talk) -> Talk:
        """The bubbles of the page's turns: those that are there, or, after a restart, the last of them answered anew."""
        if talk.turns == memory.turns:
            return talk
        talk = Talk()
        for turn in memory.turns[-ANSWERED_ANEW:]:
            try:
                earlier = talk.turns
                answer = assistant.ask(turn.question, turn.policy, earlier, language=memory.texts.code)
            except PlainclauseError:  # its policy is no more
                continue
            talk = replace(talk.said("user", question_bubble(turn.question)), turns=(*earlier, turn))
            talk = talk.said(
                "assistant", self._bubble(assistant, coverage, answer, turn.policy, memory.texts, talk.turns)
            )
        return talk

    def _bubble(
        self,
        assistant: Assistant,
        coverage: Coverage,
        answer: Answer,
        scope: str | None,
        texts: Language,
        turns: Sequence[Turn],
    ) -> str:
        brand = self.brand()
        contact = coverage.contact(scope) if scope is not None and answer.outcome is Outcome.SILENT else None
        return answer_bubble(
            handed_over(answer, brand.branding.handoff, texts),
            assistant.policies,
            texts,
            scope=scope,
            contact=contact,
            suggested=coverage.next(answer, [turn.question for turn in turns]),
            reader=assistant.reader.name if self._with_model else None,
            brand=brand,
        )

    def _proof(self, assistant: Assistant, answer: Answer, scope: str | None, texts: Language) -> str:
        cited = answer.citations or ((answer.contact,) if answer.contact else ())
        if not cited:
            return self._document(assistant, scope, texts)
        best = cited[0].policy_id
        hits = tuple(each.span for each in cited if each.policy_id == best)
        return self._document(assistant, best, texts, hits)

    def _nothing(self) -> str:
        return f'<div class="shelf" id="shown-{next(self._shown)}"></div>'

    def _document(
        self, assistant: Assistant, policy_id: str | None, texts: Language, hits: tuple[Span, ...] = ()
    ) -> str:
        """What stands beside the chat: one policy with marked clauses, or the list of the current ones."""
        key, policies = str(next(self._shown)), assistant.policies
        if policy_id is None or policy_id not in policies:  # all, or one that is no more
            return shelf_markdown([policies.summaries[id_] for id_ in assistant.current], texts, key)
        policy = policies[policy_id]
        return policy_markdown(policy, texts, hits, policies.successor(policy.id), key)


def _label(policy: Described, assistant: Assistant, texts: Language) -> str:
    earlier = f", {texts.say('chat.earlier')}" if assistant.policies.successor(policy.id) else ""
    return f"{named(policy)} ({dated(policy, texts)}{earlier})"


def _read(policy_id: str | None, policies: Sequence[Summary], texts: Language) -> str:
    """What is asked, as JSON for the page's script, which says what is being read before the server can."""
    clauses = texts.count("bubble.clauses", sum(policy.clauses for policy in policies))
    reading = texts.say(
        "chat.reading" if len(policies) == 1 else "chat.reading_many", clauses=clauses, number=len(policies)
    )
    facts = json.dumps({"policy": policy_id, "reading": reading}, ensure_ascii=False)
    return f'<span class="facts" hidden>{escaped(facts)}</span>'


def _facts(policy: Summary, newer: Summary | None, texts: Language) -> str:
    """Company and date of the policy that is asked, and the newer version that there is."""
    facts = [*([policy.provider] if policy.provider else []), dated(policy, texts)]
    shown = escaped(" · ".join(facts))
    if foreign(policy):
        shown += f" <strong>{texts.say('document.foreign', code=escaped(policy.language or ''))}</strong>"
    if newer is not None:
        target = escaped(f"?policy={newer.id}")
        shown += (
            f" <strong>{texts.say('document.older')} {escaped(named(newer))}.</strong> "
            f'<a href="{target}">{texts.say("document.newer")}</a>'
        )
    return f'<p class="asked-of">{shown}</p>{_read(policy.id, [policy], texts)}'
