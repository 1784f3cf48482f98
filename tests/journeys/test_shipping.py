"""Marketing ships: one release, everyone who contributed told once, and named for what they did."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.notifications.models import Follow
from tests.conftest import act
from tests.journeys.window import Window
from tests.mailbox import Mailbox

Opens = Callable[..., Window]
Runs = Callable[[], None]
EVERYONE = ("aicha", "camille", "ines", "marc", "sofia", "tom", "yuki")


@pytest.fixture
def chosen_names(aicha: User, marc: User, sofia: User, camille: User, lea: User, copy_week: Idea) -> None:
    """Aïcha shaped it, Marc is named for his vote, Sofia under a pseudonym, and Camille only follows it."""
    with act():
        Comment.post(copy_week, "Keep the days off that were promised.", by=aicha).mark_as_shaping(True, by=lea)
        marc.named_as_supporter = sofia.named_as_supporter = True
        sofia.credit_as, sofia.pseudonym = CreditAs.PSEUDONYM, "Northwind"
        db.session.add(Follow(user_id=camille.id, idea_id=copy_week.id))


def write(staff: Window, scripts: bool, *ideas: Idea) -> None:
    """From the console: a release in both languages, with the ideas that it ships."""
    staff.go("/admin/releases")
    staff.press("Write a release")
    staff.fill("Title in English", "Copy a week, offline")
    staff.fill("Title in French", "Copier une semaine, hors ligne")
    staff.fill("Story in English", "You tick **what comes along**.")
    staff.fill("Story in French", "Vous cochez **ce qui suit**.")
    staff.fill("Search ideas that can ship", "exceptions")
    if not scripts:
        staff.press("Search", within="main form", exact=True)
    staff.tick(ideas[0].title, within="#found")
    staff.fill("Search ideas that can ship", "offline")
    if not scripts:
        staff.press("Search", within="main form", exact=True)
    staff.tick(ideas[1].title, within="#found")
    staff.press("Save and go on to publish")


@pytest.mark.parametrize("scripts", [True], indirect=True, ids=["js"])
def test_what_is_ticked_while_a_search_is_under_way_stays_ticked(window: Opens, hugo: User, offline: Idea) -> None:
    staff, held, ticked = window(hugo), list[Route](), list[str]()
    staff.go("/admin/releases")
    staff.press("Write a release")
    staff.page.wait_for_load_state()
    staff.page.route("**/new?*", lambda route: route.continue_() if ticked else held.append(route))
    staff.fill("Search ideas that can ship", "exceptions")
    staff.page.wait_for_timeout(600)
    staff.tick(offline.title, within="#found")
    ticked.append(offline.title)
    held[-1].continue_()
    expect(staff.part("#chosen").get_by_label(re.compile(offline.title))).to_be_checked()
    expect(staff.part("#found input")).to_have_count(1)


@pytest.mark.usefixtures("chosen_names")
def test_everyone_who_helped_is_told_once_and_named(
    window: Opens, scripts: bool, copy_week: Idea, offline: Idea, hugo: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    run_jobs()
    before = len(mailbox.messages)
    staff = window(hugo)
    write(staff, scripts, copy_week, offline)
    staff.is_titled("Publish “Copy a week, offline”?")
    staff.sees("2 people are credited for proposing.", "7 people are told.")
    staff.press("Publish and thank them")
    staff.is_titled("Copy a week, offline")
    for _ in range(2):
        run_jobs()

    told = Counter(str(message["To"].addresses[0].username) for message in mailbox.messages[before:])
    assert told == Counter(EVERYONE), "each once, though most backed both"
    [to_tom] = mailbox.to("tom@example.com")
    assert "You proposed" in mailbox.text(to_tom) and "Your comment shaped" in mailbox.text(to_tom)
    [to_ines] = mailbox.to("ines@example.com")
    assert "Copier une semaine, hors ligne" in mailbox.text(to_ines) + str(to_ines["Subject"])
    assert "Vous cochez" in mailbox.text(to_ines)

    visitor = window(phone=True)
    visitor.go("/changelog")
    visitor.press("Copy a week, offline", within="h2")
    visitor.is_titled("Copy a week, offline")
    visitor.sees("what comes along")
    roles = [" ".join(text.split()) for text in visitor.part("#credits section").all_inner_texts()]
    proposed, shaped, supported = roles
    assert "Inès Moreau" in proposed and "Tom Becker" in proposed
    assert "Aïcha Diallo" in shaped and "Léa" not in " ".join(roles), "staff are not credited for their work"
    assert "Marc Lefèvre" in supported and "Northwind" in supported and "Sofia" not in supported
    assert "people who voted for it" in supported, "those who did not choose to be named are counted"


@pytest.mark.usefixtures("chosen_names")
def test_what_shipped_is_shown_as_shipped_everywhere(
    window: Opens, scripts: bool, copy_week: Idea, offline: Idea, hugo: User, yuki: User, run_jobs: Runs
) -> None:
    visitor, member = window(), window(yuki)
    visitor.go("/roadmap")
    visitor.sees(copy_week.title, offline.title)
    staff = window(hugo)
    write(staff, scripts, copy_week, offline)
    staff.press("Publish and thank them")
    staff.is_titled("Copy a week, offline")
    run_jobs()

    visitor.go("/roadmap")
    visitor.is_titled("Roadmap")
    visitor.never_sees(copy_week.title, offline.title)
    visitor.go("/")
    visitor.sees("Just shipped, thanks to you", "Copy a week, offline")
    db.session.rollback()
    before = offline.votes_count
    visitor.read(offline)
    visitor.sees("Shipped", within=".ihead .st")
    visitor.sees("Voting is over. This is the final count.")
    assert visitor.named(re.compile("^Vote"), within="main").count() == 0
    visitor.go(f"/ideas/{offline.id}/vote")
    visitor.sees("Voting is over. This is the final count.")
    member.go("/notifications")
    member.sees(re.compile("Copy a week, offline"))
    answer = member.fetch(
        f"/ideas/{copy_week.id}/vote", method="POST", form={"csrf_token": member.token(), "voted": "0"}
    )
    assert answer.status == 422, "a final count stays as it is"
    db.session.rollback()
    assert offline.votes_count == before
