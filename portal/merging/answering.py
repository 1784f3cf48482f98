"""The author of an idea answers those who say that it is the same as another: they let theirs live there, or say no."""

from dataclasses import replace
from typing import Any, NamedTuple

from flask import abort, flash
from werkzeug.wrappers import Response

from portal import permissions
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.asking import asked_id
from portal.ideas.family import survivor_seen
from portal.ideas.models import Idea
from portal.merging import saying
from portal.merging.arithmetic import arithmetic
from portal.merging.forms import AcceptForm, DeclineForm
from portal.merging.joining import accept
from portal.merging.overlap import overlap
from portal.merging.refusal_words import why_not
from portal.merging.refusals import MergeRefused, refusal
from portal.merging.said_same import others_say_so
from portal.merging.standing import hold_where_they_live
from portal.merging.views import bp
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]


class Gone(Exception):
    """Nobody else says so any more, or it is decided."""


class Two(NamedTuple):
    """Theirs, and the one of which others say that it is the same."""

    idea: Idea
    other: Idea


@bp.get("/ideas/<int:id>/same/answer")
def answer_same(id: int) -> Answer:
    """What it would come to if their idea lived in the other one (`with`), and how to say no."""
    two = _two(id)
    return _page(two) if others_say_so(*two, but=me().id) else _gone(two)


@bp.post("/ideas/<int:id>/same/accept")
@keeps_text
def accept_same(id: int) -> Answer:
    """Let theirs live in the other one, at once."""
    two = _two(id)
    form = AcceptForm(of=two)
    try:
        if not form.validate() or not _accept(two, form):
            db.session.rollback()
            return _page(two, accepting=form), 422
    except Gone:
        db.session.rollback()
        return _gone(two)
    root = two.other.root
    flash(_("Yours lives in “%(title)s” now: %(num)s people want it there.", title=root.title, num=root.votes_count))
    return go(two.idea.url)


@bp.post("/ideas/<int:id>/same/decline")
@keeps_text
def decline_same(id: int) -> Answer:
    """Say that theirs is something else."""
    two = _two(id)
    form = DeclineForm()
    if not form.validate():
        return _page(two, declining=form), 422
    begin_write()
    saying.hold_pair(*two)
    try:
        saying.decline(*two, by=me(), words=form.words.data or "")
    except saying.NothingSaid:
        db.session.rollback()
        return _gone(two)
    db.session.commit()
    flash(_("Yours stays what it is. Our team reads what you say."))
    return go(two.idea.url)


def _accept(two: Two, form: AcceptForm) -> bool:
    """Merge them; False where the form says why not."""
    begin_write()
    hold_where_they_live(two.idea.id, two.other.id)
    if not others_say_so(*two, but=me().id):
        raise Gone
    if form.overtaken(*two):
        form.form_errors.append(_("One of the two was changed while you read. Look again: nothing has happened."))
        return False
    try:
        accept(*two, by=me(), words=form.words.data or "")
    except MergeRefused as refused:
        form.form_errors.append(why_not(refused))
        return False
    db.session.commit()
    return True


def _two(id: int) -> Two:
    """Theirs, which stands for itself, and the other one, which they see."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.answer_same, idea)
    other = Idea.find_or_404(asked_id("with") or 0, for_=me())
    return Two(idea, (survivor_seen(other, me()) if other.is_merged else other) or abort(404))


def _gone(two: Two) -> Response:
    flash(_("Nobody else says so any more, or it is decided: nothing has happened."), "warning")
    return go(two.idea.url)


def _page(two: Two, **forms: Any) -> str:
    """What it would come to, as far as everybody may know it: nothing of notes of the team, or of who only follows."""
    refused = refusal(*two)
    sums = replace(arithmetic(*two), notes=0, followers=0, stronger={})
    return page(
        "merging/answer.html",
        idea=two.idea,
        into=two.other,
        sums=sums,
        bars=(overlap(sums, 760), overlap(sums, 320)),
        refused=why_not(refused) if refused else "",
        form=next(iter(forms.values()), None),
        accepting=forms.get("accepting") or AcceptForm(None, of=two),
        declining=forms.get("declining") or DeclineForm(None),
    )
