"""The pages of the tags: staff whose job it is add, change, merge, separate and delete them; the others read."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from werkzeug.wrappers import Response

from portal import permissions
from portal.admin.tag_form import MergeForm, TagForm, TagName
from portal.admin.views import bp
from portal.database.holding import hold_all
from portal.database.writing import begin_write
from portal.extensions import db
from portal.i18n import _, _n, num, sentences
from portal.ideas.tag_merging import (
    NotMergeable,
    counts_of,
    delete_tag,
    ideas_of,
    ideas_with_both,
    merge,
    merged_into,
    separate,
)
from portal.ideas.tags import MergedTag, Tag, TagTaken
from portal.permissions import me, require
from portal.text import clean_line
from portal.web.idempotency import once
from portal.web.pages import go, keeps_text, page
from portal.web.paging import listing

Answer = Response | str | tuple[str, int]
PAGE = 50


@bp.get("/tags")
def tags() -> str:
    """Every tag by name, or those with some letters in it."""
    return _list()


@bp.post("/tags")
@keeps_text
def add_tag() -> Answer:
    """A new tag, which no idea has yet."""
    require(permissions.edit_tags)
    form = TagName()
    if form.validate():
        begin_write()
        try:
            tag = once(Tag, me(), lambda: Tag.add(form.name.data or "", by=me()))
        except TagTaken as taken:
            form.say_taken(taken)
            db.session.rollback()
        else:
            db.session.commit()
            flash(_("The tag is added. Say what it is for, if you like."))
            return go(url_for("admin.tag_page", id=tag.id))
    return _list(form), 422


@bp.get("/tags/<int:id>")
def tag_page(id: int) -> Answer:
    """One tag, and what may be done with it; of one that was merged, that which it became."""
    require(permissions.edit_tags)
    tag = db.session.get(Tag, id) or abort(404)
    merged = db.session.get(MergedTag, id)
    return redirect(url_for("admin.tag_page", id=merged.into_id)) if merged else _edit(tag)


@bp.post("/tags/<int:id>")
@keeps_text
def save_tag(id: int) -> Answer:
    """Change a tag. With another name comes another address, and the old one leads on."""
    require(permissions.edit_tags)
    tag, form = db.session.get(Tag, id) or abort(404), TagForm()
    if form.validate():
        begin_write()
        if form.overtaken(tag):
            return _edit(tag, form), 422
        try:
            tag.write(me(), **form.chosen)
        except TagTaken as taken:
            form.say_taken(taken)
            db.session.rollback()
        else:
            db.session.commit()
            flash(_("The tag is saved."))
            return go(url_for("admin.tags"))
    return _edit(tag, form), 422


@bp.get("/tags/<int:id>/merge")
def ask_to_merge(id: int) -> Answer:
    """What merging two tags would do, in numbers."""
    require(permissions.edit_tags)
    tag = db.session.get(Tag, id) or abort(404)
    form = _merge_form(tag, formdata=request.args)
    return _preview(tag, form) if form.validate() else (_edit(tag, merging=form), 422)


@bp.post("/tags/<int:id>/merge")
def merge_tag(id: int) -> Answer:
    """Let a tag become another."""
    require(permissions.edit_tags)
    tag = db.session.get(Tag, id) or abort(404)
    form = _merge_form(tag)
    into = form.chosen
    if not form.validate() or into is None:
        return _edit(tag, merging=form), 422
    begin_write()
    _hold(tag.id, into.id)
    name, other = tag.name, into.name
    try:
        merge(tag, into, by=me())
    except NotMergeable:
        db.session.rollback()
        flash(_("Somebody merged one of these meanwhile. Look at what stands here now."), "error")
        return go(url_for("admin.tags"))
    db.session.commit()
    flash(_("“%(tag)s” is “%(other)s” now. Here you can separate the two again.", tag=name, other=other))
    return go(url_for("admin.tag_page", id=into.id))


@bp.post("/tags/<int:id>/separate")
def separate_tag(id: int) -> Answer:
    """Let a tag that became another be itself again."""
    require(permissions.edit_tags)
    tag = db.session.get(Tag, id) or abort(404)
    merged = db.session.get(MergedTag, id)
    begin_write()
    _hold(id, merged.into_id if merged else id)
    try:
        separate(tag, by=me())
    except NotMergeable:
        db.session.rollback()
        flash(_("These two stand apart already."), "error")
        return go(url_for("admin.tags"))
    number = ideas_of(tag)
    db.session.commit()
    told = _n("It is on %(num)s idea again.", "It is on %(num)s ideas again.", number, num=num(number))
    flash(sentences(_("“%(tag)s” is a tag of its own again.", tag=tag.name), told))
    return go(url_for("admin.tag_page", id=id))


@bp.route("/tags/<int:id>/delete", methods=["GET", "POST"])
def delete_a_tag(id: int) -> Answer:
    """Say first how many ideas lose it, then take it off them for good."""
    require(permissions.edit_tags)
    if request.method == "GET":
        tag = db.session.get(Tag, id) or abort(404)
        return page("admin/tags/delete.html", tag=tag, ideas=ideas_of(tag), merged=merged_into(tag))
    begin_write()
    for tag in _hold(id):
        delete_tag(tag, by=me())
    db.session.commit()
    flash(_("The tag is deleted. The ideas that had it stay."))
    return go(url_for("admin.tags"))


def _hold(*ids: int) -> list[Tag]:
    return hold_all(Tag, Tag.id.in_(ids))


def _merge_form(tag: Tag, **given: Any) -> MergeForm:
    return MergeForm(tag, list(db.session.scalars(Tag.in_use())), **given)


def _preview(tag: Tag, form: MergeForm) -> str:
    into = form.chosen or abort(404)
    counts, both = counts_of([tag, into]), ideas_with_both(tag, into)
    together = sum(counts.values()) - both
    return page("admin/tags/merge.html", tag=tag, into=into, counts=counts, both=both, together=together, form=form)


def _list(form: TagName | None = None) -> str:
    letters = clean_line(request.args.get("q", ""))[:60]
    found = Tag.in_use().order_by(None)
    shown, more = listing(
        found.where(Tag.name.icontains(letters, autoescape=True)) if letters else found,
        Tag.name, Tag.id, size=PAGE, descending=False,
    )  # fmt: skip
    names = form or TagName(formdata=None)
    return page("admin/tags/index.html", tags=shown, more=more, counts=counts_of(shown), letters=letters, form=names)


def _edit(tag: Tag, form: TagForm | None = None, merging: MergeForm | None = None) -> str:
    words = form or TagForm(formdata=None, thing=tag)
    return page(
        "admin/tags/edit.html",
        tag=tag,
        words=words,
        merging=merging or _merge_form(tag, formdata=None),
        form=merging or words,
        ideas=ideas_of(tag),
        merged=merged_into(tag),
    )
