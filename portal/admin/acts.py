"""What staff do with the idea that is open in the inbox: each act has a name in the address, a key, and a form."""

from typing import Any, NamedTuple

from portal.i18n import _l


class Act(NamedTuple):
    """One act of the bar: the words on it, its symbol, the key that opens it, and how that key is written."""

    name: str
    label: Any
    icon: str
    key: str
    written: str


ACTS = (
    Act("answer", _l("Answer"), "corner-down-right", "a", "A"),
    Act("status", _l("Status"), "st-planned", "s", "S"),
    Act("assign", _l("Assign"), "user-plus", "g", "G"),
    Act("tag", _l("Tag"), "tag", "t", "T"),
    Act("board", _l("Board"), "layers", "b", "B"),
    Act("note", _l("Note"), "notebook-pen", "N", "⇧N"),
    Act("snooze", _l("Snooze"), "clock", "h", "H"),
    Act("hide", _l("Hide"), "eye-off", "H", "⇧H"),
)
NAMES = frozenset(act.name for act in ACTS)
# Which of them each form of the tools belongs to, so that one that was refused is shown where it was opened.
FORMS = {
    "response": "answer", "status": "status", "assign": "assign", "tags": "tag", "board": "board", "note": "note",
    "snooze": "snooze", "hide": "hide",
}  # fmt: skip
