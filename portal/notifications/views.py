"""Reading what one was told, following, and stopping messages."""

from typing import Any

from flask import Blueprint, Flask, abort, flash, redirect, request, url_for
from flask_login import current_user
from sqlalchemy import func, select, update
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.forms import MailForm
from portal.accounts.models import User
from portal.activity.forms import EditForm
from portal.activity.sentences import subject_of
from portal.clock import now
from portal.extensions import begin_write, db
from portal.forms import PortalForm
from portal.i18n import _, reading_in
from portal.ideas.asking import asked_id
from portal.ideas.models import Idea
from portal.notifications import dev_mail, listing
from portal.notifications.forms import StaffMailForm
from portal.notifications.models import Notification, StaffMail
from portal.notifications.staff_letter import TOPICS
from portal.notifications.stopping import Stop, follow, following, read_stop
from portal.pages import changed, keeps_text, no_store, one_click, page
from portal.permissions import require

bp = Blueprint("notifications", __name__)


def init_app(app: Flask) -> None:
    """Give the templates the bell and the board's card, and add the outbox where it may be read."""
    app.jinja_env.globals.update(unread_count=listing.unread_count, since_last_visit=listing.since_last_visit)
    app.jinja_env.filters["staff_topic"] = lambda topic: str(TOPICS[topic])
    app.register_blueprint(dev_mail.bp)


@bp.get("/notifications")
@no_store
def index() -> str:
    require(permissions.read_notifications)
    before = request.args.get("before", "")
    groups, more = listing.page_of(current_user, int(before) if before.isdecimal() and len(before) < 10 else None)
    newest = db.session.scalar(select(func.max(Notification.id)).where(Notification.user_id == current_user.id))
    moving = 0 if groups else listing.moving_count(current_user)
    return page("notifications/index.html", groups=groups, more=more, newest=newest, moving=moving, first=not before)


@bp.post("/notifications/read")
@permissions.suspended_too
def read() -> Response:
    """Mark one notification as read (`id`), and go where it leads with `open`; or all up to `upto`."""
    require(permissions.read_notifications)
    id, upto = asked_id("id"), asked_id("upto")
    if id is None and upto is None:
        abort(400)
    back = _leads_to(id) if id and request.form.get("open") else url_for("notifications.index")
    begin_write()
    db.session.execute(
        update(Notification)
        .where(
            Notification.user_id == current_user.id,
            Notification.read_at.is_(None),
            Notification.id == id if id is not None else Notification.id <= upto,
        )
        .values(read_at=now()),
        execution_options={"synchronize_session": False},
    )
    db.session.commit()
    return redirect(back, 303)


@bp.post("/ideas/<int:id>/follow", endpoint="follow")
def set_follow(id: int) -> Any:
    """Follow an idea (`on`), stop following (`off`), or hear nothing about it (`muted`)."""
    idea = Idea.find_or_404(id, for_=current_user)
    require(permissions.follow_idea, idea)
    wanted = request.form.get("follow", "")
    if wanted not in ("on", "off", "muted"):
        abort(400)
    begin_write()
    follow(idea, current_user, wanted)
    db.session.commit()
    state = following(idea, current_user)
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
    member = current_user._get_current_object()
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


def _leads_to(id: int) -> str:
    """Where the notification leads, if it is the reader's and they may still see it."""
    told = db.session.scalar(Notification.visible_to(current_user).where(Notification.id == id)) or abort(404)
    return listing.url_of(told.event, subject_of(told.event), told.user)
