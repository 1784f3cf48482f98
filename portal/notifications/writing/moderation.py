"""What somebody wrote, their profile, or a release is hidden, looked at first, or shown again."""

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.catalogue import sentence
from portal.activity.models import Action, Event
from portal.activity.subjects import subject_of
from portal.changelog.models import draft
from portal.i18n import _, _l, locale
from portal.mail.sending import Message
from portal.moderation import judging
from portal.moderation.flagging import hold_for
from portal.moderation.models import Sign
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import WROTE, Mail, about, profile_url, to_the_person
from portal.notifications.writing.staff import place_of_report
from portal.web.site import public_url


def _hidden(event: Event, reader: User) -> Message:
    heading = _("We hid your comment") if event.action == Action.COMMENT_HIDDEN else _("We hid what you sent")
    lines = [_("Only you and our team see it now."), _("Here is why:")]
    return about(event, reader, heading, lines, _("See it"), event.facts.get("reason", ""), WROTE)


def _held(event: Event, reader: User) -> Message:
    heading = _("Our team looks at what you wrote")
    lines = [
        _("Until then, only you and our team see it. You need not do anything: you are told as soon as they have."),
    ]
    if event.subject_type == "user":
        return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"))
    return about(event, reader, heading, lines, _("See it"), why=WROTE)


def _restored(event: Event, reader: User) -> Message:
    lines = [_("Our team looked at it, and everyone can read it.")]
    return about(event, reader, _("Everyone can read it now"), lines, _("See it"), why=WROTE)


def _profile_hidden(event: Event, reader: User) -> Message:
    lines = [_("Others no longer see your name, what you do and what you say about yourself. Here is why:")]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), reason)


def _profile_restored(event: Event, reader: User) -> Message:
    lines = [_("Our team looked at it, and everyone sees it again.")]
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"))


def _release(event: Event, reader: User) -> Message:
    """To the one of staff who wrote it: that it is hidden, and why, or shown again."""
    release = subject_of(event)
    lines = [sentence(event)]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, public_url(release.url), _("See the release"), reason)


IDEA_HIDDEN = Mail(_hidden, "hidden", phrase(_l("We hid what you sent: %(title)s")))
IDEA_RESTORED = Mail(_restored, "approved", phrase(_l("Everyone can read what you sent: %(title)s")))
COMMENT_HIDDEN = Mail(_hidden, "hidden", phrase(_l("We hid your comment on “%(title)s”")))
COMMENT_RESTORED = Mail(_restored, "approved", phrase(_l("Everyone can read your comment on “%(title)s”")))
TEXT_HELD = Mail(_held, "held", phrase(_l("Our team looks at what you wrote: %(title)s")), place_of_report)
PROFILE_HIDDEN = Mail(_profile_hidden, "profile-hidden", phrase(_l("We hid your profile")))
PROFILE_RESTORED = Mail(_profile_restored, "profile-restored", phrase(_l("Your profile is shown again")))
RELEASE = Mail(_release, "release-hidden")


def _hide(world: World) -> Action:
    world.comment.hide(by=world.staff, reason=_("It names a customer. Leave the name out, and it is welcome."))
    return Action.COMMENT_HIDDEN


def _hold(world: World) -> Action:
    hold_for(world.comment, [Sign.LINKS])
    return Action.TEXT_HELD


def _approve(world: World) -> Action:
    hold_for(world.comment, [Sign.LINKS])
    judging.keep(world.comment, by=world.staff)
    return Action.COMMENT_RESTORED


def _hide_profile(world: World) -> Action:
    world.reader.hide(by=world.staff, reason=_("Your name is that of somebody else. Choose one of your own."))
    return Action.PROFILE_HIDDEN


def _restore_profile(world: World) -> Action:
    _hide_profile(world)
    world.reader.restore(by=world.staff)
    return Action.PROFILE_RESTORED


def _hide_release(world: World) -> Action:
    world.reader.role = Role.STAFF
    release = draft(world.reader)
    release.write(title={locale(): _("Dark mode")})
    release.hide(by=world.staff, reason=_("It names a customer. Leave the name out, and it is welcome."))
    return Action.RELEASE_HIDDEN


EXAMPLES = {
    "hidden": Example(_l("A text was hidden, and why"), TO_ONE, _hide),
    "held": Example(_l("A text is looked at first"), TO_ONE, _hold),
    "approved": Example(_l("A text is shown to everyone"), TO_ONE, _approve),
}
EXAMPLES_OF_PAGES = {
    "profile-hidden": Example(_l("A profile was hidden, and why"), TO_ONE, _hide_profile),
    "profile-restored": Example(_l("A profile is shown again"), TO_ONE, _restore_profile),
    "release-hidden": Example(_l("A release was hidden, and why"), TO_ONE, _hide_release),
}
