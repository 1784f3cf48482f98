"""The staff console: views over the other packages' verbs, which owns no tables."""

from flask import Blueprint
from flask_login import current_user

from portal import permissions
from portal.accounts.models import User
from portal.permissions import require

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def _staff_only() -> None:
    require(permissions.staff)


def me() -> User:
    """The staff member at work, as the `by` of what they do."""
    return current_user._get_current_object()
