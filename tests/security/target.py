"""The portal that is attacked: the demo with somebody of every kind signed in, put back after whatever changed it."""

import hashlib
import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.moving import AddressChange, Side
from portal.accounts.pending import hold
from portal.accounts.sessions import SignedIn
from portal.activity.models import Event
from portal.changelog.models import Release
from portal.clock import now
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.fanout import TRIES
from portal.ideas.attachments import Attachment
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.notifications.models import Delivery, Notification, State
from portal.triage.saved_views import SavedView
from tests.conftest import SqliteCopy
from tests.walk.world import make

# Who asks. What the table is about belongs to the author.
PRINCIPALS = {
    "visitor": "",
    "member": "yuki-tan",
    "author": "tom-becker",
    "suspended": "sam-poole",
    "staff": "hugo-petit",
    "admin": "nora-klein",
}
Row = tuple[Any, ...]
TOKEN = "a token that belongs to the session"


class Target:
    """One portal on SQLite in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.world = make("demo", folder)
        self.app, self.facts = self.world.app, self.world.facts
        # One logger is every app's: the walk silences it, and other tests read it.
        self.app.logger.setLevel(logging.NOTSET)
        self.app.config["PROPAGATE_EXCEPTIONS"] = False
        self.tokens: dict[str, str] = {}
        with self.app.app_context():
            begin_write()
            self._add()
            self.tokens = {who: SignedIn.begin(_user(handle)) for who, handle in PRINCIPALS.items() if handle}
            db.session.commit()
            db.engine.dispose()
        self.copy = SqliteCopy(folder)
        self.copy.keep()
        self.uploads = folder / "uploads"
        self.kept = {file: file.read_bytes() for file in self.uploads.glob("*/*")}
        self.watch = sqlite3.connect(self.copy.file)

    def client(self, who: str) -> FlaskClient:
        """A browser of this principal, in which forms carry the token of its session."""
        client = self.app.test_client()
        with client.session_transaction() as session:
            session["csrf_token"] = TOKEN
            if who in self.tokens:
                session["_user_id"], session["_fresh"] = self.tokens[who], True
        return client

    def seen(self, who: str, page: str, action: str) -> str:
        """What the form that is sent to `action` was shown with on this page, or nothing for whom it is not shown."""
        answer = self.client(who).get(page.format(path=action, **self.facts), follow_redirects=True, buffered=True)
        fields = BeautifulSoup(answer.get_data(as_text=True), "html.parser").select('form input[name="seen"]')
        forms = ((field, field.find_parent("form")) for field in fields)
        shown = [str(field["value"]) for field, form in forms if form and form.get("action", action) == action]
        return shown[0] if shown else ""

    def csrf_token(self) -> str:
        """What a form carries in these sessions."""
        from flask_wtf.csrf import generate_csrf

        with self.app.test_request_context():
            from flask import session

            session["csrf_token"] = TOKEN
            return str(generate_csrf())

    def restore(self) -> None:
        """Everything as it was at first."""
        with self.app.app_context():
            db.engine.dispose()
        self.copy.restore()
        for file in self.kept.keys() - set(self.uploads.glob("*/*")):
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(self.kept[file])

    @contextmanager
    def untouched(self) -> Iterator[None]:
        """Fails where anybody wrote to the database meanwhile, be it the same again."""
        before = self._version()
        yield
        assert self._version() == before, "something was written"

    def digests(self) -> dict[str, str]:
        """A hash of every row of every table, in order."""
        return {name: hashlib.sha256("\n".join(map(repr, found)).encode()).hexdigest() for name, found in self.rows()}

    def rows(self) -> list[tuple[str, list[Row]]]:
        """Every row of every table, in order."""
        with closing(sqlite3.connect(self.copy.file)) as database:
            tables = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return [(name, sorted(database.execute(f'SELECT * FROM "{name}"'), key=repr)) for name in sorted(tables)]

    def close(self) -> None:
        """Let go of the files."""
        self.watch.close()
        with self.app.app_context():
            db.engine.dispose()

    def _version(self) -> int:
        return int(self.watch.execute("PRAGMA data_version").fetchone()[0])

    def _add(self) -> None:
        """What the table needs besides the demo: the author's own things that others must not see, and so on."""
        author, staff, facts = _user(PRINCIPALS["author"]), _user(PRINCIPALS["staff"]), self.facts
        details = {"expected": "", "version": "", "severity": "annoying"}
        private = Idea.propose(author, "My own wages are wrong", "Look.", "issue", is_private=True, **details)
        hidden = Idea.propose(author, "An idea that staff took away", "Buy here.")
        hidden.hide(by=staff, reason="Advertising.")
        offline = db.session.get_one(Idea, facts["offline"])
        own = Comment.post(offline, "Said by its author.", by=author)
        taken = Comment.post(offline, "Said, and taken away.", by=author)
        note = Comment.note(offline, "Between us.", by=staff)
        others = Comment.post(offline, "Said by somebody else.", by=_user(PRINCIPALS["member"]))
        taken.hide(by=staff, reason="Rude.")
        release = db.session.get_one(Release, facts["draft"])
        db.session.flush()
        pictures = {"private": private, "hidden": hidden}
        for name, idea in pictures.items():
            self._picture(name, idea_id=idea.id)
        self._picture("note", comment_id=note.id)
        self._picture("own", comment_id=own.id, owner_id=author.id)
        self._picture("draft", release_id=release.id)
        # The links that were not used stay usable however long the tests take.
        db.session.execute(
            update(EmailToken).where(EmailToken.expires_at > now()).values(expires_at=now() + timedelta(days=1))
        )
        kept = SavedView.keep("Mine", "queue=mine", by=staff, is_shared=True)
        waits = hold("vote", {"idea": offline.id}, str(author.email)).pending
        asked = AddressChange.ask(author, "tom@example.org")
        by_admin = AddressChange.ask(_user(PRINCIPALS["admin"]), "nora@example.org", lost_old=True)
        by_admin.confirm(Side.NEW, by=by_admin.user)
        facts.update(
            asked_old=asked.link_value(Side.OLD), asked_new=asked.link_value(Side.NEW), lost_by_admin=by_admin.id,
        )  # fmt: skip
        of_own = select(Attachment.id).where(Attachment.comment_id == own.id)
        facts["own_image"] = db.session.scalars(of_own).one()
        told = db.session.scalars(select(Notification).where(Notification.user_id == author.id)).first()
        dead = db.session.scalars(select(Delivery).where(Delivery.state == State.DEAD)).first()
        stuck = db.session.scalars(select(Event).where(Event.attempts >= TRIES)).first()
        assert told and dead and stuck and waits
        facts.update(
            idea=offline.id, private=private.id, hidden=hidden.id, own=own.id, taken=taken.id, note=note.id,
            others=others.id, waits=waits.id, told=told.id, dead=dead.id, stuck=stuck.id, nothing=2_000_000_000,
            under_review=Status.first("idea", "under_review").id, view=kept.id,
        )  # fmt: skip

    def _picture(self, name: str, **of: int) -> None:
        stored = db.session.scalars(select(Attachment)).first()
        assert stored is not None
        source = self.app.config["DATA_DIR"] / "uploads" / stored.key[:2] / stored.key
        key = f"{len(self.facts):032x}.jpg"
        file = self.app.config["DATA_DIR"] / "uploads" / key[:2] / key
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(source.read_bytes())
        sizes = {"width": stored.width, "height": stored.height, "size": stored.size}
        db.session.add(Attachment(key=key, **sizes, **of))
        self.facts[f"{name}_picture"] = key


def _user(handle: str) -> User:
    return db.session.scalars(select(User).where(User.handle == handle)).one()
