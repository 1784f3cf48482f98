"""Who hears about what: for every action, a select of people and the preference that says how it is mailed.

What staff hear of because they are staff, `staff_mail` says.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, select, true

from portal.accounts.choices import MailWhen
from portal.accounts.models import Role, User
from portal.activity.models import Action, Event
from portal.changelog.models import Release, release_idea
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.models import Idea
from portal.moderation.models import Flag
from portal.notifications.models import Follow, Hears
from portal.notifications.staff_mail import hearers
from portal.notifications.undoing import is_undone
from portal.recognition.models import Partner, ThankYou
from portal.voting.models import SetAside, Vote

Who = Callable[[Event], ColumnElement[bool]]


class Preference(StrEnum):
    """Which choice of the reader decides on mail."""

    PROGRESS = "progress"
    COMMENTS = "comments"
    DIRECT = "direct"
    LETTER = "letter"
    ALWAYS = "always"


@dataclass(frozen=True)
class Audience:
    """A condition on User, and how those people are told."""

    who: Who
    preference: Preference = Preference.PROGRESS
    in_portal: bool = True
    suspended_too: bool = False


def nobody(event: Event) -> ColumnElement[bool]:
    return false()


def those_who_care(event: Event) -> ColumnElement[bool]:
    """Author, followers and supporters of an idea, except those who muted it. A release tells for its own changes."""
    if event.facts.get("told_by_release"):
        return false()
    return _cares_about(event.subject_id, votes_too=True)


def those_who_backed_it_before(event: Event) -> ColumnElement[bool]:
    """Author, followers and supporters of an idea as it was before its words changed; nobody where they are back."""
    if is_undone(event):
        return false()
    return _cares_about(event.subject_id, votes_too=True, before=event.created_at)


def followers(event: Event) -> ColumnElement[bool]:
    """Who follows the discussion: its followers, and the author of the idea, except those who muted it."""
    return _cares_about(event.facts["idea"], votes_too=False)


def everyone_in_the_release(event: Event) -> ColumnElement[bool]:
    """Who proposed, shaped, supported or follows any idea that it ships, each once; but for those who muted that idea.

    Proposers hear of it even so: their name is on it.
    """
    shipped = select(release_idea.c.idea_id).where(release_idea.c.release_id == event.subject_id)
    shaped = select(Comment.author_id).where(Comment.idea_id.in_(shipped), Comment.shaped_at.is_not(None))
    shaped = shaped.where(Comment.hidden_at.is_(None), Comment.is_note.is_(False))
    voted = select(Vote.user_id).where(Vote.idea_id.in_(shipped))
    followed = select(Follow.user_id).where(Follow.idea_id.in_(shipped), Follow.muted.is_(False))
    return or_(
        User.id.in_(select(Idea.author_id).where(Idea.id.in_(shipped))),
        User.id.in_(shaped.where(_not_muted(Comment.author_id, Comment.idea_id))),
        User.id.in_(voted.where(_not_muted(Vote.user_id, Vote.idea_id))),
        User.id.in_(followed),
    )


def _not_muted(user_id: Any, idea_id: Any) -> ColumnElement[bool]:
    return ~exists().where(Follow.user_id == user_id, Follow.idea_id == idea_id, Follow.muted.is_(True))


def its_author(event: Event) -> ColumnElement[bool]:
    """Who wrote the idea, the comment or the release; of a profile, whose it is."""
    if event.subject_type == "user":
        return the_person(event)
    model: Any = {"comment": Comment, "release": Release}.get(event.subject_type, Idea)
    return User.id.in_(select(model.author_id).where(model.id == event.subject_id))


def the_person(event: Event) -> ColumnElement[bool]:
    """Whom it is about: the member, the partner, the one who is thanked or welcomed."""
    about: dict[str, Any] = {"partner": Partner, "thank_you": ThankYou}
    if event.subject_type not in about:
        return User.id == event.subject_id
    model = about[event.subject_type]
    return User.id.in_(select(model.user_id).where(model.id == event.subject_id))


def whoever_reported(event: Event) -> ColumnElement[bool]:
    """Those whose reports were answered together."""
    return User.id.in_(select(Flag.user_id).where(Flag.id.in_(event.facts["flags"])))


def whose_votes(event: Event) -> ColumnElement[bool]:
    """Those whose votes were set aside, or put back, together."""
    return User.id.in_(select(SetAside.user_id).where(SetAside.id.in_(event.facts["asides"])))


def other_admins(event: Event) -> ColumnElement[bool]:
    """Who decides about a member: the admins, but for that member."""
    return (User.role == Role.ADMIN) & (User.id != event.subject_id)


silence = Audience(nobody)

AUDIENCE: dict[Action, Audience] = {
    Action.SIGN_IN_REQUESTED: silence,
    Action.MEMBER_JOINED: silence,
    Action.MEMBER_SUSPENDED: Audience(the_person, Preference.DIRECT, suspended_too=True),
    Action.MEMBER_REINSTATED: silence,
    Action.MEMBER_ERASED: silence,
    Action.DATA_HANDED_OVER: Audience(the_person, Preference.ALWAYS, suspended_too=True),
    Action.PROFILE_HIDDEN: Audience(the_person, Preference.DIRECT),
    Action.PROFILE_RESTORED: Audience(the_person, Preference.DIRECT),
    Action.ROLE_CHANGED: Audience(the_person, Preference.DIRECT),
    Action.ADDRESS_ASKED: silence,
    Action.ADDRESS_READY: Audience(other_admins, Preference.DIRECT),
    Action.ADDRESS_OBJECTED: Audience(other_admins, Preference.DIRECT),
    Action.ADDRESS_KEPT: silence,
    Action.ADDRESS_CHANGED: silence,
    Action.ADDRESS_TAKEN_BACK: silence,
    Action.IDEA_PROPOSED: silence,
    Action.IDEA_EDITED: silence,
    Action.IDEA_REWRITTEN: Audience(those_who_backed_it_before, Preference.LETTER),
    Action.IDEA_MOVED: silence,
    Action.IDEA_TAGGED: silence,
    Action.IDEA_HIDDEN: Audience(its_author),
    Action.IDEA_RESTORED: Audience(its_author),
    Action.VISIBILITY_CHANGED: silence,
    Action.STATUS_CHANGED: Audience(those_who_care),
    Action.RESPONSE_POSTED: Audience(those_who_care),
    Action.RESPONSE_EDITED: silence,
    Action.NOTE_POSTED: silence,
    Action.COMMENT_POSTED: Audience(followers, Preference.COMMENTS),
    Action.COMMENT_EDITED: silence,
    Action.COMMENT_HIDDEN: Audience(its_author),
    Action.COMMENT_RESTORED: Audience(its_author),
    Action.COMMENT_SHAPED: Audience(its_author),
    Action.COMMENT_UNSHAPED: silence,
    Action.COMMENT_DELETED: silence,
    Action.VERSION_BLANKED: Audience(its_author, Preference.DIRECT, suspended_too=True),
    Action.RESPONSE_BLANKED: silence,
    Action.REASON_BLANKED: silence,
    Action.PICTURES_CHANGED: silence,
    Action.RELEASE_DRAFTED: silence,
    Action.RELEASE_EDITED: silence,
    Action.RELEASE_DISCARDED: silence,
    Action.RELEASE_PUBLISHED: Audience(everyone_in_the_release),
    Action.RELEASE_HIDDEN: Audience(its_author),
    Action.RELEASE_RESTORED: Audience(its_author),
    Action.FLAGGED: silence,
    Action.FLAGS_ANSWERED: Audience(whoever_reported, Preference.DIRECT),
    Action.TEXT_HELD: Audience(its_author, Preference.DIRECT),
    Action.TEXT_KEPT: silence,
    Action.VOTES_SET_ASIDE: Audience(whose_votes, Preference.DIRECT, suspended_too=True),
    Action.VOTES_PUT_BACK: Audience(whose_votes, Preference.DIRECT, suspended_too=True),
    Action.VOTE_ANSWERED: silence,
    Action.PARTNER_PICKED: Audience(the_person, Preference.DIRECT),
    Action.PARTNER_THANKED: Audience(the_person, Preference.DIRECT),
    Action.MEMBER_WELCOMED: Audience(the_person, Preference.DIRECT),
    Action.STAFF_LETTER_DUE: Audience(the_person, Preference.ALWAYS, in_portal=False),
    Action.DIGEST_DUE: Audience(the_person, Preference.ALWAYS, in_portal=False),
    Action.DELIVERY_RETRIED: silence,
    Action.DELIVERY_DISCARDED: silence,
    Action.BOARD_CHANGED: silence,
    Action.STATUS_EDITED: silence,
    Action.SETTINGS_CHANGED: silence,
    Action.TEXT_CHANGED: silence,
    Action.MAIL_TESTED: Audience(the_person, Preference.ALWAYS, in_portal=False),
    Action.PORTAL_RESTORED: silence,
}


def audience(event: Event) -> ColumnElement[bool]:
    """The condition on User for everyone who is to be told of this event: never the actor, never who cannot read it."""
    condition = concerned(event) & User.email.is_not(None) & User.erased_at.is_(None)
    if not AUDIENCE[Action(event.action)].suspended_too:
        condition &= User.suspended_at.is_(None)
    return condition


def concerned(event: Event) -> ColumnElement[bool]:
    """The condition on User for everyone whom this event concerns and who may read of it, also who cannot be told."""
    told, of_staff = AUDIENCE[Action(event.action)], hearers(event)
    who = or_(told.who(event), User.id.in_(of_staff)) if of_staff else told.who(event)
    condition = who & _may_see(event)
    return condition if event.actor_id is None else condition & (User.id != event.actor_id)


@dataclass(frozen=True)
class Objection:
    """Why a message does not go to its reader as it was meant to; `instead`: how they want to be mailed of it now."""

    reason: str
    instead: str = MailWhen.NEVER


UNDONE = Objection("What it tells has been undone.")
NOT_TOLD = Objection("The reader is not to hear of this any more.")
NEVER = Objection("The reader chose not to be mailed about this.")
DAILY = Objection("The reader chose one message a day for this: it goes into the next one.", MailWhen.DAILY)
MORNING = Objection("The reader chose the morning letter for this: it goes into the next one.", Hears.MORNING)
AT_ONCE = Objection("The reader chose to be mailed about this at once.", MailWhen.AT_ONCE)
INSTEAD = {objection.instead: objection for objection in (NEVER, DAILY, MORNING, AT_ONCE)}


def objection(event: Event, reader: User, going: str = MailWhen.AT_ONCE) -> Objection | None:
    """What speaks against mailing this to this person now, `going` at once or in the digest: asked of every message.

    They may see it, and would be told of it, if it happened now; and they want to be mailed of it in this way.
    """
    if is_undone(event):
        return UNDONE
    if db.session.scalar(select(User.id).where(User.id == reader.id, audience(event))) is None:
        return NOT_TOLD
    wanted = when(event, reader, hearers(event))
    return None if wanted == going else INSTEAD[wanted]


def when(event: Event, person: Any, of_staff: Mapping[int, str]) -> str:
    """When this person (a User, or a row of one) wants mail about this event; `of_staff` are its `hearers`."""
    return str(of_staff.get(person.id) or mail_when(preference_of(event), person))


def preference_of(event: Event) -> Preference:
    """Which choice of the reader decides on mail about this event: what staff send at once waits for no letter."""
    preference = AUDIENCE[Action(event.action)].preference
    return Preference.PROGRESS if preference == Preference.LETTER and event.facts.get("at_once") else preference


def mail_when(preference: Preference, reader: Any) -> str:
    """When this reader (a User, or a row with `mail_progress` and `mail_comments`) wants mail of this kind."""
    if preference == Preference.ALWAYS:
        return MailWhen.AT_ONCE
    if preference == Preference.DIRECT:
        return MailWhen.NEVER if reader.mail_progress == MailWhen.NEVER else MailWhen.AT_ONCE
    if preference == Preference.LETTER:
        return MailWhen.NEVER if reader.mail_progress == MailWhen.NEVER else MailWhen.DAILY
    return str(reader.mail_progress if preference == Preference.PROGRESS else reader.mail_comments)


def _cares_about(idea_id: int, votes_too: bool, before: datetime | None = None) -> ColumnElement[bool]:
    def following(muted: bool) -> Any:
        return select(Follow.user_id).where(Follow.idea_id == idea_id, Follow.muted.is_(muted))

    care = User.id.in_(following(muted=False)) | User.id.in_(select(Idea.author_id).where(Idea.id == idea_id))
    if votes_too:
        until = Vote.created_at <= before if before else true()
        care |= User.id.in_(select(Vote.user_id).where(Vote.idea_id == idea_id, until))
    return care & User.id.not_in(following(muted=True))


def _may_see(event: Event) -> ColumnElement[bool]:
    """The scopes of the pages turned round: for one thing, which people; a test keeps them equal."""
    staff = User.role.in_((Role.STAFF, Role.ADMIN))
    if event.subject_type == "release":
        release = db.session.get(Release, event.subject_id)
        return true() if release and release.is_public else staff
    if event.subject_type not in ("idea", "comment"):
        return true()
    comment = db.session.get(Comment, event.subject_id) if event.subject_type == "comment" else None
    idea = comment.idea if comment else db.session.get(Idea, event.subject_id)
    if idea is None or (event.subject_type == "comment" and (comment is None or comment.is_deleted)):
        return false()
    everyone = not idea.is_private and idea.hidden_at is None
    condition = true() if everyone else or_(User.id == idea.author_id, staff)
    if comment is None or (comment.hidden_at is None and not comment.is_note):
        return condition
    return staff if comment.is_note else condition & or_(User.id == comment.author_id, staff)
