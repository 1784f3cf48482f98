"""An answer that moves the idea and gives it away with the same press: one act, one message, nothing lost."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.transitions import Transition
from portal.notifications.composing import compose
from portal.notifications.models import Follow, Hears, Notification, StaffMail
from portal.notifications.undoing import without_detours
from portal.settings import Settings
from portal.triage.assigning import in_hand_of
from portal.triage.assignments import assign
from portal.voting.models import Vote
from tests.admin.places import at
from tests.admin.tools import move, use
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.triage.vows import promise

Opens = Callable[..., Browser]
Runs = Callable[[], None]
SAID = "It would cost everybody a second for few."


@pytest.fixture
def backed(dark_mode: Idea, tom: User, ines: User, sofia: User) -> Idea:
    """An idea of Yuki's that Tom and Inès back and Sofia follows, who all want mail at once."""
    with act():
        Vote.cast(dark_mode, by=tom)
        Vote.cast(dark_mode, by=ines)
        db.session.add(Follow(user_id=sofia.id, idea_id=dark_mode.id))
        for person in (tom, ines, sofia, dark_mode.author):
            person.mail_progress, person.lang = "at_once", "en"
    return dark_mode


@pytest.fixture
def told(backed: Idea, run_jobs: Runs) -> Idea:
    """The same, once all that happened before is told."""
    run_jobs()
    return backed


def step(kind: str) -> str:
    return str(Status.first("idea", kind).id)


def answer(staff: Browser, idea: Idea, page: Page | None = None, **fields: Any) -> Page:
    return use(staff, idea, "response", page, **{"text": SAID, **fields})


def happened(idea: Idea) -> list[str]:
    db.session.rollback()
    about = Event.subject_type == "idea", Event.subject_id == idea.id
    return list(db.session.scalars(select(Event.action).where(*about).order_by(Event.id)))


def tells(idea: Idea, who: str, *, to: str) -> None:
    with act():
        db.session.get_one(Transition, (idea.status_id, int(step(to)))).tells = who


def test_one_press_answers_moves_and_gives_away(browser: Opens, hugo: User, nora: User, told: Idea) -> None:
    page = answer(browser(hugo), told, status=step("planned"), owner=str(nora.id))
    for said in ("The official response is published.", "Moved to Planned.", "Nora Klein takes it on"):
        assert said in page.html
    db.session.rollback()
    assert (told.status.kind, in_hand_of(told.id)) == ("planned", nora.id)
    assert happened(told)[-3:] == [Action.RESPONSE_POSTED, Action.STATUS_CHANGED, Action.IDEA_ASSIGNED]


def test_where_nothing_is_chosen_it_stays_where_and_whose_it_is(
    browser: Opens, hugo: User, nora: User, told: Idea
) -> None:
    with act():
        assign(told, nora, by=hugo)
    staff = browser(hugo)
    opened = staff.get(at(told))
    chosen = [opened.find(f"#tool-response-{name} option").get_text() for name in ("status", "owner")]
    assert chosen == ["Stays as it is, unless you say no: New", "As now: Nora Klein"]
    answer(staff, told, opened)
    db.session.rollback()
    assert (told.status.kind, in_hand_of(told.id)) == ("open", nora.id)
    assert happened(told)[-1] == Action.RESPONSE_POSTED


def test_it_is_given_to_nobody(browser: Opens, hugo: User, nora: User, told: Idea) -> None:
    with act():
        assign(told, nora, by=hugo)
    assert "It is nobody’s now." in answer(browser(hugo), told, owner="nobody").html
    assert in_hand_of(told.id) is None


