"""How much an idea would help: asked of every voter, counted, and read by staff and by everybody."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from portal.accounts.models import User
from portal.app import create_app
from portal.demo import cast
from portal.extensions import db
from portal.ideas.models import Idea
from portal.operations.checking import importances
from portal.privacy.erasing import erase
from portal.privacy.holdings import SECTIONS
from portal.voting.models import Importance, Vote, importance_tally
from portal.voting.setting_aside import put_back, set_aside
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
SAYS = "2 say it is critical"
WHO = ("tom", "marc", "lea")


@pytest.fixture
def weighed(copy_week: Idea, tom: User, aicha: User, marc: User) -> Idea:
    with act():
        for person, importance in ((tom, "critical"), (aicha, "critical"), (marc, "nice")):
            Vote.weigh(copy_week, by=person, importance=importance)
    return copy_week


def at(idea: Idea) -> str:
    return f"/ideas/{idea.id}-{idea.slug}"


def numbers(idea: Idea) -> tuple[int, ...]:
    db.session.rollback()
    return tuple(importance_tally(db.session.get_one(Idea, idea.id, populate_existing=True)).values())


def test_everybody_reads_how_many_say_that_it_is_critical(browser: Opens, weighed: Idea) -> None:
    assert SAYS in browser().get(at(weighed)).find(f"#slip-{weighed.id}").get_text()
    french = browser(lang="fr").get(at(weighed)).find(f"#slip-{weighed.id}").get_text()
    assert "2 personnes disent que c’est vital" in french


def test_where_nobody_says_so_nothing_stands(browser: Opens, offline: Idea) -> None:
    assert not browser().get(at(offline)).has(f"#critical-{offline.id}")


def test_staff_read_every_answer_on_the_idea(browser: Opens, hugo: User, weighed: Idea) -> None:
    said = browser(hugo).get(at(weighed)).find("#weights").get_text(" ").split()
    assert said == ["Critical", "2", "Important", "0", "Nice", "to", "have", "1", "Not", "said", "3"]


def test_staff_read_it_in_the_inbox_and_order_the_table_by_it(
    browser: Opens, hugo: User, dark_mode: Idea, yuki: User, weighed: Idea
) -> None:
    with act():
        Vote.weigh(dark_mode, by=yuki, importance="critical")
    page = browser(hugo).get(f"/admin?idea={dark_mode.id}")
    assert "1 says it is critical" in page.find("#waits").get_text() and page.has("#open #weights")
    table = browser(hugo).get("/admin/ideas?sort=critical")
    assert [row.get_text() for row in table.soup.select("tbody td[data-label=Critical]")][:3] == ["2", "1", "0"]


def test_the_list_of_voters_says_what_each_said(browser: Opens, hugo: User, weighed: Idea) -> None:
    rows = browser(hugo).get(f"/admin/ideas/{weighed.id}/votes").soup.select("#rows tr")
    said = {row.find("th").get_text(strip=True): row.select_one("[data-label='They say']").get_text() for row in rows}
    assert (said["Tom Becker"], said["Marc Lefèvre"], said["Yuki Tan"]) == ("Critical", "Nice to have", "–")


def test_an_issue_asks_how_much_it_hurts(browser: Opens, tom: User, hugo: User, double_shift: Idea) -> None:
    here = browser(tom)
    slip = here.get(at(double_shift)).find(f"#slip-{double_shift.id}").get_text(" ")
    assert "How much does it hurt?" in slip and "I cannot work" in slip and "help" not in slip
    here.post(f"/ideas/{double_shift.id}/importance", {"importance": "critical"})
    assert not browser().get(at(double_shift)).has(f"#critical-{double_shift.id}"), "one answer would have a name"
    with act():
        Vote.weigh(double_shift, by=double_shift.author, importance="critical")
    assert "2 cannot work because of it" in browser().get(at(double_shift)).text
    assert "They cannot work 2" in " ".join(browser(hugo).get(at(double_shift)).find("#weights").get_text(" ").split())


def test_a_private_issue_tells_staff_alone(browser: Opens, hugo: User, camille: User, salary_leak: Idea) -> None:
    with act():
        Vote.weigh(salary_leak, by=camille, importance="critical")
    assert not browser(camille).get(at(salary_leak)).has(f"#critical-{salary_leak.id}")
    assert "They cannot work" in browser(hugo).get(at(salary_leak)).find("#weights").get_text()


def test_what_is_set_aside_says_nothing_until_it_is_put_back(
    browser: Opens, weighed: Idea, tom: User, hugo: User
) -> None:
    with act():
        set_aside(weighed, [tom.id], by=hugo, reason="Odd")
    assert numbers(weighed) == (1, 0, 1)
    with act():
        Vote.weigh(weighed, by=tom, importance="important")
    assert numbers(weighed) == (1, 0, 1)
    with act():
        put_back(weighed, [tom.id], by=hugo)
    assert numbers(weighed) == (1, 1, 1)


def test_saying_something_else_withdrawing_and_leaving_keep_the_numbers_right(
    weighed: Idea, tom: User, aicha: User, marc: User
) -> None:
    with act():
        Vote.weigh(weighed, by=tom, importance="important")
        Vote.weigh(weighed, by=tom, importance="important")
        Vote.withdraw(weighed, by=marc)
    assert numbers(weighed) == (0, 1, 1)
    with act():
        erase(db.session.get_one(User, aicha.id))
    assert numbers(weighed) == (0, 1, 0) and not importances()


def test_the_check_finds_a_number_that_is_wrong(weighed: Idea) -> None:
    with act():
        weighed.critical_count = 7
    (line,) = importances()
    assert f"idea {weighed.id}" in line


def test_a_member_takes_along_what_they_said_in_words(weighed: Idea, tom: User) -> None:
    entries = next(section for section in SECTIONS if section.key == "votes").entries(tom)
    said = {fact for entry in entries for fact in entry.facts}
    assert ("Importance", "Critical") in said and Importance.CRITICAL == "critical"


def test_a_portal_from_before_counts_what_was_said(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    old = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with old.app_context():
        upgrade()
        with act():
            cast.cast()
            idea = db.session.scalars(select(Idea).where(Idea.title == cast.IDEAS["copy_week"].title)).one()
            tom, marc, lea = (db.session.scalars(select(User).where(User.handle.startswith(n))).one() for n in WHO)
            Vote.weigh(idea, by=tom, importance="critical")
            Vote.weigh(idea, by=marc, importance="critical")
            set_aside(idea, [marc.id], by=lea, reason="Odd")
        downgrade(revision="0017")
        upgrade()
        assert numbers(idea) == (0, 0, 1) and not importances()
        db.session.rollback()
        db.engine.dispose()
