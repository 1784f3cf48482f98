"""What is on its way, and what could not be delivered: tried again, or discarded with a reason."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, flash, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.catalogue import label
from portal.activity.models import Action, Event, record
from portal.admin.forms import DiscardForm
from portal.admin.labels import UNSENT
from portal.admin.views import bp
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.fanout import TRIES, count_set_aside, set_aside, work_again
from portal.i18n import _, _n
from portal.mail.reasons import in_words
from portal.notifications.delivering import (
    SHOWN,
    cancelled_letters,
    count_cancelled_letters,
    count_dead_letters,
    dead_letters,
    discard,
    retry,
    retry_kind,
    unsent_letters,
)
from portal.notifications.models import Delivery, State
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, page


@dataclass(frozen=True)
class Letter:
    """A delivery that will not arrive, with the words for what it told of and whom."""

    delivery: Delivery
    action: Action
    to: User | None
    form: DiscardForm

    @property
    def about(self) -> str:
        return label(self.action)

    @property
    def why(self) -> str:
        return in_words(self.delivery.last_error)


@bp.get("/deliveries")
def deliveries() -> str:
    """Dead letters by kind, events that could not be worked, and what waits."""
    require(permissions.see_deliveries)
    return _page()


@bp.post("/deliveries/<int:id>/tries")
def retry_delivery(id: int) -> Response:
    """Send one again, from its first try."""
    require(permissions.mend_deliveries)
    begin_write()
    retry(_find(id), by=me())
    db.session.commit()
    flash(_("It is tried again now."))
    return go(url_for("admin.deliveries"))


@bp.post("/deliveries/tries")
def retry_deliveries() -> Response:
    """Send every dead one about an action (`kind`) again."""
    require(permissions.mend_deliveries)
    kind = request.form.get("kind", "")
    if kind not in set(Action):
        abort(400)
    begin_write()
    tried = retry_kind(kind, by=me())
    db.session.commit()
    flash(_n("%(num)s message is tried again now.", "%(num)s messages are tried again now.", tried))
    return go(url_for("admin.deliveries"))


@bp.post("/deliveries/<int:id>/discarded")
@keeps_text
def discard_delivery(id: int) -> Response | tuple[str, int]:
    """Give one up, and say why."""
    require(permissions.mend_deliveries)
    found = _find(id)
    form = DiscardForm()
    if form.validate():
        begin_write()
        discard(found, by=me(), reason=form.reason.data or "")
        db.session.commit()
        flash(_("Discarded."))
        return go(url_for("admin.deliveries"))
    return _page(id, form), 422


@bp.post("/events/<int:id>/tries")
def retry_event(id: int) -> Response:
    """Work an event again that was set aside."""
    require(permissions.mend_deliveries)
    begin_write()
    event: Event = db.session.get(Event, id) or abort(404)
    if event.fanned_out_at is None and event.attempts >= TRIES:
        work_again(event)
        record(Action.DELIVERY_RETRIED, event, by=me(), about=event.action)
    db.session.commit()
    flash(_("It is tried again now."))
    return go(url_for("admin.deliveries"))


def _find(id: int) -> Delivery:
    return db.session.get(Delivery, id) or abort(404)


def _page(refused: int = 0, form: DiscardForm | None = None) -> str:
    letters, kinds = _letters(dead_letters(), refused, form), count_dead_letters()
    mail = _waiting(Delivery.id, Delivery.created_at, Delivery.state.in_((State.PENDING, State.LEASED)))
    events = _waiting(
        Event.id, Event.created_at, Event.fanned_out_at.is_(None) & (Event.attempts < TRIES) & (Event.due_at <= now())
    )
    return page(
        "admin/deliveries.html",
        letters=letters,
        letters_count=sum(kinds.values()),
        kinds=[(kind, label(kind), count) for kind, count in kinds.items()],
        cancelled=_letters(cancelled_letters(), 0, None),
        cancelled_count=count_cancelled_letters(),
        unsent=[(letter, _why_unsent(letter.delivery)) for letter in _letters(unsent_letters(), 0, None)],
        set_aside=[(event, label(event.action)) for event in set_aside(SHOWN)],
        set_aside_count=count_set_aside(),
        waiting_mail=mail,
        waiting_events=events,
        form=form,
    )


def _letters(dead: list[Delivery], refused: int, form: DiscardForm | None) -> list[Letter]:
    events = {e.id: e for e in db.session.scalars(select(Event).where(Event.id.in_({d.event_id for d in dead})))}
    ids = {int(d.recipient.partition(":")[2]) for d in dead if d.recipient.startswith("user:")}
    people = {user.id: user for user in db.session.scalars(select(User).where(User.id.in_(ids)))}
    return [
        Letter(
            letter,
            Action(events[letter.event_id].action),
            people.get(int(letter.recipient.partition(":")[2])) if letter.recipient.startswith("user:") else None,
            _discarding(letter, form if letter.id == refused else None),
        )
        for letter in dead
    ]


def _why_unsent(delivery: Delivery) -> str:
    """Which message told of it, or why none did; of the one that tells of others, that it does."""
    if delivery.folded_into:
        return _("Folded: message %(number)s tells of it.", number=delivery.folded_into)
    if delivery.state == State.SUPPRESSED:
        return str(UNSENT.get(delivery.last_error or "", delivery.last_error or ""))
    return _("Message %(number)s tells of others too.", number=delivery.id)


def _discarding(letter: Delivery, form: DiscardForm | None) -> DiscardForm:
    form = form or DiscardForm(formdata=None)
    form.reason.id = f"discard-{letter.id}"
    return form


def _waiting(id: Any, since: Any, condition: Any) -> tuple[int, datetime | None]:
    """How many wait, and since when the oldest does."""
    count, oldest = db.session.execute(select(func.count(id), func.min(since)).where(condition)).one()
    return count, oldest
