"""What the tests ask of the data that the portal holds of a person."""

import json
import zipfile
from io import BytesIO
from typing import Any

from bs4 import BeautifulSoup

from portal.accounts.models import User
from portal.privacy.holdings import SECTIONS
from tests.browser import Browser


def data_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """All of it as data, by its kind."""
    return {section.key: [entry.data for entry in section.entries(user)] for section in SECTIONS}


def taken_along(browser: Browser, place: str = "/settings/data", **form: str) -> zipfile.ZipFile:
    """The file that somebody takes along; a form is posted."""
    page = browser.post(place, form) if form else browser.get(place)
    assert page.status == 200 and page.response.mimetype == "application/zip"
    assert page.headers["Cache-Control"] == "no-store"
    return zipfile.ZipFile(BytesIO(page.response.get_data()))


def data_in(archive: zipfile.ZipFile) -> dict[str, Any]:
    """What the file holds for programs."""
    found: dict[str, Any] = json.loads(archive.read("data.json"))
    return found


def page_in(archive: zipfile.ZipFile) -> BeautifulSoup:
    """What the file holds for people."""
    return BeautifulSoup(archive.read("index.html").decode(), "html.parser")
