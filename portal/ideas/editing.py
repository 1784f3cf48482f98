"""The forms that change the words of an idea or an issue."""

from typing import Any

from wtforms import RadioField

from portal.forms import AtLeast, AtMost, Filled, LineField, PortalForm, TextField
from portal.i18n import _l
from portal.ideas.forms import OneOf
from portal.ideas.models import BODY_MAX, TITLE_MAX, Idea, Severity

TITLE_MIN = 8
SEVERITIES: dict[str, Any] = {
    Severity.ANNOYING.value: _l("It is annoying"),
    Severity.SERIOUS.value: _l("It costs me time every day"),
    Severity.BLOCKING.value: _l("I cannot work"),
}


class EditIdeaForm(PortalForm):
    """The words of an idea."""

    title = LineField(
        _l("Your idea, in one sentence"),
        [
            Filled(_l("Write your idea in one sentence.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find your idea.")),
            AtMost(TITLE_MAX),
        ],
    )
    body = TextField(_l("Why, and for whom?"), [AtMost(BODY_MAX)])

    @property
    def details(self) -> dict[str, Any]:
        """What is changed besides title and body."""
        return {}


class EditIssueForm(EditIdeaForm):
    """The words of an issue, and its facts."""

    title = LineField(
        _l("The issue, in one sentence"),
        [
            Filled(_l("Write in one sentence what goes wrong.")),
            AtLeast(TITLE_MIN, _l("Write a few more words so others can find this issue.")),
            AtMost(TITLE_MAX),
        ],
    )
    body = TextField(
        _l("What happened?"), [Filled(_l("Say what happened, and what you did before.")), AtMost(BODY_MAX)]
    )
    expected = TextField(_l("What did you expect?"), [AtMost(BODY_MAX)])
    version = LineField(_l("Version or device"), [AtMost(80)])
    severity = RadioField(
        _l("How much does it hurt?"),
        [OneOf(_l("Choose how much it hurts."))],
        choices=list(SEVERITIES.items()),
        validate_choice=False,
    )

    @property
    def details(self) -> dict[str, Any]:
        return {"expected": self.expected.data, "version": self.version.data, "severity": self.severity.data}


def form_for(idea: Idea) -> EditIdeaForm:
    """The form that fits the kind, filled with what stands there now."""
    return EditIssueForm(obj=idea) if idea.is_issue else EditIdeaForm(obj=idea)
