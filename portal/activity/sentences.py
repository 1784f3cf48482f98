"""What happened, as a whole sentence for its reader: one function an action, with another voice for the audit."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import g
from sqlalchemy import select

from portal.activity.models import Action, Event
from portal.database.wording import chosen
from portal.extensions import Base, db
from portal.i18n import _, _l, _n

Subjects = dict[tuple[str, int], Any]


@dataclass(frozen=True)
class Told:
    """An event with what its sentence needs: the subject, and whether the audit of staff asks."""

    event: Event
    subject: Any
    for_staff: bool = False

    @property
    def who(self) -> str:
        """The name of who acted, as it may be shown."""
        return _name(_row("user", self.event.actor_id)) if self.event.actor_id else _("The portal")

    @property
    def title(self) -> str:
        """What it is about: the title of the idea or the release, the name of the person or the thing."""
        naming = NAMES.get(self.event.subject_type)
        if naming is None or self.subject is None:
            return _name_of_gone(self.event.subject_type, self.event.subject_id)
        return naming(self.subject)

    @property
    def is_issue(self) -> bool:
        """Whether it is about an issue, or what was said of one."""
        return bool(getattr(getattr(self.subject, "idea", self.subject), "is_issue", False))

    def status(self, which: str) -> str:
        """The name of the `old` or the `new` status, in the reader's language."""
        id = self.event.facts.get(which, 0)
        row = _row("status", id)
        return str(row.name) if row else _name_of_gone("status", id)


Sentence = Callable[[Told], str]


def sentence(event: Event, subject: Any = None, for_staff: bool = False) -> str:
    """Say what happened, in the language that is being written; with `for_staff` in the voice of the audit."""
    told = Told(event, subject if subject is not None else subject_of(event), for_staff)
    return SENTENCES[Action(event.action)](told)


def subject_of(event: Event) -> Any:
    """What the event is about, or None where it is gone."""
    return _row(event.subject_type, event.subject_id)


def subjects_of(events: Iterable[Event]) -> Subjects:
    """What these events are about, by (type, id), who acted, and statuses: one query a type. Keep it while writing.

    Ideas that are commented on and people who are thanked come along: sentences name them.
    """
    wanted: dict[str, set[int]] = {}
    for event in events:
        wanted.setdefault(event.subject_type, set()).add(event.subject_id)
        if event.actor_id:
            wanted.setdefault("user", set()).add(event.actor_id)
        if event.action == Action.STATUS_CHANGED:
            wanted.setdefault("status", set()).update((event.facts["old"], event.facts["new"]))
    found = _rows(wanted)
    behind: dict[str, set[int]] = {}
    for row in found.values():
        for table in ("idea", "user"):
            id = getattr(row, f"{table}_id", None)
            if id and (table, id) not in found:
                behind.setdefault(table, set()).add(id)
    return found | _rows(behind)


def _rows(wanted: dict[str, set[int]]) -> Subjects:
    found: Subjects = {}
    for table, ids in wanted.items():
        model: Any = model_of(table)
        for row in db.session.scalars(select(model).where(model.id.in_(ids))) if model else ():
            found[table, row.id] = row
    return found


def model_of(table: str) -> Any:
    """The model of a table: what events are about lies on rungs above this one."""
    return _models().get(table)


@cache
def _models() -> dict[str, Any]:
    return {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}


def _row(table: str, id: Any) -> Any:
    model = model_of(table)
    return db.session.get(model, id) if model else None


def _name_of_gone(table: str, id: int) -> str:
    """The last name of a status that was deleted: the event of that keeps it, and a context asks once."""
    if table != "status":
        return "…"
    known: dict[int, dict[str, Any]] = g.setdefault("gone_statuses", {})
    if id not in known:
        last = select(Event.facts).where(Event.subject_type == table, Event.subject_id == id).order_by(Event.id.desc())
        known[id] = db.session.scalar(last.where(Event.action == Action.STATUS_EDITED).limit(1)) or {}
    return chosen(known[id].get("names", {})) or "…"


def _name(user: Any) -> str:
    return _("A former member") if user is None or user.is_former else str(user.display_name)


NAMES: dict[str, Callable[[Any], str]] = {
    "idea": lambda idea: str(idea.title),
    "comment": lambda comment: str(comment.idea.title),
    "release": lambda release: str(release.title) or _("a release without a title"),
    "user": _name,
    "partner": lambda partner: _name(partner.user),
    "thank_you": lambda thanks: _name(thanks.user),
    "flag": lambda flag: _("a report"),
    "board": lambda board: str(board.name),
    "status": lambda status: str(status.name),
}


