"""The pages on which staff merge ideas: what they say before it is done, and what they refuse."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.joining import merge
from portal.merging.models import Merge
from portal.moderation.models import suspend
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act

Browses = Callable[[User], Browser]


@pytest.fixture
def night(sofia: User, tom: User) -> Idea:
    with act():
        idea = Idea.propose(sofia, "A night theme for late shifts", "My eyes hurt after ten.")
        Vote.cast(idea, by=sofia)
        Vote.cast(idea, by=tom)
    return idea


def address(idea: Idea, into: Idea) -> str:
    return f"/admin/ideas/{idea.id}/merge?with={into.id}"


def test_the_sum_is_said_before_anything_happens(
    browser: Browses, hugo: User, tom: User, night: Idea, dark_mode: Idea
) -> None:
    with act():
        Vote.cast(dark_mode, by=tom)
    page = browser(hugo).get(address(night, dark_mode))
    assert [int(b.text) for b in page.soup.select(".sums__l b")] == [2, 2, 1, 3]
    assert page.find(".slip strong").text == "3"
    assert Merge.of(night) is None


def test_the_other_way_round_is_one_press_away(browser: Browses, hugo: User, night: Idea, dark_mode: Idea) -> None:
    page = browser(hugo).get(address(night, dark_mode))
    assert page.find("a[data-key=k]")["href"] == address(dark_mode, night)


@pytest.mark.parametrize("into", ["itself", "where_it_lives", "an_issue", "a_private_one"])
def test_what_cannot_be_merged_says_why_and_has_no_button(
    browser: Browses, hugo: User, lea: User, night: Idea, dark_mode: Idea, double_shift: Idea, into: str
) -> None:
    with act():
        if into == "where_it_lives":
            merge(night, dark_mode, by=lea, reason="The same.")
        private = Idea.propose(lea, "Wages in the export", kind="issue", is_private=True)
    other = {"itself": night, "where_it_lives": dark_mode, "an_issue": double_shift, "a_private_one": private}[into]
    page = browser(hugo).get(address(night if into != "a_private_one" else double_shift, other))
    page.find("main .box--warn")
    assert not page.soup.select("form#merge .btn--primary")


def test_what_was_changed_while_one_read_is_read_again(
    browser: Browses, hugo: User, sofia: User, night: Idea, dark_mode: Idea
) -> None:
    staff = browser(hugo)
    form = staff.get(address(night, dark_mode)).find("form#merge")
    seen = form.select_one("[name=seen]")["value"]
    with act():
        night.edit("A night theme, and larger letters", night.body, by=sofia)
    page = staff.post(address(night, dark_mode), {"reason": "The same wish.", "seen": seen})
    assert page.status == 422 and "One of the two was changed while you read" in page.text
    assert page.find("[name=reason]").text.strip() == "The same wish."
    db.session.rollback()
    assert Merge.of(night) is None
    again = page.find("[name=seen]")["value"]
    assert "Merged into" in staff.post(address(night, dark_mode), {"reason": "The same wish.", "seen": again}).html


def test_staff_let_it_stand_for_itself_again(browser: Browses, hugo: User, night: Idea, dark_mode: Idea) -> None:
    with act():
        merge(night, dark_mode, by=hugo, reason="The same.")
    staff = browser(hugo)
    page = staff.post(f"/admin/ideas/{night.id}/merge/end")
    assert "It stands for itself again, with its votes and comments." in page.html
    db.session.rollback()
    assert not night.is_merged and Merge.of(night) is None


def test_an_author_who_is_suspended_changes_nothing(
    browser: Browses, hugo: User, nora: User, sofia: User, night: Idea, dark_mode: Idea
) -> None:
    with act():
        merge(night, dark_mode, by=hugo, reason="The same.")
        suspend(sofia, by=nora, reason="Advertising.")
    assert browser(sofia).post(f"/ideas/{night.id}/merge/objection").status == 403
    db.session.rollback()
    assert night.is_merged
