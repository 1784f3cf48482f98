"""Staff undo what they just did, before anybody was told of it."""

from collections import Counter
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.catalogue import sentence
from portal.admin.idea_tools import onward, to_the_list
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _n
from portal.ideas.models import Idea
from portal.permissions import me, require
from portal.triage import undoing
from portal.triage.acts import Act
from portal.triage.undoing import Overtaken, TooLate


@bp.post("/undo/<press>")
def undo(press: str) -> Response:
    """Take back all that was done with one press: what can be, each idea by itself."""
    require(permissions.see_inbox)
    acts = [(act.id, act.idea_id, act.by_id) for act in Act.done_with(press)]
    others = {by for _id, _idea, by in acts} - {me().id}
    if not acts:
        flash(_too_late(), "error")
    elif others:
        flash(_anothers(db.session.get(User, others.pop())), "error")
    else:
        late = [_too_late()] * Act.told_with(press)
        _say([_undo(id) for id, _idea, _by in acts], [idea for _id, idea, _by in acts], late)
    return _back([idea for _id, idea, _by in acts])


def _undo(id: str) -> str:
    """Undo one act in a transaction of its own; why not, where it cannot be undone any more."""
    begin_write()
    act = db.session.get(Act, id)
    try:
        if act is None:
            raise TooLate
        undoing.undo(act, by=me())
        db.session.commit()
    except TooLate:
        return _too_late()
    except Overtaken as overtaken:
        return _meanwhile(overtaken)
    finally:
        db.session.rollback()
    return ""


def _say(refused: list[str], ideas: list[int], late: list[str]) -> None:
    """What was undone, and of whatever was not, why: `late` is said of what was told before it was asked for."""
    undone = [idea for idea, why in zip(ideas, refused, strict=True) if not why]
    if len(ideas) == 1 and undone and not late:
        flash(_("“%(title)s” · Undone. It is as it was before, and nobody was told.", title=_titles(undone)[0]))
    elif undone:
        flash(
            _n(
                "Undone for %(num)s. It is as it was before, and nobody was told.",
                "Undone for %(num)s. They are as they were before, and nobody was told.",
                len(undone),
            )
        )
    for why, number in Counter([why for why in refused if why] + late).items():
        flash(why if number == 1 else f"{why} ({number})", "error")


def _titles(ids: list[int]) -> list[str]:
    return [db.session.get_one(Idea, id).title for id in ids]


def _too_late() -> str:
    return _(
        "It is too late to undo this: it counts by now, and who is concerned is being told. You can change it anew."
    )


def _meanwhile(overtaken: Overtaken) -> str:
    if overtaken.event is None:
        return _("Somebody changed this meanwhile, so nothing was undone. Have a look at what stands there now.")
    return _("Nothing was undone, because of what happened since: %(what)s.", what=sentence(overtaken.event))


def _anothers(person: User | None) -> str:
    name: Any = person.display_name if person else "…"
    return _("This was done by %(name)s, who alone can undo it.", name=name)


def _back(ideas: list[int]) -> Response:
    """To where the notice stood: the queue with the idea open, its page, or the table of all ideas."""
    if len(ideas) == 1 and "list" not in request.form:
        return onward(db.session.get_one(Idea, ideas[0]))
    return to_the_list()
