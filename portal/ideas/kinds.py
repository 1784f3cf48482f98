"""The author of an issue says whether it may become an idea, or the other way round; of what is new they decide."""

from flask import abort, flash, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.blueprint import bp
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.ideas.questions import NotAsked
from portal.merging import converting
from portal.merging.conversions import Conversion
from portal.permissions import me, require
from portal.web.pages import go, page

REFUSED = (LivesElsewhere, converting.HasFamily, NotAsked, converting.Settled, converting.Promised)


@bp.get("/ideas/<int:id>/kind")
def kind(id: int) -> str:
    """What it would mean that it becomes the other."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.answer_conversion, idea)
    question = Conversion.asked_of(id)
    return page("ideas/kind.html", idea=idea, question=question, may=converting.is_new(idea))


@bp.post("/ideas/<int:id>/kind")
def answer_kind(id: int) -> Response:
    """Its author answers a `question`: `answer=yes|no`; or decides alone, while the team has done nothing with it."""
    answer = request.form.get("answer")
    if answer not in ("yes", "no"):
        abort(400)
    begin_write()
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.answer_conversion, idea)
    hold(idea)
    try:
        said = _act(idea, answer == "yes")
        db.session.commit()
        flash(said)
    except REFUSED as problem:
        db.session.rollback()
        flash(_why_not(problem), "warning")
    return go(idea.url)


def _act(idea: Idea, agreed: bool) -> str:
    """Do as the author says; what was done."""
    question = Conversion.asked_of(idea.id)
    if asked_id("question"):
        if question is None or question.id != asked_id("question"):
            raise NotAsked
        hold(question)
        (converting.agree if agreed else converting.refuse)(question, idea, by=me())
    elif agreed and converting.is_new(idea):
        converting.convert(idea, by=me())
    else:
        raise NotAsked
    if not agreed:
        return _("It stays what it is. Our team reads what you said.")
    return _("It is an issue now.") if idea.is_issue else _("It is an idea now. Everyone can read it, and vote for it.")


def _why_not(problem: Exception) -> str:
    match problem:
        case NotAsked():
            return _("Nothing has changed: our team took the question back, or its time is over.")
        case converting.Promised():
            return _("Nothing has changed: a day is promised for it, and it stays what it is until then.")
        case LivesElsewhere() | converting.HasFamily():
            return _("Nothing has changed: it is one with another by now, and they are of one kind.")
    return _("Nothing has changed: it has been decided what becomes of it.")
