"""Whether and how somebody of the team hears of what is put into their hands: said before it is done, and after."""

from collections import Counter
from dataclasses import dataclass

from portal.accounts.models import User
from portal.i18n import _, _n
from portal.notifications.models import Hears, StaffMail, Topic
from portal.notifications.reach import Reach, Way
from portal.notifications.staff_mail import may_act_on

WAYS = {Hears.AT_ONCE: Way.MAIL, Hears.MORNING: Way.LETTER}


@dataclass(frozen=True)
class Handed(Reach):
    """The same as a Reach, of one person, in a sentence that names them."""

    said: str = ""

    @property
    def sentence(self) -> str:
        return self.said

    @property
    def parts(self) -> list[str]:
        return [self.said]


def handed(owner: User | None, number: int, by: User) -> Reach:
    """How this person hears that so many ideas are theirs now: one message that names them all."""
    if owner is None or owner.id == by.id:
        return Reach(Counter())
    hears = Hears(StaffMail.of(owner).assigned) if may_act_on(Topic.ASSIGNED, owner) else Hears.NEVER
    return Handed(Counter({WAYS[hears]: 1}) if hears in WAYS else Counter(), _said(owner.display_name, number, hears))


def _said(name: str, number: int, hears: Hears) -> str:
    if hears == Hears.AT_ONCE:
        return _n(
            "%(name)s gets an e-mail about it, and reads it in the portal.",
            "%(name)s gets one e-mail that names all %(num)s, and reads them in the portal.",
            number,
            name=name,
        )
    if hears == Hears.MORNING:
        return _n(
            "%(name)s reads it in the portal, and in the letter of the next morning.",
            "%(name)s reads all %(num)s in the portal, and in the letter of the next morning.",
            number,
            name=name,
        )
    return _("%(name)s chose not to hear of it, or has no job that acts on it, and is not told.", name=name)
