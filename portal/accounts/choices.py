"""What members choose: how they are named, when they get mail, and how pages look to them."""

from enum import StrEnum
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

ZONE = "Europe/Paris"


class CreditAs(StrEnum):
    """How credits show a person."""

    NAME = "name"
    PSEUDONYM = "pseudonym"
    NOBODY = "nobody"


class MailWhen(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    NEVER = "never"


# What stopping and withdrawing makes of a person's choices.
WITHDRAWN: dict[str, Any] = {
    "mail_progress": MailWhen.NEVER,
    "mail_comments": MailWhen.NEVER,
    "credit_as": CreditAs.NOBODY,
    "named_as_supporter": False,
    "featured": False,
}


class Theme(StrEnum):
    """Which colours a member reads in: the device's choice, or theirs."""

    AUTO = "auto"
    LIGHT = "light"
    DARK = "dark"


class Motion(StrEnum):
    """Whether things may move: as the device says, or hardly at all."""

    AUTO = "auto"
    LESS = "less"


class Choices:
    """The columns of what a person chose, and how they change them."""

    timezone: Mapped[str] = mapped_column(String(60), default=ZONE)
    zone_chosen: Mapped[bool] = mapped_column(default=False)
    zone_declined: Mapped[str] = mapped_column(String(60), default="")
    credit_as: Mapped[str] = mapped_column(String(10), default=CreditAs.NAME)
    pseudonym: Mapped[str] = mapped_column(String(80), default="")
    named_as_supporter: Mapped[bool] = mapped_column(default=False)
    featured: Mapped[bool] = mapped_column(default=True)
    mail_progress: Mapped[str] = mapped_column(String(10), default=MailWhen.AT_ONCE)
    mail_comments: Mapped[str] = mapped_column(String(10), default=MailWhen.DAILY)
    shortcuts: Mapped[bool] = mapped_column(default=True)
    theme: Mapped[str] = mapped_column(String(5), default=Theme.AUTO)
    motion: Mapped[str] = mapped_column(String(5), default=Motion.AUTO)

    @property
    def gets_mail(self) -> bool:
        """Whether they want mail when something of theirs moves, at once or in the digest."""
        return self.mail_progress != MailWhen.NEVER

    def live_in(self, zone: str) -> None:
        """Go by the time of this zone, as they chose."""
        self.timezone, self.zone_chosen, self.zone_declined = zone, True, ""

    def stay(self, not_in: str) -> None:
        """Keep their zone though their browser is in another, and be asked about that one no more."""
        self.zone_chosen, self.zone_declined = True, not_in

    @property
    def withdrawable(self) -> list[str]:
        """What they can still stop or withdraw."""
        return [name for name, nothing in WITHDRAWN.items() if getattr(self, name) != nothing]

    def withdraw(self, what: str) -> None:
        """Stop a kind of mail, or take back that one is named or shown."""
        setattr(self, what, WITHDRAWN[what])
