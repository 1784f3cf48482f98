"""A day is promised: staff choose the idea, and name the day, who sees to it, and what exactly it is."""

from flask import request
from sqlalchemy import Select, exists, select

from portal import permissions
from portal.activity.models import Action
from portal.admin.finding import is_meant
from portal.admin.idea_tools import Answer, again, complain, find_idea, heard, idea_tools, lives_here, onward, tell
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, date_as, locale, sentences
from portal.ideas.asking import asked_id
from portal.ideas.filter import listed
from portal.ideas.models import Idea
from portal.ideas.statuses import CLOSED, Status, StatusKind
from portal.permissions import me, require
from portal.text import clean_line
from portal.triage.forms import PromiseForm, day_is_over
from portal.triage.ledger import AlreadyPromised, NoSuchDay, Promise, Settled, open_of
from portal.web.idempotency import once
from portal.web.pages import keeps_text, page
from portal.web.paging import sifted

CANDIDATES = 20
UNDER_WAY = (StatusKind.PLANNED, StatusKind.STARTED, StatusKind.TESTING)


@bp.get("/promises/new")
def new_promise() -> str:
    """Which idea is promised, and then for when."""
    require(permissions.promise_a_day)
    asked_for = asked_id("idea")
    idea = find_idea(asked_for, permissions.promise_a_day) if asked_for else None
    if idea is not None:
        idea = idea.root
        return page("admin/promises/make.html", idea=idea, tools=idea_tools(idea))
    words = clean_line(request.args.get("q"))[:200]
    return page("admin/promises/new.html", q=words, ideas=_candidates(words))


@bp.post("/ideas/<int:id>/promises")
@keeps_text
def make_promise(id: int) -> Answer:
    """Promise an idea for a day."""
    idea = find_idea(id, permissions.promise_a_day)
    form = PromiseForm()
    if form.validate() and _make(idea, form):
        day = date_as(form.day.day, "d MMMM y")
        tell(idea, sentences(_("Promised for %(day)s.", day=day), heard(Action.PROMISE_MADE, idea)))
        return onward(idea, done=True)
    return again(idea, promise=form)


def _make(idea: Idea, form: PromiseForm) -> bool:
    begin_write()
    hold(idea)
    if not lives_here(idea, form.day):
        db.session.rollback()
        return False
    said, owner = form.text.data or "", form.owner.person
    try:
        once(Promise, me(), lambda: Promise.make(idea, form.day.day, me(), owner, said, locale()))
    except AlreadyPromised:
        standing = open_of(idea.id)
        day = date_as(standing.day, "d MMMM y") if standing else ""
        db.session.rollback()
        return complain(form.day, _("It is promised for %(day)s already. Move that promise instead.", day=day))
    except NoSuchDay:
        db.session.rollback()
        return complain(form.day, day_is_over())
    except Settled:
        db.session.rollback()
        return complain(form.day, _("It has shipped or is not planned: nothing is left to promise."))
    db.session.commit()
    return True


def _candidates(words: str) -> list[Idea]:
    """The ideas of which a day may be promised: those that are found, or what is under way, most wanted first."""
    standing = exists().where(Promise.idea_id == Idea.id, Promise.is_open())
    found = (_named(words) if words else _under_way()).where(Idea.hidden_at.is_(None), Idea.stands(), ~standing)
    return list(db.session.scalars(found.order_by(Idea.votes_count.desc(), Idea.id.desc()).limit(CANDIDATES)))


def _named(words: str) -> Select[Idea]:
    """By its number, or by words of its title."""
    still_open = Idea.status_id.in_(select(Status.id).where(Status.kind.not_in(CLOSED)))
    return Idea.visible_to(me()).where(still_open, is_meant(words))


def _under_way() -> Select[Idea]:
    """What everybody sees being built, or planned."""
    steps = select(Status.id).where(Status.kind.in_(UNDER_WAY))
    return select(Idea).where(listed(), sifted(Idea.status_id).in_(steps))
