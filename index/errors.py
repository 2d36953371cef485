"""What can go wrong on the index floor. Every message names the thing, the value found and the remedy."""

from corpus.errors import PlainclauseError

REBUILD = 'run "plainclause index build"'
NOT_UTF8 = (
    "is encoded in {}, which cannot hold every text; make one with: createdb --encoding=UTF8 --template=template0 NAME"
)


class IndexFloorError(PlainclauseError):
    """Base of all errors of the index floor: a reason, and what to do about it, where something can be done."""

    exit_code = 1

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(f"{reason}; {remedy}" if remedy else reason)
        self.reason = reason


class MissingIndex(IndexFloorError):
    """No index has been built in this data directory."""


class StaleIndex(IndexFloorError):
    """The index was built from other policies (or another segmentation) than those on the shelf."""


class ForeignIndex(IndexFloorError):
    """The index was built with another encoder than the one in use, or by an incompatible version."""


class DamagedIndex(IndexFloorError):
    """A file of the index is missing, truncated or changed."""


class BuildRunning(IndexFloorError):
    """Another build holds the data directory and did not finish in time."""


class BadStoreAddress(IndexFloorError):
    """The address of the server that holds the index cannot be used, or the server cannot hold one."""

    exit_code = 2


class StoreUnreachable(IndexFloorError):
    """The server that holds the index does not answer. What it held stands as it was."""

    http_status = 503
    http_title = "The policies cannot be reached"


class EncoderUnavailable(IndexFloorError):
    """The encoder cannot be loaded, or its weights are not the expected ones."""

    exit_code = 2


class CannotCompile(IndexFloorError):
    """The encoder is of a kind that cannot be compiled for serving; it serves as it is."""
