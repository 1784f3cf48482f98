"""The forms by which admins say what a board asks for."""

from functools import lru_cache
from typing import Any

from wtforms import BooleanField, RadioField, SelectChoice, ValidationError

from portal.activity.forms import EditForm, last_event
from portal.activity.models import Action, Event
from portal.admin.forms import ChoiceField
from portal.i18n import _, _l, languages
from portal.ideas.field_kinds import TYPES, FieldType
from portal.ideas.fields import HINT_MAX, MOST_CHOICES, NAME_MAX, UNIT_MAX, BoardField, FieldChoice
from portal.web.fields import AtMost, InEachLanguage, LineField, TextField
from portal.web.forms import PortalForm

ALL, STAFF = "all", "staff"


def _lines(label: Any, among: Any, most: int) -> InEachLanguage:
    return InEachLanguage(label, among, lambda called, lang: LineField(called, [AtMost(most)]))


class FieldWords(PortalForm):
    """What is asked for, in the portal's own language at least, who sees what is said, and what can be chosen."""

    name = _lines(_l("What it is called"), _l("What it is called in %(language)s"), NAME_MAX)
    hint = _lines(_l("What helps to say it"), _l("What helps to say it, in %(language)s"), HINT_MAX)
    unit = _lines(_l("Counted in"), _l("Counted in, in %(language)s"), UNIT_MAX)
    shown = RadioField(
        _l("Who sees what is said"),
        choices=[
            SelectChoice(ALL, _l("Everybody: it stands on the page of the idea, and is found by the search")),
            SelectChoice(STAFF, _l("Only our team, and whoever wrote it")),
        ],
        default=ALL,
    )
    choices = TextField(_l("What can be chosen, one a line"), [AtMost(MOST_CHOICES * (NAME_MAX + 1))])

    @property
    def new_choices(self) -> list[str]:
        """The choices that were written, each once."""
        lines = (" ".join(line.split()) for line in (self.choices.data or "").splitlines())
        return list(dict.fromkeys(filter(None, lines)))

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        own: Any = dict(self.each("name"))[next(iter(languages()))]
        if not own.data:
            own.errors = [*own.errors, _("Write what it is called.")]
            valid = False
        return valid

    def validate_choices(self, field: Any) -> None:
        if any(len(choice) > NAME_MAX for choice in self.new_choices):
            raise ValidationError(_("A choice has at most %(num)s characters.", num=NAME_MAX))
        if len(self.new_choices) + self.kept_choices > MOST_CHOICES:
            raise ValidationError(_("There may be %(num)s choices at most.", num=MOST_CHOICES))

    @property
    def kept_choices(self) -> int:
        """How many choices there are besides those that are written here."""
        return 0


class NewFieldForm(FieldWords):
    """One more thing to ask for. Its kind is fixed for good."""

    type = ChoiceField(_l("Kind"), choices=[SelectChoice(str(kind), words) for kind, words in TYPES.items()])

    def validate_choices(self, field: Any) -> None:
        super().validate_choices(field)
        if self.type.data == FieldType.CHOICE and len(self.new_choices) < 2:
            raise ValidationError(_("Write at least two choices, one a line."))
        if self.type.data != FieldType.CHOICE and self.new_choices:
            raise ValidationError(_("Only “One of several choices” has choices. Take that kind, or leave this empty."))


class EditFieldForm(EditForm, FieldWords):
    """The same of a field that is there already, with its place, and the names of its choices."""

    told_by = (Action.BOARD_CHANGED,)

    place = ChoiceField(_l("Its place"))

    def __init__(self, *args: Any, thing: BoardField, told: bool = False, **kwargs: Any) -> None:
        self.kept = thing.choices
        super().__init__(*args, thing=thing, **kwargs)
        self.told, self.was_for_staff = told, thing.for_staff
        if thing.type != FieldType.CHOICE:
            del self.choices
        if thing.type != FieldType.NUMBER:
            for lang in languages():
                del self[InEachLanguage.name("unit", lang)]
        here = BoardField.on_board(thing.board_id)
        self.place.choices = [SelectChoice(str(n), str(n + 1)) for n in range(len(here))]
        if thing not in here:
            del self.place

    @property
    def kept_choices(self) -> int:
        return sum(not self[_gone(choice)].data for choice in self.kept)

    def stands(self, thing: BoardField) -> dict[str, Any]:
        here = BoardField.on_board(thing.board_id)
        stands: dict[str, Any] = {"shown": STAFF if thing.for_staff else ALL, **self.stands_in_each(thing)}
        if thing.type != FieldType.NUMBER:
            stands = {name: value for name, value in stands.items() if not name.startswith("unit_")}
        if thing in here:
            stands["place"] = str(here.index(thing))
        for choice in self.kept:
            stands |= {_called(choice, lang): choice.names.get(lang, "") for lang in languages()}
            stands[_gone(choice)] = choice.archived_at is not None
        return stands

    def last_change(self, thing: BoardField) -> Any:
        """A field is told of with its board."""
        return last_event(Event.subject_type == "board", Event.subject_id == thing.board_id, told_by=self.told_by)

    def validate_shown(self, field: Any) -> None:
        if field.data == ALL and self.was_for_staff and self.told:
            raise ValidationError(
                _("What was said so far was said to our team alone, and stays so. Ask for it anew to show it to all.")
            )

    def validate(self, extra_validators: Any = None) -> bool:
        valid = super().validate(extra_validators)
        for choice in self.kept:
            own: Any = self[_called(choice, next(iter(languages())))]
            if not own.data:
                own.errors = [*own.errors, _("Write what this choice is called, or take it away.")]
                valid = False
        return valid

    @property
    def in_turn(self) -> list[tuple[list[tuple[str, Any]], Any]]:
        """Each choice: its name in each language, and whether it goes."""
        return [
            ([(lang, self[_called(choice, lang)]) for lang in languages()], self[_gone(choice)]) for choice in self.kept
        ]

    @property
    def renamed(self) -> dict[int, dict[str, str]]:
        """What each choice is called, by its id."""
        return {c.id: {lang: self[_called(c, lang)].data or "" for lang in languages()} for c in self.kept}

    @property
    def gone(self) -> set[int]:
        """The choices that are taken away."""
        return {choice.id for choice in self.kept if self[_gone(choice)].data}


def form_of(field: BoardField, told: bool, **kwargs: Any) -> EditFieldForm:
    """The form of this field."""
    form: EditFieldForm = _made(tuple(c.id for c in field.choices), tuple(languages()))(
        thing=field, told=told, **kwargs
    )
    return form


@lru_cache(maxsize=100)
def _made(choices: tuple[int, ...], langs: tuple[str, ...]) -> type[EditFieldForm]:
    """The form with a few fields for each choice."""
    asked: dict[str, Any] = {}
    for id in choices:
        for lang in langs:
            asked[f"choice{id}_{lang}"] = LineField(_l("Choice"), [AtMost(NAME_MAX)])
        asked[f"choice{id}_gone"] = BooleanField(_l("Offer it no more"))
    return type("EditFieldForm", (EditFieldForm,), asked)


def _called(choice: FieldChoice, lang: str) -> str:
    return f"choice{choice.id}_{lang}"


def _gone(choice: FieldChoice) -> str:
    return f"choice{choice.id}_gone"
