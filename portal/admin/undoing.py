"""Staff undo what they just did, before anybody was told of it."""

from collections import Counter
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.catalogue import sentence
from portal.activity.subjects import NAMES, row_of
from portal.admin.cases import QUEUES
from portal.admin.idea_tools import onward, to_the_list
from portal.admin.views import bp
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _n
from portal.ideas.family import LivesElsewhere
from portal.ideas.models import Idea
from portal.permissions import me, require
from portal.triage import undoing
from portal.triage.acts import Act
from portal.triage.undoing import Overtaken, TooLate
from portal.web.pages import go

# A table, and the id of a row of it.
Subject = tuple[str, int]
# The kinds of the notices: they stand where the one stood that offered to undo.
DONE, REFUSED = "undone", "not-undone"


@bp.post("/undo/<press>")
def undo(press: str) -> Response:
    """Take back all that was done with one press: what can be, each by itself."""
    require(permissions.see_inbox)
    acts = Act.done_with(press)
    ids, subjects = [act.id for act in acts], [(act.subject_type, act.subject_id) for act in acts]
    others = {act.by_id for act in acts} - {me().id}
    if not acts:
        flash(_too_late(), REFUSED)
    elif others:
        flash(_anothers(db.session.get(User, others.pop())), REFUSED)
    else:
        late = [_too_late()] * Act.told_with(press)
        _say([_undo(id) for id in ids], subjects, late)
    return _back(subjects)


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
    except LivesElsewhere:
        db.session.rollback()
        return _is_merged_by_now(act)
    finally:
        db.session.rollback()
    return ""


def _say(refused: list[str], subjects: list[Subject], late: list[str]) -> None:
    """What was undone, and of whatever was not, why: `late` is said of what was told before it was asked for."""
    undone = [subject for subject, why in zip(subjects, refused, strict=True) if not why]
    if len(subjects) == 1 and undone and not late:
        ((kind, id),) = undone
        title = NAMES[kind](row_of(kind, id))
        flash(_("“%(title)s” · Undone. It is as it was before, and nobody was told.", title=title), DONE)
    elif undone:
        flash(
            _n(
                "Undone for %(num)s. It is as it was before, and nobody was told.",
                "Undone for %(num)s. They are as they were before, and nobody was told.",
                len(undone),
            ),
            DONE,
        )
    for why, number in Counter([why for why in refused if why] + late).items():
        flash(why if number == 1 else f"{why} ({number})", REFUSED)


def _too_late() -> str:
    return _(
        "It is too late to undo this: it counts by now, and who is concerned is being told. You can change it anew."
    )


def _meanwhile(overtaken: Overtaken) -> str:
    if overtaken.event is None:
        return _("Somebody changed this meanwhile, so nothing was undone. Have a look at what stands there now.")
    return _("Nothing was undone, because of what happened since: %(what)s.", what=sentence(overtaken.event))


def _is_merged_by_now(act: Act | None) -> str:
    idea = db.session.get(Idea, act.subject_id) if act else None
    said: Any = idea.root.title if idea else "…"
    return _("Nothing was undone, as it is a part of “%(title)s” by now. Let the two part first.", title=said)


def _anothers(person: User | None) -> str:
    name: Any = person.display_name if person else "…"
    return _("This was done by %(name)s, who alone can undo it.", name=name)


def _back(subjects: list[Subject]) -> Response:
    """To where the notice stood: the queue of moderation with the text open, the queue with the idea open, the page of
    what it was about, or the table of all ideas.
    """
    kind, id = subjects[0] if len(subjects) == 1 else ("", 0)
    if "moderation" in request.form:
        queue = request.form["moderation"] if request.form["moderation"] in QUEUES else "all"
        return go(url_for("admin.moderation", queue=queue, open=f"{kind}-{id}" if kind else None))
    thing = row_of(kind, id) if kind else None
    if isinstance(thing, User):
        return go(url_for("admin.member", handle=thing.handle))
    if isinstance(thing, Idea) and (request.form.get("queue") or "list" not in request.form):
        return onward(thing)
    return go(thing.url) if thing is not None and not isinstance(thing, Idea) else to_the_list()
