"""Reading what one was told, following, and stopping messages."""

import re
from datetime import datetime
from typing import Any

from flask import Blueprint, Flask, abort, flash, g, redirect, request, url_for
from sqlalchemy import select, update
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.forms import MailForm
from portal.accounts.models import User
from portal.activity.forms import EditForm
from portal.activity.subjects import subject_of
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, reading_in
from portal.ideas.asking import asked_id
from portal.ideas.journey import is_straight, journey
from portal.ideas.models import Idea
from portal.middleware.compression import understood
from portal.notifications import listing
from portal.notifications.forms import StaffMailForm
from portal.notifications.models import Notification, StaffMail
from portal.notifications.notices import PAGE
from portal.notifications.stopping import Stop, follow, following, read_stop
from portal.notifications.tabs import SHOWN, unread_of
from portal.notifications.writing.staff import TOPICS
from portal.permissions import me, require
from portal.recognition.thanking import thanks_lately
from portal.web import paging
from portal.web.forms import PortalForm
from portal.web.pages import changed, keeps_text, no_store, one_click, page

bp = Blueprint("notifications", __name__)


def init_app(app: Flask) -> None:
    """Give the templates the bell and the board's card."""
    app.jinja_env.globals.update(unread_count=listing.unread_count)
    app.jinja_env.filters["staff_topic"] = lambda topic: str(TOPICS[topic])


@bp.get("/notifications")
@no_store
def index() -> str:
    require(permissions.read_notifications)
    member, show = me(), request.args.get("show", SHOWN[0])
    if show in SHOWN:
        understood(show=show)
    after = paging.asked()
    groups, more = listing.page_of(member, after, show)
    waiting = unread_of(member)
    g.unread = waiting.unread  # for the bell
    return page(
        "notifications/index.html",
        reader=member,
        unread=[group for group in groups if group.unread],
        read=[item for group in groups if not group.unread for item in group.items],
        more=more,
        newest=waiting.newest,
        first=not after,
        show=show,
        waiting=waiting,
        moving=listing.on_their_way(member),
        steps=_way_of(groups, member),
        done=_done(member),
        thanks=None if waiting.thanks else thanks_lately(member),
    )


@bp.post("/notifications/read")
@permissions.suspended_too
def read() -> Response:
    """Mark notifications as read (`id`), and go where the first leads with `open`; or all up to `upto`."""
    require(permissions.read_notifications)
    ids, upto = _numbers(request.form.get("id", "")), asked_id("upto")
    if not ids and upto is None:
        abort(400)
    opens = bool(ids and request.form.get("open"))
    done = "-".join(map(str, ids)) or None
    back = _leads_to(ids[0]) if opens else url_for("notifications.index", show=_show(), done=done)
    begin_write()
    _mark(Notification.read_at.is_(None), Notification.id.in_(ids) if ids else Notification.id <= upto, at=now())
    db.session.commit()
    return redirect(back, 303)


@bp.post("/notifications/unread")
@permissions.suspended_too
def unread() -> Response:
    """Take back that these were read (`id`)."""
    require(permissions.read_notifications)
    ids = _numbers(request.form.get("id", ""))
    begin_write()
    _mark(Notification.id.in_(ids), at=None)
    db.session.commit()
    return redirect(url_for("notifications.index", show=_show()), 303)


