"""Every idea and issue in one table, to search, filter and sort."""

from typing import Any

from flask import request
from sqlalchemy import Select, or_, select

from portal import permissions
from portal.accounts.models import User
from portal.admin import arranging
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.boards import at_last, merged_boards
from portal.ideas.field_filters import Offered, asked_of_staff, drawn, offered, says, wishes
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.permissions import me, require
from portal.text import clean_line
from portal.web.pages import page
from portal.web.paging import listing

ORDERS: dict[str, tuple[Any, Any, bool]] = {
    "new": (_l("Newest"), Idea.created_at, True),
    "old": (_l("Oldest"), Idea.created_at, False),
    "votes": (_l("Most votes"), Idea.votes_count, True),
    "critical": (_l("Critical to most"), Idea.critical_count, True),
    "comments": (_l("Most comments"), Idea.comments_count, True),
    "moved": (_l("Status changed last"), Idea.status_since, True),
}
STATES: dict[str, tuple[Any, Any]] = {
    "waiting": (_l("Waiting for an answer"), Idea.waiting_since.is_not(None) & Idea.hidden_at.is_(None)),
    "private": (_l("Private"), Idea.is_private.is_(True)),
    "hidden": (_l("Hidden"), Idea.hidden_at.is_not(None)),
    "merged": (_l("Merged into another"), ~Idea.stands()),
}


@bp.get("/ideas")
def ideas() -> str:
    """The table, filtered by what the address says; a filter that does not exist is left out."""
    require(permissions.see_inbox)
    order, descending = ORDERS.get(request.args.get("sort", ""), ORDERS["new"])[1:]
    fields = _by_fields()
    rows, more = listing(
        _found().where(*(says(wish.name, wish.bound) for wish in wishes(fields))), order, Idea.id, descending=descending
    )
    return page(
        "admin/ideas.html",
        ideas=rows,
        more=more,
        orders=[(name, str(row[0])) for name, row in ORDERS.items()],
        states=[(name, str(row[0])) for name, row in STATES.items()],
        fields=drawn(fields),
        status_choices=_status_choices(),
        board_choices=[(str(b.id), b.name) for b in arranging.all_boards()],
        chosen={name: request.args.get(name, "") for name in ("q", "kind", "status", "board", "state", "sort")},
    )


def _by_fields() -> tuple[Offered, ...]:
    """What the chosen board asks for, with what is asked of it."""
    board = request.args.get("board", type=int)
    known = board is not None and 0 <= board < 2**31
    return offered(asked_of_staff(board), request.args.to_dict()) if known and board is not None else ()


def _status_choices() -> list[tuple[str, str]]:
    """Every status; those of issues say so, because both kinds have a “New”."""
    every = db.session.scalars(select(Status).order_by(Status.for_kind, Status.position))
    return [(str(s.id), _("Issues: %(status)s", status=s.name) if s.for_kind == Kind.ISSUE else s.name) for s in every]


def _found() -> Select[Any]:
    asked = request.args
    found = Idea.visible_to(me())
    words = clean_line(asked.get("q"))[:200]
    if words:
        number = words.removeprefix("#")
        by_number = [Idea.id == int(number)] if number.isascii() and number.isdigit() and len(number) < 10 else []
        theirs = Idea.author.has(User.named_like(words))
        found = found.where(or_(Idea.title.icontains(words, autoescape=True), theirs, *by_number))
    if asked.get("kind") in set(Kind):
        found = found.where(Idea.kind == asked["kind"])
    state = asked.get("state")
    if state != "merged" and not words:
        found = found.where(Idea.stands())
    if state in STATES:
        found = found.where(STATES[state][1])
    for name, column in (("status", Idea.status_id), ("board", Idea.board_id)):
        id = asked.get(name, type=int)
        if id is not None and 0 <= id < 2**31:
            id = at_last(id, merged_boards()) if name == "board" else id
            found = found.where(column == id)
    return found
