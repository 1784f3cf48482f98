"""What is answered when something goes wrong: a page that says what happened, what was kept, and what to do."""

import re
from math import ceil
from pathlib import PurePosixPath
from time import time
from typing import Any

from flask import Flask, current_app, g, redirect, render_template, request, session, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.database.schema import behind
from portal.extensions import SAFE, db, limiter
from portal.i18n import LANGUAGES, choose_locale, languages, num
from portal.monitoring.logs import method, request_id, route
from portal.settings import settings
from portal.web.addresses import parts_of, without_slash

PAGES = {400, 403, 404, 405, 413, 415, 422, 429}
SOON = 20
# No form of ours has as many; a page of all that somebody could send would be many times as long.
MOST_FIELDS = 200
_WORD = re.compile(r"(?<![^\W_])[^\W\d_]{2,}(?![^\W_])")


def init_app(app: Flask) -> None:
    """Answer with a page whatever goes wrong."""
    app.extensions["last_brand"] = {}
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(SecurityError, elsewhere)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(500, broken)


def stale(error: CSRFError) -> tuple[str, int]:
    """The token did not fit: offer what was sent again, so that nothing typed is lost."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    fields = fields[:MOST_FIELDS]
    return render_template("errors/stale.html", fields=fields, action=request.path), 400


def refused(error: HTTPException) -> Any:
    """One page a status; a status without a page of its own is answered by its family's."""
    if error.code is None or error.code < 400:
        return error
    # Of a request for a host that is not ours nothing else is known, not even the addresses of our own pages.
    if isinstance(request.routing_exception, SecurityError):
        return elsewhere(request.routing_exception)
    elsewhere_at = without_slash() if error.code == 404 and request.method in SAFE else ""
    if elsewhere_at:
        return redirect(elsewhere_at, 301)
    code = error.code if error.code in PAGES else 500 if error.code >= 500 else 400
    if code == 500:
        return broken(error)
    said = render_template(f"errors/{code}.html", error=error, came_from=_came_from(), **_facts(code))
    response = current_app.make_response((said, error.code))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def elsewhere(error: SecurityError) -> tuple[str, int]:
    """The request names a host that is not in TRUSTED_HOSTS: only the portal’s own address is offered."""
    return plain("host"), 400


def unavailable(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    """The database is away, locked or behind its migrations."""
    number = request_id()
    current_app.logger.error("%s: the database did not serve %s %s: %s", number, method(), route(), error.orig)
    try:
        advice = behind()
    except Exception:  # the database cannot even say where it stands
        advice = None
    return plain("503", number=number, behind=advice), 503, {"Retry-After": "5"}


def broken(error: Exception) -> tuple[str, int]:
    """A page that needs nothing that might be broken too, with the number under which the log has it."""
    number = request_id()
    current_app.logger.error("%s: %s %s broke", number, method(), route(), exc_info=_cause(error))
    return plain("500", number=number), 500


def plain(name: str, lang: str = "", **context: Any) -> str:
    """A page without database, reader or catalogue, in the brand that this process saw last."""
    template = current_app.jinja_env.get_template(f"errors/{name}.html")
    brand = current_app.extensions["last_brand"]
    return template.render(lang=lang or _lang(), brand=brand, public_url=current_app.config["PUBLIC_URL"], **context)


def _facts(code: int) -> dict[str, Any]:
    """What the page of this status says besides its words."""
    if code == 404:
        return {"words_of_address": " ".join(_WORD.findall(PurePosixPath(request.path).stem)[:8])[:200]}
    if code == 413:
        sent, most = request.content_length or 0, request.max_content_length or 0
        return {"size": num(ceil(sent / 1e6)) if sent > most else "", "most": num(round(most / 1e6))}
    return {"seconds": _seconds()} if code == 429 else {}


def _seconds() -> int:
    """How long until the limit that was reached lets somebody through again."""
    reached = limiter.current_limit
    moment = g.get("free_again_at") or (reached.reset_at if reached else time() + SOON)
    return max(1, ceil(moment - time()))


def say_when_to_come_back(response: Any) -> Any:
    """A limit that was reached says when it is free again."""
    if response.status_code == 429:
        response.headers.setdefault("Retry-After", str(_seconds()))
    return response


def _came_from() -> str:
    """The page of ours that the reader was on, to go back to it."""
    parts = parts_of(request.referrer)
    ours = parts.netloc and parts.netloc == request.host and parts.path != request.path
    return f"{parts.path}?{parts.query}" if ours and parts.query else parts.path if ours else ""


def let_go(_error: BaseException | None) -> None:
    """End the transaction; where the database is gone it has ended, and the answer that was made is still sent."""
    try:
        db.session.rollback()
    except DBAPIError as problem:
        current_app.logger.warning("the database went away at the end of a request: %s", problem.orig)
        db.session().invalidate()


def _cause(error: Exception) -> Exception:
    return getattr(error, "original_exception", None) or error


def _lang() -> str:
    """The reader's language, as far as it is known without asking the database."""
    wanted = (request.args.get("lang"), g.get("members_lang"), request.cookies.get("lang"))
    ours = current_app.extensions["last_brand"].get("languages", (*LANGUAGES,))
    known = next((lang for lang in wanted if lang in ours), None)
    return known or request.accept_languages.best_match(ours) or ours[0]


def remember_brand() -> None:
    """Note the brand and the member's language while the database answers: pages of errors ask it nothing."""
    if "spoken" not in g:  # of a page that needs none the settings were not asked
        return
    brand, chosen = current_app.extensions["last_brand"], settings()
    if brand.get("version") != (version := chosen.version):
        own_logo, theme = bool(chosen.logos), url_for("brand.theme", v=version)
        brand.update(name=chosen.name, version=version, theme=theme, own_logo=own_logo, languages=(*languages(),))
    if "_user_id" in session:
        g.members_lang = choose_locale()
