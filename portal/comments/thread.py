"""The discussion of an idea as one person sees it: fifty comments a page, each with its first fifty replies."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from flask import abort, g, render_template
from markupsafe import Markup
from sqlalchemy import Select, and_, bindparam, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal import permissions
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.extensions import db
from portal.ideas.cards import Author
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody
from portal.permissions import me
from portal.web.addresses import url_for
from portal.web.paging import slice_of

PAGE = 50
ORDER = (Comment.created_at, Comment.id)
# Of the people who wrote, what stands beside their words.
FACE = (
    User.own_name, User.credit_as, User.pseudonym, User.handle, User.role, User.suspended_at, User.erased_at,
    User.email,
)  # fmt: skip
# What staff read before they hide a comment: whether its author hears of it.
REACHED = (User.email, User.mail_progress)


@dataclass
class Entry:
    """A comment and its replies. `is_gone`: it was hidden or deleted, but its replies still stand."""

    comment: Comment
    is_gone: bool = False
    replies: list[Comment] = field(default_factory=list)
    has_more: bool = False


@dataclass
class Thread:
    """One page of the discussion; `next` and `start` are the ids of the comments where pages begin.

    `drawn`: the entries as they stand on the page, where they were drawn for any member who only reads.
    """

    idea: Idea
    entries: list[Entry]
    newest_first: bool = False
    start: int | None = None
    next: int | None = None
    drawn: Markup | None = None
    has_order: bool = False


@dataclass(frozen=True)
class AnyMember:
    """Any member who only reads a discussion: nothing in it is theirs. The suspended take no part either."""

    is_suspended: bool
    is_authenticated: bool = True
    is_staff: bool = False
    is_admin: bool = False
    id: int = 0


class Said(NamedTuple):
    """A comment as it was said, by its values."""

    id: int
    idea_id: int
    author: Author
    body: str
    lang: str
    is_note: bool
    is_official: bool
    has_shaped: bool
    is_edited: bool
    of_issue: bool
    created_at: datetime

    @property
    def url(self) -> str:
        return url_for("comments.show", id=self.id)


class Tools(NamedTuple):
    """What the reader may do with a comment; visitors are asked to sign in first."""

    reply: bool
    edit: bool
    shape: bool
    report: bool
    hide: bool
    delete: bool

    @property
    def are_plain(self) -> bool:
        """Whether they are what most readers get, with nothing of theirs in them."""
        return not (self.edit or self.shape or self.hide or self.delete)


def tools(comment: Comment) -> Tools:
    """What the tools under this comment are for whoever reads it."""
    reader: Any = me()
    shown, is_visitor = comment.hidden_at is None, not reader.is_authenticated
    return Tools(
        reply=shown and not comment.is_note and (is_visitor or permissions.comment_on_idea(reader, comment.idea)),
        edit=permissions.edit_comment(reader, comment),
        shape=shown and permissions.mark_comment_as_shaping(reader, comment),
        report=shown and (is_visitor or permissions.flag(reader, comment)),
        hide=permissions.hide_comment(reader, comment),
        delete=permissions.delete_comment(reader, comment),
    )


def as_said(comment: Comment, offered: Tools) -> Said | None:
    """All that shows of a comment that stands as it was said, to a reader with plain tools; None for any other."""
    if comment.hidden_at is not None or comment.images or not offered.are_plain:
        return None
    who, it = comment.author, comment
    author = Author(who.display_name, who.handle, who.is_staff, who.is_former, who.is_imported)
    marks = it.is_note, it.is_official, it.has_shaped, it.is_edited, it.of_issue
    return Said(it.id, it.idea_id, author, it.body, it.lang, *marks, it.created_at)


def thread(idea: Idea, user: Any, newest_first: bool = False, start: int | None = None) -> Thread:
    """The page that begins with the comment `start`, or the first one."""
    begin = _moment(idea, start)
    found = slice_of(_loaded(_roots(idea, user)), *ORDER, begin=begin, size=PAGE, descending=newest_first)
    entries = [Entry(comment, not comment.is_shown_to(user)) for comment in found.rows]
    _add_replies(entries, user)
    next = found.beyond.id if found.beyond else None
    start = start if begin else None
    return Thread(idea, entries, newest_first, start, next, has_order=len(entries) > 1 or start is not None)


def discussion(idea: Idea, user: Any, newest_first: bool, start: int | None) -> Thread:
    """What thread() gives; members who only read and reply get what was drawn for any of them a second ago or less."""
    if not _only_reads(user, idea):
        return thread(idea, user, newest_first, start)
    drawn = _drawn(idea.id, newest_first, start, permissions.take_part(user))
    return Thread(idea, [], newest_first, *drawn)


def _only_reads(user: Any, idea: Idea) -> bool:
    """Whether this member sees of the discussion what every other does: nothing in it is theirs to see or to change."""
    if not user.is_authenticated or user.is_staff or user.id == idea.author_id or not idea.is_public:
        return False
    return not rows(_wrote(), {"idea": idea.id, "reader": user.id}).scalar()


@cache
def _wrote() -> Select[bool]:
    """Whether somebody wrote in a discussion."""
    return select(exists().where(Comment.idea_id == bindparam("idea"), Comment.author_id == bindparam("reader")))


@for_everybody
def _drawn(id: int, newest_first: bool, start: int | None, takes_part: bool) -> tuple[Any, ...]:
    """The rest of a Thread for members who only read (and may reply and report, while they take part)."""
    g._login_user = AnyMember(is_suspended=not takes_part)
    page = thread(db.session.get_one(Idea, id), g._login_user, newest_first, start)
    return page.start, page.next, Markup(render_template("comments/_entries.html", thread=page)), page.has_order


def entry(comment: Comment, user: Any) -> Entry:
    """The comment's whole entry in the discussion: it, or what it replies to, with the replies."""
    root = db.session.get_one(Comment, comment.parent_id or comment.id)
    found = Entry(root, not root.is_shown_to(user))
    _add_replies([found], user)
    return found


