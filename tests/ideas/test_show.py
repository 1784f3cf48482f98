"""The page of one idea, as each person reads it."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select, update

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.admin import arranging
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from tests.browser import Browser, Page
from tests.changelog.releases import published
from tests.conftest import act

Open = Callable[..., Browser]
NASTY = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


def at(idea: Idea) -> str:
    """The address of an idea's page."""
    return f"/ideas/{idea.id}-{idea.slug}"


def not_there(page: Page, id: int) -> str:
    """The body of a 404 without the address that was asked for, which the language link repeats."""
    assert page.status == 404
    without_token = re.sub(r'name="csrf_token" value="[^"]*"', "", page.html)
    return re.sub(r"(?<=/ideas/)\d+[^\"?]*|\d+(?=\?)", "ID", without_token)


def been(page: Page) -> list[str]:
    """Where an idea was and is."""
    return [li.b.get_text() for li in page.soup.select(".journey li:not([data-s=next])") if li.b]


def test_any_other_address_of_an_idea_leads_to_its_own(visitor: Browser, offline: Idea) -> None:
    for wrong in (f"/ideas/{offline.id}", f"/ideas/{offline.id}-another-title"):
        answer = visitor.get(wrong, follow=False)
        assert (answer.status, answer.headers["Location"]) == (301, at(offline))


def test_the_way_to_the_right_address_keeps_the_question(visitor: Browser, offline: Idea) -> None:
    answer = visitor.get(f"/ideas/{offline.id}?c=new&slug=x&id=9", follow=False)
    assert answer.headers["Location"] == f"{at(offline)}?c=new&slug=x&id=9"


def test_a_visitor_reads_what_was_proposed(visitor: Browser, copy_week: Idea) -> None:
    page = visitor.get(at(copy_week))
    assert page.heading == copy_week.title
    assert "Inès Moreau" in page.text and "choose what comes along" in page.text
    assert page.find(".ihead .st")["data-status"] == "started"


@pytest.mark.parametrize("path", ["/ideas/{id}", "/feed.atom", "/ideas/{id}/feed.atom", "/admin/audit", "/admin"])
def test_a_step_that_says_nothing_breaks_no_page(browser: Open, lea: User, copy_week: Idea, path: str) -> None:
    with act():
        db.session.add(
            Event(action=Action.STATUS_CHANGED, subject_type="idea", subject_id=copy_week.id, facts={}, actor_id=lea.id)
        )
    assert browser(lea).get(path.format(id=copy_week.id)).status == 200


def test_the_journey_dates_every_step(visitor: Browser, copy_week: Idea) -> None:
    page = visitor.get(at(copy_week))
    steps = [(li.b.get_text(), li["data-s"]) for li in page.soup.select(".journey li") if li.b]
    assert steps == [
        ("Received", "done"),
        ("Under review", "done"),
        ("Planned", "done"),
        ("In progress", "now"),
        ("Shipped", "next"),
    ]
    dates = [str(time["datetime"]) for time in page.soup.select(".journey time")]
    assert len(dates) == 4 and dates == sorted(dates)
    assert dates[0] == copy_week.created_at.isoformat(timespec="seconds")


def test_the_journey_keeps_every_step_back_and_forth_with_its_reason(
    visitor: Browser, swap: Idea, dark_mode: Idea, lea: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea, reason="The night shift asked *first*.")
        dark_mode.change_status(Status.first("idea", "under_review"), by=lea, reason="The screens changed.")
        dark_mode.change_status(Status.first("idea", "open"), by=lea)
        dark_mode.change_status(Status.first("idea", "planned"), by=lea, reason="Now for good.")
    page = visitor.get(at(dark_mode))
    steps = page.soup.select(".journey li")
    assert [(li.b.get_text(), li["data-s"]) for li in steps if li.b] == [
        ("Received", "done"),
        ("Planned", "done"),
        ("Under review", "done"),
        ("New", "done"),
        ("Planned", "now"),
        ("In progress", "next"),
        ("Shipped", "next"),
    ]
    assert "The night shift asked first." in steps[1].get_text() and steps[1].time is not None
    assert "The screens changed." in steps[2].get_text()
    assert "Now for good." in page.text


def test_a_way_back_to_the_beginning_is_told_too(visitor: Browser, dark_mode: Idea, lea: User) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "under_review"), by=lea, reason="We look at it.")
        dark_mode.change_status(Status.first("idea", "open"), by=lea, reason="We know too little.")
    page = visitor.get(at(dark_mode))
    assert been(page) == ["Received", "Under review", "New"]
    assert "We look at it." in page.text and "We know too little." in page.text


