"""The forms by which an admin says what a board is for, and how it is answered: how soon, and by whom."""

from typing import Any
from urllib.parse import parse_qsl

from wtforms import IntegerField
from wtforms.validators import Optional, StopValidation, ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.forms import NumberBetween
from portal.i18n import _, _l
from portal.ideas.boards import Board, today
from portal.ideas.one_picture import OnePicture
from portal.triage.forms import DayField, TeamField, day_is_over
from portal.web.fields import AtMost, Filled, InEachLanguage, TextField

MOST_SUPPORTERS, MOST_DAYS = 100_000, 60
DESCRIPTION_MAX, REASON_MAX = 600, 600


def of_the_team(form: Any, field: TeamField) -> None:
    """Somebody who is at work, or nobody."""
    if field.data and field.person is None:
        raise ValidationError(_("Choose somebody of the team."))


class PageForm(OnePicture):
    """What the public page of a board says: what it is for, in each language, and a picture."""

    told_by = (Action.BOARD_CHANGED,)

    description = InEachLanguage(
        _l("What it is for"),
        _l("What it is for, in %(language)s"),
        lambda label, _lang: TextField(label, [AtMost(DESCRIPTION_MAX)]),
    )

    def stands(self, thing: Board) -> dict[str, Any]:
        return {**self.stands_in_each(thing), **self.image_of(thing)}


class ClosingDay:
    """A day must be there, today or later; one that was said already may stay."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.errors:
            raise StopValidation
        if field.data is None:
            raise StopValidation(_("Choose the day on which it closes."))
        if field.data < today() and field.data.isoformat() != form.was:
            raise StopValidation(day_is_over())


class ClosingForm(EditForm):
    """On which day a board closes, and why, in each language."""

    told_by = (Action.BOARD_CLOSING, Action.BOARD_OPENED, Action.BOARD_CHANGED)

    closes_on = DayField(_l("Closes on"), [ClosingDay()])
    reason = InEachLanguage(
        _l("Public reason"),
        _l("Public reason, in %(language)s"),
        lambda label, _lang: TextField(label, [Filled(_l("Say why: everybody reads it.")), AtMost(REASON_MAX)]),
    )

    @property
    def was(self) -> str:
        """The day that was said already, as the form was shown with it."""
        return dict(parse_qsl(self.seen.data or "")).get("closes_on", "")


class AnsweringForm(EditForm):
    """When answers on a board are owed, and who gives them; each may be left open."""

    told_by = (Action.BOARD_CHANGED,)

    answer_threshold = IntegerField(
        _l("Supporters who are owed an answer"),
        validators=[
            Optional(),
            NumberBetween(1, MOST_SUPPORTERS, _l("Write a whole number from 1 to 100,000, or leave it empty.")),
        ],
    )
    answer_days = IntegerField(
        _l("Days to answer"),
        validators=[
            Optional(),
            NumberBetween(1, MOST_DAYS, _l("Write a whole number of days from 1 to 60, or leave it empty.")),
        ],
    )
    owner_id = TeamField(_l("Who answers"), nobody=_l("Nobody in particular"), validators=[of_the_team])
    support_id = TeamField(
        _l("Support, for issues that nobody answered in time"),
        nobody=_l("As in the settings"),
        validators=[of_the_team],
    )

    @property
    def chosen(self) -> dict[str, int | None]:
        """What is to stand in the columns of the board."""
        people = {name: self[name].person for name in ("owner_id", "support_id")}
        numbers = {name: self[name].data for name in ("answer_threshold", "answer_days")}
        return {**numbers, **{name: person.id if person else None for name, person in people.items()}}

    def stands(self, thing: Board) -> dict[str, Any]:
        people = {name: str(getattr(thing, name) or "") for name in ("owner_id", "support_id")}
        return {"answer_threshold": thing.answer_threshold, "answer_days": thing.answer_days, **people}
