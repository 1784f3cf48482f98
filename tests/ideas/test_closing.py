"""A board closes for a public reason: who hears of it, what ends there by the clock, and what goes on."""

import csv
import json
from collections.abc import Callable
from datetime import date, timedelta
from io import StringIO

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board, today
from portal.ideas.closing import close, open_again
from portal.ideas.models import Idea
from portal.importing.boards import Boards
from portal.moderation.models import suspend
from portal.notifications.board_follows import follow_board
from portal.notifications.models import BoardFollow, Delivery, Notification
from portal.privacy.erasing import erase
from portal.triage import obligations
from portal.triage.bulk import ToBoard
from portal.triage.owing import Obligation
from portal.voting.models import Vote, VotingClosed
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
WHY = {"en": "It is part of the schedule now.", "fr": "C’est dans le planning, désormais."}
FORM = '[action$="/close"]'


def board(slug: str = "team") -> Board:
    db.session.rollback()
    return db.session.scalars(select(Board).where(Board.slug == slug)).one()


def board_id(slug: str) -> int:
    return db.session.scalars(select(Board.id).where(Board.slug == slug)).one()


def closed(by: User, day: date | None = None, slug: str = "team") -> None:
    """Let a board close, today where nothing else is said."""
    id = board(slug).id
    with act():
        close(db.session.get_one(Board, id), day or today(), WHY, by=by)


def opened(by: User, slug: str = "team") -> None:
    id = board(slug).id
    with act():
        open_again(db.session.get_one(Board, id), by=by)


def told(action: Action) -> list[str]:
    """Who was told of what was said last of a closing."""
    db.session.rollback()
    event = db.session.scalar(select(Event.id).where(Event.action == action).order_by(Event.id.desc()).limit(1))
    people = select(User.display_name).join(Notification, Notification.user_id == User.id)
    return sorted(db.session.scalars(people.where(Notification.event_id == event)))


def test_a_board_is_followed_from_its_page_and_tells_of_new_ideas_in_the_digest(
    browser: Opens, tom: User, sofia: User, run_jobs: Callable[[], None]
) -> None:
    reader = browser(tom)
    page = reader.submit(reader.get("/boards/team"), "#follow-board")
    assert page.find("#follow-board button")["aria-pressed"] == "true"
    id = board().id
    with act():
        Idea.propose(sofia, "A place for tips", "Share them.", board=db.session.get_one(Board, id))
        Idea.propose(sofia, "Wages are wrong", "Look.", "issue", board=db.session.get_one(Board, id), is_private=True)
    run_jobs()
    assert "A place for tips" in reader.get("/notifications").text
    assert "Wages are wrong" not in reader.get("/notifications").text
    mails = db.session.scalars(select(Notification.mail).where(Notification.user_id == tom.id)).all()
    assert mails == ["daily"]
    reader.submit(reader.get("/boards/team"), "#follow-board")
    assert "A place for tips" not in reader.get("/notifications").text
    assert not browser().get("/boards/team").has("#follow-board")


def test_everyone_concerned_is_told_once_and_reads_why(
    browser: Opens, nora: User, tom: User, marc: User, aicha: User, swap: Idea, run_jobs: Callable[[], None]
) -> None:
    id = board().id
    with act():
        follow_board(db.session.get_one(Board, id), marc, True)
        follow_board(db.session.get_one(Board, id), tom, True)
    admin, day = browser(nora), today() + timedelta(days=20)
    words = {"reason_en": WHY["en"], "reason_fr": WHY["fr"]}
    page = admin.submit(admin.get(f"/admin/boards/{id}"), FORM, closes_on=day.isoformat(), **words)
    assert "is told" in page.html or "are told" in page.html
    run_jobs()
    assert told(Action.BOARD_CLOSING) == ["Aïcha Diallo", "Camille Roux", "Marc Lefèvre", "Sofia Nilsson", "Tom Becker"]
    for address in ("/boards/team", f"/ideas/{swap.id}"):
        assert WHY["en"] in browser().get(address).text
        assert WHY["fr"] in browser().get(f"{address}?lang=fr").text
    form = browser(tom).get("/ideas/new?board=team").find("#proposal").get_text(" ", strip=True)
    assert "Team (closes on" in form and WHY["en"] in form
    assert "The board Team closes on" in browser(tom).get("/notifications").text
    admin.submit(admin.get(f"/admin/boards/{id}"), FORM, reason_en="It is part of Planning.")
    run_jobs()
    events = db.session.scalars(select(Event).where(Event.action == Action.BOARD_CLOSING)).all()
    assert len(events) == 1, "another reason is read where the board is, and told to nobody anew"


