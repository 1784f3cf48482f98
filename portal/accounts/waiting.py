"""What was sent with a person's address and waits for their word: its pictures, and the page that lists it."""

from flask import abort, flash, redirect, request, send_file, session, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts.blueprint import bp
from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.jobs import drop_tokens
from portal.accounts.pending import describe, local_path, shown, waiting_for
from portal.accounts.signing_in import perform_held
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.attachments import Attachment
from portal.permissions import me, require, take_part
from portal.pictures import uploads
from portal.web.pages import go, no_store, page


@bp.get("/sign-in/code/pictures/<key>")
@no_store
def typed_picture(key: str) -> Response:
    """A picture of what waits, in the browser that sent it."""
    token = db.session.get(EmailToken, session.get("token_id", 0))
    return _picture(token if token and token.is_usable else None, key)


@bp.get("/sign-in/<link_value>/pictures/<key>")
@no_store
def linked_picture(link_value: str, key: str) -> Response:
    """A picture of what waits, for whoever holds the link."""
    token = EmailToken.from_link(link_value)
    return _picture(token if token and token.is_usable else None, key)


@bp.get("/waiting/<int:id>/pictures/<key>")
@no_store
def waiting_picture(id: int, key: str) -> Response:
    """A picture of what waits for the member's word."""
    require(take_part)
    return _picture(_mine(id).token, key)


@bp.get("/waiting")
@no_store
def waiting() -> str:
    """What was sent with the member's address before they signed in: each is done by a press of its own, or dropped."""
    require(take_part)
    rows = [(each, describe(each.token), shown(each.token)) for each in waiting_for(me())]
    return page("accounts/waiting.html", rows=rows, onward=local_path(request.args.get("next")))


@bp.post("/waiting/<int:id>/confirmed")
@no_store
def confirm_waiting(id: int) -> Response:
    """Do one of them, now that its author has read it."""
    require(take_part)
    begin_write()
    token = EmailToken.settle(_mine(id).token_id) or abort(404)
    url = perform_held(token, me())
    more = waiting_for(me())
    db.session.commit()
    return go(url_for("accounts.waiting", next=url) if more else url)


@bp.post("/waiting/<int:id>/dropped")
@no_store
def drop_waiting(id: int) -> Response:
    """Throw one of them away: nothing of it was ever seen."""
    require(take_part)
    begin_write()
    keys, _number = drop_tokens(EmailToken.id == _mine(id).token_id)
    more = waiting_for(me())
    db.session.commit()
    for key in keys:
        uploads.delete(key)
    flash(_("Thrown away. Nobody has seen it."))
    onward = local_path(request.form.get("next")) or url_for("ideas.index")
    return redirect(url_for("accounts.waiting", next=onward) if more else onward, 303)


def _mine(id: int) -> PendingAction:
    found = next((each for each in waiting_for(me()) if each.id == id), None)
    return found or abort(404)


def _picture(token: EmailToken | None, key: str) -> Response:
    held = token.pending if token and not token.used_at else None
    known = select(Attachment.id).where(Attachment.key == key, Attachment.pending_id == (held.id if held else 0))
    if db.session.scalar(known) is None or not uploads.path(key).exists():
        abort(404)
    return send_file(uploads.path(key), mimetype=uploads.mimetype(key))
