"""The HTTP API: the same questions and answers as everywhere, as JSON; errors as RFC 9457 problem documents."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.compare import Comparison, ComparisonRequest, compare
from assistant.model import MAX_QUESTION, Answer, Found, Question
from assistant.renewal import Latest
from assistant.surfaces.problems import described, problem, report_problems
from assistant.surfaces.render import policies_json, policy_json
from corpus.errors import UnknownPolicy
from corpus.model import Policy

MAX_BODY = 256 * 1024  # bytes; a question and fifty earlier ones, each of 2,000 Latin letters, fit twice
MAX_HITS = 100

# Examples as JSON. None holds a null: FastAPI leaves nulls out of the description, and what is left would be wrong.
_FACTS = """ "id": "vps6", "provider": "VPS6.NET", "title": "Privacy Policy",
    "source_url": "https://vps6.net/privacy.php", "snapshot_date": "2017-12-12", "effective_date": "2017-01-01",
    "supersedes": "vps6-2015", "superseded_by": "vps6-2019",
    "sha256": "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d" """
_CLAUSE = """ "quote": "We do not sell your data.", "start": 120, "end": 145, "path": ["Sharing"] """


def _example(text: str) -> ConfigDict:
    return ConfigDict(frozen=True, json_schema_extra={"examples": [json.loads(text)]})


class Answered(Answer):
    """An answer and the id that its question came with."""

    model_config = _example(f"""{{
        "id": 7, "question": "is my data sold?", "outcome": "no",
        "text": "No: under “Sharing”, the policy says “We do not sell your data”.",
        "citations": [{{{_CLAUSE}, "policy_id": "vps6", "source_url": "https://vps6.net/privacy.php",
            "snapshot_date": "2017-12-12", "policy_sha256": "9c1e5b0d7a4f2e6388c1d0b5a9f47e3261d8c05b7e9fa2134c6d8e0f1a2b3c4d"}}],
        "searched": {{"clauses": 28, "policies": [
            {{"id": "vps6", "title": "Privacy Policy", "snapshot_date": "2017-12-12", "clauses": 28}}]}}}}""")

    id: Any = Field(default=None, description="As it came with the question.")


class Hits(BaseModel):
    """What a search found, best first."""

    model_config = _example(f"""{{"hits": [{{{_CLAUSE}, "policy_id": "vps6", "score": 0.71}}]}}""")

    hits: list[Found]


class PolicyFacts(BaseModel):
    """What is known of a policy; null is what the document does not state."""

    id: str
    provider: str | None
    title: str
    source_url: str | None
    snapshot_date: date | None
    effective_date: date | None
    supersedes: str | None = Field(description="Id of the earlier version that this one replaces.")
    superseded_by: str | None = Field(description="Id of the later version that replaces this one.")
    sha256: str = Field(description="SHA-256 of the canonical text, UTF-8 encoded.")


class PolicySummary(PolicyFacts):
    """A policy without its text."""

    model_config = _example(f"""{{{_FACTS}, "clauses": 28}}""")

    clauses: int = Field(description="How many clauses it has.")


class LeadIn(BaseModel):
    """The words that open a list."""

    start: int
    end: int
    quote: str


class ClauseView(BaseModel):
    """A sentence or list item; `quote` is `text[start:end]`, counted in Unicode code points."""

    start: int
    end: int
    path: tuple[str, ...] = Field(description="The headings above it, outermost first.")
    lead_in: LeadIn | None = Field(description="For a list item: the words that open its list.")
    kind: Literal["sentence", "item"]
    quote: str


class PolicyText(PolicyFacts):
    """A policy with its canonical text and its clauses."""

    model_config = _example(f"""{{{_FACTS}, "text": "We keep:\\n\\ncard numbers",
        "clauses": [{{"quote": "card numbers", "start": 10, "end": 22, "path": ["Sharing"], "kind": "item",
            "lead_in": {{"start": 0, "end": 8, "quote": "We keep:"}}}}]}}""")

    text: str
    clauses: list[ClauseView]


class Health(BaseModel):
    """That the server answers, and what it answers about."""

    model_config = _example("""{"status": "ok", "policies": 4, "clauses": 117}""")

    status: Literal["ok"]
    policies: int
    clauses: int


def api(latest: Latest) -> FastAPI:
    """The API of the latest assistant, as an application that a server runs or that other surfaces mount themselves on."""
    app = FastAPI(
        title="Plainclause",
        description="Answers a question about a privacy policy with the exact clause, or says that it found none.",
        docs_url=None,  # both pages load their scripts from another host
        redoc_url=None,
    )
    app.router.route_class = _StrictRoute
    app.add_middleware(BodyLimit)
    report_problems(app)
    wrong: dict[int | str, dict[str, Any]] = {
        422: described("A question, parameter or body that cannot be used."),
        404: described("No such policy."),
    }
    too_large: dict[int | str, dict[str, Any]] = {413: described("A body over 256 KiB.")}

    @app.post("/api/ask", response_model=Answered, responses=wrong | too_large, tags=["ask"])
    def ask(question: Question) -> Response:
        """Answer a question with the clause that proves the answer.

        `citations` stand in order of merit. Outcomes `silent` and `off_topic` have none. With `policy` null all current
        policies are asked: `by_policy` holds an answer for each. Where a policy is silent, `closest` may hold a related
        clause that does not answer the question. With `explain`, `explanation` says why this clause and this outcome.
        """
        answer = latest().ask(question.question, question.policy, question.history, explain=question.explain)
        return JSONResponse({"id": question.id, **answer.as_json()})

    @app.post("/api/compare", responses=wrong | too_large, tags=["ask"])
    def compare_policies(asked: ComparisonRequest) -> Comparison:
        """Ask several policies the same question, each for itself: a row for each policy and version.

        With `policies` null every policy on the shelf is asked, superseded ones too: `superseded_by` names what replaced
        one. A company that the question names does not choose among them. "Which of these companies tell me ...?" is put
        to each as "does the company tell me ...?": `understood` says so, and is null where each was asked as typed. An
        off-topic question is `off_topic` in every row.
        """
        return compare(latest(), asked.question, asked.policies)

    @app.get("/api/search", responses=wrong, tags=["ask"])
    def search(
        q: Annotated[
            str, Query(description="The words to look for.", max_length=MAX_QUESTION, examples=["card number"])
        ],
        policy: Annotated[str | None, Query(description="A policy id; without it all current policies.")] = None,
        limit: Annotated[int, Query(description="How many clauses at most.", ge=1, le=MAX_HITS)] = 10,
    ) -> Hits:
        """The clauses nearest to some words, best first."""
        return Hits(hits=latest().search(q, policy or None, limit))

    @app.get("/api/policies", tags=["policies"])
    def list_policies() -> list[PolicySummary]:
        """Every policy on the shelf."""
        return [PolicySummary.model_validate(each) for each in policies_json(latest().policies)]

    @app.get("/api/policies/{policy_id}", responses={404: wrong[404]}, tags=["policies"])
    def read_policy(policy_id: str) -> PolicyText:
        """One policy: its canonical text and its clauses with their places in it."""
        policies = latest().policies
        try:
            policy = policies[policy_id]  # a shelf raises UnknownPolicy, which names the known ones and the nearest
        except KeyError:
            raise UnknownPolicy(f'unknown policy "{policy_id[:80]}"; GET /api/policies lists the known ones') from None
        known = policy_json(policy, policies)
        return PolicyText.model_validate(known | {"text": policy.text, "clauses": _clauses(policy)})

    @app.get("/healthz", tags=["server"])
    def healthz() -> Health:
        """Whether the server answers."""
        policies = latest().policies
        return Health(status="ok", policies=len(policies), clauses=sum(len(each.clauses) for each in policies.values()))

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]

    @app.api_route("/api/{rest:path}", methods=methods, include_in_schema=False)
    def nothing_here(request: Request) -> Response:
        # Without this route what is mounted at "/" would answer, and a wrong method would read as a wrong address.
        path, method = request.url.path, request.method
        for route in app.routes:
            if isinstance(route, APIRoute) and route.matches(request.scope)[0] is Match.PARTIAL:
                allowed = ", ".join(sorted(route.methods or ()))
                return problem(405, f"{path} does not take {method}; send {allowed}", headers={"Allow": allowed})
        return problem(404, f'nothing is at "{path[:200]}"; the addresses are in /openapi.json')

    return app


class BodyLimit:
    """ASGI middleware that reads a request's body before anything else does, and refuses more than MAX_BODY bytes."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self.app(scope, receive, send)
            return
        body, more = bytearray(), True
        while more and len(body) <= MAX_BODY:
            message = await receive()
            if message["type"] != "http.request":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        if len(body) > MAX_BODY:
            refusal = problem(
                413,
                f"the body has more than {MAX_BODY} bytes; send a shorter question and fewer earlier turns",
                headers={"Connection": "close"},
            )
            await refusal(scope, receive, send)
            return
        whole: Message | None = {"type": "http.request", "body": bytes(body), "more_body": False}

        async def replay() -> Message:
            nonlocal whole
            if whole is None:
                return await receive()
            message, whole = whole, None
            return message

        await self.app(scope, replay, send)


