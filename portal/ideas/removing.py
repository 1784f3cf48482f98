"""Taking one's own words and pictures out for good: earlier versions of an idea and of its response, and pictures."""

from typing import Any

from flask import abort, flash, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, record
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.attachments import Attachment
from portal.ideas.blueprint import bp
from portal.ideas.models import Idea
from portal.moderation.blanking import blank_earlier
from portal.permissions import me, require
from portal.pictures import uploads
from portal.web.addresses import url_for
from portal.web.pages import go, page


@bp.post("/ideas/<int:id>/history")
@permissions.suspended_too
def blank(id: int) -> Response:
    """Take the words out of an earlier version (`version`), or of `all` of them."""
    return blanked(Idea.find_or_404(id, for_=me()), url_for("ideas.history", id=id))


@bp.post("/ideas/<int:id>/response/history")
def blank_response(id: int) -> Response:
    """The same of the official response, by staff."""
    response = Idea.find_or_404(id, for_=me()).response or abort(404)
    require(permissions.blank_reason)
    return blanked(response, url_for("ideas.response_history", id=id))


def blanked(text: Any, back: str) -> Response:
    """Take words out as the form of a history asks, and go back to it."""
    require(permissions.blank_version, text)
    version = asked_id("version")
    if version is None and "all" not in request.form:
        abort(400)
    begin_write()
    gone = blank_earlier(text, by=me(), version=version)
    db.session.commit()
    uploads.delete_all(gone)
    flash(_("Those words are taken out, for good."))
    return go(back)


@bp.route("/pictures/<int:id>/delete", methods=["GET", "POST"])
@permissions.suspended_too
def delete_picture(id: int) -> Any:
    """Ask first, then remove a picture of one's own, for good."""
    picture, thing = _found(id)
    require(permissions.delete_picture, picture)
    if request.method == "GET":
        return page("ideas/delete_picture.html", picture=picture, thing=thing)
    begin_write()
    key = picture.key
    db.session.delete(picture)
    record(Action.PICTURES_CHANGED, thing, by=me(), added=0, removed=1, **thing.event_facts)
    db.session.commit()
    uploads.delete(key)
    flash(_("The picture is removed, for good."))
    return go(thing.url)


def _found(id: int) -> tuple[Attachment, Any]:
    """The picture of an idea or a comment that the reader sees, and that idea or comment."""
    picture = db.session.get(Attachment, id) or abort(404)
    for model, its in ((Idea, picture.idea_id), (Comment, picture.comment_id)):
        if its is not None:
            thing: Any = db.session.scalar(model.visible_to(me()).where(model.id == its))
            return picture, thing or abort(404)
    abort(404)
