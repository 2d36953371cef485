"""Several processes of the web server: one starts, replaces and ends them; requests go on, and the chat works through a proxy."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant.settings import BUNDLED
from benchmarks.servers import nginx
from benchmarks.servers.chat_page import Asking, completed
from benchmarks.servers.plainclause import Server, of_port, running
from benchmarks.servers.waiting import until
from tests.required import required


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


# ---- what starts, replaces and ends them -----------------------------------------------------------------------------


@contextmanager
def light(folder: Path, behaviour: str = "works", workers: int = 3, port: int = 0) -> Iterator[Server]:
    command = ("-m", "tests.light_worker", str(folder), behaviour, f"workers={workers}", f"port={port}")
    with running(*command, data=str(folder)) as server:
        yield server


def starts(folder: Path, port: int) -> list[tuple[int, float]]:
    """The processes that a worker's port has had, and when each began."""
    lines = (folder / f"starts.{port}").read_text().splitlines()
    return [(int(line.split()[0]), float(line.split()[1])) for line in lines]


def test_each_worker_has_a_port_of_its_own_and_all_end_together(tmp_path: Path) -> None:
    with light(tmp_path) as server:
        server.says(r"^worker \d of \d: ", times=3)
        ports = server.ports
        assert len(set(ports)) == 3
        pids = [starts(tmp_path, port)[0][0] for port in ports]
        assert len({*pids, server.process.pid}) == 4
        assert all(map(answers, ports))
        assert server.end() == 0
        assert not any(map(answers, ports))
        assert len(server.lines) == 3, server.lines


def test_the_ports_are_the_one_set_and_those_after_it(tmp_path: Path) -> None:
    port = next(port for port in range(23_000, 24_000, 2) if not answers(port) and not answers(port + 1))
    with light(tmp_path, workers=2, port=port) as server:
        server.says(r"^worker \d of \d: ", times=2)
        assert server.ports == [port, port + 1]


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with light(tmp_path, workers=2, port=port - 1) as server:
            assert server.process.wait(60) == 1
            server._reading.join(10)
    [line] = server.lines
    assert line.startswith(
        f"plainclause: cannot listen on 127.0.0.1, port {port}, for worker 2 of 2: address already in use; set"
    )
    assert list(tmp_path.glob("starts.*")) == []


def test_one_that_is_killed_is_replaced_at_once_and_one_that_keeps_ending_ever_later(tmp_path: Path) -> None:
    with light(tmp_path, "fails-again", workers=2) as server:
        server.says(r"^worker \d of \d: ", times=2)
        port = server.ports[1]
        os.kill(starts(tmp_path, port)[0][0], signal.SIGKILL)
        until(lambda: len(starts(tmp_path, port)) >= 4, "the fourth start")
        assert server.said("worker 2 of 2 ended")[:3] == [
            "worker 2 of 2 ended (signal 9); it is started again now",
            "worker 2 of 2 ended (exit code 1); it is started again in 1 s",
            "worker 2 of 2 ended (exit code 1); it is started again in 2 s",
        ]
        began = [moment for _, moment in starts(tmp_path, port)]
        assert began[2] - began[1] >= 1
        assert began[3] - began[2] >= 2
        assert answers(server.ports[0]), "the other goes on"
        assert server.end() == 0


def test_where_the_first_cannot_start_nothing_is_tried_again(tmp_path: Path) -> None:
    with light(tmp_path, "fails") as server:
        assert server.process.wait(60) == 1
        server._reading.join(10)
    assert server.lines == [
        "plainclause: what is wrong",
        "plainclause: worker 1 of 3 ended (exit code 1) before it answered; what it said stands above",
    ]
    assert len(list(tmp_path.glob("starts.*"))) == 1


def test_one_that_does_not_end_is_killed(tmp_path: Path) -> None:
    with light(tmp_path, "deaf", workers=2) as server:
        server.says(r"^worker \d of \d: ", times=2)
        assert server.end() == 0
        assert not any(map(answers, server.ports))
        assert server.said("worker 1 of 2 has not ended within 1 s and is killed")


def test_an_interrupted_server_ends_as_one_process_does(tmp_path: Path) -> None:
    with light(tmp_path, workers=2) as server:
        server.says(r"^worker \d of \d: ", times=2)
        assert server.end(signal.SIGINT) == 130
        assert not any(map(answers, server.ports))


def test_workers_do_not_outlive_one_that_was_killed(tmp_path: Path) -> None:
    with light(tmp_path, workers=2) as server:
        server.says(r"^worker \d of \d: ", times=2)
        ports = server.ports
        server.end(signal.SIGKILL)
        until(lambda: not any(map(answers, ports)), "the end of the workers")


# ---- the real server -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def workers(tmp_path_factory) -> Iterator[Server]:
    """The real server in two processes, over one policy, whose index the first of them builds."""
    folder = tmp_path_factory.mktemp("workers")
    (folder / "policies").mkdir()
    for each in BUNDLED.glob("rackspace.*"):
        shutil.copy(each, folder / "policies")
    settings = {
        "data": str(folder / "data"),
        "policies": str(folder / "policies"),
        "port": "0",
        "requests_per_minute": "0",
    }
    with running("-m", "assistant", "serve", "--workers", "2", **settings) as server:
        server.says(r"^worker \d of \d: ", times=2)
        yield server


