"""The company that a document speaks for: as it calls itself, and rather none than a wrong one."""

from __future__ import annotations

import time

import pytest

from corpus.formats.convert import convert
from corpus.formats.metadata.company import company_of
from corpus.formats.metadata.legal_forms import said_name

FILL = "We keep your name. You may ask us for it. We collect the address of your device."


def named(line: str) -> str | None:
    return company_of(f"Privacy Policy\n\n{line}\n\n{FILL}")


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ('Larkspur Toys, Inc. ("Larkspur", "we" or "us") sells toys.', "Larkspur Toys, Inc."),
        ('Company (called "the Company", "We", "Us" or "Our" in this text) refers to Larkspur Toys.', "Larkspur Toys"),
        ('Company (called "the Company", "We", "Us" or "Our" in this text) refers to larks.', None),
        ("At I, I keep nothing.", None),
        ("At Larkspur Inc. (“we,” “our”), privacy comes first.", "Larkspur Inc."),
        ('We, Larkspur Trading Co., Ltd. ("we"), run a shop.', "Larkspur Trading Co., Ltd."),
        ('We, Larkspur Trading Co.,Ltd. ("we"), run a shop.', "Larkspur Trading Co.,Ltd."),
        ("We Larkspur GmbH run a shop.", "Larkspur GmbH"),
        ("Information We Collect/Use\n\nWe Collect/Use\n\nWe Share", None),
        ("Copyright 2019 Larkspur Labs LLC (“we”)", "Larkspur Labs LLC"),
        ("© 2026 Praxis Med. Dr. (Univ.) Larkspur", None),
        ("© 2026 Fox. All rights reserved.", "Fox"),
        ('You and Larkspur Pty Ltd ("us") agree to this.', "Larkspur Pty Ltd"),
        ('Welcome to the privacy notice of Larkspur Ltd ("we").', "Larkspur Ltd"),
        ('2.3 Larkspur Games LLC ("we") makes games.', "Larkspur Games LLC"),
        ('The Larkspur Group Limited ("we", "us") is in Leeds.', "The Larkspur Group Limited"),
        ('The Larkspur GmbH ("we") is in Kiel.', "Larkspur GmbH"),
        ('iLarkspur Inc. ("we") and eLarkspur Inc. are two.', "iLarkspur Inc."),
        ('larkspur AG ("we") writes itself small.', "larkspur AG"),
        ('3Larks Company ("we") has a number.', "3Larks Company"),
        ('Larks & Sons Ltd ("we", "us") is a family.', "Larks & Sons Ltd"),
        ('Larkspur (Malta) Limited ("we") is on an island.', "Larkspur (Malta) Limited"),
        ('Larkspur, Inc., a Nevada corporation ("we"), sells toys.', "Larkspur, Inc."),
        ('Larkspur Ltd (company number 4711) ("we", "our") sells toys.', "Larkspur Ltd"),
        ('Larkspur Ltd, a subsidiary of Globex Inc. ("we")', "Larkspur Ltd"),
        ('Globex, a brand of Initech Inc., operated by Larkspur Ltd ("we")', "Larkspur Ltd"),
        ("Larkspur Ltd and its affiliates (collectively, “Larkspur,” “we,” or “us”)", "Larkspur Ltd"),
        ('Larkspur S.à r.l. (hereinafter "we")', "Larkspur S.à r.l."),
        ("Larkspur ApS (we, us or our) keeps it.", "Larkspur ApS"),
        ('Larkspur Foundation ("we") is for children.', "Larkspur Foundation"),
        ('Larkspur, whose seat is at 12 rue du Lac, 75001 Paris ("we" or "Larkspur")', "Larkspur"),
        ("Larkspur GmbH & Co. KG (nachfolgend „wir“) verkauft Spielzeug.", "Larkspur GmbH & Co. KG"),
        ("Die Larkspur Reisen AG (im Folgenden „Larkspur“ oder „uns“)", "Larkspur Reisen AG"),
        ('In this notice "we", "us" and "our" refer to Larkspur B.V. and nobody else.', "Larkspur B.V."),
        ("Wir, die Larkspur Versand KG, freuen uns.", "Larkspur Versand KG"),
        ("We are Larkspur Ltd, and we sell toys.", "Larkspur Ltd"),
        ("This website is owned and operated by Larkspur Limited.", "Larkspur Limited"),
        ("The Toybox app is provided by Larkspur Oy, Turku.", "Larkspur Oy"),
        ("Diese Website wird von der Larkspur UG (haftungsbeschränkt) betrieben.", "Larkspur UG (haftungsbeschränkt)"),
        ("This Privacy Policy describes how Larkspur, Inc. collects data.", "Larkspur, Inc."),
        ("This privacy notice explains how Larkspur uses what you tell it.", "Larkspur"),
        ("At Larkspur, your privacy matters.", "Larkspur"),
        ("Larkspur is committed to protecting your privacy.", "Larkspur"),
        ("The controller of your data is Larkspur AB, Malmö.", "Larkspur AB"),
        ("Larkspur SE is the controller.", "Larkspur SE"),
        ("Verantwortlicher im Sinne der DSGVO ist:\nLarkspur e.V.\nAm See 1", "Larkspur e.V."),
        ("© 2020-2024 Larkspur, Inc. All rights reserved.", "Larkspur, Inc."),
        ("Copyright © Larkspur 2024", "Larkspur"),
    ],
)
def test_a_company_is_named_as_it_calls_itself(line: str, company: str) -> None:
    assert named(line) == company


