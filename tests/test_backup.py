"""A backup holds what a company would miss, while others write; restored, policies, versions and citations are as before."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import threading
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant.backup import archive, postgresql
from assistant.backup.gathering import back_up
from assistant.backup.restoring import restore
from assistant.database import FILE
from assistant.database.engine import Database
from assistant.errors import BadBackup
from assistant.feedback.store import Feedback, FeedbackStore
from assistant.model import Outcome
from assistant.settings import BUNDLED, Settings
from assistant.surfaces.cli.main import cli
from corpus.shelf.catalogue import open_shelf
from corpus.shelf.writer import Incoming, add, replace
from corpus.versions.archive import FolderArchive
from corpus.versions.verify import verify

OLD = "# Acme privacy\n\nWe never sell your data to anyone.\n\nCalls are kept for ninety days.\n"
NEW = OLD.replace("ninety", "thirty")
LOGO = b"\x89PNG logo"


def said(helpful: bool = True) -> Feedback:
    return Feedback(question="do you sell my data?", outcome=Outcome.NO, helpful=helpful, surface="api")


def feedback(settings: Settings) -> FeedbackStore:
    return FeedbackStore(Database.of(settings))


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A shelf whose one policy has two versions, kept versions of both, feedback, a branding file, and what is built."""
    made = Settings(policies=tmp_path / "shelf", data=tmp_path / "data", branding=tmp_path / "brand" / "acme.toml")
    assert made.branding
    made.policies.mkdir()
    add(made.policies, "acme", Incoming.read(OLD.encode(), "acme.md"))
    FolderArchive(made.data).keep(open_shelf(made.policies).values())
    replace(made.policies, "acme", Incoming.read(NEW.encode(), "acme.md"))
    FolderArchive(made.data).keep(open_shelf(made.policies).values())
    feedback(made).record(said())
    made.branding.parent.mkdir()
    made.branding.write_text('name = "Acme"\nlogo = "logo.png"\n')
    (made.branding.parent / "logo.png").write_bytes(LOGO)
    (made.branding.parent / "secret.txt").write_text("not named, not ours")
    for built in ("index/x/vectors.npy", "encoders/x/card.json", "coverage/x.json", ".lock"):
        (made.data / built).parent.mkdir(parents=True, exist_ok=True)
        (made.data / built).write_text("built")
    return made


@pytest.fixture
def elsewhere(tmp_path) -> Settings:
    """Settings of a machine where nothing is yet."""
    new = tmp_path / "new"
    return Settings(policies=new / "deep" / "shelf", data=new / "data", branding=new / "brand.toml")


@pytest.fixture
def backup(settings, tmp_path):
    back_up(settings, tmp_path / "backup.tar.gz")
    return tmp_path / "backup.tar.gz"


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but locks."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def repacked(source: Path, target: Path, change) -> Path:
    """A backup with other members: `change` gets name and content of each, and gives what is to be there instead."""
    with tarfile.open(source) as old, tarfile.open(target, "w:gz") as new:
        for entry in old:
            content = old.extractfile(entry)
            assert content
            for name, data in change(entry.name, content.read()):
                header = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
                header.size = len(data)
                new.addfile(header, io.BytesIO(data))
    return target


def with_manifest(backup: Path, target: Path, **update) -> Path:
    def changed(name, data):
        return [(name, json.dumps(json.loads(data) | update).encode() if name == "manifest.json" else data)]

    return repacked(backup, target, changed)


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


# ---- or not at all ---------------------------------------------------------------------------------------------------


