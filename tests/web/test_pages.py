"""Every page by everyone: it renders or refuses as it should, keeps the house rules, and changes nothing."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.activity.models import Event
from portal.changelog.models import draft
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.recognition.models import Partner
from portal.triage.saved_views import SavedView
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

WHO = ("visitor", "tom", "lea", "nora")
STAFF_ONLY, ADMIN_ONLY = "admin.", frozenset[str]()
MEMBERS_ONLY = frozenset(
    {
        "accounts.settings",
        "ideas.kind",
        "comments.split",
        "merging.answer_same",
        "merging.objection",
        "accounts.data",
        "accounts.erase",
        "accounts.waiting",
        "accounts.address",
        "notifications.index",
        "notifications.staff_mail",
        "recognition.points",
        "ideas.edit",
        "comments.edit",
        "comments.delete",
    }
)
# What a page answers when it is not 200: the endpoint, and the status that is right for everyone who may ask.
OTHERWISE = {
    "accounts.confirm": {200, 400, 404, 410},
    "accounts.set_up": {404, 410, 400},
    "ideas.upload": {404},
    "sharing.oembed": {400},
}
NO_PAGES = {"theme_css", "healthz", "readyz", "asset"}


def routes(app: Flask) -> list[Any]:
    return [rule for rule in app.url_map.iter_rules() if rule.methods and "GET" in rule.methods]


@pytest.fixture
def values(app: Flask, offline: Idea, copy_week: Idea, hugo: User, tom: User) -> Callable[[Any], dict[str, Any]]:
    """What to put in the place of each route's variables."""
    with act():
        release = draft(by=hugo)
        release.write(title={"en": "Offline", "fr": "Offline"})
        release.ideas = [offline]
        db.session.add(Partner(week="2026-W40", user_id=tom.id, rank=1, points=20, reason={}))
        view = SavedView.keep("Mine", "queue=mine", by=hugo, is_shared=True)
        token = EmailToken(email="someone@example.com")
        db.session.add(token)
    comment = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).first()
    assert comment is not None
    ids = {
        "ideas": offline.id,
        "comments": comment.id,
        "admin": offline.id,
        "voting": offline.id,
        "release": release.id,
    }
    known = {
        "slug": offline.slug,
        "view": view.id,
        "handle": "tom-becker",
        "key": "0" * 32 + ".png",
        "link_value": token.link_value,
        "token": "not-a-token",
        "side": "new",
        "name": "nothing",
        "message_id": "nothing",
        "release_id": release.id,
        "idea_id": offline.id,
        "comment_id": comment.id,
        "user_id": tom.id,
        "lang": "fr",
        "for_kind": "idea",
        "kind": "csv",
        "said": "reason",
    }

    def of(rule: Any) -> dict[str, Any]:
        blueprint = rule.endpoint.split(".")[0]
        id = ids["release"] if "release" in rule.rule or "changelog" in rule.rule else ids.get(blueprint, offline.id)
        if "/comments/<" in rule.rule:
            id = comment.id
        return {name: known.get(name, id) for name in rule.arguments}

    return of


@pytest.mark.parametrize("who", WHO)
def test_every_page(app: Flask, browser: Callable[..., Browser], values: Any, request: Any, who: str) -> None:
    with app.test_request_context():
        urls = [(rule.endpoint, app.url_for(rule.endpoint, **values(rule))) for rule in routes(app)]
    person = None if who == "visitor" else request.getfixturevalue(who)
    opened = browser(person)
    before = db.session.scalar(select(func.count()).select_from(Event))
    problems = []
    for endpoint, url in urls:
        if endpoint in NO_PAGES:
            continue
        page = opened.get(url, follow=False)
        if not right(endpoint, page.status, who, page.headers.get("Location", "")):
            problems.append(f"{endpoint} {url}: {page.status} {page.headers.get('Location', '')}")
    assert not problems, "\n".join(problems)
    db.session.rollback()
    assert db.session.scalar(select(func.count()).select_from(Event)) == before, "reading a page wrote an event"


def right(endpoint: str, status: int, who: str, location: str) -> bool:
    """Whether this is what that person should get for that page."""
    if endpoint.startswith(STAFF_ONLY):
        if who == "visitor":
            return status == 303 and "/sign-in" in location
        if who == "tom":
            return status == 403
        return status in (200, 302, 303, 404, 403) and (status != 403 or who == "lea")
    if endpoint in MEMBERS_ONLY and who == "visitor":
        return status == 303 and "/sign-in" in location
    if endpoint in OTHERWISE:
        return status in OTHERWISE[endpoint]
    return status in (200, 301, 302, 303, 404, 403) if status != 403 else endpoint in MEMBERS_ONLY


def test_a_french_reader_gets_french(visitor: Browser) -> None:
    page = visitor.get("/", headers={"Accept-Language": "fr"})
    assert page.find("html")["lang"] == "fr"


def test_an_unknown_address_offers_search(visitor: Browser) -> None:
    page = visitor.get("/nothing-here")
    assert page.status == 404
    assert page.has("form[role=search], main a[href*=search], main form[action*=search]")


def test_a_number_too_large_for_the_tables_is_no_address(visitor: Browser) -> None:
    assert visitor.get("/ideas/99999999999999999999").status == 404
