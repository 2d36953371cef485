"""Where the links of a page of a PDF lie, and to which addresses they lead."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, Final

import pypdfium2.raw as raw

_MOST_LINKS: Final = 2_000  # a page
_LONGEST: Final = 2_000  # bytes of an address
_STRIPE: Final = 10  # points: links are looked for by the stripes of the page that they cross
_HIGHEST: Final = 100  # stripes that a link crosses; what is higher is a page, no words


@dataclass(frozen=True, slots=True)
class Links:
    """The links of a page that lead to an address, by the stripes that they cross."""

    _stripes: dict[int, list[tuple[float, float, float, float, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, document: Any, page: Any) -> Links:
        """The links of a page (both raw, of PDFium)."""
        found = cls()
        link, place, box = raw.FPDF_LINK(), ctypes.c_int(0), raw.FS_RECTF()
        for _ in range(_MOST_LINKS):
            if not raw.FPDFLink_Enumerate(page, place, link):
                break
            address = _address(document, raw.FPDFLink_GetAction(link))
            if not address or not raw.FPDFLink_GetAnnotRect(link, box):
                continue
            left, right = sorted((box.left, box.right))
            low, high = sorted((box.bottom, box.top))
            first, last = (int(min(max(edge, 0), 100_000)) // _STRIPE for edge in (low, high))
            if last - first <= _HIGHEST:
                for stripe in range(first, last + 1):
                    found._stripes[stripe].append((left, low, right, high, address))
        return found

    def at(self, x: float, y: float) -> str:
        """The address of the link at some place (points from the lower left corner); "" where there is none."""
        for left, low, right, high, address in self._stripes.get(int(y) // _STRIPE, ()):
            if left <= x <= right and low <= y <= high:
                return address
        return ""


def _address(document: Any, action: Any) -> str:
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    length = raw.FPDFAction_GetURIPath(document, action, None, 0)
    if not 1 < length <= _LONGEST:
        return ""
    text = ctypes.create_string_buffer(length)
    raw.FPDFAction_GetURIPath(document, action, text, length)
    return text.value.decode("utf-8", "replace")
