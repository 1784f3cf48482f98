"""Staff note what a customer said elsewhere: as an idea, as an issue, or as a voice on one that is here already."""

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from portal import permissions
from portal.activity.models import Action
from portal.admin.views import bp
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, locale, sentences
from portal.ideas.asking import asked_id
from portal.ideas.boards import Board
from portal.ideas.captured import Captured
from portal.ideas.cards import Card
from portal.ideas.models import TITLE_MAX, Idea
from portal.ideas.postings import weights
from portal.ideas.similar import similar_to
from portal.ideas.statuses import Kind
from portal.ideas.stopwords import guess
from portal.notifications.reach import reach_about
from portal.permissions import me, require
from portal.text import clean_line, render_markdown
from portal.triage.capture_forms import CapturedIdeaForm, VoiceForm, WhereItWasSaid, captured_form
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

Answer = Response | str | tuple[str, int]
LETTERS = 3


@bp.get("/capture")
def capture() -> str:
    """The form: of a new idea or issue, with what may say the same already; with `idea` of a voice on that one."""
    require(permissions.capture)
    idea = _asked()
    if idea is not None:
        return _voice_page(idea, VoiceForm(formdata=None))
    kind = request.args.get("kind", Kind.IDEA)
    title = clean_line(request.args.get("title"))[:TITLE_MAX]
    return _page(captured_form(kind, formdata=None, data={"title": title}), _similar(title, kind))


@bp.post("/capture")
@keeps_text
def note() -> Answer:
    """Note it: with `idea` as a voice there, else as an idea or an issue of its own."""
    require(permissions.capture)
    idea = _asked()
    if idea is None:
        return _note_idea(captured_form(request.form.get("kind", "")))
    return _carry_over(idea) if "carry" in request.form else _note_voice(idea, VoiceForm())


def _note_idea(form: CapturedIdeaForm) -> Answer:
    if not form.validate():
        return _page(form), 422
    found = [] if "seen_similar" in request.form else _similar(form.title.data or "", str(form.kind.data))
    if found:
        return _page(form, found, asked=True)
    title, body = form.title.data or "", form.body.data or ""
    lang = guess(f"{title} {body}", locale())
    weights(title, body, lang)  # the slow part, before the write lock
    begin_write()
    require(permissions.capture)
    idea = once(Idea, me(), lambda: _proposed(form, title, body, lang))
    db.session.commit()
    flash(_("Noted. It waits for an answer as any other."))
    return go(idea.url)


def _proposed(form: CapturedIdeaForm, title: str, body: str, lang: str) -> Idea:
    """The idea, without a vote or a follow: it is not the wish of whoever notes it."""
    board = Board.taking(form.board.data or "", me())
    return Idea.propose(me(), title, body, str(form.kind.data), board, lang, **form.details, captured=_said(form))


def _note_voice(idea: Idea, form: VoiceForm) -> Answer:
    if not form.validate():
        return _voice_page(idea, form), 422
    body = form.body.data or ""
    render_markdown(body)
    begin_write()
    require(permissions.note_voice, idea)
    lang = guess(body, locale())
    comment = once(Comment, me(), lambda: Comment.post(idea, body, me(), lang=lang, captured=_said(form)))
    db.session.commit()
    told = reach_about(Action.COMMENT_POSTED, comment, me(), idea=idea.id).sentence
    flash(sentences(_("The voice is noted, and counts as no answer of ours."), told))
    return go(comment.url)


def _said(form: WhereItWasSaid) -> Captured:
    return Captured(source=form.source.data, link=form.link.data or "", by_id=me().id)


def _carry_over(idea: Idea) -> Answer:
    """What was typed as an idea of its own, in the form of a voice on this one; nothing is noted yet."""
    typed = captured_form(request.form.get("kind", ""))
    said = "\n\n".join(filter(None, (typed.title.data, typed.body.data)))
    where = {"source": typed.source.data, "link": typed.link.data}
    return _voice_page(idea, VoiceForm(formdata=None, data={"body": said, **where}))


def _asked() -> Idea | None:
    """The idea of which the address speaks, where a voice may be noted there."""
    id = asked_id("idea")
    if id is None:
        return None
    idea = Idea.find_or_404(id, for_=me())
    require(permissions.note_voice, idea)
    return idea


def _similar(title: str, kind: str) -> list[Card]:
    if len(title) < LETTERS:
        return []
    return similar_to(title, me(), kind=Kind.ISSUE if kind == Kind.ISSUE else None)


def _page(form: CapturedIdeaForm, similar: list[Card] | None = None, asked: bool = False) -> str:
    context: dict[str, Any] = {"form": form, "kind": str(form.kind.data), "similar": similar or [], "asked": asked}
    return page("admin/capture/new.html", fragment="similar", seen="seen_similar" in request.values, **context)


def _voice_page(idea: Idea, form: VoiceForm) -> str:
    return page("admin/capture/voice.html", idea=idea, form=form)