@pytest.mark.parametrize(
    "line",
    [
        "Our shop uses Globex Maps, a service operated by Globex LLC.",
        "We use Globex, Inc. (“Globex”) to send letters.",
        "Globex Inc., in the USA, counts our visitors.",
        "This site shows maps provided by Globex Inc.",
        'The website ("we") is nice.',
        "We (or our partners) may share it.",
        'The California Consumer Privacy Act ("we") is a law.',
        "This privacy policy describes how Personal Information is collected.",
        "At this time, we do not sell your data.",
        "Our Company is committed to protecting your privacy.",
        "Please respect the privacy of others.",
        "© 2024 Larkspur, Inc.\n\n© 2024 Globex, Inc.",
    ],
)
def test_another_company_is_not_taken_for_it(line: str) -> None:
    assert named(line) is None


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ("The Service is operated by Larkspur Toys Ltd.", "Larkspur Toys Ltd."),
        ("Welcome to our shop. The Site is owned and operated by Larkspur Toys Ltd.", "Larkspur Toys Ltd."),
        ("Our Services are provided and maintained by Larkspur Inc., Reno.", "Larkspur Inc."),
        ("The Platform (the “Platform”) is wholly owned, operated and managed by Larkspur AB.", "Larkspur AB"),
        ("This app is developed by Larkspur Games Oy.", "Larkspur Games Oy"),
        ("Larkspur built the Lark app as a Free app. This SERVICE is provided by Larkspur at no cost.", "Larkspur"),
        ("Diese Website wird von Larkspur betrieben.", "Larkspur"),
        ("Unser Dienst wird durch die Larkspur e. V., Am See 1, 24103 Kiel, bereitgestellt.", "Larkspur e. V."),
        ("This website is owned by Globex Holding Inc. The controller of your data is Larkspur Ltd.", "Larkspur Ltd."),
    ],
)
def test_who_runs_a_site_is_its_company_however_the_site_is_written(line: str, company: str) -> None:
    assert named(line) == company


@pytest.mark.parametrize(
    "line",
    [
        "Our store is hosted by Globex Inc.",
        "Our website is hosted and maintained by Globex.com Ltd.",
        "Our store is powered by Globex.",
        "This website was made for us. This website is designed and developed by Globex Studio Ltd.",
        "Diese Website wird von der Globex GmbH gehostet.",
        "Diese Website wird von der Globex GmbH gehostet und von uns betrieben.",
        "This site is protected by gloCAPTCHA and the Globex Privacy Policy.",
        "Our shop is offered by Shopify Inc.",
        "We count our visitors. This service is provided by Globex Ireland Limited, Cork.",
        "Wir nutzen Globex Maps. Dieser Dienst wird von der Globex GmbH, Am See 1, 24103 Kiel, bereitgestellt.",
        f"{FILL} {FILL}\n\n" * 20 + "Our payment service is provided by Globex Inc.",
    ],
)
def test_who_hosts_or_builds_a_site_or_serves_it_is_not_its_company(line: str) -> None:
    assert named(line) is None


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ("This service is provided by Globex Ireland Limited, Cork.", "Larkspur"),
        ("The platform is operated by Globex Inc.", "Larkspur"),
        ("Our careers site is operated by Globex Inc.", "Larkspur"),
        (f"{FILL} {FILL}\n\n" * 20 + "This website is operated by Globex Inc.", "Larkspur"),
        ("This service is provided by Larkspur Toys Ltd, Leeds.", "Larkspur Toys Ltd"),
        ("The platform is operated by LarkspurToys GmbH.", "LarkspurToys GmbH"),
        (f"{FILL} {FILL}\n\n" * 20 + "This website is operated by Larkspur Toys Ltd.", "Larkspur Toys Ltd."),
        ("The Larkspur platform is operated by Globex Inc.", "Globex Inc."),
        ("This website is operated by Globex Inc.", "Globex Inc."),
    ],
)
def test_a_doubtful_sentence_counts_where_the_name_of_the_site_agrees(line: str, company: str) -> None:
    for site, title, owners in (
        ("Larkspur", None, ()),
        (None, "Privacy | Larkspur", ()),
        (None, None, ("© Larkspur",)),
    ):
        assert company_of(f"Privacy Policy\n\n{line}\n\n{FILL}", site, title, owners=owners) == company


