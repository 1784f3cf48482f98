"""What an event changed, as the audit shows it: the field, what stood there, and what stands there since.

Of what people wrote only the number of the version stands in an event.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

from babel.numbers import format_decimal
from wtforms.fields.core import UnboundField

from portal.accounts.duties import DUTIES, JOBS
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.subjects import Known, row_of
from portal.admin.audit_search import ASKED
from portal.admin.board_form import AnsweringForm
from portal.admin.brand_form import FIELDS, LOGOS, SettingsForm
from portal.admin.field_changes import Change, of_field
from portal.admin.forms import COLOUR_NAMES
from portal.admin.way_forms import TELLS
from portal.extensions import db
from portal.i18n import LANGUAGES, _, _l, called, dated, locale, num
from portal.settings import WELCOME, Settings

Facts = dict[str, Any]
ROLES = {"member": _l("Member"), "staff": _l("Staff"), "admin": _l("Admin")}
# What is kept as the id of somebody of the team.
PEOPLE = ("owner_id", "support_id")


def changes_of(event: Event, known: Known = row_of) -> list[Change]:
    """What its facts keep of a setting or a decision: what was, and what is since."""
    of_action = OF_ACTIONS.get(Action(event.action))
    changes = of_action(event.facts, known) if of_action else []
    if "version" in event.facts:
        changes = [*changes, Change(_("Version"), "", num(event.facts["version"]))]
    return changes


def _settings(facts: Facts, _known: Known) -> list[Change]:
    kept: dict[str, list[Any]] = facts.get("changes") or {}
    return [Change(_label(name), _said(name, sides[0]), _said(name, sides[1])) for name, sides in kept.items()]


def _arranged(facts: Facts, known: Known) -> list[Change]:
    """Of a board or a status: its names, place, colour and ways, whether it is in use, and where its ideas went."""
    what = facts.get("what")
    if what == "moved":
        return [Change(_("Place"), num(facts["old"] + 1), num(facts["new"] + 1))]
    if what == "reason":
        return _of_closing(facts, known)
    if what in ("archived", "restored"):
        sides = (_("Yes"), _("No"))
        return [Change(_("In use"), *(sides if what == "archived" else sides[::-1]))]
    if what == "way_changed":
        return _of_way(facts["was"], facts)
    if what == "coloured":
        return [Change(_("Colour"), *(str(COLOUR_NAMES.get(facts[side], "")) for side in ("old", "new")))]
    if what == "described":
        pictured = [Change(_("Image"), "", _("Changed"))] if facts.get("pictured") else []
        return [*_descriptions(facts["old_texts"], facts["texts"]), *pictured]
    if what == "answering":
        sides = facts["changes"].items()
        return [
            Change(_label_of(AnsweringForm, name), *(_of_board(name, value) for value in both)) for name, both in sides
        ]
    if str(what).startswith("field_"):
        return of_field(facts)
    names = _names(facts) if what in ("added", "renamed", "deleted") else []
    if what == "deleted" and facts.get("into"):
        return [*names, Change(_("Its ideas go to"), "", _named(known("status", facts["into"])))]
    return names


def _of_closing(facts: Facts, _known: Known) -> list[Change]:
    """The day on which a board closes, and why."""
    days = (dated(date.fromisoformat(facts[side])) if facts.get(side) else "" for side in ("old_day", "day"))
    old, new = facts.get("old_reasons") or {}, facts.get("reasons") or {}
    reasons = [
        Change(_("Reason in %(language)s", language=called(lang)), old.get(lang, ""), new.get(lang, ""))
        for lang in {**old, **new}
    ]
    return [change for change in (Change(_("Closes on"), *days), *reasons) if change.old != change.new]


def _names(facts: Facts) -> list[Change]:
    now: dict[str, str] = {} if facts.get("what") == "deleted" else facts.get("names", {})
    old: dict[str, str] = facts.get("names", {}) if facts.get("what") == "deleted" else facts.get("old", {})
    langs = (lang for lang in {**old, **now} if old.get(lang, "") != now.get(lang, ""))
    return [
        Change(_("Name in %(language)s", language=called(lang)), old.get(lang, ""), now.get(lang, "")) for lang in langs
    ]


def _role(facts: Facts, _known: Known) -> list[Change]:
    role = [Change(_("Role"), *(str(ROLES.get(facts.get(side, ""), "")) for side in ("old", "new")))]
    return [*role, Change(_("Jobs"), "", _jobs(facts["jobs"]))] if "jobs" in facts else role


def _jobs_of_one(facts: Facts, _known: Known) -> list[Change]:
    return [Change(_("Jobs"), _jobs(facts["old"]), _jobs(facts["new"]))]


def _table_of_jobs(facts: Facts, _known: Known) -> list[Change]:
    kept: dict[str, list[list[str]]] = facts.get("changes") or {}
    words = {rule: str(DUTIES[rule].words) if rule in DUTIES else rule for rule in kept}
    return [Change(words[rule], _jobs(old), _jobs(new)) for rule, (old, new) in kept.items()]


def _board(facts: Facts, known: Known) -> list[Change]:
    return [Change(_("Board"), *(_named(known("board", facts.get(side))) for side in ("old", "new")))]


def _tags(facts: Facts, _known: Known) -> list[Change]:
    return [Change(_("Tags"), ", ".join(facts.get("removed", [])), ", ".join(facts.get("added", [])))]


def _sight(facts: Facts, _known: Known) -> list[Change]:
    sides = (_("Yes"), _("No"))
    return [Change(_("Private"), *(sides[::-1] if facts.get("private") else sides))]


def _asked(facts: Facts, _known: Known) -> list[Change]:
    kept: dict[str, str] = facts.get("asked") or {}
    asked = [Change(str(ASKED.get(name, name)), "", value) for name, value in kept.items()]
    return [*asked, Change(_("Events"), "", num(facts.get("events", 0)))]


def _named(thing: Any) -> str:
    return str(thing.name) if thing is not None else ""


def _jobs(jobs: Any) -> str:
    return ", ".join(str(words) for job, words in JOBS.items() if isinstance(jobs, list) and job in jobs)


def _tag(facts: Facts, _known: Known) -> list[Change]:
    """What is otherwise of a tag; of one that was merged, separated or deleted, on how many ideas it was."""
    kept: dict[str, list[Any]] = facts.get("changes") or {}
    words = [change for change in _descriptions(*kept.get("description", [{}, {}]))]
    if "name" in kept:
        words = [Change(_("Name"), *kept["name"]), *words]
    if "colour" in kept:
        words.append(Change(_("Colour"), *(str(COLOUR_NAMES.get(side, "")) for side in kept["colour"])))
    if "is_offered" in kept:
        words.append(Change(_("Offered to authors"), *(_said("", side) for side in kept["is_offered"])))
    return [*words, Change(_("Ideas"), "", num(facts["ideas"]))] if "ideas" in facts else words


def _descriptions(old: dict[str, str], new: dict[str, str]) -> list[Change]:
    label = _l("Description in %(language)s")
    langs = (lang for lang in {**old, **new} if old.get(lang, "") != new.get(lang, ""))
    return [Change(str(label) % {"language": called(lang)}, old.get(lang, ""), new.get(lang, "")) for lang in langs]


def _why(facts: Facts, _known: Known) -> list[Change]:
    return [Change(_("Why"), "", str(facts.get("reason", "")))]


def _phrase(facts: Facts, _known: Known) -> list[Change]:
    labels = {"names": _l("Name in %(language)s"), "texts": _l("Phrase in %(language)s")}
    return [change for words, label in labels.items() for change in _sides(facts, words, label)]


OF_ACTIONS: dict[Action, Callable[[Facts, Known], list[Change]]] = {
    Action.SETTINGS_CHANGED: _settings,
    Action.BOARD_CHANGED: _arranged,
    Action.BOARD_CLOSING: _of_closing,
    Action.BOARD_OPENED: _of_closing,
    Action.STATUS_EDITED: _arranged,
    Action.TAG_CHANGED: _tag,
    Action.SNIPPET_CHANGED: _phrase,
    Action.ROLE_CHANGED: _role,
    Action.JOBS_CHANGED: _jobs_of_one,
    Action.JOB_EDITED: _table_of_jobs,
    Action.IDEA_MOVED: _board,
    Action.IDEA_TAGGED: _tags,
    Action.VISIBILITY_CHANGED: _sight,
    Action.IDEA_MERGED: _why,
    Action.AUDIT_EXPORTED: _asked,
}


def _of_way(was: dict[str, Any], now: dict[str, Any]) -> list[Change]:
    """What a way owes, and whom it tells, where that is otherwise since."""
    owes = Change(_("Owes a reason that everyone reads"), *(_said("", side["owes_reason"]) for side in (was, now)))
    tells = Change(_("Who is told"), *(str(TELLS[side["tells"]]) for side in (was, now)))
    return [change for change in (owes, tells) if change.old != change.new]


def _sides(facts: dict[str, Any], words: str, label: Any) -> list[Change]:
    """What was written in each language, and what is; of what was deleted nothing is left."""
    old, new = facts.get(f"old_{words}", {}), {} if facts.get("what") == "deleted" else facts.get(words, {})
    sides = ((lang, old.get(lang, ""), new.get(lang, "")) for lang in {**old, **new} if facts.get("what") != "moved")
    return [Change(str(label) % {"language": called(lang)}, was, now) for lang, was, now in sides if was != now]


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
    return _label_of(SettingsForm, name)


def _label_of(form: Any, name: str) -> str:
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
