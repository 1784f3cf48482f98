"""The page of a tag."""

from flask import abort, redirect
from werkzeug.wrappers import Response

from portal.changelog.news import releases_of
from portal.changelog.strips import shapers_of
from portal.ideas.blueprint import bp
from portal.ideas.filter import Filter, Sort, listed
from portal.ideas.standing import stands_of
from portal.ideas.tag_sight import tag_seen_at
from portal.middleware.caching import kept_for_a_second
from portal.permissions import me
from portal.voting.models import Vote
from portal.web.addresses import url_for
from portal.web.pages import page
from portal.web.paging import asked


@bp.get("/tags/<slug>")
@kept_for_a_second("after")
def tagged(slug: str) -> str | Response:
    """What a tag is for, and the ideas that have it, the most wanted first; an address of before leads here."""
    tag = tag_seen_at(slug, me()) or abort(404)
    if slug != tag.slug:
        return redirect(url_for("ideas.tagged", slug=tag.slug), 301)
    ideas = Filter(Sort.TOP, tag=tag.slug).ideas(listed, asked())
    stands = stands_of("tag", tag.id)
    return page(
        "ideas/tagged.html",
        tag=tag,
        stands=stands,
        narrowed={"tag": tag.slug},
        count=sum(each.number for each in stands),
        ideas=ideas.rows,
        next=url_for("ideas.tagged", slug=slug, after=ideas.after) if ideas.after else None,
        voted=Vote.voted_ids(me(), ideas.rows),
        credits=shapers_of(ideas.rows),
        releases=releases_of(ideas.rows),
    )
