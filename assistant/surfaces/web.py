"""The web chat: ask on the left, read the policy on the right. Gradio Blocks mounted on the HTTP API's application."""

from __future__ import annotations

import logging
import os
import re
import secrets
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

# Gradio reads this when it is imported, and calls out otherwise. The page promises that nothing goes to third parties.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
import uvicorn
from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from gradio.events import api as gr_api
from starlette.datastructures import MutableHeaders
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.ask import Assistant
from assistant.errors import AssistantError, BadQuestion, BadSetting
from assistant.model import MAX_HISTORY, Answer, Turn
from assistant.renewal import Latest
from assistant.surfaces.http import api
from assistant.surfaces.problems import problem
from assistant.surfaces.render import (
    answer_markdown,
    dated,
    escaped,
    named,
    note_markdown,
    policy_markdown,
    printable,
    question_markdown,
    shelf_markdown,
    successor,
)
from corpus.errors import CorpusError, UnknownPolicy
from corpus.model import Policy, Span

STATIC = Path(__file__).parent / "static"
ALL = "*"  # the selector's value for all current policies; no file stem on any shelf
EXAMPLES = (
    "Is my card number shared?",
    "Which cookies are set?",
    "Is my data encrypted?",
    "How do I stop marketing e-mails?",
)
ABOUT = """\
# Plainclause

Ask what a privacy policy says and read the clause that says it, word for word.

An automated reader that quotes the policy. No legal advice. Nothing is sent to third parties.
"""
EMPTY = "Ask in your own words. Each answer quotes the policy; where nothing is found, it says so."
LONGEST_TYPED = 20_000  # code points the box takes: enough for the friendly "too long", below what the server refuses

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Talk:
    """One visitor's conversation: what was asked of which policy, and the bubbles on the page. Lives on the server."""

    turns: tuple[Turn, ...] = ()
    bubbles: tuple[tuple[str, str], ...] = ()  # (role, Markdown), oldest first

    def said(self, role: str, markdown: str) -> Talk:
        """This conversation with one more bubble; the oldest go when there are too many."""
        return replace(self, bubbles=(*self.bubbles, (role, markdown))[-2 * MAX_HISTORY :])

    def asked(self, turn: Turn) -> Talk:
        """This conversation with one more turn that a follow-up may refer to."""
        return replace(self, turns=(*self.turns, turn)[-MAX_HISTORY:])

    @property
    def messages(self) -> list[dict[str, str]]:
        """The bubbles as `gr.Chatbot` takes them."""
        return [{"role": role, "content": markdown} for role, markdown in self.bubbles]


