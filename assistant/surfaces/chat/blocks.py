"""The web chat as Gradio Blocks: ask on the left, read the policy on the right. What its events do stands in `page`."""

from __future__ import annotations

import json
import os
from typing import Any
from urllib.parse import urlsplit

# Gradio reads this when it is imported, and calls out otherwise. The page promises that nothing goes to third parties, or,
# where the company has set a language model, to nobody but that one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr
from gradio.events import api as gr_api

from assistant.languages import CODES, Language, language, preferred
from assistant.surfaces.chat.events import ALL, Memory, Page, Reply, Talk
from assistant.surfaces.render.names import escaped, printable
from corpus.errors import PlainclauseError, UnknownPolicy

LONGEST_TYPED = 20_000  # code points the box takes: enough for the friendly "too long", below what the server refuses
CONCURRENT, QUEUED = 4, 128  # questions answered at once; waiting, before the next is told to come back
FORGOTTEN = 6 * 3600  # seconds after which the bubbles of a visitor who has not come back are dropped


class _Events:
    """The page's events as Gradio wants them: from the values of components to the values of components."""

    def __init__(self, page: Page, sent_to: str | None = None, kept_for: int | None = None) -> None:
        self.page, self.sent_to, self.kept_for = page, sent_to, kept_for

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """The page in the visitor's language, with the policy that its address names, `?policy=rackspace&lang=de`."""
        wanted = dict(request.query_params)
        texts = preferred(wanted.get("lang"), request.headers.get("accept-language"))
        try:
            chosen = self.page.choice(wanted.get("policy") or None, texts)
        except UnknownPolicy as error:
            _warn(error, texts)
            chosen = self.page.choice(None, texts)
        say = texts.say
        return (
            about(texts, self.sent_to, self.kept_for),
            gr.update(choices=chosen.choices, value=chosen.policy, label=say("chat.policy")),
            chosen.facts,
            gr.update(label=say("chat.conversation"), placeholder=say("chat.empty")),
            gr.update(label=say("chat.question"), placeholder=say("chat.example"), submit_btn=say("chat.ask")),
            chosen.starters,
            gr.update(value=say("chat.stop")),
            gr.update(value=say("chat.clear")),
            remember(texts),
            chosen.document,
            Memory(language=texts.code).model_dump_json(),
        )

    def choose(self, policy_id: str | None, memory: str | None) -> tuple[Any, ...]:
        """A policy chosen from the list: (facts, starters, document)."""
        texts = Memory.read(memory).texts
        try:
            chosen = self.page.choice(policy_id, texts)
        except UnknownPolicy as error:
            _warn(error, texts)
            return gr.skip(), gr.skip(), gr.skip()
        return chosen.facts, chosen.starters, chosen.document

    def go(self, target: str | None, memory: str | None) -> tuple[Any, ...]:
        """A link of the page followed: (selector, facts, starters, document)."""
        texts = Memory.read(memory).texts
        try:
            chosen, asked = self.page.followed(target, texts)
        except UnknownPolicy as error:
            _warn(error, texts)
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        if not asked:
            return gr.skip(), gr.skip(), gr.skip(), chosen.document
        return chosen.policy, chosen.facts, chosen.starters, chosen.document

    def reply(self, question: str | None, policy_id: str | None, memory: str | None, talk: Talk) -> tuple[Any, ...]:
        """A question answered: (bubbles, question box, document, conversation, memory)."""
        return _shown(self.page.reply(question, policy_id, Memory.read(memory), talk))

    def restore(self, remembered: str | None) -> tuple[Any, ...]:
        """A conversation that the page remembered; the question box is the visitor's."""
        bubbles, _, *others = _shown(self.page.restored(remembered))
        return bubbles, gr.skip(), *others

    def start_over(self, memory: str | None) -> tuple[Any, ...]:
        """An empty conversation."""
        return [], "", gr.skip(), Talk(), Memory(language=Memory.read(memory).language).model_dump_json()

    def ask(self, question: str, policy: str | None = None) -> dict[str, Any]:
        """Answer a question with the clause that proves it; the one event that is public API."""
        try:
            return self.page.latest().ask(question, policy or None).as_json()
        except PlainclauseError as error:
            raise gr.Error(printable(str(error)), print_exception=False) from error


def _warn(error: UnknownPolicy, texts: Language) -> None:
    gr.Warning(escaped(str(error)), title=texts.say("chat.notice"))


def _shown(reply: Reply) -> tuple[Any, ...]:
    document = gr.skip() if reply.document is None else reply.document
    return reply.talk.messages, reply.question, document, reply.talk, reply.memory.model_dump_json()


