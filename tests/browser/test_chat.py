"""The web chat as a visitor meets it, in a real Chromium."""

from pathlib import Path

import pytest

from assistant.model import Answer, Outcome, Searched, SearchedPolicy
from assistant.practices.bank import Bank, Vocabulary
from assistant.settings import Settings
from assistant.surfaces.web import app
from corpus.model import Clause, Heading, OffsetMap, Policy, Span
from corpus.shelf.catalogue import Shelf

pytestmark = pytest.mark.browser

QUESTION = "is my card number shared?"
CLAUSE = (
    "We collect this information on a transaction-by-transaction basis and will not authorise the release of the "
    "information with anyone not directly involved in processing the transaction."
)
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "has_touch": True, "is_mobile": True}


def ask(page, question: str) -> None:
    """Type a question, send it, and wait for one more answer."""
    answers = page.locator("#conversation .answer")
    before = answers.count()
    page.get_by_label("Your question").fill(question)
    page.get_by_role("button", name="Ask", exact=True).click()
    answers.nth(before).wait_for()


def choose(page, policy: str) -> None:
    page.get_by_role("combobox", name="Policy").click()
    page.get_by_role("option", name=policy).click()


def seen_in_document(page, clause: str) -> None:
    """The clause is highlighted and all of it is in sight: in the window, and in the document's own frame."""
    mark = page.locator("#document .hit mark")
    mark.wait_for()
    assert mark.evaluate("element => element.textContent") == clause
    page.wait_for_function(
        """() => {
            const mark = document.querySelector("#document .hit mark").getBoundingClientRect();
            const frame = document.querySelector("#reading").getBoundingClientRect();
            return mark.top >= Math.max(frame.top, 0) && mark.bottom <= Math.min(frame.bottom, innerHeight);
        }"""
    )


def quote(page, number: int = 0) -> str:
    return str(page.locator("#conversation blockquote").nth(number).evaluate("element => element.textContent"))


def test_the_page_says_what_it_is(site, visit):
    page = visit(site)
    assert page.get_by_role("heading", level=1).inner_text() == "Plainclause"
    about = page.locator("#about").inner_text()
    for words in ("automated reader", "quotes the policy", "No legal advice", "Nothing is sent to third parties"):
        assert words in about
    assert page.title() == "Plainclause"
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_the_card_question_shows_quote_and_highlighted_clause(site, visit):
    page = visit(site)
    choose(page, "Rackspace Privacy Policy")
    page.locator("#document h2", has_text="Rackspace Privacy Policy").wait_for()
    ask(page, QUESTION)
    assert quote(page) == CLAUSE
    answer = page.locator("#conversation .answer")
    assert answer.locator(".outcome.no").inner_text() == "No"
    assert "Financial Information" in answer.locator(".path").first.inner_text()
    assert answer.locator(".title").first.inner_text() == "Rackspace Privacy Policy, date not stated"
    seen_in_document(page, CLAUSE)


def test_a_link_chooses_the_policy_and_shows_the_clause(site, visit):
    page = visit(site + "?policy=rackspace#c3")
    page.locator("#document .hit").wait_for()
    assert page.get_by_role("combobox", name="Policy").input_value().startswith("Rackspace Privacy Policy")
    assert page.locator("#document .hit").get_attribute("id") == "c3"
    page = visit(site + "?policy=%3Cb%3Enowhere")
    page.get_by_text("There is no policy “<b>nowhere” here").wait_for()


def test_all_policies_give_the_best_answer_and_each_ones_own(site, visit):
    page = visit(site)
    ask(page, QUESTION)
    own = page.locator("#conversation details.own")
    assert own.count() == 3
    assert own.nth(0).get_attribute("open") is None
    best = quote(page)
    seen_in_document(page, best)
    rackspace = own.filter(has_text="Rackspace")
    rackspace.locator("summary").first.click()
    assert rackspace.locator("blockquote").first.evaluate("element => element.textContent") == CLAUSE
    rackspace.get_by_role("link", name="Show in the policy").first.click()
    page.locator("#document h2", has_text="Rackspace Privacy Policy").wait_for()
    seen_in_document(page, CLAUSE)
    assert page.get_by_role("combobox", name="Policy").input_value().startswith("All current policies")


