"""What a browser keeps for moments without a connection: one page in the reader's language, and nothing of theirs."""

import hashlib
import json

from flask import Response, current_app, request, url_for

from portal.i18n import languages, locale
from portal.web.assets import STATIC, asset
from portal.web.blueprint import bp
from portal.web.errors import plain

FILES = (
    "app.css", "theme.js", "retry.js", "icons.svg", "img/favicon.svg",
    "fonts/figtree-latin-wght-normal.woff2", "fonts/bricolage-grotesque-latin-720-normal.woff2",
)  # fmt: skip


@bp.get("/offline")
def offline() -> str:
    """The page itself; `?sent=1` is the one for a form that could not leave."""
    return plain("offline", lang=locale(), sent="sent" in request.args)


@bp.get("/sw.js")
def worker() -> Response:
    """The script that shows it, with the addresses to keep: it changes whenever one of them does."""
    lang = request.args.get("lang", "")
    lang = lang if lang in languages() else locale()
    pages = [url_for("web.offline", lang=lang), url_for("web.offline", lang=lang, sent=1)]
    files = [asset(name) for name in FILES]
    theme = current_app.extensions["last_brand"].get("theme")
    files += [theme] if theme else []
    body = (STATIC / "js" / "worker.js").read_text()
    made_of = "".join([*pages, *files, plain("offline", lang=lang), body])
    kept = {"pages": pages, "files": files, "version": hashlib.sha256(made_of.encode()).hexdigest()[:12]}
    response = Response(f"const KEPT = {json.dumps(kept)};\n{body}", content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
