"""Words of the closed classes, and the nouns that questions about personal data use for people, places and data."""

from __future__ import annotations

import re
from typing import NamedTuple

from assistant.questions.inflection import is_gerund, is_plural, is_verb

AUXILIARIES = frozenset(
    "do does did is are was were am will would can could may might must shall should has have had".split()
)
BE = frozenset("is are was were am".split())
DO = frozenset("do does did".split())
MODALS = frozenset("will would can could may might must shall should".split())
HAVE = frozenset("has have had".split())
SUBJECTS = frozenset(
    "i you u ya we they it he she this that these those there anyone anybody someone somebody everyone everybody "
    "nobody anything something everything nothing others".split()
)
PRONOUNS = SUBJECTS | frozenset(
    "me us him her them myself yourself yourselves itself themselves mine yours hers ours theirs one ones none "
    "whoever whatever".split()
)
SOMEBODY = frozenset("anyone anybody someone somebody everyone everybody nobody others".split())
COMPANY = frozenset({"you", "u", "they", "the company"})  # what questions call the one that is asked
POSSESSIVES = frozenset("my your ur our his her their its".split())
DETERMINERS = POSSESSIVES | frozenset(
    "a an the this that these those any some all no every each both such another many few much more most several "
    "which what whose half".split()
)
PREPOSITIONS = frozenset(
    "with to from for at in on by of about into onto within without under over during through via against between "
    "among across outside inside near per as regarding concerning upon towards toward despite except behind beyond "
    "like than".split()
)
PARTICLES = frozenset("sure out off up down away along together".split())
SUBORDINATORS = frozenset(
    "if when whenever once while after before because unless until till since whether although though".split()
)
CONJUNCTIONS = frozenset("and or but nor n & plus".split())
INTERROGATIVES = frozenset("who whom whose what which why when where how".split())
ADVERBS = frozenset(
    "not never ever always still just only even also too already really actually again anyway anywhere abroad "
    "overseas here there now later soon forever online offline directly today then instead perhaps maybe else often "
    "sometimes simply please exactly so somewhere elsewhere first indefinitely worldwide internally externally".split()
)
ADJECTIVES = frozenset(
    "safe secure private public confidential anonymous available visible free legal illegal lawful ok okay okey "
    "fair allowed required possible mandatory optional necessary voluntary compulsory subject able normal accurate "
    "correct complete true real full new old other own personal sensitive third credit debit postal home live "
    "mobile social medical same different local foreign external internal certain specific financial biometric "
    "digital actual raw usual bound identifiable unencrypted responsible liable compliant aware open closed short "
    "long exact good bad permanent temporary automatic automated".split()
)
PREDICATIVE = frozenset(
    "safe secure private public confidential anonymous available visible free legal illegal lawful ok okay fair "
    "possible mandatory optional necessary voluntary compulsory subject able accurate correct complete normal aware "
    "open unencrypted compliant liable responsible permanent automatic automated identifiable bound there online "
    "offline".split()
)
# People and organisations: those who get data, and those whose data it is.
_OUTSIDERS = frozenset(
    "manufacturer manufacturers dealer dealers retailer retailers operator operators distributor supplier carrier "
    "carriers police government governments authority authorities court courts advertiser advertisers partner "
    "partners affiliate affiliates company companies party parties organisation organisations organization "
    "organizations firm firms business businesses insurer insurers insurance bank banks intern interns trainee "
    "trainees employer employers landlord boss staff employee employees worker workers agent agents agency agencies "
    "contractor contractors vendor vendors suppliers provider providers processor processors subprocessor "
    "subprocessors sub-processor sub-processors subsidiary subsidiaries broker brokers hacker hackers stranger "
    "strangers moderator moderators admin admins nurse nurses administrator administrators developer developers "
    "engineer engineers team teams support human humans people person bureau bureaus office offices officer "
    "officers department departments investor investors buyer buyers owner owners researcher researchers university "
    "universities school schools teacher teachers doctor doctors hospital hospitals lawyer lawyers colleague "
    "colleagues manager managers courier couriers merchant merchants seller sellers marketer marketers recipient "
    "recipients bot bots ai algorithm algorithms machine machines robot robots google facebook meta amazon "
    "microsoft apple openai tiktok twitter linkedin instagram whatsapp stripe paypal palantir nsa fbi cia outsider "
    "outsiders public network networks charity charities sponsor sponsors media cops group everyone".split()
)
_PERSONS = frozenset(
    "kid kids child children minor minors teen teens teenager teenagers student students pupil pupils customer "
    "customers user users visitor visitors guest guests member members subscriber subscribers applicant applicants "
    "patient patients wife husband daughter son mother father mum mom dad parents parent grandmother grandfather "
    "family friend friends client clients resident residents citizen citizens europeans americans californians "
    "adults seniors players followers baby babies toddler toddlers neighbour neighbours neighbor neighbors roommate "
    "roommates flatmate flatmates sister brother colleague colleagues non-customers freelancers".split()
)
_AGENTS = re.compile(r"(?:[^aeiou]ers|ists|(?<!s)ees|ators|ctors|ants|ians)$")
_NO_AGENTS = frozenset(
    "numbers nameservers orders folders transfers servers letters papers browsers computers trackers headers "
    "identifiers answers newsletters routers errors sensors fees powers filters matters covers others banners "
    "timers counters stickers parameters registers chapters variants grants lists playlists wishlists checklists "
    "constants restaurants trees degrees ledgers vouchers drawers containers printers chargers adapters speakers "
    "scanners planners fingers".split()
)
_PLACES = frozenset(
    "us usa uk eu eea america europe germany france spain italy ireland england scotland wales britain canada "
    "australia india china japan russia brazil mexico switzerland austria poland sweden norway denmark finland "
    "netherlands belgium portugal greece turkey israel singapore california texas virginia london africa asia "
    "abroad overseas korea ukraine cloud".split()
)
# Nouns for data that the practice bank does not list.
_DATA = frozenset(
    "title titles gender religion job occupation hobby hobbies allergies allergy diet symptoms diagnosis medication "
    "medications appointments bookings reservations itinerary tickets deliveries recordings clicks swipes matches "
    "keystrokes temperature sleep pulse pregnancy references answers grade feedback drafts fingerprint keys "
    "coordinates route routes trips trip mileage speed record records history histories number numbers contents "
    "profile profiles diary diaries invoice invoices order orders purchase purchases search searches photo photos "
    "selfie selfies video videos post posts comment comments like likes rating ratings review reviews contact "
    "contacts calendar salary income receipt receipts email emails mail mails sms texts text voicemail voicemails "
    "voice note notes playlist playlists bookmark bookmarks dna prescription prescriptions signature signatures "
    "licence license plate grades homework usernames username nickname backups backup logs log birthday iban "
    "subscription subscriptions wishlist viewing metadata attachments attachment scan scans heartbeat steps weight "
    "identity cvv cvc pin letter letters postcode zip ethnicity nationality sexuality politics screenshots "
    "clipboard microphone camera fingerprints".split()
)
_WORD = re.compile(r"(?i:do not track|end[- ]to[- ]end)\b|[^\W_]+(?:['’.&/@-][^\W_]+)*['’]?|&")


