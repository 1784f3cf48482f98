"""Pictures after they were sent: added, described, and removed for good."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.pictures import uploads
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.pictures import picture

Open = Callable[..., Browser]


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


def save(author: Browser, place: str, **more: Any) -> Page:
    """Save the edit form as it stands, with these changes and files."""
    page = author.get(place)
    form = page.find("main form.form")
    data = {
        str(field["name"]): str(field.get("value", "")) for field in form.select("input[name]:not([type=checkbox])")
    }
    data |= {str(field["name"]): field.get_text() for field in form.select("textarea[name]")}
    data.pop("images", None)
    return author.post(place, {**data, **more}, token=False, content_type="multipart/form-data")


def pictures(idea: Idea) -> list[Attachment]:
    db.session.rollback()
    return list(db.session.scalars(select(Attachment).where(Attachment.idea_id == idea.id).order_by(Attachment.id)))


def test_pictures_are_added_described_and_removed(browser: Open, visitor: Browser, offline: Idea, tom: User) -> None:
    author, place = browser(tom), f"/ideas/{offline.id}/edit"
    save(author, place, images=[(picture(), "one.png"), (picture(), "two.png")])
    first, second = pictures(offline)
    save(author, place, **{f"picture-{first.id}-alt": "The schedule in the back kitchen"})
    page = visitor.get(f"/ideas/{offline.id}")
    assert page.find(f'img[src="/uploads/{first.key}"]')["alt"] == "The schedule in the back kitchen"
    gone, kept = second.key, first.key
    page = save(author, place, **{f"picture-{second.id}-remove": "y"})
    assert "Your changes are saved." in page.soup.get_text()
    assert [image.key for image in pictures(offline)] == [kept]
    assert not uploads.path(gone).exists() and visitor.get(f"/uploads/{gone}").status == 404
    assert not page.has(f'img[src="/uploads/{gone}"]') and uploads.path(kept).exists()
    events = select(Event.facts).where(Event.action == Action.PICTURES_CHANGED).order_by(Event.id)
    assert db.session.scalars(events).all() == [{"added": 2, "removed": 0}, {"added": 0, "removed": 1}]


def test_there_are_never_more_than_may_be_sent(browser: Open, offline: Idea, tom: User) -> None:
    author, place = browser(tom), f"/ideas/{offline.id}/edit"
    save(author, place, images=[(picture(), f"{n}.png") for n in range(4)])
    page = save(author, place, images=[(picture(), "a.png"), (picture(), "b.png")])
    assert page.status == 422 and "Add at most 1 picture." in page.text
    assert page.has("input[name=kept]"), "the one that fits is kept"
    author.submit(page, "main form.form")
    assert len(pictures(offline)) == 5
    page = save(author, place, images=[(picture(), "c.png")])
    assert page.status == 422 and "Remove one first." in page.text
    page = save(author, place, images=[(picture(), "c.png")], **{f"picture-{pictures(offline)[0].id}-remove": "y"})
    assert page.status == 200 and len(pictures(offline)) == 5


def test_a_description_too_long_says_so_and_is_kept(browser: Open, offline: Idea, tom: User) -> None:
    author, place = browser(tom), f"/ideas/{offline.id}/edit"
    save(author, place, images=[(picture(), "one.png")])
    name = f"picture-{pictures(offline)[0].id}-alt"
    page = save(author, place, **{name: "x" * 201})
    assert page.status == 422 and "Shorten it to 200." in page.find(".summary").get_text()
    assert page.find(f"[name={name}]")["value"] == "x" * 201


def test_the_pictures_of_a_comment_too_and_only_by_its_author(
    browser: Open, swap: Idea, offline: Idea, tom: User, ines: User
) -> None:
    with act():
        said = Comment.post(swap, "Like this.", by=tom)
    author, place = browser(tom), f"/comments/{said.id}/edit"
    save(author, place, images=[(picture(), "one.png")])
    image = db.session.scalars(select(Attachment).where(Attachment.comment_id == said.id)).one()
    assert browser(ines).post(f"/pictures/{image.id}/delete").status == 403
    save(author, place, **{f"picture-{image.id}-alt": "A drawing", f"picture-{image.id}-remove": "y"})
    assert db.session.scalars(select(Attachment).where(Attachment.comment_id == said.id)).all() == []


def test_a_suspended_author_removes_their_pictures(browser: Open, offline: Idea, tom: User, nora: User) -> None:
    save(browser(tom), f"/ideas/{offline.id}/edit", images=[(picture(), "one.png")])
    image = pictures(offline)[0]
    key = image.key
    with act():
        suspend(tom, by=nora, reason="Rude")
    author = browser(tom)
    assert author.get(f"/ideas/{offline.id}").has(f'a[href="/pictures/{image.id}/delete"]')
    page = author.submit(author.get(f"/pictures/{image.id}/delete"), "main form.form")
    assert "The picture is removed, for good." in page.soup.get_text()
    assert not pictures(offline) and not uploads.path(key).exists()
