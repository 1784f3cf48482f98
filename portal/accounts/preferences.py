"""What members choose for themselves: one page of sections, each saved by itself."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Response, abort, flash, redirect, request, url_for

from portal.accounts.blueprint import bp
from portal.accounts.choices import WITHDRAWN, Motion, Theme
from portal.accounts.forms import AppearanceForm, CreditForm, LanguageForm, MailForm, ProfileForm, ShortcutsForm
from portal.accounts.pending import local_path
from portal.accounts.zones import place
from portal.activity.forms import EditForm
from portal.changelog.coming import next_credit
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, keep_language, languages, reading_in
from portal.moderation.flagging import hold_edited
from portal.moderation.spam import signs_in_edit
from portal.permissions import edit_profile, me, require, suspended_too, take_out, take_part
from portal.web.forms import PortalForm
from portal.web.pages import keeps_text, no_store, page, wants_fragment

SECTIONS: dict[str, type[EditForm]] = {
    "profile": ProfileForm,
    "language": LanguageForm,
    "appearance": AppearanceForm,
    "mail": MailForm,
    "credits": CreditForm,
    "shortcuts": ShortcutsForm,
}
CHOICES: dict[str, set[str]] = {"theme": {*Theme}, "motion": {*Motion}, "keys": {"on", "off"}}


@bp.route("/settings", methods=["GET", "POST"])
@keeps_text
@no_store
def settings() -> Any:
    """Every choice of a member; a POST saves the section that it names."""
    require(take_out)
    if request.method == "GET":
        return page("accounts/suspended.html") if me().is_suspended else _settings_page()
    section = request.form.get("section", "")
    if section not in SECTIONS:
        abort(400)
    if section == "profile":
        require(edit_profile, me())
    form = SECTIONS[section](thing=me())
    if not form.validate():
        return _settings_page(section, form), 422
    begin_write()
    member = me()
    if form.overtaken(member):
        return _settings_page(section, form), 422
    if isinstance(form, CreditForm):
        member.choose_credit(form.credit_as.data, form.pseudonym.data or "")
    if isinstance(form, ProfileForm):
        member.take_name(form.display_name.data or "")
    form.populate_obj(member)
    if section == "language":
        member.live_in(member.timezone)
    if section == "profile":
        hold_edited(member, signs_in_edit(member, member.said))
    db.session.commit()
    with reading_in(member.lang):
        flash(_("Saved. Our team looks at your profile before others see it.") if member.is_held else _("Saved."))
    return redirect(url_for("accounts.settings", _anchor=f"section-{section}"), 303)


@bp.post("/settings/withdrawn")
@no_store
@suspended_too
def withdraw() -> Any:
    """Stop a kind of mail, withdraw a consent, or blank the profile: what the suspended can do too."""
    require(take_out)
    what = request.form.get("what", "")
    if what not in {*WITHDRAWN, "profile"}:
        abort(400)
    begin_write()
    if what == "profile":
        me().blank()
    else:
        me().withdraw(what)
    db.session.commit()
    flash(_("Done."))
    return redirect(url_for("accounts.settings"), 303)


@bp.post("/settings/choices")
def choose() -> Any:
    """Keep what the header or the list of keys switches (`theme`, `motion`, `keys`) in the account."""
    require(take_part)
    chosen = {name: request.form[name] for name in CHOICES if name in request.form}
    if not chosen or any(value not in CHOICES[name] for name, value in chosen.items()):
        abort(400)
    begin_write()
    me().theme = chosen.get("theme", me().theme)
    me().motion = chosen.get("motion", me().motion)
    me().shortcuts = chosen.get("keys", "on" if me().shortcuts else "off") == "on"
    db.session.commit()
    if wants_fragment():
        return Response(status=204)
    return redirect(local_path(request.form.get("next")) or url_for("ideas.index"), 303)


@bp.post("/settings/zone")
def set_zone() -> Any:
    """Answer whether to go by the time of the browser (`timezone`): `use=1|0`; a no is remembered."""
    require(take_part)
    zone, use = place(request.form.get("timezone")), request.form.get("use")
    if not zone or use not in ("0", "1"):
        abort(400)
    begin_write()
    if use == "1":
        me().live_in(zone)
    else:
        me().stay(not_in=zone)
    db.session.commit()
    return redirect(local_path(request.form.get("next")) or url_for("ideas.index"), 303)


@bp.post("/language")
@suspended_too
def set_language() -> Any:
    """Read the portal in the other language: kept in the account, or for a visitor in a cookie."""
    lang = request.form.get("language") or request.form.get("lang", "")
    if lang not in languages():
        abort(400)
    back = redirect(_without_lang(local_path(request.form.get("next"))) or url_for("ideas.index"), 303)
    if me().is_authenticated:
        begin_write()
        me().lang = lang
        db.session.commit()
    else:
        keep_language(back, lang)
    return back


def _settings_page(section: str = "", sent: PortalForm | None = None) -> str:
    forms = {name: sent if name == section else form(None, thing=me()) for name, form in SECTIONS.items()}
    coming = next_credit(me()) if me().is_nameless else None
    return page("accounts/settings.html", forms=forms, form=sent, section=section, coming=coming)


def _without_lang(url: str) -> str:
    """The address without `?lang=`, which would win over what the member just chose."""
    parts = urlsplit(url)
    query = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name != "lang"])
    return parts.path + (f"?{query}" if query else "")
