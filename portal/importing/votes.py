"""Taking in votes: a vote for each named voter, and support for what an idea's total has beyond them."""

from collections import Counter, defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, bindparam, case, select, update

from portal.accounts.models import User
from portal.clock import now
from portal.database.writing import begin_write, insert
from portal.extensions import db
from portal.ideas import ranking
from portal.ideas.models import Idea
from portal.importing.ideas import Ideas
from portal.importing.records import Record
from portal.importing.report import Differs
from portal.voting.families import count_families_anew
from portal.voting.models import Vote


class Votes:
    """The votes of one import."""

    def __init__(self, ideas: Ideas) -> None:
        self.ideas, self.source, self.report = ideas, ideas.source, ideas.report
        self._foreseen: Counter[int] = Counter()
        self._voted: set[int] = set()

    def counts(self, record: Record) -> bool:
        """Whether a vote is made of this line: somebody named said yes. Any other is in the idea's total only."""
        counts = record["value"] == 1 and record["voter"] is not None
        self.report.lines["votes"].uncounted += not counts
        return counts

    def refuse(self, record: Record, why: str) -> None:
        self.report.refuse("votes", record["file"], record["line"], record["idea_id"], why)

    def take(self, batch: list[Record]) -> None:
        """Add those that are new, in one transaction: one vote a person and idea, the first of the file."""
        people = self.ideas.people.named(record["voter"] for record in batch)
        ids = {self.ideas.ids[record["idea_id"]] for record in batch}
        born = {
            id: moment for id, moment in db.session.execute(select(Idea.id, Idea.created_at).where(Idea.id.in_(ids)))
        }
        rows: dict[tuple[int, int], dict[str, Any]] = {}
        for record in batch:
            idea_id, user_id = self.ideas.ids[record["idea_id"]], people[record["voter"].key]
            row = {"idea_id": idea_id, "user_id": user_id, "importance": ""}
            rows.setdefault(
                (idea_id, user_id), row | {"created_at": record["created_at"] or born.get(idea_id) or now()}
            )
        statement = insert(Vote).on_conflict_do_nothing(index_elements=["idea_id", "user_id"])
        added = Counter(db.session.scalars(statement.returning(Vote.idea_id), list(rows.values())).all())
        _count(added)
        db.session.commit()
        self.report.lines["votes"].new += added.total()
        self.report.lines["votes"].here += len(batch) - added.total()

    def foresee(self, batch: list[Record]) -> None:
        """Say what `take` would do. Of whom voted before in the file, so much is kept as tells them apart."""
        people = self.ideas.people.known(record["voter"] for record in batch)
        pairs = {(self.ideas.ids[r["idea_id"]], people.get(r["voter"].key), r["voter"].key) for r in batch}
        asked = select(Vote.idea_id, Vote.user_id).where(Vote.idea_id.in_({pair[0] for pair in pairs}))
        here = {(idea_id, user_id) for idea_id, user_id in db.session.execute(asked)}
        new = {pair for pair in pairs if pair[:2] not in here and hash(pair) not in self._voted}
        self._voted |= {hash(pair) for pair in new}
        self._foreseen.update(idea_id for idea_id, _, _ in new)
        self.report.lines["votes"].new += len(new)
        self.report.lines["votes"].here += len(batch) - len(new)

    def foresee_totals(self, ids: list[int]) -> None:
        """Say what `settle` would come to."""
        here = {idea.id: idea for idea in db.session.execute(select(*SETTLED).where(Idea.id.in_(ids)))}
        named, _ = self._votes_for(ids)
        for id in ids:
            before = (here[id].imported_support if id in here else 0) + named[id]
            votes = named[id] + self._foreseen[id]
            self.report.votes += votes
            self.report.imported_support += max(0, max(before, self.ideas.totals[id] or 0) - votes)

    def settle(self, ids: list[int]) -> None:
        """Count the votes that no named voter stands for, and how warm each idea is. What was counted stays counted."""
        begin_write()
        ideas = db.session.execute(select(*SETTLED).where(Idea.id.in_(ids))).all()
        named, ages = self._votes_for(ids)
        changed, differs = [], list[Differs]()
        for idea in ideas:
            before, wanted = idea.imported_support + named[idea.id], self.ideas.totals[idea.id]
            support = max(before, wanted or 0) - named[idea.id]
            heat = ranking.heat_of([(moment, 1) for moment in ages[idea.id]] + [(idea.created_at, support)])
            settled = {"imported_support": support, "votes_count": support + len(ages[idea.id]), "heat": heat}
            if settled != {name: getattr(idea, name) for name in settled}:
                changed.append({"id": idea.id, **settled})
            if idea.imported_support and wanted is not None and wanted < before:
                differs.append(Differs("idea", self._id_of(idea), "votes_count", str(before), str(wanted)))
            self.report.votes += named[idea.id]
            self.report.imported_support += support
        if changed:
            db.session.execute(update(Idea), changed)
            count_families_anew(ids)
        db.session.commit()
        self.report.differ(differs)

    def _votes_for(self, ids: list[int]) -> tuple[Counter[int], dict[int, list[datetime]]]:
        """How many votes of each idea came from this source, and when each that counts was cast, whoever did."""
        named: Counter[int] = Counter()
        ages: dict[int, list[datetime]] = defaultdict(list)
        rows = (
            select(Vote.idea_id, User.imported_key, Vote.created_at, Vote.is_counted)
            .join(User, User.id == Vote.user_id)
            .where(Vote.idea_id.in_(ids))
            .order_by(Vote.idea_id, Vote.user_id)
        )
        for idea_id, key, moment, counts in db.session.execute(rows):
            if counts:
                ages[idea_id].append(moment)
            named[idea_id] += bool(key and key.startswith(f"{self.source.name}:"))
        return named, ages

    def _id_of(self, idea: Any) -> str:
        return str(idea.imported_key).removeprefix(f"{self.source.name}:")


SETTLED = (Idea.id, Idea.created_at, Idea.votes_count, Idea.imported_support, Idea.heat, Idea.imported_key)


def _count(added: Counter[int]) -> None:
    """Add votes; whoever has a name now is one of those who were support without one."""
    table, more = Idea.metadata.tables["idea"], bindparam("more", type_=Integer)
    support = table.c.imported_support
    nameless = case((support < more, support), else_=more)
    statement = (
        update(table)
        .where(table.c.id == bindparam("idea_id"))
        .values(votes_count=table.c.votes_count + more - nameless, imported_support=support - nameless)
    )
    if added:
        db.session.execute(statement, [{"idea_id": id, "more": number} for id, number in added.items()])