class _Page:
    """What the page's events do: one method each, from values of the page to values of the page. Each event is answered by
    one assistant from beginning to end, the latest."""

    def __init__(self, latest: Latest) -> None:
        self.latest = latest
        self._shown = count(1)

    def choices(self, assistant: Assistant) -> list[tuple[str, str]]:
        """The selector's lines: (label, value)."""
        every = f"All current policies ({len(assistant.current)})"
        return [(every, ALL), *((_label(policy, assistant), policy.id) for policy in assistant.policies.values())]

    def document(self, policy_id: str | None) -> str:
        """What stands beside the chat: one policy, or the list of the current ones."""
        return self._document(self.latest(), policy_id)

    def _document(self, assistant: Assistant, policy_id: str | None, hits: tuple[Span, ...] = ()) -> str:
        """The same, with marked clauses."""
        key, policies = str(next(self._shown)), assistant.policies
        if policy_id is None or policy_id not in policies:  # all, or one that is no more
            return shelf_markdown([policies[id_] for id_ in assistant.current], key)
        policy = policies[policy_id]
        return policy_markdown(policy, hits, successor(policy, policies), key)

    def reply(self, question: str | None, policy_id: str | None, talk: Talk) -> Iterator[tuple[Any, ...]]:
        """Show the question at once, then the answer: (bubbles, question box, document, conversation) each time."""
        assistant = self.latest()
        question = question or ""
        scope = None if policy_id in (None, "", ALL) else policy_id
        if question.strip():
            talk = talk.said("user", question_markdown(question))
            yield talk.messages, "", gr.skip(), talk
        try:
            # Of a policy that is no more the earlier turns are forgotten; the question itself is answered with what is wrong.
            earlier = tuple(turn for turn in talk.turns if turn.policy is None or turn.policy in assistant.policies)
            answer = assistant.ask(question, scope, earlier)
            talk = talk.asked(Turn(question=question, policy=scope))
            talk = talk.said("assistant", answer_markdown(answer, assistant.policies))
            yield talk.messages, "", self._proof(assistant, answer, scope), talk
        except (BadQuestion, UnknownPolicy) as error:
            talk = talk.said("assistant", note_markdown(_sentence(str(error))))
            yield talk.messages, printable(question), gr.skip(), talk
        except Exception:  # whatever it is, the visitor gets a sentence and the log the traceback
            log.exception("a question was not answered")
            talk = talk.said("assistant", note_markdown("Something went wrong on this server. Please ask again."))
            yield talk.messages, printable(question), gr.skip(), talk

    def _proof(self, assistant: Assistant, answer: Answer, scope: str | None) -> str:
        if not answer.citations:
            return self._document(assistant, scope)
        best = answer.citations[0].policy_id
        hits = tuple(each.span for each in answer.citations if each.policy_id == best)
        return self._document(assistant, best, hits)

    def arrive(self, request: gr.Request) -> tuple[Any, Any]:
        """List the policies that there are now and choose the one that the page's address names, `?policy=rackspace`:
        (selector, document)."""
        assistant, wanted = self.latest(), request.query_params.get("policy")
        choices = self.choices(assistant)
        if not wanted:
            return gr.update(choices=choices), self._document(assistant, None)
        chosen, document = self._chosen(assistant, wanted)
        if chosen != wanted:
            return gr.update(choices=choices), self._document(assistant, None)
        return gr.update(choices=choices, value=chosen), document

    def go(self, target: str | None) -> tuple[Any, Any]:
        """Follow a link of the page, `policy=rackspace` or `policy=rackspace&clause=14`: (selector, document)."""
        wanted = {name: values[0] for name, values in parse_qs(target or "").items()}
        return self._chosen(self.latest(), wanted.get("policy", ""), wanted.get("clause"))

    def _chosen(self, assistant: Assistant, policy_id: str, clause: str | None = None) -> tuple[Any, Any]:
        if policy_id not in assistant.policies:
            gr.Warning(f"There is no policy “{escaped(policy_id[:80])}” here. Choose one from the list.")
            return gr.skip(), gr.skip()
        if clause is None:
            return policy_id, self._document(assistant, policy_id)
        clauses = assistant.policies[policy_id].clauses
        number = int(clause) if clause.isascii() and clause.isdigit() and len(clause) < 9 else len(clauses)
        hits = (clauses[number].span,) if number < len(clauses) else ()
        # Reading a clause does not change which policy is asked.
        return gr.skip(), self._document(assistant, policy_id, hits)

    def start_over(self) -> tuple[Any, ...]:
        """An empty conversation: (bubbles, question box, conversation)."""
        return [], "", Talk()

    def ask(self, question: str, policy: str | None = None) -> dict[str, Any]:
        """Answer a question with the clause that proves it; the one event that is public API."""
        try:
            return self.latest().ask(question, policy or None).as_json()
        except (AssistantError, CorpusError) as error:
            raise gr.Error(printable(str(error)), print_exception=False) from error


def _label(policy: Policy, assistant: Assistant) -> str:
    earlier = ", earlier version" if successor(policy, assistant.policies) else ""
    return f"{named(policy)} ({dated(policy)}{earlier})"


def chat(latest: Latest) -> gr.Blocks:
    """The page: a policy selector, the conversation and a question box beside the policy's text."""
    page = _Page(latest)
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    blocks: gr.Blocks
    with gr.Blocks(title="Plainclause", fill_width=True, analytics_enabled=False) as blocks:
        talk = gr.State(Talk(), time_to_live=6 * 3600)
        gr.Markdown(ABOUT, elem_id="about", latex_delimiters=[])
        with gr.Row(elem_id="sheet"):
            with gr.Column(elem_id="talk", min_width=280):
                policy = gr.Dropdown(page.choices(latest()), value=ALL, label="Policy", elem_id="policy")
                conversation = gr.Chatbot(
                    label="Conversation",
                    show_label=False,
                    elem_id="conversation",
                    placeholder=EMPTY,
                    height=None,
                    autoscroll=False,
                    buttons=[],
                    feedback_options=None,
                    latex_delimiters=[],
                    allow_tags=False,
                    allow_file_downloads=False,
                    layout="bubble",
                    group_consecutive_messages=False,
                )
                question = gr.Textbox(
                    label="Your question",
                    placeholder="Is my card number shared?",
                    elem_id="question",
                    lines=1,
                    max_lines=4,
                    max_length=LONGEST_TYPED,
                    submit_btn="Ask",
                    autofocus=False,
                )
                with gr.Row(elem_id="chips"):
                    examples = [gr.Button(text, size="sm", elem_classes="chip") for text in EXAMPLES]
                    over = gr.Button("Start over", size="sm", elem_classes="chip quiet")
            with gr.Column(elem_id="reading", min_width=280):
                document = gr.Markdown(page.document(None), elem_id="document", latex_delimiters=[])
        target = gr.Textbox(elem_id="target", label="Link target", visible="hidden")

        answered = [conversation, question, document, talk]
        question.submit(page.reply, [question, policy, talk], answered, **private)
        for example in examples:
            example.click(page.reply, [example, policy, talk], answered, **private)
        over.click(page.start_over, None, [conversation, question, talk], **private)
        policy.input(page.document, policy, document, **private)
        blocks.load(page.arrive, None, [policy, document], **private)
        target.change(page.go, target, [policy, document], **private)
        gr_api(page.ask, api_name="ask")
    blocks.queue(api_open=False, default_concurrency_limit=4, max_size=128)
    return blocks


