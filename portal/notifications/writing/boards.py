"""A board closes, for a public reason, or stays open after all."""

from datetime import date, timedelta

from flask import url_for

from portal.accounts.models import User
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import Told, subject_of
from portal.database.wording import chosen
from portal.i18n import _, _l, dated, locale
from portal.ideas.boards import Board, today
from portal.ideas.closing import close, open_again
from portal.mail.sending import Message
from portal.notifications.stopping import PROGRESS, stop_url
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import ITS_LINE, TEMPLATE, Mail, quoted
from portal.web.site import public_url

CONCERNED = _l("You get this because you follow this board, or an idea on it concerns you.")
TO_THEM = _l("To who follows the board, and to who wrote, supports or follows what is open there.")


def _closing(event: Event, reader: User) -> Message:
    board: Board = subject_of(event)
    lines = [
        _("From that day on nothing is proposed, voted for or said there. Everything stays readable. This is why:")
        if date.fromisoformat(event.facts["day"]) > event.created_at.date()
        else _("Nothing is proposed, voted for or said there any more. Everything stays readable. This is why:")
    ]
    return _about(board, reader, lines, board.reason or chosen(event.facts.get("reasons") or {}))


def _opened(event: Event, reader: User) -> Message:
    lines = [_("We told you that this board closes. It stays open: you can propose, vote and comment there as before.")]
    return _about(subject_of(event), reader, lines)


def _about(board: Board, reader: User, lines: list[str], quote: str = "") -> Message:
    context = {"lines": lines, **quoted(quote), "url": public_url(board.url), "button": _("See the board")}
    return Message(
        subject=ITS_LINE,
        template=TEMPLATE,
        context=context,
        preheader=quote or lines[0],
        reason=str(CONCERNED),
        unsubscribe=stop_url(reader, PROGRESS),
    )


def _closing_line(told: Told) -> str:
    day = told.event.facts.get("day")
    said = dated(date.fromisoformat(day)) if day else "…"
    return _("The board %(title)s closes on %(day)s", title=told.title, day=said)


def _opened_line(told: Told) -> str:
    return _("The board %(title)s stays open", title=told.title)


def _place(event: Happening, _board: object, _reader: User) -> str:
    return url_for("ideas.on_board", slug=event.facts["slug"])


CLOSING = Mail(_closing, "board-closing", _closing_line, _place)
OPENED = Mail(_opened, "board-opened", _opened_line, _place)


def _board(world: World) -> Board:
    board = Board(slug="example", names={locale(): _("Night shift")})
    world.idea.board = board
    return board


def _close(world: World) -> Action:
    board = _board(world)
    close(board, today() + timedelta(days=30), {world.reader.lang: _("It is part of the schedule now.")}, world.staff)
    return Action.BOARD_CLOSING


def _open(world: World) -> Action:
    board = _board(world)
    close(board, today() + timedelta(days=30), {}, world.staff)
    open_again(board, by=world.staff)
    return Action.BOARD_OPENED


EXAMPLES = {
    "board-closing": Example(_l("A board closes, and why"), TO_THEM, _close),
    "board-opened": Example(_l("A board stays open after all"), _l("To whoever was told that it closes."), _open),
}
