"""How two ideas read to whoever decides that they are one: a form says so, and notices when that changes meanwhile."""

import hashlib
from typing import Any

from wtforms import HiddenField

from portal.ideas.models import Idea
from portal.web.forms import PortalForm


class OfTwo(PortalForm):
    """A form about two ideas; `seen`: how the two read when it was shown."""

    seen = HiddenField()

    def __init__(self, *args: Any, of: tuple[Idea, Idea], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seen.data = self.seen.data or _reads(*of)

    def overtaken(self, *of: Idea) -> bool:
        """Whether one of the two reads otherwise than when the form was shown; sent once more, it is meant so."""
        shown, self.seen.data = self.seen.data, _reads(*of)
        return bool(shown != self.seen.data)


def _reads(*ideas: Idea) -> str:
    """A mark of what is weighed: the words, the status and the answer; votes come and go."""
    read = [
        (idea.title, idea.body, idea.status_id, idea.is_private, idea.hidden_at, idea.survivor_id, _answer(idea))
        for idea in ideas
    ]
    return hashlib.sha256(repr(read).encode()).hexdigest()[:16]


def _answer(idea: Idea) -> str:
    return idea.response.body if idea.response else ""
