from flask import Blueprint

from portal.voting import models  # noqa: F401

bp = Blueprint("voting", __name__)
