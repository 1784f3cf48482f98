"""Staff say which ideas belong together: what waits for what, and what is about the same thing."""

from typing import Any

from flask import abort, request
from sqlalchemy import select

from portal import permissions
from portal.admin.finding import is_meant
from portal.admin.idea_tools import Answer, back, complain, find_idea, leads, tell
from portal.admin.link_form import REFUSED, LinkForm, why_not
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.ideas.similar import similar_to
from portal.merging import linking
from portal.merging.links import Link, linked
from portal.merging.words import CHOICES
from portal.permissions import me
from portal.text import clean_line
from portal.triage.acts import Undoable, undoable
from portal.web.addresses import url_for
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

CANDIDATES, ALIKE = 20, 5


@bp.get("/ideas/<int:id>/links")
def links(id: int) -> str:
    """What an idea is linked to, and a search for what else belongs to it."""
    idea = find_idea(id, permissions.link_idea)
    relation = request.args.get("relation", "")
    return _page(idea, LinkForm(formdata=None, data={"relation": relation if relation in CHOICES else None}))


@bp.post("/ideas/<int:id>/links")
@keeps_text
def link_idea(id: int) -> Answer:
    """Link an idea to another."""
    idea = find_idea(id, permissions.link_idea)
    form = LinkForm()
    if form.validate():
        done = _link(idea, form)
        if done:
            db.session.commit()
            tell(idea, _("Linked. Nobody is told; whoever sees both reads it on their pages."), undo=done.press)
            return back(idea, "admin.links")
        db.session.rollback()
    return _page(idea, form), 422


@bp.post("/ideas/<int:id>/links/<int:link_id>/end")
def unlink_idea(id: int, link_id: int) -> Answer:
    """Take a link of an idea away; one that is gone already stays so."""
    idea = find_idea(id, permissions.link_idea)
    begin_write()
    hold(idea)
    link = db.session.get(Link, link_id)
    if link is not None and id not in (link.first_id, link.second_id):
        abort(404)
    with undoable(idea, by=me()) as done:
        if link is not None:
            linking.unlink(link, idea, by=me())
    db.session.commit()
    tell(idea, _("The link is taken away."), undo=done.press)
    return go(url_for("admin.links", id=id))


def _link(idea: Idea, form: LinkForm) -> Undoable | None:
    """Link them, or say at the field why not."""
    begin_write()
    other = form.chosen
    if other is None:
        complain(form.other, _("It is not there any more. Look for another."))
        return None
    linking.hold_both(idea, other, form.said)
    try:
        with undoable(idea, by=me()) as done:
            once(Link, me(), lambda: linking.link(idea, other, form.said, by=me()))
    except REFUSED as problem:
        complain(form.other, why_not(problem, idea))
        return None
    return done


def _page(idea: Idea, form: LinkForm) -> str:
    words = clean_line(request.values.get("q"))[:200]
    there, chosen = linked(idea.id, me()), form.chosen
    but = {idea.id, *(one.id for one in there)}
    found = _named(words, but) if words else _alike(idea, but)
    if chosen is not None:
        found = [chosen, *(one for one in found if one.id != chosen.id)]
    return page("admin/links.html", idea=idea, form=form, q=words, links=there, found=found, leads=leads())


def _alike(idea: Idea, but: set[int]) -> list[Any]:
    """What may be about the same thing, before anybody has searched."""
    return [card for card in similar_to(idea.title, me(), limit=ALIKE, but=idea.id) if card.id not in but]


def _named(words: str, but: set[int]) -> list[Any]:
    """Those that are found, most votes first."""
    found = select(Idea).where(Idea.seen_by(me()), is_meant(words), Idea.id.not_in(but))
    return list(db.session.scalars(found.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(CANDIDATES)))
