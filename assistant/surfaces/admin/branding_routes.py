"""A company's branding: changed in a form, looked at beside it, saved as the file that it is; earlier files are put back."""

from __future__ import annotations

from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock
from typing import NamedTuple

from fastapi import Response

from assistant.ask import Assistant
from assistant.bootstrap.hot_reload import Latest
from assistant.company.accounts.roles import Role
from assistant.company.branding.editing import edited, table_of
from assistant.company.branding.loading import Brand, BrandingFile, LatestBrand, brand_of, read_brand
from assistant.company.branding.logo import Logo, logo_of, read_logo
from assistant.company.branding.model import MOST_STARTERS
from assistant.company.branding.previews import Previews
from assistant.company.branding.problems import Problem
from assistant.company.branding.shown import limited, without_answer
from assistant.company.branding.store import BrandingMoved, BrandingStore
from assistant.errors import BadBranding
from assistant.languages import Language
from assistant.model import Outcome
from assistant.surfaces.admin.branding_form import SCHEMES, Told, Typed, contrasts, own_colours, told
from assistant.surfaces.admin.guard import Guarded, Visit, number_of
from assistant.surfaces.admin.uploads import BRANDING
from assistant.surfaces.pages import Pages

MOST_SENT = 2_000_000  # bytes of a picture that is read, to be told that it is too large; beyond it nothing is
_DONE = ("saved", "unchanged", "restored")


def serve_branding(
    guarded: Guarded, store: BrandingStore, every: Latest, brand: LatestBrand, previews: Previews, pages: Pages
) -> None:
    """Add the routes. `every`: the assistant of all policies, of which a brand shows some."""
    found = _Branding(store, every, brand, previews, pages)
    guarded.get(BRANDING, Role.ADMIN)(found.read)
    guarded.upload(BRANDING, Role.ADMIN, MOST_SENT)(found.change)
    guarded.post(f"{BRANDING}/restore", Role.ADMIN)(found.restore)


@dataclass(frozen=True, slots=True)
class _Checked:
    """What was typed as the file that it would make: what is wrong with it, else the brand; and a logo that is not beside the
    file yet."""

    text: str
    problems: tuple[str, ...]
    brand: Brand | None
    new_logo: Logo | None


class _Chosen(NamedTuple):
    """A logo, the name of its file, and whether that is yet to be written."""

    logo: Logo | None = None
    name: str | None = None
    new: bool = False


