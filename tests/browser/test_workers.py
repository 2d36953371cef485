"""The page behind the proxy for several processes: all that belongs to a page view goes to the same one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest

from assistant.settings import Settings
from assistant.surfaces.web import app
from benchmarks.servers import nginx
from tests.required import required

pytestmark = pytest.mark.browser

PLAIN = {
    r"  return 301 .*\n}\n\nserver {\n": "",
    r"  server_tokens off;\n  ssl_": "  ssl_",
}  # without TLS, too: one server for both
QUESTION = "is my card number shared?"


@pytest.fixture
def proxied(served, assistant, tmp_path) -> Iterator[str]:
    """The address at which nginx shows two servers."""
    required(nginx.programs(), nginx.MISSING)
    with (
        served(app(lambda: assistant, Settings(data=tmp_path / "one"))) as one,
        served(app(lambda: assistant, Settings(data=tmp_path / "other"))) as other,
    ):
        lines = "\n".join(f"  server {urlsplit(each).netloc};" for each in (one, other))
        places = {r" *server app:7860 resolve .*": lines, r"(?m)^resolver .*\n": ""}
        with nginx.running(nginx.SCALED, tmp_path, places | PLAIN) as proxy:
            yield f"http://127.0.0.1:{proxy.plain}/"


def test_each_view_of_the_page_is_named_and_answered(proxied, visit):
    views = set()
    for _ in range(4):
        sent: list[str] = []
        page = visit(f"{proxied}?policy=rackspace")
        page.on("request", lambda request, sent=sent: sent.append(request.url))
        page.get_by_label("Your question").fill(QUESTION)
        page.get_by_role("button", name="Ask", exact=True).click()
        page.locator("#conversation blockquote").first.wait_for()
        page.locator("#document .hit mark").wait_for()
        named = [parse_qs(urlsplit(each).query).get("talk") for each in sent if "/gradio_api/queue/" in each]
        assert len(named) >= 2
        [view] = {tuple(each or ()) for each in named}
        assert len(view) == 1
        views.add(view)
        assert not [each for each in sent if "talk=" in each and "/gradio_api/" not in each]
    assert len(views) == 4, "a number is used again"
