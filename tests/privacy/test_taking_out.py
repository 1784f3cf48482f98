"""Leaving takes along, in one press, what one chooses of the words and pictures that would stay."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.comments.models import Comment, CommentRevision
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.operations.checking import findings
from portal.pictures import uploads
from portal.search.results import search
from tests.browser import Browser, Page
from tests.comments.discussion import picture
from tests.conftest import act
from tests.ideas.test_blanking import everything

pytestmark = pytest.mark.both

Open = Callable[..., Browser]
HOME = "I live at 12 Mill Lane, Quibblethorpe. Tom"


@pytest.fixture(autouse=True)
def wrote_too_much(fresh_portal: None, app: Flask, tom: User, offline: Idea, swap: Idea) -> None:
    """Tom told where he lives, in his idea and in a comment, and edited it out."""
    with act():
        db.session.execute(update(User).values(lang="en"))
        offline.edit(offline.title, HOME, by=tom)
        offline.edit(offline.title, "The back kitchen has no signal.", by=tom)
        said = Comment.post(swap, HOME, by=tom)
        said.edit("Yes please.", by=tom)
        Idea.propose(tom, "A zebra that nobody else cares for", "On Mill Lane.")


def erase(browser: Browser, **wishes: str | None) -> Page:
    return browser.submit(browser.get("/settings/erase"), "main form.form", word="erase", **wishes)


def words_of(tom: User) -> list[str]:
    """Every word of his that the database still holds, with what was edited out."""
    db.session.rollback()
    ideas = select(Idea.id).where(Idea.author_id == tom.id)
    said = select(Comment.id).where(Comment.author_id == tom.id)
    found = [
        select(Idea.title + " " + Idea.body).where(Idea.author_id == tom.id),
        select(Comment.body).where(Comment.author_id == tom.id),
        select(Revision.title + " " + Revision.body).where(Revision.idea_id.in_(ideas)),
        select(CommentRevision.body).where(CommentRevision.comment_id.in_(said)),
    ]
    return [words for each in found for words in db.session.scalars(each) if words.strip()]


def test_what_was_edited_out_goes_by_default(browser: Open, visitor: Browser, tom: User, offline: Idea) -> None:
    page = browser(tom).get("/settings/erase")
    assert "3 earlier versions, with words that were edited out" in page.text
    assert page.find("[name=versions]").has_attr("checked") and not page.find("[name=texts]").has_attr("checked")
    erase(browser(tom))
    assert not [words for words in words_of(tom) if "12 Mill Lane" in words]
    history = visitor.get(f"/ideas/{offline.id}/history")
    assert "12 Mill Lane" not in history.html and "taken out by their author" in history.text
    assert "The back kitchen has no signal." in visitor.get(f"/ideas/{offline.id}").text


def test_a_box_that_is_unticked_leaves_it(browser: Open, tom: User) -> None:
    erase(browser(tom), versions=None)
    assert [words for words in words_of(tom) if "12 Mill Lane" in words]


def test_comments_and_pictures_go_where_that_is_ticked(
    browser: Open, visitor: Browser, tom: User, offline: Idea, swap: Idea, ines: User
) -> None:
    author = browser(tom)
    place = f"/ideas/{offline.id}/edit"
    author.post(
        place,
        {"title": offline.title, "body": offline.body, "images": [picture()]},
        content_type="multipart/form-data",
    )
    key = db.session.scalars(select(Attachment.key).where(Attachment.owner_id == tom.id)).one()
    said = db.session.scalars(select(Comment).where(Comment.author_id == tom.id, Comment.idea_id == swap.id)).one()
    with act():
        Comment.post(swap, "I agree.", by=ines, parent=said)
    erase(author, comments="y", pictures="y")
    assert not db.session.scalar(select(func.count(Attachment.id)).where(Attachment.owner_id == tom.id))
    assert not uploads.path(key).exists()
    assert not [words for words in words_of(tom) if "Yes please" in words or "split shift" in words]
    page = visitor.get(f"/ideas/{swap.id}")
    assert "This comment was deleted by its author." in page.text and "I agree." in page.text
    assert not findings()["comments"] and not findings()["files"]


def test_texts_are_replaced_and_a_title_that_others_voted_for_stays(
    browser: Open, visitor: Browser, tom: User, offline: Idea
) -> None:
    assert offline.votes_count > 1
    title = offline.title
    erase(browser(tom), texts="y")
    left = " ".join(words_of(tom))
    assert "Mill Lane" not in left and "signal" not in left and "zebra" not in left
    page = visitor.get(f"/ideas/{offline.id}")
    assert page.heading == title and "(taken out by its author)" in page.text
    assert "An idea that its author took out" in left and not search("zebra", None, 10)


def test_the_page_says_what_stays_all_the_same(browser: Open, tom: User) -> None:
    page = browser(tom).get("/settings/erase")
    assert "backups that were made before today" in page.text
    assert "2 ideas and issues" in page.text and "open the history of what you wrote" in page.text


def test_no_table_holds_what_was_taken_out(browser: Open, tom: User) -> None:
    assert "quibblethorpe" in everything()
    erase(browser(tom), comments="y", pictures="y", texts="y")
    left = everything()
    assert "quibblethorp" not in left and "tom@example.com" not in left and "zebra" not in left
