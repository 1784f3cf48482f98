"""The addresses of pages: built once for the same values, since a page repeats most of what it links to."""

from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

import flask
from flask import Flask, current_app, request
from werkzeug.exceptions import HTTPException, SecurityError


def init_app(app: Flask) -> None:
    """Templates build their addresses here too."""
    app.jinja_env.globals.update(url_for=url_for, lang_url=lang_url)


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's url_for, for a path of this portal. Lists of values are built anew."""
    try:
        return _built(endpoint, **values)
    except TypeError:  # a value that cannot be looked up
        return flask.url_for(endpoint, **values)


def parts_of(url: str | None) -> SplitResult:
    """The parts of an address that a browser sent; one that is none has no parts, and so is nobody's."""
    try:
        return urlsplit(url or "")
    except ValueError:
        return urlsplit("")


def here(**other: Any) -> str:
    """This page with all its questions, and with these in place of its own.

    What was asked never counts as a part of the path, nor as one of url_for()'s own arguments (`_scheme`, `_anchor`).
    """
    path = request.view_args or {}
    asked = {name: value for name, value in request.args.to_dict(flat=False).items() if not name.startswith("_")}
    asked = {name: value for name, value in asked.items() if name != "endpoint"}
    return flask.url_for(str(request.endpoint), **{**asked, **other, **path})


def without_slash() -> str:
    """This address without the slash at its end, and its questions, where a page of ours is; else empty."""
    path = request.path.rstrip("/")
    if path == request.path or not path:
        return ""
    try:
        current_app.create_url_adapter(request).match(path, "GET")  # type: ignore[union-attr]
    except HTTPException:
        return ""
    asked = request.query_string.decode(errors="replace")
    return quote(path) + (f"?{asked}" if asked else "")


def trust_only_ours() -> None:
    """What Flask does with TRUSTED_HOSTS, for a portal whose address is a number of IPv6; ports do not count."""
    if current_app.config["TRUSTED_HOSTS"] is not None:
        return
    ours = {urlsplit(f"//{host}").hostname for host in current_app.config["HOSTS_BY_NUMBER"]}
    if urlsplit(f"//{request.host}").hostname not in ours:
        raise SecurityError("the host of this request is none of ours")


@lru_cache(maxsize=8192, typed=True)
def _built(endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, _external=False, **values)


def lang_url(lang: str) -> str:
    """This page in another language."""
    return here(lang=lang) if request.endpoint else f"/?lang={lang}"
