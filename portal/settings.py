"""The portal's own choices: one row, one typed column each, made by a migration."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.extensions import Base, db


class Settings(Base):
    """What an admin chose for the whole portal."""

    __tablename__ = "settings"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(60), default="Atelier")
    default_lang: Mapped[str] = mapped_column(String(2), default="en")
    hue: Mapped[int] = mapped_column(default=178)
    chroma: Mapped[float] = mapped_column(default=0.088)
    answer_days: Mapped[int] = mapped_column(default=2)
    flags_to_hide: Mapped[int] = mapped_column(default=3)
    roadmap_shows_review: Mapped[bool] = mapped_column(default=False, server_default=false())
    logo_light: Mapped[str] = mapped_column(String(80), default="")
    logo_dark: Mapped[str] = mapped_column(String(80), default="")
    conduct_en: Mapped[str] = mapped_column(Text, default="", deferred=True)
    conduct_fr: Mapped[str] = mapped_column(Text, default="", deferred=True)
    privacy_en: Mapped[str] = mapped_column(Text, default="", deferred=True)
    privacy_fr: Mapped[str] = mapped_column(Text, default="", deferred=True)
    changed_at: Mapped[datetime] = mapped_column(default=now)

    @classmethod
    def current(cls) -> "Settings":
        """The one row."""
        return db.session.get_one(cls, 1)

    @property
    def logos(self) -> dict[str, str]:
        """The keys of the logos that were added, by the theme that each is for."""
        return {theme: key for theme, key in (("light", self.logo_light), ("dark", self.logo_dark)) if key}

    @property
    def version(self) -> str:
        return f"{int(self.changed_at.timestamp() * 1000):x}"
