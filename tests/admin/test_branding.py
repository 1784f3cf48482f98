"""The brand's own logo and colours: added, shown everywhere, taken away again."""

import os
import time
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.brand.colours import palette, worst_text
from portal.extensions import db
from portal.operations import checking
from portal.pictures import uploads
from portal.privacy.purging import purge
from portal.privacy.retention import UNSENT_PICTURES
from portal.settings import Settings
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.pictures import picture

Opens = Callable[..., Browser]
CHOICES: dict[str, Any] = {"name": "Marée", "default_lang": "en", "answer_days": 2, "hue": 178, "chroma": "0.088"}


def send(admin: Browser, **fields: Any) -> Page:
    return admin.submit(admin.get("/admin/settings"), "form.settings", **{**CHOICES, **fields})


def logo(width: int = 400, height: int = 80, kind: str = "PNG", mode: str = "RGBA") -> tuple[BytesIO, str]:
    return picture(width, height, kind, mode), f"logo.{kind.lower()}"


def chosen() -> Settings:
    db.session.rollback()
    return Settings.current()


@pytest.fixture
def admin(browser: Opens, nora: User) -> Browser:
    return browser(nora)


def test_a_logo_is_shown_to_everyone_beside_the_name(admin: Browser, visitor: Browser) -> None:
    send(admin, logo_light=logo(90, 80))
    page = visitor.get("/")
    shown = page.find(".logo img")
    assert (shown["alt"], shown["width"], shown["height"]) == ("", "90", "80") and not shown.get("class")
    assert page.find(".logo span").get("class") is None
    answer = visitor.get(str(shown["src"]))
    assert answer.headers["Content-Type"] == "image/png"
    assert "immutable" in answer.headers["Cache-Control"]
    assert page.find('link[rel="icon"]')["href"] == shown["src"]


def test_a_wide_logo_stands_alone_and_the_name_is_still_read_out(admin: Browser, visitor: Browser) -> None:
    send(admin, logo_light=logo(400, 80))
    page = visitor.get("/")
    assert page.find(".logo span.vh").get_text() == "Marée"
    assert "/brand/icon.svg" in str(page.find('link[rel="icon"]')["href"])


def test_each_theme_shows_its_own_logo(admin: Browser, visitor: Browser) -> None:
    send(admin, logo_light=logo(), logo_dark=logo(300, 60))
    shown = [(img["class"], str(img["src"]).split("?")[0]) for img in visitor.get("/").soup.select(".logo img")]
    assert shown == [(["on-light"], "/brand/logo"), (["on-dark"], "/brand/logo-dark")]


def test_without_a_logo_one_is_drawn_in_the_colour_of_the_brand(admin: Browser, visitor: Browser) -> None:
    send(admin, hue=25, chroma="0.15")
    page = visitor.get("/")
    assert page.has(".logo svg.drawn") and not page.has(".logo img")
    icon = visitor.get(str(page.find('link[rel="icon"]')["href"]))
    assert palette(25, 0.15, "light").hex("mark") in icon.response.get_data(as_text=True)


def test_the_bar_of_the_browser_wears_the_brand(admin: Browser, visitor: Browser) -> None:
    send(admin, hue=300)
    bars = [meta["content"] for meta in visitor.get("/").soup.select('meta[name="theme-color"]')]
    assert bars == [palette(300, 0.088, theme).hex("canvas") for theme in ("light", "dark")]


@pytest.mark.parametrize(("kind", "mode", "extension"), [("WEBP", "RGBA", "png"), ("JPEG", "RGB", "jpg")])
def test_a_logo_is_made_anew_small_and_so_that_mails_can_show_it(
    admin: Browser, kind: str, mode: str, extension: str
) -> None:
    send(admin, logo_light=logo(3200, 640, kind, mode))
    key = chosen().logo_light
    assert key.endswith(extension)
    with Image.open(uploads.path(key)) as kept:
        assert kept.size == (640, 128)


