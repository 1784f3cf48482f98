"""A member, by keyboard alone: proposes past what is similar, votes, comments, follows, reads, and changes settings."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.keyboard import press, tab_to, write
from tests.journeys.window import Window

Opens = Callable[..., Window]
Votes = Callable[[Idea], int]
TITLE = "See the schedule offline on a watch"


def test_proposing_past_what_is_similar(window: Opens, scripts: bool, sofia: User, offline: Idea) -> None:
    member = window(sofia)
    member.go("/ideas/new")
    write(member, "#title", TITLE)
    if scripts:
        member.sees(offline.title, within="#similar")
    member.page.keyboard.press("Control+Enter" if scripts else "Enter")
    if not scripts:
        member.sees(offline.title, within="section.dups")
        press(member, "section.dups .dups__foot button")
    member.is_titled(TITLE)
    member.sees("You voted", within=".slip")


def test_voting_commenting_and_following(
    window: Opens, scripts: bool, sofia: User, dark_mode: Idea, votes: Votes
) -> None:
    member, before = window(sofia), votes(dark_mode)
    member.read(dark_mode)
    write(member, "#comment-body", "At two in the morning it hurts.")
    press(member, "#compose .btn--primary")
    member.sees("At two in the morning it hurts.", within="#thread")
    db.session.rollback()
    comment = db.session.scalars(select(Comment).where(Comment.author_id == sofia.id)).one()
    if scripts:
        expect(member.page.locator(f"#comment-{comment.id}")).to_be_focused()
    member.read(dark_mode)
    press(member, f"#slip-vote-{dark_mode.id}")
    member.sees("You voted", within=".slip")
    member.is_answered()
    assert votes(dark_mode) == before + 1
    press(member, f"#follow-{dark_mode.id} button")
    member.sees("Following it tells you of every comment too.")
    if scripts:
        member.page.keyboard.press("Enter")
    else:
        press(member, f"#follow-{dark_mode.id} button")
    member.sees("You hear of progress and of every comment.")
    if scripts:
        assert member.page.evaluate("document.activeElement.closest('.hear') !== null")


def test_reading_notifications_and_changing_settings(window: Opens, tom: User) -> None:
    member = window(tom)
    member.go("/")
    press(member, "header a[href='/notifications']")
    member.is_titled("Notifications")
    press(member, "header details.menu > summary")
    press(member, "header details.menu a[href='/settings']")
    member.is_titled("Settings")
    tab_to(member, "#section-appearance [name=theme]")
    for _ in range(2):
        member.page.keyboard.press("ArrowDown")
    press(member, "#section-appearance .btn--primary")
    member.sees("Saved.")
    expect(member.page.locator("html")).to_have_attribute("data-theme", "dark")
