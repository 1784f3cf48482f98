"""Runs the migrations on the portal's own engine, in a transaction that may write."""

from alembic import context
from flask import current_app

from portal.extensions import Base


def run_migrations() -> None:
    """Migrate to the revision asked for; on SQLite tables are rebuilt where ALTER cannot do it."""
    engine = current_app.extensions["migrate"].db.engine.execution_options(writes=True)
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            transactional_ddl=True,
            render_as_batch=True,
            compare_type=True,
        )
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
