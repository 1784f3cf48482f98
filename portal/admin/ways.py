"""The page of the ways between statuses, drawn and as a list. Admins allow, change and forbid them; staff read."""

from typing import Any, NamedTuple

from flask import abort, flash, request, url_for
from wtforms import SelectChoice

from portal import permissions
from portal.admin import arranging, rows
from portal.admin.views import bp
from portal.admin.way_forms import TELLS, AllowWayForm, WayForm
from portal.extensions import db
from portal.i18n import _
from portal.ideas import workflow
from portal.ideas.statuses import Kind, Status
from portal.ideas.transitions import Tells, Transition, Way, read_ways, way_between
from portal.permissions import me, require
from portal.web.diagram import lay_out, lines_of
from portal.web.pages import go, keeps_text, page


class Line(NamedTuple):
    """A way as the page says it; `pair`: how its address names it."""

    old: Status
    new: Status
    way: Way
    is_back: bool

    @property
    def pair(self) -> str:
        return f"{self.old.id}-{self.new.id}"

    @property
    def name(self) -> str:
        return _("%(old)s → %(new)s", old=self.old.name, new=self.new.name)


@bp.get("/statuses/ways/<for_kind>")
def ways(for_kind: str) -> str:
    """Where an idea, or an issue, may go."""
    return _page(_kind(for_kind))


@bp.post("/statuses/ways/<for_kind>")
@keeps_text
def allow_way(for_kind: str) -> rows.Answer:
    """Let one status follow another."""
    require(permissions.edit_statuses)
    form = AllowWayForm()
    ends = {str(status.id): status.id for status in Status.all_for(_kind(for_kind))}
    old, new = (ends.get(field.data or "") for field in (form.old, form.new))
    if not old or not new:
        missing = form.new if old else form.old
        missing.errors = [_("Choose a status from the list.")]
    elif old == new:
        form.new.errors = [_("Choose another status than the one it comes from.")]
    elif form.validate():
        return _allowed(old, new)
    return _page(_kind(for_kind), allowing=form), 422


@bp.post("/statuses/<int:old>/ways/<int:new>")
@keeps_text
def change_way(old: int, new: int) -> rows.Answer:
    """What a way owes, and whom it tells."""
    require(permissions.edit_statuses)
    begin, form = rows.find(Status, old), WayForm()
    if form.validate():
        rows.begin(permissions.edit_statuses)
        way = way_between(old, new)
        if way is None:
            return _gone(begin.for_kind)
        if not form.overtaken(way):
            workflow.change(way, bool(form.owes_reason.data), Tells(form.tells.data), by=me())
            db.session.commit()
            flash(_("Saved. It holds for whatever goes this way from now on."))
            return go(_address(begin.for_kind, f"{old}-{new}"))
    return _page(begin.for_kind, picked=f"{old}-{new}", form=form), 422


@bp.post("/statuses/<int:old>/ways/<int:new>/forbid")
def forbid_way(old: int, new: int) -> rows.Answer:
    """Let one status follow another no more."""
    require(permissions.edit_statuses)
    begin, end = rows.find(Status, old), rows.find(Status, new)
    rows.begin(permissions.edit_statuses)
    try:
        workflow.forbid(begin, end, by=me())
        db.session.commit()
    except workflow.NoWayOut:
        db.session.rollback()
        flash(rows.no_way_out(begin.for_kind), "error")
        return _page(begin.for_kind, picked=f"{old}-{new}"), 422
    flash(_("%(old)s no longer leads to %(new)s.", old=begin.name, new=end.name))
    return go(url_for("admin.ways", for_kind=begin.for_kind, forbidden=f"{old}-{new}"))


def _kind(for_kind: str) -> Kind:
    return Kind(for_kind) if for_kind in set(Kind) else abort(404)


def _address(for_kind: str, pair: str) -> str:
    return url_for("admin.ways", for_kind=for_kind, way=pair, _anchor="way")


