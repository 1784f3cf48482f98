"""oEmbed (oembed.com, 1.0): what another site shows when somebody pastes the link of an idea or a release.

The type is `link`, with the share image as thumbnail: our pages let nobody frame them, so there is no HTML to give.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import SplitResult, urlsplit

from flask import Response, abort, current_app, request
from werkzeug.exceptions import HTTPException

from portal.changelog.credits import roll
from portal.changelog.models import Release
from portal.ideas.models import Idea
from portal.settings import settings
from portal.sharing.subjects import Picture, picture_of_idea, picture_of_release
from portal.sharing.views import bp
from portal.web.site import public_url

LONGEST = 2_000
AN_HOUR = 3_600


@bp.get("/oembed")
def oembed() -> Response:
    """JSON only (501 for another format); what is not ours, or not for everyone, is a 404."""
    if request.args.get("format", "json") != "json":
        return _answer({"error": "This portal answers in JSON: ask with format=json."}, 501)
    if not request.args.get("url"):
        return _answer({"error": "Say which page: url=https://..."}, 400)
    return _answer(_about(*_found(request.args["url"])))


def _found(url: str) -> tuple[Idea | Release, Picture]:
    endpoint, values = _place(url)
    if endpoint == "ideas.show":
        idea = Idea.find_or_404(values["id"], for_=None)
        return idea, picture_of_idea(idea)
    if endpoint == "changelog.show":
        release = Release.find_or_404(values["id"], for_=None)
        return release, picture_of_release(release, roll(release, None))
    abort(404)


def _place(url: str) -> tuple[str, Mapping[str, Any]]:
    """Which of our pages this address is; anything but our own scheme, host and port is none."""
    ours = urlsplit(current_app.config["PUBLIC_URL"])
    asked = _split(url)
    if asked is None or (asked.scheme, asked.netloc) != (ours.scheme, ours.netloc):
        abort(404)
    try:
        return current_app.url_map.bind(ours.netloc).match(asked.path, method="GET")
    except HTTPException:  # no page of ours, or a redirect to one
        abort(404)


def _split(url: str) -> SplitResult | None:
    if len(url) > LONGEST or not url.isprintable() or "\\" in url:
        return None
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _about(subject: Idea | Release, picture: Picture) -> dict[str, Any]:
    told = {
        "version": "1.0",
        "type": "link",
        "title": subject.title,
        "provider_name": settings().name,
        "provider_url": public_url("/"),
        "cache_age": AN_HOUR,
    }
    if _most("maxwidth") < picture.width or _most("maxheight") < picture.height:
        return told
    size = {"thumbnail_width": picture.width, "thumbnail_height": picture.height}
    return {**told, "thumbnail_url": picture.url, **size}


def _most(name: str) -> float:
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else float("inf")


def _answer(told: dict[str, Any], status: int = 200) -> Response:
    response = Response(json.dumps(told, ensure_ascii=False), status, mimetype="application/json")
    if status == 200:
        response.headers["Cache-Control"] = f"public, max-age={AN_HOUR}"
        response.vary.update(("Cookie", "Accept-Language"))
    return response
