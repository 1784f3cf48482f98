"""The first steps of a portal: ticked by what was truly done, gone when all is, or when an admin hides them."""

from collections.abc import Callable

import pytest
from sqlalchemy import delete, update

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.admin import arranging
from portal.admin.first_steps import first_steps
from portal.extensions import db
from portal.ideas.boards import Board, BoardName
from portal.ideas.models import Idea
from portal.ideas.revisions import Revision
from portal.importing.models import ImportRun
from portal.settings import Settings
from portal.texts.standing import Text, rewrite
from portal.voting.models import Vote
from tests.browser import Browser, Page
from tests.conftest import act
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]


@pytest.fixture
def new_portal(nora: User) -> None:
    """Nora, who has just set it up, and nothing else done."""
    with act():
        for model in (Vote, Revision, Idea):
            db.session.execute(delete(model))
        db.session.execute(update(User).where(User.id != nora.id).values(role=Role.MEMBER))
        Settings.current().name = "Atelier"


def open_steps(page: Page) -> list[str]:
    """The words of the steps that are not done yet."""
    steps = page.soup.select("section[aria-labelledby=first-h] .steps li")
    return [str(step.get_text(" ", strip=True)) for step in steps if "(done)" not in step.get_text()]


def test_a_new_portal_is_told_all_of_them(browser: Opens, nora: User, new_portal: None) -> None:
    page = browser(nora).get("/admin")
    assert "1 of 8 done" in page.text
    assert "Propose three ideas before you invite people: 0 of 3 so far." in page.text
    assert page.has('.steps a[href="/ideas/new"]') and page.has('.steps a[href="/admin/settings"]')


def test_saving_the_settings_is_naming_the_portal(browser: Opens, nora: User, new_portal: None) -> None:
    admin = browser(nora)
    admin.submit(admin.get("/admin/settings"), "main form", name="Houle")
    page = admin.get("/admin")
    assert "2 of 8 done" in page.text and not [s for s in open_steps(page) if s.startswith("Name the portal")]


def test_a_test_mail_arrives_and_ticks_its_step(
    browser: Opens, nora: User, new_portal: None, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin"), 'form[action$="/first-steps/mail"]')
    assert f"A test e-mail is on its way to {nora.email}." in page.html and "1 of 8 done" in page.text
    run_jobs()
    assert mailbox.recipients == [nora.email]
    assert "2 of 8 done" in admin.get("/admin").text


def test_a_portal_without_a_mail_server_says_that_nobody_gets_mail(
    browser: Opens, nora: User, new_portal: None
) -> None:
    assert "No mail server is set (SMTP_URL)" in browser(nora).get("/admin").text


def test_a_colleague_and_three_ideas_tick_theirs(browser: Opens, nora: User, hugo: User, new_portal: None) -> None:
    with act():
        hugo.role = Role.STAFF
        for n in range(3):
            Idea.propose(nora, f"Number {n} of three ideas")
    page = browser(nora).get("/admin")
    assert "3 of 8 done" in page.text


def test_what_may_wait_stands_there_with_where_it_is_done(
    browser: Opens, nora: User, hugo: User, new_portal: None
) -> None:
    with act():
        for model in (BoardName, Board):
            db.session.execute(delete(model))
    admin = browser(nora)
    page = admin.get("/admin")
    for place in ("/admin/settings#logo-h", "/admin/boards", "/admin/texts", "/admin/members"):
        assert page.has(f'.steps a[href="{place}"]')
    assert "0 of 8 done" in page.text and "flask import" in page.text
    with act():
        db.session.add(ImportRun(source="elsewhere"))
        arranging.add_board({"en": "Kitchen", "fr": "Cuisine"}, by=nora)
        rewrite(Text.CONDUCT, {"en": "Be kind."}, by=nora)
    assert "3 of 8 done" in admin.get("/admin").text


def test_once_all_is_done_that_cannot_wait_the_list_goes(
    browser: Opens, nora: User, hugo: User, new_portal: None, run_jobs: Callable[[], None]
) -> None:
    with act():
        Settings.current().name, hugo.role = "Houle", Role.STAFF
        for n in range(3):
            Idea.propose(nora, f"Number {n} of three ideas")
    admin = browser(nora)
    admin.submit(admin.get("/admin"), 'form[action$="/first-steps/mail"]')
    run_jobs()
    assert not admin.get("/admin").has("#first-h")


def test_an_admin_hides_them_for_good(browser: Opens, nora: User, hugo: User, new_portal: None) -> None:
    admin = browser(nora)
    page = admin.submit(admin.get("/admin"), 'form[action$="/first-steps/hidden"]')
    assert "The first steps are hidden." in page.html and not page.has("#first-h")
    assert first_steps() == []
    assert f"{nora.display_name} hid the first steps" in admin.get("/admin/audit").text


def test_only_admins_press_the_buttons(browser: Opens, hugo: User, tom: User) -> None:
    for person in (hugo, tom):
        assert browser(person).post("/admin/first-steps/mail").status == 403
        assert browser(person).post("/admin/first-steps/hidden").status == 403


def test_an_empty_board_offers_sentences_to_begin_with(browser: Opens, nora: User, new_portal: None) -> None:
    page = browser().get("/")
    assert "Be the first. What slows you down every week?" in page.text
    prompts = page.soup.select('main a[href^="/ideas/new?title="]')
    assert len(prompts) == 3
    filled = browser().get(str(prompts[0]["href"]))
    assert filled.find("main [name=title]")["value"] == prompts[0].get_text(strip=True)


def test_every_empty_place_says_what_comes_and_where_to_go(
    browser: Opens, nora: User, tom: User, new_portal: None
) -> None:
    here = browser(tom)
    assert "Nothing here now." in here.get("/roadmap").text
    assert "No release names anybody yet." in here.get("/changelog").text
    assert "All quiet." in here.get("/notifications").text
    found = here.get("/search?q=kanban")
    assert "No idea matches “kanban”. Share it?" in found.text and found.has('main a[href="/ideas/new?title=kanban"]')
    assert "The tide is out" in browser(nora).get("/admin").text
