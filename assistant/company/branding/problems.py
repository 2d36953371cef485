"""What is wrong with a branding file, in words: each problem with its key, the value found and the remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from assistant.company.branding.colours import UnreadableColours
from assistant.company.branding.model import Branding
from assistant.company.branding.unusable import Unusable

_REMEDIES = {
    "missing": "is missing; add it",
    "string_type": "is no text; write it between quotation marks",
    "bool_type": "is neither true nor false",
    "bool_parsing": "is neither true nor false",
    "tuple_type": "is no list; write [...]",
    "model_type": "is no table of keys",
}


class Problem(str):
    """A problem in words, as the command line says it; with the key that it is about, its kind, a key of the pages' texts, and what
    these name."""

    def __new__(cls, words: str, key: str, kind: str, told: Mapping[str, object]) -> Problem:
        found = super().__new__(cls, words)
        found.key, found.kind, found.told = key, kind, told
        return found

    key: str
    kind: str
    told: Mapping[str, object]


def problems(error: ValidationError) -> Iterator[Problem]:
    """Each problem that checking a file found."""
    for each in error.errors():
        key = ".".join(str(part) for part in each["loc"] if not str(part).startswith(("function-", "tuple[")))
        kind, value = each["type"], each.get("input")
        raised = each.get("ctx", {}).get("error")
        if kind == "extra_forbidden":
            yield Problem(f'"{key}" is no key here; {_nearest(each["loc"])}', key, "unknown", {})
        elif isinstance(raised, UnreadableColours):
            for colour in raised.found:
                worst = min(colour.failing, key=lambda measure: measure.ratio)
                told = {"ratio": worst.shown(), "better": colour.better or ""}
                words = f'in "{key}": {colour.words}'
                yield Problem(words, f"{key}.{colour.name}", "contrast" if colour.better else "contrast_none", told)
        elif kind == "missing":
            yield Problem(f'"{key}" {_REMEDIES[kind]}', key, "missing", {})
        elif isinstance(raised, Unusable):
            yield Problem(f'"{key}" is {_shown(value)}, which {raised}', key, raised.kind, {})
        else:
            most = each.get("ctx", {}).get("max_length")
            told_of = _REMEDIES.get(kind) or _too_long(each)
            words = f'"{key}" is {_shown(value)}, which {told_of}'
            yield Problem(words, key, "long" if most else "other", {"most": most} if most else {})


def _too_long(error: Any) -> str:
    most = error.get("ctx", {}).get("max_length")
    return f"is too long; at most {most} are allowed" if most else f"cannot be used: {error['msg'].lower()}"


def _shown(value: object) -> str:
    shown = f'"{value}"' if isinstance(value, str) else repr(value)
    return shown if len(shown) <= 120 else shown[:119] + "…"


def _nearest(place: tuple[int | str, ...]) -> str:
    """The known key that an unknown one may have been meant for, else all of them."""
    model: type[BaseModel] = Branding
    for part in place[:-1]:
        field = model.model_fields.get(str(part))
        inner = [field.annotation, *get_args(field.annotation)] if field else []
        model = next((each for each in inner if isinstance(each, type) and issubclass(each, BaseModel)), model)
    known = list(model.model_fields)
    near = get_close_matches(str(place[-1]).lower(), known, n=1, cutoff=0.5)
    return f'did you mean "{near[0]}"?' if near else f"known are {', '.join(known)}"
