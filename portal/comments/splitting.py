"""Whoever wrote a comment says whether it may become an idea of its own, and in which words."""

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from portal import permissions
from portal.comments.blueprint import bp
from portal.comments.forms import SplitWords
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.postings import weights
from portal.ideas.questions import NotAsked
from portal.merging import splitting
from portal.merging.splitting import Proposal
from portal.notifications.stopping import follow
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, page


@bp.get("/comments/<int:id>/split")
def split(id: int) -> str:
    """What our team proposes, and what it would mean."""
    comment = _find(id)
    question = Split.asked_of(id)
    words = Proposal.of(question) if question else None
    data = {"title": words.title, "body": words.body} if words else {}
    return _page(comment, question, SplitWords(formdata=None, data=data))


@bp.post("/comments/<int:id>/split")
@keeps_text
def agree_to_split(id: int) -> Any:
    """Its writer agrees to the `question`, in the words that they choose."""
    comment, form = _find(id), SplitWords()
    if not form.validate():
        return _page(comment, Split.asked_of(id), form), 422
    words = {"title": form.title.data or "", "body": form.body.data or ""}
    weights(words["title"], words["body"], comment.lang)  # the slow part, before the write lock
    try:
        question = _held(comment)
        idea = splitting.agree(question, comment, Proposal.of(question, **words), by=me())
    except NotAsked:
        return _too_late(comment)
    follow(idea, me(), "on")
    db.session.commit()
    flash(_said(idea))
    return go(idea.url)


@bp.post("/comments/<int:id>/split/no")
def refuse_split(id: int) -> Response:
    """Its writer says no to the `question`, and it stays a comment."""
    comment = _find(id)
    try:
        splitting.refuse(_held(comment), comment, by=me())
    except NotAsked:
        return _too_late(comment)
    db.session.commit()
    flash(_("It stays a comment. Our team reads what you said, and does not ask again."))
    return go(comment.url)


def _find(id: int) -> Comment:
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.answer_split, comment)
    return comment


def _held(comment: Comment) -> Split:
    """The question that was seen, where it waits still, held with its comment: from here on it is written."""
    begin_write()
    hold(comment)
    require(permissions.answer_split, comment)
    question = Split.asked_of(comment.id)
    if question is None or question.id != asked_id("question"):
        raise NotAsked
    return question


def _too_late(comment: Comment) -> Response:
    db.session.rollback()
    flash(_("Nothing has changed: our team took the question back, or its time is over."), "warning")
    return go(comment.url)


def _said(idea: Idea) -> str:
    if idea.is_held:
        return _("Thank you. Our team looks at it before others see it, and you are told as soon as they have.")
    return _("It is an issue of yours now.") if idea.is_issue else _("It is an idea of yours now, with your vote.")


def _page(comment: Comment, question: Split | None, form: SplitWords) -> str:
    board = db.session.get(Board, question.proposed["board"] or 0) if question else None
    return page("comments/split.html", comment=comment, question=question, form=form, board=board)
