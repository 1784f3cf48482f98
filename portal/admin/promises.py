"""The ledger of promises, as staff keep it: a day is moved with a reason, kept, or taken back with one."""

from functools import cache
from typing import Any

from flask import flash, request, url_for
from sqlalchemy import Select, and_, bindparam, func, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.admin.idea_tools import Answer, complain
from portal.admin.lanes import newest
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.reading import rows
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, date_as, sentences
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody
from portal.middleware.compression import understood
from portal.notifications.models import Notification
from portal.notifications.reach import reach_about
from portal.permissions import me, require
from portal.triage.forms import EntrustForm, MoveForm, TakeBackForm, day_is_over
from portal.triage.ledger import NoSuchDay, Outcome, Promise, SameDay, Settled
from portal.triage.promises import Tally, has_slipped, tally
from portal.triage.shown import Shown, columns, of_idea, shown
from portal.triage.tracks import axis, track
from portal.web.pages import go, keeps_text, page
from portal.web.paging import Slice, asked, more, slice_of

PAGE = 20
# So many of those that stand come before what was settled; the others are on the tab of their own.
NEXT = 10
OPEN, SETTLED = Promise.is_open(), Promise.settled_at.is_not(None)
# What each tab shows, by the column of its order, and whether the latest comes first.
TABS: dict[str, tuple[Any, Any, bool]] = {
    "": (SETTLED, Promise.settled_at, True),
    "open": (OPEN, Promise.day, False),
    "slipped": (has_slipped(), Promise.day, True),
    "taken-back": (and_(SETTLED, Promise.outcome == Outcome.TAKEN_BACK), Promise.settled_at, True),
}


@bp.get("/promises")
def promises() -> str:
    """What was promised and what became of it: all of it, or what `?show=` names."""
    require(permissions.see_promises)
    show = request.args.get("show", "")
    show = show if show in TABS else ""
    understood(show=show)
    found = _slice(show)
    standing = _standing() if not show and not asked() else []
    listed = shown([*standing, *found.rows])
    on = axis(listed)
    return page(
        "admin/promises/index.html",
        numbers=_numbers(newest()),
        show=show,
        standing=listed[: len(standing)],
        rows=listed[len(standing) :],
        more=more(found),
        axis=on,
        tracks={promise.id: track(promise, on) for promise in listed},
        told=_told(listed),
    )


@bp.get("/promises/<int:id>")
def promise(id: int) -> str:
    """One promise: every day that was said, and what may become of it."""
    return _page(_find(id))


@bp.post("/promises/<int:id>/day")
@keeps_text
def move_promise(id: int) -> Answer:
    """Say another day, and why."""
    found, form = _find(id), MoveForm()
    if form.validate() and _move(found, form):
        day, told = date_as(found.day, "d MMMM y"), reach_about(Action.PROMISE_MOVED, found.idea, me()).sentence
        flash(sentences(_("Promised for %(day)s now.", day=day), told))
        return _back(id)
    return _page(found, move=form), 422


@bp.post("/promises/<int:id>/owner")
@keeps_text
def entrust_promise(id: int) -> Answer:
    """Let somebody else of the team see to it."""
    found, form = _find(id), EntrustForm()
    if form.validate() and _is_open_to(found, form) and form.owner.person:
        found.entrust(form.owner.person, by=me())
        db.session.commit()
        flash(_("%(name)s sees to it now.", name=found.owner.display_name))
        return _back(id)
    return _page(found, entrust=form), 422


@bp.post("/promises/<int:id>/kept")
def keep_promise(id: int) -> Response:
    """It is done."""
    found = _find(id)
    begin_write()
    hold(found)
    try:
        found.keep(by=me())
    except Settled:
        db.session.rollback()
        if found.outcome != Outcome.KEPT:
            flash(_settled_by(found), "warning")
        return _back(id)
    db.session.commit()
    told = reach_about(Action.PROMISE_KEPT, found.idea, me()).sentence
    flash(sentences(_("Kept."), told))
    return _back(id)


