"""The pages of notifications: reading them, following, and the card on the board."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.notifications.models import Follow, Notification
from portal.notifications.stopping import follow
from portal.recognition.thanking import thank
from tests.browser import Browser
from tests.conftest import act

Opens = Callable[..., Browser]
Runs = Callable[[], None]


@pytest.fixture
def planned(swap: Idea, lea: User, run_jobs: Runs) -> Idea:
    """An idea that was just planned, and everyone told."""
    with act():
        swap.change_status(Status.first("idea", "planned"), by=lea)
    run_jobs()
    return swap


def test_a_supporter_reads_what_happened(browser: Opens, tom: User, planned: Idea) -> None:
    page = browser(tom).get("/notifications")
    assert page.heading == "1 thing is new for you"
    assert page.find(".notes__i[data-unread]").get_text(" ", strip=True).startswith(f"Planned: {planned.title}")


def test_in_french_it_is_french(browser: Opens, aicha: User, planned: Idea) -> None:
    assert "Prévue" in browser(aicha).get("/notifications").find(".notes__i").get_text()


def test_the_bell_counts_what_is_unread(browser: Opens, tom: User, planned: Idea) -> None:
    assert browser(tom).get("/notifications").find(".top .dot").get_text() == "1"


def test_opening_one_marks_it_read_and_goes_there(browser: Opens, tom: User, planned: Idea) -> None:
    opened = browser(tom)
    page = opened.submit(opened.get("/notifications"), ".notes__i form")
    assert page.path == f"/ideas/{planned.id}-{planned.slug}"
    assert not opened.get("/notifications").has("[data-unread]")


def test_reading_the_list_marks_nothing(browser: Opens, tom: User, planned: Idea) -> None:
    opened = browser(tom)
    opened.get("/notifications")
    assert opened.get("/notifications").has("[data-unread]")


def test_all_are_marked_read_at_once(browser: Opens, tom: User, planned: Idea) -> None:
    opened = browser(tom)
    page = opened.submit(opened.get("/notifications"), "form.press")
    assert not page.has("[data-unread]") and not page.has(".top .dot")


def test_what_came_meanwhile_stays_unread(
    browser: Opens, tom: User, lea: User, planned: Idea, offline: Idea, run_jobs: Runs
) -> None:
    opened = browser(tom)
    seen = opened.get("/notifications")
    with act():
        offline.change_status(Status.first("idea", "started"), by=lea)
    run_jobs()
    assert len(opened.submit(seen, "form.press").soup.select("[data-unread]")) == 1


def test_nobody_marks_or_opens_what_is_not_theirs(browser: Opens, tom: User, yuki: User, planned: Idea) -> None:
    toms = db.session.scalars(select(Notification.id).where(Notification.user_id == tom.id)).one()
    assert browser(yuki).post("/notifications/read", {"id": toms, "open": 1}).status == 404
    browser(yuki).post("/notifications/read", {"id": toms})
    assert db.session.get_one(Notification, toms).read_at is None


def test_marking_needs_to_say_what(browser: Opens, tom: User) -> None:
    assert browser(tom).post("/notifications/read", {}).status == 400


@pytest.mark.parametrize("since", ["hidden", "private", "comment hidden", "comment deleted"])
def test_what_its_reader_may_not_see_any_more_is_told_no_more(
    browser: Opens, tom: User, yuki: User, nora: User, double_shift: Idea, run_jobs: Runs, since: str
) -> None:
    with act():
        follow(double_shift, tom, "on")
        comment = Comment.post(double_shift, "Me too.", by=yuki)
    run_jobs()
    told = browser(tom).get("/")
    assert told.find(".top .dot").get_text() == "1" and told.has(".since")
    with act():
        if since == "comment deleted":
            comment.delete(by=yuki)
        elif since == "private":
            double_shift.set_private(True, by=nora)
        else:
            (double_shift if since == "hidden" else comment).hide(by=nora, reason="It names a colleague.")
    page = browser(tom).get("/notifications")
    assert double_shift.title not in page.text and not page.has(".notes__i") and not page.has(".top .dot")
    assert not browser(tom).get("/").has(".since")


def test_an_empty_page_says_what_is_on_its_way(browser: Opens, tom: User) -> None:
    page = browser(tom).get("/notifications")
    assert "All quiet." in page.text and "1 of your ideas is on its way" in page.text


def test_long_lists_come_in_pages(
    browser: Opens, app: Flask, tom: User, yuki: User, offline: Idea, run_jobs: Runs
) -> None:
    with act():
        for number in range(53):
            Comment.post(offline, f"number {number}", by=yuki)
    run_jobs()
    opened = browser(tom)
    first = opened.get("/notifications")
    assert len(first.soup.select(".notes__i")) == 50
    rest = opened.get(str(first.find("a[rel=next]")["href"]))
    assert len(rest.soup.select(".notes__i")) == 3 and not rest.has("a[rel=next]")
    assert "That was all." in opened.get("/notifications?after=WzFd").text
    assert opened.get("/notifications?after=x").status == 200


def test_a_visitor_is_asked_to_sign_in(browser: Opens) -> None:
    assert browser().get("/notifications", follow=False).status == 303


def test_a_suspended_member_still_reads(browser: Opens, tom: User, nora: User, planned: Idea, run_jobs: Runs) -> None:
    with act():
        suspend(tom, by=nora, reason="insults")
    run_jobs()
    assert "Your account is suspended" in browser(tom).get("/notifications").text


def test_the_board_says_what_happened_since(browser: Opens, tom: User, planned: Idea) -> None:
    assert f"Planned: {planned.title}" in browser(tom).get("/").find(".since").get_text()
    assert not browser().get("/").has(".since")


@pytest.mark.both
def test_the_board_says_the_newest_of_each_thing(
    browser: Opens, tom: User, lea: User, planned: Idea, double_shift: Idea, run_jobs: Runs
) -> None:
    """A comment is about its idea."""
    with act():
        follow(double_shift, tom, "on")
        Comment.post(double_shift, "Us too.", by=lea)
        double_shift.change_status(Status.first("issue", "planned"), by=lea)
        Comment.post(double_shift, "We are on it.", by=lea)
    run_jobs()
    said = [line.get_text(strip=True) for line in browser(tom).get("/").soup.select(".since li")]
    assert said == [f"Léa Martin commented on “{double_shift.title}”", f"Planned: {planned.title}"]


@pytest.mark.parametrize(("wanted", "kept"), [("on", False), ("muted", True)])
def test_following_and_muting(browser: Opens, yuki: User, swap: Idea, wanted: str, kept: bool) -> None:
    page = browser(yuki).post(f"/ideas/{swap.id}/follow", {"follow": wanted})
    assert page.path == f"/ideas/{swap.id}-{swap.slug}"
    assert db.session.get_one(Follow, (yuki.id, swap.id)).muted is kept


def test_stopping_to_follow_leaves_no_row(browser: Opens, yuki: User, swap: Idea) -> None:
    opened = browser(yuki)
    opened.post(f"/ideas/{swap.id}/follow", {"follow": "on"})
    opened.post(f"/ideas/{swap.id}/follow", {"follow": "off"})
    assert db.session.get(Follow, (yuki.id, swap.id)) is None


def test_an_author_who_stops_following_hears_nothing(browser: Opens, aicha: User, swap: Idea) -> None:
    browser(aicha).post(f"/ideas/{swap.id}/follow", {"follow": "off"})
    assert db.session.get_one(Follow, (aicha.id, swap.id)).muted


def test_with_htmx_the_choice_is_redrawn(browser: Opens, yuki: User, swap: Idea) -> None:
    page = browser(yuki).post(f"/ideas/{swap.id}/follow", {"follow": "on"}, headers={"HX-Request": "true"})
    assert page.status == 200 and "every comment" in page.find(f"#follow-{swap.id}").get_text()
    assert (
        "nothing"
        in browser(yuki)
        .post(f"/ideas/{swap.id}/follow", {"follow": "muted"}, headers={"HX-Request": "true"})
        .find(f"#follow-{swap.id}")
        .get_text()
    )


def test_an_unknown_choice_is_refused(browser: Opens, yuki: User, swap: Idea) -> None:
    assert browser(yuki).post(f"/ideas/{swap.id}/follow", {"follow": "loudly"}).status == 400


def test_a_private_issue_cannot_be_followed(browser: Opens, tom: User, salary_leak: Idea) -> None:
    assert browser(tom).post(f"/ideas/{salary_leak.id}/follow", {"follow": "on"}).status == 404


def test_what_is_new_about_one_thing_is_done_at_once_and_taken_back(
    browser: Opens, tom: User, lea: User, yuki: User, planned: Idea, offline: Idea, run_jobs: Runs
) -> None:
    opened = browser(tom)
    opened.submit(opened.get("/notifications"), "form.press")
    with act():
        offline.change_status(Status.first("idea", "started"), by=lea)
        Comment.post(offline, "Also in the cellar, please.", by=yuki)
    run_jobs()
    page = opened.get("/notifications")
    (talk,) = page.soup.select(".talk")
    assert talk.h2.get_text(strip=True) == offline.title and talk.select_one(".badge").get_text() == "Your idea"
    assert len(talk.select(".notes__i")) == 2 and "Also in the cellar, please." in talk.get_text()
    assert "In progress" in talk.select_one(".journey [data-s=now]").get_text()
    page = opened.submit(page, ".talk__h form")
    assert not page.has(".talk") and len(page.soup.select(".notes__i")) == 3 and not page.has(".top .dot")
    assert len(opened.submit(page, "#done form").soup.select(".talk [data-unread]")) == 2


def test_nobody_takes_back_what_others_read(browser: Opens, tom: User, yuki: User, planned: Idea) -> None:
    opened = browser(tom)
    opened.submit(opened.get("/notifications"), "form.press")
    toms = db.session.scalars(select(Notification.id).where(Notification.user_id == tom.id)).one()
    page = browser(yuki).get(f"/notifications?done={toms}-x-99999999999")
    assert page.status == 200 and not page.has("#done")
    browser(yuki).post("/notifications/unread", {"id": toms})
    db.session.rollback()
    assert db.session.get_one(Notification, toms).read_at is not None


def test_the_tabs_show_what_is_mine_and_thanks(
    browser: Opens, tom: User, nora: User, yuki: User, planned: Idea, offline: Idea, run_jobs: Runs
) -> None:
    with act():
        thank(tom, "Your rule for split shifts saved us a rewrite.", by=nora)
        said = Comment.post(planned, "I would use it.", by=tom)
        Comment.post(planned, "So would I.", by=yuki, parent=said)
        follow(planned, tom, "on")
    run_jobs()

    def told(show: str) -> set[str]:
        lines = browser(tom).get(f"/notifications?show={show}").soup.select(".notes__i .link-btn")
        return {line.get_text(" ", strip=True).partition(" on ")[0].partition(":")[0] for line in lines}

    tabs = browser(tom).get("/notifications").soup.select(".seg a")
    assert [tab.get_text() for tab in tabs] == ["New 3", "For me 2", "Thanks 1", "All"]
    assert told("thanks") == {"Nora Klein thanks you"}
    assert told("mine") == {"Nora Klein thanks you", "Yuki Tan replied to a comment"}
    assert told("all") == told("nonsense") == told("mine") | {"Planned"}


def test_a_week_after_it_was_read_it_stands_under_all(browser: Opens, tom: User, planned: Idea) -> None:
    opened = browser(tom)
    opened.submit(opened.get("/notifications"), "form.press")
    with act():
        db.session.execute(update(Notification).values(created_at=now() - timedelta(days=8)))
    assert not opened.get("/notifications").has(".notes__i")
    assert opened.get("/notifications?show=all").has(".notes__i")


def test_what_is_on_its_way_stands_beside(browser: Opens, tom: User, planned: Idea, offline: Idea) -> None:
    page = browser(tom).get("/notifications")
    assert page.find(".way").get_text(" ", strip=True).startswith(f"{offline.title} Planned")


def test_a_release_says_that_it_carries_ones_name(
    browser: Opens, tom: User, hugo: User, yuki: User, offline: Idea, run_jobs: Runs
) -> None:
    with act():
        release = draft(hugo)
        release.write(title={"en": "Offline", "fr": "Hors connexion"}, story={"en": "It is here.", "fr": "C’est là."})
        release.ideas = [offline]
        db.session.flush()
        publish(release, by=hugo)
    run_jobs()
    assert browser(tom).get("/notifications").find(".talk--sun .badge").get_text() == "Your name is on it"
    assert browser(yuki).get("/notifications").has(".talk") and not browser(yuki).get("/notifications").has(
        ".talk--sun"
    )
