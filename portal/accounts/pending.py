"""What a visitor did waits for one click in their mail: held here, performed when they confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import session, url_for
from werkzeug.wrappers import Response

from portal.accounts.models import EmailToken, PendingAction, User
from portal.activity.models import Action, record
from portal.extensions import db
from portal.i18n import locale
from portal.pages import go

Perform = Callable[[dict[str, Any], User], str]


@dataclass(frozen=True)
class Confirmable:
    """How a held action is named in words, and how it is performed."""

    describe: Callable[[dict[str, Any]], str]
    perform: Perform


CONFIRMABLE: dict[str, Confirmable] = {}


def confirms(kind: str, describe: Callable[[dict[str, Any]], str]) -> Callable[[Perform], Perform]:
    """Register what to do when this kind of action is confirmed; it returns the URL to go to."""

    def register(perform: Perform) -> Perform:
        CONFIRMABLE[kind] = Confirmable(describe, perform)
        return perform

    return register


def hold(kind: str, payload: dict[str, Any], email: str, next_url: str = "") -> EmailToken:
    """Keep what a visitor did until they confirm it by mail. The caller has begun the write, and commits."""
    token = ask_by_mail(email, next_url)
    db.session.add(PendingAction(token=token, kind=kind, payload=payload))
    db.session.flush()
    return token


def ask_by_mail(email: str, next_url: str = "") -> EmailToken:
    """Make the link and the code for this address, and record that they were asked for: the fan-out mails them."""
    token = EmailToken(email=email.strip().lower(), lang=locale(), next_url=next_url)
    db.session.add(token)
    db.session.flush()
    record(Action.SIGN_IN_REQUESTED, token, by=None)
    return token


def await_code(token: EmailToken) -> Response:
    """Go to the page that takes the code; only this browser may type it."""
    session["token_id"] = token.id
    return go(url_for("accounts.enter_code"))
