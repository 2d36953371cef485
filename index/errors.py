"""What can go wrong on the index floor. Every message names the thing, the value found and the remedy."""

REBUILD = 'run "plainclause index build"'


class IndexFloorError(Exception):
    """Base of all errors of the index floor."""


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


class EncoderUnavailable(IndexFloorError):
    """The encoder cannot be loaded, or its weights are not the expected ones."""


class CannotCompile(IndexFloorError):
    """The encoder is of a kind that cannot be compiled for serving; it serves as it is."""
