"""Votes over time on the page of an idea: drawn, said in a sentence, and in a table."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import delete, event, insert

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.journey import Step, journey
from portal.ideas.models import Idea
from portal.voting.growth import growth_of
from portal.voting.models import Vote
from tests.conftest import act

pytestmark = pytest.mark.both

BEGAN = datetime(2026, 5, 12, 9, tzinfo=UTC)
SUMMER = datetime(2026, 8, 20, 12, tzinfo=UTC)


def with_votes(idea, *days, begin=BEGAN, each=1):
    """Give the idea exactly these votes: on so many days after the beginning, `each` a day."""
    number = len(days) * each
    with act():
        db.session.execute(delete(Vote).where(Vote.idea_id == idea.id))
        made = db.session.scalars(
            insert(User).returning(User.id),
            [
                {"own_name": f"P{n}", "handle": f"p-{idea.id}-{n}", "email": f"p{n}-{idea.id}@example.com"}
                for n in range(number)
            ],
        ).all()
        db.session.execute(
            insert(Vote),
            [
                {"idea_id": idea.id, "user_id": id, "created_at": begin + timedelta(days=days[n // each])}
                for n, id in enumerate(made)
            ],
        )
        idea.votes_count = number + idea.imported_support
    return idea


def page_of(idea):
    return f"/ideas/{idea.id}-{idea.slug}"


def shown(browser, idea, lang="en", at=SUMMER):
    with time_machine.travel(at, tick=False):
        return browser(lang=lang).get(page_of(idea))


def test_the_page_says_what_the_line_shows(browser, offline):
    page = shown(browser, with_votes(offline, 0, 8, 9, 30, 60, 61))
    assert page.find("#growth-h").get_text() == "Votes over time"
    assert page.find(".growth__said").get_text().strip() == "From 1 to 6 votes since 12 May."
    assert page.find(".growth svg")["aria-label"] == "From 1 to 6 votes since 12 May."


def test_the_same_numbers_stand_in_a_table(browser, offline):
    page = shown(browser, with_votes(offline, 0, 8, 9, 30, 60, 61))
    table = page.find(".growth details table")
    assert table.find("caption") and [th["scope"] for th in table.select("thead th")] == ["col"] * 3
    assert all(row.find("th")["scope"] == "row" for row in table.select("tbody tr"))
    rows = {
        row.find("th").find("span").get_text(): [td.get_text() for td in row.select("td")]
        for row in table.select("tbody tr")
    }
    assert rows["11 May"] == ["1", "1"] and rows["18 May"] == ["2", "3"] and rows["25 May"] == ["0", "3"]
    assert list(rows.values())[-1] == ["0", "6"], "it goes on to this week"


def test_a_status_stands_where_it_was_reached(offline):
    with_votes(offline, 0, 8, 9, 30, 60, 61)
    steps = [Step("Received", "open", "done", BEGAN), Step("Planned", "planned", "now", BEGAN + timedelta(days=10))]
    with time_machine.travel(SUMMER, tick=False):
        growth = growth_of(offline, [*steps, Step("Shipped", "shipped", "next")])
    assert [(stretch.name, stretch.statuses) for stretch in growth.stretches if stretch.statuses] == [
        ("18 May", ["Planned"])
    ]
    assert "Planned</text>" in growth.chart and "Shipped" not in growth.chart and "Received" not in growth.chart


def test_a_french_reader_reads_it_in_french(browser, offline):
    page = shown(browser, with_votes(offline, 0, 8, 9, 30, 60, 61), lang="fr")
    assert page.find(".growth__said").get_text().strip() == "De 1 à 6 votes depuis le 12 mai."
    assert page.find(".growth summary").get_text() == "Voir les chiffres"
    assert page.find(".growth svg text:nth-of-type(2)").get_text() == "11 mai"


@pytest.mark.parametrize(
    ("days", "each"), [((0, 10, 20, 30), 1), ((0, 1), 20)], ids=["fewer than five votes", "fewer than three days"]
)
def test_too_little_is_not_drawn(browser, offline, days, each):
    assert not shown(browser, with_votes(offline, *days, each=each)).has(".growth")


def test_votes_without_a_date_are_told_and_not_drawn(browser, offline):
    with act():
        offline.imported_support = 98
    page = shown(browser, with_votes(offline, 0, 8, 9, 30, 60))
    said = page.find(".growth__said").get_text()
    assert "From 1 to 5 votes since 12 May." in said
    assert "98 more votes came from an earlier portal, without dates." in said


@pytest.mark.parametrize(
    ("days", "unit", "number"),
    [((0, 1, 2, 3, 20), "day", 21), ((0, 1, 2, 3, 90), "week", 13), ((0, 1, 2, 3, 1200), "month", 40)],
)
def test_days_become_weeks_and_months_as_time_goes_by(offline, days, unit, number):
    with_votes(offline, *days, begin=datetime(2023, 5, 12, tzinfo=UTC))
    with time_machine.travel(datetime(2023, 5, 12, tzinfo=UTC) + timedelta(days=days[-1]), tick=False):
        growth = growth_of(offline, journey(offline)[:1])
    assert growth.grain == unit
    assert len(growth.stretches) in (number, number + 1), "a week may begin before the first vote"
    assert growth.stretches[-1].total == 5


def test_a_closed_idea_ends_where_it_was_closed(offline, lea, statuses_of):
    with_votes(offline, 0, 1, 2, 3, 4)
    with time_machine.travel(BEGAN + timedelta(days=20), tick=False), act():
        offline.change_status(statuses_of("declined"), by=lea, reason="We tried, and it broke.")
    with time_machine.travel(SUMMER, tick=False):
        growth = growth_of(offline, journey(offline))
    assert growth.stretches[-1].name == "1 June" and "Not planned" in growth.stretches[-1].statuses


@pytest.fixture
def statuses_of(offline):
    return lambda kind: next(status for status in offline.allowed_statuses() if status.kind == kind)


def test_thousands_of_votes_are_one_query_and_a_small_picture(offline):
    with_votes(offline, *range(0, 400, 2), each=20)
    steps, asked = journey(offline), []

    def count(*args):
        asked.append(args[2])

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        with time_machine.travel(BEGAN + timedelta(days=400), tick=False):
            growth = growth_of(offline, steps)
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    assert growth.stretches[-1].total == 4_000
    assert len([sql for sql in asked if "FROM vote" in sql]) == len(asked) == 1
    assert len(growth.chart) < 6_000


def test_a_private_issue_keeps_its_growth_to_those_who_see_it(browser, salary_leak: Idea, camille):
    with_votes(salary_leak, 0, 8, 9, 30, 60)
    assert browser().get(page_of(salary_leak)).status == 404
    with time_machine.travel(SUMMER, tick=False):
        assert browser(camille).get(page_of(salary_leak)).has(".growth")
