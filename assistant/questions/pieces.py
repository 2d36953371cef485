"""The stretches of a message that ask, each with the case that it is asked in and the story that was told before it.

"I am 12 years old. If I leave, is my photo deleted, and do you keep a copy?" asks "is my photo deleted" and "do you keep a copy",
both in the case "If I leave, " and both for somebody who is 12 years old. A message is cut only where each side is sure to ask.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.questions import word_classes as classes
from assistant.questions.clauses import asks_again, split_verb
from assistant.questions.form import STORY, is_aside
from assistant.questions.inflection import NOUN_TOO, is_finite, is_participle
from assistant.questions.inversion import question_word
from assistant.questions.phrases import unadorned
from assistant.questions.word_classes import Token, auxiliary

_LONGEST_CASE = 12  # words of what is done
_MARK = r"(?:\(?(?:[1-4]|[a-d])[).:]|(?:first|second|third|fourth)(?:ly)?\s*[,:]|(?:one|two|three|four)\s*[:)])"
_NUMBERED = re.compile(rf"(?:^|(?<=[\s,;:.?!]))\s*(?:and\s+)?{_MARK}\s+(?=\S)", re.IGNORECASE)
_ENDS = re.compile(
    r"(?<=[?!])[\s\"'”’)]*(?=\S)|(?<=[^\W\d]{3}\.)\s+(?=\S)|\s*;\s*|\s+[-–—]+\s+|"
    r"(?:(?<=\d\.)|(?<=[^\W\d]{2}\.)(?<!\b(?i:dr|mr|ms|st|vs|no|co|jr|sr)\.))\s+(?=[A-Z])"
)
_JOIN = re.compile(
    r"(?P<comma>\s*,)?\s+(?P<word>(?:and|an|n|&|plus|also|besides|btw|by the way|oh)(?:[\s,]+(?:also|then|if so|btw|by the way|and|"
    r"for that matter))*|if so)[\s,:]+|\s*,\s+(?P<then>then\s+)?",
    re.IGNORECASE,
)
# What comes before a question without being part of it.
_LEAD = re.compile(
    r"^(?:(?:and|also|plus|besides|but|so|then|oh|ok(?:ay)?|well|btw|by the way|secondly|finally|lastly|&|hi|hello|hey|hi there|"
    r"(?:good )?(?:morning|afternoon|evening)|thanks|thank you|sorry|if so|(?:wait|hold on)(?=\s*[,.!–—-]|\s+(?:and|so|but)\b)|"
    r"(?:just )?(?:(?:a |an? )?(?:quick|couple of|few|two|three|2|3) (?:quick )?(?:questions?|things?)|question)(?=\s*[:,.–-]))"
    r"(?![\w'’])[\s,:;.!–—-]*)+",
    re.IGNORECASE,
)
_TRAILS = re.compile(
    r"[\s,]*(?:\b(?:please|pls|plz|thanks|thank you|thx|too|as well|and|or|if so|or not)\b[\s,.!]*)+$", re.IGNORECASE
)
# Beside what `is_aside` knows: a question word alone, or a remark with a question mark.
_REMARKED = re.compile(
    r"^(?:what|why|why not|how|how (?:come|so)|possible|legal|fair|normal|allowed|explain|who|when|where|(?:is|was|isn['’]t) (?:that|this|it) (?:you|a joke|a thing)|"
    r"(?:are|aren['’]t) you there|what (?:gives|now|then|do you (?:think|say)|(?:is|was) that|the hell)|what(?:['’]s| is) (?:going on|up|that|this)(?: about)?|"
    r"how (?:is|can) (?:that|this) (?:be|possible)|so what|and|(?:can|could) (?:you|anyone|somebody|someone) (?:please )?tell me)$",
    re.IGNORECASE,
)
_ASKED_OF_US = re.compile(
    r"^(?:(?:can|could|would|will) (?:you|u|someone|anyone) (?:please |kindly )?(?:tell|explain|say|confirm|clarify|let)|(?:do|does) (?:you|anyone) know)\b",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"^(?:please |kindly |pls )?(?P<verb>delete|erase|wipe|remove|export|download|unsubscribe|cancel|close|correct|opt out|revoke|withdraw)\b"
    r"(?!\s*(?:$|[,.:?]))(?P<rest>.*)$",
    re.IGNORECASE,
)
_WISH = re.compile(
    r"^i(?:['’]d| would)? (?:like|want|need|wish) to (?P<verb>delete|erase|wipe|remove|export|download|unsubscribe|cancel|close|correct|opt out|"
    r"revoke|withdraw|object|change|get a copy|complain)\b(?P<rest>.*)$",
    re.IGNORECASE,
)
_TOLD = re.compile(
    r"^(?:please |kindly )?(?:tell me|send me|show me|give me|list|explain|i(?:['’]d| "
    r"would)? (?:like|want|need) (?:to know|a copy|to hear|to understand))\b",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"^(?P<topic>[^:?]{3,90}):\s+(?P<rest>\S.*)$")
_COPY = re.compile(r"^(?:an? )?copy of (?:all )?(?:my|the) [\w ]+$", re.IGNORECASE)
_SUBJECTS = classes.SUBJECTS | {"u", "people", "ur"}
_ASIDE = re.compile(r"\s*,\s*(?:may|might|can|if) i (?:may )?ask\s*,?", re.IGNORECASE)
_PARENTHESIS = re.compile(r"^(?:may|can|if) (?:i|you) (?:ask|know|wonder|don['’]t mind)", re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:(?:even )?if|unless|when|once|after|before|while|since|suppose|say)\b[^,?]*,\s*", re.IGNORECASE
)
# What a question is asked in: a condition, a place, a time, or what its asker tells of themselves.
_IN_A_CASE = re.compile(
    rf"^(?:even |only )?(?:if|unless|when|once|after|before|while|since|suppose|say|{'|'.join(sorted(classes.PREPOSITIONS - {'of', 'than', 'like', 'per'}))})\b"
    rf"(?!\s+(?:{'|'.join(sorted(classes.INTERROGATIVES))}|example|instance|short|general|addition|fact|particular|other words|be|first|last)\b)",
    re.IGNORECASE,
)
_BY_ASKER = re.compile(
    r"^(?!(?:you|your|u|ur)\b)(?:[\w'’-]+ ){0,3}?(?:i|we|my|our|im|ive)(?:['’](?:m|ve|re))? \S", re.IGNORECASE
)
# Said of the asking itself, or of what its asker feels, and no case.
_REMARK = re.compile(
    r"\b(?:hope|think|thought|guess|believe|suppose|love|hate|like|want|need|wish|wonder\w*|ask\w*|curious|know|understand|mean|care|"
    r"worried|confused|sorry|thank\w*|appreciate|questions?|things?|help|see|read|reading|trust|sure)\b|['’]d\b|\bmy name(?:['’]s| is)\b",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"^(?:close|delete|cancel|leave|terminate|deactivate|remove|erase|withdraw|revoke|unsubscribe|opt out|uninstall|quit)\b",
    re.IGNORECASE,
)
_MAY_I = re.compile(
    r"^(?:(?:can|may|could) i|am i (?:able|allowed) to|is it possible to|do i have (?:the|a) right to) (?P<act>\S.*)$",
    re.IGNORECASE,
)
_THEN = re.compile(r"\b(?:then|afterwards?|after that|anyway|even so|in that case)\b", re.IGNORECASE)
# After these a "still" speaks of no change: "can I see my file, and do you still have my old address".
_CHANGES_NOTHING = frozenset(
    "see view read get access download export know find contact reach check receive speak talk learn".split()
)
_POINTS = re.compile(r"\b(?:it|them|this|that|these|those|so)\b", re.IGNORECASE)
_PASSING = frozenset("really actually also still even ever just legally not never".split())
_WHERE = re.compile(r"\s*,\s*(?:where|how)(?: is that|['’]s that| do i do that)?$", re.IGNORECASE)
# "Can my nanny, who has a card, see it" asks one thing.
_RELATIVE = re.compile(r"^(?:who|whom|which)\b[^,?]*,(?!\s*(?:and|or|&)\b)", re.IGNORECASE)
_SUGGESTS = re.compile(
    r"^(?:is|are|was|were|isn['’]t) (?:it|they|that|this)\b(?! "
    r".*\b(?:kept|stored|shared|sold|deleted|encrypted|recorded|saved)\b)",
    re.IGNORECASE,
)
_WORD = re.compile(r"^(?:why|how|where|when)$", re.IGNORECASE)
_WORD_WITHIN = re.compile(r"(?<=\w )(?:who|whom|what|where|how|why)\b", re.IGNORECASE)
_ADVERBIAL = re.compile(
    r"^(?:why|how|where|when|how (?:long|much|often|many \w+|quickly|soon|fast|exactly)|who (?:with|to|by)|what for)$",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A stretch that asks. `case` is what it is asked in, up to its comma: "If I leave, "; `story` what was told before it."""

    asked: str
    case: str = ""
    story: str = ""


