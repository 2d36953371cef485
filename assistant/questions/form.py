"""What kind of answer a question wants: yes or no, or who, what, why, how, when."""

from __future__ import annotations

import re
from enum import StrEnum

from assistant.questions import word_classes as classes
from assistant.questions.inflection import is_finite
from assistant.questions.pointers import pointers_of
from corpus.model import Span
from corpus.text.sentences import sentences as sentences_of

AUXILIARY = "do does did is are was were will would can could may might must shall should has have had am".replace(
    " ", "|"
)
_WH = r"(?:whats?|which|who(?:se|s|m)?|how|why|when|wheres?)(?:['’](?:s|re|d|ll))?"
_PERSON = (
    r"(?:you|u|they|it|my|your|i|we|the|there|this|that|those|these|any|anyone|anybody|someone|somebody|people|staff|"
    r"employees|others|all)"
)
_NOT = r"(?:n['’]t)?"


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


# What people put before a question: greetings, "I was wondering if", "can you tell me", "does the policy say".
_POLITE = _words(
    r"^(?:(?:hi|hello|hey|dear \w+|excuse me|sorry|please|pls|quick question|question|ok|okay|so|and|but|also|well|now|"
    r"then|just|um+|say|in plain words|roughly|exactly|any idea"
    r"|(?:i(?:'m| am| was)? )?(?:just )?(?:wondering|curious|asking|like to know|want to know|need to know|"
    r"would like to know|'d like to know)"
    r"|i'd like to know|i (?:want|need|would like) to (?:know|understand|find out)"
    r"|(?:caller|customer|client)(?=:)"
    r"|(?:\w+ ){0,4}?(?:asks|asked|wants to know|wants me to ask|wonders|is asking|is wondering|needs to know|"
    r"insists on knowing|wanting to know)(?: me| us)?|(?:he|she)['’]s (?:asking|wondering)"
    r"|(?:he|she|they) (?:asks?|wants? to know|wonders?|would like to know)"
    r"|(?:please |kindly )?(?:confirm|clarify|state|specify|indicate|advise)"
    r"|(?:can|could|would) (?:you|anyone|someone|u) (?:please |kindly )?"
    r"(?:(?:tell|show|let|explain to) (?:me|us)(?: know)?|explain|clarify|confirm|say|describe)(?: to (?:me|us))?"
    r"|(?:please |kindly )?(?:tell|explain to|let) (?:me|us)(?: know)?"
    r"|(?:do|does) (?:you|they|the policy|it|this policy|the company|anyone) "
    r"(?:say|state|specify|mention|explain|know|tell me|disclose|describe|identify|indicate|set out|define)"
    r"(?: anywhere| clearly| expressly)?"
    r"|is it (?:stated|specified|explained|written|clear)(?: anywhere)?"
    r")\b[\s,.:;!–—-]*)+"
)
_WHETHER_START = _words(rf"^(?:(?:{AUXILIARY}){_NOT}|if|whether|any(?:one|body|thing)?|ever)\b")
_OPEN_START = _words(
    r"^(?:(?:for|to|with|by|from|at|on|in|of|under|within|during|over|through|via|against|between|among|about|around|upon|per|"
    r"because of|according to|based (?:up)?on|due to|approximately|precisely|and|or) )?"
    rf"{_WH}\b"
)
# The same where its first word could open a case: "since when do you", "after how many days is it", "when and why do you".
_NO_CASE = _words(
    rf"^(?:(?:since|until|till|after|before) {_WH}|(?:when|where)(?:,? (?:and|or) |, ?){_WH})"
    rf"(?: (?!(?:i|you|u|we|they|he|she|my|your)\b)\w+){{0,2}}? (?:{AUXILIARY}){_NOT}\b"
)
# What stands before such a question, up to a comma: "As a customer, what ...", "If I leave, how long ...".
_CIRCUMSTANCE = _words(
    r"^(?:as|in|at|on|for|from|under|within|during|with|without|besides|except|regarding|concerning|apart from|other than|"
    r"instead of|if|when|whenever|once|after|before|while|since|because|suppose|supposing|given)\b[^?]*?,\s+(?:then )?"
)
# "You keep it how long?": asked at the end, and nowhere else.
_OPEN_END = _words(
    r"(?<!\band)(?<!\bor)(?<!,)\s(?:(?:with|to|for|from|by|at|in|on) )?"
    r"(?:who|whom|what|where|when|why|how (?:long|often|soon|(?:many|much) \w+)|(?:what|which) \w+)$"
)
_TOLD = _words(
    r"\b(?:know|say|says|tell|tells|ask|asks|state|states|explain|explains|mention|mentions|specify|see|wonder)\b"
)
_ALTERNATIVE = _words(r",\s+or\s+(?!not\b|else\b|any|other)")  # "held on file, or asked for anew?" wants to know which
_IMPERATIVE = _words(
    r"^(?:(?:the )?(?:reasons?|purposes?|frequency|grounds?|names?)|list|show|describe|give me|explain|tell me about|details|info)\b"
)
# What wants something to be done, and is answered by what one may have done and how: "delete my data", "I want to be forgotten".
_REQUEST = _words(
    r"^(?:(?:i|we)(?: really| just)?(?: want| need| wish| demand|(?: would|['’]d) like)(?: you| u)?(?: to)? (?:have (?:(?:my|our|the|it)(?: \w+){0,2}? )?)?|you (?:must|have to|need to) )?"
    r"(?:delete|erase|remove|wipe|destroy|forget|send|give|show|export|stop|unsubscribe|opt|cancel|close|deactivate|correct|change|update|fix|"
    r"restrict|(?:don['’]?t|do not|never)(?! (?:you|u|they|i|we|it)\b)|(?:(?:be|get) )?(?:forgotten|deleted|removed|erased|closed|corrected))\b"
)
_SUBORDINATE = _words(
    r"^(?:when|whenever|where|if|once|after|before|while|as|since|suppose|supposing|in case)\b"
    rf"(?!\s+(?:{AUXILIARY})\b)"
)
_INVERSION = _words(rf"(?:^|[\s,;])(?:{AUXILIARY}){_NOT}\s+{_PERSON}\b")
_TAG = _words(
    rf"(?:,\s*|\s)(?:right|correct|yes|no|yeah|ok|true|or not"
    rf"|(?:{AUXILIARY}|don|doesn|won|isn|aren){_NOT}\s+(?:you|they|it|i|we|he|she))\s*\?*$"
)
_WHAT_IF = _words(r"^(?:what (?:if|about)|how (?:about|come)|why not)\b")
_DO_YOU_KNOW = _words(r"\b(?:do|does)\b")
_WH_INSIDE = _words(rf"\b{_WH}\b")
_WHETHER_INSIDE = _words(r"\bor not\b|\bwhether\b|\bis it true\b")
_DECLARATIVE = _words(
    r"^(?:i|you|u|my|it|they|your|this|that|these|the|we|is|staff|employees|nobody|no one|all|some(?:one|body))\b"
)
_PARTICIPLE = _words(
    r"\b(?:\w{2,}ed|sold|kept|given|shown|sent|held|seen|told|stolen|taken|hidden|ok|okay|safe|secure|private|"
    r"confidential|anonymous)\b"
)
_DURATION = _words(
    r"\bhow (?:long|many (?:days|weeks|months|years|hours))\b|\b(?:since|until|till|by) when\b|\b(?:retention|storage|keeping) period\b|"
    r"\bfor (?:ever|how much time)\b|\bhow much (?:time|notice|warning)\b|\bhow (?:soon|quickly|fast|often|frequently)\b"
)
# "How long do you keep", "is it stored for ever": the length is that of keeping. A noun is no such verb ("the app store"), nor is
# "keep me waiting"; and where "to", "before" or "take" stands between, the length is that of something else.
_LENGTH = (
    r"(?:(?:for |until )?how (?:long|much time|many (?:days|weeks|months|years|hours))|(?:until|till) when|for ever)\b"
)
_KEEP = (
    r"\b(?:(?:keep(?:s|ing)?|kept)(?! (?:me|us|\w+ing|(?:me |us )?on hold)\b)|retain(?:s|ed|ing)?|preserv(?:e|es|ed|ing)|"
    r"(?<!\bthe )(?<!\byour )(?<!\ban )(?<!\ba )(?<!\bapp )(?<!\bplay )(?<!\bonline )(?<!\bmy )(?<!\bin )stor(?:e|ed|ing)|"
    r"(?<!\bon )(?:hold|holds|holding|held)(?! me\b)|sav(?:e|es|ed|ing)|archiv(?:e|es|ed|ing)|hang(?:s|ing)? on ?to|"
    r"(?:stay|remain|sit|lie)s? (?:on|in|with|at|stored|saved|there)|on file)\b"
)
_BETWEEN = r"(?:(?!\b(?:to|before|until|till|take|takes|taken|took)\b)[^.;:!?])*?"
_KEEPING_PERIOD = _words(
    rf"\b{_LENGTH}(?! (?:do|can|may|must|should|could|will|would|have|am) (?:i|we)\b){_BETWEEN}{_KEEP}|{_KEEP}{_BETWEEN}\b{_LENGTH}|"
    r"\b(?:retention|storage|keeping) (?:periods?|times?|duration|schedules?|terms?)\b|"
    r"\b(?:periods?|length|duration) of (?:retention|storage|keeping)\b"
)