def test_a_mail_program_elsewhere_may_show_the_logo_of_the_day(admin: Browser, visitor: Browser) -> None:
    assert visitor.get("/brand/logo").status == 404
    send(admin, logo_light=logo())
    answer = visitor.get("/brand/logo")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert visitor.get("/").headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_logo_is_sent_where_requests_are_counted(with_limits: Flask, admin: Browser) -> None:
    send(admin, logo_light=logo())
    assert with_limits.test_client().get("/brand/logo").status_code == 200


def test_an_svg_is_refused_with_what_to_do_instead(admin: Browser) -> None:
    page = send(admin, name="Marée 2", logo_light=(BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), "logo.SVG"))
    assert page.status == 422
    assert "Export the logo as a PNG file" in page.find("#logo_light-error").get_text()
    assert page.find("#name")["value"] == "Marée 2" and not chosen().logos


def test_what_is_no_picture_is_refused_at_its_field(admin: Browser) -> None:
    page = send(admin, logo_dark=(BytesIO(b"not a picture"), "logo.png"))
    assert page.status == 422 and "not a picture that we can read" in page.find("#logo_dark-error").get_text()


def test_a_logo_is_not_sent_twice_when_something_else_is_wrong(admin: Browser) -> None:
    page = send(admin, name="", logo_light=logo())
    assert page.status == 422 and "Your logo is kept: save to show it." in page.text and not chosen().logos
    admin.submit(page, "main form", name="Marée")
    assert uploads.path(chosen().logo_light).exists()


def test_removing_a_logo_takes_its_file_too(admin: Browser, visitor: Browser) -> None:
    send(admin, logo_light=logo())
    file = uploads.path(chosen().logo_light)
    send(admin, no_logo_light="y")
    assert not chosen().logos and not file.exists() and visitor.get("/").has(".logo svg.drawn")


def test_another_logo_takes_the_place_of_the_first(admin: Browser) -> None:
    send(admin, logo_light=logo())
    first = uploads.path(chosen().logo_light)
    send(admin, logo_light=logo(80, 80))
    assert not first.exists() and uploads.path(chosen().logo_light).exists()


def test_a_logo_is_kept_when_other_choices_change(admin: Browser) -> None:
    send(admin, logo_light=logo())
    key = chosen().logo_light
    send(admin, name="Marée 2")
    assert chosen().logo_light == key and uploads.path(key).exists()


def test_adding_a_logo_is_in_the_audit(admin: Browser, nora: User) -> None:
    send(admin, logo_dark=logo())
    told = db.session.scalars(select(Event).where(Event.action == Action.SETTINGS_CHANGED)).one()
    assert told.actor_id == nora.id and told.facts["changes"] == {"logo_dark": ["", chosen().logo_dark]}


def test_a_logo_is_no_orphan(app: Flask, admin: Browser) -> None:
    send(admin, logo_light=logo())
    file = uploads.path(chosen().logo_light)
    long_ago = time.time() - 2 * uploads.DAY
    os.utime(file, (long_ago, long_ago))
    assert purge(UNSENT_PICTURES) == 0 and file.exists()
    assert checking.files() == []


def test_a_logo_whose_file_is_gone_is_found_and_not_shown(app: Flask, visitor: Browser) -> None:
    with act():
        Settings.current().logo_light = "a" * 32 + ".png"
    assert checking.files() == [f"the file of image {'a' * 32}.png is gone"]
    assert visitor.get("/").has(".logo svg.drawn") and visitor.get("/brand/logo").status == 404


def test_a_swatch_shows_its_colours_and_keeps_what_was_typed(admin: Browser) -> None:
    page = send(admin, name="Marée 2", preset="25-0.15")
    assert page.status == 200 and (page.find("#hue")["value"], page.find("#chroma")["value"]) == ("25", "0.150")
    assert page.find("#name")["value"] == "Marée 2" and chosen().hue == 178


