from flask import Blueprint

from portal.activity import models  # noqa: F401

bp = Blueprint("activity", __name__)
