"""Comments that staff take out of sight, and show again."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.admin.places import at
from tests.browser import Browser

Opens = Callable[..., Browser]
WORDS = "A split shift is two entries"


@pytest.fixture
def comment(copy_week: Idea, tom: User) -> Comment:
    return db.session.scalars(select(Comment).where(Comment.idea_id == copy_week.id, Comment.author_id == tom.id)).one()


def actions(comment: Comment) -> list[str]:
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Event.action)
            .where(Event.subject_type == "comment", Event.subject_id == comment.id)
            .order_by(Event.id)
        )
    )


def test_a_hidden_comment_is_seen_by_its_author_and_staff(
    browser: Opens, hugo: User, tom: User, sofia: User, comment: Comment, copy_week: Idea
) -> None:
    counted = copy_week.comments_count
    page = browser(hugo).post(f"/admin/comments/{comment.id}/hidden", {"hidden": 1, "reason": "Off topic."})
    assert page.status == 200 and "Hidden. Only its author and staff see it." in page.html
    assert actions(comment)[-1] == Action.COMMENT_HIDDEN
    assert copy_week.comments_count == counted - 1
    url = at(copy_week)
    assert WORDS in browser(hugo).get(url).html and WORDS in browser(tom).get(url).html
    assert WORDS not in browser(sofia).get(url).html and WORDS not in browser().get(url).html


def test_a_hidden_comment_is_shown_again(browser: Opens, hugo: User, sofia: User, comment: Comment) -> None:
    staff, url = browser(hugo), f"/admin/comments/{comment.id}/hidden"
    staff.post(url, {"hidden": 1, "reason": "Off topic."})
    staff.post(url, {"hidden": 0})
    assert actions(comment)[-1] == Action.COMMENT_RESTORED
    assert WORDS in browser(sofia).get(at(comment.idea)).html


def test_hiding_a_comment_owes_a_reason(browser: Opens, hugo: User, comment: Comment) -> None:
    page = browser(hugo).post(f"/admin/comments/{comment.id}/hidden", {"hidden": 1, "reason": " "})
    assert page.status == 422
    assert "Say why you hide it" in page.find(f"#hide-comment-{comment.id}-error").get_text()
    assert WORDS in page.text
    db.session.rollback()
    assert comment.hidden_at is None


def test_a_stale_token_keeps_the_reason(browser: Opens, hugo: User, comment: Comment) -> None:
    data = {"hidden": 1, "reason": "Off topic."}
    page = browser(hugo).post(f"/admin/comments/{comment.id}/hidden", data, token=False)
    assert page.status == 422
    assert page.find(f"#hide-comment-{comment.id}").get_text().strip() == "Off topic."


def test_members_and_visitors_hide_nothing(browser: Opens, tom: User, comment: Comment) -> None:
    for opened in (browser(tom), browser()):
        assert opened.post(f"/admin/comments/{comment.id}/hidden", {"hidden": 1, "reason": "x"}).status == 403
    db.session.rollback()
    assert comment.hidden_at is None


def test_a_comment_that_is_not_there_is_not_found(browser: Opens, hugo: User) -> None:
    assert browser(hugo).post("/admin/comments/99999/hidden", {"hidden": 1, "reason": "x"}).status == 404
