"""Publishing a release: its ideas ship, everyone who helped is credited, and one event tells it."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, String, func, literal, or_, select, true
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.changelog.models import Credit, CreditRole, Release, release_idea
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold, hold_all
from portal.database.writing import insert
from portal.extensions import db
from portal.i18n import _, _l, languages
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.ideas.transitions import read_ways
from portal.voting.models import Vote
from portal.web.fields import InEachLanguage, in_language

# What to do where the words of a field are missing: in a portal of one language, and among several.
TO_WRITE: dict[str, tuple[Any, Any]] = {
    "title": (_l("Write the title."), _l("Write the title in %(language)s.")),
    "story": (_l("Write the story."), _l("Write the story in %(language)s.")),
}
SHAPING = (Comment.shaped_at.is_not(None), Comment.hidden_at.is_(None), Comment.is_note.is_(False))


class NotReady(Exception):
    """The release cannot be published yet. `problems`: the field of its form -> what to do there."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def publish(release: Release, by: User, leaving_out: Collection[int] = ()) -> bool:
    """Ship its ideas, credit their people and record it, all or nothing; raise NotReady.

    `leaving_out`: ids of comments that authors marked as shaping, and that staff do not let stand in the credits. True
    when it was published now; publishing again changes nothing.
    """
    ideas = _locked(release)
    if release.is_published:
        return False
    problems = what_is_missing(release, ideas)
    if problems:
        raise NotReady(problems)
    for idea in ideas:
        shipped = where_it_ships(idea.status)
        if shipped is not None:
            idea.change_status(shipped, by=by, told_by_release=release.id)
    _credit(release, leaving_out)
    release.published_at = now()
    record(Action.RELEASE_PUBLISHED, release, by=by, ideas=[idea.id for idea in ideas])
    return True


def what_is_missing(release: Release, ideas: list[Idea]) -> dict[str, list[str]]:
    """What keeps the release from being published, by field of its form; empty when nothing does."""
    problems = {
        InEachLanguage.name(field, lang): [str(in_language(*TO_WRITE[field], lang))]
        for field in TO_WRITE
        for lang in languages()
        if not release.words(field).get(lang, "").strip()
    }
    refused = [_cannot_ship(idea) for idea in ideas if not may_ship(idea)]
    if refused or not ideas:
        problems["ideas"] = refused or [_("Choose at least one idea that this release ships.")]
    return problems


def may_ship(idea: Idea) -> bool:
    """Whether it has shipped already, or may from where it stands; what lives in another idea ships with that."""
    if idea.is_merged:
        return False
    return idea.status.kind == StatusKind.SHIPPED or where_it_ships(idea.status) is not None


def where_it_ships(status: Status) -> Status | None:
    """The first status of what shipped to which a way leads from here; None where none does, or it is there already."""
    if status.kind == StatusKind.SHIPPED:
        return None
    return next((step for step in status.next_ones() if step.kind == StatusKind.SHIPPED), None)


def ships_from(kinds: Collection[StatusKind]) -> list[int]:
    """The statuses of these kinds from which something may be in a release; those that shipped are among them."""
    steps = db.session.execute(select(Status.id, Status.kind)).all()
    shipped = {step.id for step in steps if step.kind == StatusKind.SHIPPED}
    lead_there = {old for old, new in read_ways() if new in shipped}
    return [step.id for step in steps if step.kind in kinds and step.id in shipped | lead_there]


def marked_by_authors(release: Release) -> list[Comment]:
    """The comments that authors of its ideas marked as shaping, and staff did not: staff say whether they stand."""
    shipped = select(Idea.id).where(in_release(release.id))
    marked = select(Comment).where(Comment.idea_id.in_(shipped), Comment.shaped_by_staff.is_(False), *SHAPING)
    return list(db.session.scalars(marked.options(joinedload(Comment.idea)).order_by(Comment.idea_id, Comment.id)))


