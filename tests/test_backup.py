"""A backup holds what a company would miss, while others write; restored, policies, versions and citations are as before."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import threading
from contextlib import closing

import pytest
from click.testing import CliRunner

from assistant.company.backup import archive, gathering, postgresql
from assistant.company.backup.gathering import back_up
from assistant.company.backup.restoring import restore
from assistant.company.database import FILE
from assistant.company.publishing.publisher import Publisher
from assistant.errors import BadBackup
from assistant.settings import BUNDLED, Settings
from assistant.surfaces.cli.main import cli
from corpus.shelf.catalogue import open_shelf
from corpus.shelf.writer import Incoming, replace
from corpus.versions.archive import FolderArchive
from corpus.versions.verify import verify
from tests.backed_up import LOGO, NEW, backup_of, company, feedback, new_machine, said, tree, with_manifest


@pytest.fixture
def settings(tmp_path):
    return company(tmp_path)


@pytest.fixture
def elsewhere(tmp_path):
    return new_machine(tmp_path)


@pytest.fixture
def backup(settings, tmp_path):
    return backup_of(settings, tmp_path)


# ---- whole -----------------------------------------------------------------------------------------------------------


def test_restored_elsewhere_everything_is_as_it_was(settings, elsewhere, backup):
    kept = [
        FolderArchive(settings.data).find("acme", path.stem) for path in (settings.data / "versions" / "acme").iterdir()
    ]
    cited = [policy.cite(clause.span) for policy in kept if policy for clause in policy.clauses]
    assert len(cited) == 4
    manifest = restore(elsewhere, backup)
    assert tree(elsewhere.policies) == tree(settings.policies)
    assert open_shelf(elsewhere.policies).sha256 == open_shelf(settings.policies).sha256
    assert {path.name for path in elsewhere.data.iterdir()} == {"versions", FILE}
    assert tree(elsewhere.data / "versions") == tree(settings.data / "versions")
    assert list(feedback(elsewhere).entries()) == list(feedback(settings).entries())
    shelf, archived = open_shelf(elsewhere.policies), FolderArchive(elsewhere.data)
    assert all(verify(each, shelf, archived).stands for each in cited)
    assert elsewhere.branding
    assert elsewhere.branding.read_text() == 'name = "Acme"\nlogo = "logo.png"\n'
    assert (elsewhere.branding.parent / "logo.png").read_bytes() == LOGO
    assert not (elsewhere.branding.parent / "secret.txt").exists()
    assert (manifest.policies, manifest.database) == (True, "sqlite")


def test_a_backup_of_the_first_format_is_restored(settings, elsewhere, backup, tmp_path):
    assert archive.read_manifest(backup).format == 2
    restore(elsewhere, with_manifest(backup, tmp_path / "first.tar.gz", format=1))
    assert tree(elsewhere.policies) == tree(settings.policies)


def test_a_publication_amid_the_backup_loses_no_text(settings, elsewhere, tmp_path, monkeypatch):
    publisher = Publisher(settings.policies, settings.data, FolderArchive(settings.data), lambda: None)
    draft = publisher.draft("acme", Incoming.read(NEW.replace("thirty", "forty").encode(), "acme.md"), "Ann")
    copy, copied = gathering._copy, list[str]()

    def copying(source, target, *given, **more):
        if copied:
            publisher.publish(draft.id, "Ed")
        copied.append(source.name)
        copy(source, target, *given, **more)

    monkeypatch.setattr(gathering, "_copy", copying)
    back_up(settings, tmp_path / "amid.tar.gz")
    restore(elsewhere, tmp_path / "amid.tar.gz")
    assert sorted(copied) == ["data", "shelf"]
    again = Publisher(elsewhere.policies, elsewhere.data, FolderArchive(elsewhere.data), lambda: None)
    assert again.drafts.get(draft.id).published is None
    again.publish(draft.id, "Ed")
    assert "forty" in open_shelf(elsewhere.policies)["acme"].text


def test_a_backup_is_for_its_owner_alone_and_leaves_nothing_beside_it(settings, backup):
    assert backup.stat().st_mode & 0o777 == 0o600
    assert {path.name for path in backup.parent.iterdir()} == {"backup.tar.gz", "shelf", "data", "brand"}


def test_what_lies_in_the_data_folder_is_in_the_backup_once(settings, tmp_path):
    inside = settings.model_copy(update={"policies": settings.data / "policies", "branding": settings.data / "b.toml"})
    shutil.copytree(settings.policies, inside.policies)
    shutil.copytree(settings.policies / "texts", settings.data / "policies-of-before")  # no part of the shelf
    assert inside.branding
    inside.branding.write_text('name = "Acme"')
    back_up(inside, tmp_path / "inside.tar.gz")
    names = set(archive.read_manifest(tmp_path / "inside.tar.gz").files)
    assert {"policies/acme.json", "data/b.toml"} <= names
    assert not [name for name in names if name.startswith(("data/policies/", "branding/"))]
    before = tree(inside.data)
    restore(inside, tmp_path / "inside.tar.gz", replace=True)
    assert {name: data for name, data in tree(inside.data).items() if not name.endswith("sqlite3")} == {
        name: data for name, data in before.items() if not name.endswith(("sqlite3", "-wal", "-shm"))
    }


def test_the_bundled_policies_are_not_in_a_backup_and_not_written_over(settings, elsewhere, backup, tmp_path):
    bundled = settings.model_copy(update={"policies": BUNDLED})
    assert not back_up(bundled, tmp_path / "of-data.tar.gz").policies
    restore(elsewhere.model_copy(update={"policies": BUNDLED}), tmp_path / "of-data.tar.gz")
    assert tree(elsewhere.data / "versions") == tree(settings.data / "versions")
    with pytest.raises(BadBackup, match="the bundled ones are left as they are; set PLAINCLAUSE_POLICIES"):
        restore(bundled, backup, replace=True)


def test_while_a_writer_writes_the_backup_is_of_one_moment(settings, elsewhere, tmp_path):
    store, over, failed = feedback(settings), threading.Event(), list[BaseException]()

    def write() -> None:
        number = 0
        try:
            while not over.is_set():
                store.record(said(helpful=number % 2 == 0))
                text = NEW.replace("thirty", f"thirty and {number}")
                replace(settings.policies, "acme", Incoming.read(text.encode(), "acme.md"))
                FolderArchive(settings.data).keep(open_shelf(settings.policies).values())
                number += 1
        except BaseException as error:  # noqa: BLE001 - told below
            failed.append(error)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(settings, tmp_path / f"{number}.tar.gz")
    finally:
        over.set()
        writer.join()
    assert failed == []
    for number in range(5):
        restore(elsewhere, tmp_path / f"{number}.tar.gz", replace=True)
        shelf = open_shelf(elsewhere.policies)
        assert shelf.problems == ()
        entry = json.loads((elsewhere.policies / "acme.json").read_text())
        assert all((elsewhere.policies / version["text"]).is_file() for version in entry["versions"])
        kept = list(feedback(elsewhere).entries())
        assert [each.helpful for each in kept[1:]] == [row % 2 == 0 for row in range(len(kept) - 1)]
    assert len(kept) > 1


def test_what_sqlite_has_not_put_into_the_file_yet_is_in_the_backup_too(settings, elsewhere, tmp_path):
    with closing(sqlite3.connect(settings.data / FILE)) as held:  # while somebody reads, it stays beside it
        held.execute("SELECT count(*) FROM feedback").fetchone()
        feedback(settings).record(said(helpful=False))
        assert (settings.data / f"{FILE}-wal").stat().st_size > 0
        back_up(settings, tmp_path / "backup.tar.gz")
    restore(elsewhere, tmp_path / "backup.tar.gz")
    assert [each.helpful for each in feedback(elsewhere).entries()] == [True, False]


# ---- the commands ----------------------------------------------------------------------------------------------------


@pytest.fixture
def run(settings, monkeypatch):
    monkeypatch.setenv("PLAINCLAUSE_POLICIES", str(settings.policies))
    monkeypatch.setenv("PLAINCLAUSE_DATA", str(settings.data))
    monkeypatch.setenv("PLAINCLAUSE_ENCODER", "hashing")
    return lambda *arguments: CliRunner().invoke(cli, arguments, catch_exceptions=False)


@pytest.mark.usefixtures("word_reader")
def test_the_commands_write_and_put_back_and_build_the_index(run, settings, tmp_path):
    shutil.rmtree(settings.data / "index")
    target = tmp_path / "by-command.tar.gz"
    done = run("backup", str(target))
    files = archive.read_manifest(target).files
    size = sum(each.size for each in files.values()) / 1e6
    assert done.output == f"written: {target}, {len(files)} files, {size:.1f} MB\n"
    again = run("backup", str(target))
    assert (again.exit_code, "give --replace" in again.output) == (2, True)
    assert run("backup", str(target), "--replace").exit_code == 0
    done = run("restore", str(target), "--replace")
    assert done.output.startswith("restored: ")
    assert "built: 2 clauses" in done.output
    assert run("index", "check").output.startswith("sound: 2 clauses")
    assert "built" not in run("restore", str(target), "--replace", "--no-index").output


# ---- PostgreSQL ------------------------------------------------------------------------------------------------------


def test_without_postgresql_s_programs_they_are_named(settings, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    of_server = Settings(**settings.model_dump() | {"database": "postgresql://u:secret@127.0.0.1:1/x"})
    with pytest.raises(BadBackup, match='"pg_dump" is not installed; install PostgreSQL\'s client programs'):
        back_up(of_server, tmp_path / "x.tar.gz")


def test_a_file_is_not_put_into_a_server_nor_the_other_way(settings, elsewhere, backup, tmp_path):
    of_server = Settings(**elsewhere.model_dump() | {"database": "postgresql://127.0.0.1:1/x"})
    with pytest.raises(BadBackup, match="the database as a file, and PLAINCLAUSE_DATABASE names a server"):
        restore(of_server, backup)
    other = with_manifest(backup, tmp_path / "other.tar.gz", database="postgresql")
    with pytest.raises(BadBackup, match="a PostgreSQL database; set PLAINCLAUSE_DATABASE"):
        restore(elsewhere, other)


@pytest.fixture
def url(postgres):
    """Gives the address of a database of the tests' own server, by its name; it is dropped afterwards."""
    given: list[str] = []

    def of(name: str) -> str:
        given.append(name)
        return str(postgres).replace("/postgres?", f"/backup_{name}?")

    yield of
    for name in given:
        sql(postgres, f"DROP DATABASE IF EXISTS backup_{name} WITH (FORCE)")