def test_the_colours_that_are_tried_outlast_a_mistake_elsewhere(admin: Browser) -> None:
    page = send(admin, name="", hue=25, chroma="0.15")
    assert page.status == 422 and page.find("output[for=hue]").get_text() == "25"
    sheet = page.find('#preview link[rel="stylesheet"]')
    assert "--brand-h:25;--brand-c:0.150" in admin.get(str(sheet["href"])).html
    kept = send(admin, hue="400")
    assert kept.status == 422 and kept.find("output[for=hue]").get_text() == "178"


def test_the_preview_shows_both_themes_and_the_measured_contrast(admin: Browser) -> None:
    page = admin.get("/admin/settings/preview?hue=25&chroma=0.15", headers={"HX-Request": "true"})
    assert [pane["data-theme"] for pane in page.soup.select(".pane")] == ["light", "dark"]
    measured = int(worst_text(25, 0.15) * 10) / 10
    assert f"stands out {measured} to 1" in page.text and measured >= 4.5


def test_staff_carry_the_badge_of_the_brand(admin: Browser) -> None:
    assert admin.get("/").find("img.av")["src"] == "/brand/badge.svg"


def test_only_staff_wait_for_the_sheet_of_their_pages(admin: Browser, visitor: Browser) -> None:
    sheets = [
        [str(link["href"]) for link in who.get("/").soup.select('link[rel="stylesheet"]')] for who in (admin, visitor)
    ]
    assert [any("/assets/staff." in href for href in found) for found in sheets] == [True, False]


def ink(colour: str, other: str = "") -> tuple[BytesIO, str]:
    """A logo of letters in one colour, with nothing behind them."""
    image = Image.new("RGBA", (300, 60))
    for place in range(0, 300, 30):
        image.paste(other if other and place == 0 else colour, (place, 10, place + 12, 50))
    out = BytesIO()
    image.save(out, "PNG")
    return BytesIO(out.getvalue()), "logo.png"


@pytest.mark.parametrize(
    ("colour", "where"), [("#1a2340", "dark pages"), ("#fafaf5", "light pages"), ("#0b7285", ""), ("#e8590c", "")]
)
def test_a_logo_that_cannot_be_made_out_is_said_before_it_is_saved(admin: Browser, colour: str, where: str) -> None:
    page = send(admin, logo_light=ink(colour))
    if where:
        assert f"hard to make out on {where}" in page.text and not chosen().logos
        assert page.has('.box a[href="#logo-h"]')
        page = admin.submit(page, "form.settings")
        assert f"hard to make out on {where}" in page.text, "it is said as long as it is so"
    assert chosen().logos and not page.has("input[name=told]")


def test_a_logo_for_each_theme_answers_for_its_own(admin: Browser) -> None:
    send(admin, logo_light=ink("#1a2340"), logo_dark=ink("#fafaf5", "#1a2340"))
    assert set(chosen().logos) == {"light", "dark"}
    page = send(admin, no_logo_dark="y")
    assert "hard to make out on dark pages" in page.text and "dark" in chosen().logos


def test_what_brings_its_own_ground_is_made_out_everywhere(admin: Browser) -> None:
    send(admin, logo_light=logo(mode="RGB"))
    assert chosen().logos


def test_the_brands_people_wear_its_logo_or_its_letter(admin: Browser, visitor: Browser) -> None:
    send(admin, hue=25, chroma="0.15")
    badge = visitor.get("/brand/badge.svg").response.get_data(as_text=True)
    assert ">M</text>" in badge and palette(25, 0.15, "light").hex("mark") in badge and "path" not in badge
    send(admin, logo_light=logo(80, 80))
    assert "data:image/png;base64," in visitor.get("/brand/badge.svg").response.get_data(as_text=True)


def test_the_head_of_the_board_is_the_brands_own_where_it_wrote_one(admin: Browser, browser: Opens) -> None:
    assert browser(lang="en").get("/").heading.startswith("What should Marée do")
    send(admin, welcome_en="Build <Marée> with us", welcome_fr="Construisons Marée")
    assert browser(lang="en").get("/").heading == "Build <Marée> with us"
    assert browser(lang="fr").get("/").heading == "Construisons Marée"
    assert send(admin, welcome_fr="x" * 121).status == 422
