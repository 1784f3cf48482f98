"""Merges to which an author objected: staff read why, and close it or propose it again later."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.idea_tools import tell
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.merging.models import Merge
from portal.merging.parting import see_objection
from portal.permissions import me, require
from portal.web.addresses import url_for
from portal.web.pages import go, page

MOST = 50


@bp.get("/disputed")
def disputed() -> str:
    """What authors said about merges that are undone since, the latest first, until somebody has read it."""
    require(permissions.see_inbox)
    found = select(Merge).where(Merge.is_disputed()).order_by(Merge.objected_at.desc(), Merge.id.desc()).limit(MOST)
    found = found.options(selectinload(Merge.idea), selectinload(Merge.into))
    return page("admin/merging/disputed.html", merges=db.session.scalars(found).unique().all())


@bp.post("/disputed/<int:id>/seen")
def close_dispute(id: int) -> Response:
    """It is read: the two stay apart."""
    require(permissions.merge_idea)
    merged = db.one_or_404(select(Merge).where(Merge.id == id, Merge.objected_at.is_not(None)))
    begin_write()
    see_objection(merged, by=me())
    db.session.commit()
    tell(merged.idea, _("Read. The two stay apart."))
    return go(url_for("admin.disputed"))
