"""What the server counts of itself, as Prometheus reads it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from assistant.model import Outcome
from assistant.surfaces.middleware import metrics as module
from assistant.surfaces.middleware.metrics import BUCKETS, ROUTES, Metrics, kind_of
from assistant.surfaces.middleware.rate_limits import RateLimit
from corpus.shelf.catalogue import Shelf


def assistant_over(*clauses, generation="g1", encoder="hashing"):
    """What an assistant over policies of so many clauses shows of itself."""
    of_each = {str(number): SimpleNamespace(clauses=count, supersedes=None) for number, count in enumerate(clauses)}
    policies = Shelf(Path("policies"), of_each, (), of_each)  # type: ignore[arg-type]
    searcher = SimpleNamespace(generation=generation, encoder=SimpleNamespace(name=encoder))
    return SimpleNamespace(policies=policies, searcher=searcher)


@pytest.fixture
def metrics():
    return Metrics(lambda: assistant_over(3, 4))


def samples(metrics, accept=""):
    """Every sample of an exposition, by name and labels."""
    body, kind = metrics.exposition(accept)
    parse = parse_openmetrics if kind.startswith("application/openmetrics-text") else parse_text
    found = {}
    for family in parse(body.decode()):
        assert family.documentation
        for sample in family.samples:
            key = (sample.name, *sorted(sample.labels.items()))
            assert key not in found
            found[key] = sample.value
    return found


def value(metrics, name, **labels):
    return samples(metrics).get((name, *sorted(labels.items())))


def requests(metrics):
    """How many requests of each route, method and class of status."""
    return {
        tuple(dict(labels)[name] for name in ("route", "method", "status")): count
        for (name, *labels), count in samples(metrics).items()
        if name == "plainclause_requests_total"
    }


def run(app, path="/", method="GET", **scope):
    sent = []

    async def receive():
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)

    asyncio.run(app({"type": "http", "method": method, "path": path, "headers": [], **scope}, receive, send))
    return sent


# --- requests ---------------------------------------------------------------------------------------------------------


def test_requests_count_by_route_method_and_class_of_status(metrics):
    app = FastAPI()
    app.add_route("/api/policies/{id}", lambda _: PlainTextResponse("fine"))
    app.add_route("/api/ask", lambda _: PlainTextResponse("busy", 503), methods=["POST"])
    app.add_middleware(metrics.middleware)
    client = TestClient(app)
    for path in ("/api/policies/vps6", "/api/policies/rackspace", "/api/policies/x/y", "/nothing"):
        client.get(path)
    client.post("/api/ask")
    client.put("/api/ask")
    assert requests(metrics) == {
        ("/api/policies/{id}", "GET", "2xx"): 2,
        ("/api/...", "GET", "4xx"): 1,
        ("other", "GET", "4xx"): 1,
        ("/api/ask", "POST", "5xx"): 1,
        ("/api/ask", "PUT", "4xx"): 1,
    }


def test_what_other_middleware_refuses_counts_too(metrics):
    app = FastAPI()
    app.add_route("/api/ask", lambda _: PlainTextResponse("fine"), methods=["POST"])
    app.add_middleware(RateLimit, per_minute=1)
    app.add_middleware(metrics.middleware)
    client = TestClient(app)
    assert [client.post("/api/ask").status_code for _ in range(3)] == [200, 429, 429]
    assert value(metrics, "plainclause_requests_refused_total", route="/api/ask", status="429") == 2
    assert requests(metrics) == {("/api/ask", "POST", "2xx"): 1, ("/api/ask", "POST", "4xx"): 2}


@pytest.mark.parametrize(
    ("status", "refused"), [(401, 1), (403, 1), (413, 1), (429, 1), (503, 1), (200, None), (404, None), (422, None)]
)
def test_a_refusal_is_known_by_its_status(metrics, status, refused):
    run(metrics.middleware(Response(status_code=status)), "/desk")
    assert value(metrics, "plainclause_requests_refused_total", route="/desk", status=str(status)) == refused


def test_an_error_counts_as_500_and_goes_on(metrics):
    app = FastAPI()
    app.add_middleware(metrics.middleware)

    @app.post("/api/ask")
    def fail():
        raise RuntimeError("no answer")

    with pytest.raises(RuntimeError, match="no answer"):
        TestClient(app).post("/api/ask")
    assert TestClient(app, raise_server_exceptions=False).post("/api/ask").status_code == 500
    assert requests(metrics) == {("/api/ask", "POST", "5xx"): 2}


def test_an_error_in_mid_answer_counts_once_with_the_status_that_went_out(metrics):
    async def breaks(scope, receive, send):
        await PlainTextResponse("fine")(scope, receive, send)
        raise RuntimeError("too late")

    with pytest.raises(RuntimeError, match="too late"):
        run(metrics.middleware(breaks))
    assert requests(metrics) == {("/", "GET", "2xx"): 1}


def test_a_request_without_answer_counts_but_takes_no_time(metrics):
    async def leaves(scope, receive, send):
        return

    async def given_up(scope, receive, send):
        raise asyncio.CancelledError

    run(metrics.middleware(leaves))
    with pytest.raises(asyncio.CancelledError):
        run(metrics.middleware(given_up))
    assert requests(metrics) == {("/", "GET", "none"): 2}
    assert value(metrics, "plainclause_request_duration_seconds_count", route="/") is None


def test_a_stream_counts_when_it_opens(metrics):
    seen = []

    async def stream(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        seen.append(requests(metrics))
        await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    sent = run(metrics.middleware(stream), "/gradio_api/queue/data")
    assert seen == [{("/gradio_api/queue/data", "GET", "2xx"): 1}] == [requests(metrics)]
    assert len(sent) == 3


def test_time_is_told_in_buckets_from_a_millisecond_to_five_seconds(metrics, monkeypatch):
    now = iter([10.0, 10.0004, 20.0, 20.3, 30.0, 39.0])
    monkeypatch.setattr(module, "perf_counter", lambda: next(now))
    for _ in range(3):
        run(metrics.middleware(PlainTextResponse("fine")), "/api/ask", "POST")
    assert (BUCKETS[0], BUCKETS[-1]) == (0.001, 5.0)
    counts = {
        dict(labels)["le"]: count
        for (name, *labels), count in samples(metrics).items()
        if name == "plainclause_request_duration_seconds_bucket"
    }
    assert counts["0.001"] == counts["0.25"] == 1
    assert counts["0.5"] == counts["5.0"] == 2
    assert counts["+Inf"] == 3
    assert value(metrics, "plainclause_request_duration_seconds_sum", route="/api/ask") == pytest.approx(9.3004)


def test_a_root_path_is_no_part_of_the_route(metrics):
    run(metrics.middleware(PlainTextResponse("fine")), "/privacy/healthz", root_path="/privacy")
    run(metrics.middleware(PlainTextResponse("fine")), "/privacy", root_path="/privacy")
    assert requests(metrics) == {("/healthz", "GET", "2xx"): 1, ("/", "GET", "2xx"): 1}


def test_other_scopes_pass_uncounted(metrics):
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["type"])

    for kind in ("lifespan", "websocket"):
        asyncio.run(metrics.middleware(app)({"type": kind, "path": "/"}, None, None))
    assert seen == ["lifespan", "websocket"]
    assert requests(metrics) == {}


# --- few labels, whatever comes -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_is_found_by_a_path_of_its_kind(route):
    assert kind_of(route.replace("{id}", "vps6-2015").replace("...", "a/b.js")) == route


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/embedXjs", "other"),
        ("/api/policies/a/b/changes", "/api/..."),
        ("/api/policies/a\nb", "/api/policies/{id}"),
        ("/api/asking", "/api/..."),
        ("/healthz/", "other"),
        ("/desk/", "/desk/..."),
        ("", "/"),
        ("/api/a\nb", "/api/..."),
    ],
)
def test_what_looks_alike_is_told_apart(path, kind):
    assert kind_of(path) == kind


@given(st.lists(st.tuples(st.text(max_size=30), st.text(max_size=10)), max_size=30))
def test_no_words_of_a_caller_become_labels(asked):
    metrics = Metrics(lambda: assistant_over(1))
    app = metrics.middleware(PlainTextResponse("fine"))
    for path, method in asked:
        for start in ("", "/api/", "/policy/"):
            run(app, start + path, method)
    for route, method, _ in requests(metrics):
        assert route in {*ROUTES, "other"}
        assert method in {"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "other"}


# --- answers, feedback, what is in use ----------------------------------------------------------------------------------


def test_answers_count_by_surface_and_outcome(metrics):
    for outcome in (Outcome.YES, Outcome.YES, Outcome.OFF_TOPIC):
        metrics.answered("chat", outcome)
    metrics.answered("api", Outcome.YES)
    for outcome in Outcome:
        metrics.answered("widget", outcome)
        assert value(metrics, "plainclause_answers_total", surface="widget", outcome=outcome.value) == 1
    assert value(metrics, "plainclause_answers_total", surface="widget", outcome="unclear") == 1
    assert value(metrics, "plainclause_answers_total", surface="chat", outcome="yes") == 2
    assert value(metrics, "plainclause_answers_total", surface="chat", outcome="off_topic") == 1
    assert value(metrics, "plainclause_answers_total", surface="api", outcome="yes") == 1
    with pytest.raises(ValueError, match="maybe"):
        metrics.answered("chat", "maybe")


def test_feedback_counts_from_zero(metrics):
    metrics.feedback(True)
    assert value(metrics, "plainclause_feedback_total", helpful="yes") == 1
    assert value(metrics, "plainclause_feedback_total", helpful="no") == 0
    metrics.feedback(False)
    assert value(metrics, "plainclause_feedback_total", helpful="no") == 1


def test_what_is_in_use_is_asked_at_each_scrape_and_nothing_of_the_old_is_left():
    in_use, times = [assistant_over(3, 4)], []

    def latest():
        times.append(1)
        return in_use[-1]

    metrics = Metrics(latest)
    assert not times
    found = samples(metrics)
    assert len(times) == 1
    assert (found[("plainclause_policies",)], found[("plainclause_clauses",)]) == (2, 7)
    in_use.append(assistant_over(5, generation="g2", encoder='/models/"a"\\b\n'))
    for accept in ("", "application/openmetrics-text"):
        found = samples(metrics, accept)
        assert (found[("plainclause_policies",)], found[("plainclause_clauses",)]) == (1, 5)
        infos = [labels for name, *labels in found if name == "plainclause_index_info"]
        assert infos == [[("encoder", '/models/"a"\\b\n'), ("generation", "g2")]]


def test_an_assistant_tells_what_it_stands_on(tmp_path):
    """The stand-ins here show what a real assistant shows."""
    from assistant.bootstrap.factory import open_assistant
    from assistant.settings import Settings

    real = open_assistant(Settings(data=tmp_path, encoder="hashing"), mend=True)
    found = samples(Metrics(lambda: real))
    assert found[("plainclause_policies",)] == len(real.policies) > 0
    assert found[("plainclause_clauses",)] == sum(map(len, real.searcher.rows.values())) > 0
    named = (("encoder", real.searcher.encoder.name), ("generation", real.searcher.generation))
    assert found["plainclause_index_info", *named] == 1


def test_the_process_is_measured(metrics):
    assert value(metrics, "process_resident_memory_bytes") > 1_000_000
    assert value(metrics, "process_cpu_seconds_total") > 0


def test_applications_in_one_process_count_each_for_itself():
    one, other = (Metrics(lambda: assistant_over(1)) for _ in range(2))
    one.feedback(True)
    assert value(other, "plainclause_feedback_total", helpful="yes") == 0


# --- formats ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("", "text/plain; version=0.0.4; charset=utf-8"),
        ("*/*", "text/plain; version=0.0.4; charset=utf-8"),
        ("text/html", "text/plain; version=0.0.4; charset=utf-8"),
        ("application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.2", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
        ("Application/OpenMetrics-Text; version=abc", "application/openmetrics-text; version=1.0.0; charset=utf-8"),
    ],
)  # fmt: skip
def test_the_format_is_the_one_asked_for(metrics, accept, kind):
    metrics.answered("chat", Outcome.YES)
    run(metrics.middleware(PlainTextResponse("fine")))
    body, found = metrics.exposition(accept)
    assert found == kind
    assert body.endswith(b"# EOF\n") is found.startswith("application/openmetrics")
    assert samples(metrics, accept)[("plainclause_answers_total", ("outcome", "yes"), ("surface", "chat"))] == 1


def test_names_carry_our_prefix_and_a_unit_or_total(metrics):
    run(metrics.middleware(Response(status_code=429)))
    metrics.answered("chat", Outcome.YES)
    families = list(parse_openmetrics(metrics.exposition("application/openmetrics-text")[0].decode()))
    ours = {family.name: family.type for family in families if not family.name.startswith("process_")}
    assert ours == {
        "plainclause_requests": "counter",
        "plainclause_requests_refused": "counter",
        "plainclause_request_duration_seconds": "histogram",
        "plainclause_answers": "counter",
        "plainclause_feedback": "counter",
        "plainclause_policies": "gauge",
        "plainclause_clauses": "gauge",
        "plainclause_index": "info",
    }
