"""The table below the privacy text: what is held of a person, when it is deleted, and whether they can take it along."""

from dataclasses import dataclass

from portal.privacy.holdings import HOLDINGS, Holding, Withheld
from portal.privacy.notice_lines import GROUPS, Group


@dataclass(frozen=True)
class Told:
    """A line of the table, in the reader's language. `deleted`: each moment at which it goes; `why` it stays."""

    what: str
    note: str
    deleted: list[str]
    why: str
    is_handed_over: bool


def notice() -> list[tuple[str, list[Told]]]:
    """Each group of the table by its name, with its lines."""
    return [(str(name), [_told(holding) for holding in _held_in(group)]) for group, name in GROUPS.items()]


def deleted(holding: Holding) -> list[str]:
    """When it goes: after its periods, and with the account where it has none or may outlast it."""
    after = [each.words for each in holding.purged]
    return after if after and not holding.erased.keeps else [*after, str(holding.erased.words)]


def _held_in(group: Group) -> list[Holding]:
    """What makes the lines of a group; of tables that share a line the first."""
    first = {holding.line: holding for holding in reversed(HOLDINGS) if holding.line.group == group}
    return [holding for holding in HOLDINGS if holding in first.values()]


def _told(holding: Holding) -> Told:
    return Told(
        what=str(holding.line.what),
        note=str(holding.line.note),
        deleted=deleted(holding),
        why=str(holding.erased.why),
        is_handed_over=not isinstance(holding.handed_over, Withheld),
    )
