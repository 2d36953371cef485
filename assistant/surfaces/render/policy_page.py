"""A policy as the page shows it beside the chat: Markdown made of HTML blocks without a blank line, in which a Markdown
parser reads nothing but character references. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote as url_quote
from urllib.parse import urlsplit

from assistant.languages import Language
from assistant.surfaces.render.marked_text import words_as_html
from assistant.surfaces.render.names import clause_number, dated, escaped, named
from corpus.model import Clause, Described, Heading, Policy, Span, Summary


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


@dataclass(frozen=True, slots=True)
class _Sheet:
    """What is shown, and how: a policy, the number of each of its clauses, what to mark, what ids end with, the level of
    the headings at the top."""

    policy: Policy
    numbers: Mapping[Span, int]
    hits: Sequence[Span]
    version: str
    level: int


def shelf_markdown(policies: Iterable[Summary], language: Language, key: str = "") -> str:
    """The policies by name, date and source: what stands beside the chat while no single one is chosen."""
    say = language.say
    rows = "".join(
        f'<li><a href="?policy={url_quote(policy.id, safe="")}">{escaped(named(policy))}</a>'
        f"<span>{escaped(dated(policy, language))} · {language.count('bubble.clauses', policy.clauses)}</span></li>"
        for policy in policies
    )
    return (
        f'<div class="shelf" id="shown-{key}"><h2>{say("document.every")}</h2>'
        f'<p class="facts">{say("document.choose")}</p><ul>{rows}</ul></div>'
    )


def policy_markdown(
    policy: Policy, language: Language, hits: Sequence[Span] = (), newer: Described | None = None, key: str = ""
) -> str:
    """A policy with its title, date and source (below the page's h1), every clause in a section (`c0`, ...) of its own.

    Args:
        policy: what to show; all of its canonical text is shown, nothing else.
        hits: stretches to mark, the most important first: its section has the class `hit`, the others' `also`.
        newer: the policy that supersedes this one, if any.
        key: goes into the id `shown-KEY` of the outermost element, so that a page sees that it was shown anew.
    """
    facts, words = _facts(policy, language, newer), words_html(policy, hits)
    return f'<div class="policy" id="shown-{key}">{facts}{words}</div>'


def words_html(policy: Policy, hits: Sequence[Span] = (), *, version: str = "", level: int = 3) -> str:
    """The words of a policy alone; arguments as of `policy_markdown`, and:

    Args:
        version: what the ids of the clauses say of the version: `c14-9c1e5b0d7a4f`; without it they are `c14`.
        level: of the headings that stand at the top, 1 to 6.
    """
    numbers = {clause.span: number for number, clause in enumerate(policy.clauses)}
    sheet = _Sheet(policy, numbers, hits, f"-{version}" if version else "", level)
    language = escaped(policy.language or "en")
    out = [f'<div class="words" lang="{language}" id="words-{url_quote(policy.id, safe="")}">']
    for kind, blocks in groupby(_blocks(policy), key=lambda block: block.kind):
        inside = "".join(_block(block, kind, sheet) for block in blocks)
        out.append(f"<ul>{inside}</ul>" if kind == "item" else inside)
    return "".join((*out, "</div>"))


def _facts(policy: Policy, language: Language, newer: Described | None) -> str:
    facts = [escaped(policy.provider)] if policy.provider else []
    facts.append(escaped(dated(policy, language)))
    if policy.source_url and urlsplit(policy.source_url).scheme in ("http", "https"):
        facts.append(f'<a href="{escaped(policy.source_url)}" rel="noreferrer">{language.say("document.source")}</a>')
    else:
        facts.append(escaped(policy.source_url or language.say("document.no_source")))
    older = ""
    if newer is not None:
        link = f'<a href="?policy={url_quote(newer.id, safe="")}">{escaped(named(newer))}</a>'
        older = f'<p class="older">{language.say("document.older")} {link} ({escaped(dated(newer, language))}).</p>'
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


def _block(block: _Block, kind: str, sheet: _Sheet) -> str:
    if kind == "heading" and isinstance(block.parts[0], Heading):
        level = min(block.parts[0].depth + sheet.level, 6)
        return f"<h{level}>{_marked(block.parts[0].span, sheet)}</h{level}>"
    inside = "".join(_part(part, sheet) for part in block.parts)
    return f"<li>{inside}</li>" if kind == "item" else f'<div class="para">{inside}</div>'


def _part(part: Clause | Heading | Span, sheet: _Sheet) -> str:
    if isinstance(part, Heading):
        return f"<strong>{_marked(part.span, sheet)}</strong>"
    if isinstance(part, Span):
        return _marked(part, sheet)
    role, number = "", sheet.numbers[part.span]
    touched = [rank for rank, hit in enumerate(sheet.hits) if part.span.overlap(hit)]
    if touched:
        first = clause_number(sheet.policy, sheet.hits[0]) == number
        role = ' class="hit"' if first else ' class="also"'
    role += _language(part.span, sheet.policy)
    return f'<section id="c{number}{sheet.version}"{role}>{_marked(part.span, sheet)}</section>'


def _language(span: Span, policy: Policy) -> str:
    """The attribute that says the language of a part in another one than the policy."""
    told = policy.language_at(span)
    return f' lang="{escaped(told)}"' if told and told != (policy.language or "en") else ""


def _marked(span: Span, sheet: _Sheet) -> str:
    """The escaped characters of `span`, those that any hit covers inside `<mark>`, with its links."""
    policy = sheet.policy
    return words_as_html(span.of(policy.text), span.start, sheet.hits, policy.links_in(span))
