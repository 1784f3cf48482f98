"""Answers on the wire: brotli or gzip, for what everybody may read, and for one person where its length tells nothing.

The length of a compressed answer tells whether two things in it are alike (BREACH): who chooses one of them, by what is
asked, and sees how long each answer is, can guess the other. So a private answer is compressed only where no word of
what was asked is anybody's own; and the secret that stands in every page, its token, is masked: portal/web/tokens.py.
"""

import gzip
from collections.abc import Callable
from functools import lru_cache

import brotli
from flask import Response, g, request
from werkzeug.http import parse_accept_header

SMALL = 1000
TYPES = {
    "text/html", "text/css", "text/plain", "application/xml", "application/atom+xml", "application/json",
    "application/manifest+json",
}  # fmt: skip
CODINGS: dict[str, Callable[[bytes, int], bytes]] = {
    "br": lambda body, level: brotli.compress(body, quality=level),
    "gzip": lambda body, level: gzip.compress(body, level, mtime=0),
}
# A page of 17 kB becomes 3.6 kB in 0.17 ms, or 3.9 kB in 0.13 ms: the former pays where many read what is kept.
FOR_MANY, FOR_FIRST, FOR_ONE = {"br": 5, "gzip": 6}, {"br": 4, "gzip": 4}, {"br": 1, "gzip": 1}
# Whether somebody asked for this page a moment ago.
ASKED_AGAIN = "atelier.asked_again"
OUR_PAGES = ("same-origin", "none")  # `none`: typed, or a bookmark


def understood(**asked: str | list[str]) -> None:
    """A view says what of the query it knows: values from its own lists, and nothing that anybody could make up."""
    known = g.setdefault("understood", {})
    known.update({name: value if isinstance(value, list) else [value] for name, value in asked.items()})


def compress(response: Response) -> Response:
    """Compress what everybody may read, and what one person reads where its length tells nothing."""
    if response.content_encoding or response.mimetype not in TYPES:
        return response
    levels = _for_many(response) if _is_public(response) else FOR_ONE if _tells_nothing(response) else None
    if levels is None:
        return response
    response.vary.add("Accept-Encoding")
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    if coding and not response.direct_passthrough and len(body := response.get_data()) > SMALL:
        response.set_data(CODINGS[coding](body, levels[coding]))
        response.content_encoding = coding
    return response


@lru_cache(maxsize=256)
def coding_for(accept_encoding: str) -> str | None:
    """The best coding of ours that this header accepts."""
    accepted = parse_accept_header(accept_encoding)
    return next((name for name in CODINGS if accepted[name]), None)


def _for_many(response: Response) -> dict[str, int]:
    """How well it is compressed: a page quickly for whoever asks first, as most are asked for once."""
    is_first = response.mimetype == "text/html" and not request.environ.get(ASKED_AGAIN)
    return FOR_FIRST if is_first else FOR_MANY


def _is_public(response: Response) -> bool:
    cache = response.cache_control
    secret = cache.private or cache.no_store or "Set-Cookie" in response.headers
    return bool(cache.public) and not secret and response.status_code != 304


def _tells_nothing(response: Response) -> bool:
    """Whether this private answer is a page that repeats nothing that anybody made up.

    What is answered to a form shows what was typed, and a page of an error what was asked. Pages that nobody may keep
    (sign-in, tokens, what is personal) ask for more.
    """
    page = response.mimetype == "text/html" and response.status_code == 200 and request.method == "GET"
    kept_by_nobody = "no-store" in response.headers.get("Cache-Control", "")
    return page and _is_from_us(strictly=kept_by_nobody) and _asks_only_ours()


def _is_from_us(strictly: bool) -> bool:
    """Whether the browser says that no other site had it ask; an old one says nothing, not enough `strictly`."""
    return request.headers.get("Sec-Fetch-Site", "" if strictly else "none") in OUR_PAGES


def _asks_only_ours() -> bool:
    """Whether the query, which every page repeats in its links, says only what its view understood, as we would."""
    known = g.get("understood", {})
    # The same value can be spelled in many ways with a %, and forms that come back to the page repeat the spelling.
    return b"%" not in request.query_string and all(known.get(name) == said for name, said in request.args.lists())
