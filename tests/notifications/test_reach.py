"""What staff read of whom a message reaches is what happens."""

from collections.abc import Callable
from typing import Any

import pytest

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.notifications.models import Follow
from portal.notifications.reach import reach_about, reach_of_move, told_to
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.told import told

pytestmark = pytest.mark.both

Opens = Callable[..., Browser]
WORDS = "Your drawings helped us."


@pytest.fixture
def mixed(copy_week: Idea, tom: User, aicha: User, marc: User, yuki: User, hugo: User) -> Idea:
    """Of six who care, one wants no mail, one a digest, one has no address, and one is suspended."""
    with act():
        tom.mail_progress, aicha.mail_progress, marc.email = MailWhen.NEVER, MailWhen.DAILY, None
        suspend(yuki, by=hugo, reason="Spam")
    return copy_week


def test_a_status_says_before_and_after_who_is_told(
    browser: Opens, hugo: User, mixed: Idea, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    said = "4 people are told. At once by e-mail: 2. In the daily digest: 1. In the portal only: 1. 2 more have no"
    staff = browser(hugo)
    page = staff.get(f"/ideas/{mixed.id}-{mixed.slug}")
    assert said in page.find("#staff-tools").get_text(" ")
    status = str(Status.first("idea", "testing").id)
    assert said in staff.submit(page, "[action$='/status']", status=status).html
    run_jobs()
    assert len(told(Action.STATUS_CHANGED)) == 4
    assert (
        len([m for m in mailbox.messages if "In testing" in str(m["Subject"]) or "En test" in str(m["Subject"])]) == 2
    )


def test_a_change_of_the_response_tells_nobody_and_says_so(browser: Opens, hugo: User, copy_week: Idea) -> None:
    staff = browser(hugo)
    page = staff.get(f"/ideas/{copy_week.id}-{copy_week.slug}")
    assert "A correction tells nobody" in page.text
    page = staff.submit(page, "[action$='/response']", text="Other words.")
    assert "The official response is published. Nobody is told." in page.html


@pytest.mark.parametrize("by", ["hugo", "tom"])
@pytest.mark.parametrize("about", ["mixed", "offline", "dark_mode", "salary_leak", "double_shift"])
def test_what_is_asked_of_every_idea_that_staff_open_is_the_same(
    request: pytest.FixtureRequest, about: str, by: str, yuki: User
) -> None:
    idea, person = request.getfixturevalue(about), request.getfixturevalue(by)
    assert reach_of_move(idea, person) == reach_about(Action.STATUS_CHANGED, idea, person)
    with act():
        db.session.add(Follow(idea_id=idea.id, user_id=yuki.id, muted=True))
        idea.hide(by=request.getfixturevalue("hugo"), reason="A test")
    assert reach_of_move(idea, person) == reach_about(Action.STATUS_CHANGED, idea, person)


def test_of_a_private_issue_its_author_alone_is_told(salary_leak: Idea, hugo: User) -> None:
    assert reach_about(Action.STATUS_CHANGED, salary_leak, hugo).told == 1


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("at_once", "Tom Becker gets it by e-mail, and in the portal."),
        ("never", "Tom Becker chose to get no e-mail, and reads it in the portal."),
        ("suspended", "Tom Becker is suspended: no e-mail goes out, and they read it beside their points."),
    ],
)
def test_who_thanks_reads_what_becomes_of_it_before_and_after(
    browser: Opens, hugo: User, tom: User, state: str, said: str
) -> None:
    with act():
        if state == "suspended":
            suspend(tom, by=hugo, reason="Spam")
        else:
            tom.mail_progress = state
    staff = browser(hugo)
    page = staff.get(f"/admin/partners/{tom.id}")
    assert said in page.text
    assert f"Your thank-you is written. {said}" in staff.submit(page, "main form", text=WORDS).html
    assert WORDS in browser(tom).get("/settings/points").text


