"""Whether the server lives (`/healthz`), and whether it can serve (`/readyz`)."""

from flask import Flask, current_app
from sqlalchemy import text

from portal.extensions import db


def init_app(app: Flask) -> None:
    """Serve both, for whoever looks after the server."""
    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/readyz", "readyz", readyz)


def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether the server answers at all."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


def readyz() -> tuple[str, int, dict[str, str]]:
    """Whether the database answers and is at this version of the portal."""
    from portal.database.schema import behind

    try:
        db.session.execute(text("SELECT 1"))
        missing = behind()
    except Exception:  # whatever is wrong with the database, the answer is the same
        current_app.logger.exception("the database does not answer")
        return "the database does not answer\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    if missing:
        return f"run `flask db upgrade`: {missing}\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
