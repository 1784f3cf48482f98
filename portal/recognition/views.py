"""The people behind what shipped."""

import re

from flask import Blueprint, request, url_for

from portal.extensions import db
from portal.keeping import kept_for_a_second
from portal.pages import page
from portal.recognition.partners import partners_of_the_week
from portal.recognition.sentences import reason_sentence
from portal.recognition.wall import wall

bp = Blueprint("recognition", __name__)
bp.add_app_template_global(reason_sentence)


@bp.get("/people")
@kept_for_a_second("after")
def index() -> str:
    after = re.fullmatch(r"(\d{1,9})-(\d{1,9})", request.args.get("after", ""), re.ASCII)
    people, mark = wall((int(after[1]), int(after[2])) if after else None)
    partners = [] if after else db.session.scalars(partners_of_the_week()).all()
    more = url_for("recognition.index", after=mark) if mark else None
    return page("recognition/index.html", partners=partners, people=people, more=more, first=not after)