@bp.post("/ideas/<int:id>/follow", endpoint="follow")
def set_follow(id: int) -> Any:
    """Follow an idea (`on`), stop following (`off`), or hear nothing about it (`muted`)."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.follow_idea, idea)
    wanted = request.form.get("follow", "")
    if wanted not in ("on", "off", "muted"):
        abort(400)
    begin_write()
    follow(idea, me(), wanted)
    db.session.commit()
    state = following(idea, me())
    return changed("notifications/_follow.html", back=idea.url, idea=idea, following=state)


@bp.get("/unsubscribe/<token>")
@no_store
def unsubscribe(token: str) -> str:
    """What the link in a mail opens: nothing is stopped by reading, since scanners of mail follow links."""
    stop = read_stop(token) or abort(404)
    return _stop_page(stop, token)


@bp.post("/unsubscribe/<token>")
@one_click
@no_store
@permissions.suspended_too
def stop(token: str) -> Any:
    """Stop it, from a mail program or from the page; or save the choices that the page offers."""
    wanted = read_stop(token) or abort(404)
    form = _choices_of(wanted)
    choices = any(field.name in request.form for field in form)
    if choices and not form.validate():
        return _stop_page(wanted, token, form=form), 422
    begin_write()
    if choices and form.overtaken(wanted.user):
        return _stop_page(wanted, token, form=form), 422
    if choices:
        _keep_choices(wanted.user, form)
    else:
        wanted.perform()
    db.session.commit()
    return _stop_page(wanted, token, done="saved" if choices else "stopped")


@bp.route("/settings/team", methods=["GET", "POST"])
@keeps_text
@no_store
def staff_mail() -> Any:
    """What one of staff hears of because they are staff."""
    require(permissions.staff)
    member = me()
    form = StaffMailForm(thing=member)
    if request.method == "GET":
        return page("notifications/staff_mail.html", form=form)
    if not form.validate():
        return page("notifications/staff_mail.html", form=form), 422
    begin_write()
    if form.overtaken(member):
        return page("notifications/staff_mail.html", form=form), 422
    _keep_choices(member, form)
    db.session.commit()
    flash(_("Saved."))
    return redirect(url_for("notifications.staff_mail"), 303)


def _keep_choices(member: User, form: PortalForm) -> None:
    if isinstance(form, MailForm):
        form.populate_obj(member)
        return
    choices = StaffMail.of(member)
    form.populate_obj(choices)
    db.session.add(choices)


def _choices_of(stop: Stop, *sent: None) -> EditForm:
    """The form of what the page offers to choose: what staff hear of, or what a member does."""
    if stop.for_staff:
        return StaffMailForm(*sent, thing=stop.user, meta={"csrf": False})
    return MailForm(*sent, thing=stop.user, meta={"csrf": False})


def _stop_page(stop: Stop, token: str, done: str = "", form: PortalForm | None = None) -> str:
    with reading_in(stop.user.lang):
        form = form or _choices_of(stop, None)
        return page("notifications/unsubscribe.html", stop=stop, token=token, done=done, form=form)


def _numbers(given: str) -> list[int]:
    """The ids in `12-13`, at most a page of them; whatever else stands there is none."""
    return [int(word) for word in given.split("-")[:PAGE] if re.fullmatch(r"\d{1,9}", word, re.ASCII)]


def _show() -> str | None:
    """The tab to come back to; none for the first."""
    show = request.form.get("show", "")
    return show if show in SHOWN[1:] else None


def _mark(*those: Any, at: datetime | None) -> None:
    """Set when these of the reader's own were read."""
    mine = update(Notification).where(Notification.user_id == me().id, *those)
    db.session.execute(mine.values(read_at=at), execution_options={"synchronize_session": False})


def _done(member: User) -> list[int]:
    """What was just marked as read, and can be taken back."""
    ids = _numbers(request.args.get("done", ""))
    mine = Notification.user_id == member.id, Notification.id.in_(ids), Notification.read_at.is_not(None)
    return list(db.session.scalars(select(Notification.id).where(*mine))) if ids else []


def _way_of(groups: list[Any], member: User) -> tuple[int, Any]:
    """The way of the newest idea of theirs that moved, where it fits on a line; and whose it is."""
    own = next((group.idea for group in groups if group.unread and group.is_by(member)), None)
    steps = journey(db.session.get_one(Idea, own.id)) if own is not None else []
    return (own.id, steps) if own is not None and is_straight(steps) else (0, [])


def _leads_to(id: int) -> str:
    """Where the notification leads, if it is the reader's and they may still see it."""
    told = db.session.scalar(Notification.visible_to(me()).where(Notification.id == id)) or abort(404)
    return listing.url_of(told.event, subject_of(told.event), told.user)
