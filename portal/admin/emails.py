"""Every mail that the portal sends, shown to staff as its reader would get it. Nothing here sends anything."""

import re

from flask import Response, abort, current_app, request, url_for

from portal.admin.views import bp
from portal.i18n import _, languages, locale
from portal.notifications.examples import EXAMPLES, preview
from portal.permissions import me
from portal.web.pages import CSP, no_store, page

THEMES = ("light", "dark")
# Nothing in the frame runs or leads anywhere; `allow-same-origin` lets it show the logo, which is ours alone to show.
FRAME_CSP = (
    "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'self'"
)
_DARK = re.compile(r"@media \(prefers-color-scheme: ?dark\)")


@bp.get("/emails")
def emails() -> str:
    """The mails by name, and when each goes out."""
    return page("admin/emails.html", examples=EXAMPLES)


@bp.get("/emails/<name>")
@no_store
def show_email(name: str) -> Response:
    """One mail: its headers, its HTML in a locked frame, and its text, in the language of the page."""
    if name not in EXAMPLES:
        abort(404)
    shown = page(
        "admin/email.html",
        name=name,
        example=EXAMPLES[name],
        mail=preview(name, me(), locale()),
        in_languages=[(label, _address(name, lang=lang), lang == locale()) for lang, label in languages().items()],
        themes=[(label, _address(name, theme=key), key == _theme()) for key, label in _themes()],
        frame=url_for("admin.email_body", name=name, lang=locale(), theme=_theme()),
    )
    response = current_app.make_response(shown)
    response.headers["Content-Security-Policy"] = f"{CSP}; frame-src 'self'"
    return response


@bp.get("/emails/<name>/body")
@no_store
def email_body(name: str) -> Response:
    """The HTML of a mail alone, for the frame: light or dark whatever the device prefers."""
    if name not in EXAMPLES:
        abort(404)
    html = _DARK.sub("@media all" if _theme() == "dark" else "@media not all", preview(name, me(), locale()).html)
    response = Response(html.replace('content="light dark"', f'content="{_theme()}"'), mimetype="text/html")
    response.headers["Content-Security-Policy"] = FRAME_CSP
    return response


def _theme() -> str:
    asked = request.args.get("theme", "")
    return asked if asked in THEMES else THEMES[0]


def _themes() -> tuple[tuple[str, str], ...]:
    return ("light", _("Light")), ("dark", _("Dark"))


def _address(name: str, lang: str = "", theme: str = "") -> str:
    return url_for("admin.show_email", name=name, lang=lang or locale(), theme=theme or _theme())
