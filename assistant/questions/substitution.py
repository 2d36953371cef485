"""Another noun, owner or verb in the question before: "and my phone?", "and my wife's?", "or sell it?", "encrypted?"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import chain

from assistant.questions import references
from assistant.questions import word_classes as classes
from assistant.questions.clauses import Clause, Role, agreed, appended, as_question, marked, split_verb, stranded
from assistant.questions.fragments import Fragment
from assistant.questions.inflection import base_of_gerund, behind_auxiliary, is_plural
from assistant.questions.noun_phrases import NounPhrase, phrase_at_start
from assistant.questions.phrases import HOW_MANY_OF, THOSE_OF, THOSE_THAT, WHAT_WE_DO
from assistant.questions.spelling import english
from assistant.questions.topics import Topic

_COOKIES = frozenset("cookies device usage".split())
_TOOLS = frozenset("technology technologies tool tools software script scripts tag tags".split())
_COOKIE_VERBS = frozenset("use set place store block refuse disable allow accept reject read send".split())
_COMPANY_DOES = frozenset(
    "share sell rent use store keep read record track scan analyse analyze encrypt collect transfer disclose "
    "monitor log retain give send pass process profile save combine monetise".split()
)
# How data are while something is done to them; and what is, of which they may be so.
_FORMS = frozenset(
    "anonymised anonymized anonymous pseudonymised pseudonymized pseudonymous de-identified deidentified identifiable "
    "aggregated aggregate encrypted unencrypted hashed masked redacted blurred scrambled tokenised tokenized archived "
    "public private".split()
)
_HANDLED = (_COMPANY_DOES - {"encrypt"}) | frozenset("access buy get have hold obtain receive see".split())
_HANDLING = frozenset(chain.from_iterable(map(behind_auxiliary, _HANDLED)))
_RESTRICTS = re.compile(r"(?:not )?(?:even|only|just)\b")
_OTHER_MATTERS = frozenset(
    "price prices pricing cost costs fee fees refund refunds weather delivery shipping discount discounts warranty "
    "help joke jokes lunch hours opening job jobs gdpr ccpa hipaa privacy security consent law laws policy policies "
    "terms way time today tomorrow sure course problem idea love food pizza music football news question answer".split()
)
_ABSTRACT = ("tion", "ment", "ity", "ness", "ance", "ence", "ism")
_NO_DATA = frozenset("rights right obligations duties question questions problem consent permission opinion".split())
_ELSE = frozenset(
    {"anything else", "anyone else", "anybody else", "someone else", "somebody else", "nothing else", "everything"}
)


def with_noun(fragment: Fragment, topic: Topic) -> str | None:
    """The same question of other data, other people, another country."""
    noun = _unfronted(fragment.text)
    if those := THOSE_THAT.match(noun):
        return as_question(_with_those(those["which"], topic))
    if re.search(r"\bones?$", noun):
        return as_question(_with_ones(noun, topic))
    if noun.lower() in _ELSE:
        return as_question(_with_else(noun, topic))
    if those := HOW_MANY_OF.match(noun):
        return as_question(_with_so_many(those["which"], topic))
    if WHAT_WE_DO.match(noun):
        return as_question(_with_what_is_done(noun, topic))
    phrase = phrase_at_start(noun)
    if phrase is None or phrase.end != len(noun) or topic.clause is None:
        return None
    if " who " in noun or ("," in noun and not re.search(r" (?:and|or|&) ", noun)):
        return None
    kinds = topic.kinds(noun)
    if classes.is_place(phrase.head) and not kinds:
        slot = topic.place_slot()
        if topic.clause.role is Role.OBJECT and stranded(topic.clause.predicate):
            return as_question(topic.clause.whether(noun))
        return as_question(topic.put(slot, noun) if slot else appended(topic.clause, f"in {noun}"))
    first = phrase.text.split()[0].lower()
    led = fragment.led or first in {"only", "just"}
    if (classes.is_person(phrase.head) and not classes.is_data(phrase.head)) or (led and _like_a_person(phrase, topic)):
        asked = topic.clause.wh.lower().startswith("who")
        clear = led or asked or first in classes.DETERMINERS or not phrase.plural
        return as_question(_with_person(noun, phrase, topic)) if clear else None
    mine = re.search(r"\b(?:my|our|their|his|her)\b|['’]s?\b", noun, re.IGNORECASE) is not None
    known = bool(topic.lexicon.names(noun)) or classes.is_data(phrase.head)
    slotless = topic.data_slot() is None and topic.person_slot() is None
    if slotless and led and first == "your" and topic.clause.subject.lower() in {"you", "u"}:
        return as_question(topic.clause.with_subject(noun))  # "are you certified" - "and your hosts?"
    if phrase.head in _NO_DATA or not (led or mine) or not (known or mine or _may_be_data(phrase, topic)):
        return None
    if ("cookies" in kinds or phrase.head in _TOOLS) and not phrase.possessed and not _about_devices(topic):
        return None
    return as_question(_with_data(noun, kinds, topic))


def _with_so_many(which: str, topic: Topic) -> Clause | None:
    """ "all of them?": the noun of the question, as many as are asked about."""
    slot = topic.data_slot()
    if slot is None:
        return None
    of = " of" if slot.phrase.text.split()[0].lower() in classes.DETERMINERS else ""
    return topic.put(slot, f"{which.lower()}{of} {slot.phrase.text}")


def _with_what_is_done(noun: str, topic: Topic) -> Clause | None:
    """ "and what I skip?" after "do you see what I watch": the same of something else that somebody does."""
    slot = next((slot for slot in topic.slots() if slot.phrase.head in classes.INTERROGATIVES), None)
    if slot is None:
        return None
    tail = re.search(r" (?:through|on|in|via|with|by|at) (?:your|the) .*$", slot.phrase.text, re.IGNORECASE)
    return topic.put(slot, f"{noun}{tail.group() if tail else ''}")


def _like_a_person(phrase: NounPhrase, topic: Topic) -> bool:
    """Whether a noun that is not known stands where the question has somebody: "who can see it" - "interns too"."""
    if topic.clause is None or topic.lexicon.names(phrase.text) or classes.is_data(phrase.head) or phrase.possessed:
        return False
    if topic.clause.wh.lower().startswith("who"):
        return True
    slot, data = topic.person_slot(), topic.data_slot()
    if slot is not None and phrase.plural and (data is None or not topic.known_data(data.phrase)):
        return True
    named = slot is not None and " " not in slot.phrase.text and not slot.phrase.plural
    return named and " " not in phrase.text and not phrase.plural


def _may_be_data(phrase: NounPhrase, topic: Topic) -> bool:
    """Whether a noun that is not known may be data: "and heart rate?"; not "and the weather?", "and encryption?"."""
    slot = topic.data_slot()
    if slot is None or phrase.head in _OTHER_MATTERS:
        return False
    alike = not topic.known_data(slot.phrase)
    # One word that is not known may be another company: "and github?"; hardly so where it stands for several.
    several = phrase.plural and phrase.head in english()
    first = phrase.text.split()[0].lower()
    bare = (several or " " in phrase.text) and first not in classes.DETERMINERS
    the = first == "the" and phrase.head in english()
    return alike or ((bare or the) and not phrase.head.endswith(_ABSTRACT))


def _with_those(which: str, topic: Topic) -> Clause | None:
    """ "those I deleted": the noun of the question, with what tells which."""
    slot = topic.data_slot()
    if slot is None:
        return None
    bare = re.sub(
        r"^(?:(?:the|my|our|your|any|all|some|these|those|his|her|their)\s+)+",
        "",
        slot.phrase.text,
        flags=re.IGNORECASE,
    )
    return topic.put(slot, f"the {bare} {which}")


def _unfronted(text: str) -> str:
    bare = re.sub(r"^(?:just|even|especially)\s+", "", text, flags=re.IGNORECASE)
    first = bare.split(" ", 1)[0]
    common = first.lower() in classes.DETERMINERS | {"only"} or is_plural(first) or classes.is_data(first)
    return f"{first.lower()}{bare[len(first) :]}" if common and first[1:].islower() else bare


def _about_devices(topic: Topic) -> bool:
    slot, clause = topic.data_slot(), topic.clause
    verb = split_verb(clause.predicate).verb.lower() if clause else ""
    return verb in _COOKIE_VERBS or (slot is not None and bool(topic.kinds(slot.phrase.text) & _COOKIES))


def _with_data(noun: str, kinds: frozenset[str], topic: Topic) -> Clause | None:
    clause = topic.clause
    if clause is None:
        return None
    done = split_verb(clause.predicate).verb.lower() in {"do", "happens", "happen", "becomes"}
    asked_for_data = not (done or clause.wh.lower().startswith(("who", "how"))) and (
        (clause.role is Role.OBJECT and not stranded(clause.predicate))
        or (clause.role is Role.SUBJECT and bool(clause.aux))
    )
    slot = topic.data_slot(kinds)
    alike = slot is not None and not topic.is_aside(slot) and bool(topic.kinds(slot.phrase.text))
    if asked_for_data and not (slot is not None and alike and slot.phrase.possessed == (" my " in f" {noun.lower()} ")):
        return clause.whether(noun)
    if slot is None:
        return None
    text = slot.phrase.text
    of = re.search(rf"\b{re.escape(slot.phrase.head)}( of .+)$", text, re.IGNORECASE)
    if clause.subject.lower() == "there" and text.lower().startswith(("a ", "an ")):
        return None  # "is there a record of what I read" - "and films?" is no "is there films"
    if of and noun.split()[0].lower() not in classes.DETERMINERS and " of " not in noun:
        return topic.put(slot, f"{noun}{of[1]}")  # "photos of my kid" - "and videos?"
    return topic.put(slot, noun)


def _with_ones(text: str, topic: Topic) -> Clause | None:
    """ "deleted ones": the noun of the question, narrowed."""
    slot = topic.data_slot()
    one_of_two = re.match(r"^the (?P<which>[\w-]+) one$", text, re.IGNORECASE)
    two = next(
        (each for each in topic.slots() if re.match(r"^the [\w-]+ [\w-]+$", each.phrase.text, re.IGNORECASE)), None
    )
    if one_of_two and two is not None:  # "the free version" - "and the paid one?"
        return topic.put(two, f"the {one_of_two['which']} {two.phrase.text.split()[-1]}")
    narrowed = re.sub(r"^(?:(?:the|my|any|all|only|just|even) )+|\s*ones?$", "", text, flags=re.IGNORECASE)
    if slot is None or not narrowed or slot.phrase.joined:
        return None
    words = slot.phrase.text.split(" ")
    at = next((n for n, word in enumerate(words) if word.lower() not in classes.DETERMINERS), 0)
    return topic.put(slot, " ".join([*words[:at], narrowed, *words[at:]]))


def _with_else(words: str, topic: Topic) -> Clause | None:
    if words.lower().startswith(("anything", "nothing", "everything")):
        said = "anything else" if "else" in words.lower() else words
        slot = topic.data_slot()
        if slot is not None and slot.part == "predicate":
            return topic.put(slot, said)
        return topic.clause.whether(said) if topic.clause and topic.clause.role is Role.OBJECT else None
    return _to_person("anyone else", topic)


def _with_person(noun: str, phrase: NounPhrase, topic: Topic) -> Clause | None:
    clause = topic.clause
    if clause is None:
        return None
    own = phrase.text.lower().startswith(("my ", "our ")) and classes.is_person(phrase.head)
    if not (classes.is_protected(phrase.head) or own) or clause.role is Role.SUBJECT or (not own and _by_people(topic)):
        return _to_person(noun, topic)
    if clause.by_first_person:
        mine = {"my": "their", "our": "their", "me": "them", "myself": "themselves"}
        said = re.sub(
            r"\b(?:my|our|me|myself)\b",
            lambda match: mine[match.group().lower()],
            clause.predicate,
            flags=re.IGNORECASE,
        )
        return replace(clause.with_subject(noun), predicate=said)
    told = (each for each in topic.slots() if each.part != "after" and classes.is_person(each.phrase.head))
    if own and (somebody := next((each for each in told if each.phrase.possessed), None)) is not None:
        return topic.put(somebody, noun)
    slot = topic.owner_slot()
    if slot is not None:
        return topic.put(slot, _owned(slot.phrase.text, _possessive(noun, phrase)))
    person = topic.person_slot()
    if person is not None and person.phrase.before in {"from", "of", "about"}:
        return topic.put(person, noun)
    return appended(clause, f"when it comes to {noun}")


def _by_people(topic: Topic) -> bool:
    """Whether the question is about what some people do: "do teachers see my grades"."""
    slot = topic.person_slot()
    return slot is not None and slot.part == "subject"


def _to_person(noun: str, topic: Topic) -> Clause | None:
    """The question with another recipient, or another person who acts."""
    clause = topic.clause
    if clause is None:
        return None
    if clause.wh.lower().startswith("who"):
        return clause.whether(noun)
    slot = topic.person_slot()
    if slot is not None:
        return topic.put(slot, noun)
    if clause.subject.lower() in classes.SOMEBODY:
        return clause.with_subject(noun)
    told = re.match(r"^(?P<verb>\w+) (?P<whom>me|us)\b", clause.predicate, re.IGNORECASE)
    if told:
        return replace(clause, predicate=f"{told['verb']} {noun}{clause.predicate[told.end() :]}")
    to = topic.recipient_preposition()
    return appended(clause.without_question_word(), f"{to} {noun}") if to else None


def _possessive(noun: str, phrase: NounPhrase) -> str:
    return f"{noun}'" if phrase.plural and noun.lower().endswith("s") else f"{noun}'s"


def _owned(text: str, owner: str) -> str:
    """A phrase with another owner: "my email", "kids'" -> "kids' email"."""
    return re.sub(
        r"^(?P<all>(?:all |any |some )(?:of )?)?(?:(?:(?:my|your|our|the|a) )?[\w-]+(?:['’]s|s['’]) |(?:my|your|ur|our|his|her|their) )",
        lambda match: f"{match['all'] or ''}{owner} ",
        text,
        flags=re.IGNORECASE,
    )


def of_owner(fragment: Fragment, topic: Topic) -> str | None:
    """The same question of what is somebody else's: "and my wife's?", "and mine?"."""
    slot = topic.owner_slot() or topic.data_slot()
    if slot is None:
        return None
    if those := THOSE_OF.match(fragment.text):
        phrase = phrase_at_start(those["who"])
        return (
            as_question(topic.put(slot, _owned(slot.phrase.text, _possessive(those["who"], phrase))))
            if phrase
            else None
        )
    owner = {"mine": "my", "ours": "our", "hers": "her", "theirs": "their"}.get(fragment.text.lower(), fragment.text)
    bare = slot.phrase.text.split()[0].lower() not in classes.DETERMINERS and not slot.phrase.possessed
    return as_question(topic.put(slot, f"{owner} {slot.phrase.text}" if bare else _owned(slot.phrase.text, owner)))


