"""Time and memory of the program as it is used: a cold start, a question, many questions, the web server, building; and the
floor under them, the operations of the encoder's forward pass over what this machine's matrix products reach.

python -m benchmarks.performance takes only this part of `make bench` anew.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from typing import IO, Any, cast

import numpy as np
from threadpoolctl import threadpool_limits

from assistant.ask import Assistant
from assistant.bootstrap.factory import open_assistant
from assistant.settings import ROOT, Settings
from benchmarks import figures, speed
from benchmarks.golden import load
from benchmarks.machine import provenance
from benchmarks.peers.running import run
from benchmarks.training import cases
from corpus.atomic_files import write_whole
from index.build import embedded_text
from index.encoders import compiled
from index.encoders.compiling import agreement
from index.encoders.sentence_transformer import SentenceTransformerEncoder

PROGRAM = [sys.executable, "-m", "assistant"]
QUESTION = ["ask", "is my card number shared?", "--policy", "rackspace"]
RUNS = 7
TURNS = 3
LINES = 500
CLAUSES = 1_000


def main() -> None:
    """Measure, write, print."""
    settings = Settings()
    write(open_assistant(settings, mend=True), settings)
    figures.update()


def write(assistant: Assistant, settings: Settings) -> None:
    """Measure and write the result, JSON: seconds, milliseconds, MiB as the names say."""
    taken = provenance()
    text = json.dumps(taken | measure(assistant, settings), indent=1)
    write_whole(figures.RESULTS / "performance.json", text + "\n")
    print(text)


def measure(assistant: Assistant, settings: Settings) -> dict[str, Any]:
    """Every measure of this module."""
    given = {"PLAINCLAUSE_DATA": str(settings.data.resolve())}
    with _environment(given):
        return {
            "load_before": round(os.getloadavg()[0], 2),
            "help": _processes([*PROGRAM, "--help"]),
            "cold_ask": _processes([*PROGRAM, *QUESTION]),
            "question_ms": question(assistant),
            "questions_in_lines": lines(assistant),
            "server": _server(),
            "encoding": encoding(settings),
            "floor": floor(assistant),
        }


def question(assistant: Assistant) -> dict[str, Any]:
    """The golden questions in process, whole path, in several turns: the calmest, since what else the machine does only ever adds,
    and the medians of all."""
    turns = [speed.measure(assistant, load("golden")) for _ in range(TURNS)]
    calmest = min(turns, key=lambda turn: float(turn["p50_ms"]))
    return {**calmest, "p50_ms_of_each_turn": [turn["p50_ms"] for turn in turns]}


def lines(assistant: Assistant) -> dict[str, Any]:
    """`ask --jsonl` with distinct questions (those about invented companies), asked of the bundled policies in turn."""
    asked = (golden.question for company in _companies() for golden in cases.questions(company))
    questions = list(islice(dict.fromkeys(asked), LINES))
    text = "".join(
        json.dumps({"question": question, "policy": policy}) + "\n"
        for question, policy in zip(questions, cycle(assistant.policies), strict=False)
    )
    taken = []
    for _ in range(3):
        begun = time.perf_counter()
        done = subprocess.run(
            [*PROGRAM, "ask", "--jsonl"], input=text, capture_output=True, text=True, check=True, cwd=ROOT
        )
        taken.append(time.perf_counter() - begun)
        if done.stdout.count('"outcome"') < len(questions):
            raise RuntimeError(f"{len(questions)} lines were asked, not all were answered: {done.stderr[-300:]}")
    return {
        "lines": len(questions),
        "seconds": round(min(taken), 2),
        "per_second": round(len(questions) / min(taken), 1),
        "count": len(taken),
    }


def encoding(settings: Settings) -> dict[str, Any]:
    """Clauses per second through sentence-transformers as it comes and through the compiled encoder, in turns, and how well
    the vectors agree."""
    shelf = cases.shelf()
    texts = [embedded_text(policy, clause) for policy in shelf.values() for clause in policy.clauses][:CLAUSES]
    original = SentenceTransformerEncoder(settings.encoder)
    made = compiled.find(settings.encoders_folder, settings.encoder)
    if made is None:
        raise RuntimeError("the encoder is not compiled; run plainclause index build")
    model: Any = original.model
    ways: dict[str, Callable[[], Any]] = {
        "sentence_transformers": lambda: model.encode(texts, normalize_embeddings=True, show_progress_bar=False),
        "compiled": lambda: made.encode(texts),
    }
    rates: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(3):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            rates[name].append(len(texts) / (time.perf_counter() - begun))
    agreed = agreement(original.encode(texts[:200]), made.encode(texts[:200]))
    best = {name: max(each) for name, each in rates.items()}
    return {
        "clauses": len(texts),
        "mean_characters": round(float(np.mean([len(text) for text in texts])), 1),
        **{f"{name}_per_second": round(rate, 1) for name, rate in best.items()},
        "times_faster": round(best["compiled"] / best["sentence_transformers"], 2),
        "lowest_cosine": round(agreed.lowest_cosine, 6),
    }


def floor(assistant: Assistant) -> dict[str, Any]:
    """What a question's forward pass would take if it were one matrix product at this machine's full rate, on one core."""
    encoder = assistant.searcher.encoder
    questions = [golden.question for golden in load("golden")]
    for question in questions[:20]:
        encoder.encode_questions([question])
    taken = []
    for question in questions:
        begun = time.perf_counter()
        encoder.encode_questions([question])
        taken.append((time.perf_counter() - begun) * 1000)
    tokens = float(
        np.median(
            [len(embedding.tokens) for embedding in encoder.encode_questions(questions) if embedding.tokens is not None]
        )
    )
    # Two operations a weight and token: query, key, value and output of six layers, and the two of their feed-forward
    # part; what is left (attention itself, norms) is under a twentieth for a text this short.
    weights = 6 * (4 * 384 * 384 + 2 * 384 * 1536)
    rate = _product_rate()
    return {
        "tokens": tokens,
        "operations_millions": round(2 * weights * tokens / 1e6, 1),
        "float32_gflops_one_core": round(rate, 1),
        "float32_floor_ms": round(2 * weights * tokens / rate / 1e6, 2),
        "encode_ms": round(float(np.median(taken)), 2),
    }


def _product_rate() -> float:
    """Billions of operations a second of float32 matrix products of a middling size, on one core."""
    one, other = np.random.default_rng(0).random((2, 768, 768), dtype=np.float32)
    with threadpool_limits(1, user_api="blas"):
        taken = []
        for _ in range(30):
            begun = time.perf_counter()
            one @ other
            taken.append(time.perf_counter() - begun)
    return float(2 * 768**3 / min(taken) / 1e9)


def _processes(command: Sequence[str]) -> dict[str, Any]:
    """Fresh processes until they have printed, after one that warms the disk's cache."""
    runs = [run(command[-1], command) for _ in range(1 + RUNS)][1:]
    return {
        "seconds": round(median(each.seconds for each in runs), 3),
        "least_seconds": round(min(each.seconds for each in runs), 3),
        "rss_mb": round(median(each.memory for each in runs), 1),
        "count": len(runs),
    }


