"""While a question waits for its answer, and where the newest answer stands: what a visitor sees, in a real Chromium."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from assistant.ask import Assistant
from assistant.languages import language
from assistant.settings import Settings
from assistant.surfaces.web import app

pytestmark = pytest.mark.browser

QUESTION = "is my card number shared?"
WINDOWS: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "has_touch": True,
        "is_mobile": True,
    },
    "tablet": {"viewport": {"width": 768, "height": 1024}},
    "laptop": {"viewport": {"width": 1280, "height": 800}},
}
IN_SIGHT = """place => {
    const box = [...document.querySelectorAll(place)].at(-1).getBoundingClientRect();
    const below = document.querySelector("#asking").getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= Math.min(innerHeight, below.top);
}"""


def send(page: Any, question: str) -> None:
    page.locator("#question textarea").fill(question)
    page.locator("#question .submit-button").click()


def ask(page: Any, question: str) -> None:
    answers = page.locator("#conversation .answer")
    before = answers.count()
    send(page, question)
    answers.nth(before).wait_for()


class Held:
    """The real assistant, which answers when it is let; `asked` is set when a question has come to it."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant, self.go_on, self.asked = assistant, threading.Event(), threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._assistant, name)

    def ask(self, *given: Any, **named: Any) -> Any:
        self.asked.set()
        self.go_on.wait(60)
        return self._assistant.ask(*given, **named)


@pytest.fixture
def held(served: Callable[..., Any], assistant: Assistant, tmp_path) -> Iterator[tuple[str, Held]]:
    """A chat whose assistant answers when it is let: its address and the assistant."""
    slow = Held(assistant)
    with served(app(lambda: slow, Settings(data=tmp_path))) as address:  # type: ignore[arg-type,return-value]
        yield address, slow
        slow.go_on.set()


@pytest.mark.parametrize("window", WINDOWS)
def test_the_newest_answer_is_in_sight_and_no_scroller_hides_what_is_below_it(site, visit, window):
    page = visit(site + "?policy=rackspace", **WINDOWS[window])
    for number, question in enumerate((QUESTION, "do you use cookies?", "do you record calls?")):
        ask(page, question)
        page.locator("#conversation .answer").nth(number).wait_for()
    for place in ("#conversation .asked", "#conversation .answer > .outcome"):
        page.wait_for_function(IN_SIGHT, arg=place)
    assert page.evaluate("document.querySelector('#question').getBoundingClientRect().bottom <= innerHeight")
    clipped = """() => {
        const log = document.querySelector("#conversation [role=log]");
        return log.scrollHeight - log.clientHeight;
    }"""
    assert page.evaluate(clipped) <= 1
    page.locator("#conversation .acts .unhelpful").last.click()
    page.locator("#conversation .acts .comment").last.wait_for()
    page.wait_for_function(IN_SIGHT, arg="#conversation .acts .comment")


ROOM = """() => {
  const [talk, asking, chips] = ["#conversation", "#asking", "#chips"]
    .map((each) => document.querySelector(each).getBoundingClientRect());
  return asking.top - talk.bottom < 24 && asking.height < 110 && chips.top - asking.bottom < 24;
}"""


@pytest.mark.parametrize("place", ["", "embed"])
def test_the_talk_has_the_room_that_the_question_does_not_need(site, visit, place):
    page = visit(
        f"{site}{place}?policy=rackspace",
        viewport={"width": 420, "height": 720} if place else {"width": 1280, "height": 800},
    )
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    ask(page, QUESTION)
    page.wait_for_timeout(700)  # what scrolls has come to rest
    assert page.evaluate("scrollY") == 0 or not place, "the frame's own page scrolled, not the talk in it"
    # While a long answer stands above it, the question stays in sight and the rest waits below; at the end all stand as they lie.
    page.evaluate("scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' })")
    page.wait_for_function(ROOM)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_question_stands_in_the_talk_at_once_with_a_word_of_what_is_being_done(held, visit, axe, lang):
    address, slow = held
    page = visit(f"{address}?policy=rackspace&lang={lang}")
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    page.locator("#question textarea").fill(QUESTION)
    held_back: list[Any] = []
    let_on = threading.Event()
    page.route("**/queue/join*", lambda event: event.continue_() if let_on.is_set() else held_back.append(event))
    page.locator("#question .submit-button").click()
    page.locator(".waiting .asked").wait_for()  # though the server has not been asked yet; how soon: benchmarks/web
    page.wait_for_function("() => document.querySelector('.waiting .line').innerText")
    assert held_back
    let_on.set()
    while held_back:
        held_back.pop().continue_()
    say = language(lang).say
    clauses = language(lang).count("bubble.clauses", 36)
    assert page.locator(".waiting .asked").inner_text() == QUESTION
    assert page.locator(".waiting .line").inner_text() == say("chat.reading", clauses=clauses)
    axe(page)
    slow.go_on.set()
    page.locator("#conversation .answer").wait_for()
    page.locator(".waiting").wait_for(state="detached")
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION]


