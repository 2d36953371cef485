"""Names that pages give where a company's could stand, and that are nobody's: places, kinds of pages, words any company has."""

from __future__ import annotations

from typing import Final


def _names(listed: str) -> frozenset[str]:
    return frozenset(" ".join(name.split()) for name in listed.split(","))


# Whole names: the pages of a country or a language, as they are called in English and German.
PLACES: Final = _names(
    """afghanistan, africa, albania, algeria, america, americas, andorra, angola, apac, argentina, armenia, asia, asia
    pacific, australia, austria, azerbaijan, bahamas, bahrain, bangladesh, barbados, belarus, belgien, belgium,
    bermuda, bolivia, bosnia and herzegovina, botswana, brasil, brazil, brunei, bulgaria, california, cambodia,
    cameroon, canada, caribbean, chile, china, chinese, colombia, costa rica, croatia, cuba, cyprus, czech republic,
    czechia, dach, de, de de, denmark, deutsch, deutschland, dominican republic, dubai, dutch, dänemark, ecuador,
    eea, egypt, el salvador, emea, en, en gb, en us, england, english, es, español, estonia, ethiopia, eu, europa,
    europe, european economic area, european union, finland, florida, fr, france, frankreich, français, french,
    georgia, german, germany, ghana, global, great britain, greece, griechenland, guatemala, honduras, hong kong,
    hungary, iceland, india, indonesia, international, iran, iraq, ireland, irland, israel, italian, italiano,
    italien, italy, jamaica, japan, japanese, jordan, kasachstan, kazakhstan, kenya, kingdom of saudi arabia, korea,
    korean, kosovo, kuwait, latam, latin america, latvia, lebanon, libya, liechtenstein, lithuania, luxembourg,
    luxemburg, macao, macedonia, malaysia, malta, mauritius, mexico, middle east, moldova, monaco, mongolia,
    montenegro, morocco, myanmar, nederland, nederlands, nepal, netherlands, new york, new zealand, niederlande,
    nigeria, north america, north macedonia, northern ireland, norway, norwegen, oman, pakistan, panama, paraguay,
    peru, philippines, poland, polen, polski, portugal, portuguese, português, puerto rico, qatar, romania,
    rumänien, russia, russland, saudi arabia, schweden, schweiz, scotland, senegal, serbia, singapore, slovakia,
    slovenia, south africa, south america, south korea, spain, spanien, spanish, sri lanka, sweden, switzerland,
    syria, taiwan, tanzania, texas, thailand, the netherlands, the united kingdom, the united states, tschechien,
    tunisia, turkey, türkei, türkiye, u k, u s, u s a, uae, uganda, uk, ukraine, ungarn, united arab emirates,
    united kingdom, united states, united states of america, uruguay, us, us en, usa, uzbekistan, venezuela,
    vereinigte staaten, vereinigtes königreich, vietnam, virginia, wales, washington, worldwide, zimbabwe,
    österreich"""
)
# Words that no name of a company has: kinds of pages, and what a page says to its visitors.
PAGES: Final = _names(
    """about, account, agb, anmelden, archive, archives, article, articles, autor, blog, book, buchen, buy, careers,
    categories, category, center, centre, cheap, checkout, compliance, contact, cookie, datenschutz, default, description,
    docs, documentation, download, downloads, draft, error, faq, faqs, final, free, guide, günstig, help, hilfe, home, homepage, how,
    impressum, index, jetzt, kategorie, kategorien, kaufen, kontakt, kostenlos, legal, login, logout, manual, menu,
    my, news, newsletter, official, offizielle, offline, our, page, pages, post, posts, pricing, products, readme,
    register, resources, search, settings, shipping, sign, sitemap, startseite, suche, support, tag, tags, team,
    template, terms, test, tips, title, undefined, unternehmen, untitled, us, we, webseite, website, welcome, what, why,
    wiki, willkommen, you, your"""
)
PHRASES: Final = _names(
    "book now, buy now, shop now, learn more, read more, just another, coming soon, knowledge base, online shop, new tab, page not found"
)
# Words of which a name may have some, but does not consist.
ANY: Final = _names(
    """above, affiliates, all, anbieter, and, app, application, applications, apps, as, at, below, betreiber, brand,
    business, businesses, by, california, candidates, children, client, clients, co, collectively, companies,
    company, consumer, consumers, contents, controller, copyright, corp, corporation, customer, customers, das,
    data, der, device, devices, die, employee, employees, eu, everyone, firma, for, gdpr, general, generally,
    gesellschaft, global, gmbh, group, he, here, hereafter, hereinafter, however, i, if, in, inc, individuals,
    information, internet, introduction, introductory, it, job, kunde, kunden, labs, limited, llc, ltd, management,
    many, marketing, member, members, mobile, most, necessary, no, note, notice, nutzer, online, operator,
    organisation, organization, overview, owner, parent, partner, partners, people, personal, platform, platforms,
    please, policy, portal, privacy, product, products, provider, public, purpose, purposes, security, seller,
    service, services, she, shop, site, sites, software, some, staff, store, stores, subsidiaries, subsidiary,
    summary, team, that, the, these, they, this, those, together, trust, unternehmensgruppe, user, users, vendor,
    vendors, verantwortlicher, visitor, visitors, web, webshop, when, which, while, who, wir, with, yes"""
)
# Where other people's pages live; only what a page says of itself makes one of these its company.
HOSTS: Final = _names(
    """adobe, archive.org, atlassian, bitbucket, blogger, confluence, docusaurus, dropbox, drupal, facebook, gitbook,
    github, gitlab, google docs, google drive, google sites, hubspot, hugo, issuu, iubenda, jekyll, joomla,
    linkedin, medium, mkdocs, netlify, notion, onetrust, read the docs, readthedocs, scribd, shopify, squarespace,
    termly, termsfeed, twitter, typo3, vercel, wayback machine, webflow, weebly, wix, wix.com, wordpress,
    wordpress.com, x, youtube, zendesk"""
)
