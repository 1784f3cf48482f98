"""What is told of words that changed: in a mail of its own, and where a reader sees what is new in them."""

from flask import url_for

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.sentences import subject_of
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.mail.sending import Message
from portal.notifications.shapes import about
from portal.web.site import public_url


def changes_of(event: Event) -> str:
    """Where the reader sees what changed; empty for what is not told of changed words."""
    return url_for("ideas.history", id=event.subject_id) if event.action == Action.IDEA_REWRITTEN else ""


def _look(idea: Idea) -> str:
    if idea.is_issue:
        return _(
            "Look whether it still tells of what you have. If not, say so below it, or that you no longer have it."
        )
    return _(
        "Look whether it still says what you want. If it does not, you can take your vote back, or say so below it."
    )


def rewritten(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    before = db.session.get(Revision, event.facts["before"] or 0)
    lines = [_look(idea)]
    if before and before.title not in ("", idea.title):
        lines.insert(0, _("It was called “%(title)s”.", title=before.title))
    heading = _("The words of this issue changed") if idea.is_issue else _("The words of this idea changed")
    return about(event, reader, heading, lines, _("See what changed"), url=public_url(changes_of(event)))
