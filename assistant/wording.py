"""The plain sentence of an answer: what was read, in words, and never more than the clause says."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.evidence import Asked, Verdict
from assistant.model import Outcome
from assistant.practices.bank import Vocabulary
from corpus.model import Policy

_LONGEST_EXTRACT = 220  # code points; a longer part of a clause is quoted from its beginning

OFF_TOPIC = "This does not look like a question about privacy or about these policies, so nothing was searched for it."


def sentence(asked: Asked, verdict: Verdict, policy: Policy, vocabulary: Vocabulary) -> str:
    """One sentence for a verdict on one policy."""
    if verdict.outcome is Outcome.OFF_TOPIC:
        return OFF_TOPIC
    if verdict.outcome is Outcome.SILENT:
        return f"We found no clause about {topic(asked, vocabulary)} in {name_of(policy)}; this is not a “no”."
    clause = verdict.spans[0].of(policy.text)
    read = verdict.assertion.part.of(clause) if verdict.assertion else clause
    extract = _extract(read)
    where = next((c.path[-1] for c in policy.clauses if c.span == verdict.spans[0] and c.path), None)
    place = f"Under “{where}”, the policy" if where else "The policy"
    match verdict.outcome:
        case Outcome.YES:
            return f"Yes: {_lower(place)} says {extract}"
        case Outcome.NO:
            return f"No: {_lower(place)} says {extract}"
        case Outcome.DEPENDS:
            reserve = _reserve(verdict)
            return (
                f"It depends: {_lower(place)} says {extract}"
                if reserve is None
                else f"It depends ({reserve}): {_lower(place)} says {extract}"
            )
    return f"{place} says {extract}"


def nowhere(asked: Asked, policies: Sequence[Policy], vocabulary: Vocabulary) -> str:
    """One sentence for silence in all of several policies."""
    names = ", ".join(name_of(policy) for policy in policies)
    return f"We found no clause about {topic(asked, vocabulary)} in any of {len(policies)} policies ({names}); this is not a “no”."


def topic(asked: Asked, vocabulary: Vocabulary) -> str:
    """What a question is about, in words of the vocabulary."""
    actions = [name for name in vocabulary.actions if name in asked.actions]
    data = [name for name in vocabulary.data if name in asked.data and name != "any"]
    doing = vocabulary.actions[actions[0]].phrase if actions else ""
    what = " or ".join(vocabulary.data[name].phrase for name in data) or ("your information" if doing else "this")
    return f"{doing} {what}".strip()


def name_of(policy: Policy) -> str:
    """Title and date of a policy, as a person would name it."""
    day = policy.date
    return f"“{policy.title}” ({day:%-d %B %Y})" if day else f"“{policy.title}” (date not stated)"


def _reserve(verdict: Verdict) -> str | None:
    if verdict.assertion is None or not verdict.assertion.reserved:
        return None
    words: Sequence[str] = verdict.assertion.words
    return "it says " + " and ".join(f"“{word}”" for word in words[:2]) if words else None


def _extract(text: str) -> str:
    text = " ".join(text.split()).rstrip(".;,")
    if len(text) > _LONGEST_EXTRACT:
        text = text[:_LONGEST_EXTRACT].rsplit(" ", 1)[0] + " …"
    return f"“{text}”."


def _lower(text: str) -> str:
    return text[0].lower() + text[1:]
