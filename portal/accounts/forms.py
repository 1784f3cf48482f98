"""What people type about themselves, and to sign in."""

from typing import Any

from flask import current_app
from wtforms import BooleanField, HiddenField, RadioField, SelectField, StringField, ValidationError
from wtforms.validators import StopValidation

from portal.accounts.addressing import (
    LONGEST_ADDRESS,
    has_odd_domain,
    looks_like_address,
    odd_letters,
    tidy_address,
)
from portal.accounts.choices import CreditAs, MailWhen, Motion, Theme
from portal.accounts.models import User
from portal.accounts.pending import too_many_messages
from portal.accounts.zones import place, zones
from portal.activity.forms import EditForm
from portal.i18n import LANGUAGES, _, _l, languages, spoken
from portal.text import holds_address
from portal.web.fields import AtMost, Filled, LanguagesField, LineField, TextField
from portal.web.forms import PortalForm


class Address:
    """An e-mail address that we may write to."""

    def __call__(self, form: Any, field: Any) -> None:
        typed = field.data or ""
        if "@" in typed and odd_letters(typed):
            raise StopValidation(
                _(
                    "We cannot write to an address with “%(letters)s” before the @. Use one with plain letters there.",
                    letters=odd_letters(typed),
                )
            )
        if "@" in typed and has_odd_domain(typed):
            raise StopValidation(_("No mail can go to the name after the @. Check how it is spelled."))
        if not looks_like_address(typed):
            raise StopValidation(_("Write an e-mail address like name@example.com."))


class NotTooOften:
    """An address gets a few messages in ten minutes, and no more, so that nobody is bombarded."""

    def __call__(self, form: Any, field: Any) -> None:
        if current_app.config["RATE_LIMITS"] and too_many_messages(field.data):
            raise StopValidation(
                _("We have already sent several messages to this address. Open the latest one, or wait ten minutes.")
            )


class AddressField(StringField):
    """The e-mail address of a visitor, to confirm what they do; lower case, without spaces around."""

    def __init__(
        self, label: Any = _l("Your e-mail address"), more: tuple[Any, ...] = (NotTooOften(),), **kwargs: Any
    ) -> None:
        validators = [Filled(_l("Write your e-mail address.")), Address(), *more]
        kwargs["render_kw"] = {
            "type": "email",
            "autocomplete": "email",
            "inputmode": "email",
            "maxlength": LONGEST_ADDRESS,
            "spellcheck": "false",
            **kwargs.get("render_kw", {}),
        }
        super().__init__(label, validators, **kwargs)

    def process_formdata(self, valuelist: list[Any]) -> None:
        self.data = tidy_address(valuelist[0] if valuelist else "")

    def _value(self) -> str:
        """What is refused is shown as it was typed."""
        return str(self.raw_data[0]) if self.errors and self.raw_data else self.data or ""


class NoAddress:
    """A name is no place for a link: everybody reads it wherever its owner has been."""

    def __call__(self, form: Any, field: Any) -> None:
        if holds_address(field.data or ""):
            raise ValidationError(_("Write your name without a web or e-mail address."))


NAME_MAX = 80


def _name_field() -> LineField:
    return LineField(
        _l("Your name, as others will see it"),
        [Filled(_l("Write the name that others will see.")), AtMost(NAME_MAX), NoAddress()],
        render_kw={"autocomplete": "nickname"},
    )


class SignInForm(PortalForm):
    email = AddressField()
    next = HiddenField()


SIX_DIGITS = _l("Type the six digits that we sent you.")


def six_digits(form: Any, field: Any) -> None:
    """Something else is a slip of the fingers, and spends no try."""
    code = "".join(field.data.split())
    if len(code) != 6 or not (code.isascii() and code.isdigit()):
        raise ValidationError(str(SIX_DIGITS))


class EnteringForm(PortalForm):
    """Whoever comes in may say in which time zone their browser is: a script fills it in."""

    timezone = HiddenField(filters=[place], render_kw={"data-zone-of-browser": ""})


class ConfirmForm(EnteringForm):
    """Somebody known only presses the button."""


class JoinForm(EnteringForm):
    """Somebody new may say what to call them."""

    display_name = LineField(
        _l("What may we call you?"), [AtMost(NAME_MAX), NoAddress()], render_kw={"autocomplete": "nickname"}
    )


class CodeForm(JoinForm):
    """The same for every address: whose it is nobody learns here, and the name of a member stays as it is."""

    code = StringField(_l("The code"), [Filled(SIX_DIGITS), six_digits])


class CorrectForm(PortalForm):
    """The right address, in place of one that was mistyped."""

    email = AddressField()


# Hue and strength, as the settings keep them.
BRAND_COLOURS = {
    "178-0.088": _l("Teal"),
    "240-0.11": _l("Blue"),
    "300-0.14": _l("Violet"),
    "350-0.14": _l("Pink"),
    "25-0.15": _l("Red"),
    "60-0.1": _l("Orange"),
    "150-0.11": _l("Green"),
}


