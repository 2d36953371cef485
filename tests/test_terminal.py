"""Answers, hits and policies as lines for a terminal."""

from assistant.model import Found
from assistant.surfaces.render.names import policies_json
from assistant.surfaces.render.terminal import answer_text, hits_text, policies_text
from tests.rendered import EN, answered, made


def test_a_terminal_answer_holds_everything_and_no_control_character(shelf) -> None:
    policy = made(["We never \x1b[31mshare it."], source_url="https://example.org/p")
    lines = answer_text(answered(policy, 0), {"made": policy}).splitlines()
    assert lines[0] == "No: it is not."
    assert '  "We never \ufffd[31mshare it."' in lines
    assert "    Made <b>up</b> [made], date not stated" in lines
    assert "    https://example.org/p" in lines
    best = answered(shelf["vps6"], 0)
    both = best.model_copy(update={"by_policy": {"vps6": best, "made": answered(policy, 0)}})
    text = answer_text(both, {"made": policy, "vps6": shelf["vps6"]})
    assert "Each of the 2 policies by itself:" in text
    assert "[made]: No: it is not." in text
    assert text.splitlines()[1] == f"({EN.say('bubble.confidence.high')})"


def test_hits_and_policies_as_lines_and_as_json(shelf) -> None:
    clause = shelf["vps6"].clauses[2]
    hit = Found(policy_id="vps6", quote=clause.span.of(shelf["vps6"].text), start=clause.span.start, end=clause.span.end,
                path=clause.path, score=0.5)  # fmt: skip
    assert hits_text([hit], shelf).startswith(f'1. "{hit.quote}"')
    assert hits_text([], shelf) == "No clause found."
    assert "replaced by rackspace" in policies_text(shelf)
    by_id = {each["id"]: each for each in policies_json(shelf)}
    assert by_id["vps6"]["snapshot_date"] == "2017-12-12"
    assert by_id["rackspace"]["snapshot_date"] is None
    assert by_id["rackspace-managed-hosting"]["superseded_by"] == "rackspace"
    assert by_id["rackspace"]["clauses"] == len(shelf["rackspace"].clauses)
