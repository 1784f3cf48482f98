"""Whose role changes is told, in their language, with what they may do now and where."""

import pytest

from portal.accounts.choices import MailWhen
from portal.accounts.membership import Role
from tests.conftest import act

pytestmark = pytest.mark.jobs


@pytest.mark.parametrize(
    ("person", "old", "new", "subject", "may", "place"),
    [
        (
            "marc",
            "member",
            "staff",
            "Vous faites maintenant partie de l’équipe",
            "Écrire la réponse officielle",
            "/admin",
        ),
        ("marc", "staff", "admin", "Vous administrez maintenant", "les rôles, les statuts", "/admin/settings"),
        ("tom", "admin", "staff", "You are one of the team now", "settings are for other admins", "/admin"),
        ("tom", "staff", "member", "You are no longer one of the team", "not shown to you any more", "/"),
    ],
)
def test_it_is_said_by_mail_and_in_the_portal(
    request, browser, nora, run_jobs, mailbox, person, old, new, subject, may, place
):
    whose = request.getfixturevalue(person)
    with act():
        whose.role = Role(old)
    with act():
        whose.change_role(Role(new), by=nora)
    run_jobs()
    message = mailbox.to(whose)[0]
    words = " ".join(mailbox.text(message).split())
    assert subject in message["Subject"] and "Nora Klein" in words and may in words
    assert mailbox.link(message).split("?")[0] == place
    here = browser(whose, lang=whose.lang)
    told = here.submit(here.get("/notifications"), "#notifications .notes__i form")
    assert told.status == 200 and told.path == place


def test_what_was_taken_back_before_it_was_mailed_is_not(nora, tom, run_jobs, mailbox):
    with act():
        tom.change_role(Role.STAFF, by=nora)
        tom.change_role(Role.MEMBER, by=nora)
    run_jobs()
    assert [message["Subject"] for message in mailbox.to(tom)] == ["You are no longer one of the team"]


def test_who_wants_no_mail_finds_it_in_the_portal(browser, nora, tom, run_jobs, mailbox):
    with act():
        tom.mail_progress = MailWhen.NEVER
        tom.change_role(Role.STAFF, by=nora)
    run_jobs()
    assert mailbox.to(tom) == [] and "You are one of the team now" in browser(tom).get("/notifications").text


def test_nobody_is_told_of_what_they_did_themselves(browser, nora, hugo, run_jobs, mailbox):
    with act():
        hugo.role = Role.ADMIN
        nora.mail_progress = MailWhen.AT_ONCE
        nora.change_role(Role.STAFF, by=nora)
    run_jobs()
    assert mailbox.to(nora) == [] and not browser(nora).get("/notifications").has("#notifications li")
