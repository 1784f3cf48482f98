"""How much an idea would help those who vote for it, and how much an issue hurts them: asked, counted and said."""

from dataclasses import dataclass
from typing import Any

from portal.i18n import _, _l, _n, num
from portal.ideas.models import Idea
from portal.ideas.statuses import Kind
from portal.voting.models import Importance, importance_tally

LABELS: dict[str, dict[Importance, Any]] = {
    Kind.IDEA: {
        Importance.NICE: _l("Nice to have"),
        Importance.IMPORTANT: _l("Important"),
        Importance.CRITICAL: _l("Critical"),
    },
    Kind.ISSUE: {
        Importance.NICE: _l("A little"),
        Importance.IMPORTANT: _l("A lot"),
        Importance.CRITICAL: _l("I cannot work"),
    },
}
FOR_STAFF: dict[str, dict[Importance, Any]] = {
    Kind.IDEA: LABELS[Kind.IDEA],
    Kind.ISSUE: LABELS[Kind.ISSUE] | {Importance.CRITICAL: _l("They cannot work")},
}


# Votes are private, and the first one is its author's: a number of one would be an answer with a name.
SEVERAL = 2


@dataclass(frozen=True)
class Weight:
    """One answer, and how many of those whose votes count gave it; `value` is empty for those who gave none."""

    value: str
    label: str
    number: int


def question(idea: Idea) -> str:
    """What a voter is asked."""
    return _("How much does it hurt?") if idea.is_issue else _("How much would it help you?")


def choices(idea: Idea) -> list[tuple[str, str]]:
    """The answers that a voter chooses from."""
    return [(importance.value, str(label)) for importance, label in LABELS[idea.kind].items()]


def weights(idea: Idea) -> list[Weight]:
    """What staff read: every answer with its number, the strongest first, and how many said nothing."""
    tally, labels = importance_tally(idea), FOR_STAFF[idea.kind]
    said = [Weight(name.value, str(labels[name]), tally[name]) for name in reversed(Importance)]
    return [*said, Weight("", _("Not said"), idea.votes_count - sum(tally.values()))]


def answer(importance: str, kind: str = Kind.IDEA) -> str:
    """One person’s answer in words; empty where they gave none."""
    return str(FOR_STAFF[kind][Importance(importance)]) if importance else ""


def critical(idea: Any) -> str:
    """What everybody reads: how many cannot do without it; nothing where nobody says so."""
    number = idea.critical_count
    if not number:
        return ""
    if idea.is_issue:
        return _n("%(num)s cannot work because of it", "%(num)s cannot work because of it", number, num=num(number))
    return _n("%(num)s says it is critical", "%(num)s say it is critical", number, num=num(number))


def in_public(idea: Idea) -> str:
    """The same on the page of the idea; nothing where it would tell what one known person answered."""
    return "" if idea.is_private or idea.critical_count < SEVERAL else critical(idea)
