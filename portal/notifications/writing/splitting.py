"""Whoever wrote a comment is asked whether it may become an idea of its own; and what they answered."""

from datetime import datetime
from typing import Any

from flask import url_for

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.splits import SPLITS
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told, row_of
from portal.comments.splits import Split
from portal.i18n import _, _l, day
from portal.mail.sending import Message
from portal.merging import splitting
from portal.merging.splitting import Proposal
from portal.notifications.writing.converting import ASKED_IT
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import WROTE, Mail, about
from portal.web.site import public_url


def _asked(event: Event, reader: User) -> Message | None:
    question: Split | None = row_of("split", event.facts["split"])
    if question is None:
        return None
    until = day(datetime.fromisoformat(event.facts["until"]))
    proposal = Proposal.of(question)
    lines = [
        _("We would call it: %(title)s", title=proposal.title),
        _("It would be yours, with your vote. You may change the title and the text before you agree."),
        _("Your comment stays where it is. If we hear nothing until %(day)s, nothing changes.", day=until),
    ]
    url = public_url(_where(event))
    heading = _question(Told(event))
    return about(event, reader, heading, lines, _("Look at it, and answer"), proposal.body, why=WROTE, url=url)


def _question(told: Told) -> str:
    return _("May your comment on “%(title)s” become an idea of its own?", title=told.title)


def _where(event: Happening, _subject: Any = None, _reader: Any = None) -> str:
    """Where the writer answers."""
    return url_for("comments.split", id=event.subject_id)


def _answered(event: Event, reader: User) -> Message:
    told = Told(event)
    lines = [
        _("It is an idea of theirs now, and waits for an answer as any other.")
        if event.facts["agreed"]
        else _("It stays a comment. They are not asked again.")
    ]
    heading = SPLITS[Action.SPLIT_ANSWERED].sentence(told)
    return about(event, reader, heading, lines, _("See the comment"), why=ASKED_IT)


ASKED = Mail(_asked, "split-asked", _question, _where)
ANSWERED = Mail(_answered, "split-answered")


def _ask(world: World) -> Action:
    splitting.ask(world.comment, _example(world), by=world.staff)
    return Action.SPLIT_ASKED


def _answer(world: World) -> Action:
    """The reader asked, and whoever wrote it says no."""
    world.reader.role = Role.STAFF
    comment = world.comment
    comment.author = world.staff
    world.staff.role = Role.MEMBER
    question = splitting.ask(comment, _example(world), by=world.reader)
    splitting.refuse(question, comment, by=world.staff)
    return Action.SPLIT_ANSWERED


def _example(world: World) -> Proposal:
    return Proposal(_("The dark mode follows the clock"), world.comment.body)


EXAMPLES = {
    "split-asked": Example(_l("The writer of a comment is asked whether it may become an idea"), TO_ONE, _ask),
    "split-answered": Example(_l("What the writer of a comment answered"), _l("To the colleague who asked."), _answer),
}
