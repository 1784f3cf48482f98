"""Proposing an idea: by members at once, by visitors once confirmed, past what is similar, with nothing lost."""

import os
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.ideas.stopwords import guess
from portal.moderation.models import suspend
from portal.notifications.models import Follow
from portal.pictures import uploads
from portal.privacy.purging import purge
from portal.privacy.retention import UNSENT_PICTURES
from portal.voting.models import Vote
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.pictures import address, picture
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both

Browse = Callable[..., Browser]
TITLE = "Calendar synchronisation with Outlook"


def fill(reader: Browser, kind: str = "idea", **fields: Any) -> Page:
    """Open the form, fill it in, send it."""
    return reader.submit(reader.get(f"/ideas/new?kind={kind}"), "#proposal", **fields)


def send(reader: Browser, **fields: Any) -> Page:
    """Send a form as a browser would, with files."""
    return reader.post("/ideas", {"kind": "idea", "board": "", **fields}, content_type="multipart/form-data")


def proposed(title: str = TITLE) -> Idea | None:
    db.session.rollback()
    return db.session.scalar(select(Idea).where(Idea.title == title))


@pytest.mark.parametrize("kind", ["idea", "issue"])
def test_where_no_board_is_in_use_none_is_asked_for(browser: Browse, tom: User, kind: str) -> None:
    with act():
        for board in db.session.scalars(select(Board)):
            board.closes_on = now().date()
    fill(browser(tom), kind=kind, title=TITLE, body="Every Monday.")
    idea = proposed()
    assert idea is not None and idea.board is None


def test_a_member_proposes_and_it_counts_at_once(browser: Browse, tom: User) -> None:
    page = fill(browser(tom), title=TITLE, body="Our rota lives in **Outlook**.", board="integrations")
    idea = proposed()
    assert idea is not None and page.path == address(idea) and page.status == 200
    assert "Thank you. We answer within 2 days, here and by e-mail." in page.find("body").get_text()
    assert (idea.author_id, idea.votes_count, idea.status.kind) == (tom.id, 1, "open")
    assert idea.board is not None and idea.board.slug == "integrations"
    assert Vote.of(tom, idea) is not None
    assert db.session.get(Follow, (tom.id, idea.id)) is not None
    assert db.session.scalar(select(func.count()).where(Revision.idea_id == idea.id)) == 1
    event = db.session.scalars(
        select(Event).where(Event.action == Action.IDEA_PROPOSED).order_by(Event.id.desc())
    ).first()
    assert event is not None and (event.subject_id, event.actor_id) == (idea.id, tom.id)


def test_the_composer_hands_its_words_over(visitor: Browser) -> None:
    page = visitor.submit(visitor.get("/"), "#composer", title=TITLE)
    assert page.path == "/ideas/new" and page.find("#title")["value"] == TITLE


def test_the_form_keeps_a_draft_and_looks_for_similar_ideas(visitor: Browser) -> None:
    page = visitor.get("/ideas/new")
    assert page.has("form#proposal[data-draft]")
    title = page.find("#title")
    assert str(title["hx-get"]).startswith("/ideas/similar?") and title["hx-target"] == "#similar"
    assert (title["hx-trigger"], title["hx-sync"]) == ("input changed delay:250ms", "this:replace")


@pytest.mark.parametrize(
    ("title", "message"),
    [
        ("", "Write your idea in one sentence."),
        ("   \u2028 ", "Write your idea in one sentence."),
        ("Shorter", "Write a few more words so others can find your idea."),
        ("x" * 10_000, "This has 10,000 characters. Shorten it to 120."),
    ],
)
def test_a_title_that_does_not_do_says_so_where_it_was_typed(
    browser: Browse, tom: User, title: str, message: str
) -> None:
    page = fill(browser(tom), title=title, body="Kept all the same")
    assert page.status == 422
    assert message in page.find("#title-error").get_text()
    assert page.find(".summary a[href='#title']").get_text() == message
    assert page.find("#title")["value"] == title.replace("\u2028", "").strip()
    assert page.find("#body").get_text().strip() == "Kept all the same"


def test_a_body_of_100_kilobytes_is_too_long_and_is_kept(browser: Browse, tom: User) -> None:
    body = "word " * 20_479 + "words"
    page = fill(browser(tom), title=TITLE, body=body)
    assert page.status == 422
    assert "This has 102,400 characters. Shorten it to 20,000." in page.find("#body-error").get_text()
    assert page.find("#body").get_text().strip() == body


