"""The company's ways to a person, which are offered where a policy does not answer or somebody wants one."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias
from urllib.parse import quote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from assistant.company.branding.unusable import Unusable
from assistant.languages import Language
from assistant.model import Answer, Outcome, Route, Way

LONGEST_QUESTION = 500  # code points of a question in an address: mail programs take no endless ones
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{2,30}")
_PLACES = ("{question}", "{policy}")
_SPACE = re.compile(r"[\s\x00-\x1f\x7f<>\"\\^`]")


def _address(url: str, schemes: tuple[str, ...]) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise Unusable("address", "is no address; copy it from a browser") from None
    if parts.scheme not in schemes:
        kind = "scheme" if len(schemes) == 1 else "scheme_of_ways"
        raise Unusable(
            kind, f'has the scheme "{parts.scheme[:20]}"; give an address that begins with {_listed(schemes)}'
        )
    if parts.scheme == "https" and (not parts.hostname or parts.username is not None):
        raise Unusable("host", "names no host, or a user; give an address such as https://acme.example/contact")
    if _SPACE.search(url):
        raise Unusable("characters", "holds a space or another character that no address has; write it percent-encoded")
    return url


def _listed(schemes: tuple[str, ...]) -> str:
    return " or ".join("https://" if each == "https" else f"{each}:" for each in schemes)


def _link(url: str) -> str:
    return _address(url, ("https",))


def _template(url: str) -> str:
    """An address in which places are filled in, but never in what says where it leads."""
    bare = url
    for place in _PLACES:
        bare = bare.replace(place, "x")
    if "{" in bare or "}" in bare:
        raise Unusable("braces", f"holds braces around something else than {' and '.join(_PLACES)}; write only these")
    _address(bare, ("https", "mailto", "tel"))
    scheme, _, rest = url.partition(":")
    head = scheme + (re.split(r"[/?#]", rest[2:], maxsplit=1)[0] if scheme == "https" else rest.partition("?")[0])
    if "{" in head:
        raise Unusable("place", "has a place to be filled in where it says whom it leads to; put it behind the host")
    return url


def _mail(address: str) -> str:
    if not _MAIL.fullmatch(address):
        raise Unusable("mail", "is no mail address; write one such as privacy@acme.example")
    return address


def _phone(number: str) -> str:
    if not _PHONE.fullmatch(number):
        raise Unusable("phone", "is no telephone number; write one such as +49 30 1234567")
    return number


Link: TypeAlias = Annotated[str, Field(max_length=2000), AfterValidator(_link)]
"""An address of https."""


class Handoff(BaseModel):
    """The company's ways to a person, each optional; they are offered in this order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chat: bool = False
    url: Annotated[str, Field(max_length=2000), AfterValidator(_template)] | None = None
    mail: Annotated[str, AfterValidator(_mail)] | None = None
    form: Link | None = None
    phone: Annotated[str, AfterValidator(_phone)] | None = None

    def ways(self, question: str, policy: str | None, language: Language) -> tuple[Way, ...]:
        """The ways, with the question in them where they take one. `chat` has no address: the page around the widget knows."""
        asked = question if len(question) <= LONGEST_QUESTION else question[: LONGEST_QUESTION - 1] + "…"
        found = []
        if self.chat:
            found.append(Way(kind="chat"))
        if self.url:
            filled = self.url.replace("{policy}", _encoded(policy or "")).replace("{question}", _encoded(asked))
            found.append(Way(kind="url", href=filled))
        if self.mail:
            subject = _encoded(language.say("handoff.subject"))
            name, _, host = self.mail.rpartition("@")
            found.append(
                Way(kind="mail", href=f"mailto:{_encoded(name)}@{host}?subject={subject}&body={_encoded(asked)}")
            )
        if self.form:
            found.append(Way(kind="form", href=self.form))
        if self.phone:
            found.append(Way(kind="phone", href="tel:" + re.sub(r"[^+0-9]", "", self.phone)))
        return tuple(found)


def wants_person(answer: Answer) -> bool:
    """Whether ways to a person belong to an answer: it was asked for one, or the policy is silent, or its clauses unclear."""
    doubtful = (Outcome.SILENT, Outcome.UNCLEAR)
    return answer.route is Route.PERSON or any(each.outcome in doubtful for each in (answer, *answer.parts))


def handed_over(answer: Answer, handoff: Handoff, language: Language) -> Answer:
    """An answer with the company's ways to a person, where they belong to it and the company has set any."""
    if not wants_person(answer):
        return answer
    policies = answer.searched.policies
    ways = handoff.ways(answer.question, policies[0].id if len(policies) == 1 else None, language)
    if not ways:
        return answer
    said = {"text": language.say("answer.route.person_handoff")} if answer.route is Route.PERSON else {}
    return answer.model_copy(update={"handoff": ways, **said})


def _encoded(text: str) -> str:
    return quote(text.encode("utf-8", "replace"), safe="")
