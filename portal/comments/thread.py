"""The discussion of an idea as one person sees it: fifty comments a page, each with its first fifty replies."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from flask import abort, g, render_template
from markupsafe import Markup
from sqlalchemy import CTE, Exists, Select, and_, bindparam, exists, func, literal, or_, select, tuple_, union_all
from sqlalchemy.orm import aliased, joinedload, undefer

from portal import permissions
from portal.accounts.membership import Somebody
from portal.accounts.models import User
from portal.comments.both_ends import OtherEnd, became
from portal.comments.models import Comment
from portal.database.reading import rows
from portal.extensions import db
from portal.ideas.captured import Captured
from portal.ideas.family import survivor_seen
from portal.ideas.kin import Titled, titled
from portal.ideas.models import Idea
from portal.middleware.caching import for_everybody
from portal.web.paging import in_order, slice_of

PAGE = 50
ORDER = (Comment.created_at, Comment.id)
# Of the people who wrote, what stands beside their words.
FACE = (
    User.own_name, User.credit_as, User.pseudonym, User.handle, User.role, User.suspended_at, User.erased_at,
    User.email,
)  # fmt: skip
# Of an idea of a family, what says who may do what with a comment there.
WHOSE = (Idea.author_id, Idea.kind, Idea.hidden_at, Idea.is_private, Idea.survivor_id, Idea.merged_count)
# What staff read before they hide a comment: whether its author hears of it.
REACHED = (User.email, User.mail_progress)


@dataclass
class Entry:
    """A comment and its replies. `is_gone`: it was hidden or deleted, but its replies still stand. `written_in`: the
    idea on which it was written, where that is another one of the family whose discussion this is. `became`: what of it
    is an idea of its own as well, by the ids of comments.
    """

    comment: Comment
    is_gone: bool = False
    replies: list[Comment] = field(default_factory=list)
    has_more: bool = False
    written_in: Titled | None = None
    became: dict[int, OtherEnd] = field(default_factory=dict)


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

    def may(self, _rule: str) -> bool:
        return False


def thread(idea: Idea, user: Any, newest_first: bool = False, start: int | None = None) -> Thread:
    """The page that begins with the comment `start`, or the first one."""
    begin = _moment(idea, start)
    place = {"place_0": begin[0], "place_1": begin[1]} if begin else {}
    statement = _page(Somebody.like(user), bool(begin), newest_first, idea.merged_count > 0)
    found = db.session.scalars(statement, _given(user, idea=idea.id, at_most=PAGE + 1, **place))
    entries = _entries(found, user, idea)[:: -1 if newest_first else 1]
    next = entries[PAGE].comment.id if len(entries) > PAGE else None
    start, entries = start if begin else None, entries[:PAGE]
    return Thread(idea, entries, newest_first, start, next, has_order=len(entries) > 1 or start is not None)


def discussion(idea: Idea, user: Any, newest_first: bool, start: int | None, wrote: bool) -> Thread:
    """What thread() gives; members who only read and reply get what was drawn for any of them a second ago or less.

    `wrote`: whether something in it is theirs; of a family more may be, which is asked here.
    """
    if wrote or not _only_reads(user, idea) or _has_part(user, idea):
        return thread(idea, user, newest_first, start)
    drawn = _drawn(idea.id, newest_first, start, permissions.take_part(user))
    return Thread(idea, [], newest_first, *drawn)


def _only_reads(user: Any, idea: Idea) -> bool:
    """Whether a member who wrote nothing in it sees of the discussion what every other does."""
    return user.is_authenticated and not user.is_staff and user.id != idea.author_id and idea.is_public


def _has_part(user: Any, idea: Idea) -> bool:
    """Whether they proposed or said something in the family of this idea, if it has one: so they may see more of it."""
    return idea.merged_count > 0 and rows(_parts(), {"idea": idea.id, "reader": user.id}).first() is not None


@cache
def _parts() -> Select[int]:
    said = exists().where(Comment.idea_id == Idea.id, Comment.author_id == bindparam("reader"))
    theirs = or_(Idea.author_id == bindparam("reader"), said)
    return select(Idea.id).where(Idea.family_of(bindparam("idea")), theirs).limit(1)


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
    root = comment.parent_id or comment.id
    found = db.session.scalars(_one(Somebody.like(user)), _given(user, root=root))
    return _entries(found, user, discussed_in(comment, user))[0]


def discussed_in(comment: Comment, user: Any) -> Idea:
    """The idea on whose page this comment is read: where its own idea lives now, if this reader may see that."""
    survivor: Idea | None = survivor_seen(comment.idea, user)
    return survivor or comment.idea


def replies(root: Comment, user: Any, start: int | None = None) -> tuple[list[Comment], int | None]:
    """Fifty replies to this comment from `start` on, and where the next fifty begin."""
    begin = _moment(root.idea, start)
    answers, given = _answers(Somebody.like(user)), _given(user, root=root.id)
    found = slice_of(answers, *ORDER, begin=begin, size=PAGE, descending=False, given=given)
    return found.rows, found.beyond.id if found.beyond else None


def root_or_404(id: int, user: Any) -> Comment:
    """The comment whose replies are read: it stands, or is gone and still answered."""
    seen = select(Comment).join(Idea).where(Idea.seen_by(user), Comment.id == id, _stands_for(user))
    return db.session.scalar(seen) or abort(404)


def is_on_first_page(comment: Comment, user: Any) -> bool:
    """Whether the discussion, oldest first, shows this comment without paging; for a reply, whether its thread does."""
    idea = discussed_in(comment, user)
    reader, given = Somebody.like(user), _given(user, idea=idea.id, root=comment.parent_id)
    earlier = _replies(reader, [bindparam("root")]) if comment.parent_id else _roots(reader, idea.merged_count > 0)
    place = (literal(comment.created_at, Comment.created_at.type), literal(comment.id))
    count = select(func.count()).select_from(
        earlier.where(tuple_(*ORDER) < tuple_(*place)).with_only_columns(Comment.id).subquery()
    )
    return (db.session.scalar(count, given) or 0) < PAGE


def _roots(reader: Somebody | None, family: bool) -> Select[Comment]:
    """What was said of the `idea` itself, as such a reader sees it; of its `family`, as far as they see each of it."""
    said_there: Any = Comment.idea_id == bindparam("idea")
    if family:
        seen = select(Idea.id).where(Idea.family_of(bindparam("idea")), Idea.seen_by(reader))
        said_there = Comment.idea_id.in_(seen)
    return select(Comment).where(said_there, Comment.parent_id.is_(None), _stands_for(reader))


def _replies(reader: Somebody | None, *roots: Any) -> Select[Comment]:
    """What was answered to these."""
    return select(Comment).where(Comment.parent_id.in_(*roots), Comment.seen_by(reader))


def _stands_for(user: Any) -> Any:
    """The condition of a comment that has a place in the discussion: it is seen, or a reply to it is."""
    reply = aliased(Comment)
    answered = exists(select(reply.id).where(reply.parent_id == Comment.id, reply.seen_by(user)))
    return or_(Comment.seen_by(user), and_(answered, Comment.is_note.is_(False)))


@cache
def _page(reader: Somebody | None, from_place: bool, newest_first: bool, family: bool) -> Select[Comment]:
    """Each comment of a page of the discussion, oldest first, with the first of what was answered to it."""
    roots = in_order(_roots(reader, family), ORDER, from_place, itself=True, descending=newest_first)
    found = _with_replies(roots.with_only_columns(Comment.id).cte(), reader)
    return found.options(joinedload(Comment.idea, innerjoin=True).load_only(*WHOSE)) if family else found


@cache
def _one(reader: Somebody | None) -> Select[Comment]:
    """The comment `root`, with the first of what was answered to it."""
    return _with_replies(select(Comment.id).where(Comment.id == bindparam("root")).cte(), reader)


@cache
def _answers(reader: Somebody | None) -> Select[Comment]:
    """What was answered to the comment `root`."""
    return _loaded(_replies(reader, [bindparam("root")]))


def _with_replies(roots: CTE, reader: Somebody | None) -> Select[Comment]:
    """These, and PAGE of the replies to each, with one more."""
    nth = func.row_number().over(partition_by=Comment.parent_id, order_by=ORDER)
    answers = _replies(reader, select(roots.c.id))
    numbered = answers.with_only_columns(Comment.id, nth.label("nth")).subquery()
    first = select(numbered.c.id).where(numbered.c.nth <= PAGE + 1)
    return _loaded(select(Comment).where(Comment.id.in_(union_all(select(roots.c.id), first))).order_by(*ORDER))


def _loaded(comments: Select[Comment]) -> Select[Comment]:
    """With who said it and its pictures."""
    face = joinedload(Comment.author, innerjoin=True).load_only(*FACE, *REACHED)
    said = joinedload(Comment.captured).load_only(Captured.source, Captured.link)
    return comments.options(undefer(Comment.pictured), undefer(Comment.became_id), face, said)


def _given(user: Any, **given: Any) -> dict[str, Any]:
    return {**given, "reader": getattr(user, "id", None)}


def _entries(comments: Iterable[Comment], user: Any, idea: Idea) -> list[Entry]:
    """An entry of each that answers none, with the answers to it."""
    found: dict[int | None, Entry] = {}
    answers: defaultdict[int | None, list[Comment]] = defaultdict(list)
    said = list(comments)
    elsewhere = titled({one.idea_id for one in said if one.parent_id is None} - {idea.id})
    others = became(said, user)
    for comment in said:
        if comment.parent_id is None:
            written_in = elsewhere.get(comment.idea_id)
            found[comment.id] = Entry(comment, not comment.is_shown_to(user), written_in=written_in, became=others)
        else:
            answers[comment.parent_id].append(comment)
    for root, entry in found.items():
        entry.replies, entry.has_more = answers[root][:PAGE], len(answers[root]) > PAGE
    return [*found.values()]


def _moment(idea: Idea, id: int | None) -> tuple[Any, int] | None:
    """When the comment where a page begins was written; also of one that has been hidden since."""
    if id is None:
        return None
    row = db.session.execute(
        select(Comment.created_at, Comment.id).where(Comment.id == id, Comment.idea_id.in_(idea.family_ids))
    ).first()
    return (row[0], row[1]) if row else None
