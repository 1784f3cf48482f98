"""A picture that is too heavy is told at its field, and the text stays."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from portal.accounts.models import User
from portal.pictures import uploads
from portal.web.assets import STATIC
from tests.journeys.window import Window


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_a_heavy_picture_is_told_before_it_leaves(window: Callable[..., Window], tom: User, tmp_path: Path) -> None:
    heavy = tmp_path / "plan.png"
    heavy.write_bytes(b"x" * 14_000_000)
    shown = window(tom).go("/ideas/new")
    shown.fill("Your idea, in one sentence", "Print the schedule of the week")
    field = shown.page.locator("main input[type=file]")
    field.set_input_files(heavy)
    error = shown.page.locator("#images-heavy")
    expect(error).to_contain_text(re.compile("plan.png.*14.*10"))
    shown.page.locator("main input[name=title]").press("Enter")
    shown.page.wait_for_timeout(300)
    assert shown.page.url.endswith("/ideas/new")
    shown.holds("Your idea, in one sentence", "Print the schedule of the week")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.set_input_files([])
    expect(error).to_have_count(0)


def test_browser_and_server_know_the_same_limit() -> None:
    script = (STATIC / "js" / "files.js").read_text()
    assert f"const MOST = {uploads.MOST_BYTES:_};" in script
