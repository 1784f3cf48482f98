"""Taking part in the discussion of an idea."""

from contextlib import nullcontext
from typing import Any

from flask import Flask, abort, flash, redirect, request, url_for
from sqlalchemy import select
from werkzeug.wrappers import Response

from portal import permissions
from portal.accounts.email_tokens import EmailToken
from portal.accounts.models import User
from portal.accounts.pending import Held, NoLongerPossible, await_code, confirms
from portal.activity.models import Action
from portal.comments.blueprint import bp as bp
from portal.comments.both_ends import became
from portal.comments.forms import CommentForm, EditCommentForm, VisitorCommentForm
from portal.comments.models import Comment, CommentRevision
from portal.comments.shaping import who_shaped
from portal.comments.thread import discussed_in, entry, is_on_first_page, replies, root_or_404
from portal.comments.tools import as_said, tools
from portal.database.holding import hold as hold_row
from portal.database.writing import begin_write, insert
from portal.extensions import db
from portal.i18n import _, locale, sentences
from portal.ideas.asking import asked_id
from portal.ideas.closing import closing_said_on
from portal.ideas.family import survivor_seen
from portal.ideas.history import history as versions
from portal.ideas.models import Idea
from portal.ideas.pictures import attach, change_pictures, hold_with_pictures
from portal.ideas.stopwords import guess
from portal.middleware import limits
from portal.middleware.limits import too_fast
from portal.moderation.flagging import hold_edited, hold_for
from portal.moderation.spam import signs_in_edit, signs_in_form, signs_of
from portal.notifications.models import Follow
from portal.notifications.reach import told_to
from portal.permissions import me, require
from portal.pictures import uploads
from portal.text import excerpt, render_markdown
from portal.triage.acts import Undoable, undoable
from portal.triage.phrases import with_phrase
from portal.web import paging
from portal.web.idempotency import once
from portal.web.pages import changed, go, keeps_text, page, wants_fragment


def init_app(app: Flask) -> None:
    """Give the templates what they ask of a comment."""
    app.jinja_env.globals.update(tools_of=tools, as_said=as_said)


@bp.before_request
def allow_pictures() -> None:
    """Pictures may come with a comment; everything else stays within the limit of ordinary requests."""
    if request.endpoint in ("comments.create", "comments.save"):
        request.max_content_length = uploads.MOST_SENT


@bp.get("/ideas/<int:id>/comments/new")
def new(id: int) -> str | Response:
    """The form alone, with its token: for visitors, for replies, and without JavaScript."""
    idea = _discussion_of(id)
    parent = _parent(idea)
    if parent is None and request.args.get("parent"):
        abort(404)
    if _says_no_more(idea):
        return _closed(idea)
    if not _is_visitor():
        require(permissions.comment_on_idea, idea)
    form = _form(parent)
    if permissions.use_snippets(me(), None):
        with_phrase(form.body, idea)
    return page("comments/new.html", fragment="form", idea=idea, parent=parent, form=form)


@bp.post("/ideas/<int:id>/comments")
@keeps_text
def create(id: int) -> Any:
    """Say something about an idea; what a visitor says waits until they confirm it."""
    idea = _discussion_of(id)
    parent = _parent(idea)
    form = _form(parent)
    if _says_no_more(idea):
        form.form_errors.append(closing_said_on(idea))
        return page("comments/new.html", fragment="form", idea=idea, parent=parent, form=form), 422
    if not _is_visitor():
        require(permissions.comment_on_idea, idea)
    if not _fits(form, parent):
        return page("comments/new.html", fragment="form", idea=idea, parent=parent, form=form), 422
    if too_fast(limits.COMMENTS, me()):
        form.form_errors.append(_("You have written a lot in ten minutes. What you wrote is kept: send it again soon."))
        return page("comments/new.html", fragment="form", idea=idea, parent=parent, form=form), 422
    return _hold(idea, parent, form) if _is_visitor() else _publish(idea, parent, form)


@bp.get("/comments/<int:id>")
def show(id: int) -> Response:
    """Lead to the page of the discussion where this comment stands."""
    return redirect(_place(Comment.find_or_404(id, for_=me())))


@bp.get("/comments/<int:id>/replies")
def answers(id: int) -> str:
    """A comment with all its replies, for threads too long for the idea's page."""
    root = root_or_404(id, me())
    listed, after = replies(root, me(), asked_id("from"))
    gone = not root.is_shown_to(me())
    return page(
        "comments/replies.html",
        idea=root.idea,
        root=root,
        gone=gone,
        replies=listed,
        after=after,
        became=became([root, *listed], me()),
    )


