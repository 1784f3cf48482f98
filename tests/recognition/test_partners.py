"""The weekly job picks the top partners from the ledger, explains each, and thanks them once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.i18n import reading_in
from portal.recognition.models import Partner, PointEntry
from portal.recognition.partners import monday, partners_of_the_week, pick_partners, week_before, week_of
from portal.recognition.rules import WORTH, Rule
from portal.recognition.sentences import reason_sentence
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

WEEK = week_of(now())


def pay(user: User, *rules: Rule, days_ago: int = 1) -> None:
    """Points of this person, each for a subject of its own."""
    with act():
        event = db.session.scalars(select(Event).limit(1)).one()
        first = (db.session.scalar(select(func.max(PointEntry.subject_id))) or 0) + 1
        for number, rule in enumerate(rules):
            entry = PointEntry(user_id=user.id, event_id=event.id, rule=rule, points=WORTH[rule])
            entry.subject_type, entry.subject_id = "idea", first + number
            entry.created_at = now() - timedelta(days=days_ago)
            db.session.add(entry)


def picked(week: str = WEEK) -> list[str]:
    rows = db.session.scalars(select(Partner).where(Partner.week == week).order_by(Partner.rank))
    return [partner.user.display_name for partner in rows]


def thanked() -> int:
    return db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.PARTNER_PICKED)) or 0


def reason(user: User) -> Partner:
    return db.session.scalars(select(Partner).where(Partner.user_id == user.id)).one()


def test_most_points_come_first_and_equals_in_alphabetical_order(
    tom: User, ines: User, yuki: User, aicha: User, marc: User, sofia: User
) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    for user in (yuki, marc, sofia, ines):
        pay(user, Rule.IDEA_PLANNED)
    pay(aicha, Rule.IDEA_PLANNED)
    pick_partners()
    assert picked() == ["Tom Becker", "Aïcha Diallo", "Inès Moreau", "Marc Lefèvre", "Sofia Nilsson"]


def test_a_second_run_changes_nothing(tom: User, ines: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    pay(ines, Rule.IDEA_SHIPPED, Rule.IDEA_SHIPPED)
    pick_partners()
    assert picked() == ["Tom Becker"]
    assert thanked() == 1


def test_two_workers_at_once_pick_once(app: Flask, tom: User, ines: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pay(ines, Rule.IDEA_PLANNED)
    db.session.rollback()
    barrier, failed = threading.Barrier(2), []

    def work() -> None:
        with app.app_context():
            barrier.wait()
            try:
                pick_partners()
            except Exception as problem:
                failed.append(problem)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed
    assert picked() == ["Tom Becker", "Inès Moreau"]
    assert thanked() == 2


def test_who_was_picked_last_week_is_not_thanked_again(tom: User, ines: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED, days_ago=20)
    pick_partners(week_before(WEEK))
    pay(ines, Rule.IDEA_PLANNED)
    pick_partners(WEEK)
    assert picked() == ["Tom Becker", "Inès Moreau"]
    assert thanked() == 2


def test_who_comes_back_after_a_while_is_thanked_again(tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED, days_ago=40)
    pick_partners(week_before(week_before(WEEK)))
    pick_partners(WEEK)
    assert thanked() == 2


def test_old_points_do_not_count(tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED, days_ago=91)
    pick_partners()
    assert picked() == []


@pytest.mark.parametrize(
    "choice",
    [
        {"featured": False},
        {"credit_as": "nobody"},
        {"role": "staff"},
        {"email": None},
        {"suspended_at": now()},
        {"erased_at": now()},
    ],
)
def test_who_opted_out_or_is_not_a_member_is_not_picked(tom: User, choice: dict[str, Any]) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    with act():
        for name, value in choice.items():
            setattr(tom, name, value)
    pick_partners()
    assert picked() == []


def test_who_opts_out_later_is_no_longer_shown(visitor: Browser, tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    assert "Tom Becker" in visitor.get("/people").text
    with act():
        tom.featured = False
    assert "Tom Becker" not in visitor.get("/people").text
    assert db.session.scalars(partners_of_the_week()).all() == []


def test_a_pseudonym_hides_the_name(visitor: Browser, tom: User) -> None:
    with act():
        tom.credit_as, tom.pseudonym = "pseudonym", "Night owl"
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    page = visitor.get("/people")
    assert "Night owl" in page.text
    assert "Tom Becker" not in page.html and "tom-becker" not in page.html


SAID = {
    Rule.IDEA_SHIPPED: ("Proposed 2 ideas that shipped.", "A proposé 2 idées qui ont été livrées."),
    Rule.ISSUE_FIXED: ("Reported 2 issues that we fixed.", "A signalé 2 problèmes que nous avons corrigés."),
    Rule.IDEA_SHAPED: ("Helped to shape 2 ideas that shipped.", "A aidé à façonner 2 idées qui ont été livrées."),
    Rule.IDEA_PLANNED: ("Proposed 2 ideas that we planned.", "A proposé 2 idées que nous avons prévues."),
    Rule.ISSUE_CONFIRMED: (
        "Reported 2 issues that we confirmed.",
        "A signalé 2 problèmes que nous avons confirmés.",
    ),
    Rule.COMMENT_SHAPED: (
        "Wrote 2 comments that shaped what we built.",
        "A écrit 2 commentaires qui ont façonné nos produits.",
    ),
}


@pytest.mark.parametrize("rule", list(Rule))
@pytest.mark.parametrize("lang", ["en", "fr"])
def test_each_choice_is_explained_in_one_sentence(tom: User, rule: Rule, lang: str) -> None:
    pay(tom, rule, rule)
    pick_partners()
    with reading_in(lang):
        assert reason_sentence(reason(tom)) == SAID[rule][lang == "fr"]


def test_what_brought_most_points_is_the_reason(tom: User) -> None:
    pay(tom, Rule.COMMENT_SHAPED, Rule.COMMENT_SHAPED, Rule.COMMENT_SHAPED, Rule.COMMENT_SHAPED, Rule.IDEA_SHIPPED)
    pick_partners()
    assert reason_sentence(reason(tom)) == "Wrote 4 comments that shaped what we built."
    assert reason(tom).points == 110


def test_weeks_are_those_of_the_iso_calendar() -> None:
    assert week_of(monday("2026-W01")) == "2026-W01"
    assert week_before("2026-W01") == "2025-W52"
    assert week_before("2027-W01") == "2026-W53"


@pytest.mark.jobs
def test_each_partner_gets_one_mail(tom: User, ines: User, run_jobs: Callable[[], None], mailbox: Any) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pay(ines, Rule.IDEA_PLANNED)
    for _ in range(2):
        pick_partners()
        run_jobs()
    assert mailbox.recipients.count(tom.email) == 1
    assert len(mailbox.to(tom)) == len(mailbox.to(ines)) == 1
    assert "Proposed 1 idea that shipped." in mailbox.text(mailbox.to(tom)[0])
