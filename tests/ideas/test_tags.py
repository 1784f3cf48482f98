"""The page of a tag, its feed, and the tags that authors put on their own ideas."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.tag_merging import merge
from portal.ideas.tags import Tag
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
TITLE = "Calendar synchronisation with Outlook"


def offered(*names: str, by: User) -> None:
    """Tags that authors may choose."""
    with act():
        for name in names:
            Tag.add(name, by=by).write(by, name, "", True, {})


def on(idea: Idea) -> list[str]:
    db.session.rollback()
    return [tag.name for tag in idea.tags]


def raw(reader: Browser, url: str) -> str:
    """What a robot or a feed reader gets."""
    return reader.get(url).response.get_data(as_text=True)


def proposed() -> Idea:
    db.session.rollback()
    return db.session.scalars(select(Idea).where(Idea.title == TITLE)).one()


def test_a_tag_has_a_page_with_its_ideas_by_where_they_stand(
    browser: Opens, hugo: User, tom: User, dark_mode: Idea, offline: Idea
) -> None:
    with act():
        issue = Idea.propose(tom, "The night view flickers", "Look.", "issue")
        for idea in (dark_mode, offline, issue):
            idea.tag(["Night"], by=hugo)
    reader = browser()
    page = reader.get("/tags/night")
    assert page.heading == "Night" and "3 ideas and issues" in page.text
    steps = {" ".join(a.get_text().split()): a["href"] for a in page.soup.select("a.st")}
    assert "Issues: New 1" in steps
    assert reader.get(steps["Issues: New 1"]).find(".tickets").get_text().count(issue.title) >= 1
    assert page.find(".tickets h3").get_text(strip=True) in (offline.title, dark_mode.title)
    assert reader.get(dark_mode.url).find(".chip")["href"] == "/tags/night"
    assert "/tags/night" in raw(reader, "/sitemap.xml")


def test_only_what_everybody_sees_counts_and_nobody_else_learns_of_a_tag(
    browser: Opens, hugo: User, tom: User, yuki: User, dark_mode: Idea
) -> None:
    with act():
        private = Idea.propose(tom, "My own wages are wrong", "Look.", "issue", is_private=True)
        private.tag(["wages", "night"], by=hugo)
        dark_mode.tag(["night"], by=hugo)
    assert "1 idea or issue" in browser().get("/tags/night").text
    for reader, status in ((None, 404), (yuki, 404), (tom, 200), (hugo, 200)):
        page = browser(reader).get("/tags/wages") if reader else browser().get("/tags/wages")
        assert page.status == status
    assert "No idea has this tag so far." in browser(tom).get("/tags/wages").text
    assert browser().get("/feed.atom?tag=wages").status == 404
    assert "/tags/wages" not in raw(browser(), "/sitemap.xml")
    with act():
        dark_mode.hide(by=hugo, reason="Advertising.")
    assert browser().get("/tags/night").status == 404


def test_the_feed_of_a_tag_tells_of_its_ideas_alone(browser: Opens, hugo: User, dark_mode: Idea, offline: Idea) -> None:
    with act():
        dark_mode.tag(["night"], by=hugo)
        dark_mode.change_status(Status.first("idea", "under_review"), by=hugo)
    feed = raw(browser(), "/feed.atom?tag=night")
    assert dark_mode.title in feed and offline.title not in feed
    assert browser().get("/feed.atom?tag=nothing").status == 404


def test_authors_choose_among_the_offered_tags_as_they_propose(browser: Opens, hugo: User, tom: User) -> None:
    assert not browser(tom).get("/ideas/new").has("[name=tags]")
    offered("Paper", "Phone", by=hugo)
    author = browser(tom)
    form = author.get("/ideas/new")
    assert [i["value"] for i in form.soup.select("[name=tags]")] == ["paper", "phone"]
    author.submit(form, "#proposal", title=TITLE, tags=["phone"])
    assert on(proposed()) == ["Phone"]


def test_a_tag_that_is_not_offered_is_refused_and_the_words_are_kept(browser: Opens, hugo: User, tom: User) -> None:
    offered("Paper", by=hugo)
    with act():
        Tag.add("Ours", by=hugo)
    page = browser(tom).post("/ideas", {"kind": "idea", "board": "", "title": TITLE, "tags": "ours"})
    assert page.status == 422 and "This is not on the list." in page.find("#tags-error").get_text()
    assert page.find("#title")["value"] == TITLE


def test_five_tags_are_the_most_of_an_author(browser: Opens, hugo: User, tom: User) -> None:
    offered(*(f"tag {n}" for n in range(6)), by=hugo)
    author = browser(tom)
    page = author.submit(author.get("/ideas/new"), "#proposal", title=TITLE, tags=[f"tag-{n}" for n in range(6)])
    assert page.status == 422 and "Choose at most 5 tags." in page.find("#tags-error").get_text()
    assert len(page.soup.select("[name=tags][checked]")) == 6


def test_what_a_visitor_chose_counts_once_confirmed_by_what_it_is_called_then(
    browser: Opens, hugo: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    offered("Paper", "Print", "Phone", by=hugo)
    visitor = browser()
    page = visitor.submit(
        visitor.get("/ideas/new"), "#proposal", title=TITLE, email="ada@example.org", tags=["print", "phone"]
    )
    with act():
        tags = {tag.name: tag for tag in db.session.scalars(select(Tag))}
        merge(tags["Print"], tags["Paper"], by=hugo)
        tags["Phone"].write(hugo, "Phone", "", False, {})
    run_jobs()
    page = visitor.get(mailbox.link(mailbox.messages[-1], "/sign-in/"))
    assert "Paper" in page.text
    visitor.submit(page, "main form")
    assert on(proposed()) == ["Paper"]


def test_an_author_changes_the_offered_tags_and_those_of_staff_stay(browser: Opens, hugo: User, tom: User) -> None:
    offered("Paper", "Phone", by=hugo)
    with act():
        idea = Idea.propose(tom, TITLE, "Why.")
        idea.tag(["Paper", "Strategic"], by=hugo)
    author = browser(tom)
    form = author.get(f"/ideas/{idea.id}/edit")
    assert [i["value"] for i in form.soup.select("[name=tags][checked]")] == ["paper"]
    author.submit(form, "main form", tags=["phone"])
    assert on(idea) == ["Phone", "Strategic"]
    event = db.session.scalars(
        select(Event).where(Event.action == Action.IDEA_TAGGED).order_by(Event.id.desc())
    ).first()
    assert event and event.actor_id == tom.id
    assert author.get(f"/ideas/{idea.id}/history").text.count("Why.") == 1, "the words are the same"


def test_an_author_sees_what_staff_changed_of_the_tags_meanwhile(browser: Opens, hugo: User, tom: User) -> None:
    offered("Paper", "Phone", by=hugo)
    with act():
        idea = Idea.propose(tom, TITLE, "Why.")
    author = browser(tom)
    form = author.get(f"/ideas/{idea.id}/edit")
    with act():
        idea.tag(["Phone"], by=hugo)
    page = author.submit(form, "main form", tags=["paper"])
    assert page.status == 422 and "Phone" in page.find("#tags-theirs").get_text()
    author.submit(page, "main form")
    assert on(idea) == ["Paper"]
