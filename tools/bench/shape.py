"""What a made-up portal looks like: how much of everything, how far ideas came, and who is measured."""

from array import array
from dataclasses import dataclass
from datetime import datetime

from portal.ideas.statuses import StatusKind
from portal.voting.models import Importance
from tools.bench.bulk import Row

DAYS = 700
BOARDS = (("planning", "Planning", "Planification"), ("mobile", "Mobile app", "Application mobile"),
          ("team", "Team", "Équipe"), ("kitchen", "Kitchen", "Cuisine"), ("other", "Other", "Autres"))  # fmt: skip
TAGS = tuple(f"tag-{n}" for n in range(1, 31))
# How far ideas came: the path of statuses, and how many of a hundred took it.
PATHS: tuple[tuple[tuple[StatusKind, ...], int], ...] = (
    ((), 55),
    ((StatusKind.UNDER_REVIEW,), 15),
    ((StatusKind.UNDER_REVIEW, StatusKind.PLANNED), 8),
    ((StatusKind.UNDER_REVIEW, StatusKind.PLANNED, StatusKind.STARTED), 5),
    ((StatusKind.UNDER_REVIEW, StatusKind.PLANNED, StatusKind.STARTED, StatusKind.SHIPPED), 9),
    ((StatusKind.DECLINED,), 8),
)
ISSUE_PATHS = (((), 60), ((StatusKind.PLANNED,), 20), ((StatusKind.PLANNED, StatusKind.SHIPPED), 20))
# The idea that is measured with its discussion, and the reader whose notifications are: the same at every size.
DISCUSSED, DISCUSSED_COMMENTS = 1, 50
# And the one in which most others live. So many comments are spread over its family; those that its ideas have anyhow
# make them about fifty, at every size.
FAMILY, FAMILY_SIZE, FAMILY_COMMENTS, FEWEST_MERGES = 2, 20, 25, 40
# What each voter says of how much it would help them, by their number.
IMPORTANCES = ("", *Importance)
ADMIN = 1
READER, READER_TOLD, READER_UNREAD = 5, 120, 30
TOLD_A_CHANGE = 20
RELEASES, SHIPPED_A_RELEASE, CREDITED = 12, 5, 50
STAFF = 4


@dataclass(frozen=True)
class Size:
    """How much there is; comments are three an idea."""

    ideas: int = 10_000
    members: int = 2_000
    votes: int = 300_000

    @property
    def comments(self) -> int:
        return DISCUSSED_COMMENTS + 3 * (self.ideas - 1)

    def __post_init__(self) -> None:
        if self.members <= READER or self.ideas < 20:
            raise ValueError("at least 20 ideas and 6 members")
        if self.votes > self.ideas * self.members * 0.5:
            raise ValueError("one person has one vote an idea: fewer votes, or more ideas or members")


@dataclass
class Drawn:
    """An idea with who voted for it, and when (seconds since its birth)."""

    row: Row
    path: tuple[StatusKind, ...]
    voters: array
    moments: array

    @property
    def born(self) -> datetime:
        moment: datetime = self.row["created_at"]
        return moment

    def step(self, number: int) -> datetime:
        """When it reached the step of this number."""
        return self.born + (self.row["status_since"] - self.born) * ((number + 1) / len(self.path))


def merges_of(ideas: int) -> int:
    """Of so many ideas one of a hundred was merged, and of few as many as make a large family and some small."""
    return max(FEWEST_MERGES, ideas // 100)
