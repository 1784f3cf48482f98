"""The entries of a person's file: each thing that the portal holds of them as data, and as they read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from portal.accounts.duties import JOBS, Job
from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.forms import MAIL_CHOICES
from portal.accounts.models import User
from portal.activity.models import Event
from portal.extensions import db
from portal.i18n import LANGUAGES, _, _l
from portal.ideas.models import Idea
from portal.merging.suggestions import Say, Says, Suggestion
from portal.moderation.models import Suspension
from portal.notifications.models import Notification
from portal.notifications.subjects import Subjects
from portal.notifications.telling import line_of
from portal.privacy.row_words import UNSEEN, Row, Tell, Titled
from portal.recognition.models import Partner
from portal.recognition.sentences import reason_sentence

PROFILE = (
    "email", "mailbox", "own_name", "display_name", "handle", "role", "title", "bio", "lang", "timezone", "zone_chosen",
    "zone_declined", "credit_as", "pseudonym", "named_as_supporter", "featured", "hidden_words", "mail_progress",
    "mail_comments", "shortcuts", "theme", "motion", "chosen_jobs", "created_at", "seen_at",
)  # fmt: skip
CHUNK = 500
SAID: dict[str, Any] = {
    Says.SAME: _l("It is the same as the other one."),
    Says.OTHER: _l("Yours is something else than the other one."),
    Says.NOTHING: _l("You took it back."),
}


@dataclass(frozen=True)
class Said:
    """A text as it was saved once; `words` is empty where they were taken out."""

    moment: datetime
    words: str
    is_blanked: bool


@dataclass(frozen=True)
class Entry:
    """One thing: as data, and as words. `pictures`: the key of each, and what it shows."""

    data: dict[str, Any]
    title: str
    moment: datetime | None = None
    words: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)
    versions: list[Said] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """A kind of thing, and all of it that is this person's, oldest first, some hundred rows at a time."""

    key: str
    heading: Any
    entries: Callable[[User], Iterator[Entry]]


def plain(value: Any) -> Any:
    """A value as JSON holds it."""
    return value.isoformat() if isinstance(value, datetime) else value


def chunks(statement: Any) -> Iterator[list[Any]]:
    """The rows of a select, some hundred at a time."""
    for rows in db.session.execute(statement.execution_options(yield_per=CHUNK)).partitions():
        yield list(rows)


def profile(user: User) -> Iterator[Entry]:
    data = {name: plain(getattr(user, name)) for name in PROFILE}
    facts = [(_("E-mail"), user.email), (_("What you do"), user.title), (_("Language"), LANGUAGES.get(user.lang))]
    facts += [(_("Time zone"), user.timezone), (_("Pseudonym"), user.pseudonym), (_("Public page"), user.handle)]
    when = dict(MAIL_CHOICES)
    facts += [(_("Mail when an idea moves"), when.get(user.mail_progress))]
    facts += [(_("Mail about comments"), when.get(user.mail_comments))]
    facts += [(_("Jobs in the team"), _jobs(user))]
    yield Entry(data, user.display_name, user.created_at, user.bio, [(name, str(v)) for name, v in facts if v])


def _jobs(user: User) -> str:
    return ", ".join(str(JOBS[Job(job)]) for job in user.jobs) if user.is_of_team else ""


def notifications(user: User) -> Iterator[Entry]:
    """What they were told, in the words in which they read it, as far as they may still see what it is about."""
    mine = select(Notification, Event).join(Event, Event.id == Notification.event_id)
    for rows in chunks(mine.where(Notification.user_id == user.id).order_by(Notification.id)):
        ids = [told.id for told, _event in rows]
        seen = set(
            db.session.scalars(
                Notification.visible_to(user).where(Notification.id.in_(ids)).with_only_columns(Notification.id)
            )
        )
        subjects = Subjects(event for told, event in rows if told.id in seen)
        for told, event in rows:
            words = _("What this was about is not shown to you any more.")
            if told.id in seen:
                words = line_of(event, subjects.known)
            data = {"event_id": event.id, "created_at": plain(told.created_at), "read_at": plain(told.read_at)}
            yield Entry({**data, "said": words}, words, told.created_at)


