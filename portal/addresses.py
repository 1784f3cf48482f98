"""The addresses of pages: built once for the same values, since a page repeats most of what it links to."""

from functools import lru_cache
from typing import Any

import flask
from flask import Flask, request


def init_app(app: Flask) -> None:
    """Templates build their addresses here too."""
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's url_for, for a path of this portal. Lists of values are built anew."""
    try:
        return _built(endpoint, **values)
    except TypeError:  # a value that cannot be looked up
        return flask.url_for(endpoint, **values)


def here(**other: Any) -> str:
    """This page with all its questions, and with these in place of its own.

    What was asked never counts as a part of the path, nor as one of url_for()'s own arguments (`_scheme`, `_anchor`).
    """
    path = request.view_args or {}
    asked = {name: value for name, value in request.args.to_dict(flat=False).items() if not name.startswith("_")}
    asked = {name: value for name, value in asked.items() if name != "endpoint"}
    return flask.url_for(str(request.endpoint), **{**asked, **other, **path})


@lru_cache(maxsize=8192, typed=True)
def _built(endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, _external=False, **values)
