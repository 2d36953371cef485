"""Pages of another site that embed the chat, and the chat in their frame."""

from __future__ import annotations


def script(chat: str, **data: str) -> str:
    given = "".join(f' data-{name}="{value}"' for name, value in ({"policy": "rackspace"} | data).items())
    return f'<script async src="{chat}embed.js"{given}></script>'


def page_with(*inside: str, head: str = "", lang: str = "en") -> str:
    icon = '<link rel="icon" href="data:,">'
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Portal</title>{icon}{head}'
        '<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>Portal</h1>{''.join(inside)}</main></body></html>"
    )


def launcher(page):
    return page.locator("plainclause-widget button.open")


def inside(page, place: str = "plainclause-widget iframe"):
    """The chat in its frame, once it can be asked."""
    frame = page.locator(place).element_handle().content_frame()
    frame.locator(".back").wait_for(state="attached")
    return frame


def answered(frame, number: int = 0) -> str:
    quote = frame.locator("#conversation .answer").nth(number).locator("blockquote").first
    return str(quote.evaluate("element => element.textContent"))
