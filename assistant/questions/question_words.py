"""A bare question word, asked of the question before: "why?", "with whom?", "which ones?"."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from assistant.questions import word_classes as classes
from assistant.questions.circumstances import slot_after, without_purpose
from assistant.questions.clauses import Clause, Role, agreed, appended, as_question, marked, split_verb, stranded
from assistant.questions.fragments import Fragment
from assistant.questions.inflection import third_person
from assistant.questions.inversion import question_word
from assistant.questions.phrases import BASED_ON, WHY
from assistant.questions.topics import Slot, Topic

_STRANDED = frozenset("with to from for about at into".split())
_DATA_WORDS = frozenset("data information info infos details stuff".split())


def asked_with(fragment: Fragment, topic: Topic) -> str | None:
    """The question before, asked with the fragment's question word."""
    clause, low = topic.clause, fragment.text.lower()
    if clause is None:
        return None
    reason = low.startswith(("why", "how come"))
    if fragment.denied and low != "why not":  # of what is not done only the reason can be asked
        whether = clause.role in {Role.NONE, Role.ADVERB}
        return as_question(_why_not(clause)) if whether and reason and WHY.match(low) else None
    if clause.wh.lower() == "why" and clause.predicate.startswith("not ") and not reason:
        return None  # "if so, when?" goes back to what was asked before "if not, why?"
    words = classes.tokens(fragment.text)
    if so_much := re.match(r"^why (?:so|that|this) (\w+)$", low):
        return as_question(_with_word("why", _so_much(clause, so_much[1])))
    if re.match(r"^why\b(?!.*\bnot$)", low) or low.startswith("how come"):
        return as_question(_with_word("why", clause))
    if low == "why not":
        return as_question(_why_not(clause))
    if re.match(r"^how so\b", low) or low == "how is that":
        return as_question(_with_word("how", clause))
    if low.startswith(
        ("such as", "like wh", "for example", "which one", "what one", "which of", "what of", "namely", "e.g", "eg")
    ):
        return _which(None, topic)
    if BASED_ON.match(fragment.text):
        return as_question(_with_word(fragment.text, clause))
    after = question_word(words)
    wh, rest = fragment.text[: words[after - 1].end] if after else fragment.text, [word.low for word in words[after:]]
    first = words[0].low
    if first in {"who", "whom"}:
        return _who(wh, rest, topic)
    if words[-1].low in {"times", "time", "days", "weeks", "months", "years"} and first == "how":
        return _adverbially(wh, rest, topic)
    if first in {"what", "which", "whose"} or (first == "how" and len(words) > 1 and words[1].low in {"many", "much"}):
        return _what(wh, rest, topic)
    return _adverbially(wh, rest, topic)


def _so_much(clause: Clause, much: str) -> Clause:
    plain = clause.without_question_word()
    return appended(replace(plain, predicate=re.sub(r"\sfor \w+ \w+$", "", plain.predicate)), f"so {much}")


def _with_word(wh: str, clause: Clause | None) -> Clause | None:
    """A clause asked with another adverb: why, how long, with whom."""
    if clause is None or (clause.role is Role.SUBJECT and clause.wh.lower() == "what"):
        return None  # "why does anything happen to my data" is asked by nobody
    left_open = (
        stranded(clause.predicate) if clause.role is Role.OBJECT and clause.wh.lower().startswith("what") else None
    )
    plain = clause.whether("anything" if left_open in {"to", "at", "into", "on", "about"} else None)
    if plain is None or (clause.role is Role.OBJECT and _has_gap(clause.predicate)):
        return None
    return replace(plain, wh=wh, role=Role.ADVERB)


def _has_gap(predicate: str) -> bool:
    """Whether a preposition in the middle stands without what it brings: "go to for the check", of "which bank do you go to"."""
    lows = [word.low for word in classes.tokens(predicate)]
    return any(first in _STRANDED and second in classes.PREPOSITIONS for first, second in pairwise(lows))


def _why_not(clause: Clause) -> Clause | None:
    why = _with_word("why", clause)
    if why is None or why.negated:
        return why
    if why.subject.lower() == "there":
        return None
    return replace(why, predicate=f"not {why.predicate}")