_FORBIDS = _words(rf"^do(?:n['’]t| not)\s+(?!{_PERSON}\b)")  # "do not track"
# Where a sentence may end within a message: finding none is much quicker than parting the message into its one sentence.
_MAY_BE_SEVERAL = re.compile(r"[.!?…][^\w\s]*\s|\n")
_ENDS = _words(  # also where no capital tells so
    r"(?<=[?!])[\s\"'”’)]*\s(?=\S)|(?<=[^\W\d]{3}\.)\s+(?=\S)|"
    rf"(?<=[^\W\d]{{2}}[.…])\s+(?=(?:{AUXILIARY}|{_WH})\b)"
)
_LED = r"^\W*(?:(?:and|so|but|or|ok(?:ay)?|well|please|sorry|hi|hello|hey)\b[\s,]*)*"
_THAT = r"(?:that|this|it|these|those|they)"
# What asks whether it is so, and nothing else: it asks of the statement before it, and nothing after a question.
_WHETHER_SO = _words(
    rf"{_LED}(?:right|correct|true|yes|no|yeah|ok(?:ay)?|really|seriously|honestly|agreed|fair|deal|huh|eh|or not|you know"
    rf"|(?:{AUXILIARY}){_NOT} {_THAT} (?:(?:really|also|even|all|actually|still|not) )*(?:so|right|true|correct|ok(?:ay)?|accurate|wrong|false|"
    r"normal|legal|allowed|fair|possible|the case|a fact|what you do|how it (?:works|is))"
    rf"|(?:{AUXILIARY}|don|doesn|didn|won|isn|aren){_NOT} (?:you|u|they|it|i|we|he|she)"
    r"|(?:have i|did i|do i) (?:got|get|understood|understand|read|see) (?:that|this|it|you) (?:right|correctly)"
    r"|am i (?:right|wrong|correct|mistaken)|(?:can|could|would|will) (?:you|u|anyone|someone) (?:please )?confirm(?: (?:that|this|it))?"
    r"|are you (?:sure|serious|kidding|certain))(?: or not| then| please| about that)?\W*$"
)
# What is put as a question, or said behind one, for politeness.
_COURTESY = _words(
    rf"{_LED}(?:(?:i['’]?m |i am |i was )?(?:just |only )?(?:asking|curious|wondering|checking|making sure)(?: for a friend| this| that)?"
    r"|any (?:ideas?|thoughts|clues?|help|advice|chance|news)|no idea|(?:please )?help(?: me)?|hi|hello|anyone|anybody|please|pls|thanks?(?: you)?|thx|cheers|sorry"
    r"|(?:can|could|would|will) (?:you|anyone|anybody|someone|somebody) (?:please )?(?:help|explain|check|tell|advise|answer)"
    r"(?: me| us| with that| with this| that| this)?)(?:[\s,]+(?:right|ok(?:ay)?|please|thanks?|thank you|in advance|so much|or not|anyone))*\W*$"
)
# Words that stand for what a sentence before names, or leave it out; `pointers_of` knows "it" and "them".
_LEANING = _words(
    r"\b(?:he|him|his|she|hers?|their|theirs|its)\b|\b(?:these|those|such|the same|this) (?!(?:policy|site|website|page|app|company|way|year|month|"
    r"week|who|that|which)\b)\w|\bthat (?:information|data|info|stuff|list|file|document|company|firm|account|kind|sort)\b"
    rf"|\b(?:any|some|mine|ones?|so|either|both|else|instead|(?:{AUXILIARY}){_NOT})$"
)

