"""What feed readers and search engines are given: entries of an Atom feed (RFC 4287), places of a sitemap."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from heapq import nlargest
from typing import Any

from flask import Response, render_template

from portal.clock import now
from portal.i18n import languages
from portal.text import clean_line, clean_text, render_markdown
from portal.web.site import public_url

MOST_ENTRIES = 50
MOST_PLACES = 20_000
AN_HOUR = 3600


@dataclass(frozen=True)
class Entry:
    """Something new: `key` tells it from every other entry for ever, `text` is Markdown."""

    key: str
    title: str
    path: str
    moment: datetime
    author: str
    text: str = ""

    @property
    def html(self) -> str:
        return str(render_markdown(clean_text(self.text)))


@dataclass(frozen=True)
class Place:
    """A public page, and when it last changed."""

    path: str
    changed: datetime | None = None

    @property
    def url(self) -> str:
        return public_url(self.path)

    @property
    def translations(self) -> list[tuple[str, str]]:
        """The page's address in each language."""
        return [(lang, f"{self.url}{'&' if '?' in self.url else '?'}lang={lang}") for lang in languages()]


def atom(title: str, path: str, feed_path: str, entries: Iterable[Entry]) -> Response:
    """The newest entries as a feed."""
    newest = nlargest(MOST_ENTRIES, entries, key=lambda entry: (entry.moment, entry.key))
    updated = max((entry.moment for entry in newest), default=now())
    xml = render_template(
        "activity/feed.xml",
        title=clean_line(title),
        page=public_url(path),
        feed=public_url(feed_path),
        entries=newest,
        updated=updated,
        clean=clean_line,
    )
    return _xml(xml, "application/atom+xml")


def sitemap(places: list[Place]) -> Response:
    """The public pages, for search engines; they may keep it for an hour."""
    response = _xml(render_template("activity/sitemap.xml", places=places[:MOST_PLACES]), "application/xml")
    response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
    return response


def _xml(text: str, mimetype: str) -> Response:
    return Response(text, mimetype=mimetype, headers={"Content-Type": f"{mimetype}; charset=utf-8"})


def latest(*moments: Any) -> datetime | None:
    """The last of these moments, leaving out what never happened."""
    return max((moment for moment in moments if moment is not None), default=None)
