"""Greeting newcomers: a welcome from a text of the team's own, one line below the first answer, and nothing else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select, update

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.catalogue import sentence
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.notifications.models import Delivery
from portal.privacy.erasing import erase
from portal.recognition.greeting import filled, ours
from portal.recognition.welcoming import suggested, welcome
from portal.schedule import run_due
from portal.voting.models import Vote
from portal.worker import poll
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
Runs = Callable[[], None]
FIRST = "This is the first answer to something you wrote here."


@pytest.fixture
def newcomer(app: Flask) -> User:
    """Ada, who joined yesterday and wants mail at once."""
    with act():
        ada = User.join("ada@example.com", "Ada Lind", "en", timezone="UTC")
        ada.mail_progress = ada.mail_comments = MailWhen.AT_ONCE
        ada.created_at = now() - timedelta(days=1)
    return ada


@pytest.fixture
def proposed(newcomer: User) -> Idea:
    with act():
        idea = Idea.propose(newcomer, "Shifts in colour")
    return idea


def words_of(mailbox: Mailbox, person: User) -> str:
    return " ".join(" ".join(mailbox.text(message) for message in mailbox.to(person)).split())


def test_staff_write_once_from_what_every_welcome_begins(
    browser: Opens, hugo: User, newcomer: User, proposed: Idea
) -> None:
    staff = browser(hugo)
    letter = staff.get(f"/admin/members/{newcomer.handle}/welcome")
    page = staff.get(letter.find("a.btn--ghost")["href"])
    assert "Hello {name}," in page.find("#text_en").get_text() and "Bonjour {name}," in page.find("#text_fr").get_text()
    saved = staff.submit(page, "main form", text_en="Dear {name}, glad that you came. {first} Yours, {me} of {brand}")
    assert "Every welcome begins so from now on." in saved.html
    begun = staff.get(f"/admin/members/{newcomer.handle}/welcome").find("#text").get_text().strip()
    thanks = "Thank you for your idea “Shifts in colour”."
    assert begun == f"Dear Ada Lind, glad that you came. {thanks} Yours, Hugo Petit of Marée"
    told = db.session.scalars(select(Event).where(Event.action == Action.TEXT_CHANGED)).one()
    assert sentence(told) == "Hugo Petit changed the text from which a welcome begins"


def test_an_emptied_text_is_ours_again(browser: Opens, hugo: User, newcomer: User) -> None:
    staff = browser(hugo)
    for text in ("Dear {name}, welcome.", ""):
        staff.submit(staff.get("/admin/greeting"), "main form", text_en=text)
    assert staff.get("/admin/greeting").find("#text_en").get_text().strip() == ours("en")
    with act():
        newcomer.lang = "fr"
        assert suggested(newcomer, hugo).startswith("Bonjour Ada Lind,")


def test_a_text_that_is_too_long_is_kept_and_said(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/greeting"), "main form", text_en="x" * 701)
    assert page.status == 422 and page.find("#text_en-error") and "x" * 701 in page.find("#text_en").get_text()


def test_what_stands_in_a_place_opens_no_other() -> None:
    assert filled("Hello {name}, {me}", name="{me}", brand="", first="", me="Hugo") == "Hello {me}, Hugo"
    assert filled("Hello {name}, {me}", name="", brand="", first="", me="Hugo") == "Hello, Hugo"
    assert filled("{other}", name="", brand="", first="", me="") == "{other}"


ANSWERS: dict[str, Callable[[Idea, User], Any]] = {
    "status": lambda idea, by: idea.change_status(Status.first("idea", "under_review"), by=by),
    "response": lambda idea, by: idea.respond("We like it.", by=by),
    "comment": lambda idea, by: Comment.post(idea, "Thank you.", by=by),
}


@pytest.mark.parametrize("how", ANSWERS)
def test_the_first_answer_to_ones_first_words_says_so_once(
    how: str, newcomer: User, proposed: Idea, hugo: User, tom: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        Comment.post(proposed, "Me too.", by=tom)
        ANSWERS[how](proposed, hugo)
    run_jobs()
    assert words_of(mailbox, newcomer).count(FIRST) == 1
    with act():
        for answer in ANSWERS.values():
            answer(db.session.get_one(Idea, proposed.id), hugo)
        another = Idea.propose(newcomer, "Shifts in bold")
        another.respond("Good.", by=hugo)
    run_jobs()
    assert words_of(mailbox, newcomer).count(FIRST) == 1


def test_others_who_hear_of_the_answer_read_nothing_of_it(
    newcomer: User, proposed: Idea, tom: User, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        Vote.cast(proposed, by=tom)
        proposed.respond("We like it.", by=hugo)
    run_jobs()
    assert mailbox.to(tom) and FIRST not in words_of(mailbox, tom)


def test_who_reads_once_a_day_reads_it_in_the_digest(
    newcomer: User, proposed: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox, app: Flask
) -> None:
    with act():
        newcomer.mail_progress = newcomer.mail_comments = MailWhen.DAILY
        Comment.post(proposed, "Thank you.", by=hugo)
        Comment.post(proposed, "And we mean it.", by=hugo)
    run_jobs()
    assert not mailbox.to(newcomer)
    days(app, run_jobs, 2)
    assert words_of(mailbox, newcomer).count(FIRST) == 1 and len(mailbox.to(newcomer)) == 1


def test_several_answers_as_one_mail_say_it_once(
    app: Flask, newcomer: User, proposed: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    app.config["FOLD_SECONDS"] = 1
    try:
        with act():
            ANSWERS["response"](proposed, hugo)
            ANSWERS["status"](proposed, hugo)
        run_jobs()
        with act():
            db.session.execute(update(Delivery).values(next_attempt_at=now() - timedelta(minutes=1)))
        while poll(app):
            pass
    finally:
        app.config["FOLD_SECONDS"] = 0
    (message,) = mailbox.to(newcomer)
    assert "2 things happened" in mailbox.text(message) and words_of(mailbox, newcomer).count(FIRST) == 1


@pytest.mark.parametrize("who", ["suspended", "erased", "unsubscribed"])
def test_who_hears_nothing_hears_nothing_of_it(
    who: str, newcomer: User, proposed: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        if who == "suspended":
            suspend(newcomer, by=hugo, reason="Spam")
        elif who == "erased":
            erase(newcomer)
        else:
            newcomer.mail_progress = newcomer.mail_comments = MailWhen.NEVER
    with act():
        proposed.respond("We like it.", by=hugo)
    run_jobs()
    assert FIRST not in " ".join(" ".join(map(mailbox.text, mailbox.messages)).split())


def test_no_series_of_mails_follows(
    app: Flask, newcomer: User, proposed: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    """One welcome and one answer: two months later nothing else came."""
    with act():
        welcome(newcomer, "Welcome here, dear Ada: I read what you write.", by=hugo)
        proposed.respond("We like it.", by=hugo)
    run_jobs()
    with act():
        assert welcome(db.session.get_one(User, newcomer.id), "Welcome again, dear Ada.", by=hugo) is None
    days(app, run_jobs, 1, 3, 7, 14, 30, 60)
    subjects = sorted(str(message["Subject"]) for message in mailbox.to(newcomer))
    assert subjects == ["Hugo Petit welcomes you", "The team answered: Shifts in colour"]
    assert db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.MEMBER_WELCOMED)) == 1


def days(app: Flask, run_jobs: Runs, *later: int) -> None:
    """So many days later, at noon, all that recurs runs, and the worker after it."""
    today = datetime.now(UTC).replace(hour=12)
    for number in later:
        db.session.rollback()
        with time_machine.travel(today + timedelta(days=number), tick=True), app.app_context():
            run_due()
            run_jobs()
