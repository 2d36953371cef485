"""What a company keeps, as a process uses it: one database, its own sentences for answers, and these brought to the texts of today.

What reads a database takes long to import, and a question may need none: it is imported where it is opened.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from assistant.company.database import FILE
from assistant.settings import Settings
from corpus.errors import PlainclauseError
from corpus.shelf.catalogue import Shelf
from corpus.versions.archive import Archive

if TYPE_CHECKING:
    from assistant.company.database.engine import Database
    from assistant.own_words import OwnWords

log = logging.getLogger(__name__)


def open_database(settings: Settings) -> Database:
    """The database that the settings name: one for a process, handed to whatever reads or writes it.

    Raises:
        BadSetting: its address.
    """
    from assistant.company.database.engine import Database

    return Database.of(settings)


def database_begun(settings: Settings) -> Database | None:
    """The database, where anything can have been written to it."""
    return open_database(settings) if settings.database_address is not None or (settings.data / FILE).exists() else None


def own_words_in(database: Database | None) -> OwnWords | None:
    """The company's sentences in a database."""
    if database is None:
        return None
    from assistant.company.approved.store import ApprovedAnswers
    from assistant.company.approved.wording import ApprovedWords

    return ApprovedWords(ApprovedAnswers(database))


def settle_approved(policies: Shelf, archive: Archive, database: Database | None) -> None:
    """Have approved answers follow their clauses to the texts of today, or lapse. Where that cannot be done now, those of other texts
    are not used, and the next index does it."""
    if database is None or not database.begun:
        return  # nothing was ever approved
    from assistant.company.approved.following import settle
    from assistant.company.approved.store import ApprovedAnswers

    try:
        done = settle(ApprovedAnswers(database), policies, archive, whole=not policies.problems)
    except (PlainclauseError, OSError) as error:
        log.error("approved answers do not follow the change: %s", error)
        return
    for each in done.lapsed:
        log.warning("approved answer %d lapsed: its clause has changed", each.number)  # its words may be a customer's
