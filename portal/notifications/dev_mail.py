"""The outbox, to be read in a browser while developing: it does not exist in production."""

from email.message import EmailMessage
from pathlib import Path

from flask import Blueprint, Response, abort, current_app

from portal.mail import headers
from portal.web.pages import CSP, no_store, page

bp = Blueprint("dev", __name__, url_prefix="/dev")
MOST = 200
BODY_CSP = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"


@bp.before_request
def _only_in_development() -> None:
    if current_app.config["PRODUCTION"]:
        abort(404)


@bp.get("/mail")
@no_store
def mail() -> str:
    """The newest messages first."""
    files = sorted(_outbox().glob("*.eml"), reverse=True)[:MOST]
    return page("dev/mail.html", messages=[(file.stem, _read(file)) for file in files])


@bp.get("/mail/<name>")
@no_store
def message(name: str) -> Response:
    """One message: its headers, its HTML in a locked frame, and its text with links that work."""
    found = _find(name)
    shown = page("dev/message.html", name=name, message=found, text=_part(found, "plain"))
    response = current_app.make_response(shown)
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


@bp.get("/mail/<name>/body")
@no_store
def body(name: str) -> Response:
    """The HTML of a message alone, for the sandboxed frame of its page."""
    response = Response(_part(_find(name), "html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = BODY_CSP
    return response


def _outbox() -> Path:
    folder: Path = current_app.config["DATA_DIR"] / "outbox"
    return folder


def _find(name: str) -> EmailMessage:
    """By its name among the files that are there: what is asked for never becomes a path."""
    file = next((file for file in _outbox().glob("*.eml") if file.stem == name), None)
    return _read(file) if file else abort(404)


def _read(file: Path) -> EmailMessage:
    return headers.read(file.read_bytes())


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part else ""
