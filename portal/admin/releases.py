"""Releases for staff: drafts written in both languages, published with one confirmed act."""

from typing import Any

from flask import flash, request, url_for
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action, Event
from portal.admin.hiding import set_hidden
from portal.admin.idea_forms import HideForm
from portal.admin.idea_tools import writing
from portal.admin.views import bp
from portal.changelog.forms import ReleaseForm
from portal.changelog.models import CreditRole, Release, discard, draft
from portal.changelog.news import page_of_releases
from portal.changelog.publishing import (
    NotReady,
    credited,
    marked_by_authors,
    publish,
    ships_from,
    told_before,
    what_is_missing,
)
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.notifications.reach import reach
from portal.notifications.telling import TELLING
from portal.permissions import me, require
from portal.pictures import uploads
from portal.web import paging
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page, wants_fragment
from portal.web.paging import sifted

FOUND = 30
MADE = (StatusKind.STARTED, StatusKind.TESTING)
SHIPPED = (StatusKind.SHIPPED,)
REST = tuple(kind for kind in StatusKind if kind not in (*MADE, *SHIPPED))


@bp.get("/releases")
def releases() -> str:
    """Drafts first, then what is published."""
    require(permissions.publish_release)
    drafts = select(Release).where(Release.published_at.is_(None)).order_by(Release.id.desc())
    hidden = select(Release).where(Release.published_at.is_not(None), Release.hidden_at.is_not(None))
    published = page_of_releases(paging.asked())
    return page(
        "admin/releases/index.html",
        drafts=db.session.scalars(drafts).all(),
        hidden=db.session.scalars(hidden.order_by(Release.hidden_at.desc()).limit(FOUND)).all(),
        published=published.rows,
        more=paging.more(published),
    )


@bp.get("/releases/new")
def begin_release() -> str:
    """An empty form; there is no draft before it is saved."""
    require(permissions.publish_release)
    blank = _blank()
    return _page(blank, ReleaseForm.of(blank))


@bp.post("/releases")
@keeps_text
def new_release() -> Any:
    """Save a new draft. The button that searches sends the form too, so that nothing typed is lost."""
    request.max_content_length = uploads.MOST_SENT
    require(permissions.publish_release)
    blank = _blank()
    form = ReleaseForm.of(blank)
    valid = form.validate()
    if not valid or "search" in request.form:
        return _page(blank, form), 200 if valid else 422
    begin_write()
    release = once(Release, me(), lambda: _drafted(form))
    db.session.commit()
    flash(_("The draft is saved."))
    return _onward(release.id)


@bp.route("/releases/<int:id>/edit", methods=["GET", "POST"])
@keeps_text
def edit_release(id: int) -> Any:
    """Write a release. The button that searches sends the form too, so that nothing typed is lost."""
    request.max_content_length = uploads.MOST_SENT
    release = _find(id)
    form = ReleaseForm.of(release)
    if request.method == "GET":
        return _page(release, form)
    valid = form.validate()
    if not valid or "search" in request.form:
        return _page(release, form), 200 if valid else 422
    begin_write()
    if form.overtaken(release):
        return _page(release, form), 422
    old = _save(release, form)
    db.session.commit()
    if old:
        uploads.delete(old)
    flash(_("Saved. Nobody was told.") if release.is_published else _("The draft is saved."))
    return _onward(id)


@bp.route("/releases/<int:id>/delete", methods=["GET", "POST"])
def delete_release(id: int) -> Any:
    """Delete a draft; what is published can be hidden."""
    release = _find(id)
    if request.method == "GET" and not release.is_published:
        return page("admin/releases/delete.html", release=release)
    begin_write()
    hold(release)
    if release.is_published:
        db.session.rollback()
        flash(_("It is published: hide it, and only its author and staff see it."), "warning")
        return go(url_for("admin.edit_release", id=id))
    keys = discard(release, by=me())
    db.session.commit()
    uploads.delete_all(keys)
    flash(_("The draft is deleted."))
    return go(url_for("admin.releases"))


@bp.post("/releases/<int:id>/hidden")
@keeps_text
def hide_release(id: int) -> Any:
    """Take what is published out of sight with a reason (hidden=1), or show it again (hidden=0)."""
    release, form = _find(id), HideForm()
    if not form.validate():
        return _page(release, ReleaseForm(formdata=None, thing=release), hide=form), 422
    with writing(release):
        set_hidden(release, form)
    return go(release.url)


@bp.get("/releases/<int:id>/publish")
def confirm_release(id: int) -> Any:
    """Say what publishing will do, before it is done; or what is missing for it."""
    release = _find(id)
    if release.is_published:
        return go(release.url)
    missing = what_is_missing(release, release.ideas)
    if missing:
        form = ReleaseForm.of(release)
        form.refuse(NotReady(missing))
        return _page(release, form)
    return page("admin/releases/publish.html", release=release, **_consequences(release))