@bp.post("/promises/<int:id>/taken-back")
@keeps_text
def take_promise_back(id: int) -> Answer:
    """It will not be done, and why."""
    found, form = _find(id), TakeBackForm()
    if form.validate() and _take_back(found, form):
        flash(sentences(_("Taken back."), reach_about(Action.PROMISE_TAKEN_BACK, found.idea, me()).sentence))
        return _back(id)
    return _page(found, back=form), 422


def _move(found: Promise, form: MoveForm) -> bool:
    if not _is_open_to(found, form):
        return False
    try:
        found.move(form.day.day, form.reason.data or "", by=me())
    except NoSuchDay:
        db.session.rollback()
        return complain(form.day, day_is_over())
    except SameDay:
        db.session.rollback()
        return complain(form.day, _("It is promised for this day already. Choose another."))
    db.session.commit()
    return True


def _is_open_to(found: Promise, form: MoveForm | EntrustForm) -> bool:
    """Begin to write; whether it still stands, and nobody else changed meanwhile what this form changes."""
    begin_write()
    if form.overtaken(found):
        return False
    if found.settled_at is None:
        return True
    db.session.rollback()
    form.form_errors.append(_settled_by(found))
    return False


def _take_back(found: Promise, form: TakeBackForm) -> bool:
    begin_write()
    hold(found)
    try:
        found.take_back(form.reason.data or "", by=me())
    except Settled:
        db.session.rollback()
        form.form_errors.append(_settled_by(found))
        return False
    db.session.commit()
    return True


def _settled_by(found: Promise) -> str:
    """What became of it while the page was open."""
    if found.outcome == Outcome.KEPT:
        return _("Somebody said meanwhile that it is kept. What you wrote stands below, and nothing was changed.")
    return _("Somebody took it back meanwhile. What you wrote stands below, and nothing was changed.")


def _find(id: int) -> Promise:
    require(permissions.promise_a_day)
    seen = Promise.idea_id.in_(select(Idea.id).where(Idea.seen_by(me())))
    return db.one_or_404(select(Promise).where(Promise.id == id, seen))


def _back(id: int) -> Response:
    return go(url_for("admin.promise", id=id))


def _page(found: Promise, **forms: Any) -> str:
    this = next(one for one in of_idea(found.idea_id) if one.id == found.id)
    on = axis([this])
    reach = reach_about(Action.PROMISE_MOVED, found.idea, me()).sentence
    return page(
        "admin/promises/show.html",
        promise=this,
        axis=on,
        track=track(this, on),
        told=_told([this]),
        reach=reach,
        form=next(iter(forms.values()), None),
        move=forms.get("move") or MoveForm(formdata=None, thing=found),
        entrust=forms.get("entrust") or EntrustForm(formdata=None, thing=found),
        back=forms.get("back") or TakeBackForm(formdata=None),
    )


def _slice(show: str) -> Slice[Any]:
    _which, order, latest_first = TABS[show]
    return slice_of(_listed(show), order, Promise.id, after=asked(), size=PAGE, descending=latest_first, given={})


@cache
def _listed(show: str) -> Select[Any]:
    return columns().where(TABS[show][0])


def _standing() -> list[Any]:
    return slice_of(_listed("open"), Promise.day, Promise.id, size=NEXT, descending=False, given={}).rows


@for_everybody
def _numbers(newest: int) -> Tally:
    """The numbers of all promises, kept for a second under the last event."""
    return tally()


def _told(shown_here: list[Shown]) -> dict[int, int]:
    """How many people were told of each day that was said in place of another, by the id of that day."""
    moved = {promise.idea.id for promise in shown_here if promise.slips}
    return {id: number for id, number in rows(_hearers(), {"ideas": [*moved]})} if moved else {}


@cache
def _hearers() -> Any:
    day = Event.facts["said"].as_integer()
    about = Event.subject_type == "idea", Event.subject_id.in_(bindparam("ideas", expanding=True))
    moved = select(day, func.count(Notification.id)).join(Notification, Notification.event_id == Event.id)
    return moved.where(*about, Event.action == Action.PROMISE_MOVED).group_by(day)
