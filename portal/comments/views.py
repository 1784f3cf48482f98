from flask import Blueprint

from portal.comments import models  # noqa: F401

bp = Blueprint("comments", __name__)
