"""The address for the last message to somebody whose account our team erased: it goes as soon as that has left.

What the message says: `writing/data.py`.
"""

from datetime import timedelta

from sqlalchemy import delete

from portal.accounts.email_tokens import EmailToken
from portal.clock import now
from portal.database.writing import begin_write
from portal.extensions import db

PURPOSE = "erased"
LIFE = timedelta(hours=24)


def address_to_write_to(email: str, lang: str) -> EmailToken:
    """Keep the address until the message has left, a day at most. It opens nothing: its purpose is no sign-in."""
    token = EmailToken(email=email, lang=lang, purpose=PURPOSE, expires_at=now() + LIFE)
    db.session.add(token)
    db.session.flush()
    return token


def forget_address(recipient: str) -> None:
    """After the message has left: the address goes too."""
    kind, _colon, number = recipient.partition(":")
    if kind == "token":
        begin_write()
        sent = EmailToken.id == int(number), EmailToken.purpose == PURPOSE
        db.session.execute(delete(EmailToken).where(*sent), execution_options={"synchronize_session": False})
        db.session.commit()