def _adverbially(wh: str, rest: list[str], topic: Topic) -> str | None:
    clause, words = topic.clause, classes.tokens(wh)
    if clause is None:
        return None
    first, bare = words[0].low, clause
    if first in classes.PREPOSITIONS:
        people = any(word.low in {"who", "whom"} or classes.is_person(word.low) for word in words)
        slot = slot_after(first, topic, person=people)
        if words[-1].low in {"country", "countries", "region", "regions"} or classes.is_place(words[-1].low):
            slot = topic.place_slot() or slot
        if slot is None and words[-1].low == "ones":
            slot = topic.person_slot()
            if slot is None:
                return None
        if slot is not None:
            bare = topic.without(slot, preposition=True) or clause
            wh = re.sub(r"\bones?$", _bare_noun(slot.phrase.text), wh)
        if clause.role is Role.OBJECT and stranded(clause.predicate) == first:
            return marked(topic.text)
    elif first == "where":
        slot = topic.place_slot()
        bare = (topic.without(slot, preposition=True) if slot else None) or clause
        bare = replace(bare, predicate=re.sub(r" (?:abroad|overseas|anywhere|somewhere)$", "", bare.predicate))
    asked = _with_word(wh, bare)
    if asked is not None and rest:
        asked = replace(asked, predicate=f"{asked.predicate} {rest[0]}")
    return as_question(asked)


def _who(wh: str, rest: list[str], topic: Topic) -> str | None:
    clause = topic.clause
    if clause is None:
        return None
    if clause.wh.lower().startswith("who"):
        return as_question(replace(clause, wh=wh)) if "else" in wh.lower() else marked(topic.text)
    slot = topic.person_slot()
    if slot is not None and slot.part == "subject" and not rest:
        return _subject_asked(wh, clause)
    if clause.subject.lower() in classes.SOMEBODY and not rest:
        return _subject_asked(wh, clause)
    plain = clause.whether()
    if plain is None:
        return None
    preposition = rest[0] if rest else topic.recipient_preposition()
    if slot is not None and slot.part == "predicate":
        left = topic.without(slot, preposition=True) or clause
        preposition = rest[0] if rest else slot.phrase.before or None
        plain = left.whether() or plain
    elif preposition is None:
        preposition = "by" if clause.passive else None
        if preposition is None:
            return None
    said = f"{plain.predicate} {preposition}" if preposition else plain.predicate
    return as_question(replace(plain, wh=wh, role=Role.OBJECT, predicate=said))


def _subject_asked(wh: str, clause: Clause) -> str | None:
    """The clause asked for its subject: "does anyone read my mail" -> who reads my mail."""
    if clause.auxiliary in classes.DO and not clause.negated:
        adverbs, verb, rest = split_verb(clause.predicate)
        if clause.auxiliary == "did":
            return None
        kept = " ".join(word for word in adverbs.split() if word.lower() != "ever")
        return marked(" ".join(part for part in (wh, kept, third_person(verb), rest, clause.after) if part))
    aux = agreed(clause.aux, clause.subject, "anyone")
    return as_question(replace(clause, wh=wh, role=Role.SUBJECT, aux=aux, subject=""))


def _what(wh: str, rest: list[str], topic: Topic) -> str | None:
    clause, low = topic.clause, wh.lower()
    if clause is None:
        return None
    if rest:  # "what for?", "what with?"
        return _stranding(wh, rest[0], topic)
    if low == "which":
        return _which(None, topic)
    if low in {"what else", "which else"}:
        return as_question(_asked_object("what else", topic))
    noun = re.sub(r"^(?:what|which|whose)\s*(?:(?:kinds?|sorts?|types?)(?: of)?\s*)?(?:exactly)?\s*", "", low)
    if low.startswith("how "):
        return _which(wh, topic)
    if not noun:
        return _which(wh, topic) if re.search(r"kind|sort|type", low) else _what_data(wh, topic)
    head = noun.split()[-1]
    if head in {"purpose", "purposes", "reason", "reasons"}:
        return as_question(_with_word(f"for {wh}", clause))
    matching = [slot for slot in topic.slots() if slot.phrase.head == head]
    if matching:
        return _extracted(wh, matching[-1], topic)
    if classes.is_place(head) or head in {"country", "countries"}:
        return _adverbially(f"in {wh}", [], topic)
    if classes.is_person(head):
        return _who(wh, [], topic)
    return (
        as_question(_asked_object(wh, topic))
        if topic.kinds(noun) or head in _DATA_WORDS or classes.is_data(head)
        else None
    )


def _what_data(wh: str, topic: Topic) -> str | None:
    if (
        topic.clause is not None
        and topic.clause.role is Role.NONE
        and (thing := re.search(r"\s(?:any|some)thing\b", topic.clause.predicate))
    ):
        left = topic.clause.predicate[: thing.start()] + topic.clause.predicate[thing.end() :]
        return as_question(replace(topic.clause, wh=wh, role=Role.OBJECT, predicate=left))
    slot, clause = topic.data_slot(), topic.clause
    if clause is None or clause.role is not Role.NONE or slot is None:
        return marked(topic.text) if clause is not None and clause.role is not Role.ADVERB else None
    if slot.phrase.head in _DATA_WORDS:
        return _extracted(f"{wh} {slot.phrase.head}", slot, topic)
    return marked(topic.text)


