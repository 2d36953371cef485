"""What holds for every test: no model hub, no settings from outside, repeatable examples in CI."""

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from assistant.ask import Assistant

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in [name for name in os.environ if name.startswith("PLAINCLAUSE_")]:
    del os.environ[_name]

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> "Assistant":
    """The real assistant over the bundled policies: real encoder, real bank, an index of its own."""
    from assistant.opening import open_assistant
    from assistant.settings import Settings

    return open_assistant(Settings(data=tmp_path_factory.mktemp("real")), mend=True)
