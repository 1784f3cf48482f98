"""The headers of every page, for everybody: what each answer must say, and who may keep it."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.web.tokens import unmasked
from tests.security.target import PRINCIPALS, TOKEN, Target
from tests.security.test_routes import ROWS, Row

READS = [row for row in ROWS if row.method == "GET"]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# Word for word, so that nothing is added and nothing goes unseen.
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"
# The pages that show a mail, and the mail itself; the one of staff shows the logo, and runs as little.
POLICIES = {
    "admin.show_email": f"{CSP}; frame-src 'self'", "dev.message": f"{CSP}; frame-src 'self'",
    "admin.email_body": SANDBOX.replace("sandbox;", "sandbox allow-same-origin;"), "dev.body": SANDBOX,
}  # fmt: skip
# Shown in a frame of ours, and of nobody else's.
FRAMED = {"admin.email_body", "dev.body"}
# Drawn for other sites: previews of links, and the logo in a mail.
SHOWN_ELSEWHERE = {
    "sharing.board",
    "sharing.one_board",
    "sharing.idea",
    "sharing.release",
    "brand.logo_light",
    "brand.logo_dark",
}
# Sign-in, what a link of a mail opens, and what is personal.
KEPT_BY_NOBODY = {
    "accounts.sign_in", "accounts.enter_code", "accounts.confirm", "accounts.set_up", "accounts.settings",
    "accounts.data", "accounts.erase", "notifications.index", "notifications.unsubscribe", "voting.ask",
    "moderation.flag_idea", "moderation.flag_comment", "moderation.flag_release", "moderation.flag_profile",
    "admin.show_email", "admin.email_body", "dev.mail", "dev.message", "dev.body", "design.index", "operations.metrics",
    "ideas.upload", "accounts.waiting", "accounts.waiting_picture", "accounts.linked_picture", "accounts.typed_picture",
    "accounts.address", "accounts.moving", "recognition.points", "notifications.staff_mail", "voting.set_aside",
    "admin.hand_over", "admin.erase_member", "accounts.correct_address",
}  # fmt: skip
# The same for everybody, whoever asks: kept by whom it is said here.
THE_SAME_FOR_ALL = {
    "web.assets": "public", "brand.theme": "public", "brand.icon": "public", "brand.badge": "public",
    "brand.logo_light": "public", "brand.logo_dark": "public",
    "activity.sitemap": "public",
    "activity.robots": "public",
    "sharing.board": "public", "sharing.one_board": "public",
    "sharing.idea": "public", "sharing.release": "public", "sharing.oembed": "public",
    "web.security_txt": "public", "web.worker": "no-cache",
}  # fmt: skip
FIELD = re.compile(r'name="csrf_token"[^>]*value="([^"]*)"')
VARY = {"Cookie", "Accept-Language", "HX-Request", "HX-Request-Type"}


@dataclass(frozen=True)
class Asked:
    """An answer, and who asked; `fresh` for a visitor whom nobody has given a cookie."""

    who: str
    fresh: bool
    answer: TestResponse


@pytest.fixture(scope="module", params=READS, ids=str)
def row(request: pytest.FixtureRequest) -> Row:
    """What is read. All that is asked of one answer comes in a row, so that it is made once."""
    return request.param


@pytest.fixture(scope="module")
def answers(standing_target: Target, row: Row) -> list[Asked]:
    """What everybody gets for it."""
    standing_target.restore()
    return [
        Asked(who, fresh, _get(standing_target, row, who, fresh))
        for who in PRINCIPALS
        for fresh in ((False, True) if who == "visitor" else (False,))
    ]


def _get(target: Target, row: Row, who: str, fresh: bool) -> TestResponse:
    client: FlaskClient = target.app.test_client() if fresh else target.client(who)
    return client.get(row.path.format(**target.facts), headers={"Accept-Language": "en"}, buffered=True)


def test_every_answer_is_guarded(answers: list[Asked], row: Row) -> None:
    for asked in answers:
        headers, good, who = asked.answer.headers, asked.answer.status_code == 200, asked.who
        assert {name: headers.get(name) for name in ALWAYS} == ALWAYS, who
        assert headers["Content-Security-Policy"] == (POLICIES.get(row.endpoint, CSP) if good else CSP), who
        elsewhere = "cross-origin" if row.endpoint in SHOWN_ELSEWHERE and good else "same-origin"
        assert headers["Cross-Origin-Resource-Policy"] == elsewhere, who
        framed = row.endpoint in FRAMED and good
        assert headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY"), who
        assert "Strict-Transport-Security" not in headers, "this portal is not on HTTPS"
        assert "Server" not in headers and "X-Powered-By" not in headers


def test_every_answer_says_who_may_keep_it(answers: list[Asked], row: Row) -> None:
    for asked in answers:
        answer, who = asked.answer, asked.who
        kept = answer.headers["Cache-Control"]
        if answer.status_code >= 400 or row.endpoint in KEPT_BY_NOBODY:
            assert kept == "no-store", who
        elif row.endpoint in THE_SAME_FOR_ALL:
            assert kept.partition(",")[0] == THE_SAME_FOR_ALL[row.endpoint], who
        elif asked.fresh and "Set-Cookie" not in answer.headers and "csrf_token" not in answer.text:
            assert kept == "public, max-age=0, must-revalidate" and set(answer.vary) >= VARY, who
        else:
            assert kept == "private, no-cache" and set(answer.vary) >= VARY, who


def test_what_others_may_keep_sets_no_cookie_and_holds_no_token(answers: list[Asked]) -> None:
    for asked in answers:
        if "public" in asked.answer.headers["Cache-Control"]:
            assert "Set-Cookie" not in asked.answer.headers, asked.who
            assert b"csrf_token" not in asked.answer.data, asked.who


def test_no_answer_shows_the_token_of_its_session_without_a_mask(answers: list[Asked]) -> None:
    """Where nothing of it repeats, the length of a compressed page tells none of it: tests/web/test_tokens.py."""
    signed = base64.urlsafe_b64encode(json.dumps(TOKEN).encode()).decode().rstrip("=")
    for asked in answers:
        assert signed.encode() not in asked.answer.data and TOKEN.encode() not in asked.answer.data, asked.who
        shown = set(FIELD.findall(asked.answer.data.decode(errors="replace")))
        assert len(shown) <= 1 and (asked.fresh or all(unmasked(token).startswith(signed) for token in shown)), (
            asked.who
        )


def test_the_tables_name_routes_that_there_are() -> None:
    named = KEPT_BY_NOBODY | set(THE_SAME_FOR_ALL) | set(POLICIES) | SHOWN_ELSEWHERE
    assert named <= {row.endpoint for row in READS}


def test_what_a_browser_keeps_for_ever_has_its_fingerprint_in_the_address(target: Target) -> None:
    from portal.web.assets import collection

    client = target.app.test_client()
    for item in collection().values():
        answer = client.get(item.url)
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable", item.url
        assert item.digest in item.url and "Set-Cookie" not in answer.headers
        assert {name: answer.headers.get(name) for name in ALWAYS} == ALWAYS
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_whoever_signs_out_leaves_no_page_in_the_browser(target: Target) -> None:
    token = target.csrf_token()
    here = target.client("author")
    stays = here.post("/language", data={"lang": "en", "csrf_token": token})
    assert (stays.status_code, stays.headers["Clear-Site-Data"]) == (303, '"prefetchCache"')
    left = here.post("/sign-out", data={"csrf_token": token})
    assert (left.status_code, left.headers["Clear-Site-Data"]) == (303, '"cache", "prefetchCache"')


def test_a_portal_on_https_says_so_for_a_year(made_again: Callable[..., Flask]) -> None:
    secure = made_again(SESSION_COOKIE_SECURE=True)
    for path in ("/healthz", "/", "/nothing-here"):
        answer = secure.test_client().get(path)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", path
