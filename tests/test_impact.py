"""What a change of a policy means: questions put to both versions, on the shelf or kept from earlier; `plainclause diff`."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from assistant.bootstrap.factory import build_index
from assistant.errors import BadQuestion
from assistant.model import Outcome, Question, Turn
from assistant.review.impact import (
    EFFECTS,
    Replayed,
    Said,
    _effect,
    bank_questions,
    changed,
    replay,
    superseded_by,
    version,
)
from assistant.settings import Settings
from assistant.surfaces.cli.main import cli
from assistant.surfaces.render.clauses import ClauseChange, WordsOf
from assistant.surfaces.render.versions import changes_html, changes_json, changes_text, marked
from corpus.errors import UnknownPolicy
from corpus.shelf.catalogue import open_shelf
from corpus.versions.archive import FolderArchive
from corpus.versions.diff import differences, word_runs

RELEASE = "will not authorise the release of the information with anyone"
SHARED = Question(question="Is my card number shared?")


def read(folder, policy_id, text, **facts):
    """A policy as a shelf reads it from some text."""
    folder.mkdir(exist_ok=True)
    (folder / f"{policy_id}.md").write_text(text, encoding="utf-8")
    (folder / f"{policy_id}.json").write_text(json.dumps(facts), encoding="utf-8")
    return open_shelf(folder)[policy_id]


@pytest.fixture
def edited(assistant, tmp_path):
    """`edited(old, new, ...)`: the Rackspace policy with some words in place of others, not on the shelf."""
    policy = assistant.policies["rackspace"]

    def made(*pairs):
        source = policy.source
        for old, new in pairs:
            assert old in source
            source = source.replace(old, new)
        return read(tmp_path / "edited", "rackspace", source, provider=policy.provider, title=policy.title)

    return made


def effects(assistant, old, new, *questions):
    return [each.effect for each in replay(assistant, old, new, questions)]


@pytest.mark.parametrize(
    ("opening", "effect"), [("With your consent we  share:", "same"), ("Whatever you say we share:", "wording")]
)
def test_an_item_whose_list_is_opened_in_other_words_is_proved_by_other_words(tmp_path, opening, effect):
    text = "# Sharing\n\n{}\n\n- your name with partners\n- your street with couriers\n"
    old = read(tmp_path / "old", "acme", text.format("With your consent we share:"))
    new = read(tmp_path / "new", "acme", text.format(opening))

    def said(policy):
        span = next(each.span for each in policy.clauses if "partners" in each.span.of(policy.text))
        return Said(outcome=Outcome.DEPENDS, citations=(policy.cite(span),))

    assert _effect(said(old), said(new), old, new, differences(old, new)) == effect


# --- replaying --------------------------------------------------------------------------------------------------------


def test_a_text_that_is_not_on_the_shelf_is_weighed_as_it_would_be_there(assistant):
    questions = bank_questions(assistant.bank)
    assert len(questions) >= 90
    policy = assistant.policies["rackspace"]
    aside = replace(policy, licence="of another copy")
    found = list(replay(assistant, aside, policy, questions[::5]))
    assert [each.question for each in found] == [each.question for each in questions[::5]]
    assert {each.effect for each in found} == {"same"}
    assert all(each.old == each.new for each in found)
    assert len({each.old.outcome for each in found}) >= 3


def test_what_both_say_is_what_each_answers_when_asked_alone(assistant):
    old, new = (assistant.policies[id_] for id_ in ("rackspace-managed-hosting", "rackspace"))
    questions = bank_questions(assistant.bank)[::10]
    for each in replay(assistant, old, new, questions):
        asked = assistant.ask_each(each.question, [old.id, new.id])
        for said, policy in ((each.old, old), (each.new, new)):
            assert (said.outcome, said.citations) == (asked[policy.id].outcome, asked[policy.id].citations)
            assert all(policy.supports(citation) for citation in said.citations)


def test_a_clause_that_says_the_opposite_changes_the_outcome(assistant, edited):
    new = assistant.policies["rackspace"]
    old = edited((RELEASE, RELEASE.replace("will not", "will")))
    (found,) = replay(assistant, old, new, [SHARED])
    assert (found.effect, found.new.outcome) == ("outcome", "no")
    assert found.old.outcome in ("yes", "depends")  # to those who process it only
    assert "basis and will authorise" in found.old.citations[0].quote
    assert "basis and will not authorise" in found.new.citations[0].quote
    assert found.old.citations[0].policy_sha256 == old.sha256 != new.sha256


def test_a_clause_in_other_words_that_mean_the_same_changes_the_wording(assistant, edited):
    old = edited((RELEASE, RELEASE.replace("with anyone", "with anybody")))
    assert effects(assistant, old, assistant.policies["rackspace"], SHARED) == ["wording"]


def test_a_change_elsewhere_changes_nothing_of_an_answer(assistant, edited):
    old = edited(("training aides for our employees", "teaching aides for our employees"))
    assert effects(assistant, old, assistant.policies["rackspace"], SHARED) == ["same"]


def test_a_clause_that_moved_with_its_words_changes_nothing(assistant, edited):
    policy = assistant.policies["rackspace"]
    sentence = next(c.span.of(policy.text) for c in policy.clauses if RELEASE in c.span.of(policy.text))
    before = next(
        c.span.of(policy.text) for c in policy.clauses if "encrypted for its protection" in c.span.of(policy.text)
    )
    old = edited((sentence, "\0"), (before, f"{sentence} {before}"), ("\0", ""))
    assert old.sha256 != policy.sha256
    assert effects(assistant, old, policy, SHARED) == ["same"]


def test_another_clause_that_answers_the_same_is_told(assistant, edited):
    policy = assistant.policies["rackspace"]
    sentence = next(c.span.of(policy.text) for c in policy.clauses if RELEASE in c.span.of(policy.text))
    old = edited((sentence, "Your card number is never shared with anybody, by no one, at no time."))
    (found,) = replay(assistant, old, policy, [SHARED])
    assert (found.effect, found.old.outcome, found.new.outcome) == ("clause", "no", "no")


def test_a_question_that_follows_others_is_read_in_their_light(assistant, edited):
    old = edited((RELEASE, RELEASE.replace("will not", "will")))
    follow_up = Question(question="and my card number?", history=(Turn(question="Is my data shared?"),))
    (found,) = replay(assistant, old, assistant.policies["rackspace"], [follow_up])
    assert found.effect == "outcome"


def test_a_question_about_no_practice_is_off_topic_for_both(assistant):
    old, new = (assistant.policies[id_] for id_ in ("rackspace-managed-hosting", "rackspace"))
    (found,) = replay(assistant, old, new, [Question(question="What is the capital of France?")])
    assert (found.old.outcome, found.new.outcome, found.effect) == ("off_topic", "off_topic", "same")


def test_what_changed_is_listed_gravest_first_and_in_the_order_asked():
    said = Said(outcome=Outcome.SILENT, citations=())
    effects = ["same", "wording", "outcome", "clause", "wording", "same", "outcome", "clause"]
    found = [Replayed(question=str(at), effect=effect, old=said, new=said) for at, effect in enumerate(effects)]
    assert [each.question for each in changed(found)] == ["2", "6", "3", "7", "1", "4"]
    assert EFFECTS == ("outcome", "clause", "wording", "same")


# --- naming versions --------------------------------------------------------------------------------------------------


@pytest.fixture
def shelved(tmp_path):
    """A shelf of one policy, and an archive that keeps that text and an earlier one."""
    earlier = read(tmp_path / "earlier", "acme", "# Privacy\n\nWe sell data.\n")
    current = read(tmp_path / "now", "acme", "# Privacy\n\nWe never sell data.\n", supersedes="acme-0")
    archive = FolderArchive(tmp_path / "data")
    archive.keep([earlier, current])
    return open_shelf(tmp_path / "now"), archive, earlier


@pytest.mark.parametrize("digits", [12, 20, 64])
def test_a_version_is_named_by_its_id_or_by_the_beginning_of_its_hash(shelved, digits):
    shelf, archive, earlier = shelved
    assert version("acme", shelf, archive) is shelf["acme"]
    assert version(f"acme@{shelf['acme'].sha256[:digits]}", shelf, archive) is shelf["acme"]
    assert version(f"acme@{earlier.sha256[:digits]}", shelf, archive) == earlier


@pytest.mark.parametrize("name", ["acme@", "acme@0", "acme@" + "0" * 12, "@", "../acme@" + "0" * 12])
def test_a_version_that_is_not_kept_is_refused_with_those_that_are(shelved, name):
    shelf, archive, earlier = shelved
    with pytest.raises(UnknownPolicy) as error:
        version(name, shelf, archive)
    if name.startswith("acme"):
        assert f"acme@{earlier.sha256[:12]}" in str(error.value)
    with pytest.raises(UnknownPolicy, match="unknown policy"):
        version("nobody", shelf, archive)


def test_a_policy_alone_is_compared_with_what_it_supersedes(shelved, assistant):
    shelf, archive, earlier = shelved
    assert superseded_by(assistant.policies["rackspace"], assistant.policies, archive).id == "rackspace-managed-hosting"
    with pytest.raises(BadQuestion, match=f"not on the shelf.*acme@{earlier.sha256[:12]}"):
        superseded_by(shelf["acme"], shelf, archive)
    with pytest.raises(BadQuestion, match="supersedes none"):
        superseded_by(assistant.policies["vps6"], assistant.policies, archive)
    assert set(archive.versions("acme")) == {earlier.sha256, shelf["acme"].sha256}
    assert archive.versions("..") == archive.versions("") == []


# --- the report -------------------------------------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["we", "never", "sell", "[-", "+]", "data.", "\u00a0x", "a\nb"]), min_size=1, max_size=9
)


@given(WORDS, WORDS, st.sampled_from([" ", "\n", "  "]))
def test_marked_words_are_those_of_both_versions(old, new, space):
    before, after = space.join(old), " ".join(new)
    words = tuple(WordsOf(kind=run.kind, text=run.text) for run in word_runs(before, after))
    change = ClauseChange(kind="reworded", old=0, new=0, old_quote=before, new_quote=after, path=(), words=words)
    runs = marked(change)
    for skipped, text in (("added", before), ("removed", after)):
        assert " ".join(t for kind, t in runs if kind != skipped).split() == text.split()
        assert "".join("".join(t for kind, t in runs if kind != skipped).split()) == "".join(text.split())
    for (kind, text), (following, _) in pairwise(runs):
        assert kind == "kept" or following == "kept", "what was removed and what was added touch"
        assert kind == "kept" or text == text.strip()


def test_the_text_marks_what_was_reworded_and_says_what_it_means(assistant, edited):
    new, old = assistant.policies["rackspace"], edited((RELEASE, RELEASE.replace("will not", "will")))
    shown = changes_text(old, new, assistant.policies, list(replay(assistant, old, new, [SHARED])), everything=False)
    assert f"[rackspace@{old.sha256[:12]}]" in shown
    assert "0 added, 0 removed, 1 reworded, 0 moved, 35 unchanged" in shown
    assert "basis and will [+not+] authorise" in shown
    assert "1 question of 1 answered otherwise" in shown
    assert re.search(r"Is my card number shared\? (?:yes|depends) -> no \(another outcome\)", shown)
    assert shown.count("#") == 2, "only what changed is listed"


def test_everything_is_listed_where_it_is_asked_for(assistant):
    policy = assistant.policies["vps6"]
    replayed = list(replay(assistant, policy, policy, [SHARED]))
    brief = changes_json(policy, policy, assistant.policies, replayed, everything=False)
    assert (brief["changes"], brief["meaning"]["questions"]) == ([], [])
    assert brief["counts"]["same"] == len(policy.clauses)
    assert brief["meaning"]["counts"] == {"outcome": 0, "clause": 0, "wording": 0, "same": 1}
    whole = changes_json(policy, policy, assistant.policies, replayed, everything=True)
    assert [change["new_quote"] for change in whole["changes"]] == [c.span.of(policy.text) for c in policy.clauses]
    assert [each["question"] for each in whole["meaning"]["questions"]] == [SHARED.question]
    shown = changes_text(policy, policy, assistant.policies, replayed, everything=True)
    assert shown.count("unchanged #") == len(policy.clauses)
    assert SHARED.question in shown


class Elements(HTMLParser):
    """The elements of a page, their attributes, and its text."""

    def __init__(self, page):
        super().__init__()
        self.found, self.text = [], ""
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


def test_the_page_stands_alone_and_shows_hostile_words_literally(assistant, tmp_path):
    hostile = (
        "&lt;script&gt;alert(1)&lt;/script&gt; &lt;img src=x onerror=alert(1)&gt; {{ 7*7 }} is shared with no one."
    )
    name = "<script>alert('title')</script>"
    old = read(tmp_path / "old", "acme", f"# &lt;b&gt;\n\nWe say: {hostile}\n", title=name, provider=name)
    new = read(tmp_path / "new", "acme", f"# &lt;b&gt;\n\nWe always say: {hostile}\n\n{hostile} Twice!\n", title=name)
    asked = [Question(question="Is <script>alert(2)</script> my card number shared with {{ 7*7 }}?")]
    replayed = list(replay(assistant, old, new, asked))
    page = changes_html(old, new, assistant.policies, replayed, everything=True)
    elements = Elements(page)
    assert {"script", "img", "iframe", "link", "form", "a", "b"}.isdisjoint(tag for tag, _ in elements.found)
    for _, attributes in elements.found:
        assert not [each for each in attributes if each.startswith("on") or each in ("src", "href", "style")]
    assert "default-src 'none'" in page
    assert "49" not in re.sub(r"[0-9a-f]{6,}", "", elements.text)
    for words in (
        name,
        "<script>alert(1)</script> <img src=x onerror=alert(1)> {{ 7*7 }} is shared",
        asked[0].question,
    ):
        assert words in elements.text
    assert "ins" in {tag for tag, _ in elements.found}


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def shop(tmp_path, monkeypatch, word_reader):
    """A built shelf with an earlier text in its archive, and the command run over it; with the hashing encoder, read by words
    alone."""
    settings = Settings(policies=tmp_path / "policies", data=tmp_path / "data", encoder="hashing")
    monkeypatch.setenv("PLAINCLAUSE_POLICIES", str(settings.policies))
    monkeypatch.setenv("PLAINCLAUSE_DATA", str(settings.data))
    monkeypatch.setenv("PLAINCLAUSE_ENCODER", "hashing")
    first = read(settings.policies, "acme", "# Privacy\n\nWe keep your data for ten days.\n\nPost is read by hand.\n")
    build_index(settings)
    read(settings.policies, "acme", "# Privacy\n\nWe keep your data for ninety days.\n\nZebras roam here.\n")
    read(settings.policies, "acme-2", "# Privacy\n\nWe keep your data for two years.\n", supersedes="acme")
    build_index(settings)

    def run(*arguments):
        return CliRunner().invoke(cli, ["diff", *arguments])

    return SimpleNamespace(run=run, earlier=f"acme@{first.sha256[:12]}", folder=tmp_path)


def test_the_command_compares_an_archived_text_with_the_one_of_today(shop, assistant):
    shown = shop.run(shop.earlier, "acme")
    assert shown.exit_code == 0, shown.output
    assert "1 added, 1 removed, 1 reworded, 0 moved, 0 unchanged" in shown.stdout
    assert "for [-ten-] [+ninety+] days" in shown.stdout
    asked = len(bank_questions(assistant.bank))
    assert f"questions of {asked} answered otherwise" in shown.stdout


def test_one_version_alone_is_compared_with_what_it_supersedes(shop):
    found = json.loads(shop.run("acme-2", "--format", "json").stdout)
    assert (found["old"]["id"], found["new"]["id"]) == ("acme", "acme-2")
    assert {change["kind"] for change in found["changes"]} == {"reworded", "removed"}
    refused = shop.run("acme")
    assert isinstance(refused.exception, BadQuestion)
    assert shop.earlier in str(refused.exception), "its earlier text is offered"


@pytest.mark.parametrize("form", ["text", "json", "html"])
def test_questions_of_a_file_are_put_to_both_in_either_form(shop, form):
    plain, golden = shop.folder / "plain.txt", shop.folder / "golden.jsonl"
    plain.write_text(
        "\ufeffHow long is my data kept?\n\nHow long is my data kept?\nDo zebras roam?\n", encoding="utf-8"
    )
    lines = [
        {"question": "How long is my data kept?", "policy": "acme", "outcome": "stated", "gold": ["x"]},
        {"question": "Do zebras roam?", "outcome": "silent"},
        {"question": "Is this asked?", "policy": "another", "outcome": "silent"},
    ]
    golden.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    outputs = [
        shop.run(shop.earlier, "acme", "--all", "--format", form, "--questions", str(p)).stdout for p in (plain, golden)
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].count("How long is my data kept?") == 1
    assert "Do zebras roam?" in outputs[0]
    assert "Is this asked?" not in outputs[0]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "does not exist"),
        (b"", "holds no question"),
        (b"fine?\na\x00b\n", "line 2: question holds a control character"),
        (b'{"question": 7}', "line 1"),
        (b'{"question": "x?", "policy": "another", "outcome": "silent"}', "holds no question of policy"),
        (b"\xff", "not UTF-8"),
    ],
)
def test_a_file_of_questions_that_cannot_be_used_is_told_in_one_line(shop, content, said):
    path = shop.folder / "questions"
    if content is not None:
        path.write_bytes(content)
    refused = shop.run(shop.earlier, "acme", "--questions", str(path))
    assert refused.exit_code == 1
    assert said in str(refused.exception)
    assert type(refused.exception).__module__ == "assistant.errors"


def test_three_versions_are_too_many(shop):
    refused = shop.run("acme", "acme", "acme")
    assert refused.exit_code == 2
    assert "3 versions given" in refused.output
