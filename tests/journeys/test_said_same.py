"""Two ideas are said to be the same, by keyboard: a member says so, another joins, staff see it, the author accepts."""

from collections.abc import Callable

from portal.accounts.models import User
from portal.extensions import db
from portal.ideas.models import Idea
from tests.journeys.keyboard import press, write
from tests.journeys.window import Window

Opens = Callable[..., Window]


def test_members_say_so_and_the_author_lets_it_live_there(
    window: Opens, marc: User, sofia: User, hugo: User, aicha: User, swap: Idea, offline: Idea
) -> None:
    member = window(marc).read(swap)
    member.press("The same as another one?", within="aside")
    member.is_titled("The same as another one?")
    write(member, "#q", f"#{offline.id}")
    member.page.keyboard.press("Enter")
    member.sees("Found", within="#found")
    press(member, ".near form button")
    member.sees(offline.title, within="#same")

    other = window(sofia).read(offline)
    press(other, "#same form button")
    other.sees("Take it back", within="#same")

    staff = window(hugo).go("/admin/same")
    staff.sees(swap.title, offline.title, within="main")

    author = window(aicha).read(swap)
    press(author, ".same__mine .btn--primary")
    author.is_titled("Is yours the same?")
    write(author, "#accept-words", "I had not found it.")
    press(author, "form#yes .btn--primary")
    author.sees("The author says that it is the same.", within="#joined")
    db.session.rollback()
    assert db.session.get_one(Idea, swap.id).survivor_id == offline.id
    staff.go("/admin/same").sees("Nobody says so of any two")
