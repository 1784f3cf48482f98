"""Who may be told of an event: the author, the followers, the supporters, …, each as a condition on User.

`telling.py` says which of them hears of which action; what staff hear of because they are staff, `staff_mail.py` says.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from portal.accounts.membership import Role
from portal.accounts.models import User
from portal.activity.models import Event
from portal.activity.subjects import subject_of
from portal.changelog.models import Release
from portal.changelog.publishing import SHAPING, in_release
from portal.comments.models import Comment
from portal.extensions import db
from portal.ideas.closing import is_last_word
from portal.ideas.models import Idea
from portal.ideas.responses import ResponseKind
from portal.ideas.statuses import CLOSED, Status
from portal.ideas.transitions import Tells
from portal.merging.models import Merge, lived_in
from portal.merging.suggestions import Say, Says, Suggestion
from portal.moderation.models import Flag
from portal.notifications.models import BoardFollow, Follow, Notification
from portal.notifications.undoing import reads_otherwise
from portal.recognition.models import Partner, ThankYou
from portal.triage.ledger import Promise
from portal.voting.models import SetAside, Vote

Who = Callable[[Event], ColumnElement[bool]]
_OWNER, _MUTED = aliased(User), aliased(Follow)


def nobody(event: Event) -> ColumnElement[bool]:
    return false()


def those_who_care(event: Event) -> ColumnElement[bool]:
    """Author, followers and supporters of an idea, except those who muted it: as far as the event itself says that it
    tells them, as the way that it took did then. A release tells for its own changes, and so does a response.
    """
    tells = event.facts.get("tells", Tells.EVERYONE)
    told = event.facts.get("told_by_release") or event.facts.get("told_by_response")
    if told or tells == Tells.NOBODY:
        return false()
    return _cares_about(event.subject_id, votes_too=tells == Tells.EVERYONE)


def those_who_wait_longer(event: Event) -> ColumnElement[bool]:
    """Author and followers of an idea, where its target moved later: an earlier one is no news by itself."""
    return _cares_about(event.subject_id, votes_too=False) if event.facts.get("slips") else false()


def those_who_are_answered(event: Event) -> ColumnElement[bool]:
    """Whom a response is for: all who care; a question, its author and those who follow the discussion, and whomever
    the step tells that was taken with it.
    """
    is_for_all = event.facts.get("kind") != ResponseKind.QUESTION or event.facts.get("tells") == Tells.EVERYONE
    return _cares_about(event.subject_id, votes_too=is_for_all)


def those_who_wait_for_it(event: Event) -> ColumnElement[bool]:
    """The same; nobody where a step of the idea settled its promise, as that step tells them."""
    return false() if event.facts.get("by_status") else those_who_care(event)


def whoever_sees_to_it(event: Event) -> ColumnElement[bool]:
    """Who owns the promise; the admins where that is nobody who is at work here any more."""
    owners = select(Promise.owner_id).where(Promise.id == event.facts["promise"])
    owner = User.id.in_(owners) & User.is_staff
    at_work = exists().where(_OWNER.id.in_(owners), _OWNER.is_staff, _OWNER.is_here)
    return owner | (User.is_admin & ~at_work)


def whoever_owes_it(event: Event) -> ColumnElement[bool]:
    """Whom the answer falls to, while they are of staff."""
    return (User.id == event.facts["owner"]) & User.is_staff


def whoever_asked(event: Event) -> ColumnElement[bool]:
    """Who asked the author something, while they are of staff."""
    return (User.id == event.facts["asker"]) & User.is_staff


def those_who_backed_it_before(event: Event) -> ColumnElement[bool]:
    """Author, followers and supporters of an idea as it was before its words changed; nobody where they are back."""
    if not reads_otherwise(subject_of(event), event):
        return false()
    return _cares_about(event.subject_id, votes_too=True, before=event.created_at)


def those_who_care_about_any(ideas: list[int]) -> ColumnElement[bool]:
    """Author, followers and supporters of any of these ideas, and of what lives in them, except those who muted each
    that they care about."""
    return _of_families(Idea.id.in_(ideas) | Idea.survivor_id.in_(ideas))


def followers_of_its_board(event: Event) -> ColumnElement[bool]:
    """Who follows the board on which a new idea stands."""
    board = select(Idea.board_id).where(Idea.id == event.subject_id).scalar_subquery()
    return User.id.in_(select(BoardFollow.user_id).where(BoardFollow.board_id == board))


def those_whom_a_board_concerns(event: Event) -> ColumnElement[bool]:
    """Its followers, and author, followers and supporters of what is open there; nobody where it closes no more, or on
    another day."""
    if not is_last_word(event):
        return false()
    waits = select(Status.id).where(Status.kind.not_in(CLOSED))
    here = Idea.board_id == event.subject_id, Idea.status_id.in_(waits), Idea.stands(), Idea.hidden_at.is_(None)
    there = select(Idea.id).where(*here)
    follow = User.id.in_(select(BoardFollow.user_id).where(BoardFollow.board_id == event.subject_id))
    return follow | _of_families(Idea.id.in_(there) | Idea.survivor_id.in_(there))


def those_who_heard_of_the_closing(event: Event) -> ColumnElement[bool]:
    """Who was told that it closes: they hear that it does not."""
    if not is_last_word(event):
        return false()
    return User.id.in_(select(Notification.user_id).where(Notification.event_id.in_(event.facts["closings"])))


def _of_families(those: Any, votes_too: bool = True, before: datetime | None = None) -> ColumnElement[bool]:
    """Author, followers and, where `votes_too`, supporters of those ideas. A mute holds for the idea on which it was
    made, and of one in which others live for these as well."""
    people = [(Idea.author_id, select(Idea.author_id)), (Follow.user_id, _joined(Follow).where(~Follow.muted))]
    if votes_too:
        people.append((Vote.user_id, _joined(Vote).where(Vote.created_at <= before if before else true())))
    return or_(
        *(
            User.id.in_(found.where(those, _not_muted(who, Idea.id), _not_muted(who, Idea.survivor_id)))
            for who, found in people
        )
    )


def _joined(model: Any) -> Any:
    return select(model.user_id).join(Idea, Idea.id == model.idea_id)


def authors_of_any(ideas: list[int]) -> ColumnElement[bool]:
    """Who wrote any of these ideas."""
    return User.id.in_(select(Idea.author_id).where(Idea.id.in_(ideas)))


def followers(event: Event) -> ColumnElement[bool]:
    """Who follows the discussion: its followers, and the author of the idea, except those who muted it. What is said of
    one of a family is read in its survivor, and followed with that."""
    return _cares_about(event.facts["idea"], votes_too=False, discussed=True)


def everyone_in_the_release(event: Event) -> ColumnElement[bool]:
    """Who proposed, shaped, supported or follows any idea that it ships, each once; but for those who muted that idea.

    Proposers hear of it even so: their name is on it.
    """
    those = in_release(event.subject_id)
    shaped = select(Comment.author_id).join(Idea, Idea.id == Comment.idea_id).where(those, *SHAPING)
    heeded = _not_muted(Comment.author_id, Idea.id), _not_muted(Comment.author_id, Idea.survivor_id)
    return or_(
        User.id.in_(select(Idea.author_id).where(those)),
        User.id.in_(shaped.where(*heeded)),
        _of_families(those),
    )


def _not_muted(user_id: Any, idea_id: Any) -> ColumnElement[bool]:
    return ~exists().where(_MUTED.user_id == user_id, _MUTED.idea_id == idea_id, _MUTED.muted.is_(True))


def those_who_came_along(event: Event) -> ColumnElement[bool]:
    """Followers and supporters of what was merged, and of what lived in it before; its author knows already."""
    ids = lived_in(event.subject_id)
    return _of_families(Idea.id.in_(ids)) & ~its_author(event) & ~those_who_said_so(event)


def those_who_said_so(event: Event) -> ColumnElement[bool]:
    """Who said of ideas that are one by this merge that they are the same; not its author, nor who merged them, as they
    know, and nobody who wants to hear nothing of either."""
    said = select(Say.user_id).join(Suggestion, Suggestion.id == Say.suggestion_id)
    said = said.where(Suggestion.merge_id == event.facts["merge"], Say.says == Says.SAME)
    by = select(Merge.by_id).where(Merge.id == event.facts["merge"])
    ends = [event.subject_id, event.facts["into"]]
    muted = select(Follow.user_id).where(Follow.idea_id.in_(ends), Follow.muted)
    return User.id.in_(said) & User.id.not_in(by) & User.id.not_in(muted) & ~its_author(event)


def those_who_knew_of_the_merge(event: Event) -> ColumnElement[bool]:
    """Who was told of it: its author, if they were, and those who came along, once it was settled."""
    author = its_author(event) if event.facts.get("author_knows") else false()
    return or_(author, those_who_care(event)) if event.facts.get("all_know") else author


def whoever_merged_it(event: Event) -> ColumnElement[bool]:
    """Who of the team merged the two; the admins where that is nobody who is at work here any more."""
    by = select(Merge.by_id).where(Merge.id == event.facts["merge"])
    at_work = exists().where(_OWNER.id.in_(by), _OWNER.is_staff, _OWNER.is_here)
    return (User.id.in_(by) & User.is_staff) | (User.is_admin & ~at_work)


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


def whom_it_names(event: Event) -> ColumnElement[bool]:
    """The colleagues whom a staff note names, while they are of staff."""
    return User.id.in_(event.facts.get("mentions", [])) & User.is_staff


def other_admins(event: Event) -> ColumnElement[bool]:
    """Who decides about a member: the admins, but for that member."""
    return (User.role == Role.ADMIN) & (User.id != event.subject_id)


def _cares_about(
    idea_id: int, votes_too: bool, before: datetime | None = None, discussed: bool = False
) -> ColumnElement[bool]:
    # A question that is built once asks for an idea without a family, whose id comes later.
    idea = db.session.get(Idea, idea_id) if isinstance(idea_id, int) else None
    if idea is not None and (idea.merged_count or (discussed and idea.is_merged)):
        return _of_families(Idea.family_of(idea.root_id), votes_too, before)

    def following(muted: bool) -> Any:
        return select(Follow.user_id).where(Follow.idea_id == idea_id, Follow.muted.is_(muted))

    care = User.id.in_(following(muted=False)) | User.id.in_(select(Idea.author_id).where(Idea.id == idea_id))
    if votes_too:
        until = Vote.created_at <= before if before else true()
        care |= User.id.in_(select(Vote.user_id).where(Vote.idea_id == idea_id, until))
    return care & User.id.not_in(following(muted=True))