def test_control_characters_and_line_separators_are_cleaned(browser: Browse, tom: User) -> None:
    fill(browser(tom), title="Calendar\u2028synchro\x00nisation with\u2029Outlook", body="One\x00\u2028Two")
    idea = proposed("Calendar synchronisation with Outlook")
    assert idea is not None and idea.body == "One\nTwo"


@pytest.mark.parametrize(
    ("fields", "where", "message"),
    [
        ({"board": "nowhere"}, "#board-error", "Choose one of the boards in the list."),
        ({"kind": "poem"}, ".summary", "Choose whether this is an idea or an issue."),
    ],
)
def test_unknown_choices_are_refused_with_everything_kept(
    browser: Browse, tom: User, fields: dict[str, str], where: str, message: str
) -> None:
    page = send(browser(tom), **{"title": TITLE, "body": "Kept", **fields})
    assert page.status == 422 and message in page.find(where).get_text()
    assert page.find("#title")["value"] == TITLE and page.find("#body").get_text().strip() == "Kept"
    assert proposed() is None


def test_a_stale_token_keeps_what_was_typed(browser: Browse, tom: User) -> None:
    reader = browser(tom)
    page = reader.post(
        "/ideas", {"kind": "idea", "title": TITLE, "body": "Long thoughts", "csrf_token": "old", "board": ""}
    )
    assert page.status == 422 and "This page had been open for too long" in page.find(".summary").get_text()
    assert page.find("#body").get_text().strip() == "Long thoughts"
    assert proposed() is None
    assert reader.submit(page, "#proposal").status == 200
    assert proposed() is not None


def test_similar_ideas_are_shown_once_before_it_is_sent(browser: Browse, tom: User, offline: Idea) -> None:
    reader = browser(tom)
    title = "Schedule offline on my phone please"
    page = fill(reader, title=title, body="Why not", board="mobile")
    assert page.status == 200 and proposed(title) is None
    assert offline.title in page.find(".dups").get_text()
    assert "Planned" in page.find(".dups").get_text()
    assert page.find(f"#vote-button-{offline.id} button")
    assert page.find("button[form='proposal']").get_text(strip=True) == "None of these, send mine"
    assert page.find("#body").get_text().strip() == "Why not"
    assert reader.submit(page, "#proposal").path.endswith("schedule-offline-on-my-phone-please")
    assert proposed(title) is not None


def test_pictures_survive_the_stop_at_similar_ideas(browser: Browse, tom: User) -> None:
    reader, title = browser(tom), "Schedule offline on my phone please"
    page = send(reader, title=title, images=[(picture(), "week.png"), (picture(kind="JPEG"), "week.jpg")])
    assert "2 pictures are kept." in page.text
    sent = reader.post(
        "/ideas",
        {
            "kind": "idea", "title": title, "board": "", "seen_similar": "1",
            "kept": [str(kept["value"]) for kept in page.soup.select("input[name=kept]")],
        },
    )  # fmt: skip
    assert sent.status == 200
    idea = proposed(title)
    assert idea is not None
    found = db.session.scalars(select(Attachment).where(Attachment.idea_id == idea.id)).all()
    assert len(found) == 2 and all(uploads.path(image.key).exists() for image in found)
    assert {image.owner_id for image in found} == {tom.id}


def test_a_picture_sent_twice_is_attached_once(browser: Browse, tom: User) -> None:
    reader = browser(tom)
    page = send(reader, title="Short", images=(picture(), "week.png"))
    kept = page.find("input[name=kept]")["value"]
    for number in range(2):
        sent = send(reader, title=f"{TITLE} {number}", kept=kept, seen_similar="1")
        assert sent.status == 200
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1


@pytest.mark.parametrize("token", ["", "x", "WyJhIl0.c2ln"])
def test_a_forged_picture_is_ignored(browser: Browse, tom: User, token: str) -> None:
    assert send(browser(tom), title=TITLE, kept=token).status == 200
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"<html>hello</html>", "week.png", "“week.png” is not a picture that we can read."),
        (b"%PDF-1.7", "week.pdf", "“week.pdf” is not a picture that we can read."),
        (b"", "empty.png", "“empty.png” is empty."),
        (picture(6000, 5000).getvalue(), "huge.png", "“huge.png” has 30 megapixels. The limit is 25"),
        (picture().getvalue()[:60], "half.png", "half.png"),
    ],
)
def test_a_file_that_we_cannot_take_says_why_and_the_text_is_kept(
    browser: Browse, tom: User, content: bytes, name: str, message: str
) -> None:
    page = send(browser(tom), title=TITLE, body="Kept", images=(BytesIO(content), name))
    assert page.status == 422
    assert message in page.find("#images-error").get_text()
    assert page.find("#title")["value"] == TITLE and page.find("#body").get_text().strip() == "Kept"
    assert proposed() is None and not list(uploads.stored())


