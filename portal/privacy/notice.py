"""The table below the privacy text: what is held of a person, when it is deleted, and whether it can be taken along."""

from dataclasses import dataclass

from portal.privacy.holdings import HOLDINGS, Holding, Withheld
from portal.privacy.notice_lines import GROUPS, Group


@dataclass(frozen=True)
class Told:
    """A line of the table, in the reader's language.

    `deleted`: each moment at which it goes, and `why` it stays, where no line of its group says so already;
    `withheld`: why it is not in the file that its person takes along.
    """

    what: str
    note: str
    deleted: list[str]
    why: str
    withheld: str


def notice() -> list[tuple[str, list[Told]]]:
    """Each group of the table by its name, with its lines."""
    return [(str(name), _lines(_held_in(group))) for group, name in GROUPS.items()]


def deleted(holding: Holding) -> list[str]:
    """When it goes: after its periods, and with the account where it has none or may outlast it."""
    after = [each.words for each in holding.purged]
    return after if after and not holding.erased.keeps else [*after, str(holding.erased.words)]


def _held_in(group: Group) -> list[Holding]:
    """What makes the lines of a group; of tables that share a line the first."""
    first = {holding.line: holding for holding in reversed(HOLDINGS) if holding.line.group == group}
    return [holding for holding in HOLDINGS if holding in first.values()]


def _lines(held: list[Holding]) -> list[Told]:
    whys = [str(holding.erased.why) for holding in held]
    return [_told(holding, whys[place] in whys[:place]) for place, holding in enumerate(held)]


def _told(holding: Holding, is_said: bool) -> Told:
    given = holding.handed_over
    return Told(
        what=str(holding.line.what),
        note=str(holding.line.note),
        deleted=deleted(holding),
        why="" if is_said else str(holding.erased.why),
        withheld=str(given.why) if isinstance(given, Withheld) else "",
    )
