"""What a message is, told before anything is read: a question about privacy, or what else.

A question about privacy that is taken for something else is lost; a message about something else that is read finds no
clause. So every doubt is decided for privacy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.model import Route
from assistant.practices.lexicon import Lexicon
from assistant.questions.companies import Companies
from assistant.questions.message_model import KINDS, MessageModel
from assistant.questions.several import Parting

DOUBT = 0.5  # below this probability a question about privacy is one only if a clause answers it

WEIGHTS = Path(__file__).with_name("routing.npz")
"""What `python -m benchmarks.training.routing` learned."""

_GIVEN = r"(?:instructions?|rules|prompts?|guidelines?|orders|programming|directives?|commands|restrictions|limits|filters?|safety \w+)"
_BEFORE = (
    r"(?:previous|prior|earlier|above|preceding|former|original|initial|system|current|hidden|secret|internal|own)"
)
_TOLD = r"(?:everything|anything|all|whatever|what) (?:(?:is |was |stands )?(?:above|before)\b|(?:that )?you (?:were|have been|had been|are|['’]ve been) (?:told|given|taught))"
_SHOW = r"(?:repeat|print|output|show|reveal|tell|translate|encode|give|leak|dump|disclose|write|display)(?: out)?(?: me| us)?"
# Instructions, rules and guidelines that a customer asks about are a company's, not the machine's.
_THEIRS = r"(?! (?:of (?:your|my|our|a|the|customers?|users?)|on|about|for|regarding|concerning|around|when|if)\b)"
_ORDER = re.compile(
    # to forget what it was told
    rf"\b(?:ignore|disregard|forget|override|bypass|do not follow|don['’]t follow|stop following) (?:(?:all|any|every|of|the|these|those|your|my(?= {_BEFORE})) )*"
    rf"(?:{_BEFORE} )*(?:{_GIVEN}\b{_THEIRS}|{_TOLD}|(?:policy|text|document|privacy)(?:['’]s)? (?:text |stuff |policy )?and\b)"
    rf"|\bbreak your (?:{_BEFORE} )*{_GIVEN}(?!.*\?)|^(?:override|new (?:rule|policy|task))\s*:|\b(?:forget|ignore) the (?:privacy|policy) (?:stuff|thing)\b|\bnew (?:task|instructions?|rule)s?\s*:"
    # to show what it was told
    rf"|\byour (?:(?!own |internal ){_BEFORE} )+(?:prompts?|{_GIVEN}|configuration)\b{_THEIRS}|\b(?:system ?prompt|system message|developer mode|jailbreak|dan mode|god mode)\b"
    rf"|\b{_SHOW} (?:the |your |all )?(?:prompt\b|(?:words|text|everything|message) (?:above|before)\b)|\b{_SHOW} your (?:{_BEFORE} )*(?:prompt|{_GIVEN}|configuration)\b{_THEIRS}"
    r"|\bsource code of (?:this|the) (?:bot|chat|assistant)\b|\b(?:tools|functions) (?:that )?you (?:can|may) (?:call|use)\b"
    # to play a part
    r"|\byou are (?:now|from now on) (?!in (?!\w+ mode\b))(?:(?:a|an|the|called|named|free|in|my) )?(?!(?:selling|sharing|tracking|collecting|storing|keeping|owned|part|based|"
    r"located|under|asking|required|sending|using|in|a member)\b)\w+"
    r"|^(?:from now on|starting now|from this (?:point|moment) on),? (?:you|answer|reply|speak|talk|respond|begin|say|only|act|pretend)\b"
    r"|\bfrom now on,? (?:answer|reply|speak|talk|respond|act|you are)\b"
    r"|(?:^|[!,:;] |\b(?:please|now) |\byou (?:(?:now|must|should|will|have|are|to) )+)(?:act|behave|talk|speak|respond|answer) (?:as|like) (?:if you (?:were|are) )?(?:a|an|my|the) (?!(?:data|personal|controller|processor|proxy|third|company)\b)\w+"
    r"|^(?:please |now )?pretend (?:that )?(?:you|to be)\b|\b(?:let['’]?s|let us) role-?play\b|^role-?play\b|\b(?:unrestricted|uncensored|no[- ]filter) mode\b"
    # to say what it is told
    r"|^(?:please )?(?:only )?(?:answer|reply|respond)(?: to (?:everything|every question|all(?: questions)?|me))? (?:only |just |always )?(?:with|in|as) (?:only |just |the (?:single )?word |a single word )?"
    r"[\"'“‘]?(?:yes|no|emojis?|rhymes?|verse|true|false|json|i \w+)\b(?! or (?:yes|no)\b)"
    r"|^(?:please )?(?:answer|reply|respond|say)(?: only| just)? [\"'“‘]?(?:yes|no)\b(?! or (?:yes|no)\b)(?![^.]*\?)|(?:^|[.!:;] |(?<!\bi )\b(?:please|must|should|always) )say (?:yes|no) to (?:every|all|any|what)|\bjust say it\b"
    r"|^(?:please )?(?:answer|reply|respond) with the (?:single |one )?word\b|\bsudo\b|\bdrop table\b|<script"
    r"|\bno matter what (?:i|is|the policy)\b.*\b(?:say|answer|reply)\b|<\|?/?(?:system|user|im_start|im_end|inst)\b|^\W*(?:system|assistant|admin|developer|root)\s*[:>]",
    re.IGNORECASE,
)


Meaning = Callable[[str], NDArray[np.float32] | None]
"""What a message means to the reader's network: float32, (width,); None where there is no such network."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """`privacy`: the probability from which on a message is taken to be about privacy; `company`: log-odds above which a
    company that is named is taken to be asked about, `guessed` where the name is only guessed to be one."""

    privacy: float
    company: float
    guessed: float


@dataclass(frozen=True, slots=True)
class Routed:
    """What a message is. `parts`: the questions of several in one, each standing alone; `company`: the name, as typed, of
    the one asked about where it is not on the shelf. `otherwise`: what a message that is read only because of a doubt is if
    no clause answers it."""

    route: Route
    parts: tuple[str, ...] = ()
    company: str | None = None
    otherwise: Route | None = None


class Router:
    """Tells what messages are."""

    def __init__(
        self,
        model: MessageModel,
        companies: Companies,
        parting: Parting,
        thresholds: Thresholds,
        meaning: Meaning | None = None,
    ) -> None:
        self._model, self._companies, self._parting, self._thresholds = model, companies, parting, thresholds
        self._meaning = meaning

    @classmethod
    def load(cls, names: Iterable[str], data: Lexicon, meaning: Meaning | None = None, path: Path = WEIGHTS) -> Router:
        """The router as it was learned.

        Args:
            names: what the policies on the shelf and their companies are called.
            data: the kinds of data that questions name.
            meaning: what a message means to the reader's network; None, or where it says None, its words decide alone.
        """
        with np.load(path) as stored:
            table, meant = stored["companies"].astype(np.float32), stored["companies_meant"].astype(np.float32)
            companies = Companies(table, meant, stored["words"].tolist(), names)
            thresholds = Thresholds(*(float(value) for value in stored["thresholds"]))
        return cls(MessageModel.load(path), companies, Parting(data), thresholds, meaning)

    def of(self, names: Iterable[str]) -> Router:
        """This router for a shelf whose policies and companies are called otherwise."""
        return Router(self._model, self._companies.of(names), self._parting, self._thresholds, self._meaning)

    def route(self, message: str) -> Routed:
        """What a message is."""
        if orders_machine(message):
            return Routed(Route.OTHER)
        meaning = self._meaning(message) if self._meaning else None
        own = None if meaning is None else self._model.own(meaning)
        likely = self._model.probabilities(message, own)
        named = self._companies.named(message)
        if named is not None:
            needed = self._thresholds.company if named.sure else self._thresholds.guessed
            if self._companies.odds(message, named, own) > needed:
                return Routed(Route.COMPANY, company=named.name)
        other = KINDS[1 + int(np.argmax(likely[1:]))]
        if likely[0] < self._thresholds.privacy:
            return Routed(other)
        asked = self.asked(message)
        return asked if asked.parts or likely[0] >= DOUBT else replace(asked, otherwise=other)

    def asked(self, message: str) -> Routed:
        """What a message is that is known to be about privacy: one question or several."""
        parts = self._parting.parts(message)
        return Routed(Route.SEVERAL, parts) if parts else Routed(Route.PRIVACY)


def orders_machine(message: str) -> bool:
    """Whether a message gives the machine orders: to forget its instructions, to play a part, to say what it is told."""
    return _ORDER.search(message) is not None
