"""Words that stand for what the question before says is done: "do that", "can I stop it?", "is that legal?", "do you have to?"."""

from __future__ import annotations

import re
from itertools import chain

from assistant.questions import word_classes as classes
from assistant.questions.clauses import PASSING, Clause, Role, agreed, phrase_in_form, plural_of, split_verb
from assistant.questions.inflection import behind_auxiliary, is_base, third_person
from assistant.questions.noun_phrases import noun_phrases, phrase_at_start
from assistant.questions.pointers import REFERRING, answered_within
from assistant.questions.refusals import CONSENT, demanded
from assistant.questions.topics import Topic

_AUX = r"(?:do|does|did|can|could|will|would|may|must|should|shall)(?:n['’]t)?"
_THAT = "(?:that|this|it)"
_THEM = "(?:that|this|it|them|those|these)"
_WHO = "(?:you|u|i|we|they|the company)"


def _compiled(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(parts), re.IGNORECASE)


_DO_THAT = _compiled(r"\b(?P<do>do|does|doing|done) (?P<what>that|it|this|so(?! that)|the same)\b")
_HAPPENS = _compiled(
    r"^(?P<wh>(?:why|how|when|where|how \w+|(?:in|under|on|for) \w+ \w+) )?(?:does|do|would|will|can|could|did) ",
    rf"{_THAT} (?:ever |also |still |really )?happen(?P<rest>\b.*)$",
)
_WAS_THAT = _compiled(r"^(?P<wh>when|where|how) (?:was|is) (?:that|this)$")
_ELLIPSIS = _compiled(rf"^(?P<aux>{_AUX}) (?P<who>{_WHO}|anyone|anybody)(?: (?P<adverb>really|ever|also|still|even))?$")
_SOMEBODY_DOES = _compiled(rf"^(?P<aux>{_AUX}) (?P<who>(?:my|your|the|our|any|all)? ?[\w-]+(?: [\w-]+)?)$")
_IS_IT = _compiled(
    r"^(?:is|are|was|were|does|has|have) (?:it|they|that|those|these)(?: (?:really|ever|still|always))?$"
)
# The same with a "not" or a tense of its own: "isn't it", "will they be", "can it ever be".
_IS_IT_NOT = _compiled(
    r"^(?P<aux>(?:is|are|was|were|do|does|did|has|have|could|will|would|may|might|must|should)(?:n['’]t)?|can(?:['’]t|not)?|won['’]t) ",
    r"(?P<it>it|they|that|those|these)(?P<how>(?: (?:really|actually|ever|still|also|even|always|not))*)(?P<be> be(?:en)?)?$",
)
_HAVE_TO = _compiled(
    rf"^(?P<front>(?:(?:{_AUX}|are|am|is) {_WHO}|must you|why (?:do|would) (?:you|they)) (?:really |actually |even |legally )?",
    r"(?:have|need|want|going|allowed|required|able|obliged|supposed|free|permitted) to)(?: do (?:that|it|this|so))?$",
)
_CONTROL = _compiled(
    r"\b(?P<verb>stop|prevent|avoid|opt[- ]out(?: of)?|object(?: to)?|say no(?: to)?|disagree(?: with| to)?|consent(?: to)?|",
    r"agree(?: to| with)?|complain(?: about)?|contest|challenge|dispute|appeal|undo|reverse|cancel|get out(?: of)?|unsubscribe(?: from)?|forbid|refuse|decline|",
    rf"disallow|withdraw from)(?: (?P<what>{_THEM}))?(?P<rest>(?: (?:from happening|at any time|later|completely|altogether|",
    r"somehow|anytime|myself|first|at all|again|now|entirely|in (?:my|the) settings|please))*)$",
)
_NEEDS = {
    "opt out": "of", "opt-out": "of", "object": "to", "say no": "to", "disagree": "with", "consent": "to", "agree": "to",
    "complain": "about", "get out": "of",
}  # fmt: skip
_SWITCH = _compiled(
    rf"\b(?:(?:turn|switch) (?P<a>{_THEM}) off|(?:turn|switch) off (?P<b>{_THEM})|(?:disable|deactivate|block) (?P<c>{_THEM}))\b"
)
_JUDGED = _compiled(
    rf"^(?P<be>(?:why |how |since when )?(?:is|was|isn['’]t)) {_THAT} (?P<adverb>(?:even|really|actually|still|also|completely|totally|always) )?(?P<not>not )?",
    r"(?P<how>legal|illegal|lawful|allowed|ok|okay|okey|fair|normal|necessary|right|permitted|usual|standard|common|justified|",
    r"ethical|legit|free|for free|easy|hard|possible|reversible|automatic|permanent|final|immediate)",
    r"(?P<rest>\b(?! (?:to|that|if|for)\b).*)$",
)
_ABOUT_ACTS = frozenset("free easy hard possible reversible automatic permanent final immediate".split()) | {"for free"}
_ACT_SUBJECT = _compiled(
    rf"\b(?P<aux>does|will|would|can|could|did) (?P<it>{_THAT}) (?P<rest>(?:ever |also |really |still |actually )?",
    r"(?:take|cost|work|affect|require|change|help|delete|remove|break|happen)\b(?! .*\b(?:to|until|till|before|for|if)\b).*)$",
)
_FOR_THAT = _compiled(
    r"\b(?P<prep>for|to|about|against|with|of|behind|by|on) (?P<what>that|this)",
    r"(?P<rest>(?: (?:or not|at all|in advance|first|somewhere|too|anywhere|beforehand))?)$",
)
_NO_ACT = re.compile(r"(?:access|part|copy|any|all|some|look|back|listen|response) $", re.IGNORECASE)
_TELL_ABOUT = _compiled(
    r"\b(?:tell|inform|notify|warn|ask|email|told|informed|notified|warned|asked) (?:me |us |people )?(?:first )?about ",
    rf"(?P<what>{_THAT})(?P<rest>(?: (?:first|beforehand|in advance|by email|before|afterwards))?)$",
)


