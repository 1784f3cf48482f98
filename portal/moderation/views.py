"""Reporting a text: a page of its own for each, so that the pages which link to it stay the same for everyone."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, abort, flash, url_for
from sqlalchemy import select

from portal import permissions
from portal.accounts.models import User
from portal.accounts.pending import Held, NoLongerPossible, await_code, confirms, hold
from portal.activity.subjects import model_of
from portal.changelog.models import Release
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.moderation.flagging import flag
from portal.moderation.forms import REASONS, FlagForm, VisitorFlagForm
from portal.moderation.models import Flag, Reason, Suspension, fingerprint
from portal.moderation.spam import OPENED, TRAP, form_opened
from portal.permissions import me, require
from portal.web.pages import go, keeps_text, no_store, page

bp = Blueprint("moderation", __name__)

# What the page and the confirmation say that is reported: `title` is of the idea or the release, or a name.
HEADINGS: dict[str, tuple[Any, Any]] = {
    "idea": (_l("Report this idea"), _l("Report “%(title)s”")),
    "issue": (_l("Report this issue"), _l("Report “%(title)s”")),
    "comment": (_l("Report this comment"), _l("Report a comment on “%(title)s”")),
    "release": (_l("Report this release"), _l("Report “%(title)s”")),
    "user": (_l("Report this profile"), _l("Report the profile of %(title)s")),
}


@dataclass(frozen=True)
class Reported:
    """A text as the page of its report shows it; `named` says in words what is reported, `place` is where it stands."""

    thing: Any
    author: User
    heading: str
    named: str
    place: str
    quote: str


def init_app(app: Flask) -> None:
    app.jinja_env.globals.update(suspension_of=Suspension.of)
    app.jinja_env.globals.update(TRAP=TRAP, OPENED=OPENED, form_opened=form_opened, held=held)


def held(thing: Any) -> str:
    """What stands over a text that waits for staff, for its author and for them."""
    if me().is_authenticated and me().id == thing.author_id:
        return _("Our team looks at this before others see it. You need not do anything: you are told when they have.")
    return _("Hidden until somebody of our team decides: only its author and our team see it.")


@bp.route("/ideas/<int:id>/flag", methods=["GET", "POST"])
@keeps_text
@no_store
def flag_idea(id: int) -> Any:
    """Report an idea or an issue."""
    return _report(Idea.find_or_404(id, for_=me()))


@bp.route("/comments/<int:id>/flag", methods=["GET", "POST"])
@keeps_text
@no_store
def flag_comment(id: int) -> Any:
    """Report a comment."""
    return _report(Comment.find_or_404(id, for_=me()))


@bp.route("/changelog/<int:id>/flag", methods=["GET", "POST"])
@keeps_text
@no_store
def flag_release(id: int) -> Any:
    """Report a release."""
    return _report(Release.find_or_404(id, for_=me()))


@bp.route("/people/<handle>/flag", methods=["GET", "POST"])
@keeps_text
@no_store
def flag_profile(handle: str) -> Any:
    """Report what somebody shows of themselves."""
    found = select(User).where(User.handle == handle, ~User.is_former)
    return _report(db.session.scalar(found) or abort(404))


def _report(thing: Any) -> Any:
    """The page that reports this text, and what it sends."""
    visits = not me().is_authenticated
    form = VisitorFlagForm() if visits else FlagForm()
    if not visits:
        require(permissions.take_part)
    if not form.is_submitted():
        return _page(thing, form)
    if not form.validate():
        return _page(thing, form), 422
    if not visits:
        require(permissions.flag, thing)
    if too_fast(limits.FLAGS, me()):
        form.form_errors.append(
            _("You have reported a lot within an hour. What you wrote is kept: send it again later.")
        )
        return _page(thing, form), 429
    return _hold(thing, form) if visits else _send(thing, form)


def _send(thing: Any, form: FlagForm) -> Any:
    begin_write()
    require(permissions.flag, thing)
    flag(thing, me(), Reason(form.reason.data), form.words.data or "")
    db.session.commit()
    return go(_thanked(thing))


def _hold(thing: Any, form: FlagForm) -> Any:
    payload = {"kind": thing.__tablename__, "id": thing.id, "reason": form.reason.data, "words": form.words.data or ""}
    place = reported(thing).place
    begin_write()
    token = hold("flag", payload, form["email"].data or "", next_url=place)
    db.session.commit()
    return await_code(token)


def _describe(payload: dict[str, Any]) -> str:
    thing = _visible(payload, None)
    return reported(thing).named if thing else _("Report what somebody wrote")


def _show(payload: dict[str, Any]) -> Held:
    if _visible(payload, None) is None:
        return Held(gone=_("What this report is about is no longer here."))
    facts = (
        (_("Reason"), str(REASONS[Reason(payload["reason"])])),
        (_("Seen by"), _("Only our team")),
    )
    return Held("", (("", payload["words"]),), facts)


@confirms("flag", _describe, _show, lambda payload: _("Send my report"))
def _confirmed(payload: dict[str, Any], by: User) -> str:
    """Count the report of a visitor, now that we know whose it is."""
    thing = _visible(payload, None)
    if thing is None or not permissions.flag(by, thing):
        raise NoLongerPossible(_("You are signed in, but what you reported is no longer here."))
    flag(thing, by, Reason(payload["reason"]), payload["words"])
    return _thanked(thing)


def _thanked(thing: Any) -> str:
    """Say that it arrived, and lead back to where it stands, or stood."""
    flash(_("Thank you. Our team looks at it, and you are told when they have."))
    if thing.hidden_at is None or isinstance(thing, User):
        return reported(thing).place
    return str(thing.idea.url) if isinstance(thing, Comment) else url_for("ideas.index")


def _visible(payload: dict[str, Any], user: Any) -> Any:
    model = model_of(payload["kind"])
    scope = select(User).where(~User.is_former) if model is User else model.visible_to(user)
    return db.session.scalar(scope.where(model.id == payload["id"]))


def _page(thing: Any, form: FlagForm) -> str:
    return page("moderation/flag.html", form=form, text=reported(thing), instead=_instead(thing))


def _instead(thing: Any) -> str:
    """What is said in place of the form, where there is nothing to report; empty where there is."""
    if me().is_authenticated and me().id == thing.author_id:
        return _("You wrote this yourself, so there is nothing to report. You can edit it instead.")
    if thing.hidden_at is not None:
        return _("This is hidden already: only its author and our team see it.")
    sent = Flag.of(me(), thing)
    if sent and sent.is_open:
        return _("You have reported this. Our team looks at it, and you are told when they have.")
    if sent and sent.judged_words == fingerprint(thing):
        return _("You have reported this, and our team has looked at it. It has not been edited since.")
    return ""


def reported(thing: Any) -> Reported:
    """The text with its words and places."""
    kind = thing.kind if isinstance(thing, Idea) else thing.__tablename__
    author = thing if isinstance(thing, User) else thing.author
    heading, named = HEADINGS[kind]
    title = thing.idea.title if isinstance(thing, Comment) else author.display_name if author is thing else thing.title
    place = url_for("accounts.show", handle=thing.handle) if author is thing else thing.url
    quote = "\n\n".join(words for words in _quoted(thing) if words)
    return Reported(thing, author, str(heading), str(named) % {"title": title}, place, quote)


def _quoted(thing: Any) -> list[str]:
    """What is quoted of a text: of a release what the reader reads, of a profile its words without the name."""
    if isinstance(thing, Release):
        return [thing.story]
    return thing.said[1:] if isinstance(thing, Idea | User) else thing.said
