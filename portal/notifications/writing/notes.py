"""A colleague named the reader in a staff note."""

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import Told, subject_of
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import Mail, about

NAMED = _l("You get this because a colleague named you.")
TO_COLLEAGUES = _l("To the colleagues whom a staff note names.")


def _named(event: Event, reader: User) -> Message:
    heading = _("%(who)s named you in a staff note", who=Told(event).who)
    return about(event, reader, heading, [_("Only staff see it.")], _("Read the note"), subject_of(event).body, NAMED)


POSTED = Mail(_named, "named-in-note", phrase(_l("%(who)s named you in a staff note on “%(title)s”")))


def _name(world: World) -> Action:
    """One of staff asks a colleague."""
    world.reader.role = Role.STAFF
    idea = world.idea
    db.session.flush()
    Comment.note(idea, _("@%(handle)s, do you know how much of this is done?", handle=world.reader.handle), world.staff)
    return Action.NOTE_POSTED


EXAMPLES = {"named-in-note": Example(_l("A colleague named you in a note"), TO_COLLEAGUES, _name)}
