"""A form that makes something makes it once, however often it is sent: pressed twice, or after an answer was lost.

The form carries a key from when it was shown. The same key with the same words answers with what was made; other words
are another text, as when somebody goes back to the page and writes anew.
"""

import hashlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from flask import Flask, request
from markupsafe import Markup
from sqlalchemy import String, update
from sqlalchemy.orm import Mapped, mapped_column

from portal.clock import now
from portal.database.types import Base
from portal.database.writing import insert
from portal.extensions import db

FIELD = "form_key"
LONGEST = 40
HIDDEN = Markup('<input type="hidden" name="{}" value="{}">')
T = TypeVar("T")


class SentForm(Base):
    """That a form was sent, and the id of what it made. The digest names nobody, and nothing that was written."""

    __tablename__ = "sent_form"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(default=now, index=True)


def init_app(app: Flask) -> None:
    """Let every form that makes something carry its key."""
    app.jinja_env.globals.update(form_key=form_key, new_key=new_key)


def form_key() -> Markup:
    """The hidden field of a form that makes something. Shown again with an error, it is the same form."""
    return HIDDEN.format(FIELD, request.form.get(FIELD, "")[:LONGEST] or new_key())


def new_key() -> str:
    """A key that no other form has."""
    return secrets.token_urlsafe(18)


def once(model: type[T], by: Any, make: Callable[[], T]) -> T:
    """What this form makes, a row of `model`; sent before by the same person with the same words, what it made then.

    `by`: the member, or the address of a visitor. The caller has begun the write, and commits: of two at the same time
    the second waits for what the first makes.
    """
    if not request.form.get(FIELD):
        return make()
    digest = _digest(by)
    first = insert(SentForm).values(digest=digest, created_at=now()).on_conflict_do_nothing()
    if db.session.scalar(first.returning(SentForm.digest)) is None:
        made_id = db.session.get_one(SentForm, digest, populate_existing=True).made_id
        found = db.session.get(model, made_id)
        if found is not None:
            return found
    made = make()
    db.session.flush()
    id = made.id  # type: ignore[attr-defined]
    db.session.execute(update(SentForm).where(SentForm.digest == digest).values(made_id=id))
    return made


def _digest(by: Any) -> str:
    """Of who sends it where, its key, and every word and picture in it."""
    digest = hashlib.sha256()
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    for part in (str(getattr(by, "id", by)), request.path, *(word for field in fields for word in field)):
        digest.update(f"{len(part)}:{part}".encode())
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        digest.update(f"{name}:".encode() + hashlib.file_digest(file.stream, "sha256").digest())  # type: ignore[arg-type]
        file.stream.seek(0)
    return digest.hexdigest()
