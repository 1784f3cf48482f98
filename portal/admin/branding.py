"""The portal's own choices: its name, language and colours, and how soon it promises to answer."""

from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select

from portal import permissions
from portal.activity.models import Action, record
from portal.admin.forms import SettingsForm
from portal.admin.views import bp, me
from portal.clock import now
from portal.extensions import begin_write, db
from portal.i18n import _
from portal.pages import go, keeps_text, page
from portal.permissions import require
from portal.settings import Settings

FIELDS = ("name", "default_lang", "answer_days", "hue", "chroma")


@bp.get("/settings", endpoint="settings")
def show_settings() -> str:
    """What is chosen now; admins change it."""
    chosen = Settings.current()
    return _page(_form(), chosen.hue, chosen.chroma)


@bp.post("/settings")
@keeps_text
def change_settings() -> Any:
    """Save the choices, or (with the button `preview`) only show how the colours look."""
    require(permissions.edit_settings)
    form = SettingsForm()
    if form.validate():
        if "preview" in request.form:
            return _page(form, form.hue.data, form.chroma.data, trying=True)
        begin_write()
        require(permissions.edit_settings)
        _change({name: form[name].data for name in FIELDS})
        db.session.commit()
        flash(_("Settings saved."))
        return go(url_for("admin.settings"))
    chosen = Settings.current()
    return _page(form, chosen.hue, chosen.chroma), 422


@bp.get("/settings/preview")
def preview_settings() -> str:
    """The part of the settings page that shows the colours that are being tried."""
    hue, chroma = _tried()
    return page("admin/settings.html", fragment="preview", form=_form(), hue=hue, chroma=chroma, trying=True)


@bp.get("/settings/preview.css")
def preview_css() -> Response:
    """The two numbers that are being tried, as the sheet that colours the page."""
    hue, chroma = _tried()
    return Response(f":root{{--brand-h:{hue};--brand-c:{chroma:.3f}}}\n", mimetype="text/css")


def _tried() -> tuple[int, float]:
    """The hue and the strength that the address asks for, kept in their ranges."""
    chosen = Settings.current()
    hue, chroma = request.args.get("hue", chosen.hue, type=int), request.args.get("chroma", chosen.chroma, type=float)
    return max(0, min(hue, 360)), max(0.0, min(chroma, 0.15)) if chroma == chroma else chosen.chroma


def _change(values: dict[str, Any]) -> None:
    """Keep what was chosen, and record what differs."""
    values["chroma"] = round(float(values["chroma"]), 3)
    chosen = db.session.scalars(select(Settings).with_for_update()).one()
    changes = {n: [getattr(chosen, n), value] for n, value in values.items() if getattr(chosen, n) != value}
    if changes:
        for name, value in values.items():
            setattr(chosen, name, value)
        chosen.changed_at = now()
        record(Action.SETTINGS_CHANGED, chosen, by=me(), changes=changes)


def _page(form: SettingsForm, hue: Any, chroma: Any, trying: bool = False) -> str:
    return page("admin/settings.html", form=form, hue=int(hue), chroma=float(chroma), trying=trying)


def _form() -> SettingsForm:
    return SettingsForm(formdata=None, obj=Settings.current())