NEXT = "do you use cookies?"


def test_what_is_typed_while_an_answer_is_awaited_stays_in_the_box(held, visit):
    address, slow = held
    page = visit(f"{address}?policy=rackspace")
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    send(page, QUESTION)
    page.locator(".waiting .asked").wait_for()
    box = page.locator("#question textarea")
    box.select_text()
    page.keyboard.type(NEXT)
    page.keyboard.press("Enter")  # too early: nothing is sent
    assert page.locator(".waiting .asked").inner_text() == QUESTION
    slow.go_on.set()
    page.locator("#conversation .answer").wait_for()
    page.wait_for_function("(next) => document.querySelector('#question textarea').value === next", arg=NEXT)
    assert page.locator(".waiting").count() == 0
    page.keyboard.press("Enter")
    page.locator("#conversation .answer").nth(1).wait_for()
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, NEXT]


def test_questions_that_are_not_typed_are_asked_one_after_the_other(held, visit):
    address, slow = held
    page = visit(f"{address}?policy=rackspace")
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    page.locator("#question textarea").press_sequentially("half a quest")
    asks = (
        "asked => asked.forEach(each => document.dispatchEvent(new CustomEvent('plainclause:ask', { detail: each })))"
    )
    page.evaluate(asks, [QUESTION, NEXT])  # as the page around the chat asks
    page.locator(".waiting .asked", has_text=QUESTION).wait_for()
    slow.go_on.set()
    page.locator("#conversation .answer").nth(1).wait_for()
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, NEXT]
    page.wait_for_function("() => document.querySelector('#question textarea').value === 'half a quest'")


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_talk_that_is_cleared_while_an_answer_is_awaited_stays_cleared(held, visit, earlier):
    address, slow = held
    page = visit(f"{address}?policy=rackspace")
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    page.locator("#remember").check()
    if earlier:
        slow.go_on.set()
        ask(page, NEXT)
        slow.go_on.clear()
        slow.asked.clear()
    send(page, QUESTION)
    page.locator(".waiting .asked").wait_for()
    assert slow.asked.wait(60), "the server has it"
    page.wait_for_timeout(500)  # and the page knows that it has
    page.locator("#over").click()
    page.locator(".waiting").wait_for(state="detached")
    slow.go_on.set()
    page.wait_for_timeout(3000)
    assert page.locator("#conversation .asked").count() == 0
    assert page.evaluate("JSON.parse(localStorage.getItem('plainclause.chat')).turns") == []
    ask(page, NEXT)
    assert page.locator("#conversation .asked").all_inner_texts() == [NEXT]


def test_a_long_queue_says_how_many_are_before(held, visit):
    address, slow = held
    pages = [visit(address + "?policy=rackspace") for _ in range(6)]
    for page in pages:
        page.wait_for_function("() => !document.querySelector('#talk').inert")
        send(page, QUESTION)
        page.locator(".waiting").wait_for()
        page.wait_for_timeout(300)
    pages[4].locator(".waiting .line", has_text="Other questions are being answered; yours is next.").wait_for()
    pages[5].locator(".waiting .line", has_text="1 question is answered before yours.").wait_for()
    slow.go_on.set()
    for page in pages:
        page.locator("#conversation .answer").wait_for()


@contextmanager
def refusing(page: Any, status: int, seconds: str | None) -> Iterator[list[str]]:
    """The server refuses questions; gives the questions that it was sent."""
    sent: list[str] = []

    def refuse(route: Any) -> None:
        sent.append(route.request.post_data)
        headers = {"retry-after": seconds} if seconds else {}
        route.fulfill(status=status, headers=headers, content_type="application/problem+json", body='{"detail": "no"}')

    page.route("**/queue/join*", refuse)
    yield sent
    page.unroute("**/queue/join*")


@pytest.mark.parametrize(("status", "seconds", "said"), [(429, "5", "asked again in 5 s"), (503, None, "Many people")])
def test_where_no_more_questions_are_taken_one_line_says_when_it_is_asked_again(site, visit, status, seconds, said):
    page = visit(site + "?policy=rackspace", failing=True)
    ask(page, QUESTION)
    with refusing(page, status, seconds) as sent:
        send(page, "do you use cookies?")
        page.locator(".waiting .line", has_text=said).wait_for()
        assert page.locator(".waiting").count() == 1
        assert page.locator(".toast-body").count() == 0
        assert page.locator("#conversation .error, #document .error").count() == 0
        assert sent
    page.locator("#conversation .answer").nth(1).wait_for()
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, "do you use cookies?"]
    assert page.locator(".waiting").count() == 0


