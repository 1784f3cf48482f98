"""One row of what the portal holds of a person, in words: what it is about, and the facts that go with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from portal.i18n import _, _l, signed
from portal.ideas.statuses import Kind
from portal.moderation.forms import REASONS
from portal.moderation.models import Judgement, Reason
from portal.recognition.ledger import Rule
from portal.recognition.sentences import YOURS
from portal.voting.weighing import answer


class Titled(NamedTuple):
    """The idea or issue that a row is about, as far as its person may see it."""

    title: str
    kind: str


Row = dict[str, Any]
Titles = dict[int, Titled]
Tell = Callable[[Row, Titles], tuple[str, list[tuple[str, str]]]]
UNSEEN = Titled("…", Kind.IDEA)


def _idea_of(row: Row, titles: Titles) -> Titled:
    return titles.get(row.get("idea_id") or 0, UNSEEN)


def _vote(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    idea = _idea_of(row, titles)
    label = _("How much it hurts") if idea.kind == Kind.ISSUE else _("Importance")
    return idea.title, [(label, answer(row["importance"], idea.kind))]


def _follow(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    return _idea_of(row, titles).title, [(_("Muted"), _("Yes") if row["muted"] else "")]


def _report(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    said = {Judgement.KEPT: _("It was kept."), Judgement.HIDDEN: _("It was hidden."),
            Judgement.GONE: _("Its author deleted it.")}  # fmt: skip
    verdict = row.get("judgement")
    outcome = said[Judgement(verdict)] if verdict else _("Our team has not decided yet.")
    about = titles.get(row["subject_id"]) if row["subject_type"] == "idea" else None
    return str(REASONS[Reason(row["reason"])]), [
        (_("For"), about.title if about else ""), (_("What became of it"), outcome), (_("Your words"), row["words"])
    ]  # fmt: skip


def _points(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    what = str(YOURS[Rule(row["rule"])])
    about = titles.get(row["subject_id"]) if row["subject_type"] == "idea" else None
    return _("Taken back: %(what)s", what=what) if row["undoes_id"] else what, [
        (_("Points"), signed(row["points"])), (_("For"), about.title if about else "")
    ]  # fmt: skip


def _credit(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    idea = _idea_of(row, titles)
    return idea.title, [(_("Your part"), str(PARTS[idea.kind, row["role"]]))]


def _session(row: Row, _titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    ended: datetime | None = row["revoked_at"]
    return row["user_agent"] or "…", [(_("Ended"), ended.date().isoformat() if ended else "")]


PARTS: dict[tuple[str, str], Any] = {
    (Kind.IDEA, "proposer"): _l("You proposed it"),
    (Kind.IDEA, "shaper"): _l("You shaped it"),
    (Kind.IDEA, "supporter"): _l("You voted for it"),
    (Kind.ISSUE, "proposer"): _l("You reported it"),
    (Kind.ISSUE, "shaper"): _l("You helped to fix it"),
    (Kind.ISSUE, "supporter"): _l("You had it too"),
}
# How a row of each kind in DATA is told; one that is not named here shows its columns.
TELL: dict[str, Tell] = {
    "votes": _vote,
    "follows": _follow,
    "points": _points,
    "thanks": lambda row, _titles: (row["body"], []),
    "reports": _report,
    "credits": _credit,
    "sessions": _session,
}
HEADINGS = {
    "votes": _l("Ideas that you vote for, and issues that you have too"),
    "follows": _l("Ideas and issues that you follow"),
    "points": _l("Your points"),
    "thanks": _l("Thanks and a welcome from the team"),
    "reports": _l("What you reported"),
    "credits": _l("Where you are credited"),
    "sessions": _l("Where you were signed in"),
    "votes_set_aside": _l("Votes of yours that do not count"),
    "networks_of_votes": _l("Votes of which the network is remembered for seven days"),
    "team_mail": _l("What you hear of as one of the team"),
    "team_mail_boards": _l("The boards of which you hear"),
    "address_changes": _l("Changes of your e-mail address"),
}
