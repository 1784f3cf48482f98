"""What was imported waits for nobody until somebody here touches it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select, update

from portal.accounts.models import User
from portal.clock import now
from portal.comments.models import Comment
from portal.database import schema
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.owed import became_late
from portal.ideas.statuses import Status
from portal.moderation.flagging import flag
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act
from tests.importing.exports import comment, export, idea, run, vote

pytestmark = pytest.mark.both

OLD = "2010-02-03T09:00:00+00:00"
TITLES = ("Dark mode", "Print the plan", "Weekly view", "It crashes", "Next month", "There already")


@pytest.fixture(autouse=True)
def elsewhere(app: Flask, tmp_path: Path) -> None:
    """Six texts from sixteen years ago, of which staff elsewhere answered one; nobody here waits for anything."""
    with act():
        db.session.execute(update(Idea).values(waiting_since=None, here_since=now(), answered_at=now()))
    statuses = {"Next month": {"status": "planned"}, "There already": {"status": "completed"}}
    kinds = {"It crashes": {"kind": "bug"}}
    ideas = [
        idea(n, title, created_at=OLD, **statuses.get(title, {}), **kinds.get(title, {}))
        for n, title in enumerate(TITLES, 1)
    ]
    said = [comment(2, "Soon", official=True), comment(1, "Me too")]
    run(app, export(tmp_path / "old", ideas=ideas, comments=said, votes=[vote(1, "Bo"), vote(3, "Bo")]))


def imported(title: str) -> Idea:
    return db.session.scalars(select(Idea).where(Idea.title == title, Idea.imported_key.is_not(None))).one()


def waiting() -> set[str]:
    return set(db.session.scalars(select(Idea.title).where(Idea.waiting_since.is_not(None))))


def test_an_import_leaves_the_inbox_and_what_is_late_as_they_were(browser: Callable[..., Browser], hugo: User) -> None:
    staff = browser(hugo)
    assert staff.get("/admin").has(".zero")
    assert "It crashes" not in staff.get("/admin?queue=issues").find("#waits, .empty, main").get_text()
    assert "Dark mode" not in staff.get("/admin/ideas?state=waiting").find("main").get_text()
    with act():
        assert waiting() == set()
        assert db.session.scalars(select(Idea).where(became_late(None, now() + timedelta(days=900)))).all() == []


TOUCHES: dict[str, Callable[[Idea, User, User], object]] = {
    "a vote": lambda idea, tom, lea: Vote.cast(idea, by=tom),
    "a comment": lambda idea, tom, lea: Comment.post(idea, "Still so.", by=tom),
    "an edit": lambda idea, tom, lea: idea.edit(idea.title, "Said better.", by=tom),
    "a note of staff": lambda idea, tom, lea: Comment.note(idea, "Worth a look.", by=lea),
    "a tag of staff": lambda idea, tom, lea: idea.tag(["night"], by=lea),
    "an edit by staff": lambda idea, tom, lea: idea.edit(idea.title, "Said better.", by=lea),
}


@pytest.mark.parametrize("touch", TOUCHES)
def test_from_the_first_touch_on_it_waits(tom: User, lea: User, touch: str) -> None:
    with act():
        TOUCHES[touch](imported("Dark mode"), tom, lea)
    touched = imported("Dark mode")
    assert touched.waiting_since is not None and now() - touched.waiting_since < timedelta(minutes=1)
    assert waiting() == {"Dark mode"}


def test_the_inbox_counts_from_when_it_waits_here(browser: Callable[..., Browser], hugo: User, tom: User) -> None:
    with act():
        Vote.cast(imported("It crashes"), by=tom)
    rows = browser(hugo).get("/admin?queue=issues").soup.select("#waits .queue__i")
    assert ["late" in row.get_text() for row in rows if "It crashes" in row.get_text()] == [False]


def test_what_is_answered_by_the_touch_does_not_wait(lea: User, tom: User) -> None:
    with act():
        imported("Dark mode").respond("We are on it.", by=lea)
        imported("Weekly view").change_status(Status.first("idea", "planned"), by=lea)
        Comment.post(imported("It crashes"), "Which version?", by=lea)
        for answered in ("Print the plan", "Next month", "There already"):
            imported(answered).touched(None, lea)  # type: ignore[arg-type]
        Vote.cast(imported("Weekly view"), by=tom)
    assert waiting() == set()


def test_a_report_is_a_matter_of_moderation(tom: User) -> None:
    with act():
        flag(imported("Dark mode"), tom, "spam", "")
    assert waiting() == set()


def test_it_is_no_measure_of_how_soon_we_answer(
    browser: Callable[..., Browser], lea: User, hugo: User, visitor: Browser
) -> None:
    with act():
        db.session.execute(update(Idea).values(answered_at=None))
        for title in TITLES[:3]:
            imported(title).respond("We are on it.", by=lea)
    assert "Median" not in browser(hugo).get("/admin").text
    assert "ideas in four" not in visitor.get("/").text


def test_imported_people_are_marked_wherever_they_are_named(browser: Callable[..., Browser], tom: User) -> None:
    idea, reader = imported("Dark mode"), browser(tom, lang="en")
    marked = [
        (reader.get("/?sort=top"), f"#i{idea.id} ~ .meta .by"),
        (reader.get(f"/ideas/{idea.id}-{idea.slug}"), ".ihead .by"),
        (reader.get(f"/ideas/{idea.id}-{idea.slug}"), ".c__h"),
    ]
    for page, place in marked:
        assert "Import" in page.find(place).get_text(), place
    own = reader.get("/?sort=new").soup.select(".tickets .by")
    assert any("Import" not in by.get_text() for by in own)
    assert "here since" not in reader.get(f"/people/{idea.author.handle}").text


def test_what_shipped_elsewhere_is_no_figure_of_ours(visitor: Browser) -> None:
    assert "shipped so far" not in visitor.get("/").text
    author = imported("There already").author
    assert "idea shipped" not in visitor.get(f"/people/{author.handle}").text


def test_a_portal_that_holds_imports_gets_this_at_the_upgrade(tom: User, lea: User, hugo: User) -> None:
    """Before, all that was imported waited: since it was made elsewhere, or since the import."""
    with act():
        Vote.cast(imported("Dark mode"), by=tom)
        imported("Weekly view").tag(["night"], by=lea)
        Vote.cast(imported("Next month"), by=tom)
        imports = update(Idea).where(Idea.imported_key.is_not(None))
        db.session.execute(imports.values(waiting_since=Idea.created_at, here_since=None))
        native = Idea.propose(tom, "From here", "Words.")
        native.here_since = None
    revisions = ScriptDirectory(str(schema.MIGRATIONS))
    with act(), Operations.context(MigrationContext.configure(db.session.connection())):
        revisions.get_revision("0018").module.let_imports_rest()
    db.session.expire_all()
    assert waiting() == {"Dark mode", "Weekly view", "From here"}
    for title in ("Dark mode", "Weekly view"):
        assert now() - (imported(title).waiting_since or imported(title).created_at) < timedelta(minutes=1)
    assert imported("Next month").here_since and imported("There already").here_since is None
    here = db.session.scalars(select(Idea).where(Idea.title == "From here")).one()
    assert here.here_since == here.created_at
    assert imported("Dark mode").created_at == datetime(2010, 2, 3, 9, tzinfo=UTC)