class SetUpForm(EnteringForm):
    """The first page of an empty portal."""

    portal_name = LineField(
        _l("Name of the portal"), [Filled(_l("Write the name of your company or product.")), AtMost(60)]
    )
    languages = LanguagesField(_l("Its languages"))
    language = SelectField(_l("Its first language"), choices=list(LANGUAGES.items()))
    colour = RadioField(_l("Its colour"), choices=list(BRAND_COLOURS.items()), default="178-0.088")
    display_name = _name_field()
    email = AddressField(more=())

    def validate_language(self, field: SelectField) -> None:
        self.languages.check_first(field)


class OwnForm(EditForm):
    """Something that only a member changes: of themselves."""

    def last_change(self, thing: User) -> tuple[User, None]:
        return thing, None


class ProfileForm(OwnForm):
    """Their own name, also of who is shown under another; who gave none may go on without."""

    display_name = _name_field()
    title = LineField(_l("What you do"), [AtMost(80)])
    bio = TextField(_l("About you"), [AtMost(500)])

    def __init__(self, *args: Any, thing: User, **kwargs: Any) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        if thing.is_nameless:
            self.display_name.validators = self.display_name.validators[1:]

    def stands(self, thing: User) -> dict[str, Any]:
        return {**super().stands(thing), "display_name": thing.own_name}


class LanguageForm(OwnForm):
    """Their language, where the portal has several, and their time zone."""

    lang = SelectField(_l("Language"))
    timezone = SelectField(_l("Time zone"))

    def __init__(self, *args: Any, thing: User, **kwargs: Any) -> None:
        super().__init__(*args, thing=thing, **kwargs)
        self.lang.choices, self.timezone.choices = list(languages().items()), list(zones())
        if len(languages()) == 1:
            del self.lang

    def stands(self, thing: User) -> dict[str, Any]:
        stands = super().stands(thing)
        return {**stands, "lang": spoken(thing.lang)} if len(languages()) > 1 else {"timezone": stands["timezone"]}


MAIL_CHOICES = [
    (MailWhen.AT_ONCE.value, _l("At once")),
    (MailWhen.DAILY.value, _l("Once a day, in one message")),
    (MailWhen.NEVER.value, _l("Never by e-mail")),
]


class MailForm(OwnForm):
    mail_progress = RadioField(_l("When an idea that you support or follow moves"), choices=MAIL_CHOICES)
    mail_comments = RadioField(_l("When somebody comments on an idea that you follow"), choices=MAIL_CHOICES)


class CreditForm(OwnForm):
    credit_as = RadioField(
        _l("In the credits of what ships, show"),
        choices=[
            (CreditAs.NAME.value, _l("My name, with a link to my profile")),
            (CreditAs.PSEUDONYM.value, _l("A pseudonym, without a link")),
            (CreditAs.NOBODY.value, _l("Nothing: leave me out")),
        ],
    )
    pseudonym = LineField(_l("Pseudonym"), [AtMost(80), NoAddress()])
    named_as_supporter = BooleanField(_l("Also name me where I only voted"))
    featured = BooleanField(_l("I may be shown among the top partners"))

    def validate_pseudonym(self, field: Any) -> None:
        if self.credit_as.data == CreditAs.PSEUDONYM and not field.data:
            raise ValidationError(_("Write the pseudonym that credits should show."))


class AppearanceForm(OwnForm):
    theme = RadioField(
        _l("Theme"),
        choices=[
            (Theme.AUTO.value, _l("As this device says")),
            (Theme.LIGHT.value, _l("Light")),
            (Theme.DARK.value, _l("Dark")),
        ],
    )
    motion = RadioField(
        _l("Movement"),
        choices=[
            (Motion.AUTO.value, _l("As this device says")),
            (Motion.LESS.value, _l("As little as possible")),
        ],
    )


class ShortcutsForm(OwnForm):
    shortcuts = BooleanField(_l("Use single-letter shortcuts"))


class WishesForm(PortalForm):
    """What goes with an account besides name, address and votes."""

    versions = BooleanField(_l("Take the words out of earlier versions"), default=True)
    comments = BooleanField(_l("Delete all comments, with their pictures"))
    pictures = BooleanField(_l("Remove all pictures"))
    texts = BooleanField(_l("Replace the text of ideas and issues by “(taken out by its author)”"))

    @property
    def wishes(self) -> dict[str, bool]:
        return {name: bool(self[name].data) for name in ("versions", "comments", "pictures", "texts")}


class EraseForm(WishesForm):
    """The person types a word, so that no single click erases an account."""

    word = LineField(_l("Confirmation"))

    def validate_word(self, field: Any) -> None:
        if (field.data or "").casefold() != erase_word().casefold():
            raise ValidationError(_("Type “%(word)s” to erase your account.", word=erase_word()))


def erase_word() -> str:
    """The word to type, in the reader's language."""
    return _("erase")
