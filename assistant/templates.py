"""The one Jinja environment of all pages and reports: whatever a policy or a question holds is shown literally."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import jinja2


def templates(folder: Path, **filters: Callable[..., Any]) -> jinja2.Environment:
    """The templates of a folder, which may include `standalone.css`. What is shown is escaped, and a name that is not given is an error."""
    import jinja2  # here, so that the commands that show no page do not wait for it

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([folder, Path(__file__).parent]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= filters
    return environment
