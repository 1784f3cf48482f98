"""What a board asks for: said when proposing, kept, shown to whom it is for, and changed."""

from collections.abc import Callable

import pytest

from portal.accounts.models import User
from portal.admin import asking_for
from portal.extensions import db
from portal.ideas.fields import BoardField
from portal.ideas.models import Idea
from portal.ideas.values import IdeaValue
from portal.operations import checking
from tests.browser import Browser, Page
from tests.conftest import act
from tests.ideas.asks import asks, board_called, choice_of, said, says
from tests.mailbox import Mailbox

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
TITLE = "Show the whole month on one screen"


@pytest.fixture
def device(nora: User) -> int:
    return asks(nora, "mobile", "choice", "Device", "Phone", "Tablet")


@pytest.fixture
def size(nora: User) -> int:
    return asks(nora, "mobile", "number", "Employees", for_staff=True, unit="people")


def propose(by: Browser, **said: str) -> Page:
    """Send the form as it stands once its board was chosen."""
    page = by.get("/ideas/new?board=mobile")
    return by.submit(page, "#proposal", title=TITLE, seen_similar="1", **said)


def shown(page: Page) -> str:
    found = page.soup.select_one("#fields")
    return " ".join(found.get_text(" ").split()) if found else ""


def test_an_idea_says_what_its_board_asks_for(browser: Opens, tom: User, device: int) -> None:
    page = propose(browser(tom), **{f"f{device}": choice_of(device, "Tablet")})
    assert shown(page) == "Device Tablet"
    assert said(TITLE) == {device: choice_of(device, "Tablet")}


def test_nobody_has_to_say_it(browser: Opens, tom: User, device: int) -> None:
    page = propose(browser(tom))
    assert page.status == 200 and not shown(page)
    assert said(TITLE) == {}


def test_without_a_script_what_the_board_asks_for_comes_before_it_is_sent(
    browser: Opens, tom: User, device: int
) -> None:
    member = browser(tom)
    sent = member.submit(member.get("/ideas/new"), "#proposal", title=TITLE, body="Why not?", board="mobile")
    assert "asks for a little more" in sent.text
    assert sent.soup.select_one("#body").get_text().strip() == "Why not?"  # type: ignore[union-attr]
    done = member.submit(sent, "#proposal", seen_similar="1", **{f"f{device}": choice_of(device, "Phone")})
    assert shown(done) == "Device Phone"


def test_a_wrong_number_is_said_at_its_field_and_all_that_was_typed_is_kept(
    browser: Opens, tom: User, device: int, size: int
) -> None:
    page = propose(browser(tom), **{f"f{device}": choice_of(device, "Tablet"), f"f{size}": "a dozen"})
    assert page.status == 422
    assert "Write a number, such as 12 or 2.5." in page.soup.select_one(f"#f{size}-error").get_text()  # type: ignore[union-attr]
    assert page.soup.select_one(f"#f{size}")["value"] == "a dozen"  # type: ignore[index]
    assert page.soup.select_one(f"#f{device} option[selected]").get_text().strip() == "Tablet"  # type: ignore[union-attr]


def test_what_is_for_the_team_is_seen_by_them_and_by_its_author(
    browser: Opens, tom: User, yuki: User, hugo: User, device: int, size: int
) -> None:
    page = propose(browser(tom), **{f"f{device}": choice_of(device, "Tablet"), f"f{size}": "12"})
    assert "12 people" in shown(page).replace("\u00a0", " ") and "Only you and our team see this" in shown(page)
    url = page.path
    assert "Only our team sees this" in shown(browser(hugo).get(url))
    for other in (browser(yuki), browser()):
        read = other.get(url)
        assert shown(read) == "Device Tablet"
        assert "Employees" not in read.text


def test_what_waits_for_a_confirmation_keeps_it(
    browser: Opens, device: int, mailbox: Mailbox, run_jobs: Callable[[], None]
) -> None:
    visitor = browser()
    page = visitor.get("/ideas/new?board=mobile")
    given = {f"f{device}": choice_of(device, "Tablet")}
    visitor.submit(page, "#proposal", title=TITLE, seen_similar="1", email="new@example.com", **given)
    run_jobs()
    asked = visitor.get(mailbox.link(mailbox.to("new@example.com")[-1], "/sign-in/"))
    assert "Tablet" in asked.text
    visitor.submit(asked, "main form", display_name="Ana")
    assert said(TITLE) == {device: choice_of(device, "Tablet")}


