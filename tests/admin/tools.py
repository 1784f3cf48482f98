"""How tests use the tools of staff."""

import pytest
from sqlalchemy import select

from portal.activity.models import Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.admin.places import at
from tests.browser import Browser, Page


def last_event(subject: Idea | Comment) -> Event:
    db.session.rollback()
    return db.session.scalars(
        select(Event)
        .where(Event.subject_type == subject.__tablename__, Event.subject_id == subject.id)
        .order_by(Event.id.desc())
    ).first() or pytest.fail("nothing was recorded")


def use(browser: Browser, idea: Idea, tool: str, page: Page | None = None, **fields: object) -> Page:
    """Fill in and send the form of a tool, as the page of the idea shows it now (or has shown it)."""
    return browser.submit(page or browser.get(at(idea)), f'form[action="/admin/ideas/{idea.id}/{tool}"]', **fields)


def move(browser: Browser, idea: Idea, kind: str, page: Page | None = None, **fields: object) -> Page:
    return use(browser, idea, "status", page, **{"status": Status.first(idea.kind, kind).id, **fields})
