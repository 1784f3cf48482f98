"""Changing what was proposed, and who may see it."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import update

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.moderation.models import suspend
from tests.browser import Browser
from tests.conftest import act
from tests.ideas.test_show import at

Open = Callable[..., Browser]


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


def test_the_author_changes_the_words_and_everyone_sees_what_changed(
    browser: Open, visitor: Browser, offline: Idea, tom: User
) -> None:
    author = browser(tom)
    page = author.submit(
        author.get(f"/ideas/{offline.id}/edit"),
        "main form.form",
        title="See the schedule offline on any phone",
        body="The back kitchen has no signal. I need the whole week.",
    )
    assert page.heading == "See the schedule offline on any phone" and "Your changes are saved." in page.soup.get_text()
    public = visitor.get(f"/ideas/{offline.id}")
    assert "Edited just now" in public.text
    history = visitor.get(f"/ideas/{offline.id}/history")
    assert "any" in history.find("ins").get_text() and "the" in history.find("del").get_text()
    assert len(history.soup.select(".history__i")) == 2
    assert "Tom Becker" in history.text


def test_staff_may_edit_and_other_members_may_not(browser: Open, offline: Idea, lea: User, ines: User) -> None:
    assert browser(lea).get(f"/ideas/{offline.id}/edit").status == 200
    assert browser(ines).get(f"/ideas/{offline.id}/edit").status == 403
    assert browser(ines).post(f"/ideas/{offline.id}/edit", {"title": "Somebody else’s words"}).status == 403


def test_a_visitor_is_asked_to_sign_in_before_editing(visitor: Browser, offline: Idea) -> None:
    answer = visitor.get(f"/ideas/{offline.id}/edit", follow=False)
    assert answer.status == 303 and "sign-in" in answer.headers["Location"]


def test_a_suspended_author_only_reads(browser: Open, offline: Idea, tom: User, nora: User) -> None:
    with act():
        suspend(tom, by=nora, reason="Rude")
    reader = browser(tom)
    assert reader.get(at(offline)).status == 200
    assert reader.get(f"/ideas/{offline.id}/edit").status == 403


def test_titles_too_short_or_too_long_say_so_and_keep_the_text(browser: Open, offline: Idea, tom: User) -> None:
    author = browser(tom)
    form = author.get(f"/ideas/{offline.id}/edit")
    for title, message in (
        ("", "Write your idea in one sentence."),
        ("Short", "Write a few more words"),
        ("x" * 10_000, "This has 10,000 characters. Shorten it to 120."),
    ):
        page = author.submit(form, "main form.form", title=title, body="Kept words")
        assert page.status == 422 and message in page.find(".summary").get_text()
        assert "Kept words" in page.find("textarea[name=body]").get_text()
        assert page.find("input[name=title]")["value"] == title


def test_a_body_of_a_hundred_kilobytes_is_refused_with_its_text(browser: Open, offline: Idea, tom: User) -> None:
    author = browser(tom)
    body = "long " * 20_000
    page = author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form", body=body)
    assert page.status == 422 and "Shorten it to 20,000." in page.text
    assert page.find("textarea[name=body]").get_text().strip() == body.strip()


def test_separators_and_control_characters_leave_the_title(browser: Open, offline: Idea, tom: User) -> None:
    author = browser(tom)
    author.submit(
        author.get(f"/ideas/{offline.id}/edit"), "main form.form", title="See it\u2028offline\x00 on the phone"
    )
    assert db.session.get_one(Idea, offline.id).title == "See it offline on the phone"


def test_a_stale_page_keeps_what_was_typed(browser: Open, offline: Idea, tom: User) -> None:
    author = browser(tom)
    opened = author.get(f"/ideas/{offline.id}/edit")
    page = author.submit(opened, "main form.form", title="A title that waited", csrf_token="old")
    assert page.status == 422 and "open for too long" in page.text
    assert page.find("input[name=title]")["value"] == "A title that waited"
    again = author.submit(page, "main form.form")
    assert again.heading == "A title that waited"


def test_saving_without_a_change_leaves_no_trace(browser: Open, offline: Idea, tom: User) -> None:
    author = browser(tom)
    author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form")
    assert not author.get(at(offline)).has('a[href$="/history"]')


def test_imported_words_are_kept_when_they_are_first_edited(browser: Open, offline: Idea, tom: User) -> None:
    with act():
        db.session.query(Revision).filter(Revision.idea_id == offline.id).delete()
    author = browser(tom)
    assert "another tool" in author.get(f"/ideas/{offline.id}/history").text
    author.submit(author.get(f"/ideas/{offline.id}/edit"), "main form.form", title="See the week without a signal")
    assert "See the schedule offline" in author.get(f"/ideas/{offline.id}/history").text


def test_an_issue_is_edited_with_its_facts(browser: Open, double_shift: Idea, yuki: User) -> None:
    author = browser(yuki)
    page = author.submit(
        author.get(f"/ideas/{double_shift.id}/edit"),
        "main form.form",
        expected="Twelve hours less.",
        version="4.2",
        severity="blocking",
    )
    assert "Twelve hours less." in page.text and "I cannot work" in page.text
    refused = author.submit(author.get(f"/ideas/{double_shift.id}/edit"), "main form.form", severity="huge")
    assert refused.status == 422 and "Choose how much it hurts." in refused.text


def test_only_its_author_makes_a_private_issue_public(
    browser: Open, visitor: Browser, salary_leak: Idea, camille: User, lea: User, tom: User
) -> None:
    path = f"/ideas/{salary_leak.id}/private"
    assert browser(tom).post(path, {"private": "0"}).status == 404
    assert browser(lea).post(path, {"private": "0"}).status == 403
    author = browser(camille)
    page = author.submit(author.get(at(salary_leak)), "form[action$='/private']")
    assert "Everyone can see this issue now." in page.soup.get_text()
    assert visitor.get(at(salary_leak)).status == 200


def test_staff_make_a_public_issue_private(browser: Open, visitor: Browser, double_shift: Idea, lea: User) -> None:
    staff = browser(lea)
    staff.submit(staff.get(at(double_shift)), "form[action$='/private']")
    assert visitor.get(at(double_shift)).status == 404
    assert staff.get(at(double_shift)).status == 200


def test_an_idea_is_never_private(browser: Open, offline: Idea, tom: User) -> None:
    assert browser(tom).post(f"/ideas/{offline.id}/private", {"private": "1"}).status == 403
    assert browser(tom).post(f"/ideas/{offline.id}/private", {"private": "maybe"}).status == 400
