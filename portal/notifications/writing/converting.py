"""An author is asked whether an issue may become an idea, or an idea an issue; and what they answered."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.conversions import CONVERSIONS
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told, subject_of
from portal.i18n import _, _l, day
from portal.ideas.statuses import Kind
from portal.mail.sending import Message
from portal.merging import converting
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import WROTE, Mail, about
from portal.web.site import public_url

ASKED_IT = _l("You get this because you asked.")


def _asked(event: Event, reader: User) -> Message:
    url = public_url(_where(event))
    return about(event, reader, _question(Told(event)), _lines(event), _("Agree, or say no"), why=WROTE, url=url)


def _lines(event: Event) -> list[str]:
    until = day(datetime.fromisoformat(event.facts["until"]))
    last = _("If we hear nothing until %(day)s, it stays what it is.", day=until)
    if event.facts["kind"] == Kind.ISSUE:
        return [_("To our team it reads like something that does not work. Votes and comments stay with it."), last]
    lines = [_("To our team it reads like a wish that others may share. Votes and comments stay with it.")]
    if subject_of(event).is_private:
        lines.append(_("Now only you and our team read it. As an idea, everyone can, with your name and all comments."))
    return [*lines, last]


def _question(told: Told) -> str:
    if told.event.facts["kind"] == Kind.ISSUE:
        return _("May your idea “%(title)s” become an issue?", title=told.title)
    return _("May your issue “%(title)s” become an idea?", title=told.title)


def _where(event: Happening, _subject: Any = None, _reader: Any = None) -> str:
    """Where the author answers."""
    return url_for("ideas.kind", id=event.subject_id)


def _answered(event: Event, reader: User) -> Message:
    told = Told(event)
    if event.facts["agreed"]:
        lines = [_("It is done: everything stayed with it, and its way goes on from the first status.")]
    else:
        lines = [_("It stays what it is.")]
    heading = CONVERSIONS[Action.CONVERSION_ANSWERED].sentence(told)
    button = _("See the issue") if told.is_issue else _("See the idea")
    return about(event, reader, heading, lines, button, why=ASKED_IT)


ASKED = Mail(_asked, "conversion-asked", _question, _where)
ANSWERED = Mail(_answered, "conversion-answered")


def _ask(world: World) -> Action:
    converting.ask(world.issue, by=world.staff)
    return Action.CONVERSION_ASKED


def _answer(world: World) -> Action:
    """The reader asked, and the author says no."""
    world.reader.role = Role.STAFF
    issue = world.issue
    issue.author = world.staff
    world.staff.role = Role.MEMBER
    question = converting.ask(issue, by=world.reader)
    converting.refuse(question, issue, by=world.staff)
    return Action.CONVERSION_ANSWERED


EXAMPLES = {
    "conversion-asked": Example(_l("An author is asked whether an issue may become an idea"), TO_ONE, _ask),
    "conversion-answered": Example(
        _l("What an author answered about another kind"), _l("To the colleague who asked."), _answer
    ),
}