def sql(address: str, command: str) -> str:
    """What a server says to a command, in text."""
    asked = ["psql", "-d", address, "-Atc", command]
    return subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip()


def test_a_server_s_database_is_in_the_backup(postgres, url, settings, elsewhere, tmp_path):
    first, second = url("one"), url("two")
    sql(postgres, "CREATE DATABASE backup_one")
    sql(postgres, "CREATE DATABASE backup_two")
    sql(first, "CREATE TABLE feedback (comment text); INSERT INTO feedback VALUES ('gut 👍')")
    one = Settings(**settings.model_dump() | {"database": first})
    two = Settings(**elsewhere.model_dump() | {"database": second})
    assert back_up(one, tmp_path / "pg.tar.gz").database == "postgresql"
    restore(two, tmp_path / "pg.tar.gz")
    assert sql(second, "SELECT comment FROM feedback") == "gut 👍"
    sql(second, "UPDATE feedback SET comment = 'newer'")
    for folder in (two.data, two.policies):
        shutil.rmtree(folder)
    assert two.branding
    for name in ("brand.toml", "logo.png"):
        (two.branding.parent / name).unlink()
    with pytest.raises(BadBackup, match="holds tables already; give --replace"):
        restore(two, tmp_path / "pg.tar.gz")
    restore(two, tmp_path / "pg.tar.gz", replace=True)
    assert sql(second, "SELECT comment FROM feedback") == "gut 👍"
    gone = Settings(**two.model_dump() | {"database": url("three")})
    before = tree(two.data)
    with pytest.raises(BadBackup, match=r'pg_restore failed \(.*"backup_three" does not exist'):
        restore(gone, tmp_path / "pg.tar.gz", replace=True)
    assert tree(two.data) == before


