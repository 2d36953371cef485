"""Values that are read when they are asked for; those asked last are held in memory, as many as a budget lets."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

K = TypeVar("K")
V = TypeVar("V")


class Held(Generic[K, V]):
    """Gives the value of a key. Several threads may ask; two that ask for the same at once may both read it."""

    def __init__(self, read: Callable[[K], V], size: Callable[[K, V], int], budget: int) -> None:
        """Args:
        size: of a value, in bytes; one larger than the budget is not held.
        budget: bytes held in all.
        """
        self._read, self._size, self._budget = read, size, budget
        self._values: LRUCache[K, tuple[V, int]] = LRUCache(budget, getsizeof=lambda held: held[1])
        self._alone = Lock()

    def __call__(self, key: K) -> V:
        with self._alone:
            held = self._values.get(key)
        if held is not None:
            return held[0]
        value = self._read(key)
        size = self._size(key, value)
        if size <= self._budget:
            with self._alone:
                self._values[key] = value, size
        return value
