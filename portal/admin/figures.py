"""The figures of the portal: each with what it means, its number, how it moved, and all of them in one file."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from flask import Response, request, url_for
from markupsafe import Markup

from portal import permissions
from portal.admin import findings, measures
from portal.admin.findings import Unit, headline, said
from portal.admin.measures import Value
from portal.admin.periods import Period, Span
from portal.admin.views import bp
from portal.i18n import _, _l
from portal.middleware.caching import for_everybody
from portal.permissions import require
from portal.web import charts
from portal.web.pages import page
from portal.web.spreadsheet import download


@dataclass(frozen=True)
class Figure:
    """What is measured: its name, how it is counted in a sentence, and what its counts are called.

    `count` gives a `Value` for each span, and `finding` says what one means.
    """

    key: str
    name: Any
    definition: Any
    unit: Unit
    counts: tuple[Any, ...]
    count: Callable[[list[Span]], list[Value]]
    finding: Callable[[Value], str]


# A figure more is a row more: page and file show it.
FIGURES = (
    Figure(
        "answered",
        _l("Answered"),
        _l(
            "Of the ideas and issues that members sent in this time, the share that the team has answered: by a "
            "status, an official response or a comment. What still waits within the promised time is not counted yet."
        ),
        Unit.SHARE,
        (_l("With an answer"), _l("Sent in all"), _l("Not due yet")),
        measures.answered,
        findings.answered,
    ),
    Figure(
        "first-answer",
        _l("Time to a first answer"),
        _l(
            "After so long, half of what members sent in this time had a first answer. What still waits counts for as "
            "long as it has waited (Kaplan–Meier)."
        ),
        Unit.DAYS,
        (_l("With an answer"), _l("Sent in all")),
        measures.first_answer,
        findings.first_answer,
    ),
    Figure(
        "credits",
        _l("Shipped with credits"),
        _l(
            "Of the ideas that shipped in this time, how many stand in a published release that names at least one "
            "person who is not of the team."
        ),
        Unit.OF,
        (_l("With credits"), _l("Shipped")),
        measures.credited,
        findings.credited,
    ),
    Figure(
        "promises",
        _l("Promises kept"),
        _l(
            "Of the days that you promised and that were settled in this time, how many were kept by the day that was "
            "said first. What was kept late, or taken back, is not one of them."
        ),
        Unit.OF,
        (_l("Kept in time"), _l("Settled")),
        measures.promises,
        findings.promises,
    ),
    Figure(
        "people",
        _l("People taking part"),
        _l(
            "Members who proposed, commented or voted in this time, each counted once. Nobody of the team, and nobody "
            "who only read."
        ),
        Unit.PEOPLE,
        (),
        measures.people,
        findings.people,
    ),
    Figure(
        "team",
        _l("Share of the team"),
        _l(
            "How much of what was written here (ideas, issues and comments) the team wrote itself: at first most of "
            "it, then less and less, as members answer each other. Roles are those of today."
        ),
        Unit.SHARE,
        (_l("By the team"), _l("Written in all"), _l("Of the team"), _l("All members")),
        measures.of_the_team,
        findings.team,
    ),
)


@bp.get("/figures")
def figures() -> str:
    """Each figure as a card, over the period that the address names."""
    require(permissions.see_figures)
    period = _asked()
    shown = _shown(period)
    return page("admin/figures.html", figures=shown, period=period, tabs=_tabs(period), empty=_is_empty(shown))


@bp.get("/figures.csv")
def figures_file() -> Response:
    """All numbers of the page as a file: a line for each figure, what it counts, and each week or month."""
    require(permissions.see_figures)
    period = _asked()
    return download(f"figures-{period}.csv", _lines(_shown(period)))


class Shown(NamedTuple):
    """A figure as it is shown: in its period, and in each step of that."""

    figure: Figure
    period: Period
    now: Value
    steps: list[tuple[Span, Value]]
    span: Span

    @property
    def number(self) -> str:
        """What it is; a dash where nothing can be said."""
        return headline(self.figure.unit, self.now)

    @property
    def finding(self) -> str:
        return self.figure.finding(self.now)

    @property
    def measure(self) -> str:
        """What the number in each step is."""
        return str(MEASURES[self.figure.unit])

    @property
    def unit(self) -> str:
        """What the names of the steps are."""
        return _("Month") if self.period.by_month else _("Week of")

    @property
    def is_drawn(self) -> bool:
        """Whether at least two steps have a number: one has not moved."""
        return sum(value.number is not None for _, value in self.steps) > 1

    @property
    def is_nothing(self) -> bool:
        """Whether nothing at all happened in any step."""
        return not any(value.number or any(value.counts[:2]) for _, value in self.steps)

    @property
    def table(self) -> list[tuple[str, str, tuple[int, ...]]]:
        """Each step: its name, the number in words, and what that is made of."""
        return [(self.named(span), said(self.figure.unit, value), value.counts) for span, value in self.steps]

    def named(self, step: Span) -> str:
        """What a step is called; the last is not over."""
        name = self.period.called(step)
        return _("%(when)s, so far", when=name) if step == self.steps[-1][0] else name

    @property
    def chart(self) -> Markup:
        values = [value.number for _, value in self.steps]
        names = [said(self.figure.unit, value) for _, value in self.steps]
        known = [number for number in values if number is not None]
        top = 1.0 if self.figure.unit in (Unit.SHARE, Unit.OF) else max(known, default=1.0)
        few = [value.few for _, value in self.steps]
        ends = self.period.short(self.steps[0][0]), self.period.short(self.steps[-1][0])
        told = ", ".join(f"{self.named(span)}: {name}" for (span, _), name in zip(self.steps, names, strict=True))
        return charts.columns(values, names, top, few, ends, f"{self.figure.name}. {told}")


MEASURES = {
    Unit.SHARE: _l("As a share"),
    Unit.OF: _l("As a share"),
    Unit.DAYS: _l("Half answered after"),
    Unit.PEOPLE: _l("Number of people"),
}
# A file has numbers alone: there a share is from 0 to 1.
IN_FILE = {**MEASURES, Unit.DAYS: _l("Half answered after, in days")}


@for_everybody
def _measured(period: str) -> tuple[tuple[Span, ...], tuple[tuple[Value, ...], ...]]:
    """The period and its steps, and each figure in them."""
    spans = Period(period).spans()
    return tuple(spans), tuple(tuple(figure.count(spans)) for figure in FIGURES)


def _shown(period: Period) -> list[Shown]:
    (span, *steps), measured = _measured(str(period))
    return [
        Shown(figure, period, values[0], list(zip(steps, values[1:], strict=True)), span)
        for figure, values in zip(FIGURES, measured, strict=True)
    ]


def _is_empty(shown: list[Shown]) -> bool:
    """Whether nothing was sent, written or shipped yet by anybody."""
    return all(one.is_nothing for one in shown)


def _asked() -> Period:
    asked = request.args.get("period", "")
    return Period(asked) if asked in set(Period) else Period.MONTH


def _tabs(period: Period) -> list[tuple[str, str, bool]]:
    return [(one.label, url_for("admin.figures", period=str(one)), one == period) for one in Period]


def _lines(shown: list[Shown]) -> Iterator[tuple[Any, ...]]:
    yield _("Figure"), _("What is counted"), _("From"), _("Until"), _("Number")
    for one in shown:
        for span, value in [(one.span, one.now), *one.steps]:
            when = (span.since.date().isoformat(), span.until.date().isoformat())
            number = "" if value.number is None else round(value.number, 4)
            yield str(one.figure.name), str(IN_FILE[one.figure.unit]), *when, number
            for name, count in zip(one.figure.counts, value.counts, strict=True):
                yield str(one.figure.name), str(name), *when, count