def test_at_most_five_pictures(browser: Browse, tom: User) -> None:
    page = send(browser(tom), title=TITLE, images=[(picture(), f"{n}.png") for n in range(6)])
    assert page.status == 422 and "Add at most 5 pictures." in page.find("#images-error").get_text()
    assert "5 pictures are kept." in page.text


def test_ten_megabytes_are_the_limit_of_a_proposal_and_one_elsewhere(
    browser: Browse, tom: User, dark_mode: Idea
) -> None:
    reader = browser(tom)
    two = BytesIO(b"0" * 2_000_000)
    assert "is not a picture" in send(reader, title=TITLE, images=(two, "two.png")).text
    page = send(reader, title=TITLE, images=(BytesIO(b"0" * 10_500_000), "eleven.png"))
    assert page.status == 422 and "10 MB" in page.find("#images-error").get_text()
    assert page.find("#title")["value"] == TITLE
    page = send(reader, title=TITLE, images=(BytesIO(b"0" * 12_500_000), "thirteen.png"))
    assert page.status == 413 and page.heading == "That is too large"
    page = reader.post("/preview", {"text": "x" * 1_100_000})
    assert page.status == 413


def test_words_beside_pictures_may_take_no_more_than_elsewhere(browser: Browse, tom: User) -> None:
    assert send(browser(tom), title=TITLE, body="x" * 1_100_000).status == 413


def test_a_proposal_that_fails_leaves_no_picture_behind(browser: Browse, tom: User) -> None:
    send(browser(tom), title=TITLE, images=(BytesIO(b"no"), "no.png"))
    send(browser(tom), title="Short", images=(picture(), "yes.png"))
    assert len(list(uploads.stored())) == 1
    assert purge(UNSENT_PICTURES) == 0
    for key in list(uploads.stored()):
        yesterday = now().timestamp() - uploads.DAY - 60
        os.utime(uploads.path(key), (yesterday, yesterday))
    assert purge(UNSENT_PICTURES) == 1
    assert purge(UNSENT_PICTURES) == 0


def test_a_suspended_member_only_reads(browser: Browse, tom: User, nora: User) -> None:
    reader = browser(tom)
    with act():
        suspend(tom, by=nora, reason="Rude")
    reader.sign_in(tom)
    assert reader.get("/ideas/new").status == 403
    assert send(reader, title=TITLE).status == 403
    assert proposed() is None


def test_an_unknown_kind_has_no_form(visitor: Browser) -> None:
    assert visitor.get("/ideas/new?kind=poem").status == 404


def test_the_writing_language_is_guessed(browser: Browse, tom: User, app: Flask) -> None:
    fill(browser(tom), title="Pouvoir échanger un service avec un collègue de nuit", seen_similar="1")
    idea = proposed("Pouvoir échanger un service avec un collègue de nuit")
    assert idea is not None and idea.lang == "fr"
    assert guess("We would like the week to begin on Sunday", "fr") == "en"
    assert guess("Kanban", "fr") == "fr"


