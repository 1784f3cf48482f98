"""What erasing an account does to the rows of a table: deletes them, leaves them without a name, or does its own."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, or_, select, update

from portal.accounts.choices import CreditAs, MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.jobs import drop_tokens
from portal.accounts.membership import Role
from portal.accounts.models import FORMER, User
from portal.accounts.moving import AddressChange, Side
from portal.clock import now
from portal.extensions import db
from portal.i18n import _l
from portal.notifications.models import Delivery, State
from portal.triage.acts import Act
from portal.voting.models import Vote

WITH_ACCOUNT = _l("With your account")


@dataclass(frozen=True)
class Erasure:
    """What becomes of rows when their person leaves.

    `act` does it, and gives the keys of images that nothing shows any more; where it is None nothing is done, as their
    person has no name any more. `words` tell it, and `why` what rows stay for. `wish` names the box by which the person
    takes them out as well (`taking_out.py`). `keeps`: whether rows may stay that lead to who was erased.
    """

    words: Any
    act: Callable[[User], list[str]] | None = None
    keeps: bool = False
    why: Any = ""
    wish: str = ""


def deleted(owner: Any) -> Erasure:
    """The rows go, at once and for good; this column says whose they are."""

    def act(user: User) -> list[str]:
        db.session.execute(delete(owner.class_).where(owner == user.id))
        return []

    return Erasure(WITH_ACCOUNT, act)


def let_go(*columns: Any) -> Erasure:
    """The rows stay, and are nobody's: these columns name no one any more."""

    def act(user: User) -> list[str]:
        for column in columns:
            theirs = update(column.class_).where(column == user.id).values({column.key: None})
            db.session.execute(theirs, execution_options={"synchronize_session": False})
        return []

    return Erasure(WITH_ACCOUNT, act)


def asked_no_more(model: Any) -> Erasure:
    """The questions to them end, without what was proposed; the rows stay, and are nobody's."""
    rows_stay = let_go(model.asked_id, model.by_id)

    def act(user: User) -> list[str]:
        model.end_all(model.asked_id == user.id, proposed={})
        return rows_stay.act(user) if rows_stay.act else []

    return Erasure(WITH_ACCOUNT, act)


def nameless(why: Any) -> Erasure:
    """The rows stay, and lead to a former member."""
    return Erasure(_l("Stays, without your name"), keeps=True, why=why)


def as_they_wish(wish: str, why: Any) -> Erasure:
    """The rows stay, and lead to a former member, unless this box was ticked."""
    return Erasure(_l("Stays without your name, or goes: you choose"), keeps=True, why=why, wish=wish)


def _forget(user: User) -> list[str]:
    user.email, user.imported_key = None, None
    user.display_name, user.handle = FORMER, f"former-{secrets.token_hex(8)}"
    user.title = user.bio = user.pseudonym = user.hidden_reason = ""
    user.hidden_words, user.hidden_at = {}, None
    user.role, user.chosen_jobs, user.credit_as = Role.MEMBER, None, CreditAs.NOBODY
    user.mail_progress = user.mail_comments = MailWhen.NEVER
    user.named_as_supporter = user.featured = False
    user.timezone, user.zone_declined, user.seen_at, user.erased_at = "UTC", "", None, now()
    return []


def _withdraw(user: User) -> list[str]:
    Vote.withdraw_all(user)
    return []


def _drop_tokens(user: User) -> list[str]:
    keys, _number = drop_tokens(user.opened_by())
    return keys


def _drop_acts(user: User) -> list[str]:
    """What they did, and what was done about them: its words go with it, and it cannot be undone any more."""
    db.session.execute(delete(Act).where(or_(Act.by_id == user.id, Act.is_about(user))))
    return []


def _cancel_messages(user: User) -> list[str]:
    """To the person, and to the addresses that they had, gave or sign in with."""
    tokens = db.session.scalars(select(EmailToken.id).where(user.opened_by()))
    changes = db.session.scalars(select(AddressChange.id).where(AddressChange.user_id == user.id)).all()
    recipients = [f"user:{user.id}", *(f"token:{id}" for id in tokens)]
    recipients += [f"{side}:{id}" for id in changes for side in (Side.OLD, Side.NEW)]
    waiting = Delivery.recipient.in_(recipients), Delivery.state.in_((State.PENDING, State.LEASED))
    ended = {"state": State.CANCELLED, "lease_until": None, "lease_token": None, "last_error": None, "done_at": now()}
    db.session.execute(update(Delivery).where(*waiting).values(**ended))
    return []


FORGOTTEN = Erasure(WITH_ACCOUNT, _forget, keeps=True)
WITHDRAWN = Erasure(
    WITH_ACCOUNT,
    _withdraw,
    keeps=True,
    why=_l("What has shipped or is not planned keeps its count, without your name."),
)
DROPPED = Erasure(WITH_ACCOUNT, _drop_tokens)
ACTS_DROPPED = Erasure(WITH_ACCOUNT, _drop_acts)
DROPPED_WITH_THEIR_MESSAGE = Erasure(WITH_ACCOUNT)
CANCELLED = Erasure(
    _l("Stays, without your name"), _cancel_messages, keeps=True, why=_l("What is still on its way is stopped.")
)
