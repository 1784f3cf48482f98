"""The jobs of staff: given by admins, edited as a table, and held to wherever something is done."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import select

from portal.accounts.duties import DUTIES, Job
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.app import create_app
from portal.backups.saving import save
from portal.demo import cast
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.moderation.models import suspend
from portal.notifications.models import Notification, StaffMail, Topic
from portal.privacy.entries import profile
from portal.privacy.erasing import erase
from portal.privacy.taking_out import Wishes
from portal.settings import Settings
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]
TABLE = "main form"


def ticks(page: Page, rule: str) -> list[str]:
    return [str(box["value"]) for box in page.soup.select(f'input[name="{rule}"][checked]')]


def latest(action: Action) -> Event:
    return db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc())).first() or Event()


@pytest.mark.both
def test_an_admin_takes_a_rule_from_a_job_and_it_holds_at_once(
    browser: Opens, nora: User, hugo: User, dark_mode: Idea
) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
    marketer, tool = browser(hugo), f'form[action="/admin/ideas/{dark_mode.id}/status"]'
    assert marketer.get(f"/ideas/{dark_mode.id}").has(tool)
    admin = browser(nora)
    assert ticks(admin.get("/admin/jobs"), "change_status") == ["product", "marketing"]
    admin.submit(admin.get("/admin/jobs"), TABLE, change_status=["product"])
    assert not marketer.get(f"/ideas/{dark_mode.id}").has(tool)
    moved = {"status": Status.first("idea", "planned").id}
    assert marketer.post(f"/admin/ideas/{dark_mode.id}/status", moved).status == 403
    event = latest(Action.JOB_EDITED)
    assert event.actor_id == nora.id
    assert event.facts["changes"] == {"change_status": [["product", "marketing"], ["product"]]}


@pytest.mark.both
def test_a_table_that_is_saved_as_it_stands_changes_nothing(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    assert "Nothing was changed." in admin.submit(admin.get("/admin/jobs"), TABLE).html
    assert latest(Action.JOB_EDITED).id is None


@pytest.mark.both
def test_staff_read_the_table_and_do_not_change_it(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get("/admin/jobs")
    assert page.has("table.jobs") and not page.has(f"{TABLE} button")
    assert not page.soup.select(f"{TABLE} input")
    assert browser(hugo).post("/admin/jobs", {"change_status": "marketing"}).status == 403


def test_a_job_that_is_not_one_is_refused(browser: Opens, nora: User) -> None:
    assert browser(nora).post("/admin/jobs", {"change_status": "boss"}).status == 422
    assert latest(Action.JOB_EDITED).id is None


def test_who_becomes_staff_has_all_three_unless_others_are_chosen(browser: Opens, nora: User, tom: User) -> None:
    admin, url, form = browser(nora), "/admin/members/tom-becker", '[action$="/role"]'
    admin.submit(admin.get(url), form, role="staff")
    db.session.expire_all()
    assert tom.jobs == ["product", "marketing", "community"]
    page = admin.submit(admin.get(url), form, jobs=["community"])
    db.session.expire_all()
    assert tom.jobs == ["community"] and "Tom Becker is now: Staff (Community manager)." in page.html
    event = latest(Action.JOBS_CHANGED)
    assert (event.facts["old"], event.facts["new"]) == (["product", "marketing", "community"], ["community"])


def test_staff_without_any_job_are_refused(browser: Opens, nora: User, hugo: User) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin/members/hugo-petit"), '[action$="/role"]', jobs=None)
    assert page.status == 422 and "Choose at least one job." in page.find("#jobs-error").get_text()


@pytest.mark.both
def test_nobody_changes_their_own_jobs(browser: Opens, nora: User, hugo: User) -> None:
    for person in (nora, hugo):
        asked = browser(person).post(f"/admin/members/{person.handle}/role", {"role": person.role, "jobs": "product"})
        assert asked.status == 403


def test_who_leaves_the_team_leaves_their_jobs(nora: User, hugo: User) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
        hugo.change_role(Role.MEMBER, by=nora)
        assert hugo.chosen_jobs is None and not hugo.may("publish_release")
        hugo.change_role(Role.ADMIN, by=nora)
        assert all(map(hugo.may, DUTIES))


@pytest.mark.both
def test_who_is_erased_leaves_nothing_of_their_jobs(nora: User, hugo: User) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
        assert "marketing" in str(next(iter(profile(hugo))).data["chosen_jobs"])
        erase(hugo, Wishes(), by=nora, reason="Asked for it.")
    assert hugo.chosen_jobs is None and not hugo.may("write_note")


def test_a_colleague_whose_job_it_is_not_reads_what_waits_all_the_same(
    browser: Opens, nora: User, hugo: User, offline: Idea
) -> None:
    with act():
        db.session.get_one(Settings, 1).duties = {rule: [] for rule in DUTIES}
    page = browser(hugo).get(f"/admin?idea={offline.id}")
    assert offline.title in page.text and not page.soup.select(".inbox__open form")
    words = page.find(".subnav__strip").get_text(" ", strip=True).split()
    assert words == ["Inbox", "Ideas", "Promises", "Figures"]


def test_a_suspended_colleague_may_nothing(nora: User, hugo: User) -> None:
    with act():
        suspend(hugo, by=nora, reason="A pause.")
    assert not any(map(hugo.may, DUTIES))


def test_other_jobs_are_told_to_whose_they_are(
    browser: Opens, nora: User, hugo: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    with act():
        hugo.mail_progress = "at_once"
        hugo.change_jobs([Job.MARKETING], by=nora)
    run_jobs()
    assert "You have other jobs in the team now" in browser(hugo).get("/notifications").text
    assert "You are now: Marketer." in mailbox.text(mailbox.to(hugo)[-1])


def test_jobs_that_are_others_again_by_now_are_not_mailed(
    nora: User, hugo: User, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    with act():
        hugo.mail_progress = "at_once"
        hugo.change_jobs([Job.MARKETING], by=nora)
        hugo.change_jobs([Job.PRODUCT], by=nora)
    run_jobs()
    assert "You are now: Product manager." in mailbox.text(*mailbox.to(hugo))


def test_reports_are_told_to_those_who_judge_them(
    browser: Opens, nora: User, hugo: User, lea: User, offline: Idea, ines: User, run_jobs: Callable[[], None]
) -> None:
    with act():
        for person in (hugo, lea):
            db.session.delete(db.session.get_one(StaffMail, person.id))
        hugo.change_jobs([Job.MARKETING], by=nora)
        lea.change_jobs([Job.COMMUNITY], by=nora)
    browser(ines).post(f"/ideas/{offline.id}/flag", {"reason": "spam"})
    run_jobs()
    flagged = select(Notification.user_id).join(Notification.event).where(Event.action == Action.FLAGGED)
    assert lea.id in set(db.session.scalars(flagged)) and hugo.id not in set(db.session.scalars(flagged))


def test_staff_choose_mail_of_what_they_may_act_on(browser: Opens, nora: User, hugo: User) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
    staff = browser(hugo)
    page = staff.get("/settings/team")
    assert not page.has('[name="reports"]') and page.has('[name="new_ideas"]')
    assert staff.submit(page, TABLE, new_ideas="at_once").status == 200
    db.session.expire_all()
    chosen = StaffMail.of(hugo)
    assert (chosen.new_ideas, chosen.reports) == ("at_once", "never")


@pytest.mark.both
def test_who_may_in_sql_is_who_may(nora: User, hugo: User, lea: User, tom: User) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
        lea.change_jobs([Job.PRODUCT, Job.COMMUNITY], by=nora)
        suspend(tom, by=nora, reason="A pause.")
        db.session.get_one(Settings, 1).duties = {"tag_idea": []}
    people = db.session.scalars(select(User)).all()
    for rule in DUTIES:
        found = set(db.session.scalars(select(User.id).where(User.who_may(rule))))
        assert found == {person.id for person in people if person.may(rule)}, rule


def test_every_topic_of_staff_names_what_one_may_do_about_it() -> None:
    from portal.notifications.staff_mail import ACTS_ON

    assert set(ACTS_ON) == set(Topic) and all(set(rules) <= set(DUTIES) for rules in ACTS_ON.values())


@pytest.mark.both
def test_who_was_staff_before_the_upgrade_has_every_job_after_it(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'old.db'}"
    old = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY="k" * 32)
    with old.app_context():
        upgrade()
        with act():
            cast.cast()
        downgrade(revision="0022")
        upgrade()
        hugo = db.session.scalars(select(User).where(User.handle == "hugo-petit")).one()
        assert hugo.jobs == list(Job) and all(map(hugo.may, DUTIES))
        db.session.rollback()
        db.engine.dispose()


@pytest.mark.both
def test_a_backup_holds_the_jobs(app: Flask, tmp_path: Path, nora: User, hugo: User) -> None:
    with act():
        hugo.change_jobs([Job.MARKETING], by=nora)
        db.session.get_one(Settings, 1).duties = {"tag_idea": ["marketing"]}
    save(tmp_path / "kept.zip")
    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        people = archive.read("tables/user.jsonl").decode()
        kept = archive.read("tables/settings.jsonl").decode()
    assert "marketing" in people and "tag_idea" in kept
