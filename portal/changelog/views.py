"""What’s new, and the page of each release."""

from typing import Any

from flask import Blueprint, redirect, request

from portal.changelog.credits import roll, shown_as
from portal.changelog.models import CreditRole, Release
from portal.changelog.news import page_of_news, shipped_ideas
from portal.changelog.strips import strips
from portal.i18n import iso, locale
from portal.middleware.caching import kept_for_a_second
from portal.permissions import me
from portal.settings import settings
from portal.text import render_markdown
from portal.web import paging
from portal.web.pages import page
from portal.web.site import public_url

bp = Blueprint("changelog", __name__)
bp.add_app_template_global(shown_as)


@bp.get("/changelog")
@kept_for_a_second("after")
def index() -> str:
    news = page_of_news(me(), paging.asked())
    return page("changelog/index.html", news=news.rows, more=paging.more(news))


@bp.get("/changelog/<int:id>")
@bp.get("/changelog/<int:id>-")
@bp.get("/changelog/<int:id>-<slug>")
@kept_for_a_second()
def show(id: int, slug: str = "") -> Any:
    release = Release.find_or_404(id, for_=me())
    if slug != release.slug:
        query = request.query_string.decode()
        return redirect(f"{release.url}?{query}" if query else release.url, 301)
    return page(
        "changelog/show.html",
        release=release,
        story=render_markdown(release.story),
        ideas=shipped_ideas([release], me())[id],
        strip=strips([release], me())[id],
        roll=roll(release, me()),
        role=CreditRole,
        structured=_structured(release),
    )


def _structured(release: Release) -> dict[str, Any]:
    """What search engines read of it (schema.org)."""
    if release.published_at is None:
        return {}
    image = {"image": public_url(release.image.url)} if release.image else {}
    return {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "headline": release.title,
        "description": release.summary,
        "datePublished": iso(release.published_at),
        "dateModified": iso(release.edited_at or release.published_at),
        "inLanguage": locale(),
        "url": public_url(release.url),
        "publisher": {"@type": "Organization", "name": settings().name},
        **image,
    }
