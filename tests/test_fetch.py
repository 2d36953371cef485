"""A document is fetched from addresses of the open internet only, and only by a person's command."""

from __future__ import annotations

import http.server
import socket
import subprocess
import sys
import threading
from ipaddress import ip_address

import pytest

from assistant.settings import ROOT
from corpus.shelf import fetch


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "2002:7f00:1::", "64:ff9b::a00:1", "2001:db8::1",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_open_internet_is_not_connected_to(address, monkeypatch):
    assert not fetch.is_public(ip_address(address))
    found = [(0, 0, 0, "", ("93.184.215.14", 443)), (0, 0, 0, "", (address, 443))]  # one good address does not help
    monkeypatch.setattr(socket, "getaddrinfo", lambda *arguments, **options: found)
    with pytest.raises(fetch.NotFetched, match="no public address"):
        fetch.fetch("https://acme.example/")


def test_an_address_of_the_open_internet_is_public():
    for address in ("93.184.215.14", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808"):
        assert fetch.is_public(ip_address(address))


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://acme.example/", "https://me:secret@acme.example/", "https:///x", "http://[::1"]
)
def test_what_is_no_plain_web_address_is_refused(url):
    with pytest.raises(fetch.NotFetched) as raised:
        fetch.fetch(url)
    assert "secret" not in str(raised.value)


class Site(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        Site.seen.append((self.path, self.headers["Host"]))
        status, headers, body = self.pages.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments) -> None:  # noqa: A002
        pass

    seen: list[tuple[str, str]] = []  # noqa: RUF012
    pages = {  # noqa: RUF012
        "/privacy": (200, {"Content-Type": "text/html; charset=utf-8"}, b"<h1>Acme</h1><p>We sell nothing at all.</p>"),
        "/old": (301, {"Location": "/privacy"}, b""),
        "/circle": (302, {"Location": "/circle"}, b""),
        "/inside": (302, {"Location": "http://169.254.169.254/secret"}, b""),
        "/file": (302, {"Location": "file:///etc/passwd"}, b""),
        "/large": (200, {"Content-Type": "text/plain"}, b"x" * 3_000),
        "/packed": (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b"),
    }


@pytest.fixture
def site(monkeypatch):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Site)
    Site.seen.clear()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    resolve = socket.getaddrinfo
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *a, **o: resolve("127.0.0.1" if host == "acme.example" else host, *a, **o)
    )
    yield f"http://acme.example:{server.server_port}"
    server.shutdown()
    server.server_close()


def local(address) -> bool:
    return str(address) == "127.0.0.1"


def test_a_document_is_fetched_from_the_address_that_was_checked_under_the_name_that_was_asked_for(site):
    found = fetch.fetch(f"{site}/old", allowed=local)
    assert (found.url, found.name) == (f"{site}/privacy", "privacy.html")
    assert b"We sell nothing" in found.data
    assert [path for path, _ in Site.seen] == ["/old", "/privacy"]
    assert all(host.startswith("acme.example:") for _, host in Site.seen)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/none", "answers 404"), ("/circle", "more than 5 times"), ("/inside", "169.254.169.254 is no public"),
        ("/file", "only http and https"), ("/large", "larger than 0.002 MB"), ("/packed", "comes packed"),
    ],
)  # fmt: skip
def test_what_an_address_gives_that_is_no_document_is_said_in_a_line(site, path, message):
    with pytest.raises(fetch.NotFetched, match=message) as raised:
        fetch.fetch(site + path, most_bytes=2_000, allowed=local)
    assert "\n" not in str(raised.value)


def test_an_address_that_takes_too_long_is_given_up(site):
    with pytest.raises(fetch.NotFetched, match=r"takes too long|timed out"):
        fetch.fetch(f"{site}/privacy", seconds=1e-4, allowed=local)


# The command line, and what it has a cluster do for it (add --on).
MAY_FETCH = {"assistant/surfaces/cli/documents.py", "assistant/ingestion/reading.py"}


def test_no_part_of_a_server_can_fetch():
    loaded = "import sys, assistant.surfaces.web; sys.exit('corpus.shelf.fetch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr
    for path in (ROOT / "assistant").rglob("*.py"):
        may = path.relative_to(ROOT).as_posix() in MAY_FETCH
        assert may or "corpus.shelf.fetch" not in path.read_text(encoding="utf-8"), path
