"""Which rows of a table name its columns, where nothing marks them: by their words and by what stands below them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

# Words that name a column of a policy's tables, and are seldom what stands in a cell; and words that may be both.
_COLUMN: Final = re.compile(
    r"\b(?:categor(?:y|ies)|purposes?|examples?|legal (?:basis|bases|grounds?)|lawful (?:basis|bases)|retention|retained|expir(?:y|ation|es)|"
    r"duration|lifespan|lifetime|providers?|recipients?|descriptions?|collected|disclosed|sold|shared|types?|sources?|"
    r"kept|stored|storage|basis|reasons?|function|how long|how we use|why we|what we|what it does|storage period|right|retention period|use of|"
    r"kategorien?|zwecke?|rechtsgrundlagen?|speicherdauer|anbieter|empfänger|beschreibung|ablauf|laufzeit|beispiele?|"
    r"catégories?|finalités?|base (?:légale|juridique|jurídica|giuridica)|durée|destinataires?|exemples?|fournisseurs?|"
    r"categorías?|finalidad(?:es)?|propósitos?|duración|plazo|destinatarios?|ejemplos?|proveedor(?:es)?|"
    r"categorie|finalità|durata|destinatari|esempi|fornitor[ei]|scopo|doel(?:einden?)?|bewaartermijn|grondslag|aanbieder)\b",
    re.IGNORECASE,
)
_PERHAPS: Final = re.compile(
    r"(?:the |your |our )?(?:cookies?(?: name)?|names?|data|information|personal (?:data|information)|domains?|hosts?|service|party|"
    r"parties|third part(?:y|ies)|company|country|location|uses?|used by|website|links?|details?|more information|privacy policy|"
    r"period|time|time limit|processing|activity|vendors?|partners?|technology|tool|key|item|field|daten|datenart|dienst|land|"
    r"name de[rs] \w+|données|nom|pays|datos|nombre|país|dati|nome|paese|gegevens|naam|#|no\.?|nr\.?)",
    re.IGNORECASE,
)
_LONGEST_NAME = 60  # code points of a column's name that nothing marks as one
_MOST_WORDS = 7
_LONGEST_MARKED, _MOST_WORDS_MARKED = 150, 24  # of one that the document marks

# What stands below such names and is none: "YES", a tick.
_VALUE: Final = re.compile(r"(?:yes|no|n/?a|none|ja|nein|oui|non|sí|✓|✔|✗|✘|x|-|–|—|☑|☐|☒)(?![^\W\d_])", re.IGNORECASE)
NUMBER: Final = re.compile(r"\W*\d{1,3}\W*")


def may_name_columns(cells: Sequence[str], *, marked: bool = False) -> bool:
    """Whether the texts of a row may be names of columns by their length, none a value and none like another; `marked`: the document
    says that they are, so that they may be longer."""
    longest, words = (_LONGEST_MARKED, _MOST_WORDS_MARKED) if marked else (_LONGEST_NAME, _MOST_WORDS)
    filled = [cell.rstrip(" :*") for cell in cells if cell.strip()]
    if len(filled) < 2 or len(set(filled)) < len(filled):
        return False
    return not any(
        len(cell) > longest
        or len(cell.split()) > words
        or cell.endswith((".", ";", "!", ","))
        or _VALUE.match(cell)
        or NUMBER.fullmatch(cell)
        for cell in filled
    )


def names_columns(cells: Sequence[str], below: Sequence[Sequence[str]] = (), *, marked: bool = False) -> bool:
    """Whether the texts of a row are names of columns; one that is `marked` as such may still be the first of the others.

    At least half are by words that name nothing else, or some column right of the first holds values (two at least) in the rows `below`.
    """
    if not may_name_columns(cells, marked=marked):
        return False
    filled = [cell.rstrip(" :*") for cell in cells if cell.strip()]
    sure = [bool(_COLUMN.search(cell)) for cell in filled]
    perhaps = [bool(_PERHAPS.fullmatch(cell)) for cell in filled]
    if sum(sure) > 0 and (2 * sum(sure) >= len(filled) or all(a or b for a, b in zip(sure, perhaps, strict=True))):
        return True
    columns = [[row[at] for row in below if at < len(row) and row[at]] for at in range(1, len(cells))]
    return any(sum(bool(_VALUE.fullmatch(text)) for text in own) > max(1, len(own) / 2) for own in columns)