def test_what_is_taken_back_in_time_is_told_to_nobody_and_later_to_those_who_heard(
    nora: User, tom: User, swap: Idea, run_jobs: Callable[[], None]
) -> None:
    closed(nora, today() + timedelta(days=5))
    opened(nora)
    run_jobs()
    assert told(Action.BOARD_CLOSING) == told(Action.BOARD_OPENED) == []
    closed(nora, today() + timedelta(days=5))
    run_jobs()
    heard = told(Action.BOARD_CLOSING)
    opened(nora)
    opened(nora)
    run_jobs()
    assert heard and told(Action.BOARD_OPENED) == heard


@pytest.mark.parametrize(
    "day, message",
    [("", "Choose the day"), ("2020-05-01", "This day is over"), ("tomorrow", "Write the day as year")],
)
def test_a_day_that_cannot_be_is_said_at_its_field(browser: Opens, nora: User, day: str, message: str) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get(f"/admin/boards/{board().id}"), FORM, closes_on=day, reason_en="Why not.")
    assert page.status == 422 and message in page.find("#closes_on-error").get_text()
    assert page.find("#reason_en").get_text(strip=True) == "Why not." and "Say why" in page.text
    assert board().closes_on is None


def test_from_the_day_on_nothing_is_voted_for_said_or_proposed_there(
    browser: Opens, nora: User, tom: User, yuki: User, swap: Idea, offline: Idea
) -> None:
    closed(nora)
    member, slip = browser(yuki), browser(tom)
    page = member.get(f"/ideas/{swap.id}")
    assert "Its board is closed. This is the final count." in page.text and not page.has(f"#slip-vote-{swap.id}")
    assert WHY["en"] in page.text and not page.has("#comment-body")
    assert not browser().get("/boards/team").has(f"a#vote-{swap.id}") and not member.get("/boards/team").has(
        "button.vote"
    )
    refused = member.post(f"/ideas/{swap.id}/vote", {"voted": "1"})
    assert refused.status == 422 and WHY["en"] in refused.text
    assert slip.post(f"/ideas/{swap.id}/vote", {"voted": "0"}).status == 422, "a final count is final"
    assert slip.post(f"/ideas/{swap.id}/importance", {"importance": "nice"}).status == 422
    assert WHY["en"] in browser().get(f"/ideas/{swap.id}/vote").text
    said = member.post(f"/ideas/{swap.id}/comments", {"body": "One more thing."})
    assert said.status == 422 and WHY["en"] in said.text and "One more thing." in said.html
    assert WHY["en"] in browser().get(f"/ideas/{swap.id}/comments/new").text
    sent = member.post(
        "/ideas", {"kind": "idea", "title": "Something nobody thought of", "board": "team", "seen_similar": "1"}
    )
    assert sent.status == 422 and "The board Team is closed" in sent.text and "Something nobody" in sent.html
    with act(), pytest.raises(VotingClosed):
        Vote.cast(db.session.merge(swap), by=yuki)
    assert member.post(f"/ideas/{offline.id}/vote", {"voted": "1"}).status in (200, 303)


def test_staff_still_answer_and_nothing_waits_there(
    browser: Opens, nora: User, lea: User, rest_warning: Idea, double_shift: Idea
) -> None:
    with act():
        for idea in (double_shift, rest_warning):
            db.session.merge(idea).waiting_since = now() - timedelta(days=90)
    closed(nora, slug="planning")
    obligations.bring_about()
    owed = db.session.scalars(select(Obligation.idea_id)).all()
    assert rest_warning.id not in owed
    assert double_shift.title not in browser(lea).get("/admin?queue=all").text
    staff = browser(lea)
    page = staff.post(f"/ideas/{double_shift.id}/comments", {"body": "We look into it."})
    assert page.status == 200 and db.session.scalars(select(Comment).where(Comment.body == "We look into it.")).one()
    opened(nora, "planning")
    obligations.bring_about()
    assert rest_warning.id in db.session.scalars(select(Obligation.idea_id)).all()


