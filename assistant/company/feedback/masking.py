"""What identifies a person in free text, replaced by a tag that says what stood there, before it is written to disk.

Found by rule and check digit, not by meaning: names, postal addresses and customer numbers stay. In doubt a find is
masked: a tag too many costs a word of a report, a card number too many cannot be called back. So the number of a clause
four levels deep ("1.2.3.4"), which is an IP address too, becomes a tag.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect
from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from ipaddress import IPv4Address, IPv6Address
from typing import NamedTuple


class Tag(StrEnum):
    """What stands in the place of a find; of two finds of one length over the same place, the earlier here names it."""

    IBAN = "[IBAN]"
    CARD = "[card number]"
    E_MAIL = "[e-mail]"
    IP_ADDRESS = "[IP address]"
    PHONE = "[phone number]"


LONGEST_TAG = 35  # code points, as RFC 5646 (4.4.1) advises


def language_tag(language: str | None) -> str | None:
    """A language's tag that carries nothing else; None for any other."""
    return language if language and len(language) <= LONGEST_TAG and masked(language) == language else None


def masked(text: str) -> str:
    """The text with a tag for every payment card number, IBAN, e-mail address, IP address and phone number in it.

    Card numbers and IBANs are told by their check digits, phone numbers by the numbering plans: any that begins with
    "+", others as written in the countries of `REGIONS`. Digits of any script and any dash, space or invisible
    character between them count. Finds that overlap get one tag over all of them, that of the longest. Masking what is
    masked changes nothing.
    """
    while finds := _Plain(text).finds():  # again: with one number gone, the one beside it may be told apart
        parts, done = [], 0
        for start, end, tag in finds:
            parts += [text[done:start], tag.value]
            done = end
        text = "".join([*parts, text[done:]])
    return text  # an end comes: every find takes a digit, "@", ":" or "(at)", and no tag holds one


class _Find(NamedTuple):
    """Half-open place of something to be masked, and its tag."""

    start: int
    end: int
    tag: Tag


class _Plain:
    """A text as the patterns read it, with the way back: ASCII digits, "-" for every dash, " " for every space in a
    line, compatibility characters resolved, nothing invisible."""

    def __init__(self, text: str) -> None:
        letters: list[str] = []
        self._starts: list[int] = []  # of each letter, where it begins and ends in the text
        self._ends: list[int] = []
        for at, letter in enumerate(text):
            plain = letter if letter.isascii() and letter.isprintable() else _plain(letter)
            letters += plain
            self._starts += [at] * len(plain)
            self._ends += [at + 1] * len(plain)
            if not plain and self._ends:
                self._ends[-1] = at + 1  # what is invisible goes with the letter before it
        self._text = "".join(letters)

    def finds(self) -> list[_Find]:
        """What is to be masked, by place in the text; none overlaps another."""
        stretches: Iterable[_Find] = (
            find
            for search in (_ibans, _cards, _e_mails, _ip4_addresses, _ip6_addresses, _phones)
            for find in search(self._text)
        )
        finds = sorted(_Find(self._starts[start], self._ends[end - 1], tag) for start, end, tag in stretches)
        apart: list[_Find] = []
        longest = 0
        for find in finds:
            length = find.end - find.start
            if not apart or find.start >= apart[-1].end:
                apart.append(find)
                longest = length
                continue
            start, end, tag = apart[-1]
            if length > longest or (length == longest and _RANK[find.tag] < _RANK[tag]):
                tag, longest = find.tag, length
            apart[-1] = _Find(start, max(end, find.end), tag)
        return apart


_RANK = {tag: rank for rank, tag in enumerate(Tag)}

# ---- one letter ------------------------------------------------------------------------------------------------------

_DASHES = "-−⁃˗‾ー"  # beside those that Unicode files under dashes
_INVISIBLE = ("Cf", "Mn", "Me", "Cc")  # zero-width and soft characters, marks on a letter (keycaps too), controls
_BLANK = "\u115f\u1160\u2800"  # letters by category, and blank


