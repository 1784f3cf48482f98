"""The operator's commands, and what they say when they cannot go on."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, event, func, select, text

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.activity.models import Event
from portal.admin import arranging
from portal.app import create_app
from portal.changelog.models import Release, draft
from portal.clock import now
from portal.config import ConfigError, read
from portal.database import schema
from portal.database.writing import begin_write
from portal.extensions import db
from portal.ideas.boards import Board
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.ideas.tags import Tag
from portal.ideas.transitions import read_ways
from portal.recognition.models import Partner
from portal.settings import Settings
from portal.triage.assigning import in_hand_of
from portal.triage.jobs import chase_answers
from portal.triage.owing import Obligation
from portal.voting.models import Vote
from tests.browser import Browser
from tests.conftest import act

pytestmark = pytest.mark.both

KEY = "k" * 32


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A portal of its own, migrated and empty."""
    made = create_app(
        DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'portal.db'}", REDIS_URL=None, SECRET_KEY=KEY
    )
    assert made.test_cli_runner().invoke(args=["db", "upgrade"]).exit_code == 0
    return made


def path_in(output: str) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", output)
    assert found, output
    return found[1]


def test_the_setup_link_makes_the_first_admin_once(empty: Flask) -> None:
    link = path_in(empty.test_cli_runner().invoke(args=["setup"]).stdout)
    with empty.app_context():
        browser = Browser(empty)
        page = browser.get(link)
        assert page.status == 200
        browser.submit(page, portal_name="Brasserie", display_name="Ada", email="ada@example.com")
        db.session.rollback()
        admin = db.session.scalars(select(User)).one()
        assert (admin.role, admin.email) == (Role.ADMIN, "ada@example.com")
        assert Browser(empty).get(link).status >= 400


def test_setup_makes_no_second_first_admin(app: Flask) -> None:
    assert "has an admin already" in app.test_cli_runner().invoke(args=["setup"]).stdout


@pytest.mark.parametrize("command", [["setup"], ["db", "upgrade"]], ids=" ".join)
def test_a_start_holds_up_nobody_where_nothing_is_to_migrate(empty: Flask, command: list[str]) -> None:
    """To look whether any row hangs loose takes seconds in a large portal, and votes would wait for it."""
    asked: list[str] = []
    with empty.app_context():
        begin_write()
        db.session.add(User(email="ada@example.com", display_name="Ada", handle="ada", role=Role.ADMIN))
        db.session.commit()
        event.listen(db.engine, "before_cursor_execute", lambda *given: asked.append(given[2]))
    assert empty.test_cli_runner().invoke(args=command).exit_code == 0
    assert asked and not [statement for statement in asked if "foreign_key_check" in statement]


