"""The form of the portal's own choices, and the logos that come with it."""

from decimal import Decimal
from typing import Any

from flask import request
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from wtforms import BooleanField, DecimalRangeField, IntegerField, IntegerRangeField, SelectChoice
from wtforms.validators import ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.admin.board_form import of_the_team
from portal.admin.forms import ChoiceField, NumberBetween
from portal.brand import legibility
from portal.brand.colours import CHROMA_MOST, HUE_MOST, THEMES
from portal.i18n import LANGUAGES, _, _l
from portal.pictures import uploads
from portal.pictures.uploads import Saved, UploadRefused
from portal.settings import Settings
from portal.triage.forms import TeamField
from portal.web.fields import AtMost, Filled, InEachLanguage, LanguagesField, LineField

# Enough for a sharp logo in a page's header and at the top of a mail, and little to load.
LOGO_SIDES = (640, 192)
LOGOS = ("logo_light", "logo_dark")


_ACCEPTED = {"accept": uploads.ACCEPTED}


class SettingsForm(EditForm):
    """The portal's name, language, brand colours, logos and promise to answer.

    A logo that passes is stored at once, so that it need not be sent twice: `kept` has it by its field's name.
    """

    told_by = (Action.SETTINGS_CHANGED,)

    name = LineField(_l("Name of the portal"), validators=[Filled(_l("Write the name people know.")), AtMost(60)])
    languages = LanguagesField(_l("Languages"))
    default_lang = ChoiceField(
        _l("Default language"), choices=[SelectChoice(code, name) for code, name in LANGUAGES.items()]
    )
    welcome = InEachLanguage(
        _l("Welcome"),
        _l("Welcome in %(language)s"),
        lambda label, lang: LineField(label, [AtMost(120)]),
    )
    hue = IntegerRangeField(_l("Hue"), validators=[NumberBetween(0, HUE_MOST, _l("Choose a hue between 0 and 360."))])
    chroma = DecimalRangeField(
        _l("Strength"),
        places=3,
        validators=[NumberBetween(0, Decimal(str(CHROMA_MOST)), _l("Choose a strength between 0 and 0.15."))],
    )
    logo_light = FileField(_l("Logo"), render_kw=_ACCEPTED)
    no_logo_light = BooleanField(_l("Remove this logo"))
    logo_dark = FileField(_l("Logo on dark pages"), render_kw=_ACCEPTED)
    no_logo_dark = BooleanField(_l("Remove this logo"))
    answer_days = IntegerField(
        _l("Days to answer"), validators=[NumberBetween(1, 60, _l("Write a whole number of days, from 1 to 60."))]
    )
    objection_days = IntegerField(
        _l("Days to object to a merge"),
        validators=[NumberBetween(1, 60, _l("Write a whole number of days, from 1 to 60."))],
    )
    flags_to_hide = IntegerField(
        _l("Reports that hide a text"), validators=[NumberBetween(0, 50, _l("Write a whole number from 0 to 50."))]
    )

    support_id = TeamField(_l("Support"), nobody=_l("Nobody"), validators=[of_the_team])
    promises_public = BooleanField(_l("Show what you promised on a page of its own"))
    promises_rate_public = BooleanField(_l("Say how many promises were kept, from ten on"))
    roadmap_shows_review = BooleanField(_l("Show what is under review on the roadmap"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sent = {name: Saved.from_token(request.form.get(f"kept_{name}", "")) for name in LOGOS}
        self.kept = {name: saved for name, saved in sent.items() if saved}

    def validate_default_lang(self, field: ChoiceField) -> None:
        self.languages.check_first(field)

    def validate_logo_light(self, field: FileField) -> None:
        self._keep(field)

    def validate_logo_dark(self, field: FileField) -> None:
        self._keep(field)

    def logo_key(self, name: str, before: str) -> str:
        """The key to keep from now on: of what was sent, of what was there, or none where it is to go."""
        if name in self.kept:
            return self.kept[name].key
        return "" if self[f"no_{name}"].data else before

    def faint(self, before: Settings) -> dict[str, set[str]]:
        """The themes in which each logo would be hard to make out, by its field's name."""
        keys = {name: self.logo_key(name, getattr(before, name)) for name in LOGOS}
        keys = {name: key for name, key in keys.items() if key and uploads.path(key).exists()}
        hue, chroma = int(self.hue.data), float(self.chroma.data)
        shown_in = {name: {name.removeprefix("logo_")} if len(keys) > 1 else set(THEMES) for name in keys}
        return {name: legibility.faint_on(key, hue, chroma) & shown_in[name] for name, key in keys.items()}

    def stands(self, thing: Settings) -> dict[str, Any]:
        spoken = {"languages": thing.spoken, "support_id": str(thing.support_id or "")}
        return {**super().stands(thing), **spoken, **{name: getattr(thing, name) for name in LOGOS}}

    def sent(self, name: str, shown: str) -> Any:
        return self.logo_key(name, shown) if name in LOGOS else super().sent(name, shown)

    def say(self, name: str, value: Any) -> str:
        if name in LOGOS:
            return _("An image") if value else ""
        return super().say(name, value)

    @property
    def support(self) -> int | None:
        """The id of who is named as support."""
        return self.support_id.person.id if self.support_id.person else None

    def _keep(self, field: FileField) -> None:
        file = field.data
        if not isinstance(file, FileStorage) or not file.filename or "csrf_token" in self.errors:
            return
        if file.filename.lower().endswith((".svg", ".svgz")):
            raise ValidationError(
                _("An SVG can carry scripts, so we take none. Export the logo as a PNG file and add that one.")
            )
        try:
            self.kept[field.name] = uploads.save_image(file, within=LOGO_SIDES, mailed=True)
        except UploadRefused as refused:
            raise ValidationError(str(refused)) from refused


# The choices that are kept as they are typed: what the form asks for and the row has.
_COLUMNS = [column.key for column in Settings.__table__.columns]
FIELDS = [name for name in _COLUMNS if hasattr(SettingsForm, name) and name not in (*LOGOS, "languages")]
