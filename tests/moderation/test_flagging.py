"""Reporting a text: once a person, weighed by trust, and out of sight past the threshold until staff have looked."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Release, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation import judging
from portal.moderation.flagging import flag
from portal.moderation.models import Flag, Reason, suspend
from portal.moderation.trust import weight_of
from portal.privacy.erasing import erase
from portal.settings import Settings
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
FORM = "main form.form"


@pytest.fixture
def comment(copy_week: Idea, tom: User) -> Comment:
    """What Tom, whose idea is planned, wrote under the idea of Inès."""
    return db.session.scalars(select(Comment).where(Comment.idea_id == copy_week.id, Comment.author_id == tom.id)).one()


def report(thing: object, *people: User, reason: Reason = Reason.SPAM) -> None:
    for person in people:
        with act():
            flag(thing, by=person, reason=reason)


def flags(thing: Idea | Comment | Release | User) -> list[Flag]:
    db.session.rollback()
    return list(db.session.scalars(select(Flag).where(Flag.about(thing)).order_by(Flag.id)))


def test_a_member_reports_a_comment_from_its_link(browser: Opens, sofia: User, comment: Comment) -> None:
    member = browser(sofia)
    link = next(a for a in member.get(at(comment.idea)).soup.select("a") if f"/comments/{comment.id}/flag" in str(a))
    page = member.submit(member.get(str(link["href"])), FORM, reason="abusive", words="He calls us lazy.")
    assert "Our team looks at it, and you are told when they have." in page.html
    (sent,) = flags(comment)
    assert (sent.user_id, sent.author_id, sent.reason, sent.words) == (
        sofia.id, comment.author_id, Reason.ABUSIVE, "He calls us lazy.",
    )  # fmt: skip
    event = db.session.scalars(select(Event).where(Event.action == Action.FLAGGED)).one()
    assert (event.actor_id, event.subject_id) == (sofia.id, comment.id)


def test_every_public_text_has_its_link_and_no_token(visitor: Browser, copy_week: Idea, tom: User, hugo: User) -> None:
    with act():
        release = draft(by=hugo)
        release.published_at = now()
        release.write(title={"en": "Undo"})
    for place in (at(copy_week), f"/people/{tom.handle}", f"/changelog/{release.id}-undo"):
        page = visitor.get(place)
        (link, *_more) = [str(a["href"]) for a in page.soup.select("a.report")]
        assert "csrf_token" not in page.html and "Set-Cookie" not in page.headers
        assert visitor.get(link).has(FORM)


def test_ones_own_words_and_what_is_hidden_have_no_link(
    browser: Opens, tom: User, sofia: User, hugo: User, lea: User, offline: Idea
) -> None:
    with act():
        release = draft(by=hugo)
        release.write(title={"en": "Undo", "fr": "Undo"})
        judging.hide(sofia, by=hugo, reason="Insults in her title.")
    for reader, place in (
        (tom, at(offline)), (tom, "/people/tom-becker"), (tom, "/people/sofia-nilsson"),
        (None, "/people/sofia-nilsson"), (lea, f"/changelog/{release.id}-undo"),
    ):  # fmt: skip
        page = browser(reader).get(place)
        assert page.status == 200 and not page.has("a[href$='/flag']"), place


def test_a_visitors_report_counts_once_they_confirm_it(
    visitor: Browser, comment: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    assert visitor.get(at(comment.idea)).has(f"a[href='/comments/{comment.id}/flag']")
    page = visitor.submit(visitor.get(f"/comments/{comment.id}/flag"), FORM, reason="spam", email="vera@example.org")
    assert not flags(comment)
    run_jobs()
    confirm = visitor.get(Mailbox.link(mailbox.to("vera@example.org")[-1], "/sign-in/"))
    assert "Report a comment on “Copy a week of shifts and keep the exceptions”" in confirm.text
    page = visitor.submit(confirm, "main form", display_name="Vera")
    assert "Our team looks at it" in page.html and page.path.startswith(f"/ideas/{comment.idea_id}-")
    assert [sent.weight for sent in flags(comment)] == [25]


def test_what_was_hidden_meanwhile_is_not_named_to_whom_reported_it(
    visitor: Browser, fax: Idea, lea: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    visitor.submit(visitor.get(f"/ideas/{fax.id}/flag"), FORM, reason="spam", email="vera@example.org")
    with act():
        fax.hide(by=lea, reason="Advertising.")
    run_jobs()
    message = mailbox.to("vera@example.org")[0]
    confirm = visitor.get(mailbox.link(message, "/sign-in/"))
    assert "Report what somebody wrote" in confirm.text
    assert fax.title not in confirm.html and fax.title not in f"{message['Subject']} {mailbox.text(message)}"


def test_a_report_owes_a_reason_and_another_reason_owes_words(browser: Opens, sofia: User, comment: Comment) -> None:
    member, url = browser(sofia), f"/comments/{comment.id}/flag"
    assert "Choose what is wrong with it." in member.post(url, {"reason": "ugly"}).text
    page = member.post(url, {"reason": "other"})
    assert page.status == 422 and "Say in a few words what is wrong with it." in page.text
    assert not flags(comment)


def test_nobody_reports_their_own_words_nor_twice(browser: Opens, tom: User, sofia: User, comment: Comment) -> None:
    url = f"/comments/{comment.id}/flag"
    assert "You wrote this yourself" in browser(tom).get(url).text
    assert browser(tom).post(url, {"reason": "spam"}).status == 403
    assert f"/comments/{comment.id}/flag" not in browser(tom).get(at(comment.idea)).html
    for _ in range(2):
        assert browser(sofia).post(url, {"reason": "spam"}).status == 200
    assert len(flags(comment)) == 1 and "You have reported this." in browser(sofia).get(url).text
    assert db.session.scalar(select(func.count()).where(Event.action == Action.FLAGGED)) == 1


def test_nobody_reports_their_own_words_as_a_visitor_either(
    visitor: Browser, tom: User, comment: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    visitor.submit(visitor.get(f"/comments/{comment.id}/flag"), FORM, reason="spam", email="tom@example.com")
    run_jobs()
    visitor.submit(visitor.get(Mailbox.link(mailbox.to(tom)[-1], "/sign-in/")), "main form")
    assert not flags(comment)


def test_what_one_may_not_see_cannot_be_reported(browser: Opens, tom: User, salary_leak: Idea, fax: Idea) -> None:
    with act():
        fax.hide(by=None, reason="Spam.")
    for idea in (salary_leak, fax):
        for opened in (browser(tom), browser()):
            assert opened.get(f"/ideas/{idea.id}/flag").status == 404
            assert opened.post(f"/ideas/{idea.id}/flag", {"reason": "spam"}).status == 404


def test_too_many_reports_in_an_hour_are_refused_with_their_words(
    with_limits: Flask, tom: User, fax: Idea, swap: Idea
) -> None:
    member = Browser(with_limits, tom)
    for _ in range(20):
        assert member.post(f"/ideas/{fax.id}/flag", {"reason": "spam"}).status != 429
    page = member.post(f"/ideas/{swap.id}/flag", {"reason": "spam", "words": "Again and again."})
    assert page.status == 429 and page.find("textarea").get_text().strip() == "Again and again."


def test_reports_of_several_people_hide_a_text_until_staff_look(
    browser: Opens, comment: Comment, marc: User, yuki: User, sofia: User, tom: User
) -> None:
    counted, words = comment.idea.comments_count, "A split shift is two entries"
    report(comment, marc, yuki)
    assert words in browser().get(at(comment.idea)).html
    report(comment, sofia)
    assert words not in browser().get(at(comment.idea)).html
    assert browser().get(f"/comments/{comment.id}", follow=False).status == 404
    mine = browser(tom).get(at(comment.idea))
    assert words in mine.html and "Our team looks at this before others see it." in mine.text
    db.session.rollback()
    assert comment.idea.comments_count == counted - 1


def test_the_threshold_is_a_choice_of_the_portal(fax: Idea, marc: User, yuki: User, tom: User, aicha: User) -> None:
    with act():
        Settings.current().flags_to_hide = 0
    report(fax, marc, yuki, tom, aicha)
    assert fax.hidden_at is None


def test_what_staff_kept_stays_until_it_is_edited(
    fax: Idea, hugo: User, sofia: User, marc: User, yuki: User, tom: User, aicha: User, ines: User, camille: User
) -> None:
    report(fax, marc, yuki)
    with act():
        judging.keep(fax, by=hugo)
    report(fax, marc, tom, aicha, ines, camille)
    assert fax.hidden_at is None and [sent.is_open for sent in flags(fax)] == [False, False, True, True, True, True]
    with act():
        fax.edit("Send the schedule by fax", "Buy my pills.", by=sofia)
    report(fax, marc)
    assert fax.hidden_at is not None and fax.is_held


def test_reports_that_staff_have_answered_count_no_more(
    fax: Idea, hugo: User, sofia: User, marc: User, yuki: User, camille: User
) -> None:
    report(fax, marc, yuki)
    with act():
        judging.keep(fax, by=hugo)
        fax.edit("Send the schedule by fax", "To our cook.", by=sofia)
    report(fax, camille)
    assert fax.hidden_at is None


def test_reports_of_newcomers_and_of_who_was_suspended_since_hide_nothing(
    fax: Idea, hugo: User, marc: User, yuki: User, camille: User, tom: User
) -> None:
    with act():
        yuki.created_at = now() - timedelta(days=2)
    report(fax, marc, yuki, camille)
    assert fax.hidden_at is None
    with act():
        suspend(marc, by=hugo, reason="He reports whatever Sofia writes.")
    report(fax, tom)
    assert fax.hidden_at is None and len(flags(fax)) == 4


def test_what_staff_wrote_is_hidden_by_staff_alone(
    copy_week: Idea, lea: User, marc: User, yuki: User, sofia: User, aicha: User
) -> None:
    answer = db.session.scalars(select(Comment).where(Comment.author_id == lea.id)).first()
    assert answer is not None
    report(answer, marc, yuki, sofia, aicha)
    assert answer.hidden_at is None and len(flags(answer)) == 4


def test_who_is_new_counts_less_and_who_was_right_counts_more(
    sofia: User, yuki: User, ines: User, hugo: User, fax: Idea, dark_mode: Idea, swap: Idea
) -> None:
    with act():
        yuki.created_at = now() - timedelta(days=2)
    assert (weight_of(yuki), weight_of(sofia), weight_of(ines)) == (25, 100, 150)
    report(dark_mode, sofia)
    with act():
        judging.keep(dark_mode, by=hugo)
    wrong = weight_of(sofia)
    report(swap, sofia)
    with act():
        judging.hide(swap, by=hugo, reason="Insults.")
    assert wrong == 67 and weight_of(sofia) == 75


def test_reports_at_the_same_time_hide_once(
    app: Flask, fax: Idea, marc: User, yuki: User, tom: User, aicha: User, ines: User
) -> None:
    ids, idea_id, ready = [user.id for user in (marc, yuki, tom, aicha, ines)], fax.id, Barrier(5)

    def send(user_id: int) -> None:
        with app.app_context():
            db.session.get_one(User, user_id)
            ready.wait()
            begin_write()
            flag(db.session.get_one(Idea, idea_id), db.session.get_one(User, user_id), Reason.SPAM)
            db.session.commit()

    senders = [Thread(target=send, args=(id,)) for id in ids]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert len(flags(fax)) == 5 and fax.is_held
    held = select(func.count()).where(Event.action == Action.TEXT_HELD)
    assert db.session.scalar(held) == 1


def test_a_hidden_profile_shows_its_words_to_its_owner_and_staff(
    browser: Opens, tom: User, hugo: User, sofia: User
) -> None:
    with act():
        judging.hide(tom, by=hugo, reason="Insults in your title.")
    page = browser().get("/people/tom-becker")
    assert "Restaurant owner" not in page.html and "Tom Becker" not in page.html and f"Member {tom.id}" in page.text
    mine = browser(tom).get("/people/tom-becker").text
    assert "Restaurant owner, Leeds" in mine and "Insults in your title." in mine
    settings = browser(tom).post("/settings", {"section": "profile", "display_name": "Tom Becker"})
    assert settings.status == 403
    staff = browser(hugo)
    staff.submit(staff.get("/people/tom-becker"), "form[action$=restored]")
    assert "Tom Becker" in browser().get("/people/tom-becker").text


def test_an_erased_account_keeps_no_hidden_words(tom: User, hugo: User) -> None:
    with act():
        judging.hide(tom, by=hugo, reason="Insults in your title.")
    with act():
        erase(tom)
    assert tom.said == ["a former member", "", "", ""] and not tom.hidden_reason


def test_a_hidden_release_is_seen_by_staff_alone(browser: Opens, hugo: User, offline: Idea) -> None:
    with act():
        release = draft(by=hugo)
        release.write(title={"en": "Offline at last", "fr": "Offline at last"})
        release.ideas, release.published_at = [offline], now()
    with act():
        id = release.id
        judging.hide(release, by=hugo, reason="It names a customer.")
    for place in ("/changelog", "/", "/feed.atom", "/sitemap.xml"):
        read = browser().client.get(place).get_data(as_text=True)
        assert "Offline at last" not in read and f"/changelog/{id}-" not in read
    assert browser().get(f"/changelog/{id}-offline-at-last").status == 404
    assert "It names a customer." in browser(hugo).get(f"/changelog/{id}").text
