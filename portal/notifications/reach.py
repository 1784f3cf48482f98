"""Whom a message reaches, and how: what staff read before they send one and after, so that nothing is promised."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, True_, bindparam, case, false, func, literal, or_, select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.database.reading import rows
from portal.extensions import db
from portal.i18n import _, _n, num, sentences
from portal.ideas.models import Idea
from portal.ideas.transitions import Tells
from portal.notifications.audiences import authors_of_any, its_author, those_who_care, those_who_care_about_any
from portal.notifications.preferences import Preference, mail_when
from portal.notifications.recipients import concerned, others_who_see, sees_idea
from portal.notifications.telling import TELLING, Telling


class Way(StrEnum):
    """How one person hears of something; the last four do not."""

    MAIL = "at_once"
    LETTER = "daily"
    PORTAL = "never"
    NO_ADDRESS = "no_address"
    SUSPENDED = "suspended"
    LEFT = "left"
    SELF = "self"


# Who is concerned by what happens to any of several ideas that everybody may read, asked at once.
OF_ANY: dict[Any, Callable[[list[int]], ColumnElement[bool]]] = {
    those_who_care: those_who_care_about_any,
    its_author: authors_of_any,
}
TOLD = (Way.MAIL, Way.LETTER, Way.PORTAL)


@dataclass(frozen=True)
class Reach:
    """How many people hear of something in each way."""

    ways: Counter[Way]

    @property
    def told(self) -> int:
        return sum(self.ways[way] for way in TOLD)

    @property
    def sentence(self) -> str:
        """Who is told and how, and how many are not, in a few short sentences."""
        told = self.told
        if not told:
            return _("Nobody is told.")
        number = _n("%(num)s person is told.", "%(num)s people are told.", told, num=num(told))
        return sentences(number, *self.parts)

    @property
    def parts(self) -> list[str]:
        """How many hear of it in which way, and how many not at all, a sentence each."""
        return [part for part in (*map(self._part, TOLD), self._untold()) if part]

    def _part(self, way: Way) -> str:
        number = num(self.ways[way])
        parts = {
            Way.MAIL: _("At once by e-mail: %(num)s.", num=number),
            Way.LETTER: _("In the daily digest: %(num)s.", num=number),
            Way.PORTAL: _("In the portal only: %(num)s.", num=number),
        }
        return parts[way] if self.ways[way] else ""

    def _untold(self) -> str:
        number = self.ways[Way.NO_ADDRESS] + self.ways[Way.SUSPENDED]
        return (
            _n(
                "%(num)s more has no e-mail address here or is suspended, and is not told.",
                "%(num)s more have no e-mail address here or are suspended, and are not told.",
                number,
                num=num(number),
            )
            if number
            else ""
        )


def reach(action: Action, who: ColumnElement[bool], by: Any, facts: dict[str, Any] | None = None) -> Reach:
    """How those of this condition hear of such an event, but for who acts; in one query."""
    return _reached(db.session.execute(_counted(action, who & (User.id != by.id), facts or {})))


def reach_about(action: Action, thing: Any, by: Any, **facts: Any) -> Reach:
    """How those hear of it who would be concerned if it happened to this thing now."""
    event = Event(action=action, actor_id=by.id, subject_type=thing.__tablename__, subject_id=thing.id, facts=facts)
    return reach(action, concerned(event), by, facts)


def reach_of_all(
    action: Action, ideas: Sequence[Idea], by: Any, facts: Mapping[int, dict[str, Any]] | None = None
) -> Reach:
    """How those hear of it who would be concerned if it happened to these ideas: each person once. `facts`: what the
    event of an idea would say, by its id.
    """
    of_any, said = OF_ANY.get(TELLING[action].who), facts or {}
    alike = [idea for idea in ideas if of_any and not said.get(idea.id)]
    open_to_all = [idea.id for idea in alike if isinstance(others_who_see(idea), True_)]
    who = [of_any(open_to_all)] if of_any and open_to_all else []
    for idea in ideas:
        if idea.id not in open_to_all:
            about = {"subject_type": "idea", "subject_id": idea.id, "facts": said.get(idea.id, {})}
            event = Event(action=action, actor_id=by.id, **about)
            who.append(concerned(event))
    return reach(action, or_(false(), *who), by)


def reach_of_move(idea: Idea, by: Any, tells: str = Tells.EVERYONE) -> Reach:
    """The same of a change of status, which staff read with every idea that they open: the question is built once, but
    for one in which others live.

    `tells`: whom the way tells that it would take.
    """
    if tells == Tells.NOBODY:
        return Reach(Counter())
    if idea.merged_count:
        return reach_about(Action.STATUS_CHANGED, idea, by, tells=tells)
    others = others_who_see(idea)
    ask = rows if isinstance(others, True_) else db.session.execute
    return _reached(ask(_moved(others, tells), {"idea": idea.id, "author": idea.author_id, "by": by.id}))


def way_to(action: Action, person: User, by: Any) -> Way:
    """How this one person hears of it."""
    told = TELLING[action]
    if person.is_former:
        return Way.LEFT
    if person.id == by.id:
        return Way.SELF
    if person.email is None:
        return Way.NO_ADDRESS
    if person.is_suspended and not told.suspended_too:
        return Way.SUSPENDED
    return Way(mail_when(told.preference, person))


def told_to(action: Action | str, person: User, by: Any) -> str:
    """The same as a sentence that names them."""
    name, way = person.display_name, way_to(Action(action), person, by)
    said = {
        Way.MAIL: _("%(name)s gets it by e-mail, and in the portal.", name=name),
        Way.LETTER: _("%(name)s reads it in the portal, and in the daily digest.", name=name),
        Way.PORTAL: _("%(name)s chose to get no e-mail, and reads it in the portal.", name=name),
        Way.NO_ADDRESS: _("%(name)s has no e-mail address here, and is not told.", name=name),
        Way.SUSPENDED: _("%(name)s is suspended, and is not told.", name=name),
        Way.LEFT: _("This person has left, and is not told."),
        Way.SELF: _("It is your own, so nobody is told."),
    }
    return said[way]


@lru_cache
def _moved(others: ColumnElement[bool], tells: str) -> Any:
    """The question of reach_of_move(), of an `idea` which these others may see."""
    told = {"tells": tells}
    event = Event(action=Action.STATUS_CHANGED, subject_type="idea", subject_id=bindparam("idea"), facts=told)
    concerned = TELLING[Action.STATUS_CHANGED].who(event) & sees_idea(bindparam("author"), others)
    return _counted(Action.STATUS_CHANGED, concerned & (User.id != bindparam("by")), {})


def _counted(action: Action, who: ColumnElement[bool], facts: dict[str, Any]) -> Any:
    """How many of them hear of it in each way."""
    ways = select(_way(TELLING[action], facts).label("way")).where(who).subquery().c.way
    return select(ways, func.count()).group_by(ways)


def _reached(counted: Iterable[Any]) -> Reach:
    return Reach(Counter({Way(name): n for name, n in counted}))


def _way(told: Telling, facts: dict[str, Any]) -> ColumnElement[str]:
    """The same of everybody, as SQL."""
    silent = [
        (User.is_former, literal(Way.LEFT.value)),
        (User.email.is_(None), literal(Way.NO_ADDRESS.value)),
    ]
    if not told.suspended_too:
        silent.append((User.is_suspended, literal(Way.SUSPENDED.value)))
    never = User.mail_progress == MailWhen.NEVER
    preference = Preference.PROGRESS if facts.get("at_once") else told.preference
    wanted: dict[Preference, Any] = {
        Preference.PROGRESS: User.mail_progress,
        Preference.COMMENTS: User.mail_comments,
        Preference.DIRECT: case((never, literal(Way.PORTAL.value)), else_=literal(Way.MAIL.value)),
        Preference.LETTER: case((never, literal(Way.PORTAL.value)), else_=literal(Way.LETTER.value)),
        Preference.ALWAYS: literal(Way.MAIL.value),
    }
    return case(*silent, else_=wanted[preference])
