"""What goes along with a person from one e-mail address to another: the account, and what waits for their word."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal.accounts.email_tokens import EmailToken, PendingAction
from portal.accounts.models import User
from portal.accounts.sessions import SignedIn
from portal.clock import now
from portal.extensions import db


def carry_over(user: User, email: str, session: str = "") -> bool:
    """Let this address open the account, and end every session but one and every link. False where others have it."""
    try:
        with db.session.begin_nested():
            SignedIn.close_all(user, but=session)
            user.email = email
            db.session.flush()
    except IntegrityError:
        return False
    EmailToken.end_open(email)
    return True


def waiting_at(email: str) -> list[int]:
    """What was sent with this address and waits for its owner's word."""
    waits = EmailToken.email == email, EmailToken.purpose == "sign_in", EmailToken.used_at.is_(None)
    return list(db.session.scalars(select(PendingAction.id).join(EmailToken).where(*waits)))


def carry(pending: list[int], email: str) -> None:
    """Let what waited for a person wait at their other address. What the message before it opened is ended."""
    kept = select(PendingAction).join(EmailToken).where(PendingAction.id.in_(pending), EmailToken.used_at.is_(None))
    for action in db.session.scalars(kept).all():
        before = action.token
        like = {"lang": before.lang, "next_url": before.next_url, "created_at": before.created_at}
        action.token = EmailToken(email=email, ended_at=now(), **like)
    db.session.flush()
