"""One's own words in a discussion can be deleted; what others replied can still be understood."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.comments.models import Comment, CommentRevision
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.moderation.flagging import flag
from portal.moderation.models import Flag, Judgement, Reason, suspend
from portal.notifications.models import Follow
from portal.operations.checking import findings
from portal.pictures import uploads
from portal.recognition.ledger import points_of
from tests.browser import Browser, Page
from tests.comments.discussion import at, picture
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Open = Callable[..., Browser]
WORDS = "Ring me on 0113 496 0000, Tom."


@pytest.fixture
def mine(swap: Idea, tom: User) -> Comment:
    """What Tom said, edited once."""
    with act():
        comment = Comment.post(swap, f"First. {WORDS}", by=tom)
        comment.edit(WORDS, by=tom)
    return comment


def delete(browser: Browser, comment: Comment) -> Page:
    return browser.submit(browser.get(f"/comments/{comment.id}/delete"), "main form.form")


def test_its_words_versions_and_pictures_are_gone(
    browser: Open, visitor: Browser, swap: Idea, mine: Comment, tom: User
) -> None:
    author = browser(tom)
    author.post(f"/comments/{mine.id}/edit", {"body": WORDS, "images": [picture()]}, content_type="multipart/form-data")
    image = db.session.scalars(select(Attachment).where(Attachment.comment_id == mine.id)).one()
    key, before = image.key, db.session.get_one(Idea, swap.id).comments_count
    asked = author.get(f"/comments/{mine.id}/delete")
    assert WORDS in asked.text and "for good" in asked.text
    page = delete(author, mine)
    assert page.path == at(swap) and "Your comment is deleted." in page.soup.get_text()
    assert not page.has(f"#comment-{mine.id}") and "0113" not in page.html
    db.session.rollback()
    row = db.session.get_one(Comment, mine.id)
    assert (row.body, row.is_deleted) == ("", True)
    assert db.session.scalar(select(func.count()).where(CommentRevision.comment_id == mine.id)) == 0
    assert not uploads.path(key).exists() and author.get(f"/uploads/{key}").status == 404
    assert db.session.get_one(Idea, swap.id).comments_count == before - 1
    assert not [line for lines in findings().values() for line in lines]
    for place in (f"/comments/{mine.id}", f"/comments/{mine.id}/history", f"/comments/{mine.id}/edit"):
        assert author.get(place).status == visitor.get(place).status == 404
    assert "0113" not in visitor.get(f"/ideas/{swap.id}/feed.atom").response.get_data(as_text=True)


def test_replies_keep_their_place_under_what_is_gone(
    browser: Open, visitor: Browser, swap: Idea, mine: Comment, tom: User, ines: User
) -> None:
    with act():
        reply = Comment.post(swap, "I rang you.", by=ines, parent=mine)
    delete(browser(tom), mine)
    page = visitor.get(at(swap))
    gone = page.find(f"#comment-{mine.id}")
    assert "This comment was deleted by its author." in gone.get_text() and "I rang you." in gone.get_text()
    assert "Tom Becker" not in gone.get_text()
    assert '"text": ""' not in page.html
    assert visitor.get(f"/comments/{mine.id}/replies").status == 200
    assert visitor.get(f"/comments/{reply.id}").path == at(swap)
    delete(browser(ines), reply)
    assert not visitor.get(at(swap)).has(f"#comment-{mine.id}")


def test_only_its_author_may(browser: Open, visitor: Browser, mine: Comment, ines: User, lea: User) -> None:
    for reader in (browser(ines), browser(lea)):
        assert reader.get(f"/comments/{mine.id}/delete").status == 403
        assert reader.post(f"/comments/{mine.id}/delete").status == 403
    assert "sign-in" in visitor.get(f"/comments/{mine.id}/delete", follow=False).headers["Location"]


def test_a_suspended_author_deletes_and_does_nothing_else(
    browser: Open, swap: Idea, mine: Comment, tom: User, nora: User
) -> None:
    with act():
        suspend(tom, by=nora, reason="Rude")
    author = browser(tom)
    entry = author.get(at(swap)).find(f"#comment-{mine.id}")
    assert "Delete" in entry.get_text() and "Edit" not in entry.get_text()
    delete(author, mine)
    assert db.session.get_one(Comment, mine.id).is_deleted


def test_a_staff_note_is_deleted_by_its_author(browser: Open, swap: Idea, lea: User) -> None:
    with act():
        note = Comment.note(swap, "Call Tom.", by=lea)
        before = swap.comments_count
    page = delete(browser(lea), note)
    assert "Your note is deleted." in page.soup.get_text() and "Call Tom." not in page.text
    assert db.session.get_one(Idea, swap.id).comments_count == before


def test_one_that_was_hidden_is_counted_out_once(
    browser: Open, swap: Idea, mine: Comment, tom: User, lea: User
) -> None:
    before = swap.comments_count
    with act():
        mine.hide(by=lea, reason="A telephone number.")
    delete(browser(tom), mine)
    db.session.rollback()
    assert db.session.get_one(Idea, swap.id).comments_count == before - 1
    browser(lea).post(f"/admin/moderation/comment/{mine.id}/restored")
    db.session.rollback()
    assert db.session.get_one(Idea, swap.id).comments_count == before - 1
    assert not findings()["comments"]


def test_its_mark_ends_and_its_points_are_taken_back(
    browser: Open, swap: Idea, mine: Comment, tom: User, lea: User, run_jobs: Callable[[], None]
) -> None:
    had = points_of(tom)
    with act():
        mine.mark_as_shaping(True, by=lea)
    run_jobs()
    assert points_of(tom) == had + 15
    asked = browser(tom).get(f"/comments/{mine.id}/delete")
    assert "the mark ends, and so do its points" in asked.text
    delete(browser(tom), mine)
    run_jobs()
    assert points_of(tom) == had


def test_who_was_not_told_yet_is_not_told(
    browser: Open, swap: Idea, tom: User, ines: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        ines.mail_comments = "at_once"
        db.session.add(Follow(user_id=ines.id, idea_id=swap.id))
        comment = Comment.post(swap, WORDS, by=tom)
    delete(browser(tom), comment)
    run_jobs()
    assert not mailbox.to(ines) and "commented on" not in browser(ines).get("/notifications").text


def test_who_was_told_is_led_nowhere_wrong(
    browser: Open, swap: Idea, tom: User, ines: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        db.session.add(Follow(user_id=ines.id, idea_id=swap.id))
        comment = Comment.post(swap, WORDS, by=tom)
    run_jobs()
    reader = browser(ines)
    assert "Tom Becker commented" in reader.get("/notifications").text
    delete(browser(tom), comment)
    assert "Tom Becker commented" not in reader.get("/notifications").text


def test_a_reported_comment_shows_in_its_case_that_it_was_deleted(
    browser: Open, mine: Comment, tom: User, ines: User, lea: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        flag(mine, by=ines, reason=Reason.PRIVATE, words="A telephone number")
    delete(browser(tom), mine)
    staff = browser(lea)
    page = staff.get(f"/admin/moderation?open=comment-{mine.id}")
    assert "Its author deleted it after it was reported." in page.text and "0113" not in page.html
    staff.submit(page, "main #open form")
    report = db.session.scalars(select(Flag).where(Flag.about(mine))).one()
    assert report.judgement == Judgement.GONE
    run_jobs()
    assert "we looked at the comment on" in browser(ines).get("/notifications").text.lower()


def test_a_reply_to_what_was_deleted_meanwhile_keeps_its_words(
    browser: Open, swap: Idea, mine: Comment, tom: User, ines: User
) -> None:
    reader = browser(ines)
    form = reader.get(f"/ideas/{swap.id}/comments/new?parent={mine.id}")
    delete(browser(tom), mine)
    page = reader.submit(form, "main form", body="I rang you.")
    assert page.status == 422 and "is no longer here" in page.text and "I rang you." in page.html


def test_the_audit_tells_of_it_and_leads_to_the_idea(
    browser: Open, swap: Idea, mine: Comment, tom: User, lea: User
) -> None:
    delete(browser(tom), mine)
    page = browser(lea).get("/admin/audit?action=comment_deleted")
    assert "Tom Becker deleted their own comment on" in page.text
    assert page.has(f'main a[href="{at(swap)}"]') and not page.has(f'main a[href="/comments/{mine.id}"]')


def test_deleting_twice_is_no_fault(browser: Open, mine: Comment, tom: User) -> None:
    author = browser(tom)
    form = author.get(f"/comments/{mine.id}/delete")
    author.submit(form, "main form.form")
    assert author.submit(form, "main form.form").status == 404
