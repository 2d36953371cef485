"""Approved answers: an agent reads them; an editor writes, changes and withdraws them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from fastapi import Response

from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.roles import Role
from assistant.company.approved.approving import answer_now, approve
from assistant.company.approved.store import LONGEST, ApprovedAnswers
from assistant.company.approved.store import State as Standing
from assistant.company.insight.inbox import Inbox, State
from assistant.errors import BadApproval, BadQuestion, NotEnglish
from assistant.languages import CODES, Language, language
from assistant.model import MAX_QUESTION, Answer
from assistant.surfaces.admin.guard import Guarded, Visit, number_of, numbers_of, shown_from
from assistant.surfaces.pages import Pages
from assistant.surfaces.render.outcomes import beside_headline
from corpus.errors import UnknownPolicy

_WRONG = (BadApproval, BadQuestion, UnknownPolicy)
_ON_A_PAGE = 200
_ORDER = (Standing.LAPSED, Standing.APPROVED, Standing.WITHDRAWN)


def serve_answers(guarded: Guarded, store: ApprovedAnswers, inbox: Inbox, latest: Latest, pages: Pages) -> None:
    """Add the routes."""

    @guarded.get("/admin/answers", Role.AGENT)
    def read(visit: Visit) -> Response:
        given = {name: visit.asked(name)[:MAX_QUESTION] for name in ("question", "policy", "number")}
        given["questions"] = visit.asked("questions")  # numbers: a part of one is another question's
        number = number_of(given["number"])
        if number is not None:
            with suppress(BadApproval):  # there is none
                changed = store.get(number)
                sentences = {"english": changed.english, "german": changed.german or ""}
                given |= {"question": changed.question, "policy": changed.policy} | sentences
        return _page(visit, given)

    @guarded.post("/admin/answers", Role.EDITOR)
    def write(visit: Visit) -> Response:
        form, assistant = visit.form, latest()
        number = number_of(form.get("number", "")) or 0
        given = [form.get(name, "") for name in ("question", "policy", "english", "german")]
        try:
            approve(assistant, store, *given, by=visit.person.name, number=number)
        except _WRONG as error:
            return _page(visit, form, _said(error, visit.texts), 422)
        asked = numbers_of(form.get("questions", ""))
        if asked:
            inbox.mark(asked, State.ANSWERED, by=visit.person.name)
        return visit.back("admin/answers")

    @guarded.post("/admin/answers/withdraw", Role.EDITOR)
    def withdraw(visit: Visit) -> Response:
        try:
            store.withdraw(number_of(visit.form.get("number", "")) or 0, by=visit.person.name)
        except BadApproval as error:
            return _page(visit, {}, _said(error, visit.texts), 422)
        return visit.back("admin/answers")

    def _page(visit: Visit, values: Mapping[str, str], wrong: str | None = None, status: int = 200) -> Response:
        assistant, may_write = latest(), visit.person.role.may(Role.EDITOR)
        answer = None
        if may_write and wrong is None and values.get("question") and values.get("policy"):
            try:
                answer = answer_now(assistant, values["question"], values["policy"])
            except _WRONG as error:
                wrong = _said(error, visit.texts)
        found = store.all()
        first, further = shown_from(visit, len(found), _ON_A_PAGE)
        return visit.page(
            pages,
            "answers",
            status,
            answers=sorted(found, key=lambda each: _ORDER.index(each.state))[first : first + _ON_A_PAGE],
            first=first,
            further=further,
            count=sum(each.state is Standing.APPROVED for each in found),
            lapsed=sum(each.state is Standing.LAPSED for each in found),
            policies=[assistant.policies.summaries[each] for each in assistant.current],
            given=values,
            answer=answer,
            said=answer and _policys_own(answer),
            wrong=wrong,
            may_write=may_write,
            longest=LONGEST,
            longest_question=MAX_QUESTION,
        )


def _policys_own(answer: Answer) -> str:
    """What the policy says, in English, beside the word for its outcome."""
    own = answer.approved.instead_of if answer.approved else answer.text
    return beside_headline(answer.model_copy(update={"text": own}), language(CODES[0]))


def _said(error: BadApproval | BadQuestion | UnknownPolicy, texts: Language) -> str:
    """What is wrong, in the language of the page."""
    if isinstance(error, BadApproval):
        return texts.say(f"admin.answers.wrong.{error.reason}", most=LONGEST)
    if isinstance(error, NotEnglish):
        return texts.say("chat.english")
    if isinstance(error, BadQuestion):
        return texts.say(f"chat.bad_question.{error.reason}", most=MAX_QUESTION)
    return texts.say("admin.answers.wrong.policy")
