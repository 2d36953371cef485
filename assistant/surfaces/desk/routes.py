"""The pages that hold clauses still: the agents' desk, what changed between versions, and a policy to which permalinks lead."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from fastapi import APIRouter, Query, Request, Response

from assistant.bootstrap.factory import archive_of
from assistant.bootstrap.hot_reload import Latest
from assistant.company.branding.loading import PLAIN, LatestBrand
from assistant.languages import Language
from assistant.model import MAX_QUESTION, Outcome
from assistant.review.clause_search import Browser
from assistant.review.compare import Comparison, compare
from assistant.review.outline import outline
from assistant.settings import Settings
from assistant.surfaces.desk.answers import desk_answers
from assistant.surfaces.middleware.route_costs import free, work
from assistant.surfaces.pages import Pages, language_of, saved_as
from assistant.surfaces.render.clauses import KINDS, changes_between
from assistant.surfaces.render.comparison import comparison_csv, comparison_markdown
from assistant.surfaces.render.names import VERSION_DIGITS, permalink
from assistant.surfaces.render.outcomes import CLAIMS, LEVELS
from assistant.surfaces.render.policy_page import words_html
from corpus.model import Policy
from corpus.versions.archive import Archive, DamagedVersion
from corpus.versions.diff import ChangeKind, WordRun, differences

Kind: TypeAlias = Literal["csv", "md", "json"]
_READING = ["GET", "HEAD"]
_COLUMNS = 8  # policies side by side in the outline, where none is chosen
_MEDIA: dict[Kind, str] = {"csv": "text/csv", "md": "text/markdown", "json": "application/json"}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Now:
    """What became of a clause of an older text in the text of today. `number`, `permalink` (relative to the start page)
    and `quote` are None where it was removed; `words` are those of a reworded one."""

    kind: ChangeKind
    number: int | None
    permalink: str | None
    quote: str | None
    words: tuple[WordRun, ...]


@dataclass(frozen=True, slots=True)
class Older:
    """That a text is not the one of today: the policy as it is now, the number of the clause that was asked for, if any,
    and what became of it, if the older text has it."""

    current: Policy
    number: int | None
    now: Now | None


def desk(
    latest: Latest,
    settings: Settings,
    brand: LatestBrand = lambda: PLAIN,
    signed_in: Callable[[Request], bool] = lambda _: False,
) -> APIRouter:
    """The routes of the pages: `/desk` and below for the staff, `/policy/{id}` for everybody. `signed_in`: whether somebody comes
    from the company's pages, so that a way leads back there."""
    router, pages, archive = APIRouter(), Pages(brand), archive_of(settings)
    router.include_router(desk_answers(latest))

    @router.api_route("/desk", methods=_READING, include_in_schema=False)
    @free
    def search(request: Request) -> Response:
        assistant = latest()
        browser, texts = Browser(assistant), language_of(request)
        own = brand().branding.own
        return pages.show(
            "desk.html",
            texts,
            "./",
            signed_in=signed_in(request),
            companies=browser.companies,
            policies=list(assistant.policies.summaries.values()),
            practices=[(term, texts.say(f"desk.practices.{term}")) for term in browser.practices],
            data=[(term, texts.say(f"topic.data.{term}")) for term in browser.data],
            outcomes=list(Outcome),
            levels=LEVELS,
            claims=CLAIMS,
            begins=own("begins", texts.code) or texts.say("desk.reply_begins"),
            ends=own("ends", texts.code) or texts.say("desk.reply_ends"),
        )

    @router.api_route("/desk/changes", methods=_READING, include_in_schema=False)
    @work
    def changes(request: Request, old: str = "", new: str = "") -> Response:
        policies, texts = latest().policies, language_of(request)
        listed = policies.summaries
        versions = [(listed[each.supersedes or ""], each) for each in listed.values() if each.supersedes in listed]
        chosen = (policies[versions[0][0].id], policies[versions[0][1].id]) if versions and not (old or new) else None
        if old or new:
            if old not in policies or new not in policies:
                return pages.missing(texts, "../")
            chosen = policies[old], policies[new]
        compared = changes_between(*chosen, policies) if chosen else None
        return pages.show(
            "changes.html",
            texts,
            "../",
            signed_in=signed_in(request),
            old=chosen[0] if chosen else None,
            new=chosen[1] if chosen else None,
            changes=compared.changes if compared else [],
            counts=compared.counts if compared else dict.fromkeys(KINDS, 0),
            versions=versions,
        )

    @router.api_route("/desk/outline", methods=_READING, include_in_schema=False)
    @work
    def outlined(request: Request, policy: Annotated[list[str] | None, Query()] = None) -> Response:
        assistant, texts = latest(), language_of(request)
        policies = assistant.policies
        if any(id_ not in policies for id_ in policy or ()):
            return pages.missing(texts, "../")
        shown = [policies[id_] for id_ in dict.fromkeys(policy or assistant.current[:_COLUMNS])]
        # What is asked of the bank takes a second a policy; what clauses name is known.
        outlines = [outline(assistant.known(each.id), assistant.bank, ()) for each in shown]
        named_by = {(each.policy_id, does.action): does.clauses for each in outlines for does in each.practices}
        actions = assistant.bank.vocabulary.actions
        return pages.show(
            "outline.html",
            texts,
            "../",
            signed_in=signed_in(request),
            policies=list(policies.summaries.values()),
            replaced={each.supersedes for each in policies.summaries.values()},
            chosen=bool(policy),
            chosen_ids=frozenset(each.id for each in shown),
            shown=shown,
            rows=[(action, [len(named_by.get((each.id, action), ())) for each in shown]) for action in actions],
            first={cell: numbers[0] for cell, numbers in named_by.items()},
        )

    @router.get("/desk/compare.{kind}", include_in_schema=False)
    @work
    def export(
        request: Request,
        kind: Kind,
        question: Annotated[str, Query(max_length=MAX_QUESTION)],
        policies: Annotated[list[str] | None, Query()] = None,
    ) -> Response:
        assistant, texts = latest(), language_of(request)
        asked = [id_ for each in policies or () for id_ in _ids(each, assistant.policies)]
        compared = compare(assistant, question, asked if policies else None, texts.code)
        text = _written(compared, kind, assistant.policies, texts)
        return saved_as(f"comparison.{kind}", text, _MEDIA[kind])

    @router.api_route("/policy/{policy_id}", methods=_READING, include_in_schema=False)
    @work
    def read(request: Request, policy_id: str, version: str = "", clause: str = "") -> Response:
        policies, texts = latest().policies, language_of(request)
        if policy_id not in policies:
            return pages.missing(texts, "../")
        current = policies[policy_id]
        is_current = version == "" or (len(version) >= VERSION_DIGITS and current.sha256.startswith(version))
        kept = current if is_current else _kept(archive, policy_id, version)
        shown = kept or current
        number = int(clause) if clause.isascii() and clause.isdigit() and len(clause) < 7 else None
        return pages.show(
            "policy.html",
            texts,
            "../",
            policy=shown,
            shown=shown.sha256[:VERSION_DIGITS],
            blocks=_Html(words_html(shown, version=shown.sha256[:VERSION_DIGITS], level=2)),
            newer=policies.successor(policy_id),
            older=None if shown is current else _older(shown, current, number),
            lost=None if kept else version[:64],
        )

    return router


