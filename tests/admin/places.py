"""Where things are read, as tests outside a request write it."""

from portal.ideas.models import Idea


def at(idea: Idea) -> str:
    """The path of an idea's page."""
    return f"/ideas/{idea.id}-{idea.slug}"
