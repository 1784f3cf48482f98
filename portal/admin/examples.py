"""An example of every mail: a small world is made by the real verbs, the mail is written from it, and all is undone."""

from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from functools import cached_property
from typing import Any

from sqlalchemy import select

from portal.accounts.choices import CreditAs, MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import Role, User
from portal.accounts.moving import Side
from portal.accounts.pending import ask_by_mail, hold
from portal.activity.models import Action, Event, record
from portal.admin import address_letters as address
from portal.admin import letters
from portal.changelog.models import draft
from portal.changelog.publishing import publish
from portal.clock import now
from portal.comments.models import Comment
from portal.extensions import begin_write, db
from portal.i18n import _, _l, languages, locale
from portal.ideas.models import Idea
from portal.ideas.rewriting import rewrite
from portal.ideas.statuses import Kind, Status, StatusKind
from portal.mail import sending
from portal.moderation import judging
from portal.moderation.blanking import blank_earlier
from portal.moderation.flagging import flag, hold_for
from portal.moderation.models import Reason, Sign, suspend
from portal.notifications.composing import compose, compose_for_token
from portal.notifications.farewell import account_erased
from portal.notifications.models import Notification
from portal.recognition.ledger import Rule
from portal.recognition.models import Partner
from portal.recognition.thanking import thank
from portal.recognition.welcoming import suggested, welcome
from portal.voting.models import Vote
from portal.voting.setting_aside import put_back, set_aside

NOBODY = "somebody@example.com"


class World:
    """Who and what the examples tell of. The reader is whoever looks, as if they were a member."""

    def __init__(self, reader: User, lang: str) -> None:
        self.reader = reader
        reader.lang, reader.role = lang, Role.MEMBER
        reader.mail_progress = reader.mail_comments = MailWhen.AT_ONCE
        reader.credit_as = CreditAs.NAME

    @cached_property
    def staff(self) -> User:
        user = User.join("camille@example.invalid", "Camille Martin", locale())
        user.role = Role.STAFF
        return user

    @cached_property
    def idea(self) -> Idea:
        body = _("The screen is far too bright at night. A dark one would rest my eyes.")
        idea = Idea.propose(self.reader, _("A dark mode for the evening"), body, lang=locale())
        idea.votes_count = 128
        return idea

    @cached_property
    def issue(self) -> Idea:
        title = _("The export leaves out the last day of the month")
        issue = Idea.propose(self.reader, title, kind=Kind.ISSUE, lang=locale())
        issue.votes_count = 12
        return issue

    @cached_property
    def comment(self) -> Comment:
        return Comment.post(self.idea, _("Please let it follow the clock, too."), by=self.reader, lang=locale())

    def told(self, action: Action) -> sending.Message:
        """The mail about the newest event of this kind."""
        db.session.flush()
        newest = select(Event).where(Event.action == action).order_by(Event.id.desc()).limit(1)
        message = compose(db.session.scalars(newest).one(), self.reader)
        if message is None:
            raise LookupError(f"nothing is written about {action}")
        return message


@dataclass(frozen=True)
class Example:
    """A mail by name: what staff call it, when it goes out, and how to bring it about."""

    label: Any
    sent: Any
    write: Callable[[World], sending.Message]


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
            message = EXAMPLES[name].write(world)
            address = reader.email or NOBODY
            return Shown(message, sending.build(message, address, f"example@{sending.host()}", reader.display_name))
    finally:
        db.session.rollback()


def _asked(make: Callable[[World], EmailToken]) -> Callable[[World], sending.Message]:
    return lambda world: compose_for_token(make(world))


def _moved(kind: StatusKind, issue: bool = False) -> Callable[[World], sending.Message]:
    def write(world: World) -> sending.Message:
        idea = world.issue if issue else world.idea
        reason = _("Few of you work at night, and the system’s own dark mode already helps.")
        declined = kind == StatusKind.DECLINED
        idea.change_status(Status.first(idea.kind, kind), by=world.staff, reason=reason if declined else "")
        return world.told(Action.STATUS_CHANGED)

    return write


def _answered(world: World) -> sending.Message:
    world.idea.respond(
        _("We like it, and we have begun to draw it. **What should happen to pictures?** Tell us below."), world.staff
    )
    return world.told(Action.RESPONSE_POSTED)


