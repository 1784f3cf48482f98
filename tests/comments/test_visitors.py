"""Taking part without an account, and with pictures."""

from collections.abc import Callable
from io import BytesIO

from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.comments.discussion import FORM, at, picture, said
from tests.conftest import act
from tests.mailbox import Mailbox

Open = Callable[..., Browser]


def test_what_visitors_say_waits_until_they_confirm(
    visitor: Browser, offline: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    form = visitor.get(f"/ideas/{offline.id}/comments/new")
    visitor.submit(form, FORM, body="A visitor’s words", email="Ada@Example.com")
    assert said(offline) == [] and "A visitor’s words" not in visitor.get(at(offline)).html
    run_jobs()
    [message] = mailbox.to("ada@example.com")
    page = visitor.get(mailbox.link(message, "/sign-in"))
    assert "Post your comment on “See the schedule offline on the phone”" in page.text
    visitor.submit(page, "main form[method=post]", display_name="Ada Fox")
    assert said(offline) == ["A visitor’s words"]
    assert "Ada Fox" in visitor.get(at(offline)).find(".thread").get_text()


def test_a_visitor_is_told_what_is_missing(visitor: Browser, offline: Idea) -> None:
    form = visitor.get(f"/ideas/{offline.id}/comments/new")
    page = visitor.submit(form, FORM, body="Kept words", email="not an address")
    assert page.status == 422 and page.has("input[name=email][aria-invalid]")
    assert "Kept words" in page.find("textarea").get_text()


def test_what_is_confirmed_after_the_idea_was_hidden_is_not_posted(
    visitor: Browser, offline: Idea, nora: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    form = visitor.get(f"/ideas/{offline.id}/comments/new")
    visitor.submit(form, FORM, body="Too late", email="ada@example.com")
    run_jobs()
    with act():
        offline.hide(by=nora, reason="Spam")
    page = visitor.get(mailbox.link(mailbox.messages[0], "/sign-in"))
    assert "offline" not in page.text
    visitor.submit(page, "main form[method=post]", display_name="Ada Fox")
    assert said(offline) == []


def test_what_is_confirmed_after_the_issue_became_private_is_not_posted(
    visitor: Browser, double_shift: Idea, yuki: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    form = visitor.get(f"/ideas/{double_shift.id}/comments/new")
    visitor.submit(form, FORM, body="Me too", email="ada@example.com")
    run_jobs()
    with act():
        double_shift.set_private(True, by=yuki)
    page = visitor.get(mailbox.link(mailbox.messages[0], "/sign-in"))
    visitor.submit(page, "main form[method=post]", display_name="Ada Fox")
    assert said(double_shift) == []


def test_a_mail_that_leaves_after_the_issue_became_private_does_not_name_it(
    visitor: Browser, double_shift: Idea, yuki: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    visitor.post(f"/ideas/{double_shift.id}/vote", {"email": "ada@example.com"})
    with act():
        double_shift.set_private(True, by=yuki)
    run_jobs()
    (message,) = mailbox.messages
    html = message.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert double_shift.title not in mailbox.text(message) and double_shift.title not in html


def test_a_visitor_s_vote_for_a_private_issue_is_one_for_nothing(visitor: Browser, salary_leak: Idea) -> None:
    for id in (salary_leak.id, 99_999):
        assert visitor.post(f"/ideas/{id}/vote", {"email": "ada@example.com"}).status == 404
    assert db.session.scalars(select(EmailToken)).all() == []


def test_what_waits_does_not_quote_a_comment_that_was_hidden_since(
    visitor: Browser, offline: Idea, tom: User, lea: User
) -> None:
    with act():
        comment = Comment.post(offline, "My number is 0612345678.", by=tom)
    reply = {"body": "Me too.", "email": "ada@example.com", "parent": str(comment.id)}
    page = visitor.post(f"/ideas/{offline.id}/comments", reply)
    assert "0612345678" in page.text
    with act():
        comment.hide(by=lea, reason="A telephone number")
    page = visitor.get("/sign-in/code")
    assert "Me too." in page.text and "0612345678" not in page.text


def test_pictures_come_with_a_comment(browser: Open, visitor: Browser, offline: Idea, tom: User, lea: User) -> None:
    address = f"/ideas/{offline.id}/comments"
    page = browser(tom).post(address, {"body": "Look", "images": [picture(), picture()]})
    shown = [str(image["src"]) for image in page.soup.select(".thread .pictures img")]
    assert len(shown) == 2
    assert visitor.get(shown[0]).status == 200
    with act():
        db.session.scalars(select(Comment).where(Comment.idea_id == offline.id)).one().hide(by=lea, reason="Faces")
    assert visitor.get(shown[0]).status == 404


def test_what_is_no_picture_is_refused_and_the_rest_is_kept(browser: Open, offline: Idea, tom: User) -> None:
    member, address = browser(tom), f"/ideas/{offline.id}/comments"
    page = member.post(address, {"body": "Look", "images": [picture(), (BytesIO(b"MZ"), "virus.png")]})
    assert page.status == 422 and "virus.png" in page.find(".summary").get_text()
    assert "Look" in page.find("textarea").get_text() and "1 picture is kept." in page.text
    assert len(member.submit(page, FORM).soup.select(".thread .pictures img")) == 1
    many = member.post(address, {"body": "Look", "images": [picture() for _ in range(4)]})
    assert many.status == 422 and "Add at most 3 pictures." in many.text


def test_a_visitor_s_pictures_are_seen_once_confirmed(
    browser: Open, visitor: Browser, offline: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    token = visitor.get(f"/ideas/{offline.id}/comments/new").find("input[name=csrf_token]")["value"]
    data = {"body": "Look", "email": "ada@example.com", "images": [picture()], "csrf_token": token}
    visitor.post(f"/ideas/{offline.id}/comments", data)
    key = db.session.scalars(select(Attachment.key)).one()
    assert visitor.get(f"/uploads/{key}").status == 404
    run_jobs()
    page = visitor.get(mailbox.link(mailbox.messages[0], "/sign-in"))
    visitor.submit(page, "main form[method=post]", display_name="Ada Fox")
    assert browser().get(f"/uploads/{key}").status == 200
