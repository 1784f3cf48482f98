"""What the tests of releases share: a release that is ready, and one that is published."""

from sqlalchemy import ColumnElement

from portal.accounts.models import User
from portal.changelog.models import Release, ReleaseText, draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.ideas.models import Idea
from tests.conftest import act


def said(title: str, story: str = "", fr: str = "") -> dict[str, ReleaseText]:
    """The texts of a release: in English, and its title in French where there is one."""
    texts = {"en": ReleaseText(lang="en", title=title, story=story)}
    return {**texts, "fr": ReleaseText(lang="fr", title=fr, story="")} if fr else texts


def titled(title: str) -> ColumnElement[bool]:
    """The condition of the release with this English title."""
    return Release.texts.of_type(ReleaseText).any(ReleaseText.title == title)


def written(by: User, *ideas: Idea, title: str = "Copy a week") -> Release:
    """A draft with everything that publishing needs."""
    with act():
        release = draft(by=by)
        release.edit(
            by=by,
            ideas=list(ideas),
            title={"en": title, "fr": "Copier une semaine"},
            story={"en": "You tick **what comes along**.", "fr": "Vous cochez **ce qui suit**."},
        )
    return release


def published(by: User, *ideas: Idea, title: str = "Copy a week") -> Release:
    """A release that everyone can read."""
    release = written(by, *ideas, title=title)
    with act():
        publish(release, by=by)
    return release


def unseen(by: User) -> list[Release]:
    """One that is not published yet, and one that staff took out of sight."""
    hidden = {"published_at": now(), "hidden_at": now(), "hidden_reason": "Wrong"}
    return [Release(author=by, texts=said("Nobody sees it"), **more) for more in ({}, hidden)]
