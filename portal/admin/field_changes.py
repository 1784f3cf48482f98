"""What changed of what a board asks for, as the audit shows it."""

from typing import Any, NamedTuple

from portal.database.wording import chosen
from portal.i18n import _, _l, called, num

WORDS = {
    "names": _l("What it is called in %(language)s"),
    "hints": _l("What helps to say it, in %(language)s"),
    "units": _l("Counted in, in %(language)s"),
}


class Change(NamedTuple):
    """One field; a side is empty where nothing stood there."""

    label: str
    old: str
    new: str


def of_field(facts: dict[str, Any]) -> list[Change]:
    """Which field it is, and what was and is said of it."""
    was, now = facts.get("was") or {}, facts.get("field") or {}
    found = [Change(_("Asks for"), *(chosen(side.get("names") or {}) for side in (was, now)))]
    for words, label in WORDS.items():
        before, after = was.get(words) or {}, now.get(words) or {}
        found += [
            Change(str(label) % {"language": called(lang)}, before.get(lang, ""), after.get(lang, ""))
            for lang in {**before, **after}
        ]
    found.append(Change(_("Who sees what is said"), *(_sight(side) for side in (was, now))))
    found.append(Change(_("Place"), *(num(side["place"] + 1) if side else "" for side in (was, now))))
    found.append(Change(_("What can be chosen"), was.get("choices", ""), now.get("choices", "")))
    return [change for number, change in enumerate(found) if not number or change.old != change.new]


def _sight(side: dict[str, Any]) -> str:
    if not side:
        return ""
    return _("Only our team") if side["for_staff"] else _("Everybody")
