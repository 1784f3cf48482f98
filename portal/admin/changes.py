"""What an event changed, as the audit shows it: the field, what stood there, and what stands there since."""

from typing import Any, NamedTuple

from babel.numbers import format_decimal
from wtforms.fields.core import UnboundField

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin.board_form import AnsweringForm
from portal.admin.brand_form import FIELDS, LOGOS, SettingsForm
from portal.extensions import db
from portal.i18n import LANGUAGES, _, called, locale, num
from portal.settings import WELCOME, Settings

# What is kept as the id of somebody of the team.
PEOPLE = ("owner_id", "support_id")


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
    if facts.get("what") == "answering":
        sides = facts["changes"].items()
        return [
            Change(_asked(AnsweringForm, name), *(_of_board(name, value) for value in both)) for name, both in sides
        ]
    if facts.get("what") == "renamed":
        names = ((lang, facts["old"].get(lang, ""), name) for lang, name in facts["names"].items())
        return [
            Change(_("Name in %(language)s", language=called(lang)), old, new) for lang, old, new in names if old != new
        ]
    return []


def chosen_of(settings: Settings) -> list[tuple[str, str]]:
    """What is chosen now, label and words, for those who only read it; colours and logos are shown to them."""
    shown = {"name": settings.name, "languages": ",".join(settings.spoken)}
    shown |= {name: getattr(settings, name) for name in FIELDS if name not in ("default_lang", "hue", "chroma")}
    return [(_label(name), _said(name, value)) for name, value in shown.items()]


def _label(name: str) -> str:
    """What the form calls it; its name where the form has it no more."""
    field, _underscore, lang = name.rpartition("_")
    if field == WELCOME:
        return _("Welcome in %(language)s", language=called(lang))
    return _asked(SettingsForm, name)


def _asked(form: Any, name: str) -> str:
    asked = getattr(form, name, None)
    return str(asked.args[0]) if isinstance(asked, UnboundField) else name


def _of_board(name: str, value: int | None) -> str:
    return _person(value) if name in PEOPLE else str(value or "")


def _person(id: int | None) -> str:
    person = db.session.get(User, id) if id else None
    return _("A former member") if person and person.is_former else person.display_name if person else ""


def _said(name: str, value: Any) -> str:
    if name in LOGOS:
        return _("An image") if value else ""
    if name in PEOPLE:
        return _person(value)
    if name == "default_lang":
        return LANGUAGES.get(value, str(value))
    if name == "languages":
        return ", ".join(called(lang) for lang in value.split(","))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _number(value) if isinstance(value, int | float) else str(value or "")


def _number(value: float) -> str:
    return num(value) if isinstance(value, int) else format_decimal(value, "0.###", locale())
