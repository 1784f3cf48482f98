"""What is said of two ideas: that they are the same, or are not."""

from typing import Any

from portal.activity.actions.described import NOWHERE, Described, Sentence
from portal.activity.actions.merging import with_other
from portal.activity.models import Action
from portal.activity.subjects import NAMES, Told
from portal.i18n import _l


def _of_pair(words: Any) -> Sentence:
    """A sentence of two ideas of which somebody says that they are the same, or are not."""

    def said(told: Told) -> str:
        other = told.known("idea", told.event.facts.get("other"))
        return str(words) % {"who": told.who, "title": told.title, "other": NAMES["idea"](other) if other else "…"}

    return said


SAME: dict[Action, Described] = {
    Action.SAME_SAID: Described(
        _l("Idea said to be the same as another"),
        _of_pair(_l("%(who)s says that “%(title)s” is the same as “%(other)s”")),
        NOWHERE,
        "git-merge",
    ),
    Action.SAME_TAKEN_BACK: Described(
        _l("No longer said to be the same"),
        _of_pair(_l("%(who)s does not say any more that “%(title)s” is the same as “%(other)s”")),
        NOWHERE,
    ),
    Action.SAME_DECLINED: Described(
        _l("Author says that it is something else"),
        _of_pair(_l("%(who)s, who wrote “%(title)s”, says that it is something else than “%(other)s”")),
        NOWHERE,
    ),
    Action.SAME_DISMISSED: Described(
        _l("Suggestion dismissed: not the same"),
        _of_pair(_l("%(who)s decided that “%(title)s” and “%(other)s” are not the same")),
        NOWHERE,
    ),
    Action.SAME_CAME_TRUE: Described(
        _l("Those who said so were told"),
        with_other(_l("“%(title)s” lives in “%(other)s”: who said that they are the same was told")),
        NOWHERE,
        "git-merge",
    ),
}
