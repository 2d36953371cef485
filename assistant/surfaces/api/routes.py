"""The HTTP API: the same questions and answers as everywhere, as JSON; errors as RFC 9457 problem documents."""

from __future__ import annotations

from collections.abc import Callable, Container
from contextlib import AbstractAsyncContextManager
from time import perf_counter
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from starlette.routing import Match, Route

from assistant.bootstrap.company_data import open_database
from assistant.bootstrap.hot_reload import Latest
from assistant.company.branding.handoff import handed_over
from assistant.company.branding.loading import PLAIN, LatestBrand
from assistant.company.database.engine import Database
from assistant.company.feedback.store import FeedbackStore
from assistant.company.insight.noting import Noting
from assistant.languages import language
from assistant.model import MAX_QUESTION, Question
from assistant.review.compare import Comparison, ComparisonRequest, compare
from assistant.settings import Settings
from assistant.surfaces.api.bodies import BodyLimit, StrictRoute
from assistant.surfaces.api.clause_routes import serve_clauses
from assistant.surfaces.middleware.metrics import Metrics
from assistant.surfaces.middleware.problems import described, problem, report_problems
from assistant.surfaces.middleware.rate_limits import Room
from assistant.surfaces.middleware.route_costs import free, work
from assistant.surfaces.render.names import policies_json, policy_json
from assistant.surfaces.schemas import (
    MAX_HITS,
    Answered,
    Health,
    Hits,
    Kept,
    PolicySummary,
    PolicyText,
    Ready,
    Word,
    clause_views,
)
from corpus.errors import UnknownPolicy


