"""What the page of several ideas says of an act: on its button, whom it tells, and once it is done."""

from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from portal.admin.triage_forms import named
from portal.i18n import _, _n, choose_timezone
from portal.ideas.models import Idea
from portal.notifications.handed import handed
from portal.notifications.reach import Reach, reach_of_all
from portal.permissions import me
from portal.triage.bulk import Bulk, Move
from portal.triage.bulk_team import Assign, BringBack, PutOff


def heading(doing: str) -> str:
    """What the page is for, by the name of the act."""
    return {
        "response": _("Answer several ideas at once"),
        "status": _("Move several ideas to another status"),
        "assign": _("Give several ideas to somebody"),
        "tag": _("Put a tag on several ideas"),
        "untag": _("Take a tag off several ideas"),
        "board": _("Put several ideas on another board"),
        "snooze": _("Put several ideas off"),
        "wake": _("Bring several ideas back"),
        "hidden": _("Take several ideas out of sight"),
    }[doing]


def button(bulk: Bulk, number: int) -> str:
    """What the button says that does it to so many."""
    return _words(BUTTONS, bulk, number) or _n("Do it for %(num)s", "Do it for all %(num)s", number)


def done(bulk: Bulk, number: int) -> str:
    """What was done to so many."""
    return _words(DONE, bulk, number) or _n("Done for %(num)s.", "Done for all %(num)s.", number)


def told(bulk: Bulk, ideas: list[Idea], facts: dict[int, dict[str, Any]]) -> Reach | None:
    """Whom it tells, where it is done to these; None where nobody ever hears of it. `facts`: as facts_of() gives them
    before it is done.
    """
    if not ideas:
        return None
    if isinstance(bulk, Assign):
        return handed(bulk.owner, len(ideas), me())
    return reach_of_all(bulk.tells, ideas, me(), facts) if bulk.tells else None


def _words(table: dict[type, Callable[[Any, int], str]], bulk: Bulk, number: int) -> str:
    say = table.get(type(bulk))
    return say(bulk, number) if say else ""


def _move(bulk: Move, number: int) -> str:
    if bulk.status is None:
        return ""
    return _n("Move %(num)s to %(status)s", "Move %(num)s to %(status)s", number, status=bulk.status.name)


def _moved(bulk: Move, number: int) -> str:
    if bulk.status is None:
        return ""
    return _n("%(num)s moved to %(status)s.", "%(num)s moved to %(status)s.", number, status=bulk.status.name)


def _assign(bulk: Assign, number: int) -> str:
    if bulk.owner is None:
        return _n("Take %(num)s out of all hands", "Take %(num)s out of all hands", number)
    if bulk.owner.id == me().id:
        return _n("Take %(num)s on", "Take %(num)s on", number)
    return _n("Give %(num)s to %(name)s", "Give %(num)s to %(name)s", number, name=bulk.owner.display_name)


def _assigned(bulk: Assign, number: int) -> str:
    if bulk.owner is None:
        return _n("%(num)s is nobody’s now.", "%(num)s are nobody’s now.", number)
    if bulk.owner.id == me().id:
        return _n("%(num)s is yours now.", "%(num)s are yours now.", number)
    return _n("%(num)s given to %(name)s.", "%(num)s given to %(name)s.", number, name=bulk.owner.display_name)


def _put_off(bulk: PutOff, number: int) -> str:
    return _n("Put %(num)s off until %(day)s", "Put %(num)s off until %(day)s", number, day=_day(bulk))


def _was_put_off(bulk: PutOff, number: int) -> str:
    return _n(
        "%(num)s comes back on %(day)s, or once a member says something new.",
        "%(num)s come back on %(day)s, or once a member says something new.",
        number,
        day=_day(bulk),
    )


def _bring_back(_bulk: BringBack, number: int) -> str:
    return _n("Bring %(num)s back", "Bring %(num)s back", number)


def _brought_back(_bulk: BringBack, number: int) -> str:
    return _n("%(num)s is back in the inbox.", "%(num)s are back in the inbox.", number)


def _day(bulk: PutOff) -> str:
    """The day as the reader chose it."""
    return named(bulk.until.astimezone(ZoneInfo(choose_timezone())).date()) if bulk.until else "…"


BUTTONS: dict[type, Callable[[Any, int], str]] = {
    Move: _move,
    Assign: _assign,
    PutOff: _put_off,
    BringBack: _bring_back,
}
DONE: dict[type, Callable[[Any, int], str]] = {
    Move: _moved,
    Assign: _assigned,
    PutOff: _was_put_off,
    BringBack: _brought_back,
}