@bp.get("/comments/<int:id>/edit")
def edit(id: int) -> str:
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.edit_comment, comment)
    return page("comments/edit.html", comment=comment, form=EditCommentForm(thing=comment, there=comment.images))


@bp.post("/comments/<int:id>/edit")
@keeps_text
def save(id: int) -> Any:
    """Change one's own words; the earlier ones stay in the comment's history."""
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.edit_comment, comment)
    form = EditCommentForm(there=comment.images)
    if not form.validate():
        return page("comments/edit.html", comment=comment, form=form), 422
    render_markdown(form.body.data)
    begin_write()
    if form.overtaken(comment):
        return page("comments/edit.html", comment=comment, form=form), 422
    comment.edit(form.body.data, by=me())
    gone = change_pictures(form, comment, by=me(), comment_id=comment.id)
    hold_edited(comment, signs_in_edit(me(), comment.said))
    db.session.commit()
    uploads.delete_all(gone)
    return redirect(_place(comment), 303)


@bp.get("/comments/<int:id>/history")
def history(id: int) -> str:
    """What a comment said each time it was saved."""
    comment = Comment.find_or_404(id, for_=me())
    saved = select(CommentRevision).where(CommentRevision.comment_id == id)
    found = versions(saved, CommentRevision, ("body",), after=paging.asked())
    return page("comments/history.html", comment=comment, history=found)


@bp.post("/comments/<int:id>/shaped")
def shape(id: int) -> Any:
    """Say that a comment shaped the idea, or take that back: `shaped=1|0`. What staff say so can be undone."""
    begin_write()
    comment = Comment.find_or_404(id, for_=me())
    require(permissions.mark_comment_as_shaping, comment)
    hold_row(comment)
    with undoable(comment, by=me()) if me().is_staff else nullcontext(Undoable()) as done:
        comment.mark_as_shaping(request.form.get("shaped") == "1", by=me())
    db.session.commit()
    if done.press:
        flash(_marked(comment), f"undo {done.press}")
    idea = discussed_in(comment, me())
    return changed(
        "comments/_shaped.html", back=_place(comment), idea=idea, comment=comment, shapers=who_shaped(idea),
        entry=entry(comment, me()), offers=done.press,
    )  # fmt: skip


def _marked(comment: Comment) -> str:
    """What staff just said of a comment, and how its author hears of it."""
    if not comment.has_shaped:
        return _("No longer marked.")
    helps = comment.of_issue
    said = _("Marked: this comment helps to fix the issue.") if helps else _("Marked: this comment shaped the idea.")
    return sentences(said, told_to(Action.COMMENT_SHAPED, comment.author, me()))


def _describe(payload: dict[str, Any]) -> str:
    idea = _discussed(payload)
    return _("Post your comment on “%(title)s”", title=idea.title) if idea else _("Post your comment")


def _show(payload: dict[str, Any]) -> Held:
    if _discussed(payload) is None:
        return Held(gone=_("The idea that this comment is about is no longer here."))
    if (idea := _discussed(payload)) and idea.is_on_closed_board:
        return Held(gone=closing_said_on(idea))
    parent, facts = _replied_to(payload), [(_("Seen by"), _("Everybody"))]
    if parent:
        facts.insert(0, (_("In reply to"), excerpt(parent.body, 120)))
    pictures = tuple(payload.get("images", ()))
    return Held("", (("", payload["body"]),), tuple(facts), pictures, payload.get("lang", ""))


def _discussed(payload: dict[str, Any]) -> Idea | None:
    """The idea, where visitors still see it: one who comments as a visitor has seen no other."""
    return db.session.scalar(Idea.visible_to(None).where(Idea.id == payload["idea"]))


def _replied_to(payload: dict[str, Any]) -> Comment | None:
    """The comment that is replied to, where it still stands; else the reply stands on its own."""
    return db.session.scalar(Comment.visible_to(None).where(Comment.id == payload.get("parent")))


@confirms("comment", _describe, _show, lambda payload: _("Post my comment"))
def _confirmed(payload: dict[str, Any], by: User) -> str:
    """Post what was held; where the idea is out of sight by now, nothing is posted."""
    idea = _discussed(payload)
    idea = (survivor_seen(idea, None) or idea) if idea else None
    if idea is not None and idea.is_on_closed_board and not by.is_staff:
        raise NoLongerPossible(sentences(_("You are signed in."), closing_said_on(idea)))
    if idea is None or not permissions.comment_on_idea(by, idea):
        raise NoLongerPossible(_("You are signed in, but the idea that you commented on is no longer here."))
    return _post(idea, _replied_to(payload), payload, by).url