def doing_instead(fragment: Fragment, topic: Topic) -> str | None:
    """The same question of something else that is done: "or sell it?"."""
    clause = topic.clause
    if clause is None:
        return None
    said = references.with_data(fragment.text, topic)
    if said is None:
        return None
    plain = clause if clause.wh.lower() in {"how", "when", "where"} and clause.role is Role.ADVERB else clause.whether()
    if (
        plain is None
        or plain.passive
        or plain.auxiliary not in classes.DO | classes.MODALS
        or (plain.wh and not plain.predicate)
    ):
        return marked(f"do you {said}")
    if plain.subject.lower() in classes.SOMEBODY or plain.auxiliary == "did":
        return marked(f"do you {said}") if plain.auxiliary == "did" else as_question(replace(plain, predicate=said))
    aside = re.search(r"\s(?:if|when|while|after|before|unless|until)\s(?=\S+ \S+).*$", plain.predicate, re.IGNORECASE)
    kept = aside.group() if aside and not re.search(r"\b(?:if|when|while|after|before|for|to|with)\b", said) else ""
    return as_question(replace(plain, predicate=f"{said}{kept}", after=plain.after if kept or not plain.after else ""))


def what_about_doing(fragment: Fragment, topic: Topic) -> str | None:
    """ "what about deleting it?": the same question where it is the same one's doing, else "what about" it."""
    clause = topic.clause
    said = references.with_data(fragment.text, topic)
    if said is None or clause is None:
        return None
    verb, _, rest = said.partition(" ")
    base = base_of_gerund(verb)
    if not rest:
        noun = topic.noun()
        rest = noun or ""
        if not rest:
            return None
    same = clause.by_first_person or (base in _COMPANY_DOES and clause.subject.lower() in classes.COMPANY | {"we"})
    if base and same and clause.auxiliary in classes.DO | classes.MODALS and clause.role in {Role.NONE, Role.ADVERB}:
        plain = clause if clause.wh.lower() == "how" else clause.without_question_word()
        return as_question(replace(plain, predicate=f"{base} {rest}", after=""))
    return marked(f"what about {verb} {rest}")


