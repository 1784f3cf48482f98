"""What the tests of releases share: a release that is ready, and one that is published."""

from portal.accounts.models import User
from portal.changelog.models import Release, draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.ideas.models import Idea
from tests.conftest import act


def written(by: User, *ideas: Idea, title: str = "Copy a week") -> Release:
    """A draft with everything that publishing needs."""
    with act():
        release = draft(by=by)
        release.edit(
            by=by,
            ideas=list(ideas),
            title_en=title,
            title_fr="Copier une semaine",
            story_en="You tick **what comes along**.",
            story_fr="Vous cochez **ce qui suit**.",
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
    return [Release(author=by, title_en="Nobody sees it", **more) for more in ({}, hidden)]
