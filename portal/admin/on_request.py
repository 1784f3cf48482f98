"""What an admin does for a person at their request: hand over their data, or erase them. Both are told and recorded."""

from typing import Any

from flask import abort, flash, request, url_for

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.admin.forms import EraseOnRequestForm, OnRequestForm
from portal.admin.members import begin_about, find_person
from portal.admin.views import bp
from portal.extensions import db
from portal.i18n import _
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.permissions import me
from portal.pictures import uploads
from portal.privacy.erasing import erase, what_goes_and_stays
from portal.privacy.exporting import download
from portal.privacy.taking_out import Wishes
from portal.web.pages import go, keeps_text, no_store, page


@bp.route("/members/<handle>/data", methods=["GET", "POST"])
@keeps_text
@no_store
def hand_over(handle: str) -> Any:
    """The file that the person would download themselves; whoever fetches it types whose it is, and says why."""
    person = find_person(handle, permissions.hand_over_data)
    form = OnRequestForm(person)
    if request.method == "GET" or not form.validate():
        return page("admin/hand_over.html", member=person, form=form), 200 if request.method == "GET" else 422
    if too_fast(limits.HANDOVERS, me()):
        abort(429)
    file = download(person)
    begin_about(person, permissions.hand_over_data)
    record(Action.DATA_HANDED_OVER, person, by=me(), reason=form.reason.data)
    db.session.commit()
    return file


@bp.route("/members/<handle>/erase", methods=["GET", "POST"])
@keeps_text
@no_store
def erase_member(handle: str) -> Any:
    """What the person would see and choose themselves; they are told once more by mail, and then their address goes."""
    person = find_person(handle, permissions.erase_member)
    form = EraseOnRequestForm(person)
    if request.method == "GET" or not form.validate():
        return _page(person, form), 200 if request.method == "GET" else 422
    begin_about(person, permissions.erase_member)
    keys = erase(person, Wishes(**form.wishes), by=me(), reason=form.reason.data or "")
    db.session.commit()
    uploads.delete_all(keys)
    flash(_("The account is erased."))
    return go(url_for("admin.members"))


def _page(person: User, form: EraseOnRequestForm) -> str:
    return page("admin/erase.html", member=person, form=form, numbers=what_goes_and_stays(person))
