"""The figures in README.md and the docs, written from the results so that no number there is typed by hand."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from assistant.evaluation.report import percent
from assistant.settings import ROOT
from benchmarks.peers.table import table as peers_table
from benchmarks.scale.figures import table as scale_table

README = ROOT / "README.md"
HOW_IT_ANSWERS, PERFORMANCE = ROOT / "docs" / "how-it-answers.md", ROOT / "docs" / "performance.md"
RESULTS = Path(__file__).parent / "results"
_ROWS = (
    ("right clause among the citations (three at most)", "golden", "right_among_three"),
    ("first citation is the right clause", "golden", "first_citation_right"),
    ("outcome right, answerable questions", "golden", "outcome_right_answerable"),
    ("silent questions answered “silent”", "golden", "silent_recognised"),
    ("answerable questions wrongly “silent”", "golden", "wrongly_silent"),
    ("off-topic messages recognised", "golden", "off_topic_recognised"),
    ("privacy questions called off topic", "golden", "wrongly_off_topic"),
    ("follow-ups: clause and outcome right", "golden", "followups_right"),
    ("kept aside: right clause among the citations", "golden_report", "right_among_three"),
    ("kept aside: first citation is the right clause", "golden_report", "first_citation_right"),
    ("kept aside: outcome right, answerable questions", "golden_report", "outcome_right_answerable"),
    ("kept aside: silent questions answered “silent”", "golden_report", "silent_recognised"),
    ("invented companies, hard: right clause among the citations", "invented_report", "right_among_three"),
    ("invented companies, hard: first citation is the right clause", "invented_report", "first_citation_right"),
    ("invented companies, hard: outcome right, answerable questions", "invented_report", "outcome_right_answerable"),
    ("invented companies, hard: silent questions answered “silent”", "invented_report", "silent_recognised"),
    ("invented companies, hard: answerable questions wrongly “silent”", "invented_report", "wrongly_silent"),
    ("PrivacyQA: first citation touches the gold", "privacyqa", "first_citation_touches_gold"),
    ("PrivacyQA: gold within 1,000 cited characters", "privacyqa", "gold_recalled_within_1000"),
    ("PrivacyQA: gold within 2,000 cited characters", "privacyqa", "gold_recalled_within_2000"),
)


def table(result: dict[str, Any], performance: dict[str, Any]) -> str:
    """The figures of a result as a Markdown table."""
    lines = ["| measure | value | 95 % interval | questions |", "|---|---|---|---|"]
    for title, part, name in _ROWS:
        measures = (result[part] or {}) if part == "privacyqa" else result[part]["measures"]
        found = measures.get(name)
        if found and found["value"] is not None:
            low, high = percent(found["low"]), percent(found["high"])
            lines.append(f"| {title} | {percent(found['value'])} | {low} to {high} | {found['count']} |")
    speed = performance["question_ms"]
    lines.append(
        f"| time per question, median | {speed['p50_ms']} ms | 95th percentile {speed['p95_ms']} ms | {speed['count']} |"
    )
    return "\n".join(lines) + f"\n\n{_taken(result)}\n"


def ablation_table(result: dict[str, Any]) -> str:
    """The worth of each part as a Markdown table."""
    sets = list(result["ablation"]["everything"])
    lines = [f"| | {' | '.join(sets)} |", f"|---|{'---|' * len(sets)}"]
    for part, found in result["ablation"].items():
        cells = [
            f"{percent(found[name]['first_citation_right'])}, {percent(found[name]['right_among_three'])}"
            for name in sets
        ]
        lines.append(f"| {part} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def precision_table(result: dict[str, Any]) -> str:
    """The measures with questions read in eight bits and in float32 as a Markdown table."""
    sets = result["precision"]
    names = list(next(iter(sets.values()))["int8"])
    lines = ["| | questions | same answer | " + " | ".join(name.replace("_", " ") for name in names) + " |"]
    lines.append("|---" * (3 + len(names)) + "|")
    for name, found in sets.items():
        cells = [f"{percent(found['int8'][each])} / {percent(found['float32'][each])}" for each in names]
        lines.append(f"| {name} | {found['questions']} | {percent(found['same_answer'])} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def performance_table(performance: dict[str, Any], peers: dict[str, Any], scale: dict[str, Any]) -> str:
    """Time and memory beside what is wanted of them, as a Markdown table."""
    found, million = performance, scale["sizes"][-1]
    question, server, encoding = found["question_ms"], found["server"], found["encoding"]
    recall, times = million["recall"], peers["speedup_over_fastest_peer"]
    rows = [
        ("`plainclause --help`", "0.2 s", f"{found['help']['seconds']} s"),
        ("cold process to first cited answer", "1.0 s", f"{found['cold_ask']['seconds']} s"),
        ("one question in process, p50 / p95", "3 / 6 ms", f"{question['p50_ms']} / {question['p95_ms']} ms"),
        ("the same, times faster than the fastest peer", "4", f"{times['p50']}"),
        ("`ask --jsonl`, distinct lines", "500/s", f"{found['questions_in_lines']['per_second']}/s"),
        ("memory of `plainclause ask`", "250 MB", f"{found['cold_ask']['rss_mb']} MiB"),
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
    return "\n".join(lines) + f"\n\n{_taken(performance)}\n"


def web_table(web: dict[str, Any]) -> str:
    """The pages' weight and time, and how long people wait, as a Markdown table."""
    pages, host, asking = web["pages"], web["host_page"], web["asking"]
    rows = [
        ("chat: bytes of a first visit", "400 KB", f"{pages['chat']['bytes'] / 1000:.0f} KB"),
        ("chat: address to usable text box", "1.5 s", f"{pages['chat']['usable_s']} s"),
        (
            "desk: bytes of a first visit; to usable",
            "",
            f"{pages['desk']['bytes'] / 1000:.0f} KB; {pages['desk']['usable_s']} s",
        ),
        ("page that embeds the widget pays", "8 KB", f"{host['bytes'] / 1000:.1f} KB, {host['requests']} request"),
    ]
    for way, title in (("chat", "in the chat"), ("api", "over HTTP")):
        found = asking[way]
        rows.append(
            (
                f"{asking['people']} people asking at once {title}, p50 / p95",
                "p95 500 ms",
                f"{found['p50_ms']:.0f} / {found['p95_ms']:.0f} ms; {found['answers']} answers, {found['errors']} errors",
            )
        )
    lines = ["| measure | wanted | measured |", "|---|---|---|", *(f"| {' | '.join(row)} |" for row in rows)]
    return "\n".join(lines) + f"\n\n{_taken(web)}\n"


