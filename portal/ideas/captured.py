"""What a customer said elsewhere and staff noted here: as an idea or an issue, or as a voice on one, in a comment."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.types import Base
from portal.i18n import _, _l

LINK_MAX = 500


class Source(StrEnum):
    """Where a customer said it."""

    PHONE = "phone"
    MEETING = "meeting"
    SHOP = "shop"
    EMAIL = "email"
    SOCIAL = "social"
    EVENT = "event"
    OTHER = "other"


SOURCES: dict[str, Any] = {
    Source.PHONE.value: _l("On the phone"),
    Source.MEETING.value: _l("In a meeting"),
    Source.SHOP.value: _l("In a shop"),
    Source.EMAIL.value: _l("In an e-mail"),
    Source.SOCIAL.value: _l("On a social network"),
    Source.EVENT.value: _l("At an event"),
    Source.OTHER.value: _l("Somewhere else"),
}
SAID: dict[str, Any] = {
    Source.PHONE.value: _l("said on the phone"),
    Source.MEETING.value: _l("said in a meeting"),
    Source.SHOP.value: _l("said in a shop"),
    Source.EMAIL.value: _l("written in an e-mail"),
    Source.SOCIAL.value: _l("written on a social network"),
    Source.EVENT.value: _l("said at an event"),
    Source.OTHER.value: _l("said elsewhere"),
}


class Captured(Base):
    """That an idea, an issue or a comment says what a customer said elsewhere; `by` noted it for the team.

    It is no wish and no answer of whoever noted it: it casts no vote, earns nothing, and the idea goes on waiting.
    """

    __tablename__ = "captured"
    __table_args__ = (CheckConstraint("(idea_id IS NULL) <> (comment_id IS NULL)", name="one_text"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), unique=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), unique=True)
    source: Mapped[str] = mapped_column(String(20))
    link: Mapped[str] = mapped_column(String(LINK_MAX), default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[datetime] = mapped_column(default=now)

    by: Mapped[User] = relationship()

    def correct(self, source: str, link: str, about: Any, by: User) -> None:
        """Say anew where it was said, of the idea or the comment that it is `about`; the audit keeps no link."""
        if (source, link) != (self.source, self.link):
            old, self.source, self.link = self.source, source, link
            record(Action.SOURCE_CORRECTED, about, by=by, old=old, new=source, **about.event_facts)


def noted(source: str, by: Any) -> str:
    """What readers are told of a text that was captured: who noted it, and where it was said."""
    name = _("a former member") if by.is_former else by.display_name
    return _("Noted by %(name)s for the team: %(said)s", name=name, said=SAID.get(source, SAID[Source.OTHER]))


def host_of(link: str) -> str:
    """The site that a link leads to, as its words."""
    return (urlsplit(link).hostname or "").removeprefix("www.")
