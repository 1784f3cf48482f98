"""Ideas as lists show them: the few columns that a ticket says, read without the rest of their rows."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Boolean, Select, false, func, select, type_coerce

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.database.wording import chosen
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Kind, Status
from portal.text import excerpt, slug
from portal.web.addresses import url_for

SUMMARY = 180
# As much of the text as excerpt() looks at for a summary.
READ = SUMMARY * 6


class Named(NamedTuple):
    """A status or a board, by its name in the reader's language; a status with its colour, else that of its kind."""

    name: str
    kind: str = ""
    colour: str = ""


class Author(NamedTuple):
    """Who proposed it, as far as a face and a name need."""

    display_name: str
    handle: str
    is_staff: bool
    is_former: bool
    is_imported: bool = False

    @property
    def avatar_seed(self) -> str:
        return self.handle


class Words(NamedTuple):
    """What a ticket says besides its votes."""

    status_name: str
    board_name: str
    id: int
    kind: str
    title: str
    text: str
    lang: str
    comments_count: int
    created_at: datetime
    answered_at: datetime | None
    status_kind: str
    author_name: str
    author_handle: str
    author_role: str
    author_erased_at: datetime | None
    author_has_no_address: bool = False
    status_colour: str = ""
    is_on_closed_board: bool = False

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE

    @property
    def is_open_to_votes(self) -> bool:
        return self.status_kind not in CLOSED and not self.is_on_closed_board

    @property
    def summary(self) -> str:
        return excerpt(self.text, SUMMARY)

    @property
    def status(self) -> Named:
        return Named(self.status_name, self.status_kind, self.status_colour)

    @property
    def board(self) -> Named | None:
        return Named(self.board_name) if self.board_name else None

    @property
    def author(self) -> Author:
        staff = self.author_role in (Role.STAFF, Role.ADMIN)
        former = self.author_erased_at is not None
        return Author(self.author_name, self.author_handle, staff, former, self.author_has_no_address and not former)


class Card(NamedTuple):
    """One idea on a list: what its ticket does not say as such, and its words, whose names are also the card's."""

    votes_count: int
    heat: float
    status_since: datetime
    status_reason: str
    words: Words

    @classmethod
    def of(cls, row: Any) -> "Card":
        """The card of a row of cards(), for the reader."""
        votes_count, heat, status_since, status_reason, status_names, board_names, *words = row
        names = chosen(status_names or {}), chosen(board_names or {})
        return cls(votes_count, heat, status_since, status_reason, Words(*names, *words))

    def __getattr__(self, name: str) -> Any:
        return getattr(self.words, name)


def cards() -> Select[Any]:
    """A select of the columns of a card, for Card.of(row); narrow and order it by the columns of Idea."""
    return (
        select(
            Idea.votes_count,
            Idea.heat,
            Idea.status_since,
            Idea.status_reason,
            Status.called,
            Board.called,
            Idea.id,
            Idea.kind,
            Idea.title,
            func.substr(Idea.body, 1, READ),
            Idea.lang,
            Idea.comments_count,
            Idea.created_at,
            Idea.answered_at,
            Status.kind,
            User.display_name,
            User.handle,
            User.role,
            User.erased_at,
            type_coerce(User.email.is_(None), Boolean),
            Status.colour,
            type_coerce(func.coalesce(Board.is_over(), false()), Boolean),
        )
        .join(Status, Status.id == Idea.status_id)
        .join(User, User.id == Idea.author_id)
        .outerjoin(Board, Board.id == Idea.board_id)
    )
