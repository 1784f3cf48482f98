"""What the page of components shows of our desk: lanes, acts, promises, ways between statuses, and figures."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from portal.admin.asked import Asked
from portal.admin.lanes import Shown as Lane
from portal.admin.ways import Line
from portal.clock import now
from portal.demo import cast as seed
from portal.design.cast import STATUSES, Cast
from portal.i18n import _, day
from portal.ideas.captured import Source
from portal.ideas.cards import Named
from portal.ideas.responses import ResponseKind
from portal.ideas.statuses import TRANSITIONS, Kind, Status, StatusKind
from portal.ideas.transitions import Tells, Way
from portal.triage import tracks
from portal.triage.ledger import Outcome, today
from portal.triage.shown import Promised, Said, Shown
from portal.web.charts import columns
from portal.web.diagram import lay_out, lines_of


def desk(cast: Cast) -> dict[str, Any]:
    """Everything that only staff see, and what readers see of it."""
    promises = [_promise(cast, number, *said) for number, said in enumerate(PROMISES, 1)]
    axis = tracks.axis(promises)
    return {
        "lanes": ((_("Whose"), (_lane("user", _("Mine"), 4), _lane("user-plus", _("Nobody’s"), 0))),),
        "views": ((1, cast.aicha.display_name, True, "12"), (2, "Antidisestablishmentarianism" * 2, False, "1,000+")),
        "idea": cast.idea(seed.IDEAS["copy_week"].title, "started"),
        "wanted": Asked(),
        "promises": promises,
        "axis": axis,
        "tracks": {promise.id: tracks.track(promise, axis) for promise in promises},
        "responses": [_response(cast, kind) for kind in ResponseKind if kind != ResponseKind.PROGRESS],
        "sources": [SimpleNamespace(source=Source.PHONE.value, link=""), _from_a_network()],
        "chart": columns((0.4, None, 0.9, 0.6), ("40", "", "90", "60"), 1, (True, False, False, False), _ends(), "–"),
        **_diagram(cast),
    }


def _lane(icon: str, label: str, number: int) -> Lane:
    return Lane(icon, label, icon, "#part-desk", number, str(number))


# When each was said, for which days (days from now), on which it was settled, and how.
PROMISES: tuple[tuple[int, tuple[int, ...], int | None, str], ...] = (
    (-40, (-9, 18), None, ""),
    (-90, (-20,), -20, Outcome.KEPT),
    (-80, (-40, -12), -12, Outcome.KEPT),
    (-60, (-5,), -30, Outcome.TAKEN_BACK),
)


def _promise(cast: Cast, number: int, said: int, days: tuple[int, ...], settled: int | None, outcome: str) -> Shown:
    about = cast.idea(seed.IDEAS["offline"].title, "planned")
    status, reason = Named(about.status.name, about.status.kind), _("Everyone can read it.")
    named = [
        Said(number, today() + timedelta(days=each), reason if place else "", number, about.created_at)
        for place, each in enumerate(days)
    ]
    return Shown(
        id=about.id, text="", lang="en", first_day=named[0].day, day=named[-1].day, outcome=outcome,
        reason=reason if outcome == Outcome.TAKEN_BACK else "",
        created_at=about.created_at + timedelta(days=said + 21),
        settled_on=None if settled is None else today() + timedelta(days=settled), settled_at=None,
        settled_by_status=False, owner=cast.lea.display_name,
        idea=Promised(about.id, about.kind, about.title, about.lang, about.votes_count, status), days=named,
    )  # fmt: skip


def _response(cast: Cast, kind: ResponseKind) -> Any:
    response = cast.response(cast.idea(seed.IDEAS["swap"].title), "We’re building it. You tick what to keep.")
    response.kind = kind
    return response


def _from_a_network() -> Any:
    return SimpleNamespace(source=Source.SOCIAL.value, link="https://example.org/posts/7")


def _ends() -> tuple[str, str]:
    return day(now() - timedelta(days=90)), day(now())


def _diagram(cast: Cast) -> dict[str, Any]:
    """The ways that a new portal begins with, one of them quiet and one that tells followers."""
    steps = {step.id: step for step in map(cast.status, STATUSES)}
    for step in steps.values():
        step.colour = step.kind
    ids = {step.kind: id for id, step in steps.items()}
    pairs = [(ids[old], ids[new]) for old, after in TRANSITIONS[Kind.IDEA].items() for new in after]
    tells = {pairs[0]: Tells.FOLLOWERS, pairs[-1]: Tells.NOBODY}
    by_ends = {(old, new): _line(steps[old], steps[new], tells.get((old, new), Tells.EVERYONE)) for old, new in pairs}
    return {
        "steps": steps,
        "names": {id: lines_of(step.name) for id, step in steps.items()},
        "counts": dict.fromkeys(steps, 12),
        "by_ends": by_ends,
        "drawings": [lay_out([*steps], by_ends, is_tall) for is_tall in (False, True)],
        "here": by_ends[pairs[1]],
    }


def _line(old: Status, new: Status, tells: Tells) -> Line:
    return Line(old, new, Way(old.id, new.id, new.kind == StatusKind.DECLINED, tells), new.id < old.id)
