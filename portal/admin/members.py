"""Who is here: a list to search, and a page a member with what they did and what staff may do."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from flask import abort, flash, request, url_for
from sqlalchemy import Select, bindparam, func, or_, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.duties import JOBS, Job
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin.doing import what_they_did
from portal.admin.forms import RoleForm, SuspendForm
from portal.admin.idea_tools import offering
from portal.admin.liveliness import bars_of
from portal.admin.views import bp
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold_all
from portal.database.reading import rows
from portal.database.types import UTCDateTime
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l, _n, num, sentences
from portal.ideas.models import Idea
from portal.moderation.models import Suspension, reinstate, suspend
from portal.notifications.reach import told_to
from portal.permissions import Rule, me, require
from portal.recognition.partners import partners_among
from portal.recognition.regulars import gone_quiet
from portal.recognition.welcoming import NEW_FOR, newcomers, waiting_among, waits_for_welcome, welcome_of
from portal.text import clean_line
from portal.triage.acts import undoable
from portal.voting.models import Vote
from portal.web.forms import PortalForm
from portal.web.pages import go, keeps_text, page
from portal.web.paging import listing

# Mailboxes with several accounts: since this portal knows spellings, no new one joins them.
SHARED = select(User.mailbox).where(User.is_twin)
STATES: dict[str, tuple[Any, Any]] = {
    "active": (_l("Active"), User.takes_part),
    "new": (_l("To welcome"), newcomers),
    "quiet": (_l("Gone quiet"), gone_quiet),
    "team": (_l("Our team"), User.is_here & User.is_of_team),
    "suspended": (_l("Suspended"), User.is_suspended),
    "twins": (_l("Same mailbox as another"), User.mailbox.in_(SHARED)),
    "imported": (_l("Imported"), User.is_imported),
    "former": (_l("Former"), User.is_former),
}
ROLES = {Role.MEMBER: _l("Member"), Role.STAFF: _l("Staff"), Role.ADMIN: _l("Admin")}
LATEST = 10
STANDS = Comment.deleted_at.is_(None)


@bp.get("/members")
def members() -> str:
    """Everybody, newest first, filtered by what the address says."""
    require(permissions.see_members)
    people, more = listing(_found(), User.created_at, User.id)
    here, ids = _here(), [person.id for person in people]
    return page(
        "admin/members.html",
        members=people,
        more=more,
        did=what_they_did(people),
        bars=bars_of(people),
        to_welcome=waiting_among(ids),
        partners=partners_among(ids),
        here=here,
        jobs_said=_jobs_of,
        tabs=here.tabs(request.args.get("state", "")),
        roles=[(str(role), str(label)) for role, label in ROLES.items()],
        states=[(name, str(row[0])) for name, row in STATES.items()],
        chosen={name: request.args.get(name, "") for name in ("q", "role", "state")},
    )


@bp.get("/members/<handle>")
def member(handle: str) -> str:
    """One person: facts, what they wrote, and what was done about them."""
    return _page(find_person(handle, permissions.see_members))


@bp.post("/members/<handle>/suspension")
@keeps_text
def suspend_member(handle: str) -> Response | tuple[str, int]:
    """Let a member only read, and say why."""
    person = find_person(handle, permissions.suspend_member)
    form = SuspendForm()
    if form.validate():
        begin_about(person, permissions.suspend_member)
        with undoable(person, by=me()) as done:
            suspend(person, by=me(), reason=form.reason.data or "")
        db.session.commit()
        said = _("%(name)s is suspended, and can only read and take out what is theirs.", name=person.display_name)
        flash(sentences(said, told_to(Action.MEMBER_SUSPENDED, person, me())), offering(done.press))
        return go(url_for("admin.member", handle=handle))
    return _page(person, suspending=form), 422


@bp.post("/members/<handle>/suspension/end")
def reinstate_member(handle: str) -> Response:
    """End a suspension."""
    person = find_person(handle, permissions.suspend_member)
    begin_about(person, permissions.suspend_member)
    with undoable(person, by=me()) as done:
        reinstate(person, by=me())
    db.session.commit()
    flash(_("%(name)s takes part again.", name=person.display_name), offering(done.press))
    return go(url_for("admin.member", handle=handle))


@bp.post("/members/<handle>/role")
@keeps_text
def change_role(handle: str) -> Response | tuple[str, int]:
    """Make somebody staff, admin or a member again."""
    person = find_person(handle, permissions.change_role)
    form = RoleForm()
    if form.validate():
        begin_about(person, permissions.change_role)
        if form.overtaken(person):
            return _page(person, role=form), 422
        person.change_role(Role(form.role.data), by=me(), jobs=form.jobs.data)
        db.session.commit()
        said = _(
            "%(name)s is now: %(role)s. They are told, with what it means.", name=person.display_name, role=_is(person)
        )
        flash(said)
        return go(url_for("admin.member", handle=handle))
    return _page(person, role=form), 422


def find_person(handle: str, rule: Rule) -> User:
    """The person of this page, where the rule allows what is asked."""
    person: User = db.session.scalar(select(User).where(User.handle == handle)) or abort(404)
    require(rule, person)
    return person


def begin_about(person: User, rule: Rule) -> None:
    """Begin to write, and ask again while nobody else can change who is admin: one of them always remains."""
    begin_write()
    hold_all(User, or_(User.role == Role.ADMIN, User.id == person.id))
    require(rule, person)


def _found() -> Select[Any]:
    asked = request.args
    found = select(User)
    words = clean_line(asked.get("q"))[:200]
    if words:
        found = found.where(
            or_(User.named_like(words), *(c.icontains(words, autoescape=True) for c in (User.email, User.handle)))
        )
    if asked.get("role") in set(Role):
        found = found.where(User.role == asked["role"])
    if asked.get("state") in STATES:
        those = STATES[asked["state"]][1]
        found = found.where(those() if callable(those) else those)
    return found


@dataclass(frozen=True)
class Here:
    """Of those who can sign in: how many work here, took part lately, joined this week, and wait for a welcome."""

    all: int
    staff: int
    admins: int
    active: int
    new: int
    to_welcome: int

    @property
    def team(self) -> int:
        return self.staff + self.admins

    def tabs(self, state: str) -> list[tuple[str, str, bool]]:
        """Everybody, the team, and those who wait for a welcome, each with their number."""
        return [
            (_("People"), url_for("admin.members"), not state),
            (_("Team %(num)s", num=num(self.team)), url_for("admin.members", state="team"), state == "team"),
            (self._to_welcome, url_for("admin.members", state="new"), state == "new"),
        ]

    @property
    def _to_welcome(self) -> str:
        return _("To welcome %(num)s", num=num(self.to_welcome)) if self.to_welcome else _("To welcome")

    @property
    def roles(self) -> list[tuple[str, int, str]]:
        """Who may do what: each role, how many have it, and what it lets them do beside what those before it may."""
        return [
            (_("Members"), self.all - self.team, _("propose, vote, comment and report")),
            (_("Staff"), self.staff, _("and answer, decide, moderate, publish or welcome, as their jobs say")),
            (_("Admins"), self.admins, _("do all of it, and change roles, jobs, boards, statuses and settings")),
        ]

    @property
    def headline(self) -> str:
        return _n("%(num)s member", "%(num)s members", self.all)

    @property
    def sub(self) -> str:
        """Who of them takes part, and how many are the brand’s own."""
        if self.all < 2:
            return _("Nobody but you can sign in so far.")
        active = _n(
            "%(num)s took part in the last twelve weeks.", "%(num)s took part in the last twelve weeks.", self.active
        )
        new = _n("%(num)s joined this week.", "%(num)s joined this week.", self.new) if self.new else ""
        team = _n(
            "%(num)s works here: %(percent)s%%.",
            "%(num)s work here: %(percent)s%%.",
            self.team,
            percent=round(100 * self.team / self.all),
        )
        return " ".join(part for part in (active, new, team) if part)


def _here() -> Here:
    weeks, week = now() - timedelta(weeks=12), now() - timedelta(weeks=1)
    return Here(*rows(_people(), {"weeks": weeks, "week": week, "new": now() - NEW_FOR}).one())


@cache
def _people() -> Any:
    def counted(*those: Any) -> Any:
        return func.count().filter(*those)

    weeks, week, new = (bindparam(name, type_=UTCDateTime()) for name in ("weeks", "week", "new"))
    columns = (
        func.count(), counted(User.role == Role.STAFF), counted(User.role == Role.ADMIN),
        counted(User.seen_at > weeks), counted(User.created_at > week), counted(newcomers(new)),
    )  # fmt: skip
    return select(*columns).select_from(User).where(User.is_here)


def _page(person: User, suspending: PortalForm | None = None, role: PortalForm | None = None) -> str:
    written = Idea.visible_to(me()).where(Idea.author_id == person.id).order_by(Idea.id.desc())
    said = Comment.visible_to(me()).where(Comment.author_id == person.id).order_by(Comment.id.desc())
    return page(
        "admin/member.html",
        member=person,
        ideas=db.session.scalars(written.limit(LATEST)).all(),
        comments=db.session.scalars(said.limit(LATEST)).all(),
        counts=_counts(person),
        suspension=Suspension.of(person),
        welcomed=welcome_of(person),
        may_welcome=waits_for_welcome(person),
        twins=_twins(person),
        role_label=_is(person),
        jobs=_jobs_of(person) if person.role == Role.STAFF else "",
        suspend_form=suspending or SuspendForm(formdata=None),
        role_form=role or RoleForm(formdata=None, thing=person),
        form=suspending or role or PortalForm(formdata=None),
        events=_number(Event.id, (Event.subject_type == "user") & (Event.subject_id == person.id)),
    )


def _is(person: User) -> str:
    """Their role, with their jobs where these are not all."""
    role = str(ROLES[Role(person.role)])
    return f"{role} ({_jobs_of(person)})" if person.chosen_jobs else role


def _jobs_of(person: User) -> str:
    return ", ".join(str(JOBS[Job(job)]) for job in person.jobs)


def _twins(person: User) -> list[User]:
    """The other accounts of the same mailbox, the oldest first."""
    same = select(User).where(User.mailbox == person.mailbox, User.mailbox.in_(SHARED), User.id != person.id)
    return list(db.session.scalars(same.order_by(User.created_at, User.id)))


def _counts(person: User) -> dict[str, int]:
    return {
        "ideas": _number(Idea.id, Idea.author_id == person.id),
        "comments": _number(Comment.id, (Comment.author_id == person.id) & Comment.is_note.is_(False) & STANDS),
        "votes": _number(Vote.idea_id, (Vote.user_id == person.id) & Vote.counted()),
        "aside": _number(Vote.idea_id, (Vote.user_id == person.id) & ~Vote.counted()),
    }


def _number(column: Any, condition: Any) -> int:
    return db.session.scalar(select(func.count(column)).where(condition)) or 0
