"""Who cannot read their old address any more: after its week an admin lets the new one through, or refuses it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import abort, flash, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response
from wtforms import RadioField, ValidationError

from portal import permissions
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Standing
from portal.accounts.sessions import SignedIn
from portal.activity.models import Event
from portal.admin.forms import HIDE_REASON_MAX
from portal.admin.views import bp
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l
from portal.permissions import me, require
from portal.web.fields import AtMost, Filled, TextField
from portal.web.forms import PortalForm
from portal.web.pages import go, keeps_text, page

LATELY = timedelta(days=30)


class DecideForm(PortalForm):
    """An admin's word on a change; the person reads the reason."""

    decision = RadioField(
        _l("Decision"),
        choices=[("through", _l("Let the new address through")), ("refuse", _l("Refuse it"))],
        validate_choice=False,
    )
    reason = TextField(
        _l("Reason, for the person and the audit"),
        [Filled(_l("Write how you know: the person reads it.")), AtMost(HIDE_REASON_MAX)],
    )

    def validate_decision(self, field: RadioField) -> None:
        if field.data not in ("through", "refuse"):
            raise ValidationError(_("Choose whether the new address is let through."))


@dataclass(frozen=True)
class Asked:
    """A change that waits, its form, and what may tell whether the right person asks."""

    change: AddressChange
    form: DecideForm
    entered_at: datetime | None
    devices: int
    acts: int

    @property
    def is_ready(self) -> bool:
        return self.change.standing == Standing.READY


@bp.get("/addresses")
def addresses() -> str:
    """What waits for an admin, and what waits for the week of the old address."""
    require(permissions.see_addresses)
    return _page()


@bp.post("/addresses/<int:id>")
@keeps_text
def decide_address(id: int) -> Response | tuple[str, int]:
    """Let a new address through once its week is over, or refuse it."""
    change = db.session.get(AddressChange, id) or abort(404)
    require(permissions.decide_address, change.user)
    form = DecideForm()
    if not form.validate():
        return _page(id, form), 422
    begin_write()
    held = AddressChange.held(id)
    if held is None or not _decide(held, form):
        db.session.rollback()
        form.form_errors.append(_("This was decided or withdrawn a moment ago, or its week is not over yet."))
        return _page(id, form), 409
    said = _said(held)
    db.session.commit()
    flash(said)
    return go(url_for("admin.addresses"))


def _decide(change: AddressChange, form: DecideForm) -> bool:
    decide = change.let_through if form.decision.data == "through" else change.refuse
    return decide(by=me(), reason=form.reason.data or "")


def _said(change: AddressChange) -> str:
    if change.done_at:
        return _("The account of %(name)s opens with the new address now.", name=change.user.display_name)
    return _("Nothing was changed, and both addresses are told.")


def _page(id: int = 0, sent: DecideForm | None = None) -> str:
    rows = [_asked(change, sent if change.id == id else None) for change in AddressChange.for_admins()]
    return page("admin/addresses.html", rows=rows, form=sent)


def _asked(change: AddressChange, sent: DecideForm | None) -> Asked:
    form = sent or DecideForm(formdata=None)
    for field in (form.decision, form.reason):
        field.id = f"{field.name}-{change.id}"
    return Asked(change, form, *_used(change.user))


def _used(person: User) -> tuple[datetime | None, int, int]:
    """When they last signed in, where they are signed in, and how much they did in a month."""
    mine = select(func.max(SignedIn.created_at)).where(SignedIn.user_id == person.id)
    open_ = select(func.count(SignedIn.id)).where(SignedIn.user_id == person.id, SignedIn.revoked_at.is_(None))
    acts: Any = select(func.count(Event.id)).where(Event.actor_id == person.id, Event.created_at > now() - LATELY)
    return db.session.scalar(mine), db.session.scalar(open_) or 0, db.session.scalar(acts) or 0
