"""One row of what the portal holds of a person, in words: what it is about, and the facts that go with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from portal.i18n import _, _l, day, signed
from portal.ideas.questions import DONE, REFUSED, WITHDRAWN
from portal.ideas.statuses import Kind
from portal.moderation.forms import REASONS
from portal.moderation.models import Judgement, Reason
from portal.recognition.rules import Rule
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


def vote(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    idea = _idea_of(row, titles)
    label = _("How much it hurts") if idea.kind == Kind.ISSUE else _("Importance")
    return idea.title, [(label, answer(row["importance"], idea.kind))]


def merge(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    into = titles.get(row["into_id"], UNSEEN).title
    facts = [(_("Merged into"), into), (_("Why"), row["reason"]), (_("Why it is not the same"), row["objection"])]
    undone = [(_("Undone"), day(row["undone_at"]))] if row["undone_at"] else []
    return _idea_of(row, titles).title, facts + undone


def follow(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    return _idea_of(row, titles).title, [(_("Muted"), _("Yes") if row["muted"] else "")]


def report(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    said = {Judgement.KEPT: _("It was kept."), Judgement.HIDDEN: _("It was hidden."),
            Judgement.GONE: _("Its author deleted it.")}  # fmt: skip
    verdict = row.get("judgement")
    outcome = said[Judgement(verdict)] if verdict else _("Our team has not decided yet.")
    about = titles.get(row["subject_id"]) if row["subject_type"] == "idea" else None
    return str(REASONS[Reason(row["reason"])]), [
        (_("For"), about.title if about else ""), (_("What became of it"), outcome), (_("Your words"), row["words"])
    ]  # fmt: skip


def points(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    what = str(YOURS[Rule(row["rule"])])
    about = titles.get(row["subject_id"]) if row["subject_type"] == "idea" else None
    return _("Taken back: %(what)s", what=what) if row["undoes_id"] else what, [
        (_("Points"), signed(row["points"])), (_("For"), about.title if about else "")
    ]  # fmt: skip


def credit(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    idea = _idea_of(row, titles)
    return idea.title, [(_("Your part"), str(PARTS[idea.kind, row["role"]]))]


def thanks(row: Row, _titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    return row["body"], []


def session(row: Row, _titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    ended: datetime | None = row["revoked_at"]
    return row["user_agent"] or "…", [(_("Ended"), ended.date().isoformat() if ended else "")]


def in_hand(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    return _idea_of(row, titles).title, [(_("To be done by"), day(row["due_at"]) if row["due_at"] else "")]


def question(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    asked = _("May it become an idea?") if row["kind"] == Kind.IDEA else _("May it become an issue?")
    return _idea_of(row, titles).title, [
        (_("What we asked"), asked), (_("What became of it"), _became(row["outcome"]))
    ]  # fmt: skip


def _became(outcome: str) -> str:
    answers = {DONE: _("You agreed."), REFUSED: _("You said no."), WITHDRAWN: _("Our team took the question back.")}
    return answers.get(outcome, _("There was no answer."))


def question_about_comment(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    asked = _("May your comment become an idea of its own?")
    return _idea_of(row, titles).title, [
        (_("What we asked"), asked), (_("What became of it"), _became(row["outcome"]))
    ]  # fmt: skip


def put_off(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    return _idea_of(row, titles).title, [(_("Put off until"), day(row["until"]))]


def saved_view(row: Row, titles: Titles) -> tuple[str, list[tuple[str, str]]]:
    shared = _("Yes") if row["is_shared"] else ""
    return str(row["name"]), [(_("What it asks for"), row["query"]), (_("For the team"), shared)]


PARTS: dict[tuple[str, str], Any] = {
    (Kind.IDEA, "proposer"): _l("You proposed it"),
    (Kind.IDEA, "shaper"): _l("You shaped it"),
    (Kind.IDEA, "supporter"): _l("You voted for it"),
    (Kind.ISSUE, "proposer"): _l("You reported it"),
    (Kind.ISSUE, "shaper"): _l("You helped to fix it"),
    (Kind.ISSUE, "supporter"): _l("You had it too"),
}
