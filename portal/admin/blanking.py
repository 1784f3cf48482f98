"""The page on which staff take personal words out of a reason that was given in public; the step stays."""

from flask import abort, flash
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.admin.forms import ReasonWordsForm
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.moderation.blanking import blank_reason as take_out
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, page


@bp.get("/steps/<int:id>/reason")
def reason(id: int) -> str:
    """The reason of one step, and the words that are to go."""
    idea, move = _found(id)
    return page("admin/reason.html", idea=idea, move=move, form=ReasonWordsForm())


@bp.post("/steps/<int:id>/reason")
@keeps_text
def blank_reason(id: int) -> Response | str | tuple[str, int]:
    """Take these words out of the reason, for good."""
    idea, move = _found(id)
    form = ReasonWordsForm()
    if form.validate():
        begin_write()
        hold(idea)
        if take_out(idea, move, form.words.data or "", by=me()):
            db.session.commit()
            flash(_("Those words are taken out, for good."))
            return go(idea.url)
        db.session.rollback()
        form.words.errors = [_("These words do not stand in the reason. Copy them exactly as they stand there.")]
    return page("admin/reason.html", idea=idea, move=move, form=form), 422


def _found(id: int) -> tuple[Idea, Event]:
    require(permissions.blank_reason)
    move = db.session.get(Event, id)
    if move is None or move.action != Action.STATUS_CHANGED or not move.facts.get("reason"):
        abort(404)
    return Idea.find_or_404(move.subject_id, for_=me()), move
