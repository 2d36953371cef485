"""Which stretches of a sentence say something by themselves. Told by closed classes of English words, without a parser: a
statement begins with a subject and, not far after it, its verb."""

from __future__ import annotations

import re

from corpus.model import Span


def one_of(words: str) -> str:
    """A pattern for any of some words, given with spaces between them; "_" stands for a space within one."""
    return "(?:" + "|".join(word.replace("_", " ") for word in words.split()) + ")"


def pattern(text: str) -> re.Pattern[str]:
    """A pattern of English words, in whatever case they stand."""
    return re.compile(text, re.IGNORECASE)


AUXILIARY = one_of(
    "will would shall should can could may might must cannot do does did is are was were has have had be "
    "(?:do|does|did|is|are|was|were|has|have|wo|would|ca|could|should)n['’]t"
)
_BASE = one_of(
    "accept access act addresse adhere agree aim allow analy[sz]e appear apply applie appoint ask assist authori[sz]e base believe "
    "block capture collect combine commit complie comply conduct confirm consider consist contain contact control cooperate cover "
    "create delete depend destroy determine disclose display employ enable encrypt endeavou?r engage ensure enter erase expect expire "
    "fall follow gather get give govern grant handle help hold honou?r host identify identifie include inform intend keep know lapse "
    "learn lie limit log maintain make manage mean monitor need notify notifie obtain offer operate own partner perform permit possess "
    "post process processe prohibit protect provide publish reach receive recommend record refuse rely relie remain remove rent request "
    "require reserve respect respond restrict retain review run save see sell send serve share show sign stay stop store strive suggest "
    "support take tell track train transfer transmit treat trust try trie undergo understand undertake update use want work write"
)
VERB = rf"{_BASE}(?:s|ed)?"
_PRONOUN = one_of(
    "we you they it he she i this these those there nobody no_one none anyone everyone each either neither both all some most many others?"
)
DETERMINER = one_of(
    "our your their its his her the an? any all each every some no such this these that those most many certain other both only"
)
_ADVERBS = (
    r"(?:\s+"
    + one_of(
        "also always never not only generally then therefore further hereby currently usually typically both each all neither "
        "automatically regularly still just"
    )
    + ")*"
)
_NOUN = r"[\w“”\"’'®™&./-]+"
_BRACKETS = r"(?:\([^()]*\)\s+)?"
_LINKS = "which who whose that where when while if as because such including we you they i he she"
_NO_CLAUSE = rf"(?!{one_of(_LINKS)}\b)"
_NO_LINK = rf"(?!{one_of(_LINKS + ' to and or')}\b)"
# "We (also) keep", "The details of your orders are", "Our partners use your", "Yelp stores", "Recordings (if any) are".
_OPENS = pattern(
    rf"(?:(?:we|you|they|he|she)\s+(?!and\b|or\b)[\w’']+"
    rf"|{_PRONOUN}{_ADVERBS}\s+(?:{AUXILIARY}|{VERB})\b"
    rf"|{DETERMINER}\s+(?:{_NO_CLAUSE}{_NOUN}\s+{_BRACKETS}){{1,14}}?(?:{AUXILIARY}|{VERB}(?<=s)(?<!ss))\b"
    rf"|{DETERMINER}\s+(?:{_NO_LINK}{_NOUN}\s+){{1,3}}?{VERB}\s+(?:your|our|their|this|the|an?|any|personal)\b"
    rf"|{DETERMINER}\s+(?:{_NO_LINK}{_NOUN}\s+){{0,3}}?{_NOUN}s\s+{VERB}\b"
    rf"|(?:{_NO_LINK}{_NOUN}\s+{_BRACKETS}){{1,6}}?(?:{AUXILIARY}|{VERB}(?<=s)(?<!ss))\b)"
)
_DETERMINED = pattern(rf"(?:{_PRONOUN}|{DETERMINER})\s")
# After "and" a noun without determiner needs an auxiliary to be a subject: "and partners who ..." goes on with what was before.
_NEW_SUBJECT = pattern(rf"(?:(?:{_PRONOUN}|{DETERMINER})\s|(?:{_NO_LINK}{_NOUN}\s+){{1,5}}?{AUXILIARY}\b)")
_SPEAKER = pattern(one_of("we you they it he she nobody no_one") + r"\b")

