from flask import Blueprint

from portal.notifications import models  # noqa: F401

bp = Blueprint("notifications", __name__)
