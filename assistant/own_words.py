"""An answer in a company's own words, where it has approved some: the quote and the outcome stay the policy's."""

from __future__ import annotations

from typing import Protocol

from assistant.languages import Language
from assistant.model import Answer, Approved
from index.search import Searcher


class Reads(Protocol):
    """What reads and encodes questions; the same for the question that is asked and those that sentences were approved for."""

    searcher: Searcher

    def as_read(self, question: str, policy: str) -> str:
        """A question to a policy as it is compared with others: companies' names replaced, spelling mended."""
        ...


class OwnWords(Protocol):
    """A company's own sentences for answers."""

    def said(self, question: str, answer: Answer, language: str, reads: Reads) -> tuple[str, Approved] | None:
        """The sentence for an answer of one policy to a question, as it was read, and what marks it; None: say the policy's.
        Never fails."""
        ...


def in_own_words(
    own: OwnWords | None, question: str, answer: Answer, language: Language, reads: Reads, *, excepted: bool = False
) -> Answer:
    """The answer with the company's sentence, where it approved one for this question, outcome and clause. `excepted`: the clause
    cited next takes exception to that one, which is said behind the company's sentence as behind the policy's: the exception
    may be newer than the sentence."""
    if own is None or not answer.citations:
        return answer
    said = own.said(question, answer, language.code, reads)
    if said is None:
        return answer
    text, approved = said  # it quotes nothing of the clause
    text += language.say("answer.excepted") if excepted else ""
    return answer.model_copy(update={"text": text, "approved": approved, "marked": None})