def test_setup_of_a_portal_that_is_up_to_date_does_not_wait_for_who_writes(empty: Flask) -> None:
    with empty.app_context():
        begin_write()
        db.session.add(User(email="ada@example.com", display_name="Ada", handle="ada", role=Role.ADMIN))
        db.session.commit()
        file = db.engine.url.database
    with closing(sqlite3.connect(str(file), isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        result = empty.test_cli_runner().invoke(args=["setup"])
    assert "has an admin already" in result.output, result.output


def test_an_empty_portal_says_what_its_operator_does_next(empty: Flask) -> None:
    with empty.app_context():
        page = Browser(empty).get("/")
    assert page.status == 200
    assert "flask setup" in page.text


def test_the_demo_fills_an_empty_portal(empty: Flask) -> None:
    result = empty.test_cli_runner().invoke(args=["seed"])
    assert result.exit_code == 0, result.output
    with empty.app_context():
        assert (db.session.scalar(select(func.count()).select_from(Idea)) or 0) >= 20
        assert db.session.scalar(select(func.count()).select_from(Partner)) == 5
        untold = db.session.scalars(select(Event.action).where(Event.fanned_out_at.is_(None))).all()
        assert "release_published" in untold, "the last release is yet to tell"
    checked = empty.test_cli_runner().invoke(args=["check"])
    assert checked.exit_code == 0, checked.output


def test_the_demo_is_not_poured_over_a_portal_in_use(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["seed"])
    assert result.exit_code == 1
    assert "people in it already" in result.output


def test_the_demo_links_sign_in_each_role(app: Flask) -> None:
    lines = app.test_cli_runner().invoke(args=["demo-links"]).stdout.splitlines()
    for line, role in zip(lines, ("a member", "a product manager", "a marketer", "an admin"), strict=True):
        assert role in line
    browser = Browser(app)
    page = browser.get(path_in(lines[0]))
    browser.submit(page)
    assert browser.get("/settings").status == 200


def test_a_sign_in_link_is_for_people_who_are_here(app: Flask) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["sign-in-link", "TOM@example.com"]).exit_code == 0
    unknown = runner.invoke(args=["sign-in-link", "nobody@example.com"])
    assert unknown.exit_code == 1 and "Nobody here has the address" in unknown.output


@pytest.mark.parametrize("command", [["check"], ["seed"], ["import", "."]])
def test_a_database_behind_its_migrations_is_named(empty: Flask, command: list[str]) -> None:
    with empty.app_context():
        begin_write()
        db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
        db.session.commit()
    result = empty.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1
    assert "flask db upgrade" in result.output


def test_readyz_says_when_the_database_is_behind(empty: Flask) -> None:
    assert empty.test_client().get("/readyz").status_code == 200
    with empty.app_context():
        begin_write()
        db.session.execute(text("DELETE FROM alembic_version"))
        db.session.commit()
    answer = empty.test_client().get("/readyz")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.text


def test_pages_of_a_portal_without_tables_say_so_plainly(tmp_path: Path) -> None:
    bare = create_app(
        DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=f"sqlite:///{tmp_path / 'bare.db'}", REDIS_URL=None, SECRET_KEY=KEY
    )
    answer = bare.test_client().get("/")
    assert answer.status_code == 503
    assert "flask db upgrade" in answer.text


def test_the_models_are_what_the_migrations_make(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["db", "downgrade", "base"]).exit_code == 0
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    assert runner.invoke(args=["db", "check"]).exit_code == 0


def test_tables_with_a_row_that_hangs_loose_are_not_migrated(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["db", "downgrade"]).exit_code == 0
    with empty.app_context():
        before = schema.behind()
        file = str(db.engine.url.database)
        db.engine.dispose()
    with closing(sqlite3.connect(file)) as careless:  # it does not look at what belongs to what
        careless.execute("INSERT INTO follow (user_id, idea_id, muted, created_at) VALUES (1, 99, 0, '2026-01-01')")
        careless.commit()
    result = runner.invoke(args=["db", "upgrade"])
    assert isinstance(result.exception, schema.HangsLoose)
    assert str(result.exception).startswith("Nothing was changed: row 1 of follow belongs to one of")
    with empty.app_context():
        assert before and schema.behind() == before


def test_a_tag_without_a_letter_gets_an_address_that_a_page_can_have(empty: Flask) -> None:
    runner = empty.test_cli_runner()
    assert runner.invoke(args=["db", "downgrade", "0030"]).exit_code == 0
    with empty.app_context():
        begin_write()
        named = "INSERT INTO tag (slug, name, created_at) VALUES (:slug, :name, '2026-01-01')"
        db.session.execute(text(named), [{"slug": "★/", "name": "★/"}, {"slug": "night", "name": "Night"}])
        db.session.commit()
        db.engine.dispose()
    assert runner.invoke(args=["db", "upgrade"]).exit_code == 0
    with empty.app_context():
        assert [tag.slug for tag in db.session.scalars(Tag.in_use())] == ["night", "2605-2f"]
        assert Tag.now_at("★/") is Tag.now_at("2605-2f")


def test_a_table_that_is_made_anew_keeps_what_hangs_on_its_rows(empty: Flask) -> None:
    """SQLite rebuilds `user` on the way down; dropping the old one must not take the sessions along."""
    with empty.app_context():
        begin_write()
        SignedIn.begin(User.join("ada@example.com", "Ada", "en"))
        db.session.commit()
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0001" if way == "downgrade" else "head"]).exit_code == 0
    with empty.app_context():
        assert db.session.scalar(select(func.count()).select_from(SignedIn)) == 1


def test_an_upgrade_knows_who_chose_their_time_zone(empty: Flask) -> None:
    """Everybody began in Europe/Paris: whoever lives elsewhere by then has said so."""
    with empty.app_context():
        begin_write()
        for name, zone in (("Ada", "Europe/Paris"), ("Zoé", "America/New_York")):
            User.join(f"{name[0]}@example.com", name, "en").timezone = zone
        db.session.commit()
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0007" if way == "downgrade" else "head"]).exit_code == 0
    with empty.app_context():
        chosen = db.session.execute(select(User.display_name, User.zone_chosen).order_by(User.id)).all()
        assert [tuple(row) for row in chosen] == [("Ada", False), ("Zoé", True)]


def test_an_upgrade_keeps_every_word_of_the_brand(empty: Flask) -> None:
    """Names, releases, texts and what events say of them stood in columns, one a language."""
    with empty.app_context():
        begin_write()
        ada = User.join("ada@example.com", "Ada", "en")
        board = arranging.add_board({"en": "Terrace", "fr": "Terrasse"}, by=ada)
        arranging.rename(board, {"en": "Roof"}, by=ada)
        draft(ada).write(title={"en": "Undo", "fr": "Annuler"}, story={"fr": "Enfin."})
        for key in ("welcome", "conduct", "privacy"):
            Settings.current().write(key, {"en": f"Our {key}", "fr": f"Notre {key}"})
        db.session.commit()
    before = words_of_the_brand(empty)
    assert ("Roof", "Terrasse") in before[0] and before[2]["conduct"] == {"en": "Our conduct", "fr": "Notre conduct"}
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0021" if way == "downgrade" else "head"]).exit_code == 0
    assert words_of_the_brand(empty) == before


def words_of_the_brand(portal: Flask) -> tuple[Any, ...]:
    with portal.app_context():
        named = [*db.session.scalars(select(Board)), *db.session.scalars(select(Status).order_by(Status.id))]
        names = [(one.names["en"], one.names["fr"]) for one in named]
        (release,) = db.session.scalars(select(Release))
        texts = {key: Settings.current().words(key) for key in ("welcome", "conduct", "privacy")}
        facts = [event.facts for event in db.session.scalars(select(Event).where(Event.action == "board_changed"))]
        return names, (release.words("title"), release.words("story")), texts, facts, Settings.current().spoken


def test_an_upgrade_owes_what_waits_to_nobody_and_tells_nobody(empty: Flask) -> None:
    with empty.app_context():
        begin_write()
        ada = User.join("ada@example.com", "Ada", "en")
        board = arranging.add_board({"en": "Terrace", "fr": "Terrasse"}, by=ada)
        idea = Idea.propose(ada, "Shade at noon", board=board)
        idea.created_at = idea.waiting_since = now() - timedelta(days=90)
        Vote.cast(idea, by=ada)
        db.session.commit()
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0022" if way == "downgrade" else "head"]).exit_code == 0
    with empty.app_context():
        (board,) = db.session.scalars(select(Board))
        assert (board.name, board.answer_threshold, board.answer_days, board.owner_id) == ("Terrace", None, None, None)
        assert not Settings.current().promises_public
        assert chase_answers() == 1
        (owed,) = db.session.scalars(select(Obligation))
        assert in_hand_of(owed.idea_id) is None and owed.idea.votes_count == 1
        told = select(Event.id).where(Event.action.in_(("answer_owed", "answer_reminded")))
        assert db.session.scalar(told) is None


def test_an_upgrade_leaves_the_head_of_the_board_as_it_was(empty: Flask) -> None:
    with empty.app_context():
        begin_write()
        Settings.current().name = "Marée"
        db.session.commit()
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0019" if way == "downgrade" else "head"]).exit_code == 0
    with empty.app_context():
        kept = Settings.current()
        assert (kept.name, kept.welcome("en"), kept.welcome("fr")) == ("Marée", "", "")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "ideas.example.com"),
        ("PUBLIC_URL", "ftp://ideas.example.com"),
        ("PUBLIC_URL", "https://ideas.example.com/portal"),
        ("SECRET_KEY", "short"),
        ("DATABASE_URL", "mysql://x"),
        ("REDIS_URL", "http://x"),
        ("SMTP_URL", "mail.example.com"),
        ("PROXY_HOPS", "one"),
        ("LEASE_SECONDS", "-3"),
        ("RATE_LIMITS", "maybe"),
        ("LOG_LEVEL", "loud"),
        ("LOG_FORMAT", "xml"),
        ("METRICS_TOKEN", "short"),
    ],
)
def test_a_setting_that_cannot_work_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(ConfigError, match=f"^{name} "):
        read({"DATA_DIR": str(tmp_path), name: value})


