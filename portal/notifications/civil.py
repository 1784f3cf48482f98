"""What mails say of moderation: to whoever wrote a text, and to those who reported one."""

from flask import url_for

from portal.accounts.models import User
from portal.activity.models import Action, Event
from portal.activity.sentences import Told, sentence, subject_of
from portal.i18n import _
from portal.mail.sending import Message
from portal.moderation.models import Judgement
from portal.notifications import verdicts
from portal.notifications.shapes import HAS_IT, VOTED, WROTE, about, profile_url, to_the_person
from portal.web.site import public_url


def hidden(event: Event, reader: User) -> Message:
    heading = _("We hid your comment") if event.action == Action.COMMENT_HIDDEN else _("We hid what you sent")
    lines = [_("Only you and our team see it now."), _("Here is why:")]
    return about(event, reader, heading, lines, _("See it"), event.facts.get("reason", ""), WROTE)


def held(event: Event, reader: User) -> Message:
    heading = _("Our team looks at what you wrote")
    lines = [
        _("Until then, only you and our team see it. You need not do anything: you are told as soon as they have."),
    ]
    if event.subject_type == "user":
        return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"))
    return about(event, reader, heading, lines, _("See it"), why=WROTE)


def restored(event: Event, reader: User) -> Message:
    lines = [_("Our team looked at it, and everyone can read it.")]
    return about(event, reader, _("Everyone can read it now"), lines, _("See it"), why=WROTE)


def profile_hidden(event: Event, reader: User) -> Message:
    lines = [_("Others no longer see your name, what you do and what you say about yourself. Here is why:")]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), reason)


def profile_restored(event: Event, reader: User) -> Message:
    lines = [_("Our team looked at it, and everyone sees it again.")]
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"))


def about_release(event: Event, reader: User) -> Message:
    """To the one of staff who wrote it: that it is hidden, and why, or shown again."""
    release = subject_of(event)
    lines = [sentence(event, release, for_staff=True)]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, public_url(release.url), _("See the release"), reason)


def version_blanked(event: Event, reader: User) -> Message:
    lines = [
        _("They are gone for good. The version keeps its place and its date, and what you wrote last stays as it is."),
    ]
    return about(event, reader, _("We took out words of an earlier version"), lines, _("See it"), why=WROTE)


def data_handed_over(event: Event, reader: User) -> Message:
    lines = [
        _("%(who)s, of our team, downloaded all that we hold of you to hand it to you.", who=Told(event, None).who),
        _("If you did not ask for that, write to us at once."),
        _("The reason that was noted:"),
    ]
    reason = event.facts.get("reason", "")
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), reason)


def flags_answered(event: Event, reader: User) -> Message:
    said = {
        Judgement.HIDDEN: _("Our team looked at it, and hid it: others no longer see it. Thank you for telling us."),
        Judgement.KEPT: _("Our team looked at it, and kept it: it breaks none of our rules. Thank you for telling us."),
        Judgement.GONE: _("Its author deleted it before our team decided. Thank you for telling us."),
    }
    lines = [said[Judgement(event.facts["judgement"])]]
    place = verdicts.place_of(subject_of(event), reader)
    if place:
        return to_the_person(event, reader, lines, public_url(place), _("See where it stands"))
    url = public_url(url_for("texts.conduct"))
    return to_the_person(event, reader, lines, url, _("Read our code of conduct"))


def vote_set_aside(event: Event, reader: User) -> Message:
    lines = [
        _("It may be a mistake of ours: if so, tell us, and our team puts it back. Here is why we set it aside:"),
    ]
    url, reason = public_url(url_for("voting.set_aside", id=event.subject_id)), event.facts.get("reason", "")
    heading, why = _("Your vote does not count for now"), VOTED
    if subject_of(event).is_issue:
        lines = [_("It may be a mistake of ours: if so, tell us, and you count again. Here is why not now:")]
        heading, why = _("You do not count here for now"), HAS_IT
    return about(event, reader, heading, lines, _("Answer our team"), reason, why, url=url)


def vote_put_back(event: Event, reader: User) -> Message:
    if subject_of(event).is_issue:
        lines = [_("Our team looked at it once more, and counts you again.")]
        return about(event, reader, _("You count here again"), lines, _("See the issue"), why=HAS_IT)
    lines = [_("Our team looked at it once more, and put it back.")]
    return about(event, reader, _("Your vote counts again"), lines, _("See the idea"), why=VOTED)


def member_suspended(event: Event, reader: User) -> Message:
    lines = [
        _("You can still sign in to read, take your data with you, stop mail and erase your account. Here is why:")
    ]
    url = public_url(url_for("accounts.settings"))
    return to_the_person(event, reader, lines, url, _("See what you can do"), event.facts.get("reason", ""))
