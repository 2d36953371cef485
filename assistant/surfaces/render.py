"""Answers and policies as people read them: Markdown for the chat, plain text for the terminal. Pure functions.

Everything that a policy or a person wrote is escaped with character references, so that no Markdown, HTML or LaTeX in
it is ever run and so that what the page shows is, character for character, what the policy says. The Markdown is made
of HTML blocks without a blank line, in which a Markdown parser reads nothing but character references.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, pairwise
from typing import Any
from urllib.parse import quote as url_quote
from urllib.parse import urlsplit

from assistant.model import Answer, Explanation, Found, Outcome, ReadAs, Searched
from corpus.model import Citation, Clause, Heading, Policy, Span

WORDS: Mapping[Outcome, str] = {
    Outcome.YES: "Yes",
    Outcome.NO: "No",
    Outcome.DEPENDS: "It depends",
    Outcome.STATED: "Stated",
    Outcome.SILENT: "Not addressed",
    Outcome.OFF_TOPIC: "Not a privacy question",
}
CLOSEST = "The closest clause, which does not answer this"
UNDATED = "date not stated"
_STEP = " › "  # between headings of a path

_ACTIVE = re.compile(r"[!-/:-@\[-`{-~\t\n\r]|^ | $|(?<= ) ")  # ASCII punctuation, and spaces that HTML would drop


def printable(text: str) -> str:
    """`text` with U+FFFD in place of what can be neither encoded nor shown: lone surrogates, control characters."""
    return "".join("\ufffd" if unicodedata.category(c) in ("Cc", "Cs") and c not in "\t\n\r" else c for c in text)


def escaped(text: str) -> str:
    """`text` for Markdown and HTML alike, shown literally wherever it is put; one line, no active character."""
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", printable(text))


def dated(policy: Policy) -> str:
    """The date that tells this version of a policy from others, in words, or that none is stated."""
    if policy.effective_date:
        return f"effective {_day(policy.effective_date)}"
    if policy.snapshot_date:
        return f"captured {_day(policy.snapshot_date)}"
    return UNDATED


def named(policy: Policy) -> str:
    """A policy's title, with the company where the title does not name it."""
    if policy.provider and policy.provider.casefold() not in policy.title.casefold():
        return f"{policy.provider}: {policy.title}"
    return policy.title


def successor(policy: Policy, policies: Mapping[str, Policy]) -> Policy | None:
    """The policy that supersedes this one, if it is among `policies`."""
    return next((other for other in policies.values() if other.supersedes == policy.id), None)


def clause_number(policy: Policy, span: Span) -> int:
    """Position among the policy's clauses of the first that `span` touches; 0 where it touches none."""
    return next((number for number, clause in enumerate(policy.clauses) if clause.span.overlap(span)), 0)


def clause_link(policy: Policy, span: Span) -> str:
    """Relative address of the page with this policy, scrolled to the clause: `?policy=rackspace#c14`."""
    return f"?policy={url_quote(policy.id, safe='')}#c{clause_number(policy, span)}"


# --- the chat ---------------------------------------------------------------------------------------------------------


def question_markdown(question: str, longest: int = 600) -> str:
    """What a person asked, literally; cut after `longest` code points."""
    shown = question if len(question) <= longest else question[:longest] + " …"
    return f'<div class="asked">{escaped(shown)}</div>'


def note_markdown(message: str) -> str:
    """A message of the page itself: why a question was not answered and what to do."""
    return f'<div class="answer note"><p class="outcome error">Not answered</p><p>{escaped(message)}</p></div>'


def answer_markdown(answer: Answer, policies: Mapping[str, Policy]) -> str:
    """An answer: outcome, sentence, quote and its place; where all policies were asked, each one's own, folded."""
    parts = [_verdict(answer), *_citations(answer, policies), *_closest(answer, policies), _looked_at(answer.searched)]
    if answer.by_policy and len(answer.by_policy) > 1 and answer.outcome is not Outcome.OFF_TOPIC:
        parts.append(f'<p class="each">Each of the {len(answer.by_policy)} policies by itself:</p>')
        parts += [_folded(id_, own, policies) for id_, own in answer.by_policy.items()]
    return f'<div class="answer">{"".join(parts)}</div>'


