"""What happens to the team: the jobs of its people, what each job may do, and what is taken out of the audit."""

from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.i18n import _l

TEAM: dict[Action, Described] = {
    Action.JOBS_CHANGED: Described(
        _l("Jobs of a colleague changed"), phrase(_l("%(who)s changed the jobs of %(title)s")), NOWHERE, "users"
    ),
    Action.JOB_EDITED: Described(
        _l("Jobs edited"), phrase(_l("%(who)s changed what each job of the team may do")), NOWHERE
    ),
    Action.AUDIT_EXPORTED: Described(
        _l("Audit exported"), phrase(_l("%(who)s exported the audit to a file")), NOWHERE, "download"
    ),
}
