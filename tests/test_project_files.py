"""The files around the program: what they name exists, and they agree with each other."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
import pytest
import yaml
from click.testing import CliRunner
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from assistant.settings import ROOT
from assistant.surfaces.cli.main import cli
from docs.generate import WIDTH, api_page, cli_page, openapi
from docs.hooks import PAGES, loaded_from_elsewhere, relinked


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


PROJECT = tomllib.loads(read("pyproject.toml"))
MAKEFILE = read("Makefile")
TARGETS = set(re.findall(r"^([a-z-]+):(?!=)", MAKEFILE, re.MULTILINE))
CI_STEPS = re.search(r"then set -- ([a-z ]+);", read(".ci/run"))
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
TOLD = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/operations.md",
    "docs/going-live.md",
    ".github/PULL_REQUEST_TEMPLATE.md",
]
# PyTorch's own index of CPU builds is the one address besides PyPI's that installing asks (Makefile).
KNOWN_REGISTRIES = {"pypi.org", "download.pytorch.org"}


def parsed(workflow: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(workflow.read_text(encoding="utf-8"))
    return content


def steps(workflow: Path) -> Iterator[dict[str, Any]]:
    """The steps of a workflow, and the jobs that are another workflow."""
    for job in parsed(workflow)["jobs"].values():
        yield from job.get("steps", [job])


def commands(workflow: Path) -> str:
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step)


def made(shell: str) -> set[str]:
    """The targets that commands make."""
    return set(re.findall(r"\bmake ([a-z][a-z-]*|\.venv/[\w.-]+)", shell))


# ---- what is named exists --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", TOLD)
def test_every_target_that_a_page_names_exists(page):
    named = set(re.findall(r"(?:`|^|&& )make ([a-z][a-z-]*)", read(page), re.MULTILINE))
    assert named <= TARGETS
    assert named or page == "SECURITY.md"


def test_every_target_says_what_it_does_and_is_no_file():
    phony = re.search(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert set(phony[1].split()) == TARGETS
    assert set(re.findall(r"^([a-z-]+):.*## \S", MAKEFILE, re.MULTILINE)) == TARGETS


@pytest.mark.parametrize("page", TOLD)
def test_every_file_that_a_page_names_exists(page):
    tops = {path.name for path in ROOT.iterdir()} - {"var", "site"}
    for name in re.findall(r"`([\w.][\w./-]*)`", read(page)):
        first = name.partition("/")[0]
        if first.startswith((".venv", ".shelf")):  # made when they are needed
            continue
        if ("/" in name and first in tops) or re.fullmatch(r"[\w.-]+\.(toml|yml|lock|cff|md)", name):
            assert (ROOT / name).exists(), f"{page} names {name}"


@pytest.mark.parametrize("source", PAGES)
def test_every_link_of_the_project_s_own_pages_leads_somewhere(source):
    assert relinked(read(source), source, PAGES[source])


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_runs_only_what_exists(workflow):
    assert CI_STEPS
    known = {*CI_STEPS[1].split(), "coverage"}
    run = commands(workflow)
    asked = {step for line in re.findall(r"\.ci/run(.*)", run) for step in line.split()}
    assert asked <= known
    assert made(run) <= TARGETS
    for local in (step["uses"] for step in steps(workflow) if step.get("uses", "").startswith("./")):
        assert (ROOT / local).is_file()


def test_ci_runs_every_step_of_a_submission():
    assert CI_STEPS
    run = commands(ROOT / ".github" / "workflows" / "ci.yml")
    asked = {step for line in re.findall(r"\.ci/run(.*)", run) for step in line.split()}
    assert asked == {*CI_STEPS[1].split(), "coverage"}


def test_a_step_that_does_not_exist_is_refused():
    done = subprocess.run(["bash", ROOT / ".ci" / "run", "tests"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert CI_STEPS
    assert ", ".join(CI_STEPS[1].split()) in done.stderr


def test_the_dev_container_is_set_up_by_what_exists():
    container = json.loads(read(".devcontainer/devcontainer.json"))
    assert CI_STEPS
    asked = re.findall(r"\.ci/run (\w+)", container["postCreateCommand"])
    assert asked
    assert set(asked) <= set(CI_STEPS[1].split())
    [stamp] = made(container["postCreateCommand"])
    assert stamp.replace(".venv", "$(VENV)") + ":" in MAKEFILE


# ---- the workflows ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_a_workflow_may_do_little(workflow):
    assert parsed(workflow)["permissions"] in ({}, {"contents": "read"})
    for name, job in parsed(workflow)["jobs"].items():
        if "write" in job.get("permissions", {}).values():
            # Who may write runs nothing of the repository.
            assert not [step for step in job["steps"] if "run" in step or "checkout" in step.get("uses", "")], name
    for step in steps(workflow):
        if "checkout" in step.get("uses", ""):
            assert step["with"]["persist-credentials"] is False
    assert "secrets." not in workflow.read_text(encoding="utf-8")


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_held_to_a_major_version(workflow):
    for used in (step["uses"] for step in steps(workflow) if "uses" in step):
        assert used.startswith("./") or re.fullmatch(r"[\w-]+/[\w-]+@(release/)?v\d+", used), used


def test_the_tests_run_on_every_python_from_the_oldest_allowed():
    tested = parsed(ROOT / ".github" / "workflows" / "ci.yml")["jobs"]["test"]["strategy"]["matrix"]["python"]
    assert tested == [f"3.{minor}" for minor in range(11, 11 + len(tested))]
    assert PROJECT["project"]["requires-python"] == f">={tested[0]}"


@pytest.mark.parametrize("path", [*(ROOT / ".github").rglob("*.yml"), ROOT / "mkdocs.yml"], ids=lambda path: path.name)
def test_every_form_and_setting_is_yaml(path):
    assert isinstance(parsed(path), dict)


def test_dependabot_looks_where_requirements_are():
    folders = {
        "/" + str(path.parent.relative_to(ROOT)).replace(".", "")
        for path in chain(
            ROOT.glob("pyproject.toml"),
            ROOT.glob("benchmarks/**/*requirements.txt"),
            ROOT.glob("tests/*requirements.txt"),
        )
    }
    updates = {each["package-ecosystem"]: each for each in yaml.safe_load(read(".github/dependabot.yml"))["updates"]}
    assert set(updates["pip"]["directories"]) == folders
    assert "github-actions" in updates


# ---- versions and libraries ------------------------------------------------------------------------------------------


def newest_release(changelog: str) -> str | None:
    """The version of the first release of a changelog, None where there is none yet."""
    released = re.search(r"^## \[(\d[^\]]*)\]", changelog, re.MULTILINE)
    return released[1] if released else None


def test_the_newest_release_is_found():
    assert (
        newest_release("# Changelog\n\n## [Unreleased]\n\n## [0.3.0] - 2027-02-01\n\n## [0.2.0] - 2027-01-01\n")
        == "0.3.0"
    )
    assert newest_release("# Changelog\n\n## [Unreleased]\n\n- See [0.3.0]\n") is None


def test_every_version_is_the_same():
    version = PROJECT["project"]["version"]
    assert yaml.safe_load(read("CITATION.cff"))["version"] == version
    assert newest_release(read("CHANGELOG.md")) in (version, None)


def test_the_citation_says_what_the_project_says():
    citation = yaml.safe_load(read("CITATION.cff"))
    assert citation["license"] == PROJECT["project"]["license"]
    assert citation["abstract"] == PROJECT["project"]["description"]
    assert citation["repository-code"] == PROJECT["project"]["urls"]["Source"]


def locked(name: str = "requirements.lock") -> dict[str, list[tuple[str, int]]]:
    """Of each library in a lock its versions, each with how many hashes it has."""
    found: dict[str, list[tuple[str, int]]] = {}
    for entry in re.split(r"(?<!\\)\n", read(name)):
        if entry and not entry.startswith("#"):
            named = re.match(r"([\w.-]+)==([^\s;]+)", entry)
            assert named, entry
            found.setdefault(canonicalize_name(named[1]), []).append((named[2], entry.count("--hash=sha256:")))
    return found


def test_the_lock_holds_every_library_within_its_range():
    lock = locked()
    base = re.findall(r"BASE\s*:=\s*\$\(foreach part,([\d ]+),([\w.-]+)-\$\(part\)==([\d.]+)\)", MAKEFILE)
    [(parts, name, version)] = base
    needed = [Requirement(each) for each in PROJECT["project"]["dependencies"]]
    needed += [Requirement(f"{name}-{part}=={version}") for part in parts.split()]
    for each in needed:
        if each.name != "torch":
            versions = [version for version, _ in lock.get(canonicalize_name(each.name), [])]
            assert versions, f"{each.name} is not in requirements.lock: make lock"
            assert all(each.specifier.contains(version) for version in versions), (
                f"{each} is locked to {versions}: make lock"
            )


def test_every_library_in_the_lock_has_hashes_and_no_address():
    assert all(hashes for versions in locked().values() for _, hashes in versions)
    assert not re.search(r"://|^-", read("requirements.lock"), re.MULTILINE)


def test_torch_and_cuda_are_not_in_the_lock_and_the_page_names_the_torch_that_is_needed():
    assert not [name for name in locked() if re.match(r"torch$|nvidia|cuda|triton", name)]
    [torch] = [each for each in PROJECT["project"]["dependencies"] if each.startswith("torch")]
    assert re.findall(r"torch==\S+", read("docs/operations.md")) == [torch]


@pytest.mark.parametrize("floor", ["corpus", "index", "assistant"])
def test_a_floor_says_that_it_is_typed(floor):
    assert (ROOT / floor / "py.typed").is_file()
    assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"][floor]


# ---- the docs site ---------------------------------------------------------------------------------------------------


def paths_of(command: click.Command, above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield above
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from paths_of(below, (*above, name))


@pytest.fixture(scope="module")
def commands_page() -> str:
    return cli_page()


@pytest.mark.parametrize("path", list(paths_of(cli)), ids=" ".join)
def test_the_help_of_every_command_is_on_the_page(path, commands_page):
    shown = CliRunner().invoke(cli, [*path, "--help"], prog_name="plainclause", terminal_width=WIDTH)
    assert shown.exit_code == 0
    assert f"```text\n{shown.output.strip()}\n```" in commands_page


def test_every_address_and_type_of_the_api_is_on_its_page():
    description = openapi()
    page = api_page(description)
    headings = {heading.lower() for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    for path, operations in description["paths"].items():
        for method in operations:
            assert f"{method} {path}" in headings
    assert {name.lower() for name in description["components"]["schemas"]} <= headings
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= headings


def test_every_page_has_a_place_on_the_site():
    def named(entry: Any) -> Iterator[str]:
        if isinstance(entry, str):
            yield entry
        else:
            for each in entry if isinstance(entry, list) else entry.values():
                yield from named(each)

    shown = set(named(yaml.safe_load(read("mkdocs.yml"))["nav"]))
    assert shown == {path.name for path in (ROOT / "docs").glob("*.md")} | set(PAGES.values()) | {"cli.md", "http.md"}


@pytest.mark.parametrize(
    ("link", "source", "page", "expected"),
    [
        ("docs/api.md", "README.md", "index.md", "api.md"),
        ("CONTRIBUTING.md#habits", "README.md", "index.md", "contributing.md#habits"),
        ("../README.md", "docs/embedding.md", "embedding.md", "index.md"),
        ("../operations.md", "docs/decisions/0001-application-not-library.md", "decisions/0001.md", "../operations.md"),
        ("LICENSE", "README.md", "index.md", "https://github.com/plainclause/plainclause/blob/main/LICENSE"),
        ("benchmarks/results", "README.md", "index.md", "https://github.com/plainclause/plainclause/tree/main/benchmarks/results"),
        ("docs/portal/index.html", "README.md", "index.md", "https://github.com/plainclause/plainclause/blob/main/docs/portal/index.html"),
        ("https://example.org/x.md", "README.md", "index.md", "https://example.org/x.md"),
        ("#start", "README.md", "index.md", "#start"),
    ],
)  # fmt: skip
def test_a_link_holds_on_the_site(link, source, page, expected):
    assert relinked(f"see [it]({link}).", source, page) == f"see [it]({expected})."


def test_a_link_that_leads_nowhere_is_told():
    with pytest.raises(FileNotFoundError, match="which does not exist; mend the link"):
        relinked("see [it](nowhere.md)", "docs/api.md", "api.md")


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://cdn.example/x.js"></script>',
        '<link rel="stylesheet" href="//fonts.example/x.css">',
        '<link href=https://fonts.example rel=preconnect>',
        '<img alt="x" src="http://pictures.example/x.png">',
    ],
)  # fmt: skip
def test_what_a_page_would_load_from_elsewhere_is_seen(html):
    assert loaded_from_elsewhere(html)


def test_links_and_what_lies_beside_the_page_are_let_through():
    html = '<link rel="canonical" href="https://x.example/"><a href="https://x.example">x</a><script src="a/b.js"></script>'
    assert loaded_from_elsewhere(html) == []


# ---- no registry is named --------------------------------------------------------------------------------------------

_ADDRESS = re.compile(r"https?://[^\s\"'<>)`\\]+")
_REGISTRY = re.compile(r"pypi|pythonhosted|registry|mirror|artifactor|nexus|devpi|npmjs|jfrog")
_INDEX = re.compile(r"(?:index[-_]url|find[-_]links|registry)[\s=:\"']+(\S+)", re.IGNORECASE)


def registries(text: str) -> set[str]:
    """The hosts of package registries in a text that are not the public ones."""
    found = set()
    for address in _ADDRESS.findall(text):
        try:
            host = urlsplit(address).hostname or ""
        except ValueError:  # such as http://[half
            continue
        if _REGISTRY.search(host) or re.search(r"/simple(/|$)", address):
            found.add(host)
    found |= {
        urlsplit(value).hostname or value for value in _INDEX.findall(text) if "://" in value or value[0] in "./~"
    }
    return found - KNOWN_REGISTRIES


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://packages.corp.example/simple/",
        "see https://pypi.corp.example/x",
        "index_url = http://10.0.0.1:8080/root",
        "registry=https://npm.corp.example",
        "--find-links /opt/wheels",
    ],
)
def test_a_registry_is_seen(text):
    assert registries(text)


def test_no_file_names_a_registry_but_the_public_ones():
    if not (ROOT / ".git").exists():
        pytest.skip("no git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        path = ROOT / name
        if name != "tests/test_project_files.py" and path.is_file():
            content = path.read_bytes()
            if b"\0" not in content:
                assert registries(content.decode("utf-8", "replace")) == set(), name
