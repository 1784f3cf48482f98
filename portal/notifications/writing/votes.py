"""Votes of somebody were set aside, or count again."""

from typing import Any

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import either
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import subject_of
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import HAS_IT, VOTED, Mail, about
from portal.voting.models import Vote
from portal.voting.setting_aside import put_back, set_aside
from portal.web.site import public_url


def _set_aside(event: Event, reader: User) -> Message:
    lines = [
        _("It may be a mistake of ours: if so, tell us, and our team puts it back. Here is why we set it aside:"),
    ]
    url, reason = public_url(_answer_of(event)), event.facts.get("reason", "")
    heading, why = _("Your vote does not count for now"), VOTED
    if subject_of(event).is_issue:
        lines = [_("It may be a mistake of ours: if so, tell us, and you count again. Here is why not now:")]
        heading, why = _("You do not count here for now"), HAS_IT
    return about(event, reader, heading, lines, _("Answer our team"), reason, why, url=url)


def _put_back(event: Event, reader: User) -> Message:
    if subject_of(event).is_issue:
        lines = [_("Our team looked at it once more, and counts you again.")]
        return about(event, reader, _("You count here again"), lines, _("See the issue"), why=HAS_IT)
    lines = [_("Our team looked at it once more, and put it back.")]
    return about(event, reader, _("Your vote counts again"), lines, _("See the idea"), why=VOTED)


def _answer_of(event: Happening, _subject: Any = None, _reader: Any = None) -> str:
    """Where the reader answers the team."""
    return url_for("voting.set_aside", id=event.subject_id)


SET_ASIDE = Mail(
    _set_aside,
    "set-aside",
    either(_l("Your vote for “%(title)s” does not count for now"), _l("You do not count for “%(title)s” for now")),
    _answer_of,
)
PUT_BACK = Mail(
    _put_back,
    "put-back",
    either(_l("Your vote for “%(title)s” counts again"), _l("You count for “%(title)s” again")),
)


def _set_one_aside(world: World) -> Action:
    Vote.cast(world.idea, by=world.reader)
    set_aside(world.idea, [world.reader.id], by=world.staff, reason=_("Five new accounts voted within a minute."))
    return Action.VOTES_SET_ASIDE


def _put_one_back(world: World) -> Action:
    _set_one_aside(world)
    put_back(world.idea, [world.reader.id], by=world.staff)
    return Action.VOTES_PUT_BACK


EXAMPLES = {
    "set-aside": Example(_l("A vote is set aside, and why"), TO_ONE, _set_one_aside),
    "put-back": Example(_l("A vote counts again"), TO_ONE, _put_one_back),
}
