"""What is reported, held and judged, and which votes are set aside."""

from portal.activity.actions.described import NOWHERE, Described, either, phrase
from portal.activity.models import Action, Happening
from portal.activity.subjects import Told
from portal.i18n import _, _l, _n, num


def _flagged(told: Told) -> str:
    if told.event.subject_type == "comment":
        return _("%(who)s reported a comment on “%(title)s”", who=told.who, title=told.title)
    return _("%(who)s reported “%(title)s”", who=told.who, title=told.title)


def _flags_answered(told: Told) -> str:
    sent = len(told.event.facts.get("flags", []))
    return _n("%(who)s answered %(num)s report", "%(who)s answered %(num)s reports", sent, who=told.who)


def _votes_set_aside(told: Told) -> str:
    return _n(
        "%(who)s set %(num)s vote for “%(title)s” aside",
        "%(who)s set %(num)s votes for “%(title)s” aside",
        len(told.event.facts.get("asides", [])),
        who=told.who,
        title=told.title,
    )


def _votes_put_back(told: Told) -> str:
    return _n(
        "%(who)s put %(num)s vote for “%(title)s” back",
        "%(who)s put %(num)s votes for “%(title)s” back",
        told.event.facts.get("people", 1),
        who=told.who,
        title=told.title,
    )


def rise(what: str, number: int, usual: float, hours: int) -> str:
    """What rose, from what to what, in a sentence without its full stop."""
    said = {"usual": num(round(usual, 1)), "hours": num(hours)}
    if what == "issues":
        return _n(
            "%(num)s issue in %(hours)s hours (usual: %(usual)s)",
            "%(num)s issues in %(hours)s hours (usual: %(usual)s)",
            number,
            **said,
        )
    if what == "held":
        return _n(
            "%(num)s comment held in %(hours)s hours (usual: %(usual)s)",
            "%(num)s comments held in %(hours)s hours (usual: %(usual)s)",
            number,
            **said,
        )
    return _n(
        "%(num)s report in %(hours)s hours (usual: %(usual)s)",
        "%(num)s reports in %(hours)s hours (usual: %(usual)s)",
        number,
        **said,
    )


def rises_told(event: Happening) -> dict[str, str]:
    """What rose, by its name, each in a sentence."""
    rose, hours = event.facts.get("rose", []), event.facts.get("hours", 0)
    return {each["what"]: rise(each["what"], each["number"], each["usual"], hours) for each in rose}


def _criticism_rose(told: Told) -> str:
    return _("Criticism rises: %(what)s", what=" · ".join(rises_told(told.event).values()))


MODERATION: dict[Action, Described] = {
    Action.FLAGGED: Described(_l("Text reported"), _flagged, NOWHERE, "flag"),
    Action.FLAGS_ANSWERED: Described(_l("Reports answered"), _flags_answered, NOWHERE, "flag"),
    Action.TEXT_HELD: Described(
        _l("Text held for staff"), phrase(_l("“%(title)s” is hidden until staff have looked")), NOWHERE, "clock"
    ),
    Action.TEXT_KEPT: Described(
        _l("Reported text kept"), phrase(_l("%(who)s looked at “%(title)s” and kept it")), NOWHERE
    ),
    Action.CRITICISM_ROSE: Described(_l("Criticism rose"), _criticism_rose, NOWHERE, "triangle-alert"),
    Action.VOTES_SET_ASIDE: Described(_l("Votes set aside"), _votes_set_aside, NOWHERE, "ban"),
    Action.VOTES_PUT_BACK: Described(_l("Votes put back"), _votes_put_back, NOWHERE, "circle-check"),
    Action.VOTE_ANSWERED: Described(
        _l("Answer about a vote set aside"),
        either(
            _l("%(who)s answered why their vote for “%(title)s” was set aside"),
            _l("%(who)s answered why they do not count for “%(title)s”"),
        ),
        NOWHERE,
    ),
}
