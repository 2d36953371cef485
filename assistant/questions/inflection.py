"""The forms of English verbs and nouns, as far as questions about personal data need them: closed lists and the regular rules."""

from __future__ import annotations

from functools import cache

# Base forms. Any verb is understood where its place in the sentence gives it away; these are known anywhere.
_REGULAR = (
    "abuse accept access acquire act activate add administer advertise agree alter amend analyse analyze anonymise "
    "anonymize answer apply approve archive ask assess audit authorise authorize avoid back base belong block browse "
    "call cancel capture change charge chat check claim close collect combine commit complain comply connect consent "
    "contact contain control copy correct cover create cross deactivate decide decline delete deny depend deploy "
    "destroy disable discard disclose discuss display divulge download edit email employ enable encrypt end enforce "
    "engage erase evaluate examine expire explain export expose fax file fix follow gather guarantee guard hack "
    "handle happen harvest hash help host identify ignore import improve include infer inform insist inspect install "
    "intercept join label lease like limit link list listen load lock log mail maintain manage market match "
    "measure mention merge message mine moderate modify monetise monetize monitor move name need notify object "
    "observe obtain offer open operate opt order outsource own pass permit personalise personalize phone place "
    "post prepare preserve prevent print process profile protect prove provide publish purchase purge query reach "
    "receive recognise recognize record recover rectify refuse register reject release rely remember remove rent "
    "report request require reset respect respond restore restrict retain return reuse reveal review revoke safeguard "
    "sample save scan score scramble scrape screen search secure serve share ship sign skip sniff snoop sort spy "
    "start state stay stop store stream submit subscribe supply surrender switch sync tag tailor talk tape target "
    "taunt test text track trade train transfer transmit trust turn type unsubscribe update upload use utilise "
    "utilize verify view visit wait want watch wipe withhold work worry"
).split()
# Base form, past, participle.
_IRREGULAR = {
    base: (past, participle)
    for base, past, participle in (
        line.split()
        for line in (
            "be was been|show showed shown|choose chose chosen|pay paid paid|spend spent spent|catch caught caught|meet met met|"
            "teach taught taught|fall fell fallen|lay laid laid|cut cut cut|hit hit hit|let let let|shut shut shut|feel felt felt|"
            "become became become|break broke broken|bring brought brought|build built built|buy bought bought|"
            "come came come|cost cost cost|do did done|eavesdrop eavesdropped eavesdropped|feed fed fed|find found found|"
            "forget forgot forgotten|get got gotten|give gave given|go went gone|have had had|hear heard heard|hide hid hidden|"
            "hold held held|keep kept kept|know knew known|learn learned learnt|leave left left|lend lent lent|lose lost lost|"
            "make made made|mean meant meant|pick picked picked|put put put|read read read|resell resold resold|run ran run|"
            "say said said|see saw seen|seek sought sought|sell sold sold|send sent sent|set set set|speak spoke spoken|"
            "steal stole stolen|take took taken|tell told told|think thought thought|throw threw thrown|"
            "understand understood understood|withdraw withdrew withdrawn|write wrote written"
        ).split("|")
    )
}
_DOUBLED = frozenset(
    "stop log scan submit tag ship skip control transfer permit drop map plan get put set run let forget eavesdrop "
    "spam".split()
)
# Verbs that are as often nouns: read as nouns after an article, a preposition or another verb.
NOUN_TOO = frozenset(
    "consent access act answer back call change charge chat check claim contact control copy cover email fax file "
    "fix guard guarantee hash help host label lease limit mean link list load lock log mail mark market match "
    "measure mine message name need object offer order own phone place post process profile purchase query record "
    "release rent report request reset respect return review sample scan score search share show sign stream supply "
    "switch sync tag tape target test text trade track train transfer trust turn type update upload use view visit "
    "wait watch work find cost run read set".split()
)
_SINGULAR_S = frozenset(
    "gps sms news status access business analysis basis process class us always gas vps dns cms this his its "
    "analytics politics".split()
)
_PLURALS = frozenset("people police children kids men women cops media staff feet teeth criteria".split())
_EITHER = frozenset("data media staff info stuff information".split())  # said of one or of many, as people please


def gerund(verb: str) -> str:
    """The -ing form of a verb in its base form: "share" -> "sharing"."""
    if verb.endswith("ie"):
        return f"{verb[:-2]}ying"
    if verb.endswith("e") and not verb.endswith(("ee", "oe", "ye")) and verb != "be":
        return f"{verb[:-1]}ing"
    return f"{verb}{verb[-1]}ing" if verb in _DOUBLED else f"{verb}ing"


def third_person(verb: str) -> str:
    """The form of a verb after he, she and it: "pass" -> "passes"."""
    special = {"have": "has", "be": "is"}.get(verb)
    if special:
        return special
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if verb.endswith("y") and verb[-2:-1] not in "aeiou" else f"{verb}s"


def participle(verb: str) -> str:
    """The past participle: "sell" -> "sold"."""
    return _IRREGULAR[verb][1] if verb in _IRREGULAR else _regular_past(verb)


def _regular_past(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed"


@cache
def _forms() -> dict[str, dict[str, str]]:
    """By kind of form the words that have it, with their base forms."""
    forms: dict[str, dict[str, str]] = {"base": {}, "third": {}, "gerund": {}, "past": {}, "participle": {}}
    for verb in (*_REGULAR, *_IRREGULAR):
        past, done = _IRREGULAR.get(verb) or (_regular_past(verb),) * 2
        for kind, form in zip(forms, (verb, third_person(verb), gerund(verb), past, done), strict=True):
            forms[kind].setdefault(form, verb)
    forms["participle"]["got"] = "get"
    return forms


def is_base(word: str) -> bool:
    """Whether a word is the base form of a known verb."""
    return word.lower() in _forms()["base"]


def base_of_gerund(word: str) -> str | None:
    """The known verb of an -ing form."""
    return _forms()["gerund"].get(word.lower())


def base_of_third(word: str) -> str | None:
    """The known verb of a form after he, she and it."""
    return _forms()["third"].get(word.lower())


def is_verb(word: str) -> bool:
    """Whether a word is any form of a known verb."""
    return any(word.lower() in known for known in _forms().values())


def is_finite(word: str) -> bool:
    """Whether a word is a form of a known verb that makes a sentence: shares, shared, sold; not sharing."""
    forms = _forms()
    return any(word.lower() in forms[kind] for kind in ("base", "third", "past"))


def is_participle(word: str) -> bool:
    """Whether a word is a past participle: of a known verb, or by its ending."""
    low = word.lower()
    return low in _forms()["participle"] or (low.endswith("ed") and len(low) > 4 and not low.endswith("eed"))


def is_gerund(word: str) -> bool:
    """Whether a word is an -ing form: of a known verb, or by its ending."""
    low = word.lower()
    return low in _forms()["gerund"] or (low.endswith("ing") and len(low) > 5 and low not in _THINGS)


_THINGS = frozenset(
    "anything something everything nothing evening morning building clothing billing banking browsing".split()
)


def is_plural(noun: str) -> bool:
    """Whether a noun stands for several: "addresses", "kids"; not "address", "data"."""
    low = noun.lower().removesuffix("'").removesuffix("’")
    if low in _PLURALS:
        return True
    return low.endswith("s") and low not in _SINGULAR_S and not low.endswith(("ss", "us", "is", "'s", "’s"))


def takes_either(noun: str) -> bool:
    """Whether people say "is" and "are" of a noun alike: "data", "staff"."""
    return noun.lower() in _EITHER
