"""What mails have in common: their words for one kind of event, and the two shapes that most of them have."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import Sentence
from portal.activity.models import Event, Happening
from portal.activity.subjects import subject_of
from portal.changelog.coming import awaits_name
from portal.i18n import _, _l, num
from portal.ideas.models import Idea
from portal.ideas.statuses import Status
from portal.mail.letter import plain_words
from portal.mail.sending import Message
from portal.notifications.stopping import COMMENTS, PROGRESS, stop_url
from portal.recognition.first_answers import is_first_answer
from portal.text import excerpt, render_markdown
from portal.voting.words import unit_of, votes_said
from portal.web.site import public_url

TEMPLATE = "notifications/emails/told"
# The subject of a mail that has none of its own: the line of its event, which `composing` puts there.
ITS_LINE = ""
FOLLOWS = _l("You get this because you follow this discussion.")
VOTED = _l("You get this because you voted for it.")
HAS_IT = _l("You get this because you said that you have it too.")
WROTE = _l("You get this because you wrote it.")
BELONGS = _l("You get this because you are a member.")


@dataclass(frozen=True)
class Mail:
    """All that is said to the reader of one kind of event.

    `write` gives the mail, or None where nothing is left to be said; a letter is also given what it collected. `line`
    is the event in one sentence, as the subject, the bell and the digest say it, where that differs from what the audit
    says. `place` gives where the event is seen, where that is another page than its subject's; `example` names one.
    """

    write: Callable[..., Message | None]
    example: str
    line: Sentence | None = None
    place: Callable[[Happening, Any, User], str] | None = None


@dataclass(frozen=True)
class Ticket:
    """An idea as a mail shows it: its title and address, where it stands, and its votes as a number and in words."""

    title: str
    lang: str
    url: str
    kind: str
    status: str
    number: str
    unit: str
    votes: str
    colour: str = ""


def ticket(idea: Idea, status: Status | None = None) -> Ticket:
    """The ticket of an idea; with `status`, as it stood when it was told."""
    shown = status or idea.status
    return Ticket(
        title=idea.title,
        lang=idea.lang,
        url=public_url(idea.url),
        kind=shown.kind,
        status=shown.name,
        number=num(idea.votes_count),
        unit=unit_of(idea),
        votes=votes_said(idea),
        colour=shown.colour or "",
    )


def cares(idea: Idea) -> str:
    """Why whoever hears of its progress does."""
    if idea.is_issue:
        return _("You get this because you reported this, have it too or follow it.")
    return _("You get this because you proposed this, voted for it or follow it.")


def about(
    event: Event, reader: User, heading: str, lines: list[str], button: str, quote: str = "", why: Any = "",
    shown: Ticket | None = None, url: str = "", credits: bool = False,
) -> Message:  # fmt: skip
    """A message about an idea or a comment on it. `credits`: its makers are to be credited."""
    subject = subject_of(event)
    idea: Idea = getattr(subject, "idea", subject)
    return Message(
        subject=ITS_LINE,
        template=TEMPLATE,
        context={
            "heading": heading,
            "ticket": shown or ticket(idea),
            "lines": lines,
            **quoted(quote),
            "url": url or public_url(subject.url),
            "button": button,
            "mute": stop_url(reader, f"idea:{idea.id}"),
            "naming": naming_url() if credits and awaits_name(reader, idea) else "",
            "again": again_url() if is_first_answer(event, reader) else "",
        },
        preheader=excerpt(quote, 120) or (lines or [heading])[0],
        reason=str(why or cares(idea)),
        unsubscribe=stop_url(reader, COMMENTS if why is FOLLOWS else PROGRESS),
    )


def to_the_person(
    event: Event, reader: User, lines: list[str], url: str, button: str, quote: str = "", **more: Any
) -> Message:
    """A message about the reader themselves."""
    return Message(
        subject=ITS_LINE,
        template=TEMPLATE,
        context={"lines": lines, **quoted(quote), "url": url, "button": button, **more},
        preheader=excerpt(quote, 120) or lines[0],
        reason=str(BELONGS),
        unsubscribe=stop_url(reader, PROGRESS),
    )


def quoted(source: str) -> dict[str, Any]:
    """What somebody wrote, as HTML and as plain text."""
    return {"quote": plain_words(source), "words": render_markdown(source)}


def naming_url() -> str:
    """Where somebody says what to call them."""
    return public_url(url_for("accounts.settings", _anchor="display_name"))


def again_url() -> str:
    """Where somebody whose first words were answered takes part again."""
    return public_url(url_for("ideas.index"))


def profile_url(reader: User) -> str:
    return public_url(url_for("accounts.show", handle=reader.handle))
