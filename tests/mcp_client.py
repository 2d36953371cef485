"""A client of the Model Context Protocol as tests call it, what its results say, and the processes that it asks."""

from __future__ import annotations

import sys
from functools import partial
from typing import Any

from mcp import Client, types

COMMAND = [sys.executable, "-m", "assistant"]


def environment(encoders, data) -> dict[str, str]:
    """Settings for processes; a client hands its own environment on to none."""
    return {
        "PLAINCLAUSE_ENCODER": "hashing",
        "PLAINCLAUSE_ENCODERS": str(encoders),
        "PLAINCLAUSE_DATA": str(data),
    }


class Talk:
    """A client's session, called from a test that is not async."""

    def __init__(self, portal, client: Client) -> None:
        self._portal, self._client = portal, client

    def call(self, tool: str, **arguments: Any) -> types.CallToolResult:
        result: types.CallToolResult = self._portal.call(partial(self._client.call_tool, tool, arguments))
        return result

    def tools(self) -> dict[str, types.Tool]:
        return {tool.name: tool for tool in self._portal.call(self._client.list_tools).tools}

    @property
    def instructions(self) -> str:
        return self._client.instructions or ""

    def said(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The structured content of a call that succeeds; the client has checked it against the tool's schema."""
        result = self.call(tool, **arguments)
        assert not result.is_error, result
        assert isinstance(result.structured_content, dict)
        return result.structured_content


def text(result: types.CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, types.TextContent)
    return content.text


def assert_exact(quoted, shelf):
    """The quotes are, code point by code point, what the policy says at their place."""
    assert quoted
    for each in quoted:
        policy = shelf[each["policy_id"]]
        assert each["quote"] == policy.text[each["start"] : each["end"]]
        assert each.get("policy_sha256", policy.sha256) == policy.sha256
