"""What an error over HTTP must look like."""

from typing import Any


def problem(response: Any, status: int, title: str | None = None) -> str:
    """The detail of a response that must be a problem document; `title`: what it must be called."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    document = response.json()
    assert set(document) == {"type", "title", "status", "detail"}
    assert document["status"] == status
    assert document["type"].startswith("urn:plainclause:problem:")
    assert title is None or document["title"] == title
    assert "Traceback" not in response.text
    return str(document["detail"])
