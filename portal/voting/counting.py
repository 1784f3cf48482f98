"""How a vote changes the numbers of its idea, in the row itself: how many there are, how warm it is, what they said."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Float, Integer, bindparam, case, update
from sqlalchemy.orm.attributes import set_committed_value

from portal.extensions import db
from portal.ideas.models import Idea
from portal.ideas.owed import owe_its_supporters
from portal.ideas.ranking import age, cooler, warmer
from portal.voting.families import count_anew, count_families_anew

# Where the idea keeps how many of those whose votes count said so, by what they said.
SAID: dict[str, Any] = {"nice": Idea.nice_count, "important": Idea.important_count, "critical": Idea.critical_count}
UNCHANGED: dict[str, Any] = {"aged": 0.0, "more": 0, "aside": 0, **{f"said_{said}": 0 for said in SAID}}


def tally(idea: Idea, cast_at: datetime, counts: bool, more: int, importance: str) -> None:
    """A vote of that moment is new (`more` is 1) or taken back (-1); one that is set aside counts only as that."""
    if counts:
        count(idea, cast_at, more, importance)
    else:
        _change(idea, aside=more)


def count(idea: Idea, cast_at: datetime, more: int, importance: str, aside: int = 0) -> None:
    """Count a vote of that moment (`more` is 1), or no longer (-1); so many more are set aside."""
    way = "warmer" if more > 0 else "cooler"
    _change(idea, way, aged=age(cast_at), more=more, aside=aside, **_said(importance, more))
    # The row of the idea is ours until the transaction ends: of all who vote at once, one reads this very number.
    if more > 0 and not idea.has_family and idea.board is not None and idea.votes_count == idea.board.answer_threshold:
        owe_its_supporters(idea)


def count_family(idea: Idea) -> None:
    """Count its family anew, if it has one, once all of its members are changed: the survivor is held last."""
    if idea.has_family:
        count_anew(idea.root_id)


def count_said(idea: Idea, before: str, after: str) -> None:
    """Somebody whose vote counts says something else now."""
    _change(idea, **_said(before, -1), **_said(after, 1))


def count_no_longer(votes: Sequence[Any]) -> None:
    """Of votes that are gone: each takes its part from its idea, in the order given, and families count anew."""
    counted = alone(bindparam("counted", type_=Integer))
    cooled = case((counted == 1, cooler(Idea.heat, bindparam("aged", type_=Float))), else_=Idea.heat)
    fewer = update(Idea.__table__).where(Idea.id == bindparam("of"))  # type: ignore[arg-type]
    said = {column.key: column - alone(bindparam(f"said_{name}", type_=Integer)) for name, column in SAID.items()}
    aside = Idea.votes_set_aside - alone(1 - bindparam("counted", type_=Integer))
    fewer = fewer.values(votes_count=Idea.votes_count - counted, votes_set_aside=aside, heat=cooled, **said)
    rows = [
        {"of": vote.idea_id, "aged": age(vote.created_at), "counted": int(vote.is_counted)}
        | {f"said_{name}": int(vote.is_counted and vote.importance == name) for name in SAID}
        for vote in votes
    ]
    db.session.connection().execute(fewer, rows)
    count_families_anew([vote.idea_id for vote in votes])


def _said(importance: str, more: int) -> dict[str, Any]:
    """So many more who said so; nothing of those who did not say."""
    return {f"said_{importance}": more} if importance in SAID else {}


def _change(idea: Idea, heat: str = "", **by: Any) -> None:
    """Change the numbers, and let the idea at hand know what they are now."""
    changed = db.session.execute(
        _changed(heat), {"of": idea.id, **UNCHANGED, **by}, execution_options={"synchronize_session": False}
    ).one()
    for name, value in changed._mapping.items():
        set_committed_value(idea, name, value)


@cache
def _changed(heat: str) -> Any:
    """Built once, as the heat takes longer to write down than to change."""
    changing = {Idea.votes_count: "more", Idea.votes_set_aside: "aside"}
    changing |= {column: f"said_{name}" for name, column in SAID.items()}
    values: dict[str, Any] = {column.key: column + alone(_number(name)) for column, name in changing.items()}
    aged = bindparam("aged", type_=Float)
    if heat:
        values["heat"] = (warmer if heat == "warmer" else cooler)(Idea.heat, aged)
    changed = update(Idea).where(Idea.id == bindparam("of")).values(values)
    # Whether it has a family is what the row says: it may have been merged while we waited for it.
    numbers = Idea.votes_count, Idea.votes_set_aside, Idea.heat, *SAID.values()
    return changed.returning(*numbers, Idea.survivor_id, Idea.merged_count)


def alone(change: Any) -> Any:
    """A change to the numbers of an idea; none to those of a survivor, which are counted anew from its whole family."""
    return case((Idea.merged_count == 0, change), else_=0)


def _number(name: str) -> Any:
    return bindparam(name, type_=Integer)