def _in_all_forms(verbs: str) -> frozenset[str]:
    return frozenset(chain.from_iterable(map(behind_auxiliary, verbs.split())))


# What nobody objects to, and what nobody objects to where it is the asker who is told or asked.
_WELCOME = _in_all_forms("protect safeguard secure encrypt delete erase comply")
_TELLING = _in_all_forms("ask tell inform notify warn alert")
_NOT_ASKERS = classes.SOMEBODY | frozenset("you u them him her".split())
_SEEKING = _in_all_forms("need require want get obtain seek have")
_CONTESTED = frozenset("contest challenge dispute appeal undo reverse cancel".split())


def leaves_out_an_act(text: str) -> bool:
    """Whether a sentence may leave out what is done, for the one before to say."""
    if (
        any(
            way.search(text)
            for way in (_ELLIPSIS, _WAS_THAT, _SOMEBODY_DOES, _IS_IT, _IS_IT_NOT, _HAVE_TO, _HAPPENS, _JUDGED)
        )
        or _do_that(text) is not None
    ):
        return True
    if (match := _CONTROL.search(text)) is not None and _bare_control(match, text):
        return not _settled(text, match)
    return any(
        (match := way.search(text)) is not None and not _settled(text, match)
        for way in (_SWITCH, _ACT_SUBJECT, _FOR_THAT, _TELL_ABOUT)
    )


def _settled(text: str, match: re.Match[str]) -> bool:
    """Whether what a phrase points to may stand in its own text."""
    words = classes.tokens(text)
    pointers = [
        at for at, word in enumerate(words) if word.low in REFERRING and match.start() <= word.start < match.end()
    ]
    return _clause_before(text, match.start()) or any(answered_within(text, words, at) for at in pointers[:1])


def _clause_before(text: str, end: int) -> bool:
    """Whether a clause of its own, which may be what is pointed to, stands before a place of the text."""
    before = text[:end]
    joined = re.search(r"[,;:.!?–—]|\s-\s|\b(?:and|but|or)\b", before)
    return joined is not None and any(
        not classes.is_place(phrase.head) for phrase in noun_phrases(before[: joined.start()])
    )


def _bare_control(match: re.Match[str], text: str) -> bool:
    """Whether a short sentence asks for no more than that: "can I object?", "how do I stop it?"."""
    before = classes.tokens(text[: match.start()])
    while before and classes.is_adverb(before[-1].low) and before[-1].low != "not":
        before.pop()
    if before and before[-1].low not in classes.SUBJECTS | {"to", "not"}:
        return False
    return len(text.split()) <= 8 and (
        match["what"] is not None
        or text.lower().startswith(("can ", "could ", "how ", "may ", "where ", "do i ", "when "))
    )


