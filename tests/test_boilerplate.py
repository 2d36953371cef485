"""What of a web page is the policy: beside its main part, named like furniture, linked, hidden; what was left out is told."""

from __future__ import annotations

import re
import time

import pytest

from corpus.errors import UnreadablePolicy
from corpus.formats.convert import convert
from corpus.formats.html.email_addresses import decoded
from tests.documents import page, told
from tests.shop_page import BODY, SENTENCES

MENU = "<ul><li><a href=/a>Ocelot shop</a></li><li><a href=/b>Ocelot jobs</a></li><li><a href=/c>Ocelot press</a></li></ul>"


# --- beside the main part ---------------------------------------------------------------------------------------------

INTRODUCTION = "Ocelot Bikes Ltd runs this shop and answers for your data."
ADDRESS = "Ocelot Bikes Ltd, 7 Canal Street, Leeds LS1 4AB, office@ocelot.example"


@pytest.mark.parametrize(
    "beside",
    [
        "<div>{0}<div class=text>{1}</div>{2}</div>",
        "<div class=outer><div class=intro>{0}</div><div class=text>{1}</div><section id=contact>{2}</section></div>",
        "<div id=app><div><div>{0}</div><div class=wrap><div class=text>{1}</div></div><div>{2}</div></div></div>",
        "<div class=top-of-page>{0}</div><main>{1}</main><div class=reach-us>{2}</div>",
        "<main>{0}<article>{1}</article>{2}</main>",
        "{0}<div>{1}</div>{2}",
        "<article>{0}</article><article>{1}</article><article>{2}</article>",
        "<table><tr><td>{0}</td></tr><tr><td>{1}</td></tr><tr><td>{2}</td></tr></table>",
    ],
)
def test_text_beside_the_part_with_nearly_all_words_is_kept(beside: str) -> None:
    document = page(beside.format(f"<h1>Privacy</h1><p>{INTRODUCTION}</p>", BODY, f"<h2>Reach us</h2><p>{ADDRESS}</p>"))
    clauses, headings = told(document)
    assert clauses == [INTRODUCTION, *SENTENCES, ADDRESS]
    assert headings == ["Privacy", "Reach us"]


def test_lines_of_an_address_are_kept_below_their_heading() -> None:
    lines = "".join(f"<p>{line}</p>" for line in ("Ocelot Bikes Ltd", "7 Canal Street", "Leeds LS1 4AB"))
    assert told(page(f"<div><div>{BODY}</div><h2>Who we are</h2>{lines}</div>"))[0] == [
        *SENTENCES,
        "Ocelot Bikes Ltd",
        "7 Canal Street",
        "Leeds LS1 4AB",
    ]


def test_tabs_are_kept_though_all_but_one_are_hidden() -> None:
    other = "<h2>Cookies</h2><p>We set one cookie that remembers your basket for you, and it is gone as soon as you close the last window.</p>"
    document = page(
        f"<div class=tabs><div class='tab-pane active'>{BODY}</div>"
        f"<div class=tab-pane style='display:none' id=cookies>{other}<button>Print this</button></div></div>"
    )
    assert told(document)[0][-1].startswith("We set one cookie")
    assert told(document)[1] == ["Cookies"]


@pytest.mark.parametrize("head", ["<header><h1>{}</h1></header>", "<div class=hero><h2>{}</h2></div>"])
def test_the_title_is_kept_where_it_stands_in_the_head_of_the_page(head: str) -> None:
    document = page(f"{head.format('Privacy Notice')}<main>{BODY}</main>")
    assert told(document)[1] == ["Privacy Notice"]


