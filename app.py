"""The door: open the assistant and serve it on the web. Settings: environment variables `PLAINCLAUSE_...`."""

import sys

from assistant.settings import Settings
from assistant.surfaces.notices import show_notices
from assistant.surfaces.workers import serve_all
from corpus.errors import PlainclauseError


def main() -> None:
    """Serve until interrupted; the index is built first where it is missing or stale."""
    show_notices()
    settings = Settings()
    try:
        serve_all(settings)
    except PlainclauseError as error:
        sys.exit(f"plainclause: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
