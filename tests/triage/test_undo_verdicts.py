"""Staff undo what they just decided about a text or a person: reports, what is held, marks, suspensions."""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.comments.models import Comment
from portal.extensions import db
from portal.fanout import fan_out
from portal.ideas import rewriting
from portal.ideas.models import Idea
from portal.moderation import judging
from portal.moderation.flagging import flag, hold_for
from portal.moderation.models import Reason, Sign, reinstate, suspend
from portal.privacy.erasing import erase
from portal.recognition.ledger import award, points_of
from portal.triage.acts import Act
from portal.voting.models import Vote
from tests.admin.places import at
from tests.browser import Browser, Page
from tests.changelog.releases import published
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.moderation.test_queue import decide
from tests.triage.test_undo import at_once, everything, press_undo

Opens = Callable[..., Browser]
Runs = Callable[[], None]
UNDONE = "Undone. It is as it was before, and nobody was told."


@pytest.fixture(autouse=True)
def paid(app: Flask) -> None:
    """All points that stand are paid, as they are once everything was told."""
    with act():
        for event in db.session.scalars(select(Event).where(Event.action == Action.STATUS_CHANGED)):
            award(event)


@pytest.fixture
def said(dark_mode: Idea, tom: User, run_jobs: Runs) -> Comment:
    """A comment of Tom on an idea of somebody else, of which all is told."""
    with act():
        comment = Comment.post(dark_mode, "Only after sunset, please.", by=tom)
    run_jobs()
    return comment


@pytest.fixture
def texts(
    said: Comment, fax: Idea, copy_week: Idea, sofia: User, lea: User, marc: User, yuki: User, run_jobs: Runs
) -> dict[str, Any]:
    """A text of each kind, reported by Marc and Yuki."""
    release = published(lea, copy_week)
    with act():
        sofia.title, sofia.bio = "The best there is", "Call me."
    things = {"idea": fax, "comment": said, "release": release, "user": sofia}
    with act():
        for thing in things.values():
            flag(thing, by=marc, reason=Reason.SPAM)
            flag(thing, by=yuki, reason=Reason.ABUSIVE, words="Rude.")
    run_jobs()
    return things


def people() -> list[str]:
    """What of people an act of staff may change."""
    db.session.rollback()
    columns = User.id, User.suspended_at, User.hidden_at, User.hidden_words, User.own_name, User.title, User.bio
    return sorted(map(str, db.session.execute(select(*columns))))


def mark(staff: Browser, comment: Comment, shaped: int = 1) -> Page:
    return staff.post(f"/comments/{comment.id}/shaped", {"shaped": shaped})


def judge(staff: Browser, thing: Any, judgement: str, **fields: str) -> Page:
    page: Any = decide(staff, thing, judgement, **fields)
    return page


