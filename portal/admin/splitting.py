"""Staff let a comment become an idea of its own: its writer is asked, where they can be."""

from flask import request

from portal import permissions
from portal.activity.models import Action
from portal.admin.idea_tools import Answer, tell, writing
from portal.admin.split_form import SplitBackForm, SplitForm
from portal.admin.views import bp
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.ideas.postings import weights
from portal.merging import splitting
from portal.notifications.reach import told_to
from portal.notifications.stopping import follow
from portal.permissions import me, require
from portal.triage.acts import Undoable, undoable
from portal.web.addresses import url_for
from portal.web.forms import PortalForm
from portal.web.pages import go, keeps_text, page

REFUSED = (splitting.IsOne, splitting.AskedAlready, splitting.AskedBefore, splitting.CannotBeAsked)


@bp.get("/comments/<int:id>/split")
def split(id: int) -> str:
    """What it would be, whether its writer is asked, and what became of that."""
    comment = _find(id)
    return _page(comment, SplitForm.empty(comment))


@bp.post("/comments/<int:id>/split")
@keeps_text
def split_comment(id: int) -> Answer:
    """Look at it first (`look`); ask its writer whether it may; or let it, where nobody is to be asked."""
    comment = _find(id)
    form = SplitForm(comment)
    if not form.validate():
        return _page(comment, form), 422
    if "look" in request.form:
        return _page(comment, form, looks=True)
    weights(form.title.data or "", form.body.data or "", comment.lang)  # the slow part, before the write lock
    begin_write()
    hold(comment)
    require(permissions.split_comment, comment)
    try:
        done, said, idea = _act(comment, form.proposal)
    except REFUSED as problem:
        db.session.rollback()
        return _page(comment, form, _why_not(problem)), 422
    db.session.commit()
    tell(idea or comment.idea, said, undo=done.press)
    return go(idea.url if idea else url_for("admin.split", id=id))


@bp.post("/comments/<int:id>/split/end")
def withdraw_split(id: int) -> Answer:
    """Take the question back; one that is answered stays so."""
    comment = _find(id)
    begin_write()
    hold(comment)
    question = Split.asked_of(id)
    if question is None:
        db.session.rollback()
        tell(comment.idea, _("There is no question to take back: it was answered, or its time is over."))
        return go(url_for("admin.split", id=id))
    with undoable(comment, by=me()) as done:
        splitting.withdraw(question, comment, by=me())
    db.session.commit()
    tell(comment.idea, _("The question is taken back."), undo=done.press)
    return go(url_for("admin.split", id=id))


@bp.post("/comments/<int:id>/split/back")
@keeps_text
def take_split_back(id: int) -> Answer:
    """It is a comment alone again, and says why: while the idea is its writer's alone."""
    comment, form = _find(id), SplitBackForm()
    idea = splitting.idea_of(comment)
    if not form.validate():
        return _page(comment, SplitForm.empty(comment), back=form), 422
    if idea is None or idea.hidden_at is not None:
        tell(comment.idea, _("There is nothing to take back: it is a comment alone."))
        return go(url_for("admin.split", id=id))
    with writing(idea):
        try:
            with undoable(idea, by=me()) as done:
                splitting.take_back(comment, idea, by=me(), reason=form.reason.data or "")
        except (splitting.IsWanted, splitting.HasMovedOn) as problem:
            db.session.rollback()
            return _page(comment, SplitForm.empty(comment), _why_not(problem), back=form), 422
        db.session.commit()
    said = sentences(_("It is a comment alone again."), told_to(Action.IDEA_HIDDEN, idea.author, me()))
    tell(idea, said, undo=done.press)
    return go(url_for("admin.split", id=id))


def _find(id: int) -> Comment:
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.split_comment, comment)
    return comment


def _act(comment: Comment, proposal: splitting.Proposal) -> tuple[Undoable, str, Idea | None]:
    """Ask, or do it at once; what is to be said of it, and the idea where there is one."""
    with undoable(comment, by=me()) as done:
        if splitting.needs_no_asking(comment, by=me()):
            idea = splitting.split(comment, proposal, by=me())
            if idea.author_id == me().id and not comment.captured:
                follow(idea, me(), "on")
            return done, _("It is an idea of its own now. Nobody is told."), idea
        splitting.ask(comment, proposal, by=me())
    return done, sentences(_("Its writer is asked."), told_to(Action.SPLIT_ASKED, comment.author, me())), None


def _page(
    comment: Comment, form: SplitForm, refused: str = "", looks: bool = False, back: PortalForm | None = None
) -> str:
    last, idea = Split.latest(comment.id), splitting.idea_of(comment)
    return page(
        "admin/split/page.html",
        comment=comment,
        form=form,
        refused=refused,
        looks=looks,
        last=last,
        made=idea,
        kept=_kept(idea),
        back=back or SplitBackForm(formdata=None, data={"reason": _("It is a comment again, where it was written.")}),
        at_once=splitting.needs_no_asking(comment, by=me()),
        told=told_to(Action.SPLIT_ASKED, comment.author, me()),
    )


def _kept(idea: Idea | None) -> str:
    """Why it stays an idea, before anybody tries to take it back."""
    try:
        if idea is not None:
            splitting.require_untouched(idea)
    except (splitting.IsWanted, splitting.HasMovedOn) as problem:
        return _why_not(problem)
    return ""


def _why_not(problem: Exception) -> str:
    match problem:
        case splitting.IsOne():
            return _("It is an idea of its own already.")
        case splitting.AskedAlready():
            return _("Its writer was asked already. Wait for the answer, or take the question back.")
        case splitting.AskedBefore():
            return _("Its writer was asked once, and it stays a comment: nobody is asked twice.")
        case splitting.IsWanted():
            return _("Others vote for the idea or spoke of it, so it stays one. Merge it, or hide it with a reason.")
        case splitting.HasMovedOn():
            return _("The team has answered it, moved it on, merged or linked it, so it stays an idea.")
    return _("Its writer can be asked, so nobody does it without them.")