_IMPERATIVE = pattern(
    r"(?:(?:please|simply|just)\s+\w|"
    + one_of(
        "address adjust ask call change check choose click contact delete direct disable download e-?mail fill follow go install keep "
        "log mail open phone press read refer reply see select send sign submit tap tell text toggle turn uncheck update use visit write"
    )
    + r"\s+(?:us|your|our|the|this|these|that|it|them|to|in|on|up|off|out|at|through|via|by|an?|here|(?-i:[A-Z]{3,})|\S+@\S+|https?:\S+)(?!\w))"
)
_ACTING = pattern(
    rf"(?:{_BASE}|{one_of('have be do enforce correct exercise object opt investigate prevent detect improve fulfil?l resolve personali[sz]e')})\s"
)
_SUBORDINATE = (
    "if when whenever where wherever once although though because since unless except until before after upon on in by for to under with "
    "without at from through during within due depending subject based should whether even provided as of pursuant according regardless"
)
_NO_SUBJECT = pattern(
    one_of(
        _SUBORDINATE
        + " while whereas including such_as like which who whose whom about between against into over per via than using"
    )
    + r"\b"
)
# What may stand before the subject: "If you write to us, we ...", "For security purposes, we ...".
_OPENING = pattern(
    one_of(
        _SUBORDINATE
        + " while outside however further furthermore moreover additionally also therefore thus please_note note currently "
        "generally yes no instead unlike like notwithstanding despite following prior beyond and but or nor so that then yet accordingly "
        "finally similarly likewise for_example for_instance only alternatively occasionally sometimes"
    )
    + r"\b[^;:]*?,\s+"
)
_LINKING = pattern(r"(?:and|but|or|nor|yet)\s+")
_CONTRASTING = pattern(r"(?:(?:and|but|or|nor|yet|so|while|whereas)\s+)+")
# "You acknowledge that ...", "Please note that ...": what follows says it by itself.
_ACKNOWLEDGES = r"(?:acknowledge|understand|agree|accept)s?"
_FRAME = pattern(
    r"(?:(?:please |also |kindly |however,? |further,? |but |and |in addition,? |additionally,? )*"
    r"(?:note|be aware|be advised|remember|understand|keep in mind|bear in mind|be informed)"
    rf"|(?:[^,;]{{0,60}}, )?(?:you|users?|customers?) (?:hereby |also |further |expressly )*{_ACKNOWLEDGES}(?: and {_ACKNOWLEDGES})?"
    r"|it is important|it should be noted|we would like you to (?:know|note)|we want you to know),? that,?\s+"
)
# What a sentence may lose at its start without losing sense.
_CONNECTIVE = pattern(
    r"(?:"
    + one_of(
        "however in_addition additionally moreover furthermore further also for_example for_instance therefore thus accordingly "
        "please_note note likewise similarly finally as_such as_mentioned_above as_noted_above as_described_above in_general "
        "to_be_clear for_clarity for_the_avoidance_of_doubt yes no"
    )
    + r",\s+)+"
)
_NUMBERING = re.compile(
    r"(?:[*_•·▪●◦–—>#|-]+\s*|\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[a-hA-H]|[ivx]{1,4})[.)]\s+|\d{1,2}(?:\.\d{1,2}){1,3}\s+)+(?=\S)"
)
# What may go at the end: punctuation, "and" before the next item, and "such as" before items that are not shown.
_TAIL = pattern(
    r"(?:[\s,;:.*_|]|(?<=[,;]\s)(?:and|or)(?=\W*$)|\b(?:such as|as follows|(?:including|includes|namely|for example)"
    r"(?:,? (?:but|and) (?:is |are )?not limited to)?,?(?: by)?)(?=\W*$))+$"
)
LABEL = re.compile(r"[A-Z][^.:!?;]{1,70}:\s+(?=[A-Z])")
_ANAPHOR = pattern(
    r"(?:and |but |or )?" + one_of("it they this these those such he she that both each either neither others?") + r"\b"
)


