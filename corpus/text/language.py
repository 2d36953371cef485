"""Which languages a text is in: as a whole, and part by part where it holds several."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Final

from corpus.model import Clause, InLanguage, Span
from corpus.text.words import count_words

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

_SAMPLE = 20_000  # characters that a language is told from
_FEWEST_WORDS, _FEW_WORDS = 8, 40  # below which no language is told; below which it must be told clearly
_CLEARLY = 12.0  # logarithm of how much likelier the language is than the next
_FEWEST_OF_A_PART = 25  # words from which a part has a language of its own, in scripts of many languages
_OF_MANY: Final = ("LATIN", "CYRILLIC", "ARABIC", "DEVANAGARI")
_LEAST_SHARE = 0.03  # of the words, that a second language has where it is told of
_SCRIPTS: Final = {"HIRAGANA": "CJK", "KATAKANA": "CJK"}  # that one language mixes


def language_of(text: str) -> str | None:
    """The language of a text, ISO 639-1; None where it is in none, or where the text is too short to tell."""
    sample = text[:_SAMPLE]
    words = count_words(sample[: _SAMPLE // 10])
    if words < _FEWEST_WORDS:
        return None
    (code, best), (_, second) = _identifier().rank(sample)[:2]
    if code == "zxx" or (words < _FEW_WORDS and best - second < _CLEARLY):
        return None
    return str(code)


def parts(text: str, clauses: Sequence[Clause]) -> tuple[InLanguage, ...]:
    """The parts of a text that are each in one language, in order; none where no language can be told.

    A part is told from the next by its script, or where a heading begins it. What is too short to tell, a list of names, has the
    language of what stands before it.
    """
    groups: list[tuple[Span, tuple[str, ...], str]] = []
    for clause in clauses:
        script = _script(clause.span.of(text)) or (groups[-1][2] if groups else "")
        if groups and groups[-1][1:] == (clause.path, script):
            groups[-1] = (Span(groups[-1][0].start, clause.span.end), clause.path, script)
        else:
            groups.append((clause.span, clause.path, script))
    language_parts: list[InLanguage] = []
    short: Span | None = None  # before the first part that a language is told of
    scripts: dict[str, str] = {}  # the language last told in each script
    for span, _, script in groups:
        said = span.of(text)
        told = script not in _OF_MANY or count_words(said) >= _FEWEST_OF_A_PART
        language = language_of(said) if told else None
        language = language or scripts.get(script)
        if language is None:
            if language_parts:
                language_parts[-1] = InLanguage(
                    Span(language_parts[-1].span.start, span.end), language_parts[-1].language
                )
            else:
                short = Span(short.start if short else span.start, span.end)
            continue
        scripts[script] = language
        if short is not None:
            span, short = Span(short.start, span.end), None
        if language_parts and language_parts[-1].language == language:
            language_parts[-1] = InLanguage(Span(language_parts[-1].span.start, span.end), language)
        else:
            language_parts.append(InLanguage(span, language))
    return tuple(language_parts)


def shares(text: str, language_parts: Sequence[InLanguage]) -> tuple[str, ...]:
    """The languages of a text's parts, that of the most words first; those of a few words left out."""
    words: Counter[str] = Counter()
    for part in language_parts:
        words[part.language] += count_words(part.span.of(text))
    return tuple(code for code, count in words.most_common() if count >= _LEAST_SHARE * words.total())


def doubts(text: str, language_parts: Sequence[InLanguage], language: str | None) -> list[str]:
    """What a person should know who adds a text in another language than English, or in several; `language` is that of the whole."""
    codes = shares(text, language_parts)
    if "en" not in codes or len(codes) < 2:
        foreign = f'this is a text in another language ("{language}"): answers are made for English'
        return [foreign] if language not in ("en", None) else []
    others = ", ".join(f'"{code}"' for code in codes if code != "en")
    return [f"parts of this text are in another language ({others}): answers are made for English"]


def _script(text: str) -> str:
    """The script that most letters of a text's beginning are of, as Unicode names it; "" where it has none."""
    letters = [letter for letter in text[:200] if letter.isalpha()][:40]
    named = (unicodedata.name(letter, "").split(" ")[0].split("-")[0] for letter in letters)
    scripts = Counter(_SCRIPTS.get(name, name) for name in named if name)
    return scripts.most_common(1)[0][0] if scripts else ""


@cache
def _identifier() -> LanguageIdentifier:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE)
