"""The discussion of an idea as one person sees it: fifty comments a page, each with its first fifty replies."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import abort, g, render_template
from markupsafe import Markup
from sqlalchemy import Exists, Select, and_, bindparam, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import aliased, joinedload, selectinload

from portal import permissions
from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody
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


def thread(idea: Idea, user: Any, newest_first: bool = False, start: int | None = None) -> Thread:
    """The page that begins with the comment `start`, or the first one."""
    begin = _moment(idea, start)
    roots, given = _loaded(_roots, Somebody.like(user)), _given(user, idea=idea.id)
    found = slice_of(roots, *ORDER, begin=begin, size=PAGE, descending=newest_first, given=given)
    entries = [Entry(comment, not comment.is_shown_to(user)) for comment in found.rows]
    _add_replies(entries, user)
    next = found.beyond.id if found.beyond else None
    start = start if begin else None
    return Thread(idea, entries, newest_first, start, next, has_order=len(entries) > 1 or start is not None)


def discussion(idea: Idea, user: Any, newest_first: bool, start: int | None, wrote: bool) -> Thread:
    """What thread() gives; members who only read and reply get what was drawn for any of them a second ago or less.

    `wrote`: whether something in it is theirs.
    """
    if wrote or not _only_reads(user, idea):
        return thread(idea, user, newest_first, start)
    drawn = _drawn(idea.id, newest_first, start, permissions.take_part(user))
    return Thread(idea, [], newest_first, *drawn)


def _only_reads(user: Any, idea: Idea) -> bool:
    """Whether a member who wrote nothing in it sees of the discussion what every other does."""
    return user.is_authenticated and not user.is_staff and user.id != idea.author_id and idea.is_public


def wrote() -> Exists:
    """The condition that the `reader` wrote in the discussion of the `idea`."""
    return exists().where(Comment.idea_id == bindparam("idea"), Comment.author_id == bindparam("reader"))


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
    answers, given = _loaded(_replies, Somebody.like(user)), _given(user, roots=[root.id])
    found = slice_of(answers, *ORDER, begin=begin, size=PAGE, descending=False, given=given)
    return found.rows, found.beyond.id if found.beyond else None


def root_or_404(id: int, user: Any) -> Comment:
    """The comment whose replies are read: it stands, or is gone and still answered."""
    seen = select(Comment).join(Idea).where(Idea.seen_by(user), Comment.id == id, _stands_for(user))
    return db.session.scalar(seen) or abort(404)


def is_on_first_page(comment: Comment, user: Any) -> bool:
    """Whether the discussion, oldest first, shows this comment without paging; for a reply, whether its thread does."""
    reader, given = Somebody.like(user), _given(user, idea=comment.idea_id, roots=[comment.parent_id])
    earlier = _replies(reader) if comment.parent_id else _roots(reader)
    place = (literal(comment.created_at, Comment.created_at.type), literal(comment.id))
    count = select(func.count()).select_from(
        earlier.where(tuple_(*ORDER) < tuple_(*place)).with_only_columns(Comment.id).subquery()
    )
    return (db.session.scalar(count, given) or 0) < PAGE


def _roots(reader: Somebody | None) -> Select[Comment]:
    """What was said of the `idea` itself, as such a reader sees it."""
    return select(Comment).where(Comment.idea_id == bindparam("idea"), Comment.parent_id.is_(None), _stands_for(reader))


def _replies(reader: Somebody | None) -> Select[Comment]:
    """What was answered to these `roots`."""
    return select(Comment).where(Comment.parent_id.in_(bindparam("roots", expanding=True)), Comment.seen_by(reader))


def _stands_for(user: Any) -> Any:
    """The condition of a comment that has a place in the discussion: it is seen, or a reply to it is."""
    reply = aliased(Comment)
    answered = exists(select(reply.id).where(reply.parent_id == Comment.id, reply.seen_by(user)))
    return or_(Comment.seen_by(user), and_(answered, Comment.is_note.is_(False)))


def _first_replies(reader: Somebody | None) -> Select[Comment]:
    """The first of what was answered to each of these `roots`, and one more."""
    place = func.row_number().over(partition_by=Comment.parent_id, order_by=ORDER)
    numbered = _replies(reader).with_only_columns(Comment.id, place.label("place")).subquery()
    first = select(Comment).join(numbered, numbered.c.id == Comment.id).where(numbered.c.place <= PAGE + 1)
    return first.order_by(*ORDER)


@cache
def _loaded(make: Callable[[Somebody | None], Select[Comment]], reader: Somebody | None) -> Select[Comment]:
    """With who said it and its pictures; built once for all such readers."""
    face = joinedload(Comment.author, innerjoin=True).load_only(*FACE, *REACHED)
    return make(reader).options(selectinload(Comment.images), face)


def _given(user: Any, **given: Any) -> dict[str, Any]:
    return {**given, "reader": getattr(user, "id", None)}


def _add_replies(entries: list[Entry], user: Any) -> None:
    by_root: defaultdict[int | None, list[Comment]] = defaultdict(list)
    given = _given(user, roots=[entry.comment.id for entry in entries])
    for reply in db.session.scalars(_loaded(_first_replies, Somebody.like(user)), given):
        by_root[reply.parent_id].append(reply)
    for entry in entries:
        answers = by_root[entry.comment.id]
        entry.replies, entry.has_more = answers[:PAGE], len(answers) > PAGE


def _moment(idea: Idea, id: int | None) -> tuple[Any, int] | None:
    """When the comment where a page begins was written; also of one that has been hidden since."""
    if id is None:
        return None
    row = db.session.execute(
        select(Comment.created_at, Comment.id).where(Comment.id == id, Comment.idea_id == idea.id)
    ).first()
    return (row[0], row[1]) if row else None
