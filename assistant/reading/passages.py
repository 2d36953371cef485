"""A clause with what a person would need to understand it: the passage that a reader is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from corpus.model import Policy, Span

_HEADINGS = 2  # the innermost ones
_BACK = 2  # sentences that are looked at for what a clause points back to
_LONGEST_LIST = 900  # code points of a list that is read together with the sentence that opens it
_LONGEST_ROW_HEAD = 200  # code points of the cell that a row begins with, before its other cells
_LONGEST_ADDRESS = 48  # code points of a link's address: the host and where on it, as far as that says anything
_IS_ADDRESS = re.compile(r"\w\.\w|@")
# Words of a link that send one on, and of which only the address says where: "contact us", "here", "this form".
_SENDS_ON = re.compile(
    r"\b(?:here|click|this|us|contact|write|e-?mail|reach|visit|link|page|forms?|requests?|portal|settings|website|cent(?:er|re))\b",
    re.IGNORECASE,
)
_POINTS_BACK = re.compile(
    r"^(?:however|otherwise|this|these|that|those|such|it|they|he|she|in (?:this|that|these|those|such|all|both)|if (?:so|not|you do)|"
    r"the same|also|in addition|additionally|moreover|nevertheless|for (?:this|that|these|those|example|instance)|instead|then|therefore|"
    r"to do (?:so|this)|unless|except|here|there|thus|otherwise|yes|no|and|but|or)\b|"
    r"\b(?:this|these|that|those|such|the above|the same|said|aforementioned) (?:\w+ )?(?:information|data|details|cases?|purposes?|reasons?|"
    r"parties|party|companies|providers?|cookies?|requests?|rights?|records?|third|policy|section|consent|files?|tools?|technologies)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """What a reader reads of one clause: its words, in a table behind the names of their columns, and before them `context`: the
    headings above it, the sentence that opens its list, the cell that its row begins with, and the sentence before it where the clause
    points back to it. Where a link's words only send one on, its address stands behind them: whom "contact us" tells nothing, the
    address does."""

    context: str
    text: str


def passage(policy: Policy, number: int) -> Passage:
    """The passage of a policy's clause, by the clause's number."""
    clause = policy.clauses[number]
    text = clause.span.of(policy.text)
    headings = [heading for heading in clause.path if heading != policy.title][-_HEADINGS:]
    lead_in, row = policy.lead_in_of(clause), policy.row_of(clause)
    parts = [" › ".join(headings) + ":"] if headings else []
    if lead_in and lead_in not in headings:
        parts.append(lead_in)
    elif not lead_in and not row and _POINTS_BACK.search(text) and (before := _before(policy, number)):
        parts.append(before)
    if text.endswith(":"):
        text = " ".join([text, *_items(policy, number)])
    elif row:
        first, text = row
        if first:
            parts.append(f"{first[:_LONGEST_ROW_HEAD].rstrip(' :')}:")
    else:
        text = _with_addresses(policy, clause.span)
    return Passage(_plain(" ".join(parts)), _plain(text))


def _with_addresses(policy: Policy, span: Span) -> str:
    parts, at = [], span.start
    for link in policy.links_in(span):
        words = policy.text[link.start : link.end]
        if _SENDS_ON.search(words) and not _IS_ADDRESS.search(words):
            parts += [policy.text[at : link.end], f" ({_shortened(link.address)})"]
            at = link.end
    return "".join([*parts, policy.text[at : span.end]])


def _shortened(address: str) -> str:
    whole = urlsplit(address)
    return f"{whole.netloc.removeprefix('www.')}{whole.path.rstrip('/')}"[:_LONGEST_ADDRESS]


def opens(policy: Policy, number: int) -> list[int]:
    """The numbers of the items of the list that a clause opens, those of lists within it too; empty where it opens none."""
    clauses = policy.clauses
    if not clauses[number].span.of(policy.text).endswith(":"):
        return []
    openers, items = {clauses[number].span}, list[int]()
    for at in range(number + 1, len(clauses)):
        if clauses[at].lead_in in openers:
            openers.add(clauses[at].span)
            items.append(at)
    return items


def _items(policy: Policy, number: int) -> list[str]:
    items: list[str] = []
    length = 0
    for at in opens(policy, number):
        item = policy.clauses[at].span.of(policy.text).rstrip(";,. ")
        length += len(item)
        if length > _LONGEST_LIST:
            break
        items.append(f"{item};")
    return items


def _before(policy: Policy, number: int) -> str:
    """The sentence before, under the same headings; where that one points back as well, the one before it too."""
    words: list[str] = []
    for at in range(number - 1, max(number - 1 - _BACK, -1), -1):
        if policy.clauses[at].path != policy.clauses[number].path:
            break
        words.insert(0, policy.clauses[at].span.of(policy.text))
        if not _POINTS_BACK.search(words[0]):
            break
    return " ".join(words)


def _plain(text: str) -> str:
    return " ".join(text.split())
