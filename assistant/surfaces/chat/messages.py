"""What is said in the chat, as Markdown for its bubbles: HTML blocks without a blank line, in which a Markdown parser reads
nothing but character references. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from assistant.company.branding.loading import PLAIN, Brand
from assistant.languages import Language
from assistant.model import Answer, Outcome
from assistant.surfaces.render.brand import handoff_html
from assistant.surfaces.render.marked_text import words_as_html
from assistant.surfaces.render.names import STEP, clause_link, clause_number, dated, escaped, named, permalink
from assistant.surfaces.render.outcomes import beside_headline, differs, headline, how_sure, stood_in
from corpus.model import Citation, Policy

LONGEST_COMMENT = 2_000  # code points


def question_bubble(question: str, longest: int = 600) -> str:
    """What a person asked, literally; cut after `longest` code points."""
    shown = question if len(question) <= longest else question[:longest] + " …"
    return f'<div class="asked">{escaped(shown)}</div>'


def note_bubble(message: str, language: Language) -> str:
    """A message of the page itself: why a question was not answered and what to do."""
    title = language.say("chat.not_answered")
    return f'<div class="answer note"><p class="outcome error">{title}</p><p>{escaped(message)}</p></div>'


def answer_bubble(
    answer: Answer,
    policies: Mapping[str, Policy],
    language: Language,
    *,
    scope: str | None = None,
    contact: Citation | None = None,
    suggested: Sequence[str] = (),
    reader: str | None = None,
    brand: Brand = PLAIN,
) -> str:
    """An answer: outcome, sentence, quote and its place; where all policies were asked, each one's own, folded; where several
    questions were asked, a block for each.

    Args:
        scope: the policy that was asked; None: all.
        contact: for silence, the clause in which the policy says whom to ask.
        suggested: questions that lead on.
        reader: the language model that is set; where another reader stood in for it, that is said. None: none is set.
        brand: whose ways to a person these are, where the answer has any.
    """
    shown = _Shown(policies, language)
    parts = [shown.part(part) for part in answer.parts] or [shown.verdict(answer), shown.proof(answer)]
    if answer.handoff:
        parts.append(handoff_html(answer.handoff, brand, language))
    elif contact is not None and answer.outcome is Outcome.SILENT:
        parts.append(f'<p class="label">{language.say("bubble.contact")}</p>{shown.quoted(contact)}')
    parts.append(shown.looked_at(answer))
    if stood_in(answer, reader):
        parts.append(f'<p class="stand-in">{language.say("bubble.stand_in")}</p>')
    parts += [shown.each(answer), _acts(language), _facts(answer, scope, language)]
    if suggested:
        parts.append(
            f'<div class="next"><p class="label">{language.say("bubble.next")}</p>{questions(suggested)}</div>'
        )
    return f'<div class="answer">{"".join(parts)}</div>'


def starters(asked: Iterable[str], language: Language, *, several: bool) -> str:
    """Questions to begin with, as buttons; nothing where there are none."""
    buttons = questions(asked)
    label = language.say("chat.starters_every" if several else "chat.starters")
    return f'<div class="starters"><p class="label">{label}</p>{buttons}</div>' if buttons else ""


def questions(asked: Iterable[str]) -> str:
    """Buttons that ask a question."""
    return "".join(f'<button type="button" class="ask" lang="en">{escaped(each)}</button>' for each in asked)


class _Shown:
    """The parts of an answer in one language."""

    def __init__(self, policies: Mapping[str, Policy], language: Language) -> None:
        self.policies, self.language, self.say = policies, language, language.say

    def verdict(self, answer: Answer) -> str:
        word, kind = headline(answer, self.language), "differ" if differs(answer) else answer.outcome
        outcome = f'<p class="outcome {kind}">{word}</p>' if word else ""
        return f"{outcome}{self.understood(answer)}{self.sentence(answer)}"

    def understood(self, answer: Answer) -> str:
        if not answer.understood or answer.understood.strip() == answer.question.strip():
            return ""
        return f'<p class="understood">{escaped(self.say("bubble.understood", question=answer.understood))}</p>'

    def sentence(self, answer: Answer) -> str:
        """The sentence and how sure it is, in words: a number would promise more than it keeps."""
        sure = how_sure(answer, self.language)
        confidence = f'<p class="confidence">{sure}</p>' if sure else ""
        own = f'<p class="own-words">{self.say("bubble.own_words")}</p>' if answer.approved else ""
        return f'<p class="sentence">{escaped(beside_headline(answer, self.language))}</p>{own}{confidence}'

    def proof(self, answer: Answer) -> str:
        """The clauses of an answer: the first open, further ones folded; all open where the reader is to judge by them."""
        first = 1 if answer.outcome is not Outcome.UNCLEAR else len(answer.citations)
        shown = [self.quoted(citation, answer.marked) for citation in answer.citations[:first]]
        rest = [self.quoted(citation) for citation in answer.citations[first:]]
        if rest:
            shown.append(self.folded("further", self.language.count("bubble.further", len(rest)), "".join(rest)))
        if answer.closest is not None:
            shown.append(self.folded("further closest", self.say("bubble.closest"), self.quoted(answer.closest)))
        if answer.contact is not None and not answer.handoff:
            shown.append(self.quoted(answer.contact))
        return "".join(shown)

    def part(self, answer: Answer) -> str:
        """One question of several and its answer."""
        asked = f'<h2 class="part-asked" lang="en">{escaped(answer.question)}</h2>'
        return f'<div class="part">{asked}{self.verdict(answer)}{self.proof(answer)}{self.each(answer)}</div>'

    def each(self, answer: Answer) -> str:
        """Each policy's own answer, folded, where several were asked."""
        if not answer.by_policy or len(answer.by_policy) == 1 or answer.outcome is Outcome.OFF_TOPIC:
            return ""
        label = f'<p class="each">{self.say("bubble.each", number=len(answer.by_policy))}</p>'
        return label + "".join(self.own(id_, own) for id_, own in answer.by_policy.items())

    def own(self, policy_id: str, answer: Answer) -> str:
        word = self.say(f"outcome.{answer.outcome}")
        summary = (
            f'<span class="outcome {answer.outcome}">{word}</span> '
            f'<span class="title">{escaped(named(self.policies[policy_id]))}</span>'
        )
        return self.folded("own", summary, self.sentence(answer) + self.proof(answer))

    def folded(self, kind: str, summary: str, inside: str) -> str:
        return f'<details class="{kind}"><summary>{summary}</summary>{inside}</details>'

    def quoted(self, citation: Citation, marked: Citation | None = None) -> str:
        policy = self.policies[citation.policy_id]
        path = f'<span class="path" lang="en">{escaped(STEP.join(citation.path))}</span>' if citation.path else ""
        tongue = escaped(policy.language_at(citation.span) or "en")
        lasting = escaped(permalink(policy, clause_number(policy, citation.span)))
        return (
            f'<blockquote lang="{tongue}">{_words(citation, marked)}</blockquote>'
            f'<p class="source">{path}<span class="title">{escaped(named(policy))}, '
            f"{escaped(dated(policy, self.language))}</span>"
            f'<a href="{escaped(clause_link(policy, citation.span))}">{self.say("bubble.show")}</a>'
            f'<a class="permalink" hidden href="{lasting}">{escaped(policy.id)}</a></p>'
        )

    def looked_at(self, answer: Answer) -> str:
        """What was searched; nothing for a message that was not looked for anywhere."""
        searched, count = answer.searched, len(answer.searched.policies)
        if not count or answer.outcome is Outcome.OFF_TOPIC:
            return ""
        clauses = self.language.count("bubble.clauses", searched.clauses)
        if count == 1:
            said = self.say("bubble.searched_one", clauses=clauses, policy=searched.policies[0].title)
        else:
            said = self.say("bubble.searched_many", clauses=clauses, number=count)
        return f'<p class="searched">{escaped(said)}</p>'