def replies(root: Comment, user: Any, start: int | None = None) -> tuple[list[Comment], int | None]:
    """Fifty replies to this comment from `start` on, and where the next fifty begin."""
    begin = _moment(root.idea, start)
    found = slice_of(_loaded(_replies_to([root.id], user)), *ORDER, begin=begin, size=PAGE, descending=False)
    return found.rows, found.beyond.id if found.beyond else None


def root_or_404(id: int, user: Any) -> Comment:
    """The comment whose replies are read: it stands, or is gone and still answered."""
    seen = select(Comment).join(Idea).where(Idea.seen_by(user), Comment.id == id, _stands_for(user))
    return db.session.scalar(seen) or abort(404)


def is_on_first_page(comment: Comment, user: Any) -> bool:
    """Whether the discussion, oldest first, shows this comment without paging; for a reply, whether its thread does."""
    earlier = _replies_to([comment.parent_id], user) if comment.parent_id else _roots(comment.idea, user)
    place = (literal(comment.created_at, Comment.created_at.type), literal(comment.id))
    count = select(func.count()).select_from(
        earlier.where(tuple_(*ORDER) < tuple_(*place)).with_only_columns(Comment.id).subquery()
    )
    return (db.session.scalar(count) or 0) < PAGE


def _roots(idea: Idea, user: Any) -> Select[Comment]:
    return select(Comment).where(Comment.idea_id == idea.id, Comment.parent_id.is_(None), _stands_for(user))


def _stands_for(user: Any) -> Any:
    """The condition of a comment that has a place in the discussion: it is seen, or a reply to it is."""
    reply = aliased(Comment)
    answered = exists(select(reply.id).where(reply.parent_id == Comment.id, reply.seen_by(user)))
    return or_(Comment.seen_by(user), and_(answered, Comment.is_note.is_(False)))


def _replies_to(ids: list[int], user: Any) -> Select[Comment]:
    return select(Comment).where(Comment.parent_id.in_(ids), Comment.seen_by(user))


def _add_replies(entries: list[Entry], user: Any) -> None:
    place = func.row_number().over(partition_by=Comment.parent_id, order_by=(Comment.created_at, Comment.id))
    ids = [entry.comment.id for entry in entries]
    numbered = _replies_to(ids, user).with_only_columns(Comment.id, place.label("place")).subquery()
    first = select(Comment).join(numbered, numbered.c.id == Comment.id).where(numbered.c.place <= PAGE + 1)
    by_root: defaultdict[int | None, list[Comment]] = defaultdict(list)
    for reply in db.session.scalars(_loaded(first).order_by(Comment.created_at, Comment.id)):
        by_root[reply.parent_id].append(reply)
    for entry in entries:
        answers = by_root[entry.comment.id]
        entry.replies, entry.has_more = answers[:PAGE], len(answers) > PAGE


def _loaded(comments: Select[Comment]) -> Select[Comment]:
    face = joinedload(Comment.author, innerjoin=True).load_only(*FACE, *REACHED)
    return comments.options(selectinload(Comment.images), face)


def _moment(idea: Idea, id: int | None) -> tuple[Any, int] | None:
    """When the comment where a page begins was written; also of one that has been hidden since."""
    if id is None:
        return None
    row = db.session.execute(
        select(Comment.created_at, Comment.id).where(Comment.id == id, Comment.idea_id == idea.id)
    ).first()
    return (row[0], row[1]) if row else None
