"""What every page needs to know of the portal: its settings, and its public address."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, url_for

from portal.clock import now
from portal.i18n import languages
from portal.settings import settings


def init_app(app: Flask) -> None:
    """Give the templates the settings, and add the routes that belong to no package."""
    app.before_request(_know_settings)
    app.teardown_request(lambda _problem: g.pop("spoken", None))
    app.context_processor(lambda: {"portal_settings": settings()})
    app.jinja_env.globals.update(public_url=public_url)
    app.add_url_rule("/.well-known/security.txt", "security_txt", security_txt)


def public_url(path: str) -> str:
    """The address of this path as people type it; never from the Host header."""
    return current_app.config["PUBLIC_URL"] + path


def security_txt() -> tuple[str, int, dict[str, str]]:
    """Whom to tell of a hole in the portal (RFC 9116); it runs out within a year, as it should."""
    expires = (now() + timedelta(days=180)).replace(hour=0, minute=0, second=0, microsecond=0)
    lines = (
        f"Contact: mailto:{quote(current_app.config['MAIL_FROM'], safe='@')}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {', '.join(languages())}",
        f"Canonical: {public_url('/.well-known/security.txt')}",
    )
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "public, max-age=86400"}
    return "\n".join(lines) + "\n", 200, headers


def _know_settings() -> None:
    from flask import request

    if request.endpoint not in ("healthz", "readyz", "metrics", "security_txt", "assets", None):
        g.spoken = settings().spoken


def canonical(endpoint: str, **values: Any) -> str:
    """The one public address of a page, without query."""
    return public_url(url_for(endpoint, **values))
