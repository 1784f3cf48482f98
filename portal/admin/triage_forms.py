"""What staff fill in to share the work: who takes an idea on, what may wait, and under which name a list is kept."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from wtforms import BooleanField, HiddenField, RadioField, SelectChoice
from wtforms.validators import ValidationError

from portal.accounts.models import User
from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.forms import ChoiceField
from portal.clock import now
from portal.extensions import db
from portal.i18n import _, _l, choose_timezone, date_as
from portal.ideas.models import Idea
from portal.permissions import me
from portal.triage.assignments import assignment_of, owners
from portal.triage.saved_views import NAME_MAX
from portal.triage.snoozing import snooze_of
from portal.web.fields import AtMost, Filled, LineField
from portal.web.forms import PortalForm

FURTHEST = timedelta(days=366)
DAY_MAX = 20


class DayField(LineField):
    """A day of the calendar, as `2026-11-30`; `day` is what was typed, once it is one."""

    @property
    def day(self) -> date | None:
        try:
            return date.fromisoformat(self.data or "")
        except ValueError:
            return None

    def pre_validate(self, form: Any) -> None:
        if self.data and self.day is None:
            raise ValidationError(_("Write the day as year, month and day, such as 2027-03-31."))


def require_ahead(day: date | None, first: date) -> None:
    """Refuse a day before `first`, and one so far away that nobody meant it."""
    if day is None or first <= day <= today() + FURTHEST:
        return
    if day > today() + FURTHEST:
        raise ValidationError(_("This is more than a year away. Choose a day within a year."))
    raise ValidationError(_("This day is over. Choose one from %(day)s on.", day=date_as(first, "d MMMM")))


def named(day: date) -> str:
    """“Tuesday 1 December”."""
    return f"{date_as(day, 'EEEE')} {date_as(day, 'd MMMM')}"


def today() -> date:
    """The day it is where the reader is."""
    return now().astimezone(ZoneInfo(choose_timezone())).date()


def begins(day: date) -> datetime:
    """The moment in which this day begins where the reader is."""
    return datetime.combine(day, time(), ZoneInfo(choose_timezone()))


def ends(day: date) -> datetime:
    """The last second of this day where the reader is."""
    return begins(day + timedelta(days=1)) - timedelta(seconds=1)


class AssignForm(EditForm):
    """Who takes it on, and by when they mean to be done; without anybody it is nobody's."""

    told_by = (Action.IDEA_ASSIGNED,)

    owner = ChoiceField(_l("Who takes it on"), id="tool-owner", validate_choice=False)
    due = DayField(_l("To be done by"), [AtMost(DAY_MAX)], id="tool-due")

    def __init__(self, *args: Any, thing: Any = None, **kwargs: Any) -> None:
        # What is nobody's is most often taken on by who looks at it.
        mine = {"data": {"owner": str(me().id)}} if thing is not None and assignment_of(thing) is None else {}
        super().__init__(*args, thing=thing, **mine, **kwargs)
        people = [SelectChoice(str(one.id), one.display_name) for one in db.session.scalars(owners())]
        self.owner.choices = [SelectChoice("", _("Nobody")), *people]

    def stands(self, thing: Idea) -> dict[str, Any]:
        kept = assignment_of(thing)
        due = kept.due_at.astimezone(ZoneInfo(choose_timezone())).date().isoformat() if kept and kept.due_at else ""
        return {"owner": str(kept.user_id) if kept else "", "due": due}

    def say(self, name: str, value: Any) -> str:
        if name != "owner":
            return str(value)
        person = db.session.get(User, int(value)) if str(value).isdecimal() else None
        return person.display_name if person else _("Nobody")

    @property
    def chosen(self) -> User | None:
        """Who was chosen; None for nobody, and for whom the list does not hold."""
        data = self.owner.data or ""
        return db.session.scalar(owners().where(User.id == int(data))) if data.isdecimal() and len(data) < 10 else None

    @property
    def due_at(self) -> datetime | None:
        return ends(self.due.day) if self.due.day else None

    def validate_owner(self, field: Any) -> None:
        if field.data and self.chosen is None:
            raise ValidationError(_("This person is not of the team any more. Choose somebody else."))

    def validate_due(self, field: Any) -> None:
        if field.day and not self.owner.data:
            raise ValidationError(_("A day needs somebody who takes it on: choose who, or take the day away."))
        if not self.is_as_shown("due"):
            require_ahead(field.day, today())


class SnoozeForm(EditForm):
    """Until when it may wait."""

    told_by = (Action.IDEA_SNOOZED,)

    when = RadioField(_l("Until when may it wait?"), id="tool-snooze", default="tomorrow", validate_choice=False)
    day = DayField(_l("Another day"), [AtMost(DAY_MAX)], id="tool-snooze-day")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.when.choices = [
            ("tomorrow", _("Until tomorrow, %(day)s", day=named(tomorrow()))),
            ("week", _("Until next week, %(day)s", day=named(next_week()))),
            ("day", _("Until another day")),
        ]

    def stands(self, thing: Idea) -> dict[str, Any]:
        kept = snooze_of(thing)
        return {"day": kept.until.astimezone(ZoneInfo(choose_timezone())).date().isoformat() if kept else ""}

    def sent(self, name: str, shown: str) -> Any:
        return self.chosen.isoformat() if self.chosen else ""

    @property
    def chosen(self) -> date | None:
        """The day on which it comes back."""
        days = {"tomorrow": tomorrow, "week": next_week}
        return days[self.when.data]() if self.when.data in days else self.day.day

    @property
    def until(self) -> datetime | None:
        return begins(self.chosen) if self.chosen else None

    def validate_when(self, field: Any) -> None:
        if field.data not in ("tomorrow", "week", "day"):
            raise ValidationError(_("This is not on the list. Choose one that is."))

    def validate_day(self, field: Any) -> None:
        if self.when.data != "day":
            return
        if not field.data:
            raise ValidationError(_("Choose the day on which it is to come back."))
        require_ahead(field.day, tomorrow())


def tomorrow() -> date:
    return today() + timedelta(days=1)


def next_week() -> date:
    """The Monday that comes."""
    return today() + timedelta(days=7 - today().weekday())


class ViewForm(PortalForm):
    """A list of the inbox under a name."""

    name = LineField(
        _l("Name of the view"), [Filled(_l("Write a name for this view.")), AtMost(NAME_MAX)], id="view-name"
    )
    is_shared = BooleanField(_l("For the whole team"), id="view-shared")
    query = HiddenField(id="view-query")


class ViewNameForm(EditForm):
    """The name of a list, and whose it is."""

    name = LineField(
        _l("Name of the view"), [Filled(_l("Write a name for this view.")), AtMost(NAME_MAX)], id="view-name"
    )
    is_shared = BooleanField(_l("For the whole team"), id="view-shared")