def test_another_board_asks_for_its_own_and_what_was_typed_goes_along(browser: Opens, tom: User, device: int) -> None:
    member = browser(tom)
    page = member.get("/ideas/new?board=mobile")
    token = page.soup.select_one("#proposal [name=csrf_token]")["value"]  # type: ignore[index]
    form = {"csrf_token": str(token), "kind": "idea", "board": "team", f"f{device}": choice_of(device, "Tablet")}
    part = member.post("/ideas", {**form, "ask": "1"}, headers={"HX-Request": "true"})
    assert "Device" not in part.text
    assert part.soup.select_one(f"input[type=hidden][name=f{device}]")["value"] == form[f"f{device}"]  # type: ignore[index]


def test_an_edit_changes_it_and_its_history_says_what_it_was(
    browser: Opens, tom: User, yuki: User, device: int, size: int
) -> None:
    author = browser(tom)
    page = propose(author, **{f"f{device}": choice_of(device, "Tablet"), f"f{size}": "12"})
    edit = author.get(f"{page.path.split('-')[0]}/edit")
    saved = author.submit(edit, "main form.form", **{f"f{device}": choice_of(device, "Phone"), f"f{size}": "15"})
    assert shown(saved).startswith("Device Phone")
    public = browser(yuki).get(f"{page.path.split('-')[0]}/history")
    assert [d.get_text(strip=True) for d in public.soup.select("del")] == ["Tablet"]
    assert "15" not in [d.get_text(strip=True) for d in public.soup.select("ins")]
    own = author.get(f"{page.path.split('-')[0]}/history")
    assert "12\u00a0people" in [d.get_text(strip=True) for d in own.soup.select("del")] or "12" in own.text


def test_words_that_are_taken_out_of_a_version_take_it_along(browser: Opens, tom: User, nora: User) -> None:
    car = asks(nora, "mobile", "text", "Car")
    author = browser(tom)
    page = propose(author, **{f"f{car}": "Zeppelin"})
    number = page.path.split("-")[0]
    author.submit(author.get(f"{number}/edit"), "main form.form", **{f"f{car}": "Boat"})
    author.submit(author.get(f"{number}/history"), "main details form", all="1")
    assert "Zeppelin" not in author.get(f"{number}/history").text


def test_on_another_board_it_is_kept_for_the_team_and_comes_back(
    browser: Opens, tom: User, hugo: User, dark_mode: Idea, yuki: User, device: int
) -> None:
    says(dark_mode, yuki, **{f"f{device}": choice_of(device, "Tablet")})
    with act():
        db.session.get_one(Idea, dark_mode.id).move(board_called("team"), by=hugo)
    assert not shown(browser(tom).get(f"/ideas/{dark_mode.id}"))
    assert "From the board “Mobile app” Tablet" in shown(browser(hugo).get(f"/ideas/{dark_mode.id}"))
    with act():
        db.session.get_one(Idea, dark_mode.id).move(board_called("mobile"), by=hugo)
    assert shown(browser(tom).get(f"/ideas/{dark_mode.id}")) == "Device Tablet"


def test_what_is_asked_no_more_stays_and_can_be_taken_out(
    browser: Opens, nora: User, yuki: User, dark_mode: Idea, device: int
) -> None:
    says(dark_mode, yuki, **{f"f{device}": choice_of(device, "Tablet")})
    with act():
        asking_for.stop(db.session.get_one(BoardField, device), by=nora)
    author = browser(yuki)
    assert shown(author.get(f"/ideas/{dark_mode.id}")) == "Device Tablet"
    assert not author.get("/ideas/new?board=mobile").soup.select(f"#f{device}")
    edit = author.get(f"/ideas/{dark_mode.id}/edit")
    assert "not asked any more" in edit.text
    assert not shown(author.submit(edit, "main form.form", **{f"f{device}": ""}))