def _rewritten(world: World) -> sending.Message:
    rewrite(world.idea, _("A light mode for the early shift"), world.idea.body, by=world.staff, at_once=True)
    return world.told(Action.IDEA_REWRITTEN)


def _commented(world: World) -> sending.Message:
    Comment.post(world.idea, _("I would use it every evening."), by=world.staff, lang=locale())
    return world.told(Action.COMMENT_POSTED)


def _replied(world: World) -> sending.Message:
    Comment.post(world.idea, _("Good point: we will."), by=world.staff, parent=world.comment, lang=locale())
    return world.told(Action.COMMENT_POSTED)


def _shaped(world: World) -> sending.Message:
    world.comment.mark_as_shaping(True, by=world.staff)
    return world.told(Action.COMMENT_SHAPED)


def _released(world: World) -> sending.Message:
    release = draft(world.staff)
    told = _(
        "Choose **Dark** in your settings, or let it follow the clock. Thank you to all who told us about their nights."
    )
    release.write(title=dict.fromkeys(languages(), _("Dark mode")), story=dict.fromkeys(languages(), told))
    world.idea.change_status(Status.first(Kind.IDEA, StatusKind.PLANNED), by=world.staff)
    release.ideas = [world.idea]
    db.session.flush()
    publish(release, by=world.staff)
    return world.told(Action.RELEASE_PUBLISHED)


def _digest(world: World) -> sending.Message:
    _commented(world)
    world.idea.change_status(Status.first(Kind.IDEA, StatusKind.PLANNED), by=world.staff)
    world.reader.mail_progress = world.reader.mail_comments = MailWhen.DAILY
    told = select(Event).where(Event.action.in_((Action.COMMENT_POSTED, Action.STATUS_CHANGED)))
    happened = db.session.scalars(told.order_by(Event.id.desc()).limit(2)).all()
    due = record(Action.DIGEST_DUE, world.reader, by=None)
    for event in reversed(happened):
        db.session.add(Notification(user_id=world.reader.id, event_id=event.id, digest_event_id=due.id))
    return world.told(Action.DIGEST_DUE)


def _picked(world: World) -> sending.Message:
    reason = {"main": Rule.IDEA_SHIPPED, "counts": {Rule.IDEA_SHIPPED: 2}}
    partner = Partner(week="example", user=world.reader, rank=1, points=100, reason=reason)
    db.session.add(partner)
    record(Action.PARTNER_PICKED, partner, by=None)
    return world.told(Action.PARTNER_PICKED)


def _thanked(world: World) -> sending.Message:
    thank(world.reader, _("Your idea for the evening made our week. Thank you for the drawings."), by=world.staff)
    return world.told(Action.PARTNER_THANKED)


def _welcomed(world: World) -> sending.Message:
    Vote.cast(Idea.propose(world.staff, _("A dark mode for the evening"), lang=locale()), by=world.reader)
    world.reader.created_at = now()
    welcome(world.reader, suggested(world.reader, world.staff), by=world.staff)
    return world.told(Action.MEMBER_WELCOMED)


def _hidden(world: World) -> sending.Message:
    world.comment.hide(by=world.staff, reason=_("It names a customer. Leave the name out, and it is welcome."))
    return world.told(Action.COMMENT_HIDDEN)


def _held(world: World) -> sending.Message:
    hold_for(world.comment, [Sign.LINKS])
    return world.told(Action.TEXT_HELD)


def _approved(world: World) -> sending.Message:
    hold_for(world.comment, [Sign.LINKS])
    judging.keep(world.comment, by=world.staff)
    return world.told(Action.COMMENT_RESTORED)


def _profile_hidden(world: World) -> sending.Message:
    world.reader.hide(by=world.staff, reason=_("Your name is that of somebody else. Choose one of your own."))
    return world.told(Action.PROFILE_HIDDEN)


def _profile_restored(world: World) -> sending.Message:
    _profile_hidden(world)
    world.reader.restore(by=world.staff)
    return world.told(Action.PROFILE_RESTORED)


