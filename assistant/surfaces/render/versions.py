"""What changed between versions, whether citations stand, and outlines, as people read them. Pure functions; text is for a
terminal, without a final line break, and in English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from assistant.languages import Language, language
from assistant.model import Outcome
from assistant.review.impact import EFFECTS, Replayed, Said, changed
from assistant.review.outline import Outline
from assistant.surfaces.assets import TEMPLATES
from assistant.surfaces.render.clauses import ClauseChange, PolicyChanges, changes_between
from assistant.surfaces.render.names import STEP, VERSION_DIGITS, dated, named, printable
from assistant.templates import templates
from corpus.model import Citation, Policy
from corpus.shelf.catalogue import Shelf
from corpus.versions.diff import ChangeKind
from corpus.versions.verify import Verified

_SIGN = {"added": "+", "removed": "-", "reworded": "~", "moved": ">", "same": " "}
_SHOWN: tuple[ChangeKind, ...] = ("added", "removed", "reworded", "moved", "same")
_SAID = {"same": "unchanged"}
_EFFECTS = {"outcome": "another outcome", "clause": "another clause", "wording": "other words", "same": "unchanged"}
_LONGEST = 300  # code points of what stands in a wrong citation's place: it may span a whole policy


# --- what changed -----------------------------------------------------------------------------------------------------


def changes_json(
    old: Policy, new: Policy, policies: Shelf, replayed: Sequence[Replayed], *, everything: bool
) -> dict[str, Any]:
    """What changed and what that means, JSON-ready.

    Args:
        policies: the shelf, which may hold neither of the two.
        replayed: the questions that were put to both.
        everything: list what did not change, too.
    """
    changes = changes_between(old, new, policies)
    listed = [change for change in changes.changes if everything or change.kind != "same"]
    effects = Counter(each.effect for each in replayed)
    questions = list(replayed) if everything else changed(replayed)
    return {
        **changes.model_copy(update={"changes": listed}).model_dump(mode="json"),
        "meaning": {
            "asked": len(replayed),
            "counts": {effect: effects[effect] for effect in EFFECTS},
            "questions": [each.model_dump(mode="json") for each in questions],
        },
    }


def changes_text(old: Policy, new: Policy, policies: Shelf, replayed: Sequence[Replayed], *, everything: bool) -> str:
    """The same for a terminal; arguments as of `changes_json`. Of reworded clauses the words are marked [-gone-] [+new+]."""
    changes = changes_between(old, new, policies)
    lines = [f"{_version(old, policies)}", f"-> {_version(new, policies)}", _counts(changes)]
    above: str | None = None
    for change in changes.changes:
        if change.kind == "same" and not everything:
            continue
        path = STEP.join(change.path)
        if path.casefold() != above:
            above = path.casefold()
            lines += ["", _line(path) or "(before the first heading)"]
        lines.append(
            f"  {_SIGN[change.kind]} {_SAID.get(change.kind, change.kind)} {_places(change)}: {_words(change)}"
        )
    differing = changed(replayed)
    lines += ["", f"What it means: {_questions(len(differing))} of {len(replayed)} answered otherwise"]
    for each in [*differing, *([e for e in replayed if e.effect == "same"] if everything else [])]:
        outcomes = f"{_outcome(each.old.outcome)} -> {_outcome(each.new.outcome)}"
        lines += ["", f"  {_line(each.question)} {outcomes} ({_EFFECTS[each.effect]})"]
        lines += [f"    {sign} {_cited(said)}" for sign, said in (("-", each.old), ("+", each.new)) if said.citations]
    return "\n".join(lines)


def changes_html(old: Policy, new: Policy, policies: Shelf, replayed: Sequence[Replayed], *, everything: bool) -> str:
    """The same as a page that stands alone: no script, nothing fetched, all that was quoted shown literally."""
    changes = changes_between(old, new, policies)
    return (
        templates(TEMPLATES, shown=printable, outcome=_outcome)
        .get_template("diff.html")
        .render(
            old=_facts(old, policies),
            new=_facts(new, policies),
            counts=[(kind, _SAID.get(kind, kind), changes.counts[kind]) for kind in _SHOWN if changes.counts[kind]],
            changes=[change for change in changes.changes if everything or change.kind != "same"],
            marked=marked,
            asked=len(replayed),
            differing=len(changed(replayed)),
            questions=[*changed(replayed), *([e for e in replayed if e.effect == "same"] if everything else [])],
            effects=_EFFECTS,
        )
    )


def marked(change: ClauseChange) -> list[tuple[str, str]]:
    """The words of a reworded clause as ("kept", text), ("removed", text), ("added", text), in order.

    White space is never part of what is marked, and stands between what was removed and what came in its place.
    """
    runs: list[tuple[str, str]] = []
    for run in change.words:
        said = run.text.strip()
        if run.kind == "kept" or not said:
            pieces = [("kept", run.text)] if run.kind != "removed" else []
        else:
            before, _, after = run.text.partition(said)
            if not before and runs and runs[-1][0] != "kept":
                before = " "
            pieces = [("kept", before), (run.kind, said), ("kept", after)]
        runs += [piece for piece in pieces if piece[1]]
    return runs


def _words(change: ClauseChange) -> str:
    if change.kind != "reworded":
        return f'"{_line(change.new_quote or change.old_quote or "")}"'
    signs = {"kept": "{}", "removed": "[-{}-]", "added": "[+{}+]"}
    return f'"{_line("".join(signs[kind].format(text) for kind, text in marked(change)))}"'


def _places(change: ClauseChange) -> str:
    return " -> ".join(f"#{number}" for number in (change.old, change.new) if number is not None)


def _counts(changes: PolicyChanges) -> str:
    return ", ".join(f"{changes.counts[kind]} {_SAID.get(kind, kind)}" for kind in _SHOWN)


def _cited(said: Said) -> str:
    best = said.citations[0]
    return f'"{_line(best.quote)}"' + (f" ({_line(STEP.join(best.path))})" if best.path else "")


# --- whether citations stand ------------------------------------------------------------------------------------------


def verified_text(verdicts: Sequence[Verified]) -> str:
    """What was found of citations for a terminal."""
    lines: list[str] = []
    for each in verdicts:
        lines += [*_verified(each), ""]
    standing = sum(each.stands for each in verdicts)
    return "\n".join(
        [*lines, f"{standing} of {len(verdicts)} {'citation stands' if len(verdicts) == 1 else 'citations stand'}"]
    )


def _verified(verdict: Verified) -> Iterator[str]:
    cited = verdict.citation
    where = f"{_line(cited.policy_id)}@{_line(cited.policy_sha256[:VERSION_DIGITS])}, {cited.start}-{cited.end}"
    yield f'{verdict.standing}: "{printable(cited.quote)}"'
    if verdict.standing == "unknown":
        yield f"    {where}: no text of this policy with this hash is on the shelf or was kept"
        if verdict.elsewhere:
            yield f"    today the same words stand at {_place(verdict.elsewhere)}"
        return
    yield f"    {where}: {'the version of today' if verdict.version == 'current' else 'an earlier version'}"
    if verdict.standing == "differs":
        instead = (verdict.instead or "")[:_LONGEST]
        yield f'    there stands: "{printable(instead)}"' if instead else "    the text ends before this place"
        if verdict.elsewhere:
            yield f"    in that version the same words stand at {_place(verdict.elsewhere)}"
        return
    if verdict.today is None:
        yield "    the policy is not on the shelf any more"
    for now in verdict.now:
        if now.citation is None:
            yield "    removed since"
        elif now.kind == "reworded":
            yield f'    reworded since: "{printable(now.citation.quote)}" at {_place(now.citation)}'
        else:
            yield f"    {'moved' if now.kind == 'moved' else 'unchanged'} since, at {_place(now.citation)}"


def _place(cited: Citation) -> str:
    return f"{_line(cited.policy_id)}@{cited.policy_sha256[:VERSION_DIGITS]}, {cited.start}-{cited.end}"


# --- outlines ---------------------------------------------------------------------------------------------------------


def outline_text(outline: Outline, policy: Policy) -> str:
    """An outline for a terminal: the clauses of each practice with the data they name, then what is not spoken of."""
    english = _english()
    data = {
        (practice.action, number): [name for name in cell_names if name]
        for practice in outline.practices
        for number in practice.clauses
        for cell_names in [[cell.data for cell in practice.cells if number in cell.clauses]]
    }
    lines = [f"{_line(named(policy))} [{_line(policy.id)}], {dated(policy, english)}"]
    lines.append(english.count("bubble.clauses", len(outline.clauses)))
    for practice in outline.practices:
        lines += ["", f"{english.say(f'desk.practices.{practice.action}')} ({len(practice.clauses)})"]
        for number in practice.clauses:
            kinds = ", ".join(english.say(f"topic.data.{name}") for name in data[practice.action, number])
            lines.append(f'  #{number} "{printable(outline.clauses[number].quote)}"' + (f" [{kinds}]" if kinds else ""))
        lines += [f"  {_line(each.question)} {_outcome(each.outcome)} (#{each.clause})" for each in practice.answers]
    quiet = [english.say(f"desk.practices.{action}") for action in outline.silent_on]
    if quiet:
        lines += ["", f"No clause was found about: {'; '.join(quiet)}. This is not a “no”."]
    quiet = [english.say(f"topic.data.{name}") for name in outline.data_silent_on]
    if quiet:
        lines.append(f"No clause names: {'; '.join(quiet)}.")
    unanswered = [question for practice in outline.practices for question in practice.unanswered]
    if unanswered:
        lines += ["", "Asked, and no clause found:", *(f"  {_line(question)}" for question in unanswered)]
    return "\n".join(lines)


# --- names ------------------------------------------------------------------------------------------------------------


def label(policy: Policy, policies: Mapping[str, Policy]) -> str:
    """What a version is called on the command line: its id; `ID@SHA12` where the shelf has another text under that id."""
    if policy.id in policies and policies[policy.id].sha256 == policy.sha256:
        return policy.id
    return f"{policy.id}@{policy.sha256[:VERSION_DIGITS]}"


def _version(policy: Policy, policies: Mapping[str, Policy]) -> str:
    return f"{_line(named(policy))} [{_line(label(policy, policies))}], {dated(policy, _english())}"


def _facts(policy: Policy, policies: Mapping[str, Policy]) -> dict[str, str]:
    return {
        "named": printable(named(policy)),
        "label": printable(label(policy, policies)),
        "dated": dated(policy, _english()),
        "sha256": policy.sha256,
    }


def _outcome(outcome: Outcome) -> str:
    return outcome.value.replace("_", " ")


def _questions(count: int) -> str:
    return f"{count} question{'' if count == 1 else 's'}"


def _line(text: str) -> str:
    return " ".join(printable(text).split())


def _english() -> Language:
    return language("en")
