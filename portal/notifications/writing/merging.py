"""Ideas were merged: its author hears first and may object; those who came along hear of it once it is settled."""

from portal.accounts.models import User
from portal.activity.actions.described import either, phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.extensions import db
from portal.i18n import _, _l, day
from portal.ideas.models import Idea
from portal.mail.sending import Message
from portal.merging.joining import merge
from portal.merging.models import Merge
from portal.merging.parting import object_to, unmerge
from portal.merging.saying import say, tell_who_said_so
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import WROTE, Mail, about, ticket
from portal.web.site import public_url

MERGED_THEM = _l("You get this because you merged them.")
SAID_SO = _l("You get this because you said that they are the same.")


def _merged(event: Event, reader: User) -> Message | None:
    """What happened, and until when one press parts them again; nothing where the reader sees no survivor."""
    found, survivor = _of(event, reader)
    if survivor is None:
        return None
    idea: Idea = subject_of(event)
    said = {"title": idea.title, "other": survivor.title}
    lines = [_merged_line(idea) % said, _kept_line(idea, survivor)]
    until = day(found.object_until)
    lines.append(
        _("Is it not the same issue? Until %(day)s one press on its page parts them again.", day=until)
        if idea.is_issue
        else _("Is it not the same idea? Until %(day)s one press on its page parts them again.", day=until)
    )
    heading = _("Your issue is now a part of another one") if idea.is_issue else _("Your idea is now a part of another")
    return about(
        event, reader, heading, lines, _("See it, or say no"), found.why, WROTE, shown=ticket(survivor)
    )  # fmt: skip


def _merged_line(idea: Idea) -> str:
    if idea.is_issue:
        return _("“%(title)s” tells of the same as “%(other)s”, so our team let them be one.")
    return _("“%(title)s” asks for the same as “%(other)s”, so our team let them be one.")


def _kept_line(idea: Idea, survivor: Idea) -> str:
    if idea.is_issue:
        return _("Nothing is lost: whoever has yours counts there, and yours keeps its page and its comments.")
    if idea.captured or idea.author_id == survivor.author_id:
        return _("Nothing is lost: whoever votes for yours counts there, and yours keeps its page and its comments.")
    return _(
        "Nothing is lost: whoever votes for yours counts there, you are named as one who proposed it, and yours keeps "
        "its page and its comments."
    )


def _settled(event: Event, reader: User) -> Message | None:
    """That their vote came along; nothing where the reader sees no survivor."""
    found, survivor = _of(event, reader)
    if survivor is None:
        return None
    idea: Idea = subject_of(event)
    said = {"title": idea.title, "other": survivor.title}
    if idea.is_issue:
        lines = [_("“%(title)s” is now a part of “%(other)s”, and you count there. There is nothing to do.", **said)]
        heading = _("This issue is now a part of another")
    else:
        lines = [_("“%(title)s” is now a part of “%(other)s”. Your vote came along: there is nothing to do.", **said)]
        heading = _("This idea is now a part of another")
    url = public_url(survivor.url)
    return about(
        event, reader, heading, lines, _("See where it stands"), found.why, shown=ticket(survivor), url=url
    )  # fmt: skip


def _unmerged(event: Event, reader: User) -> Message:
    if subject_of(event).is_issue:
        lines = [_("It was a part of another issue, and is not any more: all who have it count here again.")]
        return about(event, reader, _("This issue stands for itself again"), lines, _("See the issue"))
    lines = [_("It was a part of another idea, and is not any more: votes and comments are back where they were made.")]
    return about(event, reader, _("This idea stands for itself again"), lines, _("See the idea"))


def _objected(event: Event, reader: User) -> Message:
    """What the author says; it is done already."""
    found = db.session.get_one(Merge, event.facts["merge"])
    said = {"title": found.idea.title, "other": found.into.title}
    lines = [
        _("The author of “%(title)s” says that it is not the same as “%(other)s”.", **said),
        _("They are apart again, with all that is theirs, and we do not suggest the two again."),
    ]
    return about(event, reader, _("An author objected to a merge"), lines, _("See it"), found.objection, MERGED_THEM)


