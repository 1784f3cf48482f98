"""What actions, subjects and states are called in the console's filters."""

from portal.activity.models import Action
from portal.i18n import _l
from portal.notifications.audience import AT_ONCE, DAILY, NEVER, NOT_TOLD, UNDONE
from portal.notifications.delivering import NO_ADDRESS, NOTHING_LEFT, USED

ACTIONS = {
    Action.SIGN_IN_REQUESTED: _l("Sign-in asked for"),
    Action.MEMBER_JOINED: _l("Member joined"),
    Action.MEMBER_SUSPENDED: _l("Member suspended"),
    Action.MEMBER_REINSTATED: _l("Member reinstated"),
    Action.MEMBER_ERASED: _l("Account deleted"),
    Action.PROFILE_HIDDEN: _l("Profile hidden"),
    Action.PROFILE_RESTORED: _l("Profile shown again"),
    Action.ROLE_CHANGED: _l("Role changed"),
    Action.IDEA_PROPOSED: _l("Idea proposed"),
    Action.IDEA_EDITED: _l("Idea edited"),
    Action.IDEA_MOVED: _l("Idea moved to a board"),
    Action.IDEA_TAGGED: _l("Idea tagged"),
    Action.IDEA_HIDDEN: _l("Idea hidden"),
    Action.IDEA_RESTORED: _l("Idea shown again"),
    Action.VISIBILITY_CHANGED: _l("Issue made private or public"),
    Action.STATUS_CHANGED: _l("Status changed"),
    Action.RESPONSE_POSTED: _l("Official response published"),
    Action.RESPONSE_EDITED: _l("Official response changed"),
    Action.NOTE_POSTED: _l("Staff note written"),
    Action.COMMENT_POSTED: _l("Comment written"),
    Action.COMMENT_EDITED: _l("Comment edited"),
    Action.COMMENT_HIDDEN: _l("Comment hidden"),
    Action.COMMENT_RESTORED: _l("Comment shown again"),
    Action.COMMENT_SHAPED: _l("Comment marked as shaping"),
    Action.COMMENT_UNSHAPED: _l("Comment no longer marked as shaping"),
    Action.RELEASE_DRAFTED: _l("Release drafted"),
    Action.RELEASE_EDITED: _l("Release edited"),
    Action.RELEASE_PUBLISHED: _l("Release published"),
    Action.RELEASE_HIDDEN: _l("Release hidden"),
    Action.RELEASE_RESTORED: _l("Release shown again"),
    Action.FLAGGED: _l("Text reported"),
    Action.FLAGS_ANSWERED: _l("Reports answered"),
    Action.TEXT_HELD: _l("Text held for staff"),
    Action.TEXT_KEPT: _l("Reported text kept"),
    Action.PARTNER_PICKED: _l("Top partner picked"),
    Action.PARTNER_THANKED: _l("Partner thanked"),
    Action.DIGEST_DUE: _l("Digest sent"),
    Action.BOARD_CHANGED: _l("Board changed"),
    Action.STATUS_EDITED: _l("Status edited"),
    Action.SETTINGS_CHANGED: _l("Settings changed"),
    Action.TEXT_CHANGED: _l("Text changed"),
    Action.MAIL_TESTED: _l("Test e-mail sent"),
    Action.PORTAL_RESTORED: _l("Portal restored"),
    Action.DELIVERY_RETRIED: _l("Delivery tried again"),
    Action.DELIVERY_DISCARDED: _l("Delivery discarded"),
}
SUBJECTS = {
    "idea": _l("Ideas and issues"),
    "comment": _l("Comments"),
    "user": _l("Members"),
    "release": _l("Releases"),
    "flag": _l("Reports"),
    "board": _l("Boards"),
    "status": _l("Statuses"),
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
