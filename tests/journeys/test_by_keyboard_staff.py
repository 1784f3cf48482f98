"""Staff, by keyboard alone: open the inbox, answer, change a status, publish a release."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.triage.assigning import Assignment
from tests.changelog.releases import titled
from tests.conftest import act
from tests.journeys.keyboard import press, tab_to, write
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_answering_from_the_inbox_and_changing_a_status(window: Opens, lea: User, dark_mode: Idea) -> None:
    staff = window(lea)
    staff.go("/")
    press(staff, "header .nav a[href='/admin']")
    staff.is_titled(re.compile(r"^\d"))
    press(staff, f"#waits a[href*='idea={dark_mode.id}']")
    staff.sees(dark_mode.title, within="#open-h")
    press(staff, "#acts [data-key=a]")
    staff.page.locator("#tool-response").wait_for()
    write(staff, "form[action$='/response'] textarea", "We begin in May.")
    press(staff, "form[action$='/response'] .btn--primary")
    staff.sees(staff.told("The official response is published."))
    staff.read(dark_mode)
    tab_to(staff, "form[action$='/status'] select")
    staff.page.keyboard.type(Status.first("idea", "planned").names["fr"][:4])
    press(staff, "form[action$='/status'] .btn--primary")
    staff.sees(Status.first("idea", "planned").names["fr"], within=".ihead .st")
    db.session.rollback()
    db.session.refresh(dark_mode)
    assert dark_mode.status.kind == "planned"


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_letters_open_and_answer_the_next_in_the_queue(window: Opens, lea: User) -> None:
    staff = window(lea)
    staff.go("/admin")
    second = staff.page.locator("#waits h3").nth(1).inner_text()
    for letter in "jj":
        staff.page.keyboard.press(letter)
    staff.page.keyboard.press("a")
    staff.sees(second, within="#open-h")
    staff.page.locator("#tool-response:focus").wait_for()
    staff.page.keyboard.type("We begin in May.")
    press(staff, "form[action$='/response'] .btn--primary")
    staff.sees(staff.told("The official response is published."))
    staff.never_sees(second, within="#waits")


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_twenty_are_dealt_with_by_keyboard_alone(window: Opens, lea: User, tom: User) -> None:
    """Each is taken on, tagged and answered: six keys an item, beside the words."""
    with act():
        db.session.execute(update(Idea).values(waiting_since=None))
        for number in range(20):
            Idea.propose(tom, f"Wish number {number}", "Words about it.")
    staff = window(lea)
    staff.go("/admin")
    keyboard = staff.page.keyboard
    for number in range(20):
        staff.sees(f"Wish number {number}", within="#open-h")
        pressed = 0
        for letter, field, words in (
            ("g", "#tool-owner", "L"),
            ("t", "#tool-tags", "wish"),
            ("a", "#tool-response", "Yes."),
        ):
            staff.page.wait_for_function("() => !document.activeElement.closest('[data-doing]')")
            keyboard.press(letter)
            staff.page.locator(f"{field}:focus").wait_for()
            keyboard.type(words)
            with staff.page.expect_navigation():
                keyboard.press("Control+Enter")
            staff.page.locator("h1:focus, h2:focus").wait_for()
            pressed += 2
        assert pressed <= 6
    staff.sees(staff.told("The tide is out"))
    db.session.rollback()
    wishes = db.session.scalars(select(Idea).where(Idea.title.like("Wish%"))).all()
    assert all(wish.response and [tag.slug for tag in wish.tags] == ["wish"] for wish in wishes)
    assert {kept.user_id for kept in db.session.scalars(select(Assignment))} == {lea.id}


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_the_next_is_there_at_once(window: Opens, lea: User) -> None:
    staff = window(lea)
    asked: list[str] = []
    staff.page.on("request", lambda request: asked.append(request.url))
    staff.go("/admin")
    staff.page.wait_for_load_state("networkidle")
    link = staff.page.locator("#waits h3 a").nth(1)
    address = str(link.get_attribute("href"))
    assert [url for url in asked if url.endswith(address)], "the second is fetched ahead"
    asked.clear()
    link.click()
    staff.sees(link.inner_text(), within="#open-h")
    assert not [url for url in asked if url.endswith(address)], "and is not asked for again"


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_letters_open_what_was_reported_and_it_is_hidden(
    window: Opens, lea: User, tom: User, fax: Idea, dark_mode: Idea
) -> None:
    with act():
        flag(fax, by=tom, reason=Reason.SPAM)
        flag(dark_mode, by=tom, reason=Reason.SPAM)
    staff = window(lea)
    staff.go("/admin/moderation")
    for letter in "jjo":
        staff.page.keyboard.press(letter)
    staff.sees(dark_mode.title, within="#open-h")
    press(staff, "#open details:has([value=hidden]) > summary")
    write(staff, "#hidden-reason", "Advertising.")
    press(staff, "#open form:has([value=hidden]) .btn--danger")
    staff.sees(staff.told("Hidden."))
    staff.never_sees(dark_mode.title, within="#cases")
    db.session.rollback()
    assert dark_mode.hidden_reason == "Advertising."


def test_publishing_a_release(window: Opens, scripts: bool, hugo: User, offline: Idea) -> None:
    staff = window(hugo)
    staff.go("/admin/releases")
    press(staff, "main .page-head .btn--primary")
    staff.is_titled("A new release")
    write(staff, "[name=title_en]", "The schedule, offline")
    write(staff, "[name=title_fr]", "Le planning hors ligne")
    write(staff, "[name=story_en]", "Read it in the cold room.")
    write(staff, "[name=story_fr]", "À lire dans la chambre froide.")
    write(staff, "main form [type=search]", "offline")
    if not scripts:
        staff.page.keyboard.press("Enter")
    staff.sees(offline.title, within="#found")
    press(staff, f"#found input[value='{offline.id}']", "Space")
    press(staff, "main button[name=publish]")
    staff.is_titled(staff.told("Publish “%(title)s”?", title="The schedule, offline"))
    press(staff, "main form .btn--primary")
    staff.is_titled("The schedule, offline")
    db.session.rollback()
    release = db.session.scalars(select(Release).where(titled("The schedule, offline"))).one()
    assert release.is_published