@pytest.mark.parametrize(
    "furniture",
    [
        "<div class=site-footer__legal><p>Ocelot Bikes sells bicycles to people who like them very much.</p></div>",
        "<div class=SiteFooter><p>Ocelot Bikes sells bicycles to people who like them very much.</p></div>",
        "<p>© 2024 Ocelot Bikes Ltd. All rights reserved.</p>",
        "<div>This website uses cookies so that you get the best experience. <a href=# class=btn>Ocelot</a></div>",
        "<div class=x><p>We use ocelot cookies to improve your experience on our site.</p><button>OK</button></div>",
        "<div class='modal fade'><h3>Ocelot</h3><p>Sign in to see what is in your basket.</p></div>",
        "<div class=mini-cart><p>There is nothing in your ocelot basket as yet.</p></div>",
        "<div>Your Ocelot cart is currently empty.</div>",
        "<div>Ocelot slogans</div>",
        f"<div><h4>Company</h4>{MENU}</div>",
        f"<div>{MENU}</div>",
    ],
)
@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("main", ["<main>{}</main>", "<div class=policy>{}</div>"])
def test_furniture_without_a_tag_of_its_own_is_left_out(furniture: str, place: str, main: str) -> None:
    body = main.format(f"<h1>Privacy Policy</h1>{BODY}")
    document = page(furniture + body if place == "before" else body + furniture)
    assert told(document)[0] == SENTENCES
    assert "celot" not in document.markdown


# --- names ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    "ccpa-notice cookie-notice gdpr-consent cookie-banner newsletter comments social-media sidebar related subscribe menu share".split(),
)
@pytest.mark.parametrize("attribute", ["id", "class"])
@pytest.mark.parametrize("tag", ["section", "div"])
def test_a_section_of_the_policy_is_kept_whatever_its_name(name: str, attribute: str, tag: str) -> None:
    section = f"<{tag} {attribute}={name}><h2>On this</h2><p>Twice a year you may ask what we did.</p></{tag}>"
    for body in (f"<main>{BODY}{section}</main>", f"<div><div>{BODY}</div>{section}<p>Write to us, please.</p></div>"):
        clauses, headings = told(page(body))
        assert "Twice a year you may ask what we did." in clauses
        assert headings == ["On this"]


@pytest.mark.parametrize(
    "section",
    [
        "<aside><p>In short: we sell nothing to anybody.</p></aside>",
        "<div role=alert><p>In short: we sell nothing to anybody.</p></div>",
        "<footer><p>In short: we sell nothing to anybody.</p></footer>",
        "<div id=newsletter><p>In short: we sell nothing to anybody.</p></div>",
        "<section id=cookie-notice><p>In short: we sell nothing to anybody.</p></section>",
        "<section class=newsletter><h2>News</h2><ul><li>In short: we sell nothing to anybody.</li></ul></section>",
        "<section class=newsletter><h3><button>News</button></h3><p>In short: we sell nothing to anybody.</p></section>",
    ],
)
def test_what_is_marked_like_furniture_is_kept_inside_the_policy_where_it_says_something(section: str) -> None:
    assert "In short: we sell nothing to anybody." in told(page(f"<main>{BODY}{section}{BODY}</main>"))[0]


@pytest.mark.parametrize(
    "section",
    [
        "<div class=newsletter><h3>Ocelot news</h3><p>Get the best offers every week.</p><form><input></form></div>",
        "<div class=newsletter><p>Get the best ocelot offers every week.</p><input><button>Go</button></div>",
        "<div class=related><h3>Read on</h3><a href=/a>Ocelots and their bicycles</a></div>",
        "<div class=social-media><h3>Ocelot</h3><a href=/a>Facebook</a> <a href=/b>Instagram</a></div>",
        "<div class=footer>© 2023 Ocelot</div>",
        "<div class=cookie-banner><p>We use ocelot cookies so that this site works for you.</p></div>",
        "<div id=coiConsentBannerBase class=coi-consent-banner__base><h2>Ocelot</h2><p>We value your privacy more than others.</p></div>",
        "<div id=onetrust-banner-sdk><h2>Ocelot</h2><p>We value your privacy more than others do.</p></div>",
    ],
)
def test_what_is_named_like_furniture_is_left_out_inside_the_policy_where_it_says_nothing(section: str) -> None:
    document = page(f"<main>{BODY}{section}<p>Write to us, please.</p></main>")
    assert "celot" not in document.markdown
    assert told(document)[0] == [*SENTENCES, "Write to us, please."]