def test_a_password_is_no_argument_that_others_could_read():
    assert postgresql._without_password("postgresql+psycopg://me:s%40e@db.example:5432/x?sslmode=require") == (
        "host='db.example' dbname='x' user='me' port='5432' sslmode='require'",
        "s@e",
    )
    assert postgresql._without_password("postgresql:///x") == ("dbname='x'", None)
    for secret in ("a/b", "a#b", "a?b", "a:b"):  # as the server reads the address
        address, password = postgresql._without_password(f"postgresql://me:{secret}@h/x")
        assert (address, password) == ("host='h' dbname='x' user='me'", secret)
    assert postgresql._without_password("postgresql://h/x?password=s'e&user=m\\e") == (
        "host='h' dbname='x' user='m\\\\e'",
        "s'e",
    )


def test_a_backup_is_put_into_that_of_several_servers_that_may_be_written_to():
    asked = "host='a,b' dbname='x' user='me' port=',' target_session_attrs='read-write'"
    assert postgresql._without_password("postgresql://me@/x?host=a,b", to_write=True) == (
        asked.replace("host='a,b' dbname='x' user='me'", "dbname='x' user='me' host='a,b'"),
        None,
    )


# ---- what is no part of it ---------------------------------------------------------------------------------------------


def test_what_a_cluster_has_read_and_is_made_anew_is_left_out_and_left_alone(settings, tmp_path, monkeypatch):
    waiting = settings.data / "ingestion" / "encoded" / "x.npz"
    waiting.parent.mkdir(parents=True)
    waiting.write_text("vectors")
    with monkeypatch.context() as earlier:  # a program that backed it up
        earlier.setattr("assistant.company.backup.gathering.BUILT", ("index", "encoders", "coverage"))
        assert "data/ingestion/encoded/x.npz" in back_up(settings, tmp_path / "earlier.tar.gz").files
    assert not any("ingestion" in name for name in back_up(settings, tmp_path / "now.tar.gz").files)
    waiting.write_text("newer")
    restore(settings, tmp_path / "earlier.tar.gz", replace=True)
    assert waiting.read_text() == "newer"


