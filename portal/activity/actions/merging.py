"""What happens to families of ideas: they are merged, and part again."""

from typing import Any

from portal.activity.actions.described import EVERYWHERE, NOWHERE, Described, Sentence
from portal.activity.models import Action
from portal.activity.subjects import NAMES, Told
from portal.i18n import _l


def other_of(told: Told) -> str:
    """The title of the idea in which it lives, or lived."""
    other = told.known("idea", told.event.facts.get("into"))
    return NAMES["idea"](other) if other else "…"


def with_other(words: Any) -> Sentence:
    """A sentence with `who`, `title` and `other` in it."""
    return lambda told: str(words) % {"who": told.who, "title": told.title, "other": other_of(told)}


MERGING: dict[Action, Described] = {
    Action.IDEA_MERGED: Described(
        _l("Idea merged into another"),
        with_other(_l("%(who)s merged “%(title)s” into “%(other)s”")),
        EVERYWHERE,
        "git-merge",
    ),
    Action.IDEA_UNMERGED: Described(
        _l("Idea unmerged"),
        with_other(_l("%(who)s let “%(title)s” stand for itself again, apart from “%(other)s”")),
        NOWHERE,
        "git-merge",
    ),
    Action.MERGE_OBJECTED: Described(
        _l("Author objected to a merge"),
        with_other(_l("%(who)s says that “%(title)s” is not the same as “%(other)s”: they are apart again")),
        NOWHERE,
        "git-merge",
    ),
    Action.MERGE_SETTLED: Described(
        _l("Merge settled"),
        with_other(_l("“%(title)s” lives in “%(other)s” for good: who supports it was told")),
        NOWHERE,
        "git-merge",
    ),
    Action.OBJECTION_SEEN: Described(
        _l("Objection to a merge read"),
        with_other(_l("%(who)s read why the author says that “%(title)s” is not the same as “%(other)s”")),
        NOWHERE,
        "git-merge",
    ),
}
