"""What members say is the same: staff compare the two and merge them, or say that they are not."""

from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.idea_tools import tell
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.merging.said_same import MOST, pairs
from portal.merging.saying import NothingSaid, dismiss
from portal.merging.suggestions import Suggestion
from portal.permissions import me, require
from portal.triage.acts import Undoable, undoable
from portal.web.addresses import url_for
from portal.web.pages import go, page


@bp.get("/same")
def said_same() -> str:
    """Pairs of which members say that they are the same, what most people say first."""
    require(permissions.see_inbox)
    found = pairs()
    return page("admin/merging/same.html", pairs=found, is_all=len(found) < MOST)


@bp.post("/same/<int:id>/end")
def dismiss_same(id: int) -> Response:
    """Say that they are not the same: it is suggested again only where somebody new says so."""
    require(permissions.merge_idea)
    pair, done = db.one_or_404(select(Suggestion).where(Suggestion.id == id)), Undoable()
    begin_write()
    hold(pair.first)
    try:
        with undoable(pair.first, by=me(), done=done):
            dismiss(pair, by=me())
    except NothingSaid:
        db.session.rollback()
        tell(pair.first, _("It is decided already."))
    else:
        db.session.commit()
        said = _("not the same as “%(title)s”. Nobody is told; it comes back only if somebody new says so.")
        tell(pair.first, said % {"title": pair.second.title}, undo=done.press)
    at = asked_id("at")
    return go(url_for("admin.inbox", idea=at) if at else url_for("admin.said_same"))
