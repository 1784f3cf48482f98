"""What a hostile reader of the portal found: numbers, hosts and folders that nobody meant."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from portal import config
from portal.accounts.models import User
from tests.browser import Browser

Opens = Callable[..., Browser]
HUGE = "9" * 30


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1:8000.evil.example", "[::1]"])
def test_a_host_that_is_not_ours_is_refused_and_told_where_to_go(app: Flask, host: str) -> None:
    answer = app.test_client().get("/", headers={"Host": host})
    assert answer.status_code == 400
    assert "http://127.0.0.1:8000" in answer.text and "evil" not in answer.text


@pytest.mark.parametrize("field", ["id", "upto"])
def test_no_notification_has_a_number_too_large_for_a_table(browser: Opens, tom: User, field: str) -> None:
    assert browser(tom).post("/notifications/read", data={field: HUGE}).status == 400


def test_the_inbox_opens_no_answer_for_a_number_too_large(browser: Opens, lea: User) -> None:
    assert browser(lea).get(f"/admin?idea={HUGE}").status == 200


@pytest.mark.parametrize("idea", [HUGE, "abc", "-1", "²"])
def test_a_release_cannot_ship_what_is_no_idea(browser: Opens, hugo: User, idea: str) -> None:
    marketing = browser(hugo)
    page = marketing.get("/admin/releases/new")
    refused = marketing.post(str(page.find("main form[enctype]")["action"]), data={"title_en": "Kept", "ideas": idea})
    assert refused.status == 422 and "One of these ideas is no longer there. Choose again." in refused.text
    assert refused.find("[name=title_en]")["value"] == "Kept"


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(config.ConfigError, match=r"^DATA_DIR is .*file/var"):
        config.read({"DATA_DIR": str(tmp_path / "file" / "var")})
