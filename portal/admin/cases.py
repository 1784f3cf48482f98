"""The queue of moderation: what, who wrote it, why it is there, how often it was reported, and since when."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from flask import url_for
from sqlalchemy import and_, func, select, tuple_
from sqlalchemy.orm import joinedload

from portal.accounts.models import User
from portal.activity.subjects import model_of
from portal.comments.models import Comment
from portal.database.reading import rows as read
from portal.extensions import db
from portal.i18n import _, _l
from portal.moderation.forms import REASONS, SIGNS
from portal.moderation.models import TEXTS, Flag, Reason, Sign

KINDS: dict[str, Any] = {
    "idea": _l("Idea"),
    "issue": _l("Issue"),
    "comment": _l("Comment on an idea"),
    "release": _l("Release"),
    "user": _l("Profile"),
}
OPEN = Flag.judged_at.is_(None)
QUEUES: dict[str, tuple[Any, Any]] = {
    "reported": (_l("Reported texts"), and_(OPEN, Flag.user_id.is_not(None))),
    "first": (_l("First texts"), and_(OPEN, Flag.user_id.is_(None))),
    "all": (_l("All"), OPEN),
}
SHOWN = 50


@dataclass
class Case:
    """A text that waits for staff: since when, how many people reported it, and why."""

    kind: str
    id: int
    since: datetime
    people: int
    thing: Any
    reasons: list[tuple[str, int]] = field(default_factory=list)
    signs: list[str] = field(default_factory=list)

    @property
    def key(self) -> str:
        """How addresses name it."""
        return f"{self.kind}-{self.id}"

    @property
    def label(self) -> str:
        if self.kind == "comment" and self.thing.of_issue:
            return _("Comment on an issue")
        return str(KINDS[self.thing.kind if self.kind == "idea" else self.kind])

    @property
    def is_deleted(self) -> bool:
        """Whether its author deleted it after it was reported."""
        return self.kind == "comment" and self.thing.is_deleted

    @property
    def author(self) -> User:
        author: User = self.thing if self.kind == "user" else self.thing.author
        return author

    @property
    def title(self) -> str:
        """What a list shows of it: the title, the first words, or the name."""
        if self.is_deleted:
            return _("Deleted by its author")
        if self.kind == "comment":
            return str(self.thing.body)
        return str(self.thing.said[0] if self.kind == "user" else self.thing.title) or "…"

    @property
    def lang(self) -> str | None:
        written = self.kind in ("idea", "comment") and not self.is_deleted
        return getattr(self.thing, "lang", None) if written else None

    @property
    def url(self) -> str:
        if self.kind == "user":
            return url_for("accounts.show", handle=self.thing.handle)
        return str(self.thing.idea.url if self.is_deleted else self.thing.url)


def tallies() -> dict[str, int]:
    """How many texts wait in each queue: one question for all."""
    return dict(zip(QUEUES, read(_counted(), {}).one(), strict=True))


def cases_in(queue: str) -> list[Case]:
    """The texts of a queue: what most people say is wrong comes first, then what has waited longest."""
    return _cases(_grouped(QUEUES[queue][1]).limit(SHOWN))


def named(key: str) -> Case | None:
    """The text that an address names, where it waits."""
    kind, _dash, id = key.partition("-")
    if kind not in TEXTS or not (id.isascii() and id.isdigit() and len(id) < 10):
        return None
    return next(iter(_cases(_grouped(and_(OPEN, Flag.subject_type == kind, Flag.subject_id == int(id))))), None)


def after(case: Case | None, cases: list[Case]) -> str | None:
    """What comes next in the queue, once this text is done."""
    keys = [row.key for row in cases]
    return next(iter(keys[keys.index(case.key) + 1 :]), None) if case and case.key in keys else None


def reports_of(case: Case) -> list[tuple[Flag, str]]:
    """Who reported it, the newest first, with the words for why."""
    sent = select(Flag).where(Flag.about(case.thing), OPEN, Flag.user_id.is_not(None))
    newest = db.session.scalars(sent.order_by(Flag.created_at.desc(), Flag.id.desc()).limit(SHOWN))
    return [(report, str(REASONS[Reason(report.reason)])) for report in newest]


def history_of(case: Case) -> dict[str, int]:
    """What staff decided about this author before: how many of their texts were kept and hidden."""
    judged = select(Flag.subject_type, Flag.subject_id, Flag.judgement).distinct()
    texts = judged.where(Flag.author_id == case.author.id, Flag.judged_at.is_not(None)).subquery()
    rows = select(texts.c.judgement, func.count()).group_by(texts.c.judgement)
    return {str(judgement): count for judgement, count in db.session.execute(rows)}


@cache
def _counted() -> Any:
    return select(*(_waiting(condition) for _label, condition in QUEUES.values()))


def _waiting(condition: Any) -> Any:
    texts = select(Flag.subject_type, Flag.subject_id).where(condition).distinct().subquery()
    return select(func.count()).select_from(texts).scalar_subquery()


def _grouped(condition: Any) -> Any:
    weight, since = func.sum(Flag.weight), func.min(Flag.created_at)
    return (
        select(Flag.subject_type, Flag.subject_id, since.label("since"), func.count(Flag.user_id).label("people"))
        .where(condition)
        .group_by(Flag.subject_type, Flag.subject_id)
        .order_by(weight.desc(), since, Flag.subject_type, Flag.subject_id)
    )


def _cases(found: Any) -> list[Case]:
    """The texts with their words and reasons: one question for each kind of text, and one for the reasons."""
    rows = db.session.execute(found).all()
    things = _things([(row.subject_type, row.subject_id) for row in rows])
    cases = {
        (kind, id): Case(kind, id, since, people, things[kind, id])
        for kind, id, since, people in rows
        if (kind, id) in things
    }
    for kind, id, reason, signs, count in db.session.execute(_why(list(cases))):
        if signs:
            cases[kind, id].signs += [str(SIGNS[Sign(sign)]) for sign in signs.split(",")]
        else:
            cases[kind, id].reasons.append((str(REASONS[Reason(reason)]), count))
    return list(cases.values())


def _why(texts: list[tuple[str, int]]) -> Any:
    """How often each reason was given for each of these texts, the most frequent first."""
    columns = (Flag.subject_type, Flag.subject_id, Flag.reason, Flag.signs)
    of_these = tuple_(Flag.subject_type, Flag.subject_id).in_(texts)
    found = select(*columns, func.count()).where(OPEN, of_these).group_by(*columns)
    return found.order_by(func.count().desc(), Flag.reason)


def _things(keys: list[tuple[str, int]]) -> dict[tuple[str, int], Any]:
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, id in keys:
        ids[kind].append(id)
    found = {}
    for kind, wanted in ids.items():
        model = model_of(kind)
        rows = select(model).where(model.id.in_(wanted))
        for thing in db.session.scalars(rows.options(joinedload(Comment.idea)) if model is Comment else rows):
            found[kind, thing.id] = thing
    return found