def suspensions(user: User) -> Iterator[Entry]:
    columns = ("reason", "started_at", "ended_at")
    for row in db.session.scalars(select(Suspension).where(Suspension.user_id == user.id).order_by(Suspension.id)):
        until = [(_("Until"), row.ended_at.date().isoformat())] if row.ended_at else []
        yield Entry({name: plain(getattr(row, name)) for name in columns}, row.reason, row.started_at, facts=until)


def partners(user: User) -> Iterator[Entry]:
    for row in db.session.scalars(select(Partner).where(Partner.user_id == user.id).order_by(Partner.id)):
        data = {name: plain(getattr(row, name)) for name in ("week", "rank", "points", "reason", "created_at")}
        yield Entry(data, reason_sentence(row), row.created_at, facts=[(_("Week"), row.week)])


def said_same(user: User) -> Iterator[Entry]:
    """What they said of two ideas, by the titles of those that they may see."""
    columns = ("first_id", "second_id", "says", "words", "created_at", "outcome")
    pair = Suggestion.first_id, Suggestion.second_id, Say.says, Say.words, Say.created_at, Suggestion.outcome
    said = select(*pair).join(Suggestion, Suggestion.id == Say.suggestion_id).where(Say.user_id == user.id)
    for rows in chunks(said.order_by(Say.suggestion_id)):
        titles = titles_of({id for row in rows for id in row[:2]}, user)
        for row in rows:
            first, second = (titles.get(id, UNSEEN).title for id in row[:2])
            data = {name: plain(value) for name, value in zip(columns, row, strict=True)}
            facts = [(_("What you said of it"), str(SAID[row.says])), (_("And of this one"), second)]
            yield Entry(data, first, row.created_at, row.words, facts)


def waiting(user: User) -> Iterator[Entry]:
    """What was sent without an account and waits for their click, a day at most."""
    waits = select(PendingAction).join(EmailToken).where(user.opened_by()).order_by(PendingAction.id)
    for row in db.session.scalars(waits):
        words = {name: row.payload[name] for name in ("title", "body", "words") if row.payload.get(name)}
        data = {"kind": row.kind, "created_at": plain(row.created_at), **words}
        yield Entry(data, str(words.get("title") or row.kind), row.created_at, str(words.get("body", "")))


def titles_of(ids: set[int | None], user: User) -> dict[int, Titled]:
    """The titles of these ideas, of those that this person may see."""
    known = {id for id in ids if id}
    seen = select(Idea.id, Idea.title, Idea.kind).where(Idea.seen_by(user), Idea.id.in_(known))
    if not known:
        return {}
    return {id: Titled(title, kind) for id, title, kind in db.session.execute(seen)}


def rows_of(
    model: Any, columns: tuple[str, ...], tell: Tell | None = None, whose: tuple[Any, ...] = ()
) -> Callable[[User], Iterator[Entry]]:
    """The rows of a table that has a `user_id`, or names the person in one of `whose`: these columns as data, and told
    as `tell` does, or column by column.
    """

    def entries(user: User) -> Iterator[Entry]:
        chosen = [getattr(model, column) for column in columns]
        theirs = or_(*(column == user.id for column in whose or (model.user_id,)))
        rows = select(*chosen).where(theirs).order_by(*model.__table__.primary_key.columns)
        for some in chunks(rows):
            found = [dict(zip(columns, row, strict=True)) for row in some]
            titles = titles_of(set(_ideas_in(found)), user)
            for row in found:
                title, facts = tell(row, titles) if tell else ("", _columns(row))
                yield Entry(
                    {column: plain(value) for column, value in row.items()},
                    title,
                    row.get("created_at"),
                    facts=[(label, words) for label, words in facts if words],
                )

    return entries


def _ideas_in(rows: list[Row]) -> Iterator[int | None]:
    for row in rows:
        yield row.get("idea_id")
        yield row.get("into_id")
        if row.get("subject_type") == "idea":
            yield row["subject_id"]


def _columns(row: Row) -> list[tuple[str, str]]:
    return [
        (name, str(plain(value))) for name, value in row.items() if value not in (None, "") and name != "created_at"
    ]
