"""What a list knows of the things that events are about: as much as their sentences need.

Each has the names of its model, so that whatever says a sentence of the one says it of the other.
"""

from datetime import datetime
from typing import NamedTuple

from portal.database.wording import chosen
from portal.ideas.statuses import Kind
from portal.settings import settings
from portal.text import slug
from portal.web.addresses import url_for


class AboutPerson(NamedTuple):
    """Who acted, or whom it is about."""

    id: int
    display_name: str
    handle: str
    is_of_team: bool
    is_staff: bool
    is_former: bool
    hidden_at: datetime | None

    @property
    def author_id(self) -> int:
        return self.id

    @property
    def avatar_seed(self) -> str:
        return self.handle


class AboutIdea(NamedTuple):
    """An idea or an issue, and where it stands."""

    id: int
    kind: str
    title: str
    author_id: int
    hidden_at: datetime | None
    is_public: bool
    status_kind: str
    status_colour: str = ""

    @property
    def url(self) -> str:
        return url_for("ideas.show", id=self.id, slug=slug(self.title) or self.kind)

    @property
    def is_issue(self) -> bool:
        return self.kind == Kind.ISSUE


class AboutComment(NamedTuple):
    """A comment with its beginning, its author and its idea."""

    id: int
    body: str
    hidden_at: datetime | None
    is_deleted: bool
    idea: AboutIdea
    author: AboutPerson

    @property
    def author_id(self) -> int:
        return self.author.id

    @property
    def url(self) -> str:
        return url_for("comments.show", id=self.id)


class AboutRelease(NamedTuple):
    """What shipped, by its titles in each language."""

    id: int
    titles: dict[str, str]
    author_id: int
    hidden_at: datetime | None
    is_public: bool

    @property
    def title(self) -> str:
        return chosen(self.titles)

    @property
    def url(self) -> str:
        said = slug(chosen(self.titles, first=settings().default_lang)) or "release"
        return url_for("changelog.show", id=self.id, slug=said)


class AboutReport(NamedTuple):
    """A report, and the text that it is about."""

    id: int
    subject_type: str
    subject_id: int
    author_id: int


class AboutPartner(NamedTuple):
    """That somebody is a top partner."""

    id: int
    user: AboutPerson


class AboutThanks(NamedTuple):
    """Words of thanks, and whom they are for."""

    id: int
    body: str
    user: AboutPerson
