"""A personal welcome to a newcomer: a letter to begin from, sent once by whoever of staff comes first."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.admin.doing import what_they_did
from portal.admin.members import find_person
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, sentences
from portal.notifications.reach import told_to
from portal.permissions import me
from portal.recognition.forms import WelcomeForm
from portal.recognition.welcoming import suggested, waiting_for_welcome, waits_for_welcome, welcome, welcome_of
from portal.web.pages import go, keeps_text, page


@bp.get("/members/<handle>/welcome")
def welcome_letter(handle: str) -> str:
    """The letter as it could be written, for whoever waits for one."""
    member = find_person(handle, permissions.welcome_member)
    form = WelcomeForm(formdata=None, text=suggested(member, me()))
    return _page(member, form, open_=waits_for_welcome(member))


@bp.post("/members/<handle>/welcome")
@keeps_text
def welcome_member(handle: str) -> Response | tuple[str, int]:
    """Send it, by mail and in the portal, and go on to those who still wait."""
    member, form = find_person(handle, permissions.welcome_member), WelcomeForm()
    if form.validate():
        begin_write()
        sent = welcome(member, form.text.data or "", by=me())
        db.session.commit()
        if sent:
            flash(sentences(_("Your welcome is written."), told_to(Action.MEMBER_WELCOMED, member, me())))
            return _on()
        if _was_mine(member):
            flash(_("You welcomed %(name)s already: nothing was sent again.", name=member.display_name))
            return _on()
        form.text.errors = [_why_not(member)]
    return _page(member, form, open_=True), 422


def _on() -> Response:
    """To the others who wait; where nobody does, to all."""
    return go(url_for("admin.members", state="new" if waiting_for_welcome() else None))


def _was_mine(member: User) -> bool:
    before = welcome_of(member)
    return before is not None and before.actor_id == me().id


def _why_not(member: User) -> str:
    """Why nobody sends them a welcome now."""
    before = welcome_of(member)
    if before is None:
        return _("Only who joined in the last 30 days, takes part and has an e-mail address here is welcomed.")
    by = db.session.get(User, before.actor_id) if before.actor_id else None
    if by is None or by.is_former:
        return _("%(name)s was welcomed already: nothing is sent again.", name=member.display_name)
    return _("%(who)s welcomed %(name)s already: nothing is sent again.", who=by.display_name, name=member.display_name)


def _page(member: User, form: WelcomeForm, open_: bool) -> str:
    return page(
        "admin/welcome.html",
        member=member,
        form=form,
        open_=open_,
        why_not=None if open_ else _why_not(member),
        goes=told_to(Action.MEMBER_WELCOMED, member, me()),
        did=what_they_did([member])[member.id],
        more=waiting_for_welcome() - waits_for_welcome(member),
    )
