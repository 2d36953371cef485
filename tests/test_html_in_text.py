"""HTML in Markdown and plain text: its tags are no words, what only looks like a tag is one, and nothing that is shown is lost."""

from __future__ import annotations

import time

import pytest

from corpus.formats.convert import convert
from corpus.text.canonical import read_text
from corpus.text.markdown_blocks import blocks_of
from tests.test_corpus_properties import check, check_offsets


def text(source: str) -> str:
    reading = read_text(source)
    check(reading)
    check_offsets(reading)
    return reading.text


@pytest.mark.parametrize("around", ["{}", "**{}**", "<div>\n{}\n</div>", "> {}", "- {}"])
@pytest.mark.parametrize(
    "shown",
    [
        "We, <Company Name>, collect your data.",
        "Write to <privacy at acme.com> for more.",
        "<Data Controller> is who answers.",
        "Look at <Link to the policy> first.",
        "We keep it for <number> days.",
        "Where <you agree>\nwe sell.",
    ],
)
def test_what_is_no_tag_of_html_is_text(shown: str, around: str) -> None:
    source = around.format(shown)
    assert " ".join(text(source).split()) == " ".join(shown.split())


@pytest.mark.parametrize("name", ["a.txt", "a.md"])
def test_it_is_text_in_every_kind_of_file(name: str) -> None:
    said = "We, <Company Name>, keep <kinds of data> for <number> days. " * 20
    assert read_text(convert(said.encode(), name).markdown).text == said.strip()


@pytest.mark.parametrize(
    "tag",
    [
        "<b>{}</b>",
        "<input disabled> {}",
        '<span class="x">{}</span>',
        "<Note>{}</Note>",
        '<Tab title="x">{}',
        "<Rule/>{}",
        "<div\n  class='a > b'\n>{}</div>",
        "> <div\n> class=x>\n> {}</div>",
        "<details open><summary></summary>{}</details>",
        "<br><hr noshade>{}",
        "<?php echo 1 > 0 ?>{}",
        "<!-- a\n-- b -->{}",
        "<!-- a\n\nb -->\n\n{}",
    ],
)
def test_tags_are_no_text(tag: str) -> None:
    assert text(tag.format("We keep it.")) == "We keep it."


@pytest.mark.parametrize(
    "tag",
    "address article aside blockquote button caption center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 "
    "h6 header label legend li main menu nav ol p pre section summary table td th title tr ul".split(),
)
def test_elements_that_are_blocks_part_lines(tag: str) -> None:
    assert (
        text(f"<section><{tag}>We keep it.</{tag}>We burn it.</section>").split() == "We keep it. We burn it.".split()
    )


@pytest.mark.parametrize("tag", ["script", "style", "SCRIPT"])
@pytest.mark.parametrize(
    "source",
    [
        "<{0}>\nlet a = 'We sell it';\n\n## b\n</{0}>\n\nWe keep it.",
        "<div>\n<{0} type='a'>\na < b && c > 'We sell it'\n\nWe sell it.\n</{0}>\n</div>\n\nWe keep it.",
        "We <{0}>sell it</{0}>keep it.",
        "> <{0}>\n> We sell it.\n> </{0}>\n\nWe keep it.",
    ],
)
def test_what_is_for_machines_is_no_clause(source: str, tag: str) -> None:
    assert text(source.format(tag)) == "We keep it."
    assert not any(block.struck for block in blocks_of(source.format(tag)))


def test_entities_are_the_characters_that_they_stand_for() -> None:
    source = "<p>Terms &amp; words of AT&T: &#8211; &#x2013; c&shy;d &lt;e&gt; &nothing; R&D</p>"
    assert text(source) == "Terms & words of AT&T: – – cd <e> &nothing; R&D"
    assert read_text("<p>a&nbsp;b</p>").text == "a b"


@pytest.mark.parametrize(
    "source", ["<div>We keep it. <!-- never ended", "<div>We keep <it", "<div>We keep </", "<div>We keep <?it"]
)
def test_what_never_ends_stays(source: str) -> None:
    assert text(source) == source.removeprefix("<div>")


def test_a_place_behind_other_ends_of_lines_is_exact() -> None:
    reading = read_text("<p>We keep\u2028it.</p>\u2029<p>We\u2028burn <b>it.</b></p>")
    check_offsets(reading)
    assert reading.text.split() == "We keep it. We burn it.".split()


@pytest.mark.parametrize(
    "one", ["<a ", "<!-- ", "<", "&", "</a ", "<a b='", '<a b="x>', "<?", "<![CDATA[", "<script>", "<s>", "</s>"]
)
def test_the_time_that_html_takes_grows_with_its_length_alone(one: str) -> None:
    def taken(many: int) -> float:
        begun = time.process_time()
        blocks_of("<div>We keep it." + one * many)
        return time.process_time() - begun

    assert taken(40_000) < 3
