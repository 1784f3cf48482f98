"""What the brand promises for a day, and the answers that it owes."""

from datetime import date

from portal.activity.actions.described import EVERYWHERE, NOWHERE, Described, Sentence, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _l, date_as


def day_of(told: Told, which: str = "day") -> str:
    """The day that an event tells of, with its year."""
    said = told.event.facts.get(which)
    return date_as(date.fromisoformat(said), "d MMMM y") if said else "…"


def _with_day(words: object) -> Sentence:
    return lambda told: str(words) % {"who": told.who, "title": told.title, "day": day_of(told)}


def _with_owner(words: object) -> Sentence:
    return lambda told: str(words) % {"title": told.title, "owner": _owner(told)}


def _owner(told: Told) -> str:
    person = told.known("user", told.event.facts.get("owner"))
    return str(person.display_name) if person and not person.is_former else "…"


PROMISES: dict[Action, Described] = {
    Action.PROMISE_MADE: Described(
        _l("Day promised"), _with_day(_l("%(who)s promised “%(title)s” for %(day)s")), EVERYWHERE, "calendar"
    ),
    Action.PROMISE_MOVED: Described(
        _l("Promise moved to another day"),
        _with_day(_l("%(who)s moved the promise of “%(title)s” to %(day)s")),
        EVERYWHERE,
        "calendar",
    ),
    Action.PROMISE_ENTRUSTED: Described(
        _l("Promise given to somebody else"),
        phrase(_l("%(who)s gave the promise of “%(title)s” to somebody else of the team")),
        NOWHERE,
    ),
    Action.PROMISE_KEPT: Described(
        _l("Promise kept"), phrase(_l("%(who)s kept the promise of “%(title)s”")), EVERYWHERE, "circle-check"
    ),
    Action.PROMISE_TAKEN_BACK: Described(
        _l("Promise taken back"), phrase(_l("%(who)s took the promise of “%(title)s” back")), EVERYWHERE, "x"
    ),
    Action.PROMISE_REOPENED: Described(
        _l("Promise open again"), phrase(_l("%(who)s opened the promise of “%(title)s” again")), NOWHERE
    ),
    Action.PROMISE_DUE_SOON: Described(
        _l("Promise due soon"), _with_day(_l("“%(title)s” is promised for %(day)s")), NOWHERE, "calendar"
    ),
    Action.PROMISE_OVERDUE: Described(
        _l("Promise overdue"), _with_day(_l("“%(title)s” was promised for %(day)s")), NOWHERE, "triangle-alert"
    ),
    Action.ANSWER_OWED: Described(
        _l("Answer owed"), _with_owner(_l("%(owner)s owes “%(title)s” an answer")), NOWHERE, "message-square"
    ),
    Action.ANSWER_REMINDED: Described(
        _l("Reminded of an answer"), _with_owner(_l("%(owner)s was reminded that “%(title)s” waits")), NOWHERE
    ),
}