STORY = 36  # words from which on only the sentence that asks is read: the reader takes in about so many


class Form(StrEnum):
    """What kind of answer a question wants."""

    WHETHER = "whether"
    OPEN = "open"


def asked_of(text: str) -> str:
    """A question as a reader is given it: of a long story, what asks (`question_of`)."""
    return text if len(text.split()) <= STORY else question_of(text)


def question_of(message: str) -> str:
    """The sentence of a message that asks and, where it leans on what was said before it ("Is that correct?"), as much of this as
    the reader takes in: one sentence at least."""
    if not _MAY_BE_SEVERAL.search(message):
        return message
    sentences = [part for sentence in _sentences(message) for part in _ENDS.split(sentence)]
    at = _asking(sentences)
    if at is None:
        return message
    said = [sentences[at]]
    for before in reversed(sentences[:at]):
        length = sum(len(sentence.split()) for sentence in (before, *said))
        if not _leans(said) or (length > STORY and len(said) > 1):
            break
        said.insert(0, before)
    words = " ".join(said).split()
    # What is to be confirmed is read from its beginning. Else the question stays whole, whatever stands before it.
    confirmed = _WHETHER_SO.match(sentences[at]) is not None
    return " ".join(words if confirmed else words[-max(STORY, len(sentences[at].split())) :])


