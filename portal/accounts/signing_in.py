"""Signing in without a password: one message with a link and a code, used once."""

from flask import flash, session, url_for
from flask_login import login_user
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import HTTPException

from portal.accounts.email_tokens import EmailToken
from portal.accounts.mailboxes import mailbox_of
from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.accounts.pending import NoLongerPossible, perform, waiting_for
from portal.accounts.sessions import SignedIn
from portal.accounts.zones import city
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _
from portal.middleware.limits import WRONG_CODES_A_MAILBOX
from portal.permissions import take_part


def enter(token_id: int, display_name: str, lang: str, user_agent: str, zone: str = "") -> str | None:
    """Use the message up: sign its person in, made a member where new, and do what they had asked for.

    Begins the write and commits. Gives the URL to go to, or None where the message was spent meanwhile.
    """
    try:
        return _enter(token_id, display_name, lang, user_agent, zone)
    except IntegrityError:
        # Another account took the address at the same moment (PostgreSQL says so at the end): it is theirs by now.
        db.session.rollback()
        return _enter(token_id, display_name, lang, user_agent, zone)


def _enter(token_id: int, display_name: str, lang: str, user_agent: str, zone: str) -> str | None:
    begin_write()
    token = EmailToken.spend(token_id)
    if token is None:
        db.session.rollback()
        return None
    user = User.with_email(token.email) or User.join(token.email, display_name, lang, zone)
    moved = bool(zone) and not user.zone_chosen and zone != user.timezone
    if moved:
        user.live_in(zone)
    open_session(user, user_agent)
    url = perform_held(token, user)
    others_wait = waiting_for(user)
    db.session.commit()
    if moved:
        flash(_("You get the time of %(city)s from now on. The settings can change it.", city=city(zone)), "info")
    if not take_part(user):
        return url_for("accounts.settings")
    return url_for("accounts.waiting", next=url) if others_wait else url


def open_session(user: User, user_agent: str) -> None:
    """Begin a session of this person in this browser: a new id, and nothing kept of the visitor's. No commit."""
    session.clear()
    SignedIn.begin(user, user_agent)
    session.permanent = True
    login_user(user)


def perform_held(token: EmailToken, user: User) -> str:
    """What waited is done, or the person is told why not. Gives the URL to go to. The caller has begun the write."""
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


def codes_are_spent(email: str) -> bool:
    """Whether so many wrong codes were typed for this mailbox in a day that only links still work."""
    wrong = select(func.sum(EmailToken.wrong_tries)).where(
        EmailToken.mailbox == mailbox_of(email), EmailToken.created_at > now() - WRONG_CODES_A_MAILBOX.within
    )
    return (db.session.scalar(wrong) or 0) >= WRONG_CODES_A_MAILBOX.number


def needs_setting_up() -> bool:
    """Whether nobody is admin yet: then the home page says how to make the first one."""
    return db.session.scalar(select(User.id).where(User.role == Role.ADMIN).limit(1)) is None
