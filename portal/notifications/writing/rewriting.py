"""The words of an idea or issue changed so much that whoever backed it is told, and sees what is new in them."""

from typing import Any

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import subject_of
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.ideas.rewriting import rewrite
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.shapes import Mail, about
from portal.web.site import public_url


def _changes_of(event: Happening, _subject: Any = None, _reader: Any = None) -> str:
    """Where the reader sees what changed."""
    return url_for("ideas.history", id=event.subject_id)


def _look(idea: Idea) -> str:
    if idea.is_issue:
        return _(
            "Look whether it still tells of what you have. If not, say so below it, or that you no longer have it."
        )
    return _(
        "Look whether it still says what you want. If it does not, you can take your vote back, or say so below it."
    )


def _rewritten(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    before = db.session.get(Revision, event.facts["before"] or 0)
    lines = [_look(idea)]
    if before and before.title not in ("", idea.title):
        lines.insert(0, _("It was called “%(title)s”.", title=before.title))
    heading = _("The words of this issue changed") if idea.is_issue else _("The words of this idea changed")
    return about(event, reader, heading, lines, _("See what changed"), url=public_url(_changes_of(event)))


REWRITTEN = Mail(_rewritten, "rewritten", phrase(_l("The words of “%(title)s” changed: see how")), _changes_of)


def _rewrite(world: World) -> Action:
    rewrite(world.idea, _("A light mode for the early shift"), world.idea.body, by=world.staff, at_once=True)
    return Action.IDEA_REWRITTEN


EXAMPLES = {"rewritten": Example(_l("The words of an idea changed"), TO_ALL, _rewrite)}
