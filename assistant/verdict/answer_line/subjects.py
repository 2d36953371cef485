"""What a text speaks of: its words by stem, with the policy's word for what people say in plainer ones.

Customers ask in other words than policies use ("the cops": "law enforcement"). The table only helps to find *where* a clause
speaks of what is asked; nothing is said from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise

import Stemmer
from rapidfuzz.distance import DamerauLevenshtein

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_AMERICA = re.compile(r"\bU\.?S\.?(?:A\b\.?)?(?!\w)|\bthe (?:us|u\.s\.)(?!\w)")  # capitals: "us" is also ourselves
_LEAST_FUZZY = 5  # letters of a word that may be misspelt; shorter ones resemble too much

# One line a subject. Phrases are joined by "_"; a word may stand in several lines.
_SUBJECTS = """
sell sold sale rent lease trade monetise monetize flog
share disclose disclosure release give given gave hand pass reveal divulge forward supply provide transfer send sent transmit available
receive get got obtain collect gather capture harvest acquire record take taken log ask request
tell told notify notification inform know hear alert announce warn notice aware message email find_out
keep kept retain retention store save hold held preserve hang archive remember
delete erase erasure remove removal wipe destroy purge discard scrub deidentify anonymise anonymize forget gone rid dispose clear
track follow monitor trace watch spy observe
see seen view visible access look read reveal display show public open review lookup
location locate where geolocation gps whereabouts place position
police cop fbi law_enforcement authority authorities government court judge subpoena warrant officer legal lawful agency agencies
buy buys bought acquire acquires acquisition merger merge takeover sale sold acquirer
bankrupt bankruptcy bust insolvency insolvent liquidation
child children kid daughter son lad boy girl minor teen teenager underage age old young younger year parent parental guardian
ad ads advert advertise advertising advertiser advertisement marketing promotion promotional promote commercial offer plug spam junk deal newsletter
unsubscribe opt opt_out stop refuse object objection decline switch_off turn_off disable withdraw deactivate manage
consent permission permit agree agreement approval approve accept authorise authorize authorisation authorization say-so allow let
back withdraw revoke undo
employee staff personnel worker people team colleague member boss employer organisation organization work
card credit debit payment pay billing bank financial
encrypt encryption scramble ssl tls encrypted cipher
secure security safe safeguard protect protection guarantee promise
breach hack hacker break intrusion unauthorised unauthorized steal stolen nick leak incident intercept
company firm business businesses vendor supplier provider partner third_party third_parties outsider outside processor subcontractor agent affiliate
phone mobile telephone handset device laptop computer tablet app application
website site webpage page web browse visit
country countries abroad overseas foreign international
america american states usa united_states
europe european eu eea germany france spain italy ireland netherlands norway sweden
uk britain british united_kingdom england
change update modify amend amendment revise revision rewrite version alter replace new
lawyer attorney solicitor agent representative authorized_agent behalf
complain complaint regulator supervisory authority ombudsman dispute
cost costs charge fee price free_of_charge free
wifi wireless wi-fi network
shop in-store outlet branch
picture photo image pic pics pixel gif beacon
friend contact contacts address_book
university uni school campus institution organisation organization college
machine computer automated automatic automatically algorithm robot profiling ai
human person
close shut cancel terminate deactivate end closure
dead died deceased death
register registry list blacklist
cookie cookies tracker trackers tracking_technologies
post public publish publicly stranger anyone everybody everyone
improve develop development research analysis analyse analyze build
ads_tracking interest-based targeted personalise personalize personalised personalized suit tailor recommend suggest suggestion
correct rectify rectified amend fix wrong inaccurate inaccuracy update
copy copies extract rundown report access
name identity who called
complete completely every all everything whole entire
cctv camera cameras video
conversation call calls talk chat recording record tape
birthday birth
health medical illness doctor
warning notice prior advance
liable liability responsible responsibility fault
price prices rate rates discount
often frequency once calendar
fake unauthorized impersonate
alternative other another
attack
purchase buy buys bought order orders shopping transaction transactions paid
usage statistics activity activities logs log habits behaviour behavior clickstream i_use i_do
"""

# Words of no subject: a question's grammar, and what nearly every clause speaks of.
_EMPTY = frozenset(
    (
        "myself yourself yourselves ourselves themselves itself question questions "
        "a about actually after again ago ain all alone also am an and any anyone anything are around as at away be because "
        "been before being but by can cannot could dear did do does doing don done dont during each either else even ever every "
        "for from further had has have having he hello her here hey hi him his how i if im in into is isn it its ive just "
        "kindly like ll lot many may maybe me might mine more much must my need never no none nor not nothing now of off ok "
        "okay on one only or other our out over own please put quite rather re really right s say says so some someone "
        "something somebody still stuff such sure t than thank thanks that the their them then there these they thing things "
        "this those through to too true under until up upon use used uses using ve very via want wants was we well were what "
        "whats when where which while who whom whose why will with within without would wouldn won yes yet you your yours "
        "yourself going go goes come make makes made think wonder wondering wont dont cant didnt doesnt isnt arent havent hasnt "
        "wasnt werent wouldnt shouldnt couldnt ive youve weve theyve im youre theyre id ill theyll whats thats sort kind type "
        "people person user users customer customers bit everyone list lists information info data detail details personal "
        "privacy policy notice statement document service services platform"
    ).split()
)


# Words that tell little of what a question is about: they count only where it has no other.
_WEAK = (
    "get got gets getting take taken know let look open end start happen work show ask kept keep send sent give given new able own try "
    "tried help check right name"
)


@cache
def _weak() -> frozenset[str]:
    return frozenset(map(_stem, _WEAK.split()))


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")


@lru_cache(maxsize=20_000)
def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word))


@cache
def _table() -> tuple[dict[str, frozenset[int]], dict[tuple[str, str], frozenset[int]]]:
    """By a word's stem, and by a pair of stems, the subjects (line numbers) that it stands for."""
    words: dict[str, set[int]] = {}
    pairs: dict[tuple[str, str], set[int]] = {}
    for number, line in enumerate(_SUBJECTS.split("\n")):
        for entry in line.split():
            parts = [_stem(part) for part in entry.split("_")]
            if len(parts) == 1:
                words.setdefault(parts[0], set()).add(number)
            else:
                pairs.setdefault((parts[0], parts[1]), set()).add(number)
    return {k: frozenset(v) for k, v in words.items()}, {k: frozenset(v) for k, v in pairs.items()}


