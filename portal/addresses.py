"""The addresses of pages: built once for the same values, since a page repeats most of what it links to."""

from functools import lru_cache
from typing import Any

import flask
from flask import Flask


def init_app(app: Flask) -> None:
    """Templates build their addresses here too."""
    app.jinja_env.globals["url_for"] = url_for


def url_for(endpoint: str, **values: Any) -> str:
    """Flask's url_for, for a path of this portal. Lists of values are built anew."""
    try:
        return _built(endpoint, **values)
    except TypeError:  # a value that cannot be looked up
        return flask.url_for(endpoint, **values)


@lru_cache(maxsize=8192, typed=True)
def _built(endpoint: str, **values: Any) -> str:
    return flask.url_for(endpoint, **values)
