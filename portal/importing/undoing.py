"""Undoing an import: what nobody here has touched goes, what somebody did stays and is listed with why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.postings import Text, index_many
from portal.ideas.tags import Tag, idea_tag
from portal.importing.models import ImportRun, RunState
from portal.importing.reading import NotImported
from portal.importing.report import MOST_KEPT
from portal.importing.touched import among, naming, not_of, of_events, of_source, touched
from portal.voting.models import Vote

BATCH = 100


@dataclass(frozen=True)
class Stays:
    """An idea that stays, and why."""

    idea: int
    id: str
    title: str
    why: str

    def __str__(self) -> str:
        return f"id {self.id} (here {self.idea}), {self.title!r}: {self.why}"


@dataclass
class Undone:
    """What went, or would go, and what stays."""

    source: str
    foresees: bool = False
    runs: int = 0
    ideas: int = 0
    comments: int = 0
    votes: int = 0
    people: int = 0
    tags: int = 0
    stays: int = 0
    staying: list[Stays] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values."""
        plain = {name: value for name, value in vars(self).items() if name not in ("foresees", "staying")}
        return plain | {"dry_run": self.foresees, "staying": [vars(one) for one in self.staying]}

    def as_text(self, most: int) -> str:
        """The report for a person."""
        head = (
            "Nothing was changed. This would go:" if self.foresees else f"The import {self.source} is undone. Gone are"
        )
        gone = ", ".join(f"{getattr(self, name):,} {name}" for name in ("ideas", "comments", "votes", "people", "tags"))
        lines = [f"{head} {gone}."]
        if self.stays:
            lines.append(f"{self.stays:,} ideas stay, as somebody here touched them, with all that hangs on them:")
            lines += [f"  {one}" for one in self.staying[:most]]
            lines += [f"  ... and {self.stays - most:,} more"] if self.stays > most else []
        return "\n".join(lines)


def source_of(said: str) -> str:
    """The source that was named, by its name or by the number of one of its runs. Raises NotImported."""
    name = db.session.scalar(select(ImportRun.source).where(ImportRun.source == said).limit(1))
    if name is None and said.isdecimal() and len(said) < 10:
        name = db.session.scalar(select(ImportRun.source).where(ImportRun.id == int(said)))
    if name is None:
        known = ", ".join(db.session.scalars(select(ImportRun.source).distinct().order_by(ImportRun.source).limit(50)))
        raise NotImported(f"No import is called {said!r}: {f'there are {known}' if known else 'nothing was imported'}.")
    return name


def undo(source: str, foresees: bool = False) -> Undone:
    """Take back all that came from this source, a batch in a transaction; what broke off goes on when run again."""
    report = Undone(source, foresees)
    for ids in _batches(Idea, source):
        _begin(foresees)
        _take_ideas(ids, report)
        db.session.rollback() if foresees else db.session.commit()
    staying = {*_still_named(source, report)} if foresees else set()
    for ids in _batches(User, source):
        _begin(foresees)
        _take_people(ids, report, staying)
        db.session.rollback() if foresees else db.session.commit()
    _begin(foresees)
    _take_tags(source, report)
    runs = select(ImportRun.id).where(ImportRun.source == source, ImportRun.state != RunState.UNDONE)
    report.runs = len(db.session.scalars(runs).all())
    if not foresees:
        undone = {"state": RunState.UNDONE, "undone_at": now()}
        db.session.execute(update(ImportRun).where(ImportRun.source == source).values(undone))
    db.session.rollback() if foresees else db.session.commit()
    return report


def _begin(foresees: bool) -> None:
    if not foresees:
        begin_write()


def _batches(model: Any, source: str) -> Iterator[list[int]]:
    """The ids of all rows of a source, some at a time, in order: each is looked at once."""
    last = 0
    while True:
        asked = select(model.id).where(of_source(model.imported_key, source), model.id > last)
        ids = list(db.session.scalars(asked.order_by(model.id).limit(BATCH)))
        if not ids:
            return
        last = ids[-1]
        yield ids


