"""The staff's pages open to the staff: by token, by name and password, or at the machine itself; to nobody else."""

from __future__ import annotations

import base64
import http.client
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.responses import PlainTextResponse

from assistant.errors import BadSetting
from assistant.surfaces.middleware.sign_in import SignIn, is_loopback
from tests.staff_door import AWAY, BOTH, CHALLENGE, HERE, NOBODY, PERSON, TOKEN, basic, closed_by, status, visit

# --- with credentials -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("client", [HERE, AWAY, None])
@pytest.mark.parametrize("locally", [True, False])
def test_credentials_open_from_anywhere_and_nothing_else_does(client, locally):
    app = closed_by(BOTH, locally)
    assert status(app, "Bearer käse-token".encode(), client=client) == 200
    assert status(app, basic("Jörg", "a:b£ "), client=client) == 200
    assert status(app, basic("whoever", "käse-token"), client=client) == 200
    assert status(app, basic("", "käse-token"), client=client) == 200
    assert status(app, client=client) == 401


@pytest.mark.parametrize("scheme", [b"bearer", b"BEARER", b"Bearer ", b"  Bearer  "])
def test_the_scheme_is_read_in_any_case_and_with_any_blanks(scheme):
    assert status(closed_by(TOKEN), scheme + " käse-token ".encode()) == 200
    assert status(closed_by(PERSON), scheme.replace(b"earer", b"asic") + b" x") == 401


def test_each_kind_of_credentials_opens_only_where_it_is_set():
    assert status(closed_by(TOKEN), basic("Jörg", "a:b£ ")) == 401
    assert status(closed_by(PERSON), "Bearer käse-token".encode()) == 401
    assert status(closed_by(PERSON), basic("whoever", "käse-token")) == 401
    assert status(closed_by(PERSON), basic("Jörg", "a:b£ ")) == 200
    assert status(closed_by(PERSON), b"Bearer a:b\xc2\xa3 ") == 401


@pytest.mark.parametrize(
    ("user", "password"),
    [
        ("Jörg", ""),
        ("", "a:b£ "),
        ("jörg", "a:b£ "),
        ("Jörg", "a:b£"),
        ("Jörg", "A:b£ "),
        ("Jo\u0308rg", "a:b£ "),
        ("", ""),
    ],
)
def test_user_and_password_must_both_be_right(user, password):
    assert status(closed_by(BOTH), basic(user, password)) == 401


def test_the_refusal_is_a_problem_document_with_a_challenge():
    for shown, found in ((None, "no credentials were sent"), (b"Bearer wrong", "not those of this server")):
        headers = [] if shown is None else [(b"authorization", shown)]
        code, answer, body = visit(closed_by(BOTH), headers=headers)
        assert code == 401
        assert answer["www-authenticate"] == CHALLENGE
        assert answer["content-type"] == "application/problem+json"
        assert b'"title":"Sign-in needed"' in body
        assert found.encode() in body
        assert b"wrong" not in body
        assert "käse-token".encode() not in body


def test_two_authorizations_are_none():
    right = (b"authorization", "Bearer käse-token".encode())
    assert visit(closed_by(TOKEN), headers=[right])[0] == 200
    assert visit(closed_by(TOKEN), headers=[right, right])[0] == 401
    assert visit(closed_by(TOKEN), headers=[right, (b"authorization", b"")])[0] == 401


ODD = [
    b"", b" ", b"Bearer", b"Bearer ", b"Basic", b"Basic ", b"Basic =", b"Basic !!!", b"Basic \xff", b"Basic " + b"A" * 100_000,
    b"Basic " + base64.b64encode(b"no colon"), b"Basic " + base64.b64encode(b"\xff\xfe:\xff"), b"Basic Og==", b"Basic Og",
    b"\x00", b"Digest username=x", b"\xe2\x80\xae", b"Bearer \xff\xfe", b"Bearer None", b"Basic Tm9uZTpOb25l", b"BasicOg==",
]  # fmt: skip


