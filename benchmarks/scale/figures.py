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


def policies_table(result: dict[str, Any]) -> str:
    """What shelves of ever more policies cost, as a Markdown table."""
    lines = [
        (
            "| policies | clauses | index in | built in | published in | open | memory | question to one, p50 / p95 | search in one, p50 "
            "| search in all, p50 |"
        ),
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {size['policies']:,} | {size['clauses']:,} | {name} | {each['build_s']:,.0f} s | {each['publish_s']:.1f} s "
        f"| {each['open_s']:.2f} s | {each['memory_mb']:.0f} MB "
        f"| {each['question_p50_ms']:.0f} / {each['question_p95_ms']:.0f} ms | {each['search_p50_ms']:.1f} ms "
        f"| {each['search_everywhere_p50_ms']:.1f} ms |"
        for size in result["sizes"]
        for name, each in (("files", size["files"]), ("PostgreSQL", size["postgres"]))
    ]
    return "\n".join(lines) + "\n"


def processes_table(result: dict[str, Any]) -> str:
    """What one and several processes of the web server answer, as a Markdown table."""
    one_core = {row["store"]: row["answers_a_second"] for row in reversed(result["rows"])}  # of each the fewest cores
    lines = [
        "| index in | cores | processes | answers a second | times one core | p50 / p95 | memory of its own, each |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for row in result["rows"]:
        own = ", ".join(str(each["pss_mib"]) for each in row["memory"])
        times = row["answers_a_second"] / one_core[row["store"]]
        lines.append(
            f"| {row['store']} | {row['cores']} | {row['processes']} | {row['answers_a_second']:.1f} | {times:.2f} "
            f"| {row['p50_ms']:.0f} / {row['p95_ms']:.0f} ms | {own} MiB |"
        )
    return "\n".join(lines) + f"\n\n{result['people']} people who ask without a pause.\n"


def mixed_table(result: dict[str, Any]) -> str:
    """What was answered, kept and lost while each component was killed, as a Markdown table."""
    answers, feedback, publications = result["answers"], result["feedback"], result["publications"]
    lines = [
        "| killed | questions that failed | longest time without an answer |",
        "|---|---:|---:|",
        *(f"| {end['of']} | {end['failed']} | {end['longest_without_an_answer_s']:.1f} s |" for end in result["ends"]),
    ]
    return "\n".join(lines) + (
        f"\n\nIn {result['seconds']:.0f} seconds {answers['all']:,} answers, {answers['of_the_published_policy']} of them about the policy "
        f"that was published: {answers['wrong']} wrong, {answers['late']} from a text that had been replaced for more than two seconds. "
        f"Feedback was acknowledged {feedback['acknowledged']} times and {publications['acknowledged']} publications were: "
        f"{feedback['lost']} and {publications['lost']} lost. Feedback failed {feedback['failed']} times, a publication "
        f"{publications['refused']} times, the killed build's among them.\n"
    )


def draw_policies(result: dict[str, Any], path: Path) -> None:
    """What a question takes, a start, and a publication, against the number of policies, as SVG."""
    pyplot = _pyplot()
    counts = [size["policies"] for size in result["sizes"]]
    figure, (time, memory) = pyplot.subplots(1, 2, figsize=(9.6, 4.4), layout="constrained")
    for name, colour, marker in (("files", "C0", "o"), ("postgres", "C1", "s")):
        shown = "PostgreSQL" if name == "postgres" else name
        rows = [size[name] for size in result["sizes"]]
        for measure, scale, line, title in (
            ("question_p50_ms", 1, "-", "a question to one policy, median"),
            ("search_everywhere_p50_ms", 1, ":", "a search in all, median"),
            ("open_s", 1000, "--", "start"),
            ("publish_s", 1000, "-.", "publishing one text"),
        ):
            values = [scale * row[measure] for row in rows]
            time.plot(counts, values, marker + line, color=colour, label=f"{title}, {shown}", markersize=4)
        values = [row["memory_mb"] for row in rows]
        memory.plot(counts, values, f"{marker}-", color=colour, label=f"asked of one policy, {shown}")
        values = [row["memory_after_everywhere_mb"] for row in rows]
        memory.plot(counts, values, f"{marker}:", color=colour, label=f"after searching all, {shown}")
    time.set(ylabel="milliseconds", yscale="log")
    time.set(ylim=(time.get_ylim()[0], time.get_ylim()[1] * 1_000))  # room for the legend
    memory.set(ylabel="megabytes at most", ylim=(0, 1.4 * memory.get_ylim()[1]))
    _finish(figure, (time, memory), "policies", path)


def draw(result: dict[str, Any], path: Path) -> None:
    """Time and memory against the number of clauses, both axes logarithmic, as SVG."""
    pyplot = _pyplot()
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
        axes.set(yscale="log")
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
    time.set(ylim=(time.get_ylim()[0] / 2, time.get_ylim()[1] * 8))
    memory.set(ylim=(memory.get_ylim()[0] / 2, memory.get_ylim()[1] * 4))
    _finish(figure, (time, memory), "clauses", path)


def _pyplot() -> Any:
    import matplotlib as mpl

    mpl.use("svg")
    from matplotlib import pyplot

    mpl.rcParams["svg.hashsalt"] = "plainclause"  # the same picture for the same figures
    return pyplot


def _finish(figure: Any, both: tuple[Any, ...], counted: str, path: Path) -> None:
    for axes in both:
        axes.set(xscale="log", xlabel=counted)
        axes.grid(color="0.93")
        axes.set_axisbelow(True)
        axes.legend(loc="upper left", fontsize="small")
    figure.savefig(path, metadata={"Date": None})
    _pyplot().close(figure)
