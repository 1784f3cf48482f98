"""The operator's commands: `flask setup`, `seed`, `import`, `sign-in-link`, `worker`, `check`, `backup`, `restore`."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import click
from flask import Flask, current_app, url_for
from flask.cli import with_appcontext
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from launcher import serving
from launcher.children import Refusal
from portal import worker
from portal.accounts.email_tokens import EmailToken
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.backups import archive, interrupts, restoring, saving
from portal.database import schema
from portal.database.writing import begin_write
from portal.demo import cast, year
from portal.extensions import db
from portal.operations import checking
from portal.operations.importing import import_export
from portal.operations.trouble import trouble, up_to_date
from portal.recognition import partners

DEMO = (("tom", "a member"), ("lea", "a product manager"), ("hugo", "a marketer"), ("nora", "an admin"))


def init_app(app: Flask) -> None:
    """Add the commands."""
    for command in (setup, seed_portal, demo_links, sign_in_link, work, import_export, check, save, bring_back):
        app.cli.add_command(schema.told(command))


@click.command("setup")
@with_appcontext
def setup() -> None:
    """Bring the database up to date, then print the one-time link that makes the first admin."""
    if schema.behind():
        from flask_migrate import upgrade

        upgrade()
    if _admins():
        click.echo("The database is up to date, and the portal has an admin already.")
        return
    begin_write()
    token = EmailToken(email="", purpose="setup")
    db.session.add(token)
    db.session.flush()
    link = _public("accounts.set_up", link_value=token.link_value)
    db.session.commit()
    click.echo(f"Make the first admin here (once, within 30 minutes):\n  {link}")


@click.command("seed")
@with_appcontext
def seed_portal() -> None:
    """Fill an empty portal with Marée, the demo brand: its people, their ideas, what was answered and shipped."""
    up_to_date()
    if db.session.scalar(select(func.count()).select_from(User)):
        raise click.ClickException("This portal has people in it already: the demo is for an empty one.")
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("PUBLIC_URL is public: the demo is not for a real portal.")
    begin_write()
    year.fill()
    db.session.commit()
    partners.pick_partners()
    click.echo("The demo is there: Marée, a brand that plans shifts for restaurants.")


@click.command("demo-links")
@with_appcontext
def demo_links() -> None:
    """Print a sign-in link for each role of the demo."""
    if current_app.config["PRODUCTION"]:
        raise click.ClickException("PUBLIC_URL is public: there are no demo links.")
    for key, role in DEMO:
        person = cast.PEOPLE[key]
        if User.with_email(person.email):
            click.echo(f"  {role:<20}{person.name:<14}{_link_for(person.email)}")


@click.command("sign-in-link")
@click.argument("email")
@with_appcontext
def sign_in_link(email: str) -> None:
    """Print a one-time sign-in link for the person with this address."""
    user = User.with_email(email)
    if user is None or user.email is None:
        raise click.ClickException(f"Nobody here has the address {email}: check how it is spelled.")
    click.echo(_link_for(user.email))


@click.command("worker")
@with_appcontext
def work() -> None:
    """Tell, mail, pick and purge what is due, until stopped."""
    worker.work(current_app._get_current_object())  # type: ignore[attr-defined]


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the findings as one JSON object.")
@with_appcontext
def check(as_json: bool) -> None:
    """Compare counters with rows, look for events nobody was told of and for orphan files. Changes nothing."""
    up_to_date()
    findings = checking.findings()
    if as_json:
        click.echo(json.dumps(findings, ensure_ascii=False))
    else:
        for name, problems in findings.items():
            click.echo(f"{name}: {'all well' if not problems else ''}")
            for problem in problems:
                click.echo(f"  {problem}")
    if any(findings.values()):
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
@interrupts.stoppable()
def save(file: Path) -> None:
    """Write database and uploaded files to FILE while the portal runs. SECRET_KEY is not in it: keep that apart."""
    try:
        up_to_date()
        held = saving.save(file)
    except FileExistsError as there:
        raise click.ClickException(f"{there}. A backup is never written over: choose another name.") from there
    except (OSError, DBAPIError) as problem:
        raise click.ClickException(f"No backup was written: {trouble(problem)}") from problem
    except KeyboardInterrupt:
        raise click.ClickException("Stopped: no backup was written.") from None
    click.echo(f"{file} holds {_content(held)}, as they were on {held.made_at}.")
    for key in held.missing:
        click.echo(f"  The file of image {key} is gone: `flask check` says of which.", err=True)
    click.echo("SECRET_KEY is not in it: keep it apart, and restore with the same one.")


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Also over a portal that has people or ideas in it: they end.")
@with_appcontext
@interrupts.stoppable()
def bring_back(file: Path, replace: bool) -> None:
    """Bring the portal back from FILE: verified first, all or nothing, no old mail, everybody signs in again."""
    try:
        with serving.only_one(current_app.config["DATA_DIR"]):
            held, quiet = restoring.restore(file, replace)
    except (archive.Damaged, restoring.Refused, restoring.Unknown, schema.HangsLoose, Refusal) as refusal:
        raise click.ClickException(str(refusal)) from refusal
    except (OSError, DBAPIError, sqlite3.Error) as problem:
        raise click.ClickException(f"Nothing was restored, all is as it was: {trouble(problem)}") from problem
    except KeyboardInterrupt:
        raise click.ClickException("Stopped: nothing was restored, all is as it was.") from None
    click.echo(f"Restored {_content(held)}, as they were on {held.made_at}: every count and hash was right.")
    click.echo(
        f"  Mail that waited and was cancelled: {quiet.messages}. Told in the portal only: {quiet.events} events."
    )
    click.echo(f"  Sessions ended: {quiet.sessions}. Sign-in messages voided: {quiet.tokens}.")
    if held.schema != schema.head():
        click.echo(f"  The tables were brought from {held.schema} to {schema.head()}.")
    click.echo("Start the portal with the SECRET_KEY that it had, then run `flask check`.")


def _content(held: archive.Manifest) -> str:
    rows = sum(table.rows for table in held.tables.values())
    return f"{rows:,} rows of {len(held.tables)} tables and {len(held.keys):,} uploaded files"


def _admins() -> int:
    return db.session.scalar(select(func.count()).select_from(User).where(User.role == Role.ADMIN)) or 0


def _link_for(email: str) -> str:
    begin_write()
    token = EmailToken(email=email.strip().lower())
    db.session.add(token)
    db.session.flush()
    link = _public("accounts.confirm", link_value=token.link_value)
    db.session.commit()
    return link


def _public(endpoint: str, **values: Any) -> str:
    with current_app.test_request_context(base_url=current_app.config["PUBLIC_URL"]):
        return current_app.config["PUBLIC_URL"] + url_for(endpoint, **values)
