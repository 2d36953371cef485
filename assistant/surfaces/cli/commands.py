"""The commands that ask, search, compare and measure, build the index, and serve.

Heavy parts are imported inside the commands, so that `--help` does not wait for them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from assistant.surfaces.cli.app import (
    assistant_of,
    brand_of,
    cli,
    each_line,
    settings_of,
    with_settings,
    with_settings_but_ids,
    write_line,
)

if TYPE_CHECKING:
    from assistant.model import Answer, Question


@cli.command()
@click.argument("words", nargs=-1, metavar="QUESTION")
@click.option("--policy", help="Id of the policy to ask; without it all current policies are asked.")
@click.option("--explain", is_flag=True, help="Say which clauses were read, by whom, and what was made of each.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--jsonl", is_flag=True, help="Answer many: one JSON object a line on standard input, one on standard output."
)
@with_settings
def ask(words: tuple[str, ...], policy: str | None, explain: bool, as_json: bool, jsonl: bool, **folders: Any) -> None:
    """Answer QUESTION, with or without quotation marks around it, with the clause that answers it, or say that there is none."""
    if jsonl == bool(words):
        raise click.UsageError(
            'give either a question, such as plainclause ask "is my card number shared?", or --jsonl'
        )
    from assistant.company.branding.handoff import handed_over
    from assistant.languages import language

    brand = brand_of(folders)
    assistant = assistant_of(folders)

    def told(answer: Answer, code: str = "en") -> dict[str, Any]:
        return handed_over(answer, brand.branding.handoff, language(code)).as_json()

    if jsonl:

        def scoped(line: Question) -> Question:
            return line.model_copy(update={"policy": line.policy or policy, "explain": line.explain or explain})

        def answered(line: Question) -> dict[str, Any]:
            asked = scoped(line)
            answer = assistant.ask(
                asked.question, asked.policy, asked.history, explain=asked.explain, language=asked.language
            )
            return told(answer, asked.language)

        def all_answered(lines: Sequence[Question]) -> list[dict[str, Any] | Exception]:
            answers = assistant.ask_all([scoped(line) for line in lines])
            return [
                each if isinstance(each, Exception) else told(each, line.language)
                for line, each in zip(lines, answers, strict=True)
            ]

        each_line(answered, all_answered)
        return
    answer = assistant.ask(" ".join(words), policy, explain=explain)
    if as_json:
        write_line(json.dumps(told(answer), ensure_ascii=False, indent=2))
    else:
        from assistant.surfaces.render.terminal import answer_text

        offered = handed_over(answer, brand.branding.handoff, language("en"))
        write_line(answer_text(offered, assistant.policies, brand))


@cli.command()
@click.argument("words", nargs=-1)
@click.option("--policy", help="Id of the policy to search; without it all current policies are searched.")
@click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="Clauses at most.")
@click.option("--json", "as_json", is_flag=True, help="Print the clauses as JSON.")
@click.option(
    "--jsonl", is_flag=True, help="Search many: one JSON object a line on standard input, one on standard output."
)
@with_settings
def search(words: tuple[str, ...], policy: str | None, limit: int, as_json: bool, jsonl: bool, **folders: Any) -> None:
    """List the clauses for WORDS, best first."""
    if jsonl == bool(words):
        raise click.UsageError("give either words to search for, such as plainclause search card number, or --jsonl")
    assistant = assistant_of(folders)
    if jsonl:
        each_line(
            lambda line: {
                "hits": [
                    hit.model_dump(mode="json") for hit in assistant.search(line.question, line.policy or policy, limit)
                ],
            }
        )
        return
    hits = assistant.search(" ".join(words), policy, limit)
    if as_json:
        write_line(json.dumps([hit.model_dump(mode="json") for hit in hits], ensure_ascii=False, indent=2))
    else:
        from assistant.surfaces.render.terminal import hits_text

        write_line(hits_text(hits, assistant.policies))


@cli.command()
@click.argument("words", nargs=-1, required=True, metavar="QUESTION")
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
@with_settings_but_ids
def compare(words: tuple[str, ...], compared: str | None, form: str, **folders: Any) -> None:
    """Ask several policies the same QUESTION, each for itself, and print what each says side by side.

    In CSV, an apostrophe stands wherever a spreadsheet might begin a formula (before = + - @).
    """
    from assistant.review.compare import compare as compare_policies

    ids = None
    if compared is not None:
        if "/" in compared:  # elsewhere --policies names a folder; no id holds a slash
            raise click.UsageError(
                f'--policies is "{compared}", but takes ids here; name the folder with --policies-folder'
            )
        ids = [each.strip() for each in compared.split(",")] if compared.strip() else []
    assistant = assistant_of(folders)
    comparison = compare_policies(assistant, " ".join(words), ids)
    if form == "json":
        write_line(json.dumps(comparison.model_dump(mode="json"), ensure_ascii=False, indent=2))
        return
    from assistant.surfaces.render.comparison import comparison_csv, comparison_markdown, comparison_table

    if form == "csv":
        write_line(comparison_csv(comparison))
    elif form == "markdown":
        write_line(comparison_markdown(comparison, assistant.policies))
    else:
        columns = shutil.get_terminal_size((100, 24)).columns
        write_line(comparison_table(comparison, assistant.policies, columns))


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="Print the list as JSON.")
@with_settings
def policies(as_json: bool, **folders: Any) -> None:
    """List the policies on the shelf."""
    from assistant.bootstrap.factory import open_policies
    from assistant.surfaces.render.names import policies_json
    from assistant.surfaces.render.terminal import policies_text

    shelf = open_policies(settings_of(folders))
    write_line(json.dumps(policies_json(shelf), ensure_ascii=False, indent=2) if as_json else policies_text(shelf))


@cli.command("eval")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "html"]),
    help="Form of the report; without it the ending of --out says it, else text.",
)
@click.option("--out", type=click.Path(path_type=Path), help="File to write the report to, whole or not at all.")
@with_settings
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
    assistant = assistant_of(folders)
    try:
        questions = read(file, assistant.policies)
    except BadGolden as error:
        for problem in error.problems:
            click.echo(problem, err=True)
        raise
    judged = judge(assistant, tqdm(questions, unit="question", disable=not sys.stderr.isatty(), leave=False))
    measured = report(judged, file=str(file), encoder=settings_of(folders).encoder, policies=assistant.policies)
    shown = FORMATS[form or (out and {".json": "json", ".html": "html"}.get(out.suffix.lower())) or "text"](measured)
    if out is None:
        write_line(shown.rstrip("\n"))
        return
    write_whole(out.resolve(), shown)
    write_line(f"written: {out} ({measured['questions']} questions, {len(measured['misses'])} missed)")


@cli.group()
def index() -> None:
    """Build or check the stored index."""


@index.command("build")
@with_settings
def index_build(**folders: Any) -> None:
    """Build the index anew; the old one stays in use until the new one is whole."""
    from assistant.bootstrap.factory import build_index

    card = build_index(settings_of(folders))
    write_line(f"built: {card.count} clauses, corpus {card.corpus_sha256[:8]}, encoder {card.encoder}")


@index.command("check")
@with_settings
def index_check(**folders: Any) -> None:
    """Check that the index is whole, and of these policies and this encoder."""
    from assistant.bootstrap.factory import check_index

    card = check_index(settings_of(folders))
    write_line(
        f"sound: {card.count} clauses, corpus {card.corpus_sha256[:8]}, encoder {card.encoder}, built {card.built_at:%Y-%m-%d %H:%M} UTC"
    )


@cli.command()
@click.option("--host", help="Address to listen on. [env: PLAINCLAUSE_HOST]")
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on. [env: PLAINCLAUSE_PORT]")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes, each on a port of its own from that on, for a proxy before them. [env: PLAINCLAUSE_WORKERS]",
)
@with_settings
def serve(host: str | None, port: int | None, workers: int | None, **folders: Any) -> None:
    """Serve the web chat and the HTTP API; builds the index first where it is missing or stale."""
    from assistant.surfaces.workers import serve_all

    serve_all(settings_of({**folders, "host": host, "port": port, "workers": workers}))


@cli.command()
@with_settings
def mcp(**folders: Any) -> None:
    """Serve other programs' assistants over the Model Context Protocol, on standard input and output."""
    try:
        from assistant.surfaces.mcp import serve as serve_mcp
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise click.UsageError('this command needs an extra: pip install "plainclause[mcp]"') from None
    serve_mcp(settings_of(folders))