def test_a_board_that_has_a_day_ahead_takes_everything_until_then(nora: User, ines: User, swap: Idea) -> None:
    closed(nora, today() + timedelta(days=1))
    with act():
        assert Vote.cast(db.session.merge(swap), by=ines) is not None
    assert "team" in {found.slug for found in Board.in_order(for_=None)}


def test_what_everybody_sees_of_a_board_can_be_taken_along(
    browser: Opens, nora: User, tom: User, hugo: User, swap: Idea, salary_leak: Idea
) -> None:
    id = board().id
    with act():
        here = db.session.get_one(Board, id)
        Idea.propose(tom, "=1+1 is what I want", "Look.", board=here)
        Idea.propose(tom, "Nobody sees this one", "Look.", board=here).hide(by=hugo, reason="Advertising.")
    closed(nora)
    link = browser().get("/boards/team").find('main a[href$="board.csv"]')["href"]
    table = list(csv.DictReader(StringIO(browser().get(link).response.get_data().decode("utf-8-sig"))))
    assert {row["title"] for row in table} == {swap.title, "'=1+1 is what I want"}
    assert table[0]["author"] == "Aïcha Diallo" and table[0]["votes_count"] == "3" and "email" not in table[0]
    lines = browser().get("/boards/team/board.jsonl").response.get_data(as_text=True).splitlines()
    assert [json.loads(line)["title"] for line in lines] == [swap.title, "=1+1 is what I want"]
    assert browser().get("/boards/nothing/board.csv").status == 404


def test_who_is_suspended_hears_nothing_and_who_left_follows_nothing(
    nora: User, marc: User, yuki: User, run_jobs: Callable[[], None]
) -> None:
    id = board("integrations").id
    with act():
        for person in (marc, yuki):
            follow_board(db.session.get_one(Board, id), person, True)
        suspend(db.session.merge(marc), by=nora, reason="Advertising.")
        erase(db.session.merge(yuki))
    closed(nora, today() + timedelta(days=3), "integrations")
    run_jobs()
    assert not {"Marc Lefèvre", "Yuki Tan"} & {*told(Action.BOARD_CLOSING)}
    follows = db.session.scalars(select(BoardFollow.user_id).where(BoardFollow.board_id == id)).all()
    assert follows == [marc.id]


def test_a_portal_that_was_restored_says_in_the_portal_alone_what_waited_and_stays_closed(
    nora: User, swap: Idea, run_jobs: Callable[[], None]
) -> None:
    closed(nora)
    with act():
        quieten("2026-11-30")
    run_jobs()
    event = db.session.scalars(select(Event.id).where(Event.action == Action.BOARD_CLOSING)).one()
    assert told(Action.BOARD_CLOSING) and board().is_closed
    assert not db.session.scalars(select(Delivery).where(Delivery.event_id == event)).all()


def test_an_import_puts_nothing_new_on_a_closed_board(nora: User) -> None:
    closed(nora)
    with act():
        boards = Boards()
        assert boards.has_closed({"board_id": board_id("team")}) and not boards.has_closed({"board_id": None})
        assert not boards.has_closed({"board_id": board_id("mobile")})


def test_what_is_moved_to_a_closed_board_is_refused_with_its_sentence(nora: User, hugo: User, offline: Idea) -> None:
    closed(nora)
    with act():
        there = ToBoard(db.session.get_one(Board, board_id("team")))
        assert "The board Team is closed" in there.why_not(db.session.merge(offline))


def test_what_is_undone_in_time_never_happened(
    browser: Opens, nora: User, swap: Idea, run_jobs: Callable[[], None]
) -> None:
    admin, id = browser(nora), board_id("team")
    words = {"closes_on": today().isoformat(), "reason_en": WHY["en"], "reason_fr": WHY["fr"]}
    page = admin.submit(admin.get(f"/admin/boards/{id}"), FORM, **words)
    undone = admin.submit(page, "form.undo")
    assert "Undone." in undone.html and board().closes_on is None
    run_jobs()
    assert not db.session.scalars(select(Event).where(Event.action == Action.BOARD_CLOSING)).all()
    assert "closes" not in browser().get("/boards/team").find("#main").get_text()
