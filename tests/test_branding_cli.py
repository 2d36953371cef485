"""The branding file on the command line: checked, previewed, and its ways to a person where a policy does not answer."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.company.accounts.audit import entries
from assistant.company.backup.gathering import BUILT, kept_files
from assistant.company.branding.store import BrandingStore
from assistant.company.database.engine import Database
from assistant.errors import BadBranding
from assistant.settings import Settings
from assistant.surfaces.cli.main import cli


@pytest.fixture
def folders(tmp_path: Path, word_reader: object) -> list[str]:
    policies = tmp_path / "policies"
    policies.mkdir()
    for id_, company, text in (("acme", "ACME", "We never sell your data."), ("globex", "Globex", "We sell data.")):
        (policies / f"{id_}.md").write_text(f"# Privacy\n\n{text}\n")
        (policies / f"{id_}.json").write_text(json.dumps({"provider": company}))
    (policies / "acme-2020.md").write_text("# Privacy\n\nWe may sell your data.\n")
    (policies / "acme.json").write_text(json.dumps({"provider": "ACME", "supersedes": "acme-2020"}))
    return ["--policies", str(policies), "--data", str(tmp_path / "data"), "--encoder", "hashing"]


def branding(folder: Path, text: str) -> str:
    path = folder / "branding.toml"
    path.write_text(f'name = "ACME"\n{text}\n')
    return str(path)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cli, list(arguments))


def test_a_sound_file_is_told_with_the_policies_that_it_shows(tmp_path: Path, folders: list[str]) -> None:
    text = 'policy = "acme"\nstarters = ["do you sell my data?"]'
    done = run("branding", "check", branding(tmp_path, text), *folders)
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith('sound: "ACME", version ')
    assert done.stdout.endswith("policies shown: acme\n")
    done = run("branding", "check", branding(tmp_path, ""), *folders)
    assert done.stdout.endswith("policies shown: all 2\n")


def test_what_is_wrong_is_told_a_line_each(tmp_path: Path, folders: list[str]) -> None:
    done = run("branding", "check", branding(tmp_path, 'logos = "x"\n[handoff]\nmail = "x"'), *folders)
    assert done.exit_code == 2
    assert [line.split(": ")[0] for line in done.stdout.splitlines()] == ["wrong", "wrong"]
    done = run("branding", "check", branding(tmp_path, 'policy = "acmee"'), *folders)
    assert done.exit_code == 2
    assert 'wrong: "policy": unknown policy "acmee": did you mean "acme"?' in done.stdout


def test_starters_that_are_not_answered_and_policies_that_were_replaced_are_warned_of(
    tmp_path: Path, folders: list[str]
) -> None:
    text = 'policy = "acme-2020"\nstarters = ["do you record my telephone calls?"]'
    done = run("branding", "check", branding(tmp_path, text), *folders)
    assert done.exit_code == 0
    first, second, _ = done.stdout.splitlines()
    assert first.startswith('warning: starter "do you record my telephone calls?" is not answered')
    assert second == 'warning: policy "acme-2020" has been replaced by "acme", which is not shown; name that one'


def test_the_preview_is_the_chat_of_this_machine_with_the_file(
    tmp_path: Path, folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    served: list[Any] = []
    monkeypatch.setattr("assistant.surfaces.web.serve", lambda *given: served.extend(given))
    file = branding(tmp_path, "")
    assert run("branding", "preview", file, *folders).exit_code == 0
    [settings] = served
    assert isinstance(settings, Settings)
    assert (settings.host, settings.port, str(settings.branding)) == ("127.0.0.1", 0, file)
    done = run("branding", "preview", branding(tmp_path, "x = 1"), *folders)
    assert isinstance(done.exception, BadBranding)
    assert len(served) == 1


def test_where_the_policy_is_silent_the_command_line_offers_the_companys_ways(
    tmp_path: Path, folders: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PLAINCLAUSE_BRANDING", branding(tmp_path, '[handoff]\nphone = "+49 30 12345"'))
    silent = "do you record my telephone calls?"
    said = run("ask", silent, "--policy", "acme", *folders).stdout
    assert "Would you rather ask a person at ACME?\n  Call +49 30 12345: tel:+493012345\n" in said
    told = json.loads(run("ask", silent, "--policy", "acme", "--json", *folders).stdout)
    assert told["handoff"] == [{"kind": "phone", "href": "tel:+493012345"}]
    sold = json.loads(run("ask", "do you sell my data?", "--policy", "acme", "--json", *folders).stdout)
    assert "handoff" not in sold
    lines = json.dumps({"question": silent, "policy": "acme", "language": "de"})
    done = CliRunner().invoke(cli, ["ask", "--jsonl", *folders], input=lines)
    assert json.loads(done.stdout)["handoff"] == told["handoff"]


def test_an_earlier_file_is_listed_and_put_back(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    database = Database.of(settings)
    store = BrandingStore(settings, database)
    assert run("branding", "earlier", "--data", str(tmp_path)).stderr == "no branding file was replaced yet\n"
    for name in ("One", "Two"):
        assert store.save(f'name = "{name}"\n', None, based_on=store.version(), by="ada")
    listed = run("branding", "earlier", "--data", str(tmp_path))
    assert re.fullmatch(r"1  \d{4}-\d\d-\d\d \d\d:\d\d UTC  replaced by ada  One\n", listed.stdout)
    done = run("branding", "restore", "1", "--data", str(tmp_path))
    assert done.stdout == f"restored: {tmp_path / 'branding' / 'branding.toml'}\n"
    assert store.text() == 'name = "One"\n'
    assert run("branding", "restore", "1", "--data", str(tmp_path)).stdout.startswith("unchanged: ")
    assert [file.name for file in store.earlier().values()] == ["Two", "One"]
    missing = run("branding", "restore", "9", "--data", str(tmp_path))
    assert isinstance(missing.exception, BadBranding)
    [(_, last), *_] = entries(database)
    assert (last.what, last.before, last.after) == ("branding restored", {"name": "Two"}, {"name": "One"})
    assert last.who.startswith("command line")
    database.close()


def test_only_so_many_earlier_files_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.company.branding.store.MOST", 3)
    settings = Settings(data=tmp_path)
    database = Database.of(settings)
    store = BrandingStore(settings, database)
    for number in range(6):
        store.save(f'name = "{number}"\n', None, based_on=store.version(), by="ada")
    assert {number: file.name for number, file in store.earlier().items()} == {5: "4", 4: "3", 3: "2"}
    database.close()


def test_a_backup_holds_the_data_folders_branding_and_the_files_before(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    database = Database.of(settings)
    store = BrandingStore(settings, database)
    for name in ("One", "Two"):
        store.save(f'name = "{name}"\n', None, based_on=store.version(), by="ada")
    held = {path.relative_to(tmp_path).as_posix() for path in kept_files(tmp_path, built=BUILT)}
    assert {"branding/branding.toml", "branding/earlier/000001.json"} <= held
    database.close()
