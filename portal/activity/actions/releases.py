"""What happens to releases."""

from portal.activity.actions.described import EVERYWHERE, NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.i18n import _l

RELEASES: dict[Action, Described] = {
    Action.RELEASE_DRAFTED: Described(_l("Release drafted"), phrase(_l("%(who)s began a release")), NOWHERE),
    Action.RELEASE_EDITED: Described(
        _l("Release edited"), phrase(_l("%(who)s edited the release “%(title)s”")), NOWHERE
    ),
    Action.RELEASE_DISCARDED: Described(
        _l("Draft of a release deleted"), phrase(_l("%(who)s deleted the draft of a release")), NOWHERE
    ),
    Action.RELEASE_PUBLISHED: Described(
        _l("Release published"), phrase(_l("%(who)s published the release “%(title)s”")), EVERYWHERE, "rocket"
    ),
    Action.RELEASE_HIDDEN: Described(
        _l("Release hidden"), phrase(_l("%(who)s hid the release “%(title)s”")), NOWHERE, "eye-off"
    ),
    Action.RELEASE_RESTORED: Described(
        _l("Release shown again"), phrase(_l("%(who)s restored the release “%(title)s”")), NOWHERE, "eye"
    ),
}
