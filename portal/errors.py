"""What is answered when something goes wrong: a page that says what happened, what was kept, and what to do."""

from typing import Any

from flask import Flask, current_app, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, SecurityError

from portal.i18n import LANGUAGES
from portal.schema import behind

PAGES = {400, 403, 404, 405, 413, 422, 429}


def init_app(app: Flask) -> None:
    app.register_error_handler(CSRFError, stale)
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(SecurityError, elsewhere)
    app.register_error_handler(OperationalError, unavailable)
    app.register_error_handler(500, broken)


def stale(error: CSRFError) -> tuple[str, int]:
    """The token did not fit: offer what was sent again, so that nothing typed is lost."""
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"]
    return render_template("errors/stale.html", fields=fields, action=request.path), 400


def refused(error: HTTPException) -> Any:
    """One page a status; a status without a page of its own is answered by its family's."""
    if error.code is None or error.code < 400:
        return error
    code = error.code if error.code in PAGES else 500 if error.code >= 500 else 400
    if code == 500:
        return broken(error)
    response = current_app.make_response((render_template(f"errors/{code}.html", error=error), error.code))
    for name, value in error.get_headers():
        if name.lower() in ("allow", "retry-after"):
            response.headers[name] = value
    return response


def elsewhere(error: SecurityError) -> tuple[str, int]:
    """The request names a host that is not in TRUSTED_HOSTS: only the portal’s own address is offered."""
    return _plain("host", error), 400


def unavailable(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    """The database is away, locked or behind its migrations."""
    current_app.logger.error("the database did not serve %s: %s", request.path, error.orig)
    return _plain("503", error), 503, {"Retry-After": "5"}


def broken(error: Exception) -> tuple[str, int]:
    """A page that needs nothing that might be broken too."""
    return _plain("500", error), 500


def _plain(name: str, error: Exception) -> str:
    lang = request.accept_languages.best_match(list(LANGUAGES)) or "en"
    template = current_app.jinja_env.get_template(f"errors/{name}.html")
    advice = None
    if name == "503":
        try:
            advice = behind()
        except Exception:  # the database cannot even say where it stands
            advice = None
    return template.render(lang=lang, behind=advice, public_url=current_app.config["PUBLIC_URL"])
