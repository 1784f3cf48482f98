"""The figures of staff: what each counts and leaves out, over which time, on the page and in the file."""

import csv
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
import time_machine
from sqlalchemy import delete, update

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.admin import measures
from portal.admin.figures import FIGURES
from portal.admin.measures import Value
from portal.admin.periods import Period
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.privacy.erasing import erase
from portal.settings import Settings
from portal.voting.models import Vote
from portal.web.spreadsheet import cell
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
LONG_AGO = timedelta(days=900)


@pytest.fixture(autouse=True)
def of_long_ago(app: Any) -> None:
    """What the cast did is over; what a test does is of these days."""
    with act():
        Settings.current().answer_days = 2
        moved = {"created_at": now() - LONG_AGO}
        for model in (Idea, Comment, Vote):
            db.session.execute(update(model).values(**moved))
        db.session.execute(update(Idea).values(status_since=now() - LONG_AGO))


def sent(by: User, days_ago: float = 1, answered_after: float | None = None, **details: Any) -> Idea:
    """An idea of these days; answered after so many days, or waiting."""
    idea = Idea.propose(by, "Shifts in colour", **details)
    born = now() - timedelta(days=days_ago)
    idea.created_at = idea.waiting_since = born
    if answered_after is not None:
        idea.waiting_since, idea.answered_at = None, born + timedelta(days=answered_after)
    return idea


def measured(count: Callable[..., list[Value]], period: Period = Period.MONTH) -> Value:
    db.session.rollback()
    return count(period.spans())[0]


def test_the_answered_share_leaves_out_what_is_not_due(tom: User, ines: User, hugo: User) -> None:
    with act():
        for days in (5, 6, 7, 8):
            sent(tom, days, answered_after=1)
        sent(ines, 9, kind="issue", is_private=True)
        sent(ines, 1)
        sent(tom, 40)
        sent(hugo, 5, answered_after=1)
        sent(tom, 5).hide(by=hugo, reason="Spam")
        sent(tom, 5).imported_key = "elsewhere:1"
    assert measured(measures.answered) == Value(4 / 5, (4, 6, 1))
    assert measured(measures.answered, Period.QUARTER).counts == (4, 7, 1)


def test_of_fewer_than_five_no_share_is_said(tom: User, hugo: User, browser: Opens) -> None:
    with act():
        hugo.lang = "en"
        sent(tom, 5, answered_after=1)
    card = browser(hugo).get("/admin/figures").find(".figure")
    assert card.strong.get_text() == "–" and "1 of 1 have an answer. A share is said from 5 on." in card.get_text()
    assert measured(measures.answered) == Value(1.0, (1, 1, 0), few=True)


def test_who_waits_still_counts_in_the_time_to_a_first_answer(tom: User) -> None:
    with act():
        for after in (1, 2, 4):
            sent(tom, 10, answered_after=after)
        sent(tom, 10)
        sent(tom, 3)
    days, counts, _few = measured(measures.first_answer)
    # Of five, one was answered after a day (4/5 wait), one after two (3/5), and one of two that are left after four.
    assert days == pytest.approx(4) and counts == (3, 5)


def test_while_more_than_half_wait_no_time_is_said(tom: User) -> None:
    with act():
        for after in (1, 2, None, None, None):
            sent(tom, 10, answered_after=after)
    assert measured(measures.first_answer) == Value(None, (2, 5))


def test_what_shipped_counts_as_credited_where_a_member_is_named(tom: User, ines: User, hugo: User) -> None:
    with act():
        named, nameless, ours, alone = (sent(who) for who in (tom, ines, hugo, tom))
        for idea in (named, nameless, ours):
            idea.status = Status.first("idea", "started")
        ines.credit_as = CreditAs.NOBODY
        release = draft(hugo)
        release.write(title={"en": "Colours", "fr": "Couleurs"}, story={"en": "New.", "fr": "Nouveau."})
        release.ideas = [named, nameless, ours]
        publish(release, by=hugo)
        alone.status, alone.status_since = Status.first("idea", "shipped"), now()
    assert measured(measures.credited) == Value(1 / 4, (1, 4))


