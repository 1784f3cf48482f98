"""Marketing writes a release, and publishes it."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.changelog.models import CreditRole, Release
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.pictures import uploads
from tests.browser import Browser, Page
from tests.changelog.releases import published, written
from tests.conftest import act

FORM = "main form[enctype]"
WORDS = {"title_en": "Offline", "title_fr": "Hors ligne", "story_en": "It works.", "story_fr": "Cela marche."}


@pytest.fixture
def marketing(browser: Callable[..., Browser], hugo: User) -> Browser:
    return browser(hugo)


def begin(marketing: Browser) -> Page:
    """The form of a release that is not saved yet."""
    return marketing.get("/admin/releases/new")


def picture(size: tuple[int, int] = (64, 48)) -> tuple[BytesIO, str]:
    file = BytesIO()
    Image.new("RGB", size, "teal").save(file, "PNG")
    file.seek(0)
    return file, "week.png"


def only_release() -> Release:
    return db.session.scalars(select(Release)).one()


def said(page: Page) -> list[str]:
    return [" ".join(e.get_text(" ").split()) for e in page.soup.select(".summary li, .error")]


def test_a_release_from_an_empty_draft_to_everybody(
    marketing: Browser, visitor: Browser, copy_week: Idea, offline: Idea
) -> None:
    page = marketing.submit(begin(marketing), FORM, "publish", **WORDS, ideas=[str(copy_week.id), str(offline.id)])
    assert page.heading == "Publish “Offline”?"
    assert "“See the schedule offline on the phone” moves from “Planned” to shipped." in page.text
    assert "2 people are credited for proposing." in page.text
    assert "7 people are told. At once by e-mail: 7." in page.text
    page = marketing.submit(page, "main form")
    assert page.heading == "Offline"
    assert visitor.get("/changelog").has("article")
    assert copy_week.status.kind == offline.status.kind == "shipped"


def test_a_draft_is_kept_as_it_is(marketing: Browser, copy_week: Idea) -> None:
    page = marketing.submit(begin(marketing), FORM, title_en="Half a", ideas=[str(copy_week.id)])
    assert page.find("#title_en")["value"] == "Half a"
    assert page.find(f"#idea-{copy_week.id}").has_attr("checked")
    assert "Half a" in marketing.get("/admin/releases").text


def test_what_is_missing_is_said_at_its_field(marketing: Browser, dark_mode: Idea) -> None:
    page = marketing.submit(
        begin(marketing), FORM, "publish", title_en="Dark", story_en="Softer.", ideas=[str(dark_mode.id)]
    )
    assert "Write the title in French." in page.find("#title_fr-error").get_text()
    assert "Write the story in French." in page.find("#story_fr-error").get_text()
    assert "First move it to one of these: Planned, In progress, In testing." in page.find("#ideas-error").get_text()
    assert page.find("#title_en")["value"] == "Dark"


def test_publishing_without_the_confirmation_page_is_refused_the_same(marketing: Browser, hugo: User) -> None:
    release = written(hugo)
    page = marketing.post(f"/admin/releases/{release.id}/publish")
    assert page.status == 422
    assert "Choose at least one idea that this release ships." in page.text
    assert not only_release().is_published


@pytest.mark.both
def test_pressing_publish_twice_publishes_once(marketing: Browser, copy_week: Idea, hugo: User) -> None:
    release = written(hugo, copy_week)
    for _ in range(2):
        page = marketing.post(f"/admin/releases/{release.id}/publish")
    assert page.heading == "Copy a week"
    assert db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.RELEASE_PUBLISHED)) == 1


def test_too_long_a_title_is_kept_with_its_error(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, title_en="x" * 10_000, story_en="Kept.")
    assert page.status == 422
    assert "This has 10,000 characters. Shorten it to 120." in said(page)
    assert page.find("#story_en").get_text().strip() == "Kept."


def test_a_stale_page_keeps_the_text(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, csrf_token="stale", story_en="A whole hour of work")
    assert page.status == 422
    assert page.find("#story_en").get_text().strip() == "A whole hour of work"
    marketing.submit(page, FORM)
    assert only_release().words("story")["en"] == "A whole hour of work"


@pytest.mark.both
def test_searching_for_ideas_keeps_what_was_typed(marketing: Browser, copy_week: Idea, offline: Idea) -> None:
    page = begin(marketing)
    assert page.has(f"#found #idea-{offline.id}") and "dark mode" not in page.text
    page = marketing.submit(page, FORM, "search", q="OFFLINE", story_en="Typed", ideas=[str(copy_week.id)])
    assert page.find("#story_en").get_text().strip() == "Typed"
    assert page.has(f"#chosen #idea-{copy_week.id}")
    assert [i["value"] for i in page.soup.select("#found input")] == [str(offline.id)]
    assert not db.session.scalars(select(Release)).all()


@pytest.mark.both
def test_searching_while_typing_keeps_what_is_ticked(marketing: Browser, copy_week: Idea, offline: Idea) -> None:
    url = f"{begin(marketing).find('#q')['hx-get']}?q=offline&ideas={copy_week.id}"
    part = marketing.get(url, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert not part.has("h1")
    assert part.has(f"#found #idea-{offline.id}")
    assert part.has(f"#chosen #idea-{copy_week.id}[checked]")


def test_an_idea_that_is_not_there_is_said(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, ideas=["999999"])
    assert page.status == 422
    assert "One of these ideas is no longer there. Choose again." in said(page)


def test_an_image_is_shown_with_its_words(marketing: Browser, visitor: Browser, copy_week: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    page = marketing.get(f"/admin/releases/{release.id}/edit")
    marketing.submit(page, FORM, image=picture(), image_alt="Two weeks side by side")
    shown = visitor.get("/changelog").find("article img")
    assert (shown["alt"], shown["width"]) == ("Two weeks side by side", "64")


def test_an_image_without_words_is_kept_until_they_are_written(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, image=picture())
    assert page.status == 422
    assert "Describe the image for people who cannot see it." in page.find("#image_alt-error").get_text()
    marketing.submit(page, FORM, image_alt="Two weeks")
    assert db.session.scalars(select(Attachment)).one().alt == "Two weeks"


@pytest.mark.both
def test_sending_the_same_image_twice_adds_it_once(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, image=picture())
    for _ in range(2):
        marketing.submit(page, FORM, image_alt="Two weeks")
    assert db.session.scalar(select(func.count(Attachment.id))) == 1


@pytest.mark.both
def test_a_new_image_takes_the_place_of_the_old(marketing: Browser, app: Any) -> None:
    page = marketing.submit(begin(marketing), FORM, image=picture(), image_alt="First")
    first = db.session.scalars(select(Attachment.key)).one()
    page = marketing.submit(page, FORM, image=picture((32, 32)), image_alt="Second")
    db.session.rollback()
    assert db.session.scalars(select(Attachment.alt)).all() == ["Second"]
    assert not uploads.path(first).exists()
    marketing.submit(page, FORM, remove_image="y")
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_file_that_is_no_image_is_refused_at_its_field(marketing: Browser) -> None:
    page = marketing.submit(begin(marketing), FORM, image=(BytesIO(b"#!/bin/sh"), "week.png"), image_alt="x")
    assert page.status == 422
    assert "not a picture that we can read" in page.find("#image-error").get_text()


def test_saving_what_is_published_tells_nobody(
    marketing: Browser, copy_week: Idea, hugo: User, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    release = published(hugo, copy_week)
    run_jobs()
    before = len(mailbox.messages)
    page = marketing.get(f"/admin/releases/{release.id}/edit")
    assert "Save and tell nobody" in page.text
    marketing.submit(page, FORM, title_en="Copy a whole week")
    run_jobs()
    assert only_release().words("title")["en"] == "Copy a whole week"
    assert len(mailbox.messages) == before
    assert db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.RELEASE_EDITED)) == 1


def test_a_published_release_is_not_published_again(marketing: Browser, copy_week: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    assert marketing.get(f"/admin/releases/{release.id}/publish").heading == "Copy a week"


@pytest.mark.both
def test_the_pages_are_for_staff(browser: Callable[..., Browser], tom: User, hugo: User) -> None:
    release = written(hugo)
    member, visitor = browser(tom), browser()
    for url in ("/admin/releases", f"/admin/releases/{release.id}/edit", f"/admin/releases/{release.id}/publish"):
        assert member.get(url).status == 403
        assert "/sign-in" in visitor.get(url, follow=False).headers["Location"]
    for url in ("/admin/releases", f"/admin/releases/{release.id}/edit", f"/admin/releases/{release.id}/publish"):
        assert member.post(url).status == 403
    assert not only_release().is_published


def test_staff_say_which_marks_of_authors_stand_in_the_credits(
    marketing: Browser, dark_mode: Idea, hugo: User, yuki: User, sofia: User, marc: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=hugo)
        for who in (sofia, marc):
            Comment.post(dark_mode, f"{who.display_name} says so.", by=who).mark_as_shaping(True, by=yuki)
    release = written(hugo, dark_mode)
    page = marketing.get(f"/admin/releases/{release.id}/publish")
    assert [name.get_text() for name in page.soup.select(".choice label b")] == ["Sofia Nilsson", "Marc Lefèvre"]
    kept = str(page.find(".choice input[type=checkbox]")["value"])
    shown = [str(field["value"]) for field in page.soup.select(".choice input[name=shown]")]
    marketing.post(f"/admin/releases/{release.id}/publish", {"shown": shown, "credit": kept})
    assert shapers() == {sofia.id}


def test_a_mark_that_came_after_the_page_was_shown_is_not_credited(
    marketing: Browser, dark_mode: Idea, hugo: User, yuki: User, sofia: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=hugo)
    page = marketing.get(f"/admin/releases/{written(hugo, dark_mode).id}/publish")
    with act():
        Comment.post(dark_mode, "Dim the logo too.", by=sofia).mark_as_shaping(True, by=yuki)
    marketing.submit(page, 'form[action$="/publish"]')
    assert only_release().is_published
    assert shapers() == set()


def shapers() -> set[int]:
    return {credit.user_id for credit in only_release().credits if credit.role == CreditRole.SHAPER}
