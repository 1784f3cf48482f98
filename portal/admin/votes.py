"""Votes that may not be from as many people as they seem: patterns, the votes of an idea, and setting some aside."""

from typing import Any

from flask import flash, request, url_for
from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import aliased
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.admin.forms import SetAsideForm, VotesForm
from portal.admin.idea_tools import find_idea
from portal.admin.views import bp
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _n, num, sentences
from portal.ideas.asking import asked_id
from portal.ideas.family import kin_of
from portal.ideas.models import Idea
from portal.moderation.patterns import near, new_voters, of_domain, patterns
from portal.moderation.trust import NEW_FOR
from portal.notifications.reach import reach
from portal.permissions import me, require
from portal.text import clean_line
from portal.voting.models import SetAside, Vote
from portal.voting.setting_aside import answers, put_back, set_aside
from portal.web.forms import PortalForm
from portal.web.pages import go, keeps_text, page
from portal.web.paging import listing

LISTED = 50


@bp.get("/moderation/votes")
def vote_patterns() -> str:
    """Hints that staff may want to look at, and what people answered whose votes are set aside."""
    require(permissions.see_votes)
    said = list(db.session.scalars(answers().limit(LISTED)))
    ideas = {idea.id: idea for idea in db.session.scalars(select(Idea).where(Idea.id.in_({a.idea_id for a in said})))}
    return page("admin/votes/patterns.html", patterns=patterns(), answers=said, ideas=ideas)


@bp.get("/ideas/<int:id>/votes")
def votes(id: int) -> str:
    """Who voted for an idea, the latest first: all, or those of the pattern that the address names."""
    return _page(find_idea(id, permissions.see_votes))


@bp.post("/ideas/<int:id>/votes/set-aside")
@keeps_text
def set_votes_aside(id: int) -> Response | tuple[str, int]:
    """Let the chosen votes count no longer, and tell their voters why."""
    idea = find_idea(id, permissions.set_votes_aside)
    form = SetAsideForm()
    if not form.validate():
        return _page(idea, form), 422
    begin_write()
    theirs = select(Vote.user_id).where(Vote.idea_id.in_(kin_of(idea)), Vote.user_id.in_(form.voters), Vote.counted())
    heard = reach(Action.VOTES_SET_ASIDE, User.id.in_(theirs), me()).sentence
    number = set_aside(idea, form.voters, by=me(), reason=form.reason.data or "")
    db.session.commit()
    flash(
        sentences(_aside(idea, number), heard) if number else _("None of them counted any more: nothing was changed.")
    )
    return go(url_for("admin.votes", id=id))


@bp.post("/ideas/<int:id>/votes/put-back")
def put_votes_back(id: int) -> Response | tuple[str, int]:
    """Let the chosen votes count again, and tell their voters."""
    idea = find_idea(id, permissions.set_votes_aside)
    form = VotesForm()
    if not form.validate():
        return _page(idea, form), 422
    begin_write()
    number = put_back(idea, form.voters, by=me())
    db.session.commit()
    flash(_back(idea, number) if number else _("None of them was set aside any more: nothing was changed."))
    return go(url_for("admin.votes", id=id))


def _aside(idea: Idea, number: int) -> str:
    if idea.is_issue:
        return _n("%(num)s person is set aside.", "%(num)s people are set aside.", number, num=num(number))
    return _n("%(votes)s vote is set aside.", "%(votes)s votes are set aside.", number, votes=num(number))


def _back(idea: Idea, number: int) -> str:
    if idea.is_issue:
        return _n("%(num)s person counts again.", "%(num)s people count again.", number, num=num(number))
    return _n("%(votes)s vote counts again.", "%(votes)s votes count again.", number, votes=num(number))


def _page(idea: Idea, form: PortalForm | None = None) -> str:
    rows, more = listing(_found(idea), Vote.created_at, Vote.user_id)
    aside = select(SetAside).where(SetAside.idea_id.in_(kin_of(idea)), SetAside.undone_at.is_(None))
    chosen = set(form.voters) if isinstance(form, VotesForm) else None
    return page(
        "admin/votes/idea.html",
        idea=idea,
        rows=rows,
        more=more,
        pattern=_pattern(),
        chosen={row.user_id for row in rows} if chosen is None and _pattern() else chosen or set(),
        asides=list(db.session.scalars(aside.order_by(SetAside.id.desc()).limit(LISTED))),
        new_since=now() - NEW_FOR,
        form=form,
        set_aside_form=form if isinstance(form, SetAsideForm) else SetAsideForm(formdata=None),
        q=_words(),
    )


def _found(idea: Idea) -> Any:
    """The votes that count, of whom the address asks for."""
    found: Any = select(User, Vote.created_at, Vote.user_id, Vote.importance).join(Vote, Vote.user_id == User.id)
    found = found.where(*_first_votes(idea), Vote.counted())
    if domain := clean_line(request.args.get("domain"))[:254]:
        found = found.where(new_voters(), of_domain(domain))
    if person := asked_id("near"):
        found = found.where(new_voters(), near(idea, person))
    if words := _words():
        found = found.where(or_(*(c.icontains(words, autoescape=True) for c in (User.display_name, User.email))))
    return found


def _first_votes(idea: Idea) -> list[Any]:
    """The condition of the votes of an idea; of a family one a person, that which was cast first."""
    if not idea.merged_count:
        return [Vote.idea_id == idea.id]
    earlier, family = aliased(Vote), kin_of(idea)
    before = or_(
        earlier.created_at < Vote.created_at,
        and_(earlier.created_at == Vote.created_at, earlier.idea_id < Vote.idea_id),
    )
    same = earlier.user_id == Vote.user_id, earlier.idea_id.in_(family), earlier.is_counted, before
    return [Vote.idea_id.in_(family), ~exists().where(*same)]


def _pattern() -> str:
    """Which pattern is looked at, in words; empty for all votes."""
    if domain := clean_line(request.args.get("domain"))[:254]:
        return _("New members of %(domain)s.", domain=domain)
    return _("New members who voted from one network.") if asked_id("near") else ""


def _words() -> str:
    return clean_line(request.args.get("q"))[:200]