def _verdict(answer: Answer) -> str:
    read_as = ""
    if answer.understood and answer.understood.strip() != answer.question.strip():
        read_as = f'<p class="understood">Read as: {escaped(answer.understood)}</p>'
    return (
        f'<p class="outcome {answer.outcome}">{WORDS[answer.outcome]}</p>'
        f'{read_as}<p class="sentence">{escaped(_beside_outcome(answer))}</p>'
    )


def _beside_outcome(answer: Answer) -> str:
    """The sentence without the "No: " that stands before it as the outcome."""
    lead = f"{WORDS[answer.outcome]}: "
    return (
        answer.text[len(lead) :][:1].upper() + answer.text[len(lead) + 1 :]
        if answer.text.startswith(lead)
        else answer.text
    )


def _citations(answer: Answer, policies: Mapping[str, Policy]) -> Iterator[str]:
    if not answer.citations:
        return
    first, *rest = answer.citations
    yield _quoted(first, policies)
    if rest:
        summary = "1 further clause" if len(rest) == 1 else f"{len(rest)} further clauses"
        quotes = "".join(_quoted(citation, policies) for citation in rest)
        yield f'<details class="further"><summary>{summary}</summary>{quotes}</details>'


def _closest(answer: Answer, policies: Mapping[str, Policy]) -> Iterator[str]:
    if answer.closest is not None:
        quote = _quoted(answer.closest, policies)
        yield f'<details class="further closest"><summary>{CLOSEST}</summary>{quote}</details>'


def _quoted(citation: Citation, policies: Mapping[str, Policy]) -> str:
    policy = policies[citation.policy_id]
    path = f'<span class="path">{escaped(_STEP.join(citation.path))}</span>' if citation.path else ""
    return (
        f"<blockquote>{escaped(citation.quote)}</blockquote>"
        f'<p class="source">{path}<span class="title">{escaped(named(policy))}, {escaped(dated(policy))}</span>'
        f'<a href="{escaped(clause_link(policy, citation.span))}">Show in the policy</a></p>'
    )


def _looked_at(searched: Searched) -> str:
    count = len(searched.policies)
    clauses = "1 clause" if searched.clauses == 1 else f"{searched.clauses} clauses"
    where = escaped(searched.policies[0].title) if count == 1 else f"{count} policies"
    return f'<p class="searched">Searched {clauses} of {where}.</p>' if count else ""


def _folded(policy_id: str, answer: Answer, policies: Mapping[str, Policy]) -> str:
    summary = (
        f'<span class="outcome {answer.outcome}">{WORDS[answer.outcome]}</span> '
        f'<span class="title">{escaped(named(policies[policy_id]))}</span>'
    )
    shown = "".join([*_citations(answer, policies), *_closest(answer, policies)])
    inside = f'<p class="sentence">{escaped(_beside_outcome(answer))}</p>{shown}'
    return f'<details class="own"><summary>{summary}</summary>{inside}</details>'


# --- the document beside the chat -------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Block:
    """What stands on one line of the canonical text: pieces and the literal text between them, in order."""

    parts: list[Clause | Heading | Span] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """`heading` (nothing but one), `item` or `text`."""
        if len(self.parts) == 1 and isinstance(self.parts[0], Heading):
            return "heading"
        clause = next((part for part in self.parts if isinstance(part, Clause)), None)
        return "item" if clause is not None and clause.kind == "item" else "text"


