"""The blueprint that the pages of comments share."""

from flask import Blueprint

bp = Blueprint("comments", "portal.comments.views")
