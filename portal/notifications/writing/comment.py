"""Somebody commented or replied, and a comment made a difference."""

from portal.accounts.models import User
from portal.activity.actions.described import either
from portal.activity.models import Action, Event
from portal.activity.subjects import Told, subject_of
from portal.comments.models import Comment
from portal.i18n import _, _l, locale
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import FOLLOWS, WROTE, Mail, about

TO_FOLLOWERS = _l("To everyone who follows the discussion, as they chose.")


def _posted(event: Event, reader: User) -> Message:
    return about(event, reader, _heading(event), [], _("Read and reply"), subject_of(event).body, FOLLOWS)


def _heading(event: Event) -> str:
    who = Told(event).who
    if event.facts.get("source"):
        return _("%(who)s noted what a customer said", who=who)
    return _("%(who)s replied to a comment", who=who) if event.facts.get("parent") else _("%(who)s commented", who=who)


def _shaped(event: Event, reader: User) -> Message:
    comment = subject_of(event)
    lines = [
        _("What you wrote helps us to fix this issue. Thank you.")
        if comment.idea.is_issue
        else _("What you wrote changed what we are going to build. Thank you.")
    ]
    heading, body = _("Your comment made a difference"), comment.body
    return about(event, reader, heading, lines, _("See your comment"), body, WROTE, credits=True)


POSTED = Mail(_posted, "commented")
SHAPED = Mail(
    _shaped, "shaped", either(_l("Your comment shaped “%(title)s”"), _l("Your comment helped with “%(title)s”"))
)


def comment(world: World) -> Action:
    Comment.post(world.idea, _("I would use it every evening."), by=world.staff, lang=locale())
    return Action.COMMENT_POSTED


def _reply(world: World) -> Action:
    Comment.post(world.idea, _("Good point: we will."), by=world.staff, parent=world.comment, lang=locale())
    return Action.COMMENT_POSTED


def _mark(world: World) -> Action:
    world.comment.mark_as_shaping(True, by=world.staff)
    return Action.COMMENT_SHAPED


EXAMPLES = {
    "commented": Example(_l("A new comment"), TO_FOLLOWERS, comment),
    "replied": Example(_l("A reply"), TO_FOLLOWERS, _reply),
    "shaped": Example(_l("A comment made a difference"), TO_ONE, _mark),
}
