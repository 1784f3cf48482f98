"""Several things about one idea as one mail: the newest first, under one subject."""

from dataclasses import replace

from portal.accounts.models import User
from portal.activity.models import Event
from portal.activity.sentences import subject_of
from portal.i18n import _n
from portal.mail.sending import Message
from portal.notifications import staff_letter
from portal.notifications.composing import compose
from portal.notifications.shapes import cares
from portal.notifications.staff_mail import is_for_staff
from portal.notifications.stopping import PROGRESS_AND_COMMENTS, stop_url

TEMPLATE = "notifications/emails/together"


def compose_together(events: list[Event], reader: User) -> Message | None:
    """The one message that tells this reader of these events, which came oldest first; None where nothing is left."""
    if is_for_staff(events[0], reader):
        return staff_letter.about(events, [], reader)
    messages = [message for event in events if (message := compose(event, reader))]
    if len(messages) < 2:
        return messages[0] if messages else None
    thing = subject_of(events[-1])
    return _as_one(messages[::-1], cares(getattr(thing, "idea", thing)), reader)


def _as_one(messages: list[Message], why: str, reader: User) -> Message:
    newest, kinds = messages[0], {message.unsubscribe for message in messages}
    count = len(messages)
    heading = _n("%(num)s thing happened here", "%(num)s things happened here", count)
    told = replace(
        newest,
        template=TEMPLATE,
        context={**newest.context, "heading": heading, "parts": [message.context for message in messages]},
        preheader=f"{newest.context['heading']} · {newest.preheader}",
    )
    if len(kinds) == 1:
        return told
    return replace(told, reason=why, unsubscribe=stop_url(reader, PROGRESS_AND_COMMENTS))
