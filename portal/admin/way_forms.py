"""What admins fill in of a way between two statuses."""

from datetime import datetime
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, SelectField

from portal.accounts.models import User
from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.i18n import _l
from portal.ideas.transitions import Tells
from portal.web.forms import PortalForm

TELLS: dict[str, Any] = {
    Tells.EVERYONE: _l("everyone concerned: its author, followers and supporters"),
    Tells.FOLLOWERS: _l("its author and followers alone"),
    Tells.NOBODY: _l("nobody"),
}


class AllowWayForm(PortalForm):
    """From which status to which."""

    old = SelectField(_l("From"), id="way-from", validate_choice=False)
    new = SelectField(_l("To"), id="way-to", validate_choice=False)


class WayForm(EditForm):
    """What a way owes, and whom it tells."""

    told_by = (Action.STATUS_EDITED,)

    owes_reason = BooleanField(_l("Owes a reason that everyone reads"), id="way-owes")
    tells = RadioField(
        _l("Who is told"), id="way-tells", choices=[SelectChoice(str(tells), label) for tells, label in TELLS.items()]
    )

    def last_change(self, thing: Any) -> tuple[User | None, datetime | None]:
        """Who changed this way last: the events of a way are about the status that it leaves."""
        of_it = Event.subject_type == "status", Event.subject_id == thing.from_status_id
        return last_event(*of_it, Event.facts["to"].as_integer() == thing.to_status_id, told_by=self.told_by)
