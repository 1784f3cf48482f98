"""A release was published: to each who had a part in it, with their name where they are named."""

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.changelog.coming import owes_name
from portal.changelog.credits import naming
from portal.changelog.models import Credit, CreditRole, Release, draft, release_idea
from portal.changelog.publishing import publish
from portal.extensions import db
from portal.i18n import _, _l, languages
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail.sending import Message
from portal.notifications.stopping import PROGRESS, stop_url
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import ITS_LINE, Mail, naming_url, quoted, ticket
from portal.text import excerpt
from portal.web.site import public_url

TICKETS = 3
ROLES = {
    (CreditRole.PROPOSER, Kind.IDEA): _l("You proposed “%(title)s”."),
    (CreditRole.SHAPER, Kind.IDEA): _l("Your comment shaped “%(title)s”."),
    (CreditRole.SUPPORTER, Kind.IDEA): _l("You voted for “%(title)s”."),
    (CreditRole.PROPOSER, Kind.ISSUE): _l("You reported “%(title)s”."),
    (CreditRole.SHAPER, Kind.ISSUE): _l("Your comment helped with “%(title)s”."),
    (CreditRole.SUPPORTER, Kind.ISSUE): _l("You had “%(title)s” too."),
}


def _published(event: Event, reader: User) -> Message:
    release: Release = subject_of(event)
    parts = _parts_in(release, reader)
    named = bool(naming([release.id], reader))
    thanks = _("You helped make this. Thank you.") if parts else ""
    return Message(
        subject=_("It’s live: %(title)s. Your name is on it.", title=release.title) if named else ITS_LINE,
        template="notifications/emails/released",
        context={
            "parts": [str(ROLES[role, kind]) % {"title": title} for role, kind, title in parts],
            "thanks": thanks,
            **quoted(release.story),
            "tickets": [ticket(idea) for idea in _seen_in(release, reader)],
            "url": public_url(release.url),
            "button": _("See what is new"),
            "naming": naming_url() if owes_name(reader) and _makes(parts, reader) else "",
        },
        preheader=thanks or excerpt(release.story, 120) or release.title,
        reason=_("You get this because you had a part in what shipped, or follow it."),
        unsubscribe=stop_url(reader, PROGRESS),
    )


def _makes(parts: list[tuple[CreditRole, Kind, str]], reader: User) -> bool:
    """Whether any of it is credited by name."""
    return any(role != CreditRole.SUPPORTER or reader.named_as_supporter for role, _kind, _title in parts)


def _parts_in(release: Release, reader: User) -> list[tuple[CreditRole, Kind, str]]:
    """What the reader did for each idea that shipped, the highest roles first."""
    mine = (
        select(Credit.role, Idea.kind, Idea.title)
        .join(Idea, Idea.id == Credit.idea_id)
        .where(Credit.release_id == release.id, Credit.user_id == reader.id, Credit.stands(), Idea.seen_by(reader))
    )
    rows = db.session.execute(mine.order_by(Credit.id))
    parts = [(CreditRole(role), Kind(kind), title) for role, kind, title in rows]
    return sorted(parts, key=lambda part: list(CreditRole).index(part[0]))


def _seen_in(release: Release, reader: User) -> list[Idea]:
    """The ideas that it ships, most votes first, as far as the reader may see them."""
    seen = Idea.visible_to(reader).join(release_idea, release_idea.c.idea_id == Idea.id)
    shipped = seen.where(release_idea.c.release_id == release.id).order_by(Idea.votes_count.desc(), Idea.id)
    return list(db.session.scalars(shipped.limit(TICKETS)))


PUBLISHED = Mail(_published, "released", phrase(_l("It’s live: %(title)s")))


def _release(world: World) -> Action:
    release = draft(world.staff)
    told = _(
        "Choose **Dark** in your settings, or let it follow the clock. Thank you to all who told us about their nights."
    )
    release.write(title=dict.fromkeys(languages(), _("Dark mode")), story=dict.fromkeys(languages(), told))
    world.move(world.idea, StatusKind.PLANNED)
    world.open_way(world.idea.status, Status.first(Kind.IDEA, StatusKind.SHIPPED))
    release.ideas = [world.idea]
    db.session.flush()
    publish(release, by=world.staff)
    return Action.RELEASE_PUBLISHED


EXAMPLES = {"released": Example(_l("It shipped, with their name"), _l("Once a person and release."), _release)}