def test_the_keyboard_alone_asks_and_follows_a_citation(site, visit):
    page = visit(site + "?policy=rackspace")
    page.locator("#document h2", has_text="Rackspace").wait_for()
    page.get_by_label("Your question").focus()
    page.keyboard.type(QUESTION)
    page.keyboard.press("Enter")
    page.locator("#conversation blockquote").first.wait_for()
    seen_in_document(page, quote(page))
    assert page.get_by_label("Your question").evaluate("element => element === document.activeElement")
    page.locator("#reading").evaluate("element => element.scrollTo(0, 0)")
    page.get_by_role("link", name="Show in the policy").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.matches('#document .hit')")
    seen_in_document(page, quote(page))


# The first event of the page, its arrival, is held back for a second.
SLOW_ARRIVAL = """
const send = window.fetch;
let held = false;
window.fetch = async (...given) => {
  if (!held && String(given[0]).includes("queue/join")) {
    held = true;
    await new Promise((done) => setTimeout(done, 1000));
  }
  return send(...given);
};
"""


def test_a_question_asked_while_the_page_arrives_goes_to_the_policy_that_the_address_names(site, visit):
    page = visit(site + "?policy=rackspace", script=SLOW_ARRIVAL)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#conversation blockquote").first.wait_for()
    assert "Each of the" not in page.locator("#conversation").inner_text()


def test_the_conversation_goes_on_and_starts_over(site, visit):
    for _ in range(20):  # a new shelf's suggestions are found out beside the first visits, which do not wait for them
        page = visit(site + "?policy=rackspace")
        page.locator("#document h2", has_text="Rackspace").wait_for()
        if page.locator("#starting button").first.is_visible():
            break
        page.wait_for_timeout(3000)
    page.locator("#starting button").first.click()
    page.locator("#conversation blockquote").first.wait_for()
    assert not page.locator("#starting button").first.is_visible()
    ask(page, "and my telephone conversations?")
    assert page.locator("#conversation .asked").count() == 2
    page.get_by_role("button", name="Start over").click()
    page.locator("#conversation .asked").first.wait_for(state="detached")
    assert page.locator("#starting button").first.is_visible()


@pytest.mark.parametrize(("question", "said"), [("   ", "empty"), ("is it? " * 1000, "characters")])
def test_a_bad_question_gets_a_friendly_word_and_the_page_lives(site, visit, question, said):
    page = visit(site + "?policy=rackspace")
    page.locator("#document h2", has_text="Rackspace").wait_for()
    ask(page, question)
    assert page.locator("#conversation .outcome.error").inner_text() == "Not answered"
    assert said in page.locator("#conversation .note").inner_text()
    ask(page, QUESTION)
    assert quote(page)


def test_a_phone_needs_no_sideways_scrolling(site, visit):
    page = visit(site + "?policy=rackspace", **PHONE)
    width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(width) == 0
    ask(page, QUESTION)
    assert quote(page)
    assert page.evaluate(width) == 0
    talk, document = page.locator("#talk").bounding_box(), page.locator("#reading").bounding_box()
    assert document["y"] >= talk["y"] + talk["height"]
    page.get_by_role("link", name="Show in the policy").first.click()
    seen_in_document(page, quote(page))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_its_ground(site, visit, scheme):
    """Contrast of 4.5 to 1 or more (WCAG 2 AA) for all that is read, in both colour schemes."""
    page = visit(site + "?policy=rackspace", color_scheme=scheme)
    page.locator("#document h2", has_text="Rackspace").wait_for()
    ask(page, QUESTION)
    seen_in_document(page, quote(page))
    places = ["#about h1", "#about p", "#about p + p", "#document h2", "#document .facts", "#document section", ".hit mark",
              "#document a", ".asked", ".outcome.no", ".answer blockquote", ".answer .source .title", ".answer .path",
              ".answer a", ".answer .searched", ".submit-button", "#question textarea", "#policy input",
              "#question [data-testid=block-info]"]  # fmt: skip
    ratios = {place: page.evaluate(CONTRAST, place) for place in places if page.locator(place).count()}
    assert len(ratios) >= 17
    assert {place: ratio for place, ratio in ratios.items() if ratio < 4.5} == {}