def test_what_is_there_is_not_replaced_unasked_and_then_all_of_it(settings, elsewhere, backup):
    restore(elsewhere, backup)
    feedback(elsewhere).record(said())
    replace(elsewhere.policies, "acme", Incoming.read(OLD.replace("sell", "rent").encode(), "acme.md"))
    (elsewhere.policies / "more.md").write_text(OLD)
    before = tree(elsewhere.policies)
    with pytest.raises(BadBackup, match="is there already; give --replace"):
        restore(elsewhere, backup)
    assert tree(elsewhere.policies) == before
    restore(elsewhere, backup, replace=True)
    assert tree(elsewhere.policies) == tree(settings.policies)
    assert feedback(elsewhere).count() == 1
    assert [path for path in elsewhere.data.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("spoilt", ["cut", "byte", "content", "missing", "more", "twice", "no backup", "no gzip"])
def test_a_damaged_backup_changes_nothing(spoilt, settings, elsewhere, backup, tmp_path):
    bad = tmp_path / "bad.tar.gz"
    data = backup.read_bytes()
    if spoilt == "cut":
        bad.write_bytes(data[: len(data) * 2 // 3])
    elif spoilt == "byte":
        bad.write_bytes(data[:-1000] + bytes([data[-1000] ^ 16]) + data[-999:])
    elif spoilt == "content":
        repacked(backup, bad, lambda name, data: [(name, data.replace(b"sell", b"give"))])
    elif spoilt == "missing":
        repacked(backup, bad, lambda name, data: [] if name.startswith("policies/texts") else [(name, data)])
    elif spoilt == "more":
        repacked(backup, bad, lambda name, data: [(name, data), (f"{name}.more", data)])
    elif spoilt == "twice":
        repacked(backup, bad, lambda name, data: [(name, data)] * (1 if name == "manifest.json" else 2))
    elif spoilt == "no backup":
        repacked(backup, bad, lambda name, data: [] if name == "manifest.json" else [(name, data)])
    else:
        bad.write_bytes(gzip.decompress(data))
    with pytest.raises(BadBackup, match=r"name a file that plainclause backup wrote|take another backup"):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()
    before = tree(settings.data), tree(settings.policies)
    with pytest.raises(BadBackup):
        restore(settings, bad, replace=True)
    assert (tree(settings.data), tree(settings.policies)) == before


def test_a_backup_of_a_newer_program_is_refused(elsewhere, backup, tmp_path):
    newer = with_manifest(backup, tmp_path / "newer.tar.gz", format=archive.FORMAT + 1, program="9.9.0", unheard="of")
    with pytest.raises(BadBackup, match=r"has format 2 and was made by plainclause 9\.9\.0, .* knows format 1; update"):
        restore(elsewhere, newer)


@pytest.mark.parametrize(
    "name",
    ["../out", "data/../../out", "/tmp/out", "data//x", "./data/x", "data", "elsewhere/x", "data/..", "data\\x", "database.dump/x"],
)  # fmt: skip
def test_no_name_leads_out_of_its_folder(name, elsewhere, backup, tmp_path):
    assert not archive.is_within(name)
    content = b"out"
    named = {name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}}
    bad = tmp_path / "bad.tar.gz"
    repacked(
        with_manifest(backup, tmp_path / "named.tar.gz", files=named),
        bad,
        lambda each, data: [(each, data), (name, content)] if each == "manifest.json" else [],
    )
    with pytest.raises(BadBackup, match="would lie elsewhere"):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_no_link_and_nothing_else_that_is_no_file_is_unpacked(kind, elsewhere, backup, tmp_path):
    def linked(name, data):
        if name != "policies/acme.json":
            return [(name, data)]
        link = tarfile.TarInfo(name)
        link.type, link.linkname = kind, str(tmp_path / "out")
        return [(link, b"")]

    bad = repacked(backup, tmp_path / "bad.tar.gz", linked)
    with pytest.raises(BadBackup, match=r'holds "policies/acme.json"'):
        restore(elsewhere, bad)
    assert not elsewhere.data.parent.exists()


def test_where_a_file_cannot_take_its_place_all_go_back(settings, backup, monkeypatch):
    feedback(settings).record(said())
    before = tree(settings.data), tree(settings.policies)
    moved, failed = list[str](), list[str]()
    real = shutil.move

    def fails_late(source, target):
        moved.append(str(target))
        if Path(target) == settings.policies / "acme.json" and not failed:
            failed.append(target)
            raise OSError(28, "No space left on device", str(target))
        return real(source, target)

    monkeypatch.setattr(shutil, "move", fails_late)
    with pytest.raises(OSError, match="No space left"):
        restore(settings, backup, replace=True)
    monkeypatch.undo()
    assert len(moved) > 5
    assert tree(settings.data) == before[0]
    assert tree(settings.policies) == before[1]
    left = {path.name for folder in (settings.data, settings.policies) for path in folder.iterdir()}
    assert {name for name in left if name.startswith(".")} == {".lock", ".shelf.lock"}


def test_a_database_that_is_not_sound_is_told(settings, tmp_path):
    path = settings.data / FILE
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.execute("PRAGMA journal_mode = DELETE")
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(BadBackup, match=rf'database ".*{FILE}" (is damaged|cannot be copied)'):
        back_up(settings, tmp_path / "x.tar.gz")
    assert not (tmp_path / "x.tar.gz").exists()


@pytest.mark.parametrize("inside", ["policies", "data"])
def test_a_backup_does_not_lie_in_what_is_backed_up(inside, settings):
    with pytest.raises(BadBackup, match=r"lies in .* name a file outside of it"):
        back_up(settings, getattr(settings, inside) / "backup.tar.gz")


def test_where_there_is_nothing_that_is_said(tmp_path):
    with pytest.raises(BadBackup, match="nothing to back up"):
        back_up(Settings(data=tmp_path / "none"), tmp_path / "backup.tar.gz")


def test_a_branding_file_needs_its_place(elsewhere, backup):
    with pytest.raises(BadBackup, match=r'a branding file, "acme.toml"; set PLAINCLAUSE_BRANDING'):
        restore(elsewhere.model_copy(update={"branding": None}), backup)


def test_a_logo_that_is_there_is_not_replaced_unasked(elsewhere, backup):
    logo = elsewhere.branding.parent / "logo.png"
    logo.parent.mkdir()
    logo.write_bytes(b"another")
    with pytest.raises(BadBackup, match=r'branding file ".*logo.png" is there already'):
        restore(elsewhere, backup)
    assert logo.read_bytes() == b"another"


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
        "postgresql://me@db.example:5432/x?sslmode=require",
        "s@e",
    )
    assert postgresql._without_password("postgresql:///x") == ("postgresql:///x", None)
