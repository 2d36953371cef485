"""Behind a real nginx, below a path: page, event streams, desk, widget and API are all there."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from assistant.settings import Settings
from assistant.surfaces.web import app
from benchmarks.servers import nginx
from tests.required import required

pytestmark = pytest.mark.browser

QUESTION = "is my card number shared?"
TOKEN = "a long and secret token"  # noqa: S105
# As docs/operations.md has it; `cut` tells whether the proxy cuts the path off or passes it on.
CONFIGURATION = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{
    listen 127.0.0.1:{port};
    location /privacy/ {{
      proxy_pass http://127.0.0.1:{behind}{cut};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"""


@pytest.fixture(params=["/", ""], ids=["cut off", "passed on"])
def proxied(request, served, assistant, tmp_path) -> Iterator[str]:
    """The address below which nginx shows the server."""
    program, _ = required(nginx.programs(), nginx.MISSING)
    settings = Settings(data=tmp_path / "data", root_path="/privacy", desk_token=TOKEN)
    with served(app(lambda: assistant, settings)) as address:
        port = nginx.free_port()
        written = CONFIGURATION.format(folder=tmp_path, port=port, behind=urlsplit(address).port, cut=request.param)
        (tmp_path / "nginx.conf").write_text(written)
        proxy = subprocess.Popen([program, "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
        try:
            deadline = time.monotonic() + 20
            while True:
                try:
                    httpx.get(f"http://127.0.0.1:{port}/privacy/healthz").raise_for_status()
                    break
                except httpx.HTTPError:
                    assert time.monotonic() < deadline, (tmp_path / "error.log").read_text()
                    time.sleep(0.05)
            yield f"http://127.0.0.1:{port}/privacy/"
        finally:
            proxy.terminate()
            proxy.wait(10)


def test_a_visitor_asks_below_a_path(proxied, visit):
    page = visit(proxied + "?policy=rackspace")
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    page.locator("#conversation blockquote").first.wait_for()
    page.locator("#document .hit mark").wait_for()
    page.get_by_role("button", name="Helpful", exact=True).click()
    page.get_by_text("Thank you.", exact=True).wait_for()
    requested = page.evaluate("performance.getEntriesByType('resource').map(each => new URL(each.name).pathname)")
    assert [path for path in requested if not path.startswith("/privacy/")] == []


def test_everything_else_is_below_the_path_too(proxied):
    with httpx.Client(base_url=proxied, follow_redirects=True, timeout=30) as client:
        for path in (
            "api/policies",
            "policy/rackspace",
            "embed?policy=rackspace",
            "embed.js",
            "readyz",
            "openapi.json",
        ):
            assert client.get(path).status_code == 200, path
        assert str(client.get("embed?policy=rackspace").url) == f"{proxied}embed?policy=rackspace&host="
        assert client.post("api/ask", json={"question": QUESTION}).json()["citations"]
        assert client.get("desk").status_code == 401  # what a proxy forwards is not this machine's own
        assert client.get("desk", auth=("anyone", TOKEN)).status_code == 200
        assert client.get(proxied.rstrip("/"), follow_redirects=False).headers["location"] in (proxied, "/privacy/")


def test_events_are_not_held_back(proxied):
    with (
        httpx.Client(base_url=proxied) as client,
        client.stream("GET", "gradio_api/heartbeat/somebody", timeout=20) as stream,
    ):
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert next(line for line in stream.iter_lines() if line)
