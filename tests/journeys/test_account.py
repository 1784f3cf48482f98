"""What is a member's own: their language, their data, and leaving."""

import json
import zipfile
from collections.abc import Callable

from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.window import Window

Opens = Callable[..., Window]
Votes = Callable[[Idea], int]


def test_a_member_turns_to_french(window: Opens, tom: User) -> None:
    member = window(tom, phone=True)
    member.go("/settings")
    member.choose("Language", "Français", within="#section-language")
    member.press("Save", within="#section-language")
    member.lang = "fr"
    member.is_titled("Settings")
    member.sees("Saved.")
    assert member.page.locator("html").get_attribute("lang") == "fr"
    member.go("/roadmap")
    member.is_titled("Roadmap")
    member.sees("Feuille de route")
    db.session.rollback()
    assert tom.lang == "fr"


def test_a_visitor_turns_to_french_and_stays_there(window: Opens) -> None:
    visitor = window()
    visitor.go("/roadmap")
    visitor.press("Version française", within="header")
    visitor.lang = "fr"
    visitor.is_titled("Roadmap")
    visitor.press("Ideas", within="header .nav")
    visitor.sees("Share an idea")
    assert visitor.page.locator("html").get_attribute("lang") == "fr"


def test_a_member_says_how_credits_show_them(window: Opens, tom: User) -> None:
    member = window(tom)
    member.go("/settings")
    member.tick("A pseudonym, without a link", within="#section-credits")
    member.press("Save", within="#section-credits")
    member.sees("There is a problem", "Write the pseudonym that credits should show.")
    assert member.field("A pseudonym, without a link").is_checked()
    member.fill("Pseudonym", "The night owl", within="#section-credits", exact=True)
    member.press("Save", within="#section-credits")
    member.sees("Saved.")
    db.session.rollback()
    assert (tom.credit_as, tom.pseudonym) == ("pseudonym", "The night owl")


def test_a_member_takes_their_data_along_and_leaves(
    window: Opens, tom: User, offline: Idea, swap: Idea, copy_week: Idea, votes: Votes
) -> None:
    member = window(tom)
    before = {idea.id: votes(idea) for idea in (offline, swap, copy_week)}
    member.go("/settings")
    with member.page.expect_download() as download:
        member.press("Download my data")
    data = json.loads(zipfile.ZipFile(download.value.path()).read("data.json"))
    assert download.value.suggested_filename == "tom-becker.zip"
    assert offline.title in json.dumps(data) and "tom@example.com" in json.dumps(data)

    member.press("Erase my account…")
    member.is_titled("Erase my account")
    member.press("Erase my account", within="main form")
    member.sees("There is a problem")
    member.fill("Type “erase” to confirm", "erase")
    member.press("Erase my account", within="main form")
    member.sees("Your account is erased. Thank you for what you gave.")
    member.is_signed_in(False)
    for idea in (offline, swap, copy_week):
        assert votes(idea) == before[idea.id] - 1
    said = db.session.scalars(select(Comment.body).where(Comment.author_id == tom.id)).first()
    assert said and tom.email is None

    member.read(copy_week)
    member.sees("a former member", said[:40], within="#discussion")
    member.never_sees("Tom Becker", within=".thread header")
    member.read(offline)
    member.sees("a former member", within=".ihead")
    assert member.fetch("/people/tom-becker").status == 404
