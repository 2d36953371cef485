"""Pages of the docs site that are written from the program: the command line's help, the HTTP API's description."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from assistant.settings import Settings
from assistant.surfaces.api.routes import api
from assistant.surfaces.cli.main import cli

WIDTH = 100  # columns of a help text
METHODS = ("get", "post", "put", "patch", "delete")


def cli_page() -> str:
    """What `--help` says of every command, as Markdown."""
    parts = ["# The command line", "What `plainclause --help` says, and `--help` of every command."]
    for context in _contexts(cli, cli.make_context("plainclause", [], resilient_parsing=True, terminal_width=WIDTH)):
        parts += [f"## {context.command_path}", f"```text\n{context.get_help()}\n```"]
    return "\n\n".join(parts) + "\n"


def _contexts(command: click.Command, context: click.Context) -> Iterator[click.Context]:
    yield context
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                yield from _contexts(below, below.make_context(name, [], context, resilient_parsing=True))


def openapi() -> dict[str, Any]:
    """What the server gives at `/openapi.json`; the desk, the chat and the widget add nothing to it."""

    def nobody() -> NoReturn:
        raise NotImplementedError("nothing is asked while the API is described")

    with tempfile.TemporaryDirectory() as folder:
        return api(nobody, Settings(data=Path(folder))).openapi()


def api_page(description: dict[str, Any]) -> str:
    """An OpenAPI description as Markdown: every address, then every type that bodies and answers are made of."""
    parts = [
        "# The HTTP API, address by address",
        "Written from what the server gives at `/openapi.json` ([the same as a file](openapi.json)).",
        "How to use it: [Asking from other programs](api.md).",
    ]
    for path, operations in description["paths"].items():
        for method in METHODS:
            if method in operations:
                parts += _operation(method, path, operations[method])
    parts.append("## Types")
    for name, schema in sorted(description["components"]["schemas"].items()):
        parts += [f"### {name}", *_schema(schema)]
    return "\n\n".join(parts) + "\n"


def _operation(method: str, path: str, operation: dict[str, Any]) -> list[str]:
    parts = [f"## {method.upper()} {path}"]
    if "description" in operation:
        parts.append(operation["description"])
    if parameters := operation.get("parameters"):
        rows = [
            (
                f"`{each['name']}`",
                each["in"],
                _type(each["schema"]) + (", required" if each.get("required") else ""),
                each.get("description", ""),
            )
            for each in parameters
        ]
        parts.append(_table(("parameter", "in", "type", "what it is"), rows))
    if body := operation.get("requestBody"):
        parts.append(f"Body: {_content(body)}.")
    answers = [
        (f"`{status}`", answer.get("description", ""), _content(answer))
        for status, answer in sorted(operation["responses"].items())
    ]
    parts.append(_table(("status", "when", "body"), answers))
    return parts


def _content(holder: dict[str, Any]) -> str:
    return ", ".join(
        f"{_type(each.get('schema', {}))} (`{media}`)" for media, each in holder.get("content", {}).items()
    )


def _schema(schema: dict[str, Any]) -> list[str]:
    parts = [schema["description"]] if "description" in schema else []
    if "enum" in schema:
        parts.append("One of " + ", ".join(f"`{each}`" for each in schema["enum"]) + ".")
    required = set(schema.get("required", ()))
    rows = [
        (f"`{name}`", _type(field) + (", required" if name in required else ""), _limits(field))
        for name, field in schema.get("properties", {}).items()
    ]
    if rows:
        parts.append(_table(("field", "type", "what it is"), rows))
    examples = [json.dumps(each, indent=2, ensure_ascii=False) for each in schema.get("examples", ())]
    return parts + [f"```json\n{each}\n```" for each in examples]


def _limits(field: dict[str, Any]) -> str:
    names = {
        "minimum": "at least",
        "maximum": "at most",
        "maxLength": "characters at most",
        "maxItems": "items at most",
    }
    told = [field.get("description", "")]
    told += [f"{words}: {field[key]}" for key, words in names.items() if key in field]
    if field.get("default") is not None:
        told.append(f"without it `{json.dumps(field['default'])}`")
    return "; ".join(filter(None, told))


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in schema["enum"])
    match schema.get("type"):
        case "array":
            items = schema.get("prefixItems") or [schema.get("items", {})]
            return "list of " + ", ".join(_type(each) for each in items)
        case "object" if isinstance(schema.get("additionalProperties"), dict):
            return f"object of {_type(schema['additionalProperties'])}"
        case "object" if schema.get("title"):
            return f"object ({schema['title']})"
        case str(name):
            return name
    return "anything"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(
        "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines
    )