def test_who_does_not_want_to_wait_for_a_refused_question_can_ask_another(site, visit, axe):
    page = visit(site + "?policy=rackspace", failing=True)
    ask(page, QUESTION)
    with refusing(page, 429, "40"):
        send(page, "do you use cookies?")
        page.locator(".waiting .line", has_text="asked again in 40 s").wait_for()
        axe(page)
        page.get_by_role("button", name="Stop").click()
        page.locator(".waiting").wait_for(state="detached")
    assert page.locator("#question textarea").input_value() == "do you use cookies?"
    ask(page, "do you record calls?")
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, "do you record calls?"]


@pytest.mark.parametrize("place", ["", "embed"])
def test_the_limit_of_the_server_itself_is_told_so(served, assistant, visit, tmp_path, place):
    with served(app(lambda: assistant, Settings(data=tmp_path, requests_per_minute=2))) as address:
        page = visit(f"{address}{place}?policy=rackspace", failing=True)
        page.wait_for_function("() => !document.querySelector('#talk').inert")
        ask(page, QUESTION)
        send(page, "do you use cookies?")
        page.locator(".waiting .line", has_text="Too many questions came from here").wait_for()
        assert page.locator(".toast-body").count() == 0


def test_the_keyboard_leaves_the_list_of_policies_and_takes_it_along(site, visit):
    page = visit(site)
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    page.locator("#about a.language").focus()
    page.keyboard.press("Tab")
    assert page.get_by_role("combobox", name="Policy").evaluate("element => element === document.activeElement")
    page.keyboard.press("Tab")
    page.wait_for_function("() => !document.querySelector('[role=option]')")
    assert page.evaluate("!document.activeElement.closest('#policy') && document.activeElement !== document.body")


def test_another_language_keeps_policy_and_talk(site, visit):
    page = visit(site)
    page.wait_for_function("() => !document.querySelector('#talk').inert")
    page.get_by_role("combobox", name="Policy").click()
    page.get_by_role("option", name="Rackspace Privacy Policy").click()
    page.locator("#document h2", has_text="Rackspace Privacy Policy").wait_for()
    ask(page, QUESTION)
    page.locator("#question textarea").fill("half a quest")
    page.get_by_role("link", name="Deutsch").click()
    page.get_by_text(language("de").say("chat.tagline")).wait_for()
    page.locator("#conversation .answer").wait_for()
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION]
    assert page.locator("#conversation .answer .outcome").first.inner_text() == "Nein"
    assert page.locator("#question textarea").input_value() == "half a quest"
    assert page.get_by_role("combobox").input_value().startswith("Rackspace Privacy Policy")
    assert page.evaluate("history.state") is None
    page.reload()
    page.wait_for_function(
        "() => document.querySelector('#reading[role=region]') && !document.querySelector('#talk').inert"
    )
    assert page.locator("#conversation .asked").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_colour_says_whether_an_answer_is_good_news(site, look, visit, scheme):
    """Yes, no and the rest have one colour, that of all text: the words say which it is."""
    page = visit(site + "?policy=rackspace", color_scheme=scheme)
    outcomes = ("yes", "no", "depends", "stated", "unclear", "silent")
    made = "".join(f"<p class='outcome {each}'>{each}</p>" for each in outcomes)
    ask(page, QUESTION)
    page.locator("#conversation .answer").evaluate(
        "(answer, made) => answer.insertAdjacentHTML('beforeend', made)", made
    )
    desk = look(f"{site}desk?question=is+my+card+number+shared%3F#compare", color_scheme=scheme)
    desk.locator("#table .outcome").first.wait_for()
    desk.locator("#table td").first.evaluate("(cell, made) => cell.insertAdjacentHTML('beforeend', made)", made)
    for shown in (page, desk):
        marks = "all => all.map(each => getComputedStyle(each, '::before').backgroundColor)"
        colours = "all => all.map(each => getComputedStyle(each).color)"
        assert len(set(shown.locator(".outcome").evaluate_all(marks))) == 1
        assert len(set(shown.locator(".outcome").evaluate_all(colours))) == 1
        icons = "all => all.map(each => getComputedStyle(each, '::before').maskImage)"
        each = shown.locator(".outcome:is(p)").evaluate_all(icons)[-6:]
        assert len(set(each)) == 6
        assert "none" not in each
