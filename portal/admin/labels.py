"""What subjects and reasons are called in the console's filters; what actions are called, the catalogue says."""

from portal.i18n import _l
from portal.notifications.delivering import NO_ADDRESS, NOTHING_LEFT, USED
from portal.notifications.objections import AT_ONCE, DAILY, NEVER, NOT_TOLD, UNDONE

SUBJECTS = {
    "idea": _l("Ideas and issues"),
    "comment": _l("Comments"),
    "user": _l("Members"),
    "release": _l("Releases"),
    "flag": _l("Reports"),
    "board": _l("Boards"),
    "tag": _l("Tags"),
    "status": _l("Statuses"),
    "snippet": _l("Ready phrases"),
    "settings": _l("Settings"),
    "partner": _l("Partners"),
    "delivery": _l("Deliveries"),
    "email_token": _l("Sign-in messages"),
}

# What deliveries keep of why they were not sent, as staff read it.
UNSENT = {
    UNDONE.reason: _l("What it tells has been undone."),
    NOT_TOLD.reason: _l("The reader is not to hear of this any more."),
    NEVER.reason: _l("The reader chose not to be mailed about this."),
    DAILY.reason: _l("The reader chose one message a day for this: it goes into the next one."),
    AT_ONCE.reason: _l("The reader chose to be mailed about this at once."),
    USED.reason: _l("The link and the code were used, or are too old."),
    NO_ADDRESS.reason: _l("The person has no address any more."),
    NOTHING_LEFT.reason: _l("Nothing is left of what it was to tell."),
}
