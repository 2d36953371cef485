"""A message that asks several things -> its questions, each a sentence that stands alone.

"which cookies do you use, and can I switch them off?" asks "Which cookies do you use?" and "Can I switch cookies off?". A
message is parted only where each part is sure to ask: one question that is answered is better than two halves of one.
"""

from __future__ import annotations

import re

from assistant.practices.lexicon import Lexicon
from assistant.questions import word_classes as classes
from assistant.questions.follow_ups import FollowUps, reads_well
from assistant.questions.inflection import is_finite, is_participle
from assistant.questions.inversion import question_word
from assistant.questions.noun_phrases import noun_phrases
from assistant.questions.word_classes import Token, auxiliary

_LONGEST = 700  # characters; longer messages tell a story, and what they ask is found otherwise
_MOST = 4
_MARK = r"(?:\(?(?:[1-4]|[a-d])[).:]|(?:first|second|third|fourth)(?:ly)?\s*[,:]|(?:one|two|three|four)\s*[:)])"
_NUMBERED = re.compile(rf"(?:^|(?<=[\s,;:.?!]))\s*(?:and\s+)?{_MARK}\s+(?=\S)", re.IGNORECASE)
_ENDS = re.compile(r"(?<=[?!])[\s\"'”’)]*(?=\S)|(?<=[^\W\d]{3}\.)\s+(?=\S)|\s*;\s*|\s*\n\s*|\s+[-–—]+\s+")
_JOIN = re.compile(
    r"(?P<comma>\s*,)?\s+(?P<word>(?:and|an|n|&|plus|also|besides|btw|by the way|oh)(?:[\s,]+(?:also|then|if so|btw|by the way|and|"
    r"for that matter))*|if so)[\s,:]+|\s*,\s+(?P<then>then\s+)?",
    re.IGNORECASE,
)
# What comes before a question without being part of it.
_LEAD = re.compile(
    r"^(?:(?:and|also|plus|besides|but|so|then|oh|ok(?:ay)?|well|btw|by the way|secondly|finally|lastly|&|hi|hello|hey|hi there|"
    r"(?:good )?(?:morning|afternoon|evening)|thanks|thank you|sorry|if so|"
    r"(?:just )?(?:(?:a |an? )?(?:quick|couple of|few|two|three|2|3) (?:quick )?(?:questions?|things?)|question)(?=\s*[:,.–-]))"
    r"(?![\w'’])[\s,:;.!–—-]*)+",
    re.IGNORECASE,
)
_TRAILS = re.compile(
    r"[\s,]*(?:\b(?:please|pls|plz|thanks|thank you|thx|too|as well|and|or|if so|or not)\b[\s,.!]*)+$", re.IGNORECASE
)
# Said with a question mark, but no question of its own.
_TAG = re.compile(
    r"^(?:right|ok(?:ay)?|really|seriously|honestly|correct|true|yes|no|yeah|huh|eh|what|why|why not|how|how (?:come|so)|or not|hello|"
    r"anyone|anybody|possible|legal|fair|normal|allowed|any ideas?|no idea|explain|who|when|"
    r"where|please|pls|agreed|deal|(?:is|was|isn['’]t) (?:that|this|it) (?:so|right|true|ok(?:ay)?|"
    r"correct|normal|legal|allowed|fair|possible|you|a joke|a thing)|(?:are|aren['’]t) you (?:sure|serious|kidding|there)|"
    r"(?:do|don['’]?t|does|doesn['’]t|will|won['’]t|can|can['’]t|is|isn['’]t|are|aren['’]t|have|haven['’]t|did|didn['’]t) (?:you|it|they|i|we|he|she)|"
    r"(?:can|could) (?:you|anyone|somebody|someone) (?:please )?(?:help|explain|check|confirm|tell me|advise)(?: me)?|"
    r"what (?:gives|now|then|do you (?:think|say)|(?:is|was) that|the hell)|what(?:['’]s| is) (?:going on|up|that|this)(?: about)?|"
    r"how (?:is|can) (?:that|this) (?:be|possible)|so what|and|you know)$",
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
_TOPIC = re.compile(r"^(?P<topic>[^:?]{3,40}):\s+(?P<rest>\S.*)$")
_COPY = re.compile(r"^(?:an? )?copy of (?:all )?(?:my|the) [\w ]+$", re.IGNORECASE)
_PERSONAL = frozenset("i you u we he she they it".split())
_SUBJECTS = classes.SUBJECTS | {"u", "people", "ur"}
# What no question that stands alone ends with; and question words within one, which a noun put in must not bring.
_CUT_SHORT = re.compile(
    r"(?:n['’]t(?: (?:you|it|they|i|we))?|\bone|\bones|\bnot)$|^(?:yours|mine|both|either|neither)\b", re.IGNORECASE
)
_ASKS_WITHIN = re.compile(r"(?<=\w )(?:which|what|how many|how much|whose|that)\b", re.IGNORECASE)
_ASIDE = re.compile(r"\s*,\s*(?:may|might|can|if) i (?:may )?ask\s*,?", re.IGNORECASE)
_PARENTHESIS = re.compile(r"^(?:may|can|if) (?:i|you) (?:ask|know|wonder|don['’]t mind)", re.IGNORECASE)
_PARTITIVE = re.compile(r"^which (?:is|are|of|ones?|do|does)\b", re.IGNORECASE)
_POINTS = re.compile(r"\b(?:it|its|they|them|their|this|that|these|those)\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"^(?:(?:even )?if|unless|when|once|after|before|while|since|suppose|say)\b[^,?]*,\s*", re.IGNORECASE
)
_WHERE = re.compile(r"\s*,\s*(?:where|how)(?: is that|['’]s that| do i do that)?$", re.IGNORECASE)
_THE_LOT = re.compile(r"\b(?:the (?:whole )?lot|it all|all of it)\b", re.IGNORECASE)
_SUGGESTS = re.compile(
    r"^(?:is|are|was|were|isn['’]t) (?:it|they|that|this)\b(?! "
    r".*\b(?:kept|stored|shared|sold|deleted|encrypted|recorded|saved)\b)",
    re.IGNORECASE,
)
_ADVERBIAL = re.compile(
    r"^(?:why|how|where|when|how (?:long|much|often|many \w+|quickly|soon|fast|exactly)|who (?:with|to|by)|what for)$",
    re.IGNORECASE,
)


class Parting:
    """Parts messages. `data`: the kinds of data that questions name."""

    def __init__(self, data: Lexicon) -> None:
        self._follow_ups = FollowUps(data)

    def parts(self, message: str) -> tuple[str, ...]:
        """The questions of a message, each standing alone, in order; empty where it asks one thing or none."""
        if len(message) > _LONGEST or not _may_part(message):
            return ()
        questions: list[str] = []
        for piece in _pieces(message):
            said = self._standing(piece, questions)
            if said is not None and said.lower() not in {part.lower() for part in questions}:
                questions.append(said)
        return tuple(questions) if 1 < len(questions) <= _MOST else ()

    def _standing(self, piece: str, before: list[str]) -> str | None:
        """A piece as a sentence that stands alone; None where it is none or none can be made."""
        if piece.count("(") != piece.count(")"):
            return None
        said = _asking(_THE_LOT.sub("it", piece) if before else piece)
        bare = said.rstrip(" ?.!")
        if _CUT_SHORT.search(bare):
            return None
        if before:
            for earlier in reversed(before):
                whole = self._follow_ups.completed(said, earlier) or _filled(said, earlier)
                if whole is not None and len(_ASKS_WITHIN.findall(whole)) <= len(_ASKS_WITHIN.findall(said)):
                    return _sentence(whole)
            if self._leans(bare):
                return None
        elif _is_adverbial(bare):
            return None
        return _sentence(said)

    def _leans(self, bare: str) -> bool:
        """Whether a piece says nothing without the one before: "and why", "the retention period"."""
        if _is_adverbial(bare) or _PARTITIVE.match(bare) or not _has_verb(bare):
            return True
        return _POINTS.search(bare) is not None and self._follow_ups.may_be(f"{bare}?")


def _may_part(message: str) -> bool:
    """A quick look, by which most messages are done with: two marks of a question, or a word that joins."""
    return (
        message.count("?") > 1
        or _NUMBERED.search(message) is not None
        or _JOIN.search(message) is not None
        or _ENDS.search(message) is not None
    )


def _pieces(message: str) -> list[str]:
    """The stretches of a message that ask, in order, less what leads to them and ends them."""
    text = _ASIDE.sub("", " ".join(message.split()))
    marks = list(_NUMBERED.finditer(text))
    if len(marks) > 1:
        ends = [mark.start() for mark in marks[1:]] + [len(text)]
        return [
            piece
            for mark, end in zip(marks, ends, strict=True)
            if (piece := _bare(text[mark.end() : end])) and not _TAG.match(piece)
        ]
    pieces: list[str] = []
    for stretch in _ENDS.split(text):
        sentence = _LEAD.sub("", stretch.strip(" ,")).strip()
        topic = _TOPIC.match(sentence)
        if topic and _asks(topic["rest"], marked=False) and not _asks(topic["topic"], marked=False):
            pieces += _of_topic(topic["topic"], _joined(topic["rest"]))
        else:
            pieces += _joined(sentence)
    return pieces


def _of_topic(topic: str, asked: list[str]) -> list[str]:
    """What is asked of a topic that was named before it: "face scan: is it compulsory, when is it deleted"."""
    noun = (
        topic if topic.lower().startswith(("my ", "the ", "your ", "our ")) else f"the {topic[:1].lower()}{topic[1:]}"
    )
    return [re.sub(r"\b(?:it|they|them|these|those)\b", noun, piece, count=1, flags=re.IGNORECASE) for piece in asked]


def _joined(sentence: str) -> list[str]:
    """What one sentence asks: itself, or what "and" joins in it where each side asks; nothing where it asks nothing."""
    marked = sentence.endswith("?")
    cuts = [0]
    after = [len(sentence)]
    for join in _JOIN.finditer(sentence):
        left, right = sentence[cuts[-1] : join.start()], sentence[join.end() :]
        word = (join["word"] or "").lower()
        if _PARENTHESIS.match(right) or (not word and _SUGGESTS.match(right)):
            continue
        if _asks(_bare(left), marked=False) and _continues(left, right, word or ("and" if join["then"] else "")):
            after.insert(len(cuts) - 1, join.start())
            cuts.append(join.end())
    pieces = [_bare(sentence[start:end]) for start, end in zip(cuts, after, strict=True)]
    if len(pieces) == 1:
        return pieces if _asks(pieces[0], marked=marked) and not _TAG.match(pieces[0]) else []
    asking = [piece for piece in pieces if piece and not _TAG.match(piece)]
    return [asking[0], *(_in_case(asking[0], piece) for piece in asking[1:])] if asking else []


def _in_case(first: str, piece: str) -> str:
    """What goes on with a question, in the case that this is asked for: of "if I leave, is it deleted, and do you keep copies?" the
    second asks of no other time than the first."""
    case = _CONDITION.match(first)
    if case is None or _CONDITION.match(piece) or _is_adverbial(piece):
        return piece
    return f"{case.group()}{piece}"


def _continues(left: str, right: str, word: str) -> bool:
    """Whether what follows a join is a question of its own rather than more of the one before; `word` is "" for a comma."""
    bare = _bare(right)
    if _REQUEST.match(bare):
        return (
            word[:3] in {"and", "&", "plus"} and (_REQUEST.match(_bare(left)) or _WISH.match(_bare(left))) is not None
        )
    if word[:3] in {"and", "&", "plu", "als", "n"} and _is_adverbial(bare):
        # "What do you use and for what" is one question: what a clause says of the one, it says of the other.
        return not (bare.lower().endswith(" what") and left.lstrip().lower().startswith("what "))
    return _begins_question(bare, strictly=word in {"", "an", "n"})


def _is_adverbial(bare: str) -> bool:
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
    if auxiliary(words[0].low):
        return _is_subject(words, 1, strictly=strictly)
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


def _filled(said: str, earlier: str) -> str | None:
    """A question whose "it" or "they" is the only thing left open, with the noun of the question before for it; else None."""
    pronouns = [word for word in classes.tokens(said) if word.low in {"it", "they", "them"}]
    if len(pronouns) != 1:
        return None
    (pronoun,) = pronouns
    phrases = [
        phrase
        for phrase in noun_phrases(earlier)
        if phrase.plural == (pronoun.low != "it") and phrase.head not in _PERSONAL
    ]
    if not phrases:
        return None
    subject = pronoun.low == "they" or auxiliary(said[: pronoun.start].split()[-1] if pronoun.start else "") is not None
    noun = phrases[0 if subject else -1].text
    made = (
        f"{said[: pronoun.start]}{noun[:1].lower() if noun[1:2].islower() else noun[:1]}{noun[1:]}{said[pronoun.end :]}"
    )
    return made if reads_well(made, said, earlier) else None


def _has_verb(text: str) -> bool:
    return any(auxiliary(word.low) or is_finite(word.low) for word in classes.tokens(text))


def _asking(piece: str) -> str:
    """A piece put as a question: what is wanted ("delete my account") is asked for ("how do I delete my account")."""
    wanted = _REQUEST.match(piece) or _WISH.match(piece)
    if wanted:
        rest = _WHERE.sub("", _TRAILS.sub("", wanted["rest"]))
        return f"how do I {wanted['verb'].lower()}{rest}?"
    if _COPY.match(piece):
        return f"can I get {'' if piece.lower().startswith('a ') else 'a '}{piece[:1].lower()}{piece[1:]}?"
    return f"{piece}." if _TOLD.match(piece) else f"{piece}?"


def _bare(text: str) -> str:
    """A stretch without what leads to it and ends it."""
    led = _LEAD.sub("", text.strip(" ,;:"))
    return _TRAILS.sub("", led.rstrip(" ?!.,;:")).strip(" ,;:\"'“”()")


def _sentence(text: str) -> str:
    """A sentence with a capital and its mark."""
    bare = " ".join(text.split()).rstrip(" ,;:")
    bare = re.sub(r"\bi(?=\b(?!\.))", "I", bare)
    return f"{bare[:1].upper()}{bare[1:]}" + ("" if bare.endswith(("?", ".", "!")) else "?")