def focus_of(message: str) -> str:
    """The sentence of a message that asks: the last one with a question mark that asks something of its own, else the last that
    begins as a question does, else the whole message. "I moved house. Can I change my address? Just asking, ok?" asks the second."""
    if not _MAY_BE_SEVERAL.search(message):
        return message
    sentences = _sentences(message)
    at = _asking(sentences)
    return message if at is None else sentences[at]


def _sentences(message: str) -> list[str]:
    return [span.of(message) for span in sentences_of(message, Span(0, len(message)))]


def _asking(sentences: list[str]) -> int | None:
    """Which of a message's sentences asks; None where none does more than the others."""
    own: list[int] = []
    asked = True  # there is nothing yet to be confirmed
    for at, sentence in enumerate(sentences):
        if _COURTESY.match(sentence):
            continue
        marked = sentence.rstrip("\"'”’) ").endswith("?")
        if marked and not (asked and _WHETHER_SO.match(sentence)):
            own.append(at)
        asked = marked
    own = own or [at for at, sentence in enumerate(sentences) if _begins(sentence) and not _COURTESY.match(sentence)]
    return own[-1] if own else None


def is_aside(sentence: str) -> bool:
    """Whether a sentence asks nothing of its own, though it may end with a question mark: "is that right?", "any ideas?", "please"."""
    return _WHETHER_SO.match(sentence) is not None or _COURTESY.match(sentence) is not None


def _begins(sentence: str) -> bool:
    """Whether a sentence begins as a question does, or asks to be told: "Please tell me whether you sell my data."."""
    polite = _POLITE.match(sentence)
    return starts_question(sentence) or (polite is not None and starts_question(sentence[polite.end() :]))


def _leans(sentences: list[str]) -> bool:
    """Whether sentences that stand side by side say nothing without the one before them: "Is that correct?", "It is still there. Why?"."""
    first = sentences[0].strip(" ?!.,;:…\"'“”()")
    words = [word.low for word in classes.tokens(first)]
    return bool(
        len(words) < 3
        or not any(classes.auxiliary(word) or is_finite(word) for word in words)
        or is_aside(first)
        or _LEANING.search(first)
        or pointers_of(first, asks=True)
        or pointers_of(" ".join(sentences), asks=True)
    )


