"""The places of the staff area, and who may open each: `layout/_places.html` lists them by name, in groups."""

from flask import Flask

from portal import permissions as may
from portal.permissions import Rule, me

PLACES: dict[str, Rule] = {
    "admin.inbox": may.see_inbox,
    "admin.ideas": may.see_inbox,
    "admin.moderation": may.see_flags,
    "admin.releases": may.publish_release,
    "admin.partners": may.thank_partner,
    "admin.members": may.see_members,
    "admin.promises": may.see_promises,
    "admin.figures": may.see_figures,
    "admin.snippets": may.use_snippets,
    "admin.greeting": may.welcome_member,
    "admin.statuses": may.staff,
    "admin.boards": may.staff,
    "admin.tags": may.staff,
    "admin.texts": may.edit_settings,
    "admin.emails": may.staff,
    "admin.jobs": may.staff,
    "admin.addresses": may.see_addresses,
    "admin.settings": may.staff,
    "notifications.staff_mail": may.staff,
    "admin.deliveries": may.see_deliveries,
    "admin.audit": may.see_audit,
}


def init_app(app: Flask) -> None:
    app.jinja_env.globals["open_places"] = open_places


def open_places() -> str:
    """The places that whoever reads may open, with blanks between them: a piece is given words."""
    reader = me()
    return " ".join(place for place, rule in PLACES.items() if rule(reader, None))
