"""The forms by which an admin says what a board is for, and how it is answered: how soon, and by whom."""

from typing import Any

from wtforms import IntegerField
from wtforms.validators import Optional, ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.forms import NumberBetween
from portal.i18n import _, _l
from portal.ideas.boards import Board
from portal.ideas.one_picture import OnePicture
from portal.triage.forms import TeamField
from portal.web.fields import AtMost, InEachLanguage, TextField

MOST_SUPPORTERS, MOST_DAYS = 100_000, 60
DESCRIPTION_MAX = 600


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
