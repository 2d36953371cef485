"""Answers, hits and policies as lines for a terminal, in English. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.company.branding.loading import PLAIN, Brand
from assistant.languages import Language, language
from assistant.model import Answer, Explanation, Found, Outcome, ReadClause
from assistant.surfaces.render.brand import way_label
from assistant.surfaces.render.names import STEP, dated, named, printable
from assistant.surfaces.render.outcomes import how_sure, in_one_line
from corpus.model import Citation, Described, Policy
from corpus.shelf.catalogue import Shelf


def answer_text(answer: Answer, policies: Mapping[str, Policy], brand: Brand = PLAIN) -> str:
    """An answer as lines for a terminal, without a final line break. Quotes stay whole: the terminal wraps them.

    Args:
        brand: whose ways to a person the answer has, if it has any.
    """
    return "\n".join((*_answer_lines(answer, policies), *_handoff_lines(answer, brand)))


def _handoff_lines(answer: Answer, brand: Brand) -> Iterator[str]:
    """The company's ways to a person; a chat on a web page is none here."""
    ways = [way for way in answer.handoff or () if way.href is not None]
    if ways:
        yield from ["", _line(_english().say("handoff.label", name=brand.name))]
        yield from (f"  {_line(way_label(way, brand, _english()))}: {way.href}" for way in ways)


def _answer_lines(answer: Answer, policies: Mapping[str, Policy]) -> Iterator[str]:
    if not answer.parts:
        yield from _verdict_lines(answer)
    if answer.understood and answer.understood.strip() != answer.question.strip():
        yield f"(read as: {_line(answer.understood)})"
    for number, part in enumerate(answer.parts, start=1):
        yield from ([""] if number > 1 else [])
        yield f"{number}. {_line(part.question)}"
        yield from _indented(_answer_lines(part, policies), "   ")
    if not answer.parts:
        yield from _proof_lines(answer, policies)


def _proof_lines(answer: Answer, policies: Mapping[str, Policy]) -> Iterator[str]:
    """What stands below the sentence: clauses, why these, and each policy's own answer where all were asked."""
    for citation in answer.citations:
        yield from ["", *_citation_lines(citation, policies)]
    if answer.contact is not None and not answer.handoff:
        yield from ["", *_citation_lines(answer.contact, policies)]
    if answer.closest is not None:
        yield from ["", _english().say("bubble.closest") + ":", *_citation_lines(answer.closest, policies)]
    if answer.explanation is not None:
        yield from ["", *_explanation_lines(answer, answer.explanation)]
    if answer.by_policy and len(answer.by_policy) > 1 and answer.outcome is not Outcome.OFF_TOPIC:
        yield from ["", _english().say("bubble.each", number=len(answer.by_policy))]
        for policy_id, own in answer.by_policy.items():
            verdict, *sure = _verdict_lines(own)
            yield from ["", f"* {_line(named(policies[policy_id]))} [{policy_id}]: {verdict}"]
            yield from _indented(sure, "  ")
            shown = own.citations if own.outcome is Outcome.UNCLEAR else own.citations[:1]
            yield from _indented((line for each in shown for line in _citation_lines(each, policies)), "  ")
            if own.explanation is not None:
                yield from _indented(_explanation_lines(own, own.explanation), "    ")


def _verdict_lines(answer: Answer) -> Iterator[str]:
    yield _line(in_one_line(answer, _english()))
    if answer.approved is not None:
        yield f"({_english().say('bubble.own_words')})"
    sure = how_sure(answer, _english())
    if sure:
        yield f"({sure})"


def _explanation_lines(answer: Answer, why: Explanation) -> Iterator[str]:
    yield "Why"
    yield f"  Read as: {_line(why.read)}"
    yield f"  Read by: {_line(answer.reader or 'no reader')}"
    needed = f"below {_per_cent(why.answered_needed)} the policy is taken to be silent"
    yield f"  The best clause answers it with a probability of {_per_cent(why.answered)}; {needed}"
    if answer.outcome in (Outcome.YES, Outcome.NO):
        needed = f"yes and no are said from {_per_cent(why.claim_needed)} on"
        yield f"  The outcome is right with a probability of {_per_cent(answer.confidence)}; {needed}"
    elif answer.outcome is Outcome.UNCLEAR:
        yield f"  Neither yes nor no has a probability of {_per_cent(why.claim_needed)}, from which on it is said"
    for clause in why.clauses:
        yield from _read_lines(clause)


def _read_lines(clause: ReadClause) -> Iterator[str]:
    yield f'  {_per_cent(clause.answers):>5}  "{_line(clause.quote)}"'
    said = [("yes", clause.yes), ("no", clause.no), ("depends", clause.depends), ("stated", clause.stated)]
    read = ", ".join(f"{name} {_per_cent(value)}" for name, value in [*said, ("no answer", clause.none)])
    yield f"         {read}; similarity {clause.similarity:.2f}"


def _per_cent(probability: float) -> str:
    return f"{100 * probability:.0f} %"


def _indented(lines: Iterable[str], by: str) -> Iterator[str]:
    return (by + line if line else line for line in lines)


def hits_text(hits: Sequence[Found], policies: Mapping[str, Policy]) -> str:
    """What a search found as lines for a terminal, best first."""
    lines: list[str] = []
    for rank, hit in enumerate(hits, start=1):
        policy = policies[hit.policy_id]
        lines += ["", *_quote_lines(f"{rank}. ", hit.quote, hit.path), f"    {_version(policy)}"]
    return "\n".join(lines[1:]) or "No clause found."


def policies_text(shelf: Shelf) -> str:
    """The policies on a shelf as lines for a terminal."""
    lines: list[str] = []
    for policy in shelf.summaries.values():
        newer = shelf.successor(policy.id)
        lines += ["", _version(policy), f"    {policy.clauses} clauses, {_source(policy)}"]
        lines += [f"    replaced by {newer.id}"] if newer else []
    return "\n".join(lines[1:])


def _citation_lines(citation: Citation, policies: Mapping[str, Policy]) -> list[str]:
    policy = policies[citation.policy_id]
    return [*_quote_lines("  ", citation.quote, citation.path), f"    {_version(policy)}", f"    {_source(policy)}"]


def _quote_lines(lead: str, words: str, path: Sequence[str]) -> list[str]:
    heading = [f"    {_line(STEP.join(path))}"] if path else []
    return [f'{lead}"{printable(words)}"', *heading]


def _version(policy: Described) -> str:
    return f"{_line(named(policy))} [{_line(policy.id)}], {dated(policy, _english())}"


def _source(policy: Described) -> str:
    return _line(policy.source_url or "source not stated")


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _english() -> Language:
    return language("en")
