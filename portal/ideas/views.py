"""The board."""

from dataclasses import replace
from typing import Any

from flask import render_template, request
from markupsafe import Markup
from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import aliased

from portal.accounts.signing_in import needs_setting_up
from portal.changelog.news import just_shipped, releases_of, shipped_with_names
from portal.changelog.strips import shapers_of
from portal.extensions import db
from portal.i18n import _, locale
from portal.ideas import propose as propose  # its routes
from portal.ideas.answering import answering
from portal.ideas.blueprint import bp as bp
from portal.ideas.boards import Board
from portal.ideas.cards import Card
from portal.ideas.filter import Filter, Sort, listed, narrows
from portal.ideas.models import Idea
from portal.ideas.narrowing import narrowing
from portal.ideas.standing import ideas_on_boards
from portal.ideas.statuses import CLOSED, Kind
from portal.middleware.caching import for_everybody, kept_for_a_second
from portal.middleware.compression import understood
from portal.notifications.listing import since_last_visit
from portal.notifications.models import Follow
from portal.permissions import me
from portal.recognition.partners import partners_of_the_week
from portal.settings import settings
from portal.voting.models import Vote
from portal.web.addresses import url_for
from portal.web.pages import page, wants_fragment
from portal.web.paging import asked


@bp.get("/")
@kept_for_a_second("sort", "board", "tag", "status", "kind", "after")
def index() -> str:
    """The board: what people want, in the order that the reader chose."""
    sort = _sort(request.args.get("sort", ""))
    form = narrowing(tuple((name, said) for name, said in request.args.items(multi=True) if narrows(name)))
    chosen = Filter(sort, **form.chosen)
    understood(**chosen.known)
    following = {"reader": me().id} if sort == Sort.FOLLOWING else {}
    ideas = chosen.ideas(_followed if following else listed, asked(), **following)
    context: dict[str, Any] = {
        "filter": chosen,
        "filters": form,
        "ideas": ideas.rows,
        "next": url_for("ideas.index", **chosen.args, after=ideas.after) if ideas.after else None,
        "count": chosen.count(_followed, **following) if following else chosen.public_count(),
        "tabs": _tabs(chosen),
        "open_only": _open_only(chosen, form.steps, ideas.rows),
        "voted": Vote.voted_ids(me(), ideas.rows),
        "credits": shapers_of(ideas.rows),
        "releases": releases_of(ideas.rows),
        "answering_here": answering(chosen.kind or Kind.IDEA.value, chosen.board) if chosen.board else None,
        "part_only": wants_fragment(),
    }
    if not wants_fragment():
        context |= _around(context["count"], chosen)
    return page("ideas/index.html", fragment="results", **context)


def _sort(asked: str) -> Sort:
    known = asked in set(Sort) and (asked != Sort.FOLLOWING or me().is_authenticated)
    return Sort(asked) if known else Sort.TRENDING


def _followed() -> Any:
    """The ideas that the `reader` follows or votes for, muted ones left out."""
    theirs = Follow.user_id == bindparam("reader")
    muted = select(Follow.idea_id).where(theirs, Follow.muted)
    follows = select(Follow.idea_id).where(theirs, Follow.muted.is_(False))
    votes = select(Vote.idea_id).where(Vote.user_id == bindparam("reader"))
    member = aliased(Idea)
    merged = select(member.survivor_id).where(
        member.survivor_id.is_not(None), or_(member.id.in_(follows), member.id.in_(votes)), member.id.not_in(muted)
    )
    wanted = or_(Idea.id.in_(follows), Idea.id.in_(votes), Idea.id.in_(merged))
    return and_(listed(), wanted, Idea.id.not_in(muted))


def _tabs(chosen: Filter) -> list[tuple[str, str, bool]]:
    names = {Sort.TRENDING: _("Trending"), Sort.TOP: _("Top"), Sort.NEW: _("New")}
    if me().is_authenticated:
        names[Sort.FOLLOWING] = _("Following")
    return [
        (name, url_for("ideas.index", **replace(chosen, sort=sort).args), sort == chosen.sort)
        for sort, name in names.items()
    ]


def _open_only(chosen: Filter, steps: tuple[str, ...], ideas: list[Card]) -> str | None:
    """Where the same list has only ideas that take votes; None where it has no others, or the reader chose statuses."""
    if chosen.statuses or all(idea.is_open_to_votes for idea in ideas):
        return None
    open_ones = tuple(step for step in steps if step not in CLOSED)
    return url_for("ideas.index", **replace(chosen, statuses=open_ones, kind=chosen.kind or Kind.IDEA.value).args)


def _around(count: int, chosen: Filter) -> dict[str, Any]:
    """What stands around the list on a whole page: the evidence, and what shipped thanks to whom."""
    return {
        "welcome": _welcome(),
        "is_new": not count and not chosen.args and needs_setting_up(),
        "answering": answering(),
        "shipped": shipped_with_names(),
        "thanks": _thanks(),
        "since": since_last_visit(),
    }


@for_everybody
def _welcome() -> str:
    """The brand's own words at the head of the board."""
    return settings().welcome(locale())


@for_everybody
def _thanks() -> Markup:
    """The boards, what shipped lately, and the partners of the week."""
    partners = db.session.scalars(partners_of_the_week()).all()
    boards = [(board, ideas_on_boards().get(board.id, 0)) for board in Board.in_order(for_=None)]
    return Markup(render_template("ideas/_thanks.html", releases=just_shipped(), partners=partners, boards=boards))
