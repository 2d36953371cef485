"""What can go wrong on the assistant floor. Every message names the thing, the value found and the remedy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from corpus.errors import PlainclauseError


class AssistantError(PlainclauseError):
    """Base of all errors of the assistant floor."""


class BadQuestion(AssistantError):
    """A question, scope or history that cannot be answered as given. `reason`: what is wrong with the question's own words, for
    surfaces that say it in the visitor's language."""

    http_status = 422
    http_title = "Bad question"

    def __init__(self, message: str, reason: Literal["empty", "long", "unreadable", "other"] = "other") -> None:
        super().__init__(message)
        self.reason = reason


class NotEnglish(BadQuestion):
    """A question in another language than English; `code` names it."""

    def __init__(self, code: str) -> None:
        super().__init__(
            f'the question seems to be in another language ("{code}"); ask in English, which questions are read in'
        )
        self.code = code


class ReaderUnavailable(AssistantError):
    """The built-in reader's weights are missing, damaged, or cannot be run."""


class BadSetting(AssistantError):
    """A setting with a value that cannot be used."""


class WorkerEnded(AssistantError):
    """A process of the web server ended before it could answer; it has said why itself."""

    exit_code = 1


class BadManifest(AssistantError):
    """A list of documents that cannot be used; nothing of it was read."""


class ClusterUnusable(AssistantError):
    """The machines that were to read documents cannot be reached, or not be used. What is finished is kept."""

    exit_code = 1


class IngestionRunning(AssistantError):
    """Another process reads documents on a cluster for the same data folder."""

    exit_code = 1


class BadBackup(AssistantError):
    """A backup that cannot be made, or not be put in its place. What was there stands as it was."""


class DatabaseUnusable(AssistantError):
    """The database cannot be opened, written or read, or is a newer program's. What was kept before stands as it was."""

    exit_code = 1


class BadPerson(AssistantError):
    """A name or password that nobody can sign in with, or a change of people that cannot be made. `reason`: which, for surfaces
    that say it in the reader's language."""

    def __init__(
        self, message: str, reason: Literal["name", "taken", "first", "length", "alike", "nobody", "last"]
    ) -> None:
        super().__init__(message)
        self.reason = reason


class BadApproval(AssistantError):
    """An approved answer that cannot be kept as given, or is not there. What was kept before stands as it was. `reason`: what is
    wrong, for surfaces that say it in a person's language."""

    def __init__(
        self, message: str, reason: Literal["claims_nothing", "superseded", "empty", "long", "unreadable", "unknown"]
    ) -> None:
        super().__init__(message)
        self.reason = reason


class ReaderFailed(AssistantError):
    """A reader that could read nothing this time; the message says why in a few words that an answer can show: it holds no
    word of question, passages or key."""


class BadBank(AssistantError):
    """A practice bank file that does not follow its format."""


class BadBranding(AssistantError):
    """A branding file or its logo that cannot be used. `problems`: each thing that is wrong, where it is about the file's keys."""

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class BadGolden(AssistantError):
    """A file of golden questions that cannot be read or contradicts the policies.

    `problems` lists every bad line, in words, where there are several; the message then only counts them.
    """

    def __init__(self, message: str, problems: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)
