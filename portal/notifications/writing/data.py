"""Words were taken out of an earlier version, data was handed over, or an account was erased as its owner asked."""

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event, record
from portal.activity.subjects import Told
from portal.i18n import _, _l
from portal.mail.sending import Message
from portal.moderation.blanking import blank_earlier
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import TEMPLATE, WROTE, Mail, about, profile_url, quoted, to_the_person
from portal.settings import settings
from portal.web.site import public_url


def _version_blanked(event: Event, reader: User) -> Message:
    lines = [
        _("They are gone for good. The version keeps its place and its date, and what you wrote last stays as it is."),
    ]
    return about(event, reader, _("We took out words of an earlier version"), lines, _("See it"), why=WROTE)


def _handed_over(event: Event, reader: User) -> Message:
    lines = [
        _("%(who)s, of our team, downloaded all that we hold of you to hand it to you.", who=Told(event).who),
        _("If you did not ask for that, write to us at once."),
        _("The reason that was noted:"),
    ]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), reason)


def account_erased(event: Event) -> Message:
    """To somebody who is no member any more: that it was done, by whom and why, and what it means."""
    brand = settings().name
    lines = [
        _("%(who)s, of our team, erased your account and your data on %(brand)s, as you asked.",
          who=Told(event).who, brand=brand),
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


VERSION_BLANKED = Mail(
    _version_blanked, "blanked", phrase(_l("We took words out of an earlier version of what you wrote: %(title)s"))
)
HANDED_OVER = Mail(_handed_over, "handed-over", phrase(_l("We handed over your data, as you asked")))


def _blank(world: World) -> Action:
    world.idea.edit(world.idea.title, _("A dark screen would rest my eyes."), by=world.reader)
    blank_earlier(world.idea, by=world.staff)
    return Action.VERSION_BLANKED


def _hand_over(world: World) -> Action:
    record(Action.DATA_HANDED_OVER, world.reader, by=world.staff, reason=_("Asked for by letter."))
    return Action.DATA_HANDED_OVER


def _erase(world: World) -> Message:
    return account_erased(record(Action.MEMBER_ERASED, world.reader, by=world.staff, reason=_("Asked for by letter.")))


EXAMPLES = {
    "blanked": Example(_l("Words were taken out of an earlier version"), TO_ONE, _blank),
    "handed-over": Example(_l("Data was handed over"), TO_ONE, _hand_over),
    "erased": Example(_l("An account was erased at its owner’s request"), TO_ONE, _erase),
}