@pytest.mark.parametrize(
    "address", ["https://ideas.example.com", "http://ideas.example.com", "http://192.168.1.7:8000"]
)
def test_a_public_portal_needs_a_secret(tmp_path: Path, address: str) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        read({"DATA_DIR": str(tmp_path), "PUBLIC_URL": address})


def test_a_public_portal_keeps_its_limits(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RATE_LIMITS"):
        read({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://a.example", "SECRET_KEY": KEY, "RATE_LIMITS": "off"})


@pytest.mark.parametrize("value", ["1", "true"])
def test_a_public_portal_does_not_start_in_debug_mode(tmp_path: Path, value: str) -> None:
    public = {"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://a.example", "SECRET_KEY": KEY}
    with pytest.raises(ConfigError, match="FLASK_DEBUG"):
        read({**public, "FLASK_DEBUG": value})
    assert read({**public, "FLASK_DEBUG": "0"})["PRODUCTION"]
    assert not read({"DATA_DIR": str(tmp_path), "FLASK_DEBUG": value})["PRODUCTION"], "at home it may"


def test_the_key_that_is_made_is_kept_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first, second = (read({"DATA_DIR": str(tmp_path)})["SECRET_KEY"] for _ in range(2))
    assert first == second
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_https_makes_the_cookie_strict(tmp_path: Path) -> None:
    settings = read({"DATA_DIR": str(tmp_path), "PUBLIC_URL": "https://a.example", "SECRET_KEY": KEY})
    assert settings["SESSION_COOKIE_SECURE"] and str(settings["SESSION_COOKIE_NAME"]).startswith("__Host-")


def test_a_public_portal_has_no_demo(empty: Flask) -> None:
    empty.config["PRODUCTION"] = True
    for command in ("seed", "demo-links"):
        assert "PUBLIC_URL is public" in empty.test_cli_runner().invoke(args=[command]).output
    assert empty.test_client().get("/dev/mail").status_code == 404


def test_every_person_gone_leaves_a_portal_that_works(app: Flask, visitor: Browser) -> None:
    with act():
        db.session.execute(delete(Event))
    assert visitor.get("/").status == 200


def test_the_links_of_a_public_portal_lead_to_its_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As `bin/run` starts it in production: only its own host is trusted."""
    for name, value in {"PUBLIC_URL": "https://a.example", "SECRET_KEY": KEY, "DATA_DIR": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    public = create_app(REDIS_URL=None)
    result = public.test_cli_runner().invoke(args=["setup"])
    assert result.exit_code == 0, result.output
    assert "https://a.example/set-up/" in result.output
    answer = public.test_client().get(path_in(result.output), base_url="https://a.example")
    assert answer.status_code == 200
    assert answer.headers["Strict-Transport-Security"]
    assert public.test_client().get("/healthz", base_url="https://localhost").status_code == 400


@pytest.mark.parametrize("command", [["check"], ["setup"], ["db", "upgrade"], ["sign-in-link", "tom@example.com"]])
def test_a_database_out_of_reach_is_said_in_one_sentence(tmp_path: Path, command: list[str]) -> None:
    url = f"postgresql+psycopg://portal:mark-of-a-secret@/portal?host={tmp_path}"
    away = create_app(DATA_DIR=tmp_path, SQLALCHEMY_DATABASE_URI=url, REDIS_URL=None, SECRET_KEY=KEY)
    result = away.test_cli_runner().invoke(args=command)
    assert result.exit_code == 1 and isinstance(result.exception, SystemExit)
    assert result.output.startswith("Error: DATABASE_URL: the database cannot be reached")
    assert result.output.count("\n") == 1 and "mark-of-a-secret" not in result.output


def test_an_upgrade_fills_in_the_ways_that_there_were(empty: Flask) -> None:
    """Which status could follow which stood in the code; another status of the same kind always could."""
    with empty.app_context():
        begin_write()
        ada = User.join("ada@example.com", "Ada", "en")
        arranging.add_status(Kind.IDEA, StatusKind.TESTING, {"en": "Beta", "fr": "Bêta"}, by=ada)
        idea = Idea.propose(ada, "Undo, for every change")
        idea.change_status(Status.first("idea", "planned"), by=ada)
        db.session.commit()
        before = read_ways()
    runner = empty.test_cli_runner()
    for way in ("downgrade", "upgrade"):
        assert runner.invoke(args=["db", way, "0022" if way == "downgrade" else "head"]).exit_code == 0
    with empty.app_context():
        assert read_ways() == before and len(before) > 36
        colours = {status.kind: status.colour for status in db.session.scalars(select(Status))}
        assert colours == {kind: kind for kind in StatusKind if kind != "declined"} | {"declined": "open"}
        idea = db.session.scalars(select(Idea)).one()
        assert (idea.target, idea.target_month, idea.status.kind) == ("", None, "planned")
