"""The portal's own choices: its name, language, colours and logos, and how soon it promises to answer."""

from typing import Any

from flask import Response, flash, request, url_for
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from portal import permissions
from portal.activity.models import Action, record
from portal.admin.brand_form import FIELDS, LOGOS, SettingsForm
from portal.admin.changes import chosen_of
from portal.admin.views import bp
from portal.brand.colours import CHROMA_MOST, HUE_MOST, oklch_hex, worst_text
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.statuses import Kind, Status
from portal.permissions import me, require
from portal.pictures import uploads
from portal.settings import WELCOME, settings
from portal.web.fields import InEachLanguage
from portal.web.pages import go, keeps_text, page

# Colours that brands like to have, as hue and strength.
PRESETS = (
    (_l("Teal"), 178, 0.088), (_l("Blue"), 240, 0.11), (_l("Indigo"), 264, 0.15), (_l("Violet"), 300, 0.14),
    (_l("Pink"), 350, 0.14), (_l("Red"), 25, 0.15), (_l("Orange"), 60, 0.1), (_l("Green"), 150, 0.11),
    (_l("Slate"), 250, 0.035), (_l("Grey"), 250, 0.0),
)  # fmt: skip
SHOWN = ("under_review", "planned", "started", "shipped")


@bp.get("/settings", endpoint="settings")
def show_settings() -> str:
    """What is chosen now; admins change it."""
    chosen = settings()
    return _page(_form(), chosen.hue, chosen.chroma)


@bp.post("/settings")
@keeps_text
def change_settings() -> Any:
    """Save the choices, or (with the buttons `preview` and `preset`) only show how the colours look."""
    request.max_content_length = uploads.MOST_SENT
    require(permissions.edit_settings)
    form = SettingsForm(data={"flags_to_hide": settings().flags_to_hide})
    _take_preset(form)
    if form.validate():
        if "preview" in request.form or "preset" in request.form:
            return _page(form, form.hue.data, form.chroma.data, trying=True)
        if _is_to_be_told(form):
            return _page(form, form.hue.data, form.chroma.data, trying=True, told=True)
        begin_write()
        require(permissions.edit_settings)
        if not form.overtaken(settings()):
            gone = _change(form)
            db.session.commit()
            for key in gone:
                uploads.delete(key)
            flash(_("Settings saved."))
            return go(url_for("admin.settings"))
    return _page(form, *_asked(form), trying=True), 422


@bp.get("/settings/preview")
def preview_settings() -> str:
    """The part of the settings page that shows the colours that are being tried."""
    return page("admin/settings.html", fragment="preview", form=_form(), faint={}, **_look(*_tried(), trying=True))


@bp.get("/settings/preview.css")
def preview_css() -> Response:
    """The two numbers that are being tried, as the sheet that colours the page."""
    hue, chroma = _tried()
    return Response(f":root{{--brand-h:{hue};--brand-c:{chroma:.3f}}}\n", mimetype="text/css")


def _asked(form: SettingsForm) -> tuple[Any, Any]:
    """The two numbers that the form asks for, or those that are saved where they cannot be."""
    if form.hue.errors or form.chroma.errors:
        chosen = settings()
        return chosen.hue, chosen.chroma
    return form.hue.data, form.chroma.data


def _take_preset(form: SettingsForm) -> None:
    """A swatch that was pressed stands for the two numbers that it shows."""
    for _name, hue, chroma in PRESETS:
        if request.form.get("preset") == f"{hue}-{chroma}":
            pressed = MultiDict({"hue": str(hue), "chroma": f"{chroma:.3f}"})
            form.hue.process(pressed)
            form.chroma.process(pressed)


def _tried() -> tuple[int, float]:
    """The hue and the strength that the address asks for, kept in their ranges."""
    chosen = settings()
    hue, chroma = request.args.get("hue", chosen.hue, type=int), request.args.get("chroma", chosen.chroma, type=float)
    return max(0, min(hue, HUE_MOST)), max(0.0, min(chroma, CHROMA_MOST)) if chroma == chroma else chosen.chroma


def _change(form: SettingsForm) -> list[str]:
    """Keep what was chosen, and record what differs. Returns the keys of the logos that nothing shows any more."""
    chosen = settings()
    hold(chosen)
    before = set(chosen.logos.values())
    values = {name: form[name].data for name in FIELDS} | {"chroma": round(float(form.chroma.data), 3)}
    values["support_id"] = form.support
    values |= {name: form.logo_key(name, getattr(chosen, name)) for name in LOGOS}
    values["languages"] = ",".join(sorted(form.languages.data))
    changes = {n: [getattr(chosen, n), value] for n, value in values.items() if getattr(chosen, n) != value}
    welcome, said = chosen.words(WELCOME), form.words(WELCOME)
    changes |= {
        InEachLanguage.name(WELCOME, lang): [welcome.get(lang, ""), words]
        for lang, words in said.items()
        if welcome.get(lang, "") != words
    }
    if changes:
        for name, value in values.items():
            setattr(chosen, name, value)
        chosen.write(WELCOME, said)
        chosen.changed_at = now()
        record(Action.SETTINGS_CHANGED, chosen, by=me(), changes=changes)
    return sorted(before - set(chosen.logos.values()))


def _is_to_be_told(form: SettingsForm) -> bool:
    """Whether a logo would newly be hard to make out: that is told once, then it is theirs to decide."""
    would_be, is_so = form.faint(settings()), _form().faint(settings())
    unsaid = set(request.form.getlist("told"))
    return any(
        f"{name}-{theme}" not in unsaid and (name in form.kept or theme not in is_so.get(name, set()))
        for name, themes in would_be.items()
        for theme in themes
    )


def _page(form: SettingsForm, hue: Any, chroma: Any, trying: bool = False, told: bool = False) -> str:
    look = _look(int(hue), float(chroma), trying)
    faint = {} if form.hue.errors or form.chroma.errors else form.faint(settings())
    chosen = chosen_of(settings())
    return page("admin/settings.html", form=form, presets=_presets(), faint=faint, told=told, chosen=chosen, **look)


def _look(hue: int, chroma: float, trying: bool) -> dict[str, Any]:
    """What the preview shows: the two numbers, what contrast they leave, and some statuses to draw."""
    shown = select(Status).where(Status.for_kind == Kind.IDEA, Status.kind.in_(SHOWN)).order_by(Status.position)
    worst = int(worst_text(hue, chroma) * 10) / 10
    return {"hue": hue, "chroma": chroma, "trying": trying, "worst": worst, "statuses": db.session.scalars(shown).all()}


def _presets() -> list[dict[str, Any]]:
    """The swatches: two numbers, and their colour on light and on dark pages."""
    return [
        {
            "name": name,
            "hue": hue,
            "chroma": chroma,
            "light": oklch_hex(0.42, chroma, hue),
            "dark": oklch_hex(0.79, chroma, hue),
        }
        for name, hue, chroma in PRESETS
    ]


def _form() -> SettingsForm:
    return SettingsForm(formdata=None, thing=settings())
