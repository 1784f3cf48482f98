"""Every package of the portal: its views with their blueprints, and the modules that only need to be known."""

from importlib import import_module

from flask import Flask

MODULES = (
    "accounts.views",
    "accounts.profile",
    "texts.views",
    "activity.views",
    "ideas.views",
    "ideas.show",
    "ideas.removing",
    "search.views",
    "comments.views",
    "comments.removing",
    "voting.views",
    "voting.words",
    "moderation.views",
    "roadmap.views",
    "changelog.views",
    "sharing.views",
    "sharing.oembed",
    "recognition.views",
    "notifications.views",
    "admin.views",
    "admin.idea_tools",
    "admin.status",
    "admin.responses",
    "admin.notes",
    "admin.classifying",
    "admin.hiding",
    "admin.inbox",
    "admin.blanking",
    "admin.moderation",
    "admin.votes",
    "admin.ideas",
    "admin.members",
    "admin.welcoming",
    "admin.addresses",
    "admin.on_request",
    "admin.workflow",
    "admin.audit",
    "admin.deliveries",
    "admin.emails",
    "admin.branding",
    "admin.texts",
    "admin.releases",
    "admin.partners",
    "design.views",
    "web.offline",
    "operations.prometheus",
    "schedule",
    "fanout",
    "operations.commands",
)


def init_app(app: Flask) -> None:
    """Import every package and register its blueprint."""
    for module in [import_module(f"portal.{name}") for name in MODULES]:
        if hasattr(module, "bp") and module.bp.import_name == module.__name__:
            app.register_blueprint(module.bp)
        if hasattr(module, "init_app"):
            module.init_app(app)
