"""The blueprint of what belongs to no package: health, security.txt, assets, and the page for moments offline."""

from flask import Blueprint

bp = Blueprint("web", "portal.web.site")
