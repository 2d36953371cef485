"""A publisher, the moment that it takes for now, and a policy that says for how many days it keeps a name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from assistant.company.publishing import publisher as publishing
from assistant.company.publishing.publisher import Publisher
from assistant.company.publishing.versions import in_use
from corpus.model import Policy
from corpus.shelf.writer import Incoming
from corpus.versions.archive import FolderArchive

NOW = datetime(2027, 1, 2, 3, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)


def text(days="ten", title="Acme Privacy"):
    return f"# {title}\n\nEffective date: May 1, 2024\n\n## Keeping\n\nWe keep your name for {days} days.\n"


def incoming(days="ten", name="acme.md", **more):
    return Incoming.read(text(days, **more).encode(), name)


def moments(monkeypatch):
    """A function that sets what the publisher takes for now; it is set."""

    def set_(moment):
        monkeypatch.setattr(publishing, "_now", lambda: moment)

    set_(NOW)
    return set_


def another(folder, builds):
    """A publisher as another process would have it: of the same folders, with nothing in common but these."""
    shelf, data = folder / "shelf", folder / "data"
    return Publisher(shelf, data, FolderArchive(data), lambda: builds.append(quotes(in_use(shelf, "acme"))))


def on_shelf(publisher):
    return in_use(publisher.shelf, "acme")


def quotes(policy: Policy | None):
    return policy.clauses[-1].span.of(policy.text) if policy else None


def published(publisher, days="ten", **more):
    return publisher.publish(publisher.draft("acme", incoming(days, **more), "Ann").id, "Ed")


def days_in_use(publisher):
    return quotes(on_shelf(publisher)).split()[-2]
