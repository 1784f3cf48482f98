"""What examples of mails are made from: a small world, in which the real verbs act, and which is undone."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from portal.accounts.choices import CreditAs, MailWhen
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _l, locale
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.ideas.transitions import Tells, Transition
from portal.mail.sending import Message

NOBODY = "somebody@example.com"
AT_ONCE = _l("At once, to the person who asked.")
TO_ALL = _l("To everyone who proposed, voted for or follows it.")
TO_ONE = _l("To the person whom it is about.")


class World:
    """Who and what the examples tell of. The reader is whoever looks, as if they were a member."""

    def __init__(self, reader: User, lang: str) -> None:
        self.reader = reader
        reader.lang, reader.role = lang, Role.MEMBER
        reader.mail_progress = reader.mail_comments = MailWhen.AT_ONCE
        reader.credit_as = CreditAs.NAME

    @cached_property
    def staff(self) -> User:
        user = User.join("camille@example.invalid", "Camille Martin", locale())
        user.role = Role.STAFF
        return user

    @cached_property
    def idea(self) -> Idea:
        body = _("The screen is far too bright at night. A dark one would rest my eyes.")
        idea = Idea.propose(self.reader, _("A dark mode for the evening"), body, lang=locale())
        idea.votes_count = 128
        return idea

    @cached_property
    def issue(self) -> Idea:
        title = _("The export leaves out the last day of the month")
        issue = Idea.propose(self.reader, title, kind=Kind.ISSUE, lang=locale())
        issue.votes_count = 12
        return issue

    def move(self, idea: Idea, kind: StatusKind, reason: str = "") -> None:
        """Move an idea to this kind of status, on a way that this portal may have closed: the example opens it."""
        status = Status.first(idea.kind, kind)
        self.open_way(idea.status, status)
        idea.change_status(status, by=self.staff, reason=reason)

    @staticmethod
    def open_way(old: Status, new: Status) -> None:
        """Let this way be open, owe nothing and tell everyone, as long as the example lasts."""
        db.session.merge(
            Transition(from_status_id=old.id, to_status_id=new.id, owes_reason=False, tells=Tells.EVERYONE)
        )
        db.session.flush()

    @cached_property
    def comment(self) -> Comment:
        return Comment.post(self.idea, _("Please let it follow the clock, too."), by=self.reader, lang=locale())


# What an example gives: what happened, whose newest events the mail then tells of together, or the mail itself.
Happened = Action | tuple[Action, ...] | Message


@dataclass(frozen=True)
class Example:
    """A mail by name: what staff call it, when it goes out, and how to bring it about in a small world."""

    label: Any
    sent: Any
    act: Callable[[World], Happened]