# --- links ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "links",
    [
        "<p><a href=/out>Do Not Sell My Data</a></p>",
        "<p><a href=/out>Opt out of interest-based advertising</a></p>",
        "<p><a href=/out>Read how the supervisory authority handles complaints</a></p>",
        "<p><a href=mailto:data@ocelot.example>data@ocelot.example</a></p>",
        "<p><a href=tel:+44113>0113 496 0000</a></p>",
        "<h2>Processors</h2><ul><li><a href=https://a.example>Lynx Mail</a></li><li><a href=https://b.example>Puma Ltd</a></li></ul>",
        "<h2>Empfänger</h2><div><a href=https://a.example>Luchs GmbH</a></div>",
        "<p>These companies help us:</p><ul><li><a href=https://a.example>Lynx Mail</a></li></ul>",
        "<p>These help us:</p><table><tr><td><a href=https://a.example>Lynx Mail</a></td></tr></table>",
    ],
)
def test_links_that_belong_to_the_policy_are_kept_at_its_end(links: str) -> None:
    last = re.sub(r"<[^>]+>", "\n", links).split("\n")
    document = page(f"<main><h1>Privacy</h1>{BODY}{links}</main>")
    assert all(word in document.markdown.replace("\\", "") for word in last)


def test_a_choice_is_kept_at_the_beginning_of_the_policy() -> None:
    out = "<p><a href=/out>Limit the use of my sensitive data</a></p>"
    assert "Limit the use of my sensitive data" in page(f"<main><h1>Privacy</h1>{out}{BODY}</main>").markdown


@pytest.mark.parametrize("heading", ["", "<h3>Related</h3>", "<h3>Follow us</h3>", "<h3>Quick links</h3>"])
def test_menus_without_a_name_are_left_out_at_the_ends_of_the_policy(heading: str) -> None:
    document = page(f"<main><div><a href=/>Ocelot</a> <a href=/l>Ocelot legal</a></div>{BODY}{heading}{MENU}</main>")
    assert told(document)[0] == SENTENCES


# --- hidden -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "style", ["visibility: hidden", "opacity:0; transform: translateY(20px)", "VISIBILITY:HIDDEN;"]
)
def test_what_an_animation_had_not_shown_yet_is_kept(style: str) -> None:
    document = page(
        f"<main>{BODY}<h2 style='{style}'>Sharing</h2><p>We pass on:</p><ul><li style='{style}'>your street</li></ul>"
        f"<dl><dt style='{style}'>Banks</dt><dd style='{style}'>they see your card.</dd></dl></main>"
    )
    clauses, headings = told(document)
    assert "your street" in clauses
    assert "Sharing" in headings
    assert any("they see your card." in clause for clause in clauses)


@pytest.mark.parametrize(
    "title",
    ["<h3>Do you sell it?</h3>", "<button aria-expanded=false>Do you sell it?</button>", "<button>Sell?</button>"],
)
def test_a_short_answer_that_is_folded_is_kept_below_its_title(title: str) -> None:
    document = page(f"<main>{BODY}{title}<div style='display:none'><p>We never sell any of it.</p></div></main>")
    assert told(document)[0][-1] == "We never sell any of it."
    assert "ell" in "".join(told(document)[1])


# --- large attributes -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "attribute", ["d='{}'", 'data-state="{}"', "style='{}'", 'onclick="{}"', "title = '{}'", "data-a=\"x\" d='{}'"]
)
def test_a_value_may_be_as_long_as_it_likes(attribute: str) -> None:
    value = "M 1.5 2/3 = &quot;x&quot; L4 5 " * 4_000
    assert told(page(f"<main><svg><path {attribute.format(value)}></path></svg>{BODY}</main>"))[0] == SENTENCES


def test_a_tag_may_have_many_attributes_with_values() -> None:
    attributes = " ".join(f"data-{n}='a b'" for n in range(1_900))
    assert told(page(f"<main><div {attributes}>{BODY}</div></main>"))[0] == SENTENCES


