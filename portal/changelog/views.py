from flask import Blueprint

from portal.changelog import models  # noqa: F401

bp = Blueprint("changelog", __name__)