def _server() -> dict[str, Any]:
    """The web server: from start to the first page and the first answer, and what it holds in memory then."""
    starts, pages, answers, memory = [], [], [], []
    for _ in range(4):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        begun = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=ROOT,
            env={**os.environ, "PLAINCLAUSE_PORT": str(port)},
            stdout=subprocess.PIPE,
        )
        try:
            cast(IO[bytes], process.stdout).readline()
            starts.append(time.perf_counter() - begun)
            address = f"http://127.0.0.1:{port}"
            while not _answers(address):
                time.sleep(0.01)
            pages.append(time.perf_counter() - begun)
            asked = json.dumps({"question": QUESTION[1], "policy": QUESTION[3]}).encode()
            request = urllib.request.Request(f"{address}/api/ask", asked, {"content-type": "application/json"})
            with urllib.request.urlopen(request) as response:
                json.load(response)["citations"][0]
            answers.append(time.perf_counter() - begun)
            status = Path(f"/proc/{process.pid}/status").read_text()
            memory.append(int(status.split("VmRSS:")[1].split()[0]) / 1024)
        finally:
            process.terminate()
            process.wait()
    return {
        "listening_s": round(median(starts[1:]), 2),
        "first_page_s": round(median(pages[1:]), 2),
        "first_answer_s": round(median(answers[1:]), 2),
        "rss_mb": round(median(memory[1:]), 1),
        "count": len(pages) - 1,
    }


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as response:
            return bool(response.status == 200 and b"Plainclause" in response.read())
    except OSError:
        return False


def _companies() -> Iterable[str]:
    named = cases.split()
    return (*named.report, *named.weigh, *named.learn)


@contextmanager
def _environment(given: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in given}
    os.environ.update(given)
    yield
    for name, value in before.items():
        if value is None:
            del os.environ[name]
        else:
            os.environ[name] = value


if __name__ == "__main__":
    main()