class Token(NamedTuple):
    """A word of a text, as typed, in lower case with straight apostrophes, and where it stands (code points)."""

    text: str
    low: str
    start: int
    end: int


def tokens(text: str) -> list[Token]:
    """The words of a text, in order."""
    words = [
        Token(word.group(), word.group().lower().replace("’", "'"), word.start(), word.end())
        for word in _WORD.finditer(text)
    ]
    for at, word in enumerate(words):
        if word.low == "us" and (word.text == "US" or (at and words[at - 1].low == "the")):
            words[at] = word._replace(low="usa")
    return words


def auxiliary(word: str) -> str | None:
    """The auxiliary verb that a word is, without its "not": "don't" -> "do"; None if it is none."""
    low = word.lower().replace("’", "'")
    bare = {"can't": "can", "cannot": "can", "won't": "will", "shan't": "shall"}.get(low, low.removesuffix("n't"))
    return bare if bare in AUXILIARIES else None


def is_open(word: str) -> bool:
    """Whether a word belongs to none of the closed classes: a noun, an adjective, a verb."""
    low = word.lower().replace("’", "'")
    return not (
        low in PRONOUNS
        or low in DETERMINERS
        or low in PREPOSITIONS
        or low in SUBORDINATORS
        or low in CONJUNCTIONS
        or low in INTERROGATIVES
        or low in ADVERBS
        or low in PARTICLES
        or auxiliary(low)
    )


def is_adverb(word: str) -> bool:
    """Whether a word is an adverb: one of the list, or by its ending."""
    low = word.lower()
    return (
        low in ADVERBS
        or low.replace("-", " ") == "end to end"
        or (low.endswith("ly") and len(low) > 4 and low not in {"family", "supply", "reply", "apply", "comply"})
    )


def is_person(head: str) -> bool:
    """Whether a noun stands for people or organisations."""
    low = head.lower()
    return (
        low in _OUTSIDERS
        or low in SOMEBODY
        or is_protected(head)
        or (_AGENTS.search(low) is not None and low not in _NO_AGENTS)
    )


def is_protected(head: str) -> bool:
    """Whether a noun stands for people whose data it may be, rather than for somebody who gets them."""
    return head.lower() in _PERSONS


def is_place(head: str) -> bool:
    """Whether a noun stands for a country or region."""
    return head.lower() in _PLACES


def is_data(head: str) -> bool:
    """Whether a noun stands for data, other than those of the practice bank."""
    return head.lower() in _DATA


def is_noun(word: str) -> bool:
    """Whether a word of the open classes is more likely a noun than a verb."""
    return is_open(word) and not is_adverb(word) and (is_plural(word) or not (is_verb(word) or is_gerund(word)))
