"""Why a message did not go is told to staff in their language, and holds nothing of a setting."""

import smtplib
from collections.abc import Callable
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import select

from portal.accounts.models import User
from portal.accounts.pending import ask_by_mail
from portal.activity.models import Action, record
from portal.database import schema
from portal.extensions import db
from portal.mail import reasons
from portal.notifications.delivering import deliver
from portal.notifications.models import Delivery, State
from tests.browser import Browser
from tests.conftest import act
from tests.jobs.conftest import Server, free_port, smtp  # noqa: F401 (fixtures)

SECRETS = ("Pa55", "word", "marée", "mailer")


@pytest.fixture
def waiting(app: Flask, run_jobs: Callable[[], None]) -> Callable[[str], str]:
    """Somebody asks for a link while SMTP_URL is this: what is kept of the failure."""

    def fail(url: str) -> str:
        app.config["SMTP_URL"], before = url, app.config["SMTP_URL"]
        with app.test_request_context(method="POST"), act():
            ask_by_mail("new@example.com")
        try:
            run_jobs()
        finally:
            app.config["SMTP_URL"] = before
            app.extensions.pop("smtp_rests_until", None)
        return str(db.session.scalars(select(Delivery.last_error)).one())

    return fail


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mailer:Pa55#word@127.0.0.1:1", "smtp://mailer:Pa55/word@127.0.0.1:1", "smtp://mailer:Pa55?word@localhost",
        "smtp://mailer:Pa55[word@127.0.0.1:1", "smtp://mailer:Pa55word@no-such-host.invalid", "smtp://Pa55..word",
        "smtp://mailer:Pa55word@127.0.0.1:1",
    ],
)  # fmt: skip
def test_no_part_of_the_setting_is_kept(
    waiting: Callable[[str], str], url: str, caplog: pytest.LogCaptureFixture
) -> None:
    kept = waiting(url)
    assert kept and kept.split(" (")[0] in reasons._SENTENCES
    for said in (kept, caplog.text):
        assert not [secret for secret in SECRETS if secret in said]


def test_a_password_that_smtp_cannot_say_is_not_kept(app: Flask, smtp: Server, waiting: Callable[[str], str]) -> None:  # noqa: F811
    kept = waiting(app.config["SMTP_URL"].replace("://", "://mailer:marée@"))
    assert kept.startswith("The mail server does not offer what SMTP_URL asks for.")


def test_an_answer_that_nobody_can_read_has_words_of_ours(
    app: Flask,
    smtp: Server,  # noqa: F811
    waiting: Callable[[str], str],
) -> None:
    smtp.sender = "250 " + "Pa55word" * 2_000
    assert waiting(app.config["SMTP_URL"]) == f"{reasons.NO_SERVICE} (500)"


def test_what_a_server_repeats_of_the_setting_is_left_out() -> None:
    said = b"550 5.7.1 <a@b.example>: not owned by user mailer (Pa55%word, Pa55%25word)"
    assert (
        reasons.said(550, said, "smtp://mailer:Pa55%25word@mx.example") == "550 550 5.7.1 … not owned by user … (…, …)"
    )


@pytest.mark.parametrize(
    ("problem", "kept"),
    [
        (smtplib.SMTPAuthenticationError(535, b"mailer"), f"{reasons.NO_ENTRY} (535)"),
        (TimeoutError("mailer"), reasons.SILENT),
        (ConnectionRefusedError(111, "mailer"), f"{reasons.CLOSED} (ECONNREFUSED)"),
        (UnicodeError("mailer"), reasons.BAD_URL),
        (OSError(101, "mailer"), f"{reasons.UNREACHED} (ENETUNREACH)"),
        (smtplib.SMTPServerDisconnected("mailer"), reasons.BROKEN_OFF),
    ],
)
def test_a_failure_of_the_server_has_words_of_ours(problem: Exception, kept: str) -> None:
    assert reasons.of_server(problem) == kept


def test_an_error_in_writing_is_told_by_its_kind_and_place() -> None:
    try:
        raise KeyError("se%2Fcret")
    except KeyError as problem:
        kept = reasons.of_writing(problem)
    assert kept.startswith("This message could not be written. (KeyError, test_mail_reasons.py:")


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "read something else in this message"), ("fr", "aurait pu lire autre chose")],
)
def test_a_mail_that_says_more_than_was_set_is_set_aside_and_staff_see_why(
    app: Flask, browser: Callable[..., Browser], nora: User, run_jobs: Callable[[], None], lang: str, words: str
) -> None:
    app.config["MAIL_FROM"], before = "=?utf-8?q?portal?=@example.com", app.config["MAIL_FROM"]
    try:
        with app.test_request_context(method="POST"), act():
            ask_by_mail("new@example.com")
        run_jobs()
    finally:
        app.config["MAIL_FROM"] = before
    dead = db.session.scalars(select(Delivery)).one()
    assert (dead.state, dead.attempts) == (State.DEAD, 1) and not deliver(dead.id), "it is not tried again"
    assert not list(Path(app.config["DATA_DIR"]).glob("outbox/*"))
    assert words in browser(nora).get(f"/admin/deliveries?lang={lang}").text


def test_reasons_are_shown_in_the_reader_s_language_and_answers_as_they_are(app: Flask) -> None:
    kept = f"{reasons.CLOSED} (ECONNREFUSED)\n550 no such user\n{reasons.DISCARDED % {'why': 'They left (again).'}}"
    with app.test_request_context("/?lang=fr"):
        assert reasons.in_words(kept).splitlines() == [
            "Le serveur de messagerie a refusé la connexion. (ECONNREFUSED)", "550 no such user",
            "Abandonné\u00a0: They left (again).",
        ]  # fmt: skip
        assert all(reasons.in_words(one) != one for one in reasons._SENTENCES)


def test_an_upgrade_takes_what_libraries_said_out_of_older_rows(app: Flask, tom: User) -> None:
    older = {
        "ValueError: Port could not be cast to integer value as 'Pa55'": reasons.UNWRITTEN,
        "OperationalError: Pa55\nword": reasons.UNWRITTEN,
        "ValueError: Pa55\nDiscarded: They left.": f"{reasons.UNWRITTEN}\nDiscarded: They left.",
        "(535, b'no such user mailer')": reasons.NO_SERVICE,
        "[Errno 111] Pa55": reasons.NO_SERVICE,
        "550 no such user …": "550 no such user …",
        "the address cannot be written in a mail": "the address cannot be written in a mail",
    }
    with act():
        event = record(Action.MAIL_TESTED, tom, by=tom)
        for number, said in enumerate(older):
            db.session.add(Delivery(event_id=event.id, recipient=f"user:{number}", state=State.DEAD, last_error=said))
    script = ScriptDirectory(str(schema.MIGRATIONS)).get_revision("0013")
    with act(), Operations.context(MigrationContext.configure(db.session.connection())):
        script.module.upgrade()
    assert list(db.session.scalars(select(Delivery.last_error).order_by(Delivery.id))) == list(older.values())
