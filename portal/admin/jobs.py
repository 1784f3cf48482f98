"""The jobs of staff, as a table: what each of them may do. Everybody of staff reads it, admins change it."""

from typing import Any

from flask import flash, url_for
from werkzeug.wrappers import Response
from wtforms import SelectChoice

from portal import permissions
from portal.accounts.duties import AREAS, DUTIES, JOBS, Job, jobs_with
from portal.activity.forms import EditForm
from portal.activity.models import Action, record
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.permissions import me, require
from portal.settings import Settings, settings
from portal.web.fields import CheckboxesField
from portal.web.pages import go, keeps_text, page

CHOICES = [SelectChoice(job.value, words) for job, words in JOBS.items()]


class JobsForm(EditForm):
    """What each job may do: a row of the table is a field, the jobs that have its rule."""

    told_by = (Action.JOB_EDITED,)

    def stands(self, thing: Settings) -> dict[str, Any]:
        return _table(thing)

    def say(self, name: str, value: Any) -> str:
        jobs = value.split(",") if isinstance(value, str) else value
        return ", ".join(str(JOBS[Job(job)]) for job in jobs if job in set(Job))

    @property
    def duties(self) -> dict[str, list[str]]:
        """For each rule the jobs that are to have it."""
        return {rule: [str(job) for job in Job if job in (self[rule].data or [])] for rule in DUTIES}


for _rule, _duty in DUTIES.items():
    setattr(JobsForm, _rule, CheckboxesField(_duty.words, choices=CHOICES))


@bp.get("/jobs")
def jobs() -> str:
    """Who may do what."""
    return _page(JobsForm(formdata=None, thing=settings()))


@bp.post("/jobs")
@keeps_text
def change_jobs() -> Response | tuple[str, int]:
    """Save the table."""
    require(permissions.edit_jobs)
    form = JobsForm()
    if not form.validate():
        return _page(form), 422
    begin_write()
    require(permissions.edit_jobs)
    if form.overtaken(settings()):
        return _page(form), 422
    said = _("Saved. It holds from their next click on.") if _change(form) else _("Nothing was changed.")
    db.session.commit()
    flash(said)
    return go(url_for("admin.jobs"))


def _change(form: JobsForm) -> bool:
    """Keep the table, and record each rule whose jobs are others than before, with both."""
    chosen = settings()
    hold(chosen)
    before, after = _table(chosen), form.duties
    changes = {rule: [before[rule], jobs] for rule, jobs in after.items() if before[rule] != jobs}
    if changes:
        chosen.duties = after
        record(Action.JOB_EDITED, chosen, by=me(), changes=changes)
    return bool(changes)


def _table(chosen: Settings) -> dict[str, list[str]]:
    """Each rule with the jobs that have it now."""
    return {rule: [str(job) for job in Job if job in jobs_with(rule, chosen.duties)] for rule in DUTIES}


def _page(form: JobsForm) -> str:
    rows = {area: [form[rule] for rule, duty in DUTIES.items() if duty.area == area] for area in AREAS}
    return page("admin/jobs.html", form=form, rows=rows, areas=AREAS, columns=JOBS)
