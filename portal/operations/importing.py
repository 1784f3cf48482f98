"""`flask import`: what another tool exported comes in, is looked at first, or goes again."""

import json
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.exc import DBAPIError

from portal.backups import interrupts
from portal.clock import now
from portal.extensions import db
from portal.importing import mapping, undoing
from portal.importing.jsonl import Import
from portal.importing.mapping import DATES, Unknown
from portal.importing.readers.catalogue import TOOLS
from portal.importing.reading import NotImported
from portal.importing.report import Report
from portal.operations.trouble import NotFinished, trouble, up_to_date

MOST_DETAILS = 20


@click.command("import")
@click.argument("path", metavar="FILE_OR_FOLDER", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--from", "tool", type=click.Choice(TOOLS), help="What wrote it; otherwise it is recognised.")
@click.option("--source", help="Name where it comes from; the same name adds what is new since, and changes nothing.")
@click.option("--map", "map_file", type=click.Path(path_type=Path), help="What their columns, statuses, boards become.")
@click.option("--lang", help="The language of what names none: the portal's own otherwise.")
@click.option("--encoding", help="How a table is written, such as windows-1252; otherwise it shows.")
@click.option("--delimiter", help="What stands between the cells of a table; otherwise it shows.")
@click.option("--dates", type=click.Choice(DATES), help="How a table writes dates, where they do not show it.")
@click.option("--dry-run", is_flag=True, help="Write nothing: say what would happen.")
@click.option("--undo", metavar="SOURCE_OR_RUN", help="Take an import back, as far as nobody here has touched it.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@with_appcontext
@interrupts.stoppable()
def import_export(path: Path | None, undo: str | None, as_json: bool, dry_run: bool, **options: Any) -> None:
    """Import what another tool exported, or our own JSON Lines (ideas.jsonl, comments.jsonl, votes.jsonl).

    Safe to repeat and to resume. Exit codes: 0 all of it is here, 1 some lines were refused, 2 it was not finished.
    """
    if (path is None) == (undo is None):
        raise click.UsageError("Name a file or a folder to import, or an import to --undo.")
    if path is None:
        _undo(str(undo), dry_run, as_json)
    else:
        _import(path, dry_run, as_json, **options)


def _import(
    path: Path, dry_run: bool, as_json: bool, tool: str | None, source: str | None, map_file: Path | None, **told: Any
) -> None:
    run = None
    try:
        up_to_date()
        words = (mapping.read(map_file) if map_file else mapping.Mapping()).with_options(**told)
        run = Import(path, source, not as_json, tool, words, foresees=dry_run)
        run.run()
    except Unknown as unknown:
        raise NotFinished(f"Nothing was imported: {unknown}") from unknown
    except NotImported as refusal:
        raise NotFinished(f"Nothing was imported: {refusal}") from refusal
    except (OSError, DBAPIError) as problem:
        _stop(run, f"The import stopped: {trouble(problem)}")
    except KeyboardInterrupt:
        _stop(run, "The import was stopped.")
    _tell_of(run.report if run else Report(), as_json)


def _stop(run: Import | None, why: str) -> None:
    """Say why a run stopped, and remember it as far as the database still takes it."""
    if run is None:
        return
    run.report.stopped = why
    try:
        run.stop()
    except (OSError, DBAPIError):
        db.session.rollback()


def _tell_of(report: Report, as_json: bool) -> None:
    """Print the report; where it is long, all of it stands in a file."""
    db.session.rollback()
    if not report.source:
        raise NotFinished(f"Nothing was imported. {report.stopped}")
    click.echo(json.dumps(report.as_dict()) if as_json else report.as_text(MOST_DETAILS))
    if not as_json and not report.foresees and max(report.refused, report.differs) > MOST_DETAILS:
        _write_details(report)
    if report.stopped:
        kept = "What was imported until then is kept, and the next run goes on from there."
        raise NotFinished(f"{report.stopped} {'Nothing was written.' if report.foresees else kept}")
    if report.unknown:
        raise NotFinished(mapping.refusal(report.unknown))
    if report.refused:
        raise SystemExit(1)


def _write_details(report: Report) -> None:
    file = Path(current_app.config["DATA_DIR"]) / "imports" / f"{report.source}-{now():%Y%m%d-%H%M%S}.txt"
    try:
        file.parent.mkdir(mode=0o700, exist_ok=True)
        file.write_text("".join(f"{detail}\n" for detail in report.details()), encoding="utf-8")
    except OSError as problem:
        click.echo(f"The whole list could not be written: {trouble(problem)} --json prints it.", err=True)
    else:
        click.echo(f"The whole list is in {file}")


def _undo(said: str, dry_run: bool, as_json: bool) -> None:
    try:
        up_to_date()
        gone = undoing.undo(undoing.source_of(said), foresees=dry_run)
    except NotImported as refusal:
        raise NotFinished(f"Nothing was undone: {refusal}") from refusal
    except (OSError, DBAPIError) as problem:
        raise NotFinished(f"It stopped: {trouble(problem)} Run it again, and it goes on.") from problem
    except KeyboardInterrupt:
        raise NotFinished("It was stopped: run it again, and it goes on.") from None
    click.echo(json.dumps(gone.as_dict()) if as_json else gone.as_text(MOST_DETAILS))
