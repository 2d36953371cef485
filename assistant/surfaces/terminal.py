"""Answers, hits and policies as lines for a terminal, in English. Pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from assistant.languages import Language, language
from assistant.model import Answer, Explanation, Found, Outcome, ReadAs
from assistant.surfaces.naming import STEP, dated, named, printable, successor
from corpus.model import Citation, Policy


def answer_text(answer: Answer, policies: Mapping[str, Policy]) -> str:
    """An answer as lines for a terminal, without a final line break. Quotes stay whole: the terminal wraps them."""
    lines = [_verdict_line(answer)]
    if answer.understood and answer.understood.strip() != answer.question.strip():
        lines.append(f"(read as: {_line(answer.understood)})")
    for citation in answer.citations:
        lines += ["", *_citation_lines(citation, policies)]
    if answer.closest is not None:
        lines += ["", _english().say("bubble.closest") + ":", *_citation_lines(answer.closest, policies)]
    if answer.explanation is not None:
        lines += ["", *_explanation_lines(answer.explanation)]
    if answer.by_policy and len(answer.by_policy) > 1 and answer.outcome is not Outcome.OFF_TOPIC:
        lines += ["", _english().say("bubble.each", number=len(answer.by_policy))]
        for policy_id, own in answer.by_policy.items():
            lines += ["", f"* {_line(named(policies[policy_id]))} [{policy_id}]: {_verdict_line(own)}"]
            lines += [f"  {line}" for line in _citation_lines(own.citations[0], policies)] if own.citations else []
    return "\n".join(lines)


def _explanation_lines(why: Explanation) -> Iterator[str]:
    yield "Why"
    yield f"  The question wants {'yes or no' if why.form == 'whether' else 'more than yes or no'}; {_read(why.read_as)}"
    needed = f"{100 * why.answered_needed:.0f} % are needed"
    yield f"  A clause answers it with a probability of {100 * why.answered:.0f} %; {needed}"
    if why.outcome_probability is not None:
        signs = "; ".join(_line(sign) for sign in why.outcome_signs)
        yield f"  Outcome: {100 * why.outcome_probability:.0f} %, for these signs: {signs}"
    for clause in why.clauses:
        yield f'  {clause.weight:6.2f}  "{_line(clause.quote)}"'
        yield f"          {_read(clause.read_as)}"
        yield "          " + ", ".join(f"{part.name} {part.adds:+.2f}" for part in clause.parts)


def _read(read_as: ReadAs) -> str:
    """What was read in a text: "reads as A; B; does: share; data: your phone number"."""
    said = [f"reads as {'; '.join(read_as.practices)}"]
    said += [f"does: {', '.join(read_as.actions)}"] if read_as.actions else []
    said += [f"data: {', '.join(read_as.data)}"] if read_as.data else []
    return " | ".join(said)


def _verdict_line(answer: Answer) -> str:
    word, text = _english().say(f"outcome.{answer.outcome}"), _line(answer.text)
    return text if text.startswith(word) else f"{word}. {text}"


def hits_text(hits: Sequence[Found], policies: Mapping[str, Policy]) -> str:
    """What a search found as lines for a terminal, best first."""
    lines: list[str] = []
    for rank, hit in enumerate(hits, start=1):
        policy = policies[hit.policy_id]
        lines += ["", *_quote_lines(f"{rank}. ", hit.quote, hit.path), f"    {_version(policy)}"]
    return "\n".join(lines[1:]) or "No clause found."


def policies_text(policies: Mapping[str, Policy]) -> str:
    """The policies on a shelf as lines for a terminal."""
    lines: list[str] = []
    for policy in policies.values():
        newer = successor(policy, policies)
        lines += ["", _version(policy), f"    {len(policy.clauses)} clauses, {_source(policy)}"]
        lines += [f"    replaced by {newer.id}"] if newer else []
    return "\n".join(lines[1:])


def _citation_lines(citation: Citation, policies: Mapping[str, Policy]) -> list[str]:
    policy = policies[citation.policy_id]
    return [*_quote_lines("  ", citation.quote, citation.path), f"    {_version(policy)}", f"    {_source(policy)}"]


def _quote_lines(lead: str, words: str, path: Sequence[str]) -> list[str]:
    heading = [f"    {_line(STEP.join(path))}"] if path else []
    return [f'{lead}"{printable(words)}"', *heading]


def _version(policy: Policy) -> str:
    return f"{_line(named(policy))} [{_line(policy.id)}], {dated(policy, _english())}"


def _source(policy: Policy) -> str:
    return _line(policy.source_url or "source not stated")


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _english() -> Language:
    return language("en")
