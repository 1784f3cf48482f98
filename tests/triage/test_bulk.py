"""Staff act on several ideas: what would happen is said before, what did not happen after, and all can be undone."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.fanout import fan_out
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.transitions import way_between
from portal.notifications.models import Delivery, Follow
from portal.notifications.reach import reach_about, reach_of_all
from portal.notifications.recipients import audience
from portal.voting.models import Vote
from tests.admin.tools import move
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.triage.test_undo import everything

Opens = Callable[..., Browser]
Runs = Callable[[], None]


@pytest.fixture
def three(tom: User, ines: User, yuki: User, sofia: User, run_jobs: Runs) -> list[Idea]:
    """Three new ideas of Sofia: Tom backs all of them, Inès two, who reads in the digest, and Yuki one."""
    with act():
        ideas = [Idea.propose(sofia, title) for title in ("Colours for teams", "A clock for breaks", "Signed rotas")]
        for idea in ideas:
            Vote.cast(idea, by=sofia)
            Vote.cast(idea, by=tom)
        for idea in ideas[:2]:
            Vote.cast(idea, by=ines)
        Vote.cast(ideas[0], by=yuki)
        ines.mail_progress = MailWhen.DAILY
    run_jobs()
    return ideas


def page_of(staff: Browser, ideas: list[Idea], do: str = "status", **more: object) -> Page:
    return staff.get("/admin/bulk?" + "&".join([f"do={do}", *(f"ids={idea.id}" for idea in ideas)]))


def send(staff: Browser, page: Page, **fields: object) -> Page:
    return staff.submit(page, "main form.bulk", **fields)


def status(kind: str) -> int:
    return Status.first("idea", kind).id


def kinds(ideas: list[Idea]) -> list[str]:
    db.session.rollback()
    return [idea.status.kind for idea in ideas]


def decline(staff: Browser, ideas: list[Idea], reason: str = "None of them is for us.") -> Page:
    return send(staff, page_of(staff, ideas), status=status("declined"), reason=reason)


def test_three_are_declined_with_one_reason(
    browser: Opens, hugo: User, three: list[Idea], tom: User, sofia: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    before = len(mailbox.to(tom))
    page = decline(browser(hugo), three)
    assert page.status == 200 and "3 moved to Not planned. 4 people are told." in page.html
    assert kinds(three) == ["declined"] * 3 and {idea.status_reason for idea in three} == {"None of them is for us."}
    run_jobs()
    (mail,) = mailbox.to(tom)[before:]
    assert mail["Subject"] == "Not planned: 3 ideas"
    text = mailbox.text(mail)
    assert text.count("None of them is for us.") == 1 and all(idea.title in text for idea in three)


def test_who_is_concerned_by_one_of_them_gets_the_mail_of_that_one(
    browser: Opens, hugo: User, three: list[Idea], yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    decline(browser(hugo), three)
    run_jobs()
    assert mailbox.to(yuki)[-1]["Subject"] == f"Not planned: {three[0].title}"


def test_the_preview_says_who_will_be_told_before_anything_is_done(
    browser: Opens, hugo: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = page_of(staff, three)
    assert "4 people will be told" in page.text
    assert "At once by e-mail: 3." in page.text and "In the daily digest: 1." in page.text
    assert "9 votes come from 4 people." in page.text
    page = staff.submit(page, "main form.bulk", button="preview", status=status("declined"), reason="Not for us.")
    assert page.status == 200 and "Move 3 to Not planned" in page.text
    assert page.find("textarea[name=reason]").get_text().strip() == "Not for us."
    assert kinds(three) == ["open"] * 3


def test_one_is_left_out_by_its_tick(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = page_of(staff, three)
    send(staff, page, ids=[three[0].id, three[2].id], status=status("planned"))
    assert kinds(three) == ["planned", "open", "planned"]


def test_what_may_not_go_there_says_why_and_the_rest_is_done(
    browser: Opens, hugo: User, three: list[Idea], tom: User
) -> None:
    with act():
        three[1].change_status(Status.first("idea", "planned"), by=hugo)
    staff = browser(hugo)
    page = send(staff, page_of(staff, three), status=status("under_review"))
    assert kinds(three) == ["under_review"] * 3  # a planned one may go back
    with act():
        three[1].change_status(Status.first("idea", "started"), by=hugo)
    page = send(staff, page_of(staff, three), status=status("open"))
    assert page.status == 422 and "Left out: New cannot follow In progress." in page.text
    assert "2 moved to New." in page.html
    assert [box["value"] for box in page.soup.select("#picked input[type=checkbox]")] == [str(three[1].id)]
    assert kinds(three) == ["open", "started", "open"]


def test_a_way_that_owes_a_reason_leaves_out_what_has_none(browser: Opens, hugo: User, three: list[Idea]) -> None:
    with act():
        way = way_between(three[0].status_id, int(status("planned")))
        assert way
        way.owes_reason = True
    staff = browser(hugo)
    page = send(staff, page_of(staff, three), status=status("planned"))
    assert page.status == 422 and "From New this owes a public reason." in page.text and kinds(three) == ["open"] * 3
    send(staff, page, status=status("planned"), reason="We build it in spring.")
    assert kinds(three) == ["planned"] * 3


def test_all_may_move_and_nobody_is_told(
    browser: Opens, hugo: User, three: list[Idea], run_jobs: Runs, mailbox: Mailbox
) -> None:
    mails, staff = list(mailbox.recipients), browser(hugo)
    page = send(staff, page_of(staff, three), status=status("planned"), quietly="y")
    assert "3 moved to Planned. Nobody is told." in page.html and kinds(three) == ["planned"] * 3
    run_jobs()
    assert mailbox.recipients == mails


@pytest.mark.both
def test_what_somebody_changed_meanwhile_is_said_and_kept(
    browser: Opens, hugo: User, nora: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = page_of(staff, three)
    move(browser(nora), three[1], "under_review")
    page = send(staff, page, status=status("planned"))
    assert "Left out: Nora Klein moved “A clock for breaks” from New to Under review" in page.text
    assert kinds(three) == ["planned", "under_review", "planned"]
    send(staff, page, status=status("planned"))
    assert kinds(three) == ["planned"] * 3


@pytest.mark.both
def test_all_is_undone_at_once(browser: Opens, hugo: User, three: list[Idea], run_jobs: Runs, mailbox: Mailbox) -> None:
    staff, before, mails = browser(hugo), everything(), mailbox.recipients
    page = decline(staff, three)
    assert "Undone for 3." in staff.submit(page, "form.undo").html
    run_jobs()
    assert everything() == before and mailbox.recipients == mails


def test_undoing_beside_what_was_left_out_leads_back_to_the_list(browser: Opens, hugo: User, three: list[Idea]) -> None:
    with act():
        three[1].change_status(Status.first("idea", "planned"), by=hugo)
    staff = browser(hugo)
    page = staff.get(f"/admin/bulk?queue=unanswered&list=queue%3Dunanswered&ids={three[0].id}&ids={three[1].id}")
    page = send(staff, page, status=status("planned"))
    assert page.status == 422 and "Left out: It is there already." in page.text
    assert staff.submit(page, "form.undo").path == "/admin" and kinds(three) == ["open", "planned", "open"]


def test_what_can_be_undone_is_and_the_rest_says_why(browser: Opens, hugo: User, nora: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = decline(staff, three)
    move(browser(nora), three[1], "under_review")
    page = staff.submit(page, "form.undo")
    assert "Undone for 2." in page.html and "because of what happened since: Nora Klein moved" in page.html
    assert kinds(three) == ["open", "under_review", "open"]


def test_what_was_told_before_is_said_and_the_rest_undone(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = decline(staff, three)
    with act():
        id = db.session.scalars(
            select(Event.id).where(Event.facts["bulk"].as_string() != "").order_by(Event.id)
        ).first()
        db.session.execute(update(Event).where(Event.id == id).values(due_at=now()))
    assert id and fan_out(id)
    page = staff.submit(page, "form.undo")
    assert "Undone for 2." in page.html and "It is too late to undo this" in page.html
    assert kinds(three) == ["declined", "open", "open"]


@pytest.mark.parametrize(
    "do, fields, problem",
    [
        ("status", {"status": ""}, "Choose the status to move them to."),
        ("status", {"status": "declined", "reason": " "}, "Say why, in public"),
        ("response", {"text": ""}, "Write the answer"),
        ("tag", {"tag": ""}, "Write the tag."),
        ("hidden", {"why": ""}, "Say why: their authors read it"),
    ],
)
def test_what_is_missing_is_said_at_its_field(
    browser: Opens, hugo: User, three: list[Idea], do: str, fields: dict[str, str], problem: str
) -> None:
    staff = browser(hugo)
    if fields.get("status"):
        fields = {**fields, "status": str(status(fields["status"]))}
    page = send(staff, page_of(staff, three, do), **fields)
    assert page.status == 422 and problem in page.find("main form .field .error, main form .error[id]").get_text(" ")
    assert kinds(three) == ["open"] * 3


def test_a_response_a_board_tags_and_hiding(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff, board = browser(hugo), Board.in_order(for_=None)[2]
    send(staff, page_of(staff, three, "response"), text="We read all three.")
    send(staff, page_of(staff, three, "board"), board=board.id)
    send(staff, page_of(staff, three, "tag"), tag="rota")
    send(staff, page_of(staff, three[:2], "tag"), tag="night")
    page = send(staff, page_of(staff, three, "untag"), tag="night")
    assert "Left out: It does not have this tag." in page.text
    send(staff, page_of(staff, three, "hidden"), why="They name a guest.")
    db.session.rollback()
    assert {idea.response.body if idea.response else "" for idea in three} == {"We read all three."}
    assert {idea.board_id for idea in three} == {board.id}
    assert [tag.name for idea in three for tag in idea.tags] == ["rota"] * 3
    assert {idea.hidden_reason for idea in three} == {"They name a guest."}
    again = send(staff, page_of(staff, three, "response"), text="Something else.")
    assert "It has an official response already" in again.text


def test_nothing_picked_says_where_to_pick(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/bulk?ids=x&ids=-1&ids=99999999999")
    assert page.status == 200 and "Nothing is picked." in page.text


def test_at_most_a_hundred_at_once(browser: Opens, hugo: User, three: list[Idea]) -> None:
    first = [idea.id for idea in three]
    page = browser(hugo).get("/admin/bulk?" + "&".join(f"ids={id}" for id in [*range(1000, 1098), *first]))
    assert [box["value"] for box in page.soup.select("#picked input[type=checkbox]")] == [str(id) for id in first[:2]]


def test_the_lists_offer_it(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    for place in ("/admin?queue=unanswered", "/admin/ideas?q=clock"):
        page = staff.get(place)
        assert page.has("form#picks button") and page.has(f'input.pick[form=picks][value="{three[1].id}"]')


def test_it_leads_back_to_the_list_with_its_search(browser: Opens, hugo: User, three: list[Idea]) -> None:
    staff = browser(hugo)
    page = staff.get(f"/admin/bulk?ids={three[0].id}&list=q%3Dclock%26sort%3Dold")
    page = send(staff, page, status=status("planned"))
    assert page.path == "/admin/ideas" and page.find("#q")["value"] == "clock"


@pytest.mark.both
def test_whom_several_reach_is_whom_they_reach_one_by_one(
    three: list[Idea], double_shift: Idea, dark_mode: Idea, hugo: User, tom: User, ines: User, camille: User
) -> None:
    """Muted ones, private ones, hidden ones and who follows without a vote: counted as the fan-out finds them."""
    with act():
        db.session.add(Follow(user_id=tom.id, idea_id=three[0].id, muted=True))
        db.session.add(Follow(user_id=camille.id, idea_id=three[2].id))
        double_shift.is_private = True
        Vote.cast(dark_mode, by=ines)
        dark_mode.hide(by=hugo, reason="It names a guest.")
    ideas = [*three, double_shift, dark_mode]
    for action in (Action.STATUS_CHANGED, Action.IDEA_HIDDEN):
        told: set[int] = set()
        for idea in ideas:
            event = Event(action=action, actor_id=hugo.id, subject_type="idea", subject_id=idea.id, facts={})
            told |= set(db.session.scalars(select(User.id).where(audience(event))))
        assert reach_of_all(action, ideas, hugo).told == len(told)
        assert reach_of_all(action, ideas[:1], hugo) == reach_about(action, ideas[0], hugo)


@pytest.mark.both
def test_forty_ideas_are_one_mail_to_one_person(
    browser: Opens, hugo: User, tom: User, sofia: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        ideas = [Idea.propose(sofia, f"An idea like others, number {number}") for number in range(40)]
        for idea in ideas:
            Vote.cast(idea, by=tom)
    run_jobs()
    before = len(mailbox.to(tom))
    decline(browser(hugo), ideas)
    run_jobs()
    assert [mail["Subject"] for mail in mailbox.to(tom)[before:]] == ["Not planned: 40 ideas"]
    folded = select(func.count(Delivery.id)).where(Delivery.recipient == f"user:{tom.id}", Delivery.state == "folded")
    assert db.session.scalar(folded) == 39


def test_what_is_unticked_stays_in_sight_and_is_left_out_of_the_count(
    browser: Opens, hugo: User, three: list[Idea]
) -> None:
    staff = browser(hugo)
    page = page_of(staff, three)
    page = staff.submit(page, "main form.bulk", button="preview", ids=[three[2].id])
    assert "2 people will be told" in page.text
    boxes = page.soup.select("#picked input[type=checkbox]")
    assert [box.has_attr("checked") for box in boxes] == [False, False, True]
