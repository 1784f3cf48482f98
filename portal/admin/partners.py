"""Top partners for staff: who was picked and why, when they were last here, and a personal word of thanks."""

from typing import Any

from flask import abort, flash, request, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal import permissions
from portal.accounts.models import User
from portal.admin.views import bp, me
from portal.comments.models import Comment
from portal.extensions import begin_write, db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.pages import go, keeps_text, page
from portal.permissions import require
from portal.recognition.forms import ThankYouForm
from portal.recognition.ledger import Rule
from portal.recognition.models import Partner, PointEntry, ThankYou
from portal.recognition.sentences import RULES
from portal.recognition.thanking import thank, thanks_of

WEEKS = 8
ENTRIES = 50


@bp.get("/partners")
def partners() -> str:
    """The partners of the latest weeks, and how often each was picked."""
    require(permissions.thank_partner)
    weeks = select(Partner.week).distinct().order_by(Partner.week.desc())
    after = request.args.get("after", "")
    names = list(db.session.scalars((weeks.where(Partner.week < after) if after else weeks).limit(WEEKS + 1)))
    rows = db.session.scalars(
        select(Partner).where(Partner.week.in_(names[:WEEKS])).order_by(Partner.week.desc(), Partner.rank)
    ).all()
    people = {partner.user_id for partner in rows}
    return page(
        "admin/partners/index.html",
        weeks=[(week, [partner for partner in rows if partner.week == week]) for week in names[:WEEKS]],
        picked=_count(Partner, people),
        thanked=_count(ThankYou, people),
        more=url_for("admin.partners", after=names[WEEKS - 1]) if len(names) > WEEKS else None,
    )


@bp.get("/partners/<int:id>")
def partner(id: int) -> str:
    """One member: the points that speak for them, the weeks they were picked, and the thanks they got."""
    return _page(_find(id), ThankYouForm(formdata=None))


@bp.post("/partners/<int:id>/thanks")
@keeps_text
def thank_partner(id: int) -> Any:
    """Send a personal thank-you, by mail and in the portal."""
    member, form = _find(id), ThankYouForm()
    valid = form.validate()
    if valid and member.email is None:
        form.text.errors = [_("They have no address here, so nothing can be sent to them.")]
    elif valid:
        begin_write()
        sent = thank(member, form.text.data or "", by=me())
        db.session.commit()
        name = member.display_name
        flash(
            _("Your thank-you is on its way to %(name)s.", name=name)
            if sent
            else _("You sent %(name)s the same words today already: nothing was sent again.", name=name)
        )
        return go(url_for("admin.partner", id=id))
    return _page(member, form), 422


def _find(id: int) -> User:
    require(permissions.thank_partner)
    return db.session.get(User, id) or abort(404)


def _page(member: User, form: ThankYouForm) -> str:
    entries = db.session.scalars(
        select(PointEntry)
        .where(PointEntry.user_id == member.id)
        .order_by(PointEntry.created_at.desc(), PointEntry.id.desc())
        .limit(ENTRIES)
    ).all()
    weeks = select(Partner).where(Partner.user_id == member.id).order_by(Partner.week.desc()).limit(ENTRIES)
    thanks = thanks_of(member).options(joinedload(ThankYou.author)).limit(ENTRIES)
    subjects = _subjects(list(entries))
    return page(
        "admin/partners/show.html",
        member=member,
        form=form,
        entries=[
            (entry, RULES[Rule(entry.rule)], subjects.get((entry.subject_type, entry.subject_id))) for entry in entries
        ],
        weeks=db.session.scalars(weeks).all(),
        thanks=db.session.scalars(thanks).all(),
        total=db.session.scalar(select(func.sum(PointEntry.points)).where(PointEntry.user_id == member.id)) or 0,
    )


def _subjects(entries: list[PointEntry]) -> dict[tuple[str, int], Idea]:
    """For each entry's subject the idea that it is, or that the comment stands under."""
    of = {kind: [entry.subject_id for entry in entries if entry.subject_type == kind] for kind in ("idea", "comment")}
    found: dict[tuple[str, int], Idea] = {}
    for idea in db.session.scalars(select(Idea).where(Idea.id.in_(of["idea"]))):
        found["idea", idea.id] = idea
    rows = select(Comment.id, Idea).join(Idea, Idea.id == Comment.idea_id).where(Comment.id.in_(of["comment"]))
    for id, idea in db.session.execute(rows):
        found["comment", id] = idea
    return found


def _count(model: type[Partner] | type[ThankYou], people: set[int]) -> dict[int, int]:
    """How many rows each of these people has."""
    rows = select(model.user_id, func.count()).where(model.user_id.in_(people)).group_by(model.user_id)
    return {user_id: number for user_id, number in db.session.execute(rows)}