def may_part(message: str) -> bool:
    """A quick look, by which most messages are done with: two marks of a question, or a word that joins."""
    return (
        message.count("?") > 1
        or _NUMBERED.search(message) is not None
        or _JOIN.search(message) is not None
        or _ENDS.search(message) is not None
    )


def pieces(message: str) -> list[Piece]:
    """The stretches of a message that ask, in order, less what leads to them and ends them."""
    text = _ASIDE.sub("", unadorned(message))
    marks = list(_NUMBERED.finditer(text))
    if len(marks) > 1:
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        numbered = [_bare(text[mark.end() : end]) for mark, end in zip(marks, ends, strict=True)]
        story = _stories(text[: marks[0].start()])
        return [_told(Piece(piece), story) for piece in numbered if piece and not _asks_nothing(piece)]
    found: list[Piece] = []
    story = []
    for stretch in _ENDS.split(text):
        asking = _of_sentence(_LEAD.sub("", stretch.strip(" ,")).strip())
        found += [_told(piece, story) for piece in asking]
        story = story if asking else [*story, *_stories(stretch)]
    return found


def _stories(text: str) -> list[str]:
    """The sentences that tell of the asker: "I am 12 years old"; not "I hope not", "thanks"."""
    sentences = (_LEAD.sub("", each.strip(" ,")).strip() for each in _ENDS.split(text))
    return [
        f"{each[:1].upper()}{each[1:]}" + ("" if each.endswith((".", "!")) else ".")
        for each in sentences
        if _BY_ASKER.match(each) and not _REMARK.search(each) and not each.endswith("?")
    ]


