"""The thanks wall, and the staff's page of partners."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.recognition import wall
from portal.recognition.ledger import award
from portal.recognition.models import PointEntry, ThankYou
from portal.recognition.partners import partners_of_the_week, pick_partners
from portal.recognition.rules import Rule
from tests.browser import Browser
from tests.changelog.releases import published
from tests.changelog.test_pages import queries
from tests.conftest import act
from tests.recognition.test_partners import pay

WORDS = "Your note on split shifts saved us a month. Thank you, Tom."


def names(page: Any) -> list[str]:
    return [" ".join(li.get_text(" ").split()) for li in page.soup.select("#wall li")]


@pytest.fixture
def staff(browser: Callable[..., Browser], nora: User) -> Browser:
    return browser(nora)


def test_an_empty_wall_says_what_to_do(visitor: Browser) -> None:
    assert "No release names anybody yet." in visitor.get("/people").text


@pytest.mark.both
def test_who_is_on_most_releases_comes_first(visitor: Browser, copy_week: Idea, offline: Idea, hugo: User) -> None:
    published(hugo, copy_week)
    published(hugo, offline)
    assert names(visitor.get("/people")) == ["Tom Becker On 2 releases", "Inès Moreau On 1 release"]


@pytest.mark.parametrize(
    "choice", [{"featured": False}, {"credit_as": "nobody"}, {"credit_as": "pseudonym"}, {"erased_at": now()}]
)
def test_who_opted_out_is_not_on_it(
    visitor: Browser, copy_week: Idea, hugo: User, ines: User, choice: dict[str, Any]
) -> None:
    published(hugo, copy_week)
    with act():
        for name, value in choice.items():
            setattr(ines, name, value)
    assert "Inès Moreau" not in visitor.get("/people").html


@pytest.mark.both
def test_supporters_are_on_it_by_choice(visitor: Browser, copy_week: Idea, hugo: User, yuki: User) -> None:
    with act():
        yuki.named_as_supporter = True
    published(hugo, copy_week)
    assert "Yuki Tan On 1 release" in names(visitor.get("/people"))


@pytest.mark.both
def test_a_private_issue_puts_nobody_on_it(
    browser: Callable[..., Browser], salary_leak: Idea, hugo: User, lea: User
) -> None:
    with act():
        salary_leak.change_status(Status.first("issue", "planned"), by=lea)
    published(hugo, salary_leak)
    assert names(browser().get("/people")) == names(browser(lea).get("/people")) == []


def test_a_release_out_of_sight_puts_nobody_on_it(visitor: Browser, copy_week: Idea, hugo: User, lea: User) -> None:
    release = published(hugo, copy_week)
    with act():
        release.hide(by=lea, reason="Not shipped after all.")
    assert names(visitor.get("/people")) == []


@pytest.mark.both
def test_a_long_wall_has_pages(visitor: Browser, copy_week: Idea, offline: Idea, hugo: User, lea: User) -> None:
    with act():
        for n in range(wall.PAGE):
            shaper = User(display_name=f"Shaper {n}", handle=f"shaper-{n}")
            Comment.post(offline, "Two days are enough.", by=shaper).mark_as_shaping(True, by=lea)
    published(hugo, copy_week)
    published(hugo, offline)
    first = visitor.get("/people")
    second = visitor.get(str(first.find("a[rel=next]")["href"]))
    assert names(first)[:2] == ["Tom Becker On 2 releases", "Inès Moreau On 1 release"]
    assert len(set(names(first) + names(second))) == wall.PAGE + 2
    assert not second.has("a[rel=next]")


def test_partners_are_featured_with_the_reason(visitor: Browser, tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    page = visitor.get("/people")
    assert "Proposed 1 idea that shipped." in page.find(".partner").get_text()
    assert "csrf_token" not in page.html


def test_partners_of_long_ago_are_not_of_the_week(tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED, days_ago=40)
    pick_partners("2026-W30")
    assert db.session.scalars(partners_of_the_week()).all() == []


def test_staff_see_why_each_was_picked(staff: Browser, offline: Idea, tom: User, lea: User) -> None:
    with act():
        offline.change_status(Status.first("idea", "shipped"), by=lea)
        award(db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one())
    pick_partners()
    page = staff.get("/admin/partners")
    assert "Proposed 1 idea that shipped." in page.text
    page = staff.get(f"/admin/partners/{tom.id}")
    assert "See the schedule offline on the phone" in page.text and "+50" in page.text


def test_staff_see_who_opted_out(staff: Browser, tom: User) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    with act():
        tom.featured = False
    assert "Not featured, by choice" in staff.get("/admin/partners").text
    assert "No, by choice" in staff.get(f"/admin/partners/{tom.id}").text


@pytest.mark.both
def test_the_list_costs_the_same_for_one_and_for_five(
    staff: Browser, tom: User, ines: User, yuki: User, marc: User
) -> None:
    pay(tom, Rule.IDEA_SHIPPED, days_ago=30)
    pick_partners("2026-W46")
    staff.get("/admin/partners")
    one = queries(lambda: staff.get("/admin/partners"))
    for user in (ines, yuki, marc):
        pay(user, Rule.IDEA_PLANNED)
    pick_partners()
    assert queries(lambda: staff.get("/admin/partners")) == one


def test_a_thank_you_is_sent_and_kept(staff: Browser, tom: User, run_jobs: Callable[[], None], mailbox: Any) -> None:
    page = staff.submit(staff.get(f"/admin/partners/{tom.id}"), "main form", text=WORDS)
    assert WORDS in page.text
    run_jobs()
    assert len(mailbox.to(tom)) == 1
    assert "split shifts" in mailbox.text(mailbox.to(tom)[0])


def test_a_double_click_thanks_once(staff: Browser, tom: User) -> None:
    form = staff.get(f"/admin/partners/{tom.id}")
    staff.submit(form, "main form", text=WORDS)
    page = staff.submit(form, "main form", text=WORDS)
    assert "nothing was sent again" in page.soup.get_text()
    assert db.session.scalar(select(func.count(ThankYou.id))) == 1
    assert db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.PARTNER_THANKED)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write what you thank them for."),
        ("Thanks!", "Write a little more: say what they did and what became of it."),
        ("x" * 1001, "This has 1,001 characters. Shorten it to 1,000."),
    ],
)
def test_too_few_or_too_many_words_are_said_and_kept(staff: Browser, tom: User, text: str, said: str) -> None:
    page = staff.submit(staff.get(f"/admin/partners/{tom.id}"), "main form", text=text)
    assert page.status == 422
    assert said in page.find("#text-error").get_text()
    assert page.find("#text").get_text().strip() == text


def test_a_stale_page_keeps_the_thank_you(staff: Browser, tom: User) -> None:
    page = staff.submit(staff.get(f"/admin/partners/{tom.id}"), "main form", text=WORDS, csrf_token="stale")
    assert page.status == 422
    assert page.find("#text").get_text().strip() == WORDS
    assert not db.session.scalars(select(ThankYou)).all()


def test_who_has_no_address_cannot_be_thanked(staff: Browser, tom: User) -> None:
    with act():
        tom.email = None
    assert not staff.get(f"/admin/partners/{tom.id}").has("main form")
    page = staff.post(f"/admin/partners/{tom.id}/thanks", {"text": WORDS})
    assert page.status == 422
    assert "Tom Becker has no e-mail address here, and is not told." in page.text


@pytest.mark.both
def test_the_staff_pages_are_for_staff(browser: Callable[..., Browser], tom: User) -> None:
    for url in ("/admin/partners", f"/admin/partners/{tom.id}"):
        assert browser(tom).get(url).status == 403
        assert "/sign-in" in browser().get(url, follow=False).headers["Location"]
    assert browser(tom).post(f"/admin/partners/{tom.id}/thanks", {"text": WORDS}).status == 403


def test_nobody_unknown_has_a_page(staff: Browser) -> None:
    assert staff.get("/admin/partners/999999").status == 404


def test_a_member_sees_what_each_of_their_points_was_for(
    browser: Callable[..., Browser], dark_mode: Idea, lea: User, yuki: User
) -> None:
    for kind in ("planned", "declined"):
        with act():
            dark_mode.change_status(Status.first("idea", kind), by=lea, reason="Told in public.")
            award(db.session.scalars(select(Event).order_by(Event.id.desc()).limit(1)).one())
    page = browser(yuki).get("/settings/points")
    assert [badge.get_text(strip=True) for badge in page.soup.select(".audit .badge")] == ["−20", "+20"]
    assert "Taken back: An idea of yours was planned" in page.text
    assert "0 points in all" in page.text
    assert page.has(f'.audit a[href="{dark_mode.url}"]')


@pytest.mark.parametrize(
    ("choice", "why"),
    [
        ({}, "You are a partner of this week. Proposed 1 idea that shipped."),
        ({"featured": False}, "You chose not to be shown among the partners."),
        ({"credit_as": "nobody"}, "You chose not to be named in credits"),
        ({"credit_as": "pseudonym"}, "You chose not to be named in credits"),
    ],
)
def test_a_member_reads_why_they_are_a_partner_or_not(
    browser: Callable[..., Browser], tom: User, choice: dict[str, Any], why: str
) -> None:
    pay(tom, Rule.IDEA_SHIPPED)
    pick_partners()
    with act():
        for name, value in choice.items():
            setattr(tom, name, value)
    assert why in browser(tom).get("/settings/points").text


def test_who_has_too_few_points_reads_how_many_it_took(browser: Callable[..., Browser], tom: User, ines: User) -> None:
    pay(ines, Rule.IDEA_SHIPPED)
    pick_partners()
    pay(tom, Rule.IDEA_PLANNED)
    text = browser(tom).get("/settings/points").text
    assert "You have 20 points of the last 90 days. The partners of this week had 50 or more." in text
    assert "Partners are picked by the points of the last 90 days, and you have none" not in text


@pytest.mark.parametrize("subject", ["idea", "comment"])
def test_points_for_what_the_reader_may_not_see_name_no_idea(
    browser: Callable[..., Browser], salary_leak: Idea, tom: User, lea: User, subject: str
) -> None:
    with act():
        comment = Comment.post(salary_leak, "Since Monday.", by=lea)
        db.session.flush()
        entry = PointEntry(user_id=tom.id, rule=Rule.COMMENT_SHAPED, points=15, subject_type=subject)
        entry.subject_id = salary_leak.id if subject == "idea" else comment.id
        entry.event_id = db.session.scalars(select(Event.id)).first()
        db.session.add(entry)
    page = browser(tom).get("/settings/points")
    assert "A comment of yours shaped an idea" in page.text
    assert salary_leak.title not in page.html
