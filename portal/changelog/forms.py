"""The form of a release."""

from typing import Any

from sqlalchemy import select
from wtforms import SelectMultipleField, ValidationError

from portal.activity.forms import EditForm
from portal.activity.models import Action
from portal.changelog.models import STORY_MAX, TITLE_MAX, Release
from portal.changelog.publishing import NotReady
from portal.extensions import db
from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.ideas.one_picture import OnePicture
from portal.web.fields import AtMost, InEachLanguage, LineField, TextField


def _id(value: Any) -> int:
    """The number of an idea; 0, which no idea has, for what could be none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


class ReleaseForm(OnePicture, EditForm):
    """What a release says in each language, its image and its ideas. A draft may lack any of it."""

    told_by = (Action.RELEASE_EDITED,)

    title = InEachLanguage(
        _l("Title"),
        _l("Title in %(language)s"),
        lambda label, lang: LineField(label, [AtMost(TITLE_MAX)]),
    )
    story = InEachLanguage(
        _l("Story"),
        _l("Story in %(language)s"),
        lambda label, lang: TextField(label, [AtMost(STORY_MAX)]),
    )
    ideas = SelectMultipleField(_l("Ideas that it ships"), coerce=_id, validate_choice=False)

    @classmethod
    def of(cls, release: Release) -> "ReleaseForm":
        """The form as it was sent, or else as the release stands."""
        return cls(thing=release)

    def stands(self, thing: Release) -> dict[str, Any]:
        return {
            **self.stands_in_each(thing),
            **self.image_of(thing),
            "ideas": [idea.id for idea in thing.ideas],
        }

    def overtaken(self, thing: Release) -> bool:
        """Once a release is published its ideas stay: a page that was opened before may not seem to change them."""
        if super().overtaken(thing):
            return True
        stay = [idea.id for idea in thing.ideas]
        if not thing.is_published or set(self.ideas.data or []) == set(stay):
            return False
        self.ideas.data = stay
        self.ideas.errors = [_("This release was published after you opened the page, so its ideas stay as they are.")]
        db.session.rollback()
        return True

    def say(self, name: str, value: Any) -> str:
        """The titles of ideas."""
        if name == "ideas":
            ids = value if isinstance(value, list) else [_id(part) for part in str(value).split(",")]
            return ", ".join(db.session.scalars(select(Idea.title).where(Idea.id.in_(ids)).order_by(Idea.title)))
        return super().say(name, value)

    @property
    def texts(self) -> dict[str, dict[str, str]]:
        """Title and story, each by language."""
        return {name: self.words(name) for name in self.in_languages}

    @property
    def chosen(self) -> list[Idea]:
        """The ideas that are ticked, most votes first."""
        ids = self.ideas.data or []
        return list(db.session.scalars(select(Idea).where(Idea.id.in_(ids)).order_by(Idea.votes_count.desc(), Idea.id)))

    def validate_ideas(self, field: Any) -> None:
        if len(self.chosen) != len(set(field.data or [])):
            raise ValidationError(_("One of these ideas is no longer there. Choose again."))

    def refuse(self, problem: NotReady) -> None:
        """Show at each field why the release cannot be published."""
        for name, messages in problem.problems.items():
            self[name].errors = [*self[name].errors, *messages]
