"""Whatever staff do is somebody's job: without the rule each route refuses, with that rule alone it does its part."""

from collections.abc import Iterable

import pytest

from portal.accounts.duties import DUTIES, JOBS
from portal.database.writing import begin_write
from portal.extensions import db
from portal.settings import Settings
from tests.security.target import PRINCIPALS, Target
from tests.security.test_routes import REFUSED, ROWS, Row, short

# What each route of staff needs. Where it names nothing, everybody of staff may, whatever their job.
NEEDS = {
    "ideas.edit": "edit_idea",
    "ideas.save": "edit_idea",
    "ideas.blank": "blank_words",
    "ideas.blank_response": "blank_words",
    "comments.blank": "blank_words",
    "comments.shape": "mark_comment_as_shaping",
    "admin.moderation": "see_flags",
    "admin.judge": "judge_text",
    "admin.restore_text": "judge_text",
    "admin.vote_patterns": "see_votes",
    "admin.votes": "see_votes",
    "admin.set_votes_aside": "set_votes_aside",
    "admin.put_votes_back": "set_votes_aside",
    "admin.change_status": "change_status",
    "admin.respond": "respond_to_idea",
    "admin.write_note": "write_note",
    "admin.tag": "tag_idea",
    "admin.move": "move_idea",
    "admin.choose_survivor": "merge_idea",
    "admin.merge_idea": "merge_idea",
    "admin.end_merge": "merge_idea",
    "admin.dismiss_same": "merge_idea",
    "admin.close_dispute": "merge_idea",
    "admin.reason": "blank_words",
    "admin.blank_reason": "blank_words",
    "admin.set_private": "publish_issue",
    "admin.hide_idea": "hide_idea",
    "admin.hide_comment": "hide_comment",
    "admin.releases": "publish_release",
    "admin.begin_release": "publish_release",
    "admin.new_release": "publish_release",
    "admin.edit_release": "publish_release",
    "admin.confirm_release": "publish_release",
    "admin.publish_release": "publish_release",
    "admin.delete_release": "publish_release",
    "admin.hide_release": "publish_release",
    "admin.members": "see_members",
    "admin.member": "see_members",
    "admin.welcome_letter": "welcome_member",
    "admin.welcome_member": "welcome_member",
    "admin.suspend_member": "suspend_member",
    "admin.reinstate_member": "suspend_member",
    "admin.partners": "thank_partner",
    "admin.partner": "thank_partner",
    "admin.thank_partner": "thank_partner",
    "admin.audit": "see_audit",
    "admin.export_audit": "see_audit",
    "admin.deliveries": "see_deliveries",
    "admin.retry_delivery": "mend_deliveries",
    "admin.retry_deliveries": "mend_deliveries",
    "admin.discard_delivery": "mend_deliveries",
    "admin.retry_event": "mend_deliveries",
    "admin.aim": "change_status",
    "admin.act_on_all": "move_idea",
    "admin.assign_idea": "assign_idea",
    "admin.snooze_idea": "assign_idea",
    "admin.wake_idea": "assign_idea",
    "admin.kind": "convert_idea",
    "admin.split": "split_comment",
    "admin.split_comment": "split_comment",
    "admin.withdraw_split": "split_comment",
    "admin.take_split_back": "split_comment",
    "admin.convert_idea": "convert_idea",
    "admin.withdraw_conversion": "convert_idea",
    "admin.links": "link_idea",
    "admin.link_idea": "link_idea",
    "admin.unlink_idea": "link_idea",
    "admin.capture": "capture",
    "admin.captured": "capture",
    "admin.note": "capture",
    "admin.correct_source": "capture",
    "admin.snippet": "edit_snippets",
    "admin.add_snippet": "edit_snippets",
    "admin.save_snippet": "edit_snippets",
    "admin.move_snippet": "edit_snippets",
    "admin.delete_snippet": "edit_snippets",
    "admin.tag_page": "edit_tags",
    "admin.add_tag": "edit_tags",
    "admin.save_tag": "edit_tags",
    "admin.ask_to_merge": "edit_tags",
    "admin.merge_tag": "edit_tags",
    "admin.separate_tag": "edit_tags",
    "admin.delete_a_tag": "edit_tags",
    "admin.new_promise": "promise_a_day",
    "admin.make_promise": "promise_a_day",
    "admin.promise": "promise_a_day",
    "admin.move_promise": "promise_a_day",
    "admin.entrust_promise": "promise_a_day",
    "admin.keep_promise": "promise_a_day",
    "admin.take_promise_back": "promise_a_day",
    "admin.promise_reason": "blank_words",
    "admin.blank_promise_reason": "blank_words",
    "admin.merge_reason": "blank_words",
    "admin.blank_merge_reason": "blank_words",
    "admin.greeting": "welcome_member",
    "admin.save_greeting": "welcome_member",
}
EVERYBODY = {
    "admin.inbox", "admin.ideas", "admin.statuses", "admin.boards", "admin.jobs", "admin.emails", "admin.show_email",
    "admin.email_body", "admin.settings", "admin.preview_settings", "admin.preview_css", "notifications.staff_mail",
    "admin.ways", "admin.figures", "admin.figures_file", "admin.promises", "admin.snippets", "admin.similar",
    "admin.said_same", "admin.disputed",
    "admin.tags", "admin.bulk", "admin.undo", "admin.new_view", "admin.keep_view", "admin.edit_view",
    "admin.save_view",
    "admin.delete_view",
}  # fmt: skip
# Whoever has one of these sees what it is about as well.
ALSO = {
    "see_votes": {"set_votes_aside"},
    "see_flags": {"judge_text"},
    "see_deliveries": {"mend_deliveries"},
    "see_members": {"welcome_member", "suspend_member"},
}
WHO = list(PRINCIPALS)


