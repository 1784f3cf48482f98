"""What is made once for many readers. Nothing personal is kept, ever.

Pages that visitors read, and facts that are the same for everybody, are kept for one second, counted from when the
request that made them began; a page is as old as the oldest fact in it. So a second after a change nobody is shown what
was before. Pieces of pages are kept under all that they show.
"""

import secrets
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from portal.compressing import coding_for
from portal.i18n import LANGUAGES, asked_by_browser, choose_timezone, locale
from portal.pages import wants_fragment

MOST_PAGES, MOST_FACTS, MOST_PIECES = 200, 500, 2_000
FOR_EVER = float("inf")
PERSONAL = ("remember_token",)
TOKEN = Markup('<input type="hidden" name="csrf_token" value="{}">')
# Where a token goes into a piece: nobody who writes a text can guess it.
HOLE = Markup(f"<!--{secrets.token_hex(16)}-->")
View = TypeVar("View", bound=Callable[..., Any])
Key = tuple[Hashable, ...]


class Keeper:
    """What this process keeps of one kind: so many things at most, each for so many seconds by a steady clock."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.most, self.seconds, self.clock = most, seconds, clock
        self.kept: dict[Key, tuple[float, Any]] = {}
        self.lock = threading.Lock()

    def find(self, key: Key) -> tuple[float, Any] | None:
        """What is kept under this key and since when, while it is young enough."""
        found = self.kept.get(key)
        return found if found and self.clock() - found[0] < self.seconds else None

    def keep(self, key: Key, thing: Any, since: float) -> None:
        """Keep it in place of the one before; where there is no room, everything else goes."""
        with self.lock:
            if len(self.kept) >= self.most:
                self.kept.clear()
            self.kept[key] = since, thing

    def made(self, key: Key, make: Callable[[], Any], since: float) -> tuple[float, Any]:
        """What is kept and since when, or else what `make` gives, kept from now on."""
        found = self.find(key)
        if found is None:
            found = since, make()
            self.keep(key, found[1], since)
        return found


@dataclass(frozen=True)
class Page:
    """An answer as it was sent."""

    headers: list[tuple[str, str]]
    body: bytes


def kept_for_a_second(*args: str) -> Callable[[View], View]:
    """Mark a view whose page for visitors may be kept. `args`: the words of the query that it knows.

    With any other word in the query the page is made anew: its links repeat the whole address.
    """

    def mark(view: View) -> View:
        view.kept_args = frozenset(args)  # type: ignore[attr-defined]
        return view

    return mark


def for_everybody(make: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a function whose answer is the same for all who read one language in one time zone: it is kept for a second,
    by its arguments. It gives text and numbers, no rows (those belong to one session), and asks nothing of the reader.
    """

    @wraps(make)
    def kept(*args: Hashable) -> Any:
        keeper: Keeper = current_app.extensions["kept_facts"]
        key = (make.__module__, make.__qualname__, locale(), choose_timezone(), args)
        since, found = keeper.made(key, lambda: make(*args), g.get("began") or keeper.clock())
        g.oldest_fact = min(since, g.get("oldest_fact", since))
        return found

    return kept


def unchanged(what: str, shown: Hashable, *more: Hashable, caller: Callable[[], str]) -> str:
    """A piece of a page, made anew only when something of what it shows has changed: `{% call unchanged(...) %}`.

    `shown` and `more`: everything in it that can differ, besides language, time zone and the tokens of its forms. Where
    `shown` is empty it is made each time.
    """
    if not shown:
        return caller()
    keeper: Keeper = current_app.extensions["kept_pieces"]
    key = (what, locale(), choose_timezone(), shown, more)
    piece: str = keeper.made(key, lambda: _with_holes(caller), 0.0)[1]
    return piece if g.get("in_piece") or HOLE not in piece else piece.replace(HOLE, csrf_field())


def csrf_field() -> Markup:
    """The hidden field that every form of a signed-in person carries; in a piece that is kept, the hole for it."""
    return HOLE if g.get("in_piece") else TOKEN.format(generate_csrf())


def _with_holes(make: Callable[[], str]) -> Markup:
    inside, g.in_piece = g.get("in_piece", False), True
    try:
        return Markup(make())
    finally:
        g.in_piece = inside


def init_app(app: Flask) -> None:
    """Answer from what is kept before anything else is asked, and keep what is finished. Comes before all others."""
    seconds = app.config["KEEP_SECONDS"]
    app.extensions["kept_pages"] = Keeper(MOST_PAGES, seconds)
    app.extensions["kept_facts"] = Keeper(MOST_FACTS, seconds)
    app.extensions["kept_pieces"] = Keeper(MOST_PIECES, FOR_EVER)
    app.jinja_env.globals.update(unchanged=unchanged, csrf_field=csrf_field)
    app.before_request(_answer)
    app.after_request(_keep)


def key_of_request() -> Key | None:
    """All that a visitor's page depends on; None for whoever may be known, and for what nobody keeps."""
    known = getattr(current_app.view_functions.get(request.endpoint or ""), "kept_args", None)
    if known is None or request.method != "GET" or "Authorization" in request.headers:
        return None
    cookies = request.cookies
    if current_app.config["SESSION_COOKIE_NAME"] in cookies or any(name in cookies for name in PERSONAL):
        return None
    if not known.issuperset(request.args):
        return None
    lang = cookies.get("lang", "")
    lang = lang if lang in LANGUAGES else asked_by_browser(request.headers.get("Accept-Language", ""))
    coding = coding_for(request.headers.get("Accept-Encoding", ""))
    return request.host, request.path, request.query_string, lang, wants_fragment(), coding


def _answer() -> Response | None:
    keeper: Keeper = current_app.extensions["kept_pages"]
    g.began = keeper.clock()
    g.pop("oldest_fact", None)
    g.keep_as = key_of_request() if keeper.seconds else None
    found = keeper.find(g.keep_as) if g.keep_as else None
    if found is None:
        return None
    g.keep_as, page = None, found[1]
    return Response(page.body, headers=page.headers)


def _keep(response: Response) -> Response:
    key = g.pop("keep_as", None)
    if key and _is_for_everybody(response):
        page = Page(list(response.headers), response.get_data())
        current_app.extensions["kept_pages"].keep(key, page, min(g.began, g.get("oldest_fact", g.began)))
    return response


def _is_for_everybody(response: Response) -> bool:
    has_cookie = bool(session) or "Set-Cookie" in response.headers
    return response.status_code == 200 and bool(response.cache_control.public) and not has_cookie
