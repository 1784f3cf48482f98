"""Who is here: found, looked at, and given another role by admins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.voting.models import Vote
from tests.browser import Browser
from tests.changelog.test_pages import queries
from tests.conftest import act

Opens = Callable[..., Browser]


def names(browser: Browser, **asked: object) -> set[str]:
    page = browser.get("/admin/members", query_string=asked)
    return {a.get_text() for a in page.soup.select("#rows h3 a")}


@pytest.mark.parametrize("words", ["Becker", "TOM@example", "tom-becker"])
def test_a_name_an_address_or_a_handle_finds_a_member(browser: Opens, hugo: User, words: str) -> None:
    assert names(browser(hugo), q=words) == {"Tom Becker"}


def test_one_role_alone(browser: Opens, hugo: User) -> None:
    assert names(browser(hugo), role="admin") == {"Nora Klein"}


def test_one_state_alone(browser: Opens, hugo: User, tom: User) -> None:
    with act():
        suspend(tom, by=hugo, reason="Insults.")
        db.session.add(User(display_name="Old Hand", handle="old-hand", imported_key="x:1"))
    staff = browser(hugo)
    assert names(staff, state="suspended") == {"Tom Becker"}
    assert names(staff, state="imported") == {"Old Hand"}
    assert names(staff, state="former") == set()
    assert "Tom Becker" not in names(staff, state="active") and len(names(staff, state="active")) == 9


def test_the_share_of_the_brand_is_shown(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/members")
    assert page.heading == "10 members" and "3 work here: 30%." in page.text


def test_each_row_says_what_came_of_somebody_and_has_no_empty_cell(
    browser: Opens, hugo: User, tom: User, lea: User, offline: Idea
) -> None:
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=lea)
        db.session.add(User(display_name="Old Hand", handle="old-hand", imported_key="x:1"))
    page = browser(hugo).get("/admin/members")
    rows = {row.h3.a.get_text(): row for row in page.soup.select("#rows > li")}
    told = {name: row.select_one(".mem__d").get_text() for name, row in rows.items()}
    assert told["Tom Becker"].startswith("1 idea, 1 shipped · 1 comment · supports ")
    assert told["Camille Roux"].startswith("1 report · ") and told["Old Hand"].startswith("Came with an import")
    assert not [part for row in rows.values() for part in row.select("p, h3") if not part.get_text(strip=True)]
    assert "–" not in page.find("#rows").get_text()


def test_a_long_list_comes_in_pages_that_lose_nobody(browser: Opens, hugo: User) -> None:
    with act():
        for number in range(40):
            db.session.add(User(display_name=f"Guest {number}", handle=f"guest-{number}"))
    staff, url, seen = browser(hugo), "/admin/members", []
    while url:
        page = staff.get(url)
        seen += [a.get_text() for a in page.soup.select("#rows h3 a")]
        more = page.soup.select_one("#more a")
        url = str(more["href"]) if more else ""
    assert len(seen) == len(set(seen)) == 50


def test_a_member_has_a_page_with_facts_and_what_they_wrote(browser: Opens, hugo: User, tom: User) -> None:
    page = browser(hugo).get(f"/admin/members/{tom.handle}")
    assert page.heading == "Tom Becker"
    assert "tom@example.com" in page.text
    assert "See the schedule offline on the phone" in page.text
    assert "A split shift is two entries" in page.text


def test_on_a_phone_what_staff_do_comes_before_what_was_written(browser: Opens, nora: User, tom: User) -> None:
    """Where there is no room beside it, the page reads in the order of its parts."""
    heads = [head.get_text(" ", strip=True) for head in browser(nora).get("/admin/members/tom-becker").soup("h2")]
    words = [head.rstrip(" 0123456789") for head in heads[:4]]
    assert words == ["Staff tools", "Facts", "Ideas and issues", "Comments"]


def test_a_member_who_is_not_there_is_not_found(browser: Opens, hugo: User) -> None:
    assert browser(hugo).get("/admin/members/nobody").status == 404


def test_an_admin_makes_a_member_staff(browser: Opens, nora: User, tom: User) -> None:
    admin = browser(nora)
    page = admin.submit(
        admin.get(f"/admin/members/{tom.handle}"), f'form[action="/admin/members/{tom.handle}/role"]', role="staff"
    )
    assert "Tom Becker is now: Staff." in page.html
    db.session.rollback()
    assert tom.role == Role.STAFF
    told = db.session.scalars(select(Event).where(Event.action == Action.ROLE_CHANGED)).one()
    assert (told.actor_id, told.subject_id, told.facts["new"]) == (nora.id, tom.id, "staff")


def test_only_admins_change_roles(browser: Opens, hugo: User, tom: User, ines: User) -> None:
    assert not browser(hugo).get(f"/admin/members/{tom.handle}").has("#role")
    for person in (hugo, ines):
        assert browser(person).post(f"/admin/members/{tom.handle}/role", {"role": "admin"}).status == 403
    assert browser().post(f"/admin/members/{tom.handle}/role", {"role": "admin"}).status == 403
    db.session.rollback()
    assert tom.role == Role.MEMBER


def test_the_last_admin_stays_admin(browser: Opens, nora: User) -> None:
    assert browser(nora).post(f"/admin/members/{nora.handle}/role", {"role": "member"}).status == 403
    db.session.rollback()
    assert nora.is_admin


def test_an_admin_who_was_demoted_a_moment_ago_demotes_nobody(browser: Opens, nora: User, hugo: User) -> None:
    with act():
        hugo.change_role(Role.ADMIN, by=nora)
    second = browser(hugo)
    second.get(f"/admin/members/{nora.handle}")
    first = browser(nora)
    first.submit(first.get(f"/admin/members/{hugo.handle}"), 'form[action$="/role"]', role="staff")
    assert second.post(f"/admin/members/{nora.handle}/role", {"role": "member"}).status == 403
    db.session.rollback()
    assert nora.is_admin and not hugo.is_admin


def test_an_unknown_role_is_refused(browser: Opens, nora: User, tom: User) -> None:
    page = browser(nora).post(f"/admin/members/{tom.handle}/role", {"role": "king"})
    assert page.status == 422 and "This is not on the list." in page.find("#role-error").get_text()


def test_members_do_not_read_the_list(browser: Opens, tom: User) -> None:
    assert browser(tom).get("/admin/members").status == 403
    assert browser(tom).get(f"/admin/members/{tom.handle}").status == 403


def test_staff_see_what_a_member_keeps_private(browser: Opens, hugo: User, camille: User, salary_leak: Idea) -> None:
    assert salary_leak.title in browser(hugo).get(f"/admin/members/{camille.handle}").text


def bars(page: Any, member: User) -> list[str]:
    """The bars of this person's row: what they say, then the height of each."""
    row = page.find(f'.mem:has(a[href="/admin/members/{member.handle}"])')
    svg = row.select_one(".spark")
    return [svg.title.get_text(), *(bar["height"] for bar in svg.select("rect"))] if svg else []


