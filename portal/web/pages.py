"""How a view answers: a whole page, one block of it for htmx, or a redirect; and the headers of every answer."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, abort, current_app, g, redirect, render_template, request, session
from werkzeug.routing import IntegerConverter, Map
from werkzeug.wrappers import Response as BaseResponse

from portal.extensions import SAFE, db
from portal.permissions import me
from portal.web.addresses import parts_of
from portal.web.assets import asset
from portal.web.tokens import csrf

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
# What a form is sent as.
FORMS = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})
View = TypeVar("View", bound=Callable[..., Any])


class Id(IntegerConverter):
    """A number that a table can hold: a larger one is no address of ours."""

    def __init__(self, map: Map, **options: Any) -> None:
        super().__init__(map, **{"max": 2**31 - 1, **options})


def page(template: str, fragment: str | None = None, **context: Any) -> str:
    """The whole page, or only its block `fragment` where htmx asks for a part."""
    if fragment and wants_fragment():
        return _render_block(template, fragment, context)
    return render_template(template, **context)


def changed(partial: str, back: str, **context: Any) -> str | BaseResponse:
    """What an act answers: the redrawn partial for htmx, a 303 to `back` for everyone else."""
    if wants_fragment():
        return render_template(partial, **context)
    return redirect(back, 303)


def go(url: str) -> BaseResponse:
    """Leave the page: a 303, or for htmx the header that makes it follow."""
    if wants_fragment():
        response = Response(status=204)
        response.headers["HX-Redirect"] = url
        return response
    return redirect(url, 303)


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page: not for boosted requests, nor when history is restored."""
    return bool(request.htmx) and request.headers.get("HX-Request-Type") != "full"  # type: ignore[attr-defined]


def keeps_text(view: View) -> View:
    """Mark a view whose PortalForm reports a stale token itself, so that what was typed is shown again."""
    view.keeps_text = True  # type: ignore[attr-defined]
    return view


def one_click(view: View) -> View:
    """Mark a view that mail programs post to without a session: its URL carries a signed token of its own."""
    view.one_click = True  # type: ignore[attr-defined]
    return view


def takes_json(view: View) -> View:
    """Mark a view that reads JSON: what others send to it is no form."""
    view.takes_json = True  # type: ignore[attr-defined]
    return view


def no_store(view: View) -> View:
    """Mark a view whose answer nobody may keep: sign-in, tokens, personal data."""
    view.no_store = True  # type: ignore[attr-defined]
    return view


def guard() -> None:
    """Let an unsafe request through only with its token, from our own pages, as a form (or what its view reads)."""
    db.session.info["writes"] = False
    if request.method in SAFE or request.endpoint is None:
        return
    g.was_signed_in = "_user_id" in session
    view = current_app.view_functions[request.endpoint]
    if not _is_read_by(view):
        abort(415)
    if getattr(view, "one_click", False):
        return
    if _is_from_elsewhere():
        abort(400)
    if getattr(view, "keeps_text", False):
        g.csrf_owed = True
        return
    csrf.protect()


def _is_read_by(view: Callable[..., Any]) -> bool:
    """Whether this view reads what was sent: a form, and JSON where it says so; never a body in a coding."""
    kind = request.mimetype
    if request.headers.get("Content-Encoding", "identity").strip().lower() not in ("", "identity"):
        return False
    if getattr(view, "takes_json", False) and request.is_json:
        return True
    return kind in FORMS or not (kind or request.content_length)


def _is_from_elsewhere() -> bool:
    """Whether the browser says that another site sent this form: such a one is not even shown again.

    A page that hides its address has the origin “null”: where the browser says more, that counts.
    """
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    if site:
        return site not in ("same-origin", "none")
    return origin is not None and parts_of(origin).netloc != request.host


def finish(response: Response) -> Response:
    """Give every answer its headers."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", CSP)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    framed = "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    headers["X-Frame-Options"] = "SAMEORIGIN" if framed else "DENY"
    headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
    if request.method not in SAFE:
        signed_out = g.get("was_signed_in") and "_user_id" not in session
        headers["Clear-Site-Data"] = '"cache", "prefetchCache"' if signed_out else '"prefetchCache"'
    elif response.mimetype == "text/html" and not wants_fragment():
        headers["Speculation-Rules"] = f'"{asset("ahead.json")}"'
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000"
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = _cache_control(response)
        response.vary.update(("Cookie", "Accept-Language", "HX-Request", "HX-Request-Type"))
    return response


def _cache_control(response: Response) -> str:
    view = current_app.view_functions.get(request.endpoint or "")
    if response.status_code >= 400 or getattr(view, "no_store", False):
        return "no-store"
    if me().is_authenticated or session or request.method not in SAFE or "Set-Cookie" in response.headers:
        return "private, no-cache"
    return "public, max-age=0, must-revalidate"


def _render_block(template: str, block: str, context: dict[str, Any]) -> str:
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    return "".join(found.blocks[block](found.new_context(context)))