def in_state(fragment: Fragment, topic: Topic) -> str | None:
    """ "and sold?", "encrypted?" of the data that the question is about; "even encrypted?" of what is done to them."""
    said = f"{fragment.text[0].lower()}{fragment.text[1:]}"
    if (done := _done_in_state(said, topic)) is not None:
        return as_question(done)
    noun = topic.noun()
    return None if noun is None else marked(f"{agreed('is', None, noun)} {noun} {said}")


def _done_in_state(said: str, topic: Topic) -> Clause | None:
    """The question whether that is done to data in a state too, or in no other: "do you sell it" - "even anonymised?".

    None where it is of nothing done to data ("is it safe"), or what is said is no state in which that could be done ("even sold?").
    """
    lows = [word.low for word in classes.tokens(said)]
    state = next((low for low in lows if not classes.is_adverb(low)), "")
    plain = topic.clause.whether() if topic.clause else None
    if plain is None or state not in _FORMS or not _RESTRICTS.match(said):
        return None
    if split_verb(plain.predicate).verb.lower().rstrip(",") not in _HANDLING:
        return None
    said = said.removeprefix("not ") if lows[:2] == ["not", "even"] else said
    joined = f", {said}" if lows[0] in {"even", "not"} else f" {said}"
    if plain.after:
        return replace(plain, after=f"{plain.after}{joined}")
    return replace(plain, predicate=f"{plain.predicate}{joined}")
