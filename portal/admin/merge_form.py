"""What staff fill in to merge an idea into another one."""

import hashlib
from typing import Any

from wtforms import BooleanField, HiddenField

from portal.admin.idea_forms import REASON_MAX
from portal.i18n import _l
from portal.ideas.models import Idea
from portal.web.fields import AtMost, Filled, TextField
from portal.web.forms import PortalForm


class MergeForm(PortalForm):
    """Why the two are one, in public; `seen`: how the two read when the form was shown."""

    reason = TextField(
        _l("Public reason"),
        id="merge-reason",
        validators=[
            Filled(_l("Say why they are the same: the people who asked for it will read it.")),
            AtMost(REASON_MAX),
        ],
    )
    one_answer = BooleanField(_l("The answer of the one that stays holds for both"), id="merge-answer")
    seen = HiddenField(id="merge-seen")

    def __init__(self, *args: Any, of: tuple[Idea, Idea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen.data = self.seen.data or _reads(*of)

    def overtaken(self, *of: Idea) -> bool:
        """Whether one of the two reads otherwise than when the form was shown; sent once more, it is meant so."""
        shown, self.seen.data = self.seen.data, _reads(*of)
        return bool(shown != self.seen.data)


def _reads(*ideas: Idea) -> str:
    """A mark of what staff weigh when they merge: the words, the status and the answer; votes come and go."""
    read = [
        (idea.title, idea.body, idea.status_id, idea.is_private, idea.hidden_at, idea.survivor_id, _answer(idea))
        for idea in ideas
    ]
    return hashlib.sha256(repr(read).encode()).hexdigest()[:16]


def _answer(idea: Idea) -> str:
    return idea.response.body if idea.response else ""
