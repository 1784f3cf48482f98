"""The portal's own choices: shown, tried, saved, recorded."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin.brand_form import FIELDS, LOGOS
from portal.extensions import db
from portal.settings import Settings
from tests.browser import Browser

Opens = Callable[..., Browser]
CHOICES: dict[str, Any] = {
    "name": "Marée", "languages": ["en", "fr"], "default_lang": "en", "answer_days": 3, "hue": 30, "chroma": "0.1",
    "objection_days": 7,
}  # fmt: skip


def current() -> Settings:
    db.session.rollback()
    return Settings.current()


def test_an_admin_changes_the_settings(browser: Opens, nora: User) -> None:
    before, admin = current().changed_at, browser(nora)
    page = admin.submit(admin.get("/admin/settings"), "main form", hue="30", answer_days="3")
    assert "Settings saved." in page.html
    chosen = current()
    assert (chosen.hue, chosen.answer_days, chosen.chroma) == (30, 3, 0.088) and chosen.changed_at > before
    told = db.session.scalars(select(Event).where(Event.action == Action.SETTINGS_CHANGED)).one()
    assert told.actor_id == nora.id and told.facts["changes"] == {"hue": [178, 30], "answer_days": [2, 3]}


def test_saving_what_is_chosen_already_records_nothing(browser: Opens, nora: User) -> None:
    admin, before = browser(nora), current().changed_at
    admin.submit(admin.get("/admin/settings"), "main form")
    assert current().changed_at == before
    assert not db.session.scalars(select(Event).where(Event.action == Action.SETTINGS_CHANGED)).all()


def test_the_colours_are_tried_before_they_are_saved(browser: Opens, nora: User) -> None:
    page = browser(nora).post("/admin/settings", {**CHOICES, "preview": 1})
    assert page.status == 200 and "Nothing is saved yet." in page.text
    assert page.find("#hue")["value"] == "30"
    sheet = page.find('#preview link[rel="stylesheet"]')
    assert "--brand-h:30;--brand-c:0.100" in browser(nora).get(str(sheet["href"])).html
    assert current().hue == 178


def test_htmx_gets_only_the_preview(browser: Opens, nora: User) -> None:
    page = browser(nora).get("/admin/settings/preview?hue=400&chroma=9", headers={"HX-Request": "true"})
    assert not page.has("h1") and page.has("#preview")
    assert "hue=360&chroma=0.150" in str(page.find("link")["href"])
    assert browser(nora).get("/admin/settings/preview?hue=x&chroma=nan").has("h1")


@pytest.mark.parametrize(
    "field, value, message",
    [
        ("name", "", "Write the name people know."),
        ("name", "x" * 61, "Shorten it to 60."),
        ("answer_days", "0", "Write a whole number of days, from 1 to 60."),
        ("answer_days", "soon", "Write a whole number of days, from 1 to 60."),
        ("hue", "361", "Choose a hue between 0 and 360."),
        ("chroma", "0.2", "Choose a strength between 0 and 0.15."),
        ("chroma", "nan", "Choose a strength"),
        ("default_lang", "de", "This is not on the list."),
    ],
)
def test_a_choice_that_cannot_be_is_refused_at_its_field(
    browser: Opens, nora: User, field: str, value: str, message: str
) -> None:
    page = browser(nora).post("/admin/settings", {**CHOICES, field: value})
    assert page.status == 422
    assert message in page.find(f"#{field}-error").get_text()
    assert current().hue == 178


def test_a_stale_token_keeps_what_was_typed(browser: Opens, nora: User) -> None:
    page = browser(nora).post("/admin/settings", {**CHOICES, "name": "Large"}, token=False)
    assert page.status == 422 and page.find("#name")["value"] == "Large"
    assert current().name == "Marée"


def test_every_choice_is_asked_for(browser: Opens, nora: User) -> None:
    asked = {field["name"] for field in browser(nora).get("/admin/settings").soup.select("main [name]")}
    assert {*FIELDS, *LOGOS, "languages"} <= asked


def test_other_staff_read_the_settings(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/settings")
    assert "Admins change the settings. You can read them." in page.text
    assert not page.has('main form[method="post"]')
    assert browser(hugo).post("/admin/settings", CHOICES).status == 403


def test_members_and_visitors_are_refused(browser: Opens, tom: User) -> None:
    for opened in (browser(tom), browser()):
        assert opened.post("/admin/settings", CHOICES).status == 403
    assert browser(tom).get("/admin/settings/preview.css").status == 403
