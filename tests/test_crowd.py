"""Many people ask at once: everybody gets an answer. How soon, benchmarks/web measures."""

from __future__ import annotations

from assistant.settings import Settings
from assistant.surfaces.web import app
from benchmarks.web.asking import PEOPLE, asking


def test_twenty_people_who_ask_at_once_are_all_answered(served, assistant, tmp_path):
    with served(app(lambda: assistant, Settings(data=tmp_path, requests_per_minute=0))) as address:
        found = asking(address, seconds=1)
    for way in ("chat", "api"):
        assert found[way]["errors"] == 0
        assert found[way]["answers"] >= PEOPLE
