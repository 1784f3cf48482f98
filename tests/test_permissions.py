"""The whole policy as one table: each rule, asked for everyone."""

import inspect
from types import SimpleNamespace as Thing
from typing import Any

import pytest

from portal import permissions
from portal.accounts.duties import DUTIES


def person(id: int, staff: bool = False, admin: bool = False, suspended: bool = False) -> Any:
    return Thing(
        id=id, is_authenticated=True, is_staff=staff or admin, is_admin=admin, is_suspended=suspended, is_former=False,
        is_of_team=staff or admin, may=lambda rule: (staff or admin) and not suspended and rule in DUTIES,
        email="someone@example.com",
    )  # fmt: skip


PEOPLE = {
    "visitor": Thing(is_authenticated=False),
    "member": person(1),
    "author": person(2),
    "suspended": person(3, suspended=True),
    "staff": person(4, staff=True),
    "admin": person(5, admin=True),
}
IDEA = Thing(author_id=2, hidden_at=None, kind="idea", is_private=False, is_on_closed_board=False)
HIDDEN = Thing(author_id=2, hidden_at="2026-01-01", kind="idea", is_private=False)
ON_CLOSED_BOARD = Thing(author_id=2, hidden_at=None, kind="idea", is_private=False, is_on_closed_board=True)
ISSUE = Thing(author_id=2, hidden_at=None, kind="issue", is_private=True)
PUBLIC_ISSUE = Thing(author_id=2, hidden_at=None, kind="issue", is_private=False)
COMMENT = Thing(author_id=2, hidden_at=None, is_note=False, deleted_at=None, idea=Thing(author_id=1), captured=None)
VOICE = Thing(author_id=4, hidden_at=None, is_note=False, idea=Thing(author_id=1), captured=Thing(source="phone"))
SUSPENDED_ONES = Thing(author_id=3, hidden_at=None, deleted_at=None, owner_id=3)
NOTE = Thing(author_id=4, hidden_at=None, is_note=True, idea=Thing(author_id=1), captured=None)
MEMBER, COLLEAGUE = PEOPLE["member"], person(6, staff=True)

EVERYONE_IN = {"member", "author", "staff", "admin"}
STAFF = {"staff", "admin"}
POLICY: list[tuple[str, Any, set[str]]] = [
    ("take_part", None, EVERYONE_IN),
    ("staff", None, STAFF),
    ("admin", None, {"admin"}),
    ("vote_on_idea", IDEA, EVERYONE_IN),
    ("vote_on_idea", HIDDEN, set()),
    ("read_notifications", None, EVERYONE_IN | {"suspended"}),
    ("take_out", None, EVERYONE_IN | {"suspended"}),
    ("change_address", None, EVERYONE_IN | {"suspended"}),
    ("follow_idea", IDEA, EVERYONE_IN),
    ("comment_on_idea", IDEA, EVERYONE_IN),
    ("comment_on_idea", HIDDEN, set()),
    ("comment_on_idea", ON_CLOSED_BOARD, STAFF),
    ("edit_idea", IDEA, {"author"} | STAFF),
    ("merge_idea", IDEA, STAFF),
    ("object_to_merge", IDEA, {"author"}),
    ("edit_idea", HIDDEN, STAFF),
    ("edit_comment", COMMENT, {"author"}),
    ("is_theirs", COMMENT, {"author"}),
    ("is_theirs", SUSPENDED_ONES, {"suspended"}),
    ("blank_version", COMMENT, {"author"} | STAFF),
    ("blank_version", SUSPENDED_ONES, {"suspended"} | STAFF),
    ("delete_comment", COMMENT, {"author"}),
    ("delete_comment", SUSPENDED_ONES, {"suspended"}),
    ("delete_comment", Thing(author_id=2, deleted_at="2026-01-01"), set()),
    ("delete_picture", Thing(owner_id=2), {"author"}),
    ("delete_picture", SUSPENDED_ONES, {"suspended"}),
    ("hand_over_data", MEMBER, {"admin"}),
    ("hand_over_data", PEOPLE["admin"], {"admin"}),
    ("erase_member", MEMBER, {"admin"}),
    ("erase_member", COLLEAGUE, {"admin"}),
    ("erase_member", PEOPLE["admin"], set()),
    ("edit_profile", Thing(id=2, hidden_at=None), {"author"}),
    ("edit_profile", Thing(id=2, hidden_at="2026-01-01"), set()),
    ("flag", IDEA, {"member"} | STAFF),
    ("flag", COMMENT, {"member"} | STAFF),
    ("flag", HIDDEN, set()),
    ("flag", NOTE, set()),
    ("flag", ISSUE, set()),
    ("publish_issue", ISSUE, {"author"}),
    ("publish_issue", PUBLIC_ISSUE, {"author"} | STAFF),
    ("publish_issue", IDEA, set()),
    ("mark_comment_as_shaping", COMMENT, {"member"} | STAFF),
    ("mark_comment_as_shaping", NOTE, set()),
    ("mark_comment_as_shaping", VOICE, set()),
    ("convert_idea", IDEA, STAFF),
    ("convert_idea", HIDDEN, set()),
    ("answer_conversion", IDEA, {"author"}),
    ("answer_conversion", HIDDEN, set()),
    ("note_voice", IDEA, STAFF),
    ("note_voice", HIDDEN, set()),
    *[(rule, IDEA, STAFF) for rule in (
        "respond_to_idea", "change_status", "aim_idea", "blank_reason", "write_note", "tag_idea", "move_idea",
        "hide_idea", "hide_comment", "see_flags", "judge_text", "see_inbox", "see_audit", "see_members",
        "see_deliveries", "publish_release", "thank_partner", "welcome_member", "see_votes", "set_votes_aside",
        "mend_deliveries", "assign_idea", "snooze_idea", "keep_view", "use_snippets", "edit_snippets", "capture",
        "edit_tags",
        "see_promises", "promise_a_day", "see_figures", "link_idea",
    )],
    ("change_view", Thing(user_id=4, is_shared=False), {"staff"}),
    ("change_view", Thing(user_id=4, is_shared=True), STAFF),
    ("suspend_member", MEMBER, STAFF),
    ("suspend_member", COLLEAGUE, {"admin"}),
    ("suspend_member", PEOPLE["admin"], set()),
    ("suspend_author", MEMBER, STAFF),
    ("suspend_author", COLLEAGUE, set()),
    ("change_role", MEMBER, {"admin"}),
    ("decide_address", MEMBER, {"admin"}),
    ("decide_address", PEOPLE["admin"], set()),
    ("change_role", PEOPLE["admin"], set()),
    *[(rule, None, {"admin"}) for rule in (
        "see_addresses", "edit_jobs", "edit_boards", "edit_statuses", "edit_settings",
    )],
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "thing", "allowed"), POLICY, ids=lambda value: value if isinstance(value, str) else ""
)
def test_the_policy(rule: str, thing: Any, allowed: set[str]) -> None:
    assert {name for name, who in PEOPLE.items() if getattr(permissions, rule)(who, thing)} == allowed


def test_no_rule_is_left_out() -> None:
    rules = {
        name
        for name, value in vars(permissions).items()
        if inspect.isfunction(value) and list(inspect.signature(value).parameters)[:1] == ["user"]
    }
    assert rules == {rule for rule, _, _ in POLICY}