def app(latest: Latest) -> FastAPI:
    """The whole web surface of the latest assistant: the API, and the chat at `/`."""
    application = api(latest)
    application.mount("/plainclause", StaticFiles(directory=STATIC))
    application.add_middleware(CORSMiddleware, allow_origins=[])  # without it Gradio lets any origin in
    application.add_middleware(Guard)
    version = max(int(file.stat().st_mtime) for file in STATIC.iterdir())
    gr.mount_gradio_app(
        application,
        chat(latest),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        theme=_theme(),
        head=HEAD.replace("VERSION", str(version)),
    )
    return application


def serve(latest: Latest, host: str, port: int, ready: Callable[[str], None] = print) -> None:
    """Serve the web surface until interrupted; `ready` gets one line with the address. Port 0 takes a free one.

    Raises:
        BadSetting: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listener = socket.create_server((host, port), family=family, backlog=256)
    except (OSError, OverflowError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).split(" (")[0].lower()
        remedy = "set PLAINCLAUSE_HOST and PLAINCLAUSE_PORT to an address of this machine and a free port"
        raise BadSetting(f"cannot listen on {host}, port {port}: {reason}; {remedy}") from error
    config = uvicorn.Config(app(latest), log_level="warning", timeout_graceful_shutdown=2)
    shown = f"[{host}]" if ":" in host else host
    ready(f"Plainclause answers on http://{shown}:{listener.getsockname()[1]}")
    uvicorn.Server(config).run(sockets=[listener])


class Guard:
    """ASGI middleware: closes what of Gradio this page does not use, and sets the security headers.

    Scripts run only from this server's files or with the nonce that this middleware puts on the page's own `<script`.
    """

    CLOSED = re.compile(
        r"/gradio_api/(upload|file|proxy=|stream|component_server|process_recording|(undo-)?vibe|dev/|deep_link"
        r"|profiling|run-history|runs|run/|api/|custom_component)|/(monitoring|login|svelte)(/|$)"
    )
    POLICY = (
        "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; font-src 'self' data:; connect-src 'self'; manifest-src 'self'; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.CLOSED.match(scope["path"]):
            await problem(404, f'"{scope["path"][:200]}" is closed here')(scope, receive, send)
            return
        if scope["path"] == "/":  # a compressed page could not take the nonce
            scope = {**scope, "headers": [each for each in scope["headers"] if each[0] != b"accept-encoding"]}
        nonce = secrets.token_urlsafe(16)
        held: list[Message] = []  # the start of an HTML response, until its body is whole
        body = bytearray()

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "no-referrer"
                headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
                kind = headers.get("content-type", "")
                if kind.startswith("text/event-stream"):
                    headers["X-Accel-Buffering"] = "no"  # nginx would hold the events back
                if kind.startswith("text/html"):
                    headers["Content-Security-Policy"] = self.POLICY.format(nonce=nonce)
                    headers["Cache-Control"] = "no-store"  # the nonce is good for one page view
                    held.append(message)
                    return
            elif held:
                body.extend(message.get("body", b""))
                if message.get("more_body"):
                    return
                page = bytes(body).replace(b"<script", f'<script nonce="{nonce}"'.encode())
                if scope["method"] != "HEAD":
                    MutableHeaders(scope=held[0])["Content-Length"] = str(len(page))
                await send(held.pop())
                message = {"type": "http.response.body", "body": page}
            await send(message)

        await self.app(scope, receive, guarded)


HEAD = """\
<link rel="stylesheet" href="./plainclause/chat.css?VERSION">
<link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect \
width='32' height='32' rx='7' fill='%23245a52'/%3E%3Cpath d='M9 9h14M9 23h9' stroke='%23fff' stroke-width='2.5' \
stroke-linecap='round'/%3E%3Crect x='7.5' y='13' width='17' height='6' rx='2' fill='%23ffd66b'/%3E%3C/svg%3E">
<script src="./plainclause/chat.js?VERSION" defer></script>
"""


def _theme() -> gr.themes.Base:
    words = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        radius_size="md",
        text_size="md",
        font=words,
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )


def _sentence(message: str) -> str:
    return message[:1].upper() + message[1:] + ("" if message.endswith((".", "?", "!")) else ".")
