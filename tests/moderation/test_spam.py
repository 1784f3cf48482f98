"""Signs of spam put a newcomer's first texts before staff; nobody else waits, and nothing is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation import judging, spam
from portal.moderation.models import Flag
from tests.admin.places import at
from tests.browser import Browser
from tests.comments.discussion import FORM
from tests.conftest import act
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]
LINK = "Look at https://cheap.example/watches"


@pytest.fixture
def newcomer(app: object) -> User:
    """Ned, who joined just now."""
    with act():
        ned = User.join("ned@example.com", "Ned", "en")
    return ned


def comment(member: Browser, idea: Idea, body: str, **fields: str) -> None:
    member.submit(member.get(at(idea)), FORM, body=body, **fields)


def signs(author: User) -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Flag.signs).where(Flag.author_id == author.id).order_by(Flag.id)))


def test_a_link_in_a_first_comment_waits_for_staff(
    browser: Opens, newcomer: User, offline: Idea, hugo: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    member = browser(newcomer)
    comment(member, offline, LINK)
    page = member.get(at(offline))
    assert "cheap.example" in page.html and "Our team looks at this before others see it." in page.text
    assert "cheap.example" not in browser().get(at(offline)).html
    assert "Links in a first text" in browser(hugo).get("/admin/moderation?queue=first").find("#open").get_text()
    run_jobs()
    assert mailbox.recipients == ["ned@example.com"]
    assert "only you and our team see it" in Mailbox.text(mailbox.messages[0])
    posted = select(Event.id).where(Event.action == Action.COMMENT_POSTED, Event.actor_id == newcomer.id)
    assert db.session.scalar(posted) is None


@pytest.mark.parametrize("written", ["//cheap.example", "https&#58;//cheap.example", "mailto:sell@cheap.example"])
def test_a_link_waits_however_its_address_is_written(
    browser: Opens, newcomer: User, offline: Idea, written: str
) -> None:
    comment(browser(newcomer), offline, f"See our [offers]({written})")
    assert signs(newcomer) == ["links"] and "cheap.example" not in browser().get(at(offline)).html


def test_an_idea_with_a_link_waits_and_its_author_is_told(browser: Opens, newcomer: User, visitor: Browser) -> None:
    member = browser(newcomer)
    page = member.submit(member.get("/ideas/new"), "#proposal", title="Sell watches in the app", body=LINK)
    assert "Our team looks at it before others see it" in page.html and page.path.startswith("/ideas/")
    assert "Sell watches" not in visitor.get("/?sort=new").html
    assert "Sell watches" not in visitor.get("/search?q=watches").html
    assert "Sell watches" not in visitor.client.get("/feed.atom").get_data(as_text=True)
    assert "Sell watches" in member.get(page.path).html and visitor.get(page.path).status == 404


def test_a_profile_with_a_link_waits_and_its_owner_is_told(
    browser: Opens, newcomer: User, visitor: Browser, hugo: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    member = browser(newcomer)
    page = member.submit(member.get("/settings"), "#section-profile form", bio=LINK)
    assert "Our team looks at your profile before others see it." in page.text
    assert "cheap.example" not in visitor.get("/people/ned").html
    mine = member.get("/people/ned")
    assert "cheap.example" in mine.html and "Edit my profile" not in mine.text
    assert "Links in a first text" in browser(hugo).get("/admin/moderation?queue=first").find("#open").get_text()
    run_jobs()
    assert mailbox.recipients == ["ned@example.com"]
    with act():
        judging.keep(newcomer, by=hugo)
    assert "cheap.example" in visitor.get("/people/ned").html


def test_other_settings_and_the_profiles_of_those_we_know_do_not_wait(
    browser: Opens, newcomer: User, tom: User, visitor: Browser
) -> None:
    for user in (newcomer, tom):
        member = browser(user)
        member.submit(member.get("/settings"), "#section-profile form", bio="I run a bar.")
        assert "I run a bar." in visitor.get(f"/people/{user.handle}").text
    member.submit(member.get("/settings"), "#section-profile form", bio=LINK)
    assert "cheap.example" in visitor.get("/people/tom-becker").html


def test_a_visitors_text_keeps_its_signs_until_it_is_confirmed(
    visitor: Browser, offline: Idea, mailbox: Mailbox, run_jobs: Callable[[], None], browser: Opens
) -> None:
    form = visitor.get(f"/ideas/{offline.id}/comments/new")
    visitor.submit(form, FORM, body="Nice post.", email="bot@example.org", **{spam.TRAP: "https://cheap.example"})
    run_jobs()
    page = visitor.get(Mailbox.link(mailbox.messages[-1], "/sign-in/"))
    page = visitor.submit(page, "main form", display_name="Bot")
    assert "Our team looks at this before others see it." in page.text
    assert "Nice post." not in browser().get(at(offline)).html


def test_the_trap_is_met_by_nobody(visitor: Browser, offline: Idea) -> None:
    for place in (f"/ideas/{offline.id}/comments/new", "/ideas/new"):
        field = visitor.get(place).find(f'[name="{spam.TRAP}"]')
        assert field.find_parent(hidden=True) and field["tabindex"] == "-1" and field["autocomplete"] == "off"


def test_what_is_sent_faster_than_anybody_types_waits(browser: Opens, newcomer: User, offline: Idea) -> None:
    comment(
        browser(newcomer), offline, "This is a wonderful product, and everybody should have a look at my page. " * 2
    )
    comment(browser(newcomer), offline, "Short, so quickly typed.")
    assert signs(newcomer) == ["speed"]
    unseen = {"body": "Nobody ever opened the form in which this arrives, so it was not typed there. " * 2}
    browser(newcomer).post(f"/ideas/{offline.id}/comments", unseen)
    assert signs(newcomer) == ["speed", "speed"]


def test_a_form_that_comes_back_keeps_the_moment_when_it_was_first_shown(browser: Opens, newcomer: User) -> None:
    member, field = browser(newcomer), f'#proposal [name="{spam.OPENED}"]'
    first = member.get("/ideas/new")
    back = member.submit(first, "#proposal", title="Short")
    assert back.status == 422 and back.find(field)["value"] == first.find(field)["value"]
    forged = member.submit(first, "#proposal", title="Short", **{spam.OPENED: "yesterday"})
    assert forged.find(field)["value"] != "yesterday"


def test_a_copy_of_a_recent_text_waits(browser: Opens, newcomer: User, offline: Idea, dark_mode: Idea) -> None:
    comment(browser(newcomer), offline, "The screen is far too bright in a dim bar.")
    assert signs(newcomer) == ["copy"]


def test_a_link_that_is_edited_in_later_waits_too(browser: Opens, newcomer: User, offline: Idea) -> None:
    member = browser(newcomer)
    comment(member, offline, "A harmless thought.")
    id = db.session.scalar(select(Comment.id).where(Comment.author_id == newcomer.id))
    member.submit(member.get(f"/comments/{id}/edit"), "main form", body=LINK)
    assert signs(newcomer) == ["links"] and "cheap.example" not in browser().get(at(offline)).html


def test_an_idea_into_which_a_link_is_edited_waits_too(browser: Opens, newcomer: User, visitor: Browser) -> None:
    member = browser(newcomer)
    page = member.submit(member.get("/ideas/new"), "#proposal", title="Print the week on one page")
    edit = member.get(page.path.partition("-")[0] + "/edit")
    member.submit(edit, "main form.form", body=LINK)
    assert signs(newcomer) == ["links"] and visitor.get(page.path).status == 404


def test_a_link_to_this_portal_and_a_private_issue_are_no_spam(
    browser: Opens, newcomer: User, offline: Idea, app: object
) -> None:
    member = browser(newcomer)
    comment(member, offline, f"Like {app.config['PUBLIC_URL']}/ideas/1")  # type: ignore[attr-defined]
    comment(member, offline, f"Like [this one]({offline.url}), and [that](#comment-1)")
    issue = {"title": "The export is empty", "body": LINK, "severity": "annoying", "visibility": "private"}
    member.submit(member.get("/ideas/new?kind=issue"), "#proposal", **issue)
    assert signs(newcomer) == []


@pytest.mark.parametrize("known_by", ["age", "role", "idea", "mark", "approval", "texts"])
def test_only_newcomers_wait(
    browser: Opens, newcomer: User, offline: Idea, swap: Idea, hugo: User, known_by: str
) -> None:
    with act():
        if known_by == "age":
            newcomer.created_at = now() - timedelta(days=31)
        elif known_by == "role":
            newcomer.role = Role.STAFF
        elif known_by == "idea":
            offline.author = newcomer
        elif known_by == "mark":
            Comment.post(swap, "Both should agree.", by=newcomer).mark_as_shaping(True, by=hugo)
        elif known_by == "texts":
            for number in range(3):
                Comment.post(swap, f"Thought {number}", by=newcomer)
    if known_by == "approval":
        comment(browser(newcomer), swap, LINK)
        with act():
            judging.keep(db.session.scalars(select(Comment).where(Comment.author_id == newcomer.id)).one(), by=hugo)
    comment(browser(newcomer), offline, LINK)
    assert "cheap.example" in browser().get(at(offline)).html
