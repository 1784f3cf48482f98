"""What points are paid for: the rules, and what each idea owes to whom as it stands now."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, or_, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import Credit, CreditRole, Release
from portal.clock import now
from portal.comments.models import Comment
from portal.comments.splits import is_comment_alone
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind


class Rule(StrEnum):
    """What points are paid for."""

    IDEA_SHIPPED = "idea_shipped"
    ISSUE_FIXED = "issue_fixed"
    IDEA_SHAPED = "idea_shaped"
    IDEA_PLANNED = "idea_planned"
    ISSUE_CONFIRMED = "issue_confirmed"
    COMMENT_SHAPED = "comment_shaped"


WORTH: dict[Rule, int] = {
    Rule.IDEA_SHIPPED: 50,
    Rule.ISSUE_FIXED: 50,
    Rule.IDEA_SHAPED: 30,
    Rule.IDEA_PLANNED: 20,
    Rule.ISSUE_CONFIRMED: 15,
    Rule.COMMENT_SHAPED: 15,
}

# Where an idea stands that was planned and is not given up.
UNDER_WAY = {StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING, StatusKind.SHIPPED}


@dataclass(frozen=True)
class Owed:
    """That a rule pays somebody for an idea, and since when."""

    rule: Rule
    user_id: int
    since: datetime = field(compare=False)


def owed_in(ideas: list[Idea]) -> Iterator[tuple[Idea, list[Owed]]]:
    """What the rules pay for each of these ideas, which are whole families: nothing to who is suspended.

    What an idea earned stays its own, wherever it lives. What its survivor comes to pays its author and those who
    shaped it as well, once a person and rule in a family.
    """
    found = {idea: _owed(idea) for idea in ideas}
    for idea in sorted(ideas, key=lambda idea: idea.id):
        if idea.is_merged:
            family = [one for one in ideas if one.root_id == idea.root_id and one is not idea]
            paid = {(owed.user_id, owed.rule) for one in family for owed in found[one]}
            found[idea] += [owed for owed in _brought(idea) if (owed.user_id, owed.rule) not in paid]
    people = {one.user_id for owed in found.values() for one in owed}
    without = set(db.session.scalars(select(User.id).where(User.id.in_(people), User.is_suspended)))
    for idea, owed in found.items():
        yield idea, [one for one in owed if one.user_id not in without]


def _owed(idea: Idea) -> list[Owed]:
    """What the rules pay for this idea as it stands by itself: nothing once staff hid it.

    What only waits until staff have looked stands: reports alone take nothing from anybody.
    """
    if _is_out_of_sight(idea):
        return []
    return [*_owed_to_author(idea, idea), *_owed_to_shapers(idea, idea)]


def _brought(idea: Idea) -> list[Owed]:
    """What the survivor of this idea pays for it."""
    root = idea.root
    if _is_out_of_sight(idea) or _is_out_of_sight(root):
        return []
    return [*_owed_to_author(idea, root), *_owed_to_shapers(idea, root)]


def _is_out_of_sight(idea: Idea) -> bool:
    return idea.hidden_at is not None and not idea.is_held


def _owed_to_author(idea: Idea, of: Idea) -> list[Owed]:
    """To who proposed it, for what became `of` it, or of its survivor; whoever noted what a customer said elsewhere
    proposed nothing."""
    if idea.captured:
        return []
    planned = Rule.ISSUE_CONFIRMED if idea.is_issue else Rule.IDEA_PLANNED
    shipped = Rule.ISSUE_FIXED if idea.is_issue else Rule.IDEA_SHIPPED
    came = _came_to(of)
    owed = []
    if of.status.kind in UNDER_WAY and StatusKind.PLANNED in came:
        owed.append(Owed(planned, idea.author_id, came[StatusKind.PLANNED]))
    if of.status.kind == StatusKind.SHIPPED and StatusKind.SHIPPED in came:
        owed.append(Owed(shipped, idea.author_id, came[StatusKind.SHIPPED]))
    return owed


def _owed_to_shapers(idea: Idea, of: Idea) -> list[Owed]:
    shipped = _came_to(of).get(StatusKind.SHIPPED) if of.status.kind == StatusKind.SHIPPED else None
    owed = []
    for author, since in _shapers(idea).items():
        owed.append(Owed(Rule.COMMENT_SHAPED, author, since))
        if shipped:
            owed.append(Owed(Rule.IDEA_SHAPED, author, max(since, shipped)))
    return owed


def _came_to(idea: Idea) -> dict[str, datetime]:
    """When it first came to each kind of status here. What was imported as shipped came to nothing here."""
    steps = select(Event).where(Event.subject_type == "idea", Event.subject_id == idea.id)
    found: dict[str, datetime] = {}
    for step in db.session.scalars(steps.where(Event.action == Action.STATUS_CHANGED).order_by(Event.id)):
        found.setdefault(str(step.facts.get("new_kind")), step.created_at)
    return found


def _shapers(idea: Idea) -> dict[int, datetime]:
    """Who shaped it as staff say, or as staff left it standing in the credits of a release; and since when.

    What is an idea of its own pays as that: the same words are not paid twice.
    """
    marked = select(Comment.author_id, func.min(Comment.shaped_at)).group_by(Comment.author_id)
    in_sight = or_(Comment.hidden_at.is_(None), Comment.hidden_reason == "")
    marked = marked.where(Comment.idea_id == idea.id, Comment.author_id != idea.author_id, Comment.is_note.is_(False))
    marked = marked.where(Comment.shaped_at.is_not(None), in_sight, is_comment_alone(Comment.id))
    credited = (
        select(Credit.user_id, func.min(Release.published_at))
        .join(Release)
        .where(Credit.idea_id == idea.id, Credit.role == CreditRole.SHAPER, Release.in_public())
        .group_by(Credit.user_id)
    )
    still = {author for author, _ in db.session.execute(marked)}
    found = {user: since for user, since in db.session.execute(credited) if user in still and since}
    for author, since in db.session.execute(marked.where(Comment.shaped_by_staff)):
        found[author] = min(since or idea.created_at, found.get(author) or now())
    return found