def shelf_markdown(policies: Iterable[Policy], key: str = "") -> str:
    """The policies by name, date and source: what stands beside the chat while no single one is chosen."""
    rows = "".join(
        f'<li><a href="?policy={url_quote(policy.id, safe="")}">{escaped(named(policy))}</a>'
        f"<span>{escaped(dated(policy))} · {len(policy.clauses)} clauses</span></li>"
        for policy in policies
    )
    return (
        f'<div class="shelf" id="shown-{key}"><h2>All current policies</h2>'
        f'<p class="facts">Each of these is searched. Choose one to read it here.</p><ul>{rows}</ul></div>'
    )


def policy_markdown(policy: Policy, hits: Sequence[Span] = (), newer: Policy | None = None, key: str = "") -> str:
    """A policy with its title, date and source, every clause in a section (`c0`, `c1`, ...) of its own.

    Args:
        policy: what to show; all of its canonical text is shown, nothing else.
        hits: stretches to mark, the most important first: its section has the class `hit`, the others' `also`.
        newer: the policy that supersedes this one, if any.
        key: goes into the id `shown-KEY` of the outermost element, so that a page sees that it was shown anew.
    """
    numbers = {clause.span: number for number, clause in enumerate(policy.clauses)}
    place = f'<div class="words" id="words-{url_quote(policy.id, safe="")}">'
    out = [f'<div class="policy" id="shown-{key}">', _facts(policy, newer), place]
    for kind, blocks in groupby(_blocks(policy), key=lambda block: block.kind):
        inside = "".join(_block(block, kind, policy, numbers, hits) for block in blocks)
        out.append(f"<ul>{inside}</ul>" if kind == "item" else inside)
    return "".join((*out, "</div></div>"))


def _facts(policy: Policy, newer: Policy | None) -> str:
    facts = [escaped(policy.provider)] if policy.provider else []
    facts.append(escaped(dated(policy)))
    if policy.source_url and urlsplit(policy.source_url).scheme in ("http", "https"):
        facts.append(f'<a href="{escaped(policy.source_url)}" rel="noreferrer">source</a>')
    else:
        facts.append(escaped(policy.source_url or "source not stated"))
    older = ""
    if newer is not None:
        link = f'<a href="?policy={url_quote(newer.id, safe="")}">{escaped(named(newer))}</a>'
        older = f'<p class="older">An earlier version. It was replaced by {link} ({escaped(dated(newer))}).</p>'
    return f'<h2>{escaped(policy.title)}</h2><p class="facts">{" · ".join(facts)}</p>{older}'


def _blocks(policy: Policy) -> Iterator[_Block]:
    """The lines of a policy. What stands between clauses and headings (": ", say) is kept, so that no word is lost."""
    block, at = _Block(), 0
    pieces: list[Clause | Heading] = [*policy.clauses, *policy.headings]
    for piece in sorted(pieces, key=lambda piece: piece.span):
        between = policy.text[at : piece.span.start]
        if "\n" in between:
            block.parts += _literal(policy, at, at + between.index("\n"))
            yield from [block] if block.parts else []
            block, at = _Block(), at + between.rindex("\n") + 1
        block.parts += _literal(policy, at, piece.span.start, space=bool(block.parts))
        block.parts.append(piece)
        at = piece.span.end
    block.parts += _literal(policy, at, len(policy.text))
    if block.parts:
        yield block


def _literal(policy: Policy, start: int, end: int, space: bool = False) -> list[Clause | Heading | Span]:
    between = policy.text[start:end]
    return [Span(start, end)] if between.strip() or (space and between) else []


def _block(block: _Block, kind: str, policy: Policy, numbers: Mapping[Span, int], hits: Sequence[Span]) -> str:
    if kind == "heading" and isinstance(block.parts[0], Heading):
        level = min(block.parts[0].depth + 3, 6)  # below the page's h1 and the policy's h2
        return f"<h{level}>{_marked(policy.text, block.parts[0].span, hits)}</h{level}>"
    inside = "".join(_part(part, policy, numbers, hits) for part in block.parts)
    return f"<li>{inside}</li>" if kind == "item" else f'<div class="para">{inside}</div>'