def is_statement(text: str) -> bool:
    """Whether a text says something by itself: it has a subject with its verb, or tells the reader what to do."""
    rest = _after(LABEL, text)
    rest = _after(_FRAME, rest)
    if opens(rest):
        return True
    if not _OPENING.match(rest):
        return False
    depth = depths(rest)
    return any(not depth[comma.start()] and opens(rest[comma.end() :]) for comma in re.finditer(r",\s+", rest))


def opens(text: str) -> bool:
    """Whether a text begins with a subject and its verb, or with what the reader should do; "and" may stand before it."""
    rest = _after(_LINKING, text)
    return _IMPERATIVE.match(rest) is not None or (_OPENS.match(rest) is not None and not _NO_SUBJECT.match(rest))


def opens_anew(text: str, *, comma: bool) -> bool:
    """Whether a statement with a subject of its own begins within a sentence. Without a `comma` before it only a pronoun is
    taken for its subject: "your name and the pages are" may go on with what was before."""
    linking = _CONTRASTING.match(text)
    rest = text[linking.end() :] if linking else text
    if _FRAME.match(rest):
        return True
    if not _OPENS.match(rest) or _NO_SUBJECT.match(rest):
        return False
    if not comma or (linking and linking.group().lower().startswith("or")):
        return _SPEAKER.match(rest) is not None
    return (_NEW_SUBJECT if linking else _DETERMINED).match(rest) is not None


def statement_start(text: str, at: int) -> int | None:
    """Where the statement that a place in a text leads to begins, after "please note that" and, within the text, "and"; None
    where none does, or where its subject stands for something said before."""
    rest = _after(_FRAME, _after(_CONTRASTING, text[at:]) if at else text)
    return len(text) - len(rest) if opens(rest) and not points_back(rest) else None


def begins_with_verb(text: str) -> bool:
    """Whether a text begins with a verb: "delete your account", perhaps after "and"."""
    return _ACTING.match(_after(_LINKING, text)) is not None


def points_back(text: str) -> bool:
    """Whether a text begins with a word that stands for something said before it."""
    return _ANAPHOR.match(text) is not None


def opens_with_circumstance(text: str) -> bool:
    """Whether a text begins with a place, time or case that holds for what follows it ("In the EU, we ...")."""
    rest = _after(_CONNECTIVE, text)
    return _FRAME.match(rest) is None and _OPENING.match(rest) is not None and not opens(rest)


def begins_with_circumstance(text: str) -> bool:
    """Whether a text begins as a place, time or case does, whatever follows it: "For residents of California:"."""
    return _NO_SUBJECT.match(_after(_CONNECTIVE, text)) is not None


def trimmed(text: str, span: Span) -> Span:
    """A stretch without numbering, list marks and connectives ("In addition,") before it and punctuation after it."""
    start, end = span
    while True:
        piece = text[start:end]
        lead = _NUMBERING.match(piece) or _CONNECTIVE.match(piece) or re.match(r"[\s,;:.]+", piece)
        if not lead or lead.end() >= len(piece):
            break
        start += lead.end()
    tail = _TAIL.search(text[start:end])
    if tail and tail.start() > 0:
        end = start + tail.start()
    return Span(start, end)


def depths(text: str) -> list[int]:
    """For each character, and for the end, within how many brackets and quotation marks it stands."""
    closing: list[str] = []
    depth_at = []
    straight = False
    pairs = {"(": ")", "[": "]", "“": "”", "„": "“", "{": "}"}
    for at, char in enumerate(text):
        if closing and char == closing[-1]:
            closing.pop()
        depth_at.append(len(closing) + straight)
        if char in pairs and text.find(pairs[char], at + 1) >= 0:
            closing.append(pairs[char])
        elif char == '"':
            straight = not straight and text.find('"', at + 1) >= 0
    depth_at.append(0)
    return depth_at


def _after(before: re.Pattern[str], text: str) -> str:
    lead = before.match(text)
    return text[lead.end() :] if lead else text