def contributions(
    release: Release, leaving_out: Collection[int] = (), set_aside_too: bool = False
) -> dict[CreditRole, Select[int, int]]:
    """For each role, highest first, a select of (idea id, user id) of those whom the release credits.

    `leaving_out`: comments that do not count. `set_aside_too`: also those whose votes do not count for now, and whom no
    credit shows until they do.
    """
    votes = true() if set_aside_too else Vote.counted()
    of = in_release(release.id)
    shaped = select(Idea.id, Comment.author_id).join(Comment, Comment.idea_id == Idea.id)
    voted = select(Idea.id, Vote.user_id).join(Vote, Vote.idea_id == Idea.id)
    return {
        CreditRole.PROPOSER: _once(select(Idea.id, Idea.author_id).where(of, ~Idea.captured.has())),
        CreditRole.SHAPER: _once(shaped.where(of, Comment.id.not_in(leaving_out), *SHAPING)),
        CreditRole.SUPPORTER: _once(voted.where(of, votes), Vote.is_counted.desc()),
    }


def in_release(id: int) -> Any:
    """The condition of the ideas that a release ships, and of what lives in them."""
    shipped = select(release_idea.c.idea_id).where(release_idea.c.release_id == id)
    return or_(Idea.id.in_(shipped), Idea.survivor_id.in_(shipped))


def _once(people: Any, *first: Any) -> Select[int, int]:
    """Each of these people once a family: on the idea that stands for it where they had part in that, else on the first
    of those that live in it, so that whoever sees an idea sees whom it thanks."""
    idea_id, user_id = people.selected_columns
    order = (*first, Idea.survivor_id.is_not(None), Idea.id)
    nth = func.row_number().over(partition_by=(func.coalesce(Idea.survivor_id, Idea.id), user_id), order_by=order)
    each = people.with_only_columns(idea_id.label("idea_id"), user_id.label("user_id"), nth.label("nth")).subquery()
    return select(each.c.idea_id, each.c.user_id).where(each.c.nth == 1)


def told_before(ideas: list[Idea], but: Release) -> dict[int, Release]:
    """For each of these ideas (by id) another release that has it: the last one published, or else a draft."""
    others = select(release_idea.c.idea_id, Release).join(Release, Release.id == release_idea.c.release_id)
    others = others.where(release_idea.c.idea_id.in_([idea.id for idea in ideas]), Release.id != (but.id or 0))
    rows = db.session.execute(others.order_by(Release.published_at.is_not(None), Release.published_at, Release.id))
    return {idea_id: release for idea_id, release in rows}


def credited(release: Release) -> dict[CreditRole, int]:
    """How many people each role is given to: each idea gives one person one role, the highest, as profiles show it."""
    seen: set[tuple[int, int]] = set()
    numbers = {}
    for role, people in contributions(release).items():
        parts = {(idea_id, user_id) for idea_id, user_id in db.session.execute(people)} - seen
        numbers[role] = len({user_id for _idea, user_id in parts})
        seen |= parts
    return numbers


def _locked(release: Release) -> list[Idea]:
    """Its ideas in the order of their ids, as they stand once nobody else can change them."""
    hold(release)
    return hold_all(Idea, Idea.id.in_(select(release_idea.c.idea_id).where(release_idea.c.release_id == release.id)))


def _credit(release: Release, leaving_out: Collection[int]) -> None:
    """One row a person and idea, under the highest role: the roles come highest first, and the first row stays."""
    for role, people in contributions(release, leaving_out, set_aside_too=True).items():
        idea_id, user_id = people.subquery().c
        rows = select(literal(release.id), idea_id, user_id, literal(role.value, String(10))).where(user_id > 0)
        db.session.execute(
            insert(Credit).from_select(["release_id", "idea_id", "user_id", "role"], rows).on_conflict_do_nothing()
        )


def _cannot_ship(idea: Idea) -> str:
    if idea.is_merged:
        said = {"title": idea.title, "other": idea.root.title}
        return _("“%(title)s” is a part of “%(other)s” by now: choose that one, and take this one out.", **said)
    ready = [status.name for status in Status.all_for(idea.kind) if where_it_ships(status)]
    return _(
        "“%(title)s” is at “%(status)s” and cannot ship from there. First move it to one of these: %(ready)s. "
        "Or take it out of this release.",
        title=idea.title,
        status=idea.status.name,
        ready=", ".join(ready),
    )
