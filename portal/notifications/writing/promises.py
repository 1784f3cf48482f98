"""A day was promised, moved, kept or taken back, for who waits; and what its owner hears as the day comes near."""

from datetime import timedelta
from typing import Any

from flask import url_for

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.promises import day_of
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told, subject_of
from portal.extensions import db
from portal.i18n import _, _l, date_as
from portal.ideas.models import Idea
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.shapes import Mail, about
from portal.triage.ledger import Promise, PromiseDay, today
from portal.web.site import public_url

TO_OWNER = _l("To whoever of the team sees to it.")
SEES_TO_IT = _l("You get this because you see to this promise.")
WORDS: dict[str, Any] = {
    Action.PROMISE_MADE: _l("Promised for %(day)s: %(title)s"),
    Action.PROMISE_MOVED: _l("Promised for %(day)s now: %(title)s"),
    Action.PROMISE_KEPT: _l("Promise kept: %(title)s"),
    Action.PROMISE_TAKEN_BACK: _l("Promise taken back: %(title)s"),
    Action.PROMISE_DUE_SOON: _l("In two weeks, on %(day)s: %(title)s"),
    Action.PROMISE_OVERDUE: _l("Promised for %(day)s, and not kept: %(title)s"),
}


def _line(told: Told) -> str:
    return str(WORDS[told.event.action]) % {"day": day_of(told), "title": told.title}


def _made(event: Event, reader: User) -> Message:
    promise = _promise(event)
    lines = [promise.text, _("If it slips, we say so, and why.")] if promise.text else [_("If it slips, we say why.")]
    return about(event, reader, _("We promise it for %(day)s", day=day_of(Told(event))), lines, _see_it())


def _moved(event: Event, reader: User) -> Message:
    told, said = Told(event), db.session.get(PromiseDay, event.facts.get("said") or 0)
    heading = _("We promise it for %(day)s now", day=day_of(told))
    lines = [_("Before, we said %(day)s. Here is why.", day=day_of(told, "old"))]
    return about(event, reader, heading, lines, _see_it(), said.reason if said else "")


def _kept(event: Event, reader: User) -> Message:
    promise = _promise(event)
    said = _("We said %(day)s.", day=date_as(promise.first_day, "d MMMM y"))
    return about(event, reader, _("We kept what we promised"), [said], _see_it())


def _taken_back(event: Event, reader: User) -> Message:
    promise = _promise(event)
    lines = [_("We said %(day)s. Here is why it will not be.", day=date_as(promise.day, "d MMMM y"))]
    return about(event, reader, _("We take back what we promised"), lines, _see_it(), promise.reason)


def _due_soon(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    lines = [
        _("Everybody who waits for it reads this day."),
        _("If it will not be ready, say so now, and why: a new day hurts less before the old one is over."),
    ]
    heading = _("You promised this for %(day)s", day=day_of(Told(event)))
    return about(event, reader, heading, lines, _("Look at the promise"), why=SEES_TO_IT, url=_place_of(event, idea))


def _overdue(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    lines = [_("Say that it is kept, name another day, or take it back: who waits is told why.")]
    heading = _("The day that you promised is over")
    return about(event, reader, heading, lines, _("Look at the promise"), why=SEES_TO_IT, url=_place_of(event, idea))


def _see_it() -> str:
    return _("See what we said")


def _promise(event: Happening) -> Promise:
    return db.session.get_one(Promise, event.facts["promise"])


def _place(event: Happening, _subject: Any, _reader: User) -> str:
    """Where staff say what becomes of it."""
    return url_for("admin.promise", id=event.facts["promise"])


def _place_of(event: Event, idea: Idea) -> str:
    return public_url(url_for("admin.promise", id=event.facts["promise"]))


MADE = Mail(_made, "promise-made", _line)
MOVED = Mail(_moved, "promise-moved", _line)
KEPT = Mail(_kept, "promise-kept", _line)
TAKEN_BACK = Mail(_taken_back, "promise-taken-back", _line)
DUE_SOON = Mail(_due_soon, "promise-due-soon", _line, _place)
OVERDUE = Mail(_overdue, "promise-overdue", _line, _place)


def _make(world: World) -> Promise:
    return Promise.make(world.idea, today() + timedelta(days=20), by=world.staff)


def _make_one(world: World) -> Action:
    _make(world)
    return Action.PROMISE_MADE


def _move_one(world: World) -> Action:
    reason = _("Two phones that changed the same thing lost one of both. We would rather be late than lose anything.")
    _make(world).move(today() + timedelta(days=40), reason, by=world.staff)
    return Action.PROMISE_MOVED


def _keep_one(world: World) -> Action:
    _make(world).keep(by=world.staff)
    return Action.PROMISE_KEPT


def _take_one_back(world: World) -> Action:
    _make(world).take_back(_("It would drain the battery. We should have measured that first."), by=world.staff)
    return Action.PROMISE_TAKEN_BACK


def _come_near(world: World) -> Action:
    world.reader.role = Role.STAFF
    Promise.make(world.idea, today() + timedelta(days=14), by=world.staff, owner=world.reader).tell_soon()
    return Action.PROMISE_DUE_SOON


def _be_late(world: World) -> Action:
    world.reader.role = Role.STAFF
    promise = Promise.make(world.idea, today(), by=world.staff, owner=world.reader)
    promise.day = today() - timedelta(days=1)
    promise.tell_overdue()
    return Action.PROMISE_OVERDUE


EXAMPLES = {
    "promise-made": Example(_l("A day is promised"), TO_ALL, _make_one),
    "promise-moved": Example(_l("A promise slips, and why"), TO_ALL, _move_one),
    "promise-kept": Example(_l("A promise is kept"), TO_ALL, _keep_one),
    "promise-taken-back": Example(_l("A promise is taken back, and why"), TO_ALL, _take_one_back),
    "promise-due-soon": Example(_l("A promise is due in two weeks"), TO_OWNER, _come_near),
    "promise-overdue": Example(_l("The day of a promise is over"), TO_OWNER, _be_late),
}
