"""What every page needs to know of the portal: its settings, and its public address."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

from flask import Flask, current_app, g, request, url_for
from werkzeug.local import LocalProxy

from portal.clock import now
from portal.extensions import SAFE
from portal.i18n import choose_locale, choose_timezone, languages
from portal.middleware.caching import lately
from portal.permissions import me
from portal.settings import Settings, settings
from portal.web.blueprint import bp

WITHOUT_PAGE = frozenset({"web.healthz", "web.readyz", "web.security_txt", "web.assets", "operations.metrics", None})


def init_app(app: Flask) -> None:
    """Give the templates the settings."""
    app.jinja_env.globals.update(portal_settings=LocalProxy(settings), public_url=public_url)


def public_url(path: str) -> str:
    """The address of this path as people type it; never from the Host header."""
    return current_app.config["PUBLIC_URL"] + path


@bp.get("/.well-known/security.txt")
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


def know_languages() -> None:
    """Note once a request which languages the portal speaks, and how this reader reads, unless it needs no page."""
    if request.endpoint not in WITHOUT_PAGE:
        if not me().is_authenticated and request.method in SAFE:  # with a member the settings come along
            g.settings_lately = lately(("settings",), Settings.apart)
        g.spoken = settings().spoken
        g.lang, g.timezone = choose_locale(), choose_timezone()


def forget_languages(_problem: BaseException | None) -> None:
    """The next request of a test, or of a job, may find others."""
    for name in ("settings_lately", "spoken", "lang", "timezone"):
        g.pop(name, None)


def canonical(endpoint: str, **values: Any) -> str:
    """The one public address of a page, without query."""
    return public_url(url_for(endpoint, **values))
