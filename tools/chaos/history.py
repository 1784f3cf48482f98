"""What was asked of the portal, and what it answered."""

from dataclasses import dataclass
from enum import StrEnum

ACKNOWLEDGED, UNAVAILABLE, UNANSWERED = 303, 503, 0


class Act(StrEnum):
    """What a person does."""

    VOTE = "vote"
    COMMENT = "comment"
    MOVE = "status change"


@dataclass(frozen=True)
class Attempt:
    """One request. `wanted` is `1` or `0` for a vote, else words that nothing else contains; `answer` its status."""

    act: Act
    who: int
    idea: int
    wanted: str
    began: float
    ended: float
    answer: int
    said: str = ""

    @property
    def acknowledged(self) -> bool:
        return self.answer == ACKNOWLEDGED


class History:
    """Every attempt of a load, in the order in which they ended."""

    def __init__(self) -> None:
        self.attempts: list[Attempt] = []

    def add(self, attempt: Attempt) -> None:
        self.attempts.append(attempt)

    def of(self, act: Act) -> list[Attempt]:
        return [attempt for attempt in list(self.attempts) if attempt.act == act]

    def acknowledged(self, act: Act) -> list[Attempt]:
        return [attempt for attempt in self.of(act) if attempt.acknowledged]

    def first_acknowledged_since(self, moment: float) -> float | None:
        """When the first request that began after this moment was acknowledged."""
        return min((a.ended for a in list(self.attempts) if a.acknowledged and a.began >= moment), default=None)

    def summary(self) -> str:
        """How much was acknowledged, and how much was not at the first try."""
        acknowledged = ", ".join(plural(len(self.acknowledged(act)), act) for act in Act)
        unanswered = sum(attempt.answer == UNANSWERED for attempt in self.attempts)
        unavailable = sum(attempt.answer == UNAVAILABLE for attempt in self.attempts)
        return f"{acknowledged} acknowledged; {unanswered} unanswered, {unavailable} answered 503"


def plural(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
