"""What another site can make a browser send: no form of ours is taken from there, and no cookie of ours goes along."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal.app import create_app
from portal.config import read
from tests.security.target import Target
from tests.security.test_routes import OTHERWISE, ROWS, acting

Forge = Callable[[Target], tuple[dict[str, str], dict[str, str]]]


def another_sessions(target: Target) -> str:
    from flask_wtf.csrf import generate_csrf

    with target.app.test_request_context():
        return str(generate_csrf())


# What the attack adds to the form, and its headers.
FORGERIES: dict[str, Forge] = {
    "no token": lambda target: ({}, {}),
    "the token of another session": lambda target: ({"csrf_token": another_sessions(target)}, {}),
    "another origin": lambda target: ({"csrf_token": target.csrf_token()}, {"Origin": "https://evil.example"}),
    "no origin to speak of": lambda target: ({"csrf_token": target.csrf_token()}, {"Origin": "null"}),
    "a link of another site": lambda target: ({"csrf_token": target.csrf_token()}, {"Sec-Fetch-Site": "cross-site"}),
    "a sibling of ours": lambda target: ({"csrf_token": target.csrf_token()}, {"Sec-Fetch-Site": "same-site"}),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_no_unsafe_route_takes_a_forged_form(target: Target, forge: Forge) -> None:
    rows = list(acting())
    assert {row.endpoint for row, _ in rows} == {row.endpoint for row in ROWS if row.method == "POST"} - OTHERWISE
    with target.untouched():
        answers = {f"{who}: {row}": row.send(target, who, *forge(target)).status_code for row, who in rows}
    assert {path: code for path, code in answers.items() if code not in (400, 422)} == {}


def test_a_form_of_another_site_is_not_offered_again(target: Target) -> None:
    """What is sent again after a stale token must not be what somebody else wrote."""
    client = target.client("member")
    for path in ("/ideas", "/sign-out"):
        answer = client.post(path, data={"title": "Written elsewhere"}, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 400 and "Written elsewhere" not in answer.text


def test_our_own_forms_come_from_our_own_origin(target: Target) -> None:
    headers = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
    answer = target.client("member").post("/language", data={"lang": "fr", "csrf_token": target.csrf_token()},
                                          headers=headers)  # fmt: skip
    assert answer.status_code == 303


def test_a_browser_that_hides_its_address_may_still_send_our_forms(target: Target) -> None:
    headers = {"Origin": "null", "Sec-Fetch-Site": "same-origin"}
    answer = target.client("member").post("/language", data={"lang": "fr", "csrf_token": target.csrf_token()},
                                          headers=headers)  # fmt: skip
    assert answer.status_code == 303


@pytest.fixture
def public(tmp_path: Path) -> Flask:
    """A portal as `bin/run` starts it behind a proxy that speaks HTTPS, which names no client to it."""
    made = create_app(
        **read({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://ideas.example.com", "SECRET_KEY": "k" * 32})
    )
    assert made.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    return made


def test_cookies_of_a_public_portal_are_for_its_own_https_pages(public: Flask) -> None:
    client = public.test_client()
    host = {"Host": "ideas.example.com"}
    session = client.get("/sign-in", headers=host).headers["Set-Cookie"]
    token = client.get("/sign-in", headers=host).text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    language = client.post("/language", data={"lang": "fr", "csrf_token": token}, headers=host).headers["Set-Cookie"]
    assert session.startswith("__Host-atelier=")
    for cookie in (session, language):
        flags = {flag.strip() for flag in cookie.split(";")}
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= flags
        assert not any(flag.startswith("Domain") for flag in flags)
