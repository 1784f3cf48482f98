"""The team answered an idea or issue officially."""

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ALL, Example, World
from portal.notifications.writing.shapes import Mail, about


def _posted(event: Event, reader: User) -> Message:
    response = subject_of(event).response
    lines = [_("%(who)s answers for the team:", who=response.author.display_name)]
    return about(event, reader, _("The team answered"), lines, _("See the answer"), response.body)


POSTED = Mail(_posted, "answered", phrase(_l("The team answered: %(title)s")))


def answer(world: World) -> Action:
    world.idea.respond(
        _("We like it, and we have begun to draw it. **What should happen to pictures?** Tell us below."), world.staff
    )
    return Action.RESPONSE_POSTED


EXAMPLES = {"answered": Example(_l("The team answered"), TO_ALL, answer)}
