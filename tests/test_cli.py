"""The command line as a person or a program meets it: exit codes, one-line errors, JSON lines in order.

With the hashing encoder where only the manners are tested, so that no test waits for weights. A few commands are run as
processes of their own; most within this one, where the libraries are loaded already.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys

import pytest

from assistant.settings import ROOT
from assistant.surfaces.cli.main import main


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def process(data):
    """A command in a process of its own."""

    def run_(*arguments: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
        given = {"PLAINCLAUSE_ENCODER": "hashing", "PLAINCLAUSE_DATA": str(data), **environment}
        return subprocess.run(
            [sys.executable, "-m", "assistant", *arguments],
            input=b"",
            capture_output=True,
            cwd=ROOT,
            env={**os.environ, **given},
            check=False,
            timeout=120,
        )

    built = run_("index", "build")
    assert built.returncode == 0, built.stderr
    return run_


@pytest.fixture(scope="module")
def run(process, data):
    """The same command within this process: what it is given, writes and ends with is what a process's would be."""

    def run_(*arguments: str, stdin: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
        given = {"PLAINCLAUSE_ENCODER": "hashing", "PLAINCLAUSE_DATA": str(data), **environment}
        out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
        with pytest.MonkeyPatch.context() as patch:
            for name, value in given.items():
                patch.setenv(name, value)
            patch.chdir(ROOT)
            patch.setattr(sys, "argv", ["plainclause", *arguments])
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as ended:
                main()
        assert isinstance(ended.value.code, int)
        return subprocess.CompletedProcess(
            arguments,
            ended.value.code,
            out.buffer.getvalue(),
            err.buffer.getvalue(),
        )

    return run_


def error(process: subprocess.CompletedProcess[bytes], code: int) -> str:
    assert process.returncode == code, process
    text = process.stderr.decode()
    assert process.stdout == b""
    assert text.startswith("plainclause: ")
    assert text.count("\n") == 1
    assert "Traceback" not in text
    return text


def lines(process: subprocess.CompletedProcess[bytes]) -> list[dict]:
    assert process.returncode == 0, process.stderr
    return [json.loads(line) for line in process.stdout.decode().splitlines()]


def test_help_names_the_commands(process):
    shown = process("--help").stdout.decode()
    assert all(command in shown for command in ("ask", "search", "policies", "eval", "index", "serve"))


def test_json_holds_the_promised_fields(run):
    answer = json.loads(run("ask", "do you use cookies?", "--policy", "vps6", "--json").stdout)
    assert list(answer)[:5] == ["question", "outcome", "text", "citations", "searched"]
    for citation in answer["citations"]:
        assert list(citation) == [
            "policy_id", "quote", "start", "end", "path", "source_url", "snapshot_date", "policy_sha256",
                "links",
        ]  # fmt: skip


def test_lines_are_answered_in_order_and_a_bad_one_stops_nothing(run):
    questions = [
        b'{"id": "a", "question": "do you use cookies?", "policy": "vps6"}',
        b"not json",
        b'{"id": 3, "question": ""}',
        b'{"id": 4, "question": "cookies?", "policy": "vps7"}',
        b'{"id": 5, "question": "' + b"x" * 100_000 + b'"}',
        b'{"id": 6, "question": "a\\u0000b"}',
        b'{"id": 7, "question": "a\\ud800b"}',
        b'{"id": 8, "question": "cookies?", "history": {"question": "x"}}',
        b'{"id": 9, "question": "cookies?", "history": [{"policy": "vps6"}]}',
        b'{"id": 10, "question": 5}',
        b'{"question": "\xff"}',
        b'["question"]',
        b'{"id": {"k": [1]}, "question": "\xd7\x9e\xd7\x94 \xf0\x9f\x99\x82?"}',
        b"",
        b'{"id": null, "question": "do you use cookies?", "history": [{"question": "x y", "policy": null}]}',
    ]
    found = lines(run("ask", "--jsonl", stdin=b"\n".join(questions)))
    assert [line["id"] for line in found] == ["a", None, 3, 4, 5, 6, 7, 8, 9, 10, None, None, {"k": [1]}, None]
    failed = [at for at, line in enumerate(found) if "error" in line]
    assert failed == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    assert {found[at]["error"]["type"] for at in failed} == {"BadQuestion", "UnknownPolicy", "NotEnglish"}
    assert 'did you mean "vps6"' in found[3]["error"]["message"]
    assert "2000" in found[4]["error"]["message"]


def test_with_no_policy_each_current_policy_answers_for_itself(run):
    (found,) = lines(run("ask", "--jsonl", stdin=b'{"id": 1, "question": "do you use cookies?"}'))
    assert list(found["by_policy"]) == ["qualispace", "rackspace", "vps6"]
    first = [own["citations"][0] for own in found["by_policy"].values() if own["citations"]]
    assert found["citations"]
    assert all(cited in first for cited in found["citations"])
    assert all(name in found["text"] for name in ("QualiSpace", "Rackspace", "VPS6"))  # who says what
    assert found["searched"]["clauses"] == 90


def test_why_is_told_only_where_it_is_asked_for(run):
    asked = ("ask", "do you use cookies?", "--policy", "vps6")
    said = run(*asked, "--explain").stdout.decode()
    assert "  Read by: plainclause-reader " in said
    assert "no answer" in said
    assert "Why" not in run(*asked).stdout.decode().splitlines()
    bare, why = (json.loads(run(*asked, "--json", *more).stdout) for more in ((), ("--explain",)))
    assert why.pop("explanation")["clauses"]
    assert bare == why
    assert 0 < bare["confidence"] <= 1
    assert bare["reader"].startswith("plainclause-reader ")


def test_search_gives_ranked_hits(run):
    (found,) = lines(
        run("search", "--jsonl", "--limit", "4", stdin=b'{"id": "s", "question": "cookies", "policy": "rackspace"}')
    )
    assert found["id"] == "s"
    assert len(found["hits"]) == 4
    assert [hit["score"] for hit in found["hits"]] == sorted((hit["score"] for hit in found["hits"]), reverse=True)
    assert list(found["hits"][0]) == ["policy_id", "quote", "start", "end", "path", "score"]


def test_a_program_that_waits_for_each_answer_gets_it_before_it_asks_again(process, data):
    given = {"PLAINCLAUSE_ENCODER": "hashing", "PLAINCLAUSE_DATA": str(data)}
    with subprocess.Popen(
        [sys.executable, "-m", "assistant", "ask", "--jsonl"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, **given},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(3):  # a read that waits for more lines would never end: the test's time limit is its alarm
            process.stdin.write(json.dumps({"id": number, "question": "do you use cookies?"}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == number
        process.stdin.close()
        assert process.stdout.read() == b""


def test_policies_are_listed_with_what_is_known(run):
    listed = {policy["id"]: policy for policy in json.loads(run("policies", "--json").stdout)}
    assert list(listed) == ["qualispace", "rackspace", "rackspace-managed-hosting", "vps6"]
    assert listed["rackspace"]["supersedes"] == "rackspace-managed-hosting"
    assert listed["rackspace"]["snapshot_date"] is None
    assert listed["vps6"]["snapshot_date"] == "2017-12-12"


def test_bad_usage_and_bad_input_end_with_2(run, process, tmp_path):
    assert "give either a question" in error(process("ask"), 2)
    assert "No such option" in error(run("ask", "x", "--nope"), 2)
    assert "question is empty" in error(run("ask", " "), 2)
    assert 'did you mean "rackspace"' in error(run("ask", "cookies?", "--policy", "rakspace"), 2)
    assert "does not exist" in error(run("policies", "--policies", str(tmp_path / "none")), 2)
    assert "store" in error(run("ask", "cookies?", PLAINCLAUSE_STORE="postgres"), 2)
    assert "PLAINCLAUSE_PORT" in error(run("policies", PLAINCLAUSE_PORT="high"), 2)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"\x00\x01\x02\x00", "is binary"),
        (b"%PDF-1.7 ...", "is a PDF"),
        ("Wir sammeln für Sie.".encode("latin-1"), "is not UTF-8: byte 0xfc at offset 13"),
        (b"# Privacy\n", "holds headings only"),
        (b"====\n\n----\n", "holds no word"),
    ],
)
def test_a_policy_file_that_cannot_be_read_is_named_with_the_remedy_and_the_index_is_left_alone(
    run, tmp_path, content, message
):
    folder, built = tmp_path / "policies", tmp_path / "data"
    folder.mkdir()
    (folder / "good.txt").write_text("We sell nothing.\n\nWe keep your data for ten days.")
    paths = ["--policies", str(folder), "--data", str(built)]
    assert run("index", "build", *paths).returncode == 0
    before = (built / "index" / "current").read_text()
    (folder / "bad.md").write_bytes(content)
    said = error(run("index", "build", *paths), 2)
    assert message in said
    assert "bad.md" in said
    assert (built / "index" / "current").read_text() == before
    (folder / "bad.md").unlink()
    assert run("ask", "how long do you keep my data?", *paths).returncode == 0


def test_the_first_question_builds_the_index_and_tells_of_it(process, tmp_path):
    asked = process("ask", "do", "you", "use", "cookies?", "--policy", "rackspace", "--data", str(tmp_path))
    assert asked.returncode == 0, asked.stderr
    assert b"cookies" in asked.stdout.lower()
    assert asked.stderr.startswith(b"building the index, once (no index")
    again = process("ask", "do you use cookies?", "--policy", "rackspace", "--data", str(tmp_path))
    assert (again.stdout, again.stderr) == (asked.stdout, b"")


def test_a_group_without_a_command_shows_its_commands(run):
    shown = run("index")
    assert (shown.returncode, shown.stdout) == (2, b"")
    assert "\n  build " in shown.stderr.decode()
    assert "\n  check " in shown.stderr.decode()


def test_the_two_lists_say_the_same_dates_and_names(run):
    listed, policies = run("list").stdout.decode(), run("policies").stdout.decode()
    for said in (
        "captured 16 May 2010",
        "captured 12 December 2017",
        "date not stated",
        "QualiSpace: Privacy Statement",
    ):
        assert said in listed
        assert said in policies
    assert "QualiSpace: QualiSpace" not in listed
    dates = {each["id"]: each["snapshot_date"] for each in json.loads(run("list", "--json").stdout)}
    assert dates == {each["id"]: each["snapshot_date"] for each in json.loads(run("policies", "--json").stdout)}


def test_a_missing_or_stale_index_ends_with_1_and_names_the_command(run, tmp_path):
    assert 'run "plainclause index build"' in error(run("index", "check", "--data", str(tmp_path)), 1)
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "one.md").write_text("# Acme\n\nWe share nothing with anyone.")
    assert "built from corpus" in error(run("ask", "cookies?", "--policies", str(folder)), 1)


def test_bare_text_files_need_no_metadata(run, tmp_path):
    folder = tmp_path / "policies"
    folder.mkdir()
    (folder / "acme.md").write_text("# Acme privacy\n\n## Sharing\n\nWe never share your data with third parties.")
    (folder / "plain.txt").write_text("We keep your data for ten days.")
    paths = ["--policies", str(folder), "--data", str(tmp_path / "data")]
    assert run("index", "build", *paths).returncode == 0
    listed = {policy["id"]: policy for policy in json.loads(run("policies", "--json", *paths).stdout)}
    assert listed["acme"]["title"] == "Acme privacy"
    assert listed["plain"]["title"] == "plain"
    assert listed["plain"]["provider"] is None


def test_an_index_is_checked(run):
    assert run("index", "check").stdout.decode().startswith("sound: 117 clauses")


def test_data_that_cannot_be_written_is_an_error_of_one_line(run, tmp_path):
    (tmp_path / "file").write_text("in the way")
    said = error(run("index", "build", "--data", str(tmp_path / "file")), 1)
    assert str(tmp_path / "file") in said