@pytest.mark.parametrize("attributes", ["a{0} ", "a{0}=1 ", "a{0}='x y' ", "=a{0} ", '"a{0} ', "a{0}/", "a{0} = 'z'"])
def test_a_tag_with_thousands_of_attributes_is_refused_at_once(attributes: str) -> None:
    begun = time.process_time()
    with pytest.raises(UnreadablePolicy, match=r"more than 2,000 attributes"):
        page(f"<div {''.join(attributes.format(n) for n in range(60_000))}>{BODY}</div>")
    assert time.process_time() - begun < 20


# --- addresses that are protected -------------------------------------------------------------------------------------


def protected(address: str, key: int = 0x5A) -> str:
    return f"{key:02x}" + "".join(f"{byte ^ key:02x}" for byte in address.encode())


HIDDEN = protected("data@ocelot.example")


@pytest.mark.parametrize(
    "hidden",
    [
        f"<a href='/cdn-cgi/l/email-protection' class=__cf_email__ data-cfemail={HIDDEN}>[email&#160;protected]</a>",
        f"<span class=__cf_email__ data-cfemail={HIDDEN}>[email protected]</span>",
        f"<a href='/cdn-cgi/l/email-protection#{HIDDEN}'><span class=__cf_email__ data-cfemail={HIDDEN}>[email protected]</span></a>",
        f"<a href='https://ocelot.example/cdn-cgi/l/email-protection#{HIDDEN}'>[email protected]</a>",
        f"<a href='/cdn-cgi/l/email-protection#{protected('data@ocelot.example?subject=Data')}'><i>[email protected]</i></a>",
    ],
)
def test_an_address_that_is_protected_is_read(hidden: str) -> None:
    for body in (f"<main>{BODY}<p>Write to {hidden} with questions.</p></main>", f"<main>{BODY}<p>{hidden}</p></main>"):
        assert "data@ocelot.example" in told(page(body))[0][-1]


def test_an_address_that_is_protected_is_read_in_markdown() -> None:
    text = f"Write to [[email protected]](https://ocelot.example/cdn-cgi/l/email-protection#{HIDDEN}) with questions.\n"
    assert convert(text.encode(), "a.md").markdown == "Write to data@ocelot.example with questions.\n"


@pytest.mark.parametrize("hidden", ["", "5a", "zz", "5a5b", HIDDEN[:-1], "ffff00", HIDDEN * 40])
def test_what_hides_no_address_stays_as_it_is(hidden: str) -> None:
    assert decoded(hidden) is None
    body = f"<main>{BODY}<p>Write to <span data-cfemail='{hidden}'>[email protected]</span>, please.</p></main>"
    assert told(page(body))[0][-1] == "Write to [email protected], please."


# --- what was left out ------------------------------------------------------------------------------------------------


def test_what_was_left_out_is_told_with_its_reason() -> None:
    document = page(
        f"<nav>{MENU}<script>ocelot()</script></nav><main>{BODY}<form><label>Your mail</label></form></main>"
        "<script>ocelot()</script><footer><p>Ocelot Bikes, makers of bicycles since 1974.</p></footer>"
    )
    found = [(part.text, part.words, part.why) for part in document.left_out]
    assert found == [
        ("Ocelot shop Ocelot jobs Ocelot press", 6, 'marked as "nav"'),
        ("Your mail", 2, "a form"),
        ("Ocelot Bikes, makers of bicycles since 1974.", 7, 'marked as "footer"'),
    ]
    assert not document.warnings


def test_neighbours_left_out_for_one_reason_are_one_with_all_their_words() -> None:
    document = page(f"<main>{BODY}</main>" + "<p>Ocelots at dawn</p>" * 20)
    [part] = document.left_out
    assert part.words == 60
    assert part.text == " ".join(["Ocelots at dawn"] * 20)


def test_much_prose_that_was_left_out_is_a_warning() -> None:
    def footer(sentences: int) -> str:
        return (
            "<footer>"
            + "<p>Ocelot Bikes builds every bicycle by hand in its works at Leeds.</p>" * sentences
            + "</footer>"
        )

    assert not page(f"<main>{BODY}</main>{footer(1)}").warnings
    [warning] = page(f"<main>{BODY}</main>{footer(6)}").warnings
    assert "% of the text on the page (72 words) was taken for furniture" in warning


