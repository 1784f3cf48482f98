"""The inbox as one page: lanes, a list with what is due in groups, and what is open beside it."""

from datetime import datetime, timedelta
from functools import cache
from statistics import median
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from portal.admin import asked as asking
from portal.admin import lanes
from portal.admin.asked import SORTS, Asked
from portal.admin.case import case_of
from portal.admin.first_steps import first_steps
from portal.admin.lanes import QUEUES
from portal.admin.listing import STAFF, counted, list_of
from portal.admin.today import done_today
from portal.clock import now
from portal.extensions import db
from portal.i18n import _, _n, duration
from portal.ideas.field_filters import Drawn, drawn
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.permissions import me
from portal.triage.saved_views import SavedView, views_of
from portal.web.pages import page


def draw(
    wanted: Asked,
    idea: Idea | None = None,
    then: int | None = None,
    doing: str = "",
    view: SavedView | None = None,
    **others: Any,
) -> str:
    """This list with an idea open beside it: the one that was asked for, or else its first.

    `view`: under which name it is kept; `doing`: the act whose form is open; `others` is what the page shows besides,
    as a form that was refused; `then` is what comes next where this idea does not wait any more.
    """
    groups, found = lanes.groups(), list_of(wanted)
    here = next(lane for _label, some in groups for lane in some if lane.name == wanted.queue)
    opened = idea or (_opened(found.ids[0]) if found.ids else None)
    return page(
        "admin/inbox.html",
        lanes=groups,
        here=here,
        headline=_headline(here, found.oldest),
        list=found,
        views=counted(views_of(me())),
        view=view,
        sorts=tuple((sort, str(label)) for sort, (label, _by) in SORTS.items()),
        narrowing=_narrowing(wanted),
        by_fields=_by_fields(wanted),
        median_days=_median_days() if not found.ids else None,
        done=done_today(me()),
        first_steps=first_steps(),
        asked=idea is not None,
        **_pane(wanted, opened, found.ids, then),
        doing=doing,
        **others,
    )


def draw_open(wanted: Asked, idea: Idea) -> str:
    """The idea alone, as it stands beside this list."""
    pane = _pane(wanted, idea, list_of(wanted).ids, None)
    return page("admin/inbox.html", fragment="open", asked=True, doing="", **pane)


def _pane(wanted: Asked, idea: Idea | None, ids: list[int], then: int | None) -> dict[str, Any]:
    """The open idea with all that is known of it, and what stands beside it in the list."""
    return {
        "wanted": wanted,
        "idea": idea,
        "case": case_of(idea) if idea else None,
        "before": _beside(idea, ids, -1),
        "then": _beside(idea, ids, 1) or then,
    }


def _narrowing(wanted: Asked) -> tuple[Any, ...]:
    """The filters as the form draws them: name, label, choices, and what is chosen."""
    return tuple(
        (name, str(one.label), one.choices(), wanted.chosen.get(name, "")) for name, one in asking.FILTERS.items()
    )


def _by_fields(wanted: Asked) -> tuple[Drawn, ...]:
    """What the chosen board asks for, with what is asked of it."""
    return drawn(asking.fields_by(wanted.chosen.get("board"), {one.name: one.value for one in wanted.fields}))


def _opened(id: int) -> Idea | None:
    return db.session.scalars(_with_all_of_it(), {"id": id}).one_or_none()


@cache
def _with_all_of_it() -> Select[Idea]:
    """One idea, with its response, which its tools show."""
    there = select(Idea).where(Idea.id == bindparam("id"), Idea.seen_by(STAFF))
    return there.options(joinedload(Idea.response).lazyload(OfficialResponse.author))


def _beside(idea: Idea | None, ids: list[int], by: int) -> int | None:
    """The id of what stands before or after this idea in the list."""
    if idea is None or idea.id not in ids:
        return None
    place = ids.index(idea.id) + by
    return ids[place] if 0 <= place < len(ids) else None


def _headline(lane: lanes.Shown, oldest: datetime | None) -> str:
    """“12 to answer, oldest 3 days”; of what nobody waits for, how many there are."""
    if not lane.number:
        return _("Nobody waits for an answer.") if QUEUES[lane.name].is_due else _("Nothing here.")
    if not QUEUES[lane.name].is_due or oldest is None:
        return _n("%(num)s in this lane", "%(num)s in this lane", lane.number, num=lane.said)
    return _n(
        "%(num)s to answer, waiting for %(age)s",
        "%(num)s to answer, oldest %(age)s",
        lane.number,
        num=lane.said,
        age=duration(now() - oldest),
    )


def _median_days() -> float | None:
    """How many days the answers of the last seven days took, or None where there was none; imports are no measure."""
    lately = Idea.answered_at > now() - timedelta(days=7), Idea.imported_key.is_(None)
    answered = db.session.execute(select(Idea.created_at, Idea.answered_at).where(*lately).limit(2000)).all()
    return (
        round(median((done - asked) / timedelta(days=1) for asked, done in answered if done), 1) if answered else None
    )
