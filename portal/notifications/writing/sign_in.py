"""The link and the code to sign in, and to confirm what was typed without an account."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import Held, ask_by_mail, describe, hold, shown
from portal.extensions import db
from portal.i18n import _, _l, reading_in
from portal.ideas.models import Idea
from portal.mail.letter import plain_words
from portal.mail.sending import Message
from portal.notifications.writing.example import AT_ONCE, NOBODY, Example, World
from portal.notifications.writing.shapes import ticket
from portal.settings import settings
from portal.web.site import public_url

LINES, LETTERS = 12, 900


@dataclass(frozen=True)
class Quote:
    """The first lines of what waits, as plain text for a mail, and whether more of it stands on the page."""

    lines: list[str]
    cut: bool


def compose_for_token(token: EmailToken) -> Message:
    """The message with the link and the code, in the language of this token; it has nothing to unsubscribe from."""
    with reading_in(token.lang):
        brand = settings().name
        action, held = describe(token), shown(token, User.with_email(token.email))
        code = f"{token.code[:3]} {token.code[3:]}"
        about = token.pending.payload.get("idea") if token.pending else None
        idea = db.session.scalar(Idea.visible_to(None).where(Idea.id == about)) if about else None
        return Message(
            subject=_("Confirm: %(action)s", action=action)
            if action
            else _("Your link to sign in to %(brand)s", brand=brand),
            template="accounts/emails/sign_in",
            context={
                "heading": _("One click and it counts")
                if held and not held.gone
                else _("Sign in to %(brand)s", brand=brand),
                "ticket": ticket(idea) if idea else None,
                "link": public_url(url_for("accounts.confirm", link_value=token.link_value)),
                "code": code, "action": action, "brand": brand, "held": held,
                "quote": _quote(held) if held else None,
            },
            preheader=_("Your code is %(code)s", code=code),
            reason=_("You get this message because your address was typed on %(brand)s.", brand=brand),
        )  # fmt: skip


def _quote(held: Held) -> Quote:
    whole = [held.title, *(_("%(label)s: %(words)s", label=label, words=words) for label, words in held.facts)]
    for label, text in held.texts:
        whole += [label, *plain_words(text).splitlines()]
    whole = [line.strip() for line in whole if line.strip()]
    lines: list[str] = []
    for line in whole[:LINES]:
        room = LETTERS - sum(map(len, lines))
        lines.append(line if len(line) <= room else line[: max(0, room)] + "…")
        if len(line) > room:
            break
    cut = lines != whole
    return Quote([*lines, "…"] if cut and not lines[-1].endswith("…") else lines, cut)


def _asked(make: Callable[[World], EmailToken]) -> Callable[[World], Message]:
    return lambda world: compose_for_token(make(world))


def _vote(world: World) -> EmailToken:
    return hold("vote", {"idea": world.idea.id}, NOBODY)


def _proposal(idea: Idea) -> EmailToken:
    return hold(idea.kind, {"title": idea.title, "body": idea.body, "board": "", "details": {}}, NOBODY)


def _comment(world: World) -> EmailToken:
    return hold("comment", {"idea": world.idea.id, "body": _("I would use it every evening."), "parent": None}, NOBODY)


EXAMPLES = {
    "sign-in": Example(_l("Link and code to sign in"), AT_ONCE, _asked(lambda world: ask_by_mail(NOBODY))),
    "confirm-vote": Example(_l("Confirm a vote"), AT_ONCE, _asked(_vote)),
    "confirm-idea": Example(_l("Confirm an idea"), AT_ONCE, _asked(lambda world: _proposal(world.idea))),
    "confirm-issue": Example(_l("Confirm an issue"), AT_ONCE, _asked(lambda world: _proposal(world.issue))),
    "confirm-comment": Example(_l("Confirm a comment"), AT_ONCE, _asked(_comment)),
}