def _told(piece: Piece, story: list[str]) -> Piece:
    """A piece with what was told before it, as far as a reader takes in: of more, what stands nearest."""
    left = STORY - len(f"{piece.case}{piece.asked}".split())
    kept: list[str] = []
    for sentence in reversed(story):
        left -= len(sentence.split())
        if left < 0:
            break
        kept.insert(0, sentence)
    return piece._replace(story=" ".join(kept))


def _of_sentence(sentence: str) -> list[Piece]:
    """What one sentence asks; nothing where it asks nothing."""
    topic = _TOPIC.match(sentence)
    if topic is None or not _asks(topic["rest"], marked=False) or _asks(topic["topic"], marked=False):
        return _joined(sentence)
    named, asked = topic["topic"], _joined(topic["rest"])
    if not _REMARK.search(named) and (_IN_A_CASE.match(named) or (_BY_ASKER.match(named) and _states(named))):
        return [piece if piece.case else piece._replace(case=f"{named}, ") for piece in asked]
    if len(named) > 40 or _states(named) or named.split()[0].lower() in classes.PREPOSITIONS:
        return asked
    return [piece._replace(asked=_of_topic(named, piece.asked)) for piece in asked]


def _states(text: str) -> bool:
    """Whether a text says something, as "my son is eleven" does and "my face scan" does not."""
    lows = [word.low for word in classes.tokens(text)]
    return any(auxiliary(low) or (is_finite(low) and low not in NOUN_TOO) for low in lows)


def _of_topic(topic: str, asked: str) -> str:
    """What is asked of a topic that was named before it: "face scan: is it compulsory, when is it deleted"."""
    noun = (
        topic if topic.lower().startswith(("my ", "the ", "your ", "our ")) else f"the {topic[:1].lower()}{topic[1:]}"
    )
    return re.sub(r"\b(?:it|they|them|these|those)\b", noun, asked, count=1, flags=re.IGNORECASE)


def _joined(sentence: str) -> list[Piece]:
    """What one sentence asks: itself, or what "and" joins in it where each side asks; nothing where it asks nothing."""
    case, asked = _cased(sentence)
    marked = asked.endswith("?")
    cuts = [0]
    after = [len(asked)]
    for join in _JOIN.finditer(asked):
        left, right = asked[cuts[-1] : join.start()], asked[join.end() :]
        word = (join["word"] or "").lower()
        if _PARENTHESIS.match(right) or (not word and (_SUGGESTS.match(right) or _RELATIVE.match(right))):
            continue
        if (_asks(_bare(left), marked=False) or (is_adverbial(_bare(left)) and _only_words(right))) and _continues(
            left, right, word or ("and" if join["then"] else "")
        ):
            after.insert(len(cuts) - 1, join.start())
            cuts.append(join.end())
    parts = [_bare(asked[start:end]) for start, end in zip(cuts, after, strict=True)]
    if len(parts) == 1:
        asks = _WORD.match(parts[0]) or (_asks(parts[0], marked=marked) and not _asks_nothing(parts[0]))
        return [Piece(parts[0], case)] if asks else []
    parts = [part for part in parts if part and (_WORD.match(part) or not _asks_nothing(part))]
    found = [_in_case(case, parts[:at], part) for at, part in enumerate(parts)]
    return [Piece(_bare(asked), case)] if None in found else [piece for piece in found if piece]


