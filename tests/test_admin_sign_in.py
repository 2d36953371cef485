"""Who opens the company's pages: each role what it may, with forms of its own session alone; how one signs in, and out."""

from __future__ import annotations

import re
from urllib.parse import urljoin

import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from assistant.company.accounts.roles import Role
from assistant.settings import Settings
from assistant.surfaces.admin.guard import COOKIE
from assistant.surfaces.web import app
from tests.company_pages import (
    HERE,
    MARKUP,
    SECRET,
    clients,
    company,
    form_token,
    one,
    quick_passwords,  # noqa: F401
    sign_in,
    time_stands_still,  # noqa: F401
    with_staff,
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("company")


@pytest.fixture(scope="module")
def settings(folder):
    return company(folder)


@pytest.fixture(scope="module")
def database(settings):
    return with_staff(settings)


@pytest.fixture(scope="module")
def site(assistant, settings, database):
    return app(lambda: assistant, settings)


@pytest.fixture
def visitor(site):
    return TestClient(site, follow_redirects=False)


@pytest.fixture(scope="module")
def signed_in(site):
    return clients(site)


def routes_of(router):
    """Every route, those of routers that are included too."""
    for route in router.routes:
        inner = getattr(route, "original_router", None)
        yield from routes_of(inner) if inner is not None else [route]


def guarded(site) -> list[tuple[str, str, Role]]:
    """Every route of the pages with the role that it needs, but those of signing in."""
    found = []
    for route in routes_of(site):
        if isinstance(route, APIRoute) and route.path.startswith("/admin") and route.path != "/admin/sign-in":
            assert route.openapi_extra, f"{route.path} says no role"
            found += [(method, route.path, Role(route.openapi_extra["x-role"])) for method in route.methods or ()]
    return found


# --- roles ------------------------------------------------------------------------------------------------------------


def test_each_route_is_open_to_its_roles_and_to_no_other(site, signed_in):
    routes = guarded(site)
    assert {("GET", "/admin"), ("GET", "/admin/feedback"), ("GET", "/admin/audit"), ("POST", "/admin/sign-out")} <= {
        (method, path) for method, path, _ in routes
    }
    for method, path, needed in routes:
        place = re.sub(r"\{\w+(:\w+)?\}", "1", path)
        stranger = TestClient(site, follow_redirects=False)
        refused = stranger.request(method, place, headers=HERE)
        assert refused.status_code == 303, path
        assert "admin/sign-in" in refused.headers["location"]
        for role, client in signed_in.items():
            if path == "/admin/sign-out":
                continue  # ends the session; below
            form = {"token": form_token(client)} if method == "POST" else None
            answer = client.request(method, place, data=form, headers=HERE)
            assert (answer.status_code == 403) == (not role.may(needed)), (method, path, role)
            assert answer.status_code < 500


def test_each_form_needs_the_token_of_its_session_and_to_come_from_here(site, signed_in):
    other = form_token(signed_in[Role.EDITOR])
    client = signed_in[Role.ADMIN]
    right = form_token(client)
    for method, path, _ in guarded(site):
        if method != "POST":
            continue
        place = re.sub(r"\{\w+(:\w+)?\}", "1", path)
        wrong = [
            ({}, HERE),
            ({"token": ""}, HERE),
            ({"token": other}, HERE),
            ({"token": right}, {}),
            ({"token": right}, {"origin": "null"}),
            ({"token": right}, {"origin": "http://["}),
            ({"token": right}, {"origin": "https://evil.example"}),
            ({"token": right}, {"origin": "http://testserver.evil.example"}),
        ]
        for form, headers in wrong:
            assert client.post(place, data=form, headers=headers).status_code == 403, (path, form, headers)
    assert client.get("/admin/feedback").status_code == 200  # still signed in


def test_an_address_that_takes_only_forms_leads_to_the_page_above_it(site, signed_in):
    routes = guarded(site)
    read = {path for method, path, _ in routes if method == "GET"}
    assert {path for method, path, _ in routes if method == "POST"} <= read
    client = signed_in[Role.ADMIN]
    for path, page in (
        ("inbox/mark", "inbox"),
        ("people/change", "people"),
        ("branding/restore", "branding"),
        ("policies/upload", "policies"),
        ("policies/drafts/1/publish", "policies/drafts/1"),
        ("policies/versions/a%3Fb/roll-back", "policies/versions/a%3Fb"),
    ):
        led = client.get(f"/admin/{path}?lang=de")
        assert led.status_code == 303
        assert urljoin(f"/admin/{path}", led.headers["location"]) == f"/admin/{page}?lang=de"
    assert urljoin("/admin/sign-out", client.get("/admin/sign-out").headers["location"]) == "/admin?lang=en"
    assert client.get("/admin/feedback").status_code == 200  # a link signs nobody out


def test_whose_session_had_ended_comes_to_the_page_whose_form_was_sent(visitor):
    refused = visitor.post("/admin/inbox/mark", data={"state": "not_ours"}, headers=HERE)
    wanted = one(r"next=([^&]+)", refused.headers["location"]).replace("%2F", "/")
    place = urljoin("/admin/sign-in", sign_in(visitor, next=wanted).headers["location"])
    while (answer := visitor.get(place)).status_code == 303:
        place = urljoin(place, answer.headers["location"])
    assert (answer.status_code, place) == (200, "/admin/inbox?lang=en")


def test_pages_answer_to_head(visitor, signed_in):
    assert visitor.head("/admin/sign-in").status_code == 200
    assert visitor.head("/admin/inbox").status_code == 303
    assert signed_in[Role.AGENT].head("/admin/inbox").status_code == 200
    assert signed_in[Role.AGENT].head("/admin/people").status_code == 403


# --- signing in -------------------------------------------------------------------------------------------------------


def test_the_cookie_is_out_of_reach_of_scripts_other_sites_and_the_customers_pages(visitor):
    assert visitor.get("/admin/sign-in").headers.get("set-cookie") is None
    cookies = sign_in(visitor).headers.get_list("set-cookie")
    assert [one(r"Path=([^;]+)", each) for each in cookies] == ["/admin", "/desk"]
    for each in cookies:
        assert each.startswith(f"{COOKIE}=")
        assert "HttpOnly" in each
        assert "SameSite=lax" in each
        assert "Secure" not in each
        assert "Domain" not in each
    assert visitor.get("/policy/rackspace").request.headers.get("cookie") is None
    safe = TestClient(visitor.app, base_url="https://testserver", follow_redirects=False)
    told = safe.post(
        "/admin/sign-in", data={"name": "admin", "password": SECRET}, headers={"origin": "https://testserver"}
    )
    assert all("Secure" in each for each in told.headers.get_list("set-cookie"))


def test_below_a_path_the_cookie_is_for_that_path(assistant, folder, database):
    below = TestClient(app(lambda: assistant, Settings(data=folder, root_path="/privacy")), follow_redirects=False)
    cookies = sign_in(below).headers.get_list("set-cookie")
    assert [one(r"Path=([^;]+)", each) for each in cookies] == ["/privacy/admin", "/privacy/desk"]


def test_one_is_led_to_sign_in_and_back(visitor):
    refused = visitor.get("/admin/feedback?lang=de")
    assert refused.headers["location"] == "../admin/sign-in?lang=de&next=admin%2Ffeedback"
    page = visitor.get("/admin/sign-in?lang=de&next=admin%2Ffeedback")
    assert "Anmelden" in page.text
    told = sign_in(visitor, next="admin/feedback")
    assert (told.status_code, told.headers["location"]) == (303, "../admin/feedback?lang=en")
    assert visitor.get("/admin/sign-in").status_code == 303  # who is in needs it no more
    assert visitor.get("/admin").headers["location"] == "./admin/inbox?lang=en"


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/admin", "admin/../..", "javascript:alert(1)", MARKUP]
)
def test_one_is_led_to_no_other_site(site, place):
    told = sign_in(TestClient(site, follow_redirects=False), next=place)
    assert told.headers["location"] == "../admin?lang=en"


