"""What the parts of a web page say, where that tells furniture from policy. Policies in every language are read: nothing here
is needed for one to be kept, apart from what `TITLE` and `CHOICE` find."""

from __future__ import annotations

import re
from typing import Final

# A cookie banner speaks of cookies, and of the page or of what one agrees to by going on.
BANNER: Final = re.compile(
    r"\b(?:uses?|using|stores?) (?:\w+ ){0,2}cookies\b.{0,300}\b(?:page|website|site|experience|browsing|accept|agree|continu\w+)\b|"
    r"\b(?:this )?(?:web)?(?:site|page) (?:also )?uses (?:\w+ )?cookies\b|\baccept (?:all )?cookies\b",
    re.IGNORECASE | re.DOTALL,
)
AGREES: Final = re.compile(
    r"\bby (?:clicking|continuing|using|browsing|closing)\b|\baccept\b|\bagree\b|\bconsent\b|\bgot it\b", re.IGNORECASE
)
OF_THE_PAGE: Final = re.compile(
    r"\b(?:cart|basket|bag) is (?:currently )?empty|\bno (?:items|products) in (?:the|your)\b|\benable javascript|\bbrowser\b.{0,20}\bsupported|"
    r"\bopens? .{0,20}\bnew window|\bskip to\b|\bplease wait\b|\bthank(?:s| you) for (?:joining|subscribing|signing|your (?:message|feedback))|"
    r"\bfree shipping|\bslideshow\b|\badd to cart",
    re.IGNORECASE,
)
# All that a block says that unfolds, folds or leads about the page.
CONTROLS: Final = re.compile(
    r"\W*+(?:(?:(?:read|show|see|view|load) (?:more|less|all)|(?:click )?(?:here )?(?:to )?(?:expand|collapse)(?: all| to read(?: \w+){0,5})?|"
    r"back to (?:the )?top|scroll to (?:the )?top|print this page|click (?:here )?for more information|"
    r"mehr (?:lesen|anzeigen)|weniger (?:lesen|anzeigen)|(?:zurück )?nach oben|zum seitenanfang|lire la suite|"
    r"voir (?:plus|moins)|leer más|ver (?:más|menos))\b\W*+)+",
    re.IGNORECASE,
)
CALL: Final = re.compile(
    r"\W*(?:sign up|subscribe|log ?in|sign ?in|register|download|shop|join|follow|get|try|buy)\b", re.IGNORECASE
)
TITLE: Final = re.compile(
    r"\b(?:privacy|policy|policies|notice|statement|terms|cookies?|legal|data protection|datenschutz\w*|confidentialit[éà]|privacidad\w*|"
    r"privacidade|riservatezza|privacybeleid|integritet\w*|tietosuoja\w*|personvern\w*|prywatno\w+|gizlilik|конфиденциальност\w*)\b|"
    r"プライバシー|個人情報|隐私|隱私|个人信息|개인정보|ความเป็นส่วนตัว",
    re.IGNORECASE,
)
FURNISHED_HEADING: Final = re.compile(
    r"\W*(?:related\b.*|(?:more|other|recent|latest|popular)\b.*|follow us.*|share\b.*|quick ?links|menu|navigation|see also.*|links|"
    r"company|products?|support|resources|legal|on this page|table of contents|contents|social.*|search)\W*",
    re.IGNORECASE,
)
CHOICE: Final = re.compile(
    r"do not (?:sell|share|track)|don[’']t (?:sell|share)|opt[ -]?(?:out|in)\b|your privacy choices|limit the use|unsubscribe|"
    r"withdraw|delete (?:my|your)|cookie (?:settings|preferences|choices)|manage (?:my |your )?(?:cookies|consent|preferences)",
    re.IGNORECASE,
)
