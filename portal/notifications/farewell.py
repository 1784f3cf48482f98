"""The last message to somebody whose account our team erased: it outlives the account, and its address goes with it."""

from datetime import timedelta

from sqlalchemy import delete

from portal.accounts.email_tokens import EmailToken
from portal.activity.models import Event
from portal.activity.sentences import Told
from portal.clock import now
from portal.extensions import begin_write, db
from portal.i18n import _
from portal.mail.sending import Message
from portal.notifications.shapes import TEMPLATE, quoted
from portal.settings import settings
from portal.web.site import public_url

PURPOSE = "erased"
LIFE = timedelta(hours=24)


def address_to_write_to(email: str, lang: str) -> EmailToken:
    """Keep the address until the message has left, a day at most. It opens nothing: its purpose is no sign-in."""
    token = EmailToken(email=email, lang=lang, purpose=PURPOSE, expires_at=now() + LIFE)
    db.session.add(token)
    db.session.flush()
    return token


def account_erased(event: Event) -> Message:
    """What it says: that it was done, by whom and why, and what it means."""
    brand = settings().name
    lines = [
        _("%(who)s, of our team, erased your account and your data on %(brand)s, as you asked.",
          who=Told(event, None).who, brand=brand),
        _("Your name, your address and your choices are gone for good. This message is the last one."),
        _("If you did not ask for that, write to us at once."),
        _("The reason that was noted:"),
    ]  # fmt: skip
    return Message(
        subject=_("Your account on %(brand)s is erased", brand=brand),
        template=TEMPLATE,
        context={"lines": lines, **quoted(event.facts.get("reason", "")), "url": public_url("/"),
                 "button": _("Read the ideas")},
        preheader=lines[0],
        reason=_("You get this once, because you had an account here."),
    )  # fmt: skip


def forget_address(recipient: str) -> None:
    """After the message has left: the address goes too."""
    kind, _colon, number = recipient.partition(":")
    if kind == "token":
        begin_write()
        sent = EmailToken.id == int(number), EmailToken.purpose == PURPOSE
        db.session.execute(delete(EmailToken).where(*sent), execution_options={"synchronize_session": False})
        db.session.commit()