@bp.post("/releases/<int:id>/publish")
def publish_release(id: int) -> Any:
    """Publish: the ideas ship, their people are credited, and each of them is told once.

    `shown` and `credit`: the comments that authors marked as shaping, as the page showed them, and those that stand.
    """
    release = _find(id)
    shown, kept = (set(request.form.getlist(name, type=int)) for name in ("shown", "credit"))
    begin_write()
    marked = {comment.id for comment in marked_by_authors(release)}
    try:
        # A mark that came since the page was shown was not looked at by staff.
        publish(release, by=me(), leaving_out=marked - (shown & kept))
        db.session.commit()
    except NotReady as problem:
        db.session.rollback()
        form = ReleaseForm(formdata=None, thing=_find(id))
        form.refuse(problem)
        return _page(release, form), 422
    flash(_("“%(title)s” is published, and everyone who helped is being told.", title=release.title))
    return go(release.url)


def _blank() -> Release:
    """A release that is nowhere yet."""
    return Release()


def _drafted(form: ReleaseForm) -> Release:
    release = draft(by=me())
    _save(release, form)
    return release


def _onward(id: int) -> Response:
    return go(url_for("admin.confirm_release" if "publish" in request.form else "admin.edit_release", id=id))


def _find(id: int) -> Release:
    require(permissions.publish_release)
    return Release.find_or_404(id, for_=me())


def _save(release: Release, form: ReleaseForm) -> str | None:
    """Write down what the form says; returns the key of an image that nothing shows any more."""
    old = release.image
    release.edit(by=me(), ideas=form.chosen, pictured=form.is_other(old), **form.texts)
    return form.put(old, owner_id=me().id, release_id=release.id)


def _page(release: Release, form: ReleaseForm, hide: HideForm | None = None) -> str:
    words = (request.values.get("q") or "").strip()[:200]
    search = request.method == "GET" and wants_fragment()
    if search:
        form.ideas.data = request.args.getlist("ideas", type=int)
    chosen = form.chosen
    found = _candidates(words, {idea.id for idea in chosen})
    return page(
        "admin/releases/_found.html" if search else "admin/releases/edit.html",
        release=release,
        form=form,
        words=words,
        chosen=chosen,
        found=found,
        before=told_before(chosen + found, but=release),
        told=_told(release) if release.id else "",
        hide=hide or HideForm(formdata=None, hidden="1"),
        to=url_for("admin.edit_release", id=release.id) if release.id else url_for("admin.new_release"),
        look_up=url_for("admin.edit_release", id=release.id) if release.id else url_for("admin.begin_release"),
    )


def _candidates(words: str, chosen: set[int]) -> list[Idea]:
    """Ideas and issues that may ship: what is tested or being made first, then the rest, those with most votes first.

    What has shipped comes last, and only where it is searched for.
    """
    found: list[Idea] = []
    for kinds in (MADE, REST, SHIPPED if words else ()):
        found += _most_voted(kinds, words, chosen)
    return found[:FOUND]


def _most_voted(kinds: tuple[StatusKind, ...], words: str, chosen: set[int]) -> list[Idea]:
    """Those at a status of these kinds from which they may be in a release."""
    statuses = ships_from(kinds)
    if not statuses:
        return []
    wanted: list[ColumnElement[bool]] = [
        sifted(Idea.status_id).in_(statuses),
        Idea.id.not_in(chosen),
        Idea.hidden_at.is_(None),
        Idea.stands(),
    ]
    if words:
        wanted.append(Idea.title.icontains(words, autoescape=True))
    most_voted = Idea.votes_count.desc(), Idea.id.desc()
    ids = [  # the best of the public ones and of the private ones: each has an index in this order
        id
        for private in (False, True)
        for id in db.session.scalars(
            select(Idea.id).where(Idea.is_private.is_(private), *wanted).order_by(*most_voted).limit(FOUND)
        )
    ]
    return list(db.session.scalars(select(Idea).where(Idea.id.in_(ids)).order_by(*most_voted).limit(FOUND)))


def _consequences(release: Release) -> dict[str, Any]:
    """What publishing will do: the people credited under each role, who is told, and what was told of before."""
    return {
        "credited": credited(release),
        "role": CreditRole,
        "told": _told(release),
        "marked": marked_by_authors(release),
        "before": told_before(release.ideas, but=release),
    }


def _told(release: Release) -> str:
    """Who hears of it once it is published, and how."""
    event = Event(action=Action.RELEASE_PUBLISHED, subject_type="release", subject_id=release.id, facts={})
    return reach(Action.RELEASE_PUBLISHED, TELLING[Action.RELEASE_PUBLISHED].who(event), me()).sentence
