"""Our desk: every place is two presses away, and what a job may do holds from the next click on."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from portal.accounts.duties import Job
from portal.accounts.models import User
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.conftest import act
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_an_admin_takes_a_rule_from_marketers(window: Opens, nora: User, hugo: User, dark_mode: Idea) -> None:
    with act():
        nora.lang = hugo.lang = "en"
        hugo.change_jobs([Job.MARKETING], by=nora)
    marketer = window(hugo)
    marketer.read(dark_mode)
    status = marketer.part("#staff-tools").get_by_text("Change status", exact=True)
    expect(status).to_be_visible()

    admin = window(nora)
    admin.go("/")
    admin.press("Our desk", within=".nav")
    admin.part(".subnav__set summary").click()
    admin.press("Jobs", within=".subnav__set")
    box = admin.part("main").get_by_label("Marketer: Change the status", exact=True)
    expect(box).to_be_checked()
    box.uncheck()
    admin.press("Save the jobs")
    admin.sees("Saved. It holds from their next click on.")
    expect(admin.part("main").get_by_label("Marketer: Change the status", exact=True)).not_to_be_checked()

    marketer.read(dark_mode)
    expect(status).to_have_count(0)
    moved = {"status": str(Status.first("idea", "planned").id), "csrf_token": marketer.token()}
    assert marketer.fetch(f"/admin/ideas/{dark_mode.id}/status", method="POST", form=moved).status == 403

    admin.go("/admin/audit?action=job_edited")
    admin.sees(re.compile("Product manager, Marketer"), within="#events")


def test_on_a_phone_one_menu_names_the_page(window: Opens, nora: User) -> None:
    phone = window(nora, phone=True)
    phone.go("/admin/members")
    expect(phone.part(".subnav__strip")).to_be_hidden()
    menu = phone.part(".places")
    expect(menu.locator("summary")).to_contain_text(phone.told("Members"))
    menu.locator("summary").click()
    menu.get_by_role("link", name=phone.told("Deliveries")).click()
    phone.is_titled(phone.told("Deliveries"))
    phone.fits()


def test_on_a_phone_the_thumb_answers_and_goes_on(window: Opens, lea: User) -> None:
    phone = window(lea, phone=True)
    phone.go("/admin")
    first, second = (phone.part("#waits h3 a").nth(place).inner_text() for place in (0, 1))
    phone.press(first, within="#waits")
    phone.sees(first, within="#open-h")
    expect(phone.part(".tabs")).to_be_hidden()
    phone.press("Answer", within=".thumb")
    phone.part("#tool-response").fill("We read it, and look at it next week.")
    phone.press("Answer, next", within=".thumb")
    phone.sees(second, within="#open-h")
    phone.part(".case__back").click()
    expect(phone.part(".tabs")).to_be_visible()
    expect(phone.part(".queue__i:target")).to_contain_text(second)
    phone.fits()


@pytest.mark.parametrize("scripts", [True], ids=["js"], indirect=True)
def test_g_and_a_letter_go_to_a_place_unless_keys_are_off(window: Opens, nora: User) -> None:
    staff = window(nora)
    staff.go("/admin/jobs")
    for letter, place in (("m", "/admin/members"), ("r", "/admin/releases"), ("i", "/admin")):
        staff.page.keyboard.press("g")
        staff.page.keyboard.press(letter)
        staff.page.wait_for_url(f"**{place}")
    staff.page.evaluate("document.documentElement.dataset.keys = 'off'")
    staff.page.keyboard.press("g")
    staff.page.keyboard.press("m")
    staff.page.wait_for_timeout(300)
    assert staff.page.url.endswith("/admin")
