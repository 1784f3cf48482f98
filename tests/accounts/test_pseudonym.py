"""A pseudonym is one rule for every surface: nobody but the team reads the other name."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from portal.accounts.choices import CreditAs
from portal.accounts.models import User
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from tests.browser import Browser
from tests.changelog.releases import published
from tests.conftest import act
from tests.mailbox import Mailbox

Opens = Callable[..., Browser]
NAME, HANDLE, CHOSEN = "Inès Moreau", "ines-moreau", "Night owl"
EVERYWHERE = (
    "/", "/?sort=new", "/roadmap", "/changelog", "/people", "/search?q=shifts", "/feed.atom", "/sitemap.xml",
    "/ideas/{idea}", "/ideas/{idea}/history", "/ideas/{idea}/feed.atom", "/people/night-owl", "/changelog/{release}",
    "/oembed?url=http://127.0.0.1:8000/ideas/{idea}",
)  # fmt: skip


@pytest.fixture
def owl(browser: Opens, ines: User) -> User:
    """Inès, who wrote and shipped an idea, has chosen to be read as somebody else."""
    member = browser(ines)
    page = member.get("/settings")
    member.submit(page, "#section-credits form", credit_as="pseudonym", pseudonym=CHOSEN, named_as_supporter="y")
    db.session.rollback()
    return db.session.get_one(User, ines.id)


def test_no_page_for_others_tells_the_other_name(
    browser: Opens, visitor: Browser, owl: User, copy_week: Idea, offline: Idea, hugo: User, tom: User
) -> None:
    with act():
        Comment.post(offline, "I cook at night.", by=owl)
    release = published(hugo, copy_week)
    for reader in (visitor, browser(tom)):
        for where in (*EVERYWHERE, f"/ideas/{offline.id}"):
            page = reader.get(where.format(idea=copy_week.id, release=release.id))
            text = page.response.get_data(as_text=True)
            assert page.status == 200, where
            assert NAME not in text and HANDLE not in text, where
    assert f"{CHOSEN} Proposed the idea" in visitor.get(f"/ideas/{copy_week.id}").text
    assert CHOSEN in visitor.get(f"/changelog/{release.id}").text


def test_mail_to_others_tells_the_pseudonym(
    owl: User, offline: Idea, tom: User, run_jobs: Callable[[], None], mailbox: Mailbox
) -> None:
    with act():
        tom.mail_comments = "at_once"
        Comment.post(offline, "I cook at night.", by=owl)
    run_jobs()
    [message] = mailbox.to(tom)
    assert CHOSEN in mailbox.text(message)
    assert NAME not in message.as_string()


def test_the_address_of_the_profile_changes_with_the_name(visitor: Browser, owl: User) -> None:
    assert visitor.get(f"/people/{HANDLE}").status == 404
    assert visitor.get("/people/night-owl").heading == CHOSEN


def test_staff_see_both_names_and_find_them_by_each(browser: Opens, owl: User, lea: User) -> None:
    staff = browser(lea)
    for words in ("Moreau", CHOSEN):
        assert f"{CHOSEN} {NAME}" in staff.get(f"/admin/members?q={words}").text
    assert NAME in staff.get(f"/admin/members/{owl.handle}").text


def test_the_own_name_is_theirs_to_change_and_comes_back(browser: Opens, visitor: Browser, owl: User) -> None:
    member = browser(owl)
    page = member.get("/settings")
    assert page.find("#section-profile input[name=display_name]")["value"] == NAME
    member.submit(page, "#section-profile form", display_name="Inès M.")
    assert visitor.get("/people/night-owl").heading == CHOSEN
    member.submit(member.get("/settings"), "#section-credits form", credit_as="name")
    assert visitor.get("/people/ines-m").heading == "Inès M."


def test_a_hidden_profile_hides_the_pseudonym_too(visitor: Browser, owl: User, lea: User) -> None:
    with act():
        owl.hide(by=lea, reason="Unkind.")
    text = visitor.get(f"/people/{owl.handle}").text
    assert CHOSEN not in text and NAME not in text
    with act():
        owl.restore(by=lea)
    assert (owl.display_name, owl.own_name) == (CHOSEN, NAME)


def test_what_an_older_portal_hid_comes_back(ines: User, lea: User) -> None:
    with act():
        ines.hide(by=lea, reason="Unkind.")
        ines.hidden_words = {"display_name": NAME, "title": "Cook", "bio": ""}
        ines.restore(by=lea)
    assert (ines.display_name, ines.title) == (NAME, "Cook")


def test_the_database_reads_the_same_name(owl: User) -> None:
    assert db.session.scalar(select(User.display_name).where(User.id == owl.id)) == CHOSEN
    assert owl.credit_as == CreditAs.PSEUDONYM
