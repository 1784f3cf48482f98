"""Lists that people keep: under a name, for oneself or for the team, counted, renamed and deleted."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.privacy.erasing import erase
from portal.triage.saved_views import MOST, SavedView, TooMany, views_of
from tests.browser import Browser, Page
from tests.conftest import act
from tests.triage.test_assigning import lane

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


def kept(page: Page) -> list[str]:
    """The lists that are kept, each with its count, as the page shows them."""
    return [" ".join(a.get_text(" ").split()) for a in page.soup.select(".lanes > div:last-child a")][:-1]


def test_a_list_is_kept_as_it_is_narrowed_and_counted(browser: Opens, hugo: User, rest_warning: Idea) -> None:
    staff = browser(hugo)
    page = staff.get("/admin?queue=unanswered&language=fr&sort=votes")
    page = staff.get(str(page.find(".lanes > div:last-child li:last-child a")["href"]))
    assert "Unanswered ideas" in page.text and "Français" in page.text and "Most votes" in page.text
    page = staff.submit(page, "main form.form", name="In French")
    assert kept(page) == ["In French 1"]
    assert [title.get_text(strip=True) for title in page.soup.select("#waits h3")] == [rest_warning.title]
    assert page.find(".lanes [aria-current]").get_text(" ", strip=True).startswith("In French")


def test_one_is_for_oneself_and_another_for_the_team(browser: Opens, hugo: User, lea: User) -> None:
    with act():
        SavedView.keep("Only mine", "queue=mine", by=hugo)
        SavedView.keep("For us", "queue=nobody", by=hugo, is_shared=True)
        lea.lang = "en"
    assert kept(browser(lea).get("/admin")) == ["For us 4"]
    assert kept(browser(hugo).get("/admin")) == ["For us 4", "Only mine 0"]


def test_a_colleague_reads_what_is_shared_and_does_not_rename_it(browser: Opens, hugo: User, lea: User) -> None:
    with act():
        mine = SavedView.keep("Only mine", "queue=mine", by=hugo)
        ours = SavedView.keep("For us", "queue=nobody", by=hugo, is_shared=True)
    staff = browser(lea)
    assert staff.get(f"/admin?view={mine.id}").status == 404
    assert staff.get(f"/admin?view={ours.id}").status == 200
    assert staff.get(f"/admin/inbox/views/{ours.id}/edit").status == 403


def test_it_is_renamed_and_deleted(browser: Opens, hugo: User) -> None:
    with act():
        view = SavedView.keep("Mine", "queue=mine", by=hugo)
    staff = browser(hugo)
    page = staff.get(f"/admin/inbox/views/{view.id}/edit")
    page = staff.submit(page, "main form.form", name="In my hands")
    assert kept(page) == ["In my hands 0"]
    page = staff.submit(staff.get(f"/admin/inbox/views/{view.id}/edit"), "form[action$=delete]")
    assert kept(page) == [] and "what it showed stays" in page.html


def test_one_that_asks_for_a_board_that_is_gone_says_so_and_shows_the_rest(
    browser: Opens, hugo: User, dark_mode: Idea
) -> None:
    with act():
        view = SavedView.keep("Faxes", "queue=all&board=9999&tag=none&language=en&sort=votes", by=hugo)
    page = browser(hugo).get(f"/admin?view={view.id}")
    assert "It asks for a board that is not there any more. The rest is shown." in page.text
    assert "It asks for a tag that is not there any more. The rest is shown." in page.text
    assert dark_mode.title in page.find("#waits").get_text()


@pytest.mark.parametrize("query", ["queue=nothing", "%%%", "a" * 500, "board=x&tag=\x00&owner=-1&status=1e9"])
def test_one_that_says_nonsense_shows_everything(browser: Opens, hugo: User, query: str) -> None:
    with act():
        view = SavedView.keep("Odd", query.replace("\x00", ""), by=hugo)
    staff = browser(hugo)
    assert kept(staff.get("/admin"))[0].startswith("Odd")
    assert staff.get(f"/admin?view={view.id}").status in (200, 404)


def test_a_list_without_a_name_is_asked_for_one(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/inbox/views/new?queue=mine"), "main form.form", name=" ")
    assert page.status == 422 and "Write a name" in page.find("#view-name-error").get_text()
    assert page.find("[name=query]")["value"] == "queue=mine"


def test_nobody_keeps_more_than_can_be_counted(browser: Opens, hugo: User) -> None:
    with act():
        for number in range(MOST):
            SavedView.keep(f"List {number}", "queue=all", by=hugo)
        with pytest.raises(TooMany):
            SavedView.keep("One more", "queue=all", by=hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get("/admin/inbox/views/new?queue=mine"), "main form.form", name="One more")
    assert page.status == 422 and "You have 12 views already" in page.text


def test_what_the_team_shares_does_not_fill_anybodys_own(hugo: User, lea: User) -> None:
    with act():
        for number in range(MOST):
            SavedView.keep(f"Ours {number}", "queue=all", by=lea, is_shared=True)
        SavedView.keep("Mine", "queue=mine", by=hugo)
    assert views_of(hugo)[0].name == "Mine"


def test_who_leaves_takes_their_lists_along(hugo: User, lea: User) -> None:
    with act():
        SavedView.keep("Ours", "queue=all", by=lea, is_shared=True)
        erase(lea)
    assert db.session.scalar(select(SavedView.id)) is None


def test_who_is_no_longer_of_the_team_leaves_what_was_shared(hugo: User, lea: User, nora: User) -> None:
    with act():
        SavedView.keep("Ours", "queue=all", by=lea, is_shared=True)
        lea.change_role(Role.MEMBER, by=nora)
    assert [view.name for view in views_of(hugo)] == ["Ours"]


def test_a_list_is_narrowed_by_words_tag_board_status_language_and_owner(
    browser: Opens, hugo: User, dark_mode: Idea, rest_warning: Idea
) -> None:
    with act():
        dark_mode.tag(["night"], by=hugo)
    staff = browser(hugo)
    board = db.session.scalars(select(Board.id).where(Board.id == dark_mode.board_id)).one()
    for asked in ("q=DARK", "tag=night", f"board={board}&language=en&q=night", "owner=nobody&q=mode"):
        assert lane(staff, f"all&{asked}") == [dark_mode.title]
    assert lane(staff, "all&owner=me") == []
    assert lane(staff, f"all&status={rest_warning.status_id}&language=fr") == [rest_warning.title]
    assert lane(staff, "all&q=100%25_") == []


def test_a_list_that_finds_nothing_says_what_to_do(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin?q=kanban")
    assert "Take a filter away, or choose another lane." in page.text


def test_acts_lead_back_to_the_list_as_it_was_narrowed(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.get("/admin?queue=nobody&q=mode&sort=new")
    page = staff.get(str(page.find("#acts [data-key=t]")["href"]))
    page = staff.submit(page, "#do form", tags="night")
    assert page.find("#open-h").get_text(strip=True) == dark_mode.title
    assert page.find("[name=q]")["value"] == "mode" and page.find("[name=sort] [selected]")["value"] == "new"


def test_without_any_list_nothing_is_counted(browser: Opens, hugo: User) -> None:
    with act():
        db.session.execute(delete(SavedView))
    assert kept(browser(hugo).get("/admin")) == []
