"""Boards become one, are separated again, and split; addresses, followers and what ideas say go along."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.admin import board_families
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.board_merging import NotMergeable
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.notifications.board_follows import follow_board, follows_board
from portal.operations import checking
from tests.browser import Browser, Page
from tests.conftest import act

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]


def board(slug: str) -> Board:
    db.session.rollback()
    return db.session.scalars(select(Board).where(Board.slug == slug)).one()


def stands_on(idea: Idea) -> str:
    db.session.rollback()
    return idea.board.slug if idea.board else ""


def merge_through(admin: Browser, one: str, other: str) -> Page:
    """Merge by the pages: choose, look at what happens, do it."""
    chosen = admin.get(f"/admin/boards/{board(one).id}/merge")
    preview = admin.submit(chosen, "main form[method=get]", into=board(other).id)
    return admin.submit(preview, "main form[method=post]")


def merged(one: str, other: str, by: User) -> None:
    ids = board(one).id, board(other).id
    with act():
        board_families.merge(*(db.session.get_one(Board, id) for id in ids), by=by)


def separated(one: str, other: str, by: User) -> None:
    ids = board(one).id, board(other).id
    with act():
        board_families.separate(*(db.session.get_one(Board, id) for id in ids), by=by)


def followed(slug: str, *people: User) -> None:
    id = board(slug).id
    with act():
        for person in people:
            follow_board(db.session.get_one(Board, id), person, True)


def follows(slug: str, person: User) -> bool:
    return follows_board(board(slug), person)


def test_merging_says_what_happens_and_addresses_lead_on(
    browser: Opens, nora: User, tom: User, marc: User, swap: Idea
) -> None:
    followed("team", tom, marc)
    followed("planning", marc)
    admin = browser(nora)
    chosen = admin.get(f"/admin/boards/{board('team').id}/merge")
    preview = admin.submit(chosen, "main form[method=get]", into=board("planning").id)
    assert [td.get_text(strip=True) for td in preview.soup.select("main tbody tr:last-child td")] == [
        "3", "2", "2", "–",
    ]  # fmt: skip
    page = admin.submit(preview, "main form[method=post]")
    assert "“Team” is “Planning” now." in page.html and stands_on(swap) == "planning"
    reader = browser()
    assert reader.get("/boards/team", follow=False).status == 301
    assert reader.get("/boards/team").path == "/boards/planning"
    for address in ("/?board=team", "/feed.atom?board=team"):
        assert swap.title in reader.get(address).response.get_data(as_text=True), address
    assert "no such board" not in reader.get("/roadmap?board=team").text
    assert reader.get("/boards/team/share.png").status == 200
    assert "There is no such board" not in reader.get("/?board=team").text
    assert swap.title in admin.get(f"/admin/ideas?board={board('team').id}").text
    assert "Planning" in reader.get("/ideas/new?board=team").find("#board option[selected]").get_text()
    assert admin.get(f"/admin/boards/{board('team').id}").path.endswith(str(board("planning").id))
    assert (follows("planning", tom), follows("planning", marc)) == (True, True)
    assert not checking.boards() and "merged the board Team into Planning" in admin.get("/admin/audit").text


def test_separating_puts_back_what_was_not_moved_since(
    browser: Opens, nora: User, tom: User, marc: User, hugo: User, swap: Idea, salary_leak: Idea, copy_week: Idea
) -> None:
    followed("team", tom, marc)
    followed("planning", marc)
    admin = browser(nora)
    page = merge_through(admin, "team", "planning")
    for slug in ("mobile", "planning"):
        id = board(slug).id
        with act():
            db.session.merge(salary_leak).move(db.session.get_one(Board, id), by=hugo)
    page = admin.submit(page, '[action$="/separate"]')
    assert "It has 1 idea or issue back." in page.html
    assert (stands_on(swap), stands_on(copy_week)) == ("team", "planning")
    assert stands_on(salary_leak) == "planning", "staff moved it since, and back"
    assert (follows("planning", tom), follows("planning", marc), follows("team", tom)) == (False, True, True)
    assert browser().get("/boards/team").path == "/boards/team" and not checking.boards()


def test_a_chain_is_separated_from_its_end(nora: User, swap: Idea, offline: Idea) -> None:
    merged("team", "mobile", nora)
    merged("mobile", "planning", nora)
    assert stands_on(swap) == stands_on(offline) == "planning"
    with pytest.raises(NotMergeable):
        separated("team", "mobile", nora)
    separated("mobile", "planning", nora)
    separated("team", "mobile", nora)
    assert (stands_on(swap), stands_on(offline)) == ("team", "mobile")


def test_whoever_follows_no_more_follows_neither_once_they_are_separated(nora: User, tom: User) -> None:
    followed("team", tom)
    merged("team", "planning", nora)
    id = board("planning").id
    with act():
        follow_board(db.session.get_one(Board, id), tom, False)
    separated("team", "planning", nora)
    assert not follows("team", tom) and not follows("planning", tom)


def test_what_ideas_said_to_the_board_that_was_merged_is_shown_as_before(
    browser: Opens, nora: User, swap: Idea
) -> None:
    from portal.admin import asking_for

    id = board("team").id
    with act():
        field = asking_for.add(
            db.session.get_one(Board, id), "text", {"name": {"en": "Restaurant"}, "hint": {}, "unit": {}}, False, [],
            by=nora,
        )  # fmt: skip
        idea = db.session.merge(swap)
        idea.edit(idea.title, idea.body, by=nora, fields={field.id: "The Blue Anchor"})
    merged("team", "planning", nora)
    assert "The Blue Anchor" in browser().get(f"/ideas/{swap.id}").text
    assert swap.title in browser().get("/search?q=Anchor").text
    preview = browser(nora).get(f"/admin/boards/{board('planning').id}/merge?into={board('mobile').id}")
    assert preview.status == 200


def test_a_part_of_a_board_becomes_one_of_its_own(
    browser: Opens, nora: User, tom: User, copy_week: Idea, rest_warning: Idea
) -> None:
    followed("planning", tom)
    with act():
        db.session.merge(copy_week).tag(["week"], by=nora)
    admin, id = browser(nora), board("planning").id
    nothing = admin.submit(admin.get(f"/admin/boards/{id}/split"), "main form[method=get]", q="")
    assert nothing.status == 422 and "Choose a tag, or write words" in nothing.text
    shown = admin.submit(admin.get(f"/admin/boards/{id}/split"), "main form[method=get]", tag="week")
    assert copy_week.title in shown.text and rest_warning.title not in shown.text
    taken = admin.submit(shown, "main form[method=post]", name_en="Team", name_fr="Semaines")
    assert taken.status == 422 and "has this name" in taken.text and copy_week.title in taken.text
    page = admin.submit(taken, "main form[method=post]", name_en="Weeks", name_fr="Semaines")
    assert page.heading == "Weeks" and stands_on(copy_week) == "weeks" and stands_on(rest_warning) == "planning"
    assert follows("weeks", tom) and follows("planning", tom)
    merge_through(admin, "weeks", "planning")
    assert stands_on(copy_week) == "planning" and browser().get("/boards/weeks").path == "/boards/planning"


def test_a_split_of_other_ideas_than_were_shown_is_shown_anew(browser: Opens, nora: User, copy_week: Idea) -> None:
    admin, id = browser(nora), board("planning").id
    shown = admin.get(f"/admin/boards/{id}/split?tag=&q=shift")
    with act():
        db.session.merge(copy_week).move(None, by=nora)
    page = admin.submit(shown, "main form[method=post]", name_en="Weeks", name_fr="Semaines")
    assert page.status == 422 and "Others changed which ideas these are." in page.text
    assert page.find("#name_en")["value"] == "Weeks" and copy_week.title not in page.find("#main").get_text()


def test_what_is_sent_to_a_board_that_was_merged_meanwhile_lands_where_it_is(
    browser: Opens, nora: User, tom: User
) -> None:
    member = browser(tom)
    form = member.get("/ideas/new?board=team")
    merged("team", "planning", nora)
    page = member.submit(form, "#proposal", title="A louder bell for the kitchen", seen_similar="1")
    assert page.status == 200, page.text
    sent = db.session.scalars(select(Idea).where(Idea.title == "A louder bell for the kitchen")).one()
    assert stands_on(sent) == "planning"


@pytest.mark.parametrize("pairs", [(("team", "planning"), ("planning", "team")), (("team", "planning"),) * 2])
def test_of_two_who_merge_at_once_one_does(app: Flask, nora: User, swap: Idea, pairs: tuple) -> None:  # type: ignore[type-arg]
    ids = {slug: board(slug).id for pair in pairs for slug in pair}
    by, outcomes, start = nora.id, [], threading.Barrier(2)
    db.session.rollback()

    def go(one: int, other: int) -> None:
        with app.app_context():
            start.wait()
            begin_write()
            hold_all(Board, Board.id.in_((one, other)))
            try:
                boards = db.session.get_one(Board, one), db.session.get_one(Board, other)
                board_families.merge(*boards, by=db.session.get_one(User, by))
                db.session.commit()
                outcomes.append("merged")
            except NotMergeable:
                db.session.rollback()
                outcomes.append("refused")

    threads = [threading.Thread(target=go, args=[ids[slug] for slug in pair]) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "refused"] and not checking.boards()


def test_whoever_proposes_or_moves_while_a_board_is_merged_lands_where_it_went(
    app: Flask, nora: User, tom: User, dark_mode: Idea
) -> None:
    team, planning, idea, by, author = board("team").id, board("planning").id, dark_mode.id, nora.id, tom.id
    db.session.rollback()
    held, problems = threading.Event(), []

    def merging() -> None:
        with app.app_context():
            begin_write()
            hold_all(Board, Board.id.in_((team, planning)))
            held.set()
            boards = db.session.get_one(Board, team), db.session.get_one(Board, planning)
            board_families.merge(*boards, by=db.session.get_one(User, by))
            db.session.commit()

    def moving() -> None:
        with app.app_context():
            try:
                held.wait(10)
                begin_write()
                found = Board.taking("team", None)
                Idea.propose(db.session.get_one(User, author), "Sent meanwhile to a board", board=found)
                db.session.get_one(Idea, idea).move(db.session.get_one(Board, team), by=db.session.get_one(User, by))
                db.session.commit()
            except Exception as problem:
                problems.append(problem)

    threads = [threading.Thread(target=work) for work in (merging, moving)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sent = db.session.scalars(select(Idea).where(Idea.title == "Sent meanwhile to a board")).one()
    assert not problems and stands_on(sent) == "planning" and stands_on(dark_mode) == "planning"
    assert not checking.boards()