def test_a_field_that_is_archived_while_somebody_types_takes_what_they_said(
    browser: Opens, tom: User, nora: User
) -> None:
    car = asks(nora, "mobile", "text", "Car")
    member = browser(tom)
    page = member.get("/ideas/new?board=mobile")
    with act():
        asking_for.stop(db.session.get_one(BoardField, car), by=nora)
    sent = member.submit(page, "#proposal", title=TITLE, seen_similar="1", **{f"f{car}": "Truck"})
    assert shown(sent) == "Car Truck"


def test_a_choice_that_is_renamed_is_kept_and_one_that_is_taken_away_stays_said(
    browser: Opens, nora: User, yuki: User, dark_mode: Idea, device: int
) -> None:
    tablet, phone = choice_of(device, "Tablet"), choice_of(device, "Phone")
    says(dark_mode, yuki, **{f"f{device}": tablet})
    admin = browser(nora)
    edit = admin.get(f"/admin/boards/{board_called('mobile').id}/fields/{device}")
    admin.submit(edit, "main form.form", **{f"choice{tablet}_en": "Big tablet", f"choice{tablet}_gone": "y"})
    assert shown(admin.get(f"/ideas/{dark_mode.id}")) == "Device Big tablet"
    offered = browser(yuki).get("/ideas/new?board=mobile").soup.select(f"#f{device} option")
    assert [one["value"] for one in offered] == ["", phone]
    kept = browser(yuki).get(f"/ideas/{dark_mode.id}/edit").soup.select(f"#f{device} option")
    assert tablet in [one["value"] for one in kept]


@pytest.mark.parametrize("said_as", ['=HYPERLINK("x")', "<script>alert(1)</script>", "\u202eright to left", "x" * 200])
def test_whatever_is_said_is_only_text(browser: Opens, nora: User, tom: User, said_as: str) -> None:
    car = asks(nora, "mobile", "text", "Car")
    page = propose(browser(tom), **{f"f{car}": said_as})
    assert page.status == 200
    assert "<script>alert" not in page.html and "Field(" not in page.html


def test_a_text_that_is_too_long_is_refused_at_its_place(browser: Opens, nora: User, tom: User) -> None:
    car = asks(nora, "mobile", "text", "Car")
    page = propose(browser(tom), **{f"f{car}": "x" * 201})
    assert "This has 201 characters. Shorten it to 200." in page.soup.select_one(f"#f{car}-error").get_text()  # type: ignore[union-attr]


def test_another_boards_choice_and_a_field_of_another_board_are_not_taken(
    browser: Opens, nora: User, tom: User, device: int
) -> None:
    other = asks(nora, "team", "choice", "Place", "Here", "There")
    refused = propose(browser(tom), **{f"f{device}": choice_of(other, "Here")})
    assert refused.status == 422 and "not on the list any more" in refused.text
    propose(browser(tom), **{f"f{other}": choice_of(other, "Here")})
    assert said(TITLE) == {}


def test_of_two_who_edit_what_it_says_the_second_sees_what_the_first_saved(
    browser: Opens, nora: User, yuki: User, dark_mode: Idea, size: int
) -> None:
    says(dark_mode, yuki, **{f"f{size}": "9"})
    author, admin = browser(yuki), browser(nora)
    opened = author.get(f"/ideas/{dark_mode.id}/edit")
    admin.submit(admin.get(f"/ideas/{dark_mode.id}/edit"), "main form.form", **{f"f{size}": "10"})
    page = author.submit(opened, "main form.form", **{f"f{size}": "11"})
    assert page.status == 422 and "Changed by Nora Klein" in page.text
    assert page.find(f"#f{size}")["value"] == "11" and "10" in page.find(f"#f{size}-theirs").get_text()
    author.submit(page, "main form.form")
    assert said(dark_mode.title) == {size: "11"}


def test_what_is_said_against_its_field_is_found_by_the_check(
    nora: User, yuki: User, dark_mode: Idea, size: int
) -> None:
    says(dark_mode, yuki, **{f"f{size}": "9"})
    assert not checking.findings()["fields"]
    with act():
        db.session.get_one(IdeaValue, (dark_mode.id, size)).ordered = "1"
    assert checking.findings()["fields"] == [f"idea {dark_mode.id} says to field {size} what it does not ask for"]
