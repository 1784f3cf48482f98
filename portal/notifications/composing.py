"""What a mail about an event says to its reader: one function an action; None where it is no longer to be said."""

from collections.abc import Callable

from flask import url_for
from sqlalchemy import select

from portal.accounts.choices import MailWhen
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.signing_in import sign_in_message
from portal.activity.models import Action, Event
from portal.activity.sentences import Told, sentence, subject_of
from portal.changelog.coming import UNDER_WAY, owes_name
from portal.changelog.credits import naming
from portal.changelog.models import Credit, CreditRole, Release, release_idea
from portal.extensions import db
from portal.i18n import _, _l, _n
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind, Status
from portal.mail.sending import Message
from portal.notifications import civil, digest, moving, roles, staff_letter
from portal.notifications.rewritten import rewritten
from portal.notifications.shapes import (
    FOLLOWS,
    TEMPLATE,
    WROTE,
    about,
    naming_url,
    profile_url,
    quoted,
    to_the_person,
)
from portal.notifications.steps import heading_of, next_of, ticket
from portal.notifications.stopping import DIGEST, PROGRESS, PROGRESS_AND_COMMENTS, stop_url
from portal.recognition.sentences import reason_sentence
from portal.settings import settings
from portal.text import excerpt
from portal.web.site import public_url

TICKETS = 3


def compose(event: Event, reader: User) -> Message | None:
    """The message for this reader, in the language being written; None where nothing is left to be said.

    Whether they want it, and may see it, was asked before: `audience.objection`.
    """
    write = WRITERS[Action(event.action)]
    return write(event, reader) if write else None


def compose_for_token(token: EmailToken) -> Message:
    """The message with the link and the code, which has nothing to unsubscribe from."""
    said = sign_in_message(token)
    held = said["context"]["held"]
    about = token.pending.payload.get("idea") if token.pending else None
    idea = db.session.scalar(Idea.visible_to(None).where(Idea.id == about)) if about else None
    brand = settings().name
    heading = _("One click and it counts") if held and not held.gone else _("Sign in to %(brand)s", brand=brand)
    return Message(
        subject=said["subject"],
        template=said["template"],
        context={**said["context"], "heading": heading, "ticket": ticket(idea) if idea else None},
        preheader=_("Your code is %(code)s", code=said["context"]["code"]),
        reason=_("You get this message because your address was typed on %(brand)s.", brand=brand),
    )


def _status_changed(event: Event, reader: User) -> Message:
    idea: Idea = subject_of(event)
    status = db.session.get(Status, event.facts["new"]) or idea.status
    lines = [line for line in (next_of(idea, status.kind),) if line]
    reason = event.facts.get("reason") or ""
    heading = heading_of(idea, status.kind)
    shown, credits = ticket(idea, status), status.kind in UNDER_WAY
    return about(event, reader, heading, lines, _("See where it stands"), reason, shown=shown, credits=credits)


def _response_posted(event: Event, reader: User) -> Message:
    response = subject_of(event).response
    lines = [_("%(who)s answers for the team:", who=response.author.display_name)]
    return about(event, reader, _("The team answered"), lines, _("See the answer"), response.body)


def _comment_posted(event: Event, reader: User) -> Message:
    who = Told(event, None).who
    heading = (
        _("%(who)s replied to a comment", who=who) if event.facts.get("parent") else _("%(who)s commented", who=who)
    )
    return about(event, reader, heading, [], _("Read and reply"), subject_of(event).body, FOLLOWS)


def _comment_shaped(event: Event, reader: User) -> Message:
    comment = subject_of(event)
    lines = [
        _("What you wrote helps us to fix this issue. Thank you.")
        if comment.idea.is_issue
        else _("What you wrote changed what we are going to build. Thank you.")
    ]
    heading, body = _("Your comment made a difference"), comment.body
    return about(event, reader, heading, lines, _("See your comment"), body, WROTE, credits=True)


def _release_published(event: Event, reader: User) -> Message:
    release: Release = subject_of(event)
    parts = _parts_in(release, reader)
    named = bool(naming([release.id], reader))
    return Message(
        subject=_("It’s live: %(title)s. Your name is on it.", title=release.title)
        if named
        else sentence(event, release),
        template="notifications/emails/released",
        context={
            "parts": [str(ROLES[role, kind]) % {"title": title} for role, kind, title in parts],
            **quoted(release.story),
            "tickets": [ticket(idea) for idea in _seen_in(release, reader)],
            "url": public_url(release.url),
            "naming": naming_url() if owes_name(reader) and _makes(parts, reader) else "",
        },
        preheader=_("You helped make this. Thank you.") if parts else excerpt(release.story, 120) or release.title,
        reason=str(_("You get this because you had a part in what shipped, or follow it.")),
        unsubscribe=stop_url(reader, PROGRESS),
    )


