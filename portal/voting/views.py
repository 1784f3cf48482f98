"""Voting: the wanted state is sent, so that a retry is harmless; a visitor's vote waits for their mail."""

from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)

from portal import permissions
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import Held, NoLongerPossible, await_code, confirms, hold, local_path
from portal.database.writing import begin_write
from portal.extensions import db, limiter
from portal.i18n import _
from portal.ideas.models import Idea
from portal.middleware import limits
from portal.moderation.networks import note_network
from portal.permissions import me, require
from portal.voting import weighing, words
from portal.voting.forms import AnswerForm, AskForm, ImportanceForm
from portal.voting.models import Vote, VotingClosed
from portal.voting.setting_aside import answer, latest
from portal.web.addresses import parts_of
from portal.web.idempotency import once
from portal.web.pages import keeps_text, no_store, page, wants_fragment
from portal.web.tokens import csrf

bp = Blueprint("voting", __name__)

SHAPES = {"stub": "voting/_stub.html", "button": "voting/_button.html", "slip": "voting/_redrawn.html"}


def _voter() -> str:
    return f"user:{me().id}"


def _is_visitor() -> bool:
    return not me().is_authenticated


@bp.app_context_processor
def _words() -> dict[str, Any]:
    return {"weighing": weighing}


@bp.get("/ideas/<int:id>/vote")
@no_store
def ask(id: int) -> Any:
    """A page that votes: a visitor leaves their address, a member presses a button."""
    idea = Idea.find_or_404(id, for_=me())
    return _ask_page(idea, AskForm(data={"next": _back(idea)}))


@bp.post("/ideas/<int:id>/vote")
@limiter.limit(limits.VOTES.members, key_func=_voter, exempt_when=_is_visitor)
@limiter.limit(limits.VOTES.visitors, exempt_when=lambda: not _is_visitor())
@keeps_text
@no_store
def cast(id: int) -> Any:
    """Cast or withdraw the vote, as `voted` says."""
    if _is_visitor():
        return _hold_vote(Idea.find_or_404(id, for_=None))
    _check_token()
    wanted = request.form.get("voted", "1")
    if wanted not in ("0", "1"):
        abort(400)
    begin_write()
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.vote_on_idea, idea)
    try:
        vote = _set_vote(idea, wanted == "1")
    except VotingClosed:
        db.session.rollback()
        return _closed(idea)
    me().was_here()
    # Drawn from what the transaction knows, and given only where it is committed: nothing has to be read again.
    answer = _redrawn(idea, vote, words.cast_said(idea, wanted == "1"))
    db.session.commit()
    return answer


@bp.post("/ideas/<int:id>/importance")
@limiter.limit(limits.VOTES.members, key_func=_voter, exempt_when=_is_visitor)
@no_store
def weigh(id: int) -> Any:
    """Say how much it would help, or hurts."""
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.vote_on_idea, idea)
    form = ImportanceForm()
    if not form.validate():
        abort(400)
    begin_write()
    try:
        weighed = Vote.weigh(idea, by=me(), importance=form.importance.data)
    except VotingClosed:
        db.session.rollback()
        return _closed(idea, shape="slip")
    db.session.commit()
    said = _("Noted. Thank you.") if weighed else _not_yet(idea)
    if not weighed and not wants_fragment():
        flash(said, "warning")
    return _redrawn(idea, Vote.of(me(), idea), said, shape="slip")


@bp.route("/ideas/<int:id>/vote/set-aside", methods=["GET", "POST"])
@limiter.limit(limits.VOTES.members, key_func=_voter, exempt_when=_is_visitor, methods=["POST"])
@keeps_text
@no_store
def set_aside(id: int) -> Any:
    """Why the reader’s vote was set aside, and what they answer."""
    require(permissions.read_notifications)
    idea = Idea.find_or_404(id, for_=me())
    aside = latest(idea, me()) or abort(404)
    if aside.undone_at:
        return redirect(idea.url, 303)
    form = AnswerForm(data={"answer": aside.answer})
    if request.method == "GET":
        return page("voting/set_aside.html", idea=idea, aside=aside, form=form)
    require(permissions.take_part)
    if not form.validate():
        return page("voting/set_aside.html", idea=idea, aside=aside, form=form), 422
    begin_write()
    answer(aside, form.answer.data or "")
    db.session.commit()
    flash(
        _("Sent. Our team reads it, and you are told if you count again.")
        if idea.is_issue
        else _("Sent. Our team reads it, and you are told if your vote counts again.")
    )
    return redirect(idea.url, 303)


