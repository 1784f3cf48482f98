"""The page of the ways: drawn and listed, changed by admins, read by the other staff."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.extensions import db
from portal.ideas import workflow
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.ideas.transitions import way_between
from tests.admin.places import at
from tests.admin.tools import move
from tests.browser import Browser, Page
from tests.conftest import act

Opens = Callable[..., Browser]
WAYS = "/admin/statuses/ways/idea"


def step(kind: str, for_kind: str = "idea") -> Status:
    return Status.first(for_kind, kind)


def pair(old: str, new: str) -> str:
    return f"{step(old).id}-{step(new).id}"


def pick(admin: Browser, old: str, new: str) -> Page:
    return admin.get(f"{WAYS}?way={pair(old, new)}")


def forbid(admin: Browser, old: str, new: str) -> Page:
    return admin.post(f"/admin/statuses/{step(old).id}/ways/{step(new).id}/forbid", {})


def test_staff_read_the_drawing_and_the_same_as_a_list(browser: Opens, hugo: User) -> None:
    page = browser(hugo).get(WAYS)
    wide, tall = page.soup.select("svg.flow")
    for drawing in (wide, tall):
        assert len(drawing.select(".flow__way")) == 23 and len(drawing.select(".flow__box")) == 7
    said = [arrow["aria-label"] for arrow in wide.select(".flow__way")]
    assert "New → Not planned: owes a public reason, everyone concerned is told" in said
    rows = [" ".join(row.get_text(" ").split()) for row in page.soup.select("tbody tr")]
    assert len(rows) == 23 and "New to Not planned A public reason Everyone concerned" in rows
    assert "Admins change the ways. You can read them." in page.text
    assert not page.has('main form[method="post"]') and not page.has("a.flow__box")


def test_issues_have_ways_and_words_of_their_own(browser: Opens, nora: User) -> None:
    page = browser(nora).get("/admin/statuses/ways/issue")
    assert "Where an issue may go" in page.text and "Being fixed" in page.text and "In testing" not in page.text
    assert browser(nora).get("/admin/statuses/ways/nothing").status == 404


def test_the_picked_way_is_marked_and_its_form_stands_beside(browser: Opens, nora: User) -> None:
    page = pick(browser(nora), "planned", "under_review")
    assert len(page.soup.select('.flow__way[aria-current="true"]')) == 2
    assert "A step back" in page.find("#way").get_text() and page.has("tbody tr[data-here]")


def test_an_admin_says_what_a_way_owes_and_whom_it_tells(browser: Opens, nora: User, hugo: User, offline: Idea) -> None:
    admin = browser(nora)
    form = "form:has([name=tells])"
    page = admin.submit(pick(admin, "planned", "under_review"), form, owes_reason="y", tells="followers")
    assert "It holds for whatever goes this way from now on." in page.html
    way = way_between(step("planned").id, step("under_review").id)
    assert way and (way.owes_reason, way.tells) == (True, "followers")
    page = browser(hugo).get(at(offline))
    assert "Always owed for: Under review, Not planned." in page.find("#tool-reason-hint").get_text()
    refused = move(browser(hugo), offline, "under_review")
    assert refused.status == 422 and "Say why, in public" in refused.find("#tool-reason-error").get_text()
    audit = admin.get("/admin/audit").text
    assert "changed the way from Planned to Under review" in audit and "its author and followers alone" in audit


def test_what_is_forbidden_is_offered_no_more_and_the_post_is_refused(
    browser: Opens, nora: User, hugo: User, offline: Idea
) -> None:
    admin, staff = browser(nora), browser(hugo)
    opened = staff.get(at(offline))
    page = admin.submit(pick(admin, "planned", "started"), 'form[action$="/forbid"]')
    assert "Planned no longer leads to In progress." in page.text
    offered = [option.get_text() for option in staff.get(at(offline)).soup.select("#tool-status option")]
    assert "In progress" not in offered and "In testing" in offered
    refused = move(staff, offline, "started", opened)
    assert refused.status == 422
    assert "In progress cannot follow Planned." in refused.find("#tool-status-error").get_text()
    db.session.rollback()
    assert offline.status.kind == "planned"


def test_what_was_just_forbidden_is_allowed_again_with_what_it_owed(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    admin.submit(pick(admin, "planned", "started"), "form:has([name=tells])", owes_reason="y", tells="nobody")
    page = admin.submit(pick(admin, "planned", "started"), 'form[action$="/forbid"]')
    page = admin.submit(page, ".ways__said form")
    assert "Planned leads to In progress now." in page.html
    assert page.find("#way-owes").has_attr("checked") and page.find('[name=tells][value="nobody"]').has_attr("checked")


@pytest.mark.both
def test_the_last_way_out_of_new_cannot_be_forbidden(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    for kind in ("planned", "declined"):
        assert forbid(admin, "open", kind).status == 200
    page = pick(admin, "open", "under_review")
    assert "This is the only way out of New, so it stays." in page.text
    assert not page.has('form[action$="/forbid"]')
    page = forbid(admin, "open", "under_review")
    assert page.status == 422
    assert "Ideas arrive in New, and nothing would lead on from there. Allow another way first." in page.html
    db.session.rollback()
    assert way_between(step("open").id, step("under_review").id)


@pytest.mark.both
def test_a_status_whose_going_would_close_the_last_way_out_stays(browser: Opens, nora: User) -> None:
    admin, review = browser(nora), step("under_review")
    for kind in ("planned", "declined"):
        forbid(admin, "open", kind)
    page = admin.post(f"/admin/statuses/{review.id}/delete", {"into": step("planned").id})
    assert page.status == 422 and "nothing would lead on from there" in page.find("#into-error").get_text()
    db.session.rollback()
    assert step("under_review")


@pytest.mark.both
def test_who_would_leave_ideas_stuck_is_warned_before_and_after(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    for kind in ("started", "declined"):
        forbid(admin, "testing", kind)
    assert "Nothing leaves In testing then." in pick(admin, "testing", "shipped").find("#way").get_text()
    forbid(admin, "testing", "shipped")
    assert "Nothing leaves In testing: what is there stays there." in admin.get(WAYS).text


@pytest.mark.both
def test_two_statuses_that_only_lead_to_each_other_are_a_trap(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    for old, new in (("testing", "shipped"), ("testing", "declined"), ("started", "shipped"), ("started", "declined"),
                     ("started", "planned")):  # fmt: skip
        forbid(admin, old, new)
    text = admin.get(WAYS).text
    assert "From In progress no way leads to an end" in text and "From In testing no way leads to an end" in text


@pytest.mark.both
def test_a_way_is_allowed_by_its_two_ends(browser: Opens, nora: User) -> None:
    admin, form = browser(nora), "form:has([name=old][id])"
    page = admin.submit(admin.get(WAYS), form, old=str(step("open").id), new=str(step("testing").id))
    assert "New leads to In testing now." in page.html and page.has('.flow__way[aria-current="true"]')
    assert way_between(step("open").id, step("testing").id)
    page = admin.submit(page, form, old=str(step("open").id), new=str(step("testing").id))
    assert page.status == 200, "it is open already"


@pytest.mark.both
@pytest.mark.parametrize(
    ("ends", "field", "said"),
    [
        (("", ""), "way-from", "Choose a status from the list."),
        (("open", ""), "way-to", "Choose a status from the list."),
        (("open", "open"), "way-to", "Choose another status than the one it comes from."),
    ],
)
def test_a_way_without_two_ends_is_refused(
    browser: Opens, nora: User, ends: tuple[str, str], field: str, said: str
) -> None:
    old, new = (str(step(kind).id) if kind else "" for kind in ends)
    page = browser(nora).post(WAYS, {"old": old, "new": new})
    assert page.status == 422 and said in page.find(f"#{field}-error").get_text()
    assert not old or page.find("#way-from option[selected]")["value"] == old


def test_no_way_leads_from_ideas_to_issues(browser: Opens, nora: User) -> None:
    fixed = step("shipped", "issue").id
    page = browser(nora).post(WAYS, {"old": step("open").id, "new": fixed})
    assert page.status == 422 and "Choose a status from the list." in page.find("#way-to-error").get_text()
    db.session.rollback()
    assert way_between(step("open").id, fixed) is None


@pytest.mark.both
def test_of_two_admins_the_second_sees_that_the_way_was_forbidden(browser: Opens, nora: User, lea: User) -> None:
    with act():
        lea.role, lea.lang = nora.role, "en"
    first, second = browser(nora), browser(lea)
    opened = pick(second, "planned", "started")
    first.submit(pick(first, "planned", "started"), 'form[action$="/forbid"]')
    page = second.submit(opened, "form:has([name=tells])", tells="nobody")
    assert page.status == 422 and "This way was forbidden while the page was open." in page.html
    assert second.submit(opened, 'form[action$="/forbid"]').status == 200, "it is what they wanted"
    db.session.rollback()
    told = select(Event).where(Event.action == Action.STATUS_EDITED, Event.facts["what"].as_string() == "way_forbidden")
    assert len(db.session.scalars(told).all()) == 1


def test_a_colour_is_chosen_from_the_tokens_and_seen_everywhere(browser: Opens, nora: User, offline: Idea) -> None:
    admin, planned = browser(nora), step("planned")
    form = f'form[action="/admin/statuses/{planned.id}/colour"]'
    page = admin.submit(admin.get(f"/admin/statuses/{planned.id}"), form, colour="rose")
    assert "Colour saved." in page.html
    for path in ("/?sort=top", at(offline), "/admin/statuses", WAYS):
        assert 'data-status="rose"' in admin.get(path).response.get_data(as_text=True), path
    assert 'data-status="planned"' not in admin.get("/?sort=top").response.get_data(as_text=True)


def test_no_other_colour_is_taken(browser: Opens, nora: User) -> None:
    planned = step("planned")
    page = browser(nora).post(f"/admin/statuses/{planned.id}/colour", {"colour": "#ff0000", "seen": "colour=planned"})
    assert page.status == 422 and page.has("#colour-error")
    db.session.rollback()
    assert step("planned").colour == "planned"


@pytest.mark.both
def test_a_member_who_sends_the_form_of_a_way_changes_nothing(browser: Opens, tom: User, hugo: User) -> None:
    for person in (tom, hugo):
        assert forbid(browser(person), "planned", "started").status == 403
    db.session.rollback()
    assert way_between(step("planned").id, step("started").id)
    assert workflow.stuck(Status.all_for("idea"), {}) != []
