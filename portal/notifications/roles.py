"""What mails say of another role: to whoever got it, with what they may do now and where to begin."""

from collections.abc import Callable

from flask import url_for

from portal.accounts.models import Role, User
from portal.activity.models import Event
from portal.activity.sentences import Told
from portal.i18n import _
from portal.mail.sending import Message
from portal.notifications.shapes import to_the_person
from portal.settings import settings
from portal.web.site import public_url


def role_changed(event: Event, reader: User) -> Message:
    """What the reader may do from now on, and a link to it."""
    new = Role(event.facts["new"])
    lines = [
        _("%(who)s changed your role on %(brand)s.", who=Told(event, None).who, brand=settings().name),
        *MAY[new](event.facts["old"] == Role.ADMIN),
    ]
    return to_the_person(event, reader, lines, public_url(place_of(event)), BUTTONS[new]())


def place_of(event: Event) -> str:
    """Where who has this role begins."""
    return url_for(PLACES[Role(event.facts["new"])])


def _may_of_staff(was_admin: bool) -> list[str]:
    return [
        _(
            "You see all that members send, private issues too. You answer in public, change statuses, publish what "
            "ships, and decide about what was reported."
        ),
        _("Roles, statuses, boards and settings are for other admins from now on.")
        if was_admin
        else _("What the team is told, and when, you choose in your settings."),
    ]


def _may_of_admins(was_admin: bool) -> list[str]:
    return [
        _("Besides what all of the team do, you change roles, statuses, boards and the settings of the portal."),
        _("You also decide about e-mail addresses, and hand over or erase what we hold of people who ask for it."),
    ]


def _may_of_members(was_admin: bool) -> list[str]:
    return [
        _("You propose, vote and comment as any other member. What is for the team only is not shown to you any more."),
        _("What you wrote for the team stays where it is."),
    ]


MAY: dict[Role, Callable[[bool], list[str]]] = {
    Role.STAFF: _may_of_staff,
    Role.ADMIN: _may_of_admins,
    Role.MEMBER: _may_of_members,
}
PLACES = {Role.STAFF: "admin.inbox", Role.ADMIN: "admin.settings", Role.MEMBER: "ideas.index"}
BUTTONS: dict[Role, Callable[[], str]] = {
    Role.STAFF: lambda: _("See what waits for an answer"),
    Role.ADMIN: lambda: _("Open the settings"),
    Role.MEMBER: lambda: _("See the ideas"),
}