def _plain(letter: str) -> str:
    """What a character stands for in a number or an address; may be empty or several letters."""
    digit = unicodedata.digit(letter, None)
    if digit is not None:
        return str(digit)
    if letter in "\n\r\v\f\x85\u2028\u2029":
        return "\n"  # a space would join the numbers of two lines
    if letter.isspace():
        return " "
    plain = ""
    for part in unicodedata.normalize("NFKC", letter):
        category = unicodedata.category(part)
        if category == "Pd" or part in _DASHES:
            plain += "-"
        elif category not in _INVISIBLE and part not in _BLANK:
            plain += "." if part == "。" else part
    return plain


# ---- cards and accounts ----------------------------------------------------------------------------------------------

_GAP = r"(?:[^\w\[\]@]|_)"  # what may stand between the groups of a number; brackets are left to the tags
_CARDS = (  # runs of digits that may hold a card number
    re.compile(r"\d(?:[\s-]*\d){12,}"),  # spaces and hyphens may stand anywhere,
    re.compile(r"(?<!\d)\d+([^\w\s\[\]@,-]|_)\d+(?:\1\d+)*"),  # so may another sign that is always the same,
    # and any signs between groups as long as those on a card: "§§ 312, 355, 357" are none.
    re.compile(rf"(?<!\d)\d{{4,}}(?:{_GAP}{{1,8}}\d{{4,}})+(?:{_GAP}{{1,8}}\d{{3}}(?!\d))?"),
)
_DIGITS = re.compile(r"\d+")
_CARD_LENGTHS = range(13, 20)

_YEAR = r"(?:19|20)\d\d"
_DATE = rf"(?:{_YEAR}[-./]?[01]\d[-./]?[0-3]\d|[0-3]?\d[-./][0-3]?\d[-./](?:{_YEAR}|\d\d)|{_YEAR})"
_DATES = re.compile(rf"{_DATE}(?:{_GAP}{{1,8}}{_DATE})*(?: \d\d?)?")  # and an hour; nothing else is grouped like this


def _cards(text: str) -> Iterator[_Find]:
    for pattern in _CARDS:
        for run in pattern.finditer(text):
            from stdnum import luhn  # here, as elsewhere in this file: who asks without numbers does not wait for these

            groups = [group.span() for group in _DIGITS.finditer(text, run.start(), run.end())]
            for first, (start, _) in enumerate(groups):
                number = ""
                for begin, end in groups[first:]:
                    number += text[begin:end]
                    if len(number) > _CARD_LENGTHS[-1]:
                        break
                    sound = len(number) in _CARD_LENGTHS and luhn.is_valid(number)
                    if sound and not _DATES.fullmatch(text, start, end):
                        yield _Find(start, end, Tag.CARD)


_IBAN_START = re.compile(rf"(?=([A-Za-z]){_GAP}{{0,8}}([A-Za-z])(?:{_GAP}{{0,8}}\d){{2}})")
_SEPARATORS = re.compile(r"[^A-Za-z0-9]+")


def _ibans(text: str) -> Iterator[_Find]:
    for begin in _IBAN_START.finditer(text):
        pattern = _iban_of("".join(begin.groups()).upper())
        number = pattern and pattern.match(text, begin.start())
        if number:
            from stdnum import iban

            if iban.is_valid(_SEPARATORS.sub("", number.group()), check_country=False):
                yield _Find(*number.span(), Tag.IBAN)


@cache
def _iban_of(country: str) -> re.Pattern[str] | None:
    """As many letters and digits as an IBAN of a country has; None where there are no IBANs."""
    from stdnum import numdb

    structure = numdb.get("iban").info(country)[0][1].get("bban")  # "4!a6!n8!n": how many of which kind
    if not structure:
        return None
    following = 3 + sum(int(count) for count in _DIGITS.findall(structure))
    return re.compile(rf"[A-Za-z0-9](?:{_GAP}{{0,8}}[A-Za-z0-9]){{{following}}}")


# ---- addresses -------------------------------------------------------------------------------------------------------

