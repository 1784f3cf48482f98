"""What a mail says to staff: what waits for them, by topic, each text once, and how to stop each topic."""

from dataclasses import dataclass, field
from typing import Any

from flask import url_for
from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.moderation import rises_told
from portal.activity.catalogue import sentence
from portal.activity.models import Action, Event, Happening, record
from portal.activity.subjects import NAMES, subject_of
from portal.extensions import db
from portal.i18n import _, _l, _n, day, locale, num
from portal.ideas.models import Idea
from portal.ideas.severity import Severity
from portal.ideas.statuses import Kind
from portal.mail.sending import Message
from portal.moderation.criticism import Rise
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.notifications.models import Topic
from portal.notifications.staff_mail import is_for_staff, topic_of
from portal.notifications.stopping import staff_topics, stop_url
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import Mail
from portal.settings import settings
from portal.triage.assignments import assign
from portal.triage.obligations import owed_to
from portal.web.site import public_url

SHOWN = 8
TO_STAFF = _l("To staff, as each of them chose.")
TOPICS: dict[Topic, Any] = {
    Topic.CRITICISM: _l("Criticism rises"),
    Topic.REPORTS: _l("Reported texts, and first texts that wait"),
    Topic.BLOCKING_ISSUES: _l("Blocking issues"),
    Topic.SERIOUS_ISSUES: _l("Serious issues"),
    Topic.OTHER_ISSUES: _l("Other issues"),
    Topic.NEW_IDEAS: _l("New ideas"),
    Topic.ASSIGNED: _l("What colleagues gave to you"),
    Topic.WAITING: _l("What waits too long for an answer"),
}

# The subject of a mail about one thing; that of a report is a sentence already.
ALONE: dict[Topic, Any] = {
    Topic.CRITICISM: _l("Criticism rises: %(title)s"),
    Topic.REPORTS: "%(title)s",
    Topic.BLOCKING_ISSUES: _l("Blocking issue: %(title)s"),
    Topic.SERIOUS_ISSUES: _l("Serious issue: %(title)s"),
    Topic.OTHER_ISSUES: _l("New issue: %(title)s"),
    Topic.NEW_IDEAS: _l("New idea: %(title)s"),
    Topic.ASSIGNED: _l("In your hands: %(title)s"),
    Topic.WAITING: _l("Waits too long for an answer: %(title)s"),
}


@dataclass
class Section:
    """All of one topic: a line for each text, with its address."""

    topic: Topic
    stop: str
    lines: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return str(TOPICS[self.topic])

    @property
    def most(self) -> int:
        """How many are shown: of what is in somebody's hands each, as each is theirs to do."""
        return len(self.lines) if self.topic == Topic.ASSIGNED else SHOWN

    @property
    def shown(self) -> list[tuple[str, str]]:
        """The first few, as (words, address)."""
        return [(words, url) for url, words in list(self.lines.items())[: self.most]]

    @property
    def more(self) -> str:
        """How many others there are, in words; nothing where all are shown."""
        left = len(self.lines) - self.most
        return _n("And %(num)s more.", "And %(num)s more.", left, num=num(left)) if left > 0 else ""


def _at_once(event: Event, reader: User) -> Message | None:
    """The mail about one event."""
    return about([event], [], reader)


def _in_the_morning(_event: Event, reader: User, collected: tuple[list[Event], list[Idea]]) -> Message | None:
    """The letter at the start of the day."""
    return about(*collected, reader)


def about(events: list[Event], late: list[Idea], reader: User) -> Message | None:
    """One mail about these events and what waits too long; None where there are none."""
    sections = _sections(events, late, reader)
    count = sum(len(section.lines) for section in sections)
    if not count:
        return None
    first = sections[0]
    subject = _said_alone(first) if len(events) + len(late) == 1 or count == 1 else _many(sections, count)
    return Message(
        subject=subject,
        template="notifications/emails/staff",
        context={"heading": subject, "sections": sections, "url": _place(first), "button": _("Look at it")},
        preheader=" · ".join(section.title for section in sections) if count > 1 else first.title,
        reason=_("You get this because you are one of the team of %(brand)s.", brand=settings().name),
        unsubscribe=stop_url(reader, staff_topics(section.topic for section in sections)),
    )


def _many(sections: list[Section], count: int) -> str:
    if [section.topic for section in sections] == [Topic.ASSIGNED]:
        return _n("In your hands: %(num)s idea", "In your hands: %(num)s ideas", count)
    return _n("%(num)s thing waits for your team", "%(num)s things wait for your team", count)


def _said_alone(section: Section) -> str:
    words = next(iter(section.lines.values()))
    return str(ALONE[section.topic]) % {"title": words}


def _place(section: Section) -> str:
    """Where to begin: what rose first, the queue of moderation, the inbox, or what is in the reader's hands."""
    if section.topic == Topic.ASSIGNED:
        return public_url(url_for("admin.inbox", queue="mine"))
    if section.topic == Topic.CRITICISM:
        return next(iter(section.lines))
    return public_url(url_for("admin.moderation" if section.topic == Topic.REPORTS else "admin.inbox"))


