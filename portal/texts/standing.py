"""The portal's standing texts: how we treat each other, what we keep, who can use it. Ours until an admin writes."""

import re
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from urllib.parse import quote

from flask import current_app
from markupsafe import Markup
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.extensions import db
from portal.settings import Settings, settings
from portal.text import render_markdown

HERE = Path(__file__).parent
TEXT_MAX = 20_000
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")
_HEADING = re.compile(r"<(/?)h([345])>")


class Text(StrEnum):
    """Which text. An admin may rewrite those in `EDITABLE`."""

    CONDUCT = "conduct"
    PRIVACY = "privacy"
    ACCESSIBILITY = "accessibility"


EDITABLE = (Text.CONDUCT, Text.PRIVACY)
# When our first version was last changed.
FIRST_WRITTEN = {
    Text.CONDUCT: datetime(2026, 11, 22, tzinfo=UTC),
    Text.PRIVACY: datetime(2026, 11, 30, tzinfo=UTC),
    Text.ACCESSIBILITY: datetime(2026, 11, 22, tzinfo=UTC),
}


@cache
def first_version(text: Text, lang: str) -> str:
    """What ships with the portal, in this language."""
    return (HERE / f"{text}.{lang}.md").read_text().strip()


def source(text: Text, lang: str, chosen: Settings) -> str:
    """The Markdown that stands now: what an admin wrote, or our first version."""
    own = chosen.words(text).get(lang) if text in EDITABLE else ""
    return own or first_version(text, lang)


def rendered(written: str, chosen: Settings) -> Markup:
    """The HTML of a text, its places filled, its headings from the second level on."""
    html = render_markdown(_filled(written, chosen))
    return Markup(_HEADING.sub(lambda found: f"<{found[1]}h{int(found[2]) - 1}>", html))


def rewrite(text: Text, words: dict[str, str], by: User) -> bool:
    """Save the words of each language; our own words are kept as none, so that they follow new versions of ours.

    Gives whether anything differs. The caller holds the settings.
    """
    chosen = settings()
    own = chosen.words(text)
    before = {lang: own.get(lang, "") for lang in words}
    after = {lang: "" if said == first_version(text, lang) else said for lang, said in words.items()}
    if before == after:
        return False
    chosen.write(text, after)
    record(Action.TEXT_CHANGED, chosen, by=by, text=str(text), before=before)
    return True


def last_change(text: Text) -> Event | None:
    """The event of the last time an admin saved this text."""
    of_this = Event.facts["text"].as_string() == str(text)
    changes = select(Event).where(Event.action == Action.TEXT_CHANGED, of_this)
    return db.session.scalars(changes.order_by(Event.id.desc()).limit(1)).first()


def _filled(written: str, chosen: Settings) -> str:
    address = current_app.config["MAIL_FROM"]
    contact = f"[{_plain(address)}](mailto:{quote(address, safe='@')})"
    return written.replace("{brand}", _plain(chosen.name)).replace("{contact}", contact)


def _plain(words: str) -> str:
    return _PUNCTUATION.sub(r"\\\1", words)
