"""A form with a file, read no further than it may be large."""

from __future__ import annotations

from typing import NamedTuple

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile
from starlette.types import Message

from corpus.shelf.shelf_files import MOST_BYTES

PATH = "/admin/policies/upload"
"""Where documents are sent: its body is read by what is here, not before it is known who sends it."""
BRANDING = "/admin/branding"
"""Where a company's branding is sent, with its logo: so here."""
_MOST_FIELDS = 12_000  # a branding has fifty, and one for each policy that is shown
_FIELDS = 2 * 1024 * 1024  # bytes of the other fields, and of what parts them
_FIELD = 64 * 1024  # bytes of one of them


class Upload(NamedTuple):
    """A file that was sent: its name, as the sender's machine calls it, and its bytes."""

    name: str
    data: bytes


class TooLarge(Exception):
    """A form that is larger than a document may be."""


async def form_with_file(request: Request, most: int = MOST_BYTES) -> tuple[dict[str, str], Upload | None]:
    """The fields of a form, and the file that came with it; what is no such form has none.

    Args:
        most: bytes of the file.

    Raises:
        TooLarge: more bytes were sent than the file may have.
    """
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most + _FIELDS:
            raise TooLarge

    async def once() -> Message:
        return {"type": "http.request", "body": bytes(body), "more_body": False}

    try:
        sent = await Request(request.scope, once).form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_FIELD)
    except (HTTPException, ValueError):  # no form, or one with more parts than any of ours
        return {}, None
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    files = [value for value in sent.values() if isinstance(value, UploadFile)]
    upload = Upload(files[0].filename or "", await files[0].read()) if files and files[0].filename else None
    await sent.close()
    if upload is not None and len(upload.data) > most:
        raise TooLarge
    return fields, upload
