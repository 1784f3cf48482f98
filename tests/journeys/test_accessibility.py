"""What axe-core says of the main pages, in both themes: WCAG 2.2 A and AA, and best practice."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from portal.accounts.models import User
from portal.ideas.models import Idea
from tests.journeys.window import Window

EVERYONE = ("/", "/roadmap", "/changelog", "/people", "/people/tom-becker", "/search?q=schedule", "/ideas/new")
VISITORS = (*EVERYONE, "/sign-in", "/ideas/{idea}", "/ideas/{idea}/vote", "/ideas/new?kind=issue", "/nothing-here")
MEMBERS = (*EVERYONE, "/ideas/{idea}", "/ideas/{idea}/edit", "/ideas/{idea}/history", "/notifications", "/settings")
STAFF = (
    "/admin/", "/admin/ideas", "/admin/releases", "/admin/members", "/admin/members/tom-becker", "/admin/partners",
    "/admin/statuses", "/admin/boards", "/admin/audit", "/admin/deliveries", "/admin/settings", "/ideas/{idea}",
)  # fmt: skip
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("who", "paths"), [(None, VISITORS), ("tom", MEMBERS), ("nora", STAFF)])
def test_axe_finds_nothing(
    window: Callable[..., Window], request: Any, offline: Idea, who: str | None, paths: tuple[str, ...], theme: str
) -> None:
    person: User | None = request.getfixturevalue(who) if who else None
    shown = window(person)
    shown.page.emulate_media(color_scheme=theme)
    found = []
    for path in paths:
        shown.page.goto(path.format(idea=offline.id))
        results = Axe().run(shown.page, options=RULES).response
        found += [
            f"{path}: {broken['id']} {node['target']}" for broken in results["violations"] for node in broken["nodes"]
        ]
    assert not found, "\n".join(found)
