"""Reporting an issue: private unless its author says otherwise, and private on every surface."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from tests.browser import Browser, Page
from tests.ideas.pictures import address, picture

Browse = Callable[..., Browser]
TITLE = "Overtime disappears after midnight"


def report(reader: Browser, **fields: object) -> Page:
    data = {
        "kind": "issue", "title": TITLE, "body": "I closed at one.",
        "expected": "One hour more", "version": "4.2, iPad",
        "severity": "serious", "visibility": "private", "board": "", **fields,
    }  # fmt: skip
    return reader.post("/ideas", data, content_type="multipart/form-data")


def reported() -> Idea:
    db.session.rollback()
    return db.session.scalars(select(Idea).where(Idea.title == TITLE)).one()


def test_the_form_says_who_will_see_it(visitor: Browser) -> None:
    page = visitor.get("/ideas/new?kind=issue")
    assert page.heading == "Report an issue"
    assert "Private: only you and our team see this." in page.text
    assert page.find("input[name=visibility][checked]")["value"] == "private"
    for name in ("body", "expected", "version"):
        assert page.has(f"#{name}")
    assert [field["value"] for field in page.soup.select("input[name=severity]")] == ["annoying", "serious", "blocking"]


def test_an_issue_is_private_with_all_that_was_said(browser: Browse, tom: User) -> None:
    page = report(browser(tom))
    issue = reported()
    assert page.path == address(issue)
    assert issue.is_issue and issue.is_private and issue.severity == "serious"
    assert (issue.expected, issue.version, issue.body) == ("One hour more", "4.2, iPad", "I closed at one.")
    assert issue.status.for_kind == "issue" and issue.votes_count == 1


def test_its_author_may_make_it_public(browser: Browse, tom: User, sofia: User) -> None:
    report(browser(tom), visibility="public")
    assert TITLE in browser(sofia).get("/?kind=issue").text


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"title": "Overtime"[:5]}, "#title-error", "Write a few more words so others can find this issue."),
        ({"title": ""}, "#title-error", "Write in one sentence what goes wrong."),
        ({"body": ""}, "#body-error", "Say what happened, and what you did before."),
        ({"severity": "deadly"}, "#severity-error", "Choose how much it hurts."),
        ({"visibility": "some"}, "#visibility-error", "Choose who may see it."),
        ({"version": "9" * 81}, "#version-error", "This has 81 characters. Shorten it to 80."),
        ({"expected": "x" * 20_001}, "#expected-error", "This has 20,001 characters. Shorten it to 20,000."),
    ],
)
def test_each_mistake_has_its_own_message(
    browser: Browse, tom: User, fields: dict[str, str], where: str, message: str
) -> None:
    page = report(browser(tom), **fields)
    assert page.status == 422 and message in page.find(where).get_text()
    if "version" not in fields:
        assert page.find("#version")["value"] == "4.2, iPad"
    assert db.session.scalar(select(Idea).where(Idea.title == TITLE)) is None


def test_known_issues_come_first(browser: Browse, sofia: User, double_shift: Idea) -> None:
    page = report(browser(sofia), title="Split shift counted twice in my hours")
    assert "3 have it" in " ".join(page.find(".dups").get_text(" ").split())
    assert double_shift.title in page.find(".dups").get_text()
    assert "1 similar issue" in page.find(".dups").get_text()


def test_a_private_issue_is_on_no_surface(
    browser: Browse, camille: User, lea: User, tom: User, salary_leak: Idea
) -> None:
    words = "Wages colleagues visible export"
    surfaces = (
        "/", "/?sort=top", "/?sort=new&kind=issue", "/?sort=following",
        f"/search?q={words}", f"/search?q={words}&kind=issue",
        f"/ideas/similar?title={words}", f"/ideas/similar?title={words}&kind=issue", "/feed.atom", "/sitemap.xml",
    )  # fmt: skip
    for reader in (browser(), browser(tom)):
        for url in surfaces:
            html = reader.get(url).response.get_data(as_text=True)
            assert salary_leak.title not in html and f"/ideas/{salary_leak.id}-" not in html, url
    for url in ("/feed.atom", "/sitemap.xml", "/"):
        assert salary_leak.title not in browser(lea).get(url).response.get_data(as_text=True), url
    for reader in (browser(camille), browser(lea)):
        assert salary_leak.title in reader.get(f"/search?q={words}").text


@pytest.mark.parametrize("path", ["/ideas/{}/feed.atom", "/ideas/{}/vote"])
def test_its_own_addresses_answer_like_those_of_nothing(browser: Browse, salary_leak: Idea, path: str) -> None:
    private, unknown = browser().get(path.format(salary_leak.id)), browser().get(path.format(987654))
    assert private.status == unknown.status == 404
    assert private.html == unknown.html.replace("987654", str(salary_leak.id))


def test_its_pictures_are_seen_by_author_and_staff(browser: Browse, tom: User, lea: User, sofia: User) -> None:
    report(browser(tom), images=(picture(), "screen.png"))
    image = db.session.scalars(select(Attachment)).one()
    assert browser(tom).get(address(image)).status == 200
    assert browser(lea).get(address(image)).status == 200
    assert browser(sofia).get(address(image)).status == 404
    assert browser().get(address(image)).status == 404
