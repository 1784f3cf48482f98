"""The staff console: views over the other packages' verbs, which owns no tables."""

from flask import Blueprint

from portal import permissions
from portal.permissions import require

bp = Blueprint("admin", __name__, url_prefix="/admin")


@bp.before_request
def _staff_only() -> None:
    require(permissions.staff)