def test_who_left_is_not_thanked(browser: Opens, hugo: User, tom: User) -> None:
    from portal.privacy.erasing import erase

    with act():
        erase(db.session.get_one(User, tom.id))
    page = browser(hugo).post(f"/admin/partners/{tom.id}/thanks", {"text": WORDS})
    assert page.status == 422 and "This person has left, and is not told." in page.text


def test_the_words_of_a_thank_you_stand_in_the_portal(
    browser: Opens, hugo: User, tom: User, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    with act():
        tom.mail_progress = MailWhen.NEVER
    staff, here = browser(hugo), browser(tom)
    staff.submit(staff.get(f"/admin/partners/{tom.id}"), "main form", text=WORDS)
    run_jobs()
    page = here.get("/notifications")
    assert page.find(".notes blockquote").get_text() == WORDS and not mailbox.to(tom)
    assert WORDS in here.submit(page, ".notes form").find("#thanks").get_text()


def test_who_hides_or_suspends_reads_whether_the_author_hears(
    browser: Opens, hugo: User, tom: User, offline: Idea
) -> None:
    with act():
        tom.mail_progress = MailWhen.NEVER
    staff, said = browser(hugo), "Tom Becker chose to get no e-mail, and reads it in the portal."
    page = staff.get(f"/ideas/{offline.id}-{offline.slug}")
    assert said in page.find("#staff-tools").get_text(" ")
    assert (
        f"Hidden. Only its author and staff see it. {said}"
        in staff.submit(page, f"[action='/admin/ideas/{offline.id}/hidden']", reason="Off topic.").html
    )
    page = staff.get(f"/admin/members/{tom.handle}")
    assert said in page.text
    assert said in staff.submit(page, "[action$='/suspension']", reason="Spam").html


def test_one_s_own_text_tells_nobody(hugo: User) -> None:
    assert told_to(Action.COMMENT_HIDDEN, hugo, hugo) == "It is your own, so nobody is told."


@pytest.fixture
def silent(tom: User) -> User:
    """Somebody who chose to get no mail."""
    with act():
        tom.mail_progress, tom.lang = MailWhen.NEVER, "en"
    return tom


def test_who_chose_no_mail_is_promised_none_for_a_vote(
    browser: Opens, silent: User, dark_mode: Idea, double_shift: Idea, swap: Idea
) -> None:
    here = browser(silent)
    for idea, said in (
        (dark_mode, "Vote, and your notifications"),
        (swap, "Your notifications tell you when it moves."),
    ):
        slip = here.get(f"/ideas/{idea.id}").find(f"#slip-{idea.id}").get_text(" ")
        assert said in slip and "write" not in slip
    here.post(f"/ideas/{double_shift.id}/vote", {"voted": "0"})
    slip = here.get(f"/ideas/{double_shift.id}").find(f"#slip-{double_shift.id}").get_text(" ")
    assert "Say that you have it too, and your notifications" in slip


def test_who_chose_no_mail_is_promised_none_for_a_vote_by_mail(
    browser: Opens, silent: User, dark_mode: Idea, run_jobs: Callable[[], None], mailbox: Any
) -> None:
    here = browser()
    page = here.submit(here.get(f"/ideas/{dark_mode.id}/vote"), email=silent.email)
    run_jobs()
    done = here.submit(page, "#code-form", code=mailbox.code(mailbox.to(silent.email)[0]))
    assert "Voted. Your notifications tell you when it moves." in done.find("[data-flash]").get_text()


def test_who_chose_no_mail_is_promised_no_answer_by_mail(browser: Opens, silent: User) -> None:
    here = browser(silent)
    assert "by e-mail" not in here.get("/ideas/new").find(".follows").get_text()
    done = here.post("/ideas", {"kind": "idea", "title": "A printed rota for the wall", "seen_similar": "1"})
    said = done.find("[data-flash]").get_text()
    assert "Thank you. Our answer comes here, and your notifications tell you of it." in said
