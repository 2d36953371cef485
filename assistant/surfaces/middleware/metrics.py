"""What the server counts of itself, for Prometheus: requests, answers, feedback, the policies and index in use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from time import perf_counter

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.openmetrics.exposition import CONTENT_TYPE_LATEST as OPENMETRICS
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.bootstrap.hot_reload import Latest
from assistant.model import Outcome
from assistant.surfaces.middleware.rate_limits import route_path

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)  # seconds

ROUTES = (
    "/",
    "/admin",
    "/admin/...",
    "/desk",
    "/desk/...",
    "/embed",
    "/embed.js",
    "/policy/{id}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/openapi.json",
    "/api/ask",
    "/api/clauses",
    "/api/compare",
    "/api/feedback",
    "/api/search",
    "/api/policies",
    "/api/policies/{id}",
    "/api/policies/{id}/changes",
    "/api/policies/{id}/outline",
    "/api/...",
    "/plainclause/...",
    "/brand/...",
    "/gradio_api/queue/join",
    "/gradio_api/queue/data",
    "/gradio_api/...",
    "/assets/...",
    "/static/...",
)
"""The kinds of path that are told apart, most particular first; whatever else is asked for is "other"."""

_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_REFUSALS = frozenset({401, 403, 413, 429, 503})


def _pattern(route: str) -> re.Pattern[str]:
    return re.compile(re.escape(route).replace(r"\{id\}", "[^/]+").replace(r"\.\.\.", ".*"), re.DOTALL)


_PATTERNS = tuple((_pattern(route), route) for route in ROUTES)


class Metrics:
    """The counts of one application, in a registry of their own; `latest` is asked at each scrape, and not before."""

    def __init__(self, latest: Latest) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "plainclause_requests",
            "Requests by kind of path, method and class of status; none: left unanswered.",
            ["route", "method", "status"],
            registry=self.registry,
        )
        self._refused = Counter(
            "plainclause_requests_refused",
            "Requests refused: without sign-in (401, 403), too large (413), too many (429), busy (503).",
            ["route", "status"],
            registry=self.registry,
        )
        self._seconds = Histogram(
            "plainclause_request_duration_seconds",
            "Time from a request to the start of its response; an event stream counts until it opens.",
            ["route"],
            buckets=BUCKETS,
            registry=self.registry,
        )
        self._answers = Counter(
            "plainclause_answers",
            "Answers by surface and outcome.",
            ["surface", "outcome"],
            registry=self.registry,
        )
        self._feedback = Counter(
            "plainclause_feedback",
            "Feedback by whether the answer was helpful.",
            ["helpful"],
            registry=self.registry,
        )
        for helpful in ("yes", "no"):  # a rate needs the zero before the first one
            self._feedback.labels(helpful)
        self.registry.register(_InUse(latest))
        ProcessCollector(registry=self.registry)

    def answered(self, surface: str, outcome: Outcome) -> None:
        """Count an answer. `surface` is one of a few fixed names ("chat", "api"), never a caller's words."""
        self._answers.labels(surface, Outcome(outcome).value).inc()

    def feedback(self, helpful: bool) -> None:
        """Count a thumb up or down."""
        self._feedback.labels("yes" if helpful else "no").inc()

    def exposition(self, accept: str = "") -> tuple[bytes, str]:
        """All counts now, and their content type: OpenMetrics 1.0 where the header `accept` names it, else Prometheus text."""
        if "application/openmetrics-text" in accept.lower():
            return generate_openmetrics(self.registry), OPENMETRICS  # type: ignore[no-untyped-call]
        return generate_latest(self.registry), CONTENT_TYPE_PLAIN_0_0_4

    def middleware(self, app: ASGIApp) -> ASGIApp:
        """`app`, its HTTP requests counted; put outermost, this counts also what other middleware refuses."""

        async def counted(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await app(scope, receive, send)
                return
            began, started = perf_counter(), False

            async def noted(message: Message) -> None:
                nonlocal started
                if message["type"] == "http.response.start":
                    started = True
                    self._count(scope, message["status"], perf_counter() - began)
                await send(message)

            try:
                await app(scope, receive, noted)
            except Exception:
                if not started:  # the error handler, which stands outside of all middleware, will answer so
                    started = True
                    self._count(scope, 500, perf_counter() - began)
                raise
            finally:
                if not started:
                    self._count(scope, None, None)

        return counted

    def _count(self, scope: Scope, status: int | None, seconds: float | None) -> None:
        route, method = kind_of(route_path(scope)), scope["method"]
        kind = "none" if status is None else f"{status // 100}xx"
        self._requests.labels(route, method if method in _METHODS else "other", kind).inc()
        if status in _REFUSALS:
            self._refused.labels(route, str(status)).inc()
        if seconds is not None:
            self._seconds.labels(route).observe(seconds)


def kind_of(path: str) -> str:
    """Which of ROUTES a path is, or "other": addresses are the callers' to choose, and each would be kept for ever."""
    return next((route for pattern, route in _PATTERNS if pattern.fullmatch(path or "/")), "other")


class _InUse(Collector):
    """The policies and the index in use, asked at each scrape: nothing is left of an index that was replaced."""

    def __init__(self, latest: Latest) -> None:
        self._latest = latest

    def collect(self) -> Iterable[Metric]:
        assistant = self._latest()
        policies = assistant.policies
        clauses = sum(each.clauses for each in policies.summaries.values())
        yield GaugeMetricFamily("plainclause_policies", "Policies on the shelf, superseded ones too.", len(policies))
        yield GaugeMetricFamily("plainclause_clauses", "Clauses of these policies.", clauses)
        searcher = assistant.searcher
        yield InfoMetricFamily(
            "plainclause_index",
            "The index in use: which build, and the encoder of its vectors.",
            value={"generation": searcher.generation, "encoder": searcher.encoder.name},
        )