def test_the_right_credentials_with_something_among_them_are_wrong():
    right = basic("Jörg", "a:b£ ")
    for wrong in (right[:10] + b"!" + right[10:], right[:10] + b" " + right[10:], right + b"!", right + b" x"):
        assert status(closed_by(PERSON), wrong) == 401
    assert status(closed_by(PERSON), right) == 200
    assert status(closed_by(TOKEN), "Bearer käse-token x".encode()) == 401
    assert status(closed_by(TOKEN), b"Basic " + base64.b64encode("käse-token".encode())) == 401


@pytest.mark.parametrize("shown", ODD)
@pytest.mark.parametrize("credentials", [TOKEN, PERSON, BOTH])
def test_malformed_credentials_are_refused(credentials, shown):
    assert status(closed_by(credentials), shown) == 401


schemes = st.sampled_from([b"", b"Bearer ", b"Basic ", b"basic  ", b"Digest "])


@given(schemes, st.binary(max_size=60), st.booleans())
def test_no_header_breaks_the_door_or_opens_it(scheme, value, encoded):
    shown = scheme + (base64.b64encode(value) if encoded else value)
    assert status(closed_by(BOTH), shown) == 401
    assert status(closed_by(), shown, client=AWAY) == 403


words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(words.filter(lambda user: ":" not in user), words, words, words)
@example("u", "p", "u", "p")
def test_exactly_the_right_user_and_password_open(user, password, tried_user, tried_password):
    app = closed_by({"token": None, "user": user, "password": password})
    assert status(app, basic(user, password)) == 200
    right = f"{tried_user}:{tried_password}" == f"{user}:{password}"
    assert status(app, basic(tried_user, tried_password)) == (200 if right else 401)


@given(words.filter(lambda token: token == token.strip()), words)
def test_exactly_the_right_token_opens(token, tried):
    app = closed_by({**NOBODY, "token": token})
    assert status(app, basic("", token)) == 200
    assert status(app, basic("", tried)) == (200 if tried == token else 401)
    assert status(app, b"Bearer " + token.encode()) == (200 if token.encode().strip() == token.encode() else 401)


def test_a_token_that_is_no_utf8_in_the_environment_is_taken_byte_by_byte():
    app = closed_by({**NOBODY, "token": b"t\xe4st".decode("utf-8", "surrogateescape")})
    assert status(app, b"Bearer t\xe4st") == 200
    assert status(app, "Bearer täst".encode()) == 401


@pytest.mark.parametrize(
    ("credentials", "named"),
    [
        ({"user": "x", "password": None}, "PLAINCLAUSE_DESK_PASSWORD is not"),
        ({"user": "x", "password": ""}, "PLAINCLAUSE_DESK_PASSWORD is not"),
        ({"user": None, "password": "x"}, "PLAINCLAUSE_DESK_USER is not"),
        ({"user": "", "password": "x", "token": "t"}, "PLAINCLAUSE_DESK_USER is not"),
        ({"user": "a:b", "password": "x"}, "colon"),
    ],
)
def test_half_a_setting_is_refused_at_once(credentials, named):
    with pytest.raises(BadSetting, match=named):
        closed_by(NOBODY | credentials)


def test_empty_settings_are_no_credentials():
    app = closed_by({"token": "", "user": "", "password": ""})
    for shown in (None, b"Bearer ", basic("", ""), b"Bearer"):
        assert status(app, shown, client=AWAY) == 403
    app = closed_by({"token": "", "user": "u", "password": "p"})
    assert status(app, basic("x", "")) == 401
    assert status(app, b"Bearer ") == 401


# --- without credentials ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("client", "host"),
    [
        (HERE, b"localhost:7860"),
        (HERE, b"LocalHost"),
        (HERE, b"127.0.0.1:7860"),
        (("127.8.9.1", 1), b"127.0.0.1"),
        (("::1", 1), b"[::1]:7860"),
        (("::ffff:127.0.0.1", 1), b"localhost"),
    ],
)
def test_at_the_machine_itself_the_desk_is_open(client, host):
    assert visit(closed_by(), client=client, host=host)[0] == 200
    assert visit(closed_by(), client=client, host=host, headers=[(b"origin", b"http://" + host)])[0] == 200
    assert visit(closed_by(listens_locally=False), client=client, host=host)[0] == 403


