"""The pages of the workflow: the statuses, in their order. Admins arrange them; the other staff read."""

from flask import abort, flash, request, url_for
from wtforms import SelectChoice

from portal import permissions
from portal.admin import arranging, rows
from portal.admin.arranging import NowhereToGo, StillNeeded
from portal.admin.forms import ColourForm, DeleteStatusForm, NamesForm, NewStatusForm
from portal.admin.naming import twins
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.statuses import TRANSITIONS, Kind, Status, StatusKind
from portal.ideas.transitions import read_ways
from portal.ideas.workflow import NoWayOut
from portal.permissions import me, require
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

KINDS = {
    StatusKind.OPEN: _l("Just sent"),
    StatusKind.UNDER_REVIEW: _l("Under review"),
    StatusKind.PLANNED: _l("Planned, or confirmed"),
    StatusKind.STARTED: _l("In progress, or being fixed"),
    StatusKind.TESTING: _l("In testing"),
    StatusKind.SHIPPED: _l("Shipped, or fixed"),
    StatusKind.DECLINED: _l("Not planned, or not a defect"),
}


@bp.get("/statuses")
def statuses() -> str:
    """Both workflows, in order, with their transitions."""
    return _statuses()


@bp.post("/statuses")
@keeps_text
def add_status() -> rows.Answer:
    """A new status of a kind."""
    require(permissions.edit_statuses)
    for_kind = request.form.get("for_kind", "")
    if for_kind not in set(Kind):
        abort(400)
    form = _new_status(Kind(for_kind), bound=True)
    if form.validate():
        rows.begin(permissions.edit_statuses)
        kind = StatusKind(form.kind.data)
        with rows.taken_said_at(form):
            colour = str(form.colour.data)
            once(Status, me(), lambda: arranging.add_status(Kind(for_kind), kind, form.words("name"), me(), colour))
            db.session.commit()
            flash(_("Status added."))
            return go(url_for("admin.statuses"))
    return _statuses(**{for_kind: form}), 422


@bp.get("/statuses/<int:id>")
def status(id: int) -> str:
    """One status: its names, and how to take it away."""
    require(permissions.edit_statuses)
    return _status(rows.find(Status, id))


@bp.post("/statuses/<int:id>")
@keeps_text
def rename_status(id: int) -> rows.Answer:
    """Its names in each language."""
    require(permissions.edit_statuses)
    found = rows.find(Status, id)
    return rows.rename(found, permissions.edit_statuses, "admin.statuses", lambda form: _status(found, naming=form))


@bp.post("/statuses/<int:id>/colour")
@keeps_text
def colour_status(id: int) -> rows.Answer:
    """Another colour, of those that every brand can read."""
    require(permissions.edit_statuses)
    found, form = rows.find(Status, id), ColourForm()
    if form.validate():
        rows.begin(permissions.edit_statuses)
        if not form.overtaken(found):
            arranging.recolour(found, str(form.colour.data), by=me())
            db.session.commit()
            flash(_("Colour saved."))
            return go(url_for("admin.statuses"))
    return _status(found, colouring=form), 422


@bp.post("/statuses/<int:id>/position")
def move_status(id: int) -> rows.Answer:
    """Its place among the statuses of its kind of idea."""
    require(permissions.edit_statuses)
    return rows.put(rows.find(Status, id), permissions.edit_statuses, "admin.statuses", _statuses)


@bp.post("/statuses/<int:id>/delete")
@keeps_text
def delete_status(id: int) -> rows.Answer:
    """Take a status away; its ideas go where the form says."""
    require(permissions.edit_statuses)
    found = rows.find(Status, id)
    form = DeleteStatusForm()
    if form.validate():
        rows.begin(permissions.edit_statuses)
        into = next((step for step in arranging.destinations(found) if str(step.id) == form.into.data), None)
        try:
            arranging.delete_status(found, into, by=me())
            db.session.commit()
            flash(_("Status deleted."))
            return go(url_for("admin.statuses"))
        except StillNeeded:
            problem = _("This is the last status of its kind. Add another first, then delete this one.")
        except NowhereToGo:
            problem = _("It still has ideas. Choose the status that they go to.")
        except NoWayOut:
            db.session.rollback()
            problem = rows.no_way_out(found.for_kind)
        db.session.rollback()
        form.into.errors = [problem]
    return _status(found, deleting=form), 422


def _new_status(for_kind: Kind, bound: bool = False) -> NewStatusForm:
    form = NewStatusForm() if bound else NewStatusForm(formdata=None)
    form.kind.choices = [SelectChoice(str(kind), str(KINDS[kind])) for kind in TRANSITIONS[for_kind]]
    for field in (*(field for _lang, field in form.each("name")), form.kind, form.colour):
        field.id = f"{for_kind}-{field.name}"
    return form


def _statuses(**refused: NewStatusForm) -> str:
    workflows = {for_kind: Status.all_for(for_kind) for for_kind in Kind}
    return page(
        "admin/workflow.html",
        workflows=workflows,
        order_of=arranging.order_of,
        ways=read_ways(),
        counts=arranging.ideas_in([step for steps in workflows.values() for step in steps]),
        forms={for_kind: refused.get(for_kind) or _new_status(for_kind) for for_kind in Kind},
        form=next(iter(refused.values()), None),
        kinds=KINDS,
        twins={for_kind: twins(steps) for for_kind, steps in workflows.items()},
    )


def _status(
    found: Status,
    naming: NamesForm | None = None,
    deleting: DeleteStatusForm | None = None,
    colouring: ColourForm | None = None,
) -> str:
    names = naming or NamesForm(formdata=None, thing=found)
    delete = deleting or DeleteStatusForm(formdata=None)
    steps = [SelectChoice(str(step.id), step.name) for step in arranging.destinations(found)]
    delete.into.choices = [SelectChoice("", _("Choose a status")), *steps]
    count = arranging.ideas_in([found])[found.id]
    colour = colouring or ColourForm(formdata=None, thing=found)
    return page(
        "admin/workflow_status.html",
        form=deleting or naming or colouring or names,
        status=found,
        names=names,
        colour=colour,
        delete=delete,
        count=count,
        kinds=KINDS,
    )