def test_every_word_of_a_page_is_kept_or_told_of() -> None:
    body = (
        f"<header><p>Ocelot one</p></header><nav>{MENU}</nav><div>Ocelot two</div><main>{BODY}{MENU}<aside>Ocelot three</aside>"
        f"</main><div class=popup><p>Ocelot four is what we call it here.</p></div><p>© 2020 Ocelot five</p>"
    )
    document = page(body)
    words = re.findall(r"\w+", re.sub(r"<[^>]+>", " ", body))
    told_of = re.findall(r"\w+", document.markdown + " ".join(part.text for part in document.left_out))
    assert sorted(words) == sorted(told_of)


def test_a_page_of_parts_in_parts_with_names_is_judged_at_once() -> None:
    begun = time.process_time()
    deep = "<div class='newsletter cookie-notice' style='display:none'>" * 2_000
    page(f"{deep}<p>Ocelots.</p>{'</div>' * 2_000}<main>{BODY}</main>" + "<p><a href=/x>y</a></p>" * 20_000)
    assert time.process_time() - begun < 30


@pytest.mark.parametrize(
    "control",
    ["<div>Read more</div>", "<p><a href=#>Back to top</a></p>", "<div><span>Show more</span> <span>Show less</span></div>",
     "<div class=show>Expand all +</div>", "<p>Mehr anzeigen</p>"],
)  # fmt: skip
def test_what_only_unfolds_the_text_is_none_of_it(control: str) -> None:
    lines = [f"<p>We keep list {number} of those who came to see the ocelot.</p>{control}" for number in range(9)]
    whole = f"<html><body><main><h1>Privacy</h1>{''.join(lines)}<p>Read more in our list.</p></main></body></html>"
    document = convert(whole.encode(), "p.html")
    clauses = told(document)[0]
    assert clauses[9:] == ["Read more in our list."]
    assert {left.why for left in document.left_out} == {"a button"}


# --- buttons and labels amid sentences --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "body",
    [
        "<p>To withdraw, click on <button id=sdk>Cookie Settings</button> at the foot of the page.</p>",
        "<p>Tick <label for=x>Do not sell my data</label> in your account.</p>",
        "<p>To see your rides press <b><button>My rides</button></b>.</p>",
        "<p><button>Cookie Settings</button> lets you choose again.</p>",
        "<p>You can change your choice of cookies at any time, as often as you like, here: <button>Cookie Settings</button></p>",
        "<ul><li>Press <button>Save</button> <button>Send</button> or <label>Ask us</label>, and wait.</li></ul>",
        "<p>We keep <button aria-expanded=false aria-controls=t>identifiers</button> for a year.</p>",
        "<p>请点击<button>设置</button>进行修改。</p>",
    ],
)
def test_a_button_or_label_amid_a_sentence_is_a_part_of_it(body: str) -> None:
    document = page(f"<main>{BODY}{body}<p>Write to us, please.</p></main>")
    assert told(document) == ([*SENTENCES, re.sub("<[^>]*>", "", body), "Write to us, please."], [])
    assert not document.left_out


@pytest.mark.parametrize(
    "body",
    [
        "<p>We keep it.</p><button>Ocelot</button><p>and more.</p>",
        "<p>We keep it. <button>Ocelot</button></p>",
        "<p>We keep it.<br><button>Ocelot</button><br></p>",
        "<p>Was it of use? <button>Ocelot</button> <button>No ocelot</button></p>",
        "<p>Sort by <button>Ocelot</button></p>",
        "<p>We keep lists of names and <button>Read more</button></p>",
        "<p>We keep lists <button>i</button> of names.</p>",
        "<p>Your name and your street <input> <label>Ocelot</label> <input></p>",
        "<p><a href=/a>Our shop</a> <button>Ocelot</button> <a href=/b>our terms</a></p><p>Stay.</p>",
        "<div>Those who see your data<div><button>Ocelot</button></div></div>",
    ],
)
def test_a_button_or_label_beside_sentences_is_left_out(body: str) -> None:
    document = page(f"<main>{BODY}{body}{BODY}</main>")
    assert not re.search(r"celot|Read more|\bi\b", document.markdown)