@pytest.mark.both
def test_everybody_concerned_hears_once_of_both(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    answer(browser(hugo), told, status=step("planned"))
    run_jobs()
    assert len(mailbox.messages) == 4 and len(set(mailbox.recipients)) == 4
    mail = mailbox.messages[0]
    assert mail["Subject"] == f"The team answered: {told.title} · Planned"
    text = mailbox.text(mail)
    assert "It now stands at “Planned”. We’ll write when the work begins." in text and SAID in text
    heard = select(Notification.id).join(Event, Event.id == Notification.event_id)
    moved = Event.subject_id == told.id, Event.action == Action.STATUS_CHANGED
    assert db.session.scalars(heard.where(*moved)).all() == []


def test_supporters_who_would_not_hear_of_a_question_hear_of_the_step_once(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    answer(browser(hugo), told, kind="question", status=step("under_review"))
    run_jobs()
    assert len(mailbox.recipients) == len(set(mailbox.recipients)) == 4
    assert "Under review" in mailbox.messages[0]["Subject"]


def test_a_question_beside_a_step_that_tells_followers_leaves_supporters_alone(
    browser: Opens, hugo: User, sofia: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    tells(told, "followers", to="under_review")
    answer(browser(hugo), told, kind="question", status=step("under_review"))
    run_jobs()
    assert sorted(mailbox.recipients) == sorted([sofia.email or "", told.author.email or ""])


def test_a_correction_tells_nobody_but_the_step_beside_it_does(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        told.respond("We lok at it.", by=hugo)
    run_jobs()
    before = len(mailbox.messages)
    answer(browser(hugo), told, text="We look at it.", status=step("planned"))
    assert happened(told)[-2:] == [Action.RESPONSE_EDITED, Action.STATUS_CHANGED]
    run_jobs()
    assert [mail["Subject"] for mail in mailbox.messages[before:]] == [f"Planned: {told.title}"] * 4


def test_a_step_is_told_even_where_other_words_took_the_place_of_its_answer(
    browser: Opens, hugo: User, tom: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    staff = browser(hugo)
    answer(staff, told, status=step("planned"))
    answer(staff, told, kind="progress", text="The first drawings are there.")
    run_jobs()
    moved, news = sorted(mailbox.to(tom), key=lambda mail: "News" in mail["Subject"])
    assert moved["Subject"] == f"Planned: {told.title}" and "drawings" not in mailbox.text(moved)
    assert "The first drawings are there." in mailbox.text(news) and "It now stands" not in mailbox.text(news)


def test_a_step_that_was_led_back_at_once_is_not_told_with_its_answer(
    app: Flask, monkeypatch: pytest.MonkeyPatch, hugo: User, tom: User, told: Idea
) -> None:
    monkeypatch.setitem(app.config, "FOLD_SECONDS", 120)
    with act():
        told.respond(SAID, by=hugo, status=Status.first("idea", "under_review"))
        told.change_status(Status.first("idea", "open"), by=hugo)
    about = Event.subject_type == "idea", Event.subject_id == told.id
    posted, _step, back = db.session.scalars(select(Event).where(*about).order_by(Event.id.desc()).limit(3)).all()[::-1]
    assert without_detours([posted, back]) == [posted]
    said, reader, title = posted.id, tom.id, told.title
    with app.test_request_context():
        mail = compose(db.session.get_one(Event, said), db.session.get_one(User, reader))
    assert mail and mail.subject == f"The team answered: {title}"
    assert not [line for line in mail.context["lines"] if "review" in line]


def test_the_new_owner_hears_as_they_chose(
    browser: Opens, hugo: User, nora: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        db.session.merge(StaffMail(user_id=nora.id, assigned=Hears.AT_ONCE))
    answer(browser(hugo), told, owner=str(nora.id))
    run_jobs()
    assert [mail["Subject"] for mail in mailbox.to(nora)] == [f"In your hands: {told.title}"]


def test_a_no_is_its_own_reason_and_takes_back_what_was_promised(browser: Opens, hugo: User, told: Idea) -> None:
    made = promise(told, by=hugo, days=9)
    page = answer(browser(hugo), told, kind="decline", status=step("declined"))
    assert page.status == 200
    db.session.rollback()
    assert (told.status.kind, told.status_reason, made.reason) == ("declined", SAID, SAID)
    journey = browser(hugo).get(told.url).find("#response").parent.get_text(" ", strip=True)
    assert journey.count(SAID) == 1


def test_a_no_leads_to_the_status_that_says_no(browser: Opens, hugo: User, dark_mode: Idea, fax: Idea) -> None:
    kinds = browser(hugo).get(at(dark_mode)).find("#tool-response-kind")
    moves = {option["value"]: option.get("data-moves") for option in kinds.find_all("option")}
    assert moves == {
        "answer": None, "question": None, "progress": None, "mistake": None, "decline": step("declined")
    }  # fmt: skip
    assert "data-moves" not in str(browser(hugo).get(at(fax)).find("#tool-response-kind"))


@pytest.mark.parametrize(
    ("kind", "chosen", "then"),
    [
        ("decline", "", "declined"),
        ("decline", "stays", "open"),
        ("answer", "", "open"),
        ("decline", "planned", "planned"),
    ],
)
def test_without_scripts_a_no_takes_the_status_along_unless_another_was_chosen(
    browser: Opens, hugo: User, dark_mode: Idea, kind: str, chosen: str, then: str
) -> None:
    status = step(chosen) if chosen == "planned" else chosen
    page = answer(browser(hugo), dark_mode, kind=kind, status=status)
    assert page.status == 200
    db.session.rollback()
    assert dark_mode.status.kind == then


def test_a_no_that_is_put_right_moves_nothing_again(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    answer(staff, dark_mode, kind="decline")
    with act():
        dark_mode.change_status(Status.first("idea", "open"), by=hugo)
    answer(staff, dark_mode, kind="decline", text="In other words.")
    db.session.rollback()
    assert dark_mode.status.kind == "open"


@pytest.mark.both
def test_undone_it_never_happened_at_all(
    browser: Opens, hugo: User, nora: User, lea: User, told: Idea, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        assign(told, lea, by=hugo)
    run_jobs()
    before = len(mailbox.messages)
    staff = browser(hugo)
    page = staff.submit(answer(staff, told, status=step("planned"), owner=str(nora.id)), "form.undo")
    assert "Undone." in page.html
    db.session.rollback()
    assert (told.status.kind, told.response, in_hand_of(told.id)) == ("open", None, lea.id)
    run_jobs()
    assert len(mailbox.messages) == before


@pytest.mark.both
def test_a_way_that_was_forbidden_meanwhile_is_said_and_nothing_is_done(
    browser: Opens, hugo: User, nora: User, told: Idea
) -> None:
    staff = browser(hugo)
    opened = staff.get(at(told))
    chosen = step("planned")
    with act():
        db.session.delete(db.session.get_one(Transition, (told.status_id, int(chosen))))
    page = answer(staff, told, opened, status=chosen, owner=str(nora.id))
    assert page.status == 422
    assert "Planned cannot follow New." in page.find("#tool-response-status-error").get_text()
    kept = [page.find(f"#tool-response-{name} option[selected]")["value"] for name in ("status", "owner")]
    assert kept == [chosen, str(nora.id)] and page.find("#tool-response").get_text().strip() == SAID
    db.session.rollback()
    assert (told.response, in_hand_of(told.id)) == (None, None)


@pytest.mark.both
def test_of_two_who_move_it_the_second_reads_what_the_first_did(
    browser: Opens, hugo: User, nora: User, told: Idea
) -> None:
    second = browser(hugo)
    opened = second.get(at(told))
    move(browser(nora), told, "under_review")
    page = answer(second, told, opened, status=step("planned"))
    error = page.find("#tool-response-status-error").get_text()
    assert page.status == 422 and "Changed by Nora Klein" in error
    assert "Under review" in page.find("#tool-response-status-theirs").get_text()
    assert page.find("#tool-response").get_text().strip() == SAID
    db.session.rollback()
    assert told.response is None
    assert answer(second, told, page, status=step("planned")).status == 200
    db.session.rollback()
    assert told.status.kind == "planned" and told.response is not None


def test_whoever_leaves_it_as_it_is_drops_nothing_that_others_did(
    browser: Opens, hugo: User, nora: User, lea: User, told: Idea
) -> None:
    staff = browser(hugo)
    opened = staff.get(at(told))
    move(browser(nora), told, "under_review")
    with act():
        assign(told, lea, by=nora)
    assert answer(staff, told, opened).status == 200
    db.session.rollback()
    assert (told.status.kind, in_hand_of(told.id)) == ("under_review", lea.id)


@pytest.mark.parametrize(
    ("field", "sent", "said"),
    [("status", "999999", "There is no such status."), ("owner", "999999", "not of the team any more")],
)
def test_what_is_on_no_list_is_refused_at_its_field(
    browser: Opens, hugo: User, told: Idea, field: str, sent: str, said: str
) -> None:
    page = answer(browser(hugo), told, **{field: sent})
    assert page.status == 422 and said in page.find(f"#tool-response-{field}-error").get_text()
    db.session.rollback()
    assert told.response is None


def test_who_may_not_move_or_give_away_answers_alone(browser: Opens, nora: User, hugo: User, told: Idea) -> None:
    with act():
        Settings.current().duties = {"change_status": [], "assign_idea": []}
    staff = browser(hugo)
    page = staff.get(at(told))
    assert not page.has("#tool-response-status") and not page.has("#tool-response-owner")
    answer(staff, told, page, status=step("planned"), owner=str(nora.id))
    db.session.rollback()
    assert told.response is not None
    assert (told.status.kind, in_hand_of(told.id)) == ("open", None)


def test_how_many_are_told_stands_there_before_the_press(browser: Opens, hugo: User, told: Idea) -> None:
    page = browser(hugo).get(at(told))
    said = {p["data-hears"]: p.get_text(" ", strip=True) for p in page.soup.select(".hears p")}
    assert said["everyone"].startswith("4 people will be told. At once by e-mail: 4.")
    assert said["followers"].startswith("2 people will be told.") and said["nobody"] == "Nobody will be told."


def test_feeds_tell_it_once(browser: Opens, visitor: Browser, hugo: User, told: Idea, run_jobs: Runs) -> None:
    answer(browser(hugo), told, status=step("planned"))
    run_jobs()
    for feed in ("/feed.atom", f"/ideas/{told.id}/feed.atom"):
        titles = re.findall("<title>(.*?)</title>", visitor.get(feed).response.get_data(as_text=True))
        assert [title for title in titles if told.title in title and title != told.title] == [
            f"Marée answers: {told.title} · Planned"
        ]


@pytest.mark.both
def test_words_that_are_taken_out_of_a_response_go_from_the_step_too(
    browser: Opens, hugo: User, told: Idea, run_jobs: Runs
) -> None:
    staff = browser(hugo)
    answer(staff, told, text="Marc of Salt Row said no.", kind="decline", status=step("declined"))
    run_jobs()
    answer(staff, told, text="It is not for us.")
    page = staff.get(f"/ideas/{told.id}/response/history")
    page = staff.submit(page, "form.form")
    db.session.rollback()
    assert "Salt Row" not in told.status_reason
    assert "Salt Row" not in browser().get(told.url).text
