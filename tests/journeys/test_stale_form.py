"""A form that was open for too long: what was typed is still there, and can be sent again."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.journeys.window import Window

Opens = Callable[..., Window]
TITLE = "Weather above the plan of the terrace"
BODY = "With rain I send three people home.\n\n“Known” the day before, it’s another story."
OPEN_TOO_LONG = "This page had been open for too long. What you wrote is kept below: please send it again."


@pytest.fixture
def sign_in_again(app: Flask, address: str) -> Callable[[Window, User], None]:
    """The same person signs in anew in another tab: the tokens of open pages are stale."""

    def again(window: Window, user: User) -> None:
        cookie = Browser(app, user).client.get_cookie("atelier")
        assert cookie is not None
        window.context.add_cookies([{"name": "atelier", "value": cookie.value, "url": address}])

    return again


def proposed() -> Idea | None:
    db.session.rollback()
    return db.session.scalars(select(Idea).where(Idea.title == TITLE)).one_or_none()


def test_an_idea_is_kept(window: Opens, tom: User, sign_in_again: Callable[[Window, User], None]) -> None:
    member = window(tom)
    member.go("/ideas/new")
    member.fill("Your idea, in one sentence", TITLE)
    member.fill("Why, and for whom?", BODY)
    sign_in_again(member, tom)
    member.press("Send my idea")
    member.sees(OPEN_TOO_LONG)
    member.holds("Your idea, in one sentence", TITLE)
    member.holds("Why, and for whom?", BODY)
    assert proposed() is None
    member.press("Send my idea")
    member.is_titled(TITLE)
    idea = proposed()
    assert idea and (idea.body, idea.author_id) == (BODY, tom.id)


def test_an_idea_outlives_the_session(window: Opens, tom: User) -> None:
    member = window(tom, phone=True)
    member.go("/ideas/new")
    member.fill("Your idea, in one sentence", TITLE)
    member.fill("Why, and for whom?", BODY)
    member.context.clear_cookies()
    member.press("Send my idea")
    member.sees(OPEN_TOO_LONG)
    member.is_signed_in(False)
    member.holds("Your idea, in one sentence", TITLE)
    member.holds("Why, and for whom?", BODY)
    member.fill("Your e-mail address", tom.email or "")
    member.press("Send my idea")
    member.is_titled("Six digits, and it counts")
    member.sees(TITLE)
    assert proposed() is None


def test_a_comment_is_kept(
    window: Opens, sofia: User, swap: Idea, sign_in_again: Callable[[Window, User], None]
) -> None:
    member = window(sofia)
    member.read(swap)
    member.fill("Your comment", BODY)
    sign_in_again(member, sofia)
    member.press("Post the comment")
    member.sees(OPEN_TOO_LONG)
    member.holds("Your comment", BODY)
    member.press("Post the comment")
    member.sees("With rain I send three people home.", within="#thread")
    db.session.rollback()
    comments = db.session.scalars(select(Comment).where(Comment.idea_id == swap.id)).all()
    assert [comment.body for comment in comments] == [BODY]


def test_the_reason_of_a_decision_is_kept(
    window: Opens, nora: User, swap: Idea, sign_in_again: Callable[[Window, User], None]
) -> None:
    staff = window(nora)
    staff.read(swap)
    declined = Status.first("idea", "declined").names["en"]
    staff.choose("Move to", declined, within="form[action$='/status']")
    staff.fill("Public reason", BODY)
    sign_in_again(staff, nora)
    staff.press("Move it")
    staff.sees(OPEN_TOO_LONG)
    staff.holds("Public reason", BODY)
    staff.choose("Move to", declined, within="form[action$='/status']")
    staff.press("Move it")
    staff.sees(declined, within=".ihead .st")


def test_a_vote_is_sent_again_with_one_button(
    window: Opens, scripts: bool, sofia: User, dark_mode: Idea, sign_in_again: Callable[[Window, User], None]
) -> None:
    member = window(sofia)
    member.read(dark_mode)
    sign_in_again(member, sofia)
    member.press("Vote", within=".slip")
    if scripts:
        member.sees("This page had been open for too long", within="#live")
        member.press("Reload the page", within="#live")
        member.press("Vote", within=".slip")
    else:
        member.is_titled("This page had been open for too long")
        member.press("Send again")
    member.sees("You voted")
    member.counts(2)
