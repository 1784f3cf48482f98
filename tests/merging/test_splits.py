"""A comment becomes an idea of its own: asked of its writer, in their words, losing nothing, and back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.backups.quieting import quieten
from portal.clock import now
from portal.comments.models import Comment
from portal.comments.splits import Split
from portal.database.holding import hold
from portal.extensions import db
from portal.ideas.captured import Captured
from portal.ideas.models import Idea
from portal.ideas.questions import DONE, REFUSED, UNANSWERED, WAITS, WITHDRAWN
from portal.ideas.statuses import Status
from portal.merging import splitting
from portal.merging.joining import merge
from portal.merging.parting import unmerge
from portal.merging.splitting import Proposal
from portal.operations.checking import findings
from portal.privacy.erasing import erase
from portal.privacy.taking_out import Wishes
from portal.recognition.ledger import points_of
from portal.recognition.rules import WORTH, Rule
from portal.voting.models import Vote
from tests.admin.places import at
from tests.browser import Browser
from tests.conftest import act
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]
WORDS = "Show me only my own evenings. The whole week is **too much** on a phone.\n\nAnd thank you!"
TITLE = "Show me only my own evenings"
PROPOSAL = Proposal(TITLE, WORDS)


@pytest.fixture
def said(offline: Idea, yuki: User) -> Comment:
    with act():
        return Comment.post(offline, WORDS, by=yuki)


def asks(staff: Browser, comment: Comment, **changed: str) -> Any:
    return staff.submit(staff.get(f"/admin/comments/{comment.id}/split"), "#split", **changed)


def asked(comment: Comment, by: User, proposal: Proposal = PROPOSAL) -> Split:
    with act():
        return splitting.ask(comment, proposal, by=by)


def agreed(comment: Comment, by: User, proposal: Proposal = PROPOSAL) -> Idea:
    with act():
        return splitting.agree(Split.asked_of(comment.id), comment, proposal, by=by)  # type: ignore[arg-type]


def stands(page: Any, name: str) -> str:
    """What stands in a field of the form."""
    field = page.find(f"#split [name={name}]")
    return str(field["value"] if field.has_attr("value") else field.get_text().strip())


def made_of(comment: Comment) -> Idea | None:
    db.session.rollback()
    return splitting.idea_of(comment)


def made(comment: Comment, by: User) -> Idea:
    asked(comment, by)
    return agreed(comment, comment.author)


@pytest.mark.both
def test_the_writer_is_asked_agrees_in_other_words_and_both_ends_say_so(
    browser: Opens, visitor: Browser, hugo: User, yuki: User, said: Comment, offline: Idea, mailbox: Mailbox,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    with act():
        hugo.mail_progress = yuki.mail_progress = MailWhen.AT_ONCE
    staff = browser(hugo)
    form = staff.get(f"/admin/comments/{said.id}/split")
    assert (stands(form, "title"), stands(form, "body").split()) == (TITLE, WORDS.split())
    assert "Its writer is asked." in asks(staff, said).html
    run_jobs()
    (mail,) = mailbox.to(yuki)
    assert "become an idea of its own?" in mail["Subject"] and f"/comments/{said.id}/split" in mailbox.text(mail)
    assert TITLE in mailbox.text(mail)
    author = browser(yuki)
    page = author.get(f"/comments/{said.id}/split")
    page = author.submit(page, "#split", title="Only my evenings on the phone")
    assert "It is an idea of yours now, with your vote." in page.html
    idea = made_of(said)
    assert idea is not None and (idea.title, idea.author_id, idea.votes_count) == (
        "Only my evenings on the phone", yuki.id, 1,
    )  # fmt: skip
    assert f"began as a comment on {offline.title}" in visitor.get(at(idea)).text
    assert f"became an idea of its own: {idea.title}" in visitor.get(at(offline)).text
    run_jobs()
    assert "agreed that their comment" in mailbox.to(hugo)[-1]["Subject"]


def test_staff_look_at_it_first_and_see_what_they_changed(browser: Opens, hugo: User, said: Comment) -> None:
    staff = browser(hugo)
    shorter = "Show me only my own evenings."
    page = asks(staff, said, body=shorter, tags="phone, evenings", look="1")
    assert "What you changed" in page.text and page.soup.select_one(".history del") is not None
    assert [chip.get_text() for chip in page.soup.select("section .chip")] == ["phone", "evenings"]
    db.session.rollback()
    assert Split.latest(said.id) is None, "to look at it asks nobody"
    assert stands(page, "body") == shorter


def test_the_writer_sees_what_staff_changed(browser: Opens, hugo: User, yuki: User, said: Comment) -> None:
    asked(said, hugo, Proposal(TITLE, "Show me only my own evenings."))
    page = browser(yuki).get(f"/comments/{said.id}/split")
    assert "And thank you!" in page.soup.select(".history del")[-1].get_text()


def test_the_writer_says_no_and_is_not_asked_again(
    browser: Opens, hugo: User, yuki: User, said: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    asked(said, hugo)
    author = browser(yuki)
    page = author.submit(author.get(f"/comments/{said.id}/split"), "form[action$=no]")
    assert "It stays a comment." in page.html
    db.session.rollback()
    question = Split.latest(said.id)
    assert question is not None and (question.outcome, question.proposed) == (REFUSED, {}), "its words are gone"
    page = browser(hugo).get(f"/admin/comments/{said.id}/split")
    assert "said no. Nobody is asked twice." in page.text and not page.has("#split")
    sent = {"title": TITLE, "body": WORDS, "board": "", "kind": "idea"}
    assert browser(hugo).post(f"/admin/comments/{said.id}/split", sent).status == 422


def test_what_is_wrong_is_said_at_the_field_and_kept(browser: Opens, hugo: User, yuki: User, said: Comment) -> None:
    page = asks(browser(hugo), said, title="Short", body="My own words.")
    assert page.status == 422 and "Write a few more words" in page.text
    assert stands(page, "body") == "My own words."
    asked(said, hugo)
    author = browser(yuki)
    page = author.submit(author.get(f"/comments/{said.id}/split"), "#split", title="", body="Other words.")
    assert page.status == 422 and stands(page, "body") == "Other words."


def test_without_an_answer_it_ends_and_nobody_is_asked_again(
    browser: Opens, hugo: User, yuki: User, said: Comment
) -> None:
    asked(said, hugo)
    author = browser(yuki)
    shown = author.get(f"/comments/{said.id}/split")
    with time_machine.travel(now() + WAITS + timedelta(minutes=1)):
        assert "Nothing has changed" in author.submit(shown, "#split").html
        assert made_of(said) is None
        page = browser(hugo).get(f"/admin/comments/{said.id}/split")
        assert "There was no answer" in page.text and not page.has("#split")


def test_staff_take_the_question_back(browser: Opens, hugo: User, yuki: User, said: Comment) -> None:
    staff = browser(hugo)
    page, author = asks(staff, said), browser(yuki)
    shown = author.get(f"/comments/{said.id}/split")
    assert "The question is taken back." in staff.submit(page, "form[action$=end]").html
    assert "Nothing has changed" in author.submit(shown, "#split").html
    db.session.rollback()
    question = Split.latest(said.id)
    assert question is not None and question.outcome == WITHDRAWN


def test_asking_is_undone_and_nobody_hears_of_it(
    browser: Opens, hugo: User, said: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    staff = browser(hugo)
    staff.submit(asks(staff, said), "form.undo")
    run_jobs()
    assert mailbox.recipients == []
    assert Split.latest(said.id) is None, "and may be asked then"


@pytest.mark.both
def test_their_own_comment_staff_split_at_once_and_undo_it(browser: Opens, hugo: User, offline: Idea) -> None:
    with act():
        mine = Comment.post(offline, WORDS, by=hugo)
    staff = browser(hugo)
    page = asks(staff, mine, tags="phone")
    assert "It is an idea of its own now. Nobody is told." in page.html
    idea = made_of(mine)
    assert idea is not None and idea.votes_count == 1
    staff.submit(page, "form.undo")
    assert made_of(mine) is None and Split.latest(mine.id) is None
    line = db.session.scalars(select(Event).where(Event.facts["began"].as_integer() == offline.id)).one()
    assert (line.action, line.subject_id) == (Action.NEVER_HAPPENED, offline.id), "no later idea inherits the line"


@pytest.mark.parametrize("doing", ["vote", "comment"])
def test_what_others_want_by_now_is_not_undone(
    browser: Opens, hugo: User, marc: User, offline: Idea, doing: str
) -> None:
    with act():
        mine = Comment.post(offline, WORDS, by=hugo)
    staff = browser(hugo)
    page = asks(staff, mine)
    idea = made_of(mine)
    assert idea is not None
    with act():
        if doing == "vote":
            Vote.cast(idea, by=marc)
        else:
            Comment.post(idea, "Yes!", by=marc)
    assert "so nothing was undone" in staff.submit(page, "form.undo").html
    assert made_of(mine) is not None


def test_it_is_taken_back_while_it_is_only_its_writers(
    browser: Opens, visitor: Browser, hugo: User, yuki: User, said: Comment, offline: Idea, mailbox: Mailbox,
    run_jobs: Callable[[], None],
) -> None:  # fmt: skip
    idea = made(said, hugo)
    run_jobs()
    with act():
        yuki.mail_progress = MailWhen.AT_ONCE
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin/comments/{said.id}/split"), "form[action$=back]")
    assert "It is a comment alone again." in page.html
    assert visitor.get(at(idea)).status == 404
    assert "became an idea" not in visitor.get(at(offline)).text and "my own evenings" in visitor.get(at(offline)).text
    assert browser(yuki).get(at(idea)).status == 200, "its author reads why"
    run_jobs()
    assert "It is a comment again" in mailbox.text(mailbox.to(yuki)[-1])
    with act():
        idea.restore(by=hugo)
    assert "became an idea" in visitor.get(at(offline)).text, "shown again, both are there again"


def test_taking_back_is_undone(browser: Opens, visitor: Browser, hugo: User, said: Comment) -> None:
    idea = made(said, hugo)
    staff = browser(hugo)
    page = staff.submit(staff.get(f"/admin/comments/{said.id}/split"), "form[action$=back]")
    staff.submit(page, "form.undo")
    assert visitor.get(at(idea)).status == 200


def test_it_is_not_taken_back_once_others_want_it_or_the_team_answered(
    browser: Opens, hugo: User, marc: User, said: Comment, dark_mode: Idea
) -> None:
    idea, staff = made(said, hugo), browser(hugo)
    with act():
        Vote.cast(idea, by=marc)
    page = staff.get(f"/admin/comments/{said.id}/split")
    assert "Others vote for the idea" in page.text and not page.has("form[action$=back]")
    page = staff.post(f"/admin/comments/{said.id}/split/back", {"reason": "No."})
    assert page.status == 422 and "Others vote for the idea" in page.text
    with act():
        Vote.withdraw(idea, by=marc)
        idea.respond("We look at it.", by=hugo)
    assert "The team has answered it" in staff.get(f"/admin/comments/{said.id}/split").text
    db.session.rollback()
    assert idea.hidden_at is None


def test_who_cannot_be_asked_is_named_as_ever_and_casts_no_vote(browser: Opens, hugo: User, said: Comment) -> None:
    with act():
        said.author.suspended_at = now()
    page = asks(browser(hugo), said)
    assert "It is an idea of its own now." in page.html
    idea = made_of(said)
    assert idea is not None and (idea.author_id, idea.votes_count) == (said.author_id, 0)
    proposed = select(Event).where(Event.action == Action.IDEA_PROPOSED, Event.subject_id == idea.id)
    assert db.session.scalars(proposed).one().actor_id == hugo.id, "the audit says who did it"


def test_of_a_former_member_it_has_no_name(browser: Opens, visitor: Browser, hugo: User, said: Comment) -> None:
    with act():
        erase(said.author, by=said.author)
    asks(browser(hugo), said)
    idea = made_of(said)
    assert idea is not None and "a former member" in visitor.get(at(idea)).text


def test_a_voice_stays_one(browser: Opens, visitor: Browser, hugo: User, lea: User, offline: Idea) -> None:
    with act():
        where = Captured(source="shop", link="", by_id=lea.id)
        voice = Comment.post(offline, WORDS, by=lea, captured=where)
    asks(browser(hugo), voice)
    idea = made_of(voice)
    assert idea is not None and (idea.captured.source, idea.votes_count) == ("shop", 0)  # type: ignore[union-attr]
    assert "Noted by" in visitor.get(at(idea)).text


def test_of_a_private_issue_it_becomes_a_private_issue(
    browser: Opens, visitor: Browser, hugo: User, camille: User, salary_leak: Idea
) -> None:
    with act():
        said = Comment.post(salary_leak, WORDS, by=camille)
    page = browser(hugo).get(f"/admin/comments/{said.id}/split")
    assert "so it becomes a private issue" in page.text and not page.has("[name=kind]")
    asked(said, hugo, Proposal(TITLE, WORDS, kind="idea"))
    assert "tout le monde" not in browser(camille).get(f"/comments/{said.id}/split").text
    idea = agreed(said, camille)
    assert (idea.kind, idea.is_private) == ("issue", True)
    assert visitor.get(at(idea)).status == 404
    with act():
        idea.set_private(False, by=camille)
    shown = visitor.get(at(idea))
    assert shown.status == 200 and "began as a comment" not in shown.text, "it says nothing of what is private"


def test_what_became_private_since_stays_private(hugo: User, yuki: User, double_shift: Idea) -> None:
    with act():
        said = Comment.post(double_shift, WORDS, by=yuki)
    asked(said, hugo)
    with act():
        double_shift.set_private(True, by=yuki)
    idea = agreed(said, yuki)
    assert (idea.kind, idea.is_private) == ("issue", True)


def test_a_note_is_never_split(browser: Opens, hugo: User, offline: Idea) -> None:
    with act():
        note = Comment.note(offline, "Between us.", by=hugo)
    assert browser(hugo).get(f"/admin/comments/{note.id}/split").status == 403


def test_what_was_edited_meanwhile_is_shown_as_it_stands(browser: Opens, hugo: User, yuki: User, said: Comment) -> None:
    asked(said, hugo)
    with act():
        said.edit(WORDS + " Please.", by=yuki)
    page = browser(yuki).get(f"/comments/{said.id}/split")
    assert "Please." in page.soup.select_one(".history del").get_text()  # type: ignore[union-attr]
    assert stands(page, "title") == TITLE


def test_what_is_deleted_is_asked_of_nobody_and_its_words_are_gone(
    browser: Opens, hugo: User, yuki: User, said: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    asked(said, hugo)
    with act():
        said.delete(by=yuki)
    run_jobs()
    assert mailbox.recipients == [] and Split.latest(said.id) is None
    assert browser(yuki).get(f"/comments/{said.id}/split").status == 404


def test_an_idea_stays_when_its_comment_is_deleted_or_hidden(
    visitor: Browser, hugo: User, yuki: User, said: Comment, offline: Idea
) -> None:
    idea = made(said, hugo)
    with act():
        said.hide(by=hugo, reason="Twice the same.")
    assert visitor.get(at(idea)).status == 200
    with act():
        said.delete(by=yuki)
    page = visitor.get(at(idea))
    assert f"began as a comment on {offline.title}" in page.text
    assert page.soup.select_one(".from a")["href"].startswith(at(offline))  # type: ignore[index, union-attr]


def test_hidden_it_is_not_answered_and_shown_again_it_is(
    browser: Opens, hugo: User, yuki: User, said: Comment, offline: Idea
) -> None:
    asked(said, hugo)
    author = browser(yuki)
    with act():
        said.hide(by=hugo, reason="Rude.")
    assert author.get(f"/comments/{said.id}/split").status == 403
    with act():
        said.restore(by=hugo)
        offline.hide(by=hugo, reason="Personal data.")
    assert author.get(f"/comments/{said.id}/split").status == 404
    assert browser(hugo).get(f"/admin/comments/{said.id}/split").status == 403
    with act():
        offline.restore(by=hugo)
    assert author.get(f"/comments/{said.id}/split").has("#split")


@pytest.mark.both
def test_neither_end_names_what_its_reader_may_not_see(
    visitor: Browser, browser: Opens, hugo: User, said: Comment, offline: Idea
) -> None:
    idea = made(said, hugo)
    with act():
        offline.hide(by=hugo, reason="Personal data.")
    assert "began as a comment" not in visitor.get(at(idea)).text
    assert "began as a comment" in browser(hugo).get(at(idea)).text
    with act():
        offline.restore(by=hugo)
        idea.hide(by=hugo, reason="Personal data.")
    assert "became an idea" not in visitor.get(at(offline)).text


@pytest.mark.both
def test_merged_and_unmerged_both_ends_lead_to_each_other(
    visitor: Browser, hugo: User, said: Comment, offline: Idea, dark_mode: Idea
) -> None:
    idea = made(said, hugo)
    with act():
        merge(offline, dark_mode, by=hugo, reason="The same.")
    assert f"became an idea of its own: {idea.title}" in visitor.get(at(dark_mode)).text
    with act():
        unmerge(offline, by=hugo)
        merge(idea, dark_mode, by=hugo, reason="The same.")
    assert f"became an idea of its own: {idea.title}" in visitor.get(at(offline)).text
    with act():
        unmerge(idea, by=hugo)
    assert visitor.get(at(idea)).has(".from")


@pytest.mark.both
def test_who_leaves_or_is_suspended_is_asked_no_more(
    browser: Opens, hugo: User, yuki: User, said: Comment, marc: User, offline: Idea
) -> None:
    asked(said, hugo)
    with act():
        yuki.suspended_at = now()
    assert browser(yuki).get(f"/comments/{said.id}/split").status == 403
    with act():
        erase(yuki, by=yuki, wishes=Wishes())
    question = Split.latest(said.id)
    assert question is not None
    assert (question.asked_id, question.outcome, question.proposed) == (None, UNANSWERED, {})
    with pytest.raises(splitting.AskedBefore):
        splitting.require_splittable(said)


def test_a_restored_portal_asks_nobody_again(
    hugo: User, said: Comment, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    asked(said, hugo)
    with act():
        quieten("yesterday")
    run_jobs()
    question = Split.latest(said.id)
    assert mailbox.recipients == [] and question is not None and question.outcome == UNANSWERED


@pytest.mark.both
def test_the_same_words_are_not_paid_twice(
    hugo: User, yuki: User, said: Comment, offline: Idea, run_jobs: Callable[[], None]
) -> None:
    run_jobs()
    before = points_of(yuki)
    with act():
        said.mark_as_shaping(True, by=hugo)
    run_jobs()
    assert points_of(yuki) == before + WORTH[Rule.COMMENT_SHAPED]
    idea = made(said, hugo)
    run_jobs()
    assert points_of(yuki) == before and said.has_shaped, "the mark stays, as thanks"
    with act():
        idea.change_status(Status.first("idea", "planned"), by=hugo)
    run_jobs()
    assert points_of(yuki) == before + WORTH[Rule.IDEA_PLANNED]
    with act():
        idea.hide(by=hugo, reason="A comment is enough.")
    run_jobs()
    assert points_of(yuki) == before + WORTH[Rule.COMMENT_SHAPED]


@pytest.mark.both
def test_of_two_staff_at_once_one_splits_it(app: Flask, hugo: User, nora: User, said: Comment) -> None:
    with act():
        said.author.suspended_at = now()
    ids, id = (hugo.id, nora.id), said.id
    db.session.rollback()

    def tries(user_id: int) -> bool:
        with app.app_context():
            try:
                with act():
                    comment = db.session.get_one(Comment, id)
                    hold(comment)
                    splitting.split(comment, PROPOSAL, by=db.session.get_one(User, user_id))
            except splitting.IsOne:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(tries, ids)) == 1
    assert db.session.scalar(select(func.count()).select_from(Split).where(Split.outcome == DONE)) == 1


def test_a_newcomer_who_writes_links_into_it_waits_for_staff(hugo: User, offline: Idea) -> None:
    with act():
        said = Comment.post(offline, WORDS, by=User.join("ada@example.org", "Ada", "en"))
    asked(said, hugo)
    body = "Buy at https://one.example, https://two.example and https://three.example"
    assert agreed(said, said.author, Proposal("The best watches here", body)).is_held


@pytest.mark.parametrize(
    ("body", "title"),
    [
        ("Show me only mine. Not all.", "Show me only mine"),
        ("# Evenings\n\nOnly mine.", "Evenings"),
        ("Why not?\nBecause.", "Why not?"),
        ("\n\n**Only** mine", "Only mine"),
        ("", ""),
        ("word " * 60, "word " * 22 + "word…"),
    ],
)
def test_its_title_is_the_first_sentence(body: str, title: str) -> None:
    assert splitting.title_of(body)[:118] == title[:118]


def test_a_check_finds_an_idea_that_is_not_its_writers(hugo: User, marc: User, said: Comment) -> None:
    idea = made(said, hugo)
    assert not findings()["splits"]
    with act():
        idea.author = marc
    assert findings()["splits"] == [f"idea {idea.id} began as a comment of somebody else"]
