"""Taking one's own words out of a discussion for good: a whole comment, or what it said before."""

from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.comments.blueprint import bp
from portal.comments.models import Comment
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.removing import blanked
from portal.moderation.blanking import forget_confirmed
from portal.permissions import me, require
from portal.pictures import uploads
from portal.web.pages import go, page


@bp.post("/comments/<int:id>/history")
@permissions.suspended_too
def blank(id: int) -> Response:
    """Take the words out of an earlier version (`version`), or of `all` of them."""
    return blanked(Comment.find_or_404(id, for_=me()), url_for("comments.history", id=id))


@bp.route("/comments/<int:id>/delete", methods=["GET", "POST"])
@permissions.suspended_too
def delete(id: int) -> Any:
    """Ask first, then delete a comment of one's own: its words, what it said before, and its pictures."""
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.delete_comment, comment)
    if request.method == "GET":
        return page("comments/delete.html", comment=comment)
    begin_write()
    hold(comment)
    gone = comment.delete(by=me()) + forget_confirmed(comment.author)
    db.session.commit()
    uploads.delete_all(gone)
    flash(_("Your note is deleted.") if comment.is_note else _("Your comment is deleted."))
    return go(f"{comment.idea.url}#discussion")