def _asks_nothing(piece: str) -> bool:
    return is_aside(piece) or _REMARKED.match(piece) is not None


def _cased(sentence: str) -> tuple[str, str]:
    """The case that a sentence begins with, up to its comma ("in California, "), "" where it does with none, and what it asks."""
    if sentence.endswith((".", "!")) or any(way.match(sentence) for way in (_WISH, _REQUEST, _TOLD, _ASKED_OF_US)):
        return "", sentence
    in_case, by_asker = _IN_A_CASE.match(sentence), _BY_ASKER.match(sentence)
    if in_case or by_asker:
        for comma in re.finditer(r"\s*,\s*(?!and\b|or\b)", sentence):
            case, asked = sentence[: comma.start()], _LEAD.sub("", sentence[comma.end() :])
            if "?" in case or _asks(_bare(case), marked=False) or not (in_case or not _REMARK.search(case)):
                break
            if _begins_question(asked, strictly=True):
                return f"{case}, ", asked
    return "", sentence


def _in_case(case: str, before: list[str], asked: str) -> Piece | None:
    """What goes on with a question, in the case that this is asked in: of "if I leave, is it deleted, and do you keep copies?" the
    second asks of no other time than the first; nor does it of "can I leave, and do you still keep copies?". None where it asks of a
    case that cannot be said."""
    if not before:
        return Piece(asked, case)
    if _cased(asked)[0]:
        return Piece(asked)
    act = "" if case else next(filter(None, map(_act, reversed(before))), "")
    goes_on = "still" in asked.lower().split() and act.split(" ")[0].lower() not in _CHANGES_NOTHING
    if not act or not (goes_on or _THEN.search(asked)):
        return Piece(asked, case)
    done = _done(act)
    return Piece(asked, f"{'after' if _LEAVES.match(done) else 'if'} I {done}, ") if done else None


def _act(question: str) -> str:
    """What a question asks leave for; "" where it asks for none, or leaves open for what."""
    may = _MAY_I.match(question)
    act = may["act"] if may else ""
    return act if _LEAVES.match(act) or asks_again(act) or not _POINTS.search(act) else ""


def _done(act: str) -> str:
    """What somebody may do, as what they do: "refuse cookies" of "really refuse cookies"; "" where it is too much for a case."""
    if len(act.split()) > _LONGEST_CASE or asks_again(act) or re.search(r"\b(?:if|unless)\b", act, re.IGNORECASE):
        return ""
    adverbs, verb, rest = split_verb(act)
    said = adverbs.lower().split()
    not_done = "don't" if {"not", "never"}.intersection(said) else ""
    return " ".join(part for part in (not_done, *(word for word in said if word not in _PASSING), verb, rest) if part)


def _continues(left: str, right: str, word: str) -> bool:
    """Whether what follows a join is a question of its own rather than more of the one before; `word` is "" for a comma."""
    bare = _bare(right)
    if _REQUEST.match(bare):
        return (
            word[:3] in {"and", "&", "plus"} and (_REQUEST.match(_bare(left)) or _WISH.match(_bare(left))) is not None
        )
    if _only_words(right):
        if word[:3] not in {"and", "&", "plu", "als", "n"}:  # a comma parts such words only from a list of them
            return word == "" and (_JOIN.search(right) is not None or is_adverbial(_bare(left)))
        # "What do you use and for what" is one question: what a clause says of the one, it says of the other.
        asks_what = bare.lower().endswith(" what") and left.lstrip().lower().startswith("what ")
        # "Do you see whom I call and when" asks of the calls.
        within = _WORD.match(bare) and _WORD_WITHIN.search(left) and not is_adverbial(_bare(left))
        return not (asks_what or within)
    return _begins_question(bare, strictly=word in {"", "an", "n"})


def _only_words(text: str) -> bool:
    """Whether a text is nothing but such question words as ask for a time, a reason or the like: "why, and for how long"."""
    return all(is_adverbial(_bare(part)) for part in re.split(r"\s*,\s*(?:and\s+)?|\s+(?:and|&)\s+", text))


