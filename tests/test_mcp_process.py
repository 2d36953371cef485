"""The process that speaks the Model Context Protocol: nothing else on its standard output, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import pytest

from assistant.settings import ROOT
from tests.mcp_client import COMMAND, environment


@pytest.fixture(scope="module")
def given(tmp_path_factory, encoders):
    return environment(encoders, tmp_path_factory.mktemp("data"))


def line(method: str, number: int | None = None, **params: Any) -> bytes:
    message = {"jsonrpc": "2.0", "method": method, "params": params} | ({} if number is None else {"id": number})
    return json.dumps(message).encode() + b"\n"


HELLO = line(
    "initialize", 1, protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "test", "version": "0"}
) + line("notifications/initialized")


def begin(given, *arguments: str, command: Sequence[str] = (*COMMAND, "mcp")):
    return subprocess.Popen(
        [*command, *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env={**os.environ, **given},
    )  # fmt: skip


def answers(process, count: int, *lines: bytes) -> list[dict[str, Any]]:
    """What a process answers to some lines, while its input stays open."""
    process.stdin.write(b"".join(lines))
    process.stdin.flush()
    return [json.loads(process.stdout.readline()) for _ in range(count)]


def test_standard_output_carries_the_protocol_only_even_while_an_index_is_built(given, tmp_path):
    with begin(given, "--data", str(tmp_path)) as process:
        search = line("tools/call", 2, name="search", arguments={"words": "cookies"})
        said = answers(process, 2, HELLO, b"not json\n", search)
        rest, notes = process.communicate(timeout=60)
    assert [(each["jsonrpc"], each["id"]) for each in said] == [("2.0", 1), ("2.0", 2)]
    assert len(said[1]["result"]["structuredContent"]["hits"]) == 10
    assert rest == b""
    assert b"building the index" in notes
    assert b"Traceback" not in notes
    assert process.returncode == 0


NOISY = """
from assistant.settings import Settings
from assistant.surfaces import mcp

def noisy(settings):
    print("noise of opening")
    latest = opened(settings)
    quiet = type(latest).__call__

    def noise(self):
        print("noise of a call", flush=True)
        return quiet(self)

    type(latest).__call__ = noise
    return latest

opened, mcp.open_for_serving = mcp.open_for_serving, noisy
mcp.serve(Settings())
"""


def test_what_a_library_prints_goes_to_standard_error(given):
    with begin(given, command=[sys.executable, "-c", NOISY]) as process:
        said = answers(process, 2, HELLO, line("tools/call", 2, name="policies", arguments={}))
        rest, notes = process.communicate(timeout=60)
    assert [each["id"] for each in said] == [1, 2]
    assert rest == b""
    assert b"noise of opening" in notes
    assert b"noise of a call" in notes


def test_control_c_ends_it_although_the_client_still_listens(given):
    with begin(given) as process:
        answers(process, 1, HELLO)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == -signal.SIGINT
        assert b"Traceback" not in process.stderr.read()


def test_a_client_that_goes_away_before_its_answer_ends_it_quietly(given):
    with begin(given) as process:
        answers(process, 1, HELLO)
        process.stdout.close()
        answers(process, 0, line("tools/call", 2, name="policies", arguments={}))
        process.stdin.close()
        assert process.wait(timeout=60) == 0
        assert process.stderr.read() == b""


def test_settings_that_cannot_be_used_end_it_with_2_and_one_line(given, tmp_path):
    with begin(given, "--policies", str(tmp_path / "none")) as process:
        said, notes = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, b"")
    assert notes.decode().startswith("plainclause: ")
    assert notes.count(b"\n") == 1


@pytest.mark.parametrize("missing", ["mcp", "mcp_types"])
def test_without_the_extra_one_line_says_how_to_install_it(given, missing):
    program = f"import sys; sys.modules['{missing}'] = None; from assistant.surfaces.cli.main import main; main()"
    process = subprocess.run(
        [sys.executable, "-c", program, "mcp"], capture_output=True, cwd=ROOT, env={**os.environ, **given}, check=False
    )
    assert (process.returncode, process.stdout) == (2, b"")
    said = process.stderr.decode()
    assert said.startswith("plainclause: ")
    assert 'pip install "plainclause[mcp]"' in said
    assert said.count("\n") == 1
