"""The cast: Marée, a brand that plans shifts for restaurants, its people and what they proposed."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from slugify import slugify
from sqlalchemy import select, update

from portal.accounts.choices import MailWhen
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.responses import ResponseKind
from portal.ideas.severity import Severity
from portal.ideas.statuses import Status
from portal.notifications.models import Hears, StaffMail, Topic
from portal.settings import settings
from portal.voting.models import Vote


@dataclass(frozen=True)
class Person:
    """Somebody of the cast."""

    name: str
    lang: str
    role: Role = Role.MEMBER
    title: str = ""

    @property
    def handle(self) -> str:
        return slugify(self.name)

    @property
    def email(self) -> str:
        return f"{self.handle.split('-')[0]}@example.com"


@dataclass(frozen=True)
class Proposal:
    """An idea or an issue of the cast."""

    title: str
    body: str
    author: str
    board: str
    lang: str = "en"
    kind: str = "idea"
    private: bool = False
    status: tuple[str, ...] = ()
    days_ago: int = 10
    voters: tuple[str, ...] = ()


PEOPLE = {
    "ines": Person("Inès Moreau", "fr", title="Responsable de restaurant, Nantes"),
    "tom": Person("Tom Becker", "en", title="Restaurant owner, Leeds"),
    "aicha": Person("Aïcha Diallo", "fr", title="Directrice de trois établissements"),
    "marc": Person("Marc Lefèvre", "fr"),
    "yuki": Person("Yuki Tan", "en", title="Shift lead"),
    "sofia": Person("Sofia Nilsson", "en"),
    "camille": Person("Camille Roux", "fr"),
    "lea": Person("Léa Martin", "fr", Role.STAFF, "Product manager"),
    "hugo": Person("Hugo Petit", "en", Role.STAFF, "Marketing"),
    "nora": Person("Nora Klein", "en", Role.ADMIN, "Community manager"),
}

BOARDS = {
    "planning": ("Planning", "Planification"),
    "mobile": ("Mobile app", "Application mobile"),
    "team": ("Team", "Équipe"),
    "integrations": ("Integrations", "Intégrations"),
}

IDEAS = {
    "copy_week": Proposal(
        "Copy a week of shifts and keep the exceptions",
        "Every Sunday I copy last week’s schedule and then repair it by hand for an hour. Anything that is not a plain "
        "shift disappears: bank holidays, split shifts, the days off I promised.\n\nI’d like to copy the week and "
        "**choose what comes along**. Keep agreed days off, skip one-time replacements, ask me about the rest.",
        "ines", "planning", status=("under_review", "planned", "started"), days_ago=190,
        voters=("tom", "aicha", "marc", "yuki", "sofia"),
    ),
    "offline": Proposal(
        "See the schedule offline on the phone",
        "The back kitchen has no signal. I only need today and tomorrow, read-only.",
        "tom", "mobile", status=("under_review", "planned"), days_ago=21, voters=("ines", "yuki", "camille"),
    ),
    "swap": Proposal(
        "Let colleagues swap shifts without asking a manager",
        "Both accept, rules are checked, the manager is told. No more phone calls on Sunday night.",
        "aicha", "team", status=("under_review",), days_ago=6, voters=("tom", "sofia"),
    ),
    "rest_warning": Proposal(
        "Prévenir quand il reste moins de onze heures de repos",
        "La loi demande onze heures entre deux services. Aujourd’hui, je le vois seulement quand quelqu’un se plaint.",
        "marc", "planning", lang="fr", days_ago=3, voters=("ines",),
    ),
    "dark_mode": Proposal(
        "A dark mode for the night shift", "The screen is far too bright in a dim bar.", "yuki", "mobile", days_ago=1
    ),
    "fax": Proposal(
        "Send the schedule by fax", "Our oldest cook still has one.", "sofia", "integrations", status=("declined",),
        days_ago=40,
    ),
    "double_shift": Proposal(
        "A split shift is counted twice in the monthly hours",
        "The month of October shows 12 hours too many for everyone with a split shift.",
        "yuki", "planning", kind="issue", days_ago=5, voters=("tom", "aicha"),
    ),
    "salary_leak": Proposal(
        "Wages of colleagues are visible in the export",
        "When I export my own hours, the file also holds the hourly wage of the others.",
        "camille", "team", kind="issue", private=True, days_ago=2,
    ),
}  # fmt: skip


def cast() -> None:
    """Fill an empty portal with the cast. Nobody is told of the past. The caller begins the write and commits."""
    chosen = settings()
    chosen.name, chosen.default_lang, chosen.changed_at = "Marée", "en", now()
    people = {key: add_person(person) for key, person in PEOPLE.items()}
    boards = {
        slug: Board(slug=slug, names={"en": en, "fr": fr}, position=n)
        for n, (slug, (en, fr)) in enumerate(BOARDS.items())
    }
    db.session.add_all(boards.values())
    db.session.flush()
    for proposal in IDEAS.values():
        add_proposal(proposal, people, boards)
    _discuss(people)
    db.session.execute(update(Event).values(fanned_out_at=now()))


def add_person(person: Person) -> User:
    """Somebody who joined half a year ago."""
    user = User.join(person.email, person.name, person.lang)
    user.role, user.title = person.role, person.title
    user.created_at = now() - timedelta(days=200)
    if person.role != Role.MEMBER:
        user.mail_progress = user.mail_comments = MailWhen.NEVER
        db.session.add(StaffMail(user_id=user.id, **dict.fromkeys(Topic, Hears.NEVER)))
    return user


def add_proposal(proposal: Proposal, people: dict[str, User], boards: dict[str, Board]) -> Idea:
    """What somebody proposed, and how far it has come since."""
    author, lea = people[proposal.author], people["lea"]
    issue: dict[str, Any] = (
        {"is_private": proposal.private, "severity": Severity.SERIOUS} if proposal.kind == "issue" else {}
    )
    idea = Idea.propose(
        author, proposal.title, proposal.body, proposal.kind, boards[proposal.board], proposal.lang, **issue
    )
    Vote.cast(idea, by=author)
    for voter in proposal.voters:
        Vote.cast(idea, by=people[voter])
    born = now() - timedelta(days=proposal.days_ago)
    for kind in proposal.status:
        reason = "Phones do this better, and nobody else asked." if kind == "declined" else ""
        idea.change_status(Status.first(proposal.kind, kind), by=lea, reason=reason)
    idea.created_at, idea.here_since, idea.waiting_since = born, born, None if proposal.status else born
    idea.answered_at = born + timedelta(hours=31) if proposal.status else None
    _date_events(idea)
    return idea


def _date_events(idea: Idea) -> None:
    db.session.flush()
    moment = idea.created_at
    events = db.session.scalars(
        select(Event).where(Event.subject_type == "idea", Event.subject_id == idea.id).order_by(Event.id)
    ).all()
    step = (now() - moment) / (len(events) + 1)
    for number, event in enumerate(events):
        event.created_at = moment + step * number
    if len(events) > 1:
        idea.status_since = events[-1].created_at


def _discuss(people: dict[str, User]) -> None:
    copy_week = db.session.scalars(select(Idea).where(Idea.title == IDEAS["copy_week"].title)).one()
    first = Comment.post(
        copy_week,
        "A split shift is two entries with the same person on the same day. If they are copied as a pair, half of the "
        "repairs are gone. Here’s how ours look: 11:00 to 14:30, then 18:30 to 23:00.",
        by=people["tom"],
    )
    reply = Comment.post(
        copy_week,
        "That was the missing piece, thank you. We now treat them as one block everywhere, not only when copying.",
        by=people["lea"],
        parent=first,
    )
    first.created_at, reply.created_at = (copy_week.created_at + timedelta(days=days) for days in (21, 22))
    first.mark_as_shaping(True, by=people["lea"])
    copy_week.respond(
        "We’re building it. The copy now shows what it found before it does anything, and you tick what to keep.\n\n"
        "The rule for split shifts comes straight from Tom’s comment.",
        by=people["lea"],
        kind=ResponseKind.PROGRESS,
    )
    if copy_week.response:
        copy_week.response.created_at = copy_week.response.said_at = now() - timedelta(days=7)