@pytest.mark.parametrize(
    "how",
    [
        {"client": AWAY},
        {"client": ("2001:db8::1", 1)},
        {"client": ("::ffff:198.51.100.7", 1)},
        {"client": ("localhost", 1)},
        {"client": ("testclient", 1)},
        {"client": ("", 0)},
        {"client": None},
        {"host": None},
        {"host": b""},
        {"host": b"evil.example"},
        {"host": b"evil.example:7860"},
        {"host": b"localhost.evil.example"},
        {"host": b"evil.localhost"},
        {"host": b"127.0.0.1.evil.example:7860"},
        {"host": b"localhost:7860\n"},
        {"host": b"localhost:7860, evil.example"},
        {"host": b"localhost@evil.example"},
        {"host": b"127.0.0.10"},
        {"host": b"\xff\xfe"},
        {"headers": [(b"host", b"localhost")]},
        {"headers": [(b"x-forwarded-for", b"127.0.0.1")]},
        {"headers": [(b"x-forwarded-for", b"")]},
        {"headers": [(b"x-forwarded-host", b"localhost")]},
        {"headers": [(b"x-forwarded-proto", b"https")]},
        {"headers": [(b"forwarded", b"for=127.0.0.1")]},
        {"headers": [(b"x-real-ip", b"127.0.0.1")]},
        {"headers": [(b"via", b"1.1 proxy")]},
        {"headers": [(b"cf-connecting-ip", b"127.0.0.1")]},
        {"headers": [(b"true-client-ip", b"127.0.0.1")]},
        {"http_version": "1.0"},
        {"headers": [(b"origin", b"https://evil.example")]},
        {"headers": [(b"origin", b"http://localhost:9000")]},
        {"headers": [(b"origin", b"null")]},
        {"headers": [(b"origin", b"")]},
    ],
    ids=str,
)
def test_what_may_come_from_elsewhere_is_refused_and_told_what_to_set(how):
    code, answer, body = visit(closed_by(), **how)
    assert code == 403
    assert answer["content-type"] == "application/problem+json"
    assert "www-authenticate" not in answer
    assert b'"title":"Closed"' in body
    for setting in (b"PLAINCLAUSE_DESK_TOKEN", b"PLAINCLAUSE_DESK_USER", b"PLAINCLAUSE_DESK_PASSWORD"):
        assert setting in body


def test_credentials_open_nothing_where_none_are_set():
    for shown in [*ODD, basic("None", "None"), basic("", "")]:
        assert status(closed_by(), shown, client=AWAY) == 403


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True), ("127.0.0.2", True), ("::1", True), ("localhost", True), ("LOCALHOST", True),
        ("::ffff:127.0.0.1", True), ("0.0.0.0", False), ("::", False), ("", False), ("192.0.2.1", False),
        ("localhost.example", False), ("::ffff:0.0.0.0", False), ("[::1]", False),
    ],
)  # fmt: skip
def test_where_a_server_listens_for_its_own_machine_only(host, local):
    assert is_loopback(host) is local


def test_behind_a_real_server_too(served):
    """What the server makes of bytes, and of a proxy's headers, before the door sees them."""
    application = FastAPI()
    application.add_middleware(SignIn, **NOBODY, listens_locally=True)
    guarded = FastAPI()
    guarded.add_middleware(SignIn, **BOTH, listens_locally=True)
    for app in (application, guarded):
        app.add_route("/desk", lambda _: PlainTextResponse("inside"))

    def code(address, **sent):
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        connection.putrequest("GET", sent.pop("path", "/desk"), skip_host="host" in sent)
        for name, value in sent.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        found = connection.getresponse().status
        connection.close()
        return found

    with served(application) as address:
        assert code(address) == 200
        assert code(address, x_forwarded_for="198.51.100.7") == 403
        assert code(address, X_Forwarded_For="127.0.0.1") == 403
        assert code(address, host="evil.example") == 403
        assert code(address, Origin="https://evil.example") == 403
        assert code(address, path="/%64esk", host="evil.example") == 403
    with served(guarded) as address:
        assert code(address, authorization="Bearer käse-token".encode()) == 200
        assert code(address, authorization=basic("Jörg", "a:b£ ")) == 200
        assert code(address, authorization=b"Basic \xff\xfe") == 401
        assert code(address, path="/%64esk") == 401