@pytest.mark.usefixtures("time_stands_still")
def test_a_wrong_password_says_so_keeps_the_name_and_then_slows(site):
    client = TestClient(site, follow_redirects=False, client=("203.0.113.9", 1))
    for _ in range(5):
        told = sign_in(client, "nobody-of-that-name", "wrong")
        assert told.status_code == 401
        assert "The name or the password is wrong." in told.text
        assert 'value="nobody-of-that-name"' in told.text
    told = sign_in(client, "nobody-of-that-name", "wrong")
    assert told.status_code == 429
    assert told.headers["retry-after"] == "1"
    assert "Please try again in" in told.text
    assert told.headers.get("set-cookie") is None


def test_a_sign_in_from_another_site_is_refused(visitor):
    for headers in ({}, {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": "http://["}):
        told = visitor.post("/admin/sign-in", data={"name": "admin", "password": SECRET}, headers=headers)
        assert (told.status_code, told.headers.get("set-cookie")) == (403, None)


def test_anothers_cookie_that_is_badly_written_signs_nobody_out(visitor):
    sign_in(visitor)
    cookie = visitor.cookies.get(COOKIE, path="/admin")
    visitor.cookies.clear()
    told = visitor.get("/admin/feedback", headers={"cookie": f'other={{"a": [1, "b"]}}; {COOKIE}={cookie}'})
    assert told.status_code == 200


def test_signing_out_ends_the_session_itself(visitor):
    sign_in(visitor)
    cookie = visitor.cookies.get(COOKIE, path="/admin")
    told = visitor.post("/admin/sign-out", data={"token": form_token(visitor)}, headers=HERE)
    assert told.status_code == 303
    assert len(told.headers.get_list("set-cookie")) == 2
    again = visitor.get("/admin/feedback", headers={"cookie": f"{COOKIE}={cookie}"})
    assert again.status_code == 303


def test_where_nobody_may_sign_in_the_page_says_how(assistant, tmp_path):
    client = TestClient(app(lambda: assistant, Settings(data=tmp_path)))
    assert "plainclause people add NAME --role admin" in client.get("/admin").text
    assert list(tmp_path.glob("plainclause*")) == []  # looking makes nothing


# --- the desk ---------------------------------------------------------------------------------------------------------


def test_whoever_is_signed_in_opens_the_desk_and_the_token_still_does(visitor, signed_in):
    assert visitor.get("/desk").status_code == 401
    assert visitor.get("/desk", headers={"authorization": "Bearer a token of the desk"}).status_code == 200
    assert visitor.get("/desk", headers={"cookie": f"{COOKIE}=invented"}).status_code == 401
    for client in signed_in.values():
        assert client.get("/desk").status_code == 200
        assert client.get("/desk/changes").status_code == 200
        assert client.get("/metrics").status_code == 401
