"""An account was suspended."""

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.moderation.models import suspend
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import Mail, to_the_person
from portal.web.site import public_url


def _suspended(event: Event, reader: User) -> Message:
    lines = [
        _("You can still sign in to read, take your data with you, stop mail and erase your account. Here is why:")
    ]
    url = public_url(url_for("accounts.settings"))
    return to_the_person(event, reader, lines, url, _("See what you can do"), event.facts.get("reason", ""))


SUSPENDED = Mail(_suspended, "suspended", phrase(_l("Your account is suspended")))


def _suspend(world: World) -> Action:
    suspend(world.reader, by=world.staff, reason=_("Three advertisements in one day."))
    return Action.MEMBER_SUSPENDED


EXAMPLES = {"suspended": Example(_l("An account is suspended, and why"), TO_ONE, _suspend)}
