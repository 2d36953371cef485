"""The figures in README.md and the docs, written from the results so that no number there is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.evaluation.report import percent
from assistant.settings import ROOT
from benchmarks.peers.table import table as peers_table
from benchmarks.scale.figures import mixed_table, policies_table, processes_table
from benchmarks.scale.figures import table as scale_table

README = ROOT / "README.md"
HOW_IT_ANSWERS, PERFORMANCE, SCALING = (
    ROOT / "docs" / f"{name}.md" for name in ("how-it-answers", "performance", "scaling")
)
RESULTS = Path(__file__).parent / "results"
_SETS = (
    ("bundled policies", ("golden",)),
    ("bundled, kept aside", ("golden_report",)),
    ("real policies, kept aside", ("real_policies", "reporting")),
    ("real policies, all", ("real_policies", "together")),
    ("invented companies, hard", ("invented_report",)),
)
_ROWS = (
    ("first citation is a right clause", "first_citation_right"),
    ("right clause among the citations (three at most)", "right_among_three"),
    ("outcome right, answerable questions", "outcome_right_answerable"),
    ("misled: answered yes or no where no careful reader would", "misled"),
    ("unclear: clauses shown, neither yes nor no said", "unclear"),
    ("silent questions answered “silent”", "silent_recognised"),
    ("answerable questions wrongly “silent”", "wrongly_silent"),
    ("off-topic messages recognised", "off_topic_recognised"),
    ("privacy questions called off topic", "wrongly_off_topic"),
    ("follow-ups: clause and outcome right", "followups_right"),
)
_FURTHER = (
    ("what the bundled policies don't affirm, answered yes", "denied", "affirmed_wrongly"),
    ("the same, answered yes or no where no careful reader would", "denied", "misled"),
    ("chat messages that ask nothing, recognised (the router learned from them)", "messages", "off_topic_recognised"),
    ("chat messages about privacy, called off topic", "messages", "wrongly_off_topic"),
    ("the same, of one word or two", "messages", "fragments_wrongly_off_topic"),
    ("PrivacyQA: first citation touches the gold", "privacyqa", "first_citation_touches_gold"),
    ("PrivacyQA: gold within 1,000 cited characters", "privacyqa", "gold_recalled_within_1000"),
    ("PrivacyQA: gold within 2,000 cited characters", "privacyqa", "gold_recalled_within_2000"),
)


def table(result: dict[str, Any], performance: dict[str, Any]) -> str:
    """The figures of a result that matter most as a Markdown table."""
    speed = performance["question_ms"]
    time = f"Time per question: median {speed['p50_ms']} ms, 95th percentile {speed['p95_ms']} ms."
    return f"{_sets_table(result, _SETS[:3])}\n{_taken(result)}\n\n{time} {_taken(performance)}\n"


def answers_table(result: dict[str, Any], lines_read: dict[str, Any] | None = None) -> str:
    """Every figure about answers, as Markdown tables: the measures of each set, what is measured on one alone, and what
    claiming less is worth.

    `lines_read` is what a person found of the answers' sentences (benchmarks/answer_lines.py), if it was taken.
    """
    lines = ["| | value (95 % interval), questions |", "|---|---|"]
    for title, part, name in _FURTHER:
        if cell := _share((result.get(part) or {}).get(name)):
            lines.append(f"| {title} | {cell} |")
    if lines_read:
        says, read = lines_read["says_the_answer"], lines_read["judged"]
        lines.append(f"| the answer's sentence alone gives the right answer, as a person read it | {says} of {read} |")
    parts = [_sets_table(result, _SETS), "\n".join(lines) + "\n"]
    if "confidence" in result:
        parts.append(
            "Yes and no claimed from a confidence on: the claims that are then kept, and the questions misled.\n\n"
            + coverage_table(result["confidence"])
        )
    return "\n".join([*parts, _taken(result)]) + "\n"


def coverage_table(sets: Mapping[str, Any]) -> str:
    """What claiming yes and no from a higher confidence on costs and saves, for some sets, as a Markdown table."""
    lines = [f"| claimed from | {' | '.join(sets)} |", f"|---|{'---|' * len(sets)}"]
    for number, first in enumerate(next(iter(sets.values()))["coverage_against_misled"]):
        rows = [each["coverage_against_misled"][number] for each in sets.values()]
        cells = [f"{_percent(row['kept'])} kept, {_percent(row['misled'])} misled" for row in rows]
        lines.append(f"| {first['bound']:g} | {' | '.join(cells)} |")
    errors = [each["expected_calibration_error"] for each in sets.values()]
    told = [f"{each['value']:.3f} ({each['low']:.3f} to {each['high']:.3f}), {each['count']}" for each in errors]
    lines.append(f"| expected calibration error, answers | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def performance_table(performance: dict[str, Any], peers: dict[str, Any], scale: dict[str, Any]) -> str:
    """Time and memory beside what is wanted of them, as a Markdown table."""
    figures, million = performance, scale["sizes"][-1]
    question, server, encoding = figures["question_ms"], figures["server"], figures["encoding"]
    recall, times = million["recall"], peers["speedup_over_fastest_peer"]
    rows = [
        ("`plainclause --help`", "0.2 s", f"{figures['help']['seconds']} s"),
        ("cold process to first cited answer", "1.2 s", f"{figures['cold_ask']['seconds']} s"),
        ("one question in process, p50 / p95", "80 / 150 ms", f"{question['p50_ms']} / {question['p95_ms']} ms"),
        ("its speed beside the fastest peer's, which only searches", "", f"{times['p50']} times"),
        ("`ask --jsonl`, distinct lines", "25/s", f"{figures['questions_in_lines']['per_second']}/s"),
        ("memory of `plainclause ask`", "450 MB", f"{figures['cold_ask']['rss_mb']} MiB"),
        ("memory of the web server", "450 MB", f"{server['rss_mb']} MiB"),
        ("web server, start to first page", "4 s", f"{server['first_page_s']} s"),
        ("encoding clauses, times sentence-transformers", "3", f"{encoding['times_faster']}"),
        ("the same, lowest cosine to it", "0.9999", f"{encoding['lowest_cosine']}"),
        (
            f"{million['count']:,} clauses: search p50 / p95",
            "5 / 10 ms",
            f"{million['p50_ms']} / {million['p95_ms']} ms",
        ),
        (
            "the same: recall@10, questions / clauses",
            "0.97",
            f"{recall['golden_questions']} / {recall['synthetic_clauses']}",
        ),
        (
            "the same: memory, opened in",
            "1.5 GB, 2 s",
            f"{million['rss_mb']} MB, {million['open_ms'] / 1000:.3f} s",
        ),
    ]
    lines = ["| measure | wanted | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    others = f"Beside the peers: commit {peers['commit']}; {million['count']:,} clauses: commit {scale['commit']}."
    return "\n".join(lines) + f"\n\n{_taken(performance)} {others}\n"


def web_table(web: dict[str, Any]) -> str:
    """The pages' weight and time, and how long people wait, as a Markdown table."""
    pages, host, asking = web["pages"], web["host_page"], web["asking"]
    rows = [
        ("chat: bytes of a first visit", "400 KB", f"{pages['chat']['bytes'] / 1000:.0f} KB"),
        ("chat: address to usable text box", "1.5 s", f"{pages['chat']['usable_s']} s"),
        (
            "chat: from the click until the question stands in the talk",
            "100 ms",
            f"{web['bubble']['p50_ms']:.0f} ms, at most {web['bubble']['max_ms']:.0f} ms",
        ),
        (
            "desk: bytes of a first visit; to usable",
            "",
            f"{pages['desk']['bytes'] / 1000:.0f} KB; {pages['desk']['usable_s']} s",
        ),
        ("page that embeds the widget pays", "8 KB", f"{host['bytes'] / 1000:.1f} KB, {host['requests']} request"),
    ]
    for way, title in (("chat", "in the chat"), ("api", "over HTTP")):
        waiting = asking[way]
        rows.append(
            (
                f"{asking['people']} people asking at once {title}, p50 / p95",
                "p95 1.5 s",
                f"{waiting['p50_ms']:.0f} / {waiting['p95_ms']:.0f} ms; {waiting['answers']} answers, {waiting['errors']} errors",
            )
        )
    lines = ["| measure | wanted | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + f"\n\n{_taken(web)}\n"


def documents_table(documents: dict[str, Any], shelves: dict[str, Any]) -> str:
    """What is recovered of real documents, and what a shelf of many costs, as a Markdown table."""
    pages, texts = documents["folders"]["html_md"], documents["folders"]["markdown"]
    every, many = pages["reference"]["all"], shelves["question_ms"]
    as_made = pages["reference"]["uncorrected"]["foreign_sentences"]
    rows = [
        ("sentences recovered from 15 pages", "97 %", percent(every["sentences_recovered"])),
        ("headings recovered", "90 %", percent(every["headings_recovered"])),
        (
            "sentences that the others' Markdown does not have; before it is corrected",
            "3 %",
            f"{percent(every['foreign_sentences'])}; {percent(as_made)}",
        ),
        (
            "words of the pages in no clause, heading or list of what was left out",
            "0.5 %",
            f"{percent(pages['lost'])} of {pages['words']:,}",
        ),
        (
            "the same of Markdown files",
            "0",
            f"{percent(texts['lost'])} of {texts['words']:,}, in {texts['clauses']:,} clauses",
        ),
        (
            "of these, four of which are failed extractions, refused; read with a warning",
            "",
            f"{len(texts['refused'])}; {len(texts['flagged'])}",
        ),
        (
            f"index of {shelves['policies']} policies, {shelves['clauses']:,} clauses",
            "",
            f"{shelves['build_s']} s, {shelves['build_s_per_policy']} s a policy",
        ),
        (
            "adding one more; share of building all",
            "5 %",
            f"{shelves['add_one_s']} s; {percent(shelves['add_one_share'])}",
        ),
        (
            "cold `ask` of one of them; memory",
            "",
            f"{shelves['cold_ask']['seconds']} s; {shelves['cold_ask']['rss_mb']} MiB",
        ),
        (
            "a question to one policy, p50: with all on the shelf, with four",
            "the same",
            f"{many['with_all']['p50_ms']} ms, {many['with_four']['p50_ms']} ms",
        ),
    ]
    lines = ["| measure | wanted | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + f"\n\nDocuments: {_taken(documents)} Shelves: {_taken(shelves)}\n"


def ablation_table(ablation: Mapping[str, Any]) -> str:
    """The measures of answers without each part of what makes them, as a Markdown table."""
    names = ("first", "among_three", "outcome", "misled", "unclear", "silent", "wrongly_silent")
    lines = [f"| % | {' | '.join(name.replace('_', ' ') for name in names)} |", f"|---|{'---|' * len(names)}"]
    for variant, measures in ablation["variants"].items():
        cells = [f"{100 * measures[name]:.1f}" if name in measures else "" for name in names]
        lines.append(f"| {variant} | {' | '.join(cells)} |")
    return "\n".join(lines) + f"\n\nOf {ablation['questions']} questions. {_taken(dict(ablation))}\n"


def marked(text: str, name: str, content: str) -> str:
    """A page with new content between its marks of that name."""
    between = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return between.sub(lambda mark: mark[1] + content + mark[2], text)


def pages(results: Mapping[str, dict[str, Any]]) -> dict[Path, str]:
    """Every page that has figures, as it is to be with these results (by the names of their files)."""
    bench, peers, scale, performance, web, documents, shelves = (
        results[name] for name in ("bench", "peers", "scale", "performance", "web", "documents", "shelves")
    )
    parts = {
        README: {"figures": table(bench, performance)},
        HOW_IT_ANSWERS: {
            "answers": answers_table(bench, results.get("answer_lines")),
            "ablation": ablation_table(results["ablation"]) if "ablation" in results else "",
        },
        PERFORMANCE: {
            "performance": performance_table(performance, peers, scale),
            "web": web_table(web),
            "documents": documents_table(documents, shelves),
            "peers": peers_table(peers),
            "scale": scale_table(scale),
        },
        SCALING: {
            name: f"{table_of(results[name])}\n{_taken(results[name])}\n"
            for name, table_of in (
                ("many_policies", policies_table),
                ("processes", processes_table),
                ("mixed_load", mixed_table),
            )
            if name in results
        },
    }
    contents_of = {}
    for page, contents in parts.items():
        contents_of[page] = page.read_text(encoding="utf-8")
        for name, content in contents.items():
            contents_of[page] = marked(contents_of[page], name, content)
    return contents_of


def read_results() -> dict[str, dict[str, Any]]:
    """What the benchmarks wrote."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}


def update() -> None:
    """Write the figures of the results into the pages."""
    for page, text in pages(read_results()).items():
        page.write_text(text, encoding="utf-8")


def _sets_table(result: Mapping[str, Any], sets: Sequence[tuple[str, Sequence[str]]]) -> str:
    """A row a measure, a column a set; without the sets and measures that the result does not have."""
    given = {title: result_of["measures"] for title, path in sets if (result_of := _at(result, path)) is not None}
    lines = [f"| | {' | '.join(given)} |", f"|---|{'---|' * len(given)}"]
    for title, name in _ROWS:
        cells = [_share(measures.get(name)) for measures in given.values()]
        if any(cells):
            lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _at(result: Mapping[str, Any], path: Sequence[str]) -> Any:
    """What stands in a result under some names, one inside the other; None where it is not there or was skipped."""
    value: Any = result
    for name in path:
        value = (value or {}).get(name)
    return value


def _share(measure: Mapping[str, Any] | None) -> str:
    """A measure with its interval and the number of questions; empty where there is none."""
    if not measure or measure["value"] is None:
        return ""
    return f"{percent(measure['value'])} ({percent(measure['low'])} to {percent(measure['high'])}), {measure['count']}"


def _percent(measure: Mapping[str, Any]) -> str:
    return "none" if measure["value"] is None else percent(measure["value"])


def _taken(result: dict[str, Any]) -> str:
    machine = result["machine"]
    return f"Machine: {machine['cpu']}, {machine['cores']} cores; commit {result['commit']}."


if __name__ == "__main__":
    update()
