"""What staff do to an idea from its page: decide, answer, note, sort, hide; each recorded, each refused to others."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.boards import Board, Tag
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from tests.admin.places import at
from tests.browser import Browser, Page
from tests.conftest import act

Opens = Callable[..., Browser]
TOOLS = ("status", "response", "note", "tags", "board", "private", "hidden")


def last_event(subject: Idea | Comment) -> Event:
    db.session.rollback()
    return db.session.scalars(
        select(Event)
        .where(Event.subject_type == subject.__tablename__, Event.subject_id == subject.id)
        .order_by(Event.id.desc())
    ).first() or pytest.fail("nothing was recorded")


def use(browser: Browser, idea: Idea, tool: str, page: Page | None = None, **fields: object) -> Page:
    """Fill in and send the form of a tool, as the page of the idea shows it now (or has shown it)."""
    return browser.submit(page or browser.get(at(idea)), f'form[action="/admin/ideas/{idea.id}/{tool}"]', **fields)


def move(browser: Browser, idea: Idea, kind: str, page: Page | None = None, **fields: object) -> Page:
    return use(browser, idea, "status", page, **{"status": Status.first(idea.kind, kind).id, **fields})


def test_the_idea_page_offers_staff_their_tools(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).get(at(dark_mode))
    assert page.has("#staff-tools form")
    choices = [o.get_text() for o in page.soup.select("#tool-status option")]
    assert choices == ["Choose a status", "Under review", "Planned", "Not planned"]


def test_the_tools_are_hidden_from_everyone_else(browser: Opens, tom: User, dark_mode: Idea) -> None:
    assert not browser(tom).get(at(dark_mode)).has("#staff-tools")
    assert not browser().get(at(dark_mode)).has("#staff-tools")


@pytest.mark.parametrize("tool", TOOLS)
def test_members_and_visitors_are_refused(browser: Opens, tom: User, dark_mode: Idea, tool: str) -> None:
    data = {"status": Status.first("idea", "planned").id, "text": "x", "reason": "x", "hidden": "1", "tags": "x"}
    for opened in (browser(tom), browser()):
        assert opened.post(f"/admin/ideas/{dark_mode.id}/{tool}", data).status == 403
    db.session.rollback()
    assert dark_mode.status.kind == "open" and dark_mode.hidden_at is None and not dark_mode.tags


@pytest.mark.parametrize("tool", TOOLS)
def test_an_idea_that_is_not_there_is_not_found(browser: Opens, hugo: User, tool: str) -> None:
    assert browser(hugo).post(f"/admin/ideas/99999/{tool}", {}).status == 404


def test_staff_move_an_idea(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    planned = Status.first("idea", "planned")
    form = f'form[action="/admin/ideas/{dark_mode.id}/status"]'
    page = staff.submit(staff.get(at(dark_mode)), form, status=str(planned.id), reason="In spring.")
    assert page.status == 200 and "Moved to Planned." in page.html
    told = last_event(dark_mode)
    assert (told.action, told.actor_id, told.facts["reason"]) == (Action.STATUS_CHANGED, hugo.id, "In spring.")


def test_declining_without_a_reason_is_refused_at_the_field(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "declined")
    assert page.status == 422
    assert "Say why, in public" in page.find("#tool-reason-error").get_text()
    db.session.rollback()
    assert dark_mode.status.kind == "open"


def test_a_forbidden_move_is_refused_and_keeps_the_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "shipped", reason="It is done, really.")
    assert page.status == 422
    assert "Shipped cannot follow New." in page.find("#tool-status-error").get_text()
    assert page.find("#tool-reason").get_text().strip() == "It is done, really."
    assert not page.has("#tool-reason-error")
    db.session.rollback()
    assert dark_mode.status.kind == "open"


@pytest.mark.parametrize("unknown", ["99999", "x", "-1", "²"])
def test_an_unknown_status_is_refused(browser: Opens, hugo: User, dark_mode: Idea, unknown: str) -> None:
    page = move(browser(hugo), dark_mode, "planned", status=unknown)
    assert page.status == 422 and "There is no such status." in page.find("#tool-status-error").get_text()


def test_no_status_chosen_asks_for_one(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", status="")
    assert page.status == 422 and "Choose the status to move it to." in page.text


def test_a_status_of_issues_does_not_fit_an_idea(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", status=Status.first("issue", "planned").id)
    assert page.status == 422 and "There is no such status." in page.text


def test_staff_confirm_an_issue(browser: Opens, hugo: User, double_shift: Idea) -> None:
    page = move(browser(hugo), double_shift, "planned")
    assert "Moved to Confirmed." in page.html


def test_of_two_staff_the_second_looks_again(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    second = browser(hugo)
    opened = second.get(at(dark_mode))
    move(browser(nora), dark_mode, "planned")
    page = move(second, dark_mode, "declined", opened, reason="Nobody needs this.")
    assert page.status == 422
    assert "Changed by Nora Klein, just now." in page.find("#tool-status-error").get_text()
    assert page.find("#tool-status-theirs .theirs__text").get_text() == "Planned"
    assert "When you opened the page: New" in page.find("#tool-status-theirs").get_text()
    assert page.find("#tool-reason").get_text().strip() == "Nobody needs this."
    db.session.rollback()
    assert dark_mode.status.kind == "planned"
    move(second, dark_mode, "declined", page)
    db.session.rollback()
    assert (dark_mode.status.kind, dark_mode.status_reason) == ("declined", "Nobody needs this.")


def test_a_stale_token_keeps_the_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    data = {"status": Status.first("idea", "planned").id, "reason": "Typed for long."}
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/status", data, token=False)
    assert page.status == 422
    assert "This page had been open for too long." in page.text
    assert page.find("#tool-reason").get_text().strip() == "Typed for long."
    db.session.rollback()
    assert dark_mode.status.kind == "open"


def test_a_reason_that_is_too_long_says_both_numbers(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = move(browser(hugo), dark_mode, "planned", reason="x" * 2001)
    assert page.status == 422 and "This has 2,001 characters. Shorten it to 2,000." in page.text


def test_the_official_response_is_published(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = use(browser(hugo), dark_mode, "response", text="Yes, **soon**.")
    assert "The official response is published." in page.html
    assert last_event(dark_mode).action == Action.RESPONSE_POSTED
    assert dark_mode.waiting_since is None


def test_an_edited_response_keeps_what_it_said(browser: Opens, hugo: User, copy_week: Idea) -> None:
    staff = browser(hugo)
    form = f'form[action="/admin/ideas/{copy_week.id}/response"]'
    page = staff.submit(staff.get(at(copy_week)), form, text="It ships on Monday.")
    assert last_event(copy_week).action == Action.RESPONSE_EDITED
    assert copy_week.response and copy_week.response.body == "It ships on Monday."
    assert "We’re building it." in page.find("#staff-tools details details").get_text()


def test_of_two_responses_the_second_reads_the_first(browser: Opens, hugo: User, nora: User, dark_mode: Idea) -> None:
    second = browser(hugo)
    opened = second.get(at(dark_mode))
    use(browser(nora), dark_mode, "response", text="First.")
    page = use(second, dark_mode, "response", opened, text="Second.")
    assert page.status == 422 and page.find("#tool-response-theirs ins").get_text() == "First."
    assert page.find("#tool-response").get_text().strip() == "Second."
    db.session.rollback()
    assert dark_mode.response and dark_mode.response.body == "First."


@pytest.mark.parametrize("text, message", [("", "Write the answer"), ("x" * 20_001, "Shorten it to 20,000.")])
def test_a_response_is_neither_empty_nor_endless(
    browser: Opens, hugo: User, dark_mode: Idea, text: str, message: str
) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/response", {"text": text})
    assert page.status == 422 and message in page.find("#tool-response-error").get_text()


def test_a_staff_note_is_read_by_staff_only(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "Ask the designers."})
    assert "Staff note added." in page.html and "Ask the designers." in page.html
    assert "Ask the designers." not in browser(tom).get(at(dark_mode)).html
    note = db.session.scalars(select(Comment).where(Comment.is_note)).one()
    assert last_event(note).action == Action.NOTE_POSTED


def test_an_empty_note_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/note", {"text": "\x00 \u2028"})
    assert page.status == 422 and "only staff see it" in page.find("#tool-note-error").get_text()


def test_tags_are_put_on_and_taken_off(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    staff = browser(hugo)
    use(staff, dark_mode, "tags", tags=" night, phone ,, night")
    assert last_event(dark_mode).facts["added"] == ["night", "phone"]
    page = staff.get(at(dark_mode))
    assert page.find("#tool-tags")["value"] == "night, phone"
    assert {o["value"] for o in page.soup.select("#tag-names option")} == {"night", "phone"}
    use(staff, dark_mode, "tags", tags="phone")
    assert last_event(dark_mode).facts["removed"] == ["night"]
    assert [tag.name for tag in dark_mode.tags] == ["phone"]


@pytest.mark.parametrize(
    "tags, message",
    [(",".join(f"t{n}" for n in range(13)), "Keep at most 12 tags"), ("x" * 41, "is too long"), ("y" * 600, "Shorten")],
)
def test_too_many_or_too_long_tags_are_refused(
    browser: Opens, hugo: User, dark_mode: Idea, tags: str, message: str
) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/tags", {"tags": tags})
    assert page.status == 422 and message in page.find("#tool-tags-error").get_text()
    assert page.find("#tool-tags")["value"] == tags
    db.session.rollback()
    assert not db.session.scalars(select(Tag)).all()


def test_an_idea_moves_to_another_board_and_off_it(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    team = db.session.scalars(select(Board).where(Board.slug == "team")).one()
    page = use(browser(hugo), dark_mode, "board", board=team.id)
    assert "Moved to the board Team." in page.html
    assert last_event(dark_mode).facts["new"] == team.id
    assert "Taken off its board." in use(browser(hugo), dark_mode, "board", board="").html
    db.session.rollback()
    assert dark_mode.board is None


def test_an_unknown_board_is_refused(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/board", {"board": "999"})
    assert page.status == 422 and "This board is not in use." in page.find("#tool-board-error").get_text()


def test_staff_make_a_public_issue_private(browser: Opens, hugo: User, tom: User, double_shift: Idea) -> None:
    url = at(double_shift)
    page = browser(hugo).post(f"/admin/ideas/{double_shift.id}/private", {"private": 1})
    assert "Only its author and staff see it now." in page.html
    assert last_event(double_shift).action == Action.VISIBILITY_CHANGED
    assert browser(tom).get(url).status == 404


def test_staff_do_not_publish_what_its_author_keeps_private(browser: Opens, hugo: User, salary_leak: Idea) -> None:
    page = browser(hugo).get(at(salary_leak))
    assert not page.has(f'form[action="/admin/ideas/{salary_leak.id}/private"]')
    assert browser(hugo).post(f"/admin/ideas/{salary_leak.id}/private", {"private": 0}).status == 403
    db.session.rollback()
    assert salary_leak.is_private


def test_staff_who_wrote_an_issue_publish_it(browser: Opens, hugo: User) -> None:
    with act():
        mine = Idea.propose(hugo, "The export stops", "At row 500.", "issue", is_private=True)
    page = browser(hugo).post(f"/admin/ideas/{mine.id}/private", {"private": 0})
    assert "Everyone sees it now." in page.html


def test_a_hidden_idea_is_seen_by_its_author_and_staff(
    browser: Opens, hugo: User, yuki: User, tom: User, dark_mode: Idea
) -> None:
    url = at(dark_mode)
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 1, "reason": "Advertising."})
    assert "Hidden. Only its author and staff see it." in page.html
    told = last_event(dark_mode)
    assert (told.action, told.facts["reason"]) == (Action.IDEA_HIDDEN, "Advertising.")
    assert browser(hugo).get(url).status == browser(yuki).get(url).status == 200
    assert browser(tom).get(url).status == browser().get(url).status == 404


def test_hiding_owes_a_reason(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    page = browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 1, "reason": ""})
    assert page.status == 422 and "Say why you hide it" in page.find("#tool-hide-reason-error").get_text()


def test_a_hidden_idea_is_shown_again(browser: Opens, hugo: User, tom: User, dark_mode: Idea) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="a mistake")
    staff = browser(hugo)
    page = staff.submit(staff.get(at(dark_mode)), f'form[action="/admin/ideas/{dark_mode.id}/hidden"]')
    assert "Shown again." in page.html
    assert last_event(dark_mode).action == Action.IDEA_RESTORED
    assert browser(tom).get(at(dark_mode)).status == 200


def test_restoring_needs_the_token_too(browser: Opens, hugo: User, dark_mode: Idea) -> None:
    with act():
        dark_mode.hide(by=hugo, reason="spam")
    assert browser(hugo).post(f"/admin/ideas/{dark_mode.id}/hidden", {"hidden": 0}, token=False).status == 422
    db.session.rollback()
    assert dark_mode.hidden_at is not None
