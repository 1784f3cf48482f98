"""What waits for an answer: found, counted, shown longest first, and answered."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask
from pytest import MonkeyPatch
from sqlalchemy import event, select, update

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.triage.owing import Obligation, Why, owe
from portal.triage.snoozing import snooze
from tests.admin.tools import use
from tests.browser import Browser, Page
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the database gets meanwhile."""
    seen: list[str] = []

    def note(_c: object, _u: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def nobody_waits() -> None:
    with act():
        db.session.execute(update(Idea).values(waiting_since=None))


def many(author: User, count: int) -> None:
    with act():
        for number in range(count):
            Idea.propose(author, f"Wish {number}", "Words about it.")


def titles_of(page: Page) -> list[str]:
    return [title.get_text(strip=True) for title in page.soup.select("#waits h3")]


def counts_of(page: Page) -> dict[str, str]:
    """How much is in each lane, by its name."""
    links = [" ".join(a.get_text(" ").split()) for a in page.soup.select(".lanes a")]
    return {name: count for name, _blank, count in (link.rpartition(" ") for link in links)}


def test_what_became_late_comes_first_and_then_what_waits_longest(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin")
    groups = {
        " ".join(part.find("h2").get_text(" ").split()): [title.get_text(strip=True) for title in part.select("h3")]
        for part in page.soup.select("#waits section")
    }
    assert groups == {
        "Became late since yesterday 2": [
            "Prévenir quand il reste moins de onze heures de repos",
            "Wages of colleagues are visible in the export",
        ],
        "Late for longer": ["A split shift is counted twice in the monthly hours"],
        "In the next seven days": ["A dark mode for the night shift"],
    }


def test_only_what_is_news_is_coloured(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin")
    assert len(page.soup.select("#waits [data-late]")) == 2
    assert "3 days late (late)" in page.find("#waits section:nth-of-type(2)").get_text(" ", strip=True)


def test_many_late_ones_fold_to_one_grey_line(browser: Opens, hugo: User, tom: User) -> None:
    many(tom, 25)
    with act():
        db.session.execute(
            update(Idea).where(Idea.title.like("Wish%")).values(waiting_since=now() - timedelta(days=40))
        )
    staff = browser(hugo)
    page = staff.get("/admin")
    assert "28 are late, and are folded away" in page.text
    assert titles_of(page) == ["A dark mode for the night shift"] and not page.has("#waits [data-late]")
    page = staff.get(str(page.find(".queue__late-too a")["href"]))
    assert titles_of(page)[0] == "Wish 0" and not page.has("#waits [data-late]")


def test_the_headline_counts_and_dates(browser: Opens, hugo: User) -> None:
    assert "4 to answer, oldest 5 days" in browser(hugo).get("/admin").text


def test_each_lane_counts_what_is_in_it_and_nothing_jumps(browser: Opens, hugo: User) -> None:
    counts = counts_of(browser(hugo).get("/admin"))
    assert counts == {
        "Everything": "4", "Unanswered ideas": "2", "Issues to confirm": "2", "Answers owed": "0",
        "Promises due or late": "0", "Private issues": "1",
        "Mine": "0", "Nobody’s": "4", "Their turn": "0", "Snoozed": "0",
        "New comments": "0", "Rising fast": "1", "Stale for 30 days": "0", "Said to be the same": "0",
        "Merges disputed": "0", "Reported texts": "0", "To welcome": "0",
        "Regulars gone quiet": "0", "Save this": "view",
    }  # fmt: skip


def test_whoever_acts_sees_at_once_what_came_of_it(
    made_again: Callable[..., Flask], hugo: User, nora: User, dark_mode: Idea
) -> None:
    """Counts are kept for a second, but not beyond anything that happens."""
    keeping = made_again(KEEP_SECONDS=600)
    staff, colleague = Browser(keeping, hugo), Browser(keeping, nora)
    before = staff.get("/admin")
    with act():
        db.session.execute(update(Idea).where(Idea.id == dark_mode.id).values(waiting_since=None))
    assert counts_of(staff.get("/admin"))["Everything"] == counts_of(before)["Everything"] == "4", "it is kept"
    use(staff, dark_mode, "response", text="We begin in May.")
    for browser in (staff, colleague):
        assert counts_of(browser.get("/admin"))["Everything"] == "3"


def test_what_is_owed_comes_in_the_order_in_which_it_is_due(
    browser: Opens, hugo: User, dark_mode: Idea, rest_warning: Idea
) -> None:
    with act():
        for idea, days in ((dark_mode, -3), (rest_warning, 3)):
            owe(idea, Why.SUPPORT)
            due = now() + timedelta(days=days)
            db.session.execute(update(Obligation).where(Obligation.idea_id == idea.id).values(due_at=due))
    page = browser(hugo).get("/admin?queue=owed")
    assert titles_of(page) == [dark_mode.title, rest_warning.title] and counts_of(page)["Answers owed"] == "2"
    with act():
        snooze(dark_mode, now() + timedelta(days=2), by=hugo)
        rest_warning.hide(by=hugo, reason="Twice")
    page = browser(hugo).get("/admin?queue=owed")
    assert titles_of(page) == [] and counts_of(page)["Answers owed"] == "0"


def test_more_than_anybody_reads_are_not_counted_to_the_end(
    browser: Opens, hugo: User, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.admin.lanes.MOST", 2)
    page = browser(hugo).get("/admin")
    counts = counts_of(page)
    assert (counts["Everything"], counts["Unanswered ideas"], counts["Private issues"]) == ("2+", "2", "1")
    assert "2+ to answer, oldest 5 days" in page.text


def test_the_queue_of_issues_holds_issues_only(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin?queue=issues")
    assert {t.get_text(strip=True) for t in page.soup.select("#waits h3")} == {
        "A split shift is counted twice in the monthly hours",
        "Wages of colleagues are visible in the export",
    }


def test_a_hidden_idea_waits_for_nobody(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="spam")
    assert dark_mode.title not in browser(hugo).get("/admin").text


def test_the_first_of_the_list_stands_open(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin")
    assert page.find("#open-h").get_text(strip=True) == titles_of(page)[0]
    assert page.has("#open .prose")


def test_a_title_opens_its_idea_beside_the_queue(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    link = staff.get("/admin").soup.find("a", string=dark_mode.title)
    page = staff.get(str(link["href"]))
    assert str(page.find("#open-h a")["href"]).startswith(f"/ideas/{dark_mode.id}-")
    assert page.find("#waits a[aria-current]").get_text() == dark_mode.title


def test_the_open_idea_alone_is_what_htmx_gets(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).get(f"/admin?idea={dark_mode.id}", headers={"HX-Request": "true"})
    assert page.has("#open") and not page.has("#waits")


def test_an_answer_is_written_without_leaving_the_inbox(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.submit(
        staff.get(f"/admin?idea={dark_mode.id}&do=answer"), "form[action$=response]", text="Next spring."
    )
    assert page.path == "/admin"
    assert "The official response is published." in page.html
    assert dark_mode.title not in page.find("main").get_text()
    db.session.rollback()
    assert dark_mode.response and dark_mode.response.body == "Next spring."


def test_an_answer_brings_what_comes_next_in_the_queue(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    page = staff.get("/admin")
    titles = titles_of(page)
    page = staff.get(str(page.soup.select("#waits a")[1]["href"]) + "&do=answer")
    page = staff.submit(page, "form[action$=response]", text="We looked at it.")
    assert page.find("#open-h").get_text(strip=True) == titles[2]


def test_a_note_from_the_inbox_leaves_its_idea_open(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin?idea={dark_mode.id}&do=note"), "form[action$=note]", text="Ask Yuki.")
    assert page.path == "/admin" and page.find("#open-h").get_text(strip=True) == dark_mode.title


def test_a_refused_answer_leads_back_to_the_inbox_once_it_is_right(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    page = staff.submit(
        staff.get(f"/admin?queue=unanswered&idea={dark_mode.id}&do=answer"), "form[action$=response]", text=" "
    )
    assert page.status == 422
    assert "Write the answer" in page.text
    page = staff.submit(page, "form[action$=response]", text="In spring.")
    assert page.find(".lanes [aria-current]").get_text().startswith("Unanswered ideas")


def test_declining_without_a_reason_stays_in_the_inbox_with_what_was_typed(
    browser: Opens, hugo: User, dark_mode: Idea
) -> None:
    staff, declined = browser(hugo), Status.first("idea", "declined")
    page = staff.get(f"/admin?queue=unanswered&idea={dark_mode.id}&do=status")
    page = staff.submit(page, "form[action$=status]", status=str(declined.id), reason="")
    assert page.status == 422 and page.find("#open-h").get_text(strip=True) == dark_mode.title
    assert page.find(".subnav [aria-current]").get_text(strip=True) == "Inbox"
    assert page.find(".lanes [aria-current]").get_text().startswith("Unanswered ideas")
    assert "Say why, in public" in page.find("#tool-reason-error").get_text()
    assert page.find("#tool-status option[selected]")["value"] == str(declined.id)
    assert page.find("#do-h").get_text(" ", strip=True).startswith("Move it to another status")
    page = staff.submit(page, "form[action$=status]", reason="Few of you work at night.")
    assert page.path == "/admin" and dark_mode.title not in page.find("main").get_text()


def test_a_refused_decision_leads_on_to_the_same_next_item(browser: Opens, hugo: User) -> None:
    staff = browser(hugo)
    page = staff.get("/admin?queue=unanswered")
    first, second = titles_of(page)[:2]
    page = staff.get(str(page.find("#acts [data-key=s]")["href"]))
    page = staff.submit(page, "form[action$=status]", status=str(Status.first("idea", "declined").id), reason="")
    assert page.status == 422 and page.find("#open-h").get_text(strip=True) == first
    page = staff.submit(page, "form[action$=status]", reason="Few of you work at night.")
    assert page.find("#open-h").get_text(strip=True) == second


def test_what_was_done_names_its_item_and_the_next_one_has_the_focus(
    browser: Opens, hugo: User, dark_mode: Idea
) -> None:
    staff = browser(hugo)
    page = staff.get("/admin")
    first, second = titles_of(page)[:2]
    page = staff.get(str(page.find("#acts [data-key=a]")["href"]))
    page = staff.submit(page, "form[action$=response]", text="We looked at it.")
    assert page.find("#desk p").get_text().startswith(f"“{first}” · The official response is published.")
    assert page.find("h2[autofocus]").get_text(strip=True) == second
    assert not staff.get("/admin").has("[autofocus], #desk")


def test_an_issue_that_was_answered_is_answered_again(browser: Opens, hugo: User, double_shift: Idea) -> None:
    with act():
        double_shift.respond("We are looking.", by=hugo)
    staff = browser(hugo)
    page = staff.get(f"/admin?queue=issues&idea={double_shift.id}&do=answer")
    assert page.find("#tool-response").get_text().strip() == "We are looking."
    assert staff.submit(page, "form[action$=response]", text="We found it.").path == "/admin"
    db.session.rollback()
    assert double_shift.response and double_shift.response.body == "We found it."


def test_inbox_zero_gives_the_real_median(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    nobody_waits()
    with act():
        db.session.execute(update(Idea).values(answered_at=None))
        dark_mode.created_at, dark_mode.answered_at = now() - timedelta(hours=36), now()
    text = browser(hugo).get("/admin").text
    assert "The tide is out" in text
    assert "Median answer this week: 1.5 days." in text


def test_inbox_zero_without_answers_makes_up_no_figure(browser: Opens, hugo: User) -> None:
    nobody_waits()
    with act():
        db.session.execute(update(Idea).values(answered_at=None))
    text = browser(hugo).get("/admin").text
    assert "The tide is out" in text and "Median" not in text


def test_the_inbox_asks_the_database_the_same_for_few_and_many(browser: Opens, hugo: User, tom: User) -> None:
    nobody_waits()
    many(tom, 5)
    staff = browser(hugo)
    staff.get("/admin")
    with counting() as few:
        staff.get("/admin")
    many(tom, 45)
    with counting() as lots:
        staff.get("/admin")
    assert len(few) == len(lots) < 32


def test_a_long_inbox_comes_in_pages_that_lose_nothing(browser: Opens, hugo: User, tom: User) -> None:
    nobody_waits()
    many(tom, 60)
    staff, url, seen = browser(hugo), "/admin", []
    while url:
        page = staff.get(url)
        seen += [t.get_text(strip=True) for t in page.soup.select("#waits h3")]
        more = page.soup.select_one("#more a")
        url = str(more["href"]) if more else ""
    assert seen == [f"Wish {n}" for n in range(60)]


def test_a_place_that_we_never_gave_is_the_first_page(browser: Opens, hugo: User) -> None:
    for mark in ("x", "1~", "1~9999-99-99", "99999999999999999999~2020-01-01", "1~0001-01-01T00:00:00+14:00", "²~1"):
        assert len(browser(hugo).get("/admin", query_string={"after": mark}).soup.select("#waits li")) == 4
    votes = browser(hugo).get("/admin/ideas", query_string={"sort": "votes", "after": "1~99999999999999"})
    assert len(votes.soup.select("#rows tr")) == 8


def test_an_unknown_queue_is_not_found(browser: Opens, hugo: User) -> None:
    assert browser(hugo).get("/admin?queue=nothing").status == 404


def test_members_and_visitors_have_no_console(browser: Opens, tom: User) -> None:
    assert browser(tom).get("/admin").status == 403
    assert browser().get("/admin", follow=False).headers["Location"].startswith("/sign-in")


def test_reading_the_inbox_tells_nobody(browser: Opens, hugo: User) -> None:
    before = len(db.session.scalars(select(Event.id)).all())
    browser(hugo).get("/admin")
    db.session.rollback()
    assert len(db.session.scalars(select(Event.id)).all()) == before
