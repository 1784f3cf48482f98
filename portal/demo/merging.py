"""Wishes of the demo that were sent in twice: one lives in the other; others are said to be the same."""

from datetime import timedelta

from portal.accounts.models import User
from portal.clock import now
from portal.ideas.models import Idea
from portal.merging.joining import merge
from portal.merging.saying import decline, say

ONCE_A_MONTH = "Mine comes back every month by itself: nobody has to copy anything."
WHY = "Both want a warning while the shifts are planned, before a rule on working time is broken."


def join_two(ideas: dict[str, Idea], by: User) -> None:
    """Merged yesterday, so that its author may still object."""
    merged = merge(ideas["rest_rule"], ideas["rest_warning"], by=by, reason=WHY)
    merged.created_at = now() - timedelta(days=1)
    merged.object_until -= timedelta(days=1)


def say_some_are_the_same(ideas: dict[str, Idea], people: dict[str, User]) -> None:
    """Two pairs: of one its author has not answered yet, of the other the author says that theirs is something else."""
    for key in ("camille", "yuki"):
        say(ideas["offline"], ideas["calendars"], by=people[key])
    for key in ("tom", "ines", "yuki"):
        say(ideas["repeat_week"], ideas["copy_week"], by=people[key])
    decline(ideas["repeat_week"], ideas["copy_week"], by=people["marc"], words=ONCE_A_MONTH)
