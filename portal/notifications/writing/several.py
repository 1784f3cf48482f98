"""What staff did to several ideas with one press, as one mail: what it was, why, and a line for each."""

from collections.abc import Callable, Sequence

from flask import url_for
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.subjects import Told
from portal.extensions import db
from portal.i18n import _, _l, _n
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail.sending import Message
from portal.notifications.stopping import PROGRESS, stop_url
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.status import CHANGED
from portal.text import excerpt
from portal.web.site import public_url

TEMPLATE = "notifications/emails/several"


def several(told: Sequence[tuple[Event, Message]], reader: User) -> Message:
    """The one mail of these mails, each about another idea, in the order in which it was done."""
    heading, parts = _heading([event for event, _message in told]), [message.context for _event, message in told]
    quotes = {part.get("quote", "") for part in parts}
    shared = parts[0] if len(quotes) == 1 else {}
    return Message(
        subject=heading,
        template=TEMPLATE,
        context={
            "heading": heading,
            "parts": parts,
            "quote": shared.get("quote", ""),
            "words": shared.get("words", ""),
            "url": public_url(url_for("notifications.index")),
            "button": _("See your notifications"),
        },
        preheader=excerpt(shared.get("quote", ""), 120) or parts[0]["ticket"].title,
        reason=_("You get this because you proposed these, voted for them or follow them."),
        unsubscribe=stop_url(reader, PROGRESS),
    )


def _heading(events: Sequence[Event]) -> str:
    """What happened to all of them, where it was the same; else how many things happened."""
    actions, statuses = {Action(event.action) for event in events}, {event.facts.get("new") for event in events}
    say = HEADINGS.get(actions.pop()) if len(actions) == 1 and len(statuses) == 1 else None
    if say is None:
        return _n("%(num)s thing happened here", "%(num)s things happened here", len(events))
    return say(events[0], len(events), all(Told(event).is_issue for event in events))


def _moved(event: Event, count: int, issues: bool) -> str:
    status = Told(event).status("new")
    if issues:
        return _n("%(status)s: %(num)s issue", "%(status)s: %(num)s issues", count, status=status)
    return _n("%(status)s: %(num)s idea", "%(status)s: %(num)s ideas", count, status=status)


def _answered(_event: Event, count: int, issues: bool) -> str:
    if issues:
        return _n("We answer %(num)s issue", "We answer %(num)s issues", count)
    return _n("We answer %(num)s idea", "We answer %(num)s ideas", count)


def _hidden(_event: Event, count: int, _issues: bool) -> str:
    return _n("We hid %(num)s text that you sent", "We hid %(num)s texts that you sent", count)


HEADINGS: dict[Action, Callable[[Event, int, bool], str]] = {
    Action.STATUS_CHANGED: _moved,
    Action.RESPONSE_POSTED: _answered,
    Action.IDEA_HIDDEN: _hidden,
}


def _two_declined(world: World) -> Message:
    """Two ideas were declined together."""
    other = Idea.propose(world.reader, _("Print with the breaks in grey"), "", lang=world.idea.lang)
    reason = _("Few of you work at night, and the system’s own dark mode already helps.")
    declined = Status.first(Kind.IDEA, StatusKind.DECLINED)
    told: list[tuple[Event, Message]] = []
    for idea in (world.idea, other):
        idea.change_status(declined, by=world.staff, reason=reason)
        event = _latest(idea)
        message = CHANGED.write(event, world.reader)
        told += [(event, message)] if message else []
    return several(told, world.reader)


def _latest(idea: Idea) -> Event:
    about = select(Event).where(Event.subject_type == "idea", Event.subject_id == idea.id)
    return db.session.scalars(about.order_by(Event.id.desc()).limit(1)).one()


EXAMPLES = {"several": Example(_l("Several ideas moved together"), TO_ALL, _two_declined)}