def _said(plain: Any, to_reader: Any = None) -> Sentence:
    """A sentence with `who` and `title` in it; `to_reader` says it to the person whom it is about."""

    def say(told: Told) -> str:
        words = plain if told.for_staff or to_reader is None else to_reader
        return str(words) % {"who": told.who, "title": told.title}

    return say


def _either(of_idea: Sentence, of_issue: Sentence) -> Sentence:
    """Issues speak as issues."""
    return lambda told: (of_issue if told.is_issue else of_idea)(told)


def _status_changed(told: Told) -> str:
    if not told.for_staff:
        return _("%(status)s: %(title)s", status=told.status("new"), title=told.title)
    return _(
        "%(who)s moved “%(title)s” from %(old)s to %(new)s",
        who=told.who,
        title=told.title,
        old=told.status("old"),
        new=told.status("new"),
    )


def _comment_posted(told: Told) -> str:
    if told.event.facts.get("parent"):
        return _("%(who)s replied to a comment on “%(title)s”", who=told.who, title=told.title)
    return _("%(who)s commented on “%(title)s”", who=told.who, title=told.title)


def _visibility_changed(told: Told) -> str:
    if told.event.facts.get("private"):
        return _("%(who)s made “%(title)s” private", who=told.who, title=told.title)
    return _("%(who)s made “%(title)s” public", who=told.who, title=told.title)


def _role_changed(told: Told) -> str:
    made = {
        "admin": (_l("%(who)s made %(title)s an admin"), _l("You are an admin now")),
        "staff": (_l("%(who)s made %(title)s a member of staff"), _l("You are one of the team now")),
        "member": (_l("%(who)s made %(title)s a member like any other"), _l("You are no longer one of the team")),
    }
    return _said(*made[told.event.facts.get("new", "member")])(told)


def _address_changed(told: Told) -> str:
    """With a reason, an admin decided it."""
    if told.event.facts.get("reason"):
        return _("%(who)s let another e-mail address of %(title)s through", who=told.who, title=told.title)
    return _("The e-mail address of %(title)s was changed", title=told.title)


def _address_kept(told: Told) -> str:
    if told.event.facts.get("reason"):
        return _("%(who)s refused another e-mail address for %(title)s", who=told.who, title=told.title)
    return _("The e-mail address of %(title)s stays as it is", title=told.title)


def _settings_changed(told: Told) -> str:
    if told.event.facts.get("first_steps"):
        return _("%(who)s hid the first steps", who=told.who)
    return _("%(who)s changed the settings of the portal", who=told.who)


def _text_changed(told: Told) -> str:
    if told.event.facts.get("text") == "conduct":
        return _("%(who)s changed the code of conduct", who=told.who)
    return _("%(who)s changed the privacy text", who=told.who)


def _member_erased(told: Told) -> str:
    if told.event.actor_id not in (None, told.event.subject_id):
        return _("%(who)s erased an account at its owner’s request", who=told.who)
    return _("A member deleted their account")


def _portal_restored(told: Told) -> str:
    return _("The portal was restored from the backup of %(when)s", when=told.event.facts.get("made_at", ""))


def _flagged(told: Told) -> str:
    if told.event.subject_type == "comment":
        return _("%(who)s reported a comment on “%(title)s”", who=told.who, title=told.title)
    return _("%(who)s reported “%(title)s”", who=told.who, title=told.title)


def _flags_answered(told: Told) -> str:
    if not told.for_staff:
        return _verdict(told.subject)
    sent = len(told.event.facts.get("flags", []))
    return _n("%(who)s answered %(num)s report", "%(who)s answered %(num)s reports", sent, who=told.who)


def _verdict(report: Any) -> str:
    """Which text it was, by a name that everybody may read: of what is out of sight nothing is told."""
    thing = _row(report.subject_type, report.subject_id) if report else None
    named = getattr(thing, "idea", thing)
    if thing is None or named is None or named.hidden_at or getattr(named, "is_private", False):
        return _("We looked at what you reported")
    title = NAMES[thing.__tablename__](thing)
    if report.subject_type == "comment":
        return _("We looked at the comment on “%(title)s” that you reported", title=title)
    if report.subject_type == "user":
        return _("We looked at the profile of %(title)s, which you reported", title=title)
    return _("We looked at “%(title)s”, which you reported", title=title)


