"""Importing an export: streaming, one transaction a batch, safe to repeat and to resume. Tells nobody."""

from collections.abc import Callable, Iterator
from pathlib import Path

from portal.accounts.models import User
from portal.extensions import db
from portal.importing import reading, records, sources, spool
from portal.importing.batches import take_in_parts
from portal.importing.boards import Boards
from portal.importing.comments import Comments
from portal.importing.ideas import Ideas
from portal.importing.mapping import Mapping, Unknown, refusal
from portal.importing.models import RunState
from portal.importing.people import People
from portal.importing.readers.catalogue import Reader, reader_of
from portal.importing.readers.opened import Export
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
    """One run over one export. Keys: the source and the record's id, so that a second run finds the first.

    What another tool wrote is turned into our own records first. `foresees`: say what would happen, and write nothing.
    """

    def __init__(
        self,
        path: Path,
        source: str | None = None,
        show_progress: bool = False,
        tool: str | None = None,
        mapping: Mapping | None = None,
        foresees: bool = False,
        by: User | None = None,
    ) -> None:
        self.path, self.named, self.show_progress = path, source, show_progress
        self.tool, self.mapping, self.foresees = tool, mapping or Mapping(), foresees
        self.by_id = by.id if by else None
        self.report = Report(foresees=foresees)
        self.source: sources.Source | None = None

    def run(self) -> Report:
        """Ideas first, then what hangs on them; each batch is committed whole."""
        db.session.rollback()
        found = reader_of(self.path, self.tool)
        if found is None:
            self.files = reading.files_of(self.path)
            self._import(self.path.resolve().name)
        else:
            with spool.room() as folder:
                self._read_with(*found, folder)
                self._import(self.path.resolve().stem if self.path.is_file() else self.path.resolve().name)
        return self.report

    def stop(self) -> None:
        """Remember that the run did not come to its end."""
        db.session.rollback()
        if self.source is not None:
            self.source.end(RunState.STOPPED, self.report.counts())

    def _read_with(self, reader: Reader, export: Export, folder: Path) -> None:
        self.report.tool = reader.name
        self.files, told, words = spool.write(reader, export, self.mapping, folder)
        self.report.told(told, words.became, words.asked())
        if not words.are_known and not self.foresees:
            raise Unknown(refusal(words.asked()))

    def _import(self, label: str) -> None:
        begun = sources.Begun(label, self.report.tool, self.by_id, self.foresees)
        self.source = source = sources.begin(begun, self.files["ideas"], self.named)
        self._tell(source)
        self.people = People(source.key)
        self.boards = Boards()
        self.ideas = Ideas(source, self.people, self.boards, self.report)
        self._take_ideas()
        self._take_comments(Comments(self.ideas))
        self._take_votes(Votes(self.ideas))
        self.report.find_duplicates(self.ideas.ids)
        source.end(RunState.FINISHED, self.report.counts())

    def _tell(self, source: sources.Source) -> None:
        self.report.source, self.report.run = source.name, source.run_id
        if not source.is_new:
            self.report.notes.append(f"The source {source.name} was here before: what is new was added to it.")
        for other in source.also:
            self.report.notes.append(f"The very same ideas are also here from the source {other}: they are here twice.")

    def _take_ideas(self) -> None:
        first = filter(self.ideas.is_first, self._read("ideas", self._placed))
        self._take(first, IDEAS, self.ideas)
        self.ideas.close()

    def _take_comments(self, comments: Comments) -> None:
        keyed = map(comments.keyed, self._read("comments", self._known(records.comment)))
        self._take(keyed, COMMENTS, comments)

    def _take_votes(self, votes: Votes) -> None:
        counted = filter(votes.counts, self._read("votes", self._known(records.vote)))
        self._take(counted, VOTES, votes)
        for chunk in records.batches(iter(self.ideas.totals), IDEAS):
            (votes.foresee_totals if self.foresees else votes.settle)(chunk)

    def _read(self, kind: str, check: Callable[[Record], Record]) -> Iterator[Record]:
        if kind in self.files:
            yield from records.read(self.files[kind], check, kind, self.report, self.show_progress)

    def _take(self, fit: Iterator[Record], size: int, taker: Ideas | Comments | Votes) -> None:
        for batch in records.batches(fit, size):
            if self.foresees:
                taker.foresee(batch)
            else:
                take_in_parts(batch, taker.take, taker.refuse, self.people.forget)
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
                raise records.Unfit(
                    f"idea_id is {id!r}: no such idea in {'this folder' if self.path.is_dir() else 'this export'}"
                )
            return fit

        return checked
