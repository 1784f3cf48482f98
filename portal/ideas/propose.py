"""Proposing an idea or reporting an issue: the form, what is similar, the pictures, and what a visitor confirms."""

from typing import Any

from flask import abort, flash, render_template, request, send_file
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import Held, await_code, confirms
from portal.changelog.models import Release
from portal.changelog.news import releases_of
from portal.comments.models import Comment
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _n, locale, sentences
from portal.ideas.answering import Answering, answering
from portal.ideas.attachments import Attachment
from portal.ideas.blueprint import bp
from portal.ideas.board_asks import boards_that_ask, fields_with
from portal.ideas.boards import Board
from portal.ideas.cards import Card
from portal.ideas.closing import takes_nothing
from portal.ideas.field_forms import asked_at, elsewhere
from portal.ideas.forms import ProposalForm, proposal_form
from portal.ideas.models import BODY_MAX, TITLE_MAX, Idea
from portal.ideas.pictures import attach, hold_with_pictures
from portal.ideas.postings import weights
from portal.ideas.responses import OfficialResponse
from portal.ideas.severity import SEVERITIES
from portal.ideas.similar import similar_to
from portal.ideas.statuses import Kind
from portal.ideas.stopwords import guess
from portal.ideas.tags import Tag
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.moderation.flagging import hold_for
from portal.moderation.spam import signs_in_form, signs_of
from portal.notifications.models import Follow
from portal.permissions import me, require, take_part
from portal.pictures import uploads
from portal.text import clean_line, clean_text, render_markdown
from portal.voting.models import Vote
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page

LETTERS = 3


@bp.before_request
def allow_pictures() -> None:
    """Pictures may come with a proposal and an edit; everything else stays within the limit of ordinary requests."""
    if request.endpoint in ("ideas.create", "ideas.save"):
        request.max_content_length = uploads.MOST_SENT


@bp.get("/ideas/new")
def new() -> Any:
    """The form, filled in with what the composer or a search already knows."""
    kind = request.args.get("kind", Kind.IDEA)
    if kind not in set(Kind):
        abort(404)
    if me().is_authenticated:
        require(take_part)
    board = _board_called(request.args.get("board", ""), me())
    form = proposal_form(kind, asked_at(board), title=clean_line(request.args.get("title", ""))[:TITLE_MAX])
    form.board.data = board.slug if board else ""
    return _form_page(form)


@bp.post("/ideas")
@keeps_text
def create() -> Any:
    """Take a proposal: a member's counts at once, a visitor's waits for their confirmation."""
    if me().is_authenticated:
        require(take_part)
    kind = request.form.get("kind", "")
    form = proposal_form(kind, asked_at(_board_called(request.form.get("board", ""), me()), request.form))
    if "ask" in request.form:
        return render_template("ideas/_asked.html", form=form, elsewhere=elsewhere(form))
    if not form.validate():
        return _form_page(form), 422
    if kind not in set(Kind):
        form.form_errors.append(_("Choose whether this is an idea or an issue. What you wrote is kept."))
        return _form_page(form), 422
    if form.asked and request.form.get("asked_by") != form.board.data:
        return _form_page(form, asks=True)
    found = [] if "seen_similar" in request.form else _similar(form.title.data or "", kind)
    if found:
        return _form_page(form, found, asked=True)
    if too_fast(limits.PROPOSALS, me()):
        form.form_errors.append(_("You have sent a lot within an hour. What you wrote is kept: send it again later."))
        return _form_page(form), 429
    return _accept(form)


@bp.get("/ideas/similar")
def similar() -> str:
    """Up to three ideas of every status that may say the same as a title that is being written."""
    if too_fast(limits.SIMILAR_IDEAS, me()):
        abort(429)
    title, kind = clean_line(request.args.get("title", ""))[:TITLE_MAX], request.args.get("kind", Kind.IDEA)
    found = _similar(title, kind)
    return page(
        "ideas/similar.html",
        fragment="similar",
        similar=found,
        title=title,
        kind=kind,
        voted=Vote.voted_ids(me(), found),
        releases=releases_of(found),
        seen=request.args.get("form") == "1",
    )