def _allowed(old: int, new: int) -> rows.Answer:
    begin, end = rows.find(Status, old), rows.find(Status, new)
    rows.begin(permissions.edit_statuses)
    workflow.allow(begin, end, by=me())
    db.session.commit()
    flash(_("%(old)s leads to %(new)s now.", old=begin.name, new=end.name))
    return go(_address(begin.for_kind, f"{old}-{new}"))


def _gone(for_kind: str) -> rows.Answer:
    """Somebody forbade the way while its form was open."""
    db.session.rollback()
    flash(_("This way was forbidden while the page was open. To change it, allow it again first."), "error")
    return _page(_kind(for_kind)), 422


def _page(for_kind: str, picked: str = "", form: WayForm | None = None, allowing: AllowWayForm | None = None) -> str:
    steps, known = Status.all_for(for_kind), read_ways()
    place = {step.id: number for number, step in enumerate(steps)}
    open_ways = {ends: way for ends, way in known.items() if ends[0] in place and ends[1] in place}
    lines = [
        Line(steps[place[old]], steps[place[new]], way, place[new] < place[old])
        for (old, new), way in sorted(open_ways.items(), key=lambda one: (place[one[0][0]], place[one[0][1]]))
    ]
    asked = picked or request.args.get("way", "")
    here = next((line for line in lines if line.pair == asked), None)
    return page(
        "admin/ways.html",
        place="admin.statuses",
        for_kind=for_kind,
        steps={step.id: step for step in steps},
        counts=arranging.ideas_in(steps),
        names={step.id: lines_of(step.name) for step in steps},
        lines=lines,
        by_ends={(line.old.id, line.new.id): line for line in lines},
        here=here,
        drawings=[lay_out([*place], open_ways.keys(), is_tall) for is_tall in (False, True)],
        stuck=[step.name for step in workflow.stuck(steps, open_ways)],
        trapped=[
            step.name for step in workflow.traps(steps, open_ways) if step not in workflow.stuck(steps, open_ways)
        ],
        way_form=form or (here and _form_of(here)),
        allow_form=_choices(allowing or AllowWayForm(formdata=None), steps),
        form=form or allowing,
        left=here and _left_behind(here, steps, open_ways),
        last_way_out=here and _is_last_way_out(here, steps, open_ways),
        owes_always=bool(here and workflow.owes_always(here.new)),
        forbidden=_ends(request.args.get("forbidden", ""), steps, open_ways),
        tells=TELLS,
    )


def _form_of(line: Line) -> WayForm:
    way = Transition(from_status_id=line.old.id, to_status_id=line.new.id, **_settings(line.way))
    return WayForm(formdata=None, thing=way)


def _settings(way: Way) -> dict[str, Any]:
    return {"owes_reason": way.owes_reason, "tells": way.tells}


def _choices(form: AllowWayForm, steps: list[Status]) -> AllowWayForm:
    named = [SelectChoice(str(step.id), step.name) for step in steps]
    form.old.choices = form.new.choices = [SelectChoice("", _("Choose a status")), *named]
    return form


def _left_behind(line: Line, steps: list[Status], ways: dict[tuple[int, int], Way]) -> list[str]:
    """The statuses from which ideas would reach no end without this way, and do now."""
    without = ways.keys() - {(line.old.id, line.new.id)}
    return [step.name for step in workflow.traps(steps, without) if step not in workflow.traps(steps, ways.keys())]


def _is_last_way_out(line: Line, steps: list[Status], ways: dict[tuple[int, int], Way]) -> bool:
    return line.old.id == Status.first(line.old.for_kind).id and sum(old == line.old.id for old, _new in ways) == 1


def _ends(pair: str, steps: list[Status], ways: dict[tuple[int, int], Way]) -> tuple[Status, Status] | None:
    """The two ends of a way that was just forbidden, so that it can be allowed again."""
    by_id = {str(step.id): step for step in steps}
    old, new = (by_id.get(id) for id in (pair.split("-") if pair.count("-") == 1 else ("", "")))
    return (old, new) if old and new and old is not new and (old.id, new.id) not in ways else None
