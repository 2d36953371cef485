"""The door: open the assistant and serve it on the web. Settings: environment variables `PLAINCLAUSE_...`."""

import sys

from assistant.bootstrap.factory import open_for_serving
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.surfaces.web import serve
from corpus.errors import CorpusError
from index.errors import IndexFloorError


def main() -> None:
    """Serve until interrupted; the index is built first where it is missing or stale."""
    settings = Settings()
    try:
        serve(open_for_serving(settings), settings)
    except (AssistantError, CorpusError, IndexFloorError) as error:
        sys.exit(f"plainclause: {error}")
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