@bp.post("/preview")
def preview() -> Any:
    """What a Markdown text will look like; whoever asks too often is told so in the same place."""
    if too_fast(limits.PREVIEWS, me()):
        return render_template("ideas/_later.html"), 429
    return str(render_markdown(clean_text(request.form.get("text", ""))[:BODY_MAX]))


@bp.get("/uploads/<key>")
def upload(key: str) -> Response:
    """A picture, for those who may see what it belongs to: asked anew each time, as that may change.

    What not everybody may see stays in no browser.
    """
    image = db.session.scalar(select(Attachment).where(Attachment.key == key))
    if image is None or not _is_seen(image, me()):
        abort(404)
    file = uploads.path(image.key)
    if not file.exists():
        abort(404)
    response = send_file(file, mimetype=uploads.mimetype(image.key))
    response.headers["Cache-Control"] = "private, no-cache" if _is_seen(image, None) else "no-store"
    return response


def _show(payload: dict[str, Any]) -> Held:
    details, board = payload["details"], _board_called(payload["board"], None)
    texts = [("", payload["body"]), (_("What did you expect?"), details.get("expected") or "")]
    private = details.get("is_private")
    said = {int(id): raw for id, raw in payload.get("fields", {}).items()}
    asked = [(field.name, field.say(said[field.id])) for field in fields_with(said).values()]
    facts = [
        (_("Seen by"), _("Only you and our team: it is private") if private else _("Everybody")),
        (_("Part of the product"), board.name if board else ""),
        (_("Tags"), ", ".join(tag.name for tag in Tag.known(payload.get("tags", ())).values())),
        (_("Version or device"), details.get("version") or ""),
        (_("How much it hurts"), str(SEVERITIES.get(details.get("severity"), ""))),
        *asked,
    ]
    words, known = (tuple(pair for pair in pairs if pair[1]) for pairs in (texts, facts))
    return Held(payload["title"], words, known, tuple(payload.get("images", ())), payload.get("lang", ""))


@confirms(
    "idea",
    lambda payload: _("Share your idea “%(title)s”", title=payload["title"]),
    _show,
    lambda payload: _("Share my idea"),
)
def confirm_idea(payload: dict[str, Any], by: User) -> str:
    """What a visitor proposed counts from now on."""
    return _thank(_proposed(payload, by))


@confirms(
    "issue",
    lambda payload: _("Report the issue “%(title)s”", title=payload["title"]),
    _show,
    lambda payload: _("Send my report"),
)
def confirm_issue(payload: dict[str, Any], by: User) -> str:
    """What a visitor reported counts from now on."""
    return _thank(_proposed(payload, by))


def _accept(form: ProposalForm) -> Any:
    payload = _payload(form)
    weights(payload["title"], payload["body"], payload["lang"])  # the slow part, before the write lock
    try:
        begin_write()
        if me().is_authenticated:
            by = me()
            idea = once(Idea, by, lambda: _proposed(payload, by))
            _thank(idea)
            db.session.commit()
            return go(idea.url)
        email = form.email.data or ""
        token = once(EmailToken, email, lambda: hold_with_pictures(payload["kind"], payload, email))
        db.session.commit()
    except Exception:
        db.session.rollback()
        uploads.discard(form.kept)
        raise
    return await_code(token)


def _payload(form: ProposalForm) -> dict[str, Any]:
    title, body = form.title.data or "", form.body.data or ""
    return {
        "kind": str(form.kind.data),
        "title": title,
        "body": body,
        "board": form.board.data,
        "tags": form.chosen_tags,
        "lang": guess(f"{title} {body}", locale()),
        "images": form.pictures,
        "details": form.details,
        "fields": {str(id): said for id, said in form.said.items() if said},
        "signs": signs_in_form(body),
    }


def _proposed(payload: dict[str, Any], by: User) -> Idea:
    """The act itself, in a transaction that writes: the idea, its author's vote and follow, its pictures."""
    words = payload["title"], payload["body"]
    fields = {int(id): said for id, said in payload.get("fields", {}).items()}
    details = {**payload["details"], "tags": _tags(payload)}
    idea = Idea.propose(by, *words, payload["kind"], _board(payload, by), payload["lang"], fields=fields, **details)
    Vote.cast(idea, by=by)
    db.session.add(Follow(user_id=by.id, idea_id=idea.id))
    attach(payload["images"], idea_id=idea.id, owner_id=by.id, pending_id=None)
    _hold_what_looks_like_spam(idea, by, payload)
    return idea


