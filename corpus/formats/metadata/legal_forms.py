"""Legal forms of companies as their names end: Inc., GmbH & Co. KG."""

from __future__ import annotations

import re
from typing import Final

# Kinds of companies as their names end; in a name they may be joined: "Co., Ltd.", "GmbH & Co. KG".
_FORM = (
    r"(?:Incorporated|I(?:nc|NC)\b\.?|L\.?L\.?C\b\.?|L\.?L\.?P\b\.?|L\.?P\b\.?|L(?:td|TD)\b\.?|Limited|LIMITED|Ltda\b\.?|"
    r"PLC|plc|Plc|C(?:orp|ORP)\b\.?|Corporation|CORPORATION|Company|(?:C[oO]|Cie)\b\.?|\(?P(?:ty|TY)\b\.?\)?|P(?:te|TE)\b\.?|Pvt\b\.?|"
    r"\(?Private\)?(?= L)|g?GmbH|mbH|AG|KGaA|KG|OHG|UG(?: ?\(haftungsbeschränkt\))?|GbR|SE|e\. ?V\.|e\. ?K\.|eG|B\.?V\b\.?|N\.?V\b\.?|"
    r"S\.?A\.? de C\.?V\.?|S\.? de R\.?L\.?(?: de C\.?V\.?)?|"
    r"S\.A\.(?:S\.U?\.?|R\.L\.)?|SASU?|SARL|SA|S\. ?à ?r\. ?l\.?|S\.p\.A\.?|SpA|S\.r\.l\.?|Srl|AB|ASA|A/S|AS|ApS|Oyj?|"
    r"[Ss]p\. ?z ?o\. ?o\.?|s\. ?r\. ?o\.?|a\.s\.|d\. ?o\. ?o\.?|Kft\b\.?|Zrt\b\.?|S\.L\.(?:U\.)?|Lda\b\.?|K\.K\.|Sdn\.? Bhd\b\.?|"
    r"FZ-LLC|FZE|FZCO|OÜ|UAB|EOOD)"
)
FORMS: Final = rf"{_FORM}(?![\w])(?:(?:, ?| | ?& | und ){_FORM}(?!\w))*"
_ENDING: Final = re.compile(rf"(?:, ?| )(?:& )?{FORMS}$")


def without_form(name: str) -> str:
    """A name without the legal form at its end; "" where nothing else is there."""
    return _ENDING.sub("", name).strip()


def said_name(name: str) -> str:
    """A company's name as people say it: "Acme" for "Acme, Inc." and "Acme GmbH & Co. KG"."""
    return without_form(name) or name