def _makes(parts: list[tuple[CreditRole, Kind, str]], reader: User) -> bool:
    """Whether any of it is credited by name."""
    return any(role != CreditRole.SUPPORTER or reader.named_as_supporter for role, _kind, _title in parts)


ROLES = {
    (CreditRole.PROPOSER, Kind.IDEA): _l("You proposed “%(title)s”."),
    (CreditRole.SHAPER, Kind.IDEA): _l("Your comment shaped “%(title)s”."),
    (CreditRole.SUPPORTER, Kind.IDEA): _l("You voted for “%(title)s”."),
    (CreditRole.PROPOSER, Kind.ISSUE): _l("You reported “%(title)s”."),
    (CreditRole.SHAPER, Kind.ISSUE): _l("Your comment helped with “%(title)s”."),
    (CreditRole.SUPPORTER, Kind.ISSUE): _l("You had “%(title)s” too."),
}


def _parts_in(release: Release, reader: User) -> list[tuple[CreditRole, Kind, str]]:
    """What the reader did for each idea that shipped, the highest roles first."""
    mine = (
        select(Credit.role, Idea.kind, Idea.title)
        .join(Idea, Idea.id == Credit.idea_id)
        .where(Credit.release_id == release.id, Credit.user_id == reader.id, Credit.stands(), Idea.seen_by(reader))
    )
    rows = db.session.execute(mine.order_by(Credit.id))
    parts = [(CreditRole(role), Kind(kind), title) for role, kind, title in rows]
    return sorted(parts, key=lambda part: list(CreditRole).index(part[0]))


def _seen_in(release: Release, reader: User) -> list[Idea]:
    """The ideas that it ships, most votes first, as far as the reader may see them."""
    seen = Idea.visible_to(reader).join(release_idea, release_idea.c.idea_id == Idea.id)
    shipped = seen.where(release_idea.c.release_id == release.id).order_by(Idea.votes_count.desc(), Idea.id)
    return list(db.session.scalars(shipped.limit(TICKETS)))


def _partner_picked(event: Event, reader: User) -> Message:
    partner = subject_of(event)
    lines = [
        _("Every week we look at what came of what our members wrote. This week you stand out."),
        _("Thank you. You are on our home page this week; your settings let you stay out of it."),
    ]
    url = public_url(url_for("recognition.index"))
    return to_the_person(event, reader, lines, url, _("See the top partners"), thanks=reason_sentence(partner))


def _partner_thanked(event: Event, reader: User) -> Message:
    thanks = subject_of(event)
    lines = [_("%(who)s, of our team, wrote this to you:", who=thanks.author.display_name)]
    return to_the_person(event, reader, lines, profile_url(reader), _("See your profile"), thanks.body, tone="thanks")


def _member_welcomed(event: Event, reader: User) -> Message:
    letter = subject_of(event)
    lines = [_("%(who)s, of our team, wrote this to you:", who=letter.author.display_name)]
    url = public_url(url_for("ideas.index"))
    return to_the_person(event, reader, lines, url, _("See the ideas"), letter.body, tone="thanks")


def _mail_tested(event: Event, reader: User) -> Message:
    lines = [_("You asked for this from the first steps of %(brand)s. It arrived: mail works.", brand=settings().name)]
    return Message(
        subject=sentence(event),
        template=TEMPLATE,
        context={"lines": lines, "url": public_url(url_for("admin.inbox")), "button": _("Go on with the first steps")},
        preheader=lines[0],
        reason=_("You get this because you asked for a test."),
    )


def _digest_due(event: Event, reader: User) -> Message | None:
    collected = digest.collected(event, reader)
    if not collected:
        return None
    count, topic = sum(len(group.lines) for group in collected), _what_stops(collected, reader)
    return Message(
        subject=_n(
            "%(num)s thing happened on %(brand)s", "%(num)s things happened on %(brand)s", count, brand=settings().name
        ),
        template="notifications/emails/digest",
        context={"groups": collected, "url": public_url(url_for("notifications.index"))},
        preheader=collected[0].lines[0].said,
        reason=_why(topic),
        unsubscribe=stop_url(reader, topic),
    )