_ATOM = r"[\w.!#$%&'*+/=?^`{|}~-]"
_DOT = r"(?:\.{1,2}|\s?[\[({]\s?dot\s?[\])}]\s?)"
_DOMAIN = rf"(?:(?=[\w.-]*(?:[^\W\d_]|\.))[\w-]+(?:{_DOT}[\w-]+)*|\[[\w:.-]+\])"  # a name, or an address in brackets
_SPELT_OUT = rf"\s?[\[({{]\s?at\s?[\])}}]\s?[\w-]+(?:{_DOT}[\w-]+)+"  # john (at) example (dot) com
_E_MAIL = re.compile(rf'(?:"[^"\n]{{1,64}}"|(?<!{_ATOM}){_ATOM}+)(?:@{_DOMAIN}|{_SPELT_OUT})+', re.IGNORECASE)


def _e_mails(text: str) -> Iterator[_Find]:
    return (_Find(*address.span(), Tag.E_MAIL) for address in _E_MAIL.finditer(text))


_IP4 = re.compile(r"(?<!\d)(?<!\d\.)\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)")
_IP6_RUN = re.compile(r"(?<![\da-fA-F])[\da-fA-F]*:[\da-fA-F]*:[\da-fA-F:.]*(?:%\w+)?")
_IP6_GROUP = re.compile(r"[\da-fA-F.]+")
_IP6_LONGEST = len("0000:0000:0000:0000:0000:ffff:255.255.255.255")


def _ip4_addresses(text: str) -> Iterator[_Find]:
    for address in _IP4.finditer(text):
        if _is_address(IPv4Address, ".".join(str(int(part)) for part in address.group().split("."))):
            yield _Find(*address.span(), Tag.IP_ADDRESS)


def _ip6_addresses(text: str) -> Iterator[_Find]:
    for run in _IP6_RUN.finditer(text):
        start, end = run.span()
        start += text[start] == ":" != text[start + 1]  # "address:2001:db8::1."
        end -= text[end - 1] == "." or text[end - 2] != text[end - 1] == ":"
        if _holds_ip6(text[start:end].partition("%")[0]):
            yield _Find(start, end, Tag.IP_ADDRESS)


def _holds_ip6(run: str) -> bool:
    """Whether an address stands in a run of hexadecimal groups, colons and full stops; "::" and "add::" are none."""
    groups = [group.span() for group in _IP6_GROUP.finditer(run)]
    starts = sorted({place for start, _ in groups for place in (start, start - 2) if place >= 0})  # "::" may come first
    ends = sorted({place for _, end in groups for place in (end, end + 2) if place <= len(run)})  # and last
    for start in starts:
        for end in ends[bisect(ends, start) : bisect(ends, start + _IP6_LONGEST)]:
            address = run[start:end]
            telling = any(letter.isdigit() for letter in address) or len(_IP6_GROUP.findall(address)) > 1
            if telling and _is_address(IPv6Address, address):
                return True
    return False


def _is_address(kind: type[IPv4Address | IPv6Address], text: str) -> bool:
    try:
        kind(text)
    except ValueError:
        return False
    return True


# ---- phone numbers ---------------------------------------------------------------------------------------------------

REGIONS = ("US", "GB", "DE", "FR")
"""Countries whose phone numbers are found without "+" and country code. Each more takes more dates for a number."""

_FEWEST = 7  # digits of a number written as in its country
_FEWEST_ABROAD = 9  # digits of a number with "+" that no numbering plan knows: "+10 000 000 users" has fewer


def _phones(text: str) -> Iterator[_Find]:
    if sum(map(str.isdigit, text)) < _FEWEST:
        return
    from phonenumbers import Leniency, PhoneNumberMatcher

    searches: list[tuple[str | None, int, int]] = [(region, Leniency.VALID, _FEWEST) for region in REGIONS]
    if "+" in text:
        searches.append((None, Leniency.POSSIBLE, _FEWEST_ABROAD))
    for region, leniency, fewest in searches:
        for match in PhoneNumberMatcher(text, region, leniency=leniency):
            digits = sum(map(str.isdigit, match.raw_string))
            if digits >= fewest and not _DATES.fullmatch(text, match.start, match.end):
                yield _Find(match.start, match.end, Tag.PHONE)
