"""What the portal holds of a person, kind by kind: each thing as data, and as a person reads it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.forms import MAIL_CHOICES
from portal.accounts.models import User
from portal.activity.models import Event
from portal.activity.sentences import sentence, subjects_of
from portal.comments.models import Comment, CommentRevision
from portal.extensions import db
from portal.i18n import LANGUAGES, _, _l, num
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.revisions import Revision
from portal.moderation.models import Suspension
from portal.notifications.erasing import COMMENT, DATA, IDEA, PROFILE
from portal.notifications.held_rows import HEADINGS, TELL, UNSEEN, Row, Titled
from portal.notifications.models import Notification
from portal.recognition.models import Partner
from portal.recognition.sentences import reason_sentence

CHUNK = 500


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


def _chunks(statement: Any) -> Iterator[list[Any]]:
    """The rows of a select, some hundred at a time."""
    for rows in db.session.execute(statement.execution_options(yield_per=CHUNK)).partitions():
        yield list(rows)


def _profile(user: User) -> Iterator[Entry]:
    data = {name: plain(getattr(user, name)) for name in PROFILE}
    facts = [(_("E-mail"), user.email), (_("What you do"), user.title), (_("Language"), LANGUAGES.get(user.lang))]
    facts += [(_("Time zone"), user.timezone), (_("Pseudonym"), user.pseudonym), (_("Public page"), user.handle)]
    when = dict(MAIL_CHOICES)
    facts += [(_("Mail when an idea moves"), when.get(user.mail_progress))]
    facts += [(_("Mail about comments"), when.get(user.mail_comments))]
    yield Entry(data, user.display_name, user.created_at, user.bio, [(name, str(v)) for name, v in facts if v])


def _ideas(user: User) -> Iterator[Entry]:
    for rows in _chunks(select(Idea).where(Idea.author_id == user.id).order_by(Idea.id)):
        ideas = [row[0] for row in rows]
        versions = _versions(Revision, Revision.idea_id, ideas)
        pictures = _pictures(Attachment.idea_id, ideas)
        for idea in ideas:
            counted = _("People who have it") if idea.is_issue else _("Votes")
            facts = [(_("Status"), idea.status.name), (counted, num(idea.votes_count))]
            facts += [(_("What did you expect?"), idea.expected), (_("Version or device"), idea.version)]
            yield _text(idea, IDEA, idea.title, versions, pictures, facts)


def _comments(user: User) -> Iterator[Entry]:
    mine = select(Comment).where(Comment.author_id == user.id, Comment.deleted_at.is_(None)).order_by(Comment.id)
    for rows in _chunks(mine):
        comments = [row[0] for row in rows]
        titles = _titles({comment.idea_id for comment in comments}, user)
        versions = _versions(CommentRevision, CommentRevision.comment_id, comments)
        pictures = _pictures(Attachment.comment_id, comments)
        for said in comments:
            title = _("Staff note on “%(title)s”") if said.is_note else _("Comment on “%(title)s”")
            title = title % {"title": titles.get(said.idea_id, UNSEEN).title}
            yield _text(said, COMMENT, title, versions, pictures, [])


def _responses(user: User) -> Iterator[Entry]:
    for rows in _chunks(select(OfficialResponse).where(OfficialResponse.author_id == user.id)):
        found = [row[0] for row in rows]
        titles = _titles({response.idea_id for response in found}, user)
        versions = _versions(ResponseRevision, ResponseRevision.response_id, found)
        for response in found:
            title = _("Official response to “%(title)s”", title=titles.get(response.idea_id, UNSEEN).title)
            columns = ("id", "idea_id", "body", "created_at", "edited_at")
            yield _text(response, columns, title, versions, {}, [])


def _text(
    thing: Any, columns: tuple[str, ...], title: str, versions: dict[int, list[Any]],
    pictures: dict[int, list[Attachment]], facts: list[tuple[str, str]],
) -> Entry:  # fmt: skip
    """Something that they wrote, with all that it said before and its pictures."""
    saved, shown = versions.get(thing.id, []), pictures.get(thing.id, [])
    data = {name: plain(getattr(thing, name)) for name in columns}
    data["versions"] = [
        {"created_at": plain(v.created_at), **{name: getattr(v, name) for name in v.words}, "taken_out": v.is_blanked}
        for v in saved
    ]
    data["pictures"] = [{"file": f"pictures/{image.key}", "shows": image.alt} for image in shown]
    said = [
        Said(v.created_at, "\n\n".join(filter(None, (getattr(v, n) for n in v.words))), v.is_blanked) for v in saved
    ]
    known = [(name, words) for name, words in facts if words]
    images = [(image.key, image.alt) for image in shown]
    return Entry(data, title, thing.created_at, thing.body, known, said if len(said) > 1 else [], images)


def _versions(model: Any, column: Any, things: list[Any]) -> dict[int, list[Any]]:
    saved = select(model).where(column.in_([thing.id for thing in things])).order_by(model.id)
    return _by(column.key, db.session.scalars(saved))


def _pictures(column: Any, things: list[Any]) -> dict[int, list[Attachment]]:
    added = select(Attachment).where(column.in_([thing.id for thing in things])).order_by(Attachment.id)
    return _by(column.key, db.session.scalars(added))


def _by(name: str, rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(getattr(row, name), []).append(row)
    return found


def _titles(ids: set[int | None], user: User) -> dict[int, Titled]:
    """The titles of these ideas, of those that this person may see."""
    known = {id for id in ids if id}
    seen = select(Idea.id, Idea.title, Idea.kind).where(Idea.seen_by(user), Idea.id.in_(known))
    if not known:
        return {}
    return {id: Titled(title, kind) for id, title, kind in db.session.execute(seen)}


def _notifications(user: User) -> Iterator[Entry]:
    """What they were told, in the words in which they read it, as far as they may still see what it is about."""
    mine = select(Notification, Event).join(Event, Event.id == Notification.event_id)
    for rows in _chunks(mine.where(Notification.user_id == user.id).order_by(Notification.id)):
        ids = [told.id for told, _event in rows]
        seen = set(
            db.session.scalars(
                Notification.visible_to(user).where(Notification.id.in_(ids)).with_only_columns(Notification.id)
            )
        )
        subjects = subjects_of(event for told, event in rows if told.id in seen)
        for told, event in rows:
            words = _("What this was about is not shown to you any more.")
            if told.id in seen:
                words = sentence(event, subjects.get((event.subject_type, event.subject_id)))
            data = {"event_id": event.id, "created_at": plain(told.created_at), "read_at": plain(told.read_at)}
            yield Entry({**data, "said": words}, words, told.created_at)


def _suspensions(user: User) -> Iterator[Entry]:
    columns = ("reason", "started_at", "ended_at")
    for row in db.session.scalars(select(Suspension).where(Suspension.user_id == user.id).order_by(Suspension.id)):
        until = [(_("Until"), row.ended_at.date().isoformat())] if row.ended_at else []
        yield Entry({name: plain(getattr(row, name)) for name in columns}, row.reason, row.started_at, facts=until)


def _partners(user: User) -> Iterator[Entry]:
    for row in db.session.scalars(select(Partner).where(Partner.user_id == user.id).order_by(Partner.id)):
        data = {name: plain(getattr(row, name)) for name in ("week", "rank", "points", "reason", "created_at")}
        yield Entry(data, reason_sentence(row), row.created_at, facts=[(_("Week"), row.week)])


def _waiting(user: User) -> Iterator[Entry]:
    """What was sent without an account and waits for their click, a day at most."""
    waits = select(PendingAction).join(EmailToken).where(user.opened_by()).order_by(PendingAction.id)
    for row in db.session.scalars(waits):
        words = {name: row.payload[name] for name in ("title", "body", "words") if row.payload.get(name)}
        data = {"kind": row.kind, "created_at": plain(row.created_at), **words}
        yield Entry(data, str(words.get("title") or row.kind), row.created_at, str(words.get("body", "")))


def _rows_of(name: str) -> Callable[[User], Iterator[Entry]]:
    """The rows of one kind in DATA."""
    model, columns = DATA[name]

    def entries(user: User) -> Iterator[Entry]:
        chosen = [getattr(model, column) for column in columns]
        rows = select(*chosen).where(model.user_id == user.id).order_by(*model.__table__.primary_key.columns)
        for some in _chunks(rows):
            found = [dict(zip(columns, row, strict=True)) for row in some]
            about = {row.get("idea_id") for row in found}
            about |= {row["subject_id"] for row in found if row.get("subject_type") == "idea"}
            titles = _titles(about, user)
            for row in found:
                title, facts = TELL[name](row, titles) if name in TELL else ("", _columns(row))
                data = {column: plain(value) for column, value in row.items()}
                yield Entry(
                    data, title, row.get("created_at"), facts=[(label, words) for label, words in facts if words]
                )

    return entries


def _columns(row: Row) -> list[tuple[str, str]]:
    return [
        (name, str(plain(value))) for name, value in row.items() if value not in (None, "") and name != "created_at"
    ]


SECTIONS: tuple[Section, ...] = (
    Section("profile", _l("You"), _profile),
    Section("ideas", _l("Ideas and issues"), _ideas),
    Section("comments", _l("Comments"), _comments),
    Section("responses", _l("Official responses"), _responses),
    Section("notifications", _l("What you were told"), _notifications),
    *(Section(name, HEADINGS.get(name, name), _rows_of(name)) for name in DATA if name != "notifications"),
    Section("partners", _l("Weeks in which you were a top partner"), _partners),
    Section("suspensions", _l("Suspensions"), _suspensions),
    Section("waiting", _l("What waits for your confirmation by mail"), _waiting),
)
