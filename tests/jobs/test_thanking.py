"""Who helped is told: once a release, and by name where they are thanked."""

from collections.abc import Callable

import pytest

from portal.accounts.choices import MailWhen
from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.stopping import follow
from portal.recognition.models import Partner
from portal.recognition.thanking import thank
from tests.conftest import act
from tests.jobs.told import told
from tests.mailbox import Mailbox

pytestmark = [pytest.mark.jobs, pytest.mark.both]
Runs = Callable[[], None]


def release(ideas: list[Idea], by: User) -> None:
    with act():
        made = draft(by=by)
        made.write(title={"en": "Calm weeks", "fr": "Semaines calmes"}, story={"en": "Copy *it*.", "fr": "Copiez."})
        made.ideas = ideas
        publish(made, by=by)


def test_a_release_tells_each_once_however_many_ideas_it_ships(
    copy_week: Idea, offline: Idea, hugo: User, tom: User, ines: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    release([copy_week, offline], hugo)
    run_jobs()
    assert told(Action.STATUS_CHANGED) == set()
    assert told(Action.RELEASE_PUBLISHED) == {"ines", "tom", "aicha", "marc", "yuki", "sofia", "camille"}
    assert len(mailbox.messages) == 7
    (message,) = mailbox.to(tom)
    assert message["Subject"] == "It’s live: Calm weeks. Your name is on it."
    words = mailbox.text(message)
    assert f"You proposed “{offline.title}”." in words and f"Your comment shaped “{copy_week.title}”." in words
    assert "Semaines calmes" in str(mailbox.to(ines)[0]["Subject"])


def test_a_name_that_stands_on_a_private_issue_alone_is_not_promised(
    offline: Idea, salary_leak: Idea, hugo: User, camille: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        camille.lang, camille.named_as_supporter = "en", False
        salary_leak.change_status(Status.first("issue", "planned"), by=hugo)
    release([offline, salary_leak], hugo)
    run_jobs()
    message = mailbox.to(camille)[-1]
    assert message["Subject"] == "It’s live: Calm weeks"
    assert f"You reported “{salary_leak.title}”." in mailbox.text(message)


def test_who_only_voted_is_thanked_without_a_promise_of_their_name(
    offline: Idea, hugo: User, yuki: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    release([offline], hugo)
    run_jobs()
    (message,) = mailbox.to(yuki)
    assert message["Subject"] == "It’s live: Calm weeks"
    assert f"You voted for “{offline.title}”." in mailbox.text(message)


@pytest.mark.parametrize("since", ["hidden", "private"])
def test_the_mail_of_a_release_names_only_what_its_reader_may_still_see(
    copy_week: Idea, double_shift: Idea, hugo: User, aicha: User, lea: User, run_jobs: Runs, mailbox: Mailbox,
    since: str,
) -> None:  # fmt: skip
    with act():
        double_shift.change_status(Status.first("issue", "started"), by=lea)
    release([copy_week, double_shift], hugo)
    with act():
        double_shift.set_private(True, by=lea) if since == "private" else double_shift.hide(lea, "It names a customer.")
    run_jobs()
    (message,) = mailbox.to(aicha)
    drawn = message.get_body(("html",))
    assert drawn and copy_week.title in drawn.get_content() and copy_week.title in mailbox.text(message)
    assert double_shift.title not in mailbox.text(message) + drawn.get_content()


def test_a_follower_of_what_shipped_hears_of_it_too(
    offline: Idea, hugo: User, marc: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        follow(offline, marc, "on")
    release([offline], hugo)
    run_jobs()
    assert "proposed" not in mailbox.text(mailbox.to(marc)[0]).split("-- ")[0]


def test_who_muted_what_shipped_hears_nothing_but_its_proposer_does(
    offline: Idea, hugo: User, tom: User, yuki: User, run_jobs: Runs
) -> None:
    with act():
        follow(offline, yuki, "muted")
        follow(offline, tom, "muted")
    release([offline], hugo)
    run_jobs()
    assert told(Action.RELEASE_PUBLISHED) == {"tom", "ines", "camille"}


def test_a_top_partner_reads_why(tom: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    with act():
        reason = {"main": "idea_planned", "counts": {"idea_planned": 2}}
        partner = Partner(week="2027-W09", user=tom, rank=1, points=40, reason=reason)
        db.session.add(partner)
        record(Action.PARTNER_PICKED, partner, by=None)
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == "You are one of our top partners this week"
    assert "Proposed 2 ideas that we planned." in mailbox.text(message)


def test_a_personal_thank_you_is_mailed_as_it_was_written(
    tom: User, nora: User, run_jobs: Runs, mailbox: Mailbox
) -> None:
    with act():
        thank(tom, "Your comment saved us a **month**.", by=nora)
    run_jobs()
    (message,) = mailbox.to(tom)
    assert message["Subject"] == "Nora Klein thanks you"
    assert "saved us a month" in mailbox.text(message)


def test_who_wants_no_mail_is_thanked_in_the_portal(tom: User, nora: User, run_jobs: Runs, mailbox: Mailbox) -> None:
    with act():
        tom.mail_progress = MailWhen.NEVER
        thank(tom, "Thank you.", by=nora)
    run_jobs()
    assert told(Action.PARTNER_THANKED) == {"tom"} and not mailbox.messages
