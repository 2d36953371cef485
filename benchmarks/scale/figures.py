"""The figures of a result as tables for the docs, and as a plot."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def table(result: dict[str, Any]) -> str:
    """Time and memory by number of clauses, as a Markdown table."""
    lines = [
        "| clauses | index | build | files | open | first search | p50 / p95 | recall@10 | resident | policy p50 / p95 | exact p50 |",
        "|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result["sizes"]:
        recall, policy = row["recall"], row["policy"]
        lines.append(
            f"| {row['count']:,} | {row['kind']} | {row['build_s']:.1f} s | {row['files_mb']:,.1f} MB "
            f"| {row['open_ms']:.1f} ms | {row['first_search_ms']:.0f} ms | {row['p50_ms']:.2f} / {row['p95_ms']:.2f} ms "
            f"| {recall['golden_questions']:.3f} / {recall['synthetic_clauses']:.3f} | {row['rss_mb']:.0f} MB "
            f"| {policy['p50_us']:.0f} / {policy['p95_us']:.0f} µs{'' if policy['exact'] else ', NOT exact'} "
            f"| {row['exact_p50_ms']:.2f} ms |"
        )
    return "\n".join(lines) + "\n"


def candidates_table(result: dict[str, Any]) -> str:
    """The kinds of index compared, as a Markdown table."""
    lines = [
        "| clauses | kind | probed / efSearch | recall@10, questions / clauses | p50 / p95 | build | file | resident |",
        "|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in result.get("candidates", ()):
        for setting in row["settings"]:
            recall = setting["recall"]
            lines.append(
                f"| {row['count']:,} | {row['kind']} | {setting['setting'] or ''} "
                f"| {recall['golden_questions']:.3f} / {recall['synthetic_clauses']:.3f} "
                f"| {setting['p50_ms']:.2f} / {setting['p95_ms']:.2f} ms | {row['build_s']:.0f} s "
                f"| {row['file_mb']:,.0f} MB | {row['rss_mb']:,.0f} MB |"
            )
    return "\n".join(lines) + "\n"


def draw(result: dict[str, Any], path: Path) -> None:
    """Time and memory against the number of clauses, both axes logarithmic, as SVG."""
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "plainclause"  # the same picture for the same figures
    rows, rule = result["sizes"], result["exact_up_to"]
    counts = [row["count"] for row in rows]
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9.6, 4.4), layout="constrained")
    time.plot(counts, [row["p50_ms"] for row in rows], "o-", color="C0", label="everything, median")
    time.plot(counts, [row["p95_ms"] for row in rows], "o:", color="C0", label="everything, 95th percentile")
    time.plot(counts, [row["exact_p50_ms"] for row in rows], "s--", color="0.6", label="everything, exactly, median")
    policy = f"one policy of {result['policy_rows']} clauses, median"
    time.plot(counts, [row["policy"]["p50_us"] / 1000 for row in rows], "^-", color="C1", label=policy)
    time.set(ylabel="milliseconds a search")
    memory.plot(counts, [row["files_mb"] for row in rows], "s--", color="0.6", label="files")
    memory.plot(counts, [row["rss_mb"] for row in rows], "o-", color="C0", label="resident, after searching everything")
    memory.plot(
        counts, [row["policy"]["rss_mb"] for row in rows], "^-", color="C1", label="resident, after single policies"
    )
    memory.set(ylabel="megabytes")
    for axes in (time, memory):
        axes.set(xscale="log", yscale="log", xlabel="clauses")
        axes.axvline(rule, color="0.8", linewidth=1, zorder=0)
        axes.text(
            rule,
            0.02,
            " exact | lists ",
            color="0.4",
            fontsize="small",
            ha="center",
            transform=axes.get_xaxis_transform(),
        )
        axes.grid(color="0.93")
        axes.set_axisbelow(True)
        axes.legend(loc="upper left", fontsize="small")
    time.set(ylim=(time.get_ylim()[0] / 2, time.get_ylim()[1] * 8))
    memory.set(ylim=(memory.get_ylim()[0] / 2, memory.get_ylim()[1] * 4))
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
