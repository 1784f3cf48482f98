"""Taking part without leaving the page."""

from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.browser import Browser

Open = Callable[..., Browser]


def test_with_htmx_a_comment_appears_in_place_and_is_announced(browser: Open, offline: Idea, ines: User) -> None:
    member = browser(ines)
    page = member.post(f"/ideas/{offline.id}/comments", {"body": "In place"}, headers={"HX-Request": "true"})
    assert page.status == 200
    part = page.find("hx-partial[hx-target='#thread']")
    assert "In place" in part.get_text() and part["hx-swap"] == "beforeend"
    assert page.find("[data-announce]")["data-announce"] == "Your comment is posted."
    assert page.find("form textarea").get_text().strip() == ""
    assert "1 comment" in page.find("hx-partial[hx-target='#comments-count']").get_text()


def test_with_htmx_a_reply_appears_in_its_thread(browser: Open, copy_week: Idea, aicha: User, tom: User) -> None:
    first = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    headers = {"HX-Request": "true"}
    member = browser(aicha)
    form = member.get(f"/ideas/{copy_week.id}/comments/new?parent={first}", headers=headers)
    assert not form.has("h1") and form.find("input[name=parent]")["value"] == str(first)
    data = {"body": "Ours too", "parent": first}
    page = member.post(f"/ideas/{copy_week.id}/comments", data, headers=headers)
    assert "Ours too" in page.find(f"hx-partial[hx-target='#comment-{first}'] .replies").get_text()


def test_with_htmx_a_refused_comment_keeps_its_text(browser: Open, offline: Idea, ines: User) -> None:
    body = "word " * 3_000
    page = browser(ines).post(f"/ideas/{offline.id}/comments", {"body": body}, headers={"HX-Request": "true"})
    assert page.status == 422 and page.has("form [data-summary]") and not page.has("h1")
    assert page.find("textarea").get_text().strip() == body.strip()


def test_with_htmx_marking_redraws_the_comment_and_the_credits(
    browser: Open, copy_week: Idea, tom: User, lea: User
) -> None:
    first = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    page = browser(lea).post(f"/comments/{first}/shaped", {"shaped": "0"}, headers={"HX-Request": "true"})
    assert page.find(f"#comment-{first} button[aria-pressed]")["aria-pressed"] == "false"
    assert "Tom Becker" not in page.find("#shaped").get_text()