def _do_that(text: str) -> re.Match[str] | None:
    """ "do that" where "do" is the verb that says what is done, not one that helps another."""
    for match in _DO_THAT.finditer(text):
        before = classes.tokens(text[: match.start()])
        following = classes.tokens(text[match.end() :])
        helps = match["do"].lower() in {"do", "does"} and following and is_base(following[0].low)
        if not before or helps or not text[before[-1].end : match.start()].isspace():
            continue
        low = before[-1].low
        asked = len(before) > 1 and before[-2].low in classes.INTERROGATIVES
        someone = low in classes.SUBJECTS or low in {"to", "who", "not"} or (classes.is_open(low) and not asked)
        if someone or classes.is_adverb(low) or match["do"].lower() in {"doing", "done"}:
            return match
    return None


def whole_act(text: str, topic: Topic) -> str | None:
    """A sentence that is the earlier question but for a verb: "do you?", "do you have to?", "why does that happen?".

    Returns:
        "" where the sentence is of this kind and cannot be made whole.
    """
    clause = topic.clause
    if _IS_IT.match(text):
        return topic.text
    if (match := _IS_IT_NOT.match(text)) and not _ELLIPSIS.match(text):
        return _is_it_not(match, topic)
    if match := _ELLIPSIS.match(text):
        phrase = clause.verb_phrase if clause else None
        if (
            phrase is None
            or clause is None
            or (match["who"].lower() == "they" and clause.subject.lower() in {"you", "u"})
        ):
            return topic.text
        people = topic.people() if match["who"].lower() == "they" and clause.subject.lower() != "they" else None
        if people is not None:
            return _joined(agreed(match["aux"], "they", people), people, match["adverb"] or "", phrase)
        same = match["who"].lower() == clause.subject.lower() and match["aux"].lower() == clause.aux.lower()
        return topic.text if same else _joined(match["aux"], match["who"], match["adverb"] or "", phrase)
    if (match := _SOMEBODY_DOES.match(text)) and (done := _done_by(match["aux"], match["who"], topic)):
        return done
    if match := _HAVE_TO.match(text):
        phrase = clause.verb_phrase if clause else None
        return f"{match['front']} {phrase}" if phrase else ""
    if match := _HAPPENS.match(text):
        of_anything = clause is not None and clause.role is Role.SUBJECT and clause.wh.lower() == "what"
        asked = clause is not None and clause.by_first_person and clause.auxiliary in classes.MODALS
        plain = clause.whether() if clause and not (of_anything or asked) else None
        if plain is None:
            return ""
        return _joined((match["wh"] or "").strip(), plain.question(), match["rest"].strip())
    if (match := _WAS_THAT.match(text)) and clause is not None and (plain := clause.whether()) is not None:
        return f"{match['wh']} {plain.question()}"
    if match := _do_that(text):
        return _done_again(text, match, topic)
    return None


def _is_it_not(match: re.Match[str], topic: Topic) -> str:
    """ "isn't it?", "will it be?": what is said of a thing, with another auxiliary verb; "" where nothing is said of one."""
    clause = topic.clause.whether() if topic.clause else None
    it, helper, how = match["it"].lower(), classes.auxiliary(match["aux"]) or "", match["how"]
    if clause is None:
        return ""
    asks_same = helper in classes.BE and match["be"] is None
    said = clause.predicate.split()
    while len(said) > 1 and said[0].lower() in PASSING | {"not", "never"}:
        said.pop(0)
    is_so = clause.auxiliary in classes.BE or said[0].lower() in {"be", "been"} if said else False
    theirs = clause.subject.lower() in classes.PRONOUNS - {it}
    many = it not in {"it", "that"}
    if theirs or plural_of(clause.subject) is (not many) or (asks_same and (not is_so or clause.negated)):
        return topic.text if asks_same and not many else ""
    if is_so:
        be = "" if asks_same else "been" if helper in classes.HAVE else "be"
        been = (match["be"] or "").strip()
        if helper in classes.DO or been not in {"", be} or (be == "been" and not been):
            return ""
        done = _joined(be, *said[said[0].lower() in {"be", "been"} :], clause.after)
    else:
        done = "" if match["be"] or helper in classes.HAVE else clause.verb_phrase or ""
    return _joined(agreed(match["aux"], it, clause.subject), clause.subject, how.strip(), done) if done else ""


