"""Pages on the wire: brotli or gzip, for what everybody may read."""

import gzip
from collections.abc import Callable

import brotli
from flask import Flask, Response, request

SMALL = 1000
TYPES = {
    "text/html", "text/css", "text/plain", "application/xml", "application/atom+xml", "application/json",
    "application/manifest+json",
}  # fmt: skip
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def init_app(app: Flask) -> None:
    """Compress answers. What runs after a request runs last registered first: this comes before what sets headers."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    """Only public answers: in a page with a member's token, its length would tell what the token is (BREACH)."""
    if response.mimetype not in TYPES or not _is_public(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = next((name for name in CODINGS if request.accept_encodings[name]), None)
    if coding and not response.direct_passthrough and len(body := response.get_data()) > SMALL:
        response.set_data(CODINGS[coding](body))
        response.content_encoding = coding
    return response


def _is_public(response: Response) -> bool:
    cache = response.cache_control
    secret = cache.private or cache.no_store or "Set-Cookie" in response.headers
    return bool(cache.public) and not secret and not response.content_encoding and response.status_code != 304