def test_people_taking_part_are_counted_once_and_are_no_colleagues(
    tom: User, ines: User, yuki: User, marc: User, hugo: User, sofia: User, offline: Idea
) -> None:
    with act():
        sent(tom)
        Vote.cast(offline, by=marc)
        for who in (tom, ines, hugo):
            Comment.post(offline, "Yes.", by=who)
        Comment.post(offline, "Buy this.", by=yuki).hide(by=hugo, reason="Spam")
        Comment.post(offline, "From elsewhere.", by=sofia).imported_key = "elsewhere:2"
    assert measured(measures.people).number == 3
    with act():
        erase(db.session.get_one(User, ines.id))
    assert measured(measures.people).number == 3


def test_the_share_of_the_team_is_of_what_is_written_and_of_the_members(
    tom: User, ines: User, hugo: User, offline: Idea
) -> None:
    with act():
        sent(tom)
        sent(hugo)
        for who in (tom, ines, hugo):
            Comment.post(offline, "Yes.", by=who)
        Comment.note(offline, "Among us.", by=hugo)
        db.session.execute(update(User).where(User.id == ines.id).values(email=None))
    assert measured(measures.of_the_team) == Value(2 / 5, (2, 5, 3, 9))


def test_each_step_counts_what_happened_in_it(tom: User) -> None:
    with time_machine.travel(datetime(2027, 3, 10, 12, tzinfo=UTC), tick=False):
        with act():
            sent(tom, 8)
            sent(tom, 60)
        values = measures.people(Period.YEAR.spans())
        assert [value.number for value in values] == [1, *[0] * 9, 1, 0, 1]
        weeks = Period.MONTH.spans()[1:]
        assert weeks[-1].since == datetime(2027, 3, 8, tzinfo=UTC) and len(weeks) == 12
        assert Period.YEAR.spans()[1].since == datetime(2026, 4, 1, tzinfo=UTC)


def test_the_page_says_each_figure_with_its_definition_and_its_steps(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        hugo.lang = "en"
        for days in (3, 20):
            for _number in range(5):
                sent(tom, days, answered_after=1)
    page = browser(hugo).get("/admin/figures")
    cards = {card.h2.get_text(): card for card in page.soup.select(".figure")}
    assert list(cards) == [str(figure.name) for figure in FIGURES]
    answered = cards["Answered"]
    assert answered.strong.get_text() == "100%" and "10 of 10 have an answer." in answered.get_text()
    assert cards["Time to a first answer"].strong.get_text() == "24 hours"
    assert cards["Shipped with credits"].strong.get_text() == "–"
    assert len(answered.select("svg rect, svg .chart__none")) == 12 and len(answered.select("tbody tr")) == 12
    assert page.find(".seg [aria-current]").get_text() == "30 days"
    longer = browser(hugo).get(page.soup.select(".seg a")[2]["href"])
    assert longer.find(".seg [aria-current]").get_text() == "12 months" and "so far" in longer.text


def test_the_file_has_the_numbers_of_the_page(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        hugo.lang = "en"
        for days in (5, 6, 7, 8, 9):
            sent(tom, days, answered_after=1)
    answer = browser(hugo).get("/admin/figures.csv?period=90-days")
    assert answer.headers["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(answer.html.removeprefix("\ufeff"))))
    assert len(rows) == 13 * (4 + 3 + 3 + 3 + 1 + 5)
    first = next(row for row in rows if row["What is counted"] == "Sent in all")
    assert first["Number"] == "5" and first["From"] == (now() - timedelta(days=90)).date().isoformat()


@pytest.mark.parametrize("words", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx"])
def test_no_cell_becomes_a_formula(words: str) -> None:
    assert cell(words) == f"'{words}" and cell("A word") == "A word" and cell(-3) == -3


def test_a_portal_without_anything_says_what_will_stand_there(browser: Opens, hugo: User) -> None:
    with act():
        hugo.lang = "en"
        for model in (Comment, Vote):
            db.session.execute(delete(model))
    page = browser(hugo).get("/admin/figures")
    assert "Nothing to count yet." in page.text and not page.has(".figure svg")
    assert all(str(figure.definition) in page.text for figure in FIGURES)


def test_an_unknown_period_is_the_first(browser: Opens, hugo: User) -> None:
    assert browser(hugo).get("/admin/figures?period=for-ever").status == 200


def test_who_is_here_is_said_also_of_a_week_without_words() -> None:
    assert measured(measures.of_the_team) == Value(None, (0, 0, 3, 10), few=True)
