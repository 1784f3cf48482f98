"""Sessions are rows: new at sign-in, gone at sign-out and erasure."""

import pytest
from sqlalchemy import select

from portal.accounts.sessions import SESSION_LIFE, SignedIn
from portal.clock import now
from portal.extensions import db
from tests.accounts import letters
from tests.conftest import act

pytestmark = pytest.mark.both


def test_signing_out_revokes_the_session(browser, tom):
    here = browser(tom)
    cookie = here.client.get_cookie("atelier").value
    here.post("/sign-out")
    assert not letters.is_signed_in(here)
    here.client.set_cookie("atelier", cookie)
    assert not letters.is_signed_in(here)


def test_signing_out_here_leaves_the_other_browser_alone(browser, tom):
    here, there = browser(tom), browser(tom)
    here.post("/sign-out")
    assert letters.is_signed_in(there)


def test_no_session_of_a_former_member_is_open(browser, tom):
    """Also one that was begun while they were being erased."""
    here = browser(tom)
    with act():
        tom.erased_at = now()
    assert not letters.is_signed_in(here)


def test_an_old_session_ends(browser, tom):
    here = browser(tom)
    with act():
        db.session.scalars(select(SignedIn)).one().created_at = now() - SESSION_LIFE
    assert not letters.is_signed_in(here)


def test_signing_in_keeps_nothing_of_the_visitor(browser, tom):
    here = browser()
    page = letters.ask(here, tom.email)
    with here.client.session_transaction() as session:
        session["planted"] = "by somebody else"
        before = session["csrf_token"]
    here.submit(page, code=letters.code(tom.email))
    with here.client.session_transaction() as session:
        assert "planted" not in session and "token_id" not in session
        assert session.get("csrf_token") != before


def test_the_token_is_stored_only_as_a_hash(browser, tom):
    here = browser(tom)
    with here.client.session_transaction() as session:
        token = session["_user_id"]
    db.session.rollback()
    (kept,) = db.session.scalars(select(SignedIn.token_hash)).all()
    assert token not in kept and len(kept) == 64


def test_the_cookie_is_kept_from_scripts_and_other_sites(browser, app):
    cookie = browser().get("/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie


def test_reading_sets_no_cookie_for_a_visitor_nor_for_a_member(browser, tom):
    assert "Set-Cookie" not in browser().get(f"/people/{tom.handle}").headers


def test_nobody_may_keep_the_pages_of_signing_in(browser, tom):
    assert browser().get("/sign-in").headers["Cache-Control"] == "no-store"
    assert browser(tom).get("/settings").headers["Cache-Control"] == "no-store"


def test_a_forged_session_is_a_visitors(browser, app):
    here = browser()
    with here.client.session_transaction() as session:
        session["_user_id"] = "1"
    assert not letters.is_signed_in(here)
