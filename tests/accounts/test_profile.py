"""A member's page shows what they made, and keeps private what is."""

from sqlalchemy import select

from portal.accounts.choices import CreditAs
from portal.changelog.models import Credit, CreditRole, Release, draft
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.changelog.releases import titled
from tests.conftest import act


def test_a_profile_shows_ideas_and_comments_that_shaped(browser, tom):
    page = browser().get("/people/tom-becker")
    assert page.heading == "Tom Becker"
    assert "See the schedule offline on the phone" in page.text
    assert "Copy a week of shifts and keep the exceptions" in page.find("ul.list").get_text()
    assert "helped on 1 idea" in page.text
    assert page.find("link[rel=canonical]")["href"] == "http://127.0.0.1:8000/people/tom-becker"


def test_a_comment_out_of_sight_is_not_on_the_page_of_its_author(browser, tom, lea, copy_week):
    with act():
        db.session.scalars(select(Comment).where(Comment.author_id == tom.id)).one().hide(by=lea, reason="Rude.")
    page = browser().get("/people/tom-becker")
    assert copy_week.title not in page.text and "helped on" not in page.text


def test_votes_and_the_address_stay_private(browser, tom, lea):
    for someone in (browser(), browser(lea)):
        page = someone.get("/people/tom-becker")
        assert "Let colleagues swap shifts" not in page.text
        assert "tom@example.com" not in page.html


def test_a_private_issue_is_on_the_page_of_its_author_for_them_and_staff_only(browser, tom, camille, lea):
    for someone, sees in ((browser(), False), (browser(tom), False), (browser(camille), True), (browser(lea), True)):
        page = someone.get("/people/camille-roux")
        assert ("Wages of colleagues" in page.text) is sees
        assert page.has("#reports") is sees


def test_what_somebody_reported_stands_apart_with_who_sees_it(browser, camille, lea, yuki, double_shift):
    mine = browser(camille, lang="en").get("/people/camille-roux?lang=en")
    assert (
        "My reports 1" in mine.text and mine.find("#reports + ul .meta").get_text().count("only you and our team") == 1
    )
    assert mine.has('#reports + ul use[href$="#lock"]')
    for_staff = browser(lea).get("/people/camille-roux?lang=en")
    assert "Reports 1" in for_staff.text and "only its author and our team" in for_staff.text
    public = browser().get("/people/yuki-tan")
    assert "Ideas 1" in public.text and "Reports 1" in public.text
    assert double_shift.title in public.find("#reports + ul").get_text() and not public.has(
        '#reports + ul use[href$="#lock"]'
    )
    with act():
        double_shift.set_private(True, by=yuki)
    assert not browser().get("/people/yuki-tan").has("#reports")


def shipped(author, role, idea, by):
    with act():
        release = draft(by=by)
        release.published_at = now()
        release.write(title={"en": "Offline at last", "fr": "Enfin hors ligne"})
        db.session.flush()
        db.session.add(Credit(release_id=release.id, idea_id=idea.id, user_id=author.id, role=role))


def test_credits_are_listed_where_the_person_is_credited_by_name(browser, tom, hugo, offline):
    shipped(tom, CreditRole.PROPOSER, offline, hugo)
    assert "Offline at last" in browser().get("/people/tom-becker").text
    with act():
        release = db.session.scalars(select(Release).where(titled("Offline at last"))).one()
        release.published_at = None
    assert "Offline at last" not in browser().get("/people/tom-becker").text
    with act():
        release.published_at = now()
    for choice in (CreditAs.PSEUDONYM, CreditAs.NOBODY):
        with act():
            tom.credit_as, tom.pseudonym = choice, "T."
        assert "Offline at last" not in browser().get("/people/tom-becker").text


def test_a_credit_for_a_private_issue_is_seen_by_its_author_and_staff(browser, camille, hugo, salary_leak):
    shipped(camille, CreditRole.PROPOSER, salary_leak, hugo)
    for someone, sees in ((browser(), False), (browser(camille), True), (browser(hugo), True)):
        assert ("Offline at last" in someone.get("/people/camille-roux?lang=en").text) is sees


def test_a_supporter_is_named_only_where_they_chose_to_be(browser, yuki, hugo, offline):
    shipped(yuki, CreditRole.SUPPORTER, offline, hugo)
    assert "Offline at last" not in browser().get("/people/yuki-tan").text
    with act():
        yuki.named_as_supporter = True
    assert "Offline at last" in browser().get("/people/yuki-tan").text


def test_the_owner_of_an_empty_page_is_told_how_to_begin(browser, nora):
    page = browser(nora).get("/people/nora-klein")
    assert "Vote on one idea to start your list." in page.text
    assert page.has("a[href='/settings']")
    assert "No idea yet." in browser().get("/people/nora-klein").text


def test_a_long_list_says_that_it_is_cut(browser, sofia):
    with act():
        for n in range(25):
            Idea.propose(sofia, f"Wish number {n}")
    page = browser().get("/people/sofia-nilsson")
    assert len(page.soup.select(".ticket")) == 20
    assert "The newest 20 of 26." in page.text


def test_nobody_has_an_unknown_page(browser, app):
    assert browser().get("/people/nobody").status == 404
