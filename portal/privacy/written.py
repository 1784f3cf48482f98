"""What a person wrote, as data and as they read it: ideas, comments, responses, with every version and picture."""

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.comments.models import Comment, CommentRevision
from portal.extensions import db
from portal.i18n import _, num
from portal.ideas.attachments import Attachment
from portal.ideas.captured import SOURCES, Captured
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.revisions import Revision
from portal.privacy.entries import Entry, Said, chunks, plain, titles_of
from portal.privacy.row_words import UNSEEN
from portal.privacy.told import Told

IDEA = (
    "id", "kind", "title", "body", "expected", "version", "severity", "lang", "is_private", "votes_count", "created_at",
)  # fmt: skip
COMMENT = ("id", "idea_id", "body", "lang", "created_at", "edited_at", "shaped_at")
CAPTURED = ("idea_id", "comment_id", "source", "link", "created_at")
RESPONSE = ("id", "idea_id", "kind", "body", "created_at", "said_at", "edited_at")


def ideas(user: User) -> Iterator[Entry]:
    for rows in chunks(select(Idea).where(Idea.author_id == user.id).order_by(Idea.id)):
        found = [row[0] for row in rows]
        versions = _versions(Revision, Revision.idea_id, found)
        pictures = _pictures(Attachment.idea_id, found)
        told = Told(versions, found)
        survivors = titles_of({idea.survivor_id for idea in found}, user)
        for idea in found:
            counted = _("People who have it") if idea.is_issue else _("Votes")
            facts = [(_("Status"), idea.status.name), (counted, num(idea.votes_count))]
            facts += [(_("Merged into"), survivors[idea.survivor_id].title)] if idea.survivor_id in survivors else []
            facts += [(_("When it may be there"), idea.estimate.words)] if idea.estimate else []
            facts += [(_("What did you expect?"), idea.expected), (_("Version or device"), idea.version)]
            entry = told.added_to(_text(idea, IDEA, idea.title, versions, pictures, [*facts, *told.facts(idea)]), idea)
            entry.data["merged_into"] = idea.survivor_id if idea.survivor_id in survivors else None
            yield entry


def comments(user: User) -> Iterator[Entry]:
    mine = select(Comment).where(Comment.author_id == user.id, Comment.deleted_at.is_(None)).order_by(Comment.id)
    for rows in chunks(mine):
        found = [row[0] for row in rows]
        titles = titles_of({comment.idea_id for comment in found}, user)
        versions = _versions(CommentRevision, CommentRevision.comment_id, found)
        pictures = _pictures(Attachment.comment_id, found)
        for said in found:
            title = _("Staff note on “%(title)s”") if said.is_note else _("Comment on “%(title)s”")
            title = title % {"title": titles.get(said.idea_id, UNSEEN).title}
            yield _text(said, COMMENT, title, versions, pictures, [])


def responses(user: User) -> Iterator[Entry]:
    for rows in chunks(select(OfficialResponse).where(OfficialResponse.author_id == user.id)):
        found = [row[0] for row in rows]
        titles = titles_of({response.idea_id for response in found}, user)
        versions = _versions(ResponseRevision, ResponseRevision.response_id, found)
        pictures = _pictures(Attachment.response_id, found)
        for response in found:
            title = _("Official response to “%(title)s”", title=titles.get(response.idea_id, UNSEEN).title)
            yield _text(response, RESPONSE, title, versions, pictures, [])


def captured(user: User) -> Iterator[Entry]:
    """Where was said what they noted for customers; the words are among their ideas and comments."""
    for rows in chunks(select(Captured).where(Captured.by_id == user.id).order_by(Captured.id)):
        for (said,) in rows:
            data = {name: plain(getattr(said, name)) for name in CAPTURED}
            facts = [(_("Link"), said.link)] if said.link else []
            yield Entry(data, str(SOURCES.get(said.source, said.source)), said.created_at, facts=facts)


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
