"""The web chat as Gradio Blocks: ask on the left, read the policy on the right. What its events do stands in `page`."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

# Gradio reads this when it is imported, and calls out otherwise. The page promises that nothing goes to third parties, or,
# where the company has set a language model, to nobody but that one.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

import gradio as gr

from assistant.company.branding.loading import PLAIN, Brand
from assistant.languages import CODES, Language, language, preferred
from assistant.surfaces.chat.events import ALL, Memory, Page, Reply, Talk, Within
from assistant.surfaces.chat.previewing import PREVIEW, Previewed
from assistant.surfaces.render.brand import logo_html, said_html
from assistant.surfaces.render.names import escaped
from corpus.errors import UnknownPolicy

LONGEST_TYPED = 20_000  # code points the box takes: enough for the friendly "too long", below what the server refuses
CONCURRENT, QUEUED = 4, 128  # questions answered at once; waiting, before the next is told to come back
PLACES = 1.0  # seconds after which those who wait are told their place again; told at every change, a crowd slows itself down
FORGOTTEN = 6 * 3600  # seconds after which the bubbles of a visitor who has not come back are dropped


@dataclass
class Beginnings:
    """How often a visitor's page has begun over. Gradio keeps one for each page, and hands it to events that run beside each other."""

    count: int = 0