class Words:
    """The words of a text, once read: their stems and the subjects that these stand for."""

    __slots__ = ("stems", "subjects")

    def __init__(self, text: str) -> None:
        stems = [_stem(word) for word in _plain_words(text)]
        words, pairs = _table()
        subjects: set[int] = set()
        for stem in stems:
            subjects |= words.get(stem, frozenset())
        for pair in pairwise(stems):
            subjects |= pairs.get(pair, frozenset())
        self.stems = frozenset(stems)
        self.subjects = frozenset(subjects)


class Subject:
    """One word of a question that says what it is about: its stem, and the subjects that it stands for.

    A `weak` one ("get", "know") tells little: it counts only where the question has no other.
    """

    __slots__ = ("stem", "subjects", "weak")

    def __init__(self, stem: str, subjects: frozenset[int]) -> None:
        self.stem = stem
        self.subjects = subjects
        self.weak = stem in _weak()

    def within(self, words: Words) -> bool:
        """Whether a text speaks of it, in this word or in another of the same subject."""
        return bool(self.subjects & words.subjects) or self.named_in(words)

    def named_in(self, words: Words) -> bool:
        """Whether a text has this very word, in whatever form; a word that is not known may be misspelt."""
        if self.stem in words.stems:
            return True
        if self.subjects or len(self.stem) < _LEAST_FUZZY:
            return False
        return any(_alike(self.stem, stem) for stem in words.stems)


def subjects_of(question: str, *, without: Iterable[str] = ()) -> tuple[Subject, ...]:
    """What a question is about, a subject for each word that says something, in order, each stem once.

    `without` are further words that say nothing, such as the company's own name.
    """
    words, pairs = _table()
    words_asked = list(_plain_words(question))
    empty = {_stem(word) for text in without for word in _plain_words(text)}
    subjects: dict[str, Subject] = {}
    for at, word in enumerate(words_asked):
        stem = _stem(word)
        pair = (stem, _stem(words_asked[at + 1])) if at + 1 < len(words_asked) else ("", "")
        if pair in pairs:
            subjects.setdefault(" ".join(pair), Subject(" ".join(pair), pairs[pair]))
        elif word not in _EMPTY and stem not in empty and len(word) > 1:
            subjects.setdefault(stem, Subject(stem, words.get(stem) or _misspelt(word)))
    telling = tuple(subject for subject in subjects.values() if not subject.weak)
    return telling or tuple(subjects.values())


@lru_cache(maxsize=20_000)
def _misspelt(word: str) -> frozenset[int]:
    """The subjects of the first word of the table that a word is one slip away from."""
    if len(word) < _LEAST_FUZZY:
        return frozenset()
    near = (known for known in _SUBJECTS.split() if _alike(word, known))
    return _table()[0].get(_stem(next(near, "")), frozenset())


def _alike(stem: str, other: str) -> bool:
    return len(other) >= _LEAST_FUZZY and other[0] == stem[0] and DamerauLevenshtein.distance(stem, other) <= 1


def _plain_words(text: str) -> Iterator[str]:
    for word in _WORD.finditer(_AMERICA.sub("usa", text).lower().replace("’", "'")):
        yield word.group().removesuffix("'s").replace("'", "")
