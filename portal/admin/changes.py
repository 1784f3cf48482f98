"""What an event changed, as the audit shows it: the field, what stood there, and what stands there since."""

from typing import Any, NamedTuple

from babel.numbers import format_decimal

from portal.activity.models import Action, Event
from portal.admin.brand_form import LOGOS
from portal.i18n import LANGUAGES, _, _l, called, locale, num
from portal.settings import WELCOME

SETTINGS = {
    "name": _l("Name of the portal"),
    "languages": _l("Languages"),
    "default_lang": _l("Default language"),
    "hue": _l("Hue"),
    "chroma": _l("Strength"),
    "logo_light": _l("Logo"),
    "logo_dark": _l("Logo on dark pages"),
    "answer_days": _l("Days to answer"),
    "flags_to_hide": _l("Reports that hide a text"),
    "roadmap_shows_review": _l("Show what is under review on the roadmap"),
}


class Change(NamedTuple):
    """One field; a side is empty where nothing stood there."""

    label: str
    old: str
    new: str


def changes_of(event: Event) -> list[Change]:
    """What its facts keep of a change of the settings, or of the name of a status or a board."""
    facts = event.facts
    if event.action == Action.SETTINGS_CHANGED:
        kept: dict[str, list[Any]] = facts.get("changes") or {}
        return [Change(_label(name), _said(name, sides[0]), _said(name, sides[1])) for name, sides in kept.items()]
    if facts.get("what") == "renamed":
        names = ((lang, facts["old"].get(lang, ""), name) for lang, name in facts["names"].items())
        return [
            Change(_("Name in %(language)s", language=called(lang)), old, new) for lang, old, new in names if old != new
        ]
    return []


def _label(name: str) -> str:
    field, _underscore, lang = name.rpartition("_")
    if field == WELCOME:
        return _("Welcome in %(language)s", language=called(lang))
    return str(SETTINGS.get(name, name))


def _said(name: str, value: Any) -> str:
    if name in LOGOS:
        return _("An image") if value else ""
    if name == "default_lang":
        return LANGUAGES.get(value, str(value))
    if name == "languages":
        return ", ".join(called(lang) for lang in value.split(","))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _number(value) if isinstance(value, int | float) else str(value or "")


def _number(value: float) -> str:
    return num(value) if isinstance(value, int) else format_decimal(value, "0.###", locale())