CONTRAST = """place => {
    const light = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const parts = colour => colour.match(/[0-9.]+/g).map(Number);
    let element = document.querySelector(place);
    const ink = light(parts(getComputedStyle(element).color));
    let ground = [255, 255, 255];
    for (; element; element = element.parentElement) {
        const colour = parts(getComputedStyle(element).backgroundColor);
        if (colour.length < 4 || colour[3] === 1) { ground = colour; break; }
    }
    const [high, low] = [ink, light(ground)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
}"""

# --- a hostile policy -------------------------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>",
    "[x](javascript:alert(3)) ![y](http://evil.example/y.png) <http://evil.example> www.evil.example",
    "*a* _b_ `c` **d** ~~e~~ $x$ $$y$$ \\(z\\) &lt;b&gt; &#60;",
    "  two  spaces, ## no heading, 1. no list, | no | table |",
    "</blockquote></details><iframe src=//evil.example></iframe>",
)


class HostileAssistant:
    """A shelf of one policy that tries everything; every clause of it is cited for the question of its number."""

    def __init__(self) -> None:
        text, clauses = "<b>Title</b> [t](javascript:alert(4))", []
        heading = Heading(Span(0, len(text)), 0, ())
        for words in HOSTILE:
            clauses.append(Clause("bad", Span(len(text) + 1, len(text) + 1 + len(words)), (text[:37],)))
            text += "\n" + words
        self.policy = Policy(
            id="bad", provider="<i>P</i>", title="</script><script>alert(6)</script><b>Title</b> $$t$$", source_url="javascript:alert(5)", snapshot_date=None,
            effective_date=None, supersedes=None, licence=None, text=text, clauses=tuple(clauses), headings=(heading,),
            offsets=OffsetMap(()), source=text,
        )  # fmt: skip
        self.policies, self.current = Shelf(Path("policies"), {"bad": self.policy}), ("bad",)
        self.bank = Bank(Vocabulary(actions={}, data={}), (), ())

    def ask_all(self, questions):
        return []

    def ask(self, question, policy=None, history=(), *, explain=False, language="en"):
        searched = SearchedPolicy(id="bad", title=self.policy.title, snapshot_date=None, clauses=len(HOSTILE))
        cited = self.policy.cite(self.policy.clauses[int(question[0])].span)
        return Answer(question=question, outcome=Outcome.STATED, text=f"It says {cited.quote}", citations=(cited,),
                      searched=Searched(policies=(searched,), clauses=len(HOSTILE)))  # fmt: skip


def test_a_hostile_policy_and_question_are_shown_literally_and_run_nothing(served, visit, tmp_path):
    with served(app(HostileAssistant, Settings(data=tmp_path))) as address:  # type: ignore[arg-type]
        page = visit(address + "?policy=bad")
        for number, words in enumerate(HOSTILE):
            ask(page, f"{number} {words}")
            assert quote(page, number) == words
            asked = page.locator("#conversation .asked").nth(number)
            assert asked.evaluate("element => element.textContent") == f"{number} {words}".strip()
            seen_in_document(page, words)
        shown = page.locator("#document section").evaluate_all("all => all.map(each => each.textContent)")
        assert shown == list(HOSTILE)
        inside = "#conversation, #document"
        assert page.locator(inside).locator("script, img, iframe, h1, em, code, .katex").count() == 0
        links = page.locator(inside).locator("a").evaluate_all("all => all.map(each => each.getAttribute('href'))")
        version = HostileAssistant().policy.sha256[:12]
        allowed = [{f"?policy=bad#c{number}", f"policy/bad#c{number}-{version}"} for number in range(len(HOSTILE))]
        assert set(links) == set().union(*allowed)
