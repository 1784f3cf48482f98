"""Importing a folder of JSON Lines: streaming, one transaction a batch, safe to repeat and to resume. Tells nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

from portal.extensions import db
from portal.importing import reading, records, sources
from portal.importing.batches import take_in_parts
from portal.importing.boards import Boards
from portal.importing.comments import Comments
from portal.importing.ideas import Ideas
from portal.importing.people import People
from portal.importing.records import Record
from portal.importing.report import Report
from portal.importing.votes import Votes

IDEAS, COMMENTS, VOTES = 250, 1000, 5000


def import_folder(folder: Path, source: str | None = None, show_progress: bool = False) -> Report:
    """Import ideas.jsonl, comments.jsonl and votes.jsonl; say what is there now, what was refused and what differs.

    Raises NotImported, before anything is imported, where the folder or its source cannot be told.
    """
    return Import(folder, source, show_progress).run()


class Import:
    """One run over one folder. Keys: the source and the record's id, so that a second run finds the first."""

    def __init__(self, folder: Path, source: str | None = None, show_progress: bool = False) -> None:
        self.folder, self.named, self.show_progress = folder, source, show_progress
        self.report = Report()

    def run(self) -> Report:
        """Ideas first, then what hangs on them; each batch is committed whole."""
        db.session.rollback()
        self.files = reading.files_of(self.folder)
        source = sources.begin(self.folder, self.files["ideas"], self.named)
        self._tell(source)
        self.people = People(source.key)
        self.boards = Boards()
        self.ideas = Ideas(source, self.people, self.boards, self.report)
        self._take_ideas()
        self._take_comments(Comments(self.ideas))
        self._take_votes(Votes(self.ideas))
        source.finish()
        return self.report

    def _tell(self, source: sources.Source) -> None:
        self.report.source = source.name
        if not source.is_new:
            self.report.notes.append(f"The source {source.name} was here before: what is new was added to it.")
        for other in source.also:
            self.report.notes.append(f"The very same ideas are also here from the source {other}: they are here twice.")

    def _take_ideas(self) -> None:
        first = filter(self.ideas.is_first, self._read("ideas", self._placed))
        self._take(first, IDEAS, self.ideas.take, self.ideas.refuse)
        self.ideas.close()

    def _take_comments(self, comments: Comments) -> None:
        keyed = map(comments.keyed, self._read("comments", self._known(records.comment)))
        self._take(keyed, COMMENTS, comments.take, comments.refuse)

    def _take_votes(self, votes: Votes) -> None:
        counted = filter(votes.counts, self._read("votes", self._known(records.vote)))
        self._take(counted, VOTES, votes.take, votes.refuse)
        for chunk in records.batches(iter(self.ideas.totals), IDEAS):
            votes.settle(chunk)

    def _read(self, kind: str, check: Callable[[Record], Record]) -> Iterator[Record]:
        if kind in self.files:
            yield from records.read(self.files[kind], check, kind, self.report, self.show_progress)

    def _take(
        self,
        fit: Iterator[Record],
        size: int,
        take: Callable[[list[Record]], None],
        refuse: Callable[[Record, str], None],
    ) -> None:
        for batch in records.batches(fit, size):
            take_in_parts(batch, take, refuse, self.people.forget)
        self.report.put_in_order()

    def _placed(self, record: Record) -> Record:
        return self.boards.place(records.idea(record))

    def _known(self, check: Callable[[Record], Record]) -> Callable[[Record], Record]:
        def checked(record: Record) -> Record:
            fit = check(record)
            id = fit["idea_id"]
            if id in self.ideas.refused:
                raise records.Unfit(f"the idea {id} was refused (line {self.ideas.refused[id]} of the ideas)")
            if id not in self.ideas.ids:
                raise records.Unfit(f"idea_id is {id!r}: no such idea in this folder")
            return fit

        return checked
