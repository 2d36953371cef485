"""Questions as JSON lines: an object a line in, an object a line out, in order; a bad line gives an error object and the rest go
on. Lines that wait are answered together, and a program that waits for each answer gets it at once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Queue
from threading import Thread
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from assistant.errors import BadQuestion
from assistant.model import Question

TOGETHER = 64  # lines at most: as many as make a batch worth while, few enough that the first is not kept waiting
_GROUPS = 3  # under way at a time: while some are with the encoder, which leaves Python free, another is answered

Respond = Callable[[Sequence[Question]], Sequence[dict[str, Any] | Exception]]
"""What is said to some questions: an object, or the error, for each. Called in several threads."""

Describe = Callable[[Exception], dict[str, Any]]
"""An error as the value of "error"."""

_Item = TypeVar("_Item")


def answered(lines: Iterable[bytes], respond: Respond, describe: Describe) -> Iterator[str]:
    """The line that answers each line; empty ones are passed over."""
    read = _ahead((line for line in lines if line.strip()), 4 * TOGETHER)
    with ThreadPoolExecutor(_GROUPS) as workers:

        def begun() -> Iterator[Future[list[str]]]:
            number = 1
            for group in _groups(read):
                yield workers.submit(_answered, group, number, respond, describe)
                number += len(group)

        for group in _each(_ahead(begun(), _GROUPS - 1)):
            yield from group.result()


def _answered(group: Sequence[bytes], number: int, respond: Respond, describe: Describe) -> list[str]:
    """The lines that answer a group of lines, of which the first has this number."""
    read = [_read(raw, at) for at, raw in enumerate(group, start=number)]
    said = iter(respond([question for _, question in read if isinstance(question, Question)]))
    answers = []
    for identifier, question in read:
        result = next(said) if isinstance(question, Question) else question
        if isinstance(result, Exception):
            result = {"error": describe(result)}
        answers.append(_json({"id": identifier, **result}))
    return answers


class _Ended(NamedTuple):
    """The end of what a thread passes on, and what went wrong there, if anything did."""

    error: Exception | None


def _ahead(items: Iterable[_Item], most: int) -> Queue[_Item | _Ended]:
    """Go through items in a thread, at most so many ahead of who takes them."""
    queue: Queue[_Item | _Ended] = Queue(maxsize=most)

    def pass_on() -> None:
        try:
            for item in items:
                queue.put(item)
            queue.put(_Ended(None))
        except Exception as error:  # raised again by who takes them
            queue.put(_Ended(error))

    Thread(target=pass_on, daemon=True).start()
    return queue


def _each(queue: Queue[_Item | _Ended]) -> Iterator[_Item]:
    while not isinstance(item := queue.get(), _Ended):
        yield item
    if item.error is not None:
        raise item.error


def _groups(queue: Queue[bytes | _Ended]) -> Iterator[list[bytes]]:
    """The lines in groups: those that are there already, one at least."""
    items = _each(queue)
    for first in items:
        waiting = min(queue.qsize(), TOGETHER - 1)
        group = [first]
        for _ in range(waiting):
            item = queue.get()
            if isinstance(item, _Ended):
                queue.put(item)
                break
            group.append(item)
        yield group


def _read(raw: bytes, number: int) -> tuple[Any, Question | BadQuestion]:
    """The id of a line, and the question it asks or what is wrong with it."""
    fields: Any = None
    try:
        fields = _object(raw, number)
        question = _question(fields, number)
    except BadQuestion as error:
        return (fields.get("id") if isinstance(fields, dict) else None), error
    return question.id, question


def _object(raw: bytes, number: int) -> Any:
    try:
        return json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadQuestion(
            f"line {number} is not UTF-8 (byte 0x{raw[error.start]:02x} at {error.start}); convert it"
        ) from None
    except (json.JSONDecodeError, RecursionError) as error:
        raise BadQuestion(
            f'line {number} is not JSON ({error}); expected an object such as {{"question": "..."}}'
        ) from None


def _question(fields: Any, number: int) -> Question:
    try:
        return Question.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "the line"
        value = json.dumps(first["input"], default=str)[:60]
        raise BadQuestion(
            f'line {number}, "{where}": {first["msg"]} (found {value}); expected {{"question": str, "policy": str or null, "history": [...]}}'
        ) from None


def _json(result: dict[str, Any]) -> str:
    line = json.dumps(result, ensure_ascii=False)
    return line if line.isprintable() or _encodable(line) else json.dumps(result)


def _encodable(line: str) -> bool:
    try:
        line.encode()
    except UnicodeEncodeError:  # a lone surrogate, sent back in an id: escape it
        return False
    return True
