"""Who has an idea in hand: given, told, taken back, and nobody's once its owner is gone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.notifications.models import Hears, StaffMail
from portal.privacy.erasing import erase
from portal.triage.assigning import Assignment
from portal.triage.assignments import NotOfTheTeam, assign, assignment_of
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def lane(browser: Browser, name: str) -> list[str]:
    page = browser.get(f"/admin?queue={name}")
    return [title.get_text(strip=True) for title in page.soup.select("#waits h3")]


def events(action: Action) -> list[Event]:
    db.session.rollback()
    return list(db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id)))


def test_an_idea_is_given_from_the_inbox_with_a_day(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    staff, due = browser(hugo), (now() + timedelta(days=3)).date().isoformat()
    page = staff.get(f"/admin?idea={dark_mode.id}&do=assign")
    page = staff.submit(page, "form[action$=owner]", owner=str(nora.id), due=due)
    assert "Nora Klein takes it on. Nora Klein chose not to hear of it" in page.html
    assert page.find("#open-h").get_text(strip=True) == dark_mode.title
    assert "Nora Klein, until" in page.find("#open .meta").get_text(" ", strip=True)
    assert lane(browser(nora), "mine") == [dark_mode.title]
    assert dark_mode.title not in lane(staff, "nobody")
    assert [event.facts["new"] for event in events(Action.IDEA_ASSIGNED)] == [nora.id]


def test_what_was_so_already_is_said_and_nobody_is_said_to_be_told(
    browser: Opens, hugo: User, nora: User, dark_mode: Idea
) -> None:
    """From the form of its own, and beside an answer."""
    with act():
        assign(dark_mode, nora, by=hugo)
    staff, where = browser(hugo), f"/admin?idea={dark_mode.id}&do=assign"
    page = staff.submit(staff.get(where), "form[action$=owner]", owner=str(nora.id))
    assert "Nora Klein has it already: nothing was changed, and nobody is told." in page.html
    page = staff.submit(staff.get(where), "form[action$=owner]", owner=str(hugo.id))
    assert "It is yours now." in page.html and "Hugo Petit reads it" not in page.html
    page = staff.submit(staff.get(where), "form[action$=owner]", owner=str(hugo.id))
    assert "It was yours before: nothing was changed." in page.html
    assert [event.facts["new"] for event in events(Action.IDEA_ASSIGNED)] == [nora.id, hugo.id]


def test_the_new_owner_is_told_and_nobody_else(
    hugo: User, nora: User, dark_mode: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.AT_ONCE))
        assign(dark_mode, nora, by=hugo)
    run_jobs()
    assert mailbox.recipients == [nora.email]
    (mail,) = mailbox.messages
    assert mail["Subject"] == f"In your hands: {dark_mode.title}"
    assert "/admin?queue=mine" in mailbox.text(mail)


def test_what_one_takes_oneself_tells_nobody(
    nora: User, dark_mode: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        assign(dark_mode, nora, by=nora)
    run_jobs()
    assert not mailbox.messages


def test_who_wants_no_mail_of_it_reads_it_in_the_portal(
    browser: Opens, hugo: User, nora: User, dark_mode: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.MORNING))
        assign(dark_mode, nora, by=hugo)
    run_jobs()
    assert not mailbox.messages
    assert "Hugo Petit gave" in browser(nora).get("/notifications").text


def test_what_was_taken_back_before_it_is_told_is_told_to_nobody(
    hugo: User, nora: User, dark_mode: Idea, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        assign(dark_mode, nora, by=hugo)
        assign(dark_mode, None, by=hugo)
    run_jobs()
    assert not mailbox.messages


def test_giving_it_to_who_has_it_already_changes_nothing(hugo: User, nora: User, dark_mode: Idea) -> None:
    for _again in range(2):
        with act():
            assign(dark_mode, nora, by=hugo)
    assert len(events(Action.IDEA_ASSIGNED)) == 1


def test_a_member_takes_nothing_on(hugo: User, tom: User, dark_mode: Idea) -> None:
    with act(), pytest.raises(NotOfTheTeam):
        assign(dark_mode, tom, by=hugo)


def test_a_name_that_is_not_on_the_list_is_refused_at_its_field(
    browser: Opens, hugo: User, tom: User, dark_mode: Idea
) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=assign")
    page = staff.submit(page, "form[action$=owner]", owner=str(tom.id))
    assert page.status == 422 and "not of the team any more" in page.find("#tool-owner-error").get_text()
    assert db.session.get(Assignment, dark_mode.id) is None


@pytest.mark.parametrize(
    ("owner", "due", "said"),
    [
        ("me", "2020-01-01", "This day is over."),
        ("me", "soon", "Write the day as year, month and day"),
        ("me", "9999-01-01", "more than a year away"),
        ("", "2099-01-01", "A day needs somebody who takes it on"),
    ],
)
def test_a_day_that_makes_no_sense_is_kept_and_refused(
    browser: Opens, hugo: User, dark_mode: Idea, owner: str, due: str, said: str
) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin?idea={dark_mode.id}&do=assign")
    page = staff.submit(page, "form[action$=owner]", owner=str(hugo.id) if owner else "", due=due)
    assert page.status == 422 and said in page.find("#tool-due-error").get_text()
    assert page.find("#tool-due")["value"] == due


def test_a_day_that_passed_meanwhile_may_stay_as_another_takes_it_on(
    browser: Opens, hugo: User, nora: User, dark_mode: Idea
) -> None:
    with act():
        assign(dark_mode, nora, by=hugo, due_at=now() - timedelta(days=2))
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin?idea={dark_mode.id}&do=assign"), "form[action$=owner]", owner=str(hugo.id))
    assert page.status == 200 and "It is yours now." in page.html


@pytest.mark.parametrize("how", ["suspended", "no longer of the team"])
def test_what_a_colleague_had_who_is_gone_is_nobodys(
    browser: Opens, hugo: User, lea: User, nora: User, dark_mode: Idea, how: str
) -> None:
    with act():
        assign(dark_mode, lea, by=hugo)
    assert dark_mode.title not in lane(browser(hugo), "nobody")
    with act():
        if how == "suspended":
            suspend(lea, by=nora, reason="Left in anger")
        else:
            lea.change_role(Role.MEMBER, by=nora)
    staff = browser(hugo)
    assert dark_mode.title in lane(staff, "nobody")
    assert "Nobody’s yet" in staff.get(f"/admin?idea={dark_mode.id}").find("#open .meta").get_text(" ")


def test_erasing_its_owner_leaves_the_idea_to_nobody(hugo: User, lea: User, dark_mode: Idea) -> None:
    with act():
        assign(dark_mode, lea, by=hugo)
        erase(lea)
    assert db.session.get(Assignment, dark_mode.id) is None


def test_of_two_who_give_it_away_the_second_sees_what_the_first_did(
    browser: Opens, hugo: User, lea: User, nora: User, dark_mode: Idea
) -> None:
    first, second = browser(hugo), browser(nora)
    where = f"/admin?idea={dark_mode.id}&do=assign"
    opened = first.get(where), second.get(where)
    first.submit(opened[0], "form[action$=owner]", owner=str(lea.id))
    page = second.submit(opened[1], "form[action$=owner]", owner=str(nora.id))
    assert page.status == 422 and "Changed by Hugo Petit" in page.text and "Léa Martin" in page.text
    db.session.rollback()
    kept = assignment_of(dark_mode)
    assert kept is not None and kept.owner.id == lea.id
    assert second.submit(page, "form[action$=owner]").path == "/admin"
    db.session.rollback()
    kept = assignment_of(dark_mode)
    assert kept is not None and kept.owner.id == nora.id


def test_what_is_closed_is_in_nobodys_hands_any_more(browser: Opens, hugo: User, fax: Idea) -> None:
    with act():
        assign(fax, hugo, by=hugo)
    assert lane(browser(hugo), "mine") == []


def test_customers_see_nothing_of_it(browser: Opens, hugo: User, nora: User, yuki: User, dark_mode: Idea) -> None:
    with act():
        assign(dark_mode, nora, by=hugo)
    page = browser(yuki).get(dark_mode.url)
    assert "Nora" not in page.text
