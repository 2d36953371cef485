"""What a visitor does with answers: say whether they help, copy them, stop, keep the talk, go on after a restart; in German."""

from __future__ import annotations

import threading
from urllib.parse import urlsplit

import pytest

from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore
from assistant.languages import language
from assistant.settings import Settings
from assistant.surfaces.web import app

pytestmark = pytest.mark.browser

QUESTION = "is my card number shared?"


def ask(page, question: str) -> None:
    answers = page.locator("#conversation .answer")
    before = answers.count()
    page.locator("#question textarea").fill(question)
    page.locator("#question .submit-button").click()
    answers.nth(before).wait_for()


def stored(page) -> int:
    return int(page.evaluate("localStorage.length + sessionStorage.length"))


def test_a_word_about_an_answer_is_kept_with_its_comment_and_masked(served, assistant, visit, tmp_path):
    with served(app(lambda: assistant, Settings(data=tmp_path))) as address:
        page = visit(address + "?policy=rackspace")
        ask(page, QUESTION)
        page.get_by_role("button", name="Not helpful").click()
        page.get_by_text("Thank you.", exact=True).wait_for()
        page.get_by_label("What was missing or wrong?").fill("write to me@mail.example")
        page.keyboard.press("Enter")
        page.get_by_text("Your comment was kept").wait_for()
        assert page.get_by_role("button", name="Not helpful").get_attribute("aria-pressed") == "true"
        [kept] = FeedbackStore(Database(tmp_path)).entries()
    assert (kept.question, kept.policy, kept.outcome, kept.helpful) == (QUESTION, "rackspace", "no", False)
    assert kept.comment == "write to [e-mail]"
    assert (kept.surface, kept.language) == ("chat", "en")
    clause = assistant.policies["rackspace"].text[kept.citations[0].start : kept.citations[0].end]
    assert clause.startswith("We collect this information on a transaction-by-transaction basis")


def test_feedback_that_cannot_be_kept_is_said_to_be_lost(served, assistant, visit, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    with served(app(lambda: assistant, Settings(data=blocked))) as address:
        page = visit(address + "?policy=rackspace", failing=True)
        ask(page, QUESTION)
        page.get_by_role("button", name="Helpful", exact=True).click()
        page.get_by_text("could not be kept").wait_for()
        assert not page.get_by_label("What was missing or wrong?").is_visible()


def test_an_answer_is_copied_with_its_citation(site, visit):
    page = visit(site + "?policy=rackspace", permissions=["clipboard-read", "clipboard-write"])
    ask(page, QUESTION)
    page.get_by_role("button", name="Copy").click()
    page.get_by_text("Copied", exact=True).wait_for()
    lines = page.evaluate("navigator.clipboard.readText()").splitlines()
    quote = page.locator("#conversation blockquote").first.evaluate("element => element.textContent")
    assert lines[0] == "No"
    assert "will not authorise the release" in lines[1]
    assert f"“{quote}”" in lines
    assert any(line.startswith(f"{site}policy/rackspace#c") for line in lines)
    assert "Searched" not in "".join(lines)


def test_an_answer_leads_on(site, visit):
    page = visit(site + "?policy=rackspace")
    ask(page, QUESTION)
    offered = page.locator("#conversation .next button")
    asked = offered.first.inner_text()
    offered.first.click()
    page.locator("#conversation .answer").nth(1).wait_for()
    assert page.locator("#conversation .asked").nth(1).inner_text() == asked
    assert page.locator("#conversation .answer").nth(1).locator("blockquote").count() >= 1  # it led somewhere
    assert page.locator("#conversation .next").nth(0).is_hidden()  # only the last answer leads on


def test_silence_says_what_was_searched_and_whom_to_ask(site, visit):
    page = visit(site + "?policy=vps6")
    ask(page, "how many days are call recordings kept?")
    answer = page.locator("#conversation .answer")
    assert answer.locator(".outcome").first.inner_text() == "Not addressed"
    assert "Searched 28 clauses" in answer.inner_text()
    assert "Whom to ask" in answer.inner_text()
    assert "please contact us" in answer.locator("blockquote").last.inner_text()


def test_an_earlier_version_is_named_as_such_and_the_newer_one_offered(site, visit):
    page = visit(site + "?policy=rackspace-managed-hosting")
    facts = page.locator("#asked-of")
    facts.get_by_text("An earlier version").wait_for()
    assert "date not stated" in facts.inner_text()
    facts.get_by_role("link", name="Read the newer version").click()
    page.locator("#document h2", has_text="Rackspace Privacy Policy").wait_for()
    page.wait_for_function("() => !document.querySelector('#asked-of').textContent.includes('earlier')")


def test_nothing_is_stored_until_the_visitor_wants_it_and_then_the_talk_comes_back(site, visit):
    page = visit(site + "?policy=rackspace")
    ask(page, QUESTION)
    assert stored(page) == 0
    page.get_by_label("Remember this chat").check()
    ask(page, "and my telephone conversations?")
    assert stored(page) == 1
    page.reload()
    page.locator("#conversation .answer").nth(1).wait_for()
    assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, "and my telephone conversations?"]
    assert page.get_by_label("Remember this chat").is_checked()
    page.get_by_label("Remember this chat").uncheck()
    assert stored(page) == 0
    page.reload()
    page.locator("#starting button").first.wait_for()
    assert page.locator("#conversation .asked").count() == 0


