"""An issue becomes an idea, or an idea an issue: asked of its author, losing nothing, and back as it was."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.questions import REFUSED, UNANSWERED, WAITS, WITHDRAWN, NotAsked
from portal.ideas.statuses import Status
from portal.ideas.targets import choices
from portal.merging import converting
from portal.merging.conversions import Conversion
from portal.notifications.models import Follow
from portal.operations.checking import findings
from portal.privacy.erasing import erase
from portal.privacy.purging import purge
from portal.privacy.retention import QUESTIONS
from portal.recognition.ledger import points_of
from portal.triage.ledger import Promise, today
from portal.voting.models import Vote
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act
from tests.examples import a_quarter
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
FORM = "main form[action$=kind]"


def asks(staff: Browser, idea: Idea) -> Any:
    return staff.submit(staff.get(f"/admin/ideas/{idea.id}/kind"), FORM)


def answers(author: Browser, idea: Idea, answer: str, page: Any = None) -> Any:
    shown = page or author.get(f"/ideas/{idea.id}/kind")
    return author.submit(shown, f"main form:has([value={answer}])")


def converted(idea: Idea, by: User) -> None:
    with act():
        converting._become(idea, converting._row(idea, by, asked_id=None, until=now()), by)


def test_the_author_is_asked_agrees_with_one_press_and_nothing_is_lost(
    browser: Opens, hugo: User, yuki: User, double_shift: Idea, run_jobs: Callable[[], None], mailbox: Mailbox,
    visitor: Browser,
) -> None:  # fmt: skip
    with act():
        hugo.mail_progress = MailWhen.AT_ONCE
    votes, comments = double_shift.votes_count, double_shift.comments_count
    page = asks(browser(hugo), double_shift)
    assert "Its author is asked. 1 person is told." in page.html
    run_jobs()
    (mail,) = mailbox.to(yuki)
    assert "become an idea?" in mail["Subject"] and f"/ideas/{double_shift.id}/kind" in mailbox.text(mail)
    author = browser(yuki)
    assert "Our team asks whether your issue may become an idea." in author.get(at(double_shift)).text
    page = author.submit(author.get(f"/ideas/{double_shift.id}/kind"), "main form:has([value=yes])")
    assert "It is an idea now." in page.html
    db.session.rollback()
    assert (double_shift.kind, double_shift.status.for_kind, double_shift.status.kind) == ("idea", "idea", "open")
    assert (double_shift.votes_count, double_shift.comments_count) == (votes, comments)
    shown = visitor.get(at(double_shift)).text
    assert "What was expected" not in shown and "Proposed on" in shown
    run_jobs()
    assert "agreed that" in mailbox.to(hugo)[-1]["Subject"]


def test_the_author_of_a_private_issue_is_told_that_everyone_will_read_it(
    browser: Opens, visitor: Browser, hugo: User, camille: User, salary_leak: Idea
) -> None:
    assert "As an idea, everyone reads it" in browser(hugo).get(f"/admin/ideas/{salary_leak.id}/kind").text
    asks(browser(hugo), salary_leak)
    author = browser(camille)
    assert "tout le monde" in author.get(f"/ideas/{salary_leak.id}/kind").text
    assert visitor.get(at(salary_leak)).status == 404
    answers(author, salary_leak, "yes")
    assert visitor.get(at(salary_leak)).status == 200
    converted(salary_leak, by=hugo)
    assert visitor.get(at(salary_leak)).status == 404, "back as an issue it is private again"


def test_the_author_says_no_and_it_stays_what_it_is(
    browser: Opens, hugo: User, yuki: User, double_shift: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    asks(browser(hugo), double_shift)
    with act():
        hugo.mail_progress = MailWhen.AT_ONCE
    assert "It stays what it is." in answers(browser(yuki), double_shift, "no").html
    run_jobs()
    assert "to stay an issue" in mailbox.to(hugo)[-1]["Subject"]
    db.session.rollback()
    assert double_shift.kind == "issue" and Conversion.latest(double_shift.id).outcome == REFUSED  # type: ignore[union-attr]
    assert "and said no" in browser(hugo).get(f"/admin/ideas/{double_shift.id}/kind").text


def test_without_an_answer_nothing_happens_and_staff_see_that(
    browser: Opens, hugo: User, yuki: User, double_shift: Idea
) -> None:
    asks(browser(hugo), double_shift)
    author = browser(yuki)
    shown = author.get(f"/ideas/{double_shift.id}/kind")
    with time_machine.travel(now() + WAITS + timedelta(minutes=1)):
        assert "Nothing has changed" in answers(author, double_shift, "yes", shown).html
        staff = browser(hugo)
        page = staff.get(f"/admin/ideas/{double_shift.id}/kind")
        assert "There was no answer." in page.text
        assert "Its author is asked." in staff.submit(page, FORM).html


def test_staff_take_the_question_back(browser: Opens, hugo: User, yuki: User, double_shift: Idea) -> None:
    staff = browser(hugo)
    page = asks(staff, double_shift)
    assert "was asked" in page.text
    author = browser(yuki)
    shown = author.get(f"/ideas/{double_shift.id}/kind")
    assert "The question is taken back." in staff.submit(page, "main form[action$=end]").html
    assert "Nothing has changed" in answers(author, double_shift, "yes", shown).html
    db.session.rollback()
    assert double_shift.kind == "issue"


def test_asking_is_undone_and_nobody_hears_of_it(
    browser: Opens, hugo: User, double_shift: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    staff = browser(hugo)
    staff.submit(asks(staff, double_shift), "form.undo")
    run_jobs()
    assert mailbox.recipients == []
    assert Conversion.latest(double_shift.id) is None


def test_a_question_that_was_answered_is_not_undone(browser: Opens, hugo: User, yuki: User, double_shift: Idea) -> None:
    staff = browser(hugo)
    page = asks(staff, double_shift)
    answers(browser(yuki), double_shift, "yes")
    assert "Nothing was undone, because of what happened since" in staff.submit(page, "form.undo").html
    db.session.rollback()
    assert double_shift.kind == "idea"


def test_what_is_hidden_meanwhile_is_not_answered(browser: Opens, hugo: User, yuki: User, double_shift: Idea) -> None:
    asks(browser(hugo), double_shift)
    author = browser(yuki)
    shown = author.get(f"/ideas/{double_shift.id}/kind")
    with act():
        double_shift.hide(by=hugo, reason="spam")
    assert answers(author, double_shift, "yes", shown).status == 403
    assert browser(hugo).get(f"/admin/ideas/{double_shift.id}/kind").status == 403


def test_what_the_team_wrote_is_converted_at_once_and_undone(browser: Opens, hugo: User) -> None:
    with act():
        mine = Idea.propose(hugo, "The export stops at row 500", kind="issue", severity="serious", version="3")
    staff = browser(hugo)
    page = asks(staff, mine)
    assert "It is an idea now. Nobody is told." in page.html
    staff.submit(page, "form.undo")
    db.session.rollback()
    assert (mine.kind, mine.status.for_kind, mine.severity, mine.version) == ("issue", "issue", "serious", "3")
    assert Conversion.latest(mine.id) is None


def test_what_nobody_can_be_asked_about_is_converted_where_everyone_reads_it_already(
    browser: Opens, hugo: User, yuki: User, camille: User, double_shift: Idea, salary_leak: Idea
) -> None:
    with act():
        yuki.suspended_at = camille.suspended_at = now()
    assert "It is an idea now." in asks(browser(hugo), double_shift).html
    page = browser(hugo).post(f"/admin/ideas/{salary_leak.id}/kind", {})
    assert page.status == 422 and "cannot be asked whether everyone may read it" in page.text
    db.session.rollback()
    assert salary_leak.kind == "issue" and salary_leak.is_private


def test_an_author_says_alone_what_is_new_and_not_what_the_team_works_with(
    browser: Opens, hugo: User, yuki: User, dark_mode: Idea
) -> None:
    author = browser(yuki)
    assert "Make it an issue" in author.get(at(dark_mode)).text
    assert "It is an issue now." in answers(author, dark_mode, "yes").html
    assert "It is an idea now." in answers(author, dark_mode, "yes").html
    with act():
        dark_mode.change_status(Status.first("idea", "under_review"), by=hugo)
    assert "Make it an issue" not in author.get(at(dark_mode)).text
    assert not author.get(f"/ideas/{dark_mode.id}/kind").has("main form")
    assert "Nothing has changed" in author.post(f"/ideas/{dark_mode.id}/kind", {"answer": "yes"}).html


def test_what_is_settled_or_promised_stays_what_it_is(
    browser: Opens, hugo: User, fax: Idea, offline: Idea, copy_week: Idea
) -> None:
    with act():
        Promise.make(offline, today() + timedelta(days=9), by=hugo)
    for idea, why in ((fax, "It has shipped or is not planned"), (offline, "A day is promised for it")):
        page = browser(hugo).post(f"/admin/ideas/{idea.id}/kind", {})
        assert page.status == 422 and why in page.text
    asks(browser(hugo), copy_week)
    assert "was asked already" in browser(hugo).post(f"/admin/ideas/{copy_week.id}/kind", {}).html or (
        "Its author was asked" in browser(hugo).get(f"/admin/ideas/{copy_week.id}/kind").text
    )


def test_its_page_keeps_both_ways(browser: Opens, visitor: Browser, hugo: User, double_shift: Idea) -> None:
    with act():
        double_shift.change_status(Status.first("issue", "planned"), by=hugo)
    converted(double_shift, by=hugo)
    steps = [step.get_text() for step in visitor.get(at(double_shift)).soup.select(".journey b")]
    assert steps[:3] == ["Received", "Confirmed", "New"] and "Planned" in steps


def test_it_is_found_paid_and_told_as_what_it_is(
    browser: Opens, visitor: Browser, hugo: User, yuki: User, double_shift: Idea, run_jobs: Callable[[], None]
) -> None:
    with act():
        double_shift.change_status(Status.first("issue", "planned"), by=hugo)
    run_jobs()
    before = points_of(yuki)
    converted(double_shift, by=hugo)
    run_jobs()
    assert points_of(yuki) < before, "it is not confirmed any more"
    assert double_shift.title in visitor.get("/?kind=idea").text
    assert double_shift.title not in visitor.get("/?kind=issue").text
    converted(double_shift, by=hugo)
    run_jobs()
    assert points_of(yuki) == before


def test_a_status_that_is_gone_is_not_restored(hugo: User, double_shift: Idea) -> None:
    converted(double_shift, by=hugo)
    with act():
        Conversion.latest(double_shift.id).stood = {  # type: ignore[union-attr]
            **Conversion.latest(double_shift.id).stood, "status_id": 9_999  # type: ignore[union-attr]
        }  # fmt: skip
    converted(double_shift, by=hugo)
    assert double_shift.status_id == Status.first("issue").id


DOINGS = ("vote", "withdraw", "comment", "note", "follow", "edit", "status", "aim", "private", "respond", "tag")


@a_quarter
@given(doings=st.lists(st.sampled_from(DOINGS), max_size=6), kind=st.sampled_from(["idea", "issue"]))
def test_converted_there_and_back_everything_is_as_it_was(app: Flask, doings: list[str], kind: str) -> None:
    db.session.rollback()
    tom, hugo = (
        db.session.scalars(select(User).where(User.handle == handle)).one() for handle in ("tom-becker", "hugo-petit")
    )
    with act():
        private = kind == "issue"
        idea = Idea.propose(tom, "A wish of many", "Words.", kind, is_private=private, severity="serious", version="3")
        Vote.cast(idea, by=tom)
        for number, doing in enumerate(doings):
            do(doing, idea, tom, hugo, number)
    before, id = stand(idea), idea.id
    for _ in range(2):
        converted(db.session.get_one(Idea, id), by=tom)
    assert stand(db.session.get_one(Idea, id)) == before


def do(doing: str, idea: Idea, tom: User, hugo: User, number: int) -> None:
    nexts = [status for status in idea.allowed_statuses() if not status.is_closed]
    match doing:
        case "vote":
            Vote.cast(idea, by=hugo)
        case "withdraw":
            Vote.withdraw(idea, by=tom)
        case "comment":
            Comment.post(idea, f"Word {number}.", by=tom)
        case "note":
            Comment.note(idea, f"Note {number}.", by=hugo)
        case "follow":
            db.session.merge(Follow(user_id=hugo.id, idea_id=idea.id, muted=False))
        case "edit":
            idea.edit(f"A wish of many, {number}", "Other words.", by=tom)
        case "status" if nexts:
            idea.change_status(nexts[number % len(nexts)], by=hugo, reason="So it is.")
        case "aim" if idea.is_under_way:
            idea.aim([*choices()][4], by=hugo)
        case "private" if idea.is_issue:
            idea.set_private(not idea.is_private, by=tom)
        case "respond":
            idea.respond(f"Answer {number}.", by=hugo)
        case "tag":
            idea.tag([f"tag {number}"], by=hugo)


def stand(idea: Idea) -> dict[str, Any]:
    """All that its row says, and all rows that are about it, but for events."""
    db.session.rollback()
    rows = {}
    for table in (
        Idea.metadata.tables[name]
        for name in ("vote", "comment", "follow", "idea_tag", "official_response", "revision", "posting")
    ):
        found = db.session.execute(select(table).where(table.c.idea_id == idea.id)).all()
        rows[table.name] = sorted(map(str, found))
    own = db.session.execute(select(Idea.__table__).where(Idea.__table__.c.id == idea.id)).mappings().one()
    return {**rows, **own}


def test_of_an_answer_and_a_question_taken_back_one_counts(
    app: Flask, hugo: User, yuki: User, double_shift: Idea
) -> None:
    with act():
        question = converting.ask(double_shift, by=hugo)
    ids = question.id, double_shift.id, yuki.id, hugo.id
    db.session.rollback()

    def tries(agrees: bool) -> bool:
        with app.app_context():
            try:
                with act():
                    idea, asked = db.session.get_one(Idea, ids[1]), db.session.get_one(Conversion, ids[0])
                    hold(idea)
                    hold(asked)
                    verb = converting.agree if agrees else converting.withdraw
                    verb(asked, idea, by=db.session.get_one(User, ids[2 if agrees else 3]))
            except NotAsked:
                return False
            return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(tries, [True, False, True, False])) == 1
    db.session.expire_all()
    outcome = db.session.get_one(Conversion, ids[0]).outcome
    assert (double_shift.kind == "idea") == (outcome == "done") and outcome in ("done", WITHDRAWN)


def test_of_two_who_ask_the_author_is_asked_once(app: Flask, hugo: User, nora: User, double_shift: Idea) -> None:
    ids, id = (hugo.id, nora.id), double_shift.id
    db.session.rollback()

    def tries(user_id: int) -> bool:
        with app.app_context():
            try:
                with act():
                    idea = db.session.get_one(Idea, id)
                    hold(idea)
                    converting.ask(idea, by=db.session.get_one(User, user_id))
            except converting.AskedAlready:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(tries, ids)) == 1


def test_who_leaves_is_asked_no_more(hugo: User, yuki: User, double_shift: Idea) -> None:
    with act():
        converting.ask(double_shift, by=hugo)
        erase(yuki, by=yuki)
    assert Conversion.asked_of(double_shift.id) is None
    assert Conversion.latest(double_shift.id).asked_id is None  # type: ignore[union-attr]


def test_a_restored_portal_asks_nobody_again(
    hugo: User, yuki: User, double_shift: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        converting.ask(double_shift, by=hugo)
        quieten("yesterday")
    run_jobs()
    assert mailbox.recipients == []
    assert Conversion.latest(double_shift.id).outcome == UNANSWERED  # type: ignore[union-attr]


def test_what_led_to_nothing_is_deleted_after_a_while(
    hugo: User, yuki: User, double_shift: Idea, dark_mode: Idea
) -> None:
    with act():
        converting.ask(double_shift, by=hugo)
    converted(dark_mode, by=yuki)
    with time_machine.travel(now() + QUESTIONS.after + timedelta(days=1)):
        assert purge(QUESTIONS) == 1
    assert Conversion.latest(dark_mode.id) is not None


def test_an_answer_is_one_event(hugo: User, yuki: User, double_shift: Idea) -> None:
    with act():
        converting.agree(converting.ask(double_shift, by=hugo), double_shift, by=yuki)
    actions = db.session.scalars(select(Event.action).where(Event.subject_id == double_shift.id).order_by(Event.id))
    assert [*actions][-3:] == [Action.CONVERSION_ASKED, Action.CONVERSION_ANSWERED, Action.IDEA_CONVERTED]


def test_a_check_finds_what_stands_at_a_status_of_the_other_kind(double_shift: Idea) -> None:
    with act():
        double_shift.kind = "idea"
    assert findings()["kinds"] == [f"idea {double_shift.id} stands at a status of the other kind"]
