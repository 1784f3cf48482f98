"""The author of a merged idea says that it is not the same: the two part."""

from typing import Any

from flask import Blueprint, abort, flash

from portal import permissions
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.family import survivor_seen
from portal.ideas.models import Idea
from portal.merging.forms import ObjectionForm
from portal.merging.models import Merge
from portal.merging.parting import NotMerged, TooLate, object_to
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, page

bp = Blueprint("merging", __name__)


@bp.get("/ideas/<int:id>/merge/objection")
def objection(id: int) -> Any:
    """What became of their idea, and the press that takes it back; once the two are apart, the idea."""
    idea = _theirs(id)
    return go(idea.url) if _merge_of(idea) is None else _asked(idea, ObjectionForm(None))


@bp.post("/ideas/<int:id>/merge/objection")
@keeps_text
def object(id: int) -> Any:
    """Let the two part at once, and the team read why."""
    idea, form = _theirs(id), ObjectionForm()
    if not form.validate():
        return _asked(idea, form), 422
    begin_write()
    try:
        object_to(idea, by=me(), words=form.words.data or "")
    except (NotMerged, TooLate):
        db.session.rollback()
        flash(_("The two are apart already, or the days to object are over."), "error")
        return go(idea.url)
    db.session.commit()
    flash(_("They are apart again, and each vote is where it was cast. Our team reads what you wrote."))
    return go(idea.url)


def _theirs(id: int) -> Idea:
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.object_to_merge, idea)
    return idea


def _merge_of(idea: Idea) -> Merge | None:
    """The merge to which they may still object."""
    merged = Merge.of(idea)
    return merged if merged is not None and merged.may_object(me()) else None


def _asked(idea: Idea, form: ObjectionForm) -> str:
    survivor = survivor_seen(idea, me()) or abort(404)
    return page("merging/objection.html", idea=idea, survivor=survivor, merge=Merge.of(idea), objecting=form)
