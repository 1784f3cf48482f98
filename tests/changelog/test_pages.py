"""What’s new, and a release's page, as different people see them."""

import json
from collections.abc import Callable

import pytest
from sqlalchemy import event

from portal.accounts.models import User
from portal.changelog.news import just_shipped
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.voting.models import Vote
from tests.browser import Browser
from tests.changelog.releases import published, unseen, written
from tests.conftest import act


def queries(run: Callable[[], object]) -> int:
    """How many statements this sends to the database."""
    sent: list[str] = []

    def count(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        run()
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len([s for s in sent if not s.startswith(("PRAGMA", "BEGIN", "SET"))])


def test_before_the_first_release(visitor: Browser) -> None:
    assert "No release names anybody yet." in visitor.get("/changelog").text


@pytest.mark.both
def test_the_newest_release_stands_first(visitor: Browser, copy_week: Idea, offline: Idea, hugo: User) -> None:
    published(hugo, copy_week, title="Copy a week")
    published(hugo, offline, title="Read offline")
    with act():
        db.session.add_all(unseen(hugo))
    page = visitor.get("/changelog")
    assert [h.get_text() for h in page.soup.select("article h2")] == ["Read offline", "Copy a week"]
    assert "Thanks to Inès Moreau, Tom Becker and 4 others" in page.text


@pytest.mark.both
def test_pages_of_releases_follow_each_other(visitor: Browser, copy_week: Idea, hugo: User) -> None:
    for n in range(12):
        published(hugo, copy_week, title=f"Number {n}")
    first = visitor.get("/changelog")
    rest = visitor.get(str(first.find("a[rel=next]")["href"]))
    titles = [h.get_text() for page in (first, rest) for h in page.soup.select("article h2")]
    assert titles == [f"Number {n}" for n in reversed(range(12))]
    assert not rest.has("a[rel=next]")


def test_a_mark_that_we_never_gave_shows_the_first_page(visitor: Browser, copy_week: Idea, hugo: User) -> None:
    published(hugo, copy_week)
    assert visitor.get("/changelog?after=nonsense").has("article")


@pytest.mark.both
def test_the_list_costs_the_same_for_one_and_for_ten(
    visitor: Browser, copy_week: Idea, offline: Idea, hugo: User
) -> None:
    published(hugo, copy_week, offline)
    visitor.get("/changelog")
    one = queries(lambda: visitor.get("/changelog"))
    for n in range(9):
        published(hugo, copy_week, title=f"Number {n}")
    assert queries(lambda: visitor.get("/changelog")) == one


def test_the_story_is_read_in_both_languages(browser: Callable[..., Browser], copy_week: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    url = f"/changelog/{release.id}-copy-a-week"
    assert "what comes along" in browser(lang="en").get(url).find(".prose strong")
    french = browser(lang="fr").get(url)
    assert french.heading == "Copier une semaine"
    assert "ce qui suit" in french.find(".prose strong")


def test_a_wrong_name_leads_to_the_right_address(visitor: Browser, copy_week: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    for wrong in (f"/changelog/{release.id}", f"/changelog/{release.id}-old-name"):
        page = visitor.get(wrong + "?lang=fr", follow=False)
        assert page.status == 301
        assert page.headers["Location"] == f"/changelog/{release.id}-copy-a-week?lang=fr"


@pytest.mark.both
def test_search_engines_read_it(visitor: Browser, copy_week: Idea, hugo: User) -> None:
    release = published(hugo, copy_week)
    page = visitor.get(f"/changelog/{release.id}-copy-a-week")
    address = f"http://127.0.0.1:8000/changelog/{release.id}-copy-a-week"
    assert page.find("link[rel=canonical]")["href"] == address
    assert page.find('meta[property="og:title"]')["content"] == "Copy a week"
    assert json.loads(page.find("script[type='application/ld+json']").get_text())["headline"] == "Copy a week"
    assert page.headers["Cache-Control"].startswith("public")
    assert "Set-Cookie" not in page.headers


def test_a_draft_is_for_staff_only(browser: Callable[..., Browser], copy_week: Idea, hugo: User, tom: User) -> None:
    release = written(hugo, copy_week)
    url = f"/changelog/{release.id}-copy-a-week"
    assert browser().get(url).status == browser(tom).get(url).status == 404
    assert "This is a draft: only staff see it." in browser(hugo).get(url).text
    assert "Copy a week" not in browser(hugo).get("/changelog").text


@pytest.mark.both
def test_supporters_are_counted_and_named_only_by_choice(
    visitor: Browser, copy_week: Idea, hugo: User, yuki: User
) -> None:
    with act():
        yuki.named_as_supporter = True
    release = published(hugo, copy_week)
    page = visitor.get(f"/changelog/{release.id}-copy-a-week")
    credits = page.find("#credits").get_text(" ")
    assert "Yuki Tan" in credits and "Sofia Nilsson" not in page.text
    assert "and 3 people who voted for it" in page.text
    assert page.has("#credits a[href='/people/ines-moreau']")


def test_a_pseudonym_is_shown_without_a_link(visitor: Browser, copy_week: Idea, hugo: User, tom: User) -> None:
    with act():
        tom.credit_as, tom.pseudonym = "pseudonym", "Night owl"
    release = published(hugo, copy_week)
    page = visitor.get(f"/changelog/{release.id}-copy-a-week")
    assert "Night owl" in page.text and "Tom Becker" not in page.html
    assert "tom-becker" not in page.html


@pytest.mark.both
def test_who_wants_no_credit_is_counted_only(visitor: Browser, copy_week: Idea, hugo: User, tom: User) -> None:
    with act():
        tom.credit_as = "nobody"
    release = published(hugo, copy_week)
    page = visitor.get(f"/changelog/{release.id}-copy-a-week")
    assert "Tom Becker" not in page.html
    assert "1 person who prefers not to be named" in page.text


def test_a_choice_made_later_counts(visitor: Browser, copy_week: Idea, hugo: User, ines: User) -> None:
    release = published(hugo, copy_week)
    with act():
        ines.credit_as = "nobody"
    assert "Inès Moreau" not in visitor.get(f"/changelog/{release.id}-copy-a-week").html


@pytest.mark.both
def test_a_private_issue_is_not_named_to_others(
    browser: Callable[..., Browser], copy_week: Idea, salary_leak: Idea, hugo: User, lea: User, camille: User
) -> None:
    with act():
        salary_leak.change_status(Status.first("issue", "planned"), by=lea)
    release = published(hugo, copy_week, salary_leak)
    url = f"/changelog/{release.id}-copy-a-week"
    for page in (browser().get(url), browser().get("/changelog")):
        assert "Wages of colleagues" not in page.html and "Camille Roux" not in page.html
    assert "Wages of colleagues" in browser(camille).get(url).text
    assert "Wages of colleagues" in browser(lea).get(url).text


@pytest.mark.both
def test_the_home_page_card_names_the_newest_in_four_queries(copy_week: Idea, offline: Idea, hugo: User) -> None:
    for n in range(4):
        published(hugo, copy_week, offline, title=f"Number {n}")
    db.session.rollback()
    shown = []
    assert queries(lambda: shown.extend(just_shipped())) <= 4
    assert [news.release.title for news in shown] == ["Number 3", "Number 2", "Number 1"]


@pytest.mark.parametrize(
    ("lang", "said"),
    [("en", "Thanks to Yuki Tan"), ("fr", "Merci à Yuki Tan")],
)
def test_one_person_alone_is_thanked_alone(
    browser: Callable[..., Browser], dark_mode: Idea, hugo: User, lea: User, lang: str, said: str
) -> None:
    with act():
        dark_mode.change_status(Status.first("idea", "planned"), by=lea)
    published(hugo, dark_mode)
    strip = browser(lang=lang).get("/changelog").find(".credit-strip")
    assert strip.get_text().strip() == said


@pytest.mark.both
def test_two_people_are_both_named(visitor: Browser, dark_mode: Idea, hugo: User, lea: User, tom: User) -> None:
    with act():
        Vote.cast(dark_mode, by=tom)
        Comment.post(dark_mode, "Red light keeps night vision.", by=tom).mark_as_shaping(True, by=lea)
        dark_mode.change_status(Status.first("idea", "planned"), by=lea)
    published(hugo, dark_mode)
    assert visitor.get("/changelog").find(".credit-strip").get_text().strip() == "Thanks to Yuki Tan and Tom Becker"


def test_a_release_that_nobody_may_see_the_ideas_of_thanks_nobody(
    visitor: Browser, salary_leak: Idea, hugo: User, lea: User
) -> None:
    with act():
        salary_leak.change_status(Status.first("issue", "planned"), by=lea)
    release = published(hugo, salary_leak)
    page = visitor.get(f"/changelog/{release.id}-copy-a-week")
    assert not page.has(".credit-strip") and not page.has("#credits")
