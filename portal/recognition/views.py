from flask import Blueprint

from portal.recognition import models  # noqa: F401

bp = Blueprint("recognition", __name__)
