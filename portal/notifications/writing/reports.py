"""What became of a text that somebody reported: to each who did, once."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from portal.accounts.models import User
from portal.activity.models import Action, Event, Happening
from portal.activity.subjects import NAMES, Told, model_of, subject_of
from portal.comments.models import Comment
from portal.extensions import db
from portal.i18n import _, _l, locale
from portal.ideas.models import Idea
from portal.mail.sending import Message
from portal.moderation import judging
from portal.moderation.flagging import flag
from portal.moderation.models import Judgement, Reason
from portal.notifications.writing.example import Example, World
from portal.notifications.writing.shapes import Mail, to_the_person
from portal.web.addresses import url_for
from portal.web.site import public_url

TO_REPORTERS = _l("Once, to everyone who reported it.")


def _line(told: Told) -> str:
    """Which text it was, by a name that everybody may read: of what is out of sight nothing is told."""
    report = told.subject
    thing = told.known(report.subject_type, report.subject_id) if report else None
    named = getattr(thing, "idea", thing)
    if thing is None or named is None or named.hidden_at or not getattr(named, "is_public", True):
        return _("We looked at what you reported")
    title = NAMES[report.subject_type](thing)
    if report.subject_type == "comment":
        return _("We looked at the comment on “%(title)s” that you reported", title=title)
    if report.subject_type == "user":
        return _("We looked at the profile of %(title)s, which you reported", title=title)
    return _("We looked at “%(title)s”, which you reported", title=title)


def _answered(event: Event, reader: User) -> Message:
    said = {
        Judgement.HIDDEN: _("Our team looked at it, and hid it: others no longer see it. Thank you for telling us."),
        Judgement.KEPT: _("Our team looked at it, and kept it: it breaks none of our rules. Thank you for telling us."),
        Judgement.GONE: _("Its author deleted it before our team decided. Thank you for telling us."),
    }
    lines = [said[Judgement(event.facts["judgement"])]]
    place = _where_it_stands(subject_of(event), reader)
    if place:
        return to_the_person(event, reader, lines, public_url(place), _("See where it stands"))
    url = public_url(url_for("texts.conduct"))
    return to_the_person(event, reader, lines, url, _("Read our code of conduct"))


def _place(_event: Happening, report: Any, reader: User) -> str:
    place = _where_it_stands(report, reader) if report else ""
    return place or url_for("texts.conduct")


def _where_it_stands(report: Any, reader: User) -> str:
    """The page of the text; of a comment that is gone, that of its idea; empty where the reader sees neither."""
    if report.subject_type == "user":
        return _profile(report.subject_id)
    model: Any = model_of(report.subject_type)
    seen = db.session.scalar(model.visible_to(reader).where(model.id == report.subject_id))
    if seen is None or getattr(seen, "is_deleted", False):
        return _idea_of(report, reader)
    return str(seen.url)


def _profile(id: int) -> str:
    handle = db.session.scalar(select(User.handle).where(User.id == id, ~User.is_former))
    return url_for("accounts.show", handle=handle) if handle else ""


def _idea_of(report: Any, reader: User) -> str:
    if report.subject_type != "comment":
        return ""
    of_comment = select(Comment.idea_id).where(Comment.id == report.subject_id).scalar_subquery()
    idea = db.session.scalar(Idea.visible_to(reader).where(Idea.id == of_comment))
    return idea.url if idea else ""


ANSWERED = Mail(_answered, "report-kept", _line, _place)


def _judge(decide: Callable[[Comment, User], None]) -> Callable[[World], Action]:
    def act(world: World) -> Action:
        said = Comment.post(world.idea, _("I would use it every evening."), by=world.staff, lang=locale())
        flag(said, by=world.reader, reason=Reason.OFF_TOPIC)
        decide(said, world.staff)
        return Action.FLAGS_ANSWERED

    return act


EXAMPLES = {
    "report-hidden": Example(
        _l("What was reported is hidden"), TO_REPORTERS, _judge(lambda text, by: judging.hide(text, by, _("Spam")))
    ),
    "report-kept": Example(_l("What was reported stays"), TO_REPORTERS, _judge(judging.keep)),
}
