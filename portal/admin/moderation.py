"""What was reported, and first texts that wait: kept, hidden, or hidden and their author suspended."""

from typing import Any

from flask import Flask, abort, flash, g, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.models import User
from portal.activity.models import Action
from portal.activity.subjects import NAMES, model_of
from portal.admin.cases import QUEUES, SHOWN, after, cases_in, history_of, named, reports_of, tallies
from portal.admin.forms import JudgeForm
from portal.admin.idea_tools import offering
from portal.admin.views import bp
from portal.database.holding import hold
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, sentences
from portal.ideas.models import Idea
from portal.ideas.pictures import pictures_of
from portal.moderation import judging
from portal.moderation.models import TEXTS, Flag, Judgement
from portal.moderation.patterns import count_patterns
from portal.notifications.reach import reach, told_to
from portal.permissions import me, require
from portal.triage.acts import undoable
from portal.voting.setting_aside import waiting_answers
from portal.web.pages import go, keeps_text, page


def init_app(app: Flask) -> None:
    app.jinja_env.globals["waiting_texts"] = waiting_texts


def waiting_texts() -> int:
    """How many texts wait for staff: asked once a request, for the navigation of the console."""
    if "waiting_texts" not in g:
        g.waiting_texts = tallies()["all"]
    return int(g.waiting_texts)


@bp.get("/moderation")
def moderation() -> str:
    """The queue that `?queue=` names, with the text of `?open=`, or else its first, open beside it."""
    require(permissions.see_flags)
    name = request.args.get("queue", "all")
    if name not in QUEUES:
        abort(404)
    return _page(name, request.args.get("open", ""))


@bp.post("/moderation/<kind>/<int:id>/judgement")
@keeps_text
def judge(kind: str, id: int) -> Response | tuple[str, int]:
    """Keep a text, hide it, or hide it and suspend its author."""
    require(permissions.judge_text)
    thing = _find(kind, id)
    form = JudgeForm()
    if form.validate():
        begin_write()
        if form.judgement.data == "suspended":
            require(permissions.suspend_author, thing if isinstance(thing, User) else thing.author)
        if judging.still_waits(thing):
            _decide(form, thing)
            db.session.commit()
        else:
            db.session.rollback()
            _tell(thing, _quicker(kind, id), "warning")
        return go(url_for("admin.moderation", queue=_queue(), open=request.form.get("then") or None))
    return _page(_queue(), f"{kind}-{id}", form), 422


@bp.post("/moderation/<kind>/<int:id>/restored")
def restore_text(kind: str, id: int) -> Response:
    """Show a release or a profile again that was hidden."""
    require(permissions.judge_text)
    thing = _find(kind, id)
    begin_write()
    hold(thing)
    with undoable(thing, by=me()) as done:
        judging.keep(thing, by=me())
    db.session.commit()
    flash(_("Shown again."), offering(done.press))
    return go(url_for("admin.member", handle=thing.handle) if kind == "user" else thing.url)


def _find(kind: str, id: int) -> Any:
    return (db.session.get(model_of(kind), id) if kind in TEXTS else None) or abort(404)


def _queue() -> str:
    """The queue from which the decision comes."""
    name = request.form.get("queue", "")
    return name if name in QUEUES else "all"


def _decide(form: JudgeForm, thing: Any) -> None:
    """Decide as the form says, and say what was done and who is told, once it cannot be undone any more."""
    author = thing if isinstance(thing, User) else thing.author
    suspends = form.judgement.data == "suspended"
    with undoable(thing, by=me(), person=author if suspends else None) as done:
        said = _judge(form, thing, author)
    _tell(thing, said, offering(done.press))


def _judge(form: JudgeForm, thing: Any, author: User) -> str:
    reason, reporters = form.reason.data or "", _reporters(thing)
    if getattr(thing, "is_deleted", False):
        judging.close(thing, by=me())
        return sentences(_("Closed: its author had deleted it."), reporters)
    if form.judgement.data == "kept":
        shown = thing.hidden_at is not None
        judging.keep(thing, by=me())
        return sentences(_("Kept, and shown to everyone.") if shown else _("Kept."), reporters)
    if form.judgement.data == "hidden":
        judging.hide(thing, by=me(), reason=reason)
        return sentences(_("Hidden."), told_to(thing.hidden_as, author, me()))
    judging.hide_and_suspend(thing, by=me(), reason=reason)
    return sentences(_("Hidden, and its author is suspended."), told_to(Action.MEMBER_SUSPENDED, author, me()))


def _reporters(thing: Any) -> str:
    """How those hear of it who reported this; empty where the portal alone did."""
    sent = select(Flag.user_id).where(Flag.about(thing), Flag.judged_at.is_(None), Flag.user_id.is_not(None))
    heard = reach(Action.FLAGS_ANSWERED, User.id.in_(sent), me())
    return _("Of those who reported it: %(told)s", told=heard.sentence) if heard.told else ""


def _tell(thing: Any, said: str, kind: str) -> None:
    """What was decided, with the name of the text: the next one is open by then."""
    flash(_("“%(title)s” · %(said)s", title=NAMES[thing.__tablename__](thing), said=said), kind)


def _quicker(kind: str, id: int) -> str:
    """Who decided meanwhile, and what."""
    last = db.session.execute(
        select(User.display_name, Flag.judgement)
        .join(User, User.id == Flag.judged_by_id)
        .where(Flag.subject_type == kind, Flag.subject_id == id)
        .order_by(Flag.judged_at.desc())
    ).first()
    if last is None:
        return _("Nobody has reported this.")
    said = {
        Judgement.KEPT: _("%(who)s was quicker, and kept it.", who=last[0]),
        Judgement.HIDDEN: _("%(who)s was quicker, and hid it.", who=last[0]),
        Judgement.GONE: _("%(who)s was quicker, and closed it: its author had deleted it.", who=last[0]),
    }
    return said[Judgement(str(last[1]))]


def _page(name: str, asked: str, form: JudgeForm | None = None) -> str:
    cases = cases_in(name)
    case = next((case for case in cases if case.key == asked), None) or named(asked)
    found = case is not None
    case = case or next(iter(cases), None)
    counts = tallies()
    return page(
        "admin/moderation.html",
        fragment="open",
        queues=[(queue, str(label), counts[queue]) for queue, (label, _condition) in QUEUES.items()],
        here=name,
        most=SHOWN,
        odd_votes=count_patterns() + waiting_answers(),
        cases=cases,
        case=case,
        asked=found,
        then=after(case, cases),
        reports=reports_of(case) if case else [],
        history=history_of(case) if case else {},
        images=_pictures(case.thing) if case else [],
        form=form,
        hide_form=_reasoned("hidden", form),
        suspend_form=_reasoned("suspended", form),
    )


def _reasoned(judgement: str, refused: JudgeForm | None) -> JudgeForm:
    """The form of this decision, with what was typed where it was refused; two of them stand on a page."""
    mine = refused is not None and refused.judgement.data == judgement
    form = refused if refused is not None and mine else JudgeForm(formdata=None)
    form.reason.id = form.reason.label.field_id = f"{judgement}-reason"
    return form


def _pictures(thing: Any) -> list[Any]:
    return list(pictures_of(thing)) if isinstance(thing, Idea) else list(getattr(thing, "images", []))
