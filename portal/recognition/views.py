"""The people behind what shipped."""

from flask import Blueprint
from sqlalchemy.orm import joinedload

from portal.extensions import db
from portal.middleware.caching import kept_for_a_second
from portal.permissions import me, require, take_out
from portal.recognition.ledger import points_of
from portal.recognition.models import ThankYou
from portal.recognition.partners import partners_of_the_week
from portal.recognition.rules import WORTH
from portal.recognition.sentences import YOURS, reason_sentence
from portal.recognition.standing import lines_of, why_partner
from portal.recognition.thanking import thanks_of
from portal.recognition.wall import wall
from portal.recognition.welcoming import welcome_of
from portal.web import paging
from portal.web.pages import no_store, page

THANKS = 50

bp = Blueprint("recognition", __name__)
bp.add_app_template_global(reason_sentence)


@bp.get("/settings/points")
@no_store
def points() -> str:
    """A member's own points: what each was for, and why they are a partner of the week or not."""
    require(take_out)
    member = me()
    return page(
        "recognition/points.html",
        lines=lines_of(member, for_=member),
        labels=YOURS,
        total=points_of(member),
        why=why_partner(member),
        worth=WORTH,
        welcome=welcome_of(member),
        thanks=db.session.scalars(thanks_of(member).options(joinedload(ThankYou.author)).limit(THANKS)).all(),
    )


@bp.get("/people")
@kept_for_a_second("after")
def index() -> str:
    after = paging.asked()
    people = wall(after)
    partners = [] if after else db.session.scalars(partners_of_the_week()).all()
    return page(
        "recognition/index.html", partners=partners, people=people.rows, more=paging.more(people), first=not after
    )