def about(texts: Language, sent_to: str | None = None, kept_for: int | None = None) -> str:
    """What the page says of itself, first of all; and, for its script, what it says while a question waits.

    Args:
        sent_to: base URL of the server whose language model gets questions and clauses; None: nothing leaves this one.
        kept_for: days for which questions that the policy does not answer are kept; None: none is.
    """
    say = texts.say
    what_it_is = say("chat.what_it_is")
    if sent_to is not None:
        what_it_is = say("chat.what_it_is_with_model", host=escaped(urlsplit(sent_to).hostname or sent_to))
    if kept_for is not None:
        what_it_is += f" {texts.count('chat.kept', kept_for)}"
    others = "".join(
        f'<a class="language" href="?lang={code}" lang="{code}">{_called(code)}</a>'
        for code in CODES
        if code != texts.code
    )
    waiting = {
        "before_one": say("chat.before.one"),
        "before_many": say("chat.before.many"),
        "next": say("chat.next"),
        "too_many": say("chat.too_many"),
        "busy": say("chat.busy"),
    }
    return (
        f'<div lang="{texts.code}"><h1>{say("chat.title")}</h1><p>{say("chat.tagline")}</p>'
        f'<p class="soft">{what_it_is} {others}</p>'
        f'<span class="words" hidden>{escaped(json.dumps(waiting, ensure_ascii=False))}</span></div>'
    )


def remember(texts: Language) -> str:
    """The switch that lets the page keep the conversation in this browser; off until a visitor turns it on."""
    return f'<label class="remember"><input type="checkbox" id="remember">{texts.say("chat.remember")}</label>'


def _called(code: str) -> str:
    return language(code).say("name")


def chat(page: Page, *, sent_to: str | None = None, kept_for: int | None = None) -> gr.Blocks:
    """The page: a policy selector, the conversation and a question box beside the policy's text.

    Args:
        page: what its events do.
        sent_to: base URL of the server whose language model reads, where one is set: the page says so.
        kept_for: days for which questions that the policy does not answer are kept, where they are: the page says so.
    """
    texts = language(CODES[0])
    events, say = _Events(page, sent_to, kept_for), texts.say
    first = page.choice(None, texts, suggesting=False)  # the page arrives with this; `arrive` brings the rest
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    blocks: gr.Blocks
    with gr.Blocks(title=say("chat.title"), fill_width=True, analytics_enabled=False) as blocks:
        talk = gr.State(Talk(), time_to_live=FORGOTTEN)
        intro = gr.Markdown(about(texts, sent_to, kept_for), elem_id="about", latex_delimiters=[])
        with gr.Row(elem_id="sheet"):
            with gr.Column(elem_id="talk", min_width=280):
                policy = gr.Dropdown(first.choices, value=ALL, label=say("chat.policy"), elem_id="policy")
                facts = gr.Markdown(first.facts, elem_id="asked-of", latex_delimiters=[])
                conversation = gr.Chatbot(
                    label=say("chat.conversation"),
                    show_label=False,
                    elem_id="conversation",
                    placeholder=say("chat.empty"),
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
                starting = gr.Markdown("", elem_id="starting", latex_delimiters=[])
                with gr.Column(elem_id="asking"):
                    stop = gr.Button(say("chat.stop"), size="sm", elem_classes="stop")
                    question = gr.Textbox(
                        label=say("chat.question"),
                        placeholder=say("chat.example"),
                        elem_id="question",
                        lines=1,
                        max_lines=4,
                        max_length=LONGEST_TYPED,
                        submit_btn=say("chat.ask"),
                        autofocus=False,
                    )
                with gr.Row(elem_id="chips"):
                    over = gr.Button(say("chat.clear"), size="sm", elem_classes="chip quiet")
                    remembering = gr.Markdown(remember(texts), elem_id="remembering", latex_delimiters=[])
            with gr.Column(elem_id="reading", min_width=280):
                document = gr.Markdown(first.document, elem_id="document", latex_delimiters=[])
        # The page's script speaks through the first two of these, and reads the third.
        target, remembered, memory = (
            gr.Textbox(elem_id=name, label=name, visible="hidden") for name in ("target", "remembered", "memory")
        )

        answered_with = [conversation, question, document, talk, memory]
        asking = question.submit(events.reply, [question, policy, memory, talk], answered_with, **private)
        stop.click(None, cancels=[asking], **private)
        over.click(events.start_over, memory, answered_with, **private)
        policy.input(events.choose, [policy, memory], [facts, starting, document], **private)
        target.change(events.go, [target, memory], [policy, facts, starting, document], **private)
        remembered.change(events.restore, remembered, answered_with, **private)
        every = [intro, policy, facts, conversation, question, starting, stop, over, remembering, document, memory]
        blocks.load(events.arrive, None, every, **private)
        gr_api(events.ask, api_name="ask")
    blocks.queue(api_open=False, default_concurrency_limit=CONCURRENT, max_size=QUEUED)
    return blocks


def theme() -> gr.themes.Base:
    """The page's theme: system fonts only; the colours are those of static/chat.css."""
    words = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Noto Sans", "sans-serif"]
    return gr.themes.Base(
        primary_hue="teal",
        neutral_hue="stone",
        radius_size="md",
        text_size="md",
        font=words,
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )
