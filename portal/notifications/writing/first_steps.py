"""A test mail, which an admin asks for in the first steps."""

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event, record
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.notifications.writing.example import AT_ONCE, Example, World
from portal.notifications.writing.shapes import ITS_LINE, TEMPLATE, Mail
from portal.settings import settings
from portal.web.site import public_url


def _tested(event: Event, reader: User) -> Message:
    lines = [_("You asked for this from the first steps of %(brand)s. It arrived: mail works.", brand=settings().name)]
    return Message(
        subject=ITS_LINE,
        template=TEMPLATE,
        context={"lines": lines, "url": public_url(url_for("admin.inbox")), "button": _("Go on with the first steps")},
        preheader=lines[0],
        reason=_("You get this because you asked for a test."),
    )


MAIL_TESTED = Mail(_tested, "test", phrase(_l("Mail from this portal arrives")))


def _test(world: World) -> Action:
    record(Action.MAIL_TESTED, world.reader, by=None)
    return Action.MAIL_TESTED


EXAMPLES = {"test": Example(_l("A test, from the first steps"), AT_ONCE, _test)}
