"""Whether the server lives (`/healthz`), and whether it can serve (`/readyz`)."""

from flask import current_app
from sqlalchemy import text

from portal.database.schema import behind
from portal.extensions import db
from portal.web.blueprint import bp


@bp.get("/healthz")
def healthz() -> tuple[str, int, dict[str, str]]:
    """Whether the server answers at all."""
    return "ok\n", 200, {"Content-Type": "text/plain; charset=utf-8"}


@bp.get("/readyz")
def readyz() -> tuple[str, int, dict[str, str]]:
    """Whether the database answers and is at this version of the portal."""
    try:
        db.session.execute(text("SELECT 1"))
        missing = behind()
    except Exception:  # whatever is wrong with the database, the answer is the same
        current_app.logger.exception("the database does not answer")
        return "the database does not answer\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    if missing:
        return f"run `flask db upgrade`: {missing}\n", 503, {"Content-Type": "text/plain; charset=utf-8"}
    return "ready\n", 200, {"Content-Type": "text/plain; charset=utf-8"}
