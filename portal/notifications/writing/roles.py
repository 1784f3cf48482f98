"""Somebody has another role: what they may do from now on, and where to begin."""

from collections.abc import Callable
from typing import Any

from flask import url_for

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.jobs import lines_of_jobs
from portal.notifications.writing.shapes import Mail, to_the_person
from portal.settings import settings
from portal.web.site import public_url


def _line(told: Told) -> str:
    return phrase(NOW[Role(told.event.facts.get("new", Role.MEMBER))])(told)


def _changed(event: Event, reader: User) -> Message:
    """What the reader may do from now on, and a link to it."""
    new = Role(event.facts["new"])
    lines = [
        _("%(who)s changed your role on %(brand)s.", who=Told(event).who, brand=settings().name),
        *MAY[new](event.facts["old"] == Role.ADMIN),
        *(lines_of_jobs(event.facts.get("jobs", reader.jobs)) if new == Role.STAFF else []),
    ]
    return to_the_person(event, reader, lines, public_url(_begins_at(event)), BUTTONS[new]())


def _begins_at(event: Happening, _person: Any = None, _reader: Any = None) -> str:
    """Where who has this role begins."""
    return url_for(PLACES[Role(event.facts["new"])])


def _may_of_staff(was_admin: bool) -> list[str]:
    return [
        _(
            "You see all that members send, private issues too, and what waits for an answer. What else you do here, "
            "your jobs say."
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


NOW: dict[Role, Any] = {
    Role.STAFF: _l("You are one of the team now"),
    Role.ADMIN: _l("You are an admin now"),
    Role.MEMBER: _l("You are no longer one of the team"),
}
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
CHANGED = Mail(_changed, "role-staff", _line, _begins_at)


def _change(new: Role) -> Callable[[World], Action]:
    """An admin gave the reader another role."""

    def act(world: World) -> Action:
        world.reader.role = Role.MEMBER if new == Role.STAFF else Role.STAFF
        world.reader.change_role(new, by=world.staff)
        return Action.ROLE_CHANGED

    return act


EXAMPLES = {
    "role-staff": Example(_l("Somebody joins the team"), TO_ONE, _change(Role.STAFF)),
    "role-admin": Example(_l("Somebody becomes an admin"), TO_ONE, _change(Role.ADMIN)),
    "role-member": Example(_l("Somebody leaves the team"), TO_ONE, _change(Role.MEMBER)),
}