def api(
    latest: Latest,
    settings: Settings,
    metrics: Metrics | None = None,
    served: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
    brand: LatestBrand = lambda: PLAIN,
    *,
    database: Database | None = None,
    noting: Noting | None = None,
    uploads: Container[str] = (),
) -> FastAPI:
    """The API of the latest assistant, as an application that a server runs or that other surfaces mount themselves on.

    What is said of answers is kept in `database`, without it in the one that the settings name. The application is served within `served`: what other
    surfaces begin and end with it. `uploads` are paths of other surfaces that read large bodies themselves.
    """
    counts = metrics or Metrics(latest)
    database = database or open_database(settings)
    feedback, noted = FeedbackStore(database), noting or Noting(database, settings)
    app = FastAPI(
        title="Plainclause",
        description="Answers a question about a privacy policy with the exact clause, or says that it found none.",
        docs_url=None,  # both pages load their scripts from another host
        redoc_url=None,
        lifespan=served,
    )
    for route in app.routes:
        if isinstance(route, Route):  # FastAPI's own: /openapi.json, which it makes once
            free(route.endpoint)
    app.router.route_class = StrictRoute
    # Each stands outside those before it: a slow upload takes no room.
    app.add_middleware(Room, most=settings.requests_at_once)
    app.add_middleware(BodyLimit, uploads=uploads)
    report_problems(app)
    wrong: dict[int | str, dict[str, Any]] = {
        422: described("A question, parameter or body that cannot be used."),
        404: described("No such policy."),
    }
    busy: dict[int | str, dict[str, Any]] = {
        429: described("Too many requests from this address; the header Retry-After says when to come back."),
        503: described("Too many requests at once; the header Retry-After says when to come back."),
    }
    too_large: dict[int | str, dict[str, Any]] = {413: described("A body over 256 KiB.")}

    @app.post("/api/ask", response_model=Answered, responses=wrong | too_large | busy, tags=["ask"])
    @work
    def ask(question: Question) -> Response:
        """Answer a question with the clause that proves the answer.

        `citations` stand in order of merit. Outcomes `silent` and `off_topic` have none. `unclear`: the clauses speak of
        it, and neither yes nor no is sure enough to be said. With `policy` null all current policies are asked:
        `by_policy` holds an answer for each, and `text` says who says what. Where a message asks several questions,
        `parts` holds an answer for each. `route` says what the message was taken for: a greeting, say, is `off_topic`
        with a sentence of its own, and where a person is wanted, `contact` may hold the clause that says whom to ask.
        Where a policy is silent, `closest` may hold a related clause that does not answer the question. With `explain`,
        `explanation` says which clauses were read and what was made of each. Where the policy is silent, its clauses are
        unclear or a person is wanted, `handoff` holds the company's ways to a person, if it has set any.
        """
        began = perf_counter()
        answer = latest().ask(
            question.question, question.policy, question.history, explain=question.explain, language=question.language
        )
        counts.answered("api", answer.outcome)
        noted.answered("api", question.question, question.policy, answer, perf_counter() - began, question.language)
        offered = handed_over(answer, brand().branding.handoff, language(question.language))
        return JSONResponse({"id": question.id, **offered.as_json()})

    @app.post("/api/compare", responses=wrong | too_large | busy, tags=["ask"])
    @work
    def compare_policies(asked: ComparisonRequest) -> Comparison:
        """Ask several policies the same question, each for itself: a row for each policy and version.

        With `policies` null every policy on the shelf is asked, superseded ones too: `superseded_by` names what replaced
        one. A company that the question names does not choose among them. "Which of these companies tell me ...?" is put
        to each as "does the company tell me ...?": `understood` says so, and is null where each was asked as typed. An
        off-topic question is `off_topic` in every row.
        """
        return compare(latest(), asked.question, asked.policies, asked.language)

    @app.post("/api/feedback", status_code=201, responses=wrong | too_large | busy, tags=["feedback"])
    @work
    def say_whether_it_helped(word: Word) -> Kept:
        """Say whether an answer helped, and why not.

        Card numbers, e-mail addresses, phone numbers, IBANs and IP addresses in question and comment are masked before
        anything is written; no address and no user agent is kept. With the `key` that came back the first time, what was
        said then is replaced.
        """
        before = None if word.key is None else feedback.helpful(word.key)
        key = feedback.record(word, word.key)
        counts.feedback(word.helpful)
        if before is not False:  # once, however often it is said
            noted.unhelpful(word)
        return Kept(key=key)

    @app.get("/api/search", responses=wrong | busy, tags=["ask"])
    @work
    def search(
        q: Annotated[
            str, Query(description="The words to look for.", max_length=MAX_QUESTION, examples=["card number"])
        ],
        policy: Annotated[str | None, Query(description="A policy id; without it all current policies.")] = None,
        limit: Annotated[int, Query(description="How many clauses at most.", ge=1, le=MAX_HITS)] = 10,
    ) -> Hits:
        """The clauses nearest in meaning to some words, best first; words that `/api/ask` would refuse are refused."""
        return Hits(hits=latest().search(q, policy or None, limit))

    @app.get("/api/policies", tags=["policies"])
    @free
    def list_policies() -> list[PolicySummary]:
        """Every policy on the shelf."""
        return [PolicySummary.model_validate(each) for each in policies_json(latest().policies)]

    @app.get("/api/policies/{policy_id}", responses=wrong | busy, tags=["policies"])
    @work
    def read_policy(policy_id: str) -> PolicyText:
        """One policy: its canonical text and its clauses with their places in it."""
        policies = latest().policies
        try:
            policy = policies[policy_id]  # a shelf raises UnknownPolicy, which names the known ones and the nearest
        except KeyError:
            raise UnknownPolicy(f'unknown policy "{policy_id[:80]}"; GET /api/policies lists the known ones') from None
        known = policy_json(policy, policies.successor(policy_id))
        return PolicyText.model_validate(known | {"text": policy.text, "clauses": clause_views(policy)})

    serve_clauses(app, latest)

    @app.get("/healthz", tags=["server"])
    @free
    def healthz() -> Health:
        """Whether the server answers."""
        policies = latest().policies
        return Health(
            status="ok", policies=len(policies), clauses=sum(each.clauses for each in policies.summaries.values())
        )

    unready = described("It cannot answer questions, or too many requests are under way.")

    @app.get("/readyz", responses={429: busy[429], 503: unready}, tags=["server"])
    @work
    def readyz() -> Ready:
        """Whether questions can be answered: one is encoded and looked for."""
        assistant = latest()
        assistant.searcher.warm()
        return Ready(status="ready", index=assistant.searcher.generation, policies=len(assistant.policies))

    closed: dict[int | str, dict[str, Any]] = {
        200: {"description": "Counts as text.", "content": {"text/plain": {}, "application/openmetrics-text": {}}},
        401: described("The token, or user and password, of the staff are wanted."),
        403: described("Without these set, the counts are for the server's own machine."),
    }

    @app.get("/metrics", responses=closed, tags=["server"], response_class=Response)
    @free
    def read_metrics(request: Request) -> Response:
        """What the server counts of itself, for Prometheus."""
        body, kind = counts.exposition(request.headers.get("accept", ""))
        return Response(body, media_type=kind)

    _also_head(app)
    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    @app.api_route("/api/{rest:path}", methods=methods, include_in_schema=False)
    @free
    def nothing_here(request: Request) -> Response:
        # Without this route what is mounted at "/" would answer, and a wrong method would read as a wrong address.
        path, method = request.url.path, request.method
        takes = {
            each
            for route in app.routes
            if isinstance(route, APIRoute) and route.matches(request.scope)[0] is Match.PARTIAL
            for each in route.methods or ()
        }
        if takes:
            allowed = ", ".join(sorted(takes))
            return problem(405, f"{path} does not take {method}; send {allowed}", headers={"Allow": allowed})
        return problem(404, f'nothing is at "{path[:200]}"; the addresses are in /openapi.json')

    return app


def _also_head(app: FastAPI) -> None:
    """Have what answers GET answer HEAD, too, which load balancers and monitors send; the description does without."""
    for route in [each for each in app.routes if isinstance(each, APIRoute) and "GET" in (each.methods or ())]:
        app.add_api_route(route.path, route.endpoint, methods=["HEAD"], include_in_schema=False)
