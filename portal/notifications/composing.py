"""The mail about one event, or about several at once, in the language that is being written."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.mail.sending import Message
from portal.notifications import digest, staff_letter
from portal.notifications.staff_mail import is_for_staff
from portal.notifications.telling import TELLING, line_of
from portal.notifications.writing import staff
from portal.notifications.writing.several import several
from portal.notifications.writing.together import as_one

# What these tell of is collected as they are written.
COLLECTED: dict[Action, Callable[[Event, User], Any]] = {
    Action.DIGEST_DUE: digest.collected,
    Action.STAFF_LETTER_DUE: staff_letter.collected,
}


def compose(event: Event, reader: User) -> Message | None:
    """The message for this reader; None where nothing is left to be said.

    Whether they want it, and may see it, was asked before: `objections.objection`.
    """
    action = Action(event.action)
    mail, collect = TELLING[action].mail, COLLECTED.get(action)
    if mail is None:
        return None
    message = mail.write(event, reader, collect(event, reader)) if collect else mail.write(event, reader)
    return replace(message, subject=message.subject or line_of(event)) if message else None


def compose_together(events: list[Event], reader: User) -> Message | None:
    """The one message that tells this reader of these events, which came oldest first; None where nothing is left."""
    if is_for_staff(events[0], subject_of(events[0]), reader):
        return staff.about(events, [], reader)
    told = [(event, message) for event in events if (message := compose(event, reader))]
    messages = [message for _event, message in told]
    if len(messages) < 2:
        return messages[0] if messages else None
    if len({event.subject_id for event, _message in told if event.facts.get("bulk")}) > 1:
        return several(told, reader)
    thing = subject_of(events[-1])
    return as_one(messages[::-1], getattr(thing, "idea", thing), reader)
