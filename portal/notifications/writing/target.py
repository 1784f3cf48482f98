"""An idea or issue will take longer than was thought: its target moved later."""

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.i18n import _, _l
from portal.ideas.models import Idea
from portal.ideas.statuses import StatusKind
from portal.ideas.targets import Target, choices
from portal.mail.sending import Message
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import Mail, about


def _slipped(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    old, new = (Target.read(event.facts[name]) for name in ("old", "new"))
    heading = _("This issue will take longer than we thought") if idea.is_issue else _("This idea will take longer")
    lines = [
        _(
            "We thought: %(time)s. Now we think: %(later)s.",
            time=old.words if old else "",
            later=new.words if new else "",
        ),
        _("It is an estimate, not a promise."),
    ]
    return about(event, reader, heading, lines, _("See where it stands"))


SLIPPED = Mail(_slipped, "slipped", phrase(_l("Later than we thought: %(title)s")))


def _slip(world: World) -> Action:
    idea = world.idea
    world.move(idea, StatusKind.PLANNED)
    _ready, sooner, *_others, later = choices()
    idea.aim(sooner, by=world.staff)
    idea.aim(later, by=world.staff)
    return Action.TARGET_CHANGED


EXAMPLES = {
    "slipped": Example(
        _l("An idea will take longer"), _l("To who proposed it or follows it, where its target moves later."), _slip
    )
}
