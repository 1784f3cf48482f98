"""The page of components: complete, in both languages, without a copy of anything, and only for developers."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.web.assets import STATIC, style_files
from tests.browser import Browser

TEMPLATES = Path(__file__).parents[2] / "templates"
PORTAL = STATIC.parent
SHOWN = "".join(path.read_text() for path in (TEMPLATES / "dev").glob("design*.html"))


def macros() -> list[str]:
    """Every macro that pages get from their one import."""
    sets = re.findall(r"{% set ([\w, ]+) =", (TEMPLATES / "layout" / "macros.html").read_text())
    return [name for names in sets for name in names.split(", ")]


@pytest.mark.parametrize("lang", ["en", "fr"])
@pytest.mark.parametrize("who", [None, "nora"])
def test_every_part_can_be_read(browser: Callable[..., Browser], request: Any, who: str | None, lang: str) -> None:
    person = request.getfixturevalue(who) if who else None
    page = browser(person, lang=lang).get(f"/design?lang={lang}")
    assert page.status == 200
    assert page.html.count('class="dev__part"') == 14


def test_the_page_does_not_exist_in_production(app: Flask, monkeypatch: pytest.MonkeyPatch, visitor: Browser) -> None:
    monkeypatch.setitem(app.config, "PRODUCTION", True)
    assert visitor.get("/design").status == 404
    assert visitor.get("/design/states.css").status == 404


@pytest.mark.parametrize("name", macros())
def test_every_macro_is_shown(name: str) -> None:
    assert re.search(rf"\bui\.{name}\b", SHOWN), f"show ui.{name} on a page of templates/dev/"


def test_ids_are_used_once(visitor: Browser) -> None:
    twice = [
        id for id, times in Counter(re.findall(r'\sid="([^"]+)"', visitor.get("/design").html)).items() if times > 1
    ]
    assert not twice


def test_states_that_need_a_hand_can_be_seen(visitor: Browser) -> None:
    sheet = visitor.get("/design/states.css")
    assert '.btn[data-state~="hover"]' in sheet.html
    assert ":hover" not in sheet.html


def test_no_rule_is_for_a_class_that_nothing_uses() -> None:
    sheets = "".join(re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL) for path in style_files())
    selectors = re.sub(r"\{[^{}]*\}", "{}", sheets)
    styled = set(re.findall(r"\.([a-z][\w-]*)(?=[^{}]*\{)", selectors))
    sources = [*TEMPLATES.rglob("*.html"), *STATIC.glob("js/*.js"), *PORTAL.rglob("*.py")]
    text = "".join(path.read_text() for path in sources)
    begun = tuple(re.findall(r"([a-z][\w-]*-)\{\{", text))
    assert not {name for name in styled - set(re.findall(r"[\w-]+", text)) if not name.startswith(begun)}
