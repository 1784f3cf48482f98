"""The pages that hand out what is shared: a link, a picture and a text in each language, for what everybody sees."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.changelog.models import Release
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from tests.browser import Browser, Page
from tests.changelog.releases import said
from tests.conftest import act

Browse = Callable[..., Browser]
HOST = "http://127.0.0.1:8000"


@pytest.fixture
def release(lea: User) -> Release:
    with act():
        made = Release(author=lea, texts=said("Undo", fr="Annuler"), published_at=now())
        db.session.add(made)
    return made


def texts(page: Page) -> list[str]:
    return [area.get_text().strip() for area in page.soup.select("main textarea[readonly]")]


def test_an_idea_is_shared_in_each_language(browser: Browse, visitor: Browser, dark_mode: Idea) -> None:
    shown = visitor.get(f"/ideas/{dark_mode.id}")
    page = visitor.get(str(shown.find(f'a[href="/ideas/{dark_mode.id}/share"]')["href"]))
    assert page.find("#link")["value"].startswith(f"{HOST}/ideas/{dark_mode.id}-")
    english, french = texts(page)
    assert dark_mode.title in english and "Vote for it." in english and english.endswith("?lang=en")
    assert dark_mode.title in french and "Votez" in french and french.endswith("?lang=fr")
    for link in page.soup.select("main a[download]"):
        picture = visitor.client.get(str(link["href"]).removeprefix(HOST))
        assert (picture.status_code, picture.mimetype) == (200, "image/png")
        assert link["download"] in (f"idea-{dark_mode.id}.en.png", f"idea-{dark_mode.id}.fr.png")
    assert "csrf_token" not in page.html and page.find('meta[name="robots"]')["content"] == "noindex"


def test_a_release_and_the_news_are_shared(visitor: Browser, release: Release) -> None:
    page = visitor.get(f"/changelog/{release.id}/share")
    english, french = texts(page)
    assert "“Undo”" in english and "Annuler" in french and f"{HOST}/changelog/{release.id}" in french
    assert visitor.get(release_path(release)).has(f'a[href="/changelog/{release.id}/share"]')
    assert visitor.get("/changelog").has('a[href="/changelog/share"]')
    assert len(texts(visitor.get("/changelog/share"))) == 2


def release_path(release: Release) -> str:
    return f"/changelog/{release.id}-{release.slug}"


def test_what_not_everybody_sees_offers_nothing(
    browser: Browse, lea: User, camille: User, salary_leak: Idea, dark_mode: Idea, release: Release
) -> None:
    with act():
        dark_mode.hide(by=lea, reason="Advertising.")
        release.published_at = None
    for reader in (lea, camille):
        for idea in (salary_leak, dark_mode):
            assert browser(reader).get(f"/ideas/{idea.id}/share").status == 404
    staff = browser(lea)
    for path in (f"/ideas/{salary_leak.id}", f"/ideas/{dark_mode.id}", release_path(release)):
        page = staff.get(path)
        assert page.status == 200 and not page.has('main a[href$="/share"]'), path
    assert staff.get(f"/changelog/{release.id}/share").status == 404
