"""Pages on the wire: brotli or gzip, for what everybody may read."""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
from flask import Response, request
from werkzeug.http import parse_accept_header

SMALL = 1000
TYPES = {
    "text/html", "text/css", "text/plain", "application/xml", "application/atom+xml", "application/json",
    "application/manifest+json",
}  # fmt: skip
CODINGS: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: brotli.compress(body, quality=5),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


def compress(response: Response) -> Response:
    """Only public answers: in a page with a member's token, its length would tell what the token is (BREACH)."""
    if response.content_encoding or response.mimetype not in TYPES or not _is_public(response):
        return response
    response.vary.add("Accept-Encoding")
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    if coding and not response.direct_passthrough and len(body := response.get_data()) > SMALL:
        response.set_data(CODINGS[coding](body))
        response.content_encoding = coding
    return response


@lru_cache(maxsize=256)
def coding_for(accept_encoding: str) -> str | None:
    """The best coding of ours that this header accepts."""
    accepted = parse_accept_header(accept_encoding)
    return next((name for name in CODINGS if accepted[name]), None)


def _is_public(response: Response) -> bool:
    cache = response.cache_control
    secret = cache.private or cache.no_store or "Set-Cookie" in response.headers
    return bool(cache.public) and not secret and response.status_code != 304
