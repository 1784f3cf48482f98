"""A personal welcome: who waits for one, the letter to begin from, and that it goes once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import suspend
from portal.privacy.erasing import erase
from portal.recognition.models import ThankYou
from portal.recognition.welcoming import welcome
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

Opens = Callable[[User], Browser]
WORDS = "Welcome here, dear Yuki: I am Hugo, and I read what you write."
NEW = "/admin/members?state=new"


@pytest.fixture
def newcomer(yuki: User) -> User:
    """Yuki, as if she had joined on Friday."""
    with act():
        yuki.created_at = now() - timedelta(days=3)
    return yuki


@pytest.fixture
def staff(browser: Opens, hugo: User) -> Browser:
    with act():
        hugo.lang = "en"
    return browser(hugo)


def letter(staff: Browser, member: User) -> str:
    return f"/admin/members/{member.handle}/welcome"


def names(staff: Browser, url: str = NEW) -> list[str]:
    return [row.get_text() for row in staff.get(url).soup.select(".mem h3 a")]


def welcomes() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(Event.id)).where(Event.action == Action.MEMBER_WELCOMED)) or 0


def test_a_newcomer_is_welcomed_from_the_list_by_a_letter_that_arrives(
    staff: Browser, newcomer: User, browser: Opens, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    listed = staff.get("/admin/members")
    assert listed.find(".seg").get_text(" ").rstrip().endswith("To welcome 1")
    page = staff.submit(staff.get(listed.find(".mem__s a.btn")["href"]), "main form", text=WORDS)
    assert "Your welcome is written. Yuki Tan gets it by e-mail, and in the portal." in page.html
    run_jobs()
    (message,) = mailbox.to(newcomer)
    assert message["Subject"] == "Hugo Petit welcomes you" and "I read what you write" in mailbox.text(message)
    here = browser(newcomer)
    told = here.get("/notifications")
    assert told.find(".notes blockquote").get_text() == WORDS
    assert WORDS in here.submit(told, ".notes form").find("#thanks").get_text()
    assert not staff.get("/admin/members").soup.select(".mem__s a.btn") and not names(staff)


def test_the_letter_to_begin_from_says_what_they_did_in_their_language(
    staff: Browser, newcomer: User, offline: Idea
) -> None:
    with act():
        newcomer.lang = "fr"
        db.session.execute(Vote.__table__.delete().where(Vote.user_id == newcomer.id))
        db.session.execute(Idea.__table__.update().where(Idea.author_id == newcomer.id).values(hidden_at=now()))
        Vote.cast(offline, by=newcomer)
    words = staff.get(letter(staff, newcomer)).find("#text").get_text()
    assert "Bonjour Yuki Tan," in words and f"Vous avez voté pour «\u00a0{offline.title}\u00a0»" in words
    assert words.rstrip().endswith("Hugo Petit")


def test_pressed_twice_it_goes_once(staff: Browser, newcomer: User, run_jobs: Callable[[], None], mailbox: Any) -> None:
    form = staff.get(letter(staff, newcomer))
    staff.submit(form, "main form", text=WORDS)
    page = staff.submit(form, "main form", text="Other words of welcome, dear Yuki.")
    assert "You welcomed Yuki Tan already: nothing was sent again." in page.html
    run_jobs()
    assert welcomes() == 1 and len(mailbox.to(newcomer)) == 1
    assert db.session.scalar(select(func.count(ThankYou.id))) == 1


def test_who_comes_second_reads_who_welcomed_and_keeps_the_words(
    staff: Browser, browser: Opens, newcomer: User, lea: User
) -> None:
    form = staff.get(letter(staff, newcomer))
    with act():
        assert welcome(newcomer, "Welcome, dear Yuki, says Léa.", by=lea)
    page = staff.submit(form, "main form", text=WORDS)
    assert page.status == 422 and "Léa Martin welcomed Yuki Tan already" in page.find("#text-error").get_text()
    assert page.find("#text").get_text().strip() == WORDS and welcomes() == 1


@pytest.mark.parametrize("who", ["suspended", "erased", "imported", "known", "team"])
def test_nobody_is_welcomed_who_would_not_read_it_or_is_not_new(
    staff: Browser, newcomer: User, lea: User, who: str
) -> None:
    with act():
        if who == "suspended":
            suspend(newcomer, by=lea, reason="Spam")
        elif who == "erased":
            erase(newcomer)
        elif who == "imported":
            newcomer.email = None
        elif who == "known":
            newcomer.created_at = now() - timedelta(days=31)
        else:
            newcomer.role = "staff"
    assert not names(staff)
    page = staff.get(letter(staff, newcomer))
    assert not page.has("main form") and "Only who joined in the last 30 days" in page.text
    assert staff.post(letter(staff, newcomer), {"text": WORDS}).status == 422
    assert welcomes() == 0


def test_who_wants_no_mail_reads_it_here_and_staff_know(
    staff: Browser, newcomer: User, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    with act():
        newcomer.mail_progress = MailWhen.NEVER
    page = staff.get(letter(staff, newcomer))
    assert "Yuki Tan chose to get no e-mail, and reads it in the portal." in page.text
    staff.submit(page, "main form", text=WORDS)
    run_jobs()
    assert welcomes() == 1 and not mailbox.messages


def test_suspended_between_the_press_and_the_mail_hears_nothing(
    staff: Browser, newcomer: User, lea: User, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    staff.submit(staff.get(letter(staff, newcomer)), "main form", text=WORDS)
    with act():
        suspend(newcomer, by=lea, reason="Spam")
    run_jobs()
    assert "welcomes you" not in " ".join(message["Subject"] for message in mailbox.messages)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Write a few words of welcome."),
        ("Hi!", "Write a little more: who you are, and what they can do here."),
        ("x" * 1001, "This has 1,001 characters. Shorten it to 1,000."),
    ],
)
def test_too_few_or_too_many_words_are_said_and_kept(staff: Browser, newcomer: User, text: str, said: str) -> None:
    page = staff.submit(staff.get(letter(staff, newcomer)), "main form", text=text)
    assert page.status == 422 and said in page.find("#text-error").get_text()
    assert page.find("#text").get_text().strip() == text and welcomes() == 0


def test_a_welcome_is_no_thanks(staff: Browser, browser: Opens, newcomer: User) -> None:
    staff.submit(staff.get(letter(staff, newcomer)), "main form", text=WORDS)
    assert "Welcome" in staff.get(f"/admin/partners/{newcomer.id}").find(".audit .badge").get_text()
    assert "Welcome" in browser(newcomer).get("/settings/points").find("#thanks .badge").get_text()


def test_erased_the_words_are_gone_and_nobody_is_welcomed_again(staff: Browser, newcomer: User) -> None:
    staff.submit(staff.get(letter(staff, newcomer)), "main form", text=WORDS)
    with act():
        erase(db.session.get_one(User, newcomer.id))
    assert not db.session.scalars(select(ThankYou)).all() and not names(staff)