class TestAVisitor:
    """A visitor's idea waits for their confirmation."""

    def test_is_asked_for_an_address_and_nothing_else(self, visitor: Browser) -> None:
        page = visitor.get("/ideas/new")
        assert page.find("#email")["type"] == "email"
        assert page.headers["Cache-Control"].startswith("private")

    @pytest.mark.parametrize("address", ["", "nobody", "a@b", "two@example.com, three@example.com"])
    def test_keeps_the_text_when_the_address_does_not_do(self, visitor: Browser, address: str) -> None:
        page = fill(visitor, title=TITLE, body="Kept", email=address)
        assert page.status == 422 and page.has("#email-error")
        assert page.find("#title")["value"] == TITLE and page.find("#body").get_text().strip() == "Kept"

    def test_waits_unseen_until_they_confirm(
        self, visitor: Browser, browser: Browse, run_jobs: Callable[[], None], mailbox: Mailbox
    ) -> None:
        page = send(visitor, title=TITLE, board="planning", email="Eva@Example.org", images=(picture(), "week.png"))
        assert page.path == "/sign-in/code" and page.status == 200
        assert proposed() is None
        pending = db.session.scalars(select(PendingAction)).one()
        image = db.session.scalars(select(Attachment)).one()
        assert (pending.kind, image.pending_id) == ("idea", pending.id)
        assert TITLE not in browser().get("/?sort=new").text
        assert visitor.get(f"/uploads/{image.key}").status == 404
        run_jobs()
        (message,) = mailbox.to("eva@example.org")
        assert f"Share your idea “{TITLE}”" in " ".join(mailbox.text(message).split())
        confirm = visitor.get(mailbox.link(message, "/sign-in/"))
        assert TITLE in confirm.text
        done = visitor.submit(confirm, "main form", display_name="Eva Lang")
        idea = proposed()
        assert idea is not None and done.path == address(idea)
        assert "Thank you. We answer within 2 days" in done.find("body").get_text()
        eva = User.with_email("eva@example.org")
        assert eva is not None and (idea.author_id, idea.votes_count) == (eva.id, 1)
        assert db.session.get(Follow, (eva.id, idea.id)) is not None
        assert idea.board is not None and idea.board.slug == "planning"
        db.session.expire_all()
        image = db.session.scalars(select(Attachment)).one()
        assert (image.idea_id, image.owner_id, image.pending_id) == (idea.id, eva.id, None)
        assert browser().get(f"/uploads/{image.key}").status == 200

    def test_stops_at_similar_ideas_too(self, visitor: Browser, offline: Idea) -> None:
        page = fill(visitor, title="Schedule offline on my phone", email="eva@example.org")
        assert page.find(f"a#vote-button-{offline.id}")["href"] == f"/ideas/{offline.id}/vote"
        assert page.find("#email")["value"] == "eva@example.org"
        assert visitor.submit(page, "#proposal").path == "/sign-in/code"

    def test_takes_part_by_an_address_that_is_known(self, visitor: Browser, tom: User) -> None:
        fill(visitor, title=TITLE, email=tom.email)
        token = db.session.scalars(select(EmailToken).order_by(EmailToken.id.desc())).first()
        assert token is not None
        done = visitor.submit(visitor.get(f"/sign-in/{token.link_value}"), "main form")
        idea = proposed()
        assert idea is not None and idea.author_id == tom.id and done.path == address(idea)


def test_ten_ideas_an_hour_and_the_text_of_the_eleventh_is_kept(with_limits: Flask, tom: User) -> None:
    reader = Browser(with_limits, tom)
    for number in range(10):
        assert send(reader, title=f"{TITLE} {number}", seen_similar="1").status == 200
    page = send(reader, title=f"{TITLE} again", body="Kept", seen_similar="1")
    assert page.status == 429 and "You have sent a lot within an hour." in page.find(".summary").get_text()
    assert page.find("#body").get_text().strip() == "Kept"
    assert proposed(f"{TITLE} again") is None


def test_five_proposals_an_hour_from_a_network_without_an_account(with_limits: Flask) -> None:
    for number in range(5):
        page = send(Browser(with_limits), title=f"{TITLE} {number}", email=f"eva{number}@example.org", seen_similar="1")
        assert page.status == 200
    page = send(Browser(with_limits), title=TITLE, email="eva@example.org", seen_similar="1")
    assert page.status == 429 and page.find("#title")["value"] == TITLE


def test_one_field_is_asked_for_and_the_rest_is_folded(browser: Browse, tom: User) -> None:
    page = browser(tom).get("/ideas/new")
    fields = page.soup.select("#proposal :is(input, textarea, select):not([type=hidden], [hidden] *)")
    shown = [field["name"] for field in fields]
    folded = [field["name"] for field in page.soup.select("#proposal details:not([open]) :is(input, textarea, select)")]
    assert shown == ["title", "body", *folded] and folded == ["board", "images"]
    assert " ".join(page.find("label[for=body]").get_text().split()) == "Why, and for whom? (optional)"


def test_what_is_wrong_is_never_folded_away(browser: Browse, tom: User) -> None:
    page = send(browser(tom), title=TITLE, board="nowhere")
    assert page.has("#proposal details[open] #board-error")
