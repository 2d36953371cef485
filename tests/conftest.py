"""What holds for every test: no model hub, no settings from outside, repeatable examples in CI."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.settings import Settings

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
for _name in [name for name in os.environ if name.startswith("PLAINCLAUSE_")]:
    del os.environ[_name]

settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.fixture(scope="session")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for compiled encoders, so that one run of the tests compiles each once."""
    return tmp_path_factory.mktemp("encoders")


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory, encoders: Path) -> "Settings":
    """Settings of the real thing: the bundled policies, the real encoder, a data folder of its own."""
    from assistant.settings import Settings

    return Settings(data=tmp_path_factory.mktemp("real"), encoders=encoders)


@pytest.fixture(scope="session")
def assistant(real: "Settings") -> "Assistant":
    """The real assistant over the bundled policies: real encoder, real bank, an index of its own."""
    from assistant.opening import open_assistant

    return open_assistant(real, mend=True)
