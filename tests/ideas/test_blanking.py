"""Words that were edited out can be taken out of the history too, for good."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import hold
from portal.activity.models import Action, Event
from portal.clock import now
from portal.comments.models import Comment, CommentRevision
from portal.database.types import Base
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.responses import ResponseRevision
from portal.ideas.revisions import Revision
from portal.moderation import judging
from portal.moderation.flagging import flag
from portal.moderation.models import Flag, Reason, suspend
from portal.notifications.models import Notification
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Open = Callable[..., Browser]
HOME = "I live at 12 Mill Lane, Quibblethorpe. Tom"


@pytest.fixture(autouse=True)
def everyone_reads_english(fresh_portal: None, app: Flask) -> None:
    with act():
        db.session.execute(update(User).values(lang="en"))


@pytest.fixture
def told(offline: Idea, tom: User) -> Idea:
    """An idea that told too much, twice, and does so no more."""
    with act():
        offline.edit(offline.title, HOME, by=tom)
        offline.edit("See my schedule offline, Tom of Mill Lane", "No signal.", by=tom)
        offline.edit("See the schedule offline on the phone", "The back kitchen has no signal.", by=tom)
    return offline


def history(idea: Idea) -> str:
    return f"/ideas/{idea.id}/history"


def kept(idea: Idea) -> list[tuple[str, str]]:
    db.session.rollback()
    saved = select(Revision.title, Revision.body).where(Revision.idea_id == idea.id).order_by(Revision.id)
    return [(title, body) for title, body in db.session.execute(saved)]


def everything() -> str:
    """Every value of every row of every table."""
    db.session.rollback()
    tables = Base.metadata.sorted_tables
    return "\n".join(repr(tuple(row)) for table in tables for row in db.session.execute(select(table))).casefold()


def test_the_author_takes_the_words_of_one_version_out(browser: Open, visitor: Browser, told: Idea, tom: User) -> None:
    author = browser(tom)
    page = author.get(history(told))
    assert "Mill Lane" in page.text and len(page.soup.select(".history__i form")) == 3
    second = page.soup.select(".history__i form")[1]
    version = second.select_one("[name=version]")
    assert version is not None
    author.post(history(told), {"version": version["value"]})
    assert [body for _title, body in kept(told)].count("") == 1 and HOME not in str(kept(told))
    seen = visitor.get(history(told))
    assert "These words were taken out by their author." in seen.text and "12 Mill Lane" not in seen.text
    assert len(seen.soup.select(".history__i time")) == 4
    assert not seen.has(".history__i form")


def test_all_earlier_versions_go_at_one_press_and_what_stands_stays(browser: Open, told: Idea, tom: User) -> None:
    author = browser(tom)
    page = author.submit(author.get(history(told)), "main details form")
    assert "Those words are taken out, for good." in page.soup.get_text()
    assert kept(told)[:-1] == [("", "")] * 3
    assert kept(told)[-1] == ("See the schedule offline on the phone", "The back kitchen has no signal.")
    assert "Mill Lane" not in page.html and page.text.count("taken out by their author") == 3
    assert not page.has("main details form")
    assert db.session.get_one(Idea, told.id).body == "The back kitchen has no signal."


def test_what_it_says_now_is_not_taken_out_this_way(browser: Open, told: Idea, tom: User) -> None:
    last = db.session.scalars(
        select(Revision.id).where(Revision.idea_id == told.id).order_by(Revision.id.desc())
    ).first()
    browser(tom).post(history(told), {"version": last})
    assert kept(told)[-1][1] == "The back kitchen has no signal."
    assert browser(tom).post(history(told), {}).status == 400


def test_no_table_holds_what_was_taken_out(browser: Open, told: Idea, tom: User) -> None:
    assert "quibblethorpe" in everything()
    author = browser(tom)
    author.submit(author.get(history(told)), "main details form")
    assert "quibblethorp" not in everything()


def test_a_version_of_something_else_is_left_alone(browser: Open, told: Idea, swap: Idea, tom: User) -> None:
    with act():
        swap.edit(swap.title, "Other words", by=swap.author)
    other = db.session.scalars(select(Revision.id).where(Revision.idea_id == swap.id).order_by(Revision.id)).first()
    browser(tom).post(history(told), {"version": other})
    assert "" not in [body for _title, body in kept(swap)]


def test_others_may_not(browser: Open, visitor: Browser, told: Idea, ines: User) -> None:
    assert not browser(ines).get(history(told)).has("main details form")
    assert browser(ines).post(history(told), {"all": "1"}).status == 403
    assert visitor.post(history(told), {"all": "1"}).status == 403
    assert HOME in str(kept(told))


def test_a_suspended_author_still_takes_their_words_out(browser: Open, told: Idea, tom: User, nora: User) -> None:
    with act():
        suspend(tom, by=nora, reason="Rude")
    author = browser(tom)
    author.submit(author.get(history(told)), "main details form")
    assert HOME not in str(kept(told))


def test_staff_take_words_out_and_the_author_is_told(
    browser: Open, told: Idea, lea: User, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    staff = browser(lea)
    page = staff.submit(staff.get(history(told)), "main details form")
    assert "These words were taken out by our team." in page.text
    run_jobs()
    sent = mailbox.to(tom.email)
    assert len(sent) == 1 and sent[0]["Subject"].startswith("We took words out of an earlier version")
    assert "Mill Lane" not in sent[0].as_string()
    assert "We took words out of an earlier version" in browser(tom).get("/notifications").text
    assert "took the words out of earlier versions, for good" in staff.get("/admin/audit").text


def test_the_authors_own_act_is_recorded_without_words_and_tells_nobody(
    browser: Open, told: Idea, tom: User, run_jobs: Callable[[], None]
) -> None:
    author = browser(tom)
    author.submit(author.get(history(told)), "main details form")
    run_jobs()
    event = db.session.scalars(select(Event).where(Event.action == Action.VERSION_BLANKED)).one()
    assert event.facts == {"versions": 3} and event.actor_id == tom.id
    assert not db.session.scalars(select(Notification).where(Notification.event_id == event.id)).all()


def test_a_comment_and_an_official_response_forget_too(
    browser: Open, swap: Idea, tom: User, lea: User, hugo: User, ines: User
) -> None:
    with act():
        said = Comment.post(swap, HOME, by=tom)
        said.edit("Yes please.", by=tom)
        swap.respond("Tom of 12 Mill Lane asked us.", by=lea)
        swap.respond("We are on it.", by=lea)
    author = browser(tom)
    page = author.submit(author.get(f"/comments/{said.id}/history"), "main details form")
    assert "taken out by their author" in page.text and "Yes please." in page.text
    first, _last = db.session.scalars(
        select(CommentRevision).where(CommentRevision.comment_id == said.id).order_by(CommentRevision.id)
    )
    assert (first.body, first.blanked_by_staff) == ("", False)
    place = f"/ideas/{swap.id}/response/history"
    assert browser(ines).post(place, {"all": "1"}).status == 403
    staff = browser(hugo)
    page = staff.submit(staff.get(place), "main details form")
    assert "taken out by our team" in page.text
    bodies = select(ResponseRevision.body).where(ResponseRevision.response_id == swap.response.id)
    assert db.session.scalars(bodies.order_by(ResponseRevision.id)).all() == ["", "We are on it."]


def test_the_version_after_one_without_words_stands_as_it_was_written(browser: Open, told: Idea, tom: User) -> None:
    author = browser(tom)
    page = author.submit(author.get(history(told)), "main details form")
    newest = page.find(".history__i")
    assert not newest.select("ins, del") and "The back kitchen has no signal." in newest.get_text()


def test_what_staff_judged_no_longer_tells_which_words_they_were(
    browser: Open, offline: Idea, tom: User, ines: User, lea: User
) -> None:
    with act():
        offline.edit(offline.title, HOME, by=tom)
        flag(offline, by=ines, reason=Reason.PRIVATE)
        judging.keep(offline, by=lea)
        offline.edit(offline.title, "No signal.", by=tom)
    author = browser(tom)
    author.submit(author.get(history(offline)), "main details form")
    db.session.rollback()
    assert db.session.scalars(select(Flag.judged_words).where(Flag.about(offline))).all() == [""]
    with act():
        assert flag(offline, by=ines, reason=Reason.PRIVATE), "it was edited since: it may be reported again"


def test_what_waited_to_be_confirmed_by_mail_goes_once_it_was(browser: Open, told: Idea, tom: User) -> None:
    with act():
        used, waits = (hold("idea", {"title": HOME, "images": []}, tom.email) for _ in range(2))
        used.used_at = now()
    gone, stays = used.id, waits.id
    author = browser(tom)
    author.submit(author.get(history(told)), "main details form")
    db.session.rollback()
    assert db.session.get(EmailToken, gone) is None and db.session.get(EmailToken, stays) is not None
