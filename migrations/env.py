"""Runs the migrations on the portal's own engine, in a transaction that may write."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from portal.database.schema import refuse_what_hangs_loose
from portal.database.types import Base


def run_migrations(connection: Connection) -> None:
    """Migrate to the revision asked for; on SQLite tables are rebuilt where ALTER cannot do it."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=True,
        compare_type=True,
    )
    with context.begin_transaction():
        before = context.get_context().get_current_heads()
        context.run_migrations()
        if context.get_context().get_current_heads() != before:  # it reads every row, and nobody can vote meanwhile
            refuse_what_hangs_loose(connection)


if "connection" in context.config.attributes:  # a restore migrates in its own transaction
    run_migrations(context.config.attributes["connection"])
else:
    engine = current_app.extensions["migrate"].db.engine
    with engine.execution_options(writes=True, rebuilds=True).connect() as own:
        run_migrations(own)
