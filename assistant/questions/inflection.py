"""The forms of English verbs and nouns, as far as questions about personal data need them: closed lists and the regular rules."""

from __future__ import annotations

from functools import cache

# Base forms. Any verb is understood where its place in the sentence gives it away; these are known anywhere.
_REGULAR = (
    "abuse accept access accompany achieve acquire act activate adapt add adjust administer admit adopt advertise "
    "advise affect agree aim allocate alter amend analyse analyze announce anonymise anonymize answer anticipate "
    "appear append apply appoint approach approve archive arrange arrive ask assemble assess assign assist assume "
    "attach attempt attend attribute audit authorise authorize avoid await back ban base beg belong blame block blur "
    "boost borrow bother broadcast browse calculate call cancel capture care carry cast cause cease certify challenge "
    "change charge chat check circulate cite claim classify clean click clone close collect combine commercialise "
    "commit communicate compare compile complain comply conceal concern conclude conduct confirm connect consent "
    "consider consist construct consult consume contact contain contribute control convert convince cope copy correct "
    "count cover crash crawl create cross deactivate decide decline decode decrypt deduce define delay delete deliver "
    "demand deny depend deploy derive describe design destroy detect determine develop diagnose differ disable "
    "disappear discard disclose disconnect discover discuss display distribute divide divulge document double doubt "
    "download drop duplicate ease edit effect elect eliminate email employ enable encourage encrypt end enforce "
    "engage enjoy ensure enter erase escape establish estimate evaluate examine exchange exclude execute exempt exist "
    "expand expect experience expire explain exploit export expose express extend extract face facilitate fail fake "
    "fax file film filter finish fix flag follow forge form formulate fund gather generate govern grant greet group "
    "guarantee guard guess guide hack handle happen harm harvest hash help hire hope host hunt identify ignore "
    "imagine implement imply import impose impress improve include index indicate infer influence inform infringe "
    "inherit inject input insert insist inspect install instruct insure integrate intend interact intercept interest "
    "interfere interpret introduce invade invent invest investigate invite involve isolate issue join judge jump "
    "justify kick kill label lack land last launch leak lease lift like limit link list listen load loan locate lock "
    "log love lower mail maintain manage market mask match measure mention merge message mind mine misuse mix "
    "moderate modify monetise monetize monitor mount move multiply mute name narrow need negotiate note notice notify "
    "number obey object observe obtain occur offer omit open operate opt order outsource overrule own participate "
    "pass peek penalise perform permit persist personalise personalize phone place plan plant play plot point poll "
    "pool possess post postpone practise predict prefer prepare present preserve press presume prevent print process "
    "produce profile prohibit promise promote propose prosecute protect prove provide pseudonymise pseudonymize "
    "publish pull punish purchase purge push qualify query question quote raise rank rate reach react realise realize "
    "reassure recall receive reckon recognise recognize recommend reconcile reconsider reconstruct record recover "
    "recruit rectify redact reduce refer refine reflect refresh refuse regard register regret regulate reinstate "
    "reject relate relay release relocate rely remain remember remind remote remove render renew rent reopen repair "
    "repeat replace reply report repost represent reproduce request require rescue reserve reset reside resign resist "
    "resolve respect respond rest restore restrict resume retain retrieve retry return reuse reveal reverse review "
    "revoke reward risk roll rotate ruin rule safeguard sample sanitise satisfy save scan scare schedule score "
    "scramble scrape screen seal search secure segment seize select separate serve settle shape share shield ship "
    "shop shorten shout shred sign size skip slow sniff snoop solve sort source specify spy stalk start state stay "
    "step stop store stream study submit subscribe succeed sue suffer suggest suit supply suppose suppress surrender "
    "survey suspect suspend swap switch sync synchronise tag tailor talk tap tape target taunt tax tempt tend "
    "terminate test text thank threaten throttle tie tighten tolerate touch trace track trade train transcribe "
    "transfer translate transmit travel treat trick trigger trim trust try turn tweak type uncover unify uninstall "
    "unlink unlock unsubscribe update upgrade upload urge use utilise utilize validate value vary verify vet view "
    "violate visit vouch wait waive walk want warn warrant wash waste watch weigh welcome wipe wish withhold wonder "
    "work worry wrap yield"
).split()
# Base form, past, participle.
_IRREGULAR_FORMS = (
    "be was been|become became become|begin began begun|bet bet bet|bid bid bid|bind bound bound|"
    "break broke broken|bring brought brought|build built built|buy bought bought|catch caught caught|"
    "choose chose chosen|come came come|cost cost cost|cut cut cut|deal dealt dealt|do did done|"
    "draw drew drawn|drink drank drunk|drive drove driven|eat ate eaten|"
    "eavesdrop eavesdropped eavesdropped|fall fell fallen|feed fed fed|feel felt felt|fight fought fought|"
    "find found found|fit fit fit|fly flew flown|forget forgot forgotten|freeze froze frozen|"
    "get got gotten|give gave given|go went gone|grow grew grown|have had had|hear heard heard|"
    "hide hid hidden|hit hit hit|hold held held|hurt hurt hurt|keep kept kept|know knew known|"
    "lay laid laid|lead led led|learn learned learnt|leave left left|lend lent lent|let let let|"
    "light lit lit|lose lost lost|make made made|mean meant meant|meet met met|mistake mistook mistaken|"
    "overhear overheard overheard|overwrite overwrote overwritten|pay paid paid|pick picked picked|"
    "put put put|quit quit quit|read read read|rebuild rebuilt rebuilt|resell resold resold|"
    "ride rode ridden|ring rang rung|rise rose risen|run ran run|say said said|see saw seen|"
    "seek sought sought|sell sold sold|send sent sent|set set set|show showed shown|shut shut shut|"
    "sit sat sat|sleep slept slept|speak spoke spoken|spend spent spent|split split split|"
    "spread spread spread|stand stood stood|steal stole stolen|stick stuck stuck|strike struck struck|"
    "swear swore sworn|take took taken|teach taught taught|tell told told|think thought thought|"
    "throw threw thrown|understand understood understood|undo undid undone|wear wore worn|win won won|"
    "withdraw withdrew withdrawn|write wrote written"
)
_IRREGULAR = {
    base: (past, participle) for base, past, participle in (line.split() for line in _IRREGULAR_FORMS.split("|"))
}
_DOUBLED = frozenset(
    "ban beg begin bet bid blur control cut drop eavesdrop fit forget get hit knit let log map occur omit permit "
    "plan put quit refer regret rob run scan set ship shop shred sit skip spam spit split step stop submit swap tag "
    "tap tip transfer trim trip vet win wrap".split()
)
# Verbs that are as often nouns: read as nouns after an article, a preposition or another verb.
NOUN_TOO = frozenset(
    "access act answer back ban block call care cast cause challenge change charge chat check claim click clone "
    "consent contact control copy cost count cover crash deal delay demand design document doubt draw drink drive "
    "drop ease effect email end exchange experience exploit express extract face fake fax feed fight file film "
    "filter find finish fit fix flag fly form fund grant group guarantee guard guide harm hash help host hunt index "
    "influence input interest issue judge jump kick label lack land launch lead leak lease leave lift light limit "
    "link list load loan lock log look love mail mark market mask match mean measure message mind mine misuse mix "
    "mount move name need note notice number object offer order own pass pay phone place plan plant play plot point "
    "poll pool post present press process produce profile promise pull purchase push query question quote raise "
    "rank rate read recall record release rent reply report repost request rescue reserve reset respect rest return "
    "reverse review reward ride ring rise risk roll rule run sample scan schedule score seal search segment set "
    "shape share shield shop show sign size sleep sort source spread stand start state step stop stream strike "
    "study suit supply survey suspect swap switch sync tag talk tap tape target tax test text tie touch trace track "
    "trade train transfer travel trick trigger trust try turn type update upgrade upload use value view visit wait "
    "walk warrant wash waste watch welcome win wish wonder work wrap yield".split()
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


def behind_auxiliary(verb: str) -> tuple[str, str, str]:
    """The forms of a base form that stand behind an auxiliary verb: "share", "sharing", "shared"."""
    return verb, gerund(verb), participle(verb)


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


def is_adjective(word: str) -> bool:
    """Whether a word is an adjective by its ending: "dangerous", "reversible"."""
    low = word.lower()
    return (
        len(low) > 5
        and low.endswith(("ous", "ful", "able", "ible", "less", "ical", "ive", "ish", "ary"))
        and low != "archive"
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