def _stranding(wh: str, preposition: str, topic: Topic) -> str | None:
    slot = slot_after(preposition, topic, person=False)
    left = (topic.without(slot, preposition=True) if slot else None) or topic.clause
    plain = left.whether() if left else None
    if plain is None:
        return None
    if preposition == "for" and split_verb(plain.predicate).verb.lower() in {"ask", "look", "search", "apply"}:
        return as_question(_with_word("why", topic.clause))  # "ask for" has its "for" already
    if preposition == "for":
        plain = replace(plain, predicate=without_purpose(plain.predicate))
    return as_question(replace(plain, wh=wh, role=Role.OBJECT, predicate=f"{plain.predicate} {preposition}"))


def _which(wh: str | None, topic: Topic) -> str | None:
    """The question asked for which of the things or people that it names."""
    clause = topic.clause
    if clause is None:
        return None
    if clause.role in {Role.OBJECT, Role.SUBJECT}:
        return marked(topic.text)
    person = topic.person_slot()
    slots = [slot for slot in topic.slots() if slot.phrase.plural and not slot.phrase.possessed]
    slot = person if person and person.phrase.head not in classes.SOMEBODY and not wh else None
    things = [slot for slot in slots if not classes.is_person(slot.phrase.head)]
    slots = things if wh and things else slots
    single = [slot for slot in topic.slots() if slot.phrase.text.lower().startswith(("a ", "an ", "any ")) and not wh]
    of_mine = topic.data_slot()
    if slot is None and not slots and not single and not wh and of_mine is not None and of_mine.phrase.plural:
        return _extracted(f"which of {of_mine.phrase.text}", of_mine, topic)
    mine = topic.data_slot() if wh else None  # of what is somebody's there is one: nobody asks which
    slot = slot or (slots[-1] if slots else single[-1] if single else mine)
    if slot is None or (wh and wh.lower().startswith("how ") and not _is_object(slot, clause)):
        return None
    noun = _bare_noun(slot.phrase.text)
    word = wh or "which"
    word = f"{word} of" if re.search(r"(?:kind|sort|type)s?$", word) else word
    return _extracted(f"{word} {noun}", slot, topic)


def _is_object(slot: Slot, clause: Clause) -> bool:
    """Whether a phrase follows its verb at once: of it "how many" can be asked."""
    counted = not slot.phrase.text.lower().startswith(("a ", "an ")) and not slot.phrase.before
    return counted and (slot.part == "subject" or len(clause.predicate[: slot.phrase.start].split()) == 1)


def _bare_noun(text: str) -> str:
    return re.sub(
        r"^(?:(?:my|your|our|an?|the|any|some|all|these|those|other|more|such|another)\s+)+",
        "",
        text,
        flags=re.IGNORECASE,
    )


def _extracted(wh: str, slot: Slot, topic: Topic) -> str | None:
    """The clause asked for a phrase of it: "share data with partners" -> which partners do you share data with."""
    clause = topic.clause
    if clause is None:
        return None
    if slot.part == "subject":
        if clause.subject != slot.phrase.text:
            return None
        if clause.auxiliary in classes.DO:
            if slot.phrase.plural and clause.auxiliary == "do" and not clause.negated:
                return as_question(replace(clause, wh=wh, role=Role.SUBJECT, aux="", subject=""))
            return _subject_asked(wh, clause) if not slot.phrase.plural else None
        return as_question(replace(clause, wh=wh, role=Role.SUBJECT, subject=""))
    left = topic.without(slot, preposition=False)
    plain = left.whether() if left and left.role in {Role.NONE, Role.ADVERB} else None
    if plain is None:
        return None
    before = slot.phrase.before
    if before and not plain.predicate.endswith(f" {before}"):
        # The preposition would stand in the middle of what is left: it goes to the front.
        moved = topic.without(slot, preposition=True)
        plain = moved.whether() if moved else None
        return as_question(replace(plain, wh=f"{before} {wh}", role=Role.ADVERB)) if plain else None
    return as_question(replace(plain, wh=wh, role=Role.OBJECT))


def _asked_object(wh: str, topic: Topic) -> Clause | None:
    clause = topic.clause
    if clause is None:
        return None
    if clause.role is Role.OBJECT and not stranded(clause.predicate):
        return replace(clause, wh=wh)
    slot = topic.data_slot()
    if slot is None or (slot.part == "predicate" and slot.phrase.before):
        return None
    if slot.part == "subject":
        return replace(
            clause.without_question_word(),
            wh=wh,
            role=Role.SUBJECT,
            aux=agreed(clause.aux, clause.subject, "it"),
            subject="",
        )
    left = topic.without(slot, preposition=False)
    plain = left.whether() if left else None
    return replace(plain, wh=wh, role=Role.OBJECT) if plain else None
