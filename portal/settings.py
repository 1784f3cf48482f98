"""The portal's own choices, one row with a column each, made by a migration; and its texts, a row a language."""

from datetime import datetime
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import CheckConstraint, ForeignKey, Select, String, Text, bindparam, false, select
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.database.types import Base
from portal.extensions import context, db

WELCOME = "welcome"


class Settings(Base):
    """What an admin chose for the whole portal. `languages`: the codes of those it speaks, with commas; `duties`: the
    jobs of staff that have a rule, by its name (`accounts/duties.py`).
    """

    __tablename__ = "settings"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(60), default="Atelier")
    languages: Mapped[str] = mapped_column(String(60), default="en,fr", server_default="en,fr")
    default_lang: Mapped[str] = mapped_column(String(2), default="en")
    hue: Mapped[int] = mapped_column(default=178)
    chroma: Mapped[float] = mapped_column(default=0.088)
    answer_days: Mapped[int] = mapped_column(default=2)
    support_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    promises_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    promises_rate_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    objection_days: Mapped[int] = mapped_column(default=7, server_default="7")
    flags_to_hide: Mapped[int] = mapped_column(default=3)
    roadmap_shows_review: Mapped[bool] = mapped_column(default=False, server_default=false())
    duties: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")
    logo_light: Mapped[str] = mapped_column(String(80), default="")
    logo_dark: Mapped[str] = mapped_column(String(80), default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def current(cls) -> "Settings":
        """The one row."""
        return db.session.get_one(cls, 1)

    @classmethod
    def apart(cls) -> "Settings":
        """The row by itself, of no session: to be read by many, and changed by nobody."""
        current = cls.current()
        db.session.expunge(current)
        return current

    @property
    def spoken(self) -> list[str]:
        """The languages of the portal, its own first."""
        return sorted(self.languages.split(","), key=lambda lang: (lang != self.default_lang, lang))

    def speak(self, languages: list[str], default: str) -> None:
        """From now on these languages are asked for and shown; `default` is one of them."""
        self.languages, self.default_lang = ",".join(sorted(languages)), default

    def words(self, key: str) -> dict[str, str]:
        """What the brand wrote under this key, by language; nothing where ours stands."""
        return {row.lang: row.body for row in db.session.execute(_texts(), {"key": key})}

    def welcome(self, lang: str) -> str:
        """The brand's own words at the head of the board in this language; empty where it has none."""
        return self.words(WELCOME).get(lang, "")

    def write(self, key: str, words: dict[str, str]) -> None:
        """Write under this key in these languages; an empty text makes room for ours."""
        for lang, body in words.items():
            row = db.session.get(PortalText, (key, lang))
            if row is not None:
                row.body = body
            elif body:
                db.session.add(PortalText(key=key, lang=lang, body=body))

    @property
    def logos(self) -> dict[str, str]:
        """The keys of the logos that were added, by the theme that each is for."""
        return {theme: key for theme, key in (("light", self.logo_light), ("dark", self.logo_dark)) if key}

    @property
    def version(self) -> str:
        return f"{int(self.changed_at.timestamp() * 1000):x}"


class PortalText(Base):
    """What the brand says of itself in one language: its welcome, its code of conduct, what it keeps of people."""

    __tablename__ = "portal_text"

    key: Mapped[str] = mapped_column(String(20), primary_key=True)
    lang: Mapped[str] = mapped_column(String(2), primary_key=True)
    body: Mapped[str] = mapped_column(Text, default="")


def came_along(current: Settings) -> None:
    """These are the settings: a statement about something else has read them, too."""
    g.settings = current


def settings() -> Settings:
    """The portal's settings, read once a request and again by each session; whoever writes holds the row first.

    A visitor's page gets them as they were a moment ago (`settings_lately`).
    """
    noted = context().g
    lately: Settings | None = noted.get("settings_lately")
    current: Settings | None = lately or noted.get("settings")
    if current is None or (current is not lately and current not in db.session):
        current = noted.settings = Settings.current()
    return current


@cache
def _texts() -> Select[str, str]:
    """Built once, as each page of the board asks it."""
    is_written = PortalText.key == bindparam("key"), PortalText.body != ""
    return select(PortalText.lang, PortalText.body).where(*is_written)
