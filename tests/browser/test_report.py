"""The evaluation report in a real Chromium: nothing runs, nothing is fetched, and it fits a phone."""

import pytest

from assistant.evaluation.golden import Golden
from assistant.evaluation.measures import Judged
from assistant.evaluation.report import as_html, report
from assistant.model import Answer, Outcome, Searched
from assistant.settings import Settings
from corpus.shelf.catalogue import open_shelf

pytestmark = pytest.mark.browser

ATTACK = "<script>alert(1)</script><img src=https://example.com/x onerror=alert(2)>" + "x" * 200


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_opens_by_itself_and_runs_nothing(browser, tmp_path, width, scheme):
    shelf = open_shelf(Settings().policies)
    vps6 = shelf["vps6"]
    citation = vps6.cite(vps6.clauses[1].span)
    answer = Answer(
        question=ATTACK,
        outcome=Outcome.NO,
        text="No.",
        citations=(citation,),
        searched=Searched(policies=(), clauses=1),
        understood=ATTACK,
    )
    golden = Golden(id=ATTACK, question=ATTACK, policy="vps6", outcome=Outcome.YES, gold=(citation.quote,))
    path = tmp_path / "report.html"
    path.write_text(as_html(report([Judged(golden, answer, (True,))], file=ATTACK, encoder="none", policies=shelf)))

    said: list[str] = []

    def asked(dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.on("request", lambda request: said.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("dialog", asked)
    page.goto(path.as_uri())
    assert said == [path.as_uri()]
    assert page.locator(".misses h3").inner_text() == ATTACK
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (paper == "rgb(248, 246, 241)") == (scheme == "light")
    page.close()
