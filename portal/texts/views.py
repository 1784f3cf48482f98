"""The pages of the standing texts, for everyone."""

from typing import Any

from flask import Blueprint

from portal.i18n import _, locale
from portal.privacy.notice import notice
from portal.settings import settings
from portal.texts.standing import FIRST_WRITTEN, Text, last_change, rendered, source
from portal.web.pages import page

bp = Blueprint("texts", __name__)


@bp.get("/conduct")
def conduct() -> str:
    """How people treat each other here."""
    return _page(Text.CONDUCT, _("Code of conduct"))


@bp.get("/privacy")
def privacy() -> str:
    """What is said of privacy, and below it all that the portal holds of people, and for how long."""
    return _page(Text.PRIVACY, _("Privacy"), holdings=notice())


@bp.get("/accessibility")
def accessibility() -> str:
    """Who can use the portal, and what we know is in the way."""
    return _page(Text.ACCESSIBILITY, _("Accessibility"))


def _page(text: Text, title: str, **more: Any) -> str:
    chosen = settings()
    changed = last_change(text)
    return page(
        "texts/show.html",
        text=text,
        called=title,
        words=rendered(source(text, locale(), chosen), chosen),
        changed_at=changed.created_at if changed else FIRST_WRITTEN[text],
        **more,
    )
