"""Where a customer said something, corrected: a link that shows too much goes."""

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.views import bp
from portal.comments.models import Comment
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.captured import Captured
from portal.ideas.models import Idea
from portal.permissions import me, require
from portal.triage.capture_forms import SourceForm
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]


@bp.get("/captured/<int:id>")
def captured(id: int) -> str:
    """Where it was said, as it stands."""
    found, about = _find(id)
    return _page(found, about, SourceForm(formdata=None, thing=found))


@bp.post("/captured/<int:id>")
@keeps_text
def correct_source(id: int) -> Answer:
    """Say anew where it was said, and where it can be read."""
    found, about = _find(id)
    form = SourceForm()
    if form.validate():
        begin_write()
        if not hold_all(Captured, Captured.id == id):
            abort(404)
        if not form.overtaken(found):
            found.correct(form.source.data, form.link.data or "", about, by=me())
            db.session.commit()
            flash(_("Where it was said is corrected. Nobody is told."))
            return go(about.url)
    return _page(found, about, form), 422


def _find(id: int) -> tuple[Captured, Any]:
    """What was noted, and the idea or the comment that says it."""
    require(permissions.capture)
    found = db.session.get(Captured, id) or abort(404)
    if found.idea_id:
        return found, Idea.find_or_404(found.idea_id, for_=me())
    return found, Comment.find_or_404(found.comment_id or 0, for_=me())


def _page(found: Captured, about: Any, form: SourceForm) -> str:
    idea = about if found.idea_id else about.idea
    return page("admin/capture/source.html", captured=found, about=about, idea=idea, form=form)
