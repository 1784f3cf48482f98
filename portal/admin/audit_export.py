"""The audit as a file for a spreadsheet, written in pieces: never whole in memory."""

import csv
import io
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

from flask import current_app
from sqlalchemy import Select

from portal.activity.models import Event
from portal.admin.audit_lines import Line
from portal.extensions import db
from portal.i18n import _

CHUNK = 500
# A spreadsheet takes what begins so for a formula, and would act on it.
FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def write(found: Select[Any], lines: Callable[[list[Event]], list[Line]]) -> tuple[IO[bytes], int]:
    """The events of this select, newest first, as a file at its beginning; and how many they are."""
    file = tempfile.TemporaryFile(dir=current_app.config["DATA_DIR"])  # noqa: SIM115 (whoever sends it closes it)
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=True)
    rows, number = csv.writer(text), 0
    rows.writerow(_heads())
    for events in _chunks(found):
        number += len(events)
        rows.writerows(map(_row, lines(events)))
    text.detach()
    file.seek(0)
    return file, number


def _heads() -> list[str]:
    told = (_("What was done"), _("Reason"), _("Before and after"), _("Address"))
    return [_("Number"), _("When (UTC)"), _("Who"), _("Action"), _("About"), _("Its number"), *told]


def _row(line: Line) -> list[str]:
    event = line.event
    changes = "; ".join(f"{each.label}: {each.old or '–'} → {each.new or '–'}" for each in line.changes)
    fixed = [str(event.id), event.created_at.isoformat(timespec="seconds"), line.who, event.action]
    about = [event.subject_type, str(event.subject_id)]
    return [_plain(words) for words in (*fixed, *about, line.words, line.reason, changes, line.url)]


def _plain(words: str) -> str:
    return f"'{words}" if words.startswith(FORMULAS) else words


def _chunks(found: Select[Any]) -> Iterator[list[Event]]:
    """Some hundred events at a time, each beginning after the last of those before."""
    last = None
    while True:
        these = found if last is None else found.where(Event.id < last)
        events = list(db.session.scalars(these.order_by(Event.id.desc()).limit(CHUNK)))
        if not events:
            return
        last = events[-1].id
        yield events
        for event in events:
            db.session.expunge(event)
