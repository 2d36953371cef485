"""Whether a quote stands where its citation says, and where it has gone since; `plainclause verify`."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from hypothesis import assume, given
from hypothesis import strategies as st

from assistant.bootstrap.factory import build_index
from assistant.settings import ROOT, Settings
from assistant.surfaces.cli.main import cli
from assistant.surfaces.render.versions import verified_text
from corpus.model import Citation
from corpus.shelf.catalogue import open_shelf
from corpus.versions.archive import DamagedVersion, FolderArchive
from corpus.versions.verify import BadCitations, citations_of, verify
from tests.served_shelf import AFTER, BEFORE

BUNDLED = open_shelf(ROOT / "corpus" / "policies")
NOWHERE = FolderArchive(ROOT / "no such folder")
QUOTED = st.sampled_from([p.cite(clause.span) for p in BUNDLED.values() for clause in p.clauses])


@pytest.fixture
def place(tmp_path):
    """A policy whose text has changed, and its archive: (shelf, archive, the earlier text)."""
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "acme.md").write_text(BEFORE)
    earlier = open_shelf(folder)["acme"]
    (folder / "acme.md").write_text(AFTER)
    archive = FolderArchive(tmp_path / "data")
    archive.keep([earlier])
    return open_shelf(folder), archive, earlier


def cited(policy, words):
    (clause,) = [clause for clause in policy.clauses if words in clause.span.of(policy.text)]
    return policy.cite(clause.span)


# --- what stands ------------------------------------------------------------------------------------------------------


@given(QUOTED)
def test_every_clause_of_the_shelf_stands_where_it_is_cited(citation):
    found = verify(citation, BUNDLED, NOWHERE)
    assert found.stands
    assert found.version == ("earlier" if citation.policy_id == "rackspace-managed-hosting" else "current")


@given(QUOTED, st.data())
def test_an_altered_quote_never_stands(citation, data):
    at = data.draw(st.integers(0, len(citation.quote)))
    cut = data.draw(st.integers(0, 5))
    put = data.draw(st.text(st.characters(exclude_categories=["Cs"]), max_size=5))
    altered = citation.quote[:at] + put + citation.quote[at + cut :]
    assume(altered != citation.quote)
    found = verify(citation.model_copy(update={"quote": altered}), BUNDLED, NOWHERE)
    assert found.standing == "differs"
    assert found.instead == citation.quote


@given(QUOTED, st.integers(0, 5000), st.integers(-10, 6000))
def test_a_quote_stands_at_no_place_where_other_words_do(citation, start, end):
    text = BUNDLED[citation.policy_id].text
    found = verify(citation.model_copy(update={"start": start, "end": end}), BUNDLED, NOWHERE)
    assert found.stands == (start < end <= len(text) and text[start:end] == citation.quote)
    if not found.stands:
        assert found.elsewhere is not None
        assert found.elsewhere.quote == citation.quote
        assert BUNDLED[citation.policy_id].supports(found.elsewhere)


@given(QUOTED, st.text("0123456789abcdef", min_size=0, max_size=64))
def test_no_quote_stands_in_a_version_that_nobody_kept(citation, sha256):
    for wrong in (sha256, citation.policy_sha256[:12], citation.policy_sha256.upper()):
        found = verify(citation.model_copy(update={"policy_sha256": wrong}), BUNDLED, NOWHERE)
        assert (found.standing, found.version) == ("unknown", "unknown")
    other = next(id_ for id_ in BUNDLED if id_ != citation.policy_id)
    assert not verify(citation.model_copy(update={"policy_id": other}), BUNDLED, NOWHERE).stands


def test_the_beginning_of_a_hash_names_no_version(place):
    shelf, archive, earlier = place
    citation = cited(earlier, "ten days").model_copy(update={"policy_sha256": earlier.sha256[:40]})
    assert verify(citation, shelf, archive).standing == "unknown"


# --- where it has gone ------------------------------------------------------------------------------------------------

BECAME = [
    ("ten days", "reworded", "We keep cookies for ninety long days."),
    ("never sell", "same", "We never sell your data."),
    ("Postcards", "moved", "Postcards are answered by hand."),
    ("refuse every", "removed", None),
]


@pytest.mark.parametrize(("words", "kind", "quote"), BECAME, ids=[kind for _, kind, _ in BECAME])
def test_a_quote_of_an_earlier_text_stands_there_and_is_followed_to_the_text_of_today(place, words, kind, quote):
    shelf, archive, earlier = place
    found = verify(cited(earlier, words), shelf, archive)
    assert (found.standing, found.version, found.today) == ("stands", "earlier", "acme")
    (now,) = found.now
    assert now.kind == kind
    assert (now.citation and now.citation.quote) == quote
    assert now.citation is None or shelf["acme"].supports(now.citation)
    assert {"same": "unchanged since", "removed": "removed since"}.get(kind, f"{kind} since") in verified_text([found])


def test_each_clause_that_a_citation_covers_is_followed(place):
    shelf, archive, earlier = place
    first, last = cited(earlier, "ten days"), cited(earlier, "Postcards")
    whole = earlier.cite(first.span._replace(end=last.end))
    assert [now.kind for now in verify(whole, shelf, archive).now] == ["reworded", "removed", "moved"]


def test_words_altered_in_an_earlier_text_do_not_stand_and_are_not_followed(place):
    shelf, archive, earlier = place
    citation = cited(earlier, "ten days")
    found = verify(citation.model_copy(update={"quote": "We keep cookies for two days."}), shelf, archive)
    assert (found.standing, found.version, found.instead, found.now) == ("differs", "earlier", citation.quote, ())


def test_a_version_that_is_unknown_says_where_the_words_stand_today(place):
    shelf, archive, earlier = place
    unknown = {"policy_sha256": "0" * 64}
    found = verify(cited(earlier, "Postcards").model_copy(update=unknown), shelf, archive)
    assert found.elsewhere == cited(shelf["acme"], "Postcards")
    assert verify(cited(earlier, "ten days").model_copy(update=unknown), shelf, archive).elsewhere is None


def test_a_policy_that_left_the_shelf_is_still_known_by_its_kept_text(place):
    _, archive, earlier = place
    found = verify(cited(earlier, "ten days"), BUNDLED.only([]), archive)
    assert (found.stands, found.version, found.today, found.now) == (True, "earlier", None, ())
    assert "not on the shelf any more" in verified_text([found])


def test_a_superseded_policy_is_followed_to_what_holds_today(tmp_path):
    for id_, text, older in (("a", BEFORE, "c"), ("b", BEFORE, "a"), ("c", AFTER, "b")):  # and round in a circle
        (tmp_path / f"{id_}.md").write_text(text)
        (tmp_path / f"{id_}.json").write_text(json.dumps({"supersedes": older} if id_ != "a" else {}))
    shelf = open_shelf(tmp_path)
    found = verify(cited(shelf["a"], "ten days"), shelf, NOWHERE)
    (now,) = found.now
    assert (found.today, now.kind, now.citation and now.citation.policy_id) == ("c", "reworded", "c")
    (tmp_path / "a.json").write_text('{"supersedes": "c"}')
    shelf = open_shelf(tmp_path)
    assert verify(cited(shelf["a"], "ten days"), shelf, NOWHERE).stands


def test_a_kept_text_that_is_damaged_is_told(place):
    shelf, archive, earlier = place
    (path,) = archive.folder.rglob("*.json")
    path.write_text(path.read_text().replace("ten days", "one day"))
    with pytest.raises(DamagedVersion):
        verify(cited(earlier, "ten days"), shelf, archive)


# --- reading citations ------------------------------------------------------------------------------------------------

ONE, TWO = (BUNDLED["vps6"].cite(clause.span) for clause in BUNDLED["vps6"].clauses[:2])


def dumped(citation: Citation):
    return citation.model_dump(mode="json")


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([dumped(ONE), dumped(TWO)]),
        "\ufeff" + json.dumps({"citations": [dumped(ONE), dumped(TWO), dumped(ONE)], "question": "x"}, indent=2),
        json.dumps(
            {"citations": [dumped(ONE)], "by_policy": {"vps6": {"citations": [dumped(ONE)], "closest": dumped(TWO)}}}
        ),
        json.dumps({"rows": [{"citations": [dumped(ONE)]}, {"citations": [dumped(TWO)]}, {"citations": []}]}),
        f"{json.dumps(dumped(ONE))}\n\n{json.dumps({'citations': []})}\r\n{json.dumps(dumped(TWO))}\n",
    ],
)
def test_citations_are_read_of_whatever_holds_them_each_once(text):
    assert citations_of(text) == [ONE, TWO]


def test_one_citation_is_read_by_itself():
    assert citations_of(json.dumps(dumped(ONE), indent=1)) == [ONE]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not JSON"),
        ("quote", "not JSON"),
        ("[]", "no citation found"),
        ('{"citations": []}', "no citation found"),
        ('{"quote": "x"}', 'the file: citation wrong at "policy_id": Field required'),
        (json.dumps(dumped(ONE)) + "\nnot json", "line 2: not JSON"),
        (json.dumps(dumped(ONE)) + "\n" + json.dumps(dumped(ONE) | {"start": -1}), 'line 2: citation wrong at "start"'),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_what_holds_no_citation_is_told_with_its_line(text, said):
    with pytest.raises(BadCitations, match=said):
        citations_of(text)


# --- the command ------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, monkeypatch):
    """The command over a shelf whose text has changed since its index was built; `earlier`: a citation of that text."""
    settings = Settings(policies=tmp_path / "policies", data=tmp_path / "data", encoder="hashing")
    monkeypatch.setenv("PLAINCLAUSE_POLICIES", str(settings.policies))
    monkeypatch.setenv("PLAINCLAUSE_DATA", str(settings.data))
    settings.policies.mkdir()
    (settings.policies / "acme.md").write_text(BEFORE)
    build_index(settings)
    earlier = cited(open_shelf(settings.policies)["acme"], "ten days")
    (settings.policies / "acme.md").write_text(AFTER)

    def ran(citation, *arguments, file=None):
        given_ = json.dumps(citation) if isinstance(citation, dict) else citation
        return CliRunner().invoke(cli, ["verify", file or "-", *arguments], input=given_)

    return SimpleNamespace(run=ran, earlier=dumped(earlier))


def test_a_quote_that_stands_ends_with_0_and_one_that_does_not_with_1(run, tmp_path):
    shown = run.run(run.earlier)
    assert shown.exit_code == 0, shown.output
    assert "an earlier version" in shown.stdout
    assert 'reworded since: "We keep cookies for ninety long days."' in shown.stdout
    assert shown.stdout.endswith("1 of 1 citation stands\n")
    altered = run.run(run.earlier | {"quote": "We keep cookies for two days."})
    assert altered.exit_code == 1
    assert 'there stands: "We keep cookies for ten days."' in altered.stdout
    unknown = run.run(run.earlier | {"policy_sha256": "0" * 64})
    assert unknown.exit_code == 1
    assert "no text of this policy with this hash" in unknown.stdout
    both = tmp_path / "both.jsonl"
    both.write_text("\n".join(json.dumps(each) for each in (run.earlier, run.earlier | {"quote": "x"})))
    found = run.run("", "--format", "json", file=str(both))
    assert found.exit_code == 1
    assert [each["standing"] for each in json.loads(found.stdout)] == ["stands", "differs"]


def test_a_file_that_cannot_be_read_is_told(run, tmp_path):
    for file, said in ((str(tmp_path), "is a folder"), (str(tmp_path / "none"), "does not exist")):
        refused = run.run("", file=file)
        assert said in str(refused.exception)
    assert "not JSON" in str(run.run("no citation").exception)
    assert "not UTF-8" in str(run.run(b"\xff").exception)
