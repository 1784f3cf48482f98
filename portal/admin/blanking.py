"""The page on which staff take personal words out of a reason that was given in public; the step stays."""

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.admin.idea_forms import ReasonWordsForm
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.models import Idea
from portal.merging.blanking import blank_merge
from portal.merging.models import Merge
from portal.moderation.blanking import blank_promise
from portal.moderation.blanking import blank_reason as take_out
from portal.permissions import me, require
from portal.triage.ledger import Promise, PromiseDay
from portal.web.addresses import url_for
from portal.web.pages import go, keeps_text, page


@bp.get("/steps/<int:id>/reason")
def reason(id: int) -> str:
    """The reason of one step, and the words that are to go."""
    return _page(*_found(id), ReasonWordsForm())


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
            return _done(idea)
        _not_there(form)
    return _page(idea, move, form), 422


@bp.get("/promises/<int:id>/reason")
def promise_reason(id: int) -> str:
    """Why a promise was taken back, or (with `?day=`) why another day was said, and the words that are to go."""
    return _promise_page(*_promised(id), ReasonWordsForm())


@bp.post("/promises/<int:id>/reason")
@keeps_text
def blank_promise_reason(id: int) -> Response | str | tuple[str, int]:
    """Take these words out of that reason, for good."""
    promise, day = _promised(id)
    form = ReasonWordsForm()
    if form.validate():
        begin_write()
        hold(promise)
        if blank_promise(promise, form.words.data or "", by=me(), day=day):
            return _done(promise.idea)
        _not_there(form)
    return _promise_page(promise, day, form), 422


@bp.get("/merges/<int:id>/<any(reason, objection):said>")
def merge_reason(id: int, said: str) -> str:
    """Why two ideas were merged, or what an author said against it, and the words that are to go."""
    return _merge_page(_merge(id, said), said, ReasonWordsForm())


@bp.post("/merges/<int:id>/<any(reason, objection):said>")
@keeps_text
def blank_merge_reason(id: int, said: str) -> Response | str | tuple[str, int]:
    """Take these words out of it, for good."""
    merge, form = _merge(id, said), ReasonWordsForm()
    if form.validate():
        begin_write()
        hold(merge)
        if blank_merge(merge, said, form.words.data or "", by=me()):
            return _done(merge.idea)
        _not_there(form)
    return _merge_page(merge, said, form), 422


def _done(idea: Idea) -> Response:
    db.session.commit()
    flash(_("Those words are taken out, for good."))
    return go(idea.url)


def _not_there(form: ReasonWordsForm) -> None:
    db.session.rollback()
    form.words.errors = [_("These words do not stand in the reason. Copy them exactly as they stand there.")]


def _page(idea: Idea, move: Event, form: ReasonWordsForm) -> str:
    said: dict[str, Any] = {"reason": move.facts["reason"], "since": move.created_at}
    said["heading"] = _("Take words out of the reason")
    return page("admin/reason.html", idea=idea, form=form, sent_to=url_for("admin.blank_reason", id=move.id), **said)


def _promise_page(promise: Promise, day: PromiseDay | None, form: ReasonWordsForm) -> str:
    said: dict[str, Any] = {"reason": (day or promise).reason, "since": day.created_at if day else promise.settled_at}
    said["heading"] = _("Take words out of the reason of a promise")
    sent_to = url_for("admin.blank_promise_reason", id=promise.id, day=day.id if day else None)
    return page("admin/reason.html", idea=promise.idea, form=form, sent_to=sent_to, **said)


def _merge_page(merge: Merge, said: str, form: ReasonWordsForm) -> str:
    shown: dict[str, Any] = {"reason": getattr(merge, said), "since": merge.created_at}
    shown["heading"] = (
        _("Take words out of the reason of a merge")
        if said == "reason"
        else _("Take words out of what its author said against a merge")
    )
    sent_to = url_for("admin.blank_merge_reason", id=merge.id, said=said)
    return page("admin/reason.html", idea=merge.idea, form=form, sent_to=sent_to, **shown)


def _found(id: int) -> tuple[Idea, Event]:
    require(permissions.blank_reason)
    move = db.session.get(Event, id)
    if move is None or move.action != Action.STATUS_CHANGED or not move.facts.get("reason"):
        abort(404)
    return Idea.find_or_404(move.subject_id, for_=me()), move


def _merge(id: int, said: str) -> Merge:
    require(permissions.blank_reason)
    merge = db.session.get(Merge, id) or abort(404)
    if not getattr(merge, said):
        abort(404)
    Idea.find_or_404(merge.idea_id, for_=me())
    return merge


def _promised(id: int) -> tuple[Promise, PromiseDay | None]:
    require(permissions.blank_reason)
    promise = db.session.get(Promise, id) or abort(404)
    asked = asked_id("day")
    day = next((said for said in promise.days if said.id == asked), None) if asked else None
    if not (day or promise).reason or (asked and day is None):
        abort(404)
    Idea.find_or_404(promise.idea_id, for_=me())
    return promise, day
