"""A policy's canonical text with its headings and clauses marked inside it, for people to read and tests to compare.

`{h0/1 Cookies}` is heading 0 at depth 1; `[c3 We use ...]` is clause 3; `[c5<c4 IP addresses]` a list item whose list
clause 4 opens (`<h9`: heading 9 opens it). Without its marks the text is the canonical text.
"""

from __future__ import annotations

from corpus.model import Clause, Heading, Policy


def annotated(policy: Policy) -> str:
    names = {clause.span: f"{'i' if clause.kind == 'item' else 'c'}{at}" for at, clause in enumerate(policy.clauses)}
    names |= {heading.span: f"h{at}" for at, heading in enumerate(policy.headings)}
    out, at = [], 0
    parts: list[Clause | Heading] = [*policy.clauses, *policy.headings]
    for part in sorted(parts, key=lambda part: part.span):
        out.append(policy.text[at : part.span.start])
        words = part.span.of(policy.text)
        if isinstance(part, Clause):
            opener = f"<{names[part.lead_in]}" if part.lead_in else ""
            out.append(f"[{names[part.span]}{opener} {words}]")
        else:
            out.append(f"{{{names[part.span]}/{part.depth} {words}}}")
        at = part.span.end
    return "".join([*out, policy.text[at:]]) + "\n"
