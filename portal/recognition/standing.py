"""Where a member stands: their points, what each was for, and why they are a partner of the week or not."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _n, num
from portal.ideas.models import Idea
from portal.recognition.models import Partner, PointEntry
from portal.recognition.partners import DAYS, partners_of_the_week
from portal.recognition.sentences import reason_sentence

SHOWN = 50


@dataclass(frozen=True)
class Line:
    """One row of the ledger, and the idea that it is for; None where that is gone, or out of the reader's sight."""

    entry: PointEntry
    idea: Idea | None


def lines_of(member: User, for_: User, limit: int = SHOWN) -> list[Line]:
    """The newest points of this person, paid and taken back, as far as the reader may see what they were for."""
    newest = select(PointEntry).where(PointEntry.user_id == member.id).order_by(PointEntry.id.desc()).limit(limit)
    entries = list(db.session.scalars(newest.options(joinedload(PointEntry.event))))
    ideas = _ideas(entries, for_)
    return [Line(entry, ideas.get((entry.subject_type, entry.subject_id))) for entry in entries]


def recent_points(member: User) -> int:
    """Their points that count for the partners of this week."""
    since = now() - timedelta(days=DAYS)
    counted = select(func.sum(PointEntry.points)).where(PointEntry.user_id == member.id, PointEntry.created_at > since)
    return db.session.scalar(counted) or 0


def why_partner(member: User) -> str:
    """Why this member is a partner of the week, or why not, in words for them."""
    partners = list(db.session.scalars(partners_of_the_week()))
    mine = next((partner for partner in partners if partner.user_id == member.id), None)
    if mine:
        return _("You are a partner of this week. %(reason)s", reason=reason_sentence(mine))
    return _why_never(member) or _why_not_now(member, partners)


def _why_never(member: User) -> str:
    if member.is_staff:
        return _("You are on the team: partners are picked among our members.")
    if member.is_suspended:
        return _("Your account is suspended, so you are not picked as a partner.")
    if not member.featured:
        return _("You chose not to be shown among the partners. Your settings let you change that.")
    if member.credited_name:
        return ""
    if member.credit_as == CreditAs.NAME:
        return _("You have not told us what to call you, so you are not picked as a partner.")
    return _("You chose not to be named in credits, so you are not picked as a partner.")


def _why_not_now(member: User, partners: list[Partner]) -> str:
    points = recent_points(member)
    if not points:
        return _("Partners are picked by the points of the last %(days)s days, and you have none of those.", days=DAYS)
    if not partners:
        return _("No partners are picked yet: the first are on Monday.")
    return _n(
        "You have %(points)s point of the last %(days)s days. The partners of this week had %(least)s or more.",
        "You have %(points)s points of the last %(days)s days. The partners of this week had %(least)s or more.",
        points,
        points=num(points),
        days=DAYS,
        least=num(min(partner.points for partner in partners)),
    )


def _ideas(entries: list[PointEntry], for_: User) -> dict[tuple[str, int], Idea]:
    """For each subject the idea that it is, or that the comment stands under."""
    of = {kind: {entry.subject_id for entry in entries if entry.subject_type == kind} for kind in ("idea", "comment")}
    found: dict[tuple[str, int], Idea] = {}
    for idea in db.session.scalars(Idea.visible_to(for_).where(Idea.id.in_(of["idea"]))):
        found["idea", idea.id] = idea
    rows = select(Comment.id, Idea).join(Idea, Idea.id == Comment.idea_id).where(Comment.id.in_(of["comment"]))
    for id, idea in db.session.execute(rows.where(Idea.seen_by(for_))):
        found["comment", id] = idea
    return found
