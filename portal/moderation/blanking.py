"""Taking the words out of earlier versions of a text, for good, with every copy that the portal has of them."""

from typing import Any

from sqlalchemy import select, update

from portal.accounts.email_tokens import EmailToken
from portal.accounts.jobs import drop_tokens
from portal.accounts.models import User
from portal.activity.models import Action, Event, record
from portal.comments.models import Comment, CommentRevision
from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse, ResponseRevision
from portal.ideas.revisions import Revision
from portal.moderation.models import Flag, fingerprint
from portal.triage.ledger import Promise, PromiseDay

# What stands in the place of words that were taken out.
OUT = "[…]"


def versions_of(text: Any) -> tuple[Any, Any]:
    """The model of a text's versions, and the condition of those that are its own."""
    if isinstance(text, OfficialResponse):
        return ResponseRevision, ResponseRevision.response_id == text.id
    if isinstance(text, Comment):
        return CommentRevision, CommentRevision.comment_id == text.id
    return Revision, Revision.idea_id == text.id


def blank_earlier(text: Any, by: User, version: int | None = None) -> list[str]:
    """Take the words out of one earlier version of a text, or of all; what it says now stays.

    Gives the keys of pictures that nothing shows any more: delete their files after the commit. No commit.
    """
    model, own = versions_of(text)
    which = own if version is None else own & (model.id == version)
    number = model.blank(which, by_staff=by.id != text.author_id)
    if not number:
        return []
    _record(text, by, number)
    if isinstance(text, OfficialResponse):
        _forget_reasons(text)
        return []
    forget_earlier_judged(text)
    return forget_confirmed(db.session.get_one(User, text.author_id))


def blank_reason(idea: Idea, move: Event, words: str, by: User) -> bool:
    """Take these words out of the reason of a step, for good; the step, its date and the rest of the reason stay.

    False where they do not stand in it. The caller holds the idea.
    """
    reason = move.facts.get("reason", "")
    if not words or words not in reason:
        return False
    _put(reason.replace(words, OUT), idea, move)
    record(Action.REASON_BLANKED, idea, by=by, step=move.id)
    return True


def blank_promise(promise: Promise, words: str, by: User, day: PromiseDay | None = None) -> bool:
    """The same of the reason for another `day`, or else of why a promise was taken back. The caller holds it."""
    said: Any = day or promise
    if not words or words not in said.reason:
        return False
    said.reason = said.reason.replace(words, OUT)
    record(Action.REASON_BLANKED, promise.idea, by=by, promise=promise.id)
    return True


def forget_earlier_judged(text: Any) -> None:
    """Staff may have judged words that are gone: then nothing is kept that tells which words they were."""
    judged = update(Flag).where(
        Flag.about(text), Flag.judged_words.is_not(None), Flag.judged_words != fingerprint(text)
    )
    db.session.execute(judged.values(judged_words=""), execution_options={"synchronize_session": False})


def forget_confirmed(author: User) -> list[str]:
    """What was sent before it was confirmed by mail is kept for a day: that of this person goes, once confirmed.

    Gives the keys of pictures that nothing shows any more. No commit.
    """
    if author.email is None:
        return []
    keys, _number = drop_tokens(author.opened_by() & EmailToken.used_at.is_not(None))
    return keys


def _put(left: str, idea: Idea, move: Event) -> None:
    """Let this be left of the reason of a step, wherever it stands."""
    reason = move.facts["reason"]
    move.facts = {**move.facts, "reason": left}
    if idea.status_reason == reason:
        idea.status_reason = left
    taken_back = update(Promise).where(Promise.idea_id == idea.id, Promise.reason == reason).values(reason=left)
    db.session.execute(taken_back, execution_options={"synchronize_session": False})


def _forget_reasons(response: OfficialResponse) -> None:
    """A step of which a version said why, that is gone now, keeps none of its words either."""
    own = ResponseRevision.response_id == response.id, ResponseRevision.blanked_at.is_not(None)
    gone = set(db.session.scalars(select(ResponseRevision.id).where(*own)))
    moves = Event.subject_type == "idea", Event.subject_id == response.idea_id, Event.action == Action.STATUS_CHANGED
    for move in db.session.scalars(select(Event).where(*moves)):
        if move.facts.get("said_in") in gone and move.facts.get("reason"):
            _put(OUT, db.session.get_one(Idea, response.idea_id), move)


def _record(text: Any, by: User, number: int) -> None:
    if isinstance(text, OfficialResponse):
        record(Action.RESPONSE_BLANKED, db.session.get_one(Idea, text.idea_id), by=by, versions=number)
    else:
        record(Action.VERSION_BLANKED, text, by=by, versions=number, **text.event_facts)
