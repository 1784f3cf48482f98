"""Taking in comments. They have no ids: each is found again by its idea, author, date and words."""

import hashlib
from collections import Counter

from sqlalchemy import bindparam, select, update

from portal.clock import now
from portal.comments.models import Comment
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.family import count_comments
from portal.ideas.models import Idea
from portal.importing.ideas import Ideas
from portal.importing.records import Record
from portal.importing.report import Differs


class Comments:
    """The comments of one import."""

    def __init__(self, ideas: Ideas) -> None:
        self.ideas, self.source, self.report = ideas, ideas.source, ideas.report
        self._seen: Counter[str] = Counter()

    def keyed(self, record: Record) -> Record:
        """The record with its key: a hash, and its place among equal ones. One without a date has none in its key."""
        dated = record["dated"].isoformat() if record["dated"] else ""
        words = "\x1f".join((record["idea_id"], record["author"].key, dated, record["body"]))
        digest = hashlib.sha256(words.encode()).hexdigest()[:40]
        self._seen[digest] += 1
        return record | {"key": self.source.key(f"{digest}-{self._seen[digest]}")}

    def refuse(self, record: Record, why: str) -> None:
        self.report.refuse("comments", record["file"], record["line"], record["idea_id"], why)

    def take(self, batch: list[Record]) -> None:
        """Add those that are new, in one transaction."""
        people = self.ideas.people.named(record["author"] for record in batch)
        rows = [self._row(record, people[record["author"].key]) for record in batch]
        statement = insert(Comment).on_conflict_do_nothing(index_elements=["imported_key"])
        new = set(db.session.scalars(statement.returning(Comment.imported_key), rows).all())
        added = [record for record in batch if record["key"] in new]
        _count(Counter(self.ideas.ids[record["idea_id"]] for record in added))
        self._end_waits(added)
        differs = self._differences([record for record in batch if record["key"] not in new])
        db.session.commit()
        self.report.lines["comments"].new += len(added)
        self.report.lines["comments"].here += len(batch) - len(added)
        self.report.differ(differs)

    def foresee(self, batch: list[Record]) -> None:
        """Say what `take` would do."""
        keys = [record["key"] for record in batch]
        here = set(db.session.scalars(select(Comment.imported_key).where(Comment.imported_key.in_(keys))))
        self.report.lines["comments"].new += len(batch) - len(here)
        self.report.lines["comments"].here += len(here)
        self.report.differ(self._differences([record for record in batch if record["key"] in here]))

    def _row(self, record: Record, author_id: int) -> Record:
        return {
            "idea_id": self.ideas.ids[record["idea_id"]],
            "author_id": author_id,
            "body": record["body"],
            "lang": "en",
            "is_note": False,
            "is_official": record["official"],
            "created_at": record["created_at"] or now(),
            "hidden_reason": "",
            "imported_key": record["key"],
        }

    def _end_waits(self, added: list[Record]) -> None:
        """An official comment is an answer; the first one counts."""
        answers = [(record["created_at"] or now(), record["idea_id"]) for record in added if record["official"]]
        for moment, idea_id in sorted(answers):
            db.session.execute(
                update(Idea)
                .where(Idea.id == self.ideas.ids[idea_id], Idea.answered_at.is_(None))
                .values(waiting_since=None, answered_at=moment)
            )

    def _differences(self, there: list[Record]) -> list[Differs]:
        asked = select(Comment.imported_key, Comment.body).where(Comment.imported_key.in_([r["key"] for r in there]))
        bodies = {key: body for key, body in db.session.execute(asked)}
        return [
            Differs("comment on", record["idea_id"], "body", bodies[record["key"]][:80], record["body"][:80])
            for record in there
            if bodies[record["key"]] != record["body"]
        ]


def _count(added: Counter[int]) -> None:
    table = Idea.metadata.tables["idea"]
    counted = table.c.comments_count + bindparam("more")
    statement = update(table).where(table.c.id == bindparam("idea_id")).values(comments_count=counted)
    if added:
        db.session.execute(statement, [{"idea_id": id, "more": more} for id, more in added.items()])
        survivors = select(Idea.survivor_id).where(Idea.id.in_(added), ~Idea.stands()).distinct()
        count_comments(Idea, list(db.session.scalars(survivors)))
