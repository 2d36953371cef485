"""The house itself: who may import whom, what is shipped, how long a module may be."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from importlinter import api as import_linter

ROOT = Path(__file__).resolve().parent.parent
FLOORS = ("corpus", "index", "assistant", "benchmarks")
SHIPPED = FLOORS[:3]
MOST_LINES = 400
HEAVY = {
    "index.stores",
    "index.encoders",
    "assistant.reading",
    "assistant.surfaces",
    "assistant.bootstrap",
    "assistant.ingestion",
    "assistant.__main__",
}
# Of assistant.reading these know the built-in reader's network; the rest is light, each module listed by itself.
OF_THE_NETWORK = {"compiling", "cross_encoder", "exact_products", "graph", "known_readings", "weights"}
MOST_BYTES = 25_000_000  # of weights that are committed
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}

MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def dotted(path: Path) -> str:
    """corpus/text/canonical.py -> corpus.text.canonical; index/stores/__init__.py -> index.stores."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Top-level names that a file imports anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def contracts() -> dict[str, dict[str, list[str]]]:
    """The import contracts by id."""
    options = import_linter.read_configuration(str(ROOT / ".importlinter"))["contracts_options"]
    return {contract["id"]: contract for contract in options}


# In a process of its own: import-linter sets up logging anew, which silences the loggers that there are.
LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True, no_logo=True))"


def test_imports_only_go_down() -> None:
    done = subprocess.run([sys.executable, "-c", LINT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_room_is_either_light_or_known_to_be_heavy() -> None:
    listed = set(contracts()["light"]["source_modules"])
    rooms = {".".join(dotted(path).split(".")[:2]) for path in MODULES if path.parts[len(ROOT.parts)] in SHIPPED}
    unplaced = {room for room in rooms if room not in HEAVY | set(FLOORS) and not {room, room.split(".")[0]} & listed}
    assert not unplaced, f"list these in the contract 'light' of .importlinter, or among the heavy ones: {unplaced}"


def test_what_is_read_knows_the_network_only_where_it_must() -> None:
    listed = set(contracts()["light"]["source_modules"])
    modules = {path.stem for path in (ROOT / "assistant" / "reading").glob("*.py")} - {"__init__"}
    assert {name for name in modules if f"assistant.reading.{name}" not in listed} == OF_THE_NETWORK


def test_every_file_that_a_package_reads_is_shipped() -> None:
    shipped = PROJECT["tool"]["setuptools"]["package-data"]
    for floor in SHIPPED:
        files = [p for p in (ROOT / floor).rglob("*") if p.is_file() and p.suffix not in (".py", ".pyc")]
        for path in files:
            home = next(each for each in path.parents if (each / "__init__.py").exists())
            package = ".".join(home.relative_to(ROOT).parts)
            patterns = shipped.get(package, [])
            found = {each for pattern in patterns for deeper in ("", "/*") for each in home.glob(pattern + deeper)}
            assert path in found, f"{path.relative_to(ROOT)} is not shipped"


def test_weights_are_small_enough_to_be_committed() -> None:
    weights = [path for floor in SHIPPED for path in (ROOT / floor).rglob("*.safetensors")]
    assert len(weights) >= 2
    assert {path.name: path.stat().st_size for path in weights if path.stat().st_size >= MOST_BYTES} == {}


def test_every_package_is_shipped() -> None:
    found = {dotted(path) for path in MODULES if path.name == "__init__.py" and dotted(path).split(".")[0] in SHIPPED}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == found


def test_every_folder_with_modules_is_a_package() -> None:
    assert {path.parent for path in MODULES if not (path.parent / "__init__.py").exists()} == set()


def test_every_imported_library_is_declared() -> None:
    # What a declared library re-exports on purpose, or brings as an extra, may be imported from where it lives.
    within = {"starlette": "fastapi", "psycopg_pool": "psycopg"}
    declared = {
        re.split(r"[^\w.-]", requirement)[0].lower().replace("_", "-")
        for requirement in [
            *PROJECT["project"]["dependencies"],
            # What is missing of these, where it is imported says.
            *(
                each
                for extra in ("mcp", "postgres", "redis", "scale")
                for each in PROJECT["project"]["optional-dependencies"][extra]
            ),
        ]
    }
    homes = packages_distributions()
    for path in [ROOT / "app.py", *(path for path in MODULES if dotted(path).split(".")[0] in SHIPPED)]:
        for name in imported(path) - set(sys.stdlib_module_names) - set(FLOORS):
            homes_of = {home.lower().replace("_", "-") for home in homes.get(within.get(name, name), [name])}
            assert homes_of & (declared | {"onnxruntime"}), f"{path.relative_to(ROOT)} imports {name}, not a dependency"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_reads_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= MOST_LINES, f"{path.relative_to(ROOT)} has {lines} lines; part it by subject"


def test_modules_are_named_for_their_subject() -> None:
    assert [dotted(path) for path in MODULES if path.stem in VAGUE] == []


def test_the_door_is_narrow() -> None:
    assert (ROOT / "app.py").read_text(encoding="utf-8").count("\n") < 30


def test_tests_are_flat() -> None:
    # tests/index/__init__.py would shadow index. What has the scope of a package is kept until the end where there is none.
    tests = ROOT / "tests"
    scoped = [
        path.parent / "__init__.py" for path in tests.rglob("conftest.py") if 'scope="package"' in path.read_text()
    ]
    assert sorted(tests.rglob("__init__.py")) == scoped
    assert [floor for floor in FLOORS if (ROOT / "tests" / floor).exists()] == []