def _thank(idea: Idea) -> str:
    """Say what comes next, and where: the address of the idea."""
    if idea.is_held:
        flash(_("Thank you. Our team looks at it before others see it, and you are told as soon as they have."))
        return idea.url
    flash(
        _when_we_answer(answering(idea.kind, idea.board.slug if idea.board else ""))
        if idea.author.gets_mail
        else _where_we_answer()
    )
    return idea.url


def _when_we_answer(how: Answering) -> str:
    """The promise while it is kept, or else what is usual here, or else no figure."""
    if how.kept:
        return _n(
            "Thank you. We answer within %(num)s day, here and by e-mail.",
            "Thank you. We answer within %(num)s days, here and by e-mail.",
            how.promised,
        )
    if how.usual is None or how.only_half:
        return _("Thank you. Our answer comes here and by e-mail.")
    return _n(
        "Thank you. We usually answer within %(num)s day, here and by e-mail.",
        "Thank you. We usually answer within %(num)s days, here and by e-mail.",
        how.usual,
    )


def _where_we_answer() -> str:
    return _("Thank you. Our answer comes here, and your notifications tell you of it.")


def _board(payload: dict[str, Any], by: User) -> Board | None:
    """The board that takes it: it may have become another by now, or have closed, which is said."""
    board = Board.taking(payload["board"], by) if payload["board"] else None
    gone = Board.now_at(payload["board"]) if payload["board"] and board is None else None
    if gone is not None:
        flash(sentences(takes_nothing(gone), _("Yours stands without a board.")))
    return board


def _board_called(slug: str, by: Any) -> Board | None:
    """The board in use to which this address leads, where this person may see it."""
    now = Board.now_at(slug) if slug else None
    return next((board for board in Board.in_order(for_=by) if board is now), None) if now else None


def _tags(payload: dict[str, Any]) -> list[Tag]:
    """Those of the chosen tags that authors may still choose, by what they are called now."""
    known = Tag.known(payload.get("tags", ()))
    return Tag.all_named(dict.fromkeys(tag.name for tag in known.values() if tag.is_offered))


def _hold_what_looks_like_spam(idea: Idea, by: User, payload: dict[str, Any]) -> None:
    """Hold a newcomer's first text where it looks like spam; a private issue is seen by staff alone as it is."""
    words = [text for text in (*idea.said, "\n".join(payload.get("fields", {}).values())) if text]
    signs = [] if idea.is_private else signs_of(by, words, payload.get("signs", []), but=idea.id)
    if signs:
        hold_for(idea, signs)


def _form_page(form: ProposalForm, found: list[Card] | None = None, asked: bool = False, asks: bool = False) -> str:
    """The form. `asked`: whether one of what was `found` is it; `asks`: what the board asks for was not seen yet."""
    found = found or []
    return page(
        "ideas/new.html",
        form=form,
        kind=str(form.kind.data),
        kept=form.kept,
        similar=found,
        asked=asked,
        voted=Vote.voted_ids(me(), found),
        releases=releases_of(found),
        seen="seen_similar" in request.form,
        answering=answering(str(form.kind.data)),
        elsewhere=elsewhere(form),
        asking=boards_that_ask(),
        asks=asks,
    )


def _similar(title: str, kind: str) -> list[Card]:
    if len(title) < LETTERS:
        return []
    return similar_to(title, me(), kind=Kind.ISSUE if kind == Kind.ISSUE else None)


def _is_seen(image: Attachment, reader: Any) -> bool:
    """Whether the reader (None: everybody) sees what a picture belongs to: an idea, a comment, a board and so on."""
    if image.pending_id is not None:
        return False
    for id, scope, column in (
        (image.idea_id, Idea.visible_to(reader), Idea.id),
        (image.comment_id, Comment.visible_to(reader), Comment.id),
        (image.response_id, Idea.visible_to(reader).join(Idea.response), OfficialResponse.id),
        (image.release_id, Release.visible_to(reader), Release.id),
        (image.board_id, Board.visible_to(reader), Board.id),
    ):
        if id is not None:
            return db.session.scalar(scope.where(column == id).with_only_columns(column)) is not None
    return False
