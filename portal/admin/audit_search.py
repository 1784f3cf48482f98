"""Which events of the audit somebody looks for: by whom, what, of what, when, and by words."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import cache
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from portal.accounts.models import User
from portal.activity.catalogue import CATALOGUE
from portal.activity.models import Action, Event
from portal.admin.labels import SUBJECTS
from portal.changelog.models import ReleaseText
from portal.comments.models import Comment
from portal.i18n import _l, choose_timezone, locale
from portal.ideas.boards import BoardName
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusName
from portal.text import clean_line

# What a question may hold, and what each is called.
ASKED: dict[str, Any] = {
    "q": _l("Words"),
    "by": _l("Who did it"),
    "who": _l("Of whom"),
    "action": _l("What happened"),
    "subject": _l("To what"),
    "about": _l("About"),
    "since": _l("From"),
    "until": _l("Until"),
}
LONGEST, MOST_WORDS = 200, 6
WHO: dict[str, tuple[Any, ColumnElement[bool]]] = {
    "team": (_l("Our team"), Event.actor_id.in_(select(User.id).where(User.is_of_team))),
    "portal": (_l("The portal itself"), Event.actor_id.is_(None)),
}


def asked_in(sent: Mapping[str, str]) -> dict[str, str]:
    """What this question holds, cleaned; empty where it does not ask."""
    return {name: clean_line(sent.get(name) or "")[:LONGEST] for name in ASKED}


def found(asked: Mapping[str, str]) -> Select[Any]:
    """A select of the events that are asked for; what no table can hold asks for nothing."""
    conditions = [*_by(asked), *_what(asked), *_about(asked["about"].removeprefix("#")), *_between(asked)]
    conditions += [_says(word) for word in asked["q"].split()[:MOST_WORDS]]
    return select(Event).where(*conditions)


def _by(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    conditions = [Event.actor_id.in_(_people(asked["by"]))] if asked["by"] else []
    return conditions + ([WHO[asked["who"]][1]] if asked["who"] in WHO else [])


def _what(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    conditions = [Event.action == asked["action"]] if asked["action"] in set(Action) else []
    return conditions + ([Event.subject_type == asked["subject"]] if asked["subject"] in SUBJECTS else [])


def _about(thing: str) -> list[ColumnElement[bool]]:
    if thing.isascii() and thing.isdigit():
        return [Event.subject_type == "idea", Event.subject_id == int(thing[:9])]
    person = select(User.id).where(func.lower(User.handle) == thing.lower())
    return [Event.subject_type == "user", Event.subject_id.in_(person)] if thing else []


def _between(asked: Mapping[str, str]) -> list[ColumnElement[bool]]:
    """From the first day to the last, as they begin and end where the reader is."""
    since, until = _day(asked["since"]), _day(asked["until"])
    conditions = [Event.created_at >= _begins(since)] if since else []
    return conditions + ([Event.created_at < _begins(until + timedelta(days=1))] if until else [])


def _day(written: str) -> date | None:
    try:
        day = date.fromisoformat(written)
    except ValueError:
        return None
    return day if 1970 <= day.year < 9999 else None


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(choose_timezone()))


def _people(words: str) -> Select[Any]:
    return select(User.id).where(or_(User.handle == words, User.named_like(words)))


def _says(word: str) -> ColumnElement[bool]:
    """This word stands in what the audit says of an event, in its reason, or in the name of what it is about."""
    people = _people(word)
    ideas = select(Idea.id).where(Idea.title.icontains(word, autoescape=True))
    named: dict[str, Select[Any]] = {
        "user": people,
        "idea": ideas,
        "comment": select(Comment.id).where(Comment.idea_id.in_(ideas)),
        "release": select(ReleaseText.release_id).where(ReleaseText.title.icontains(word, autoescape=True)),
        "board": select(BoardName.board_id).where(BoardName.name.icontains(word, autoescape=True)),
        "status": select(StatusName.status_id).where(StatusName.name.icontains(word, autoescape=True)),
    }
    about = [and_(Event.subject_type == table, Event.subject_id.in_(ids)) for table, ids in named.items()]
    tag = Event.facts["name"].as_string().icontains(word, autoescape=True)  # as it was called then: it may be gone
    about.append(and_(Event.subject_type == "tag", tag))
    reason = Event.facts["reason"].as_string().icontains(word, autoescape=True)
    return or_(Event.action.in_(_actions_saying(word)), Event.actor_id.in_(people), reason, *about)


def _actions_saying(word: str) -> list[str]:
    return [action for action, said in _said_of_actions(locale()).items() if word.casefold() in said]


@cache
def _said_of_actions(_lang: str) -> dict[str, str]:
    """What each action is called, and its sentence without the names, in the language being written."""
    return {
        str(action): f"{described.label} {_bare(described.sentence)}".casefold()
        for action, described in CATALOGUE.items()
    }


def _bare(sentence: Any) -> str:
    nothing = SimpleNamespace(facts={}, subject_type="", subject_id=0, actor_id=None)
    told = SimpleNamespace(event=nothing, who="", title="", subject=None, is_issue=False)
    told.status, told.idea, told.known = (lambda _which: ""), (lambda _which: ""), (lambda _table, _id: None)
    return str(sentence(told))
