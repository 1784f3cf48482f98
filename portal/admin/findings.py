"""What is said of a figure: its number as the reader writes it, and the sentence beside it."""

from datetime import timedelta
from enum import StrEnum

from portal.admin.measures import Value
from portal.i18n import _, _n, duration, num, sentences
from portal.ideas.answering import FEWEST
from portal.settings import settings


class Unit(StrEnum):
    """How a number is said: as a percentage, as its two counts («9 of 12»), as a time, or as it is."""

    SHARE = "share"
    OF = "of"
    DAYS = "days"
    PEOPLE = "people"


def said(unit: Unit, value: Value) -> str:
    """A number as its reader writes it; a dash where there is none."""
    if value.number is None:
        return "–"
    if unit in (Unit.SHARE, Unit.OF):
        return _("%(percent)s%%", percent=num(round(100 * value.number)))
    return _days(value.number) if unit == Unit.DAYS else num(round(value.number))


def headline(unit: Unit, value: Value) -> str:
    """The same as it stands above all else: no number of a few, and counts where they say more."""
    if unit == Unit.OF and value.number is not None:
        return _("%(part)s out of %(whole)s", part=num(value.counts[0]), whole=num(value.counts[1]))
    return "–" if value.few else said(unit, value)


def _days(days: float) -> str:
    """In hours up to two days, then in days and tenths of them."""
    if days < 2:
        hours = round(days * 24)
        return _n("%(num)s hour", "%(num)s hours", hours) if hours else duration(timedelta(days=days))
    return _n("%(num)s day", "%(num)s days", 2, num=num(round(days, 1)))


def answered(value: Value) -> str:
    answered, sent, early = value.counts
    if not sent:
        return _("Nothing was sent in this time.")
    due = _("%(part)s of %(whole)s have an answer.", part=num(answered), whole=num(sent - early))
    early_said = _n(
        "%(num)s more still waits within the time that you promise (%(days)s).",
        "%(num)s more still wait within the time that you promise (%(days)s).",
        early,
        days=_n("%(num)s day", "%(num)s days", settings().answer_days),
    )
    few = _("A share is said from %(num)s on.", num=num(FEWEST))
    return sentences(due, early_said if early else "", few if value.few else "")


def first_answer(value: Value) -> str:
    answered, sent = value.counts
    if sent < FEWEST:
        return _n(
            "It is said where at least %(num)s were sent.", "It is said where at least %(num)s were sent.", FEWEST
        )
    waiting = sent - answered
    still = _n("%(num)s of %(all)s still waits.", "%(num)s of %(all)s still wait.", waiting, all=num(sent))
    if value.number is None:
        return sentences(still, _("Until half have an answer, nothing can be said."))
    return still if waiting else _("All have an answer.")


def credited(value: Value) -> str:
    named, shipped = value.counts
    if not shipped:
        return _("Nothing shipped in this time.")
    without = shipped - named
    if not without:
        return _("Everything that shipped names somebody.")
    return _n("%(num)s shipped without a name.", "%(num)s shipped without a name.", without)


def promises(value: Value) -> str:
    kept, settled = value.counts
    if not settled:
        return _("No promise was settled in this time.")
    if kept == settled:
        return _("Each was kept in time.")
    return _n("%(num)s was late, or taken back.", "%(num)s were late, or taken back.", settled - kept)


def people(value: Value) -> str:
    return "" if value.number else _("Nobody so far.")


def team(value: Value) -> str:
    _ours, written, team, here = value.counts
    wrote = _("Of %(num)s texts.", num=num(written)) if written else _("Nothing was written in this time.")
    share = num(round(100 * team / here, 1 if team * 100 < here * 10 else None)) if here else num(0)
    members = _n(
        "%(num)s of %(all)s members is of the team: %(percent)s%%.",
        "%(num)s of %(all)s members are of the team: %(percent)s%%.",
        team,
        all=num(here),
        percent=share,
    )
    return sentences(wrote, members)
