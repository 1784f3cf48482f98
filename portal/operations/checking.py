"""Whether what the portal says agrees with what it holds. Reads only."""

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from portal.activity.models import Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.attachments import keys_in_use
from portal.ideas.boards import Board, MergedBoard
from portal.ideas.checking import fields
from portal.ideas.family import shown_comments
from portal.ideas.fields import BoardField, FieldChoice
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.ideas.tags import MergedTag, Tag, TagAddress, idea_tag
from portal.ideas.transitions import leading_on_from
from portal.merging.checking import families, wrong_numbers
from portal.merging.links import checked as links
from portal.merging.splitting import checked as splits
from portal.merging.suggestions import checked as suggestions
from portal.notifications.models import Delivery, State
from portal.pictures import uploads
from portal.triage.checking import answers_owed, promises
from portal.voting.models import SAID, Vote

LATE = timedelta(minutes=5)


def findings() -> dict[str, list[str]]:
    """Every check by its name, with one line for each thing that is wrong."""
    checks: dict[str, Callable[[], list[str]]] = {
        "votes": votes,
        "importances": importances,
        "comments": comments,
        "events": events,
        "messages": messages,
        "files": files,
        "families": families,
        "names": names,
        "ways": ways,
        "tags": tags,
        "boards": boards,
        "fields": fields,
        "kinds": kinds,
        "links": links,
        "suggestions": suggestions,
        "splits": splits,
        "promises": promises,
        "answers owed": answers_owed,
    }
    return {name: check() for name, check in checks.items()}


def votes() -> list[str]:
    """Ideas whose number of votes is not their rows and imported support, or that set aside more or fewer than said."""
    number = func.count()
    each = number.filter(Vote.counted()).label("n"), number.filter(~Vote.counted()).label("aside")
    rows = select(Vote.idea_id, *each).group_by(Vote.idea_id).subquery()
    counted, aside = func.coalesce(rows.c.n, 0) + Idea.imported_support, func.coalesce(rows.c.aside, 0)
    wrong = db.session.execute(
        select(Idea.id, Idea.votes_count, counted, Idea.votes_set_aside, aside)
        .outerjoin(rows, rows.c.idea_id == Idea.id)
        .where(Idea.merged_count == 0, (Idea.votes_count != counted) | (Idea.votes_set_aside != aside))
    )
    return [*wrong_numbers()] + [
        f"idea {id} says {says} votes, its rows give {gives}"
        if says != gives
        else f"idea {id} says {apart} votes are set aside, its rows give {given}"
        for id, says, gives, apart, given in wrong
    ]


def importances() -> list[str]:
    """Ideas that say another number for how much they would help than their votes that count."""
    said = {name: func.count().filter(Vote.counted(), Vote.importance == name).label(name) for name in SAID}
    rows = select(Vote.idea_id, *said.values()).group_by(Vote.idea_id).subquery()
    given = {name: func.coalesce(rows.c[name], 0) for name in SAID}
    wrong = db.session.execute(
        select(Idea.id, *SAID.values(), *given.values())
        .outerjoin(rows, rows.c.idea_id == Idea.id)
        .where(Idea.merged_count == 0, or_(*(SAID[name] != given[name] for name in SAID)))
    )
    return [
        f"idea {id} says {list(numbers[: len(SAID)])} for {list(SAID)}, its votes give {list(numbers[len(SAID) :])}"
        for id, *numbers in wrong
    ]


def comments() -> list[str]:
    """Ideas whose number of comments is not that of the comments everyone sees."""
    counted = shown_comments(Idea).scalar_subquery()
    wrong = db.session.execute(
        select(Idea.id, Idea.comments_count, counted).where(Idea.comments_count != counted).order_by(Idea.id)
    )
    return [f"idea {id} says {says} comments, its rows give {gives}" for id, says, gives in wrong]


def events() -> list[str]:
    """Events that were due some minutes ago and that nobody was told of."""
    late = db.session.execute(
        select(Event.id, Event.action, Event.error).where(Event.fanned_out_at.is_(None), Event.due_at < now() - LATE)
    )
    return [f"event {id} ({action}) waits: {error or 'is a worker running?'}" for id, action, error in late]


def messages() -> list[str]:
    """Messages that are said to be told by another one, which tells nothing any more."""
    telling = aliased(Delivery)
    lost = db.session.execute(
        select(Delivery.id, telling.id, telling.state)
        .join(telling, Delivery.folded_into == telling.id)
        .where(Delivery.state == State.FOLDED, telling.state.in_((State.SUPPRESSED, State.CANCELLED, State.FOLDED)))
    )
    return [f"message {id} is folded into {into}, which is {state}" for id, into, state in lost]


def boards() -> list[str]:
    """Boards that became another and have ideas all the same."""
    gone = select(Board.slug).join(MergedBoard, MergedBoard.board_id == Board.id)
    gone = gone.where(select(Idea.id).where(Idea.board_id == Board.id).exists())
    return [f"board {slug} became another, and ideas stand on it" for slug in db.session.scalars(gone)]


def tags() -> list[str]:
    """Tags that became another and are on ideas all the same, and addresses that lead to two tags."""
    on_ideas = select(Tag.slug).join(MergedTag, MergedTag.tag_id == Tag.id)
    on_ideas = on_ideas.where(select(idea_tag).where(idea_tag.c.tag_id == Tag.id).exists())
    twice = select(Tag.slug).join(TagAddress, TagAddress.slug == Tag.slug)
    return [f"tag {slug} became another, and ideas have it" for slug in db.session.scalars(on_ideas)] + [
        f"the address {slug} is that of a tag, and was that of one" for slug in db.session.scalars(twice)
    ]


def files() -> list[str]:
    """Files without a row (a young one may belong to a form that is being filled in), and rows without a file."""
    kept, old = set(uploads.stored()), set(uploads.stored(older_than=uploads.DAY))
    known = keys_in_use(db.session)
    return [f"file {key} belongs to nothing" for key in sorted(old - known)] + [
        f"the file of image {key} is gone" for key in sorted(known - kept)
    ]


def names() -> list[str]:
    """Boards, fields, choices and statuses that are called nothing in any language: nobody could tell them apart."""
    things = [
        *db.session.scalars(select(Board).order_by(Board.id)),
        *db.session.scalars(select(Status).order_by(Status.id)),
        *db.session.scalars(select(BoardField).order_by(BoardField.id)),
        *db.session.scalars(select(FieldChoice).order_by(FieldChoice.id)),
    ]
    return [f"{thing.__tablename__} {thing.id} has no name" for thing in things if not thing.name]


def ways() -> list[str]:
    """Statuses in which what people send in arrives, and which nothing may leave."""
    arrive = [Status.first(kind) for kind in Kind]
    return [f"no way leads out of status {first.id}" for first in arrive if not leading_on_from(first.id)]


def kinds() -> list[str]:
    """Ideas that stand at a status of issues, or the other way round."""
    found = select(Idea.id, Idea.kind).join(Status).where(Status.for_kind != Idea.kind).order_by(Idea.id)
    return [f"{kind} {id} stands at a status of the other kind" for id, kind in db.session.execute(found)]
