"""Atelier: a portal where customers and a brand make products together."""

from typing import Any

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import (
    addresses,
    assets,
    brand,
    compressing,
    config,
    counting,
    errors,
    i18n,
    jobs,
    keeping,
    logs,
    metrics,
    once,
    packages,
    pages,
    permissions,
    pieces,
    schema,
    site,
    turns,
)
from portal.extensions import csrf, db, htmx, limiter, login_manager


def create_app(**overrides: Any) -> Flask:
    """Return the portal, configured from the environment and then from `overrides`."""
    try:
        settings = config.read()
    except config.ConfigError as problem:
        raise click.ClickException(str(problem)) from problem
    app = Flask(__name__, template_folder="../templates", static_folder=None)
    app.config.update(settings)
    app.config.update(overrides)
    app.config["RATELIMIT_ENABLED"] = app.config["RATE_LIMITS"]
    app.config["RATELIMIT_STORAGE_URI"] = counting.uri(app.config["REDIS_URL"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = pages.Id
    for watching in (logs, metrics, turns, keeping):  # they see a request first, and its answer last
        watching.init_app(app)
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    for extension in (db, login_manager, htmx, csrf, limiter):
        extension.init_app(app)
    for module in (
        schema,
        addresses,
        compressing,
        pages,
        i18n,
        permissions,
        once,
        jobs,
        assets,
        site,
        brand,
        errors,
        packages,
        pieces,
    ):
        module.init_app(app)
    return app
