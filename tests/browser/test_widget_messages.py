"""What the widget, its page and the chat in its frame say to each other, and to nobody else, in a real Chromium."""

from __future__ import annotations

import re

import pytest

from assistant.surfaces.assets import STATIC
from tests.browser.embedding import answered, inside, launcher, page_with, script
from tests.browser.screens import CLAUSE, QUESTION

pytestmark = pytest.mark.browser

LISTEN = "<script>heard = []; addEventListener('message', event => heard.push([event.origin, event.data]))</script>"


def test_the_page_takes_messages_from_its_own_frame_only(portal, chat, host):
    stranger = portal.put(
        "stranger.html", "<script>const tell = what => parent.postMessage({plainclause: what}, '*')</script>"
    )
    same = f'<iframe id="same" src="{stranger}"></iframe>'
    # A frame of the chat's own origin, but not the widget's.
    chats = f'<iframe id="chats" src="{chat}embed?host={portal.origin}"></iframe>'
    page = host(portal.put("messages.html", page_with(LISTEN, script(chat), same, chats)))
    launcher(page).click()
    frame = inside(page)
    page.locator("#same").element_handle().content_frame().evaluate("tell('close')")
    second = inside(page, "#chats")
    second.locator("#question textarea").focus()
    page.keyboard.press("Escape")
    page.evaluate("postMessage({plainclause: 'close'}, '*')")
    page.wait_for_function("() => heard.filter(([, data]) => data.plainclause === 'close').length === 3")
    assert page.locator("plainclause-widget dialog").is_visible()
    frame.evaluate(f"parent.postMessage({{plainclause: 'close'}}, '{portal.origin}')")
    page.locator("plainclause-widget dialog").wait_for(state="hidden")


@pytest.mark.parametrize("named", ["", "?host=*", "?host=https://evil.example", "?host=null", "?host={chat}"])
def test_the_chat_speaks_and_listens_only_to_the_origin_that_its_address_names(portal, chat, host, named):
    plain = f'<iframe id="plain" src="{chat}embed{named.format(chat=chat.rstrip("/"))}"></iframe>'
    page = host(portal.put("plain-frame.html", page_with(LISTEN, plain, script(chat))), noisy=True)
    frame = inside(page, "#plain")
    page.evaluate(
        "document.querySelector('#plain').contentWindow.postMessage({plainclause: 'ask', question: 'is it?'}, '*')"
    )
    frame.locator("#question textarea").focus()
    page.keyboard.press("Escape")
    page.wait_for_timeout(700)
    assert page.evaluate("heard.filter(([, data]) => data.plainclause)") == []  # Gradio says things of its own
    assert frame.locator("#conversation .asked").count() == 0


def test_the_chat_takes_questions_only_from_the_page_right_around_it(portal, chat, host):
    """A frame beside it, of the very same origin as the page, is not the page."""
    beside = portal.put("beside.html", "<p>A frame of the same site</p>")
    frames = f'<iframe id="beside" src="{beside}"></iframe>'
    named = f'<iframe id="named" src="{chat}embed?host={portal.origin}&policy=rackspace"></iframe>'
    page = host(portal.put("around.html", page_with(frames, named, script(chat))))
    frame = inside(page, "#named")
    ask = "({plainclause: 'ask', question: '%s'}, '*')"
    page.locator("#beside").element_handle().content_frame().evaluate(
        "parent.document.querySelector('#named').contentWindow.postMessage" + ask % "from beside?"
    )
    page.evaluate("document.querySelector('#named').contentWindow.postMessage({plainclause: 'ask', question: 7}, '*')")
    page.evaluate("document.querySelector('#named').contentWindow.postMessage" + ask % QUESTION)
    assert answered(frame) == CLAUSE
    assert frame.locator("#conversation .asked").all_inner_texts() == [QUESTION]


def test_the_chat_is_looked_for_beside_the_script_on_a_path_below_the_root(portal, chat, host):
    """A stand-in for a chat behind a proxy that serves it on a path."""
    portal.put("help/privacy/embed.js", (STATIC / "embed.js").read_text(encoding="utf-8"))
    stand_in = "<title>Chat</title><script>heard = []; addEventListener('message', event => heard.push(event.data));"
    portal.put(
        "help/privacy/embed", f"{stand_in} parent.postMessage({{plainclause: 'ready'}}, '{portal.origin}')</script>"
    )
    page = host(portal.put("below.html", page_with(script(f"{portal.origin}/help/privacy/"))), noisy=True)
    page.evaluate("Plainclause.ask('is it?')")
    frame = page.locator("plainclause-widget iframe").element_handle().content_frame()
    frame.wait_for_function("() => window.heard && heard.length === 2")
    assert frame.evaluate("heard") == [{"plainclause": "open"}, {"plainclause": "ask", "question": "is it?"}]
    assert re.match(rf"{portal.origin}/help/privacy/embed\?", frame.url)
