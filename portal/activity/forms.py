"""Forms that change what is there already: of two people, the second is shown what the first saved, and loses nothing.

Such a form carries what it was shown with (`seen`), and its view asks whether it is `overtaken()` once it may write.
Where something else stands there by now, the form is shown again: what was typed stays in the field, beside it stands
what somebody else saved, and sent once more it is saved over what was shown.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from sqlalchemy import select
from wtforms import BooleanField, FileField, HiddenField, MultipleFileField, SelectFieldBase, TextAreaField

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.database.holding import hold
from portal.extensions import db
from portal.i18n import _, ago, languages
from portal.permissions import me
from portal.text import clean_text
from portal.web.fields import InEachLanguage
from portal.web.forms import PortalForm

SHORT = 120
OPENED = "@"


@dataclass(frozen=True)
class Theirs:
    """What stands at a field now (`now`); of a choice also what it `was` when the form was shown, of a text `yours`."""

    now: str
    was: str | None = None
    yours: str | None = None


class SeenField(HiddenField):
    """What the form was shown with. Several of these forms may stand on one page, so it has no id."""

    def __call__(self, **kwargs: Any) -> Any:
        return super().__call__(**{**kwargs, "id": False})

    def populate_obj(self, obj: Any, name: str) -> None:
        """It is no part of what is edited."""


class EditForm(PortalForm):
    """A form that changes `thing`. Its template shows `form.seen`; its view asks `overtaken()` before it acts.

    `told_by`: the actions whose latest event says who changed the thing.
    """

    told_by: ClassVar[tuple[Action, ...]] = ()

    seen = SeenField()

    def __init__(self, *args: Any, thing: Any = None, **kwargs: Any) -> None:
        stands = {} if thing is None else self.stands(thing)
        super().__init__(*args, data={**stands, **kwargs.pop("data", {})}, **kwargs)
        if self.seen.raw_data is None:
            self.seen.data = _marks(stands)
        self.lost: dict[str, str] = {}

    def stands(self, thing: Any) -> dict[str, Any]:
        """What stands there now, by the names of the fields."""
        files = FileField | MultipleFileField
        names = [name for name, field in self._unbound_fields if not issubclass(field.field_class, files)]
        columns = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
        return {**columns, **self.stands_in_each(thing)}

    def stands_in_each(self, thing: Any) -> dict[str, str]:
        """What stands there now in each language of the portal, by the names of the fields."""
        found = [(name, self.words_of(thing, name)) for name in self.in_languages]
        return {InEachLanguage.name(name, lang): words.get(lang, "") for name, words in found for lang in languages()}

    def words_of(self, thing: Any, name: str) -> dict[str, str]:
        """What stands in a field that is asked for in each language, by language."""
        words: dict[str, str] = thing.words(name)
        return words

    def sent(self, name: str, shown: str) -> Any:
        """What would stand at this field once the form is saved; `shown`: the mark of what it was shown with."""
        return self[name].data

    def say(self, name: str, value: Any) -> str:
        """The words for what stands at this field."""
        field = self[name]
        if isinstance(field, BooleanField):
            return _("Yes") if value in (True, "True") else _("No")
        choices = (
            {choice[0]: choice[1] for choice in field.iter_choices()} if isinstance(field, SelectFieldBase) else {}
        )
        return str(choices.get(value, _plain(value)))

    def last_change(self, thing: Any) -> tuple[User | None, datetime | None]:
        """Who changed the thing last, and when, where that is known."""
        return last_event(Event.subject_type == thing.__tablename__, Event.subject_id == thing.id, told_by=self.told_by)

    def last_change_of(self, name: str, thing: Any) -> tuple[User | None, datetime | None]:
        """The same of what stands at one field, where events tell that apart."""
        return self.last_change(thing)

    def leaves(self, name: str) -> bool:
        """Whether what was sent at this field says that it stays as it is, whatever that is by now."""
        return False

    def is_as_shown(self, name: str) -> bool:
        """Whether this field was sent as the form was shown with it: what stood there needs no asking again."""
        shown = dict(parse_qsl(self.seen.data or "", keep_blank_values=True))
        return shown.get(name) == _mark(self.sent(name, shown.get(name, "")))

    def overtaken(self, thing: Any) -> bool:
        """Hold the thing; whether saving would drop what somebody else saved meanwhile. Then the write has ended, and
        each field that is concerned says so. What stands there exactly as it is sent was saved already.
        """
        hold(thing)
        stands, shown = self.stands(thing), dict(parse_qsl(self.seen.data or "", keep_blank_values=True))
        lost = [name for name, value in stands.items() if self._would_drop(name, _mark(value), shown.get(name))]
        if not lost:
            return False
        known = shown.keys() & stands.keys()
        too_long = _("This page had been open for too long.")
        for name in lost:
            who = self._who(name, thing, shown) if known else too_long
            self._show(name, stands[name], shown.get(name), who)
        self.lost = {self[name].id: self[name].label.text for name in lost}
        self.seen.data = _marks(stands)
        db.session.rollback()
        return True

    @property
    def problems(self) -> list[tuple[str, str]]:
        """Each field that was changed meanwhile says the same, so that the summary names them."""
        return [
            (id, _("%(field)s: %(problem)s", field=self.lost[id], problem=said) if id in self.lost else said)
            for id, said in super().problems
        ]

    def _who(self, name: str, thing: Any, shown: dict[str, str]) -> str:
        """Who changed it, where an event since the page was opened tells it."""
        person, when = self.last_change_of(name, thing)
        if person is not None and (person is thing or person.id == getattr(me(), "id", None)):
            return _("You changed this in another window.")
        opened = shown.get(OPENED, "")
        since = int(opened) if opened.isascii() and opened.isdecimal() and len(opened) < 12 else 0
        if when is None or when.timestamp() < since or person is None or person.is_former:
            return _("Somebody changed this after you opened the page.")
        return _("Changed by %(name)s, %(when)s.", name=person.display_name, when=ago(when))

    def _would_drop(self, name: str, now: str, shown: str | None) -> bool:
        return now != shown and not self.leaves(name) and now != _mark(self.sent(name, shown or ""))

    def _show(self, name: str, value: Any, shown: str | None, who: str) -> None:
        """Say at a field what stands there now; where nothing was typed into it, let it follow."""
        field: Any = self[name]
        stands, long = self.say(name, value), isinstance(field, TextAreaField)
        if _mark(self.sent(name, shown or "")) == shown:
            field.data, field.raw_data = value, None
            follows = _("You left it as it was, so the field shows what stands there now. Save again to keep it.")
            field.errors = [f"{who} {follows}"]
            return
        was = None if long or shown is None else self.say(name, shown)
        field.theirs = Theirs(stands, was, self.say(name, field.data) if long else None)
        choice = isinstance(field, BooleanField | SelectFieldBase)
        then = _("Save again to keep your choice.") if choice else _("Bring both together, then save again.")
        field.errors = [f"{who} {then}"]


def last_event(*about: Any, told_by: tuple[Action, ...]) -> tuple[User | None, datetime | None]:
    """The person and the moment of the latest of these events."""
    latest = select(Event).where(*about, Event.action.in_(told_by)).order_by(Event.id.desc()).limit(1)
    event = db.session.scalar(latest)
    if event is None:
        return None, None
    return (db.session.get(User, event.actor_id) if event.actor_id else None), event.created_at


def _marks(stands: dict[str, Any]) -> str:
    return urlencode({OPENED: int(now().timestamp()), **{name: _mark(value) for name, value in stands.items()}})


def _mark(value: Any) -> str:
    """What tells one value from another: itself, or the digest of a long text."""
    text = clean_text(_plain(value))
    return text if len(text) <= SHORT else hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, float | Decimal):
        return f"{value:.3f}"
    if isinstance(value, list):
        return ",".join(sorted(map(str, value)))
    return "" if value is None else str(value)
