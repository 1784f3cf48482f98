"""Staff let an issue become an idea, or an idea an issue: its author is asked, where they can be and it is theirs."""

from typing import Any

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_tools import Answer, back, find_idea, heard, leads, tell
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.merging import converting
from portal.merging.conversions import Conversion
from portal.merging.words import do_it_there
from portal.permissions import me
from portal.triage.acts import Undoable, undoable
from portal.web.addresses import url_for
from portal.web.pages import go, page

REFUSED = (
    LivesElsewhere, converting.HasFamily, converting.Settled, converting.Promised, converting.CannotBeAsked,
    converting.AskedAlready,
)  # fmt: skip


@bp.get("/ideas/<int:id>/kind")
def kind(id: int) -> str:
    """What it would mean, whether its author is asked, and what they said before."""
    return _page(find_idea(id, permissions.convert_idea))


@bp.post("/ideas/<int:id>/kind")
def convert_idea(id: int) -> Answer:
    """Ask its author whether it may become the other; or let it, where nobody is to be asked."""
    idea = find_idea(id, permissions.convert_idea)
    begin_write()
    hold(idea)
    try:
        done, said = _act(idea)
    except REFUSED as problem:
        db.session.rollback()
        return _page(idea, _why_not(problem, idea)), 422
    db.session.commit()
    tell(idea, said, undo=done.press)
    return back(idea, "admin.kind")


@bp.post("/ideas/<int:id>/kind/end")
def withdraw_conversion(id: int) -> Answer:
    """Take the question back; one that is answered stays so."""
    idea = find_idea(id, permissions.convert_idea)
    begin_write()
    hold(idea)
    question = Conversion.asked_of(id)
    if question is None:
        db.session.rollback()
        tell(idea, _("There is no question to take back: it was answered, or its time is over."))
        return go(url_for("admin.kind", id=id))
    hold(question)
    with undoable(idea, by=me()) as done:
        converting.withdraw(question, idea, by=me())
    db.session.commit()
    tell(idea, _("The question is taken back."), undo=done.press)
    return go(url_for("admin.kind", id=id))


def _act(idea: Idea) -> tuple[Undoable, str]:
    """Ask, or do it at once; and what is to be said of it."""
    at_once = converting.needs_no_asking(idea, by=me())
    with undoable(idea, by=me()) as done:
        if at_once:
            converting.convert(idea, by=me())
        else:
            converting.ask(idea, by=me())
    if at_once:
        return done, _("It is an issue now. Nobody is told.") if idea.is_issue else _(
            "It is an idea now. Nobody is told."
        )
    return done, sentences(_("Its author is asked."), heard(Action.CONVERSION_ASKED, idea))


def _page(idea: Idea, refused: str = "") -> str:
    to = converting.other_kind(idea)
    before = Conversion.away_from(idea.id, to)
    return page(
        "admin/kind.html",
        idea=idea,
        refused=refused or _obstacle(idea),
        question=Conversion.asked_of(idea.id),
        last=Conversion.latest(idea.id),
        at_once=converting.needs_no_asking(idea, by=me()),
        first=_status(before, to),
        was_private=bool(before and before.stood["is_private"]),
        leads=leads(),
    )


def _status(before: Conversion | None, to: Any) -> Status:
    """Where it would stand."""
    return converting.status_of(before.stood if before else {}, to)


def _obstacle(idea: Idea) -> str:
    """Why it can become nothing else, before anybody tries."""
    try:
        converting.require_convertible(idea)
    except REFUSED as problem:
        return _why_not(problem, idea)
    if not converting.needs_no_asking(idea, by=me()) and not converting.can_be_asked(idea):
        return _why_not(converting.CannotBeAsked(), idea)
    return ""


def _why_not(problem: Exception, idea: Idea) -> str:
    match problem:
        case LivesElsewhere():
            return do_it_there(idea)
        case converting.HasFamily():
            return _("Others are a part of it. Let them stand for themselves first: they would be of another kind.")
        case converting.Settled():
            return _("It has shipped or is not planned. Move it on first: only what is open becomes something else.")
        case converting.Promised():
            return _("A day is promised for it. Keep that promise or take it back first.")
        case converting.AskedAlready():
            return _("Its author was asked already. Wait for the answer, or take the question back.")
    return _("It is private, and its author cannot be asked whether everyone may read it. So it stays an issue.")
