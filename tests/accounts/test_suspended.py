"""A suspended person signs in, reads, and takes out what is theirs: nothing else, on any route."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from werkzeug.routing.converters import AnyConverter, BaseConverter, NumberConverter

from portal.accounts.choices import CreditAs, MailWhen
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import reinstate, suspend
from portal.privacy.erasing import is_only_admin
from portal.voting.models import Vote
from tests.accounts import letters
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act
from tests.privacy.held import data_in, taken_along

Open = Callable[..., Browser]
REASON = "Advertising, three times."
# Beside these, a suspended person's unsafe requests are refused, whatever the view would say.
ALLOWED = {
    "accounts.sign_in", "accounts.enter_code", "accounts.send_again", "accounts.correct_address", "accounts.confirm",
    "accounts.sign_out",
    "accounts.set_language", "accounts.withdraw", "accounts.erase", "notifications.read", "notifications.unread",
    "notifications.stop",
    "accounts.address", "accounts.cancel_address", "accounts.moving",
    "ideas.blank", "ideas.delete_picture", "comments.blank", "comments.delete",
}  # fmt: skip


@pytest.fixture
def suspended(tom: User, lea: User) -> User:
    with act():
        tom.named_as_supporter, tom.title, tom.bio = True, "Cook", "My phone is 0612345678."
        suspend(tom, by=lea, reason=REASON)
    return tom


def test_signing_in_opens_a_session_that_says_why_and_what_can_be_done(browser: Open, suspended: User) -> None:
    here = browser()
    letters.ask(here, suspended.email)
    page = here.submit(here.get(letters.link(suspended.email)))
    assert page.status == 200 and page.path == "/settings"
    assert REASON in page.text and "suspended since" in page.text
    assert page.has("a[href='/settings/data']") and page.has("a[href='/settings/erase']")
    assert letters.is_signed_in(here)


def test_an_open_session_becomes_a_limited_one_at_once(
    browser: Open, tom: User, yuki: User, lea: User, fax: Idea
) -> None:
    here, others = browser(tom), browser(yuki)
    assert here.get("/settings").has("[name=display_name]")
    with act():
        suspend(tom, by=lea, reason=REASON)
    page = here.get("/settings")
    assert REASON in page.text and not page.has("[name=display_name]")
    assert others.get("/settings").has("[name=display_name]")


def test_their_data_can_be_taken_along(browser: Open, suspended: User) -> None:
    data = data_in(taken_along(browser(suspended)))
    assert data["profile"][0]["email"] == suspended.email


def test_they_erase_themselves(browser: Open, suspended: User) -> None:
    here = browser(suspended)
    here.submit(here.get("/settings/erase"), "main form", word="erase")
    db.session.rollback()
    assert suspended.is_former


def test_mail_and_consents_are_withdrawn_one_by_one(browser: Open, suspended: User) -> None:
    here = browser(suspended)
    for what in ("mail_progress", "mail_comments", "credit_as", "named_as_supporter", "featured"):
        page = here.get("/settings")
        here.post("/settings/withdrawn", {"what": str(page.find(f"[value={what}]")["value"])})
        assert not here.get("/settings").has(f"[value={what}]")
    db.session.rollback()
    assert (suspended.mail_progress, suspended.mail_comments) == (MailWhen.NEVER, MailWhen.NEVER)
    assert suspended.credit_as == CreditAs.NOBODY and not (suspended.named_as_supporter or suspended.featured)


def test_what_they_wrote_of_themselves_is_blanked_also_where_it_is_hidden(
    browser: Open, suspended: User, lea: User
) -> None:
    with act():
        suspended.hide(by=lea, reason="An advertisement.")
    here = browser(suspended)
    here.post("/settings/withdrawn", {"what": "profile"})
    with act():
        suspended.restore(by=lea)
    assert (suspended.title, suspended.bio) == ("", "")


def test_nothing_can_be_withdrawn_that_is_not_offered(browser: Open, suspended: User) -> None:
    for what in ("role", "suspended_at", "", "email"):
        assert browser(suspended).post("/settings/withdrawn", {"what": what}).status == 400
    assert suspended.is_suspended


def _any(taken: BaseConverter) -> Any:
    """Something that an address takes there."""
    if isinstance(taken, AnyConverter):
        return min(taken.items)
    return 1 if isinstance(taken, NumberConverter) else "x"


def test_everything_else_is_refused_with_a_page_that_says_why(browser: Open, app: Flask, suspended: User) -> None:
    here = browser(suspended)
    adapter = app.url_map.bind("127.0.0.1")
    asked = 0
    for rule in app.url_map.iter_rules():
        if "POST" not in (rule.methods or ()) or rule.endpoint in ALLOWED:
            continue
        parts = {name: _any(made) for name, made in rule._converters.items()}
        page = here.post(adapter.build(rule.endpoint, parts, method="POST"))
        assert page.status == 403, rule.endpoint
        asked += 1
    assert asked > 40 and REASON in page.text
    assert page.find("main a[href='/settings']")


def test_a_vote_is_refused_and_no_page_offers_one(browser: Open, suspended: User, dark_mode: Idea) -> None:
    here = browser(suspended)
    for path in ("/", "/roadmap", at(dark_mode), f"/ideas/{dark_mode.id}/vote"):
        page = here.get(path)
        for form in ("/vote", "/importance", "/comments", "/follow", "/settings/choices"):
            assert not page.has(f"form[action$='{form}']"), (path, form)
        assert not page.has("[href='/ideas/new'], form[action='/ideas/new'], a[href*='kind=issue'][rel]"), path


def test_what_was_held_for_them_is_not_done(browser: Open, tom: User, lea: User, dark_mode: Idea) -> None:
    browser().post(f"/ideas/{dark_mode.id}/vote", {"email": tom.email})
    with act():
        suspend(tom, by=lea, reason=REASON)
    here = browser()
    browser().post(f"/ideas/{dark_mode.id}/vote", {"email": tom.email})
    page = here.get(letters.link(tom.email))
    assert "suspended" in page.text and page.find("main form button").get_text(strip=True) == "Sign in"
    here.submit(page)
    assert letters.is_signed_in(here) and Vote.of(tom, dark_mode) is None


@pytest.mark.parametrize("role", [Role.STAFF, Role.ADMIN])
def test_suspended_staff_lose_their_powers_and_what_only_staff_see(
    browser: Open, hugo: User, nora: User, dark_mode: Idea, role: Role
) -> None:
    here = browser(hugo)
    with act():
        hugo.role = role
        dark_mode.hide(by=nora, reason="A test.")
    assert here.get(at(dark_mode)).status == 200 and here.get("/admin").status == 200
    with act():
        suspend(hugo, by=nora, reason=REASON)
    assert here.get(at(dark_mode)).status == 404
    page = here.get("/admin")
    assert page.status == 403 and REASON in page.text and not page.has("a[href='/admin']")


def test_staff_neither_suspend_nor_reinstate_suspended_staff(browser: Open, hugo: User, lea: User, nora: User) -> None:
    with act():
        suspend(lea, by=nora, reason=REASON)
    assert browser(hugo).post(f"/admin/members/{lea.handle}/suspension/end").status == 403
    assert browser(nora).post(f"/admin/members/{lea.handle}/suspension/end").status == 200


def test_a_suspended_admin_is_not_the_one_who_remains(hugo: User, nora: User) -> None:
    with act():
        hugo.role = Role.ADMIN
        suspend(hugo, by=nora, reason=REASON)
    assert is_only_admin(nora) and not is_only_admin(hugo)


def test_the_last_admin_who_is_suspended_may_leave_as_anybody(nora: User, lea: User) -> None:
    """A suspended admin keeps nothing running: they are asked for nobody who would take over."""
    with act():
        suspend(nora, by=lea, reason=REASON)
    assert not is_only_admin(nora)


def test_a_reinstated_member_does_everything_again(browser: Open, suspended: User, lea: User, dark_mode: Idea) -> None:
    here = browser(suspended)
    with act():
        reinstate(suspended, by=lea)
    here.post(f"/ideas/{dark_mode.id}/vote", {"voted": "1"})
    assert Vote.of(suspended, dark_mode) is not None
