"""Staff merge an idea into another one: they choose it, see what it would come to, and do it; or let the two part."""

from typing import Any

from flask import request

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_tools import Answer, complain, find_idea, heard, leads, onward, tell
from portal.admin.merge_form import MergeForm
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, date_as, sentences
from portal.ideas.asking import asked_id
from portal.ideas.kin import Titled, titled
from portal.ideas.models import Idea
from portal.ideas.similar import similar_to
from portal.merging.arithmetic import arithmetic, in_both
from portal.merging.joining import merge
from portal.merging.models import Merge, parted_before, parted_from
from portal.merging.overlap import overlap
from portal.merging.parting import NotMerged, unmerge
from portal.merging.refusals import AnswersDiffer, MergeRefused, refusal
from portal.merging.standing import hold_where_they_live
from portal.notifications.reach import reach_about
from portal.permissions import me
from portal.search.results import search
from portal.settings import settings
from portal.text import clean_line
from portal.triage.acts import Undoable, undoable
from portal.web.pages import keeps_text, page

CANDIDATES = 8


@bp.get("/ideas/<int:id>/merge")
def choose_survivor(id: int) -> str:
    """Which idea it is the same as; once that is chosen, what merging the two would come to."""
    idea = find_idea(id, permissions.merge_idea)
    other = asked_id("with")
    if other is not None:
        return _compared(idea, _other(other), None)
    words = clean_line(request.args.get("q"))[:200]
    found = _candidates(idea, words)
    both = in_both(idea, [one.id for one in found])
    seen: dict[str, Any] = {"candidates": found, "both": both, "before": _before(idea), "leads": leads()}
    return page("admin/merging/choose.html", idea=idea, q=words, **seen)


@bp.post("/ideas/<int:id>/merge")
@keeps_text
def merge_idea(id: int) -> Answer:
    """Let the idea live in the other one from now on."""
    idea = find_idea(id, permissions.merge_idea)
    into = _other(asked_id("with") or 0)
    form, done = MergeForm(of=(idea, into)), Undoable()
    if form.validate() and _merge(idea, into, form, done):
        tell(idea, _merged(idea), undo=done.press)
        return onward(idea.root, done=True)
    db.session.rollback()
    return _compared(idea, into, form), 422


@bp.post("/ideas/<int:id>/merge/end")
def end_merge(id: int) -> Answer:
    """Let an idea stand for itself again."""
    idea, done = find_idea(id, permissions.merge_idea), Undoable()
    begin_write()
    hold_where_they_live(idea.id)
    try:
        with undoable(idea, by=me(), done=done):
            unmerge(idea, by=me())
    except NotMerged:
        db.session.rollback()
        tell(idea, _("It stands for itself already."))
        return onward(idea)
    db.session.commit()
    apart = _("It stands for itself again, with its votes and comments.")
    tell(idea, sentences(apart, heard(Action.IDEA_UNMERGED, idea)), undo=done.press)
    return onward(idea)


def _other(id: int) -> Idea:
    """The idea that was chosen, or where it lives by now."""
    return Idea.find_or_404(id, for_=me()).root


def _candidates(idea: Idea, words: str) -> list[Any]:
    """What it may be the same as: those that are looked for, by number or words; else what reads alike."""
    number = words.removeprefix("#")
    if number.isdecimal() and len(number) < 10:
        found = db.session.scalars(Idea.visible_to(me()).where(Idea.id == int(number))).unique().all()
        return [one for one in found if one.root_id != idea.root_id]
    if words:
        looked_for = search(words, me(), CANDIDATES + 1, idea.kind)
        return [card for card in looked_for if card.id != idea.root_id][:CANDIDATES]
    apart = parted_from(idea)
    alike = similar_to(idea.title, me(), CANDIDATES, kind=idea.kind, but=idea.id)
    return [card for card in alike if card.id not in apart]


def _before(idea: Idea) -> list[tuple[Merge, Titled]]:
    """The merges of it that were undone, each with the idea in which it lived."""
    undone = parted_before(idea)
    into = titled({merge.into_id for merge in undone})
    return [(merge, into[merge.into_id]) for merge in undone]


def _compared(idea: Idea, into: Idea, form: MergeForm | None) -> str:
    """What merging the two would come to; `form`: what was sent and refused."""
    sums, refused = arithmetic(idea, into), refusal(idea, into)
    differ = isinstance(refused, AnswersDiffer)
    return page(
        "admin/merging/compare.html",
        idea=idea,
        into=into,
        sums=sums,
        bars=(overlap(sums, 760), overlap(sums, 320)),
        form=form or MergeForm(None, of=(idea, into)),
        refused=refused.words if refused and not differ else "",
        differ=differ,
        days=settings().objection_days,
        leads=leads(),
        told=reach_about(Action.IDEA_MERGED, idea, me()).sentence,
    )


def _merge(idea: Idea, into: Idea, form: MergeForm, done: Undoable) -> bool:
    begin_write()
    hold_where_they_live(idea.id, into.id)
    if form.overtaken(idea, into):
        return complain(form.reason, _("One of the two was changed while you read. Look again: nothing was merged."))
    try:
        with undoable(idea, by=me(), done=done):
            merge(idea, into, by=me(), reason=form.reason.data or "", one_answer=form.one_answer.data)
    except MergeRefused as refused:
        return complain(form.one_answer if isinstance(refused, AnswersDiffer) else form.reason, str(refused.words))
    db.session.commit()
    return True


def _merged(idea: Idea) -> str:
    """What was done, how many people want the one that stays, and until when its author may object."""
    root, merged = idea.root, Merge.of(idea)
    said = _("Merged into “%(title)s”: %(num)s people want it now.", title=root.title, num=root.votes_count)
    until = date_as(merged.object_until, "d MMMM") if merged else ""
    return sentences(said, _("Its author is asked first, and may object until %(day)s.", day=until))
