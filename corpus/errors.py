"""What can go wrong on the corpus floor. Every message names the thing, the value found and the remedy."""


class CorpusError(Exception):
    """Base of all errors of the corpus floor."""


class UnreadablePolicy(CorpusError):
    """A policy file that is binary, empty, not UTF-8, or holds no clause."""


class BadMetadata(CorpusError):
    """A metadata file beside a policy that cannot be read or contradicts the shelf."""


class NoPolicies(CorpusError):
    """A policies folder that does not exist or holds no policy."""


class UnknownPolicy(CorpusError):
    """A policy id that is not on the shelf; the message names the known ones and the nearest."""


class BadSpan(CorpusError):
    """A span outside its text, or a citation that its policy does not support."""
