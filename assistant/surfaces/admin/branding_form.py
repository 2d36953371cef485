"""The form of a company's branding: from what a file holds to fields, and back; what is wrong with them, in the page's language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from assistant.company.branding.colours import Dark, Light, scheme_of
from assistant.company.branding.editing import Table, flat, keys, nested
from assistant.company.branding.model import MOST_STARTERS
from assistant.company.branding.problems import Problem
from assistant.languages import Language
from assistant.surfaces.render.names import number

ALONE = ("logo", "policy", "starters")  # which have other fields than one of text
PLAIN_KEYS = tuple(key for key in keys() if key not in ALONE)
SCHEMES = {"light": Light, "dark": Dark}
_POLICY = "policy:"  # and the policy's id: the name of a box to tick
_PLACES = {"question": "{question}", "policy": "{policy}"}  # as they are written in an address
_CHAT = "handoff.chat"


@dataclass(frozen=True, slots=True)
class Typed:
    """What stands in the form. `policies`: those ticked; None: every policy is shown. `draft`: the token of what was looked at
    last, which may have a logo that was sent with it."""

    values: Mapping[str, str]
    starters: tuple[str, ...] = ()
    policies: tuple[str, ...] | None = None
    no_logo: bool = False
    draft: str = ""

    @classmethod
    def of_file(cls, table: Table) -> Typed:
        """As a file has it."""
        there = flat(table)
        values = {key: _text(there.get(key)) for key in PLAIN_KEYS}
        starters, policy = there.get("starters"), there.get("policy")
        return cls(
            values,
            tuple(map(_text, starters)) if isinstance(starters, list) else (),
            _listed(policy),
        )

    @classmethod
    def of_form(cls, form: Mapping[str, str]) -> Typed:
        """As it was sent."""
        chosen = tuple(name.removeprefix(_POLICY) for name in form if name.startswith(_POLICY))
        return cls(
            {key: " ".join(form.get(key, "").split()) for key in PLAIN_KEYS},
            tuple(
                filter(None, (" ".join(form.get(f"starters.{number}", "").split()) for number in range(MOST_STARTERS)))
            ),
            chosen if form.get("shown") == "chosen" else None,
            no_logo=bool(form.get("no_logo")),
            draft=form.get("draft", "")[:64],
        )

    def table(self, logo: str | None, before: Table) -> dict[str, Any]:
        """What a file with this holds; a policy stays written as it was `before`, alone or in a list."""
        policy: Any = list(self.policies or ())
        if _listed(before.get("policy")) == self.policies:
            policy = before.get("policy")
        elif len(policy) == 1:
            [policy] = policy
        given: dict[str, Any] = dict(self.values)
        given |= {"logo": logo, "policy": policy, "starters": list(self.starters), _CHAT: bool(self.values[_CHAT])}
        return nested(given)


class Contrast(NamedTuple):
    """What a colour is measured with, in words, and whether that is enough."""

    words: str
    enough: bool


class Told(NamedTuple):
    """A problem in the page's language, and what the program says of it in English, where that says more."""

    words: str
    detail: str = ""


def contrasts(values: Mapping[str, str], texts: Language) -> dict[str, list[Contrast]]:
    """The contrasts of each colour, by its key: of those that are typed, ours, and those derived of both."""
    found = {}
    for scheme, kind in SCHEMES.items():
        before = f"colours.{scheme}."
        given = {name: text for name in kind.model_fields if (text := values.get(before + name, ""))}
        for name, measures in scheme_of(kind, given).measures.items():
            found[before + name] = [
                Contrast(
                    texts.say(
                        "admin.branding.contrast", ratio=number(each.shown(1), texts), other=_called(each.other, texts)
                    ),
                    each.passes,
                )
                for each in measures
            ]
    return found


def own_colours() -> dict[str, str]:
    """The program's own colours by key: what a company has that sets none."""
    names = {"text": "ink", "accent_text": "accent_ink"}
    return {
        f"colours.{scheme}.{name}": getattr(kind.ours.palette, names.get(name, name))
        for scheme, kind in SCHEMES.items()
        for name in kind.model_fields
    }


def told(problems: Iterable[str], texts: Language) -> dict[str, list[Told]]:
    """What is wrong, by the key of the field that it is said at; what is about none of them stands at ""."""
    found: dict[str, list[Told]] = {}
    for each in problems:
        if not isinstance(each, Problem):
            found.setdefault("", []).append(Told(texts.say("admin.branding.wrong.other"), each))
            continue
        key = each.key if each.key in PLAIN_KEYS else next((one for one in ALONE if each.key.startswith(one)), "")
        place = each.key if each.key.startswith("starters.") else key
        words = texts.texts.get(f"admin.branding.wrong.{each.kind}")
        told_of = dict(each.told)
        if "ratio" in told_of:
            told_of["ratio"] = number(str(told_of["ratio"]), texts)
        said = (
            Told(words.format(**_PLACES, **told_of)) if words else Told(texts.say("admin.branding.wrong.other"), each)
        )
        if each.kind in ("logo", "policy"):
            said = Told(said.words, each)
        found.setdefault(place, []).append(said)
    return found


def _called(colour: str, texts: Language) -> str:
    return texts.say(f"admin.branding.colour.{colour}")


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _listed(policy: object) -> tuple[str, ...] | None:
    if isinstance(policy, list):
        return tuple(map(_text, policy))
    return (policy,) if isinstance(policy, str) else None
