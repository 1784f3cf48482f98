"""Statuses and boards: arranged by admins, read by the other staff, recorded."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.boards import Board, BoardName
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]


def names(for_kind: str) -> list[str]:
    db.session.rollback()
    return [status.names["en"] for status in Status.all_for(for_kind)]


def boards() -> list[str]:
    db.session.rollback()
    return [board.names["en"] for board in Board.in_order(for_=None)]


def last(action: Action) -> Event:
    db.session.rollback()
    return db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc())).first() or (
        pytest.fail("nothing was recorded")
    )


@pytest.fixture
def team(app: object) -> Board:
    return db.session.scalars(select(Board).where(Board.slug == "team")).one()


def test_staff_read_the_workflow_and_its_transitions(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/statuses")
    assert "Admins change the statuses. You can read them." in page.text
    assert "Under review , Planned , Not planned".replace(" ,", ",") in page.text.replace(" ,", ",")
    assert not page.has('main form[method="post"]')


@pytest.mark.both
def test_only_admins_change_statuses_and_boards(browser: Opens, hugo: User, tom: User, team: Board) -> None:
    planned = Status.first("idea", "planned")
    urls = [f"/admin/statuses{rest}" for rest in ("", f"/{planned.id}", f"/{planned.id}/position")]
    urls += [f"/admin/statuses/{planned.id}/delete", "/admin/boards", f"/admin/boards/{team.id}"]
    urls += [f"/admin/boards/{team.id}/position", f"/admin/boards/{team.id}/close"]
    data = {"name_en": "X", "name_fr": "X", "kind": "planned", "for_kind": "idea", "position": 0, "archived": 1}
    for opened in (browser(hugo), browser(tom), browser()):
        assert {opened.post(url, data).status for url in urls} == {403}


@pytest.mark.both
@pytest.mark.parametrize("taken", ["  mobile   APP ", "Application mobile", "équipe"])
def test_a_board_takes_no_name_that_another_has(browser: Opens, nora: User, team: Board, taken: str) -> None:
    admin = browser(nora)
    form = f'form[action="/admin/boards/{team.id}"]'
    before = boards()
    page = admin.submit(admin.get("/admin/boards"), 'form[action="/admin/boards"]', name_en=taken, name_fr="Autre")
    assert page.status == 422 and "has this name. Choose another." in page.find("#name_en-error").get_text()
    assert page.find("#name_fr")["value"] == "Autre" and boards() == before
    if taken != "équipe":
        page = admin.submit(admin.get(f"/admin/boards/{team.id}"), form, name_en="Crew", name_fr=taken)
        assert page.status == 422 and "Mobile app" in page.find("#name_fr-error").get_text() and boards() == before
    assert admin.submit(admin.get(f"/admin/boards/{team.id}"), form, name_en="TEAM", name_fr="Équipe").status == 200


@pytest.mark.both
def test_a_closed_board_keeps_its_name(browser: Opens, nora: User, team: Board) -> None:
    with act():
        team.closes_on = now().date()
    page = browser(nora).post("/admin/boards", {"name_en": "team", "name_fr": "Les gens"})
    assert page.status == 422 and "is closed. Open it again" in page.find("#name_en-error").get_text()


@pytest.mark.both
def test_a_status_takes_no_name_that_another_of_its_workflow_has(browser: Opens, nora: User) -> None:
    admin, data = browser(nora), {"for_kind": "idea", "kind": "planned", "name_en": "under  Review", "name_fr": "Vu"}
    page = admin.post("/admin/statuses", data)
    assert page.status == 422 and "has this name" in page.find("#idea-name_en-error").get_text()
    assert admin.post("/admin/statuses", {**data, "name_en": "Being fixed"}).status == 200
    assert "Being fixed" in names("idea") and "under  Review" not in names("idea")


@pytest.mark.both
def test_those_that_have_one_name_already_are_named(browser: Opens, nora: User, hugo: User, team: Board) -> None:
    for place in ("boards", "statuses"):
        assert "nobody can tell them apart" not in browser(hugo).get(f"/admin/{place}").text
    with act():
        db.session.add(Board(slug="team-2", names={"en": "Crew", "fr": "TEAM"}, position=9))
        db.session.add(Status(for_kind="idea", kind="planned", names={"en": "planned ", "fr": "Bientôt"}, position=9))
    assert "Several boards are called “Team”" in browser(hugo).get("/admin/boards").text
    assert "Several statuses are called “Planned”" in browser(hugo).get("/admin/statuses").text


def test_a_status_is_added_after_the_last_of_its_kind(browser: Opens, nora: User) -> None:
    data = {"for_kind": "idea", "kind": "planned", "name_en": "Next quarter", "name_fr": "Trimestre prochain"}
    page = browser(nora).post("/admin/statuses", data)
    assert "Status added." in page.html
    assert names("idea")[2:4] == ["Planned", "Next quarter"]
    assert last(Action.STATUS_EDITED).facts["what"] == "added"


def test_a_status_is_refused_without_its_french_name(browser: Opens, nora: User) -> None:
    data = {"for_kind": "issue", "kind": "testing", "name_en": "Checking", "name_fr": ""}
    page = browser(nora).post("/admin/statuses", data)
    assert page.status == 422
    assert "Write the name in French." in page.find("#issue-name_fr-error").get_text()
    assert page.find("#issue-name_en")["value"] == "Checking"


def test_a_status_has_one_of_the_kinds_there_are(browser: Opens, nora: User) -> None:
    data = {"for_kind": "idea", "kind": "magic", "name_en": "X", "name_fr": "X"}
    page = browser(nora).post("/admin/statuses", data)
    assert page.status == 422 and page.has("#idea-kind-error")
    assert browser(nora).post("/admin/statuses", {**data, "for_kind": "x"}).status == 400


def test_a_status_is_renamed_in_both_languages(browser: Opens, nora: User) -> None:
    planned, admin = Status.first("idea", "planned"), browser(nora)
    page = admin.submit(admin.get(f"/admin/statuses/{planned.id}"), "main form", name_en="Soon", name_fr="Bientôt")
    assert "Renamed." in page.html and "Soon" in names("idea")
    assert last(Action.STATUS_EDITED).facts["old"]["en"] == "Planned"


@pytest.mark.both
def test_a_status_moves_up(browser: Opens, nora: User) -> None:
    admin, planned = browser(nora), Status.first("idea", "planned")
    buttons = f'form[action="/admin/statuses/{planned.id}/position"]'
    admin.submit(admin.get("/admin/statuses"), buttons)
    assert names("idea")[:3] == ["New", "Planned", "Under review"]
    assert last(Action.STATUS_EDITED).facts["what"] == "moved"


@pytest.mark.both
def test_a_deleted_status_gives_its_ideas_to_another(browser: Opens, nora: User, swap: Idea) -> None:
    review, admin = Status.first("idea", "under_review"), browser(nora)
    form = f'form[action="/admin/statuses/{review.id}/delete"]'
    page = admin.submit(admin.get(f"/admin/statuses/{review.id}"), form)
    assert page.status == 422 and "It still has ideas." in page.find("#into-error").get_text()
    page = admin.submit(page, form, into=str(Status.first("idea", "planned").id))
    assert "Status deleted." in page.html and "Under review" not in names("idea")
    assert swap.status.kind == "planned"
    told = last(Action.STATUS_EDITED)
    assert (told.facts["what"], told.facts["ideas"], told.facts["names"]["en"]) == ("deleted", 1, "Under review")
    assert admin.get(f"/ideas/{swap.id}-{swap.slug}").status == 200
    assert admin.get("/admin/audit").status == 200


def test_no_idea_is_shipped_or_declined_by_deleting_its_status(browser: Opens, nora: User, offline: Idea) -> None:
    planned = Status.first("idea", "planned")
    page = browser(nora).get(f"/admin/statuses/{planned.id}")
    offered = [option.get_text() for option in page.soup.select("#into option")]
    assert offered == ["Choose a status", "Under review", "In progress", "In testing"]
    shipped = Status.first("idea", "shipped")
    page = browser(nora).post(f"/admin/statuses/{planned.id}/delete", {"into": shipped.id})
    assert page.status == 422
    db.session.rollback()
    assert offline.status.kind == "planned"


@pytest.mark.parametrize("for_kind", ["idea", "issue"])
@pytest.mark.parametrize("kind", ["open", "shipped", "declined"])
def test_every_workflow_keeps_a_beginning_and_both_ends(browser: Opens, nora: User, for_kind: str, kind: str) -> None:
    last_of_kind = Status.first(for_kind, kind)
    into = {"into": next((s.id for s in Status.all_for(for_kind) if last_of_kind.may_become(s)), "")}
    page = browser(nora).post(f"/admin/statuses/{last_of_kind.id}/delete", into)
    assert page.status == 422 and "This is the last status of its kind." in page.text
    assert last_of_kind.names["en"] in names(for_kind)


def test_a_second_new_status_lets_the_first_go(browser: Opens, nora: User) -> None:
    admin, first = browser(nora), Status.first("issue", "open")
    admin.post("/admin/statuses", {"for_kind": "issue", "kind": "open", "name_en": "Received", "name_fr": "Reçu"})
    second = next(s for s in Status.all_for("issue") if s.names["en"] == "Received")
    admin.post(f"/admin/statuses/{first.id}/delete", {"into": second.id})
    assert "Received" in names("issue") and "New" not in names("issue")


@pytest.mark.both
def test_a_status_without_ideas_goes_at_once(browser: Opens, nora: User) -> None:
    testing = Status.first("idea", "testing")
    browser(nora).post(f"/admin/statuses/{testing.id}/delete", {"into": ""})
    assert "In testing" not in names("idea")


def test_a_stale_token_keeps_the_names(browser: Opens, nora: User) -> None:
    data = {"name_en": "Events", "name_fr": "Évènements"}
    page = browser(nora).post("/admin/boards", data, token=False)
    assert page.status == 422 and page.find("#name_fr")["value"] == "Évènements"
    assert "Events" not in boards()


def test_a_board_is_added_with_an_address_of_its_own(browser: Opens, nora: User) -> None:
    page = browser(nora).post("/admin/boards", {"name_en": "Team!", "name_fr": "L’équipe"})
    assert "Board added." in page.html and boards()[-1] == "Team!"
    slugs = db.session.scalars(select(Board.slug).join(BoardName).where(BoardName.name.startswith("Team"))).all()
    assert sorted(slugs) == ["team", "team-2"]
    assert last(Action.BOARD_CHANGED).facts["what"] == "added"


def test_a_renamed_board_keeps_its_address(browser: Opens, nora: User, team: Board) -> None:
    admin = browser(nora)
    admin.submit(admin.get(f"/admin/boards/{team.id}"), "main form", name_en="People", name_fr="Personnes")
    assert "People" in boards() and team.slug == "team"


@pytest.mark.both
def test_a_board_moves_down_and_stops_at_the_end(browser: Opens, nora: User, team: Board) -> None:
    admin = browser(nora)
    move = f'form[action="/admin/boards/{team.id}/position"]'
    admin.submit(admin.get("/admin/boards"), move, position="0")
    assert boards()[0] == "Team"
    admin.submit(admin.get("/admin/boards"), move, position="99")
    assert boards()[-1] == "Team"
    assert last(Action.BOARD_CHANGED).facts["new"] == 3


@pytest.mark.both
def test_a_closed_board_is_offered_no_more_and_keeps_its_ideas(
    browser: Opens, nora: User, team: Board, swap: Idea
) -> None:
    admin = browser(nora)
    form = f'form[action="/admin/boards/{team.id}/close"]'
    day = now().date().isoformat()
    admin.submit(admin.get(f"/admin/boards/{team.id}"), form, closes_on=day, reason_en="Over.", reason_fr="Fini.")
    assert "Team" not in boards() and swap.board is team
    assert "Team" in [
        o.get_text() for o in admin.get(f"/ideas/{swap.id}-{swap.slug}").soup.select("#tool-board option")
    ]
    admin.submit(admin.get(f"/admin/boards/{team.id}"), f'form[action="/admin/boards/{team.id}/open"]')
    assert "Team" in boards()
    assert last(Action.BOARD_OPENED).facts["names"]["en"] == "Team"


def test_a_name_that_is_too_long_says_so(browser: Opens, nora: User) -> None:
    page = browser(nora).post("/admin/boards", {"name_en": "x" * 41, "name_fr": "X"})
    assert page.status == 422 and "Shorten it to 40." in page.find("#name_en-error").get_text()


def test_staff_read_the_boards(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/boards")
    assert "Mobile app" in page.text and not page.has('main form[method="post"]')


def test_a_portal_without_boards_says_so(browser: Opens, nora: User) -> None:
    with act():
        for idea in db.session.scalars(select(Idea)).unique():
            idea.board = None
        for board in db.session.scalars(select(Board)):
            db.session.delete(board)
    assert "No board yet." in browser(nora).get("/admin/boards").text
