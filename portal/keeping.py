"""Public pages, kept for one second: what many visitors ask for at once is made once.

Nothing personal, ever: only requests that carry no session are answered from here, and only answers that say themselves
that they are public, and set no cookie, are kept. A page is as old as the request that it was made for, so a second
after a change nobody is shown what was before.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, request, session

from portal.compressing import coding_for
from portal.i18n import LANGUAGES, asked_by_browser
from portal.pages import wants_fragment

MOST = 200
PERSONAL = ("remember_token",)
View = TypeVar("View", bound=Callable[..., Any])
Key = tuple[str, str, bytes, str, bool, str | None]


@dataclass(frozen=True)
class Kept:
    """An answer as it was sent, and when its making began."""

    since: float
    headers: list[tuple[str, str]]
    body: bytes


class Keeper:
    """The pages of this process, at most MOST of them. Its clock never goes back."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.clock = seconds, clock
        self.pages: dict[Key, Kept] = {}
        self.lock = threading.Lock()

    def find(self, key: Key) -> Kept | None:
        """The page, while it is young enough."""
        found = self.pages.get(key)
        return found if found and self.clock() - found.since < self.seconds else None

    def keep(self, key: Key, page: Kept) -> None:
        """Keep it in place of the one before; where there is no room, nothing stays."""
        with self.lock:
            if len(self.pages) >= MOST:
                self.pages.clear()
            self.pages[key] = page


def kept_for_a_second(*args: str) -> Callable[[View], View]:
    """Mark a view whose page for visitors may be kept. `args`: the words of the query that it knows.

    With any other word in the query the page is made anew: its links repeat the whole address.
    """

    def mark(view: View) -> View:
        view.kept_args = frozenset(args)  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Answer from what is kept before anything else is asked, and keep what is finished. Comes before all others."""
    app.extensions["keeper"] = Keeper(app.config["KEEP_SECONDS"])
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
    keeper: Keeper = current_app.extensions["keeper"]
    key = key_of_request() if keeper.seconds else None
    if key is None:
        return None
    found = keeper.find(key)
    if found:
        return Response(found.body, headers=found.headers)
    g.to_keep = key, keeper.clock()
    return None


def _keep(response: Response) -> Response:
    key, since = g.pop("to_keep", (None, 0.0))
    if key and _is_for_everybody(response):
        page = Kept(since, list(response.headers), response.get_data())
        current_app.extensions["keeper"].keep(key, page)
    return response


def _is_for_everybody(response: Response) -> bool:
    has_cookie = bool(session) or "Set-Cookie" in response.headers
    return response.status_code == 200 and bool(response.cache_control.public) and not has_cookie
