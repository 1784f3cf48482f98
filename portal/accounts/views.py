"""The pages of people: their profile, their data, and how the browser's session becomes a person."""

from typing import Any

from flask import abort, flash, redirect, request, session, url_for
from flask_login import current_user, logout_user
from limits import parse
from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from portal.accounts.blueprint import bp
from portal.accounts.forms import EraseForm, erase_word
from portal.accounts.models import CreditAs, SignedIn, User
from portal.changelog.models import Credit, CreditRole, Release
from portal.changelog.news import releases_of
from portal.comments.models import Comment
from portal.extensions import begin_write, db, login_manager, too_fast
from portal.i18n import _
from portal.ideas.cards import Card, cards
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.notifications.erasing import erase as erase_person
from portal.notifications.erasing import is_only_admin, what_goes_and_stays
from portal.notifications.exporting import download
from portal.notifications.taking_out import Wishes
from portal.permissions import require, suspended_too, take_out
from portal.pictures import uploads
from portal.text import excerpt
from portal.voting.models import Vote
from portal.web.pages import keeps_text, no_store, page

LISTED = 20
DATA_MAY = parse("10 per hour")

login_manager.login_view = "accounts.sign_in"
# The basic protection writes to the session while pages are read; ours are rows that are revoked.
login_manager.session_protection = None

bp.add_app_template_filter(excerpt, "words")


@login_manager.user_loader
def person_of(token: str) -> User | None:
    """Whose open session this is; a revoked one reads as a visitor's."""
    signed_in = SignedIn.open_with(token)
    if signed_in is None or signed_in.user.is_former:
        return None
    signed_in.user._session_token = token
    return signed_in.user


@bp.get("/people/<handle>")
def show(handle: str) -> Any:
    """A member's public page. Votes stay private, and so does a name that credits do not show."""
    person = db.session.scalar(select(User).where(User.handle == handle, User.erased_at.is_(None))) or abort(404)
    theirs = Idea.visible_to(current_user).where(Idea.author_id == person.id)
    proposed, reported = theirs.where(Idea.kind == Kind.IDEA), theirs.where(Idea.kind == Kind.ISSUE)
    newest = cards().where(Idea.seen_by(current_user), Idea.author_id == person.id, Idea.kind == Kind.IDEA)
    rows = db.session.execute(newest.order_by(Idea.created_at.desc(), Idea.id.desc()).limit(LISTED))
    ideas = [Card.of(row) for row in rows]
    last = reported.order_by(Idea.created_at.desc(), Idea.id.desc()).limit(LISTED)
    return page(
        "accounts/show.html",
        person=person,
        mine=current_user.is_authenticated and current_user.id == person.id,
        ideas=ideas,
        ideas_total=_count(proposed),
        reports=db.session.scalars(last).all(),
        reports_total=_count(reported),
        voted=Vote.voted_ids(current_user, ideas),
        releases=releases_of(ideas),
        shipped=_count(proposed.join(Status).where(Status.kind == StatusKind.SHIPPED, Idea.moved_here())),
        fixed=_count(reported.join(Status).where(Status.kind == StatusKind.SHIPPED, Idea.moved_here())),
        helped=_helped(person),
        shaping=_shaping(person),
        credits=_credits(person),
    )


@bp.get("/settings/data")
@no_store
def data() -> Any:
    """Everything that we hold of the member, as one file that reads without us."""
    require(take_out)
    if too_fast(DATA_MAY, "exports", current_user):
        abort(429)
    return download(current_user._get_current_object())


@bp.route("/settings/erase", methods=["GET", "POST"])
@keeps_text
@no_store
@suspended_too
def erase() -> Any:
    """Say in numbers what goes and what stays; a typed word erases the account."""
    require(take_out)
    form = EraseForm()
    only_admin = is_only_admin(current_user)
    if request.method == "GET" or not form.validate() or only_admin:
        numbers = what_goes_and_stays(current_user)
        status = 200 if request.method == "GET" else 422
        context: dict[str, Any] = {"form": form, "numbers": numbers, "only_admin": only_admin, "word": erase_word()}
        return page("accounts/erase.html", **context), status
    begin_write()
    keys = erase_person(current_user._get_current_object(), Wishes(**form.wishes))
    db.session.commit()
    uploads.delete_all(keys)
    logout_user()
    session.clear()
    flash(_("Your account is erased. Thank you for what you gave."))
    return redirect(url_for("ideas.index"), 303)


def _count(rows: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(rows.with_only_columns(Idea.id).subquery())) or 0


def _helped(person: User) -> int:
    """On how many ideas of others they said something in public here; what was imported is no help that we had."""
    here = Comment.author_id == person.id, Comment.imported_key.is_(None)
    said = Comment.visible_to(None).where(*here, Idea.author_id != person.id)
    return (
        db.session.scalar(
            select(func.count()).select_from(said.with_only_columns(Comment.idea_id).distinct().subquery())
        )
        or 0
    )


def _shaping(person: User) -> list[Comment]:
    rows = Comment.visible_to(current_user).where(Comment.author_id == person.id, Comment.shaped_at.is_not(None))
    newest = rows.options(contains_eager(Comment.idea)).order_by(Comment.shaped_at.desc()).limit(LISTED)
    return list(db.session.scalars(newest))


def _credits(person: User) -> list[Credit]:
    """Their credits, where they are credited by name; support is private unless they chose to be named for it."""
    if person.credit_as != CreditAs.NAME:
        return []
    roles = [CreditRole.PROPOSER, CreditRole.SHAPER] + [CreditRole.SUPPORTER] * person.named_as_supporter
    rows = (
        select(Credit)
        .join(Release)
        .join(Idea, Credit.idea_id == Idea.id)
        .where(Credit.user_id == person.id, Credit.role.in_(roles), Credit.stands(), Release.in_public())
        .where(Idea.seen_by(current_user))
        .options(contains_eager(Credit.release).options(joinedload(Release.author)), contains_eager(Credit.idea))
        .order_by(Release.published_at.desc())
        .limit(LISTED)
    )
    return list(db.session.scalars(rows).unique())
