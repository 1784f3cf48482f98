"""How people are picked, thanked and welcomed."""

from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.i18n import _l

RECOGNITION: dict[Action, Described] = {
    Action.PARTNER_PICKED: Described(
        _l("Top partner picked"), phrase(_l("%(title)s was picked as a top partner")), NOWHERE, "award"
    ),
    Action.PARTNER_THANKED: Described(
        _l("Partner thanked"), phrase(_l("%(who)s thanked %(title)s")), NOWHERE, "hand-heart"
    ),
    Action.MEMBER_WELCOMED: Described(
        _l("Newcomer welcomed"), phrase(_l("%(who)s welcomed %(title)s")), NOWHERE, "heart"
    ),
}
