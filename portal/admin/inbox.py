"""What waits for the team: a lane, and what is open of it."""

from flask import abort, render_template, request

from portal import permissions
from portal.admin import acts, asked, queues
from portal.admin.idea_tools import find_idea
from portal.admin.views import bp
from portal.ideas.asking import asked_id
from portal.ideas.similar import similar_to
from portal.merging.models import parted_from
from portal.merging.said_same import pairs_of
from portal.middleware.compression import understood
from portal.permissions import me, require
from portal.triage.saved_views import SavedView
from portal.web.pages import page, wants_fragment


@bp.get("", strict_slashes=False)
def inbox() -> str:
    """The lane of `?queue=`, narrowed as the address says, with the idea of `?idea=`, or else its first, open."""
    require(permissions.see_inbox)
    view = _view()
    wanted = asked.from_line(view.query) if view else asked.from_address(request.args)
    if wanted is None:
        abort(404)
    id, doing = asked_id("idea"), _doing()
    idea = find_idea(id, permissions.see_inbox) if id else None
    if idea and doing and _wants_the_act_alone():
        return render_template("admin/case/_act.html", idea=idea, doing=doing, wanted=wanted, then=asked_id("then"))
    if idea and wants_fragment():
        return queues.draw_open(wanted, idea)
    return queues.draw(wanted, idea, doing=doing, view=view)


@bp.get("/ideas/<int:id>/similar")
def similar(id: int) -> str:
    """What may well say the same as this idea: the pane asks for it once the rest is read."""
    idea = find_idea(id, permissions.see_inbox)
    said = pairs_of(idea)
    apart = parted_from(idea) | {pair.other.id for pair in said}
    alike = similar_to(idea.title, me(), limit=3 + len(apart), kind=idea.kind, but=idea.id)
    found = [card for card in alike if card.id not in apart][:3]
    return page("admin/similar.html", fragment="near", idea=idea, similar=found, pairs=said, place="admin.inbox")


def _view() -> SavedView | None:
    """The saved view that the address names."""
    id = asked_id("view")
    return SavedView.find_or_404(id, me()) if id else None


def _doing() -> str:
    name = request.args.get("do", "")
    if name not in acts.NAMES:
        return ""
    understood(do=name)
    return name


def _wants_the_act_alone() -> bool:
    """Whether the idea is open already, and only the form of one act is asked for beside it."""
    return wants_fragment() and request.headers.get("HX-Target", "").endswith("#do")
