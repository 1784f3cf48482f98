"""Atelier: a portal where customers and a brand make products together."""

from typing import Any

import click
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from portal import assets, config, errors, i18n, jobs, pages, permissions, site
from portal.extensions import csrf, db, htmx, limiter, login_manager, migrate


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
    app.config["RATELIMIT_STORAGE_URI"] = "memory://"
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    if app.config["PROXY_HOPS"]:
        hops = app.config["PROXY_HOPS"]
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]
    for extension in (db, login_manager, htmx, csrf, limiter):
        extension.init_app(app)
    migrate.init_app(app, db, directory=str(config.ROOT / "migrations"))
    for module in (pages, i18n, permissions, jobs, assets, site, errors):
        module.init_app(app)
    _register_packages(app)
    return app


def _register_packages(app: Flask) -> None:
    from portal import cli, schedule  # noqa: F401 (the schedule has a table)
    from portal.accounts import views as accounts
    from portal.activity import views as activity
    from portal.admin import views as admin
    from portal.changelog import views as changelog
    from portal.comments import views as comments
    from portal.ideas import views as ideas
    from portal.moderation import models as moderation  # noqa: F401 (has no pages of its own)
    from portal.notifications import views as notifications
    from portal.recognition import views as recognition
    from portal.roadmap import views as roadmap
    from portal.voting import views as voting

    for views in (accounts, activity, admin, changelog, comments, ideas, notifications, recognition, roadmap, voting):
        app.register_blueprint(views.bp)
    cli.init_app(app)