def _done_by(aux: str, who: str, topic: Topic) -> str | None:
    """ "can my coach?": what is done, by somebody else; None where nobody was named."""
    phrase = phrase_at_start(who)
    verb_phrase = topic.clause.verb_phrase if topic.clause else None
    if phrase is None or phrase.end != len(who) or verb_phrase is None:
        return None
    theirs = who.split()[0].lower() in classes.DETERMINERS and aux.lower() not in classes.DO
    if not (classes.is_person(phrase.head) or theirs):
        return None
    return f"{aux} {who} {verb_phrase}"


def _done_again(text: str, match: re.Match[str], topic: Topic) -> str | None:
    clause = topic.clause
    before = text[: match.start()].strip().lower()
    if not before or clause is None:
        return "" if clause is None else None
    phrase = clause.verb_phrase
    rest = re.sub(r"^ (?:too|also|as well)$", "", text[match.end() :])
    if phrase is None:
        whole = re.fullmatch(rf"(?:{_AUX}) (?:you|u|they|the company)", before) is not None
        return topic.text if whole and not rest.strip() else ""
    if rest.split(" ")[:2][-1:] == ["for"] and " for " in f" {phrase} ":
        return ""
    do = match["do"].lower()
    if do == "does":
        phrase = phrase_in_form(phrase, third_person) or ""
        if not phrase:
            return ""
    elif do == "doing":
        said = clause.doing(subject=False)
        if said is None:
            return ""
        phrase = said
    elif do == "done":
        return ""
    return f"{text[: match.start()]}{phrase}{rest}"


def act_in_place(text: str, topic: Topic) -> str | None:
    """A sentence with "that" for what is done: "can I stop that?", "is that legal?"; None where it holds none, "" where
    it cannot be made whole."""
    clause = topic.clause
    if clause is None:
        return None
    if (match := _CONTROL.search(text)) and _bare_control(match, text):
        return _controlled(text, match, clause, topic)
    if match := _SWITCH.search(text):
        return _switched(text, match, clause, topic)
    if match := _JUDGED.match(text):
        return _judged(match, clause)
    if match := _ACT_SUBJECT.search(text):
        return _acted(text, match, clause, topic)
    if match := _TELL_ABOUT.search(text):
        said = clause.doing(subject=False)
        return f"{text[: match.start('what')]}{said}{match['rest']}" if said else ""
    if (match := _FOR_THAT.search(text)) and not _NO_ACT.search(text[: match.start()]):
        lows = text.lower().split()
        theirs = "you" in lows and not {"i", "we", "me"} & set(lows)
        said = clause.doing(subject=not (theirs or clause.by_first_person))
        return f"{text[: match.start()]}{match['prep']} {said}{match['rest']}" if said else ""
    return None


def _controlled(text: str, match: re.Match[str], clause: Clause, topic: Topic) -> str | None:
    verb, what = match["verb"], match["what"]
    low = verb.lower()
    if low in {"undo", "reverse", "cancel"}:
        said = clause.doing(subject=not clause.by_first_person) if what else None
        return f"{text[: match.start()]}{verb} {said}{match['rest']}" if said else None
    asks_own = not {"i", "we"}.isdisjoint(text.lower().split())
    if asks_own and low in {"refuse", "decline"} and (given := demanded(clause)):
        return f"{text[: match.start()]}{verb} to {given}{match['rest']}"
    if clause.by_first_person and low in {"refuse", "decline", "forbid"} and what in {"it", "that", "this"}:
        phrase, me = _allowed(clause), "me" if clause.subject.lower() == "i" else "us"
        if phrase is None or asks_own:
            return ""
        # "can I see my file" - "can you refuse that?"
        let = f"{verb} {me} to" if low == "forbid" else f"{verb} to let {me}"
        return f"{text[: match.start()]}{let} {phrase}{match['rest']}"
    if clause.by_first_person:
        said = clause.doing(subject=False) if low.startswith(("get out", "avoid", "prevent")) else None
        joined = verb if low not in _NEEDS else f"{verb} {_NEEDS[low]}"
        return f"{text[: match.start()]}{joined} {said}{match['rest']}" if said and what in {"that", "this"} else None
    if what is None and low not in _CONTESTED and _is_welcome(clause):
        return ""
    several = what is not None and what.lower() in {"them", "those", "these"}
    if several and (people := topic.people()) and not low.startswith(("opt", "say", "agree")):
        return f"{text[: match.start()]}{verb} {people}{match['rest']}"
    if low in {"refuse", "decline", "forbid", "disallow"}:
        phrase = clause.verb_phrase
        if phrase is None or clause.subject.lower() not in classes.COMPANY:
            return "" if what else None
        who = "them" if clause.subject.lower() == "they" else clause.subject
        kept_from = f"refuse to let {who}" if low in {"refuse", "decline"} else f"forbid {who} to"
        return f"{text[: match.start()]}{kept_from} {phrase}{match['rest']}"
    if low.startswith(("unsubscribe", "withdraw")):
        return None
    said = clause.doing(subject=True)
    if said is None:
        return None if what and what.lower() in {"it", "them"} and not low.startswith("stop") else ""
    joined = verb if low not in _NEEDS else f"{verb} {_NEEDS[low]}"
    return f"{text[: match.start()]}{joined} {said}{match['rest'] if 'happening' not in match['rest'] else ''}"


