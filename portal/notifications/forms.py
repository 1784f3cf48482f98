"""What one of staff chooses to hear of."""

from typing import Any

from wtforms import RadioField

from portal.accounts.forms import OwnForm
from portal.accounts.models import User
from portal.i18n import _l
from portal.ideas.boards import Board, at_last, merged_boards
from portal.notifications.models import Hears, StaffMail, Topic
from portal.notifications.staff_mail import may_act_on
from portal.permissions import me
from portal.web.fields import CheckboxesField

WHEN = [
    (Hears.AT_ONCE.value, _l("At once")),
    (Hears.MORNING.value, _l("In one letter, from nine in the morning")),
    (Hears.NEVER.value, _l("Never")),
]


class BoardsField(CheckboxesField):
    """Some of the boards; none chosen means all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, coerce=int, **kwargs)

    def populate_obj(self, obj: Any, name: str) -> None:
        setattr(obj, name, [board for board in Board.in_order(for_=me()) if board.id in (self.data or [])])


class StaffMailForm(OwnForm):
    """Of a member of the team: their choices, or the defaults; asked of what they may act on."""

    reports = RadioField(_l("Texts that are reported, and first texts that wait to be looked at"), choices=WHEN)
    criticism = RadioField(_l("Many more reports, issues or held comments than usual"), choices=WHEN)
    blocking_issues = RadioField(_l("Issues that keep somebody from working"), choices=WHEN)
    serious_issues = RadioField(_l("Serious issues"), choices=WHEN)
    other_issues = RadioField(_l("Other issues"), choices=WHEN)
    new_ideas = RadioField(_l("New ideas"), choices=WHEN)
    assigned = RadioField(_l("What a colleague gives to you"), choices=WHEN)
    waiting = RadioField(_l("What waits too long for an answer"), choices=WHEN[1:])
    boards = BoardsField(_l("Only of these boards"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for topic in _not_theirs(kwargs.get("thing")):
            del self[topic]
        self.boards.choices = [(board.id, board.name) for board in Board.in_order(for_=me())]

    def stands(self, thing: User) -> dict[str, Any]:
        choices = StaffMail.of(thing)
        merged = merged_boards()
        boards = dict.fromkeys(at_last(board.id, merged) for board in choices.boards)
        stands = {**super().stands(choices), "boards": [*boards]}
        return {name: value for name, value in stands.items() if name not in _not_theirs(thing)}


def _not_theirs(person: User | None) -> set[Topic]:
    """Of what this one of staff does not hear, as they may not act on it."""
    return {topic for topic in Topic if person is not None and not may_act_on(topic, person)}
