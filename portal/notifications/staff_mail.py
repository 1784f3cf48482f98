"""What staff hear of: for each event a topic, and for each of staff when they want to hear of it."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.accounts.models import User
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import subject_of
from portal.extensions import db
from portal.ideas.boards import at_last, merged_boards
from portal.ideas.models import Idea
from portal.ideas.severity import Severity
from portal.notifications.models import DEFAULTS, Hears, StaffMail, Topic

THREAD = "staff"
SEVERE = {Severity.BLOCKING: Topic.BLOCKING_ISSUES, Severity.SERIOUS: Topic.SERIOUS_ISSUES}
TOPICS = {
    Action.IDEA_ASSIGNED: Topic.ASSIGNED,
    Action.FLAGGED: Topic.REPORTS,
    Action.TEXT_HELD: Topic.REPORTS,
    Action.CRITICISM_ROSE: Topic.CRITICISM,
}
TOLD = (Action.IDEA_PROPOSED, *TOPICS)
WORKING = (User.is_staff, User.is_here)
# Who may act on it hears of it: one of these has to be theirs to do.
ANSWERING = ("respond_to_idea", "change_status", "tag_idea")
ACTS_ON: dict[Topic, tuple[str, ...]] = {topic: ANSWERING for topic in Topic} | {
    Topic.REPORTS: ("judge_text",), Topic.CRITICISM: ("judge_text", "see_flags"),
}  # fmt: skip


def topic_of(event: Event, subject: Any) -> Topic | None:
    """What this event is to staff; None where it is nothing that they are told of."""
    if event.action not in TOLD or subject is None:
        return None
    if event.action != Action.IDEA_PROPOSED:
        return TOPICS[Action(event.action)]
    return SEVERE.get(subject.severity, Topic.OTHER_ISSUES) if subject.is_issue else Topic.NEW_IDEAS


def is_for_staff(event: Happening, subject: Any, reader: User) -> bool:
    """Whether this person is told of it as one of staff, and not because they wrote it."""
    theirs = event.action != Action.IDEA_ASSIGNED and getattr(subject, "author_id", None) == reader.id
    return event.action in TOLD and reader.is_staff and not theirs


def hearers(event: Event) -> dict[int, Hears]:
    """Who of staff hears of this event, by id, and when; nobody whom it is about, and nobody who chose not to."""
    if event.action not in TOLD:
        return {}
    subject: Any = subject_of(event)
    topic = topic_of(event, subject)
    if topic is None:
        return {}
    heard: dict[int, Hears] = {}
    for id, choices in _choices(topic).items():
        when = Hears(getattr(choices, topic)) if choices else Hears(DEFAULTS[topic])
        if when != Hears.NEVER and _concerns(event, subject, id, choices):
            heard[id] = when
    return heard


def _concerns(event: Event, subject: Any, id: int, choices: StaffMail | None) -> bool:
    """What is given to somebody is theirs, whatever board it is on; anything else is for all but who wrote it."""
    if event.action == Action.IDEA_ASSIGNED:
        return bool(event.facts.get("new") == id)
    return id != getattr(subject, "author_id", None) and is_on(choices, subject)


def is_on(choices: StaffMail | None, subject: Any) -> bool:
    """Whether a thing is on one of the boards that these choices name; what is on no board is for everybody."""
    idea = getattr(subject, "idea", subject)
    board = idea.board if isinstance(idea, Idea) else None
    if board is None or choices is None or not choices.boards:
        return True
    merged = merged_boards()
    return board.id in {at_last(chosen.id, merged) for chosen in choices.boards}


def may_act_on(topic: Topic, person: User) -> bool:
    """Whether this one of staff may do anything about such things: of what is not theirs they do not hear."""
    return any(person.may(rule) for rule in ACTS_ON[topic])


def _choices(topic: Topic) -> dict[int, StaffMail | None]:
    """Everybody of staff at work who may act on it, with what they chose, if they did."""
    staff = db.session.scalars(select(User.id).where(*WORKING, User.who_may(*ACTS_ON[topic]))).all()
    chose = select(StaffMail).where(StaffMail.user_id.in_(staff)).options(selectinload(StaffMail.boards))
    chosen = {choices.user_id: choices for choices in db.session.scalars(chose)}
    return {id: chosen.get(id) for id in staff}
