"""What pages show of a company: where its logo and colours are, and its ways to a person. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.company.branding.loading import Brand
from assistant.company.branding.model import Said
from assistant.languages import Language
from assistant.model import Way
from assistant.surfaces.render.names import escaped


def sheet_address(brand: Brand) -> str | None:
    """Address of the style sheet with the company's colours, relative to the start page; None where it set none."""
    return f"brand/{brand.version}/colours.css" if brand.branding.colours.css() else None


def logo_address(brand: Brand) -> str | None:
    """Address of the company's logo, relative to the start page; None where there is none."""
    return f"brand/{brand.version}/logo.{brand.logo.ending}" if brand.logo is not None else None


def logo_html(brand: Brand, root: str = "./") -> str:
    """The logo, beside which the company's name stands: it says nothing more to who cannot see it."""
    address = logo_address(brand)
    return f'<img class="logo" src="{root}{address}" alt="">' if address else ""


def said_html(said: Said | None, language: Language) -> str:
    """A text of the company's, literally, with its language where that is not the page's."""
    if said is None:
        return ""
    attribute = f' lang="{said.code}"' if said.code != language.code else ""
    return f"<span{attribute}>{escaped(said.words)}</span>"


def way_label(way: Way, brand: Brand, language: Language) -> str:
    """What a way to a person is called."""
    return language.say(f"handoff.{way.kind}", name=brand.name, phone=brand.branding.handoff.phone or "")


def handoff_html(ways: Sequence[Way], brand: Brand, language: Language) -> str:
    """The ways to a person as links. One without an address is a button that only a page around the widget gives its work."""
    shown = []
    for way in ways:
        label = escaped(way_label(way, brand, language))
        if way.href is None:
            shown.append(f'<button type="button" class="way {way.kind}">{label}</button>')
        else:
            shown.append(f'<a class="way {way.kind}" href="{escaped(way.href)}">{label}</a>')
    lonely = " chat-only" if all(way.href is None for way in ways) else ""
    contact = said_html(brand.branding.any("contact", language.code), language)
    words = f'<p class="promise">{contact}</p>' if contact else ""
    label = escaped(language.say("handoff.label", name=brand.name))
    return f'<div class="handoff{lonely}"><p class="label">{label}</p>{words}<p class="ways">{"".join(shown)}</p></div>'
