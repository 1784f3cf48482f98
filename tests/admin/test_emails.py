"""Staff look at every mail as its reader gets it, in both languages and themes; looking sends and keeps nothing."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.activity.models import Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.examples import EXAMPLES
from portal.notifications.models import Delivery, Notification
from tests.browser import Browser
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]


def test_staff_reach_every_mail_from_the_deliveries(browser: Opens, lea: User) -> None:
    staff = browser(lea)
    listed = staff.get(str(staff.get("/admin/deliveries").find('main a[href="/admin/emails"]')["href"]))
    links = [str(link["href"]) for link in listed.soup.select("main th a")]
    assert links == [f"/admin/emails/{name}" for name in EXAMPLES]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("name", list(EXAMPLES))
def test_each_mail_is_shown_in_both_languages(browser: Opens, lea: User, name: str, lang: str) -> None:
    staff = browser(lea)
    page = staff.get(f"/admin/emails/{name}?lang={lang}")
    assert page.status == 200 and page.find("html")["lang"] == lang
    body = staff.get(str(page.find("iframe")["src"]), headers={"HX-Request": "true"})
    assert body.find("html")["lang"] == lang and body.has("a.button")
    heading, written = (" ".join(part.get_text().split()) for part in (body.find("h1"), page.find(".mail pre")))
    assert heading in written


def test_a_mail_is_shown_light_and_dark_whatever_the_device_prefers(browser: Opens, lea: User) -> None:
    staff = browser(lea)
    page = staff.get("/admin/emails/planned")
    assert "theme=light" in str(page.find("iframe")["src"])
    dark = staff.get(str(page.find('.seg a[href*="theme=dark"]')["href"]))
    shown = staff.get(str(dark.find("iframe")["src"]), headers={"HX-Request": "true"}).html
    assert "@media all" in shown and 'content="dark"' in shown and "prefers-color-scheme" not in shown
    light = staff.get("/admin/emails/planned/body", headers={"HX-Request": "true"}).html
    assert "@media not all" in light and "prefers-color-scheme" not in light


def test_the_frame_is_locked(browser: Opens, lea: User) -> None:
    staff = browser(lea)
    page = staff.get("/admin/emails/planned")
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    assert page.find("iframe")["sandbox"] == ["allow-same-origin"]
    policy = staff.get("/admin/emails/planned/body", headers={"HX-Request": "true"}).headers["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-same-origin; default-src 'none';") and "script-src" not in policy
    assert "frame-src" not in staff.get("/admin/emails").headers["Content-Security-Policy"]


def test_looking_sends_nothing_and_keeps_nothing(
    app: Flask, browser: Opens, lea: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    def rows() -> list[int]:
        tables = (User, Idea, Event, EmailToken, Notification, Delivery)
        counted = [db.session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
        db.session.rollback()
        return counted

    staff = browser(lea)
    before = rows()
    for name in EXAMPLES:
        staff.get(f"/admin/emails/{name}?lang=fr")
    run_jobs()
    db.session.expire_all()
    assert rows() == before and not mailbox.messages
    assert lea.role == "staff" and not lea.is_suspended and lea.mail_progress == "never"


def test_members_do_not_see_them(browser: Opens, tom: User) -> None:
    for path in ("/admin/emails", "/admin/emails/planned", "/admin/emails/planned/body"):
        assert browser(tom).get(path).status == 403


@pytest.mark.parametrize("path", ["/admin/emails/nothing", "/admin/emails/nothing/body"])
def test_an_unknown_mail_is_not_found(browser: Opens, lea: User, path: str) -> None:
    assert browser(lea).get(path).status == 404
