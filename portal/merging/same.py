"""A member says that two ideas are the same: they look for the other one, say so, and take it back."""

import re
from typing import Any

from flask import abort, current_app, flash, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.family import survivor_seen
from portal.ideas.models import Idea
from portal.ideas.similar import similar_to
from portal.merging import saying
from portal.merging.models import parted_from
from portal.merging.refusal_words import why_not
from portal.merging.refusals import MergeRefused
from portal.merging.said_same import others_of
from portal.merging.views import bp
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.permissions import me, require
from portal.search.results import search
from portal.text import clean_line
from portal.web.addresses import parts_of
from portal.web.pages import go, page

CANDIDATES = 8
QUERY_MAX = 200
ITS_PAGE = re.compile(r"/ideas/(\d{1,9})(?:-.*)?")
ITS_NUMBER = re.compile(r"#?(\d{1,9})")


@bp.get("/ideas/<int:id>/same")
def choose_same(id: int) -> str:
    """Which other idea it is the same as: found by words, by number or by address, as far as the reader sees it."""
    idea = _idea(id)
    if too_fast(limits.SEARCHES, me()):
        abort(429)
    words = clean_line(request.args.get("q"))[:QUERY_MAX]
    said = {one.id: one.mine for one in others_of(idea, me())}
    return page("merging/choose.html", idea=idea, q=words, candidates=_candidates(idea, words), said=said)


@bp.post("/ideas/<int:id>/same")
def say_same(id: int) -> Response:
    """Say that it is the same as the other one (`with`)."""
    idea, other = _idea(id), _other()
    if too_fast(limits.SAYINGS, me()):
        flash(
            _("You have said so of many ideas in an hour. Nothing was kept of this one: say it again later."), "error"
        )
        return go(idea.url)
    begin_write()
    saying.hold_pair(idea, other)
    try:
        saying.say(idea, other, by=me())
    except MergeRefused as refused:
        db.session.rollback()
        flash(why_not(refused), "error")
        return go(idea.url)
    db.session.commit()
    flash(_("You say that it is the same as “%(title)s”. Our team sees it, and so does its author.", title=other.title))
    return go(f"{idea.url}#same")


@bp.post("/ideas/<int:id>/same/end")
def take_same_back(id: int) -> Response:
    """Say it no more."""
    idea, other = _idea(id), _other()
    begin_write()
    saying.hold_pair(idea, other)
    saying.take_back(idea, other, by=me())
    db.session.commit()
    flash(_("You do not say any more that they are the same."))
    return go(idea.url)


def _idea(id: int) -> Idea:
    """The idea, or where it lives by now, of which the reader may say something."""
    found = Idea.find_or_404(id, for_=me())
    if found.is_merged:
        found = survivor_seen(found, me()) or abort(404)
    require(permissions.say_same, found)
    return found


def _other() -> Idea:
    """The other idea, or where it lives by now, if the reader sees that as well."""
    found = Idea.find_or_404(asked_id("with") or 0, for_=me())
    survivor: Idea | None = survivor_seen(found, me()) if found.is_merged else found
    return survivor or abort(404)


def _candidates(idea: Idea, words: str) -> list[Any]:
    """What it may be the same as: the very one that is meant, or what is found, or else what reads alike."""
    number = _meant(words)
    if number is not None:
        found = db.session.scalars(Idea.visible_to(me()).where(Idea.id == number)).unique().all()
        seen = [survivor_seen(one, me()) if one.is_merged else one for one in found]
        return [one for one in seen if one is not None and saying.cannot_be(idea, one) is None]
    if words:
        looked_for = search(words, me(), CANDIDATES + 1, idea.kind)
        return [card for card in looked_for if card.id != idea.id][:CANDIDATES]
    apart = parted_from(idea)
    alike = similar_to(idea.title, me(), CANDIDATES, kind=idea.kind, but=idea.id)
    return [card for card in alike if card.id not in apart]


def _meant(words: str) -> int | None:
    """The number of the idea whose address or number this is; None where it is neither, or leads to another portal."""
    address = parts_of(words)
    ours = {request.host, parts_of(current_app.config["PUBLIC_URL"]).netloc, ""}
    found = ITS_PAGE.fullmatch(address.path) if address.netloc in ours else None
    found = found or ITS_NUMBER.fullmatch(words)
    return int(found[1]) if found else None
