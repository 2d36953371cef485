"""The endings of files: which are texts of policies, which documents that are converted, which are refused by name."""

from __future__ import annotations

from typing import Final

TEXT: Final = (".md", ".markdown", ".txt")
"""Texts: in the folder of a shelf they are read where they lie."""

CONVERTED: Final = (".html", ".htm", ".xhtml", ".pdf", ".docx")
"""Documents that are converted when they are added."""

REFUSED: Final = {
    ".adoc": ("AsciiDoc", "make a page of it (asciidoctor FILE) and add that"),
    ".asciidoc": ("AsciiDoc", "make a page of it (asciidoctor FILE) and add that"),
    ".rst": ("reStructuredText", "make a page of it (rst2html FILE PAGE.html) and add that"),
    ".rest": ("reStructuredText", "make a page of it (rst2html FILE PAGE.html) and add that"),
    ".tex": ("LaTeX", "make a PDF of it and add that"),
    ".org": ("Org", "export it as HTML and add that"),
    ".mht": ("a page packed for archiving", "save it as HTML"),
    ".mhtml": ("a page packed for archiving", "save it as HTML"),
    ".doc": ("an old Word file", "save it as DOCX"),
    ".rtf": ("RTF", "save it as DOCX"),
    ".odt": ("OpenDocument", "save it as DOCX"),
    ".epub": ("an e-book", "save the policy as HTML or text"),
    ".pages": ("a Pages file", "export it as DOCX or PDF"),
}
"""Documents that are refused: what each is, and the remedy. Only its ending tells most of them from Markdown, as which they would be
read with all their marks as words."""
