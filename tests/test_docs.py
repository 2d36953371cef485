"""What the documents say is what the program does."""

from __future__ import annotations

import json
import re
from urllib.parse import urlsplit

import pytest

from assistant.settings import ROOT, Settings
from benchmarks.figures import pages, read_results

README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_documented(name):
    assert f"PLAINCLAUSE_{name.upper()}" in README


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))], ids=lambda page: page.name
)
def test_every_file_that_a_page_links_to_exists(page):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_room_is_in_the_architecture():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for floor in ("corpus", "index", "assistant"):
        for path in (ROOT / floor).glob("*.py"):
            if not path.name.startswith("__"):
                assert path.name in page, path


def test_the_figures_in_the_pages_are_those_of_the_results():
    for page, text in pages(read_results()).items():
        assert page.read_text(encoding="utf-8") == text, f"{page.name}: run python -m benchmarks.figures"


def test_the_promised_quality_holds_in_the_results():
    measures = json.loads((ROOT / "benchmarks" / "results" / "bench.json").read_text(encoding="utf-8"))["golden"][
        "measures"
    ]
    assert measures["right_among_three"]["value"] >= 0.95


def test_the_example_of_a_client_runs_as_printed(served, assistant, tmp_path, capsys):
    from assistant.surfaces.web import app

    [example] = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "api.md").read_text(encoding="utf-8"), re.DOTALL)
    assistant.warm()  # as a server's is: the client waits five seconds
    with served(app(lambda: assistant, Settings(data=tmp_path))) as address:
        port = urlsplit(address).port
        exec(compile(example.replace(":7860", f":{port}"), "docs/api.md", "exec"), {})  # noqa: S102
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("no - ")
    assert said[1].startswith("“We collect this information on a transaction-by-transaction basis")
    assert said[-2] == "is my card number encrypted?"
    assert said[-1].startswith("404 ")
    assert 'did you mean "rackspace"?' in said[-1]


def test_the_nginx_of_the_tests_is_that_of_the_docs():
    from tests.browser.test_proxy import CONFIGURATION

    [printed] = re.findall(
        r"```\n(location .*?)```", (ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), re.DOTALL
    )
    told = {line.strip() for line in printed.splitlines() if line.strip().startswith("proxy_set_header")}
    assert told == {line.strip() for line in CONFIGURATION.splitlines() if line.strip().startswith("proxy_set_header")}
