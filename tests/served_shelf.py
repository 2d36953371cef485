"""A folder of policies, served, and what a browser makes of its pages. With the hashing encoder: what is tested is what is shown, not what is found."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from fastapi.testclient import TestClient

from assistant.bootstrap.factory import build_index, open_assistant
from assistant.settings import Settings
from assistant.surfaces.api.routes import api
from assistant.surfaces.desk.routes import desk

BEFORE = """# Privacy

We never sell your data.

## Cookies

We keep cookies for ten days.

You may refuse every cookie.

Postcards are answered by hand.
"""
AFTER = """# Privacy

Postcards are answered by hand.

We never sell your data.

## Cookies

We keep cookies for ninety long days.

A wholly unforeseen statement about zebras stands here.
"""
EARLIER = BEFORE.replace("ten days", "two days").replace("Postcards are answered by hand.\n", "")
TOKEN = "let-me-in"  # noqa: S105


class Place:
    """A folder of policies, served; `publish` changes one of them, and the server takes up the new index."""

    def __init__(self, folder):
        self.settings = Settings(
            policies=folder / "policies", data=folder / "data", encoder="hashing", desk_token=TOKEN
        )
        self.settings.policies.mkdir()
        self.assistant: Any = None

    def latest(self):
        return self.assistant

    def publish(self, **texts):
        for policy_id, text in texts.items():
            (self.settings.policies / f"{policy_id}.md").write_text(text)
        build_index(self.settings)
        self.assistant = open_assistant(self.settings)

    def describe(self, policy_id, **facts):
        (self.settings.policies / f"{policy_id}.json").write_text(json.dumps(facts))

    def clause(self, words, policy_id="acme"):
        """Number and address of the clause that holds some words."""
        policy = self.assistant.policies[policy_id]
        (number,) = (n for n, c in enumerate(policy.clauses) if words in c.span.of(policy.text))
        return number, policy.sha256[:12]


def served_acme(folder) -> Place:
    """A place with a policy and the one that it supersedes."""
    place = Place(folder)
    place.describe(
        "acme", provider="Acme", title="Acme Privacy", supersedes="acme-old", source_url="https://acme.example/p"
    )
    place.describe("acme-old", provider="Acme", title="Acme Privacy of old", effective_date="2017-01-01")
    place.publish(**{"acme": BEFORE, "acme-old": EARLIER})
    return place


def desk_client(place: Place) -> TestClient:
    """The API and the desk over a place."""
    application = api(place.latest, place.settings)
    application.include_router(desk(place.latest, place.settings))
    return TestClient(application, raise_server_exceptions=False)


class Page(HTMLParser):
    """What a browser makes of a page: its text, elements, the text of each element with an id, links and scripts."""

    def __init__(self, response):
        super().__init__()
        assert response.headers["content-type"].startswith("text/html")
        self.text, self.by_id, self.links, self.tags, self.scripts = "", {}, [], [], []
        self._open = []
        self.feed(response.text)

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        self.tags.append((tag, known))
        if tag not in ("meta", "link", "input", "br"):
            self._open.append((tag, known.get("id")))
        self.links += [known[name] for name in ("href", "src", "action") if name in known]

    def handle_endtag(self, tag):
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        self.text += data
        if self._open and self._open[-1][0] == "script" and data.strip():
            self.scripts.append(data)
        for _, id_ in self._open:
            if id_:
                self.by_id[id_] = self.by_id.get(id_, "") + data

    def says(self, words):
        return words in " ".join(self.text.split())
