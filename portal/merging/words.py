"""What links between ideas are called, as it is said of one of the two; and where it is done what is done elsewhere."""

from typing import Any

from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.merging.links import Relation

SAID: dict[str, Any] = {
    Relation.WAITS.value: _l("Waits for"),
    Relation.BLOCKS.value: _l("Comes before"),
    Relation.THEME.value: _l("Goes with"),
}
CHOICES: dict[str, Any] = {
    Relation.WAITS.value: _l("It waits for the other"),
    Relation.BLOCKS.value: _l("The other waits for it"),
    Relation.THEME.value: _l("Both are about the same thing"),
}


def do_it_there(idea: Idea) -> str:
    """That an idea is a part of another one, to whoever tries to do to it what is done to that. For staff, who see
    both."""
    return _("It is a part of “%(title)s” by now: do it there.", title=idea.root.title)
