"""What staff do with the idea that is open in the inbox, or with several: each act has a name in the address, a key,
and a form.
"""

from typing import Any, NamedTuple

from portal import permissions
from portal.i18n import _l
from portal.ideas.models import Idea
from portal.permissions import Rule, me


class Act(NamedTuple):
    """One act of the bar: the words on it, its symbol, its key, how that key is written, and the rule of who may.

    `endpoint`: the page on which it is decided, where it takes more room than the pane has. What is `rare` stands under
    “More”, so that the bar is one row.
    """

    name: str
    label: Any
    icon: str
    key: str
    written: str
    rule: Rule
    endpoint: str = ""
    rare: bool = False


ACTS = (
    Act("answer", _l("Answer"), "corner-down-right", "a", "A", permissions.respond_to_idea),
    Act("status", _l("Status"), "st-planned", "s", "S", permissions.change_status),
    Act("assign", _l("Assign"), "user-plus", "g", "G", permissions.assign_idea),
    Act("tag", _l("Tag"), "tag", "t", "T", permissions.tag_idea),
    Act("merge", _l("Merge"), "git-merge", "m", "M", permissions.merge_idea, "admin.choose_survivor"),
    Act("note", _l("Note"), "notebook-pen", "N", "⇧N", permissions.write_note),
    Act("snooze", _l("Snooze"), "clock", "h", "H", permissions.snooze_idea),
    Act("board", _l("Board"), "layers", "b", "B", permissions.move_idea, rare=True),
    Act("link", _l("Link"), "link", "l", "L", permissions.link_idea, "admin.links", rare=True),
    Act("convert", _l("Change kind"), "refresh-cw", "c", "C", permissions.convert_idea, "admin.kind", rare=True),
    Act("hide", _l("Hide"), "eye-off", "H", "⇧H", permissions.hide_idea, rare=True),
)
NAMES = frozenset(act.name for act in ACTS if not act.endpoint)
# Which of them each form of the tools belongs to, so that one that was refused is shown where it was opened.
FORMS = {
    "response": "answer", "status": "status", "assign": "assign", "tags": "tag", "board": "board", "note": "note",
    "snooze": "snooze", "hide": "hide", "target": "status",
}  # fmt: skip


class Doing(NamedTuple):
    """What can be done to several ideas: the words on it, its symbol, what it asks for, and the key of its act."""

    label: Any
    icon: str
    asks: tuple[str, ...]
    key: str = ""
    written: str = ""


# By the name in the address; with something ticked, the letter of an act opens it for all of that.
DOINGS: dict[str, Doing] = {
    "response": Doing(_l("Answer"), "corner-down-right", ("text",), "a", "A"),
    "status": Doing(_l("Status"), "st-planned", ("status", "reason", "quietly"), "s", "S"),
    "assign": Doing(_l("Assign"), "user-plus", ("owner", "due"), "g", "G"),
    "tag": Doing(_l("Add a tag"), "tag", ("tag",), "t", "T"),
    "untag": Doing(_l("Take a tag off"), "x", ("tag",)),
    "board": Doing(_l("Board"), "layers", ("board",), "b", "B"),
    "snooze": Doing(_l("Snooze"), "clock", ("when", "day"), "h", "H"),
    "wake": Doing(_l("Bring back"), "undo-2", ()),
    "hidden": Doing(_l("Hide"), "eye-off", ("why",), "H", "⇧H"),
}


# What is done to the idea in which one lives, not to the one that is a part of it.
DONE_THERE = frozenset({"answer", "status", "assign", "merge", "snooze"})


def open_to(idea: Idea, also: str = "") -> list[Act]:
    """The acts that whoever looks may do to this idea; `also` one of which the form was refused, as what was typed is
    shown again.
    """
    here = [act for act in ACTS if not idea.is_merged or act.name not in DONE_THERE or act.name == also]
    return [act for act in here if act.rule(me(), idea)]
