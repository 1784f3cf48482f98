"""What is sent, and what staff change of the portal itself."""

from portal.activity.actions.described import NOWHERE, Described, phrase
from portal.activity.models import Action
from portal.activity.subjects import Told
from portal.database.wording import chosen
from portal.i18n import _, _l, _n


def _delivery_retried(told: Told) -> str:
    tried = len(told.event.facts.get("deliveries", [told.event.subject_id]))
    return _n(
        "%(who)s asked for a message to be sent again",
        "%(who)s asked for %(num)s messages to be sent again",
        tried,
        who=told.who,
    )


def _settings_changed(told: Told) -> str:
    if told.event.facts.get("first_steps"):
        return _("%(who)s hid the first steps", who=told.who)
    return _("%(who)s changed the settings of the portal", who=told.who)


def _text_changed(told: Told) -> str:
    if told.event.facts.get("text") == "greeting":
        return _("%(who)s changed the text from which a welcome begins", who=told.who)
    if told.event.facts.get("text") == "conduct":
        return _("%(who)s changed the code of conduct", who=told.who)
    return _("%(who)s changed the privacy text", who=told.who)


def _status_edited(told: Told) -> str:
    said = {"who": told.who, "old": told.title, "new": chosen(told.event.facts.get("to_names") or {})}
    what = told.event.facts.get("what")
    if what == "way_allowed":
        return _("%(who)s allowed the way from %(old)s to %(new)s", **said)
    if what == "way_forbidden":
        return _("%(who)s forbade the way from %(old)s to %(new)s", **said)
    if what == "way_changed":
        return _("%(who)s changed the way from %(old)s to %(new)s", **said)
    return _("%(who)s changed the status %(title)s", who=told.who, title=told.title)


def _board_changed(told: Told) -> str:
    """Which board became which; the other changes stand beside it."""
    facts = told.event.facts
    sentences = {
        "merged": _l("%(who)s merged the board %(title)s into %(into)s"),
        "separated": _l("%(who)s separated the board %(title)s from %(into)s again"),
        "split": _l("%(who)s split the board %(title)s off %(into)s"),
    }
    said = sentences.get(facts.get("what", ""), _l("%(who)s changed the board %(title)s"))
    return str(said) % {"who": told.who, "title": told.title, "into": chosen(facts.get("into_names") or {}) or "…"}


def _tag_changed(told: Told) -> str:
    """Named as it was then: a tag that was deleted is still told of."""
    facts = told.event.facts
    sentences = {
        "added": _l("%(who)s added the tag %(title)s"),
        "merged": _l("%(who)s merged the tag %(title)s into %(into)s"),
        "separated": _l("%(who)s separated the tag %(title)s from %(into)s again"),
        "deleted": _l("%(who)s deleted the tag %(title)s"),
    }
    said = sentences.get(facts.get("what", ""), _l("%(who)s changed the tag %(title)s"))
    return str(said) % {"who": told.who, "title": facts.get("name", "…"), "into": facts.get("into_name", "…")}


def _snippet_changed(told: Told) -> str:
    """Named as it was then: a phrase that was deleted is still told of."""
    sentences = {
        "added": _l("%(who)s added the ready phrase %(title)s"),
        "deleted": _l("%(who)s deleted the ready phrase %(title)s"),
        "moved": _l("%(who)s moved the ready phrase %(title)s"),
    }
    said = sentences.get(told.event.facts.get("what", ""), _l("%(who)s changed the ready phrase %(title)s"))
    return str(said) % {"who": told.who, "title": chosen(told.event.facts.get("names", {})) or "…"}


def _portal_restored(told: Told) -> str:
    return _("The portal was restored from the backup of %(when)s", when=told.event.facts.get("made_at", ""))


CONSOLE: dict[Action, Described] = {
    Action.STAFF_LETTER_DUE: Described(
        _l("Morning letter to staff"), phrase(_l("The morning letter of %(title)s was due")), NOWHERE
    ),
    Action.DIGEST_DUE: Described(_l("Digest sent"), phrase(_l("The digest of %(title)s was due")), NOWHERE),
    Action.DELIVERY_RETRIED: Described(_l("Delivery tried again"), _delivery_retried, NOWHERE),
    Action.DELIVERY_DISCARDED: Described(
        _l("Delivery discarded"), phrase(_l("%(who)s discarded a message that could not be delivered")), NOWHERE
    ),
    Action.BOARD_CHANGED: Described(_l("Board changed"), _board_changed, NOWHERE),
    Action.BOARD_CLOSING: Described(
        _l("Board closes"), phrase(_l("%(who)s lets the board %(title)s close")), NOWHERE, "lock"
    ),
    Action.BOARD_OPENED: Described(
        _l("Board stays open"), phrase(_l("%(who)s opened the board %(title)s again")), NOWHERE, "undo-2"
    ),
    Action.TAG_CHANGED: Described(_l("Tag changed"), _tag_changed, NOWHERE),
    Action.STATUS_EDITED: Described(_l("Status edited"), _status_edited, NOWHERE),
    Action.SNIPPET_CHANGED: Described(_l("Ready phrase changed"), _snippet_changed, NOWHERE),
    Action.SETTINGS_CHANGED: Described(_l("Settings changed"), _settings_changed, NOWHERE),
    Action.TEXT_CHANGED: Described(_l("Text changed"), _text_changed, NOWHERE),
    Action.MAIL_TESTED: Described(_l("Test e-mail sent"), phrase(_l("%(title)s asked for a test e-mail")), NOWHERE),
    Action.PORTAL_RESTORED: Described(_l("Portal restored"), _portal_restored, NOWHERE),
}
