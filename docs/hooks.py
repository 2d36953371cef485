"""What MkDocs does for the docs site beyond its own: generated pages, the project's own pages, links that hold in both places.

The files stay where GitHub shows them and link to each other as GitHub wants it; here the links are put right for the site.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from posixpath import dirname, join, normpath, relpath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parent.parent
REPOSITORY = "https://github.com/plainclause/plainclause"
PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "SECURITY.md": "security.md",
    "CODE_OF_CONDUCT.md": "conduct.md",
}
"""Files outside docs/ that are pages of the site, and their names there."""

GENERATED = ("cli.md", "http.md", "openapi.json")
_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)(?P<target>[^)\s#]+)(?P<anchor>#[^)\s]*)?(?=\))")
_LOADS = re.compile(
    r"<(?:script|img|iframe|source|video|audio|embed|object)\b[^>]*?\b(?:src|data)=[\"']?((?:https?:)?//[^\"'\s>]+)"
    r"|<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|icon|preload|preconnect|modulepreload|prefetch))"
    r"[^>]*?\bhref=[\"']?((?:https?:)?//[^\"'\s>]+)",
    re.IGNORECASE,
)


def relinked(markdown: str, source: str, page: str) -> str:
    """The text of a file of the repository, with its relative links as the site needs them.

    `source` is the file's path in the repository, `page` its path on the site. What is no page of the site is linked to on
    GitHub.

    Raises:
        FileNotFoundError: a link to a file that does not exist.
    """

    def put_right(link: re.Match[str]) -> str:
        target = normpath(join(dirname(source), link["target"]))
        anchor = link["anchor"] or ""
        if not (ROOT / target).exists():
            raise FileNotFoundError(f'{source} links to "{link["target"]}", which does not exist; mend the link')
        on_site = PAGES.get(target)
        if target.startswith("docs/") and (ROOT / target).is_file() and not target.startswith("docs/portal/"):
            on_site = target.removeprefix("docs/")
        if on_site is not None:
            return relpath(on_site, dirname(page) or ".") + anchor
        kind = "tree" if (ROOT / target).is_dir() else "blob"
        return f"{REPOSITORY}/{kind}/main/{target}{anchor}"

    return _LINK.sub(put_right, markdown)


def loaded_from_elsewhere(html: str) -> list[str]:
    """The addresses on other hosts from which a browser would load parts of a page."""
    return [first or second for first, second in _LOADS.findall(html)]


# ---- called by MkDocs ------------------------------------------------------------------------------------------------


def on_config(config: MkDocsConfig) -> None:
    """Add the decision records to the navigation."""
    records = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    config.nav = [*(config.nav or []), {"Decisions": [f"decisions/{path.name}" for path in records]}]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the project's own pages and those written from the program."""
    from mkdocs.structure.files import File

    from docs.generate import api_page, cli_page, openapi

    contents = {page: (ROOT / source).read_text(encoding="utf-8") for source, page in PAGES.items()}
    description = openapi()
    written = (cli_page(), api_page(description), json.dumps(description, indent=1))
    for name, content in {**contents, **dict(zip(GENERATED, written, strict=True))}.items():
        files.append(File.generated(config, name, content=content))


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Put a page's links right; those of generated pages are."""
    name = page.file.src_uri
    if name in GENERATED:
        return markdown
    sources = {there: here for here, there in PAGES.items()}
    return relinked(markdown, sources.get(name, f"docs/{name}"), name)


def on_post_page(output: str, page: Page, **_: object) -> str:
    """Let no page through that would load anything from another host."""
    from mkdocs.exceptions import PluginError

    if found := loaded_from_elsewhere(output):
        raise PluginError(f"{page.file.src_uri} would load {', '.join(found)}; put it beside the page")
    return output
