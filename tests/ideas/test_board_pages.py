"""Boards as readers find them: a list of them, and a page of each with what it is for, its picture and its ideas."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import func, select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import db
from portal.ideas.attachments import Attachment
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.pictures import uploads
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both
Opens = Callable[..., Browser]
FORM = '[action$="/page"]'


def board(slug: str = "planning") -> Board:
    db.session.rollback()
    return db.session.scalars(select(Board).where(Board.slug == slug)).one()


def picture() -> tuple[BytesIO, str]:
    made = BytesIO()
    Image.new("RGB", (640, 360), "#0b5a52").save(made, "JPEG", comment=b"secret")
    made.seek(0)
    return made, "board.jpg"


def raw(reader: Browser, url: str) -> str:
    return reader.get(url).response.get_data(as_text=True)


def test_boards_are_found_without_the_filter(browser: Opens) -> None:
    reader = browser()
    page = reader.get("/")
    assert page.find('aside a[href="/boards/planning"]').get_text() == "Planning"
    listed = reader.get(page.find('aside a[href="/boards"]')["href"])
    assert [a.get_text() for a in listed.soup.select("main .parts h2 a")] == [
        "Planning", "Mobile app", "Team", "Integrations",
    ]  # fmt: skip
    sitemap = raw(reader, "/sitemap.xml")
    assert "/boards/planning" in sitemap and "?board=" not in sitemap
    assert reader.get("/boards/nothing").status == 404


def test_a_board_shows_its_ideas_by_where_they_stand_and_nothing_that_is_out_of_sight(
    browser: Opens, hugo: User, tom: User, copy_week: Idea
) -> None:
    id = board().id
    with act():
        own = db.session.get_one(Board, id)
        Idea.propose(tom, "My own wages are wrong", "Look.", "issue", board=own, is_private=True)
        Idea.propose(tom, "Shifts by voice", "Look.", board=own).hide(by=hugo, reason="Advertising.")
        Idea.propose(tom, "Issue that all see", "Look.", "issue", board=own)
    number = db.session.scalar(select(func.count()).select_from(Idea).where(Idea.seen_by(None), Idea.board_id == id))
    for reader in (browser(), browser(tom), browser(hugo)):
        page = reader.get("/boards/planning")
        assert f"{number} ideas and issues" in page.text
        assert "wages" not in page.text and "by voice" not in page.text
    new = next(
        a["href"] for a in browser().get("/boards/planning").soup.select("a.st") if "Issues: New" in a.get_text()
    )
    assert "Issue that all see" in browser().get(new).text
    assert (
        copy_week.title in page.text
        and browser().get(copy_week.url).find("#details-h ~ dl a")["href"] == "/boards/planning"
    )


def test_a_board_says_what_it_is_for_and_shows_a_picture_made_anew(browser: Opens, nora: User) -> None:
    admin, id = browser(nora), board().id
    page = admin.submit(
        admin.get(f"/admin/boards/{id}"),
        FORM,
        description_en="Who works when.",
        description_fr="Qui travaille quand.",
        image=picture(),
        image_alt="A wall of shifts",
    )
    assert page.status == 200 and page.find(FORM).select_one("img")["alt"] == "A wall of shifts"
    reader = browser()
    shown = reader.get("/boards/planning")
    assert "Who works when." in shown.text
    assert "Qui travaille quand." in browser().get("/boards/planning?lang=fr").text
    assert shown.find("main img.parts__picture")["alt"] == "A wall of shifts"
    assert "Who works when." in reader.get("/boards").text
    sent = reader.get(shown.find("main img.parts__picture")["src"]).response
    assert sent.status_code == 200 and b"secret" not in sent.get_data()
    image = db.session.scalars(select(Attachment)).one()
    assert (image.board_id, image.owner_id) == (id, None), "it is the brand's own"
    event = db.session.scalars(select(Event).where(Event.action == Action.BOARD_CHANGED)).one()
    assert event.facts["what"] == "described" and "Who works when." in admin.get("/admin/audit").text


def test_a_picture_needs_words_is_kept_meanwhile_and_goes_with_its_file(browser: Opens, nora: User) -> None:
    admin, id = browser(nora), board().id
    refused = admin.submit(admin.get(f"/admin/boards/{id}"), FORM, image=picture())
    assert refused.status == 422 and "Describe the image" in refused.find("#image_alt-error").get_text()
    page = admin.submit(refused, FORM, image_alt="A wall")
    key = db.session.scalars(select(Attachment.key)).one()
    assert page.status == 200 and uploads.path(key).exists()
    admin.submit(page, FORM, remove_image="y")
    db.session.rollback()
    assert not db.session.scalars(select(Attachment)).all() and not uploads.path(key).exists()


def test_what_is_too_long_is_said_at_its_field(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get(f"/admin/boards/{board().id}"), FORM, description_en="x" * 601)
    assert page.status == 422 and "Shorten it to 600." in page.find("#description_en-error").get_text()


def test_an_archived_board_stays_readable_and_asks_for_nothing(browser: Opens, copy_week: Idea) -> None:
    board()
    with act():
        db.session.scalars(select(Board).where(Board.slug == "planning")).one().closes_on = now().date()
    page = browser().get("/boards/planning")
    assert "This board is closed. What stands here stays." in page.text and copy_week.title in page.text
    assert (
        not page.has('main a[href^="/ideas/new"]')
        and "Planning" not in browser().get("/boards").find(".parts").get_text()
    )


def test_a_board_has_a_share_image_of_its_own(browser: Opens) -> None:
    reader = browser()
    address = reader.get("/boards/planning").find('meta[property="og:image"]')["content"]
    found = reader.get(address[address.index("/boards") :]).response
    assert Image.open(BytesIO(found.get_data())).size == (1200, 630)


def test_an_empty_board_invites_the_first_idea(browser: Opens, nora: User) -> None:
    admin = browser(nora)
    admin.submit(admin.get("/admin/boards"), "main form.form", name_en="Kitchen", name_fr="Cuisine")
    page = browser().get("/boards/kitchen")
    assert "No idea stands here so far." in page.text and page.has('a[href="/ideas/new?board=kitchen"]')


def test_owners_of_boards_see_what_comes_there(
    browser: Opens, hugo: User, nora: User, tom: User, dark_mode: Idea
) -> None:
    id = board().id
    with act():
        own = db.session.get_one(Board, id)
        own.owner_id = hugo.id
        came = Idea.propose(tom, "Shifts by voice", "Look.", board=own)
        elsewhere = Idea.propose(tom, "A louder bell", "Look.")
    page = browser(hugo).get("/admin?board=mine")
    assert came.title in page.text and elsewhere.title not in page.text
    assert came.title not in browser(nora).get("/admin?board=mine").text