def test_a_mark_that_was_undone_never_happened(
    browser: Opens, hugo: User, said: Comment, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff, before, mails, points = browser(hugo), everything(), mailbox.recipients, points_of(tom)
    page = mark(staff, said)
    assert "Marked: this comment shaped the idea. Tom Becker gets it by e-mail" in page.html and said.has_shaped
    assert UNDONE in press_undo(staff, page).html
    assert everything() == before
    run_jobs()
    assert everything() == before and mailbox.recipients == mails and points_of(tom) == points


def test_a_mark_is_told_and_paid_once_the_time_is_over(
    browser: Opens, hugo: User, said: Comment, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    points, mails = points_of(tom), len(mailbox.to(tom))
    mark(browser(hugo), said)
    assert points_of(tom) == points
    run_jobs()
    assert points_of(tom) == points + 15 and len(mailbox.to(tom)) == mails + 1


def test_a_mark_that_was_taken_back_stands_again(
    browser: Opens, hugo: User, said: Comment, tom: User, run_jobs: Runs
) -> None:
    mark(browser(hugo), said)
    run_jobs()
    staff, before, points = browser(hugo), everything(), points_of(tom)
    page = mark(staff, said, 0)
    assert UNDONE in press_undo(staff, page).html
    run_jobs()
    assert everything() == before and points_of(tom) == points


def test_nothing_else_pays_for_a_mark_that_may_still_be_undone(
    browser: Opens, hugo: User, lea: User, said: Comment, tom: User, run_jobs: Runs
) -> None:
    """What happens to the idea meanwhile settles its points: but for what may be undone, and then all of them."""
    staff, points = browser(hugo), points_of(tom)
    page = mark(staff, said)
    with act():
        said.idea.hide(by=lea, reason="It names a guest.")
        said.idea.restore(by=lea)
    for id in db.session.scalars(select(Event.id).where(Event.actor_id == lea.id, Event.fanned_out_at.is_(None))).all():
        assert fan_out(id)
    assert points_of(tom) == points
    press_undo(staff, page)
    run_jobs()
    assert points_of(tom) == points


def test_the_mark_of_an_author_offers_no_undo(browser: Opens, said: Comment, dark_mode: Idea) -> None:
    author = browser(dark_mode.author)
    assert not mark(author, said).has("form.undo") and said.has_shaped


@pytest.mark.both
def test_of_two_who_mark_the_same_the_second_changes_nothing(
    browser: Opens, hugo: User, lea: User, said: Comment
) -> None:
    mark(browser(hugo), said)
    after = everything()
    assert not mark(browser(lea), said).has("form.undo") and everything() == after


def test_a_mark_that_somebody_took_back_since_is_named(browser: Opens, hugo: User, lea: User, said: Comment) -> None:
    staff = browser(hugo)
    page = mark(staff, said)
    mark(browser(lea), said, 0)
    after = everything()
    refused = press_undo(staff, page)
    assert "because of what happened since: Léa Martin took back that a comment shaped" in refused.html
    assert everything() == after


@pytest.mark.both
@pytest.mark.parametrize("judgement", ["kept", "hidden", "suspended"])
def test_a_decision_that_was_undone_never_happened(
    browser: Opens, hugo: User, texts: dict[str, Any], run_jobs: Runs, mailbox: Mailbox, judgement: str
) -> None:
    """Of a text of each kind; who is of the team is not suspended from there."""
    staff, before, persons, mails = browser(hugo), everything(), people(), mailbox.recipients
    fields = {} if judgement == "kept" else {"reason": "It mocks a colleague."}
    for kind in ("idea", "comment", "user") if judgement == "suspended" else texts:
        page = judge(staff, texts[kind], judgement, **fields)
        assert page.status == 200 and everything() != before
        page = press_undo(staff, page)
        assert UNDONE in page.html and page.path == "/admin/moderation"
        assert (everything(), people()) == (before, persons), kind
        assert page.has(f'form[action="/admin/moderation/{kind}/{texts[kind].id}/judgement"]')
    run_jobs()
    assert (everything(), people()) == (before, persons) and mailbox.recipients == mails


def test_who_reported_it_hears_once_the_time_is_over(
    browser: Opens, hugo: User, texts: dict[str, Any], marc: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    mails = len(mailbox.to(marc))
    judge(browser(hugo), texts["comment"], "hidden", reason="It mocks a colleague.")
    assert len(mailbox.to(marc)) == mails
    run_jobs()
    assert len(mailbox.to(marc)) == mails + 1


def test_a_held_comment_that_was_approved_waits_again(
    browser: Opens, hugo: User, offline: Idea, sofia: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        comment = Comment.post(offline, "See https://example.org/offers", by=sofia, quietly=True)
        hold_for(comment, [Sign.LINKS])
    run_jobs()
    staff, before, mails, count = browser(hugo), everything(), mailbox.recipients, offline.comments_count
    page = judge(staff, comment, "kept")
    assert "Kept, and shown to everyone." in page.html and offline.comments_count == count + 1
    assert UNDONE in press_undo(staff, page).html
    assert everything() == before and comment.is_held and offline.comments_count == count
    read = staff.get("/admin/audit").text
    assert "Hugo Petit approved a comment on" in read and "and it was undone at once" in read
    run_jobs()
    assert everything() == before and mailbox.recipients == mails
    judge(staff, comment, "kept")
    run_jobs()
    assert len(mailbox.to(sofia)) == 2  # that it was held, and that it is shown


def test_a_held_idea_whose_other_words_wait_to_be_told_waits_again(
    browser: Opens, hugo: User, sofia: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        idea = Idea.propose(sofia, "A clock for breaks", "At the wall.")
        Vote.cast(idea, by=tom)
    with act():
        rewriting.rewrite(idea, "Cheap watches at https://example.org", "Buy them.", by=sofia, material=True)
        hold_for(idea, [Sign.LINKS])
    run_jobs()
    staff, before, mails = browser(hugo), everything(), mailbox.recipients
    page = judge(staff, idea, "kept")
    assert everything() != before
    assert UNDONE in press_undo(staff, page).html
    run_jobs()
    assert everything() == before and idea.is_held and mailbox.recipients == mails


@pytest.mark.both
def test_what_is_said_meanwhile_is_counted_all_the_same(
    browser: Opens, hugo: User, said: Comment, dark_mode: Idea, ines: User
) -> None:
    count, staff = dark_mode.comments_count, browser(hugo)
    page = staff.post(f"/admin/comments/{said.id}/hidden", {"hidden": 1, "reason": "Rude."})
    with act():
        Comment.post(dark_mode, "I would use it.", by=ines)
    assert UNDONE in press_undo(staff, page).html
    db.session.rollback()
    assert said.hidden_at is None and dark_mode.comments_count == count + 1


@pytest.mark.both
def test_two_judge_and_the_first_undoes_what_the_second_changed(
    browser: Opens, hugo: User, lea: User, texts: dict[str, Any]
) -> None:
    staff, comment = browser(hugo), texts["comment"]
    page = judge(staff, comment, "hidden", reason="Rude.")
    browser(lea).post(f"/admin/comments/{comment.id}/hidden", {"hidden": 0})
    after = everything()
    refused = press_undo(staff, page)
    assert "Nothing was undone, because of what happened since: Léa Martin restored a comment" in refused.html
    assert everything() == after


@pytest.mark.both
def test_the_second_decides_once_the_first_has_undone(
    browser: Opens, hugo: User, lea: User, texts: dict[str, Any], run_jobs: Runs, mailbox: Mailbox, marc: User
) -> None:
    staff, mails = browser(hugo), len(mailbox.to(marc))
    press_undo(staff, judge(staff, texts["idea"], "kept"))
    page = judge(browser(lea), texts["idea"], "hidden", reason="Rude.")
    assert page.has("form.undo") and texts["idea"].hidden_at
    run_jobs()
    assert len(mailbox.to(marc)) == mails + 1


@pytest.mark.parametrize("kind", ["release", "user"])
def test_what_was_shown_again_is_hidden_again(
    browser: Opens, hugo: User, texts: dict[str, Any], lea: User, run_jobs: Runs, mailbox: Mailbox, kind: str
) -> None:
    with act():
        judging.hide(texts[kind], by=lea, reason="It names a guest.")
    run_jobs()
    staff, before, persons, mails = browser(hugo), everything(), people(), mailbox.recipients
    page = staff.post(f"/admin/moderation/{kind}/{texts[kind].id}/restored")
    assert "Shown again." in page.html and (everything(), people()) != (before, persons)
    assert UNDONE in press_undo(staff, page).html
    run_jobs()
    assert (everything(), people()) == (before, persons) and mailbox.recipients == mails


@pytest.mark.both
def test_a_suspension_that_was_undone_never_happened(
    browser: Opens, hugo: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        db.session.add(EmailToken(email=tom.email))
    run_jobs()
    staff, before, persons, mails = browser(hugo), everything(), people(), mailbox.recipients
    page = staff.post(f"/admin/members/{tom.handle}/suspension", {"reason": "Insults, twice."})
    assert tom.is_suspended and page.has("form.undo")
    page = press_undo(staff, page)
    assert UNDONE in page.html and page.path == f"/admin/members/{tom.handle}"
    assert (everything(), people()) == (before, persons)
    run_jobs()
    assert (everything(), people()) == (before, persons) and mailbox.recipients == mails
    read = staff.get("/admin/audit").text
    assert "Hugo Petit suspended Tom Becker, and it was undone at once" in read and "Insults" not in read


def test_an_end_of_a_suspension_is_undone(browser: Opens, hugo: User, lea: User, tom: User, run_jobs: Runs) -> None:
    with act():
        suspend(tom, by=lea, reason="Insults.")
    run_jobs()
    staff, before, persons = browser(hugo), everything(), people()
    page = staff.post(f"/admin/members/{tom.handle}/suspension/end")
    assert not tom.is_suspended
    assert UNDONE in press_undo(staff, page).html
    assert (everything(), people()) == (before, persons)


def test_a_suspension_that_a_colleague_ended_since_is_named(browser: Opens, hugo: User, lea: User, tom: User) -> None:
    staff = browser(hugo)
    page = staff.post(f"/admin/members/{tom.handle}/suspension", {"reason": "Insults, twice."})
    with act():
        reinstate(tom, by=lea)
    refused = press_undo(staff, page)
    assert "because of what happened since: Léa Martin ended the suspension of Tom Becker" in refused.html


@pytest.mark.both
def test_whoever_leaves_meanwhile_gets_no_words_back(
    browser: Opens, hugo: User, texts: dict[str, Any], sofia: User
) -> None:
    staff = browser(hugo)
    page = judge(staff, sofia, "hidden", reason="It names a guest.")
    with act():
        erase(sofia)
    assert "It is too late to undo this" in press_undo(staff, page).html
    db.session.rollback()
    assert (sofia.title, sofia.bio, sofia.hidden_words) == ("", "", {})
    assert db.session.scalar(select(func.count()).select_from(Act)) == 0


@pytest.mark.both
def test_a_restored_portal_offers_no_undo_of_a_decision(
    browser: Opens, hugo: User, texts: dict[str, Any], marc: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    mails = len(mailbox.to(marc))
    judge(browser(hugo), texts["idea"], "hidden", reason="Rude.")
    with act():
        quieten("2026-11-29 10:00")
    run_jobs()
    assert len(mailbox.to(marc)) == mails and texts["idea"].hidden_at
    assert db.session.scalar(select(func.count()).select_from(Act)) == 0


@pytest.mark.both
def test_of_undoing_a_decision_and_deciding_otherwise_at_the_same_moment_nothing_is_lost(
    app: Flask, browser: Opens, hugo: User, lea: User, texts: dict[str, Any]
) -> None:
    """Many times over: the text stands as the later of the two left it, and its comments are counted right."""
    staff, other, comment = browser(hugo), browser(lea), texts["comment"]
    other.get(at(comment.idea))
    for _round in range(5):
        page = staff.post(f"/admin/comments/{comment.id}/hidden", {"hidden": 1, "reason": "Rude."})
        shows = partial(other.post, f"/admin/comments/{comment.id}/hidden", {"hidden": 0})
        outcome = at_once(app, shows, partial(press_undo, staff, page))
        assert not any(isinstance(one, BaseException) for one in outcome), outcome
        db.session.rollback()
        shown = select(func.count(Comment.id)).where(Comment.idea_id == comment.idea_id, Comment.hidden_at.is_(None))
        shown = shown.where(Comment.is_note.is_(False), Comment.deleted_at.is_(None))
        assert comment.hidden_at is None and comment.idea.comments_count == db.session.scalar(shown)
        restored = select(func.count(Event.id)).where(Event.action == Action.COMMENT_RESTORED)
        hidden = select(func.count(Event.id)).where(Event.action == Action.COMMENT_HIDDEN)
        assert db.session.scalar(restored) == db.session.scalar(hidden)