def test_twelve_weeks_of_each_are_bars_with_words(
    browser: Opens, hugo: User, ines: User, offline: Idea, copy_week: Idea
) -> None:
    with act():
        for model in (Vote, Idea, Comment, Event):
            db.session.execute(update(model).values(created_at=now() - timedelta(weeks=20)))
        for days in (1, 1, 15):
            Comment.post(offline, "Zero.", by=ines).created_at = now() - timedelta(days=days)
    page = browser(hugo).get("/admin/members")
    assert bars(page, ines) == [
        "3 contributions in twelve weeks. The latest is of this week.", *["1.0"] * 9, "12.0", "1.0", "24.0"
    ]  # fmt: skip
    assert not bars(page, copy_week.author if copy_week.author != ines else offline.author)


def test_the_work_of_the_team_counts_and_deleted_comments_do_not(browser: Opens, hugo: User, offline: Idea) -> None:
    with act():
        offline.respond("We like it.", hugo)
        Comment.post(offline, "Zero.", by=hugo).deleted_at = now()
    assert bars(browser(hugo).get("/admin/members"), hugo)[0].startswith("1 contribution in twelve weeks.")


def test_the_list_asks_as_much_for_one_as_for_ten(browser: Opens, hugo: User, tom: User) -> None:
    staff = browser(hugo)
    staff.get("/admin/members")
    one = queries(lambda: staff.get(f"/admin/members?q={tom.email}"))
    assert queries(lambda: staff.get("/admin/members")) <= one


def test_who_may_do_what_is_counted(browser: Opens, hugo: User) -> None:
    card = browser(hugo).get("/admin/members").find(".roles").get_text(" ", strip=True)
    assert card.startswith("Members 7") and "Staff 2" in card and "Admins 1" in card