def _sections(events: list[Event], late: list[Idea], reader: User) -> list[Section]:
    found = {topic: Section(topic, stop_url(reader, staff_topics([topic]))) for topic in Topic}
    for event in events:
        subject = subject_of(event)
        topic = topic_of(event, subject)
        if topic:
            found[topic].lines.update(_lines_of(event, subject))
    for idea in late:
        found[Topic.WAITING].lines[public_url(idea.url)] = idea.title
    return [section for section in found.values() if section.lines]


def _lines_of(event: Event, subject: Any) -> dict[str, str]:
    """What it says, by its address: a line, or one for each thing that rose."""
    if event.action == Action.CRITICISM_ROSE:
        return {public_url(_where_it_rose(what)): said for what, said in rises_told(event).items()}
    return {_url_of(event, subject): _line(event, subject)}


def _where_it_rose(what: str) -> str:
    """The list of the newest issues, or the queue of what was reported or is held."""
    if what == "issues":
        return url_for("admin.ideas", kind=Kind.ISSUE, sort="new")
    return url_for("admin.moderation", queue="reported" if what == "reports" else "first")


def _place_of_rise(event: Happening, _subject: Any, _reader: User) -> str:
    return _where_it_rose(next(iter(rises_told(event)), "reports"))


def _url_of(event: Event, subject: Any) -> str:
    return public_url(_decided_at(event) if topic_of(event, subject) == Topic.REPORTS else subject.url)


def _line(event: Event, subject: Any) -> str:
    if topic_of(event, subject) == Topic.REPORTS:
        return sentence(event)
    title, owed = NAMES["idea"](subject), owed_to(subject.id) if event.action == Action.IDEA_ASSIGNED else None
    return _("%(title)s, owed an answer by %(day)s", title=title, day=day(owed.due_at)) if owed else title


def _decided_at(event: Happening) -> str:
    """Where staff decide about a text that was reported, or is held."""
    return url_for("admin.moderation", open=f"{event.subject_type}-{event.subject_id}")


def place_of_report(event: Happening, text: Any, reader: User) -> str:
    """For staff, where they decide about it; for who wrote it, its own page."""
    return _decided_at(event) if is_for_staff(event, text, reader) else ""


def place_of_mine(event: Happening, idea: Any, reader: User) -> str:
    """The idea, open among what is in the reader's hands."""
    return url_for("admin.inbox", queue="mine", idea=event.subject_id)


ASSIGNED = Mail(_at_once, "staff-assigned", place=place_of_mine)
PROPOSED = Mail(_at_once, "staff-at-once")
FLAGGED = Mail(_at_once, "staff-letter", place=place_of_report)
CRITICISM_ROSE = Mail(_at_once, "staff-criticism", place=_place_of_rise)
LETTER = Mail(_in_the_morning, "staff-letter")


def _report_an_issue(world: World) -> Action:
    """A member cannot work any more."""
    world.reader.role = Role.STAFF
    title = _("The export leaves out the last day of the month")
    Idea.propose(world.staff, title, kind=Kind.ISSUE, lang=locale(), severity=Severity.BLOCKING, is_private=True)
    return Action.IDEA_PROPOSED


def _give(world: World) -> Action:
    """A colleague gives an idea to the reader."""
    world.reader.role = Role.STAFF
    assign(world.idea, world.reader, by=world.staff)
    return Action.IDEA_ASSIGNED


def _criticise(world: World) -> Action:
    """Reports and issues come many times as fast as usual."""
    world.reader.role = Role.STAFF
    rose = [Rise("reports", 40, 1.4), Rise("issues", 12, 0.8)]
    record(Action.CRITICISM_ROSE, settings(), by=None, hours=6, rose=[rise._asdict() for rise in rose])
    return Action.CRITICISM_ROSE


def _let_a_day_go(world: World) -> Message:
    """Somebody proposed and reported something, and an idea waits for an answer."""
    waits = world.idea
    world.reader.role = Role.STAFF
    flag(world.comment, by=world.staff, reason=Reason.OFF_TOPIC)
    Idea.propose(world.staff, _("The schedule on one page"), lang=locale())
    db.session.flush()
    actions = Event.action.in_((Action.FLAGGED, Action.IDEA_PROPOSED)), Event.actor_id == world.staff.id
    message = about(list(db.session.scalars(select(Event).where(*actions))), [waits], world.reader)
    if message is None:
        raise LookupError("nothing waits for staff")
    return message


EXAMPLES = {
    "staff-at-once": Example(_l("What staff hear of at once"), TO_STAFF, _report_an_issue),
    "staff-assigned": Example(_l("A colleague gives an idea to somebody of the team"), TO_ONE, _give),
    "staff-criticism": Example(_l("Criticism rises"), TO_STAFF, _criticise),
    "staff-letter": Example(_l("The morning letter to staff"), TO_STAFF, _let_a_day_go),
}
