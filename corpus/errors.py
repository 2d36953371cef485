"""What can go wrong, on all floors: one tree, and on this one. Every message names the thing, the value found and the remedy.

PlainclauseError
  CorpusError
    UnreadablePolicy     a file that holds no policy
    BadMetadata          metadata beside a policy that cannot be used
    NoPolicies           a folder without policies
    UnknownPolicy        an id that is not on the shelf
    BadSpan              a place outside its text
    BadId, IdTaken, TendedByHand, ShelfBusy, NotWritten    a change of the shelf that was not made (corpus.shelf.writer)
    AlreadyShelved       a document that is on the shelf under another id (corpus.shelf.duplicates)
    NotFetched           an address that gave no document (corpus.shelf.fetch)
    BadCitations         citations that cannot be read (corpus.versions.verify)
    DamagedVersion       a kept text that is not as it was written (corpus.versions.archive)
  IndexFloorError        (index.errors)
    MissingIndex, StaleIndex, ForeignIndex, DamagedIndex    what "plainclause index build" mends
    BuildRunning         another build that did not end in time
    BadStoreAddress, StoreUnreachable    a server that cannot hold the index, or does not answer
    EncoderUnavailable   weights that are missing or not the expected ones
    CannotCompile        an encoder that serves as it is
  AssistantError         (assistant.errors)
    BadQuestion          a question that cannot be answered as given
      NotEnglish         one in another language
    BadSetting, BadBank, BadGolden    a setting or a file that cannot be used
    BadBranding          a branding file, or its logo, that cannot be used
      BrandingMoved      one that somebody else has changed meanwhile (assistant.company.branding.store)
    BadManifest          a list of documents that cannot be used
    ClusterUnusable      machines that were to read documents and cannot
    IngestionRunning     another process that has machines read documents
    BadBackup            a backup that cannot be made, or not be put in its place
    ReaderUnavailable    the built-in reader cannot be run
    ReaderFailed         a reader read nothing this time
    UnknownDraft, DraftTaken, DraftsBusy, DamagedDraft    drafts of policies (assistant.company.publishing.drafts)
    BadTime              a time to publish that cannot be used (assistant.company.publishing.times)
    BadPerson            a name or password to sign in with, or a change of people, that cannot be
    BadApproval          an approved answer that cannot be kept
    DatabaseUnusable     a database that cannot be opened, written or read
    WorkerEnded          a process of the web server that ended before it answered
"""

from __future__ import annotations

from typing import ClassVar


class PlainclauseError(Exception):
    """Base of all errors that a message explains.

    `exit_code` is what the command line ends with: 2 where the input is at fault, 1 where the state of things is.
    `http_status` is what the API answers with, under `http_title`; None for what no caller can mend: 500, and no word of it.
    """

    exit_code: ClassVar[int] = 2
    http_status: ClassVar[int | None] = None
    http_title: ClassVar[str | None] = None


def first_line(error: Exception) -> str:
    """What a library's error says, as a part of ours: its first line that is not empty, 200 code points at most."""
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:200]


class CorpusError(PlainclauseError):
    """Base of all errors of the corpus floor."""


class UnreadablePolicy(CorpusError):
    """A policy file that is binary, empty, not UTF-8, or holds no clause."""


class BadMetadata(CorpusError):
    """A metadata file beside a policy that cannot be read or contradicts the shelf."""


class NoPolicies(CorpusError):
    """A policies folder that does not exist or holds no policy."""


class UnknownPolicy(CorpusError):
    """A policy id that is not on the shelf; the message names the known ones and the nearest."""

    http_status = 404
    http_title = "Unknown policy"


class BadSpan(CorpusError):
    """A span outside its text, or a citation that its policy does not support."""