@pytest.mark.both
def test_a_step_to_a_status_that_was_deleted_keeps_its_name(
    browser: Open, dark_mode: Idea, offline: Idea, lea: User, nora: User
) -> None:
    with act():
        beta = arranging.add_status(Kind.IDEA, StatusKind.STARTED, {"en": "Pilot", "fr": "Pilote"}, by=nora)
        for idea in (dark_mode, offline):
            if idea is dark_mode:
                idea.change_status(Status.first("idea", "planned"), by=lea)
            idea.change_status(beta, by=lea, reason="With three teams.")
        dark_mode.change_status(Status.first("idea", "declined"), by=lea, reason="They did not like it.")
    with act():
        arranging.delete_status(beta, Status.first("idea", "started"), by=nora)
    assert been(browser().get(at(dark_mode)))[-2:] == ["Pilot", "Not planned"]
    assert been(browser(lang="fr").get(at(dark_mode)))[-2:] == ["Pilote", "Non retenue"]
    page = browser().get(at(offline))
    assert been(page)[-2:] == ["Pilot", "In progress"] and "With three teams." in page.text


def test_staff_take_personal_words_out_of_a_reason_and_the_step_stays(
    browser: Open, dark_mode: Idea, lea: User, hugo: User
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "declined"), by=lea, reason="Ms. Jane Roe of\nLeeds phoned us.")
    staff = browser(hugo)
    page = staff.get(at(dark_mode))
    form = staff.get(str(page.find("a[href*='/admin/steps/']")["href"]))
    wrong = staff.submit(form, "main form", words="John Doe")
    assert wrong.status == 422 and "do not stand in the reason" in wrong.text and "John Doe" in wrong.text
    after = staff.submit(wrong, "main form", words="Jane Roe of\r\nLeeds")
    assert "Ms. […] phoned us." in after.text and "Jane" not in after.text
    assert been(after) == ["Received", "Not planned"]
    with act():
        told = db.session.scalars(select(Event).where(Event.action == Action.REASON_BLANKED)).one()
        moves = db.session.scalars(select(Event).where(Event.action == Action.STATUS_CHANGED)).all()
        assert told.actor_id == hugo.id and "Jane" not in str(told.facts)
        assert not [move for move in moves if "Jane" in str(move.facts)] and "Jane" not in dark_mode.status_reason
    assert "took words out of a reason" in staff.get("/admin/audit").text


def test_an_imported_status_is_dated_without_its_event(visitor: Browser, dark_mode: Idea) -> None:
    with act():
        dark_mode.status, dark_mode.status_since = Status.first("idea", "shipped"), now() - timedelta(hours=3)
    page = visitor.get(at(dark_mode))
    assert [li.get_text() for li in page.soup.select(".journey li b")] == ["Received", "Shipped"]


def test_an_issue_has_steps_of_its_own(visitor: Browser, double_shift: Idea) -> None:
    page = visitor.get(at(double_shift))
    assert [li.get_text() for li in page.soup.select(".journey li b")] == [
        "Reported",
        "Confirmed",
        "Being fixed",
        "Fixed",
    ]


def test_what_is_not_planned_says_why(visitor: Browser, fax: Idea) -> None:
    page = visitor.get(at(fax))
    assert "Not planned, and here is why" in page.text
    assert "Phones do this better, and nobody else asked." in page.text
    assert not page.has(".journey [data-s=next]")


def test_in_french_the_reason_is_announced_in_french(browser: Open, fax: Idea) -> None:
    assert "Non retenue" in browser(lang="fr").get(at(fax)).text


def test_the_official_response_is_pinned_with_its_author_and_date(visitor: Browser, copy_week: Idea) -> None:
    update = visitor.get(at(copy_week)).find("#response")
    assert "Léa Martin" in update.get_text() and "The copy now shows what it found" in update.get_text()
    assert update.find("time")


def test_an_edited_response_shows_what_it_said_before(visitor: Browser, copy_week: Idea, lea: User) -> None:
    with act():
        copy_week.respond("We’re building it, and it ships in May.", by=lea)
    page = visitor.get(at(copy_week))
    link = page.find("#response .update__f a")
    history = visitor.get(str(link["href"]))
    assert "tick what to keep" in history.find("del").get_text(" ") + history.text
    assert history.has("ins") and history.has("del")