class _Branding:
    """The page."""

    def __init__(
        self, store: BrandingStore, every: Latest, brand: LatestBrand, previews: Previews, pages: Pages
    ) -> None:
        self._store, self._every, self._brand = store, every, brand
        self._previews, self._pages, self._starters = previews, pages, _Starters()

    def read(self, visit: Visit) -> Response:
        """The form as the file has it."""
        try:
            return self._as_written(visit)
        except BadBranding as error:  # it cannot even be read
            return self._page(visit, Typed.of_file({}), (str(error),), None)

    def _as_written(self, visit: Visit) -> Response:
        table = table_of(self._store.text()) or self._brand().branding.model_dump(mode="json", exclude_defaults=True)
        if self._brand().is_plain and not self._store.path.exists():
            table = {}
        return self._page(visit, Typed.of_file(table), (), self._brand())

    def change(self, visit: Visit) -> Response:
        """What was typed: looked at, or saved."""
        typed, form = Typed.of_form(visit.form), visit.form
        try:
            checked = self._checked(visit, typed)
            if checked.brand is None or form.get("act") == "preview":
                wrong = 422 if checked.problems and form.get("act") != "preview" else 200
                return self._page(visit, typed, checked.problems, checked.brand, wrong, form.get("version"))
            changed = self._store.save(
                checked.text, checked.new_logo, based_on=form.get("version", ""), by=visit.person.name
            )
        except BrandingMoved:
            moved = (visit.texts.say("admin.branding.moved"),)
            return self._page(visit, typed, (), checked.brand, 409, notes=moved)
        except BadBranding as error:
            return self._page(visit, typed, (str(error),), None, 422, form.get("version"))
        self._renew()
        return visit.back("admin/branding", done="saved" if changed else "unchanged")

    def restore(self, visit: Visit) -> Response:
        """Put an earlier file in the place of the present one."""
        try:
            changed = self._store.restore(number_of(visit.form.get("number", "")) or 0, by=visit.person.name)
        except BadBranding as error:
            with suppress(BadBranding):
                typed = Typed.of_file(table_of(self._store.text()))
                return self._page(visit, typed, (str(error),), self._brand(), 422)
            return self._page(visit, Typed.of_file({}), (str(error),), None, 422)
        self._renew()
        return visit.back("admin/branding", done="restored" if changed else "unchanged")

    # --- from what was typed to a brand ---------------------------------------------------------------------------------

    def _checked(self, visit: Visit, typed: Typed) -> _Checked:
        present, wrong = self._store.text(), list[str]()
        chosen = _Chosen()
        try:
            chosen = self._logo(visit, typed, table_of(present).get("logo"))
        except BadBranding as error:
            wrong.append(Problem(str(error), "logo", "logo", {}))
        if typed.policies == ():
            wrong.append(Problem('"policy" is empty; choose one', "policy", "no_policy", {}))
        text = edited(present, typed.table(chosen.name, table_of(present)))
        brand = None
        try:
            picture = chosen.logo
            brand = brand_of(text.encode(), self._store.path, lambda name: picture or self._beside(name))
            if brand.branding.policy is not None:
                limited(self._every(), brand.branding.policy)
        except BadBranding as error:
            wrong += error.problems or (Problem(str(error), "policy" if brand else "", "policy", {}),)
        return _Checked(text, tuple(wrong), None if wrong else brand, chosen.logo if chosen.new else None)

    def _logo(self, visit: Visit, typed: Typed, present: object) -> _Chosen:
        """The logo that is meant: the one sent, else the one sent before, when it was looked at, else the one that is there."""
        if typed.no_logo:
            return _Chosen()
        if visit.file is not None:
            sent = logo_of(visit.file.data, visit.file.name)
            return _Chosen(sent, sent.own_name, new=True)
        drafted = self._previews.get(typed.draft)
        if drafted is not None and drafted.logo is not None and drafted.branding.logo != present:
            return _Chosen(drafted.logo, drafted.logo.own_name, new=True)
        return _Chosen(self._beside(present), present) if isinstance(present, str) else _Chosen()

    def _beside(self, name: str) -> Logo:
        return read_logo(self._store.path.parent, name)

    def _renew(self) -> None:
        if isinstance(self._brand, BrandingFile):
            self._brand.renew()

    # --- the page --------------------------------------------------------------------------------------------------------

    def _page(
        self,
        visit: Visit,
        typed: Typed,
        problems: tuple[str, ...],
        brand: Brand | None,
        status: int = 200,
        version: str | None = None,
        notes: tuple[str, ...] = (),
    ) -> Response:
        """`brand`: as it would be, to be looked at; None where it cannot be: the last one that could goes on to be shown."""
        texts, assistant, done = visit.texts, self._every(), visit.asked("done")
        token = self._previews.add(brand) if brand is not None else typed.draft
        looked_at = brand or self._previews.get(token)
        named = typed.policies or ()
        shelf = assistant.policies
        listed = [*assistant.current, *(each for each in named if each not in assistant.current)]
        return visit.page(
            self._pages,
            "branding",
            status,
            typed=typed,
            token=token if looked_at is not None else "",
            looked_at=looked_at,
            wrong=told(problems, texts),
            problems=len(problems),
            contrasts=contrasts(typed.values, texts),
            own=own_colours(),
            schemes=SCHEMES,
            starters=self._starters.told(assistant, looked_at, texts),
            most_starters=MOST_STARTERS,
            policies=[shelf.summaries.get(each) for each in listed],
            listed=listed,
            file_wrong=self._file_wrong(),
            path=self._store.path,
            version_of_file=self._version() if version is None else version,
            earlier=self._store.earlier(),
            notes=notes,
            done=done if done in _DONE and status == 200 and visit.request.method == "GET" else "",
        )

    def _version(self) -> str:
        """The file's version; one that cannot be read has none, so that nothing is saved over it."""
        try:
            return self._store.version()
        except BadBranding:
            return ""

    def _file_wrong(self) -> tuple[str, ...]:
        """What is wrong with the file as somebody left it on the server."""
        if not self._store.path.exists():
            return ()
        try:
            read_brand(self._store.path)
        except BadBranding as error:
            return error.problems or (str(error),)
        return ()


class _Starters:
    """Which questions to begin with no policy shown answers, each asked once of an assistant."""

    _MOST = 200

    def __init__(self) -> None:
        self._lock = Lock()
        self._of: Assistant | None = None
        self._known: OrderedDict[tuple[str, tuple[str, ...]], str] = OrderedDict()

    def told(self, assistant: Assistant, brand: Brand | None, texts: Language) -> dict[str, Told]:
        """What is said of those of a brand, by question."""
        found: dict[str, Told] = {}
        for question in brand.branding.starters if brand else ():
            outcome = self._outcome(assistant, question, brand.branding.policy or () if brand else ())
            if outcome in list(Outcome):
                said = texts.say("admin.branding.unanswered", outcome=texts.say(f"outcome.{outcome}"))
                found[question] = Told(said)
            elif outcome:
                found[question] = Told(texts.say("admin.branding.unaskable"), outcome)
        return found

    def _outcome(self, assistant: Assistant, question: str, policies: tuple[str, ...]) -> str:
        key = question, policies
        with self._lock:
            if self._of is not assistant:
                self._of = assistant
                self._known.clear()
            if key not in self._known:
                try:
                    shown = limited(assistant, policies) if policies else assistant
                except BadBranding:  # it shows a policy that is there no more
                    return ""
                self._known[key] = str(without_answer(shown, question) or "")
                while len(self._known) > self._MOST:
                    self._known.popitem(last=False)
            return self._known[key]
