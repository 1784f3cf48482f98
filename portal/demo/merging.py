"""One wish of the demo that was sent in twice: the later idea lives in the earlier one."""

from datetime import timedelta

from portal.accounts.models import User
from portal.clock import now
from portal.ideas.models import Idea
from portal.merging.joining import merge

WHY = "Both want a warning while the shifts are planned, before a rule on working time is broken."


def join_two(ideas: dict[str, Idea], by: User) -> None:
    """Merged yesterday, so that its author may still object."""
    merged = merge(ideas["rest_rule"], ideas["rest_warning"], by=by, reason=WHY)
    merged.created_at = now() - timedelta(days=1)
    merged.object_until -= timedelta(days=1)
