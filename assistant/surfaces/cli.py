"""The command line. Heavy parts are imported inside the commands, so that `--help` does not wait for them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.model import Question
    from assistant.settings import Settings
    from assistant.surfaces.json_lines import Respond

_OPTIONS = [
    click.option(
        "--policies",
        "policies_folder",
        type=click.Path(path_type=Path),
        help="Folder of policies (.md, .txt). [env: PLAINCLAUSE_POLICIES]",
    ),
    click.option(
        "--data",
        "data_folder",
        type=click.Path(path_type=Path),
        help="Folder for everything built. [env: PLAINCLAUSE_DATA]",
    ),
    click.option("--encoder", help="sentence-transformers model, by name or path. [env: PLAINCLAUSE_ENCODER]"),
]


def _with_settings(command: Any) -> Any:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def _with_settings_but_ids(command: Any) -> Any:
    """The same where `--policies` takes ids: the folder of policies has another name."""
    folder = click.option(
        "--policies-folder",
        type=click.Path(path_type=Path),
        help="Folder of policies (.md, .txt). [env: PLAINCLAUSE_POLICIES]",
    )
    for option in reversed([folder, *_OPTIONS[1:]]):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="plainclause", prog_name="plainclause")
def cli() -> None:
    """Answers a question about a privacy policy with the clause that answers it, quoted exactly."""


@cli.command()
@click.argument("question", required=False)
@click.option("--policy", help="Id of the policy to ask; without it all current policies are asked.")
@click.option("--explain", is_flag=True, help="Say which clauses were read, by whom, and what was made of each.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--jsonl", is_flag=True, help="Answer many: one JSON object a line on standard input, one on standard output."
)
@_with_settings
def ask(question: str | None, policy: str | None, explain: bool, as_json: bool, jsonl: bool, **folders: Any) -> None:
    """Answer QUESTION with the clause that answers it, or say that there is none."""
    if jsonl == (question is not None):
        raise click.UsageError(
            'give either a question, such as plainclause ask "is my card number shared?", or --jsonl'
        )
    assistant = _assistant(folders)
    if jsonl:

        def scoped(line: Question) -> Question:
            return line.model_copy(update={"policy": line.policy or policy, "explain": line.explain or explain})

        def answered(line: Question) -> dict[str, Any]:
            asked = scoped(line)
            return assistant.ask(
                asked.question, asked.policy, asked.history, explain=asked.explain, speech=asked.language
            ).as_json()

        def all_answered(lines: Sequence[Question]) -> list[dict[str, Any] | Exception]:
            found = assistant.ask_all([scoped(line) for line in lines])
            return [each if isinstance(each, Exception) else each.as_json() for each in found]

        _each_line(answered, all_answered)
        return
    answer = assistant.ask(question or "", policy, explain=explain)
    if as_json:
        _print(json.dumps(answer.as_json(), ensure_ascii=False, indent=2))
    else:
        from assistant.surfaces.terminal import answer_text

        _print(answer_text(answer, assistant.policies))


@cli.command()
@click.argument("words", nargs=-1)
@click.option("--policy", help="Id of the policy to search; without it all current policies are searched.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Clauses at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the clauses as JSON.")
@click.option(
    "--jsonl", is_flag=True, help="Search many: one JSON object a line on standard input, one on standard output."
)
@_with_settings
def search(words: tuple[str, ...], policy: str | None, limit: int, as_json: bool, jsonl: bool, **folders: Any) -> None:
    """List the clauses for WORDS, best first."""
    if jsonl == bool(words):
        raise click.UsageError("give either words to search for, such as plainclause search card number, or --jsonl")
    assistant = _assistant(folders)
    if jsonl:
        _each_line(
            lambda line: {
                "hits": [
                    found.model_dump(mode="json")
                    for found in assistant.search(line.question, line.policy or policy, limit)
                ],
            }
        )
        return
    hits = assistant.search(" ".join(words), policy, limit)
    if as_json:
        _print(json.dumps([found.model_dump(mode="json") for found in hits], ensure_ascii=False, indent=2))
    else:
        from assistant.surfaces.terminal import hits_text

        _print(hits_text(hits, assistant.policies))


@cli.command()
@click.argument("question")
@click.option(
    "--policies",
    "compared",
    help="Ids of the policies to compare, parted by commas; without it every policy and version is asked.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv", "markdown"]),
    default="table",
    show_default=True,
    help="How to print the comparison.",
)
@_with_settings_but_ids
def compare(question: str, compared: str | None, form: str, **folders: Any) -> None:
    """Ask several policies the same QUESTION, each for itself, and print what each says side by side.

    In CSV, a cell that a spreadsheet would take for a formula (it begins with = + - @) begins with an apostrophe.
    """
    from assistant.compare import compare as compare_policies

    ids = None
    if compared is not None:
        if "/" in compared:  # elsewhere --policies names a folder; no id holds a slash
            raise click.UsageError(
                f'--policies is "{compared}", but takes ids here; name the folder with --policies-folder'
            )
        ids = [each.strip() for each in compared.split(",")] if compared.strip() else []
    assistant = _assistant(folders)
    comparison = compare_policies(assistant, question, ids)
    if form == "json":
        _print(json.dumps(comparison.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    from assistant.surfaces.comparison import comparison_csv, comparison_markdown, comparison_table

    if form == "csv":
        _print(comparison_csv(comparison))
    elif form == "markdown":
        _print(comparison_markdown(comparison, assistant.policies))
    else:
        columns = shutil.get_terminal_size((100, 24)).columns
        _print(comparison_table(comparison, assistant.policies, columns))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@_with_settings
def policies(as_json: bool, **folders: Any) -> None:
    """List the policies on the shelf."""
    from assistant.bootstrap.factory import open_policies
    from assistant.surfaces.naming import policies_json
    from assistant.surfaces.terminal import policies_text

    shelf = open_policies(_settings(folders))
    _print(json.dumps(policies_json(shelf), ensure_ascii=False, indent=2) if as_json else policies_text(shelf))


@cli.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    help="Form of the report; without it the ending of --out says it, else text.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write the report to, whole or not at all.")
@_with_settings
def evaluate(file: Path, form: str | None, out: Path | None, **folders: Any) -> None:
    """Measure the answers to the golden questions of FILE and list every miss.

    FILE holds one JSON object a line: the question, the policy, the outcome expected and, as gold, the words of the
    clauses that answer it.
    """
    from tqdm import tqdm

    from assistant.errors import BadGolden
    from assistant.evaluation.golden import read
    from assistant.evaluation.measures import judge
    from assistant.evaluation.report import FORMATS, report
    from corpus.atomic_files import write_whole

    if out is not None:  # before minutes of measuring, not after
        if not out.parent.is_dir():
            raise click.UsageError(f'--out: folder "{out.parent}" does not exist; make it first')
        if out.exists() and not out.is_file():
            raise click.UsageError(f'--out: "{out}" is not a file; name a file to write')
    assistant = _assistant(folders)
    try:
        questions = read(file, assistant.policies)
    except BadGolden as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        raise
    judged = judge(assistant, tqdm(questions, unit="question", disable=not sys.stderr.isatty(), leave=False))
    found = report(judged, file=str(file), encoder=_settings(folders).encoder, policies=assistant.policies)
    shown = FORMATS[form or (out and {".json": "json", ".html": "html"}.get(out.suffix.lower())) or "text"](found)
    if out is None:
        _print(shown.rstrip("\n"))
        return
    write_whole(out.resolve(), shown)
    _print(f"written: {out} ({found['questions']} questions, {len(found['misses'])} missed)")


@cli.group()
def index() -> None:
    """Build or check the stored index."""


@index.command("build")
@_with_settings
def index_build(**folders: Any) -> None:
    """Build the index anew; the old one stays in use until the new one is whole."""
    from assistant.bootstrap.factory import build_index

    card = build_index(_settings(folders))
    _print(f"built: {card.count} clauses, corpus {card.corpus_sha256[:8]}, encoder {card.encoder}")


@index.command("check")
@_with_settings
def index_check(**folders: Any) -> None:
    """Check that the index is whole, and of these policies and this encoder."""
    from assistant.bootstrap.factory import check_index

    card = check_index(_settings(folders))
    _print(
        f"sound: {card.count} clauses, corpus {card.corpus_sha256[:8]}, encoder {card.encoder}, built {card.built_at:%Y-%m-%d %H:%M} UTC"
    )


@cli.command()
@click.option("--host", help="Address to listen on. [env: PLAINCLAUSE_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [env: PLAINCLAUSE_PORT]")
@_with_settings
def serve(host: str | None, port: int | None, **folders: Any) -> None:
    """Serve the web chat and the HTTP API; builds the index first where it is missing or stale."""
    from assistant.bootstrap.factory import open_for_serving
    from assistant.surfaces.web import serve as serve_web

    settings = _settings({**folders, "host": host, "port": port})
    serve_web(open_for_serving(settings), settings)


@cli.command()
@_with_settings
def mcp(**folders: Any) -> None:
    """Serve other programs' assistants over the Model Context Protocol, on standard input and output."""
    try:
        from assistant.surfaces.mcp import serve as serve_mcp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise click.UsageError('this command needs an extra: pip install "plainclause[mcp]"') from None
    serve_mcp(_settings(folders))


