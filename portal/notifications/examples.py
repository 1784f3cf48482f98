"""An example of every mail: a small world is made by the real verbs, the mail is written from it, and all is undone."""

from dataclasses import dataclass
from email.message import EmailMessage

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.database.writing import begin_write
from portal.extensions import db
from portal.mail import sending
from portal.notifications.composing import compose_together
from portal.notifications.writing import (
    address_examples,
    answers,
    boards,
    comment,
    converting,
    data,
    digest,
    first_steps,
    jobs,
    merging,
    moderation,
    notes,
    promises,
    release,
    reports,
    response,
    rewriting,
    roles,
    several,
    sign_in,
    splitting,
    staff,
    status,
    suspension,
    target,
    thanks,
    together,
    votes,
)
from portal.notifications.writing.example import NOBODY, Example, World

EXAMPLES: dict[str, Example] = {
    **sign_in.EXAMPLES,
    **status.EXAMPLES,
    **target.EXAMPLES,
    **response.EXAMPLES,
    **promises.EXAMPLES,
    **rewriting.EXAMPLES,
    **together.EXAMPLES,
    **several.EXAMPLES,
    **comment.EXAMPLES,
    **boards.EXAMPLES,
    **converting.EXAMPLES,
    **splitting.EXAMPLES,
    **release.EXAMPLES,
    **digest.EXAMPLES,
    **thanks.EXAMPLES,
    **moderation.EXAMPLES,
    **reports.EXAMPLES,
    **moderation.EXAMPLES_OF_PAGES,
    **votes.EXAMPLES,
    **suspension.EXAMPLES,
    **address_examples.EXAMPLES,
    **roles.EXAMPLES,
    **jobs.EXAMPLES,
    **notes.EXAMPLES,
    **staff.EXAMPLES,
    **answers.EXAMPLES,
    **merging.EXAMPLES,
    **data.EXAMPLES,
    **first_steps.EXAMPLES,
}


@dataclass(frozen=True)
class Shown:
    """An example as it was written."""

    message: sending.Message
    written: EmailMessage

    @property
    def html(self) -> str:
        return self._part("html")

    @property
    def text(self) -> str:
        return self._part("plain")

    @property
    def size(self) -> int:
        """Of the whole mail, in bytes."""
        return len(self.written.as_bytes())

    def _part(self, kind: str) -> str:
        part = self.written.get_body((kind,))
        return str(part.get_content()) if part else ""


def preview(name: str, reader: User, lang: str) -> Shown:
    """The mail of this name as it would be sent to this person in this language. Nothing of it is kept or sent."""
    begin_write()
    try:
        world = World(reader, lang)
        with sending.read_by(reader):
            message = _written(EXAMPLES[name], world)
            address = reader.email or NOBODY
            return Shown(message, sending.build(message, address, f"example@{sending.host()}", reader.display_name))
    finally:
        db.session.rollback()


def _written(example: Example, world: World) -> sending.Message:
    happened = example.act(world)
    if isinstance(happened, sending.Message):
        return happened
    db.session.flush()
    actions = (happened,) if isinstance(happened, Action) else happened
    message = compose_together([_newest(action) for action in actions], world.reader)
    if message is None:
        raise LookupError(f"nothing is written about {happened}")
    return message


def _newest(action: Action) -> Event:
    return db.session.scalars(select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1)).one()