def _part(part: Clause | Heading | Span, policy: Policy, numbers: Mapping[Span, int], hits: Sequence[Span]) -> str:
    if isinstance(part, Heading):
        return f"<strong>{_marked(policy.text, part.span, hits)}</strong>"
    if isinstance(part, Span):
        return _marked(policy.text, part, hits)
    role = ""
    touched = [rank for rank, hit in enumerate(hits) if part.span.overlap(hit)]
    if touched:
        first = clause_number(policy, hits[0]) == numbers[part.span]
        role = ' class="hit"' if first else ' class="also"'
    return f'<section id="c{numbers[part.span]}"{role}>{_marked(policy.text, part.span, hits)}</section>'


def _marked(text: str, span: Span, hits: Sequence[Span]) -> str:
    """The escaped characters of `span`, those that any hit covers inside `<mark>`."""
    edges = {span.start, span.end}
    edges.update(edge for hit in hits for edge in hit if span.start < edge < span.end)
    out = []
    for start, end in pairwise(sorted(edges)):
        piece = escaped(text[start:end])
        out.append(f"<mark>{piece}</mark>" if any(hit.covers(Span(start, end)) for hit in hits) else piece)
    return "".join(out)


# --- the terminal -----------------------------------------------------------------------------------------------------


def answer_text(answer: Answer, policies: Mapping[str, Policy]) -> str:
    """An answer as lines for a terminal, without a final line break. Quotes stay whole: the terminal wraps them."""
    lines = [_verdict_line(answer)]
    if answer.understood and answer.understood.strip() != answer.question.strip():
        lines.append(f"(read as: {_line(answer.understood)})")
    for citation in answer.citations:
        lines += ["", *_citation_lines(citation, policies)]
    if answer.closest is not None:
        lines += ["", f"{CLOSEST}:", *_citation_lines(answer.closest, policies)]
    if answer.explanation is not None:
        lines += ["", *_explanation_lines(answer.explanation)]
    if answer.by_policy and len(answer.by_policy) > 1 and answer.outcome is not Outcome.OFF_TOPIC:
        lines += ["", f"Each of the {len(answer.by_policy)} policies by itself:"]
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
    word, text = WORDS[answer.outcome], _line(answer.text)
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


def policies_json(policies: Mapping[str, Policy]) -> list[dict[str, Any]]:
    """The policies on a shelf as JSON-ready objects: what is known of each, and how many clauses it has."""
    return [policy_json(policy, policies) | {"clauses": len(policy.clauses)} for policy in policies.values()]


def policy_json(policy: Policy, policies: Mapping[str, Policy]) -> dict[str, Any]:
    """What is known of a policy, JSON-ready; null is what its document does not state."""
    newer = successor(policy, policies)
    return {
        "id": policy.id,
        "provider": policy.provider,
        "title": policy.title,
        "source_url": policy.source_url,
        "snapshot_date": policy.snapshot_date.isoformat() if policy.snapshot_date else None,
        "effective_date": policy.effective_date.isoformat() if policy.effective_date else None,
        "supersedes": policy.supersedes,
        "superseded_by": newer.id if newer else None,
        "sha256": policy.sha256,
    }


def _citation_lines(citation: Citation, policies: Mapping[str, Policy]) -> list[str]:
    policy = policies[citation.policy_id]
    return [*_quote_lines("  ", citation.quote, citation.path), f"    {_version(policy)}", f"    {_source(policy)}"]


def _quote_lines(lead: str, words: str, path: Sequence[str]) -> list[str]:
    heading = [f"    {_line(_STEP.join(path))}"] if path else []
    return [f'{lead}"{printable(words)}"', *heading]


def _version(policy: Policy) -> str:
    return f"{_line(named(policy))} [{_line(policy.id)}], {dated(policy)}"


def _source(policy: Policy) -> str:
    return _line(policy.source_url or "source not stated")


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
