"""Somebody is a top partner, is thanked, or is welcomed."""

from typing import Any

from flask import url_for

from portal.accounts.models import User
from portal.activity.actions.described import phrase
from portal.activity.models import Action, Event, Happening, record
from portal.activity.subjects import subject_of
from portal.clock import now
from portal.extensions import db
from portal.i18n import _, _l, locale
from portal.ideas.models import Idea
from portal.mail.sending import Message
from portal.notifications.writing.example import TO_ONE, Example, World
from portal.notifications.writing.shapes import Mail, profile_url, to_the_person
from portal.recognition.models import Partner
from portal.recognition.rules import Rule
from portal.recognition.sentences import reason_sentence
from portal.recognition.thanking import thank
from portal.recognition.welcoming import suggested, welcome
from portal.voting.models import Vote
from portal.web.site import public_url


def _picked(event: Event, reader: User) -> Message:
    partner = subject_of(event)
    lines = [
        _("Every week we look at what came of what our members wrote. This week you stand out."),
        _("Thank you. You are on our home page this week; your settings let you stay out of it."),
    ]
    url = public_url(url_for("recognition.index"))
    return to_the_person(event, reader, lines, url, _("See the top partners"), thanks=reason_sentence(partner))


def _thanked(event: Event, reader: User) -> Message:
    thanks = subject_of(event)
    lines = [_("%(who)s, of our team, wrote this to you:", who=thanks.author.display_name)]
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), thanks.body, tone="thanks")


def _welcomed(event: Event, reader: User) -> Message:
    letter = subject_of(event)
    lines = [_("%(who)s, of our team, wrote this to you:", who=letter.author.display_name)]
    url = public_url(url_for("ideas.index"))
    return to_the_person(event, reader, lines, url, _("See the ideas"), letter.body, tone="thanks")


def _partners(_event: Happening, _partner: Any, _reader: User) -> str:
    return url_for("recognition.index")


def _kept_words(event: Happening, _thanks: Any, _reader: User) -> str:
    return url_for("recognition.points", _anchor=f"thanks-{event.subject_id}")


PICKED = Mail(_picked, "picked", phrase(_l("You are one of our top partners this week")), _partners)
THANKED = Mail(_thanked, "thanked", phrase(_l("%(who)s thanks you")), _kept_words)
WELCOMED = Mail(_welcomed, "welcomed", phrase(_l("%(who)s welcomes you")), _kept_words)


def _pick(world: World) -> Action:
    reason = {"main": Rule.IDEA_SHIPPED, "counts": {Rule.IDEA_SHIPPED: 2}}
    partner = Partner(week="example", user=world.reader, rank=1, points=100, reason=reason)
    db.session.add(partner)
    record(Action.PARTNER_PICKED, partner, by=None)
    return Action.PARTNER_PICKED


def _thank(world: World) -> Action:
    thank(world.reader, _("Your idea for the evening made our week. Thank you for the drawings."), by=world.staff)
    return Action.PARTNER_THANKED


def _welcome(world: World) -> Action:
    Vote.cast(Idea.propose(world.staff, _("A dark mode for the evening"), lang=locale()), by=world.reader)
    world.reader.created_at = now()
    welcome(world.reader, suggested(world.reader, world.staff), by=world.staff)
    return Action.MEMBER_WELCOMED


EXAMPLES = {
    "picked": Example(_l("A top partner is picked"), TO_ONE, _pick),
    "welcomed": Example(_l("A newcomer is welcomed"), TO_ONE, _welcome),
    "thanked": Example(_l("A personal thank-you"), TO_ONE, _thank),
}