def _says_no_more(idea: Idea) -> bool:
    """Whether its board is closed, so that members say nothing there any more; staff may still answer."""
    return idea.is_on_closed_board and not (me().is_authenticated and me().is_staff)


def _closed(idea: Idea) -> str:
    return page("comments/closed.html", fragment="said", idea=idea)


def _is_visitor() -> bool:
    return not me().is_authenticated


def _form(parent: Comment | None) -> CommentForm:
    id = parent.id if parent else None
    return VisitorCommentForm(parent=id) if _is_visitor() else CommentForm(parent=id)


def _discussion_of(id: int) -> Idea:
    """The idea where what is said of this one is read: where it lives now, as far as the reader may see that."""
    idea = Idea.find_or_404(id, for_=me())
    return survivor_seen(idea, me()) or idea


def _parent(idea: Idea) -> Comment | None:
    """The comment that is replied to, where the reader may see it: one of this idea, and no staff note."""
    id = asked_id("parent")
    scope = Comment.visible_to(me()).where(Comment.idea_id.in_(idea.family_ids), Comment.is_note.is_(False))
    return db.session.scalar(scope.where(Comment.id == id)) if id else None


def _fits(form: CommentForm, parent: Comment | None) -> bool:
    fits = form.validate()
    if request.form.get("parent") and parent is None:
        form.form_errors.append(
            _("The comment that you reply to is no longer here. Send yours again to post it on its own.")
        )
        return False
    return fits


def _payload(idea: Idea, parent: Comment | None, form: CommentForm) -> dict[str, Any]:
    body = form.body.data or ""
    return {
        "idea": idea.id,
        "parent": parent.id if parent else None,
        "body": body,
        "lang": guess(body, locale()),
        "images": form.pictures,
        "signs": signs_in_form(body),
    }


def _hold(idea: Idea, parent: Comment | None, form: CommentForm) -> Response:
    payload, url, email = _payload(idea, parent, form), idea.url, form["email"].data
    begin_write()
    token = once(EmailToken, email, lambda: hold_with_pictures("comment", payload, email, next_url=url))
    db.session.commit()
    return await_code(token)


def _publish(idea: Idea, parent: Comment | None, form: CommentForm) -> Any:
    payload = _payload(idea, parent, form)
    render_markdown(payload["body"])
    begin_write()
    require(permissions.comment_on_idea, idea)
    by = me()
    comment = once(Comment, by, lambda: _post(idea, parent, payload, by))
    db.session.commit()
    if not wants_fragment():
        return go(_place(comment))
    return page(
        "comments/_posted.html", comment=comment, idea=idea, entry=entry(comment, me()),
        newest=request.args.get("c") == "new", form=CommentForm(formdata=None),
    )  # fmt: skip


def _post(idea: Idea, parent: Comment | None, payload: dict[str, Any], by: User) -> Comment:
    """Post a comment; with the first one on an idea its author follows it, unless they chose otherwise before.

    What is replied to is of this idea, or of its family: a reply stands where that stands.
    """
    idea = parent.idea if parent else idea
    first = db.session.scalar(select(Comment.id).where(Comment.idea_id == idea.id, Comment.author_id == by.id)) is None
    signs = signs_of(by, [payload["body"]], payload.get("signs", []))
    comment = Comment.post(idea, payload["body"], by, parent, payload["lang"], quietly=bool(signs))
    if signs:
        hold_for(comment, signs)
    attach(payload["images"], comment_id=comment.id, owner_id=by.id, pending_id=None)
    if first:
        values = {"user_id": by.id, "idea_id": idea.id, "muted": False, "created_at": comment.created_at}
        db.session.execute(insert(Follow).values(**values).on_conflict_do_nothing())
    return comment


def _place(comment: Comment) -> str:
    """Where the comment is read: the idea's page, at the comment's page of the discussion."""
    anchor = f"#comment-{comment.id}"
    root = db.session.get_one(Comment, comment.parent_id) if comment.parent_id else comment
    idea = discussed_in(comment, me())
    if comment.parent_id and not is_on_first_page(comment, me()):
        return f"{url_for('comments.answers', id=root.id)}?from={comment.id}{anchor}"
    if not is_on_first_page(root, me()):
        return f"{idea.url}?from={root.id}{anchor}"
    return idea.url + anchor
