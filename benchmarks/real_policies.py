"""Fifteen real policies of today, none of which the project is made of, with 32 questions each.

The questions were written from the whole texts before any answer was seen; seven of each 32 are not answered, though the policy
speaks of the neighbouring thing, and three are not about privacy at all. The data is no part of this project; without it the
measure is skipped.

The companies are split once and for all. What is set by looking at answers (bounds, wording, what more to train on) may look at
those for tuning; of the others nobody looks at a single question, so that what is measured on them holds for policies that nobody has
seen. The split is by company, since questions about one text have its words and its ways in common, and each half has
companies of several kinds: shops and carriers, software, media, payment, travel.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from assistant.errors import BadGolden
from assistant.evaluation.golden import Golden
from corpus.model import Policy, Span

FOLDER = Path("reading", "real_dev")  # in the folder of measuring data
TUNING = ("bandcamp", "fedex", "freja", "huggingface", "linear", "miro", "overleaf", "yelp")
REPORTING = ("betterstack", "finnair", "hideme", "kraken", "meetup", "nordvpn", "wetransfer")
HALVES: Mapping[str, tuple[str, ...]] = {"tuning": TUNING, "reporting": REPORTING}


def questions(folder: Path, policies: Mapping[str, Policy], companies: Sequence[str]) -> list[Golden]:
    """The questions about some companies' policies, with the clauses that hold their gold words as gold.

    Args:
        folder: holds for each company `ID.md` and `ID.jsonl`, whose first line is about the text's source.

    Raises:
        BadGolden: gold words stand nowhere in the policy.
    """
    return [golden for company in companies for golden in _of_company(folder, policies[company])]


def _of_company(folder: Path, policy: Policy) -> Iterator[Golden]:
    lines = (folder / f"{policy.id}.jsonl").read_text(encoding="utf-8").splitlines()[1:]
    held = _Held(policy)
    for number, line in enumerate(lines, start=1):
        row = json.loads(line)
        id_ = f"{policy.id}:{number}"
        gold = [words for stretch in row["gold"] for words in held.by_clauses(stretch)]
        if len(gold) < len(row["gold"]):
            raise BadGolden(
                f'{id_}: gold words stand nowhere in policy "{policy.id}"; is the text the one they are of?'
            )
        yield Golden.model_validate(
            {
                "id": id_,
                "question": row["question"],
                "policy": policy.id,
                "outcome": row["outcome"],
                "gold": tuple(dict.fromkeys(gold)),
                "tags": (row["kind"],),
            }
        )


class _Held:
    """The clauses of a policy, looked up by words that stand in them however white space is laid."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._places = [at for at, character in enumerate(policy.text) if not character.isspace()]
        self._text = "".join(policy.text.split())

    def by_clauses(self, stretch: str) -> list[str]:
        """The words of each clause that holds a stretch of words; where none does since it runs over several, of those."""
        spans = list(self._spans("".join(stretch.split())))
        clauses = [clause.span for clause in self._policy.clauses]
        holding = [clause for clause in clauses if any(clause.covers(span) for span in spans)]
        holding = holding or [clause for clause in clauses if any(clause.overlap(span) for span in spans)]
        return [clause.of(self._policy.text) for clause in holding]

    def _spans(self, wanted: str) -> Iterator[Span]:
        at = self._text.find(wanted) if wanted else -1
        while at >= 0:
            yield Span(self._places[at], self._places[at + len(wanted) - 1] + 1)
            at = self._text.find(wanted, at + 1)
