"""What was sent to an address, as its owner would hold it: the link and the code."""

import re

from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken
from portal.extensions import db
from tests.browser import Browser, Page


def latest(address: str) -> EmailToken:
    """The newest message to this address."""
    db.session.rollback()
    return db.session.scalars(
        select(EmailToken).where(EmailToken.email == address).order_by(EmailToken.id.desc())
    ).first() or _none(address)


def link(address: str) -> str:
    return f"/sign-in/{latest(address).link_value}"


def code(address: str) -> str:
    return latest(address).code


def wrong_code(address: str) -> str:
    return f"{(int(code(address)) + 1) % 1_000_000:06d}"


def ask(browser: Browser, address: str, next_url: str = "") -> Page:
    """Ask for the message on the sign-in page."""
    page = browser.get("/sign-in", query_string={"next": next_url} if next_url else None)
    return browser.submit(page, "main form", email=address)


def is_signed_in(browser: Browser) -> bool:
    return browser.get("/settings").path == "/settings"


def _none(address: str) -> EmailToken:
    raise AssertionError(f"no message to {address}")


def without_times(text: str) -> str:
    """A page whose times of day are left out: two that are asked for one after the other may stand on two minutes."""
    return re.sub(r"\d\d:\d\d", "", text)
