"""What each person reads of a discussion."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.comments.discussion import FORM, at
from tests.conftest import act

pytestmark = pytest.mark.both

Open = Callable[..., Browser]


def test_a_hidden_comment_is_read_by_its_author_and_staff(
    browser: Open, copy_week: Idea, aicha: User, marc: User, lea: User
) -> None:
    with act():
        comment = Comment.post(copy_week, "Harsh words", by=aicha)
        comment.hide(by=lea, reason="Not kind")
    for reader in (browser(aicha), browser(lea)):
        found = reader.get(at(copy_week)).find(f"#comment-{comment.id}").get_text()
        assert "Harsh words" in found and "Not kind" in found
    for reader in (browser(), browser(marc)):
        page = reader.get(at(copy_week))
        assert "Harsh words" not in page.html and "2 comments" in page.find("#comments-count").get_text()
        for path in ("", "/history", "/replies"):
            assert reader.get(f"/comments/{comment.id}{path}").status == 404


def test_a_comment_of_a_private_issue_is_not_there_for_others(
    browser: Open, salary_leak: Idea, lea: User, tom: User
) -> None:
    with act():
        comment = Comment.post(salary_leak, "Which export was it?", by=lea)
    for reader in (browser(), browser(tom)):
        for path in ("", "/replies"):
            assert reader.get(f"/comments/{comment.id}{path}", follow=False).status == 404
    assert browser(lea).get(f"/comments/{comment.id}").status == 200


def test_the_replies_to_a_hidden_comment_stand(visitor: Browser, copy_week: Idea, tom: User, lea: User) -> None:
    first = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one()
    with act():
        first.hide(by=lea, reason="Private data")
    page = visitor.get(at(copy_week))
    assert "This comment was hidden by our team." in page.text
    assert "That was the missing piece" in page.text and "two entries" not in page.html
    assert not page.find("#shaped").select(f'a[href*="{tom.handle}"]')


def test_a_hidden_reply_is_read_by_its_author_and_staff(
    browser: Open, offline: Idea, tom: User, aicha: User, lea: User
) -> None:
    with act():
        said = Comment.post(offline, "What about weekends?", by=tom)
        reply = Comment.post(offline, "Harsh words", by=aicha, parent=said)
        Comment.post(offline, "Weekends too, please.", by=tom, parent=said)
        reply.hide(by=lea, reason="Not kind")
    for reader, reads in ((browser(aicha), True), (browser(lea), True), (browser(), False), (browser(tom), False)):
        page = reader.get(at(offline))
        assert ("Harsh words" in page.html) == reads and "Weekends too, please." in page.text


def test_staff_notes_are_for_staff(browser: Open, offline: Idea, tom: User, lea: User) -> None:
    with act():
        note = Comment.note(offline, "Their contract ends in May.", by=lea)
    staff = browser(lea).get(at(offline))
    assert "Their contract ends in May." in staff.find(".note").get_text()
    for reader in (browser(), browser(tom)):
        page = reader.get(at(offline))
        assert "contract ends" not in page.html and "Nobody has said anything yet" in page.text
        assert reader.get(f"/comments/{note.id}").status == 404
    assert browser(tom).get(f"/ideas/{offline.id}/comments/new?parent={note.id}").status == 404


def test_long_discussions_come_fifty_at_a_time(visitor: Browser, offline: Idea, ines: User) -> None:
    with act():
        made = [Comment.post(offline, f"Comment number {n}", by=ines).id for n in range(1, 121)]
    page = visitor.get(at(offline))
    seen: list[str] = []
    while True:
        shown = [str(article["id"]) for article in page.soup.select(".thread > article")]
        assert len(shown) <= 50
        seen += shown
        link = page.soup.select_one("#more a")
        if link is None:
            break
        page = visitor.get(str(link["href"]))
    assert seen == [f"comment-{id}" for id in made]
    newest = visitor.get(f"{at(offline)}?c=new")
    assert newest.find(".thread > article")["id"] == f"comment-{made[-1]}"
    after = visitor.get(str(newest.find("#more a")["href"]))
    assert after.find(".thread > article")["id"] == f"comment-{made[-51]}"


def test_the_address_of_a_comment_leads_to_its_page(visitor: Browser, offline: Idea, ines: User, tom: User) -> None:
    with act():
        roots = [Comment.post(offline, f"Comment number {n}", by=ines) for n in range(60)]
        early = Comment.post(offline, "Early reply", by=tom, parent=roots[0]).id
        late = [Comment.post(offline, f"Reply {n}", by=tom, parent=roots[55]).id for n in range(55)]
        first, last = roots[0].id, roots[-1].id
    for id in (first, last, early, late[0], late[-1]):
        assert visitor.get(f"/comments/{id}").has(f"#comment-{id}"), id
    assert visitor.get(f"/comments/{late[-1]}").path.endswith("/replies")


@pytest.mark.parametrize(
    "query", ["from=abc", "from=-1", "from=0", "c=newest", "from=999999", "c=new&from=1", "from=" + "9" * 30]
)
def test_strange_questions_show_the_discussion(visitor: Browser, copy_week: Idea, query: str) -> None:
    assert visitor.get(f"{at(copy_week)}?{query}").status == 200


def test_staff_and_the_author_say_what_shaped_the_idea(
    browser: Open, visitor: Browser, copy_week: Idea, ines: User, aicha: User, marc: User, lea: User
) -> None:
    with act():
        comment = Comment.post(copy_week, "Ask me about the rest.", by=aicha).id
        own = Comment.post(copy_week, "My own words.", by=ines).id
    author = browser(ines)
    author.submit(author.get(at(copy_week)), f"#comment-{comment} form[action$='/shaped']")
    assert "Aïcha Diallo" in visitor.get(at(copy_week)).find("#shaped").get_text()
    assert author.post(f"/comments/{own}/shaped", {"shaped": "1"}).status == 403
    assert browser(marc).post(f"/comments/{comment}/shaped", {"shaped": "1"}).status == 403
    staff = browser(lea)
    staff.post(f"/comments/{comment}/shaped", {"shaped": "0"})
    assert "Aïcha Diallo" not in visitor.get(at(copy_week)).find("#shaped").get_text()
    db.session.rollback()
    actions = db.session.scalars(
        select(Event.action).where(Event.subject_id == comment, Event.subject_type == "comment")
    )
    assert {Action.COMMENT_SHAPED, Action.COMMENT_UNSHAPED} <= set(actions)


def test_the_words_of_others_stay_words(browser: Open, offline: Idea, ines: User) -> None:
    nasty = "</textarea><script>alert(1)</script>\n\n<img src=x onerror=alert(2)>\n\n[a](javascript:alert(3))"
    member = browser(ines)
    page = member.submit(member.get(at(offline)), FORM, body=nasty)
    assert not page.soup.select("main script, main img[src=x], a[href^=javascript]")
    comment = page.find(".thread article")["id"].split("-")[1]  # type: ignore[union-attr]
    for path in (f"/comments/{comment}/edit", f"/comments/{comment}/history", f"/comments/{comment}/replies"):
        shown = member.get(path)
        assert not shown.soup.select("main script, main img[src=x], a[href^=javascript]"), path
    assert member.get(f"/comments/{comment}/edit").find("textarea").get_text().strip() == nasty
