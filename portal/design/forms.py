"""Forms that go nowhere: each type of field, empty, filled, wrong and switched off."""

from typing import Any

from wtforms import BooleanField, MultipleFileField, RadioField, SelectField, StringField

from portal.activity.forms import Theirs
from portal.design.cast import BODY, Cast
from portal.i18n import _, _l
from portal.ideas.statuses import Kind
from portal.voting.weighing import LABELS
from portal.web.fields import CheckboxesField, InEachLanguage, LineField, TextField
from portal.web.forms import PortalForm

KINDS = [("idea", _l("Ideas")), ("issue", _l("Issues"))]
FILLED = {
    "line": "Copy a week of shifts", "text": BODY, "words": BODY, "one": "issue", "choice": "important",
    "several": ["idea"], "yes": True, "code": "123456",
}  # fmt: skip


class Sample(PortalForm):
    """One field of each type."""

    line = LineField(_l("Your idea, in one sentence"))
    title = InEachLanguage(_l("Title"), _l("Title in %(language)s"), lambda label, lang: LineField(label))
    text = TextField(_l("About you"))
    words = TextField(_l("Why, and for whom?"))
    one = SelectField(_l("Kind"), choices=KINDS)
    choice = RadioField(_l("How much would it help you?"), choices=[*LABELS[Kind.IDEA].items()])
    several = CheckboxesField(_l("Status"), choices=KINDS)
    yes = BooleanField(_l("Use single-letter shortcuts"))
    pictures = MultipleFileField(_l("Pictures"))
    code = StringField(_l("Six-digit code"))


def fields(cast: Cast) -> dict[str, Any]:
    """The same form empty, filled, and with an error at every field."""
    wrong = Sample(prefix="wrong-", data=FILLED)
    for field in wrong:
        field.errors = [_("Write a few more words so others can find your idea.")]
    names = ("empty", "off", "focused")
    empty = {name: Sample(prefix=f"{name}-") for name in names}
    return {**empty, "filled": Sample(prefix="filled-", data=FILLED), "wrong": wrong, "overtaken": _overtaken()}


def _overtaken() -> Sample:
    """A form whose line, text and choice somebody else changed meanwhile."""
    form = Sample(prefix="overtaken-", data=FILLED)
    changed = _("Changed by %(name)s, %(when)s.", name="Nora Klein", when=_("just now"))
    for name, theirs, then in (
        ("line", Theirs("Copy a month of shifts", was="Copy shifts"), _("Bring both together, then save again.")),
        ("words", Theirs(BODY.replace("week", "month"), yours=BODY), _("Bring both together, then save again.")),
        ("one", Theirs(_("Ideas"), was=_("Ideas and issues")), _("Save again to keep your choice.")),
    ):
        concerned: Any = form[name]
        concerned.theirs, concerned.errors = theirs, [f"{changed} {then}"]
    return form