def _is_welcome(clause: Clause) -> bool:
    """Whether nobody objects to what is done: "do you encrypt my data", "do you ask me first"; not "do you tell my employer"."""
    plain = clause.whether()
    if plain is None or plain.negated:
        return False
    _, verb, rest = split_verb(plain.predicate)
    told = phrase_at_start(rest)
    others = rest.split(" ")[0].lower() in _NOT_ASKERS or (
        told is not None and classes.is_person(told.head) and (told.possessed or not classes.is_protected(told.head))
    )
    consent = told is not None and told.head in CONSENT and verb.lower() in _SEEKING
    return consent or verb.lower() in _WELCOME or (verb.lower() in _TELLING and not others)


def _allowed(clause: Clause) -> str | None:
    """What the asker would be let do: "see my file" of "can I see my file" and "do I have the right to see my file"."""
    phrase = clause.verb_phrase if clause.role in {Role.NONE, Role.ADVERB} else None
    if phrase is None or phrase.lower().startswith("have the right to "):
        return phrase and phrase[len("have the right to ") :]
    how = clause.auxiliary == "do" and clause.wh.lower() in {"how", "where"}
    return phrase if how or clause.auxiliary in {"can", "could", "may", "might"} else None


def _switched(text: str, match: re.Match[str], clause: Clause, topic: Topic) -> str | None:
    what = (match["a"] or match["b"] or match["c"]).lower()
    slot = topic.data_slot()
    if slot is not None:
        plural = bool(plural_of(slot.phrase.text))
        several = what in {"them", "those", "these"}
        done = slot.phrase.head in classes.INTERROGATIVES  # "where I drive"
        if not done and (several or (what == "it" and not plural) or "cookies" in topic.kinds(slot.phrase.text)):
            start, end = match.span(next(name for name in ("a", "b", "c") if match[name]))
            return f"{text[:start]}{slot.phrase.text}{text[end:]}"
    said = None if clause.by_first_person else clause.doing(subject=True)
    return f"{text[: match.start()]}stop {said}{text[match.end() :]}" if said else ""


def _judged(match: re.Match[str], clause: Clause) -> str | None:
    how = match["how"].lower()
    judged = f"{match['adverb'] or ''}{match['not'] or ''}{how}{match['rest']}"
    if clause.by_first_person:
        said = clause.doing(subject=False)
        return f"{match['be']} {said} {judged}" if said else ""
    if how in _ABOUT_ACTS:
        return None
    told = clause.statement()
    return f"{match['be']} it {judged} that {told}" if told else ""


def _acted(text: str, match: re.Match[str], clause: Clause, topic: Topic) -> str | None:
    if not clause.by_first_person:
        data = match["it"].lower() == "it" and not re.match(r"(?:\w+ )?(?:take|happen)\b", match["rest"])
        if data or topic.people():
            return None
    said = None if clause.auxiliary in classes.BE else clause.doing(subject=False)
    return f"{text[: match.start()]}{match['aux']} {said} {match['rest']}" if said else ""


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
