"""Who left the name out is a member, counts in credits without a name, and is asked before they are credited."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.changelog.credits import roll
from portal.changelog.models import CreditRole
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.recognition.standing import why_partner
from tests.browser import Browser
from tests.changelog.releases import published
from tests.conftest import act
from tests.mailbox import Mailbox

Open = Callable[..., Browser]
Runs = Callable[[], None]
ASKS = "we do not know yet what to call you"


@pytest.fixture
def nobody(app: Flask) -> User:
    """Somebody who joined with a code alone."""
    with act():
        user = User.join("zoe@example.org", "", "en", "Europe/Paris")
    return user


@pytest.fixture
def siren(nobody: User) -> Idea:
    with act():
        idea = Idea.propose(nobody, "A siren for the kitchen", "So that nobody burns.", "idea", None, "en")
    return idea


def texts(mailbox: Mailbox, person: User) -> list[str]:
    return [" ".join(mailbox.text(message).split()) for message in mailbox.to(person)]


def move(idea: Idea, kind: str, by: User) -> None:
    with act():
        idea.change_status(Status.first("idea", kind), by=by, reason="Because.")


def test_lists_pages_and_feeds_say_a_member(browser: Open, nobody: User, siren: Idea) -> None:
    with act():
        Comment.post(siren, "It must be loud.", by=nobody)
    for lang, word in (("en", "a member"), ("fr", "un membre")):
        here = browser(lang=lang)
        for path in ("/?sort=new", f"/ideas/{siren.id}", f"/people/{nobody.handle}", "/feed.atom"):
            assert word in here.get(path).response.get_data(as_text=True), path


def test_settings_ask_for_a_name_and_say_which_idea_is_on_its_way(
    browser: Open, nobody: User, siren: Idea, lea: User
) -> None:
    here = browser(nobody)
    assert "Others read “a member”" in here.get("/settings").text and siren.title not in here.get("/settings").text
    move(siren, "planned", lea)
    assert f"“{siren.title}” is on its way: with a name, its credits name you." in here.get("/settings").text


def test_a_first_name_gives_the_profile_its_address(browser: Open, nobody: User) -> None:
    here = browser(nobody)
    page = here.submit(here.get("/settings"), "#section-profile form", display_name="Zoé B")
    assert "Others read" not in page.text and here.get("/people/zoe-b").heading == "Zoé B"
    here.submit(here.get("/settings"), "#section-profile form", display_name="Zoé C")
    assert here.get("/people/zoe-b").heading == "Zoé C", "an address that others know stays"


def test_the_rest_of_the_profile_needs_no_name(browser: Open, nobody: User) -> None:
    here = browser(nobody)
    here.submit(here.get("/settings"), "#section-profile form", title="Cook")
    db.session.rollback()
    assert (nobody.title, nobody.own_name, nobody.handle) == ("Cook", "", "member")


def test_the_slip_of_an_idea_says_how_they_appear(browser: Open, nobody: User, tom: User, siren: Idea) -> None:
    page = browser(nobody).get(f"/ideas/{siren.id}")
    assert "You appear as “a member”." in page.text and page.has("a[href='/settings#display_name']")
    assert "You appear as" not in browser(tom).get(f"/ideas/{siren.id}").text


@pytest.mark.parametrize("kind", ["planned", "declined"])
def test_progress_of_their_own_idea_asks_for_a_name_while_it_may_ship(
    nobody: User, siren: Idea, lea: User, run_jobs: Runs, mailbox: Mailbox, kind: str
) -> None:
    move(siren, kind, lea)
    run_jobs()
    [said] = texts(mailbox, nobody)
    assert (ASKS in said) == (kind != "declined") == ("/settings#display_name" in said)
    assert "a member" not in str(mailbox.to(nobody)[0]["To"])


def test_who_has_a_name_or_wants_none_is_not_asked(
    nobody: User, siren: Idea, ines: User, copy_week: Idea, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        nobody.credit_as = CreditAs.NOBODY
    move(siren, "planned", lea)
    move(copy_week, "testing", lea)
    run_jobs()
    said = texts(mailbox, nobody) + texts(mailbox, ines)
    assert len(said) == 2 and not any(ASKS in text for text in said)


def test_a_comment_that_shaped_an_idea_asks_for_a_name(
    nobody: User, copy_week: Idea, lea: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        Comment.post(copy_week, "On paper too.", by=nobody).mark_as_shaping(True, by=lea)
    run_jobs()
    assert any(ASKS in said for said in texts(mailbox, nobody))


def test_credits_count_them_and_the_mail_of_the_release_asks(
    nobody: User, siren: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    move(siren, "planned", hugo)
    release = published(hugo, siren)
    shown: Any = roll(release, None)
    assert shown.named[CreditRole.PROPOSER] == [] and shown.unnamed[CreditRole.PROPOSER] == 1
    run_jobs()
    said = mailbox.to(nobody)[-1]
    assert ASKS in texts(mailbox, nobody)[-1] and "Your name is on it" not in str(said["Subject"])
    with act():
        nobody.take_name("Zoé")
    assert [name.name for name in roll(release, None).named[CreditRole.PROPOSER]] == ["Zoé"]


def test_partners_are_picked_among_those_who_have_a_name(nobody: User) -> None:
    assert "You have not told us what to call you" in why_partner(nobody)
