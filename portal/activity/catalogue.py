"""Every action as it is described: what it is called, what the audit says of it, what is public of it, its symbol.

Each is described in `actions/`, in the file of what it is about.
"""

from portal.activity.actions.accounts import ACCOUNTS
from portal.activity.actions.comments import COMMENTS
from portal.activity.actions.console import CONSOLE
from portal.activity.actions.conversions import CONVERSIONS
from portal.activity.actions.described import Described, Public
from portal.activity.actions.ideas import IDEAS
from portal.activity.actions.links import LINKS
from portal.activity.actions.merging import MERGING
from portal.activity.actions.moderation import MODERATION
from portal.activity.actions.promises import PROMISES
from portal.activity.actions.recognition import RECOGNITION
from portal.activity.actions.releases import RELEASES
from portal.activity.actions.same import SAME
from portal.activity.actions.splits import SPLITS
from portal.activity.actions.team import TEAM
from portal.activity.actions.undone import UNDONE
from portal.activity.models import Action, Happening
from portal.activity.subjects import Known, Told, row_of

CATALOGUE: dict[Action, Described] = {
    **ACCOUNTS, **IDEAS, **LINKS, **CONVERSIONS, **MERGING, **SAME, **PROMISES, **COMMENTS, **SPLITS, **RELEASES,
    **MODERATION, **RECOGNITION, **CONSOLE, **TEAM, **UNDONE,
}  # fmt: skip
PUBLIC: dict[Action, Public] = {action: described.public for action, described in CATALOGUE.items()}


def label(action: str) -> str:
    """What this action is called, in the language being written."""
    return str(CATALOGUE[Action(action)].label)


def sentence(event: Happening, known: Known = row_of) -> str:
    """Say what happened, in the language being written, as staff and the audit read it.

    What is said to those who are told of it: `notifications.telling.line_of`.
    """
    return CATALOGUE[Action(event.action)].sentence(Told(event, known))
