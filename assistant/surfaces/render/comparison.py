"""A comparison of policies as people read it: a table for the terminal, CSV, Markdown. Pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from textwrap import wrap

from assistant.languages import CODES, Language, language
from assistant.model import Outcome
from assistant.review.compare import Comparison, Row
from assistant.surfaces.render.csv import csv_table
from assistant.surfaces.render.names import dated, named, number, printable
from assistant.surfaces.render.outcomes import how_sure, in_one_line
from corpus.model import Citation, Policy

NARROWEST, WIDEST = 80, 120  # columns of a terminal
CSV_FIELDS = (
    "policy_id", "title", "snapshot_date", "superseded_by", "outcome", "text", "quote", "start", "end", "path",
    "source_url", "sha256", "confidence",
)  # fmt: skip
_HEADINGS = ("Policy", "Outcome", "What the policy says")
_COLUMNS = ("policy", "outcome", "answer", "clause", "under", "confidence")  # of the table in Markdown
_STEP = " › "  # between headings of a path
_GAP = "  "
_ACTIVE = re.compile(r"[\\|`*_\[\]<>&~$]")  # what Markdown in a table's cell reads as more than itself


def comparison_table(comparison: Comparison, policies: Mapping[str, Policy], width: int) -> str:
    """A table for a terminal of `width` columns (taken as 80 to 120), without a final line break.

    Quotes stay whole; only their white space is wrapped anew.
    """
    width, texts = min(max(width, NARROWEST), WIDEST), language(CODES[0])
    lines = [*_wrapped(comparison.question, width), *_wrapped(_asked_of_each(comparison, texts), width)]
    if comparison.off_topic:
        ids = ", ".join(row.policy_id for row in comparison.rows)
        off_topic = _wrapped(_off_topic(comparison, texts), width)
        return "\n".join([*lines, "", *off_topic, *_wrapped(f"Asked of: {ids}.", width)])
    longest = max(len(row.policy_id) for row in comparison.rows) + 2  # an id is not broken if it can be helped
    first = min(max(width * 3 // 10, longest), 30)
    second = max(len(_HEADINGS[1]), *(len(_word(row.outcome, texts)) for row in comparison.rows))
    widths = (first, second, width - first - second - 2 * len(_GAP))
    rule = _GAP.join("-" * each for each in widths)
    lines += ["", _line(_HEADINGS, widths), rule]
    for row in comparison.rows:
        cells = [
            [line for part in _facts(row, policies, texts) for line in wrap(printable(part), widths[0])],
            [_word(row.outcome, texts)],
            [line for part in _said(row, texts) for line in _wrapped(part, widths[2])],
        ]
        height = max(len(cell) for cell in cells)
        lines += [_line([cell[at] if at < len(cell) else "" for cell in cells], widths) for at in range(height)]
        lines.append(rule)
    return "\n".join(lines)


def comparison_csv(comparison: Comparison) -> str:
    """CSV, a row a policy with its best clause, without the final line break. Empty is what is not known, or what no clause was
    found for."""
    return csv_table(CSV_FIELDS, (_cells(row) for row in comparison.rows))


def comparison_markdown(comparison: Comparison, policies: Mapping[str, Policy], texts: Language | None = None) -> str:
    """A table in Markdown (GitHub's), a row a policy with its best clause, or with all where it is unclear; all that was
    quoted is shown literally. `texts`: the language that the answers' sentences are in; None: the first of `CODES`."""
    texts = texts or language(CODES[0])
    lines = [_literal(comparison.question), _literal(_asked_of_each(comparison, texts))]
    lines = ["  \n".join(line for line in lines if line), ""]  # two spaces: a line break
    if comparison.off_topic:
        return "\n".join([*lines, _literal(_off_topic(comparison, texts))])
    columns = " | ".join(texts.say(f"desk.column_{name}") for name in _COLUMNS)
    lines += [f"| {columns} |", f"|{'---|' * len(_COLUMNS)}"]
    for row in comparison.rows:
        shown, (name, *facts) = _shown(row), _facts(row, policies, texts)
        cells = [
            f"{name} {', '.join(facts)}",
            _word(row.outcome, texts),
            row.text,
            " ".join(f"“{each.quote}”" for each in shown),
            "; ".join(dict.fromkeys(_STEP.join(each.path) for each in shown if each.path)),
            number(f"{row.confidence:.2f}", texts),
        ]
        lines.append(f"| {' | '.join(_literal(cell) for cell in cells)} |")
    return "\n".join(lines)


def _asked_of_each(comparison: Comparison, texts: Language) -> str:
    return texts.say("desk.understood", question=comparison.understood) if comparison.understood else ""


def _off_topic(comparison: Comparison, texts: Language) -> str:
    return in_one_line(comparison.rows[0], texts)


def _facts(row: Row, policies: Mapping[str, Policy], texts: Language) -> Iterator[str]:
    policy = policies[row.policy_id]
    yield named(policy)
    yield f"[{row.policy_id}]"
    yield dated(policy, texts)
    if row.superseded_by:
        yield texts.say("desk.replaced_by", policy=row.superseded_by)


def _said(row: Row, texts: Language) -> Iterator[str]:
    yield row.text
    sure = how_sure(row, texts)
    if sure:
        yield f"({sure})"
    for cited in _shown(row):
        yield f'"{cited.quote}"'
        if cited.path:
            yield _STEP.join(cited.path)


def _shown(row: Row) -> Sequence[Citation]:
    """The clauses that are shown: the best one, or all where the reader is to judge by them."""
    return row.citations if row.outcome is Outcome.UNCLEAR else row.citations[:1]


def _wrapped(text: str, width: int) -> list[str]:
    """Lines of at most `width` code points; a line break of the text stays one."""
    return [
        line
        for part in printable(text).splitlines()
        for line in wrap(" ".join(part.split()), width, break_on_hyphens=False)
    ]


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return _GAP.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()


def _cells(row: Row) -> Iterator[object]:
    best = row.citations[0] if row.citations else None
    yield from (row.policy_id, row.title, row.snapshot_date, row.superseded_by, row.outcome.value, row.text)
    yield from (best.quote, best.start, best.end, _STEP.join(best.path)) if best else ("", "", "", "")
    yield from (row.source_url, row.sha256, row.confidence)


def _literal(text: str) -> str:
    """One line for Markdown: no character that would end a cell or mean more than itself."""
    return _ACTIVE.sub(lambda active: f"\\{active[0]}", " ".join(printable(text).split()))


def _word(outcome: Outcome, texts: Language) -> str:
    return texts.say(f"outcome.{outcome}")
