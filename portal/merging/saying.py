"""Somebody says that two ideas are the same, or takes it back; an author or staff say that they are not."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select, update

from portal.accounts.models import User
from portal.activity.models import Action, record
from portal.clock import now
from portal.database.holding import hold, hold_all
from portal.database.writing import insert
from portal.extensions import db
from portal.ideas.models import Idea
from portal.merging.models import Merge
from portal.merging.refusals import HeldByModeration, IntoItself, MergeRefused, OfAnotherKind
from portal.merging.suggestions import Outcome, Say, Says, Suggestion


class NothingSaid(Exception):
    """Nobody says so, or it is decided already."""


def hold_pair(idea: Idea, other: Idea) -> None:
    """Let nobody else merge, hide or say anything of these two meanwhile. The write has begun."""
    hold_all(Idea, Idea.id.in_((idea.id, other.id)))
    db.session.expire_all()


def cannot_be(idea: Idea, other: Idea) -> MergeRefused | None:
    """Why nobody can say of these two that they are the same; None where one can."""
    found = {
        IntoItself: idea.root_id == other.root_id,
        OfAnotherKind: idea.kind != other.kind,
        HeldByModeration: idea.hidden_at is not None or other.hidden_at is not None,
    }
    return next((refused() for refused, holds in found.items() if holds), None)


def say(idea: Idea, other: Idea, by: User) -> Say:
    """Say that the two are the same; said twice, it is said once. The caller holds both. Raises a MergeRefused.

    A pair that was decided waits again where this is somebody new.
    """
    refused = cannot_be(idea, other)
    if refused is not None:
        raise refused
    pair = _pair_of(idea, other)
    mine = db.session.get(Say, (pair.id, by.id))
    if mine is None:
        mine = Say(suggestion_id=pair.id, user_id=by.id)
        db.session.add(mine)
        pair.outcome, pair.ended_at, pair.merge_id = Outcome.WAITS, None, None
    elif mine.says == Says.SAME:
        return mine
    mine.says, mine.words, mine.created_at = Says.SAME, "", now()
    record(Action.SAME_SAID, idea, by=by, other=other.id, suggestion=pair.id)
    return mine


def take_back(idea: Idea, other: Idea, by: User) -> None:
    """Say nothing of the two any more; who said nothing changes nothing. The caller holds both."""
    pairs = Suggestion.of_families(idea.family_ids, other.family_ids)
    said = [mine for pair in pairs if (mine := db.session.get(Say, (pair.id, by.id))) and mine.says != Says.NOTHING]
    for mine in said:
        mine.says, mine.words, mine.created_at = Says.NOTHING, "", now()
    if said:
        record(Action.SAME_TAKEN_BACK, idea, by=by, other=other.id, suggestion=said[0].suggestion_id)


def decline(idea: Idea, other: Idea, by: User, words: str = "") -> None:
    """The author of one of the two says that theirs is something else: staff read it, and go on seeing who says so.

    Whose idea it is, the caller asks. Raises NothingSaid. The caller holds both.
    """
    pairs = Suggestion.of_families(idea.family_ids, other.family_ids)
    if not pairs:
        raise NothingSaid
    for pair in pairs:
        mine = db.session.get(Say, (pair.id, by.id)) or Say(suggestion_id=pair.id, user_id=by.id)
        mine.says, mine.words, mine.created_at = Says.OTHER, words.strip(), now()
        db.session.add(mine)
    record(Action.SAME_DECLINED, idea, by=by, other=other.id, suggestion=pairs[0].id)


def dismiss(pair: Suggestion, by: User) -> None:
    """Staff say that the two are not the same: it waits no more. Raises NothingSaid. The write has begun."""
    hold(pair.first)
    hold(pair)
    if pair.outcome != Outcome.WAITS:
        raise NothingSaid
    pair.outcome, pair.ended_at = Outcome.DISMISSED, now()
    record(Action.SAME_DISMISSED, pair.first, by=by, other=pair.second_id, suggestion=pair.id)


def end_what_came_true(merged: Merge, family: Iterable[int]) -> None:
    """What waits and is said of any two of this family is so now: who said so is told of this merge."""
    ids = list(family)
    both = Suggestion.waits(), Suggestion.first_id.in_(ids), Suggestion.second_id.in_(ids)
    ended = {"outcome": Outcome.MERGED, "ended_at": now(), "merge_id": merged.id}
    db.session.execute(
        update(Suggestion).where(*both).values(ended), execution_options={"synchronize_session": "fetch"}
    )


def tell_who_said_so(merged: Merge) -> None:
    """Tell those who said that the two are the same that they are one now, once, as the merge is settled."""
    said = select(Suggestion.id).join(Say, Say.suggestion_id == Suggestion.id)
    if db.session.scalar(said.where(Suggestion.merge_id == merged.id, Say.says == Says.SAME).limit(1)) is None:
        return
    facts: dict[str, Any] = {"merge": merged.id, "into": merged.survivor.id}
    record(Action.SAME_CAME_TRUE, merged.idea, by=None, dedupe_key=f"same:{merged.id}", **facts)


def _pair_of(idea: Idea, other: Idea) -> Suggestion:
    """What is said of these two, held; made where nothing was."""
    first, second = sorted((idea.id, other.id))
    made = insert(Suggestion).values(first_id=first, second_id=second, outcome=Outcome.WAITS, created_at=now())
    db.session.execute(made.on_conflict_do_nothing(index_elements=["first_id", "second_id"]))
    [pair] = hold_all(Suggestion, Suggestion.first_id == first, Suggestion.second_id == second)
    return pair
