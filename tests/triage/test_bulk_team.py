"""Several ideas at once are given to somebody, put off and brought back: told once, refused singly, undone together."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from portal.accounts.models import User
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Hears, StaffMail
from portal.triage.assignments import assign, assignment_of
from portal.triage.snoozing import snooze, snooze_of
from tests.admin.test_inbox import counting
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.triage.test_bulk import page_of, send, three
from tests.triage.test_undo import everything, press_undo

__all__ = ["three"]

Opens = Callable[..., Browser]
Runs = Callable[[], None]


@pytest.fixture
def eager(nora: User) -> User:
    """Nora, who wants to hear at once of what is given to her."""
    with act():
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.AT_ONCE))
    return nora


def owners(ideas: list[Idea]) -> list[str]:
    db.session.rollback()
    return [kept.owner.display_name if (kept := assignment_of(idea)) else "" for idea in ideas]


def address(ideas: list[Idea], do: str) -> str:
    return "/admin/bulk?" + "&".join([f"do={do}", *(f"ids={idea.id}" for idea in ideas)])


def in_days(days: int) -> str:
    day: date = (now() + timedelta(days=days)).date()
    return day.isoformat()


def test_three_are_given_to_a_colleague_who_gets_one_message_that_names_them(
    browser: Opens, hugo: User, eager: User, three: list[Idea], run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff, before = browser(hugo), len(mailbox.to(eager))
    page = send(staff, page_of(staff, three, "assign"), owner=eager.id, due=in_days(3))
    assert "3 given to Nora Klein. Nora Klein gets one e-mail that names all 3" in page.html
    assert owners(three) == ["Nora Klein"] * 3 and len(mailbox.to(eager)) == before
    run_jobs()
    (mail,) = mailbox.to(eager)[before:]
    assert mail["Subject"] == "In your hands: 3 ideas"
    assert all(idea.title in mailbox.text(mail) for idea in three)


@pytest.mark.both
def test_twelve_are_all_named_in_the_message(
    browser: Opens, hugo: User, eager: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        ideas = [Idea.propose(tom, f"Wish number {number}") for number in range(12)]
    run_jobs()
    staff = browser(hugo)
    send(staff, page_of(staff, ideas, "assign"), owner=eager.id)
    run_jobs()
    text = mailbox.text(mailbox.to(eager)[-1])
    assert all(idea.title in text for idea in ideas)


def test_the_preview_says_who_hears_of_it_and_how(browser: Opens, hugo: User, eager: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = page_of(staff, three, "assign")
    assert "Nobody will be told" in page.text and "Take 3 on" in page.text  # Hugo himself is chosen at first
    page = staff.submit(page, "main form.bulk", button="preview", owner=eager.id)
    assert "1 person will be told" in page.text and "Give 3 to Nora Klein" in page.text
    assert "gets one e-mail that names all 3" in page.text and owners(three) == [""] * 3
    with act():
        db.session.merge(StaffMail(user_id=eager.id, assigned=Hears.NEVER))
    page = staff.submit(page, "main form.bulk", button="preview", owner=eager.id)
    assert "Nobody will be told" in page.text and "Nora Klein chose not to hear of it" in page.text


def test_who_has_one_already_is_said_and_the_rest_is_given(
    browser: Opens, hugo: User, nora: User, three: list[Idea]
) -> None:
    with act():
        assign(three[1], nora, by=hugo)
    staff = browser(hugo)
    page = send(staff, page_of(staff, three, "assign"), owner=nora.id)
    assert page.status == 422 and "Left out: Nora Klein has it in hand already." in page.text
    assert "2 given to Nora Klein." in page.html and owners(three) == ["Nora Klein"] * 3


def test_three_are_taken_out_of_all_hands(browser: Opens, hugo: User, nora: User, three: list[Idea]) -> None:
    with act():
        for idea in three[:2]:
            assign(idea, nora, by=hugo)
    staff = browser(hugo)
    page = send(staff, page_of(staff, three, "assign"), owner="")
    assert "2 are nobody’s now." in page.html and "Left out: Nobody has it in hand." in page.text
    assert owners(three) == [""] * 3


@pytest.mark.both
def test_what_a_colleague_took_on_meanwhile_is_named_and_stays_theirs(
    browser: Opens, hugo: User, nora: User, lea: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = page_of(staff, three, "assign")
    with act():
        assign(three[1], lea, by=lea)
    page = send(staff, page, owner=nora.id)
    assert page.status == 422 and "Left out: Léa Martin took “A clock for breaks” on" in page.text
    assert owners(three) == ["Nora Klein", "Léa Martin", "Nora Klein"]
    send(staff, page, owner=nora.id)
    assert owners(three) == ["Nora Klein"] * 3


@pytest.mark.parametrize(
    "do, fields, problem",
    [
        ("assign", {"owner": "", "due": "2099-01-01"}, "A day needs somebody who takes it on"),
        ("assign", {"due": "2020-01-01"}, "This day is over."),
        ("assign", {"owner": "77777"}, "This person is not of the team any more."),
        ("snooze", {"when": "day", "day": ""}, "Choose the day on which it is to come back."),
        ("snooze", {"when": "day", "day": "soon"}, "Write the day as year, month and day"),
        ("snooze", {"when": "never"}, "This is not on the list."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    browser: Opens, hugo: User, three: list[Idea], do: str, fields: dict[str, str], problem: str
) -> None:
    staff = browser(hugo)
    page = staff.post("/admin/bulk", {"do": do, "ids": [idea.id for idea in three], **fields})
    assert page.status == 422 and problem in page.find("main form .field .error, main form .error[id]").get_text(" ")
    assert problem in page.find("[data-summary]").get_text(" ")
    assert owners(three) == [""] * 3 and not any(snooze_of(idea) for idea in three)


@pytest.mark.both
def test_who_left_the_team_meanwhile_gets_nothing(
    browser: Opens, hugo: User, nora: User, lea: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = page_of(staff, three, "assign")
    with act():
        suspend(lea, by=nora, reason="Left the company.")
    page = send(staff, page, owner=lea.id)
    assert page.status == 422 and "This person is not of the team any more." in page.text
    assert owners(three) == [""] * 3


def test_three_are_put_off_and_brought_back(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = page_of(staff, three, "snooze")
    assert "Nobody will be told" in page.text and "Put 3 off until" in page.text
    page = send(staff, page, when="day", day=in_days(9))
    assert "3 come back on" in page.html
    db.session.rollback()
    assert all(snooze_of(idea) for idea in three)
    page = send(staff, page_of(staff, three, "snooze"), when="day", day=in_days(9))
    assert page.text.count("It is put off until this day already.") == 3
    page = send(staff, page_of(staff, three, "wake"))
    assert "3 are back in the inbox." in page.html
    db.session.rollback()
    assert not any(snooze_of(idea) for idea in three)
    assert "Left out: It is not put off." in page_of(staff, three, "wake").text


@pytest.mark.both
def test_what_was_put_off_meanwhile_is_named(browser: Opens, hugo: User, nora: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = page_of(staff, three, "snooze")
    with act():
        snooze(three[0], now() + timedelta(days=30), by=nora)
    page = send(staff, page, when="tomorrow")
    assert page.status == 422 and "Left out: Nora Klein put “Colours for teams” off until" in page.text


@pytest.mark.both
@pytest.mark.parametrize("do, fields", [("assign", {"owner": "nora"}), ("snooze", {"when": "week"}), ("wake", {})])
def test_all_of_one_press_is_undone_and_nobody_hears(
    browser: Opens, hugo: User, nora: User, eager: User, three: list[Idea], run_jobs: Runs, mailbox: Mailbox,
    do: str, fields: dict[str, str],
) -> None:  # fmt: skip
    with act():
        for idea in three if do == "wake" else []:
            snooze(idea, now() + timedelta(days=2), by=nora)
    run_jobs()
    staff, before, mails = browser(hugo), everything(), mailbox.recipients
    sent = {name: nora.id if value == "nora" else value for name, value in fields.items()}
    page = send(staff, page_of(staff, three, do), **sent)
    assert page.status == 200 and everything() != before
    assert "Undone for 3." in press_undo(staff, page).html
    run_jobs()
    assert everything() == before and mailbox.recipients == mails


@pytest.mark.both
def test_what_a_colleague_gave_on_since_stays_when_the_rest_is_undone(
    browser: Opens, hugo: User, nora: User, lea: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = send(staff, page_of(staff, three, "assign"), owner=nora.id)
    with act():
        assign(three[2], lea, by=lea)
    page = press_undo(staff, page)
    assert (
        "Undone for 2." in page.html
        and "because of what happened since: Léa Martin took “Signed rotas” on" in page.html
    )
    assert owners(three) == ["", "", "Léa Martin"]


def test_the_lists_have_a_button_for_each_letter(browser: Opens, hugo: User, three: list[Idea]) -> None:
    for place in ("/admin?queue=unanswered", "/admin/ideas?q=clock"):
        letters = [button["data-for"] for button in browser(hugo).get(place).soup.select("#picks [data-for]")]
        assert letters == ["a", "s", "g", "t", "b", "h", "H"]


@pytest.mark.both
@pytest.mark.parametrize("do", ["assign", "snooze", "wake"])
def test_many_rows_ask_the_database_as_often_as_few(
    browser: Opens, hugo: User, nora: User, tom: User, three: list[Idea], do: str
) -> None:
    with act():
        more = [Idea.propose(tom, f"Wish number {number}") for number in range(9)]
        for idea in (three[0], *more[:4]):
            assign(idea, nora, by=hugo)
            snooze(idea, now() + timedelta(days=2), by=hugo)
    staff, some, all_ = browser(hugo), address(three, do), address([*three, *more], do)
    staff.get(some)
    with counting() as few:
        staff.get(some)
    with counting() as many:
        staff.get(all_)
    assert len(few) == len(many)
