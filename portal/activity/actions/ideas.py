"""What happens to ideas and issues."""

from datetime import datetime

from portal.activity.actions.described import EVERYWHERE, NOWHERE, Described, either, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.i18n import _, _l, day


def _visibility_changed(told: Told) -> str:
    if told.event.facts.get("private"):
        return _("%(who)s made “%(title)s” private", who=told.who, title=told.title)
    return _("%(who)s made “%(title)s” public", who=told.who, title=told.title)


def _status_changed(told: Told) -> str:
    said = {"who": told.who, "title": told.title, "old": told.status("old"), "new": told.status("new")}
    if told.event.facts.get("tells") == "nobody":
        return _("%(who)s moved “%(title)s” from %(old)s to %(new)s, and nobody was told", **said)
    return _("%(who)s moved “%(title)s” from %(old)s to %(new)s", **said)


def _target_changed(told: Told) -> str:
    if told.event.facts.get("old"):
        return _("%(who)s changed when “%(title)s” may be there", who=told.who, title=told.title)
    return _("%(who)s said when “%(title)s” may be there", who=told.who, title=told.title)


def _assigned(told: Told) -> str:
    facts = told.event.facts
    if not facts.get("new"):
        return _("%(who)s took “%(title)s” out of everybody’s hands", who=told.who, title=told.title)
    if facts["new"] == told.event.actor_id:
        return _("%(who)s took “%(title)s” on", who=told.who, title=told.title)
    return _("%(who)s gave “%(title)s” to %(owner)s", who=told.who, title=told.title, owner=told.person("new"))


def _snoozed(told: Told) -> str:
    until = told.event.facts.get("until")
    if not until:
        return _("%(who)s brought “%(title)s” back to the inbox", who=told.who, title=told.title)
    until = day(datetime.fromisoformat(until))
    return _("%(who)s put “%(title)s” off until %(day)s", who=told.who, title=told.title, day=until)


_PROPOSED = either(_l("%(who)s proposed “%(title)s”"), _l("%(who)s sent the issue “%(title)s”"))
_NOTED = either(
    _l("%(who)s noted what a customer wishes: “%(title)s”"), _l("%(who)s noted an issue of a customer: “%(title)s”")
)


_BEGAN = either(
    _l("%(who)s made a comment an idea of its own: “%(title)s”"),
    _l("%(who)s made a comment an issue of its own: “%(title)s”"),
)


def _proposed(told: Told) -> str:
    if told.event.facts.get("began"):
        return _BEGAN(told)
    return (_NOTED if told.event.facts.get("source") else _PROPOSED)(told)


IDEAS: dict[Action, Described] = {
    Action.IDEA_PROPOSED: Described(_l("Idea proposed"), _proposed, EVERYWHERE, "lightbulb"),
    Action.IDEA_EDITED: Described(_l("Idea edited"), phrase(_l("%(who)s edited “%(title)s”")), NOWHERE),
    Action.IDEA_REWRITTEN: Described(
        _l("What an idea asks for changed"),
        either(
            _l("%(who)s changed what “%(title)s” asks for: who supports it is told"),
            _l("%(who)s changed what “%(title)s” tells of: who has it is told"),
        ),
        NOWHERE,
        "pencil",
    ),
    Action.IDEA_MOVED: Described(
        _l("Idea moved to a board"), phrase(_l("%(who)s moved “%(title)s” to another board")), NOWHERE
    ),
    Action.IDEA_TAGGED: Described(_l("Idea tagged"), phrase(_l("%(who)s changed the tags of “%(title)s”")), NOWHERE),
    Action.IDEA_ASSIGNED: Described(_l("Idea given to somebody of the team"), _assigned, NOWHERE, "user-plus"),
    Action.IDEA_SNOOZED: Described(_l("Idea put off"), _snoozed, NOWHERE, "clock"),
    Action.IDEA_HIDDEN: Described(_l("Idea hidden"), phrase(_l("%(who)s hid “%(title)s”")), NOWHERE, "eye-off"),
    Action.IDEA_RESTORED: Described(_l("Idea shown again"), phrase(_l("%(who)s restored “%(title)s”")), NOWHERE, "eye"),
    Action.VISIBILITY_CHANGED: Described(_l("Issue made private or public"), _visibility_changed, NOWHERE),
    Action.STATUS_CHANGED: Described(_l("Status changed"), _status_changed, EVERYWHERE),
    Action.TARGET_CHANGED: Described(_l("Target changed"), _target_changed, NOWHERE, "calendar"),
    Action.SOURCE_CORRECTED: Described(
        _l("Where a customer said it corrected"),
        phrase(_l("%(who)s corrected where a customer said it: “%(title)s”")),
        NOWHERE,
    ),
    Action.RESPONSE_POSTED: Described(
        _l("Official response published"),
        phrase(_l("%(who)s answered “%(title)s” officially")),
        EVERYWHERE,
        "megaphone",
    ),
    Action.RESPONSE_EDITED: Described(
        _l("Official response changed"), phrase(_l("%(who)s edited the official response to “%(title)s”")), NOWHERE
    ),
    Action.RESPONSE_BLANKED: Described(
        _l("Words taken out of an official response"),
        phrase(_l("%(who)s took the words out of earlier versions of the official response to “%(title)s”")),
        NOWHERE,
    ),
    Action.REASON_BLANKED: Described(
        _l("Words taken out of a reason"),
        phrase(_l("%(who)s took words out of a reason that was given on “%(title)s”")),
        NOWHERE,
    ),
    Action.NOTE_POSTED: Described(
        _l("Staff note written"), phrase(_l("%(who)s wrote a staff note on “%(title)s”")), NOWHERE
    ),
}
