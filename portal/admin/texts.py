"""The texts that an admin writes: the code of conduct and what is said about privacy."""

from typing import Any

from flask import abort, flash, request, url_for

from portal import permissions
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, languages
from portal.permissions import me, require
from portal.settings import settings
from portal.text import clean_text
from portal.texts.forms import StandingTextForm
from portal.texts.standing import (
    EDITABLE,
    TEXT_MAX,
    Text,
    first_version,
    last_change,
    rendered,
    rewrite,
)
from portal.web.fields import InEachLanguage
from portal.web.pages import go, keeps_text, page


@bp.get("/texts")
def texts() -> str:
    """The texts, and whose words stand."""
    require(permissions.edit_settings)
    chosen = settings()
    rows = [(text, _title(text), bool(chosen.words(text)), last_change(text)) for text in EDITABLE]
    return page("admin/texts/index.html", rows=rows)


@bp.get("/texts/<name>")
def edit_text(name: str) -> str:
    """The editor of each language; `?first=1` fills it with our first version."""
    require(permissions.edit_settings)
    text, chosen, first = _known(name), settings(), "first" in request.args
    ours = {InEachLanguage.name("text", lang): first_version(text, lang) for lang in languages()} if first else {}
    form = StandingTextForm(text, formdata=None, thing=chosen, data=ours)
    return _editor(text, form)


@bp.post("/texts/<name>")
@keeps_text
def save_text(name: str) -> Any:
    """Save each language, or (with the button `look`) only show what they will look like."""
    require(permissions.edit_settings)
    text = _known(name)
    form = StandingTextForm(text)
    if not form.validate():
        return _editor(text, form), 422
    if "look" in request.form:
        return _editor(text, form, looks=True)
    words = form.words("text")
    begin_write()
    require(permissions.edit_settings)
    if form.overtaken(settings()):
        return _editor(text, form), 422
    changed = rewrite(text, words, by=me())
    db.session.commit()
    if changed:
        flash(_("Saved. Everyone reads your words from now on."))
    return go(url_for(f"texts.{text}"))


@bp.post("/texts/preview")
def preview_text() -> str:
    """What a text will look like, its places filled."""
    require(permissions.edit_settings)
    return str(rendered(clean_text(request.form.get("text", ""))[:TEXT_MAX], settings()))


def _editor(text: Text, form: StandingTextForm, looks: bool = False) -> str:
    chosen = settings()
    return page(
        "admin/texts/edit.html",
        text=text,
        called=_title(text),
        form=form,
        looks={lang: rendered(said, chosen) for lang, said in form.words("text").items()} if looks else None,
    )


def _known(name: str) -> Text:
    return Text(name) if name in EDITABLE else abort(404)


def _title(text: Text) -> str:
    return {Text.CONDUCT: _("Code of conduct"), Text.PRIVACY: _("Privacy")}[text]
