"""The chat as it would be with a brand that is not in use: a page for each that is looked at, of which nothing is counted or kept."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import TypeAlias

from assistant.bootstrap.hot_reload import Latest
from assistant.company.branding.loading import Brand
from assistant.company.branding.previews import Previews
from assistant.company.branding.shown import Shown
from assistant.errors import BadBranding
from assistant.surfaces.chat.events import Page

PREVIEW = "preview"
"""The parameter of the page's address that holds the token."""

Previewed: TypeAlias = Callable[[str], Page | None]
"""Gives the page of a token; None where there is none any more."""

_MOST = 8  # pages kept at once


class PreviewPages:
    """Gives the pages. `every`: the assistant of all policies, of which a brand shows some."""

    def __init__(self, previews: Previews, every: Latest, *, with_model: bool = False) -> None:
        self._previews, self._every, self._with_model = previews, every, with_model
        self._pages: dict[str, Page] = {}
        self._alone = Lock()

    def __call__(self, token: str) -> Page | None:
        """The page of a token."""
        brand = self._previews.get(token)
        if brand is None:
            return None
        ended = []
        with self._alone:
            if token not in self._pages:
                try:
                    self._pages[token] = self._page(brand)
                except BadBranding:  # a policy that it shows is there no more
                    return None
                while len(self._pages) > _MOST:
                    ended.append(self._pages.pop(next(iter(self._pages))))
            found = self._pages[token]
        for each in ended:
            each.end()
        return found

    def end(self) -> None:
        """Nothing goes on behind the pages any more."""
        with self._alone:
            ended, self._pages = list(self._pages.values()), {}
        for each in ended:
            each.end()

    def _page(self, brand: Brand) -> Page:
        return Page(Shown(self._every, lambda: brand), with_model=self._with_model, brand=lambda: brand)