def _votes_set_aside(told: Told) -> str:
    if not told.for_staff and told.is_issue:
        return _("You do not count for “%(title)s” for now", title=told.title)
    if not told.for_staff:
        return _("Your vote for “%(title)s” does not count for now", title=told.title)
    return _n(
        "%(who)s set %(num)s vote for “%(title)s” aside",
        "%(who)s set %(num)s votes for “%(title)s” aside",
        len(told.event.facts.get("asides", [])),
        who=told.who,
        title=told.title,
    )


def _votes_put_back(told: Told) -> str:
    if not told.for_staff and told.is_issue:
        return _("You count for “%(title)s” again", title=told.title)
    if not told.for_staff:
        return _("Your vote for “%(title)s” counts again", title=told.title)
    return _n(
        "%(who)s put %(num)s vote for “%(title)s” back",
        "%(who)s put %(num)s votes for “%(title)s” back",
        told.event.facts.get("people", 1),
        who=told.who,
        title=told.title,
    )


def _delivery_retried(told: Told) -> str:
    tried = len(told.event.facts.get("deliveries", [told.event.subject_id]))
    return _n(
        "%(who)s asked for a message to be sent again",
        "%(who)s asked for %(num)s messages to be sent again",
        tried,
        who=told.who,
    )


REWRITTEN = _l("The words of “%(title)s” changed: see how")

