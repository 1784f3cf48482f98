"""What is made once for many readers. Nothing personal is kept, ever.

Pages that visitors read, and facts that are the same for everybody, are kept for one second, counted from when the
request that made them began; a page is as old as the oldest fact in it. So a second after a change nobody is shown what
was before. Shortly before that second is over, whoever asks first makes the page anew, so that no crowd has to. Pieces
of pages are kept under all that they show: portal/web/pieces.py.
"""

import time
from collections.abc import Callable, Hashable, Iterable
from contextvars import Context
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask, Response, current_app, g, request
from flask.ctx import AppContext
from werkzeug.sansio.http import parse_cookie
from werkzeug.test import create_environ

from portal.extensions import context, login_manager
from portal.i18n import LANGUAGES, asked_by_browser, choose_timezone, locale
from portal.middleware.compression import ASKED_AGAIN, coding_for
from portal.middleware.keeper import Keeper, Key
from portal.monitoring import logs, metrics

MOST_PAGES, MOST_FACTS = 200, 500
FOR_EVER = float("inf")
# So many seconds a crowd waits for the one of them who makes a page anew.
PATIENCE = 2.0
PERSONAL = ("remember_token",)
# What `g` knows of the portal, whoever asks.
PORTALS = ("settings", "settings_lately", "spoken", "began", "request_id")
KEEP_AS = "atelier.keep_as"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Page:
    """An answer as it was sent, and the rule of its address."""

    route: str
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
    by its arguments. It gives text and numbers, no rows: those belong to one session. Of the reader and the request it
    can ask nothing: while it is made there is a visitor without any.
    """

    @wraps(make)
    def kept(*args: Hashable) -> Any:
        around, lang, zone = context(), locale(), choose_timezone()
        key = (make.__module__, make.__qualname__, lang, zone, *map(type, args), args)
        return lately(key, lambda: Context().run(_apart, around, make, args, lang, zone))

    return kept


def lately(key: Key, make: Callable[[], Any]) -> Any:
    """A fact of this key, made a second ago at most: the page is as old as it is."""
    around = context()
    keeper: Keeper = around.app.extensions["kept_facts"]
    found = keeper.made(key, make, around.g.get("began") or keeper.clock())
    around.g.oldest_fact = min(found.since, around.g.get("oldest_fact", found.since))
    return found.thing


def _apart(around: AppContext, make: Callable[..., Any], args: tuple[Hashable, ...], lang: str, zone: str) -> Any:
    """What it gives where nobody asks: for a visitor's empty request, in this language and time zone.

    Run in an empty context of Python's, in which Flask finds no other request; `g` holds nothing of the reader.
    """
    readers, around.g = around.g, around.app.app_ctx_globals_class()
    try:
        for name in PORTALS:
            if name in readers:
                setattr(around.g, name, readers.get(name))
        with around, around.app.request_context(dict(around.app.extensions["nobodys_request"])):
            g._login_user, g.lang, g.timezone = login_manager.anonymous_user(), lang, zone
            return make(*args)
    finally:
        oldest = [found.oldest_fact for found in (readers, around.g) if "oldest_fact" in found]
        around.g = readers
        if oldest:
            around.g.oldest_fact = min(oldest)


def init_app(app: Flask) -> None:
    """Make room for what is kept."""
    seconds = app.config["KEEP_SECONDS"]
    app.extensions["kept_pages"] = Keeper(MOST_PAGES, seconds)
    app.extensions["kept_facts"] = Keeper(MOST_FACTS, seconds)
    app.extensions["nobodys_request"] = create_environ("/", app.config["PUBLIC_URL"])


class Front:
    """Stands before Flask: whoever asks for a page that is kept gets it, and is logged and counted as everybody is.

    What is kept went through Flask a moment ago for a request with the same key, so its host was checked and it has all
    the headers of an answer.
    """

    def __init__(self, app: Flask, behind: WSGIApplication) -> None:
        self.app, self.behind = app, behind

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        keeper: Keeper = self.app.extensions["kept_pages"]
        key = key_of(environ, self.app.config["SESSION_COOKIE_NAME"]) if keeper.seconds else None
        before = keeper.kept.get(key) if key else None
        found = keeper.find(key, PATIENCE) if key else None
        if found is None:
            environ[KEEP_AS], environ[ASKED_AGAIN] = key, before is not None
            try:
                return self.behind(environ, start_response)
            finally:
                if before:
                    before.renewed.set()
        page: Page = found.thing
        number = logs.new_request_id(environ.get("HTTP_X_REQUEST_ID", ""), self.app.config["PROXY_HOPS"])
        spent = time.perf_counter() - began
        metrics.count("GET", page.route, 200, spent)
        logs.say_request("GET", page.route, 200, spent, request_id=number)
        start_response("200 OK", [*page.headers, ("X-Request-Id", number)])
        return [page.body]


def key_of(environ: WSGIEnvironment, session_cookie: str) -> Key | None:
    """All that a visitor's page depends on; None for whoever may be known."""
    get = environ.get
    if get("REQUEST_METHOD") != "GET" or "HTTP_AUTHORIZATION" in environ:
        return None
    cookies = parse_cookie(get("HTTP_COOKIE"))
    if session_cookie in cookies or any(name in cookies for name in PERSONAL):
        return None
    lang = cookies.get("lang", "")
    lang = lang if lang in LANGUAGES else asked_by_browser(get("HTTP_ACCEPT_LANGUAGE", ""))
    address = get("wsgi.url_scheme"), get("HTTP_HOST"), get("SCRIPT_NAME"), get("PATH_INFO"), get("QUERY_STRING")
    form = get("HTTP_HX_REQUEST"), get("HTTP_HX_REQUEST_TYPE"), coding_for(get("HTTP_ACCEPT_ENCODING", ""))
    return *address, lang, *form


def note_beginning() -> None:
    """A page is as old as its request, or as the oldest fact in it."""
    g.began = current_app.extensions["kept_pages"].clock()
    g.pop("oldest_fact", None)


def keep(response: Response) -> Response:
    """Keep a page that was made for a visitor, as it is sent."""
    key = request.environ.get(KEEP_AS)
    # Public is what was answered without a session, and sets no cookie: portal/web/pages.py.
    if key and _may_be_kept() and response.status_code == 200 and response.cache_control.public:
        page = Page(logs.route(), response.get_wsgi_headers(request.environ).to_wsgi_list(), response.get_data())
        current_app.extensions["kept_pages"].keep(key, page, min(g.began, g.get("oldest_fact", g.began)))
    return response


def _may_be_kept() -> bool:
    known = getattr(current_app.view_functions.get(request.endpoint or ""), "kept_args", None)
    return known is not None and known.issuperset(request.args)
