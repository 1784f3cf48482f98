"""A shipped idea leads to the release that tells of it, wherever it stands; and what staff do to a release."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.changelog.publishing import credited
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.changelog.releases import published, written
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def at(thing: Idea | Release) -> str:
    where = "changelog" if isinstance(thing, Release) else "ideas"
    return f"/{where}/{thing.id}-{thing.slug}"


@pytest.fixture
def told(hugo: User, copy_week: Idea) -> Release:
    return published(hugo, copy_week)


def test_the_page_of_the_idea_leads_to_the_newest_release(
    browser: Opens, told: Release, hugo: User, copy_week: Idea
) -> None:
    assert browser().get(at(copy_week)).find("#shipped-in a")["href"] == at(told)
    newer = published(hugo, copy_week, title="Copy two weeks")
    assert browser().get(at(copy_week)).find("#shipped-in a")["href"] == at(newer)
    with act():
        newer.hide(by=hugo, reason="Wrong")
    written(hugo, copy_week, title="Only a draft")
    assert browser(hugo).get(at(copy_week)).find("#shipped-in a")["href"] == at(told)


def test_lists_and_similar_ideas_lead_there_too(browser: Opens, told: Release, ines: User, copy_week: Idea) -> None:
    for path in ("/?sort=top", "/search?q=exceptions", f"/people/{ines.handle}"):
        assert browser().get(path).find(f"[data-idea='{copy_week.id}'] .ships")["href"] == at(told)
    page = browser().get("/ideas/similar?title=Copy+a+week+of+shifts")
    assert page.find("a.ok")["href"] == at(told) and page.find("a.ok").get_text() == "Already there: see how it works"


def test_what_shipped_without_a_release_leads_to_the_idea(browser: Opens, hugo: User, copy_week: Idea) -> None:
    with act():
        copy_week.change_status(Status.first("idea", "shipped"), by=hugo)
    assert not browser().get(at(copy_week)).has("#shipped-in")
    assert browser().get("/ideas/similar?title=Copy+a+week+of+shifts").find("a.ok")["href"] == at(copy_week)


def test_what_is_open_again_leads_to_no_release(browser: Opens, told: Release, hugo: User, copy_week: Idea) -> None:
    with act():
        copy_week.status = Status.first("idea", "started")
    assert not browser().get(at(copy_week)).has("#shipped-in")


def test_opening_the_form_makes_nothing(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/releases/new")
    assert page.heading == "A new release" and not db.session.scalars(select(Release)).all()


def test_a_draft_is_deleted_and_its_ideas_stay(browser: Opens, hugo: User, copy_week: Idea) -> None:
    release, staff = written(hugo, copy_week), browser(hugo)
    page = staff.get(f"/admin/releases/{release.id}/edit")
    page = staff.submit(staff.get(str(page.find("[href$='/delete']")["href"])), "main form")
    assert page.heading == "Releases" and "The draft is deleted." in page.html
    db.session.rollback()
    assert not db.session.scalars(select(Release)).all() and db.session.get(Idea, copy_week.id)
    assert "Hugo Petit deleted the draft of a release" in staff.get("/admin/audit").text


def test_what_is_published_is_hidden_and_not_deleted(browser: Opens, told: Release, hugo: User, lea: User) -> None:
    staff = browser(hugo)
    page = staff.post(f"/admin/releases/{told.id}/delete")
    assert "It is published: hide it" in page.html
    assert staff.submit(page, "[action$='/hidden']").status == 422
    staff.submit(page, "[action$='/hidden']", reason="It names a customer.")
    assert browser().get(at(told)).status == 404 and not browser().get("/changelog").has("article")
    assert "It names a customer." in staff.get("/admin/releases").find("#hidden").get_text()
    staff.submit(staff.get(at(told)), "[action$='/restored']")
    assert browser().get(at(told)).status == 200


def test_what_is_being_made_is_offered_first_and_what_shipped_only_where_it_is_searched(
    browser: Opens, told: Release, hugo: User, offline: Idea, swap: Idea, copy_week: Idea
) -> None:
    with act():
        swap.change_status(Status.first("idea", "planned"), by=hugo)
        swap.change_status(Status.first("idea", "started"), by=hugo)
    staff = browser(hugo)
    offered = [i["value"] for i in staff.get("/admin/releases/new").soup.select("#found input")]
    assert offered[0] == str(swap.id) and str(offline.id) in offered and str(copy_week.id) not in offered
    found = staff.get("/admin/releases/new?q=exceptions", headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "Also in “Copy a week”" in found.find(f"label[for=idea-{copy_week.id}]").get_text()


def test_a_second_release_of_an_idea_says_so_before_it_is_published(
    browser: Opens, told: Release, hugo: User, copy_week: Idea
) -> None:
    again = written(hugo, copy_week, title="Copy it again")
    page = browser(hugo).get(f"/admin/releases/{again.id}/publish")
    assert "“Copy a week” told of “Copy a week of shifts and keep the exceptions” already" in page.text
    assert page.has(f"a[href='/admin/releases/{told.id}/edit']")


def test_who_proposed_one_idea_and_shaped_another_counts_as_both(
    hugo: User, tom: User, copy_week: Idea, offline: Idea, ines: User
) -> None:
    with act():
        Comment.post(offline, "Big rows, please.", by=ines).mark_as_shaping(True, by=hugo)
    numbers = credited(written(hugo, copy_week, offline))
    assert (numbers["proposer"], numbers["shaper"]) == (2, 2)
