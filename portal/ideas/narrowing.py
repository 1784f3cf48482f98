"""How a reader narrows the board: the form, what it offers, and what was chosen."""

from typing import Any, NamedTuple

from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from portal.i18n import _, _l
from portal.ideas import field_filters
from portal.ideas.board_asks import asked_in_public
from portal.ideas.filter import board_now, boards_in_use, status_names, tag_now, tags_in_use
from portal.ideas.forms import OneOf
from portal.ideas.statuses import Kind
from portal.middleware.caching import for_everybody
from portal.web.fields import CheckboxesField
from portal.web.forms import PortalForm


class Offered(NamedTuple):
    """One list of the filter as it is drawn: what it offers, what is chosen, and what is wrong with that."""

    id: str
    label: str
    choices: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    several: bool
    problem: str


def _offered(field: Any) -> Offered:
    several = isinstance(field, CheckboxesField)
    chosen = tuple(field.data or ()) if several else (field.data,)
    choices = tuple((str(value), str(words)) for value, words in field.choices)
    return Offered(field.id, str(field.label.text), choices, chosen, several, str(next(iter(field.errors), "")))


class FilterForm(PortalForm):
    """How the reader narrows the board; what we do not know narrows nothing, and is said."""

    class Meta:
        csrf = False

    board = SelectField(
        _l("Part of the product"),
        [OneOf(_l("There is no such board. Choose one from the list."))],
        validate_choice=False,
    )
    tag = SelectField(_l("Tag"), [OneOf(_l("There is no such tag. Choose one from the list."))], validate_choice=False)
    kind = SelectField(
        _l("Kind"), [OneOf(_l("There are ideas and issues. Choose one from the list."))], validate_choice=False
    )
    status = CheckboxesField(
        _l("Status"), [OneOf(_l("There is no such status. Choose from the list."))], validate_choice=False
    )

    def __init__(self, args: Any) -> None:
        super().__init__(args)
        kind = args.get("kind", "")
        board = board_now(args.get("board", ""))
        self.board.choices = [("", _("All boards")), *boards_in_use(board)]
        tag = tag_now(args.get("tag", ""))
        self.tag.choices = [("", _("All tags")), *tags_in_use(tag)]
        self.status.choices = list(status_names(kind))
        self.status.label.text = _("Status of issues") if kind == Kind.ISSUE else _("Status of ideas")
        self.kind.choices = [
            ("", _("Ideas and issues")),
            (Kind.IDEA.value, _("Ideas")),
            (Kind.ISSUE.value, _("Issues")),
        ]
        for field in self._one:
            field.data = {"board": board, "tag": tag}.get(field.name, args.get(field.name, ""))

    def take(self) -> None:
        """Look at what was asked. Whoever chooses a status of ideas sees ideas alone."""
        self.validate()
        if self.status.data and not self.status.errors:
            self.kind.data = self.kind.data or Kind.IDEA.value

    @property
    def chosen(self) -> dict[str, Any]:
        """What is chosen by name, without the values that we do not know."""
        known = {field.name: field.data for field in self._one if field.data and not field.errors}
        return {**known, "statuses": () if self.status.errors else tuple(self.status.data or ())}

    @property
    def named(self) -> tuple[str, ...]:
        """What is chosen as it is read."""
        one = [str(dict(field.choices)[field.data]) for field in self._one if field.data and not field.errors]
        return (*one, *(str(dict(self.status.choices)[kind]) for kind in self.chosen["statuses"]))

    @property
    def _one(self) -> tuple[Any, ...]:
        """The lists of which one value is chosen."""
        return self.board, self.tag, self.kind


class Narrowing(NamedTuple):
    """How a list is narrowed: the lists of its form, what is chosen (as a Filter takes it, and in words), and what is
    wrong. `steps`: the kinds of status that may be chosen; `fields`: what the chosen board asks for."""

    offered: tuple[Offered, ...]
    chosen: dict[str, Any]
    named: tuple[str, ...]
    problems: tuple[tuple[str, str], ...]
    steps: tuple[str, ...]
    fields: tuple[field_filters.Drawn, ...] = ()


@for_everybody
def narrowing(asked: tuple[tuple[str, str], ...]) -> Narrowing:
    """The form, taken and drawn once for all who ask for the same."""
    form = FilterForm(MultiDict(asked))
    form.take()
    steps = tuple(str(kind) for kind, _name in form.status.choices)
    board = form.chosen.get("board", "")
    fields = field_filters.offered(asked_in_public(board) if board else (), dict(asked))
    wrong = (*form.problems, *field_filters.problems(fields))
    chosen = {**form.chosen, "fields": field_filters.wishes(fields)}
    named = (*form.named, *(name for field in fields for name in field.named))
    return Narrowing(tuple(map(_offered, form)), chosen, named, wrong, steps, field_filters.drawn(fields))
