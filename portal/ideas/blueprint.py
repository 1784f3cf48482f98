"""The blueprint that the pages of ideas share."""

from flask import Blueprint

bp = Blueprint("ideas", "portal.ideas.views")
