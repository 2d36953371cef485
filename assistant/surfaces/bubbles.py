"""What is said in the chat, as Markdown for its bubbles: HTML blocks without a blank line, in which a Markdown parser reads
nothing but character references. Pure functions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from assistant.languages import Language
from assistant.model import Answer, Outcome, Searched
from assistant.surfaces.naming import STEP, clause_link, clause_number, dated, escaped, named, permalink
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
) -> str:
    """An answer: outcome, sentence, quote and its place; where all policies were asked, each one's own, folded.

    Args:
        scope: the policy that was asked; None: all.
        contact: for silence, the clause in which the policy says whom to ask.
        suggested: questions that lead on.
    """
    shown = _Shown(policies, language)
    parts = [shown.verdict(answer), *shown.citations(answer), *shown.closest(answer)]
    if contact is not None and answer.outcome is Outcome.SILENT:
        parts.append(f'<p class="label">{language.say("bubble.contact")}</p>{shown.quoted(contact)}')
    parts.append(shown.looked_at(answer.searched))
    if answer.by_policy and len(answer.by_policy) > 1 and answer.outcome is not Outcome.OFF_TOPIC:
        parts.append(f'<p class="each">{language.say("bubble.each", number=len(answer.by_policy))}</p>')
        parts += [shown.folded(id_, own) for id_, own in answer.by_policy.items()]
    parts += [_acts(language), _facts(answer, scope, language)]
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
        read_as = ""
        if answer.understood and answer.understood.strip() != answer.question.strip():
            read_as = f'<p class="understood">{escaped(self.say("bubble.understood", question=answer.understood))}</p>'
        word = self.say(f"outcome.{answer.outcome}")
        sentence = escaped(self._beside_outcome(answer))
        return f'<p class="outcome {answer.outcome}">{word}</p>{read_as}<p class="sentence">{sentence}</p>'

    def citations(self, answer: Answer) -> Iterator[str]:
        if not answer.citations:
            return
        first, *rest = answer.citations
        yield self.quoted(first)
        if rest:
            summary = self.language.count("bubble.further", len(rest))
            quotes = "".join(self.quoted(citation) for citation in rest)
            yield f'<details class="further"><summary>{summary}</summary>{quotes}</details>'

    def closest(self, answer: Answer) -> Iterator[str]:
        if answer.closest is not None:
            quote, label = self.quoted(answer.closest), self.say("bubble.closest")
            yield f'<details class="further closest"><summary>{label}</summary>{quote}</details>'

    def quoted(self, citation: Citation) -> str:
        policy = self.policies[citation.policy_id]
        path = f'<span class="path" lang="en">{escaped(STEP.join(citation.path))}</span>' if citation.path else ""
        tongue = escaped(policy.language or "en")
        lasting = escaped(permalink(policy, clause_number(policy, citation.span)))
        return (
            f'<blockquote lang="{tongue}">{escaped(citation.quote)}</blockquote>'
            f'<p class="source">{path}<span class="title">{escaped(named(policy))}, '
            f"{escaped(dated(policy, self.language))}</span>"
            f'<a href="{escaped(clause_link(policy, citation.span))}">{self.say("bubble.show")}</a>'
            f'<a class="permalink" hidden href="{lasting}">{escaped(policy.id)}</a></p>'
        )

    def looked_at(self, searched: Searched) -> str:
        count = len(searched.policies)
        if not count:
            return ""
        clauses = self.language.count("bubble.clauses", searched.clauses)
        if count == 1:
            said = self.say("bubble.searched_one", clauses=clauses, policy=searched.policies[0].title)
        else:
            said = self.say("bubble.searched_many", clauses=clauses, number=count)
        return f'<p class="searched">{escaped(said)}</p>'

    def folded(self, policy_id: str, answer: Answer) -> str:
        word = self.say(f"outcome.{answer.outcome}")
        summary = (
            f'<span class="outcome {answer.outcome}">{word}</span> '
            f'<span class="title">{escaped(named(self.policies[policy_id]))}</span>'
        )
        proof = "".join([*self.citations(answer), *self.closest(answer)])
        inside = f'<p class="sentence">{escaped(self._beside_outcome(answer))}</p>{proof}'
        return f'<details class="own"><summary>{summary}</summary>{inside}</details>'

    def _beside_outcome(self, answer: Answer) -> str:
        """The sentence without the "No: " that stands before it as the outcome."""
        lead = self.say(f"outcome.{answer.outcome}") + ": "
        rest = answer.text.removeprefix(lead)
        return rest[:1].upper() + rest[1:]


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