def test_a_data_folder_among_the_policies_is_backed_up_once_and_without_what_is_built(settings, tmp_path):
    settings.data.rename(settings.policies / "var")
    within = settings.model_copy(update={"data": settings.policies / "var"})
    names = back_up(within, tmp_path / "x.tar.gz").files
    assert f"data/{FILE}" in names
    assert not any(name.startswith("policies/var/") for name in names)
    before = {name for name in tree(within.policies) if not name.endswith(("-wal", "-shm"))}
    restore(within, tmp_path / "x.tar.gz", replace=True)
    assert tree(within.policies).keys() == before
    assert (within.data / "index" / "x" / "vectors.npy").exists()
    shutil.rmtree(within.policies)
    restore(within, tmp_path / "x.tar.gz", replace=True)
    assert feedback(within).count() == 1


def test_what_another_server_keeps_is_told_not_to_be_in_it(settings, tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(postgresql, "dump", lambda url, target: target.write_text("a dump"))
    for database, told in (("postgresql://one/x", False), (None, False), ("postgresql://two/x", True)):
        changed = {"store": "postgresql://one/x", "database": database}
        back_up(Settings(**settings.model_dump() | changed), tmp_path / f"{database is None}{told}.tar.gz")
        assert ("not in the backup: earlier texts" in caplog.text) is told
