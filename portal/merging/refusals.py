"""What may not be merged, and why: an exception for each, with its sentence."""

from typing import Any

from portal.i18n import _l
from portal.ideas.models import Idea
from portal.ideas.responses import OfficialResponse
from portal.ideas.statuses import StatusKind


class MergeRefused(Exception):
    """These two are not merged; `words` says why, and what to do instead."""

    words: Any = ""


class IntoItself(MergeRefused):
    """It would live in itself, or in what lives in it."""

    words = _l("These are one idea already: choose another one.")


class AlreadyMerged(MergeRefused):
    """Somebody merged it before."""

    words = _l("It was merged meanwhile: look where it lives now.")


class OfAnotherKind(MergeRefused):
    """One is an idea, the other an issue."""

    words = _l("One is an idea and the other an issue: only two of the same kind become one.")


class HeldByModeration(MergeRefused):
    """One waits until staff have looked at it."""

    words = _l("One of them is held until somebody has looked at it: decide about that first.")


class AcrossPrivacy(MergeRefused):
    """Somebody who sees the one could not see the other."""

    words = _l("Not everybody who sees the one may see the other: nobody may lose sight of what they support.")


class ShippedIntoOpen(MergeRefused):
    """What has shipped would become something that has not."""

    words = _l("What has shipped cannot become a part of what has not: merge the other way round.")


class AnswersDiffer(MergeRefused):
    """Each has an official response of its own."""

    words = _l("They were answered differently: say that the answer of the one that stays holds for both.")


def refusal(idea: Idea, into: Idea, one_answer: bool = False) -> MergeRefused | None:
    """What speaks against letting this idea live where the other one does; None where nothing does."""
    root = into.root
    found = {
        IntoItself: root.id == idea.root_id,
        AlreadyMerged: idea.is_merged,
        OfAnotherKind: idea.kind != root.kind,
        HeldByModeration: idea.is_held or root.is_held,
        AcrossPrivacy: not _all_see(idea, root),
        ShippedIntoOpen: _has_shipped(idea) and not _has_shipped(root),
        AnswersDiffer: not one_answer and _answers_differ(idea.response, root.response),
    }
    return next((refused() for refused, holds in found.items() if holds), None)


def _all_see(idea: Idea, root: Idea) -> bool:
    """Whether everybody who sees the one sees the other."""
    if root.hidden_at is not None:
        return False
    if root.is_private:
        return idea.is_private and idea.author_id == root.author_id
    return root.board is None or root.board.is_public or root.board_id == idea.board_id


def _has_shipped(idea: Idea) -> bool:
    return idea.status.kind == StatusKind.SHIPPED


def _answers_differ(one: OfficialResponse | None, other: OfficialResponse | None) -> bool:
    return one is not None and other is not None and one.body.strip() != other.body.strip()
