"""What staff fill in about a promise: its day, why it is another, who sees to it, and why it is taken back."""

from datetime import date
from typing import Any

from sqlalchemy import select
from wtforms import DateField, SelectChoice, SelectField
from wtforms.validators import StopValidation

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.i18n import _, _l, date_as
from portal.middleware.caching import for_everybody
from portal.triage.ledger import FURTHEST, REASON_MAX, TEXT_MAX, Promise, today
from portal.web.fields import AtMost, Filled, LineField, TextField
from portal.web.forms import PortalForm

CHANGES = (Action.PROMISE_MADE, Action.PROMISE_MOVED, Action.PROMISE_KEPT, Action.PROMISE_TAKEN_BACK)
SAY_WHY = _l("Say why, in public: the people who wait for it will read it.")


class DayField(DateField):
    """A day of the calendar; what is none gets words of ours, and stays in the field."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = (valuelist[0] or "").strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = date.fromisoformat(typed)
        except ValueError:
            raise ValueError(_("Write the day as year, month and day: %(day)s.", day=today().isoformat())) from None

    @property
    def day(self) -> date:
        """The day that was typed, of a form that is valid."""
        day: date = self.data  # type: ignore[assignment]
        return day


def day_is_over() -> str:
    """That a day was over, also where it ended while somebody sent it."""
    return _("This day is over. Choose today, %(day)s, or a later day.", day=date_as(today(), "d MMMM y"))


class Promisable:
    """A day must be there, today or later, and within sight."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None:
            raise StopValidation(_("Choose the day."))
        if field.data < today():
            raise StopValidation(day_is_over())
        if field.data > today() + FURTHEST:
            raise StopValidation(_("Nobody can see that far. Choose a day within five years."))


class TeamField(SelectField):
    """One of the team who is at work."""

    def __init__(self, label: Any, nobody: Any = "", **kwargs: Any) -> None:
        super().__init__(label, validate_choice=False, **kwargs)
        self.choices = [SelectChoice("", str(nobody))] if nobody else []
        self.choices += [SelectChoice(str(id), name) for id, name in team()]

    @property
    def person(self) -> User | None:
        """Who is chosen."""
        known = {str(id) for id, _name in team()}
        return db.session.get(User, int(self.data)) if self.data in known else None


def pick_somebody(form: Any, field: TeamField) -> None:
    if field.person is None:
        raise StopValidation(_("Choose somebody of the team."))


@for_everybody
def team() -> tuple[tuple[int, str], ...]:
    """The id and the name of everybody of staff who is at work, by name."""
    at_work = select(User.id, User.display_name).where(User.is_staff, User.is_here)
    return tuple((id, name) for id, name in db.session.execute(at_work.order_by(User.display_name, User.id)))


class PromiseForm(PortalForm):
    """Promise an idea, or a part of it, for a day."""

    day = DayField(_l("For when"), id="tool-day", validators=[Promisable()])
    owner = TeamField(_l("Who sees to it"), id="tool-owner", validators=[pick_somebody])
    text = LineField(_l("What exactly"), id="tool-promise", validators=[AtMost(TEXT_MAX)])


class OfPromiseForm(EditForm):
    """A form that changes a promise, of which the events of its idea tell."""

    def last_change(self, thing: Promise) -> Any:
        about = Event.subject_type == "idea", Event.subject_id == thing.idea_id
        return last_event(*about, Event.facts["promise"].as_integer() == thing.id, told_by=self.told_by)


class MoveForm(OfPromiseForm):
    """Another day, and why."""

    told_by = CHANGES

    day = DayField(_l("New day"), validators=[Promisable()])
    reason = TextField(_l("Public reason"), id="move-reason", validators=[Filled(SAY_WHY), AtMost(REASON_MAX)])

    def stands(self, thing: Promise) -> dict[str, Any]:
        return {"day": thing.day}

    def say(self, name: str, value: Any) -> str:
        day = date.fromisoformat(value) if isinstance(value, str) and value else value
        return date_as(day, "d MMMM y") if day else ""


class EntrustForm(OfPromiseForm):
    """Somebody else who sees to it."""

    told_by = (Action.PROMISE_MADE, Action.PROMISE_ENTRUSTED)

    owner = TeamField(_l("Who sees to it"), validators=[pick_somebody])

    def stands(self, thing: Promise) -> dict[str, Any]:
        return {"owner": str(thing.owner_id)}


class TakeBackForm(PortalForm):
    """Why a promise is taken back."""

    reason = TextField(_l("Public reason"), id="back-reason", validators=[Filled(SAY_WHY), AtMost(REASON_MAX)])