def _words(citation: Citation, marked: Citation | None) -> str:
    """The words of a quote, all of them and nothing else; those that are `marked` highlighted, as far as they stand in it."""
    version = (citation.policy_id, citation.policy_sha256)
    marks = [marked.span] if marked is not None and (marked.policy_id, marked.policy_sha256) == version else []
    return words_as_html(citation.quote, citation.start, marks, citation.links)


def _acts(language: Language) -> str:
    """What can be done with an answer. The page's script gives the buttons their work and shows what is hidden here."""
    say = language.say
    return (
        '<div class="acts">'
        f'<button type="button" class="act copy" title="{say("bubble.copy_long")}">{say("bubble.copy")}</button>'
        f'<button type="button" class="act word helpful">{say("bubble.helpful")}</button>'
        f'<button type="button" class="act word unhelpful">{say("bubble.unhelpful")}</button>'
        f'<p class="said copied" role="status" hidden>{say("bubble.copied")}</p>'
        f'<p class="said thanks" role="status" hidden>{say("bubble.thanks")}</p>'
        f'<p class="said kept" role="status" hidden>{say("bubble.kept")}</p>'
        f'<p class="said not-kept" role="status" hidden>{say("bubble.not_kept")}</p>'
        f'<div class="comment" hidden><label>{say("bubble.comment")}<input type="text" maxlength="{LONGEST_COMMENT}">'
        f'</label><button type="button" class="act send">{say("bubble.send")}</button></div>'
        "</div>"
    )


def _facts(answer: Answer, scope: str | None, language: Language) -> str:
    """What a word about this answer is sent with, as JSON for the page's script: the body of `POST /api/feedback`."""
    cited = [
        citation.model_dump(include={"policy_id", "policy_sha256", "start", "end"}) for citation in answer.citations
    ]
    facts = {
        "question": answer.question,
        "policy": scope,
        "outcome": answer.outcome.value,
        "citations": cited,
        "language": language.code,
    }
    return f'<span class="facts" hidden>{escaped(json.dumps(facts, ensure_ascii=False))}</span>'
