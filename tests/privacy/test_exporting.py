"""One's data as a file that reads without us: a page, the same as JSON, and the pictures."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, insert, select, update

from portal.accounts.models import User
from portal.activity.models import Event
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.flagging import flag
from portal.moderation.models import Reason
from portal.notifications.models import Follow, Notification
from portal.pictures import uploads
from portal.recognition.models import PointEntry
from portal.voting.models import Vote
from tests.browser import Browser
from tests.comments.discussion import picture
from tests.conftest import act
from tests.privacy.held import data_in, page_in, taken_along

pytestmark = pytest.mark.both

Open = Callable[..., Browser]


def section(page: BeautifulSoup, key: str) -> str:
    found = page.select_one(f"section#{key}")
    assert found is not None, key
    return " ".join(found.get_text(" ").split())


def test_a_member_takes_their_data_along(browser: Open, tom: User, offline: Idea, swap: Idea) -> None:
    answer = browser(tom).get("/settings/data")
    assert "tom-becker.zip" in answer.headers["Content-Disposition"]
    data = data_in(taken_along(browser(tom)))
    assert data["profile"][0]["email"] == "tom@example.com"
    assert [idea["title"] for idea in data["ideas"]] == [offline.title]
    assert swap.id in [vote["idea_id"] for vote in data["votes"]]
    assert "split shift" in data["comments"][0]["body"]
    expected = {"follows", "notifications", "points", "thanks", "credits", "sessions", "reports", "responses"}
    assert expected <= set(data)


def test_the_page_needs_neither_us_nor_scripts(browser: Open, tom: User, offline: Idea) -> None:
    page = page_in(taken_along(browser(tom)))
    assert page.find("html")["lang"] == "en" and not page.find_all(["script", "link", "iframe"])  # type: ignore[index]
    assert not [image["src"] for image in page.find_all("img") if "//" in str(image["src"])]
    assert "Your data on" in page.find("h1").get_text()  # type: ignore[union-attr]
    assert offline.title in section(page, "ideas") and "split shift" in section(page, "comments")
    assert "Nothing." in section(page, "suspensions")


def test_it_is_in_the_persons_language(browser: Open, ines: User) -> None:
    page = page_in(taken_along(browser(ines, lang="en")))
    assert page.find("html")["lang"] == "fr" and "Vos données sur" in page.find("h1").get_text()  # type: ignore


def test_pictures_and_every_version_come_along(browser: Open, tom: User, offline: Idea) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))
        offline.edit(offline.title, "Second words.", by=tom)
    author = browser(tom)
    author.submit(
        author.get(f"/ideas/{offline.id}/edit"), "main form[enctype]", body="Third words.", images=[picture()]
    )
    archive = taken_along(author)
    idea = data_in(archive)["ideas"][0]
    assert [version["body"] for version in idea["versions"]][1:] == ["Second words.", "Third words."]
    file = idea["pictures"][0]["file"]
    assert archive.read(file) == uploads.path(file.removeprefix("pictures/")).read_bytes()
    page = page_in(archive)
    assert page.select_one(f'#ideas img[src="{file}"]') and "Second words." in section(page, "ideas")


def test_notices_say_what_they_said_as_far_as_it_may_still_be_seen(
    browser: Open, tom: User, swap: Idea, ines: User, lea: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))
        db.session.add(Follow(user_id=tom.id, idea_id=swap.id))
        shown = Comment.post(swap, "Seen.", by=ines)
        hidden = Comment.post(swap, "Not seen.", by=ines)
        hidden.hide(by=lea, reason="Rude.")
    db.session.execute(select(Comment).where(Comment.id == shown.id))
    with act():
        for event in db.session.scalars(select(Event).where(Event.subject_id.in_([shown.id, hidden.id]))).all():
            if event.action == "comment_posted":
                db.session.add(Notification(user_id=tom.id, event_id=event.id))
    archive = taken_along(browser(tom))
    said = [told["said"] for told in data_in(archive)["notifications"]]
    assert any("commented on" in words and swap.title in words for words in said)
    assert said.count("What this was about is not shown to you any more.") == 1
    assert "commented on" in section(page_in(archive), "notifications")


def test_reports_points_and_what_staff_wrote_are_told(
    browser: Open, tom: User, swap: Idea, lea: User, ines: User
) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))
        said = Comment.post(swap, "Buy here.", by=ines)
        flag(said, by=tom, reason=Reason.SPAM, words="It sells something.")
        swap.respond("We are on it.", by=lea)
        event = db.session.scalars(select(Event).limit(1)).one()
        entry = {"user_id": tom.id, "event_id": event.id, "rule": "idea_shipped", "subject_type": "idea"}
        db.session.add(PointEntry(**entry, subject_id=swap.id, points=50))
    page = page_in(taken_along(browser(tom)))
    reports = section(page, "reports")
    assert "Advertising or spam" in reports and "It sells something." in reports and "not decided yet" in reports
    assert "An idea of yours shipped" in section(page, "points") and "+50" in section(page, "points")
    page = page_in(taken_along(browser(lea)))
    assert "We are on it." in section(page, "responses")


def test_the_data_of_others_stays_with_them(browser: Open, tom: User) -> None:
    text = taken_along(browser(tom)).read("data.json").decode()
    assert "camille" not in text and "token_hash" not in text
    data = json.loads(text)
    for name, owner in {"ideas": Idea.author_id, "comments": Comment.author_id, "votes": Vote.user_id}.items():
        mine, all_ = (db.session.scalar(select(func.count()).where(which)) for which in (owner == tom.id, owner > 0))
        assert len(data[name]) == mine and mine < (all_ or 0), name


def test_what_is_said_in_it_runs_nothing(browser: Open, tom: User, offline: Idea) -> None:
    with act():
        offline.edit("<script>alert(1)</script> in a title", "<img src=x onerror=alert(1)>", by=tom)
    page = page_in(taken_along(browser(tom)))
    assert not page.find("script") and not page.find_all(onerror=True)


def test_thousands_of_rows_come_whole(browser: Open, tom: User, swap: Idea, offline: Idea) -> None:
    with act():
        event = db.session.scalars(select(Event).where(Event.subject_type == "idea").limit(1)).one()
        made = [{"action": "idea_edited", "subject_type": "idea", "subject_id": swap.id, "created_at": now(),
                 "due_at": now() - timedelta(days=1), "fanned_out_at": now(), "facts": {}, "attempts": 0}
                for _ in range(3_000)]  # fmt: skip
        first = event.id
        db.session.execute(insert(Event), made)
        new = db.session.scalars(select(Event.id).where(Event.id > first, Event.action == "idea_edited")).all()
        rows = [{"user_id": tom.id, "event_id": id, "mail": "never", "created_at": now()} for id in new]
        db.session.execute(insert(Notification), rows)
    data = data_in(taken_along(browser(tom)))
    assert len(data["notifications"]) >= 3_000


def test_downloads_are_limited(with_limits: Flask, tom: User) -> None:
    reader = Browser(with_limits, tom)
    answers = [reader.get("/settings/data").status for _ in range(11)]
    assert answers[:10] == [200] * 10 and answers[10] == 429
