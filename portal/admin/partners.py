"""Top partners for staff: who was picked and why, when they were last here, and a personal word of thanks."""

from typing import Any

from flask import abort, flash, url_for
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, sentences
from portal.notifications.reach import told_to
from portal.permissions import me, require
from portal.recognition.forms import ThankYouForm
from portal.recognition.ledger import points_of
from portal.recognition.models import Partner, ThankYou
from portal.recognition.sentences import RULES
from portal.recognition.standing import lines_of
from portal.recognition.thanking import may_be_thanked, thank, thanks_of
from portal.recognition.welcoming import welcome_of, welcomes
from portal.web.pages import go, keeps_text, page
from portal.web.paging import listing

WEEKS = 8
ENTRIES = 50


@bp.get("/partners")
def partners() -> str:
    """The partners of the latest weeks, and how often each was picked."""
    require(permissions.thank_partner)
    weekly: Any = select(Partner.week, func.count()).group_by(Partner.week)
    found, more = listing(weekly, Partner.week, size=WEEKS)
    weeks = [week for week, _picked in found]
    picked = select(Partner).where(Partner.week.in_(weeks)).order_by(Partner.week.desc(), Partner.rank)
    rows = db.session.scalars(picked).all()
    people = {partner.user_id for partner in rows}
    return page(
        "admin/partners/index.html",
        weeks=[(week, [partner for partner in rows if partner.week == week]) for week in weeks],
        picked=_count(Partner, people),
        thanked=_count(ThankYou, people, ThankYou.id.not_in(welcomes())),
        more=more,
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
    if valid and not may_be_thanked(member):
        form.text.errors = [told_to(Action.PARTNER_THANKED, member, me())]
    elif valid:
        begin_write()
        sent = thank(member, form.text.data or "", by=me())
        db.session.commit()
        name = member.display_name
        flash(
            sentences(_("Your thank-you is written."), _how_it_goes(member))
            if sent
            else _("You sent %(name)s the same words today already: nothing was sent again.", name=name)
        )
        return go(url_for("admin.partner", id=id))
    return _page(member, form), 422


def _how_it_goes(member: User) -> str:
    """What becomes of a thank-you to this person; who is suspended still reads what stands on their own page."""
    if member.is_suspended and may_be_thanked(member):
        return _(
            "%(name)s is suspended: no e-mail goes out, and they read it beside their points.", name=member.display_name
        )
    return told_to(Action.PARTNER_THANKED, member, me())


def _find(id: int) -> User:
    require(permissions.thank_partner)
    return db.session.get(User, id) or abort(404)


def _page(member: User, form: ThankYouForm) -> str:
    weeks = select(Partner).where(Partner.user_id == member.id).order_by(Partner.week.desc()).limit(ENTRIES)
    thanks = thanks_of(member).options(joinedload(ThankYou.author)).limit(ENTRIES)
    return page(
        "admin/partners/show.html",
        member=member,
        goes=_how_it_goes(member),
        may_thank=may_be_thanked(member),
        form=form,
        lines=lines_of(member, for_=me(), limit=ENTRIES),
        labels=RULES,
        weeks=db.session.scalars(weeks).all(),
        thanks=db.session.scalars(thanks).all(),
        welcome=welcome_of(member),
        total=points_of(member),
    )


def _count(model: type[Partner] | type[ThankYou], people: set[int], *those: Any) -> dict[int, int]:
    """How many rows each of these people has."""
    rows = select(model.user_id, func.count()).where(model.user_id.in_(people), *those).group_by(model.user_id)
    return {user_id: number for user_id, number in db.session.execute(rows)}
