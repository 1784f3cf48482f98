"""What happens to people and their accounts."""

from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l


def _member_erased(told: Told) -> str:
    if told.event.actor_id not in (None, told.event.subject_id):
        return _("%(who)s erased an account at its owner’s request", who=told.who)
    return _("A member deleted their account")


def _role_changed(told: Told) -> str:
    made = {
        "admin": _l("%(who)s made %(title)s an admin"),
        "staff": _l("%(who)s made %(title)s a member of staff"),
        "member": _l("%(who)s made %(title)s a member like any other"),
    }
    return phrase(made[told.event.facts.get("new", "member")])(told)


def _address_kept(told: Told) -> str:
    if told.event.facts.get("reason"):
        return _("%(who)s refused another e-mail address for %(title)s", who=told.who, title=told.title)
    return _("The e-mail address of %(title)s stays as it is", title=told.title)


def _address_changed(told: Told) -> str:
    """With a reason, an admin decided it."""
    if told.event.facts.get("reason"):
        return _("%(who)s let another e-mail address of %(title)s through", who=told.who, title=told.title)
    return _("The e-mail address of %(title)s was changed", title=told.title)


ACCOUNTS: dict[Action, Described] = {
    Action.SIGN_IN_REQUESTED: Described(
        _l("Sign-in asked for"), phrase(_l("Somebody asked for a link to sign in")), NOWHERE
    ),
    Action.MEMBER_JOINED: Described(_l("Member joined"), phrase(_l("%(title)s joined")), NOWHERE),
    Action.MEMBER_SUSPENDED: Described(
        _l("Member suspended"), phrase(_l("%(who)s suspended %(title)s")), NOWHERE, "ban"
    ),
    Action.MEMBER_REINSTATED: Described(
        _l("Member reinstated"), phrase(_l("%(who)s ended the suspension of %(title)s")), NOWHERE
    ),
    Action.MEMBER_ERASED: Described(_l("Account deleted"), _member_erased, NOWHERE),
    Action.DATA_HANDED_OVER: Described(
        _l("Data handed over"), phrase(_l("%(who)s handed over the data of %(title)s")), NOWHERE, "download"
    ),
    Action.PROFILE_HIDDEN: Described(
        _l("Profile hidden"), phrase(_l("%(who)s hid the profile of %(title)s")), NOWHERE, "eye-off"
    ),
    Action.PROFILE_RESTORED: Described(
        _l("Profile shown again"), phrase(_l("%(who)s restored the profile of %(title)s")), NOWHERE, "eye"
    ),
    Action.ROLE_CHANGED: Described(_l("Role changed"), _role_changed, NOWHERE, "users"),
    Action.ADDRESS_ASKED: Described(
        _l("E-mail address asked for"), phrase(_l("%(title)s asked for another e-mail address")), NOWHERE
    ),
    Action.ADDRESS_READY: Described(
        _l("E-mail address to decide on"),
        phrase(_l("%(title)s lost their address: the new one waits for an admin")),
        NOWHERE,
    ),
    Action.ADDRESS_OBJECTED: Described(
        _l("E-mail address objected to"), phrase(_l("The old address of %(title)s objected to the new one")), NOWHERE
    ),
    Action.ADDRESS_KEPT: Described(_l("E-mail address kept"), _address_kept, NOWHERE),
    Action.ADDRESS_CHANGED: Described(_l("E-mail address changed"), _address_changed, NOWHERE),
    Action.ADDRESS_TAKEN_BACK: Described(
        _l("E-mail address taken back"), phrase(_l("The old address of %(title)s took the account back")), NOWHERE
    ),
}
