"""What customers said elsewhere: noted as an idea, as an issue, or as a voice; never a vote or an answer of staff."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.changelog.models import CreditRole, draft
from portal.changelog.publishing import credited
from portal.comments.models import Comment
from portal.comments.shaping import who_shaped
from portal.extensions import db
from portal.ideas.captured import Captured
from portal.ideas.models import Idea
from portal.notifications.models import Follow
from portal.permissions import mark_comment_as_shaping
from portal.privacy.erasing import erase
from portal.privacy.taking_out import Wishes
from portal.voting.models import Vote
from tests.admin.places import at
from tests.admin.tools import last_event
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox
from tests.privacy.held import data_of

Opens = Callable[..., Browser]
FORM = "main form.form"
WISH = {"title": "Print the plan in large letters", "body": "“I read it without my glasses.”", "source": "shop"}
VOICE = {"body": "“Ours have no signal in the cellar.”", "source": "phone", "link": "https://www.example.org/calls/7"}


def note(staff: Browser, path: str = "/admin/capture", **typed: str) -> Page:
    """Fill in the form of this page, and send it as no-one saw anything similar."""
    return staff.submit(staff.get(path), FORM, **typed)


def voice_on(idea: Idea, staff: Browser, **typed: str) -> Comment:
    assert note(staff, f"/admin/capture?idea={idea.id}", **{**VOICE, **typed}).status == 200
    db.session.rollback()
    return db.session.scalars(select(Comment).order_by(Comment.id.desc()).limit(1)).one()


def noted(staff: Browser, **typed: str) -> Idea:
    assert note(staff, f"/admin/capture?kind={typed.pop('kind', 'idea')}", **{**WISH, **typed}).status == 200
    db.session.rollback()
    return db.session.scalars(select(Idea).order_by(Idea.id.desc()).limit(1)).one()


def count(model: Any, *which: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*which)) or 0


def test_a_noted_idea_says_so_and_waits_without_a_vote(browser: Opens, hugo: User, visitor: Browser) -> None:
    idea = noted(browser(hugo), link="https://www.example.org/wishes/7")
    page = visitor.get(at(idea))
    assert "Noted by Hugo Petit for the team: said in a shop" in page.text and "Noted on" in page.text
    assert page.find(".captured a")["rel"] == ["nofollow", "ugc", "noopener"]
    assert page.find(".captured a").get_text() == "example.org"
    assert idea.votes_count == 0 and not count(Vote, Vote.idea_id == idea.id)
    assert not count(Follow, Follow.idea_id == idea.id)
    assert idea.waiting_since is not None and idea.answered_at is None
    assert last_event(idea).facts == {"source": "shop"}


@pytest.mark.both
def test_a_noted_issue_is_private_until_it_is_said_otherwise(
    browser: Opens, hugo: User, nora: User, visitor: Browser
) -> None:
    idea = noted(browser(hugo), kind="issue", severity="serious", source="email")
    assert idea.is_issue and idea.is_private
    assert visitor.get(at(idea)).status == 404
    assert "written in an e-mail" in browser(nora).get(at(idea)).text


def test_a_voice_is_a_comment_and_no_answer(
    browser: Opens, hugo: User, tom: User, dark_mode: Idea, run_jobs: Any, visitor: Browser
) -> None:
    with act():
        db.session.add(Follow(user_id=tom.id, idea_id=dark_mode.id, muted=False))
    comment = voice_on(dark_mode, browser(hugo))
    assert dark_mode.waiting_since is not None and dark_mode.answered_at is None and dark_mode.comments_count == 1
    page = visitor.get(at(dark_mode))
    entry = page.find(f"#comment-{comment.id}")
    assert "Noted by Hugo Petit for the team: said on the phone" in " ".join(entry.get_text(" ").split())
    assert "A customer’s voice" in entry.get_text() and "Marée team" not in entry.get_text()
    assert not count(Follow, Follow.user_id == hugo.id)
    run_jobs()
    told = browser(tom).get("/notifications")
    assert "Hugo Petit noted what a customer said about" in told.text


def test_followers_are_mailed_what_was_said(
    browser: Opens, hugo: User, tom: User, offline: Idea, run_jobs: Any, mailbox: Mailbox
) -> None:
    with act():
        db.session.add(Follow(user_id=tom.id, idea_id=offline.id, muted=False))
        tom.mail_comments = "at_once"
    voice_on(offline, browser(hugo))
    run_jobs()
    (mail,) = mailbox.to(tom)
    assert "Hugo Petit noted what a customer said" in mailbox.text(mail)


def test_a_voice_is_noted_once_however_often_it_is_sent(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    opened = staff.get(f"/admin/capture?idea={offline.id}")
    for _ in range(2):
        assert staff.submit(opened, FORM, **VOICE).status == 200
    assert count(Captured) == 1 and count(Comment, Comment.idea_id == offline.id) == 1


@pytest.mark.parametrize(
    "typed, field, message",
    [
        ({"source": ""}, "source", "Choose where it was said."),
        ({"source": "dream"}, "source", "Choose where it was said."),
        ({"body": ""}, "body", "Write what they said."),
        ({"link": "http://example.org"}, "link", "it begins with https://"),
        ({"link": "javascript:alert(1)"}, "link", "it begins with https://"),
        ({"link": "https://me:secret@example.org"}, "link", "it begins with https://"),
        ({"link": "https://"}, "link", "it begins with https://"),
        ({"link": "https://[x"}, "link", "it begins with https://"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_keeps_what_was_typed(
    browser: Opens, hugo: User, offline: Idea, typed: dict[str, str], field: str, message: str
) -> None:
    page = browser(hugo).post(f"/admin/capture?idea={offline.id}", {**VOICE, **typed})
    assert page.status == 422 and message in page.find(f"#{field}-error").get_text()
    assert page.find("#body").get_text().strip() == typed.get("body", VOICE["body"])
    assert not count(Captured)


def test_what_is_here_already_is_offered_and_takes_what_was_typed(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    page = note(staff, **{**WISH, "title": offline.title})
    assert page.status == 200 and not count(Captured)
    button = page.find(".dups li button")
    assert button["formaction"] == f"/admin/capture?idea={offline.id}"
    page = staff.post(str(button["formaction"]), {**WISH, "title": "No network", "carry": "1"})
    assert page.find("#body").get_text().strip() == f"No network\n\n{WISH['body']}"
    assert page.find("[name=source][checked]")["value"] == "shop" and not count(Captured)
    assert staff.submit(page, FORM).status == 200 and count(Captured, Captured.comment_id.is_not(None)) == 1


def test_none_of_these_notes_a_new_one(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    page = note(staff, **{**WISH, "title": offline.title})
    assert staff.submit(page, "#capture").status == 200
    assert count(Captured, Captured.idea_id.is_not(None)) == 1


@pytest.mark.both
def test_what_is_similar_comes_while_one_types(browser: Opens, hugo: User, offline: Idea) -> None:
    found = browser(hugo).get(f"/admin/capture?title={offline.title}", headers={"HX-Request": "true"})
    assert offline.title in found.html and "<html" not in found.html


@pytest.mark.both
def test_nothing_is_noted_on_what_is_hidden(browser: Opens, hugo: User, offline: Idea) -> None:
    staff = browser(hugo)
    opened = staff.get(f"/admin/capture?idea={offline.id}")
    with act():
        offline.hide(by=hugo, reason="Rude")
    assert staff.get(f"/admin/capture?idea={offline.id}").status == 403
    assert staff.submit(opened, FORM, **VOICE).status == 403 and not count(Captured)


@pytest.mark.both
def test_a_voice_stays_out_of_sight_with_its_idea(
    browser: Opens, hugo: User, double_shift: Idea, yuki: User, tom: User
) -> None:
    with act():
        double_shift.set_private(True, by=hugo)
    comment = voice_on(double_shift, browser(hugo))
    assert browser(tom).get(f"/comments/{comment.id}").status == 404
    assert "said on the phone" in browser(yuki).get(at(double_shift)).text


def test_nobody_is_credited_for_what_somebody_else_said(browser: Opens, hugo: User, tom: User, lea: User) -> None:
    idea = noted(browser(hugo))
    comment = voice_on(idea, browser(hugo))
    assert not who_shaped(idea).named and not mark_comment_as_shaping(lea, comment)
    with act():
        release = draft(by=lea)
        release.ideas = [idea]
        db.session.flush()
        assert credited(release)[CreditRole.PROPOSER] == 0


def test_where_it_was_said_is_corrected(browser: Opens, hugo: User, nora: User, offline: Idea) -> None:
    comment = voice_on(offline, browser(hugo))
    staff = browser(nora)
    link = staff.get(at(offline)).find(f"#comment-{comment.id} .captured a[href^='/admin/captured']")
    page = staff.submit(staff.get(str(link["href"])), FORM, source="email", link="")
    assert "Where it was said is corrected." in page.html and "written in an e-mail" in page.text
    assert last_event(comment).facts == {"idea": offline.id, "old": "phone", "new": "email"}
    assert "example.org" not in page.find(f"#comment-{comment.id}").get_text()
    assert "Nora Klein corrected where a customer said it" in staff.get("/admin/audit").text


@pytest.mark.both
def test_what_was_deleted_meanwhile_is_not_corrected(browser: Opens, hugo: User, offline: Idea) -> None:
    comment = voice_on(offline, browser(hugo))
    assert comment.captured
    staff = browser(hugo)
    opened = staff.get(f"/admin/captured/{comment.captured.id}")
    with act():
        comment.delete(by=hugo)
    assert staff.submit(opened, FORM, source="email").status == 404


@pytest.mark.both
def test_where_it_was_said_goes_with_the_words(browser: Opens, hugo: User, offline: Idea) -> None:
    comment = voice_on(offline, browser(hugo))
    with act():
        comment.delete(by=hugo)
    assert not count(Captured)


@pytest.mark.both
def test_what_was_noted_is_handed_over_and_stays_without_a_name(
    browser: Opens, hugo: User, offline: Idea, visitor: Browser
) -> None:
    voice_on(offline, browser(hugo))
    (told,) = data_of(hugo)["captured"]
    assert told["source"] == "phone" and told["link"] == VOICE["link"]
    with act():
        erase(hugo)
    assert "Noted by a former member for the team: said on the phone" in visitor.get(at(offline)).text


@pytest.mark.both
def test_who_takes_their_texts_along_takes_the_links_along(browser: Opens, hugo: User) -> None:
    idea = noted(browser(hugo), link="https://www.example.org/wishes/7")
    with act():
        erase(hugo, Wishes(texts=True))
    db.session.rollback()
    assert idea.captured and idea.captured.link == ""


@pytest.mark.both
def test_what_was_noted_goes_with_its_idea(browser: Opens, hugo: User) -> None:
    idea = noted(browser(hugo))
    voice_on(idea, browser(hugo))
    with act():
        db.session.execute(Idea.__table__.delete().where(Idea.id == idea.id))
    assert not count(Captured)


@pytest.mark.both
def test_the_audit_tells_a_voice_from_a_comment(browser: Opens, hugo: User, nora: User, offline: Idea) -> None:
    noted(browser(hugo))
    voice_on(offline, browser(hugo))
    page = browser(nora).get("/admin/audit")
    assert "Hugo Petit noted what a customer said about" in page.text
    assert "Hugo Petit noted what a customer wishes" in page.text