class _StrictRequest(Request):
    """A request whose JSON is JSON: no NaN, no infinity, no lone surrogate, no bottomless nesting."""

    async def json(self) -> Any:
        """The parsed body.

        Raises:
            HTTPException: 422, with what is wrong and where.
        """
        body = await self.body()
        try:
            value = json.loads(body, parse_constant=_no_constant, parse_float=_finite)
            json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
        except UnicodeEncodeError as error:
            found = f"\\u{ord(error.object[error.start]):04x}"
            raise HTTPException(422, f"the body holds the lone surrogate {found}; send whole characters") from error
        except UnicodeDecodeError as error:
            raise HTTPException(
                422, f"the body is not UTF-8 at byte {error.start}; encode the JSON as UTF-8"
            ) from error
        except RecursionError as error:
            raise HTTPException(422, "the body is nested too deeply; send an object as in /openapi.json") from error
        except ValueError as error:
            raise HTTPException(422, f"the body is no JSON: {error}; send an object as in /openapi.json") from error
        return value


class _StrictRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def strict(request: Request) -> Response:
            return await handle(_StrictRequest(request.scope, request.receive))

        return strict


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:20]} is too large a number")
    return number


def _clauses(policy: Policy) -> list[ClauseView]:
    views = []
    for clause in policy.clauses:
        lead, opened = clause.lead_in, None
        if lead is not None:
            opened = LeadIn(start=lead.start, end=lead.end, quote=lead.of(policy.text))
        views.append(
            ClauseView(
                start=clause.span.start,
                end=clause.span.end,
                path=clause.path,
                lead_in=opened,
                kind=clause.kind,
                quote=clause.span.of(policy.text),
            )
        )
    return views
