"""An idea or an issue is owed an answer: whoever owes it is told, and reminded once."""

from typing import Any

from flask import url_for
from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told, subject_of
from portal.extensions import db
from portal.i18n import _, _l, _n, day, num
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.mail.sending import Message
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import Mail, about
from portal.triage.owing import Obligation, Why, owe
from portal.web.site import public_url

TO_OWNER = _l("To whoever of the team owes the answer.")
OWES_IT = _l("You get this because this answer is yours to give.")


def _line(told: Told) -> str:
    if told.event.action == Action.ANSWER_REMINDED:
        return _("Still owed an answer: %(title)s", title=told.title)
    return _("Owed an answer: %(title)s", title=told.title)


def _owed(event: Event, reader: User) -> Message:
    return _about(event, reader, _("This waits for an answer of yours"), [_why(event)])


def _reminded(event: Event, reader: User) -> Message:
    return _about(event, reader, _("This still waits for an answer of yours"), [_("We remind you of it this once.")])


def _about(event: Event, reader: User, heading: str, lines: list[str]) -> Message:
    obligation, idea = db.session.get_one(Obligation, event.facts["obligation"]), subject_of(event)
    lines = [*lines, _("Due on %(day)s. A status, a response or a comment answers it.", day=day(obligation.due_at))]
    url = public_url(_place(event, idea, reader))
    return about(event, reader, heading, lines, _("Answer it"), why=OWES_IT, url=url)


def _why(event: Event) -> str:
    """What brought it about, or that it came from who did not answer."""
    idea: Idea = subject_of(event)
    if event.facts.get("handed_over"):
        return _("Nobody answered this issue in time, and you are named as support.")
    if event.facts.get("why") == Why.SUPPORT:
        return _n(
            "%(num)s person supports it.", "%(num)s people support it.", idea.votes_count, num=num(idea.votes_count)
        )
    return _("It has waited for longer than we promise.")


def _place(event: Happening, idea: Any, _reader: User) -> str:
    """Where staff answer it."""
    return url_for("admin.inbox", idea=event.subject_id)


OWED = Mail(_owed, "answer-owed", _line, _place)
REMINDED = Mail(_reminded, "answer-reminded", _line, _place)


def _owe(world: World, issue: bool = False) -> Obligation:
    """The reader answers on the board where the idea stands."""
    world.reader.role = Role.STAFF
    subject = world.issue if issue else world.idea
    subject.board = Board(slug="example", names={world.reader.lang: _("Mobile app")}, owner_id=world.reader.id)
    subject.board.support_id = world.reader.id
    db.session.flush()
    owe(subject, Why.LATE if issue else Why.SUPPORT)
    return db.session.scalars(select(Obligation).where(Obligation.idea_id == subject.id)).one()


def _owe_one(world: World) -> Action:
    _owe(world)
    return Action.ANSWER_OWED


def _hand_one_over(world: World) -> Action:
    _owe(world, issue=True)
    return Action.ANSWER_OWED


def _remind_of_one(world: World) -> Action:
    _owe(world).remind()
    return Action.ANSWER_REMINDED


EXAMPLES = {
    "answer-owed": Example(_l("An answer is owed"), TO_OWNER, _owe_one),
    "answer-support": Example(_l("An issue goes to support"), TO_OWNER, _hand_one_over),
    "answer-reminded": Example(_l("Reminded of an answer that is owed"), TO_OWNER, _remind_of_one),
}
