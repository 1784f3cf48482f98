"""What a person shows others of themselves: a name, what they do, some words about them."""

from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Mapped, mapped_column

from portal.activity.hiding import Hideable
from portal.activity.models import Action
from portal.i18n import _, reading_in

SHOWN = ("own_name", "pseudonym", "title", "bio")


class ProfileWords(Hideable):
    """The words of a profile. Hidden, they are put away in `hidden_words`, so that no page, feed or mail has them."""

    hidden_as, restored_as = Action.PROFILE_HIDDEN, Action.PROFILE_RESTORED

    hidden_words: Mapped[dict[str, Any]] = mapped_column(default=dict)

    if TYPE_CHECKING:
        id: Mapped[int]
        lang: Mapped[str]

    @property
    def author_id(self) -> int:
        return self.id

    @property
    def said(self) -> list[str]:
        """Its words, in sight or not."""
        return [self.hidden_words.get(name) or getattr(self, name) for name in SHOWN]

    @property
    def has_words(self) -> bool:
        """Whether they say anything of themselves besides their name, in sight or not."""
        return any(self.said[1:])

    def blank(self) -> None:
        """Take out what they say of themselves, in sight or not."""
        for name in SHOWN[1:]:
            setattr(self, name, "")
        self.hidden_words = {name: words for name, words in self.hidden_words.items() if name not in SHOWN[1:]}

    def _out_of_sight(self) -> None:
        self.hidden_words = {name: getattr(self, name) for name in SHOWN}
        with reading_in(self.lang):
            nameless = _("Member %(number)s", number=self.id)
        for name in SHOWN:
            setattr(self, name, nameless if name == "own_name" else "")

    def _in_sight(self) -> None:
        for name, words in self.hidden_words.items():
            setattr(self, name, words)
        self.hidden_words = {}
