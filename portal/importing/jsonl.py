"""Importing a folder of JSON Lines: streaming, one transaction a batch, safe to repeat and to resume. Tells nobody."""

import hashlib
from collections import Counter, defaultdict
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from slugify import slugify
from sqlalchemy import bindparam, select, update

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import begin_write, db, insert
from portal.ideas import ranking, similar
from portal.ideas.boards import Tag
from portal.ideas.models import Idea
from portal.ideas.statuses import Status, StatusKind
from portal.importing import records
from portal.importing.report import Report
from portal.voting.models import Vote

STATUSES = {
    "completed": StatusKind.SHIPPED,
    "planned": StatusKind.PLANNED,
    "started": StatusKind.STARTED,
    "deferred": StatusKind.UNDER_REVIEW,
    "review": StatusKind.UNDER_REVIEW,
    "declined": StatusKind.DECLINED,
    "bydesign": StatusKind.DECLINED,
    "closed": StatusKind.DECLINED,
}
IDEAS, COMMENTS, VOTES = 250, 1000, 5000


def import_folder(folder: Path, show_progress: bool = False) -> Report:
    """Import ideas.jsonl, comments.jsonl and votes.jsonl(.gz); return what is there now and what was refused."""
    return Import(folder, show_progress).run()


class Import:
    """One run over one folder. Keys: the folder's name and the record's id, so that a second run finds the first."""

    def __init__(self, folder: Path, show_progress: bool = False) -> None:
        self.folder, self.prefix, self.report = folder, folder.resolve().name, Report()
        self._read = partial(records.read, folder, report=self.report, progress=show_progress)
        self._ideas: dict[str, int] = {}
        self._people: dict[str, int] = {}
        self._totals: dict[int, int] = {}
        self._statuses: dict[tuple[str, str], int] = {}

    def run(self) -> Report:
        """Ideas first, then what hangs on them; each batch is committed whole."""
        db.session.rollback()
        self._statuses = {
            (s.for_kind, s.kind): s.id for s in db.session.scalars(select(Status).order_by(-Status.position))
        }
        for batch in records.batches(self._read("ideas.jsonl", records.idea), IDEAS):
            self._import_ideas(batch)
        seen: Counter[str] = Counter()
        for comments in records.batches(self._read("comments.jsonl", self._known(records.comment)), COMMENTS):
            self._import_comments(comments, seen)
        for votes in records.batches(self._read("votes.jsonl", self._known(records.vote)), VOTES):
            self._import_votes([v for v in votes if v["value"] == 1 and v["voter"]])
        for chunk in records.batches(iter(self._totals), IDEAS):
            self._settle(chunk)
        return self.report

    def _known(self, check: Any) -> Any:
        def checked(record: records.Record) -> records.Record:
            fit: records.Record = check(record)
            if fit["idea_id"] not in self._ideas:
                raise records.Unfit(f"idea_id is {fit['idea_id']!r}: no such idea in this folder")
            return fit

        return checked

    def _import_ideas(self, batch: list[records.Record]) -> None:
        begin_write()
        people = self._people_named({record["author"] for record in batch})
        keys = {self._key(record["id"]): record for record in batch}
        there = _pairs(select(Idea.imported_key, Idea.id).where(Idea.imported_key.in_(keys)))
        added = []
        for key, record in keys.items():
            if key not in there:
                idea = self._idea(key, record, people[record["author"]])
                idea.tags = [Tag.named(name) for name in dict.fromkeys(record["tags"])]
                added.append(idea)
        db.session.add_all(added)
        db.session.flush()
        similar.index_many(added)
        there |= {idea.imported_key: idea.id for idea in added}
        db.session.commit()
        for key, record in keys.items():
            self._ideas[record["id"]] = there[key]
            self._totals[there[key]] = record["votes_count"]
        self.report.ideas = len(self._ideas)
        self.report.new_ideas += len(added)

    def _idea(self, key: str, record: records.Record, author_id: int) -> Idea:
        kind = record["kind"]
        status = STATUSES.get(record["status"], StatusKind.OPEN)
        status_id = self._statuses.get((kind, status)) or self._statuses[(kind, StatusKind.OPEN)]
        moment, rejected = record["created_at"], record["status"] == "rejected"
        return Idea(
            kind=kind,
            title=record["title"],
            body=record["body"],
            lang=record["lang"],
            author_id=author_id,
            status_id=status_id,
            status_since=moment,
            status_reason="Imported" if status == StatusKind.DECLINED else "",
            created_at=moment,
            waiting_since=moment if status == StatusKind.OPEN and not rejected else None,
            hidden_at=now() if rejected else None,
            hidden_reason="Imported as rejected" if rejected else "",
            imported_key=key,
            source_url=record["source"],
            heat=ranking.COLD,
        )

    def _import_comments(self, batch: list[records.Record], seen: Counter[str]) -> None:
        begin_write()
        people = self._people_named({record["author"] for record in batch})
        rows = []
        for record in batch:
            words = "\x1f".join((record["idea_id"], record["author"], record["created_at"].isoformat(), record["body"]))
            digest = hashlib.sha256(words.encode()).hexdigest()[:40]
            seen[digest] += 1
            rows.append(
                {
                    "idea_id": self._ideas[record["idea_id"]],
                    "author_id": people[record["author"]],
                    "body": record["body"],
                    "lang": "en",
                    "is_note": False,
                    "is_official": record["official"],
                    "created_at": record["created_at"],
                    "hidden_reason": "",
                    "imported_key": self._key(f"{digest}-{seen[digest]}"),
                }
            )
        added = db.session.execute(insert(Comment).on_conflict_do_nothing().returning(Comment.idea_id), rows).all()
        _add("comments_count", Counter(row.idea_id for row in added))
        answered = {row["idea_id"]: row["created_at"] for row in rows if row["is_official"]}
        for idea_id, moment in answered.items():
            db.session.execute(
                update(Idea)
                .where(Idea.id == idea_id, Idea.answered_at.is_(None))
                .values(waiting_since=None, answered_at=moment)
            )
        db.session.commit()
        self.report.comments += len(rows)
        self.report.new_comments += len(added)

    def _import_votes(self, batch: list[records.Record]) -> None:
        if not batch:
            return
        begin_write()
        people = self._people_named({vote["voter"] for vote in batch})
        born = _pairs(select(Idea.id, Idea.created_at).where(Idea.id.in_({self._ideas[v["idea_id"]] for v in batch})))
        rows = {}
        for vote in batch:
            idea_id, user_id = self._ideas[vote["idea_id"]], people[vote["voter"]]
            moment = vote["created_at"] or born[idea_id]
            rows[idea_id, user_id] = {"idea_id": idea_id, "user_id": user_id, "importance": "", "created_at": moment}
        added = db.session.execute(
            insert(Vote).on_conflict_do_nothing().returning(Vote.idea_id), list(rows.values())
        ).all()
        _add("votes_count", Counter(row.idea_id for row in added))
        db.session.commit()
        self.report.new_votes += len(added)

    def _settle(self, ideas: list[int]) -> None:
        """Count the votes that no named voter stands for, and how warm each idea is."""
        begin_write()
        born = _pairs(select(Idea.id, Idea.created_at).where(Idea.id.in_(ideas)))
        imported: Counter[int] = Counter()
        ages: dict[int, list[datetime]] = defaultdict(list)
        for idea_id, key, moment, counts in db.session.execute(
            select(Vote.idea_id, User.imported_key, Vote.created_at, Vote.is_counted)
            .join(User, User.id == Vote.user_id)
            .where(Vote.idea_id.in_(ideas))
        ):
            if counts:
                ages[idea_id].append(moment)
            imported[idea_id] += bool(key and key.startswith(f"{self.prefix}:"))
        settled = []
        for idea_id in ideas:
            support = max(0, self._totals[idea_id] - imported[idea_id])
            heat = ranking.heat_of([(moment, 1) for moment in ages[idea_id]] + [(born[idea_id], support)])
            counted = {"imported_support": support, "votes_count": support + len(ages[idea_id]), "heat": heat}
            settled.append({"id": idea_id, **counted})
            self.report.votes += imported[idea_id]
            self.report.imported_support += support
        db.session.execute(update(Idea), settled)
        db.session.commit()

    def _people_named(self, names: set[str]) -> dict[str, int]:
        """The people of these names, made where they are new: without an address, so nobody can sign in as them."""
        missing = {self._key(name): name for name in names if name not in self._people}
        if missing:
            there = set(db.session.scalars(select(User.imported_key).where(User.imported_key.in_(missing))))
            new = [_person(key, name) for key, name in missing.items() if key not in there]
            if new:
                db.session.execute(insert(User), new)
            found = db.session.execute(select(User.imported_key, User.id).where(User.imported_key.in_(missing)))
            self._people |= {missing[str(key)]: id for key, id in found}
        return self._people

    def _key(self, id: str) -> str:
        key = f"{self.prefix}:{id}"
        return key if len(key) <= 200 else f"{self.prefix[:100]}:{hashlib.sha256(id.encode()).hexdigest()}"


def _person(key: str, name: str) -> dict[str, Any]:
    digest = hashlib.sha256(key.encode()).hexdigest()
    return {
        "display_name": name[:80],
        "handle": f"{slugify(name)[:50] or 'member'}-{digest[:8]}",
        "imported_key": key,
        "featured": False,
    }


def _add(counter: str, changes: Counter[int]) -> None:
    """Add to a counter of many ideas, in one round."""
    table = Idea.metadata.tables["idea"]
    if changes:
        statement = (
            update(table)
            .where(table.c.id == bindparam("idea_id"))
            .values({counter: table.c[counter] + bindparam("more")})
        )
        db.session.execute(statement, [{"idea_id": id, "more": more} for id, more in changes.items()])


def _pairs(rows: Any) -> dict[Any, Any]:
    return {key: value for key, value in db.session.execute(rows)}