def test_there_is_no_history_of_a_response_that_nobody_gave(visitor: Browser, dark_mode: Idea) -> None:
    assert visitor.get(f"/ideas/{dark_mode.id}/response/history").status == 404


@pytest.mark.both
def test_a_private_issue_answers_like_one_that_never_was(browser: Open, salary_leak: Idea, tom: User) -> None:
    for reader in (browser(), browser(tom)):
        for path in ("", "-whatever", "/history", "/edit", "/response/history", "/comments/new"):
            hidden = reader.get(f"/ideas/{salary_leak.id}{path}")
            unknown = reader.get(f"/ideas/999999{path}")
            assert not_there(hidden, salary_leak.id) == not_there(unknown, 999999), path


@pytest.mark.both
def test_a_private_issue_is_read_by_its_author_and_staff(
    browser: Open, salary_leak: Idea, camille: User, lea: User
) -> None:
    mine = browser(camille).get(at(salary_leak))
    assert "Private: only you and our team see this." in mine.text
    assert mine.find("meta[name=robots]")["content"] == "noindex"
    assert "Private: only its author and our team see this." in browser(lea).get(at(salary_leak)).text


@pytest.mark.both
def test_a_hidden_idea_asks_nobody_to_vote(browser: Open, offline: Idea, tom: User, lea: User) -> None:
    with act():
        offline.hide(by=lea, reason="Advertising.")
    for reader in (tom, lea):
        slip = browser(reader).get(at(offline)).find(".slip")
        assert "Nobody can vote while this is hidden." in slip.text and not slip.select("form, a")


@pytest.mark.both
def test_a_hidden_idea_is_read_by_its_author_and_staff(
    browser: Open, offline: Idea, tom: User, ines: User, lea: User, nora: User
) -> None:
    with act():
        offline.hide(by=nora, reason="Not kind")
    for reader in (browser(tom), browser(lea)):
        page = reader.get(at(offline))
        assert page.status == 200 and "Not kind" in page.text
        assert page.has("meta[name=robots]")
    for reader in (browser(), browser(ines)):
        never = reader.get(f"/ideas/999999-{offline.slug}")
        assert not_there(reader.get(at(offline)), offline.id) == not_there(never, 999999)


def test_an_issue_shows_its_facts(visitor: Browser, double_shift: Idea) -> None:
    with act():
        double_shift.expected, double_shift.version = "Twelve hours less.", "4.2 on Android"
    page = visitor.get(at(double_shift))
    for fact in ("What was expected", "Twelve hours less.", "4.2 on Android", "It costs me time every day"):
        assert fact in page.text


def test_who_shaped_it_is_credited(visitor: Browser, copy_week: Idea) -> None:
    shaped = visitor.get(at(copy_week)).find("#shaped").get_text(" ", strip=True)
    assert "Inès Moreau Proposed the idea" in shaped and "Tom Becker Helped to shape it" in shaped


def test_a_pseudonym_is_all_that_credits_tell(visitor: Browser, copy_week: Idea, tom: User) -> None:
    with act():
        tom.credit_as, tom.pseudonym = CreditAs.PSEUDONYM, "Night owl"
    shaped = visitor.get(at(copy_week)).find("#shaped")
    assert "Night owl" in shaped.get_text() and "Tom Becker" not in shaped.get_text()
    assert not shaped.select(f'a[href*="{tom.handle}"]')


@pytest.mark.both
def test_whoever_wants_no_credit_is_only_counted(visitor: Browser, copy_week: Idea, tom: User, ines: User) -> None:
    with act():
        tom.credit_as = CreditAs.NOBODY
    shaped = visitor.get(at(copy_week)).find("#shaped")
    assert "Tom Becker" not in shaped.get_text() and "and 1 other person" in shaped.get_text()
    assert len(shaped.select("li")) == 1
    with act():
        ines.credit_as = CreditAs.NOBODY
    shaped = visitor.get(at(copy_week)).find("#shaped")
    assert "2 people" in shaped.get_text() and not shaped.select("li")


