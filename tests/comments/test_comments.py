"""Taking part in a discussion."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Follow
from tests.browser import Browser
from tests.comments.discussion import FORM, at, follows, said
from tests.conftest import act

pytestmark = pytest.mark.both

Open = Callable[..., Browser]


def test_a_member_comments(browser: Open, visitor: Browser, offline: Idea, ines: User) -> None:
    member = browser(ines)
    page = member.submit(member.get(at(offline)), FORM, body="We have **no signal** in the cellar.")
    comment = page.find(".thread article")
    assert "no signal" in comment.find("strong").get_text()  # type: ignore[union-attr]
    assert "Inès Moreau" in comment.get_text()
    assert "1 comment" in visitor.get(at(offline)).find("#comments-count").get_text()


def test_a_reply_to_a_reply_joins_the_same_thread(
    browser: Open, copy_week: Idea, ines: User, tom: User, aicha: User
) -> None:
    first = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one()
    answer = db.session.scalars(select(Comment).where(Comment.parent_id == first.id)).one()
    member = browser(aicha)
    form = member.get(f"/ideas/{copy_week.id}/comments/new?parent={answer.id}")
    assert "That was the missing piece" in form.find("blockquote").get_text()
    page = member.submit(form, FORM, body="Ours are never copied right.")
    replies = page.soup.select(f"#comment-{first.id} .replies article")
    assert len(replies) == 2 and "Ours are never copied right." in replies[1].get_text()


def test_a_reply_belongs_to_its_own_idea(browser: Open, offline: Idea, copy_week: Idea, ines: User, tom: User) -> None:
    elsewhere = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one().id
    member = browser(ines)
    assert member.get(f"/ideas/{offline.id}/comments/new?parent={elsewhere}").status == 404
    page = member.post(f"/ideas/{offline.id}/comments", {"body": "Lost words", "parent": elsewhere})
    assert page.status == 422 and "no longer here" in page.text
    assert "Lost words" in page.find("textarea").get_text()
    assert "Lost words" in member.submit(page, FORM).find(".thread").get_text()


@pytest.mark.parametrize("body", ["", "  \n ", "\x00\u200b"])
def test_an_empty_comment_is_refused(browser: Open, offline: Idea, ines: User, body: str) -> None:
    page = browser(ines).post(f"/ideas/{offline.id}/comments", {"body": body})
    assert page.status == 422 and "Write your comment." in page.find(".error").get_text()
    assert said(offline) == []


def test_a_comment_of_a_hundred_kilobytes_is_refused_with_its_text(browser: Open, offline: Idea, ines: User) -> None:
    body = "word " * 20_000
    page = browser(ines).post(f"/ideas/{offline.id}/comments", {"body": body})
    assert page.status == 422 and "Shorten it to 10,000." in page.text
    assert page.find("textarea").get_text().strip() == body.strip()


def test_a_stale_page_keeps_what_was_typed(browser: Open, offline: Idea, ines: User) -> None:
    member = browser(ines)
    page = member.post(f"/ideas/{offline.id}/comments", {"body": "Slowly typed", "csrf_token": "old"})
    assert page.status == 422 and "open for too long" in page.text
    assert said(offline) == []
    member.submit(page, FORM)
    assert said(offline) == ["Slowly typed"]


def test_separators_become_lines(browser: Open, offline: Idea, ines: User) -> None:
    browser(ines).post(f"/ideas/{offline.id}/comments", {"body": "one\u2028two\x00"})
    assert said(offline) == ["one\ntwo"]


def test_suspended_members_only_read(browser: Open, copy_week: Idea, tom: User, nora: User) -> None:
    with act():
        suspend(tom, by=nora, reason="Rude")
    mine = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    member = browser(tom)
    page = member.get(at(copy_week))
    assert not page.has(FORM) and "suspended" in page.find("#discussion").get_text()
    for path in (f"/ideas/{copy_week.id}/comments", f"/comments/{mine}/edit", f"/comments/{mine}/shaped"):
        assert member.post(path, {"body": "Still here"}).status == 403, path


def test_what_is_closed_still_takes_comments(browser: Open, fax: Idea, ines: User) -> None:
    member = browser(ines)
    member.submit(member.get(at(fax)), FORM, body="We do need it.")
    assert said(fax) == ["We do need it."]


def test_nobody_comments_on_what_they_cannot_see(browser: Open, salary_leak: Idea, tom: User, camille: User) -> None:
    for reader in (browser(), browser(tom)):
        assert reader.post(f"/ideas/{salary_leak.id}/comments", {"body": "Hello"}).status == 404
    browser(camille).post(f"/ideas/{salary_leak.id}/comments", {"body": "Any news?"})
    assert said(salary_leak) == ["Any news?"]


def test_the_first_comment_makes_its_author_follow(browser: Open, offline: Idea, ines: User) -> None:
    assert follows(ines, offline) is None
    member = browser(ines)
    member.post(f"/ideas/{offline.id}/comments", {"body": "First"})
    assert follows(ines, offline) is not None
    with act():
        db.session.delete(db.session.get_one(Follow, (ines.id, offline.id)))
    member.post(f"/ideas/{offline.id}/comments", {"body": "Second"})
    assert follows(ines, offline) is None


def test_whoever_muted_an_idea_stays_muted(browser: Open, offline: Idea, ines: User) -> None:
    with act():
        db.session.add(Follow(user_id=ines.id, idea_id=offline.id, muted=True))
    browser(ines).post(f"/ideas/{offline.id}/comments", {"body": "First"})
    follow = follows(ines, offline)
    assert follow is not None and follow.muted


def test_a_comment_of_staff_carries_the_brand_and_answers(browser: Open, dark_mode: Idea, lea: User) -> None:
    staff = browser(lea)
    page = staff.submit(staff.get(at(dark_mode)), FORM, body="We hear you.")
    assert page.find(".thread .badge--team").get_text() == "Marée team"
    db.session.rollback()
    assert dark_mode.answered_at is not None


def test_the_author_edits_and_everyone_sees_what_changed(
    browser: Open, visitor: Browser, copy_week: Idea, tom: User, ines: User, lea: User
) -> None:
    mine = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    author = browser(tom)
    assert author.submit(author.get(f"/comments/{mine}/edit"), "main form.form", body="").status == 422
    page = author.submit(author.get(f"/comments/{mine}/edit"), "main form.form", body="A split shift is one block.")
    assert "A split shift is one block." in page.find(f"#comment-{mine}").get_text()
    link = visitor.get(at(copy_week)).find(f'#comment-{mine} a[href$="/history"]')
    history = visitor.get(str(link["href"]))
    assert history.has("ins") and history.has("del") and "two entries" in history.text
    for other in (ines, lea):
        assert browser(other).get(f"/comments/{mine}/edit").status == 403


def test_twenty_comments_in_ten_minutes_are_enough(with_limits: Flask, offline: Idea, tom: User, yuki: User) -> None:
    address = f"/ideas/{offline.id}/comments"
    member, other = Browser(with_limits, tom), Browser(with_limits, yuki)
    for n in range(20):
        assert member.post(address, {"body": f"{n}"}, follow=False).status == 303
    refused = member.post(address, {"body": "and more"})
    assert refused.status == 422 and "and more" in refused.find("textarea").get_text()
    assert other.post(address, {"body": "mine"}, follow=False).status == 303
    assert len(said(offline)) == 21


def test_a_visitor_who_wants_to_edit_is_asked_to_sign_in(visitor: Browser, copy_week: Idea, tom: User) -> None:
    mine = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    assert visitor.get(f"/comments/{mine}/edit", follow=False).status == 303
