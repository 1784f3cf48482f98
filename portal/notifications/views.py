from flask import Blueprint, Flask, g
from flask_login import current_user
from sqlalchemy import func, select

from portal.extensions import db
from portal.notifications.models import Notification

bp = Blueprint("notifications", __name__)


def init_app(app: Flask) -> None:
    """Give the templates the bell."""
    app.jinja_env.globals.update(unread_count=unread_count)


def unread_count() -> int:
    """How many unread notifications the bell shows, counted once a request and up to 100."""
    if "unread_count" not in g:
        unread = Notification.visible_to(current_user).where(Notification.read_at.is_(None))
        ids = unread.with_only_columns(Notification.id).limit(100).subquery()
        g.unread_count = db.session.scalar(select(func.count()).select_from(ids)) or 0
    return int(g.unread_count)


@bp.get("/notifications")
def index() -> str:
    return ""


@bp.get("/unsubscribe/<token>")
def unsubscribe(token: str) -> str:
    return ""
