"""Taking in ideas: what is new is added, what is here already stays as it is, and is compared."""

from typing import Any

from sqlalchemy import null, select

from portal.clock import now
from portal.extensions import db
from portal.ideas import ranking
from portal.ideas.models import Idea
from portal.ideas.postings import Text, index_many, joined
from portal.ideas.statuses import Status, StatusKind
from portal.ideas.tags import Tag, leads
from portal.ideas.values import say, words_of
from portal.importing import differing
from portal.importing.boards import Boards
from portal.importing.people import People
from portal.importing.records import Record
from portal.importing.report import Differs, Report
from portal.importing.sources import Source

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
STRANGER = (
    "another idea of {source} has this id, with another title, text and date: "
    "if this is another export, give it a source of its own"
)
CLOSED = "the board {board} is closed here: open it again, or leave out board"


class Ideas:
    """The ideas of one import, by the ids that its files give them."""

    def __init__(self, source: Source, people: People, boards: Boards, report: Report) -> None:
        self.source, self.people, self.boards, self.report = source, people, boards, report
        self.ids: dict[str, int] = {}
        self.totals: dict[int, int | None] = {}
        self.refused: dict[str, int] = {}
        self._lines: dict[str, tuple[str, int]] = {}
        in_order = select(Status).order_by(-Status.position)
        self._statuses = {(status.for_kind, status.kind): status.id for status in db.session.scalars(in_order)}

    def refuse(self, record: Record, why: str) -> None:
        self.report.refuse("ideas", record["file"], record["line"], record["id"], why)

    def is_first(self, record: Record) -> bool:
        """Whether no idea of the file had this id before; the second is refused, and what hangs on the first stays."""
        place = self._lines.setdefault(record["id"], (record["file"], record["line"]))
        if place == (record["file"], record["line"]):
            return True
        where = f"line {place[1]}" + ("" if place[0] == record["file"] else f" of {place[0]}")
        self.refuse(record, f"the idea in {where} has the id {record['id']} already: give this one an id of its own")
        return False

    def close(self) -> None:
        """All ideas were taken: whatever names one that was refused is told in which line."""
        self.refused = {refused.id: refused.line for refused in self.report.refused_lines if refused.id not in self.ids}

    def take(self, batch: list[Record]) -> None:
        """Add those that are new, in one transaction."""
        new, found, late = self._parted(batch)
        strangers, differs = self._strangers(found), self._differing(found)
        taken = [(record, here.idea.id) for record, here in found if record not in strangers]
        made = self._tags_missing(new)
        added = self._added(new)
        self.source.made_tags(made)
        db.session.commit()
        self._keep([*zip(new, added, strict=True), *taken], differs, strangers, late)
        self.report.lines["ideas"].new += len(new)
        self.report.lines["ideas"].here += len(taken)

    def foresee(self, batch: list[Record]) -> None:
        """Say what `take` would do. What is not here yet is counted under numbers that no idea has."""
        new, found, late = self._parted(batch)
        strangers, differs = self._strangers(found), self._differing(found)
        taken = [(record, here.idea.id) for record, here in found if record not in strangers]
        first = -1 - len(self.ids)
        self._keep([*zip(new, range(first, first - len(new), -1), strict=True), *taken], differs, strangers, late)
        self.report.lines["ideas"].new += len(new)
        self.report.lines["ideas"].here += len(taken)
        for record in new:
            self.report.show(self._shown(record))

    def _parted(self, batch: list[Record]) -> tuple[list[Record], list[tuple[Record, differing.Here]], list[Record]]:
        """Those that are new, those that are here already, and those that are new on a board that has closed."""
        there = differing.here(self.source.key(record["id"]) for record in batch)
        pairs = [(record, there.get(self.source.key(record["id"]))) for record in batch]
        unknown = [record for record, here in pairs if here is None]
        late = [record for record in unknown if self.boards.has_closed(record)]
        found = [(record, here) for record, here in pairs if here is not None]
        return [record for record in unknown if not self.boards.has_closed(record)], found, late

    def _strangers(self, found: list[tuple[Record, differing.Here]]) -> list[Record]:
        return [record for record, here in found if not self.source.knows_content and here.is_stranger(record)]

    def _differing(self, found: list[tuple[Record, differing.Here]]) -> list[Differs]:
        return [one for record, here in found for one in self._differences(record, here)]

    def _tags_missing(self, batch: list[Record]) -> list[str]:
        slugs = {Tag.slug_of(name) for record in batch for name in record["tags"]}
        return sorted(slugs - leads(slugs).keys())

    def _shown(self, record: Record) -> dict[str, Any]:
        """A row as it would become: for whoever looks first."""
        plain = ("id", "title", "kind", "lang", "tags", "votes_count", "board")
        at = record["created_at"].isoformat() if record["created_at"] else None
        hidden = record["status"] == "rejected"
        more = {"author": record["author"].name, "status": "hidden" if hidden else str(self._status(record))}
        return {name: record[name] for name in plain} | more | {"created_at": at, "body": record["body"][:200]}

    def _differences(self, record: Record, here: differing.Here) -> list[Differs]:
        found = differing.differences(record, here.idea, self._status(record), self.source.key)
        return [*found, *differing.of_board(record, here.idea, self.boards.named)]

    def _keep(
        self, pairs: list[tuple[Record, int]], differs: list[Differs], strangers: list[Record], late: list[Record]
    ) -> None:
        for record, id in pairs:
            self.ids[record["id"]] = id
            self.totals[id] = record["votes_count"]
        self.report.differ(differs)
        for record in strangers:
            self.refuse(record, STRANGER.format(source=self.source.name))
        for record in late:
            self.refuse(record, CLOSED.format(board=record["board"]))

    def _added(self, batch: list[Record]) -> list[int]:
        people = self.people.named(record["author"] for record in batch)
        named = {tuple(record["tags"]) for record in batch}
        tags = {names: Tag.all_named(names) for names in sorted(named)}
        ideas = [self._idea(record, people[record["author"].key], tags[tuple(record["tags"])]) for record in batch]
        self.boards.stand_now(ideas)
        db.session.add_all(ideas)
        db.session.flush()
        for idea, record in zip(ideas, batch, strict=True):
            if record["values"]:
                say(idea.id, record["values"])
        said = words_of(idea.id for idea in ideas)
        index_many(Text(idea.id, idea.title, joined(idea.body, said.get(idea.id, "")), idea.lang) for idea in ideas)
        return [idea.id for idea in ideas]

    def _status(self, record: Record) -> StatusKind:
        status = STATUSES.get(record["status"], StatusKind.OPEN)
        return status if (record["kind"], status) in self._statuses else StatusKind.OPEN

    def _idea(self, record: Record, author_id: int, tags: list[Tag]) -> Idea:
        """The idea at the status that it had elsewhere: it begins there, so no way of ours has to lead there."""
        status, rejected = self._status(record), record["status"] == "rejected"
        moment = record["created_at"] or now()
        idea = Idea(
            kind=record["kind"],
            title=record["title"],
            body=record["body"],
            lang=record["lang"],
            author_id=author_id,
            board_id=record["board_id"],
            status_id=self._statuses[record["kind"], status],
            status_since=moment,
            status_reason="Imported" if status == StatusKind.DECLINED else "",
            created_at=moment,
            # None would read as nothing said, and take the default of what is proposed here.
            waiting_since=null(),
            here_since=null(),
            hidden_at=now() if rejected else None,
            hidden_reason="Imported as rejected" if rejected else "",
            imported_key=self.source.key(record["id"]),
            source_url=record["source"],
            heat=ranking.COLD,
        )
        idea.tags = [*tags]
        return idea
