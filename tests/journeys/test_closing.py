"""A board closes: a supporter reads why, and votes no more. Then it is merged, and its address leads on."""

from collections.abc import Callable

from playwright.sync_api import expect
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.boards import Board, today
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]
Runs = Callable[[], None]
WHY = {"en": "It is a part of Planning now.", "fr": "Cela fait partie de la planification."}


def test_a_board_closes_for_a_reason_and_leads_on_once_it_is_merged(
    window: Opens, nora: User, tom: User, swap: Idea, run_jobs: Runs
) -> None:
    ids = {board.slug: board.id for board in db.session.scalars(select(Board))}
    db.session.rollback()
    admin = window(nora).go(f"/admin/boards/{ids['team']}")
    admin.page.locator("#closes_on").fill(today().isoformat())
    for lang, reason in WHY.items():
        admin.page.locator(f"#reason_{lang}").fill(reason)
    admin.press("Close the board")
    admin.sees("Open it again")
    run_jobs()

    supporter = window(tom).go("/notifications")
    supporter.page.locator('#main a[href="/boards/team"], #main form:has-text("Team") button').first.click()
    supporter.go("/boards/team")
    expect(supporter.page.locator("main")).to_contain_text(WHY[supporter.lang])
    supporter.read(swap)
    supporter.sees("Its board is closed. This is the final count.")
    expect(supporter.page.locator("main")).to_contain_text(WHY[supporter.lang])
    expect(supporter.page.locator(f"#slip-vote-{swap.id}")).to_have_count(0)

    admin.go(f"/admin/boards/{ids['team']}/merge?into={ids['planning']}")
    admin.press("Merge them")
    admin.sees("Separate again")
    supporter.go("/boards/team")
    assert supporter.page.url.endswith("/boards/planning")
    supporter.read(swap)
    expect(supporter.page.locator(f"#slip-vote-{swap.id}")).to_have_count(1)