def _of(event: Event, reader: User) -> tuple[Merge, Idea | None]:
    """The merge that it tells of, and the survivor, where the reader may see that."""
    found = db.session.get_one(Merge, event.facts["merge"])
    seen = Idea.visible_to(reader).where(Idea.id == found.survivor.id)
    return found, db.session.scalar(seen)


def _came_true(event: Event, reader: User) -> Message | None:
    """They said so, and were right; nothing where the reader sees no survivor."""
    found, survivor = _of(event, reader)
    if survivor is None:
        return None
    idea: Idea = subject_of(event)
    said = {"title": idea.title, "other": survivor.title}
    lines = [_("You said that “%(title)s” is the same as “%(other)s”. They are one now: thank you.", **said)]
    url = public_url(survivor.url)
    return about(
        event, reader, _("You said so: they are one now"), lines, _("See where it stands"), found.why, SAID_SO,
        shown=ticket(survivor), url=url,
    )  # fmt: skip


MERGED = Mail(
    _merged,
    "merged",
    either(_l("Your idea is now a part of another: %(title)s"), _l("Your issue is now a part of another: %(title)s")),
)
SETTLED = Mail(_settled, "merge-settled", phrase(_l("It is now a part of another one: %(title)s")))
CAME_TRUE = Mail(_came_true, "came-true", phrase(_l("You said so: they are one now: %(title)s")))
UNMERGED = Mail(_unmerged, "unmerged", phrase(_l("It stands for itself again: %(title)s")))
OBJECTED = Mail(_objected, "merge-objected", phrase(_l("Its author objected to the merge: %(title)s")))


def _merge(world: World) -> Merge:
    other = Idea.propose(world.staff, _("Dim the screen when the light goes down"), lang=world.idea.lang)
    other.votes_count = 412
    found = merge(world.idea, other, by=world.staff, reason=_("Both ask for a screen that does not blind at night."))
    other.votes_count = 479
    return found


def _one_merged(world: World) -> Action:
    _merge(world)
    return Action.IDEA_MERGED


def _one_settled(world: World) -> Action:
    found = _merge(world)
    found.settle()
    return Action.MERGE_SETTLED


def _one_unmerged(world: World) -> Action:
    _merge(world)
    unmerge(world.idea, by=world.staff)
    return Action.IDEA_UNMERGED


def _one_objected(world: World) -> Action:
    _merge(world)
    object_to(world.idea, by=world.reader, words=_("Mine is about the clock, theirs about the light of the room."))
    return Action.MERGE_OBJECTED


def _one_came_true(world: World) -> Action:
    """The reader says so of two ideas of others, and staff merge them."""
    one, other = (
        Idea.propose(world.staff, title, lang=world.idea.lang)
        for title in (_("A darker screen at night"), _("Dim the screen when the light goes down"))
    )
    say(one, other, by=world.reader)
    merged = merge(one, other, by=world.staff, reason=_("Both ask for a screen that does not blind at night."))
    tell_who_said_so(merged)
    return Action.SAME_CAME_TRUE


EXAMPLES = {
    "merged": Example(_l("An idea is merged into another"), _l("To its author, who may object."), _one_merged),
    "merge-settled": Example(
        _l("A merge is settled"),
        _l("To everyone who votes for or follows the idea that was merged, once its author may object no more."),
        _one_settled,
    ),
    "came-true": Example(
        _l("Two ideas are merged of which somebody said that they are the same"),
        _l("To everyone who said so, once the author may object no more."),
        _one_came_true,
    ),
    "unmerged": Example(_l("An idea is unmerged"), _l("To everyone who was told that it was merged."), _one_unmerged),
    "merge-objected": Example(_l("An author objects to a merge"), _l("To whoever merged them."), _one_objected),
}