def _not_yet(idea: Idea) -> str:
    if idea.is_issue:
        return _("First say that you have it too, then how much it hurts.")
    return _("Vote first, then say how much it would help you.")


def _describe(payload: dict[str, Any]) -> str:
    idea = _wanted(payload)
    return words.asked(idea) if idea else _("Vote for an idea")


def _show(payload: dict[str, Any]) -> Held:
    idea = _wanted(payload)
    if idea is None:
        return Held(gone=_("The idea that this vote was for is no longer here."))
    if not idea.is_open_to_votes:
        return Held(gone=words.takes_no_more(idea))
    return Held(idea.title, (("", idea.body),), lang=idea.lang, idea=idea)


def _press(payload: dict[str, Any]) -> str:
    idea = _wanted(payload)
    return _("I have this too") if idea and idea.is_issue else _("Count my vote")


def _wanted(payload: dict[str, Any]) -> Idea | None:
    """The idea, where visitors still see it: one who votes as a visitor has seen no other."""
    return db.session.scalar(Idea.visible_to(None).where(Idea.id == payload["idea"]))


@confirms("vote", _describe, _show, _press)
def confirmed(payload: dict[str, Any], by: User) -> str:
    """Count the vote that a visitor cast, now that we know whose it is."""
    idea = _wanted(payload)
    if idea is None:
        raise NoLongerPossible(_("You are signed in, but the idea you voted for is no longer here."))
    try:
        _cast(idea, by)
    except VotingClosed:
        raise NoLongerPossible(words.too_late(idea)) from None
    flash(words.kept_said(idea, by))
    return idea.url


def _check_token() -> None:
    """A member only pressed a button: there is no text to keep, so a stale token gets the page for that."""
    csrf.protect()
    g.pop("csrf_owed", None)


def _set_vote(idea: Idea, voted: bool) -> Vote | None:
    """Make it so; returns the vote that stands now."""
    if voted:
        return _cast(idea, me()) or Vote.of(me(), idea)
    Vote.withdraw(idea, by=me())
    return None


def _cast(idea: Idea, by: User) -> Vote | None:
    """Cast the vote; of somebody new here, remember for a week from which network, as a hash."""
    vote = Vote.cast(idea, by=by)
    if vote:
        note_network(idea, by)
    return vote


def _hold_vote(idea: Idea) -> Any:
    form = AskForm()
    if not idea.is_open_to_votes:
        return _closed(idea)
    if not form.validate():
        return _ask_page(idea, form), 422
    email, back = form.email.data or "", local_path(form.next.data) or idea.url
    begin_write()
    token = once(EmailToken, email, lambda: hold("vote", {"idea": idea.id}, email, next_url=back))
    db.session.commit()
    return await_code(token)


def _ask_page(idea: Idea, form: AskForm) -> str:
    return page("voting/ask.html", fragment="ask", idea=idea, form=form, vote=Vote.of(me(), idea))


def _closed(idea: Idea, shape: str = "") -> Any:
    if wants_fragment():
        said = words.takes_no_more(idea)
        return _redrawn(idea, Vote.of(me(), idea), said, shape).get_data(as_text=True), 422
    return page("voting/closed.html", idea=idea), 422


def _redrawn(idea: Idea, vote: Vote | None, said: str, shape: str = "") -> Response:
    """The part of the page that was pressed, with words for the live region; without htmx, back to the page."""
    if not wants_fragment():
        return make_response(redirect(_back(idea, here=True), 303))
    shape = shape or request.form.get("shape", "stub")
    if shape not in SHAPES:
        abort(400)
    return make_response(render_template(SHAPES[shape], idea=idea, vote=vote, said=said))


def _back(idea: Idea, here: bool = False) -> str:
    """Where the person came from in this portal, else the idea; with `here`, at the ticket that was pressed."""
    asked = local_path(request.form.get("next"))
    if asked:
        return asked
    came = parts_of(request.referrer)
    path = local_path(came.path + (f"?{came.query}" if came.query else "")) if came.netloc == request.host else ""
    if not path or came.path == url_for("voting.ask", id=idea.id) or came.path.startswith("/sign-in"):
        return idea.url
    # A form that was sent and shown again stands at an address that nobody can read.
    if not current_app.create_url_adapter(request).test(came.path, "GET"):  # type: ignore[union-attr]
        return idea.url
    return path if came.path == idea.url or not here else f"{path}#vote-{idea.id}"