def _take_ideas(ids: list[int], report: Undone) -> None:
    if report.foresees:
        ideas = list(db.session.scalars(select(Idea).where(Idea.id.in_(ids)).order_by(Idea.id)).unique())
    else:
        ideas = hold_all(Idea, Idea.id.in_(ids))
    why = touched([idea.id for idea in ideas], report.source)
    for idea in ideas:
        if idea.id in why:
            _keep(idea, why[idea.id], report)
    free = [idea.id for idea in ideas if idea.id not in why]
    report.ideas += len(free)
    report.comments += _count(Comment, free)
    report.votes += _count(Vote, free)
    if free and not report.foresees:
        _delete(free)


def _keep(idea: Idea, why: str, report: Undone) -> None:
    report.stays += 1
    if len(report.staying) < MOST_KEPT:
        id = str(idea.imported_key).partition(":")[2]
        report.staying.append(Stays(idea.id, id, idea.title[:80], why))


def _count(model: Any, ids: list[int]) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(model.idea_id.in_(ids))) or 0


def _delete(ids: list[int]) -> None:
    """These ideas, their words in the search, and what hangs on them."""
    index_many(Text(id, "", "", "en") for id in ids)
    quietly = {"synchronize_session": False}
    for model in (Vote, Comment):
        db.session.execute(delete(model).where(model.idea_id.in_(ids)), execution_options=quietly)
    db.session.execute(delete(Idea).where(Idea.id.in_(ids)), execution_options=quietly)
    db.session.expire_all()


def _still_named(source: str, report: Undone) -> Iterator[int]:
    """Of a run that is only foreseen: the people whom ideas that stay name."""
    ids = [one.idea for one in report.staying]
    for start in range(0, len(ids), BATCH):
        some = ids[start : start + BATCH]
        yield from db.session.scalars(select(Idea.author_id).where(Idea.id.in_(some)))
        yield from db.session.scalars(select(Comment.author_id).where(Comment.idea_id.in_(some)))
        yield from db.session.scalars(select(Vote.user_id).where(Vote.idea_id.in_(some)))


def _take_people(ids: list[int], report: Undone, staying: set[int]) -> None:
    """Those whom nothing names any more."""
    if not report.foresees:
        hold_all(User, User.id.in_(ids))
    named = {*of_events("user", ids)} | (staying & {*ids})
    for column in naming("user"):
        if not (report.foresees and column.table.name in ("idea", "comment", "vote")):
            named |= {*among(column, ids)}
    free = [id for id in ids if id not in named]
    report.people += len(free)
    if free and not report.foresees:
        gone = delete(User).where(User.id.in_(free), User.email.is_(None))
        db.session.execute(gone, execution_options={"synchronize_session": False})
        db.session.expire_all()


def _take_tags(source: str, report: Undone) -> None:
    """The tags that this import made, where they stand nowhere and nobody here has shaped them."""
    slugs: set[str] = set()
    for counts in db.session.scalars(select(ImportRun.counts).where(ImportRun.source == source)):
        slugs |= {*counts.get("tags", [])}
    plain = Tag.colour == "", Tag.is_offered.is_(False)
    found = dict(db.session.execute(select(Tag.id, Tag.slug).where(Tag.slug.in_(sorted(slugs)), *plain)).all())
    named = {*of_events("tag", found)}
    for column in naming("tag"):
        if not (report.foresees and column.table.name == "idea_tag"):
            named |= {*among(column, found)}
    if report.foresees:
        named |= _on_what_stays(found, source, [one.idea for one in report.staying])
    free = [id for id in found if id not in named]
    report.tags = len(free)
    if free and not report.foresees:
        db.session.execute(delete(Tag).where(Tag.id.in_(free)), execution_options={"synchronize_session": False})


def _on_what_stays(tags: Iterable[int], source: str, staying: list[int]) -> set[int]:
    on = select(idea_tag.c.tag_id).join(Idea, Idea.id == idea_tag.c.idea_id)
    stays = or_(not_of(Idea.imported_key, source), Idea.id.in_(staying))
    return {*db.session.scalars(on.where(idea_tag.c.tag_id.in_([*tags]), stays))}