@pytest.mark.both
def test_search_engines_and_previews_know_the_page(visitor: Browser, copy_week: Idea) -> None:
    page = visitor.get(at(copy_week))
    own = "http://127.0.0.1:8000" + at(copy_week)
    assert page.find("link[rel=canonical]")["href"] == own
    assert {str(link["hreflang"]) for link in page.soup.select("link[hreflang]")} == {"en", "fr", "x-default"}
    assert page.find('meta[property="og:title"]')["content"] == copy_week.title
    assert str(page.find("meta[name=description]")["content"]).startswith("Every Sunday I copy")
    told = json.loads(page.find("script[type='application/ld+json']").get_text())
    assert told["headline"] == copy_week.title and told["url"] == own
    assert [comment["author"]["name"] for comment in told["comment"]] == ["Tom Becker", "Léa Martin"]


@pytest.mark.both
def test_search_engines_read_which_release_an_idea_shipped_in(visitor: Browser, copy_week: Idea, lea: User) -> None:
    def told() -> dict[str, Any]:
        said = visitor.get(at(copy_week)).find("script[type='application/ld+json']").get_text()
        return dict(json.loads(said))

    assert "subjectOf" not in told()
    release = published(lea, copy_week)
    where = f"http://127.0.0.1:8000/changelog/{release.id}-copy-a-week"
    assert told()["subjectOf"] == {"@type": "BlogPosting", "headline": "Copy a week", "url": where}
    with act():
        release.hide(by=lea, reason="Wrong")
    assert "subjectOf" not in told()


@pytest.mark.both
def test_notes_and_hidden_comments_stay_out_of_structured_data(
    visitor: Browser, copy_week: Idea, lea: User, tom: User
) -> None:
    with act():
        Comment.note(copy_week, "The big customer wants it.", by=lea)
        Comment.post(copy_week, "Buy cheap watches", by=tom).hide(by=lea, reason="Spam")
    page = visitor.get(at(copy_week))
    assert "big customer" not in page.html and "cheap watches" not in page.html


def test_what_people_write_stays_words(browser: Open, offline: Idea, tom: User, ines: User) -> None:
    with act():
        offline.edit(NASTY, f"{NASTY}\n\n[x](javascript:alert(3))", by=tom)
        tom.display_name = NASTY
        Comment.post(offline, NASTY, by=tom)
    for reader in (browser(), browser(ines), browser(tom)):
        page = reader.get(f"/ideas/{offline.id}")
        assert page.heading == NASTY
        assert not page.soup.select("main script, main img[src=x], a[href^=javascript]")
        assert "<script>alert" not in page.html
    for path in ("history", "edit"):
        assert "<script>alert" not in browser(tom).get(f"/ideas/{offline.id}/{path}").html


def test_the_page_of_a_visitor_holds_no_token_and_sets_no_cookie(visitor: Browser, copy_week: Idea) -> None:
    page = visitor.get(at(copy_week))
    assert "csrf_token" not in page.html and "Set-Cookie" not in page.headers
    assert page.headers["Cache-Control"].startswith("public")
    assert page.has(f'a[href="/ideas/{copy_week.id}/comments/new"]')


@contextmanager
def queries() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    yield seen
    event.remove(db.engine, "before_cursor_execute", note)


@pytest.mark.both
@pytest.mark.parametrize("who", ["visitor", "ines", "lea"])
def test_fifty_comments_cost_as_many_queries_as_five(
    browser: Open, offline: Idea, request: pytest.FixtureRequest, who: str
) -> None:
    user = None if who == "visitor" else request.getfixturevalue(who)
    people = [request.getfixturevalue(name) for name in ("tom", "ines", "aicha", "marc", "yuki", "sofia")]
    reader, url = browser(user), at(offline)

    def comments(number: int) -> None:
        with act():
            for n in range(number):
                root = Comment.post(offline, f"Comment {n}", by=people[n % 6])
                Comment.post(offline, f"Reply {n}", by=people[(n + 1) % 6], parent=root)

    comments(5)
    with queries() as few:
        assert len(reader.get(url).soup.select(".thread article")) == 10
    comments(45)
    with queries() as many:
        assert len(reader.get(url).soup.select(".thread article")) == 100
    assert len(many) == len(few), "\n".join(many)


def test_staff_find_their_tools_and_members_do_not(browser: Open, offline: Idea, lea: User, ines: User) -> None:
    assert browser(lea).get(at(offline)).has("#staff-tools")
    assert not browser(ines).get(at(offline)).has("#staff-tools")


def test_on_a_phone_a_member_votes_and_follows_at_the_foot(browser: Open, dark_mode: Idea, tom: User) -> None:
    page = browser(tom).get(at(dark_mode))
    assert page.find(".act form[action$='/vote'] button")["aria-pressed"] == "false"
    assert page.has(".act form[action$='/follow']")