def test_starting_over_forgets_what_was_remembered(site, visit):
    page = visit(site + "?policy=rackspace")
    page.get_by_label("Remember this chat").check()
    ask(page, QUESTION)
    page.get_by_role("button", name="Start over").click()
    page.locator("#conversation .asked").first.wait_for(state="detached")
    page.wait_for_function("""() => localStorage.getItem("plainclause.chat") === '{"turns":[]}'""")


def test_a_restart_of_the_server_between_two_questions_is_not_noticed(served, assistant, visit, tmp_path):
    settings = Settings(data=tmp_path)
    with served(app(lambda: assistant, settings)) as address:
        page = visit(address + "?policy=rackspace")
        ask(page, QUESTION)
    with served(app(lambda: assistant, settings), urlsplit(address).port):
        ask(page, "and is it encrypted?")
        assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION, "and is it encrypted?"]
        assert page.locator("#conversation .answer").count() == 2
        assert "Read as" in page.locator("#conversation .answer").nth(1).inner_text()


def test_a_question_asked_while_the_server_is_away_comes_back_with_the_talk(served, assistant, visit, tmp_path):
    settings = Settings(data=tmp_path)
    with served(app(lambda: assistant, settings)) as address:
        page = visit(address + "?policy=rackspace", failing=True)
        ask(page, QUESTION)
    page.locator("#question textarea").fill("and is it encrypted?")
    page.locator("#question .submit-button").click()
    page.get_by_text("Connection to the server was lost").wait_for()
    with served(app(lambda: assistant, settings), urlsplit(address).port):
        page.wait_for_event("load")
        page.locator("#conversation .answer").first.wait_for()
        assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION]
        page.wait_for_function("() => document.querySelector('#question textarea').value === 'and is it encrypted?'")
        assert stored(page) == 0
        assert page.evaluate("history.state") is None


def test_a_question_that_waits_can_be_stopped(served, assistant, visit, tmp_path):
    go_on = threading.Event()

    class Slow:
        """The real assistant, which answers one question when it is let."""

        def __getattr__(self, name):
            return getattr(assistant, name)

        def ask(self, question, *given, **named):
            if "wait" in question:
                go_on.wait(30)
            return assistant.ask(question, *given, **named)

    slow = Slow()
    with served(app(lambda: slow, Settings(data=tmp_path))) as address:  # type: ignore[arg-type,return-value]
        page = visit(address + "?policy=rackspace")
        assert not page.get_by_role("button", name="Stop").is_visible()
        page.locator("#question textarea").fill("do I have to wait for my card number to be shared?")
        page.locator("#question .submit-button").click()
        page.get_by_role("button", name="Stop").click()
        page.get_by_role("button", name="Stop").wait_for(state="hidden")
        go_on.set()
        assert page.locator("#question textarea").input_value().startswith("do I have to wait")
        ask(page, QUESTION)
        assert page.locator("#conversation .asked").all_inner_texts() == [QUESTION]


@pytest.mark.parametrize("options", [{"locale": "de-DE"}, {}])
def test_the_page_speaks_german_and_the_quotes_stay_as_they_are(site, visit, options):
    german = language("de").say
    page = visit(site + "?policy=rackspace" + ("" if options else "&lang=de"), **options)
    page.get_by_text(german("chat.tagline")).wait_for()
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.get_by_role("combobox", name=german("chat.policy")).count() == 1
    assert page.get_by_role("button", name=german("chat.ask"), exact=True).count() == 1
    ask(page, QUESTION)
    answer = page.locator("#conversation .answer")
    assert answer.locator(".outcome").first.inner_text() == german("outcome.no")
    assert "will not authorise the release" in answer.locator(".sentence").first.inner_text()
    assert answer.locator("blockquote").first.inner_text().startswith("We collect this information")
    assert answer.locator("blockquote").first.get_attribute("lang") == "en"
    page.get_by_role("link", name="English").click()
    page.get_by_text(language("en").say("chat.tagline")).wait_for()
    assert "policy=rackspace" in page.url


def test_words_that_try_to_be_code_are_only_words(site, visit):
    page = visit(site + "?policy=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E&lang=%3Cscript%3E")
    ask(page, "<script>alert(1)</script> [x](javascript:alert(2)) is my card number shared?")
    assert page.locator("#conversation script, #conversation img").count() == 0
    assert page.locator("#conversation .asked").inner_text().startswith("<script>alert(1)</script> [x](javascript:")


@pytest.mark.parametrize(
    "options", [{}, {"color_scheme": "dark"}, {"locale": "de-DE"}, {"viewport": {"width": 390, "height": 844}}]
)
def test_nothing_stands_in_the_way_of_assistive_technology_in_any_state(site, visit, axe, options):
    page = visit(site + "?policy=vps6", **options)
    page.locator("#starting button").first.wait_for()
    axe(page)  # empty
    ask(page, QUESTION)
    axe(page)  # answered
    page.locator("#conversation .acts .unhelpful").click()
    page.locator("#conversation .acts .comment").wait_for()
    axe(page)  # asked for a comment
    ask(page, "how many days are call recordings kept?")
    axe(page)  # silent
    ask(page, "   ")
    axe(page)  # an error
    page.get_by_role("combobox").click()
    page.get_by_role("option").first.wait_for()
    axe(page)  # the list of policies open
