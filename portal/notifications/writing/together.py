"""Several things about one idea as one mail: the newest first, under one subject."""

from collections.abc import Sequence
from dataclasses import replace

from portal.accounts.models import User
from portal.activity.models import Action
from portal.i18n import _l, _n
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.mail.sending import Message
from portal.notifications.stopping import PROGRESS_AND_COMMENTS, stop_url
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.response import answer
from portal.notifications.writing.shapes import cares

TEMPLATE = "notifications/emails/together"


def as_one(messages: Sequence[Message], idea: Idea, reader: User) -> Message:
    """The mail of these mails about an idea, the newest of which comes first."""
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
    return replace(told, reason=cares(idea), unsubscribe=stop_url(reader, PROGRESS_AND_COMMENTS))


def _answer_and_plan(world: World) -> tuple[Action, ...]:
    """An idea was answered and planned within two minutes."""
    answered = answer(world)
    world.move(world.idea, StatusKind.PLANNED)
    return answered, Action.STATUS_CHANGED


EXAMPLES = {"together": Example(_l("Several things about one idea"), TO_ALL, _answer_and_plan)}