def form_of(question: str) -> Form:
    """Whether a question wants yes or no."""
    text, _, rest = _opened(question)
    if _WHETHER_SO.match(text) or (_TAG.search(text) and not _OPEN_START.match(rest)):
        return Form.WHETHER
    if _NO_CASE.match(rest):
        return Form.OPEN
    if _SUBORDINATE.match(rest):
        comma = rest.find(",")
        main = rest[comma + 1 :].strip() if comma >= 0 else rest
        if comma >= 0 and _OPEN_START.match(main):
            return Form.OPEN
        if _INVERSION.search(main):
            return Form.WHETHER
        if _WH_INSIDE.search(main, 4) or not re.match(r"if\b|whether\b", rest, re.IGNORECASE):
            return Form.OPEN
    if _OPEN_START.match(rest):
        return Form.OPEN
    if _WHETHER_START.match(rest) or _WHETHER_INSIDE.search(rest):
        return Form.OPEN if _ALTERNATIVE.search(rest) else Form.WHETHER
    if _IMPERATIVE.match(rest):
        return Form.OPEN
    inverted, wh = _INVERSION.search(rest), _WH_INSIDE.search(rest)
    if wh is not None:
        return Form.WHETHER if inverted and inverted.start() < wh.start() else Form.OPEN
    states = _DECLARATIVE.match(rest) or question.rstrip().endswith("?")  # "cookie data go to third parties?"
    if inverted or (states and len(rest.split()) >= 3) or _PARTICIPLE.search(rest):
        return Form.WHETHER
    return Form.OPEN


def asks_openly(question: str) -> bool:
    """Whether a question asks who, what, where or the like and nothing else, or wants something done, so that yes and no are no answers
    to it."""
    text, before, rest = _opened(question)
    if _REQUEST.match(rest) and not _TAG.search(text) and not question.rstrip().endswith("?"):
        return True
    tag = _TAG.search(text)
    if _WHAT_IF.match(rest) or (tag and (tag.group().startswith(",") or not _OPEN_START.match(rest))):
        return False
    if _DO_YOU_KNOW.search(before):  # "do you know who I am?" wants a yes or a no
        return False
    main = _main(rest)
    opens = (_OPEN_START.match(main) and not _SUBORDINATE.match(main)) or _NO_CASE.match(main)
    if not opens:
        return _OPEN_END.search(main) is not None and not _INVERSION.search(main) and not _TOLD.search(main)
    return not any(_INVERSION.match(part.lstrip()) for part in re.split("[,;:–—-]", main)[1:])


def _main(rest: str) -> str:
    """A question without the case, place or person that it is asked for before it asks: "in the EU, what rights do I have"."""
    for comma in re.finditer(r",\s+(?:then )?", rest):
        main = rest[comma.end() :]
        if _OPEN_START.match(main) and _CIRCUMSTANCE.match(rest) and not _INVERSION.search(rest[: comma.start()]):
            return main
    return rest


def _opened(question: str) -> tuple[str, str, str]:
    """The sentence that asks; what stands politely before the question itself, and the rest: all, where nothing else is there."""
    text = " ".join(focus_of(question).split()).strip(" ?!.\"'“”")
    polite = _POLITE.match(text)
    at = polite.end() if polite and polite.end() < len(text) else 0
    return text, text[:at], text[at:]


def starts_question(text: str) -> bool:
    """Whether a text begins as a question does, with an auxiliary verb or an interrogative."""
    return _WHETHER_START.match(text) is not None or _OPEN_START.match(text) is not None


def asks(message: str) -> bool:
    """Whether a message is put as a question, in words of English or with a question mark; else it is words to look for."""
    text = " ".join(focus_of(message).split()).rstrip("\"'”’) ")
    polite = _POLITE.match(text)
    rest = text[polite.end() :] if polite else text
    if text.endswith("?"):
        return True
    if _FORBIDS.match(rest):
        return False
    if starts_question(rest) or _INVERSION.search(rest) or _TAG.search(text):
        return len(rest.split()) > 2  # "who", "if any" and "your use" begin many a phrase
    return bool(
        _WHETHER_INSIDE.search(rest) or (polite and rest) or (_SUBORDINATE.match(rest) and _WH_INSIDE.search(rest, 4))
    )


def asks_duration(question: str) -> bool:
    """Whether the question wants a length of time, or how often something is done."""
    return _DURATION.search(question) is not None


def asks_keeping(question: str) -> bool:
    """Whether the question wants the length of time for which something is kept, and not of anything else."""
    return _KEEPING_PERIOD.search(question) is not None