class _Events:
    """The page's events as Gradio wants them: from the values of components to the values of components."""

    def __init__(
        self, page: Page, sent_to: str | None = None, kept_for: int | None = None, previewed: Previewed | None = None
    ) -> None:
        self.page, self.sent_to, self.kept_for, self.previewed = page, sent_to, kept_for, previewed

    def page_of(self, request: gr.Request) -> Page | None:
        """What the events of a visitor's page do: one that looks at a brand which is not in use has a page of its own, and None when
        that is over."""
        token = dict(request.query_params).get(PREVIEW)
        if token is None:
            return self.page
        return self.previewed(token) if self.previewed is not None else None

    def arrive(self, request: gr.Request) -> tuple[Any, ...]:
        """The page in the visitor's language, with the policy that its address names, `?policy=rackspace&lang=de`."""
        wanted = dict(request.query_params)
        texts = preferred(wanted.get("lang"), request.headers.get("accept-language"))
        found = self.page_of(request)
        if found is None:
            _warn(texts.say("chat.preview_ended"), texts)
        page = found or self.page
        policy, within = wanted.get("policy") or None, _within(page, request)
        try:
            chosen = page.choice(policy, texts, within=within)
        except UnknownPolicy:
            _warn(texts.say("chat.unknown_policy", policy=(policy or "")[:80]), texts)
            chosen = page.choice(None, texts, within=within)
        say, brand = texts.say, page.brand()
        return (
            about(texts, self.sent_to, self.kept_for, brand),
            gr.update(
                choices=chosen.choices,
                value=chosen.policy,
                label=say("chat.policy"),
                elem_classes=[] if chosen.chooses else ["fixed"],
            ),
            chosen.facts,
            gr.update(label=say("chat.conversation"), placeholder=greeting(texts, brand)),
            gr.update(label=say("chat.question"), placeholder=say("chat.example"), submit_btn=say("chat.ask")),
            chosen.starters,
            gr.update(value=say("chat.stop")),
            gr.update(value=say("chat.clear")),
            remember(texts),
            chosen.document,
            Memory(language=texts.code).model_dump_json(),
            notice(texts, brand),
        )

    def choose(self, policy_id: str | None, memory: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A policy chosen from the list: (facts, starters, document)."""
        texts = Memory.read(memory).texts
        try:
            page = self.page_of(request) or self.page
            chosen = page.choice(policy_id, texts, within=_within(page, request))
        except UnknownPolicy:
            _warn(texts.say("chat.unknown_policy", policy=(policy_id or "")[:80]), texts)
            return gr.skip(), gr.skip(), gr.skip()
        return chosen.facts, chosen.starters, chosen.document

    def go(self, target: str | None, memory: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A link of the page followed: (selector, facts, starters, document)."""
        texts = Memory.read(memory).texts
        try:
            page = self.page_of(request) or self.page
            chosen, asked = page.followed(target, texts, _within(page, request))
        except UnknownPolicy as error:
            _warn(str(error), texts)
            return gr.skip(), gr.skip(), gr.skip(), gr.skip()
        if not asked:
            return gr.skip(), gr.skip(), gr.skip(), chosen.document
        return chosen.policy, chosen.facts, chosen.starters, chosen.document

    def reply(
        self,
        question: str | None,
        policy_id: str | None,
        memory: str | None,
        talk: Talk,
        beginnings: Beginnings,
        request: gr.Request,
    ) -> tuple[Any, ...]:
        """A question answered: (bubbles, question box, document, conversation, memory)."""
        page, remembered = self.page_of(request), Memory.read(memory)
        if page is None:  # what is asked of a preview is no customer's question
            _warn(remembered.texts.say("chat.preview_ended"), remembered.texts)
            return _as_it_was()
        begun = beginnings.count
        shown = _shown(page.reply(question, policy_id, remembered, talk, _within(page, request)))
        return shown if beginnings.count == begun else _as_it_was()

    def restore(self, remembered: str | None, request: gr.Request) -> tuple[Any, ...]:
        """A conversation that the page remembered; the question box is the visitor's."""
        page = self.page_of(request) or self.page
        bubbles, _, *others = _shown(page.restored(remembered, _within(page, request)))
        return bubbles, gr.skip(), *others

    def start_over(self, memory: str | None, beginnings: Beginnings) -> tuple[Any, ...]:
        """An empty conversation. Gradio cannot end an answer that it hears of too late: it is left out when it comes."""
        beginnings.count += 1
        return [], "", gr.skip(), Talk(), Memory(language=Memory.read(memory).language).model_dump_json()


def _within(page: Page, request: gr.Request) -> Within:
    """What the visitor's page is kept to, by its address, which comes with every event: `host` says that it is embedded."""
    wanted = dict(request.query_params)
    embedded = "host" in wanted
    try:
        return page.within(wanted.get("policy") or None, embedded=embedded)
    except UnknownPolicy:
        return () if embedded else None


def _warn(said: str, texts: Language) -> None:
    gr.Warning(escaped(said), title=texts.say("chat.notice"))


def _as_it_was() -> tuple[Any, ...]:
    """What leaves all that `_shown` gives as it is."""
    return tuple(gr.skip() for _ in range(5))


def _shown(reply: Reply) -> tuple[Any, ...]:
    document = gr.skip() if reply.document is None else reply.document
    return reply.talk.messages, reply.question, document, reply.talk, reply.memory.model_dump_json()


def about(texts: Language, sent_to: str | None = None, kept_for: int | None = None, brand: Brand = PLAIN) -> str:
    """What the page says of itself, first of all; and, for its script, what it says while a question waits.

    Args:
        sent_to: base URL of the server whose language model gets questions and clauses; None: nothing leaves this one.
        kept_for: days for which questions that the policy does not answer are kept; None: none is.
        brand: whose page it is.
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
        "too_many_one": say("chat.too_many.one"),
        "too_many_many": say("chat.too_many.many"),
        "busy_one": say("chat.busy.one"),
        "busy_many": say("chat.busy.many"),
    }
    return (
        f'<div lang="{texts.code}"><h1>{logo_html(brand)}{escaped(brand.name)}</h1><p>{say("chat.tagline")}</p>'
        f'<p class="soft">{what_it_is} {others}</p>'
        f'<span class="words" hidden>{escaped(json.dumps(waiting, ensure_ascii=False))}</span></div>'
    )


def greeting(texts: Language, brand: Brand) -> str:
    """What stands where the conversation will be."""
    own = brand.branding.own("greeting", texts.code)
    return texts.say("chat.empty") if own is None else escaped(own)


def notice(texts: Language, brand: Brand) -> str:
    """What a visitor is told before asking: the company's own words and the way to its privacy notice; nothing without any."""
    consent = said_html(brand.branding.any("consent", texts.code), texts)
    link = brand.branding.privacy_link
    shown = f'<a href="{escaped(link)}">{texts.say("chat.privacy")}</a>' if link else ""
    return f'<p class="notice">{consent} {shown}</p>' if consent or shown else ""


def remember(texts: Language) -> str:
    """The switch that lets the page keep the conversation in this browser; off until a visitor turns it on."""
    return f'<label class="remember"><input type="checkbox" id="remember">{texts.say("chat.remember")}</label>'


def _called(code: str) -> str:
    return language(code).say("name")


def _as_sent(payload: str | int | float | list[str | int | float] | None) -> str | None:
    return payload if isinstance(payload, str) else None


def chat(
    page: Page, *, sent_to: str | None = None, kept_for: int | None = None, previewed: Previewed | None = None
) -> gr.Blocks:
    """The page: a policy selector, the conversation and a question box beside the policy's text.

    Args:
        page: what its events do.
        sent_to: base URL of the server whose language model reads, where one is set: the page says so.
        kept_for: days for which questions that the policy does not answer are kept, where they are: the page says so.
        previewed: gives, for a token in the page's address, what the events of a page do that looks at a brand not in use.
    """
    texts = language(CODES[0])
    events, say, brand = _Events(page, sent_to, kept_for, previewed), texts.say, page.brand()
    # The page arrives with this, whoever asks for it: no policy is named. `arrive` brings the rest.
    first = page.choice(None, texts, suggesting=False, within=())
    fixed = [] if page.choice(None, texts, suggesting=False).chooses else ["fixed"]
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    blocks: gr.Blocks
    with gr.Blocks(title=brand.name, fill_width=True, analytics_enabled=False) as blocks:
        talk = gr.State(Talk(), time_to_live=FORGOTTEN)
        beginnings = gr.State(Beginnings(), time_to_live=FORGOTTEN)
        intro = gr.Markdown(about(texts, sent_to, kept_for, brand), elem_id="about", latex_delimiters=[])
        with gr.Row(elem_id="sheet"):
            with gr.Column(elem_id="talk", min_width=280):
                policy = gr.Dropdown(
                    first.choices, value=ALL, label=say("chat.policy"), elem_id="policy", elem_classes=fixed
                )
                # Before a visitor's page is known the server lists no policy, so Gradio must not look for the chosen one there: a
                # page that is older than the server can be asked, too. Whether there is such a policy, `page` looks up.
                policy.preprocess = _as_sent  # type: ignore[method-assign]
                facts = gr.Markdown("", elem_id="asked-of", latex_delimiters=[])
                conversation = gr.Chatbot(
                    label=say("chat.conversation"),
                    show_label=False,
                    elem_id="conversation",
                    placeholder=greeting(texts, brand),
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
                telling = gr.Markdown(notice(texts, brand), elem_id="notice", latex_delimiters=[])
                with gr.Row(elem_id="chips"):
                    over = gr.Button(say("chat.clear"), size="sm", elem_id="over", elem_classes="chip quiet")
                    remembering = gr.Markdown(remember(texts), elem_id="remembering", latex_delimiters=[])
            with gr.Column(elem_id="reading", min_width=280):
                document = gr.Markdown(first.document, elem_id="document", latex_delimiters=[])
        # The page's script speaks through the first two of these, and reads the third.
        target, remembered, memory = (
            gr.Textbox(elem_id=name, label=name, visible="hidden") for name in ("target", "remembered", "memory")
        )

        answered_with = [conversation, question, document, talk, memory]
        asking = question.submit(events.reply, [question, policy, memory, talk, beginnings], answered_with, **private)
        stop.click(None, cancels=[asking], **private)
        over.click(events.start_over, [memory, beginnings], answered_with, cancels=[asking], **private)
        policy.input(events.choose, [policy, memory], [facts, starting, document], **private)
        target.change(events.go, [target, memory], [policy, facts, starting, document], **private)
        remembered.change(events.restore, remembered, answered_with, **private)
        every = [intro, policy, facts, conversation, question, starting, stop, over, remembering, document, memory]
        blocks.load(events.arrive, None, [*every, telling], **private)
    blocks.queue(api_open=False, default_concurrency_limit=CONCURRENT, max_size=QUEUED, status_update_rate=PLACES)
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