SENTENCES: dict[Action, Sentence] = {
    Action.SIGN_IN_REQUESTED: _said(_l("Somebody asked for a link to sign in")),
    Action.MEMBER_JOINED: _said(_l("%(title)s joined")),
    Action.MEMBER_SUSPENDED: _said(_l("%(who)s suspended %(title)s"), _l("Your account is suspended")),
    Action.MEMBER_REINSTATED: _said(_l("%(who)s ended the suspension of %(title)s")),
    Action.MEMBER_ERASED: _member_erased,
    Action.DATA_HANDED_OVER: _said(
        _l("%(who)s handed over the data of %(title)s"), _l("We handed over your data, as you asked")
    ),
    Action.PROFILE_HIDDEN: _said(_l("%(who)s hid the profile of %(title)s"), _l("We hid your profile")),
    Action.PROFILE_RESTORED: _said(_l("%(who)s restored the profile of %(title)s"), _l("Your profile is shown again")),
    Action.ROLE_CHANGED: _role_changed,
    Action.ADDRESS_ASKED: _said(_l("%(title)s asked for another e-mail address")),
    Action.ADDRESS_READY: _said(_l("%(title)s lost their address: the new one waits for an admin")),
    Action.ADDRESS_OBJECTED: _said(_l("The old address of %(title)s objected to the new one")),
    Action.ADDRESS_KEPT: _address_kept,
    Action.ADDRESS_CHANGED: _address_changed,
    Action.ADDRESS_TAKEN_BACK: _said(_l("The old address of %(title)s took the account back")),
    Action.IDEA_PROPOSED: _either(
        _said(_l("%(who)s proposed “%(title)s”")), _said(_l("%(who)s sent the issue “%(title)s”"))
    ),
    Action.IDEA_EDITED: _said(_l("%(who)s edited “%(title)s”")),
    Action.IDEA_REWRITTEN: _either(
        _said(_l("%(who)s changed what “%(title)s” asks for: who supports it is told"), REWRITTEN),
        _said(_l("%(who)s changed what “%(title)s” tells of: who has it is told"), REWRITTEN),
    ),
    Action.IDEA_MOVED: _said(_l("%(who)s moved “%(title)s” to another board")),
    Action.IDEA_TAGGED: _said(_l("%(who)s changed the tags of “%(title)s”")),
    Action.IDEA_HIDDEN: _said(_l("%(who)s hid “%(title)s”"), _l("We hid what you sent: %(title)s")),
    Action.IDEA_RESTORED: _said(_l("%(who)s restored “%(title)s”"), _l("Everyone can read what you sent: %(title)s")),
    Action.VISIBILITY_CHANGED: _visibility_changed,
    Action.STATUS_CHANGED: _status_changed,
    Action.RESPONSE_POSTED: _said(_l("%(who)s answered “%(title)s” officially"), _l("The team answered: %(title)s")),
    Action.RESPONSE_EDITED: _said(_l("%(who)s edited the official response to “%(title)s”")),
    Action.NOTE_POSTED: _said(_l("%(who)s wrote a staff note on “%(title)s”")),
    Action.COMMENT_POSTED: _comment_posted,
    Action.COMMENT_EDITED: _said(_l("%(who)s edited a comment on “%(title)s”")),
    Action.COMMENT_HIDDEN: _said(_l("%(who)s hid a comment on “%(title)s”"), _l("We hid your comment on “%(title)s”")),
    Action.COMMENT_RESTORED: _said(
        _l("%(who)s restored a comment on “%(title)s”"), _l("Everyone can read your comment on “%(title)s”")
    ),
    Action.COMMENT_SHAPED: _either(
        _said(_l("%(who)s marked a comment as having shaped “%(title)s”"), _l("Your comment shaped “%(title)s”")),
        _said(
            _l("%(who)s marked a comment as having helped with “%(title)s”"), _l("Your comment helped with “%(title)s”")
        ),
    ),
    Action.COMMENT_UNSHAPED: _either(
        _said(_l("%(who)s took back that a comment shaped “%(title)s”")),
        _said(_l("%(who)s took back that a comment helped with “%(title)s”")),
    ),
    Action.COMMENT_DELETED: _said(_l("%(who)s deleted their own comment on “%(title)s”")),
    Action.VERSION_BLANKED: _said(
        _l("%(who)s took the words out of earlier versions, for good: %(title)s"),
        _l("We took words out of an earlier version of what you wrote: %(title)s"),
    ),
    Action.REASON_BLANKED: _said(_l("%(who)s took words out of a reason that was given on “%(title)s”")),
    Action.RESPONSE_BLANKED: _said(
        _l("%(who)s took the words out of earlier versions of the official response to “%(title)s”")
    ),
    Action.PICTURES_CHANGED: _said(_l("%(who)s changed the pictures of what they wrote: %(title)s")),
    Action.RELEASE_DRAFTED: _said(_l("%(who)s began a release")),
    Action.RELEASE_EDITED: _said(_l("%(who)s edited the release “%(title)s”")),
    Action.RELEASE_DISCARDED: _said(_l("%(who)s deleted the draft of a release")),
    Action.RELEASE_PUBLISHED: _said(_l("%(who)s published the release “%(title)s”"), _l("It’s live: %(title)s")),
    Action.RELEASE_HIDDEN: _said(_l("%(who)s hid the release “%(title)s”")),
    Action.RELEASE_RESTORED: _said(_l("%(who)s restored the release “%(title)s”")),
    Action.FLAGGED: _flagged,
    Action.FLAGS_ANSWERED: _flags_answered,
    Action.TEXT_HELD: _said(
        _l("“%(title)s” is hidden until staff have looked"), _l("Our team looks at what you wrote: %(title)s")
    ),
    Action.TEXT_KEPT: _said(_l("%(who)s looked at “%(title)s” and kept it")),
    Action.VOTES_SET_ASIDE: _votes_set_aside,
    Action.VOTES_PUT_BACK: _votes_put_back,
    Action.VOTE_ANSWERED: _either(
        _said(_l("%(who)s answered why their vote for “%(title)s” was set aside")),
        _said(_l("%(who)s answered why they do not count for “%(title)s”")),
    ),
    Action.PARTNER_PICKED: _said(
        _l("%(title)s was picked as a top partner"), _l("You are one of our top partners this week")
    ),
    Action.PARTNER_THANKED: _said(_l("%(who)s thanked %(title)s"), _l("%(who)s thanks you")),
    Action.MEMBER_WELCOMED: _said(_l("%(who)s welcomed %(title)s"), _l("%(who)s welcomes you")),
    Action.STAFF_LETTER_DUE: _said(_l("The morning letter of %(title)s was due"), _l("What waits for your team")),
    Action.DIGEST_DUE: _said(_l("The digest of %(title)s was due"), _l("Your digest")),
    Action.DELIVERY_RETRIED: _delivery_retried,
    Action.DELIVERY_DISCARDED: _said(_l("%(who)s discarded a message that could not be delivered")),
    Action.BOARD_CHANGED: _said(_l("%(who)s changed the board %(title)s")),
    Action.STATUS_EDITED: _said(_l("%(who)s changed the status %(title)s")),
    Action.SETTINGS_CHANGED: _settings_changed,
    Action.TEXT_CHANGED: _text_changed,
    Action.MAIL_TESTED: _said(_l("%(title)s asked for a test e-mail"), _l("Mail from this portal arrives")),
    Action.PORTAL_RESTORED: _portal_restored,
}
