"""A document from the web, for a person who asks for it at a terminal: never for a server.

Only http and https, only public addresses, of which the one that was checked is the one connected to, and only so much of it.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx

from corpus.errors import CorpusError
from corpus.shelf.shelf_files import MOST_BYTES

SECONDS = 30.0  # for all of it, redirects and all
_STEP = 10.0  # seconds for a connection, or for the next bytes
_REDIRECTS = 5
_ENDINGS = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
}

Address = IPv4Address | IPv6Address


class NotFetched(CorpusError):
    """An address that is not fetched, or from which nothing came."""


class Fetched(NamedTuple):
    """What came: the address it came from in the end, its bytes, and a name with the ending that its kind has."""

    url: str
    data: bytes
    name: str


def is_url(text: str) -> bool:
    """Whether a person means an address rather than a file."""
    return "://" in text and text.partition("://")[0].isalnum()


def is_public(address: Address) -> bool:
    """Whether an address is one of the open internet: not private, not this machine, not the local network, not reserved."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo and address.teredo[1])
        if inner:
            return is_public(inner)
        if address.packed[:12] == ip_address("64:ff9b::").packed[:12]:  # IPv4 behind a translator (RFC 6052)
            return is_public(IPv4Address(address.packed[12:]))
    return address.is_global and not address.is_multicast and not address.is_reserved and not address.is_unspecified


def fetch(
    url: str,
    *,
    most_bytes: int = MOST_BYTES,
    seconds: float = SECONDS,
    allowed: Callable[[Address], bool] = is_public,
) -> Fetched:
    """Get a document; redirects are followed, each checked like the first address.

    Args:
        most_bytes: of the document.
        seconds: for all of it.
        allowed: which addresses may be connected to.

    Raises:
        NotFetched.
    """
    ends = time.monotonic() + seconds
    # No proxy from the environment: it would connect to whatever it likes.
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=min(_STEP, seconds)) as client:
        here = url
        for _ in range(_REDIRECTS + 1):
            try:
                found, here = _step(client, here, most_bytes, ends, allowed)
            except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
                reason = str(error) or type(error).__name__
                raise NotFetched(
                    f'"{here}" could not be fetched ({reason}); check the address, or save it as a file'
                ) from error
            if found is not None:
                return found
    raise NotFetched(f'"{url}" leads from one address to the next, more than {_REDIRECTS} times; name the last one')


def _step(
    client: httpx.Client, url: str, most_bytes: int, ends: float, allowed: Callable[[Address], bool]
) -> tuple[Fetched | None, str]:
    """One request: the document, or the address it redirects to."""
    host, connected = _connected(url, allowed)
    headers = {"Host": host, "Accept-Encoding": "identity", "User-Agent": "plainclause", "Accept": "*/*"}
    # The connection goes to the address that was checked; the name is what the certificate must be for.
    extensions = {"sni_hostname": urlsplit(url).hostname}
    with client.stream("GET", connected, headers=headers, extensions=extensions) as response:
        if response.is_redirect:
            onward = urljoin(url, response.headers["location"])
            if url.startswith("https:") and not onward.startswith("https:"):
                raise NotFetched(f'"{url}" redirects to "{onward}", which is not encrypted; name that address yourself')
            return None, onward
        if response.status_code != 200:
            raise NotFetched(f'"{url}" answers {response.status_code} {response.reason_phrase}; check the address')
        if response.headers.get("content-encoding", "identity") != "identity":  # unasked: it may unpack to anything
            raise NotFetched(f'"{url}" comes packed, which was not asked for; save it as a file')
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        data = _body(response.iter_raw(), url, most_bytes, ends)
    last = urlsplit(url).path.rpartition("/")[2] or "page"
    return Fetched(url, data, last if "." in last else last + _ENDINGS.get(kind, "")), url


def _body(chunks: Iterable[bytes], url: str, most_bytes: int, ends: float) -> bytes:
    found = bytearray()
    for chunk in chunks:
        found += chunk
        if len(found) > most_bytes:
            raise NotFetched(f'"{url}" is larger than {most_bytes / 1e6:g} MB; save the policy alone as a file')
        if time.monotonic() > ends:
            raise NotFetched(f'"{url}" takes too long; try again, or save it as a file')
    return bytes(found)


def _connected(url: str, allowed: Callable[[Address], bool]) -> tuple[str, str]:
    """The value of the Host header for an address, and the address with the checked number in place of the name."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotFetched(f'"{url}" is no address ({error}); write it as https://acme.example/privacy') from error
    if parts.scheme not in ("http", "https") or not host:
        raise NotFetched(
            f'"{url}" is not fetched: only http and https addresses are, such as https://acme.example/privacy'
        )
    if parts.username is not None or parts.password is not None:
        raise NotFetched("an address with a user name or password in it is not fetched; save the page as a file")
    try:
        name = host.encode("idna").decode()
        found = socket.getaddrinfo(name, port or (443 if parts.scheme == "https" else 80), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NotFetched(f'"{host}" has no address ({error}); check its name and the connection') from error
    addresses = [ip_address(str(sockaddr[0]).partition("%")[0]) for *_, sockaddr in found]
    refused = next((address for address in addresses if not allowed(address)), None)
    if refused is not None or not addresses:
        raise NotFetched(f'"{host}" is not fetched: {refused} is no public address; save the page as a file')
    chosen = next((address for address in addresses if address.version == 4), addresses[0])
    number = f"[{chosen}]" if chosen.version == 6 else str(chosen)
    suffix = f":{port}" if port else ""
    bracketed = f"[{name}]" if ":" in name else name
    return bracketed + suffix, urlunsplit((parts.scheme, number + suffix, parts.path or "/", parts.query, ""))
