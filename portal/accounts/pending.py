"""What a visitor did waits for one click in their mail: held here, performed when they confirm."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import session, url_for
from sqlalchemy import exists, func, select
from werkzeug.wrappers import Response

from portal.accounts.email_tokens import PENDING_LIFE, EmailToken, PendingAction
from portal.accounts.mailboxes import mailbox_of
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.clock import now
from portal.extensions import db
from portal.i18n import _, locale
from portal.middleware.limits import MESSAGES_A_MAILBOX
from portal.web.pages import go

Perform = Callable[[dict[str, Any], User], str]


class NoLongerPossible(Exception):
    """What was held cannot be done any more; the message says why, and what to do instead."""


@dataclass(frozen=True)
class Held:
    """The very words that will stand, for whoever is to confirm them: anybody may have typed them.

    `texts` are Markdown, each under its label or none; `facts` are pairs of a label and its value; `pictures` are lists
    that begin with key, width and height. `gone` says why nothing can be done any more, and then all else is left out.
    `idea` is what a vote would be for.
    """

    title: str = ""
    texts: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    pictures: tuple[list[Any], ...] = ()
    lang: str = ""
    gone: str = ""
    idea: Any = None


Show = Callable[[dict[str, Any]], Held]


@dataclass(frozen=True)
class Confirmable:
    """How a held action is named in words, what it would publish, how it is performed, and what its button says."""

    describe: Callable[[dict[str, Any]], str]
    show: Show
    perform: Perform
    press: Callable[[dict[str, Any]], str]


CONFIRMABLE: dict[str, Confirmable] = {}


def confirms(
    kind: str, describe: Callable[[dict[str, Any]], str], show: Show, press: Callable[[dict[str, Any]], str]
) -> Callable[[Perform], Perform]:
    """Register what to show, and what to do when this kind of action is confirmed; it returns the URL to go to."""

    def register(perform: Perform) -> Perform:
        CONFIRMABLE[kind] = Confirmable(describe, show, perform, press)
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
    reader = User.with_email(email)
    token = EmailToken(
        email=email.strip().lower(), lang=reader.lang if reader else locale(), next_url=local_path(next_url)
    )
    db.session.add(token)
    db.session.flush()
    record(Action.SIGN_IN_REQUESTED, token, by=None)
    return token


def ask_again(old: EmailToken, email: str = "") -> EmailToken:
    """A new message in place of an older one, or to another address; what waited for the old one waits for the new."""
    token = ask_by_mail(email or old.email, old.next_url)
    if old.pending and not old.used_at:
        old.pending.token = token
    old.ended_at = old.ended_at or now()
    db.session.flush()
    return token


def await_code(token: EmailToken) -> Response:
    """Go to the page that takes the code; only this browser may type it."""
    session["token_id"] = token.id
    return go(url_for("accounts.enter_code"))


def describe(token: EmailToken) -> str:
    """What the person asked for, in words; empty where they only sign in."""
    if token.pending is None:
        return ""
    known = CONFIRMABLE.get(token.pending.kind)
    return known.describe(token.pending.payload) if known else _("Confirm what you sent")


def press(token: EmailToken) -> str:
    """What the button says that does what was asked for."""
    known = CONFIRMABLE.get(token.pending.kind) if token.pending else None
    return known.press(token.pending.payload) if known and token.pending else _("Sign in")


def shown(token: EmailToken, by: User | None = None) -> Held | None:
    """What a press would publish or count; None where the person only signs in.

    `by` is who would press, where that is known: say nothing of them to whoever only typed their address.
    """
    if token.pending is None:
        return None
    if by is not None and by.is_suspended:
        return Held(gone=_("Your account is suspended, so what was sent with your address is not published."))
    known = CONFIRMABLE.get(token.pending.kind)
    return known.show(token.pending.payload) if known else Held(gone=_("What was sent cannot be done any more."))


def perform(pending: PendingAction, by: User) -> str:
    """Do what was held, now that its author is known; return the URL to go to. Raises NoLongerPossible."""
    if by.is_suspended:
        raise NoLongerPossible(_("Your account is suspended, so what was sent with your address is not published."))
    if pending.kind not in CONFIRMABLE:
        raise NoLongerPossible(_("What you sent cannot be done any more. Please send it again."))
    return CONFIRMABLE[pending.kind].perform(pending.payload, by)


def waiting_for(user: User) -> list[PendingAction]:
    """What was sent with this person's address, by them or by anybody, and waits for their word; oldest first."""
    theirs = user.opened_by(), EmailToken.purpose == "sign_in", EmailToken.used_at.is_(None)
    kept = PendingAction.created_at > now() - PENDING_LIFE
    rows = select(PendingAction).join(EmailToken).where(*theirs, kept).order_by(PendingAction.id)
    return list(db.session.scalars(rows))


def too_many_messages(email: str) -> bool:
    """Whether this mailbox was sent as many sign-in messages as it may get for now, known to us or not.

    A link that nobody mailed, as the operator's, is no message.
    """
    since = now() - MESSAGES_A_MAILBOX.within
    asked = exists().where(
        Event.subject_type == EmailToken.__tablename__, Event.subject_id == EmailToken.id,
        Event.action == Action.SIGN_IN_REQUESTED, Event.created_at > since,
    )  # fmt: skip
    sent = select(func.count()).select_from(EmailToken).where(EmailToken.mailbox == mailbox_of(email))
    return (db.session.scalar(sent.where(EmailToken.created_at > since, asked)) or 0) >= MESSAGES_A_MAILBOX.number


def local_path(url: str | None) -> str:
    """The address if it is a path of this portal, else nothing: no other host, no scheme, no trick of characters."""
    url = url or ""
    plain = url.isprintable() and "\\" not in url and " " not in url and len(url) <= 500
    return url if plain and url.startswith("/") and not url.startswith("//") else ""
