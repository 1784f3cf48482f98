"""What an export says of an idea, beside what is here: whether it is the same one, and in which fields it differs."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.ideas.statuses import StatusKind
from portal.ideas.tags import Tag
from portal.ideas.values import values_of
from portal.importing.records import Record
from portal.importing.report import Differs

QUOTED = 80


@dataclass
class Here:
    """An imported idea as it is here now, and all words that it ever had."""

    idea: Idea
    words: set[tuple[str, str]]

    def is_same(self, record: Record) -> bool:
        """Whether the record is the one that was imported, as far as its words and its date can tell."""
        return (record["title"], record["body"]) in self.words and self._dated_alike(record)

    def is_akin(self, record: Record) -> bool:
        """Whether the record shares its title or its text with the idea."""
        return any(record["title"] == title or (body and record["body"] == body) for title, body in self.words)

    def is_stranger(self, record: Record) -> bool:
        """Whether nothing says that the record is this idea: neither its title, nor its text, nor its date."""
        return not self.is_akin(record) and not (record["dated"] and self._dated_alike(record))

    def _dated_alike(self, record: Record) -> bool:
        dated = record["dated"]
        return dated is None or dated == self.idea.created_at or dated > record["created_at"]


def here(keys: Iterable[str]) -> dict[str, Here]:
    """What is here under these keys."""
    asked = select(Idea).where(Idea.imported_key.in_(list(keys))).options(selectinload(Idea.tags))
    ideas = {idea.id: idea for idea in db.session.scalars(asked)}
    words = {id: {(idea.title, idea.body)} for id, idea in ideas.items()}
    kept = select(Revision.idea_id, Revision.title, Revision.body).where(Revision.idea_id.in_(ideas))
    for idea_id, title, body in db.session.execute(kept):
        words[idea_id].add((title, body))
    return {str(idea.imported_key): Here(idea, words[id]) for id, idea in ideas.items()}


def differences(record: Record, idea: Idea, status: StatusKind, key: Callable[[str], str]) -> list[Differs]:
    """Each field that the record gives, and of which it says something else than what is here."""
    pairs: list[tuple[str, Any, Any]] = [
        ("title", idea.title, record["title"]),
        ("body", idea.body, record["body"]),
        ("status", str(idea.status.kind), str(status)),
        ("lang", idea.lang, record["lang"]),
        ("kind", str(idea.kind), record["kind"]),
        ("source", idea.source_url, record["source"]),
        ("tags", {tag.slug: tag.name for tag in idea.tags}, _tags_now(record["tags"])),
    ]
    if record["dated"] and record["dated"] <= record["created_at"]:
        pairs.append(("created_at", idea.created_at, record["created_at"]))
    if idea.author.imported_key not in (None, key(record["author"].key)):
        pairs.append(("author", idea.author.own_name, record["author"].name))
    return [
        Differs("idea", record["id"], field, _quoted(there, said), _quoted(said, there))
        for field, there, said in pairs
        if field in record["given"] and _compared(there) != _compared(said)
    ]


def of_board(record: Record, idea: Idea, named: Callable[[dict[int, str]], dict[str, str]]) -> list[Differs]:
    """The same of its board, and of what it says to that; where the export names a board that is here."""
    pairs: list[tuple[str, Any, Any]] = []
    if record["board_id"] and record["board_id"] != idea.board_id:
        pairs.append(("board", idea.board.slug if idea.board else "", record["board"]))
    if record["fields"]:
        here, there = named(values_of(idea.id)), named(record["values"])
        pairs += [(f"fields.{slug}", here.get(slug, ""), said) for slug, said in there.items()]
    return [
        Differs("idea", record["id"], field, _quoted(there, said), _quoted(said, there))
        for field, there, said in pairs
        if there != said
    ]


def _tags_now(names: list[str]) -> dict[str, str]:
    """These tags by address, each as it is called now where it was renamed or merged here."""
    slugs = {Tag.slug_of(name): name for name in names}
    known = Tag.known(slugs)
    return {known[slug].slug if slug in known else slug: name for slug, name in slugs.items()}


def _compared(value: Any) -> Any:
    return set(value) if isinstance(value, dict) else value


def _quoted(value: Any, beside: Any) -> str:
    """So much of a value that the difference is seen: a text from shortly before the first letter that differs."""
    if isinstance(value, dict):
        return ", ".join(sorted(value.values()))
    words, other = str(value), str(beside)
    alike = next((n for n, (a, b) in enumerate(zip(words, other, strict=False)) if a != b), min(len(words), len(other)))
    start = max(0, alike - QUOTED // 2) if len(words) > QUOTED else 0
    cut = words[start : start + QUOTED]
    return f"{'…' if start else ''}{cut}{'…' if start + QUOTED < len(words) else ''}"