def _release_hidden(world: World) -> sending.Message:
    world.reader.role = Role.STAFF
    release = draft(world.reader)
    release.write(title={locale(): _("Dark mode")})
    release.hide(by=world.staff, reason=_("It names a customer. Leave the name out, and it is welcome."))
    return world.told(Action.RELEASE_HIDDEN)


def _judged(decide: Callable[[Comment, User], None]) -> Callable[[World], sending.Message]:
    def write(world: World) -> sending.Message:
        said = Comment.post(world.idea, _("I would use it every evening."), by=world.staff, lang=locale())
        flag(said, by=world.reader, reason=Reason.OFF_TOPIC)
        decide(said, world.staff)
        return world.told(Action.FLAGS_ANSWERED)

    return write


def _set_aside(world: World) -> sending.Message:
    Vote.cast(world.idea, by=world.reader)
    set_aside(world.idea, [world.reader.id], by=world.staff, reason=_("Five new accounts voted within a minute."))
    return world.told(Action.VOTES_SET_ASIDE)


def _put_back(world: World) -> sending.Message:
    _set_aside(world)
    put_back(world.idea, [world.reader.id], by=world.staff)
    return world.told(Action.VOTES_PUT_BACK)


def _blanked(world: World) -> sending.Message:
    world.idea.edit(world.idea.title, _("A dark screen would rest my eyes."), by=world.reader)
    blank_earlier(world.idea, by=world.staff)
    return world.told(Action.VERSION_BLANKED)


def _handed_over(world: World) -> sending.Message:
    record(Action.DATA_HANDED_OVER, world.reader, by=world.staff, reason=_("Asked for by letter."))
    return world.told(Action.DATA_HANDED_OVER)


def _erased(world: World) -> sending.Message:
    return account_erased(record(Action.MEMBER_ERASED, world.reader, by=world.staff, reason=_("Asked for by letter.")))


def _suspended(world: World) -> sending.Message:
    suspend(world.reader, by=world.staff, reason=_("Three advertisements in one day."))
    return world.told(Action.MEMBER_SUSPENDED)


def _tested(world: World) -> sending.Message:
    record(Action.MAIL_TESTED, world.reader, by=None)
    return world.told(Action.MAIL_TESTED)


def _comment(world: World) -> EmailToken:
    return hold("comment", {"idea": world.idea.id, "body": _("I would use it every evening."), "parent": None}, NOBODY)


def _proposal(idea: Idea) -> EmailToken:
    return hold(idea.kind, {"title": idea.title, "body": idea.body, "board": "", "details": {}}, NOBODY)


_AT_ONCE = _l("At once, to the person who asked.")
_TO_ALL = _l("To everyone who proposed, voted for or follows it.")
_TO_REPORTERS = _l("Once, to everyone who reported it.")
_TO_ONE = _l("To the person whom it is about.")
EXAMPLES: dict[str, Example] = {
    "sign-in": Example(_l("Link and code to sign in"), _AT_ONCE, _asked(lambda world: ask_by_mail(NOBODY))),
    "confirm-vote": Example(
        _l("Confirm a vote"), _AT_ONCE, _asked(lambda world: hold("vote", {"idea": world.idea.id}, NOBODY))
    ),
    "confirm-idea": Example(_l("Confirm an idea"), _AT_ONCE, _asked(lambda world: _proposal(world.idea))),
    "confirm-issue": Example(_l("Confirm an issue"), _AT_ONCE, _asked(lambda world: _proposal(world.issue))),
    "confirm-comment": Example(_l("Confirm a comment"), _AT_ONCE, _asked(_comment)),
    "planned": Example(_l("An idea is planned"), _TO_ALL, _moved(StatusKind.PLANNED)),
    "declined": Example(_l("An idea is not planned, and why"), _TO_ALL, _moved(StatusKind.DECLINED)),
    "confirmed": Example(_l("An issue is confirmed"), _TO_ALL, _moved(StatusKind.PLANNED, issue=True)),
    "answered": Example(_l("The team answered"), _TO_ALL, _answered),
    "rewritten": Example(_l("The words of an idea changed"), _TO_ALL, _rewritten),
    "together": Example(_l("Several things about one idea"), _TO_ALL, letters.together),
    "commented": Example(_l("A new comment"), _l("To everyone who follows the discussion, as they chose."), _commented),
    "replied": Example(_l("A reply"), _l("To everyone who follows the discussion, as they chose."), _replied),
    "shaped": Example(_l("A comment made a difference"), _TO_ONE, _shaped),
    "released": Example(_l("It shipped, with their name"), _l("Once a person and release."), _released),
    "digest": Example(_l("The daily digest"), _l("From ten in the morning where the reader lives."), _digest),
    "picked": Example(_l("A top partner is picked"), _TO_ONE, _picked),
    "welcomed": Example(_l("A newcomer is welcomed"), _TO_ONE, _welcomed),
    "thanked": Example(_l("A personal thank-you"), _TO_ONE, _thanked),
    "hidden": Example(_l("A text was hidden, and why"), _TO_ONE, _hidden),
    "held": Example(_l("A text is looked at first"), _TO_ONE, _held),
    "approved": Example(_l("A text is shown to everyone"), _TO_ONE, _approved),
    "report-hidden": Example(
        _l("What was reported is hidden"), _TO_REPORTERS, _judged(lambda text, by: judging.hide(text, by, _("Spam")))
    ),
    "report-kept": Example(_l("What was reported stays"), _TO_REPORTERS, _judged(judging.keep)),
    "profile-hidden": Example(_l("A profile was hidden, and why"), _TO_ONE, _profile_hidden),
    "profile-restored": Example(_l("A profile is shown again"), _TO_ONE, _profile_restored),
    "release-hidden": Example(_l("A release was hidden, and why"), _TO_ONE, _release_hidden),
    "set-aside": Example(_l("A vote is set aside, and why"), _TO_ONE, _set_aside),
    "put-back": Example(_l("A vote counts again"), _TO_ONE, _put_back),
    "suspended": Example(_l("An account is suspended, and why"), _TO_ONE, _suspended),
    "address-asked": Example(_l("Another address: the old one is asked"), address.TO_THE_OLD, address.asked(Side.OLD)),
    "address-new": Example(_l("Another address: the new one is asked"), address.TO_THE_NEW, address.asked(Side.NEW)),
    "address-lost": Example(
        _l("Another address: the old one may object"), address.TO_THE_OLD, address.asked(Side.OLD, lost=True)
    ),
    "address-in-use": Example(
        _l("Another address: it has an account already"), address.TO_THE_NEW, address.asked(Side.NEW, taken=True)
    ),
    "address-changed": Example(_l("An address was changed"), address.TO_THE_OLD, address.changed(Side.OLD)),
    "address-welcome": Example(_l("An address is the account’s"), address.TO_THE_NEW, address.changed(Side.NEW)),
    "address-kept": Example(_l("An address stays as it is"), address.TO_BOTH, address.refused),
    "address-back": Example(_l("An address was taken back"), address.TO_THE_OLD, address.taken_back(Side.OLD)),
    "address-gone": Example(_l("An address opens nothing more"), address.TO_THE_NEW, address.taken_back(Side.NEW)),
    "address-ready": Example(_l("An admin decides on an address"), address.TO_ADMINS, address.ready),
    "address-objected": Example(_l("An old address objected"), address.TO_ADMINS, address.objected),
    "role-staff": Example(_l("Somebody joins the team"), _TO_ONE, letters.role(Role.STAFF)),
    "role-admin": Example(_l("Somebody becomes an admin"), _TO_ONE, letters.role(Role.ADMIN)),
    "role-member": Example(_l("Somebody leaves the team"), _TO_ONE, letters.role(Role.MEMBER)),
    "staff-at-once": Example(_l("What staff hear of at once"), letters.TO_STAFF, letters.staff_at_once),
    "staff-letter": Example(_l("The morning letter to staff"), letters.TO_STAFF, letters.staff_letter),
    "blanked": Example(_l("Words were taken out of an earlier version"), _TO_ONE, _blanked),
    "handed-over": Example(_l("Data was handed over"), _TO_ONE, _handed_over),
    "erased": Example(_l("An account was erased at its owner’s request"), _TO_ONE, _erased),
    "test": Example(_l("A test, from the first steps"), _AT_ONCE, _tested),
}
