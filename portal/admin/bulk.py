"""Staff act on several ideas at once: what is picked, what happens, and how many people a message goes to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import abort, current_app, flash, request

from portal import permissions
from portal.activity.catalogue import sentence
from portal.admin import bulk_words, idea_tools
from portal.admin.bulk_form import SEEN, BulkForm, picked, tags_in_use, ticked
from portal.admin.idea_tools import to_the_list
from portal.admin.views import bp
from portal.clock import now
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _l, sentences
from portal.ideas.models import Idea
from portal.merging.words import do_it_there
from portal.permissions import me, require
from portal.triage.acts import ON_THE_WAY, new_press, undoable
from portal.triage.bulk import Answer, Bulk, Move, facts_of, people_behind
from portal.triage.bulk_team import Assign, PutOff
from portal.triage.undoing import changed_lately
from portal.web.pages import keeps_text, page

# So long one of them may take, so that the last one done can be undone for as long as the first.
EACH = timedelta(milliseconds=50)
HINTS = {
    "reason": _l("Everyone can read it. Not planned always needs one."),
    "text": _l("Pinned above the discussion of each. What has an official response already keeps it."),
    "owner": _l("Whoever you choose is told, unless it is you. Customers do not see it."),
    "when": _l(
        "For the whole team. It comes back by itself on that day, and at once when a member says something new."
    ),
    "why": _l("Their authors and staff still see them. Each author is told this reason."),
}


@dataclass(frozen=True)
class Row:
    """An idea that is picked, what of it stood there when it was shown, and why it is left out, if it is."""

    idea: Idea
    seen: str
    why_not: str
    ticked: bool

    @property
    def goes(self) -> bool:
        return self.ticked and not self.why_not


@bp.get("/bulk")
def bulk() -> str:
    """What is picked, and what may be done to all of it; nothing is done yet."""
    require(permissions.see_inbox)
    return _draw(BulkForm(request.args, meta={"csrf": False}), picked(), {})


@bp.post("/bulk")
@keeps_text
def act_on_all() -> idea_tools.Answer:
    """Show what would happen (`preview`), or do it, each idea in a short transaction of its own."""
    require(permissions.see_inbox)
    form, ideas = BulkForm(), picked()
    ids = [idea.id for idea in ideas if idea.id in ticked()]
    if ids and not any(type(form.bulk).rule(me(), idea) for idea in ideas):
        abort(403)
    if request.form.get("preview") or not ids or not form.validate():
        return _draw(form, ideas, {}), 422 if form.problems else 200
    refused = _do_all(form.bulk, ids)
    if not refused:
        return to_the_list()
    left = [idea for idea in picked() if idea.id in refused]
    return _draw(form, left, refused), 422


def _do_all(bulk: Bulk, ids: list[int]) -> dict[int, str]:
    """Do it to each, and say what was done and who is told; why not, by the id of whatever was left out."""
    press, several = new_press(), len(ids) > 1
    until = now() + timedelta(seconds=current_app.config["UNDO_SECONDS"]) + ON_THE_WAY + EACH * len(ids)
    facts = facts_of(bulk, [idea for idea in picked() if idea.id in ids])
    refused = {id: why for id in ids if (why := _do(bulk, id, press, several, until))}
    done = [idea for idea in picked() if idea.id in ids and idea.id not in refused]
    if done:
        told = bulk_words.told(bulk, done, facts)
        said = sentences(bulk_words.done(bulk, len(done)), told.sentence if told else "")
        flash(said, f"undo {press}" if current_app.config["UNDO_SECONDS"] else "message")
    return refused


def _do(bulk: Bulk, id: int, press: str, several: bool, until: datetime) -> str:
    """Do it to one idea, unless something speaks against it, which is said."""
    begin_write()
    try:
        idea = db.session.get(Idea, id)
        if idea is None:
            return _("It is not there any more.")
        hold(idea)
        why_not = _against(bulk, idea, request.form.get(f"{SEEN}{id}"))
        if not why_not:
            with undoable(idea, by=me(), press=press, together=several, until=until):
                bulk.do(idea, by=me())
            db.session.commit()
        return why_not
    finally:
        db.session.rollback()


def _against(bulk: Bulk, idea: Idea, seen: str | None) -> str:
    """Why it is left out: what somebody did to it since it was shown, or what is so anyhow."""
    if not type(bulk).rule(me(), idea):
        return _("You may not do this to it.")
    if seen is not None and seen != bulk.stands(idea):
        event = changed_lately(idea, bulk.told_by)
        return sentence(event) if event else _("Somebody changed it after you opened the page.")
    return _left_out(bulk, idea) or (bulk.lacks(idea) if isinstance(bulk, Move) else "")


def _left_out(bulk: Bulk, idea: Idea) -> str:
    """Why it is left out by itself: what is done to the idea in which it lives is done there."""
    there = idea.is_merged and isinstance(bulk, Move | Answer | Assign | PutOff)
    return do_it_there(idea) if there else bulk.why_not(idea)


def _draw(form: BulkForm, ideas: list[Idea], refused: dict[int, str]) -> str:
    form.do.data = form.doing
    form.offer(ideas)
    act = form.bulk.looking_at(ideas) if isinstance(form.bulk, Assign | PutOff) else form.bulk
    rows = [
        Row(idea, act.stands(idea), refused.get(idea.id) or _left_out(act, idea), idea.id in ticked()) for idea in ideas
    ]
    going = [row.idea for row in rows if row.goes]
    return page(
        "admin/bulk.html",
        heading=bulk_words.heading(form.doing),
        form=form,
        rows=rows,
        going=going,
        new=act.status if isinstance(act, Move) else None,
        reach=bulk_words.told(act, going, facts_of(act, going)),
        votes=sum(idea.votes_count for idea in going),
        people=people_behind([idea.id for idea in going]) if act.tells else 0,
        tags=tags_in_use() if form.doing in ("tag", "untag") else [],
        hints=HINTS,
        button=bulk_words.button(act, len(going)),
        back=request.values.get("queue", ""),
        list=request.values.get("list", ""),
        place="admin.inbox",
    )
