"""The text from which every welcome begins: staff change it once for all."""

from flask import flash, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.permissions import me, require
from portal.recognition.forms import GreetingForm
from portal.recognition.greeting import rewrite_greeting
from portal.settings import settings
from portal.web.pages import go, keeps_text, page


@bp.get("/greeting")
def greeting() -> str:
    """The text in each language of the portal, ours or the team's."""
    require(permissions.welcome_member)
    return page("admin/greeting.html", form=GreetingForm(formdata=None, thing=settings()))


@bp.post("/greeting")
@keeps_text
def save_greeting() -> Response | tuple[str, int]:
    """Begin every welcome from these words; an emptied one is ours again."""
    require(permissions.welcome_member)
    form = GreetingForm()
    if form.validate():
        begin_write()
        if not form.overtaken(settings()):
            changed = rewrite_greeting(form.words("text"), by=me())
            db.session.commit()
            if changed:
                flash(_("Saved. Every welcome begins so from now on."))
            return go(url_for("admin.members", state="new"))
    return page("admin/greeting.html", form=form), 422
