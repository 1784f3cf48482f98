"""Atelier: a portal where customers and a brand make products together."""

from typing import Any

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import config, i18n, jobs, packages, permissions
from portal.brand import views
from portal.database import schema
from portal.extensions import csrf, db, htmx, limiter, login_manager
from portal.middleware import admission, caching, compression, limits
from portal.monitoring import logs, metrics
from portal.web import addresses, assets, errors, health, idempotency, pages, pieces, site


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
    app.config["RATELIMIT_STORAGE_URI"] = limits.uri(app.config["REDIS_URL"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["int"] = pages.Id
    for watching in (logs, metrics, admission, caching):  # they see a request first, and its answer last
        watching.init_app(app)
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    for extension in (db, login_manager, htmx, csrf, limiter):
        extension.init_app(app)
    for module in (
        schema,
        addresses,
        compression,
        pages,
        i18n,
        permissions,
        idempotency,
        jobs,
        assets,
        site,
        health,
        views,
        errors,
        packages,
        pieces,
    ):
        module.init_app(app)
    return app