def main() -> NoReturn:
    """Run the command line. Exit codes: 0 answered, 2 bad usage or input, 1 anything else."""
    try:
        code = cli(standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as error:
        _fail(error.format_message().rstrip("."), 2, getattr(error, "ctx", None))
    except (click.Abort, KeyboardInterrupt):
        _fail("interrupted", 130)
    except BrokenPipeError:  # the reader of our output went away: not our error
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        _fail(*_explained(error))
    sys.exit(code if isinstance(code, int) else 0)


def _explained(error: Exception) -> tuple[str, int]:
    """The line for an error, and the exit code: 2 where the input is at fault, 1 where the state of things is."""
    from pydantic import ValidationError

    from assistant.errors import AssistantError
    from corpus.errors import CorpusError
    from index.errors import EncoderUnavailable, IndexFloorError

    if isinstance(error, AssistantError | CorpusError | EncoderUnavailable):
        return str(error), 2
    if isinstance(error, IndexFloorError):
        return str(error), 1
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        return f'setting "{name}" has the value {first["input"]!r}: {first["msg"]}; mend PLAINCLAUSE_{name.upper()}', 2
    if isinstance(error, OSError):
        return f'{error.strerror or error} ("{error.filename}"); check the folder and its permissions', 1
    return f"unexpected {type(error).__name__}: {error}; please report it", 1


def _fail(message: str, code: int, context: click.Context | None = None) -> NoReturn:
    hint = f"; see {context.command_path} --help" if context else ""
    print(f"plainclause: {' '.join(message.split())}{hint}", file=sys.stderr)
    sys.exit(code)


def _settings(given: dict[str, Any]) -> Settings:
    from assistant.settings import Settings

    names = {"policies_folder": "policies", "data_folder": "data"}
    return Settings(**{names.get(name, name): value for name, value in given.items() if value is not None})


def _assistant(folders: dict[str, Any]) -> Assistant:
    from assistant.bootstrap.factory import open_assistant

    return open_assistant(_settings(folders))


def _each_line(respond: Callable[[Question], dict[str, Any]], all_at_once: Respond | None = None) -> None:
    """Answer the questions on standard input, a line each: `all_at_once` some together, where it can; else `respond` each."""
    from tqdm import tqdm

    from assistant.surfaces.json_lines import answered

    def attempted(question: Question) -> dict[str, Any] | Exception:
        try:
            return respond(question)
        except Exception as error:
            return error

    def each(questions: Sequence[Question]) -> Sequence[dict[str, Any] | Exception]:
        if all_at_once is not None:
            try:
                return all_at_once(questions)
            except Exception:  # one of them goes wrong in a way that nobody foresaw: the others are still answered
                pass
        return [attempted(question) for question in questions]

    def described(error: Exception) -> dict[str, Any]:
        message, code = _explained(error)
        kind = type(error).__name__ if code == 2 or "unexpected" not in message else "InternalError"
        return {"type": kind, "message": message}

    lines = tqdm(sys.stdin.buffer, unit="line", disable=not sys.stderr.isatty() or sys.stdin.isatty())
    for line in answered(lines, each, described):
        _print(line)


def _print(text: str) -> None:
    sys.stdout.buffer.write(text.encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


from assistant.surfaces import shelf_cli as shelf_cli  # noqa: E402  (its commands join those above)
from assistant.surfaces import versions_cli as versions_cli  # noqa: E402  (its commands join those above)
