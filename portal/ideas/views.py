from flask import Blueprint

from portal.ideas import models  # noqa: F401

bp = Blueprint("ideas", __name__)
