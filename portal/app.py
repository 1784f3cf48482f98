"""The portal as Flask knows it: its configuration, the layers around it, its parts, and every module with routes."""

from importlib import import_module
from typing import Any

import click
from flask import Flask

from portal import config
from portal.middleware import layers, limits
from portal.web import pages

# What is set up once: tables, words, what templates know, commands.
PARTS = (
    "web.templates",  # first: whatever reads a template reads it so
    *("monitoring.logs", "monitoring.metrics", "middleware.caching", "database.schema", "web.addresses", "i18n"),
    *("permissions", "web.idempotency", "jobs", "web.assets", "web.site", "web.errors", "brand.views", "ideas.show"),
    *("comments.views", "voting.words", "moderation.views", "triage.phrases", "sharing.views", "notifications.views"),
    *("admin.idea_tools", "admin.hiding", "admin.moderation", "admin.places", "operations.commands"),
    "triage.views",
    "web.pieces",  # last: pieces know some of the names that templates have by now
)
# Every module with routes, and no other: a test compares this with the files.
ROUTES = (
    *("web.site", "web.health", "web.assets", "web.offline", "brand.views"),
    *("accounts.views", "accounts.address", "accounts.code", "accounts.entrance", "accounts.preferences"),
    *("accounts.profile", "accounts.waiting", "texts.views", "activity.views", "activity.sitemap"),
    *(
        "ideas.views",
        "ideas.show",
        "ideas.editing",
        "ideas.kinds",
        "ideas.propose",
        "ideas.removing",
        "ideas.tagged",
        "ideas.on_board",
        "ideas.board_download",
        "comments.views",
        "comments.removing",
        "comments.splitting",
    ),
    *("merging.views", "merging.same", "merging.answering"),
    *("voting.views", "moderation.views", "roadmap.views", "changelog.views", "search.views"),
    "triage.views",
    *("sharing.views", "sharing.oembed", "recognition.views", "notifications.views", "notifications.dev_mail"),
    "notifications.board_views",
    *("admin.views", "admin.first_steps", "admin.inbox", "admin.saved_views", "admin.triaging"),
    *("admin.blanking", "admin.moderation"),
    *(
        "admin.status",
        "admin.aiming",
        "admin.linking",
        "admin.converting",
        "admin.splitting",
        "admin.responses",
        "admin.notes",
        "admin.classifying",
        "admin.hiding",
    ),
    *("admin.votes", "admin.ideas", "admin.members", "admin.jobs", "admin.welcoming", "admin.addresses"),
    *("admin.on_request", "admin.workflow", "admin.ways", "admin.boards", "admin.board_fields", "admin.tags"),
    "admin.board_joining",
    *("admin.audit", "admin.deliveries", "admin.emails", "admin.branding", "admin.snippets", "admin.capturing"),
    *("admin.captured", "admin.merging", "admin.said_same", "admin.disputes"),
    *("admin.undoing", "admin.bulk", "admin.promises", "admin.promising", "admin.figures", "admin.greeting"),
    *("admin.texts", "admin.releases", "admin.partners", "design.views", "operations.prometheus"),
)


def create_app(**overrides: Any) -> Flask:
    """Return the portal, configured from the environment and then from `overrides`."""
    app = Flask("portal", template_folder="../templates", static_folder=None)
    app.config.update(_settings() | overrides)
    app.config["RATELIMIT_ENABLED"] = app.config["RATE_LIMITS"]
    app.config["RATELIMIT_STORAGE_URI"] = limits.uri(app.config["REDIS_URL"])
    app.url_map.converters["int"] = pages.Id
    layers.init_app(app)
    for name in PARTS:
        import_module(f"portal.{name}").init_app(app)
    for bp in dict.fromkeys(import_module(f"portal.{name}").bp for name in ROUTES):
        app.register_blueprint(bp)
    return app


def _settings() -> dict[str, object]:
    try:
        return config.read()
    except config.ConfigError as problem:
        raise click.ClickException(str(problem)) from problem
