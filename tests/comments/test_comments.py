"""Taking part in a discussion."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal import create_app
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db, limiter
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Follow
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

Open = Callable[..., Browser]
FORM = "form.reply-box"


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


def at(idea: Idea) -> str:
    return f"/ideas/{idea.id}-{idea.slug}"


def said(idea: Idea) -> list[str]:
    """What people said about it, oldest first."""
    db.session.rollback()
    return list(
        db.session.scalars(
            select(Comment.body)
            .where(Comment.idea_id == idea.id, Comment.is_note.is_(False))
            .order_by(Comment.created_at, Comment.id)
        )
    )


def follows(user: User, idea: Idea) -> Follow | None:
    db.session.rollback()
    return db.session.get(Follow, (user.id, idea.id))


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


def test_the_replies_to_a_hidden_comment_stand(visitor: Browser, copy_week: Idea, tom: User, lea: User) -> None:
    first = db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one()
    with act():
        first.hide(by=lea, reason="Private data")
    page = visitor.get(at(copy_week))
    assert "This comment was hidden by our team." in page.text
    assert "That was the missing piece" in page.text and "two entries" not in page.html
    assert not page.find("#shaped").select(f'a[href*="{tom.handle}"]')


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


@pytest.mark.parametrize("query", ["from=abc", "from=-1", "from=0", "c=newest", "from=999999", "c=new&from=1"])
def test_strange_questions_show_the_discussion(visitor: Browser, copy_week: Idea, query: str) -> None:
    assert visitor.get(f"{at(copy_week)}?{query}").status == 200


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


@pytest.fixture
def with_limits(app: Flask) -> Iterator[Flask]:
    """The same portal with its rate limits on."""
    names = ("DATA_DIR", "SQLALCHEMY_DATABASE_URI", "REDIS_URL", "SMTP_URL", "SECRET_KEY", "PUBLIC_URL", "PRODUCTION")
    made = create_app(**{name: app.config[name] for name in names}, RATE_LIMITS=True, TESTING=True)
    yield made
    limiter.reset()
    limiter.enabled = False


def test_twenty_comments_in_ten_minutes_are_enough(with_limits: Flask, offline: Idea, tom: User, yuki: User) -> None:
    address = f"/ideas/{offline.id}/comments"
    member, other = Browser(with_limits, tom), Browser(with_limits, yuki)
    for n in range(20):
        assert member.post(address, {"body": f"{n}"}, follow=False).status == 303
    assert member.post(address, {"body": "and more"}).status == 429
    assert other.post(address, {"body": "mine"}, follow=False).status == 303
    assert len(said(offline)) == 21


def test_a_visitor_who_wants_to_edit_is_asked_to_sign_in(visitor: Browser, copy_week: Idea, tom: User) -> None:
    mine = db.session.scalars(select(Comment.id).where(Comment.author_id == tom.id)).one()
    assert visitor.get(f"/comments/{mine}/edit", follow=False).status == 303