@pytest.mark.parametrize(
    ("head", "company"),
    [
        ("<meta property='og:site_name' content='Larkspur Toys'>", "Larkspur Toys"),
        ("<meta property='og:site_name' content='Toy shops | Low prices | Order today'>", None),
        ("<meta property='og:site_name' content='Cheap toys for children'>", None),
        ("<meta property='og:site_name' content='Help Center'>", None),
        ("<meta property='og:site_name' content='larkspur-com'>", None),
        ("<meta property='og:site_name' content='Deutschland'>", None),
        ("<meta property='og:site_name' content='GitHub'>", None),
        ("<meta name='application-name' content='Larkspur'>", "Larkspur"),
        ("<title>Privacy Notice – Larkspur</title>", "Larkspur"),
        ("<title>Larkspur: Privacy Notice</title>", "Larkspur"),
        ("<title>Privacy Notice | Canada</title>", None),
        ("<title>Privacy Notice | Archives</title>", None),
        ("<title>Privacy Notice | English</title>", None),
        ("<title>Privacy Notice - Wooden Toys</title>", None),
        ("<title>Privacy Notice | Globex Toys</title>", "Globex Toys"),  # of which the text speaks
        ("<title>Globex Toys Privacy Notice</title>", "Globex Toys"),
        ("<title>California Privacy Notice</title>", None),
        ("<title>Home</title>", None),
        ('<script type="application/ld+json">{"@type": "WebPage", "publisher": {"@type": "Organization", "name": "Larkspur"}}</script>', "Larkspur"),
        (
            '<script type="application/ld+json">{"@graph": [{"@type": ["Corporation"], "name": "Lark", "legalName": "Lark Ltd"}]}</script>',
            "Lark Ltd",
        ),
        ('<script type="application/ld+json">[{"@type": "Organization", "name": "A1"}, {"@type": "Organization", "name": "B2"}]</script>', None),
        ('<script type="application/ld+json">{"@type": "Organization", "name": 5, "x": [' + "[" * 5_000 + "</script>", None),
    ],
)  # fmt: skip
def test_what_a_page_says_of_its_site_counts_where_it_may_be_a_company(head: str, company: str | None) -> None:
    body = f"<h1>Privacy Notice</h1><p>Globex Toys may keep your name.</p><p>{FILL}</p>"
    assert (
        convert(f"<html><head>{head}</head><body><main>{body}</main></body></html>".encode(), "a.html").provider
        == company
    )


@pytest.mark.parametrize(
    ("name", "said"),
    [("Larkspur, Inc.", "Larkspur"), ("Larkspur GmbH & Co. KG", "Larkspur"), ("Larkspur", "Larkspur"), ("LarkSA", "LarkSA"), ("Limited", "Limited")],
)  # fmt: skip
def test_people_leave_out_what_kind_of_company_it_is(name: str, said: str) -> None:
    assert said_name(name) == said


def test_the_footer_of_a_page_names_the_owner() -> None:
    page = f"<main><h1>Privacy Notice</h1><p>{FILL}</p></main><footer><p>© 2024 <a href='/'>Larkspur Ltd</a>. All rights reserved.</p></footer>"
    assert convert(f"<html><body>{page}</body></html>".encode(), "a.html").provider == "Larkspur Ltd"


def test_who_says_we_goes_before_the_name_of_the_site() -> None:
    page = f'<main><h1>Privacy Notice</h1><p>Larkspur Ltd ("we") runs it.</p><p>{FILL}</p></main>'
    head = "<meta property='og:site_name' content='Toybox'>"
    assert convert(f"<html><head>{head}</head><body>{page}</body></html>".encode(), "a.html").provider == "Larkspur Ltd"


@pytest.mark.parametrize(
    "unit",
    [
        "A ",
        "A!",
        "A.",
        "Acme & ",
        "(we) ",
        'Acme ("we',
        "At Acme ",
        "The site ",
        "© 2024 A ",
        "controller ",
        "Policy of ",
        "We ",
        "Inc. ",
        '"we" ',
    ],
)
def test_a_huge_text_is_looked_through_in_good_time(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    started = time.process_time()
    company_of(text, title=text)
    assert time.process_time() - started < 5
