"""Everything that happened, newest first: who, what, to what, and why; searched, and taken along as a file."""

from flask import Response, request, send_file

from portal import permissions
from portal.activity.catalogue import label
from portal.activity.models import Action, Event, record
from portal.admin import audit_export
from portal.admin.audit_lines import lines_of
from portal.admin.audit_search import WHO, asked_in, found
from portal.admin.labels import SUBJECTS
from portal.admin.views import bp
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.middleware.caching import for_everybody
from portal.permissions import me, require
from portal.settings import settings
from portal.web.pages import no_store, page
from portal.web.paging import listing


@bp.get("/audit")
def audit() -> str:
    """The events that the address asks for."""
    require(permissions.see_audit)
    asked = asked_in(request.args)
    rows, more = listing(found(asked), Event.id, Event.id)
    return page(
        "admin/audit.html",
        lines=lines_of(rows),
        more=more,
        actions=_actions(),
        subjects=[(name, str(label)) for name, label in SUBJECTS.items()],
        people=[(name, str(row[0])) for name, row in WHO.items()],
        chosen=asked,
        is_narrow=any(asked.values()),
    )


@bp.post("/audit/export")
@no_store
def export_audit() -> Response:
    """The events that the form asks for, as a file for a spreadsheet; that it was taken is an event itself."""
    require(permissions.see_audit)
    asked = asked_in(request.form)
    file, number = audit_export.write(found(asked), lines_of)
    begin_write()
    kept = {name: value for name, value in asked.items() if value}
    record(Action.AUDIT_EXPORTED, settings(), by=me(), asked=kept, events=number)
    db.session.commit()
    answer = send_file(file, "text/csv", as_attachment=True, download_name=f"audit-{now():%Y-%m-%d}.csv")
    answer.call_on_close(file.close)
    return answer


@for_everybody
def _actions() -> tuple[tuple[str, str], ...]:
    return tuple(sorted(((str(action), label(action)) for action in Action), key=lambda row: row[1]))