class _Html(str):
    """What is HTML already, and is not escaped again by a template."""

    def __html__(self) -> str:
        return self


def _kept(archive: Archive, policy_id: str, version: str) -> Policy | None:
    try:
        return archive.find(policy_id, version)
    except DamagedVersion as error:  # for the operator; to the visitor it is gone
        log.error("%s", error)
        return None


def _older(older: Policy, current: Policy, number: int | None) -> Older:
    if number is None or number >= len(older.clauses):
        return Older(current, number, None)
    change = differences(older, current).now_at(number)
    if change.new is None:
        return Older(current, number, Now(change.kind, None, None, None, ()))
    quote = current.clauses[change.new].span.of(current.text)
    return Older(current, number, Now(change.kind, change.new, permalink(current, change.new), quote, change.words))


def _ids(listed: str, policies: Mapping[str, Policy]) -> Sequence[str]:
    """The ids of a list parted by commas; an id may hold one itself."""
    return [listed] if listed in policies else listed.split(",")


def _written(comparison: Comparison, kind: Kind, policies: Mapping[str, Policy], texts: Language) -> str:
    if kind == "csv":
        return comparison_csv(comparison) + "\n"
    if kind == "md":
        return comparison_markdown(comparison, policies, texts) + "\n"
    return comparison.model_dump_json(indent=2) + "\n"
