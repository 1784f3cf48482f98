"""A form that makes something makes it once: pressed twice, again after a lost answer, or at the same time."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.privacy.purging import purge
from portal.privacy.retention import SENT_FORMS
from portal.web.idempotency import SentForm
from tests.browser import Browser, Page
from tests.comments.discussion import picture
from tests.conftest import act
from tests.examples import a_quarter

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
REPLY = ".reply-box"


@dataclass(frozen=True)
class Making:
    """A form that makes a row: on which page, by whom, and what is typed."""

    model: type[Any]
    page: str
    form: str
    typed: dict[str, str] = field(default_factory=dict)
    who: str = ""


NEW = {"title": "Weather above the plan of the terrace", "body": "With rain I send three home.", "seen_similar": "1"}
HURTS = {"severity": "serious", "visibility": "private"}
NAMES = {"name_en": "Terrace", "name_fr": "Terrasse"}
ASKED = {"email": "ada@example.com"}
EVERY = {
    "comment": Making(Comment, "/ideas/{idea}/comments/new", REPLY, {"body": "Two days do."}, "tom"),
    "reply": Making(Comment, "/ideas/{idea}/comments/new?parent={comment}", REPLY, {"body": "So say I."}, "tom"),
    "idea": Making(Idea, "/ideas/new", "#proposal", NEW, "tom"),
    "issue": Making(Idea, "/ideas/new?kind=issue", "#proposal", NEW | HURTS, "tom"),
    "note": Making(Comment, "/ideas/{idea}", 'form[action$="/note"]', {"text": "Ask Lea."}, "lea"),
    "release": Making(Release, "/admin/releases/new", 'form[action$="/releases"]', {}, "hugo"),
    "board": Making(Board, "/admin/boards", 'form[action$="/boards"]', NAMES, "nora"),
    "status": Making(Status, "/admin/statuses", 'form[action$="/statuses"]', NAMES, "nora"),
    "a visitor’s comment": Making(EmailToken, "/ideas/{idea}/comments/new", REPLY, {"body": "Two days do."} | ASKED),
    "a visitor’s idea": Making(EmailToken, "/ideas/new", "#proposal", NEW | ASKED),
    "a visitor’s vote": Making(EmailToken, "/ideas/{idea}/vote", "main form", ASKED),
}


def number(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def opened(request: pytest.FixtureRequest, browser: Opens, copy_week: Idea) -> Callable[[Making], tuple[Browser, Page]]:
    """The page of a form, open in the browser of its person."""

    def open_page(making: Making) -> tuple[Browser, Page]:
        reader = browser(request.getfixturevalue(making.who) if making.who else None)
        comment = db.session.scalars(select(Comment.id).where(Comment.parent_id.is_(None))).first()
        return reader, reader.get(making.page.format(idea=copy_week.id, comment=comment))

    return open_page


@pytest.mark.parametrize("making", EVERY.values(), ids=EVERY)
def test_pressed_twice_it_makes_one_and_answers_alike(
    opened: Callable[[Making], tuple[Browser, Page]], making: Making
) -> None:
    reader, page = opened(making)
    before = number(making.model)
    first, second = (reader.submit(page, making.form, **making.typed) for _ in range(2))
    assert number(making.model) == before + 1
    assert (second.status, second.path) == (first.status, first.path) == (200, first.path)


def test_two_presses_at_the_same_time_make_one(app: Flask, browser: Opens, offline: Idea, tom: User) -> None:
    readers = [browser(tom) for _ in range(2)]
    page = readers[0].get(f"/ideas/{offline.id}/comments/new")
    key = str(page.find("input[name=form_key]")["value"])
    where, before = f"/ideas/{offline.id}/comments", number(Comment)
    forms = [{"body": "Two days do.", "form_key": key, "csrf_token": reader.csrf_token()} for reader in readers]
    ready = threading.Barrier(2)
    db.session.rollback()

    def press(n: int) -> int:
        ready.wait()
        return readers[n].client.post(where, data=forms[n]).status_code

    with ThreadPoolExecutor(2) as pool:
        assert list(pool.map(press, range(2))) == [303, 303]
    assert number(Comment) == before + 1


def test_a_picture_belongs_to_what_was_written(browser: Opens, offline: Idea, tom: User) -> None:
    reader, before = browser(tom), number(Comment)
    page = reader.get(f"/ideas/{offline.id}/comments/new")
    for _ in range(2):
        reader.submit(page, REPLY, body="Like this.", images=picture())
    assert number(Comment) == before + 1
    reader.submit(page, REPLY, body="Like this.")
    assert number(Comment) == before + 2


def test_two_people_may_write_the_same_into_a_page_that_both_were_shown(
    browser: Opens, offline: Idea, tom: User, ines: User
) -> None:
    before = number(Comment)
    for who in (tom, ines):
        browser(who).post(f"/ideas/{offline.id}/comments", {"body": "Me too.", "form_key": "same"})
    assert number(Comment) == before + 2


def test_what_was_made_and_is_gone_is_made_anew(browser: Opens, nora: User) -> None:
    reader = browser(nora)
    page = reader.get("/admin/boards")
    reader.submit(page, 'form[action$="/boards"]', **NAMES)
    with act():
        db.session.delete(db.session.scalars(select(Board).where(Board.slug == "terrace")).one())
    reader.submit(page, 'form[action$="/boards"]', **NAMES)
    assert db.session.scalars(select(Board).where(Board.slug == "terrace")).one()


def test_a_form_that_came_back_with_an_error_keeps_its_key(browser: Opens, offline: Idea, tom: User) -> None:
    reader = browser(tom)
    page = reader.get(f"/ideas/{offline.id}/comments/new")
    refused = reader.submit(page, REPLY, body="")
    assert refused.find("input[name=form_key]")["value"] == page.find("input[name=form_key]")["value"]


def test_keys_are_forgotten_after_a_week(browser: Opens, offline: Idea, tom: User) -> None:
    browser(tom).post(f"/ideas/{offline.id}/comments", {"body": "Me too.", "form_key": "one"})
    purge(SENT_FORMS)
    assert number(SentForm) == 1
    with time_machine.travel(now() + timedelta(days=8)):
        purge(SENT_FORMS)
    assert number(SentForm) == 0


@a_quarter
@given(
    presses=some.lists(some.sampled_from(["One.", "Two.", "One. ", "Three & more; <b>", "é", "e\u0301"]), max_size=6)
)
def test_however_often_and_in_which_order_each_text_is_there_once(
    browser: Opens, offline: Idea, tom: User, presses: list[str]
) -> None:
    reader = browser(tom)
    page = reader.get(f"/ideas/{offline.id}/comments/new")
    before = number(Comment)
    for words in presses:
        reader.submit(page, REPLY, body=words)
    assert number(Comment) == before + len(set(presses))