def answer(row: Row, who: str) -> str:
    return row.answers[WHO.index(who)]


OF_STAFF = [row for row in ROWS if answer(row, "staff") not in REFUSED and answer(row, "member") in REFUSED]
# The note is of this very one of staff: what one wrote oneself needs no job.
THEIRS = [row for row in OF_STAFF if row.endpoint in NEEDS and "{note}" not in row.path]


def allow(target: Target, rules: Iterable[str]) -> None:
    """From now on every job has these rules, and none has any other."""
    with target.app.app_context():
        begin_write()
        db.session.get_one(Settings, 1).duties = {rule: list(JOBS) if rule in rules else [] for rule in DUTIES}
        db.session.commit()
        db.engine.dispose()


def test_every_route_of_staff_says_whose_job_it_is() -> None:
    """What is asked elsewhere than at the desk, they do as the members whom everything is shown to."""
    asked = {row.endpoint for row in OF_STAFF if row.endpoint.startswith("admin.")}
    assert asked <= NEEDS.keys() | EVERYBODY
    assert set(NEEDS.values()) == set(DUTIES)


@pytest.mark.parametrize("row", THEIRS, ids=str)
def test_without_the_rule_it_is_refused(target: Target, row: Row) -> None:
    needed = NEEDS[row.endpoint]
    allow(target, DUTIES.keys() - {needed} - ALSO.get(needed, set()))
    token = {"csrf_token": target.csrf_token()}
    with target.untouched():
        assert short(row.send(target, "staff", token)) == "403"
    target.restore()


@pytest.mark.parametrize("row", THEIRS, ids=str)
def test_with_that_rule_alone_it_is_done(target: Target, row: Row) -> None:
    allow(target, {NEEDS[row.endpoint]})
    assert short(row.send(target, "staff", {"csrf_token": target.csrf_token()})) == answer(row, "staff")
    target.restore()


@pytest.mark.parametrize("row", [row for row in OF_STAFF if row.endpoint not in NEEDS], ids=str)
def test_what_needs_no_rule_is_read_by_everybody_of_staff(target: Target, row: Row) -> None:
    allow(target, ())
    assert short(row.send(target, "staff", {"csrf_token": target.csrf_token()})) == answer(row, "staff")
    target.restore()


@pytest.mark.parametrize("row", [row for row in ROWS if answer(row, "admin") not in REFUSED][::3], ids=str)
def test_admins_do_everything_whatever_the_table_says(target: Target, row: Row) -> None:
    allow(target, ())
    assert short(row.send(target, "admin", {"csrf_token": target.csrf_token()})) == answer(row, "admin")
    target.restore()