def is_adverbial(bare: str) -> bool:
    """Whether a text is a question word and nothing more, that asks for a time, a reason or the like: "why", "by when"."""
    if _ADVERBIAL.match(bare):
        return True
    words = classes.tokens(bare)
    # By itself "which data" may go on with a list; after a preposition it asks.
    led = bool(words) and words[0].low not in classes.INTERROGATIVES
    return led and question_word(words) == len(words)


def _begins_question(text: str, *, strictly: bool) -> bool:
    """Whether a text begins as a question of its own does: an auxiliary verb and its subject, or a question word with one.

    `strictly`: a comma alone joins it, so that the rest of a list or of a clause must not pass for it.
    """
    words = classes.tokens(_CONDITION.sub("", text))[:8]
    if len(words) > 1 and words[0].low in classes.PREPOSITIONS and words[1].low in classes.INTERROGATIVES:
        words = words[1:]
    if len(words) < 2:  # "by when": no clause follows
        return False
    if helper := auxiliary(words[0].low):
        done = (
            helper not in classes.HAVE
            or words[1].low in _SUBJECTS
            or any(is_participle(word.low) for word in words[2:])
        )
        return done and _is_subject(words, 1, strictly=strictly)  # "had my backup on" tells
    first = words[0].low.removesuffix("'s").removesuffix("'re")
    if first not in classes.INTERROGATIVES | {"whats", "wheres", "whos", "whens"}:
        return False
    return first != words[0].low or first.endswith("s") or _inverts(words)


def _is_subject(words: list[Token], at: int, *, strictly: bool) -> bool:
    """Whether a question's subject stands after its auxiliary verb."""
    low = words[at].low
    if low in _SUBJECTS or (low in classes.DETERMINERS and low not in {"no", "all", "both"}):
        return len(words) > at + 1
    if strictly or not classes.is_open(low):
        return False
    return classes.is_noun(low) and not (is_participle(low) or low in classes.PREDICATIVE) and len(words) > at + 1


def _inverts(words: list[Token]) -> bool:
    """Whether a question word is followed by a question, not by a clause ("what I do", "how long you keep it")."""
    if words[0].low in {"when", "where"}:  # "when I leave", "where consent is needed" are no questions
        return auxiliary(words[1].low) is not None or (
            classes.is_adverb(words[1].low) and len(words) > 2 and auxiliary(words[2].low) is not None
        )
    for at in range(1, min(len(words), 5)):
        low = words[at].low
        if auxiliary(low) or (low == "come" and words[0].low == "how"):
            return True
        if low in {"i", "you", "u", "we", "they", "he", "she", "it"} or (low in classes.POSSESSIVES and at > 1):
            return False
        if at == 1 and words[0].low in {"who", "what", "which"} and (is_finite(low) or low == "else"):
            return True
    return words[0].low in {"who", "which"} and any(is_finite(word.low) for word in words[1:5])


def _asks(text: str, *, marked: bool) -> bool:
    """Whether a stretch asks something. `marked`: a question mark ends it."""
    if len(text.split()) < 2 and not (marked and len(text) > 2):
        return False
    if marked or _REQUEST.match(text) or _WISH.match(text) or _TOLD.match(text) or _COPY.match(text):
        return True
    return (
        _ASKED_OF_US.match(text) is not None
        or _begins_question(text, strictly=True)
        or _begins_question(text, strictly=False)
    )


def has_verb(text: str) -> bool:
    """Whether a text has a verb."""
    return any(auxiliary(word.low) or is_finite(word.low) for word in classes.tokens(text))


def put_as_question(asked: str) -> str:
    """A piece put as a question: what is wanted ("delete my account") is asked for ("how do I delete my account")."""
    wanted = _REQUEST.match(asked) or _WISH.match(asked)
    if wanted:
        rest = _WHERE.sub("", _TRAILS.sub("", wanted["rest"]))
        return f"how do I {wanted['verb'].lower()}{rest}?"
    if _COPY.match(asked):
        return f"can I get {'' if asked.lower().startswith('a ') else 'a '}{asked[:1].lower()}{asked[1:]}?"
    return f"{asked}." if _TOLD.match(asked) else f"{asked}?"


def _bare(text: str) -> str:
    """A stretch without what leads to it and ends it."""
    led = _LEAD.sub("", text.strip(" ,;:"))
    return _TRAILS.sub("", led.rstrip(" ?!.,;:")).strip(" ,;:\"'“”()")
