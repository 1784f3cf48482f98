"""The queue of what was reported: what, who, why and how often; and each decision, told once to everyone concerned."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import draft
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation import judging
from portal.moderation.flagging import flag, hold_for
from portal.moderation.models import Flag, Reason, Sign
from portal.notifications.models import Notification
from tests.admin.places import at
from tests.admin.test_inbox import counting
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
RunJobs = Callable[[], None]


@pytest.fixture
def reported(fax: Idea, marc: User, yuki: User) -> Idea:
    """An idea of Sofia that Marc calls spam and Yuki insulting."""
    with act():
        flag(fax, by=marc, reason=Reason.SPAM)
        flag(fax, by=yuki, reason=Reason.ABUSIVE, words="She calls our cook old.")
    return fax


def decide(staff: Browser, thing: Idea | Comment | User, judgement: str, **fields: str) -> object:
    kind = thing.__tablename__
    form = f'form[action="/admin/moderation/{kind}/{thing.id}/judgement"]:has([value="{judgement}"])'
    return staff.submit(staff.get(f"/admin/moderation?open={kind}-{thing.id}"), form, **fields)


def told(person: User) -> list[str]:
    db.session.rollback()
    rows = select(Event.action).join(Notification, Notification.event_id == Event.id)
    return list(db.session.scalars(rows.where(Notification.user_id == person.id).order_by(Event.id)))


def test_the_queue_says_what_who_why_and_how_often(browser: Opens, hugo: User, reported: Idea) -> None:
    page = browser(hugo).get("/admin/moderation")
    row, open_ = page.find("#cases li").get_text(" "), " ".join(page.find("#open").get_text(" ").split())
    assert "Reported by 2 people" in row and "Sofia Nilsson" in row and "Advertising or spam" in row
    for said in ("Our oldest cook still has one.", "Marc Lefèvre", "Yuki Tan", "She calls our cook old.", "Insults"):
        assert said in open_
    queues = [" ".join(a.get_text(" ").split()) for a in page.soup.select(".inbox__q a")]
    assert queues == ["Reported texts 1", "First texts 0", "All 1", "Votes 0"]
    assert page.find(".subnav__n").get_text(" ").split()[0] == "1"


def test_nothing_reported_is_said_in_words(browser: Opens, hugo: User) -> None:
    assert "All is civil." in browser(hugo).get("/admin/moderation").text


def test_what_most_report_comes_first(browser: Opens, hugo: User, reported: Idea, dark_mode: Idea, tom: User) -> None:
    with act():
        flag(dark_mode, by=tom, reason=Reason.OFF_TOPIC)
        db.session.execute(update(Flag).where(Flag.user_id == tom.id).values(created_at=now() - timedelta(days=9)))
    titles = [title.get_text(strip=True) for title in browser(hugo).get("/admin/moderation").soup.select("#cases h3")]
    assert titles == ["Send the schedule by fax", "A dark mode for the night shift"]


def test_kept_is_told_to_those_who_reported_it_and_not_to_its_author(
    browser: Opens, hugo: User, reported: Idea, marc: User, yuki: User, sofia: User, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    page = decide(browser(hugo), reported, "kept")
    assert (
        "Kept. Of those who reported it: 2 people are told. At once by e-mail: 2." in page.html
        and "All is civil." in page.text
    )
    run_jobs()
    assert mailbox.recipients == ["marc@example.com", "yuki@example.com"]
    assert told(marc) == told(yuki) == [Action.FLAGS_ANSWERED] and told(sofia) == []
    assert "kept it: it breaks none of our rules" in Mailbox.text(mailbox.to(yuki)[0])
    assert browser().get(at(reported)).status == 200
    assert "Hugo Petit looked at “Send the schedule by fax” and kept it" in browser(hugo).get("/admin/audit").text


def test_hidden_is_told_to_its_author_with_the_reason_and_without_names(
    browser: Opens, hugo: User, reported: Idea, marc: User, sofia: User, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    decide(browser(hugo), reported, "hidden", reason="It mocks a colleague.")
    run_jobs()
    assert mailbox.recipients == ["marc@example.com", "sofia@example.com", "yuki@example.com"]
    letter = Mailbox.text(mailbox.to(sofia)[0])
    assert "It mocks a colleague." in letter and "Marc" not in letter and "Yuki" not in letter
    assert "a examiné ce texte et l’a masqué" in Mailbox.text(mailbox.to(marc)[0])
    assert told(sofia) == [Action.IDEA_HIDDEN] and told(marc) == [Action.FLAGS_ANSWERED]
    assert browser().get(at(reported)).status == 404


def test_suspended_is_told_once(
    browser: Opens, hugo: User, reported: Idea, sofia: User, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    decide(browser(hugo), reported, "suspended", reason="Insults, three times.")
    run_jobs()
    db.session.rollback()
    assert sofia.is_suspended and reported.hidden_reason == "Insults, three times."
    assert len(mailbox.to(sofia)) == 1 and "Insults, three times." in Mailbox.text(mailbox.to(sofia)[0])
    assert told(sofia) == [Action.MEMBER_SUSPENDED]


def test_to_hide_and_to_suspend_owe_a_reason(browser: Opens, hugo: User, reported: Idea) -> None:
    for judgement in ("hidden", "suspended"):
        page = decide(browser(hugo), reported, judgement, reason=" ")
        error = page.find(f"#{judgement}-reason-error").get_text()
        assert page.status == 422 and "Say why: they are told the reason." in error
    db.session.rollback()
    assert reported.hidden_at is None


def test_the_second_of_two_staff_is_told_that_somebody_was_quicker(
    browser: Opens, hugo: User, lea: User, reported: Idea, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    with act():
        lea.lang = "en"
    slow = browser(lea)
    page = slow.get("/admin/moderation")
    decide(browser(hugo), reported, "kept")
    page = slow.submit(page, 'form:has([value="hidden"])', reason="Spam.")
    assert "Hugo Petit was quicker, and kept it." in page.html
    run_jobs()
    assert reported.hidden_at is None and len(mailbox.messages) == 2


def test_two_decisions_at_the_same_moment_are_one(
    app: Flask, reported: Idea, hugo: User, lea: User, sofia: User, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    with act():
        lea.lang = "en"
    url, ready, answers = f"/admin/moderation/idea/{reported.id}/judgement", Barrier(2), []

    def press(opened: Browser, data: dict[str, str]) -> None:
        with app.app_context():
            ready.wait()
            page = opened.client.post(url, data=data, follow_redirects=True)
            answers.append("was quicker" in page.get_data(as_text=True))

    pressed = []
    for person in (hugo, lea):
        opened = Browser(app, person)
        data = {"judgement": "hidden", "reason": person.display_name, "csrf_token": opened.csrf_token()}
        pressed.append(Thread(target=press, args=(opened, data)))
    for thread in pressed:
        thread.start()
    for thread in pressed:
        thread.join()
    run_jobs()
    assert sorted(answers) == [False, True] and len(mailbox.to(sofia)) == 1 and len(mailbox.messages) == 3


def test_hiding_from_the_ideas_own_page_answers_the_reports_too(
    browser: Opens, hugo: User, reported: Idea, yuki: User, run_jobs: RunJobs
) -> None:
    browser(hugo).post(f"/admin/ideas/{reported.id}/hidden", {"hidden": 1, "reason": "Spam."})
    assert "All is civil." in browser(hugo).get("/admin/moderation").text
    run_jobs()
    assert told(yuki) == [Action.FLAGS_ANSWERED]


def test_a_held_comment_is_told_to_followers_once_it_is_approved(
    browser: Opens, hugo: User, offline: Idea, tom: User, sofia: User, run_jobs: RunJobs
) -> None:
    with act():
        tom.mail_comments = MailWhen.NEVER
        comment = Comment.post(offline, "See https://example.org/offers", by=sofia, quietly=True)
        hold_for(comment, [Sign.LINKS])
    run_jobs()
    assert told(tom) == [] and told(sofia) == [Action.TEXT_HELD]
    page = decide(browser(hugo), comment, "kept")
    assert "Kept, and shown to everyone." in page.html
    run_jobs()
    assert told(tom) == [Action.COMMENT_POSTED]
    assert told(sofia) == [Action.TEXT_HELD, Action.COMMENT_RESTORED]
    assert "https://example.org/offers" in browser().get(at(offline)).html
    with act():
        judging.hide(comment, by=hugo, reason="An offer after all.")
        judging.keep(comment, by=hugo)
    run_jobs()
    assert told(tom) == [Action.COMMENT_POSTED]


def test_who_wrote_a_hidden_profile_or_release_reads_why(
    hugo: User, lea: User, tom: User, mailbox: Mailbox, run_jobs: RunJobs
) -> None:
    with act():
        hugo.mail_progress = MailWhen.AT_ONCE
        release = draft(by=hugo)
        release.write(title={"en": "Undo", "fr": "Undo"})
    with act():
        judging.hide(tom, by=lea, reason="Insults in your title.")
        judging.hide(release, by=lea, reason="It names a customer.")
    run_jobs()
    assert "Insults in your title." in Mailbox.text(mailbox.to(tom)[0])
    assert "It names a customer." in Mailbox.text(mailbox.to(hugo)[0])


def test_everything_is_in_the_audit(browser: Opens, hugo: User, reported: Idea) -> None:
    decide(browser(hugo), reported, "hidden", reason="Spam.")
    audit = " ".join(browser(hugo).get("/admin/audit").text.split())
    for said in ("Marc Lefèvre reported “Send the schedule by fax”", "Hugo Petit answered 2 reports", "Hugo Petit hid"):
        assert said in audit


def test_members_and_visitors_have_no_queue(browser: Opens, tom: User, reported: Idea) -> None:
    url = f"/admin/moderation/idea/{reported.id}/judgement"
    assert browser(tom).get("/admin/moderation").status == browser(tom).post(url, {"judgement": "kept"}).status == 403
    assert browser(tom).post(f"/admin/moderation/user/{tom.id}/restored").status == 403


def test_staff_are_not_suspended_from_the_queue(browser: Opens, nora: User, lea: User, marc: User) -> None:
    answer = db.session.scalars(select(Comment).where(Comment.author_id == lea.id)).first()
    assert answer is not None
    with act():
        flag(answer, by=marc, reason=Reason.ABUSIVE)
    staff, url = browser(nora), f"/admin/moderation/comment/{answer.id}/judgement"
    assert not staff.get("/admin/moderation").has('[value="suspended"]')
    assert staff.post(url, {"judgement": "suspended", "reason": "x"}).status == 403


def test_the_queue_asks_the_database_the_same_for_few_and_many(
    browser: Opens, hugo: User, tom: User, marc: User, copy_week: Idea, reported: Idea
) -> None:
    with act():
        flag(Comment.post(copy_week, "Comment 0", by=tom), by=marc, reason=Reason.SPAM)
        flag(tom, by=marc, reason=Reason.SPAM)
    staff = browser(hugo)
    staff.get("/admin/moderation")
    with counting() as few:
        staff.get("/admin/moderation")
    with act():
        for number in range(12):
            flag(Comment.post(copy_week, f"Comment {number}", by=tom), by=marc, reason=Reason.SPAM)
            flag(Idea.propose(tom, f"Wish {number}"), by=marc, reason=Reason.ILLEGAL)
    with counting() as lots:
        staff.get("/admin/moderation")
    assert len(few) == len(lots) < 30


def test_an_address_that_names_nothing_opens_the_first(browser: Opens, hugo: User, reported: Idea) -> None:
    for open_ in ("idea-99", "nothing-1", "user-²", "idea-", "board-1"):
        page = browser(hugo).get("/admin/moderation", query_string={"open": open_})
        assert "Send the schedule by fax" in page.find("#open-h").get_text()
    assert browser(hugo).get("/admin/moderation?queue=nothing").status == 404
    assert browser(hugo).post("/admin/moderation/board/1/judgement", {"judgement": "kept"}).status == 404
