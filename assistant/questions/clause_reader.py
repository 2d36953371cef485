"""Finds the question in a message and takes it apart: greetings, stories and "can you tell me" are left behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.questions import word_classes as classes
from assistant.questions.clauses import Clause, Role, agreed, plural_of
from assistant.questions.form import focus_of
from assistant.questions.inflection import base_of_third, is_base, is_finite, is_gerund, is_participle
from assistant.questions.inversion import after_nouns, asks_for_subject, has_object, question_word, role_of, subject_end
from assistant.questions.word_classes import Token, auxiliary

_LONGEST = 60  # words; a longer message is no question that a follow-up is made from
_SPEAKERS = frozenset("i you u we they".split())
_DEMONSTRATIVES = frozenset("this that these those".split())
_ALONE = {
    "what's": "what is", "whats": "what is", "who's": "who is", "whos": "who is", "how's": "how is", "hows": "how is",
    "where's": "where is", "wheres": "where is", "when's": "when is", "why's": "why is", "dont": "don't", "doesnt": "doesn't",
    "didnt": "didn't", "isnt": "isn't", "arent": "aren't", "wont": "won't", "cant": "can't", "y": "why", "wy": "why",
    "wat": "what", "wot": "what", "bout": "about", "abt": "about", "wich": "which", "r": "are", "howcome": "how come", "thats": "that's",
}  # fmt: skip
_CONTRACTED = re.compile(rf"\b(?:{'|'.join(_ALONE)})(?![\w'’])", re.IGNORECASE)
# What people put before a question.
_BEFORE = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|dear \w+|good (?:morning|afternoon|evening|day)|excuse me|sorry|please|pls|plz|quick question|"
    r"(?:one|another|next|last|my) (?:more )?question|question|ok|okay|so|and|but|also|well|now|then|just|um+|thanks|thank you|"
    r"(?:(?:the|a|my|our) )?(?:caller|customer|client|user|he|she|they) (?:also )?(?:asks?|asked|wonders?|wants? to know|is asking|"
    r"would like to know)(?: me| us)?|(?:i(?:['’]m| am| was)? )?(?:also |just )?(?:wondering|curious|asking)|"
    r"(?:i(?:['’]d| would| should)? )?(?:also |just |only )?(?:want|need|wanted|like|love|wish) (?:you )?to (?:know|ask|understand|find out|check)|"
    r"i (?:also )?wonder|i have (?:a|one) question|"
    r"(?:do you|any(?:one|body)?|does anyone) know(?! (?:(?:where|what|who|when|which|that|how) (?:i|my|we)|my|our|about|\w*things?)\b)|"
    r"any idea|"
    r"(?:can|could|would) (?:you|anyone|someone|u) (?:please |kindly |also )?"
    r"(?:tell|show|let|explain to|explain|clarify|confirm|say|inform)(?: (?:to )?(?:me|us))?(?: know)?|"
    r"(?:please |kindly )?(?:tell|explain to|let) (?:me|us)(?: know)?|(?:please |kindly )?(?:confirm|clarify|explain)|"
    r"i(?:['’]?m| am| was|['’]?ve| have)? (?:told|heard|hear|read|think|believe|assume|guess|suppose|understand)|they say|(?:it|you) says?|apparently|"
    r"does (?:the|your|this) (?:privacy )?policy (?:say|state|mention|explain)(?: anywhere)?|is it true that|is it (?:correct|right) that"
    r")\b[\s,.:;!–—-]*)+(?:(?:whether|if|that)\b\s*(?=(?:i|you|u|my|we|they|the|your)\b))?",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"(?:[\s,;]+(?:please|pls|plz|thanks?(?: you)?|thx|cheers|right|correct|or not|mate|btw|by the way|yes or no|or what|though|tho|"
    r"(?:he|she|they) (?:asks?|asked)|(?:and|or) (?:why|how|who|where|when|for how long|how long|what for|with whom|to whom)|"
    r"(?:do|does|don['’]?t|doesn['’]?t|isn['’]?t|won['’]?t) (?:you|u|they|it)))+$",
    re.IGNORECASE,
)
_BOUNDARY = re.compile(r"(?:[,;:.!?–—]|\s-)\s*(?:(?:and|so|but|also|now|then|please)\s+)*|\s(?:and|so|but)\s+")
_DESIRE = re.compile(
    r"^(?P<who>i|we)(?:['’]?d)?\s+(?:(?:would|really|just|also)\s+)*(?:want|need|like|wish|love)\s+to\s+(?P<what>.+)$",
    re.IGNORECASE,
)
_TOLD_AFTER = re.compile(r",\s+(?:i|we|i['’]?m|my|our|because|as|since|so)\b.*$", re.IGNORECASE)
_ASK_YOU = re.compile(r"^(?:please |kindly )?(?:ask|get|have|request) (?:you|u) to ", re.IGNORECASE)
_HOW_TO = re.compile(r"^(?P<wh>how|where)\s+to\s+(?P<what>.+)$", re.IGNORECASE)
_WITH_WHEN = frozenset("since until till after before".split())
_ASKERS = frozenset(
    "delete erase remove change correct update download export unsubscribe opt close access edit view see".split()
)


def asking_text(text: str) -> str:
    """The sentence of a message that asks, without greetings and politeness around it, and without its question mark."""
    bare = _stripped(focus_of(" ".join(text.split())))
    return _politely(bare)


def clause_of(text: str) -> Clause | None:
    """The question in a message, taken apart; None where there is none that can be."""
    bare = spelt_out(asking_text(text))
    bare = " ".join(re.sub(r"\([^()]*\)", " ", bare).split())
    if not bare or len(bare.split()) > _LONGEST:
        return None
    if (first := bare.split(" ", 1)[0])[1:].islower():  # a name in capitals stays
        bare = first.lower() + bare[len(first) :]
    whole = _after_condition(bare) or _question(bare)
    if whole is not None:
        whole = replace(whole, predicate=_TOLD_AFTER.sub("", whole.predicate) or whole.predicate)
        asked = _ASK_YOU.match(whole.predicate)
        return replace(whole, subject="you", predicate=whole.predicate[asked.end() :]) if asked else whole
    parts = [part for part in _from_boundaries(bare) if part]
    for read in (_question, _declared):
        for part in parts if read is _question else [bare, *parts]:
            clause = read(_politely(part))
            if clause is not None:
                return clause
    for part in _from_any_word(bare):
        clause = _question(part)
        if clause is not None:
            return clause
    return _fragment(bare) or next((clause for clause in map(_fragment, parts) if clause is not None), None)


def spelt_out(text: str) -> str:
    """A text with "what's" as "what is" and "dont" as "don't"."""

    def plain(match: re.Match[str]) -> str:
        word = _ALONE[match.group().lower().replace("’", "'")]
        return word.capitalize() if match.group()[0].isupper() else word

    text = re.sub(
        r"(?<!\S)w/ ?(?=\w)",
        "with ",
        re.sub(r"(?<!\S)w/o\b", "without", text, flags=re.IGNORECASE),
        flags=re.IGNORECASE,
    )
    text = re.sub(r"\b(can|could|you|u|they|who|to|i) c\b", r"\1 see", text, flags=re.IGNORECASE)
    text = re.sub(r"\b4 (?=how\b|what\b|which\b)", "for ", text, flags=re.IGNORECASE)
    return _CONTRACTED.sub(plain, re.sub(r"\b2 (?=who|me\b|them\b|it\b|u\b)", "to ", text, flags=re.IGNORECASE))


def _stripped(text: str) -> str:
    bare = text.strip(" \t\n?!.,;:…\"'“”’‘*-–—()")
    return _TAIL.sub("", bare).strip(" ?!.,;:")


def _politely(text: str) -> str:
    """The text without what people put before a question, unless nothing is left then."""
    lead = _BEFORE.match(text)
    return text[lead.end() :] if lead and lead.end() < len(text) else text


def _after_condition(text: str) -> Clause | None:
    """A question after its condition: "if I leave, do you keep my data", with or without the comma."""
    words = classes.tokens(text)
    if len(words) < 4 or words[0].low not in classes.SUBORDINATORS or auxiliary(words[1].low):
        return None
    if words[0].low in _WITH_WHEN and words[1].low in classes.INTERROGATIVES:
        return None  # "since when do you share it"
    for at in range(2, len(words) - 1):
        low = words[at].low
        asks = (auxiliary(low) and words[at + 1].low in classes.SUBJECTS | classes.DETERMINERS) or (
            low in classes.INTERROGATIVES and "," in text[words[at - 1].end : words[at].start]
        )
        if asks and (main := _question(text[words[at].start :])) is not None:
            condition = text[: words[at].start].rstrip(" ,;-–—")
            return replace(main, after=condition[0].lower() + condition[1:] if words[0].low != "i" else condition)
    return None


def _from_boundaries(text: str) -> Iterator[str]:
    for boundary in _BOUNDARY.finditer(text):
        yield text[boundary.end() :]


def _from_any_word(text: str) -> Iterator[str]:
    words = classes.tokens(text)
    for this, following in pairwise(words[1:]):
        asks = (this.low in classes.INTERROGATIVES and auxiliary(following.low)) or (
            auxiliary(this.low) and following.low in _SPEAKERS
        )
        if asks:
            yield text[this.start :]


def _question(text: str) -> Clause | None:
    """A clause that begins as a question does."""
    words = classes.tokens(text)
    if len(words) < 2:
        return None
    after_wh = question_word(words)
    if after_wh == 0:
        return _inverted(text, words, 0, "", Role.NONE) if auxiliary(words[0].low) else _how_to(text)
    if after_wh >= len(words):
        return None
    if instruction := _how_to(text):
        return instruction
    wh, role = text[: words[after_wh - 1].end], role_of(words, after_wh)
    if wh.lower() == "how come":
        wh = "Why" if wh[0].isupper() else "why"
    if auxiliary(words[after_wh].low):
        if role is Role.OBJECT and asks_for_subject(words, after_wh):
            return Clause(wh, Role.SUBJECT, words[after_wh].text, "", text[words[after_wh + 1].start :])
        if not (
            words[after_wh].low in classes.HAVE | classes.DO and role is Role.OBJECT and has_object(words, after_wh)
        ):
            return _inverted(text, words, after_wh, wh, role)
    elif told := _told(text[words[after_wh].start :]):
        return replace(told, wh=wh, role=role)
    if role is Role.OBJECT and (is_finite(words[after_wh].low) or auxiliary(words[after_wh].low)):
        return Clause(wh, Role.SUBJECT, "", "", text[words[after_wh].start :])
    return None


def _inverted(text: str, words: Sequence[Token], at: int, wh: str, role: Role) -> Clause | None:
    """A clause whose auxiliary verb stands before its subject."""
    if at + 1 >= len(words):
        return None
    end = subject_end(words, at + 1, auxiliary(words[at].low) or "")
    if end is None:
        return None
    predicate = text[words[end].start :] if end < len(words) else ""
    if not predicate and (role is Role.NONE or auxiliary(words[at].low) not in classes.BE):
        return None
    subject = text[words[at + 1].start : words[end - 1].end]
    return Clause(wh, role, words[at].text, subject, predicate)


def _how_to(text: str) -> Clause | None:
    match = _HOW_TO.match(text)
    return Clause(match["wh"], Role.ADVERB, "can", "I", match["what"]) if match else None


def _declared(text: str) -> Clause | None:
    """A wish or a statement as the question it stands for: "I want to leave" -> can I leave, "you share it" -> do you."""
    desire = _DESIRE.match(text)
    if desire:
        return Clause("", Role.NONE, "can", desire["who"], desire["what"])
    return _told(text)


def _told(text: str) -> Clause | None:
    words = classes.tokens(text)
    if len(words) < 2:
        return None
    if words[0].low in classes.SUBJECTS and not (words[0].low in _DEMONSTRATIVES and classes.is_noun(words[1].low)):
        end: int | None = 2 if words[1].low in {"guys", "people", "all", "folks"} else 1
    else:
        end = next((n for n in range(1, len(words)) if auxiliary(words[n].low)), None)
        starts = words[0].low in classes.DETERMINERS or classes.is_noun(words[0].low)
        if end is None or not starts or any(word.low in classes.SUBJECTS - _DEMONSTRATIVES for word in words[:end]):
            return None
    if end is None or end >= len(words):
        return None
    subject, verb = text[: words[end - 1].end], words[end].low
    if auxiliary(verb):
        lexical = verb in classes.HAVE | classes.DO and not (end + 1 < len(words) and is_participle(words[end + 1].low))
        negative = verb != auxiliary(verb)
        if end + 1 >= len(words):
            return None
        if not lexical or negative:
            return Clause("", Role.NONE, words[end].text, subject, text[words[end + 1].start :])
    if words[0].low in {"i", "we", "it", "that", "this", "there"} and words[0].low != "we":
        return None
    adverb = end
    while adverb < len(words) - 1 and classes.is_adverb(words[adverb].low):
        adverb += 1
    said = words[adverb].low
    base = base_of_third(said) if not is_base(said) else said
    if base is None or (not classes.is_open(base) and base not in {"do", "have"}):
        return None
    lead = text[words[end].start : words[adverb].start]
    rest = text[words[adverb].end :]
    return Clause("", Role.NONE, agreed("do", None, subject), subject, f"{lead}{base}{rest}")


def _fragment(text: str) -> Clause | None:
    """A question that leaves its auxiliary verb out: "ip addresses logged", "cookies identify me", "delete my account"."""
    words = classes.tokens(text)
    if len(words) < 2:
        return None
    if words[0].low in _ASKERS and words[1].low in classes.DETERMINERS:
        return Clause("", Role.NONE, "can", "I", text)
    if not (classes.is_noun(words[0].low) or words[0].low in classes.DETERMINERS or words[0].low in classes.ADJECTIVES):
        return None
    for aux in ("is", "does"):
        end = after_nouns(words, 0, aux)
        if end is None or end >= len(words) or is_gerund(words[end].low) or words[end].low in classes.DETERMINERS:
            continue
        if aux == "is" and words[end].low in classes.PREPOSITIONS:
            continue
        subject = text[: words[end - 1].end]
        verb = "are" if plural_of(subject) and aux == "is" else agreed(aux, None, subject)
        return Clause("", Role.NONE, verb, subject, text[words[end].start :])
    return None