def documents_table(ingestion: dict[str, Any], shelves: dict[str, Any]) -> str:
    """What is recovered of real documents, and what a shelf of many costs, as a Markdown table."""
    every, whole, many = ingestion["pages"]["all"], ingestion["pages"]["whole_markdown"], shelves["question_ms"]
    rows = [
        ("sentences recovered from 15 pages", "97 %", percent(every["sentences_recovered"])),
        ("headings recovered", "90 %", percent(every["headings_recovered"])),
        (
            "sentences that the others' Markdown does not have; without the page whose Markdown is partial",
            "3 %",
            f"{percent(every['foreign_sentences'])}; {percent(whole['foreign_sentences'])}",
        ),
        (
            "Markdown files: words in no clause and no heading",
            "0",
            f"{ingestion['markdown']['words_outside']} in {ingestion['markdown']['clauses']:,} clauses",
        ),
        (
            "failed extractions among them refused, flagged",
            "4",
            f"{len(ingestion['markdown']['refused'])}, {len(ingestion['markdown']['flagged'])}",
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
    return "\n".join(lines) + f"\n\n{_taken(shelves)}\n"


def marked(text: str, name: str, content: str) -> str:
    """A page with new content between its marks of that name."""
    between = re.compile(rf"(<!-- {name}: [^>]*-->\n).*?(<!-- /{name} -->)", re.DOTALL)
    return between.sub(lambda found: found[1] + content + found[2], text)


def pages(results: Mapping[str, dict[str, Any]]) -> dict[Path, str]:
    """Every page that has figures, as it is to be with these results (by the names of their files)."""
    bench, peers, scale, performance, web, ingestion, shelves = (
        results[name] for name in ("bench", "peers", "scale", "performance", "web", "ingestion", "shelves")
    )
    parts = {
        README: {"figures": table(bench, performance)},
        HOW_IT_ANSWERS: {"ablation": ablation_table(bench)} if "ablation" in bench else {},
        PERFORMANCE: {
            "performance": performance_table(performance, peers, scale),
            "web": web_table(web),
            "documents": documents_table(ingestion, shelves),
            "precision": precision_table(bench),
            "peers": peers_table(peers),
            "scale": scale_table(scale),
        },
    }
    found = {}
    for page, contents in parts.items():
        found[page] = page.read_text(encoding="utf-8")
        for name, content in contents.items():
            found[page] = marked(found[page], name, content)
    return found


def read_results() -> dict[str, dict[str, Any]]:
    """What the benchmarks wrote."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))}


def update() -> None:
    """Write the figures of the results into the pages."""
    for page, text in pages(read_results()).items():
        page.write_text(text, encoding="utf-8")


def _taken(result: dict[str, Any]) -> str:
    machine = result["machine"]
    return f"Machine: {machine['cpu']}, {machine['cores']} cores; commit {result['commit']}."


if __name__ == "__main__":
    update()
