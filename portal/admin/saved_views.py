"""Lists of the inbox that somebody of the team keeps under a name."""

from flask import flash, request, url_for
from sqlalchemy import delete

from portal import permissions
from portal.admin import asked
from portal.admin.idea_tools import Answer
from portal.admin.triage_forms import ViewForm, ViewNameForm
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, num
from portal.permissions import me, require
from portal.triage.saved_views import MOST, SavedView, TooMany
from portal.web.pages import go, keeps_text, page


@bp.get("/inbox/views/new")
def new_view() -> str:
    """Save a view under a name: the one that the address asks for."""
    require(permissions.keep_view)
    wanted = asked.from_address(request.args) or asked.Asked()
    return _view_page(ViewForm(formdata=None, query=wanted.query), wanted)


@bp.post("/inbox/views")
@keeps_text
def keep_view() -> Answer:
    """Save this view."""
    require(permissions.keep_view)
    form = ViewForm()
    wanted = asked.from_line(form.query.data) or asked.Asked()
    if form.validate():
        begin_write()
        try:
            view = SavedView.keep(form.name.data or "", wanted.query, by=me(), is_shared=form.is_shared.data)
        except TooMany:
            db.session.rollback()
            form.name.errors = [_("You have %(most)s views already. Delete one of yours first.", most=num(MOST))]
        else:
            db.session.commit()
            flash(_("The view “%(name)s” is saved.", name=view.name))
            return go(url_for("admin.inbox", view=view.id))
    return _view_page(form, wanted), 422


@bp.get("/inbox/views/<int:view>/edit")
def edit_view(view: int) -> str:
    """Rename a list, or say whose it is."""
    kept = _find_view(view)
    return _view_page(ViewNameForm(formdata=None, thing=kept), asked.from_line(kept.query) or asked.Asked(), kept)


@bp.post("/inbox/views/<int:view>")
@keeps_text
def save_view(view: int) -> Answer:
    """Give a list another name, or share it."""
    kept = _find_view(view)
    form = ViewNameForm()
    wanted = asked.from_line(kept.query) or asked.Asked()
    if form.validate() and _is_there_to_write(view, form):
        kept.name, kept.is_shared = form.name.data or "", form.is_shared.data
        db.session.commit()
        flash(_("The view “%(name)s” is saved.", name=kept.name))
        return go(url_for("admin.inbox", view=kept.id))
    db.session.rollback()
    return _view_page(form, wanted, kept), 422


@bp.post("/inbox/views/<int:view>/delete")
def delete_view(view: int) -> Answer:
    """Save a view no longer. What it shows stays as it is."""
    kept = _find_view(view)
    id, name = kept.id, kept.name
    begin_write()
    db.session.execute(delete(SavedView).where(SavedView.id == id))
    db.session.commit()
    flash(_("The view “%(name)s” is gone; what it showed stays.", name=name))
    return go(url_for("admin.inbox"))


def _is_there_to_write(view: int, form: ViewNameForm) -> bool:
    """Begin to write, unless somebody else changed it meanwhile; one that was deleted is not found any more."""
    begin_write()
    return not form.overtaken(_find_view(view))


def _find_view(id: int) -> SavedView:
    require(permissions.keep_view)
    view = SavedView.find_or_404(id, me())
    require(permissions.change_view, view)
    return view


def _view_page(form: ViewForm | ViewNameForm, wanted: asked.Asked, view: SavedView | None = None) -> str:
    return page(
        "admin/view.html", form=form, wanted=wanted, words=asked.in_words(wanted), view=view, place="admin.inbox"
    )
