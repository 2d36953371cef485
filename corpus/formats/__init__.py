"""Documents of other formats -> Markdown, once, when they come onto the shelf; from there they go the road of all text."""

from corpus.formats.document import Document, convert, load

__all__ = ["Document", "convert", "load"]