def _what_stops(collected: list[digest.Group], reader: User) -> str:
    """What ends such digests: they also tell of changed words to those who hear of all else at once."""
    tells_of_words = any(line.url for group in collected for line in group.lines)
    if not tells_of_words or reader.mail_progress == MailWhen.DAILY:
        return DIGEST
    return PROGRESS_AND_COMMENTS if reader.mail_comments == MailWhen.DAILY else PROGRESS


def _why(topic: str) -> str:
    if topic == PROGRESS:
        return _("You get this because the words of what you support changed: that is told once a day.")
    return _("You get this once a day because you chose a daily digest.")


WRITERS: dict[Action, Callable[[Event, User], Message | None] | None] = {
    Action.SIGN_IN_REQUESTED: None,
    Action.MEMBER_JOINED: None,
    Action.MEMBER_SUSPENDED: civil.member_suspended,
    Action.MEMBER_REINSTATED: None,
    Action.MEMBER_ERASED: None,
    Action.DATA_HANDED_OVER: civil.data_handed_over,
    Action.PROFILE_HIDDEN: civil.profile_hidden,
    Action.PROFILE_RESTORED: civil.profile_restored,
    Action.ROLE_CHANGED: roles.role_changed,
    Action.ADDRESS_ASKED: None,
    Action.ADDRESS_READY: moving.ready,
    Action.ADDRESS_OBJECTED: moving.objected,
    Action.ADDRESS_KEPT: None,
    Action.ADDRESS_CHANGED: None,
    Action.ADDRESS_TAKEN_BACK: None,
    Action.IDEA_PROPOSED: staff_letter.at_once,
    Action.IDEA_EDITED: None,
    Action.IDEA_REWRITTEN: rewritten,
    Action.IDEA_MOVED: None,
    Action.IDEA_TAGGED: None,
    Action.IDEA_HIDDEN: civil.hidden,
    Action.IDEA_RESTORED: civil.restored,
    Action.VISIBILITY_CHANGED: None,
    Action.STATUS_CHANGED: _status_changed,
    Action.RESPONSE_POSTED: _response_posted,
    Action.RESPONSE_EDITED: None,
    Action.NOTE_POSTED: None,
    Action.COMMENT_POSTED: _comment_posted,
    Action.COMMENT_EDITED: None,
    Action.COMMENT_HIDDEN: civil.hidden,
    Action.COMMENT_RESTORED: civil.restored,
    Action.COMMENT_SHAPED: _comment_shaped,
    Action.COMMENT_UNSHAPED: None,
    Action.COMMENT_DELETED: None,
    Action.VERSION_BLANKED: civil.version_blanked,
    Action.RESPONSE_BLANKED: None,
    Action.REASON_BLANKED: None,
    Action.PICTURES_CHANGED: None,
    Action.RELEASE_DRAFTED: None,
    Action.RELEASE_EDITED: None,
    Action.RELEASE_DISCARDED: None,
    Action.RELEASE_PUBLISHED: _release_published,
    Action.RELEASE_HIDDEN: civil.about_release,
    Action.RELEASE_RESTORED: civil.about_release,
    Action.FLAGGED: staff_letter.at_once,
    Action.FLAGS_ANSWERED: civil.flags_answered,
    Action.TEXT_HELD: civil.held,
    Action.TEXT_KEPT: None,
    Action.VOTES_SET_ASIDE: civil.vote_set_aside,
    Action.VOTES_PUT_BACK: civil.vote_put_back,
    Action.VOTE_ANSWERED: None,
    Action.PARTNER_PICKED: _partner_picked,
    Action.PARTNER_THANKED: _partner_thanked,
    Action.MEMBER_WELCOMED: _member_welcomed,
    Action.DIGEST_DUE: _digest_due,
    Action.STAFF_LETTER_DUE: staff_letter.in_the_morning,
    Action.DELIVERY_RETRIED: None,
    Action.DELIVERY_DISCARDED: None,
    Action.BOARD_CHANGED: None,
    Action.STATUS_EDITED: None,
    Action.SETTINGS_CHANGED: None,
    Action.TEXT_CHANGED: None,
    Action.MAIL_TESTED: _mail_tested,
    Action.PORTAL_RESTORED: None,
}
