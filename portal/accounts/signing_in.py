"""Signing in without a password: one message with a link and a code, used once."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import flash, session, url_for
from flask_login import login_user
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from portal.accounts.mailboxes import mailbox_of
from portal.accounts.models import EmailToken, Role, User
from portal.accounts.pending import NoLongerPossible, describe, perform
from portal.activity.models import Action, Event
from portal.clock import now
from portal.extensions import begin_write, db
from portal.i18n import _, reading_in
from portal.settings import Settings
from portal.site import public_url

WRONG_TRIES_A_DAY = 25


@dataclass(frozen=True)
class Suspended:
    """The person may not sign in; `reason` says why."""

    reason: str


def sign_in_message(token: EmailToken) -> dict[str, Any]:
    """What the sign-in message of this token says: `subject`, `template`, `lang` and the template's `context`."""
    with reading_in(token.lang):
        brand = Settings.current().name
        action = describe(token)
        subject = (
            _("Confirm: %(action)s", action=action) if action else _("Your link to sign in to %(brand)s", brand=brand)
        )
        code = f"{token.code[:3]} {token.code[3:]}"
        link = public_url(url_for("accounts.confirm", link_value=token.link_value))
        return {
            "subject": subject,
            "template": "accounts/emails/sign_in",
            "lang": token.lang,
            "context": {"link": link, "code": code, "action": action, "brand": brand},
        }


def enter(token_id: int, display_name: str, lang: str, user_agent: str) -> str | Suspended | None:
    """Use the message up: sign its person in, made a member where new, and do what they had asked for.

    Begins the write and commits. Gives the URL to go to, Suspended, or None where the message was spent meanwhile.
    """
    try:
        return _enter(token_id, display_name, lang, user_agent)
    except IntegrityError:
        # The same new mailbox was confirmed from two messages at once: the other made the member.
        return _enter(token_id, display_name, lang, user_agent)


def _enter(token_id: int, display_name: str, lang: str, user_agent: str) -> str | Suspended | None:
    begin_write()
    token = EmailToken.spend(token_id)
    if token is None:
        db.session.rollback()
        return None
    user = User.with_email(token.email) or User.join(token.email, display_name, lang)
    if user.is_suspended:
        reason = suspension_reason(user)
        db.session.commit()
        return Suspended(reason)
    open_session(user, user_agent)
    url = _perform(token, user)
    db.session.commit()
    return url


def open_session(user: User, user_agent: str) -> None:
    """Begin a session of this person in this browser: a new id, and nothing kept of the visitor's. No commit."""
    session.clear()
    user.sign_in(user_agent)
    session.permanent = True
    login_user(user)


def _perform(token: EmailToken, user: User) -> str:
    """What waited is done, or the person is told why not; they are signed in all the same."""
    done = ""
    if token.pending:
        try:
            with db.session.begin_nested():
                done = perform(token.pending, by=user)
        except NoLongerPossible as problem:
            flash(str(problem), "warning")
        except HTTPException:
            flash(
                _("You are signed in, but what you had sent no longer has its place here. Nothing was done."), "warning"
            )
    return token.next_url or done or url_for("ideas.index")


def suspension_reason(user: User) -> str:
    """Why this person was suspended last, as staff told them."""
    told = db.session.scalars(
        select(Event)
        .where(Event.action == Action.MEMBER_SUSPENDED, Event.subject_type == "user", Event.subject_id == user.id)
        .order_by(Event.id.desc())
    ).first()
    return str(told.facts.get("reason", "")) if told else ""


def codes_are_spent(email: str) -> bool:
    """Whether so many wrong codes were typed for this mailbox in a day that only links still work."""
    wrong = select(func.sum(EmailToken.wrong_tries)).where(
        EmailToken.mailbox == mailbox_of(email), EmailToken.created_at > now() - timedelta(days=1)
    )
    return (db.session.scalar(wrong) or 0) >= WRONG_TRIES_A_DAY


def needs_setting_up() -> bool:
    """Whether nobody is admin yet: then the home page says how to make the first one."""
    return db.session.scalar(select(User.id).where(User.role == Role.ADMIN).limit(1)) is None