@pytest.fixture(scope="module")
def proxied(workers: Server, tmp_path_factory) -> Iterator[httpx.Client]:
    """What asks them through nginx."""
    folder = tmp_path_factory.mktemp("nginx")
    required(nginx.programs(), nginx.MISSING)
    with nginx.running(nginx.SCALED, folder, nginx.workers(workers.ports)) as proxy:
        trusted = ssl.create_default_context(cafile=str(proxy.certificate))
        with httpx.Client(base_url=f"https://127.0.0.1:{proxy.secure}", verify=trusted, timeout=60) as client:
            yield client


def counted(port: int, name: str, **labels: str) -> float:
    """What a worker has counted."""
    text = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=60).text
    return sum(
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def ask(client: httpx.Client, question: str) -> httpx.Response:
    return client.post("/api/ask", json={"question": question, "policy": "rackspace"})


def talk(client: httpx.Client, question: str, named: dict[str, str]) -> str:
    """What the chat answers, asked as its page asks: a request that begins an event, and the stream of it."""
    session = secrets.token_hex(6)
    sent = Asking.on(client.get("/").text).body(question, "rackspace", session)
    assert client.post("/gradio_api/queue/join", json=sent, params=named).status_code == 200
    asked = {"session_hash": session, **named}
    with client.stream("GET", "/gradio_api/queue/data", params=asked) as stream:
        for line in stream.iter_lines():
            if (told := completed(line)) is not None:
                assert told["success"], told
                return json.dumps(told["output"])
            assert "unexpected_error" not in line, line
    raise AssertionError("the stream ended without an answer")


def test_all_answer_alike(workers: Server) -> None:
    found = []
    for port in workers.ports:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            assert client.get("/readyz").status_code == 200
            found.append(ask(client, "is my card number shared?").json())
    assert found[0]["citations"]
    assert found[0] == found[1]


def test_the_chat_works_through_the_proxy_whichever_process_has_it(workers: Server, proxied: httpx.Client) -> None:
    name, route = "plainclause_requests_total", "/gradio_api/queue/join"
    before = [counted(port, name, route=route) for port in workers.ports]
    for number in range(16):
        shown = talk(proxied, f"is my card number shared ({number})?", {"talk": secrets.token_hex(9)})
        assert "answer" in shown
    took = [counted(port, name, route=route) - was for port, was in zip(workers.ports, before, strict=True)]
    assert sum(took) == 16
    assert all(took), f"one process has them all: {took}"
    for number in range(3):  # by its address, where the view is not named
        assert "answer" in talk(proxied, f"do you sell my data ({number})?", {})


def test_what_the_proxy_gives_to_any_process_goes_to_both(workers: Server, proxied: httpx.Client) -> None:
    before = [counted(port, "plainclause_requests_total", route="/api/ask") for port in workers.ports]
    for number in range(6):
        assert ask(proxied, f"are cookies used ({number})?").json()["outcome"]
    after = [counted(port, "plainclause_requests_total", route="/api/ask") for port in workers.ports]
    assert all(now > was for now, was in zip(after, before, strict=True))
    for path in ("/", "/embed?host=", "/desk", "/embed.js", "/theme.css", "/openapi.json", "/healthz"):
        assert proxied.get(path).status_code in (200, 403), path
    assert proxied.get("/metrics").status_code == 404


def test_requests_go_on_while_a_worker_is_killed_and_replaced(workers: Server, proxied: httpx.Client) -> None:
    port = workers.ports[0]
    killed, ended, failed, asked = of_port(port), threading.Event(), list[object](), list[int]()

    def keep_asking(person: int) -> None:
        with httpx.Client(base_url=proxied.base_url, verify=False, timeout=60) as client:
            number = 0
            while not ended.is_set():
                number += 1
                response = ask(client, f"is my address shared ({person}, {number})?")
                asked.append(response.status_code)
                if response.status_code != 200 or not response.json()["outcome"]:
                    failed.append((response.status_code, response.text))

    people = [threading.Thread(target=keep_asking, args=(person,)) for person in range(4)]
    for each in people:
        each.start()
    until(lambda: len(asked) >= 8, "an eighth answer")
    os.kill(killed, signal.SIGKILL)
    try:
        workers.says("worker 1 of 2 answers again")
        count = len(asked)
        until(lambda: len(asked) >= count + 8, "eight answers more")
    finally:
        ended.set()
        for each in people:
            each.join(60)
    assert workers.said(r"worker 1 of 2 ended \(signal 9\); it is started again now")
    assert of_port(port) != killed
    assert failed == []
    assert "answer" in talk(proxied, "is my phone number shared?", {"talk": secrets.token_hex(9)})


def test_a_real_worker_that_cannot_start_says_why_and_ends_it_all(tmp_path: Path) -> None:
    with running(
        "-m", "assistant", "serve", "--workers", "2", data=str(tmp_path), port="0", store="nonsense"
    ) as server:
        assert server.process.wait(60) == 1
        server._reading.join(10)
    first, last = server.lines
    assert first.startswith('plainclause: store "nonsense" is unknown')
    assert last.startswith("plainclause: worker 1 of 2 ended (exit code 1) before it answered")


def test_at_the_end_both_end_well(workers: Server, proxied: httpx.Client) -> None:
    ports = workers.ports
    assert workers.end() == 0
    assert not any(map(answers, ports))
    assert not workers.said("Traceback|and is killed"), workers.lines
