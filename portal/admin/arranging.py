"""Boards and statuses: added, named, put in order and put away, each recorded."""

from typing import Any

from slugify import slugify
from sqlalchemy import func, select, update

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.admin.naming import require_free
from portal.database.wording import chosen, put
from portal.extensions import db
from portal.ideas import workflow
from portal.ideas.boards import Board, BoardText
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Kind, Status, StatusKind, colour_of_kind
from portal.settings import settings

NEEDED = frozenset({StatusKind.OPEN, StatusKind.SHIPPED, StatusKind.DECLINED})


class StillNeeded(Exception):
    """Every workflow keeps a status to begin with, one for what shipped and one for what is not planned."""


class NowhereToGo(Exception):
    """The ideas of a status that goes away need another that may follow it."""


def add_status(for_kind: Kind, kind: StatusKind, names: dict[str, str], by: User, colour: str = "") -> Status:
    """A new step, after the last one of its kind (or at the end), with the ways of its kind. Raises NameTaken."""
    steps = Status.all_for(for_kind)
    require_free(steps, names)
    colour = colour or colour_of_kind(kind)
    status = Status(for_kind=for_kind, kind=kind, names=names, position=len(steps), colour=colour)
    db.session.add(status)
    same = [step for step in steps if step.kind == kind]
    steps.insert(steps.index(same[-1]) + 1 if same else len(steps), status)
    _number(steps)
    db.session.flush()
    workflow.begin_ways(status)
    record(Action.STATUS_EDITED, status, by=by, what="added", names=names)
    return status


def delete_status(status: Status, into: Status | None, by: User) -> None:
    """Take a step away and give its ideas to another. Raises StillNeeded, NowhereToGo or NoWayOut."""
    if status.kind in NEEDED and sum(step.kind == status.kind for step in Status.all_for(status.for_kind)) < 2:
        raise StillNeeded
    ideas = ideas_in([status])[status.id]
    if ideas and into not in destinations(status):
        raise NowhereToGo
    if into is not None:
        db.session.execute(
            update(Idea).where(Idea.status_id == status.id).values(status_id=into.id),
            execution_options={"synchronize_session": False},
        )
    said: dict[str, Any] = {"into": into.id if into else None, "ideas": ideas, "names": status.names}
    record(Action.STATUS_EDITED, status, by=by, what="deleted", **said)
    db.session.expire_all()
    db.session.delete(status)
    db.session.flush()
    workflow.require_way_out(status.for_kind)


def recolour(status: Status, colour: str, by: User) -> None:
    """Give a status another of the colours of the tokens."""
    if colour != status.colour:
        old, status.colour = status.colour, colour
        record(Action.STATUS_EDITED, status, by=by, what="coloured", names=status.names, old=old, new=colour)


def destinations(status: Status) -> list[Status]:
    """Where the ideas of a status may go together: never to shipped or not planned, which each idea earns by itself."""
    return [step for step in status.next_ones() if step.kind == status.kind or step.kind not in CLOSED]


def ideas_in(statuses: list[Status]) -> dict[int, int]:
    """How many ideas each of these statuses has."""
    found = {id: n for id, n in db.session.execute(select(Idea.status_id, func.count()).group_by(Idea.status_id))}
    return {status.id: found.get(status.id, 0) for status in statuses}


def add_board(names: dict[str, str], by: User) -> Board:
    """A new board at the end. Its slug comes from its name in the portal’s own language. Raises NameTaken."""
    require_free(all_boards(), names)
    last = db.session.scalar(select(func.max(Board.position))) or 0
    slug = _free_slug(chosen(names, first=settings().default_lang))
    board = Board(slug=slug, names=names, position=last + 1)
    db.session.add(board)
    record(Action.BOARD_CHANGED, board, by=by, what="added", names=names)
    return board


def rename(thing: Board | Status, names: dict[str, str], by: User) -> None:
    """Change the names in these languages. Raises NameTaken."""
    require_free(beside(thing), names, but=thing)
    old = thing.names
    if old | names != old:
        thing.names = names
        record(_action(thing), thing, by=by, what="renamed", names=thing.names, old=old)


def set_answering(board: Board, chosen: dict[str, int | None], by: User) -> None:
    """Say when an answer on a board is owed, how soon, and who gives it."""
    changes = {name: [getattr(board, name), value] for name, value in chosen.items() if getattr(board, name) != value}
    for name, value in chosen.items():
        setattr(board, name, value)
    if changes:
        record(Action.BOARD_CHANGED, board, by=by, what="answering", changes=changes, names=board.names)


def describe_board(board: Board, descriptions: dict[str, str], pictured: bool, by: User) -> None:
    """Say what a board is for; `pictured`: its picture changes as well, which the form does."""
    old = {lang: said for lang, said in board.descriptions.items() if said}
    for lang, said in descriptions.items():
        put(board.texts, BoardText, lang, description=said)
    new = {lang: said for lang, said in board.descriptions.items() if said}
    if old != new or pictured:
        facts: dict[str, Any] = {"old_texts": old, "texts": new, "pictured": pictured}
        record(Action.BOARD_CHANGED, board, by=by, what="described", names=board.names, **facts)


def put_at(thing: Board | Status, place: int, by: User) -> None:
    """Give something another place in its list; the others make room. Of statuses, raises NoWayOut."""
    rows = beside(thing)
    before = rows.index(thing)
    rows.insert(max(0, min(place, len(rows) - 1)), rows.pop(before))
    if rows.index(thing) != before:
        _number(rows)
        if isinstance(thing, Status):
            db.session.flush()
            workflow.require_way_out(thing.for_kind)
        record(_action(thing), thing, by=by, what="moved", old=before, new=rows.index(thing), names=thing.names)


def beside(thing: Board | Status) -> list[Any]:
    """The list in which it has its place, in order."""
    return Status.all_for(thing.for_kind) if isinstance(thing, Status) else all_boards()


def order_of(rows: list[Any]) -> str:
    """The order in which a page shows them: a move sends it back, as somebody else may have moved one meanwhile."""
    return "-".join(str(row.id) for row in rows)


def all_boards() -> list[Board]:
    """Every board, closed ones too, as staff ordered them; those that became another stand with that one."""
    return list(db.session.scalars(select(Board).where(Board.stands()).order_by(Board.position, Board.id)))


def _number(rows: list[Any]) -> None:
    for place, row in enumerate(rows):
        row.position = place


def _action(thing: Board | Status) -> Action:
    return Action.STATUS_EDITED if isinstance(thing, Status) else Action.BOARD_CHANGED


def _free_slug(name: str) -> str:
    wanted = slugify(name)[:50] or "board"
    taken = set(db.session.scalars(select(Board.slug).where(Board.slug.startswith(wanted, autoescape=True))))
    return next(slug for n in range(len(taken) + 1) if (slug := f"{wanted}-{n + 1}" if n else wanted) not in taken)
